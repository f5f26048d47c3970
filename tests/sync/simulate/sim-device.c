/* sim-device.c: a device: its database, its clock, and its sync
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../../src/sync/baton-sync-lock.h"
#include "../../support/baton-fault-vfs.h"
#include "sim-ledger.h"

static gint64
now_cb (gpointer data)
{
  SimDevice *device = data;

  return device->world->now + device->skew;
}

static void
pause_cb (gulong us, gpointer data)
{
  SimDevice *device = data;
  SimWorld *world = device->world;
  SimRandom random;

  if (world->faults == 0 || world->depth > 1)
    return;
  random = (SimRandom) { sim_random_next (&world->random) };
  if (!sim_chance (&random, 3))
    return;
  world->depth += 2;
  sim_note (world, "  between two slices:");
  sim_edit_something (device, &random);
  world->depth -= 2;
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
    {
      sim_fail_error (device->world, "A device's database does not open", error);
      return;
    }
  baton_database_set_now (device->database, now_cb, device);
  /* So that there are many, with few records */
  device->database->slice = 3;
  /* Nobody has twenty records here. */
  if (device->world->plan->seed % 3 == 0)
    device->database->brake_least = 0;
  device->database->pause = pause_cb;
  device->database->pause_data = device;
}

void
sim_device_close (SimDevice *device)
{
  sim_device_hang_up (device);
  g_clear_pointer (&device->database, baton_database_close);
  g_clear_pointer (&device->waiting, baton_database_close);
  device->is_second = FALSE;
}

gboolean
sim_device_has_two (SimDevice *device)
{
  SimWorld *world = device->world;

  return (world->plan->two_processes & (1u << device->number)) != 0 && world->faults > 0 &&
         !device->disk_fails && world->failure == NULL;
}

void
sim_device_change_process (SimDevice *device)
{
  BatonDatabase *database = device->database;

  device->database = device->waiting;
  device->waiting = database;
  device->is_second = !device->is_second;
  if (device->database == NULL)
    sim_device_open (device);
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

static void
sign_in (SimDevice *device, BatonSignIn how)
{
  const BatonAccount account = {
    .server = (char *) "https://baton.example",
    .email = (char *) sim_person_get_email (device->person),
    .user_id = (char *) sim_person_get_id (device->person),
  };
  GError *error = NULL;

  if (!baton_database_sign_in (device->database, &account, how, NULL, &error))
    sim_fail_error (device->world, "Signing in", error);
}

void
sim_device_sign_in (SimDevice *device)
{
  sign_in (device, BATON_SIGN_IN_ASK);
}

void
sim_device_sign_out (SimDevice *device, SimRandom *random)
{
  gboolean deletes = sim_chance (random, 3);
  g_autoptr (GError) error = NULL;

  if (!baton_database_is_signed_in (device->database))
    return;
  sim_ledger_note_refused (device);
  sim_device_hang_up (device);
  if (baton_database_sign_out (device->database,
                               deletes ? BATON_SIGN_OUT_DELETE : BATON_SIGN_OUT_KEEP, &error))
    {
      /* A backup of before that would be another device's */
      if (deletes)
        {
          sim_ledger_empty (device);
          g_clear_pointer (&device->backup, g_free);
        }
      return;
    }
  sim_note (device->world, "  device %u: %s", device->number, error->message);
  if (!g_error_matches (error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED))
    sim_fail (device->world, "Signing out: %s", error->message);
}

/* Somebody else, who does not take over what is here, but wants it gone; where that would lose something, they do not sign in */
void
sim_device_sign_in_again (SimDevice *device, SimRandom *random)
{
  guint other;

  if (baton_database_is_signed_in (device->database))
    return;
  if (!sim_chance (random, 3))
    {
      sim_device_sign_in (device);
      return;
    }
  other = sim_pick (random, device->world->plan->n_people);
  sim_note (device->world, "  device %u is to be %s's", device->number,
            sim_person_get_email (other));
  if (!baton_database_is_empty (device->database))
    return;
  device->person = other;
  sim_ledger_empty (device);
  g_clear_pointer (&device->backup, g_free);
  sign_in (device, BATON_SIGN_IN_DELETE);
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

static gboolean
is_listed (GPtrArray *all, const BatonEdit *edit)
{
  for (guint i = 0; i < all->len; i++)
    {
      const BatonUnsynced *unsynced = g_ptr_array_index (all, i);

      if (g_str_equal (baton_edit_get_id (unsynced->edit), baton_edit_get_id (edit)))
        return TRUE;
    }
  return FALSE;
}

/* Where the making of @record was refused, all of it is given up as one. */
static void
give_up_gone (SimDevice *device, GPtrArray *before, const char *record)
{
  g_autoptr (GPtrArray) after = baton_database_get_unsynced (device->database, NULL);

  for (guint i = 0; i < before->len; i++)
    {
      const BatonEdit *edit = ((const BatonUnsynced *) g_ptr_array_index (before, i))->edit;

      if (g_str_equal (baton_edit_get_record (edit), record) && !is_listed (after, edit))
        sim_ledger_give_up (device, edit);
    }
}

/* The values go on in another record, as an edit of which the ledger hears */
static void
keep_copy (SimDevice *device, GPtrArray *all, const BatonEdit *edit)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *copy = baton_database_keep_copy (device->database, baton_edit_get_id (edit),
                                                    "Keep a copy", &failure);

  sim_note (device->world, "  device %u keeps a copy of %s: %s", device->number,
            baton_edit_get_id (edit), copy != NULL ? copy : failure->message);
  if (copy == NULL)
    return;
  give_up_gone (device, all, baton_edit_get_record (edit));
  sim_ledger_add (device);
}

static void
use_loser (SimDevice *device, SimRandom *random)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = baton_database_get_conflicts (device->database, &error);
  g_autoptr (GError) failure = NULL;
  const BatonHistoryEntry *entry;

  g_assert_no_error (error);
  if (all->len == 0)
    return;
  entry = g_ptr_array_index (all, sim_pick (random, all->len));
  if (baton_database_use_instead (device->database, entry->id, "Use this instead", &failure))
    sim_ledger_add (device);
  sim_note (device->world, "  device %u uses what lost in %s of %s: %s", device->number,
            entry->field, entry->record, failure != NULL ? failure->message : "yes");
}

void
sim_device_settle (SimDevice *device, SimRandom *random)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (device->database, &error);
  const BatonUnsynced *unsynced;

  g_assert_no_error (error);
  /* What a sync wrote for the person is among what is given up */
  sim_ledger_add (device);
  if (all->len == 0 || sim_chance (random, 3))
    {
      use_loser (device, random);
      return;
    }
  unsynced = g_ptr_array_index (all, sim_pick (random, all->len));
  if (!unsynced->refused)
    return;
  if (sim_chance (random, 2))
    {
      try_again (device, unsynced->edit);
      return;
    }
  if (sim_chance (random, 2))
    {
      keep_copy (device, all, unsynced->edit);
      return;
    }
  sim_note (device->world, "  device %u gives up %s", device->number,
            baton_edit_get_id (unsynced->edit));
  if (!baton_database_discard (device->database, baton_edit_get_id (unsynced->edit), &error))
    sim_fail_error (device->world, "Giving an edit up", error);
  else
    give_up_gone (device, all, baton_edit_get_record (unsynced->edit));
}

/* --- sync ------------------------------------------------------------------- */

static gboolean
may_fail (SimDevice *device, const GError *error)
{
  SimWorld *world = device->world;

  return sim_disk_may_fail (device, error) ||
         ((world->faults > 0 || world->server_fails) && error->domain == BATON_SYNC_ERROR);
}

/* The person says yes, or as often no, where there is a choice; the next sync takes it */
static gboolean
answer_removal (SimDevice *device)
{
  g_autofree char *mark = NULL;
  GError *error = NULL;
  BatonRemoval removal;
  gboolean answered;

  mark = baton_database_dup_removal_mark (device->database, &error);
  answered = mark != NULL && baton_database_count_removal (device->database, &removal, &error);
  device->world->n_asked++;
  if (answered && baton_removal_can_be_kept (&removal) &&
      (device->world->plan->seed + device->world->n_asked) % 2 == 0)
    {
      sim_note (device->world, "  device %u: no, keep them", device->number);
      answered = baton_database_keep_removal_of (device->database, mark, &error);
      if (answered)
        sim_ledger_note_kept (device);
    }
  else if (answered)
    answered = baton_database_allow_removal_of (device->database, mark, &error);
  if (!answered && !sim_disk_may_fail (device, error))
    sim_fail_error (device->world, "Answering the brake", g_steal_pointer (&error));
  g_clear_error (&error);
  return FALSE;
}

/* Between two rounds the other process may have its turn, unless answers are looked at ahead. */
static void
between_cb (guint sent, guint received, gboolean more, gpointer data)
{
  SimDevice *device = data;
  SimWorld *world = device->world;
  SimRandom random = { 0 };
  BatonLock *lock;

  if (!sim_device_has_two (device) || world->depth > 0)
    return;
  random.state = sim_random_next (&world->random);
  if (!sim_chance (&random, 3))
    return;
  lock = baton_sync_lock_take (device->database, 0, NULL, NULL);
  if (lock == NULL)
    return;
  baton_lock_release (lock);
  world->depth++;
  sim_note (world, "  between two rounds, the other process:");
  sim_device_change_process (device);
  if (sim_chance (&random, 2))
    sim_edit_something (device, &random);
  sim_device_sync (device);
  sim_device_change_process (device);
  world->depth--;
}

/* The socket is the app's; the command line comes and goes. */
gboolean
sim_device_sync (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;

  if (!device->is_second)
    sim_device_hang_up (device);
  if (!baton_database_is_signed_in (device->database))
    return TRUE;
  if (baton_sync_run (device->database, device->remote, between_cb, device, NULL, &error))
    {
      device->connected |= !device->is_second;
      return TRUE;
    }
  sim_note (world, "  device %u: %s", device->number, error->message);
  if (g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE))
    return answer_removal (device);
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
