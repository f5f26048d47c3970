/* sim-disk.c: disks that fill up, processes that stop at any write, power that goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For the length of one step. A process that stopped is closed, its disk healed, and started anew; one whose disk was full goes on.
 */
#include "../../support/baton-fault-vfs.h"
#include "sim-ledger.h"

/* Whether the process is to be started anew afterwards */
static gboolean
break_disk (SimWorld *world, const char *folder, SimRandom *random)
{
  static const char *const names[] = { "stops", "stops within a write", "loses power",
                                       "loses power and some of what was not synced", "is full" };
  guint64 n = sim_pick (random, sim_chance (random, 2) ? 30 : 250);
  guint how = sim_pick (random, G_N_ELEMENTS (names));

  sim_note (world, "  %s after %u writes", names[how], (guint) n);
  switch (how)
    {
    case 0:
      baton_fault_vfs_stop_after (folder, n, BATON_FAULT_WHOLE);
      return TRUE;
    case 1:
      baton_fault_vfs_stop_after (folder, n, BATON_FAULT_TORN);
      return TRUE;
    case 2:
      baton_fault_vfs_lose_power_after (folder, n, 0);
      return TRUE;
    case 3:
      baton_fault_vfs_lose_power_after (folder, n, 1 + sim_pick (random, 1000));
      return TRUE;
    default:
      baton_fault_vfs_fill_after (folder, n);
      return FALSE;
    }
}

static void
count_strike (SimWorld *world, const char *folder)
{
  if (!baton_fault_vfs_has_struck (folder))
    return;
  world->counts.faults++;
  sim_note (world, "  so it did");
}

void
sim_disk_break_device (SimDevice *device, SimRandom *random)
{
  SimWorld *world = device->world;
  gboolean restarts = break_disk (world, device->folder, random);

  device->disk_fails = TRUE;
  for (guint n = 1 + sim_pick (random, 3); n > 0 && world->failure == NULL; n--)
    {
      guint what = sim_pick (random, 5);

      if (what < 2)
        sim_edit_something (device, random);
      else if (what < 3)
        sim_undo_something (device, random);
      else
        sim_device_sync (device);
    }
  count_strike (world, device->folder);
  if (restarts)
    sim_device_close (device);
  baton_fault_vfs_heal (device->folder);
  device->disk_fails = FALSE;
  if (restarts)
    sim_device_open (device);
  if (world->failure == NULL)
    sim_ledger_add (device);
}

void
sim_disk_break_server (SimDevice *device, SimRandom *random)
{
  SimWorld *world = device->world;
  gboolean restarts = break_disk (world, world->server_folder, random);

  world->server_fails = TRUE;
  sim_edit_something (device, random);
  sim_device_sync (device);
  if (sim_chance (random, 2))
    sim_device_sync (&world->devices[sim_pick (random, world->plan->n_devices)]);
  count_strike (world, world->server_folder);
  if (restarts)
    sim_server_close (world);
  baton_fault_vfs_heal (world->server_folder);
  world->server_fails = FALSE;
  if (restarts)
    sim_server_open (world);
}

gboolean
sim_disk_may_fail (SimDevice *device, const GError *error)
{
  return device->disk_fails && error->domain == BATON_SQL_ERROR;
}
