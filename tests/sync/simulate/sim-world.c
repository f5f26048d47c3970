/* sim-world.c: the world of one run: devices, a server, a network between them, and the time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-world.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "../../support/baton-fault-vfs.h"
#include "sim-ledger.h"

#define START_MS G_GINT64_CONSTANT (1795132800000) /* 2026-11-20 */
#define DAY_MS   (G_GINT64_CONSTANT (24) * 3600 * 1000)
/* So many rounds of every device must be enough for all to be alike */
#define MAX_ROUNDS 12

static const char *const people[SIM_MAX_PEOPLE] = {
  "01990000-0000-7000-8000-00000000000a",
  "01990000-0000-7000-8000-00000000000b",
  "01990000-0000-7000-8000-00000000000c",
};

static const char *const emails[SIM_MAX_PEOPLE] = {
  "ada@baton.example",
  "bob@baton.example",
  "cleo@baton.example",
};

const char *
sim_person_get_id (guint person)
{
  return people[person];
}

const char *
sim_person_get_email (guint person)
{
  return emails[person];
}

void
sim_counts_add (SimCounts *into, const SimCounts *other)
{
  into->runs += other->runs;
  into->steps += other->steps;
  into->edits += other->edits;
  into->requests += other->requests;
  into->faults += other->faults;
  into->conflicts += other->conflicts;
  into->refused += other->refused;
}

/* --- files -------------------------------------------------------------------- */

void
sim_copy_folder (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      /* What is shared between processes is made anew */
      if (g_str_has_suffix (name, "-shm"))
        continue;
      g_file_get_contents (source, &content, &length, &error);
      g_assert_no_error (error);
      g_file_set_contents_full (target, content, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600,
                                &error);
      g_assert_no_error (error);
    }
}

void
sim_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_unlink (path) != 0)
        sim_remove_folder (path);
    }
  g_rmdir (folder);
}

SimTemplates *
sim_templates_new (const char *folder)
{
  SimTemplates *templates = g_new (SimTemplates, 1);
  templates->folder = g_strdup (folder);
  templates->server = g_build_filename (folder, "server", NULL);
  templates->device = g_build_filename (folder, "device", NULL);
  sim_server_prepare (templates->server);
  sim_device_prepare (templates->device);
  return templates;
}

void
sim_templates_free (SimTemplates *templates)
{
  sim_remove_folder (templates->folder);
  g_free (templates->folder);
  g_free (templates->server);
  g_free (templates->device);
  g_free (templates);
}

/* --- what happens --------------------------------------------------------------- */

void
sim_note (SimWorld *world, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  for (const char *c = text; *c != '\0'; c++)
    world->trace = (world->trace ^ (guchar) *c) * G_GUINT64_CONSTANT (0x100000001b3);
  if (world->verbose)
    g_printerr ("%s\n", text);
}

void
sim_fail (SimWorld *world, const char *format, ...)
{
  va_list args;

  if (world->failure != NULL)
    return;
  va_start (args, format);
  world->failure = g_strdup_vprintf (format, args);
  va_end (args);
  sim_note (world, "FAILED: %s", world->failure);
}

void
sim_fail_error (SimWorld *world, const char *what, GError *error)
{
  if (error == NULL)
    return;
  sim_fail (world, "%s: %s", what, error->message);
  g_error_free (error);
}

static GLogWriterOutput
log_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  SimWorld *world = data;
  const char *message = "";

  if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR)) == 0)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        message = fields[i].value;
    }
  if ((level & G_LOG_LEVEL_ERROR) != 0)
    g_printerr ("%s\n", message);
  if (!world->forgiving && !world->server_fails)
    sim_fail (world, "It was logged: %s", message);
  return G_LOG_WRITER_HANDLED;
}

/* One writer a process, and one world at a time */
static SimWorld *logging;

static GLogWriterOutput
writer_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return logging != NULL ? log_cb (level, fields, n_fields, logging)
                         : g_log_writer_default (level, fields, n_fields, NULL);
}

static void
install_log (SimWorld *world)
{
  static gboolean installed;

  if (!installed)
    g_log_set_writer_func (writer_cb, NULL, NULL);
  installed = TRUE;
  logging = world;
}

/* --- the world -------------------------------------------------------------------- */

static void
letter_free (gpointer data)
{
  SimLetter *letter = data;

  g_free (letter->body);
  g_free (letter);
}

static void
make_device (SimWorld *world, const SimTemplates *templates, guint i)
{
  SimDevice *device = &world->devices[i];
  g_autofree char *name = g_strdup_printf ("device-%u", i);

  device->world = world;
  device->number = i;
  device->person = world->plan->people[i];
  device->folder = g_build_filename (world->folder, name, NULL);
  device->remote = sim_remote_new (device);
  g_queue_init (&device->told);
  sim_copy_folder (templates->device, device->folder);
  sim_device_open (device);
  if (!sim_chance (&world->random, 4))
    sim_device_sign_in (device);
}

SimWorld *
sim_world_new (const SimPlan *plan, const SimTemplates *templates, gboolean verbose)
{
  SimWorld *world = g_new0 (SimWorld, 1);

  world->plan = plan;
  world->verbose = verbose;
  world->now = START_MS;
  world->faults = plan->faults;
  world->random.state = sim_mix (plan->seed + 1);
  world->letters = g_ptr_array_new_with_free_func (letter_free);
  world->ledger = sim_ledger_new ();
  world->purged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->folder = g_strdup_printf ("%s/run-%u", templates->folder, plan->seed);
  world->server_folder = g_build_filename (world->folder, "server", NULL);
  install_log (world);
  sim_random_install (&world->random);
  sim_copy_folder (templates->server, world->server_folder);
  sim_server_open (world);
  for (guint i = 0; i < plan->n_devices; i++)
    make_device (world, templates, i);
  return world;
}

void
sim_world_free (SimWorld *world)
{
  for (guint i = 0; i < world->plan->n_devices; i++)
    sim_device_clear (&world->devices[i]);
  sim_server_close (world);
  baton_fault_vfs_forget (world->server_folder);
  sim_random_install (NULL);
  logging = NULL;
  sim_remove_folder (world->folder);
  g_ptr_array_unref (world->letters);
  sim_ledger_free (world->ledger);
  g_hash_table_unref (world->purged);
  g_free (world->folder);
  g_free (world->server_folder);
  g_free (world->server_backup);
  g_free (world->failure);
  g_free (world);
}

/* --- steps ------------------------------------------------------------------------- */

static void
set_clock (SimDevice *device, SimRandom *random)
{
  static const gint64 skews[] = { 0, 0, 60 * 1000, -60 * 1000, DAY_MS, -DAY_MS };
  guint at = sim_pick (random, G_N_ELEMENTS (skews) + 2);

  if (at < G_N_ELEMENTS (skews))
    device->skew = skews[at];
  else
    device->skew = DAY_MS * 365 * ((gint64) sim_pick (random, 21) - 10);
  sim_note (device->world, "  device %u: the clock is wrong by %" G_GINT64_FORMAT " s",
            device->number, device->skew / 1000);
}

static void
play_on_device (SimWorld *world, SimKind kind, SimDevice *device, SimRandom *random)
{
  switch (kind)
    {
    case SIM_EDIT:
      sim_edit_something (device, random);
      break;
    case SIM_UNDO:
      for (guint n = 1 + sim_pick (random, 4); n > 0 && world->failure == NULL; n--)
        sim_undo_something (device, random);
      break;
    case SIM_SYNC:
      sim_device_sync (device);
      break;
    case SIM_LIVE:
      sim_device_hear (device, random);
      break;
    case SIM_CLOCK:
      set_clock (device, random);
      break;
    case SIM_RESTART:
      sim_device_close (device);
      sim_device_open (device);
      break;
    case SIM_DISK:
      sim_disk_break_device (device, random);
      break;
    case SIM_SERVER_DISK:
      sim_disk_break_server (device, random);
      break;
    case SIM_KEEP:
      sim_device_keep (device);
      break;
    case SIM_RESTORE:
      sim_device_restore (device);
      break;
    case SIM_SETTLE:
      sim_device_settle (device, random);
      break;
    case SIM_SIGN_OUT:
      sim_device_sign_out (device, random);
      break;
    case SIM_SIGN_IN:
      sim_device_sign_in_again (device, random);
      break;
    default:
      break;
    }
}

/* What a person does in the window, or types into a terminal */
static void
play_in_a_process (SimWorld *world, const SimStep *step, SimRandom *random)
{
  SimDevice *device = &world->devices[step->device];
  SimRandom own = { sim_mix (step->seed + 1) };
  gboolean second = sim_device_has_two (device) && step->kind != SIM_LIVE &&
                    step->kind != SIM_RESTART && step->kind != SIM_DISK &&
                    step->kind != SIM_SERVER_DISK && step->kind != SIM_KEEP &&
                    step->kind != SIM_RESTORE && sim_chance (&own, 2);

  if (second)
    {
      sim_note (world, "  in the second process");
      sim_device_change_process (device);
    }
  play_on_device (world, step->kind, device, random);
  if (second && device->is_second)
    sim_device_change_process (device);
}

static void
play (SimWorld *world, const SimStep *step)
{
  SimRandom random = { sim_mix (step->seed) };

  world->random.state = step->seed;
  sim_random_install (&world->random);
  world->now += 1 + sim_pick (&random, 60 * 1000);
  world->counts.steps++;
  sim_note (world, "%u %s device %u", step->number, sim_kind_get_name (step->kind), step->device);
  switch (step->kind)
    {
    case SIM_LATE:
      sim_network_deliver (world, &random);
      break;
    case SIM_TIME:
      world->now += DAY_MS * sim_pick (&random, 40);
      break;
    case SIM_SERVER_RESTART:
      sim_server_close (world);
      sim_server_open (world);
      break;
    case SIM_SERVER_KEEP:
      sim_server_keep (world);
      break;
    case SIM_SERVER_RESTORE:
      sim_server_restore (world);
      break;
    case SIM_SHARE:
      sim_share (world, &random);
      break;
    case SIM_PURGE:
      sim_purge (world, &random);
      break;
    default:
      play_in_a_process (world, step, &random);
    }
}

/* --- the end -------------------------------------------------------------------------- */

static guint
count_waiting (SimWorld *world)
{
  guint n = 0;

  for (guint i = 0; i < world->plan->n_devices; i++)
    {
      BatonSyncStatus status = { 0 };

      baton_database_get_sync_status (world->devices[i].database, &status, NULL);
      n += status.waiting;
    }
  return n;
}

static void
sync_all (SimWorld *world)
{
  for (guint i = 0; i < world->plan->n_devices && world->failure == NULL; i++)
    {
      world->now += 1000;
      sim_device_sync (&world->devices[i]);
    }
}

static gint64
count_taken (SimWorld *world)
{
  g_autoptr (BatonSqlStatement)
      row = baton_sql_prepare (world->reading, "SELECT count (*) FROM edit", NULL);

  g_assert_cmpint (baton_sql_step (row, NULL), ==, BATON_SQL_ROW);
  return baton_sql_get_int (row, 0);
}

/* The network is well, everybody is signed in, and each has its turn until nothing waits, and nothing was taken, or asked, that another has not had a turn after:
 * what comes back to a device may set free what it kept. */
static void
heal (SimWorld *world)
{
  SimRandom random = { sim_mix (world->plan->seed + 2) };
  guint rounds = 0;
  guint asked;
  gint64 before;

  world->random.state = sim_mix (world->plan->seed + 3);
  sim_random_install (&world->random);
  sim_note (world, "healing");
  while (world->letters->len > 0 && world->failure == NULL)
    sim_network_deliver (world, &random);
  world->faults = 0;
  for (guint i = 0; i < world->plan->n_devices; i++)
    {
      if (!baton_database_is_signed_in (world->devices[i].database))
        sim_device_sign_in (&world->devices[i]);
    }
  do
    {
      before = count_taken (world);
      asked = world->n_asked;
      sync_all (world);
    }
  while (++rounds < MAX_ROUNDS && world->failure == NULL &&
         (count_waiting (world) > 0 || count_taken (world) != before || world->n_asked != asked));
  if (count_waiting (world) > 0)
    sim_fail (world, "Edits wait after %u rounds of each device", rounds);
}

void
sim_world_run (SimWorld *world)
{
  for (guint i = 0; i < world->plan->steps->len && world->failure == NULL; i++)
    play (world, &g_array_index (world->plan->steps, SimStep, i));
  if (world->failure == NULL)
    heal (world);
  if (world->failure == NULL)
    sim_oracle_check (world);
  world->counts.runs++;
}
