/* test-database-returns.c: what was gone, or away, and is back
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"
#include "store/baton-change.h"

#define SCOPE "user:00000000-0000-4000-8000-000000000001"
#define OTHER "ffffffffffff"

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  GPtrArray *changes;
  char *task;
  guint seq;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->database = store_open (fixture->folder);
  fixture->task = store_add (fixture->database, "Call Ada", NULL);
  fixture->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->changes);
  g_free (fixture->task);
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static BatonChange *
add_change (Fixture *fixture)
{
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup (SCOPE);
  change->entity = BATON_ENTITY_TASK;
  change->place = g_strdup_printf ("%u.aaaa", ++fixture->seq);
  g_ptr_array_add (fixture->changes, change);
  return change;
}

static void
take (Fixture *fixture)
{
  GError *error = NULL;

  baton_database_take_changes (fixture->database, fixture->changes, &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (fixture->changes, 0);
}

static BatonRecord *
get (Fixture *fixture)
{
  return baton_database_get (fixture->database, BATON_ENTITY_TASK, fixture->task, NULL);
}

/* Sets the title as another device would, a minute after it was set here */
static void
set_title (BatonRecord *record, const char *title)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (record, "title");

  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  g_assert_true (baton_device_id_parse (OTHER, &clock.node));
  baton_value_set_text (&value, title);
  baton_record_put (record, "title", &value, &clock);
}

static void
test_made_anew_after_it_was_purged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonRecord) anew = get (fixture);
  g_autoptr (BatonRecord) now = NULL;

  set_title (anew, "Call Ada again");
  store_set (fixture->database, fixture->task, "deleted", "true");
  store_set (fixture->database, fixture->task, "due", "2026-11-20");
  add_change (fixture)->record = baton_record_ref (anew);
  take (fixture);
  now = get (fixture);
  g_assert_true (baton_record_equal (now, anew));
}

/* Hidden with what it hung on, and not deleted itself */
static void
test_made_anew_while_it_was_hidden (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonRecord) anew = get (fixture);
  g_autoptr (BatonRecord) old = get (fixture);
  g_autoptr (BatonRecord) now = NULL;
  g_auto (BatonValue) maker = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (anew, "title");

  baton_value_set_text (&maker, "01990000-0000-7000-8000-00000000000a");
  clock.node = 0;
  baton_record_put (old, "created_by", &maker, &clock);
  set_title (old, "Call Ada again");
  add_change (fixture)->record = baton_record_ref (old);
  take (fixture);
  store_assert (fixture->database, fixture->task, "title", "Call Ada again");
  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  baton_record_put (anew, "created_by", &maker, &clock);
  add_change (fixture)->record = baton_record_ref (anew);
  take (fixture);
  now = get (fixture);
  g_assert_true (baton_record_equal (now, anew));
}

static BatonSyncStatus
get_status (Fixture *fixture)
{
  BatonSyncStatus status = { 0 };

  g_assert_true (baton_database_get_sync_status (fixture->database, &status, NULL));
  return status;
}

static void
add_purged (Fixture *fixture)
{
  BatonChange *change = add_change (fixture);

  change->left = g_strdup (fixture->task);
  change->purged = TRUE;
}

/* What was written into it here is kept apart, until somebody makes it anew */
static void
test_gone_for_good (Fixture *fixture, gconstpointer data)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };
  g_autoptr (BatonRecord) anew = get (fixture);

  g_assert_true (baton_database_set_account (fixture->database, &account, NULL));
  add_change (fixture)->record = baton_record_ref (anew);
  take (fixture);
  store_set (fixture->database, fixture->task, "due", "2026-11-20");
  add_purged (fixture);
  take (fixture);
  g_assert_cmpint (
      baton_database_get_key (fixture->database, BATON_ENTITY_TASK, fixture->task, NULL), ==, 0);
  g_assert_cmpuint (get_status (fixture).waiting, ==, 0);
  g_assert_cmpuint (get_status (fixture).refused, >, 0);
  add_purged (fixture);
  add_change (fixture)->record = baton_record_ref (anew);
  take (fixture);
  store_assert (fixture->database, fixture->task, "due", "2026-11-20");
  g_assert_cmpuint (get_status (fixture).refused, ==, 0);
}

static void
test_deleted_here_is_not_undone_by_what_others_say (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonRecord) theirs = NULL;

  store_set (fixture->database, fixture->task, "deleted", "true");
  theirs = get (fixture);
  set_title (theirs, "Call Ada again");
  add_change (fixture)->record = baton_record_ref (theirs);
  take (fixture);
  store_assert (fixture->database, fixture->task, "deleted", "true");
  store_assert (fixture->database, fixture->task, "title", "Call Ada again");
}

static guint
count_history (Fixture *fixture)
{
  g_autoptr (GPtrArray)
      history = baton_database_get_history (fixture->database, fixture->task, NULL);

  return history->len;
}

static void
test_away_and_back_between_two_rounds (Fixture *fixture, gconstpointer data)
{
  gint64 key = baton_database_get_key (fixture->database, BATON_ENTITY_TASK, fixture->task, NULL);
  guint before;

  add_change (fixture)->record = get (fixture);
  take (fixture);
  store_set (fixture->database, fixture->task, "title", "Call Charles");
  before = count_history (fixture);
  add_change (fixture)->left = g_strdup (fixture->task);
  add_change (fixture)->record = get (fixture);
  take (fixture);
  g_assert_cmpint (
      baton_database_get_key (fixture->database, BATON_ENTITY_TASK, fixture->task, NULL), ==, key);
  g_assert_cmpuint (count_history (fixture), ==, before);
}

static void
test_gone_after_it_came (Fixture *fixture, gconstpointer data)
{
  add_change (fixture)->record = get (fixture);
  add_change (fixture)->left = g_strdup (fixture->task);
  take (fixture);
  g_assert_null (get (fixture));
}

/* Sets `deleted` as another device would, a minute later */
static BatonRecord *
dup_deleted (const BatonRecord *record)
{
  BatonRecord *deleted = baton_record_copy (record);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (record, "title");

  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  g_assert_true (baton_device_id_parse (OTHER, &clock.node));
  baton_value_set_bool (&value, TRUE);
  baton_record_put (deleted, "deleted", &value, &clock);
  return deleted;
}

static void
test_late_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonRecord) record = get (fixture);

  add_change (fixture)->record = baton_record_ref (record);
  take (fixture);
  add_change (fixture)->record = dup_deleted (record);
  take (fixture);
  store_assert (fixture->database, fixture->task, "deleted", "true");
  fixture->seq = 0;
  add_change (fixture)->record = baton_record_ref (record);
  take (fixture);
  store_assert (fixture->database, fixture->task, "deleted", "true");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/returns/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("made-anew-after-it-was-purged", test_made_anew_after_it_was_purged);
  ADD ("made-anew-while-it-was-hidden", test_made_anew_while_it_was_hidden);
  ADD ("gone-for-good", test_gone_for_good);
  ADD ("deleted-here-is-not-undone-by-what-others-say",
       test_deleted_here_is_not_undone_by_what_others_say);
  ADD ("away-and-back-between-two-rounds", test_away_and_back_between_two_rounds);
  ADD ("gone-after-it-came", test_gone_after_it_came);
  ADD ("what-comes-late-is-not-made-anew", test_late_answer);
  return g_test_run ();
}
