/* sim-device.c: a device: its database, its clock, and its sync
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../support/baton-fault-vfs.h"
#include "sim-ledger.h"

static gint64
now_cb (gpointer data)
{
  SimDevice *device = data;

  return device->world->now + device->skew;
}

/* What names the device is made when it is first opened */
void
sim_device_prepare (const char *folder)
{
  g_autoptr (GError) error = NULL;
  BatonDatabase *database = baton_database_open (folder, &error);

  g_assert_no_error (error);
  baton_sql_exec (database->sql, "DELETE FROM meta WHERE name IN ('device_id', 'made')", &error);
  g_assert_no_error (error);
  baton_database_close (database);
}

void
sim_device_open (SimDevice *device)
{
  GError *error = NULL;

  device->database = baton_database_open (device->folder, &error);
  if (device->database == NULL)
    sim_fail_error (device->world, "A device's database does not open", error);
  else
    baton_database_set_now (device->database, now_cb, device);
}

void
sim_device_close (SimDevice *device)
{
  sim_device_hang_up (device);
  g_clear_pointer (&device->database, baton_database_close);
}

void
sim_device_clear (SimDevice *device)
{
  sim_device_close (device);
  baton_fault_vfs_forget (device->folder);
  g_clear_object (&device->remote);
  g_free (device->folder);
  g_free (device->backup);
}

void
sim_device_keep (SimDevice *device)
{
  sim_device_close (device);
  if (device->backup == NULL)
    device->backup = g_strconcat (device->folder, "-backup", NULL);
  sim_remove_folder (device->backup);
  sim_copy_folder (device->folder, device->backup);
  sim_device_open (device);
  sim_ledger_keep (device);
}

void
sim_device_restore (SimDevice *device)
{
  if (device->backup == NULL)
    return;
  sim_device_close (device);
  sim_remove_folder (device->folder);
  sim_copy_folder (device->backup, device->folder);
  sim_device_open (device);
  sim_ledger_restore (device);
}

void
sim_device_sign_in (SimDevice *device)
{
  const BatonAccount account = {
    .server = (char *) "https://baton.example",
    .email = (char *) sim_person_get_email (device->person),
    .user_id = (char *) sim_person_get_id (device->person),
  };
  GError *error = NULL;

  if (!baton_database_set_account (device->database, &account, &error))
    sim_fail_error (device->world, "Signing in", error);
}

void
sim_device_sign_out (SimDevice *device)
{
  GError *error = NULL;

  sim_ledger_note_refused (device);
  sim_device_hang_up (device);
  if (!baton_database_set_account (device->database, NULL, &error))
    sim_fail_error (device->world, "Signing out", error);
}

static void
try_again (SimDevice *device, const BatonEdit *edit)
{
  g_autoptr (GError) failure = NULL;

  sim_ledger_note_refused (device);
  if (baton_database_retry (device->database, baton_edit_get_id (edit), "Try again", &failure))
    sim_ledger_add (device);
  sim_note (device->world, "  device %u tries %s again: %s", device->number,
            baton_edit_get_id (edit), failure != NULL ? failure->message : "yes");
}

void
sim_device_settle (SimDevice *device, SimRandom *random)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (device->database, &error);
  const BatonUnsynced *unsynced;

  g_assert_no_error (error);
  if (all->len == 0)
    return;
  unsynced = g_ptr_array_index (all, sim_pick (random, all->len));
  if (!unsynced->refused)
    return;
  if (sim_chance (random, 2))
    {
      try_again (device, unsynced->edit);
      return;
    }
  sim_note (device->world, "  device %u gives up %s", device->number,
            baton_edit_get_id (unsynced->edit));
  sim_ledger_give_up (device, unsynced->edit);
  if (!baton_database_discard (device->database, baton_edit_get_id (unsynced->edit), &error))
    sim_fail_error (device->world, "Giving an edit up", error);
}

/* --- sync ------------------------------------------------------------------- */

static gboolean
may_fail (SimDevice *device, const GError *error)
{
  SimWorld *world = device->world;

  return sim_disk_may_fail (device, error) ||
         ((world->faults > 0 || world->server_fails) && error->domain == BATON_SYNC_ERROR);
}

gboolean
sim_device_sync (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;

  sim_device_hang_up (device);
  if (!baton_database_is_signed_in (device->database))
    return TRUE;
  if (baton_sync_run (device->database, device->remote, NULL, NULL, NULL, &error))
    {
      device->connected = TRUE;
      return TRUE;
    }
  sim_note (world, "  device %u: %s", device->number, error->message);
  if (!may_fail (device, error))
    sim_fail (world, "Device %u: a round failed: %s", device->number, error->message);
  return FALSE;
}

/* --- the live socket ---------------------------------------------------------- */

void
sim_device_hang_up (SimDevice *device)
{
  device->connected = FALSE;
  g_queue_clear_full (&device->told, g_free);
}

static void
take_told (SimDevice *device, const char *text)
{
  GError *error = NULL;
  gboolean changed;

  sim_note (device->world, "  device %u hears %s", device->number, text);
  if (baton_sync_take_told (device->database, text, -1, &changed, &error))
    return;
  if (error != NULL)
    sim_fail_error (device->world, "Taking what the socket told", error);
  else
    sim_device_sync (device);
}

void
sim_device_hear (SimDevice *device, SimRandom *random)
{
  for (guint n = 1 + sim_pick (random, 4); n > 0 && device->told.length > 0; n--)
    {
      g_autofree char *text = g_queue_pop_head (&device->told);

      if (device->world->faults > 0 && sim_chance (random, 6))
        continue;
      take_told (device, text);
      if (sim_chance (random, 6))
        take_told (device, text);
    }
}
