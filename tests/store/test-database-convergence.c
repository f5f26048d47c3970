/* test-database-convergence.c: devices that have exchanged all their edits hold the same state
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random edits on three devices, one with its clock a year ahead, one a day behind; answers lost or taken twice; devices opened anew; a server
 * set back to a backup. All that is random comes from the seed: BATON_TEST_SEED plays a run again, BATON_TEST_PLAYS says how many (10).
 */
#include "database-fixture.h"
#include "fake-server.h"

#define N_DEVICES 3
#define N_STEPS   150
#define START     G_GINT64_CONSTANT (1795176000000)
#define YEAR_MS   (G_GINT64_CONSTANT (365) * 24 * 3600 * 1000)
#define DAY_MS    (G_GINT64_CONSTANT (24) * 3600 * 1000)

typedef struct _World World;

typedef struct
{
  World *world;
  gint64 skew;
  char *folder;
  BatonDatabase *database;
} Device;

struct _World
{
  GRand *random;
  gboolean repeats; /* tasks repeat, and what comes after one is edited too */
  gint64 now;
  FakeServer *server;
  BatonTestFolder *folder;
  Device devices[N_DEVICES];
  GPtrArray *ids;
};

static gint64
get_now (gpointer data)
{
  Device *device = data;

  return device->world->now + device->skew;
}

static void
open_device (Device *device)
{
  g_clear_pointer (&device->database, baton_database_close);
  device->database = store_open (device->folder);
  baton_database_set_now (device->database, get_now, device);
}

static void
sign_in (Device *device)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };
  GError *error = NULL;

  baton_database_set_account (device->database, &account, &error);
  g_assert_no_error (error);
}

static void
world_init (World *world, guint32 seed)
{
  static const gint64 skews[N_DEVICES] = { 0, YEAR_MS, -DAY_MS };

  world->random = g_rand_new_with_seed (seed);
  /* Devices take their ids from here. */
  g_random_set_seed (seed);
  world->now = START;
  world->server = fake_server_new ();
  world->folder = baton_test_folder_new ();
  world->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_DEVICES; i++)
    {
      g_autofree char *name = g_strdup_printf ("device-%u", i);

      world->devices[i].world = world;
      world->devices[i].skew = skews[i];
      world->devices[i].folder = g_build_filename (world->folder, name, NULL);
      open_device (&world->devices[i]);
    }
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < N_DEVICES; i++)
    {
      baton_database_close (world->devices[i].database);
      g_free (world->devices[i].folder);
    }
  g_rand_free (world->random);
  fake_server_free (world->server);
  g_ptr_array_unref (world->ids);
  baton_test_folder_free (world->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static gboolean
chance (World *world, gint one_in)
{
  return g_rand_int_range (world->random, 0, one_in) == 0;
}

/* --- what people do ------------------------------------------------------ */

static void
edit_random (World *world, BatonEdit *edit)
{
  static const char *const fields[] = { "title",    "description", "status",
                                        "priority", "tags.a",      "tags.b",
                                        "deleted",  "due",         "estimated_minutes" };
  static const char *const statuses[] = { "todo", "review", "done" };
  static const char *const priorities[] = { "low", "high", "urgent" };
  static const char *const rules[] = { "FREQ=DAILY", "FREQ=WEEKLY;COUNT=3", NULL };
  gint n_choices = (gint) G_N_ELEMENTS (fields) + (world->repeats ? 3 : 0);
  guint choice = (guint) g_rand_int_range (world->random, 0, n_choices);
  g_autofree char *text = g_strdup_printf ("line %d\nline %d",
                                           g_rand_int_range (world->random, 0, 5),
                                           g_rand_int_range (world->random, 0, 5));

  if (choice == G_N_ELEMENTS (fields))
    baton_edit_set_text (edit, "recurrence", rules[g_rand_int_range (world->random, 0, 3)]);
  else if (choice > G_N_ELEMENTS (fields))
    baton_edit_set_text (edit, "status", "done");
  else if (choice < 2)
    baton_edit_set_text (edit, fields[choice], choice == 0 ? text + 7 : text);
  else if (choice == 2)
    baton_edit_set_text (edit, "status", statuses[g_rand_int_range (world->random, 0, 3)]);
  else if (choice == 3)
    baton_edit_set_text (edit, "priority", priorities[g_rand_int_range (world->random, 0, 3)]);
  else if (choice < 7)
    baton_edit_set_bool (edit, fields[choice], g_rand_boolean (world->random));
  else if (choice == 7)
    baton_edit_set_text (edit, "due", g_rand_boolean (world->random) ? "2026-11-21" : NULL);
  else
    baton_edit_set_int (edit, "estimated_minutes", g_rand_int_range (world->random, 0, 3));
}

static char *
make_id (World *world)
{
  guint8 bytes[10];

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = (guint8) g_rand_int_range (world->random, 0, 256);
  return baton_uuid_new_from (world->now, bytes);
}

/* What comes after @id is one more task to work on. */
static void
learn_next (World *world, Device *device, const char *id)
{
  g_autoptr (BatonRecord) task = baton_database_get (device->database, BATON_ENTITY_TASK, id, NULL);
  g_autofree char *next = baton_recurrence_dup_next_id (task);

  if (baton_database_get_key (device->database, BATON_ENTITY_TASK, next, NULL) != 0 &&
      !g_ptr_array_find_with_equal_func (world->ids, next, g_str_equal, NULL))
    g_ptr_array_add (world->ids, g_steal_pointer (&next));
}

static void
work (World *world, Device *device)
{
  const char *id;
  BatonEdit *edit;

  if (world->ids->len == 0 || chance (world, 5))
    {
      char *made = make_id (world);

      g_ptr_array_add (world->ids, made);
      store_apply (device->database, store_edit (BATON_ENTITY_TASK, made, "title", "New", NULL),
                   "Add");
      return;
    }
  id = g_ptr_array_index (world->ids, g_rand_int_range (world->random, 0, (gint) world->ids->len));
  if (baton_database_get_key (device->database, BATON_ENTITY_TASK, id, NULL) == 0)
    return;
  edit = baton_edit_new (BATON_ENTITY_TASK, id);
  for (gint i = g_rand_int_range (world->random, 1, 4); i > 0; i--)
    edit_random (world, edit);
  store_apply (device->database, edit, "Edit");
  if (world->repeats)
    learn_next (world, device, id);
}

static void
undo (World *world, Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = chance (world, 3)
                               ? baton_database_redo (device->database, chance (world, 2), &error)
                               : baton_database_undo (device->database, chance (world, 2), &error);

  g_assert_true (label != NULL || (error != NULL && error->domain == BATON_STORE_ERROR));
}

/* --- sync ---------------------------------------------------------------- */

static void
take_twice (World *world, Device *device, GPtrArray *results, GPtrArray *changes)
{
  GError *error = NULL;

  for (gint i = chance (world, 3) ? 2 : 1; i > 0; i--)
    {
      if (results != NULL)
        baton_database_take_results (device->database, results, world->now, &error);
      else
        baton_database_take_changes (device->database, changes, &error);
      g_assert_no_error (error);
    }
}

static gboolean
sync_once (World *world, Device *device, guint limit)
{
  g_autoptr (GPtrArray) edits = baton_database_get_outbox (device->database, limit, 100000, NULL);
  g_autofree char *cursor = baton_database_get_cursor (device->database, NULL);
  g_autoptr (GPtrArray) results = NULL, changes = NULL;
  gboolean more;

  g_assert_nonnull (edits);
  fake_server_set_now (world->server, world->now);
  results = fake_server_send (world->server, edits);
  changes = fake_server_pull (world->server, cursor, limit, &more);
  /* The answer is lost. */
  if (chance (world, 5))
    return TRUE;
  if (changes == NULL)
    {
      g_assert_true (baton_database_forget_place (device->database, FAKE_SCOPE, TRUE, NULL));
      return TRUE;
    }
  take_twice (world, device, results, NULL);
  take_twice (world, device, NULL, changes);
  if (!more)
    g_assert_true (baton_database_end_pull (device->database, NULL));
  return more || edits->len > 0;
}

static void
sync_all (World *world)
{
  for (guint round = 0; round < 4; round++)
    {
      for (guint i = 0; i < N_DEVICES; i++)
        {
          guint n = 0;

          while (sync_once (world, &world->devices[i], 7) || n < 3)
            g_assert_cmpuint (n++, <, 1000);
        }
    }
}

static void
step (World *world, gboolean may_restore)
{
  Device *device = &world->devices[g_rand_int_range (world->random, 0, N_DEVICES)];

  world->now += g_rand_int_range (world->random, 0, 5000);
  switch (g_rand_int_range (world->random, 0, 12))
    {
    case 0:
      open_device (device);
      break;
    case 1:
    case 2:
      undo (world, device);
      break;
    case 3:
    case 4:
      /* Set back between two parts of one answer, the server could not know what it has lost. */
      sync_once (world, device, may_restore ? 1000 : 3);
      break;
    case 5:
      if (may_restore && chance (world, 4))
        fake_server_restore (world->server);
      else if (may_restore && chance (world, 4))
        fake_server_keep (world->server);
      break;
    default:
      work (world, device);
      break;
    }
}

/* --- what holds ---------------------------------------------------------- */

static char *
describe (BatonRecord *record)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };

  baton_json_begin_object (&writer);
  baton_record_write_json (record, &writer);
  baton_json_end_object (&writer);
  baton_record_write_clocks (record, &writer);
  return g_string_free_and_steal (text);
}

static void
assert_same (World *world)
{
  GHashTable *records = fake_server_get_records (world->server);

  for (guint i = 0; i < N_DEVICES; i++)
    {
      BatonDatabase *database = world->devices[i].database;
      BatonSyncStatus status;

      g_assert_true (baton_database_get_sync_status (database, &status, NULL));
      g_assert_cmpuint (status.waiting, ==, 0);
      g_assert_cmpuint (g_hash_table_size (records), ==, world->ids->len);
      for (guint j = 0; j < world->ids->len; j++)
        {
          const char *id = g_ptr_array_index (world->ids, j);
          BatonRecord *theirs = g_hash_table_lookup (records, id);
          g_autoptr (BatonRecord) ours = baton_database_get (database, BATON_ENTITY_TASK, id, NULL);
          g_autofree char *a = NULL, *b = NULL;

          g_assert_nonnull (theirs);
          g_assert_nonnull (ours);
          a = describe (ours);
          b = describe (theirs);
          g_assert_cmpstr (a, ==, b);
          g_assert_true (baton_record_equal (ours, theirs));
        }
    }
}

static void
play (guint32 seed, gboolean may_restore, gboolean repeats)
{
  g_auto (World) world = { .repeats = repeats };

  g_test_message ("seed %u", seed);
  world_init (&world, seed);
  for (guint i = 0; i < N_STEPS; i++)
    {
      step (&world, may_restore && i > 60);
      /* Each has worked for a while before it signs in. */
      if (i < N_DEVICES * 10 && i % 10 == 9)
        sign_in (&world.devices[i / 10]);
    }
  sync_all (&world);
  assert_same (&world);
}

/* Plays that failed once */
static const guint32 failed[] = { 1506, 10740, 12356, 50045, 60945 };

static void
play_all (gboolean may_restore, gboolean repeats)
{
  const char *text = g_getenv ("BATON_TEST_PLAYS");
  guint n_plays = text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : 10;
  guint32 seed = baton_test_get_seed ();

  for (guint i = 0; i < G_N_ELEMENTS (failed); i++)
    play (failed[i], may_restore, repeats);
  for (guint i = 0; i < n_plays; i++)
    play (seed + i, may_restore, repeats);
}

static void
test_devices_converge (void)
{
  play_all (FALSE, FALSE);
}

static void
test_devices_converge_after_the_server_was_set_back (void)
{
  play_all (TRUE, FALSE);
}

static void
test_devices_converge_where_tasks_repeat (void)
{
  play_all (FALSE, TRUE);
  play_all (TRUE, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/devices-converge", test_devices_converge);
  g_test_add_func ("/database/devices-converge-after-the-server-was-set-back",
                   test_devices_converge_after_the_server_was_set_back);
  g_test_add_func ("/database/devices-converge-where-tasks-repeat",
                   test_devices_converge_where_tasks_repeat);
  return g_test_run ();
}
