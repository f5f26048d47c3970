/* test-database-repeat.c: a repeating task that is done comes again, once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"
#include "fake-server.h"

#define START  G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

static gint64 now = START;

static gint64
get_now (gpointer data)
{
  (void) data;
  return now += 10;
}

static BatonDatabase *
open_device (const char *folder, const char *name)
{
  BatonDatabase *database = store_open_named (folder, name);

  baton_database_set_now (database, get_now, NULL);
  return database;
}

static char *
add_repeating (BatonDatabase *database, const char *rule)
{
  char *id = store_add (database, "Water the plants", NULL);

  store_apply (database,
               store_edit (BATON_ENTITY_TASK, id, "recurrence", rule, "due", "2026-11-20", NULL),
               "Repeat");
  return id;
}

/* The id that the @number th occurrence of @series has on every device */
static char *
nth (const char *series, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  return baton_uuid_from_name (series, text);
}

static gboolean
is_there (BatonDatabase *database, const char *id)
{
  return baton_database_get_key (database, BATON_ENTITY_TASK, id, NULL) != 0;
}

static void
undo (BatonDatabase *database)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = baton_database_undo (database, FALSE, &error);

  g_assert_no_error (error);
}

static void
redo (BatonDatabase *database)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = baton_database_redo (database, FALSE, &error);

  g_assert_no_error (error);
}

/* --- one device ---------------------------------------------------------- */

static void
test_completing_makes_the_next_one (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=WEEKLY");
  g_autofree char *next = nth (id, 2), *third = nth (id, 3);

  store_set (database, id, "tags.green", "true");
  store_set (database, id, "status", "done");
  store_assert (database, id, "status", "done");
  store_assert (database, next, "title", "Water the plants");
  store_assert (database, next, "status", "todo");
  store_assert (database, next, "due", "2026-11-27");
  store_assert (database, next, "tags.green", "true");
  store_assert (database, next, "series_id", id);
  store_assert (database, next, "completed_at", NULL);
  g_assert_false (is_there (database, third));

  store_set (database, next, "status", "done");
  store_assert (database, third, "due", "2026-12-04");
  store_assert (database, third, "series_id", id);
}

static void
test_the_next_one_stands_where_the_last_one_stood (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *first = store_add (database, "First", NULL);
  g_autofree char *id = add_repeating (database, "FREQ=WEEKLY");
  g_autofree char *last = store_add (database, "Last", NULL);

  store_set (database, id, "status", "done");
  store_assert_list (database, baton_query_new (BATON_VIEW_INBOX), "First,Water the plants,Last");
}

static void
test_what_does_not_repeat_or_is_over_makes_none (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *once = store_add (database, "Once", NULL);
  g_autofree char *id = add_repeating (database, "FREQ=DAILY;COUNT=2");
  g_autofree char *second = nth (id, 2), *third = nth (id, 3), *none = nth (once, 2);

  store_set (database, once, "status", "done");
  g_assert_false (is_there (database, none));
  store_set (database, id, "status", "review");
  g_assert_false (is_there (database, second));
  store_set (database, id, "status", "done");
  store_set (database, second, "status", "done");
  g_assert_false (is_there (database, third));
}

static void
test_undo_takes_both_back_and_redo_brings_both (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=DAILY");
  g_autofree char *next = nth (id, 2);

  store_set (database, id, "status", "done");
  for (guint i = 0; i < 3; i++)
    {
      undo (database);
      store_assert (database, id, "status", "todo");
      store_assert (database, id, "completed_at", NULL);
      store_assert (database, next, "deleted", "true");
      redo (database);
      store_assert (database, id, "status", "done");
      store_assert (database, next, "deleted", "false");
    }
}

static void
test_done_once_more_after_undo_brings_it_back_as_it_is_to_be_now (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=DAILY");
  g_autofree char *next = nth (id, 2);

  store_set (database, id, "tags.old", "true");
  store_set (database, id, "status", "done");
  undo (database);
  store_set (database, id, "title", "Water the cactus");
  store_set (database, id, "recurrence", "FREQ=MONTHLY");
  store_set (database, id, "tags.old", "false");
  store_set (database, id, "status", "done");
  store_assert (database, next, "deleted", "false");
  store_assert (database, next, "title", "Water the cactus");
  store_assert (database, next, "due", "2026-12-20");
  store_assert (database, next, "tags.old", "false");
  undo (database);
  store_assert (database, next, "deleted", "true");
}

static void
test_opened_again_and_done_again_leaves_the_next_one_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=DAILY");
  g_autofree char *next = nth (id, 2);

  store_set (database, id, "status", "done");
  store_set (database, next, "title", "Water the cactus");
  store_set (database, next, "status", "done");
  store_set (database, id, "status", "todo");
  store_assert (database, next, "status", "done");
  store_set (database, id, "status", "done");
  store_assert (database, next, "title", "Water the cactus");
  store_assert (database, next, "status", "done");
}

/* --- what hangs on it ---------------------------------------------------- */

static guint
count_children (BatonDatabase *database, const char *parent)
{
  g_autoptr (GPtrArray) tasks = baton_database_get_all (database, BATON_ENTITY_TASK, NULL);
  guint n = 0;

  for (guint i = 0; i < tasks->len; i++)
    if (g_strcmp0 (baton_record_get_text (g_ptr_array_index (tasks, i), "parent_id"), parent) == 0)
      n++;
  return n;
}


static char *
add_subtask (BatonDatabase *database, const char *title, const char *parent)
{
  char *id = store_add (database, title, NULL);

  store_set (database, id, "parent_id", parent);
  return id;
}

static void
test_subtasks_come_again_to_be_done_anew (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=WEEKLY");
  g_autofree char *next = nth (id, 2), *third = nth (id, 3);
  g_autofree char *can = add_subtask (database, "Fill the can", id);
  g_autofree char *tap = add_subtask (database, "Find the tap", can);
  g_autofree char *gone = add_subtask (database, "Sing to them", id);
  g_autofree char *can_2 = baton_uuid_from_name (can, next);
  g_autofree char *tap_2 = baton_uuid_from_name (tap, next);
  g_autofree char *gone_2 = baton_uuid_from_name (gone, next);
  g_autofree char *can_3 = baton_uuid_from_name (can_2, third);

  store_set (database, can, "due", "2026-11-19T08:00");
  store_set (database, can, "tags.wet", "true");
  store_set (database, can, "status", "done");
  store_set (database, gone, "deleted", "true");
  store_set (database, id, "status", "done");
  store_assert (database, can_2, "title", "Fill the can");
  store_assert (database, can_2, "parent_id", next);
  store_assert (database, can_2, "status", "todo");
  store_assert (database, can_2, "completed_at", NULL);
  store_assert (database, can_2, "due", "2026-11-26T08:00");
  store_assert (database, can_2, "tags.wet", "true");
  store_assert (database, tap_2, "parent_id", can_2);
  store_assert (database, tap_2, "due", NULL);
  g_assert_false (is_there (database, gone_2));

  store_set (database, next, "status", "done");
  store_assert (database, can_3, "due", "2026-12-03T08:00");
  store_assert (database, can_3, "parent_id", third);
}

static void
test_subtasks_go_and_come_with_undo (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=DAILY");
  g_autofree char *next = nth (id, 2);
  g_autofree char *can = add_subtask (database, "Fill the can", id);
  g_autofree char *copy = baton_uuid_from_name (can, next);

  store_set (database, id, "status", "done");
  for (guint i = 0; i < 2; i++)
    {
      undo (database);
      store_assert (database, copy, "deleted", "true");
      redo (database);
      store_assert (database, copy, "deleted", "false");
    }
  undo (database);
  store_set (database, can, "title", "Fill the big can");
  store_set (database, id, "status", "done");
  store_assert (database, copy, "deleted", "false");
  store_assert (database, copy, "title", "Fill the big can");
}

/* Done twice already: not three of it the next time */
static void
test_a_subtask_that_repeats_by_itself_comes_once (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=WEEKLY");
  g_autofree char *next = nth (id, 2);
  g_autofree char *can = add_subtask (database, "Fill the can", id);
  g_autofree char *can_b = nth (can, 2), *can_c = nth (can, 3);
  g_autofree char *copy = baton_uuid_from_name (can, next);
  g_autofree char *copy_b = nth (copy, 2);

  store_apply (
      database,
      store_edit (BATON_ENTITY_TASK, can, "recurrence", "FREQ=DAILY", "due", "2026-11-20", NULL),
      "Repeat");
  store_set (database, can, "status", "done");
  store_set (database, can_b, "status", "done");
  store_assert (database, can_c, "status", "todo");
  store_set (database, id, "status", "done");
  store_assert (database, copy, "due", "2026-11-29");
  store_assert (database, copy, "parent_id", next);
  g_assert_cmpuint (count_children (database, next), ==, 1);
  store_set (database, copy, "status", "done");
  store_assert (database, copy_b, "due", "2026-11-30");
}

static void
test_a_circle_of_subtasks_is_copied_once (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = open_device (folder, "a");
  g_autofree char *id = add_repeating (database, "FREQ=WEEKLY");
  g_autofree char *next = nth (id, 2);
  g_autofree char *can = add_subtask (database, "Fill the can", id);
  g_autofree char *copy = baton_uuid_from_name (can, next);
  g_autofree char *own = baton_uuid_from_name (id, next);

  store_set (database, id, "parent_id", can);
  store_set (database, id, "status", "done");
  store_assert (database, copy, "parent_id", next);
  g_assert_false (is_there (database, own));
}

/* --- two devices --------------------------------------------------------- */

typedef struct
{
  BatonTestFolder *folder;
  FakeServer *server;
  BatonDatabase *a;
  BatonDatabase *b;
  char *id;
  char *next;
} Pair;

static void
sync_device (Pair *pair, BatonDatabase *database)
{
  g_autoptr (GPtrArray) edits = baton_database_get_outbox (database, 500, 1000000, NULL);
  g_autofree char *cursor = baton_database_get_cursor (database, NULL);
  g_autoptr (GPtrArray) results = NULL, changes = NULL;
  GError *error = NULL;
  gboolean more;

  fake_server_set_now (pair->server, now);
  results = fake_server_send (pair->server, edits);
  changes = fake_server_pull (pair->server, cursor, 500, &more);
  g_assert_nonnull (changes);
  baton_database_take_results (database, results, now, &error);
  g_assert_no_error (error);
  baton_database_take_changes (database, changes, &error);
  g_assert_no_error (error);
}

static void
sync_pair (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      sync_device (pair, pair->a);
      sync_device (pair, pair->b);
    }
}

/* Two devices that have the same repeating task */
static void
pair_init (Pair *pair)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  pair->folder = baton_test_folder_new ();
  pair->server = fake_server_new ();
  pair->a = open_device (pair->folder, "a");
  pair->b = open_device (pair->folder, "b");
  g_assert_true (baton_database_set_account (pair->a, &account, NULL));
  g_assert_true (baton_database_set_account (pair->b, &account, NULL));
  pair->id = add_repeating (pair->a, "FREQ=WEEKLY");
  pair->next = nth (pair->id, 2);
  sync_pair (pair);
}

static void
pair_clear (Pair *pair)
{
  baton_database_close (pair->a);
  baton_database_close (pair->b);
  fake_server_free (pair->server);
  baton_test_folder_free (pair->folder);
  g_free (pair->id);
  g_free (pair->next);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
assert_n_conflicts (BatonDatabase *database, guint n)
{
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (database, NULL);

  for (guint i = n; i < conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (conflicts, i);

      g_test_message ("conflict in %s of %s", entry->field, entry->record);
    }
  g_assert_cmpuint (conflicts->len, ==, n);
}

static void
assert_alike (Pair *pair, guint n_tasks)
{
  GHashTable *records = fake_server_get_records (pair->server);
  GHashTableIter iter;
  gpointer id, theirs;

  g_assert_cmpuint (g_hash_table_size (records), ==, n_tasks);
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &id, &theirs))
    {
      g_autoptr (BatonRecord) a = baton_database_get (pair->a, BATON_ENTITY_TASK, id, NULL);
      g_autoptr (BatonRecord) b = baton_database_get (pair->b, BATON_ENTITY_TASK, id, NULL);

      g_assert_true (baton_record_equal (a, theirs));
      g_assert_true (baton_record_equal (b, theirs));
    }
}

static void
test_done_on_two_devices_offline_gives_one (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  store_set (pair.a, pair.id, "status", "done");
  store_set (pair.b, pair.id, "status", "done");
  sync_pair (&pair);
  assert_alike (&pair, 2);
  store_assert (pair.a, pair.next, "due", "2026-11-27");
  store_assert (pair.b, pair.next, "status", "todo");
  assert_n_conflicts (pair.a, 0);
  assert_n_conflicts (pair.b, 0);
}

static void
test_one_that_had_another_rule_or_title_gives_one (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  store_set (pair.a, pair.id, "status", "done");
  store_set (pair.b, pair.id, "recurrence", "FREQ=DAILY");
  store_set (pair.b, pair.id, "title", "Water the cactus");
  store_set (pair.b, pair.id, "status", "done");
  sync_pair (&pair);
  assert_alike (&pair, 2);
  store_assert (pair.a, pair.next, "title", "Water the cactus");
  store_assert (pair.a, pair.next, "due", "2026-11-21");
  /* Nobody typed what lost. */
  assert_n_conflicts (pair.a, 0);
  assert_n_conflicts (pair.b, 0);
}

static void
test_done_later_on_another_device_undoes_nothing (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  store_set (pair.a, pair.id, "status", "done");
  store_set (pair.a, pair.next, "title", "Water the cactus");
  store_set (pair.a, pair.next, "due", "2026-11-29");
  store_set (pair.a, pair.next, "status", "done");
  sync_device (&pair, pair.a);
  now += 3 * DAY_MS;
  store_set (pair.b, pair.id, "status", "done");
  store_assert (pair.b, pair.next, "title", "Water the plants");
  sync_pair (&pair);
  assert_alike (&pair, 3);
  store_assert (pair.b, pair.next, "title", "Water the cactus");
  store_assert (pair.b, pair.next, "due", "2026-11-29");
  store_assert (pair.b, pair.next, "status", "done");
  assert_n_conflicts (pair.a, 0);
  assert_n_conflicts (pair.b, 0);
}

static void
test_what_is_typed_into_both_is_a_conflict (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  store_set (pair.a, pair.id, "status", "done");
  store_set (pair.b, pair.id, "status", "done");
  store_set (pair.b, pair.next, "title", "Water the fern");
  store_set (pair.a, pair.next, "title", "Water the cactus");
  sync_pair (&pair);
  assert_alike (&pair, 2);
  store_assert (pair.b, pair.next, "title", "Water the cactus");
  assert_n_conflicts (pair.b, 1);
}

static void
test_undone_here_and_done_there (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  store_set (pair.a, pair.id, "status", "done");
  undo (pair.a);
  sync_pair (&pair);
  store_assert (pair.b, pair.next, "deleted", "true");
  /* It is known there, as deleted: done again, it comes back */
  store_set (pair.b, pair.id, "status", "done");
  sync_pair (&pair);
  assert_alike (&pair, 2);
  store_assert (pair.a, pair.next, "deleted", "false");
  store_assert (pair.a, pair.next, "status", "todo");
  assert_n_conflicts (pair.a, 0);
}

/* So that it loses without a conflict where somebody has written into the copy */
static void
assert_nobody_wrote (BatonDatabase *database, const char *id)
{
  g_autoptr (GPtrArray) edits = baton_database_get_outbox (database, 500, 1000000, NULL);
  guint n = 0;

  for (guint i = 0; i < edits->len; i++)
    if (g_str_equal (baton_edit_get_record (g_ptr_array_index (edits, i)), id))
      {
        g_assert_true (baton_recurrence_is_making (g_ptr_array_index (edits, i)));
        n++;
      }
  g_assert_cmpuint (n, ==, 1);
}

/* Each has what the other one had not seen yet, and what somebody wrote into a copy stays */
static void
test_subtasks_done_on_two_devices_offline_come_once (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *can = NULL, *tap = NULL, *hose = NULL;
  g_autofree char *can_2 = NULL, *tap_2 = NULL, *hose_2 = NULL;

  pair_init (&pair);
  can = add_subtask (pair.a, "Fill the can", pair.id);
  tap = add_subtask (pair.a, "Find the tap", can);
  sync_pair (&pair);
  hose = add_subtask (pair.b, "Roll up the hose", pair.id);
  can_2 = baton_uuid_from_name (can, pair.next);
  tap_2 = baton_uuid_from_name (tap, pair.next);
  hose_2 = baton_uuid_from_name (hose, pair.next);

  store_set (pair.a, tap, "title", "Find the other tap");
  store_set (pair.a, pair.id, "status", "done");
  assert_nobody_wrote (pair.a, can_2);
  store_set (pair.a, can_2, "title", "Fill the big can");
  store_set (pair.a, can_2, "status", "done");
  store_set (pair.b, can, "status", "done");
  store_set (pair.b, pair.id, "status", "done");
  sync_pair (&pair);
  assert_alike (&pair, 8);
  store_assert (pair.b, tap_2, "title", "Find the other tap");
  store_assert (pair.b, can_2, "title", "Fill the big can");
  store_assert (pair.b, can_2, "status", "done");
  store_assert (pair.a, tap_2, "parent_id", can_2);
  store_assert (pair.a, hose_2, "parent_id", pair.next);
  assert_n_conflicts (pair.a, 0);
  assert_n_conflicts (pair.b, 0);
}

static gboolean
is_told_of (BatonDatabase *database, const char *task, const char *field)
{
  g_autoptr (GPtrArray)
      entries = baton_database_list_history (database, BATON_ENTITY_TASK, task, 0, NULL);

  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (((const BatonHistoryEntry *) g_ptr_array_index (entries, i))->field, field))
      return TRUE;
  return FALSE;
}

/* Where others have taken its ids, the server gives a series another name. That is no news for anybody. */
static void
test_the_name_of_a_series_is_not_told (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *mine = baton_uuid_new (now), *theirs = baton_uuid_new (now);

  BatonEdit *edit = NULL;

  pair_init (&pair);
  store_apply (pair.a, store_edit (BATON_ENTITY_TASK, pair.id, "series_id", mine, NULL), "Name");
  edit = store_edit (BATON_ENTITY_TASK, pair.id, "series_id", theirs, "priority", "high", NULL);
  baton_edit_set_int (edit, "occurrence", 5);
  store_apply (pair.b, edit, "Name");
  sync_pair (&pair);
  assert_alike (&pair, 1);
  store_assert (pair.a, pair.id, "series_id", theirs);
  assert_n_conflicts (pair.a, 0);
  assert_n_conflicts (pair.b, 0);
  g_assert_false (is_told_of (pair.a, pair.id, "series_id"));
  g_assert_false (is_told_of (pair.b, pair.id, "series_id"));
  g_assert_false (is_told_of (pair.b, pair.id, "occurrence"));
  g_assert_true (is_told_of (pair.b, pair.id, "priority"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repeat/next", test_completing_makes_the_next_one);
  g_test_add_func ("/repeat/place", test_the_next_one_stands_where_the_last_one_stood);
  g_test_add_func ("/repeat/none", test_what_does_not_repeat_or_is_over_makes_none);
  g_test_add_func ("/repeat/undo-and-redo", test_undo_takes_both_back_and_redo_brings_both);
  g_test_add_func ("/repeat/done-again-after-undo",
                   test_done_once_more_after_undo_brings_it_back_as_it_is_to_be_now);
  g_test_add_func ("/repeat/opened-again",
                   test_opened_again_and_done_again_leaves_the_next_one_as_it_is);
  g_test_add_func ("/repeat/subtasks", test_subtasks_come_again_to_be_done_anew);
  g_test_add_func ("/repeat/subtasks-undone", test_subtasks_go_and_come_with_undo);
  g_test_add_func ("/repeat/subtasks-that-repeat",
                   test_a_subtask_that_repeats_by_itself_comes_once);
  g_test_add_func ("/repeat/subtasks-in-a-circle", test_a_circle_of_subtasks_is_copied_once);
  g_test_add_func ("/repeat/two-devices-subtasks",
                   test_subtasks_done_on_two_devices_offline_come_once);
  g_test_add_func ("/repeat/two-devices", test_done_on_two_devices_offline_gives_one);
  g_test_add_func ("/repeat/two-devices-two-rules",
                   test_one_that_had_another_rule_or_title_gives_one);
  g_test_add_func ("/repeat/done-later", test_done_later_on_another_device_undoes_nothing);
  g_test_add_func ("/repeat/typed-into-both", test_what_is_typed_into_both_is_a_conflict);
  g_test_add_func ("/repeat/name-of-a-series", test_the_name_of_a_series_is_not_told);
  g_test_add_func ("/repeat/undone-here", test_undone_here_and_done_there);
  return g_test_run ();
}
