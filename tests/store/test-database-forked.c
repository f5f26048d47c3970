/* test-database-forked.c: the server was set back to an older state
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"

/* FALSE: the server does not know where the device is. */
static gboolean
pull (ExchangeFixture *fixture)
{
  g_autofree char *cursor = baton_database_get_cursor (fixture->database, NULL);
  gboolean more;
  g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, cursor, 1000, &more);
  GError *error = NULL;

  if (changes == NULL)
    return FALSE;
  baton_database_take_changes (fixture->database, changes, &error);
  g_assert_no_error (error);
  return TRUE;
}

static void
keep (ExchangeFixture *fixture)
{
  exchange_run (fixture);
  fake_server_keep (fixture->server);
}

/* The device hears of it while its edits wait for their turn. */
static void
set_server_back (ExchangeFixture *fixture)
{
  g_autoptr (GPtrArray) edits = NULL;

  fake_server_restore (fixture->server);
  g_assert_false (pull (fixture));
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, TRUE, NULL));
  g_assert_true (pull (fixture));
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 0);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
}

static void
assert_synced (ExchangeFixture *fixture, const char *id, guint n_refused)
{
  g_autoptr (BatonRecord)
      ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  BatonSyncStatus status = exchange_get_status (fixture->database);

  g_assert_cmpuint (status.waiting, ==, 0);
  g_assert_cmpuint (status.refused, ==, n_refused);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
}

static void
test_refused_edit_falls_back_to_what_was_lost (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  keep (fixture);
  store_set (fixture->database, id, "priority", "high");
  exchange_run (fixture);
  store_set (fixture->database, id, "priority", "urgent");
  set_server_back (fixture);
  exchange_run (fixture);
  store_assert (fixture->database, id, "priority", "high");
  assert_synced (fixture, id, 1);
}

static void
test_refused_edit_of_a_lost_record_falls_back (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  keep (fixture);
  id = store_add (fixture->database, "One", NULL);
  store_set (fixture->database, id, "priority", "high");
  exchange_run (fixture);
  store_set (fixture->database, id, "priority", "urgent");
  set_server_back (fixture);
  exchange_run (fixture);
  store_assert (fixture->database, id, "priority", "high");
  assert_synced (fixture, id, 1);
}

/* Else the server would hold the lost value for one that did not know of the other. */
static void
test_what_was_lost_goes_before_what_waits (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = NULL;
  BatonClock first, second;

  keep (fixture);
  store_set (fixture->database, id, "title", "Two");
  exchange_run (fixture);
  store_set (fixture->database, id, "title", "Three");
  set_server_back (fixture);
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 2);
  first = baton_edit_get_clock (g_ptr_array_index (edits, 0));
  second = baton_edit_get_clock (g_ptr_array_index (edits, 1));
  g_assert_cmpint (baton_clock_compare (&first, &second), <, 0);
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", "Three");
  assert_synced (fixture, id, 0);
}

static void
test_edit_of_a_lost_record_is_not_refused (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  keep (fixture);
  id = store_add (fixture->database, "One", NULL);
  exchange_run (fixture);
  store_set (fixture->database, id, "priority", "high");
  set_server_back (fixture);
  exchange_run (fixture);
  store_assert (fixture->database, id, "priority", "high");
  assert_synced (fixture, id, 0);
}

/* One task was in the lost project already, the other is on its way there. */
static void
test_lost_record_comes_before_what_hangs_on_it (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (EXCHANGE_NOW);
  g_autofree char *one = store_add (fixture->database, "One", NULL);
  g_autofree char *two = store_add (fixture->database, "Two", NULL);
  g_autoptr (GPtrArray) edits = NULL;

  keep (fixture);
  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "Move", NULL),
               "Add");
  store_set (fixture->database, one, "project_id", project);
  exchange_run (fixture);
  store_set (fixture->database, two, "project_id", project);
  set_server_back (fixture);
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 3);
  g_assert_cmpstr (baton_edit_get_record (g_ptr_array_index (edits, 0)), ==, project);
  exchange_run (fixture);
  assert_synced (fixture, one, 0);
  assert_synced (fixture, two, 0);
}

static void
test_value_keeps_its_clock (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (BatonRecord) record = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  BatonClock ours, sent;

  keep (fixture);
  id = store_add (fixture->database, "One", NULL);
  store_set (fixture->database, id, "title", "Two");
  exchange_run (fixture);
  set_server_back (fixture);
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  edits = exchange_get_outbox (fixture->database);
  g_assert_nonnull (baton_edit_lookup (g_ptr_array_index (edits, 0), "title"));
  ours = baton_record_get_clock (record, "title");
  sent = baton_edit_get_clock (g_ptr_array_index (edits, 0));
  g_assert_cmpint (baton_clock_compare (&ours, &sent), ==, 0);
}

/* It was refused before the device knew that the server has the record. */
static void
test_record_refused_whole_falls_back_to_what_comes (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = baton_uuid_new (EXCHANGE_NOW);
  g_autoptr (GPtrArray) unsynced = NULL;
  g_autoptr (GPtrArray) theirs = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (GPtrArray) results = NULL;
  BatonEdit *edit = store_edit (BATON_ENTITY_TASK, id, "title", "Theirs", NULL);
  BatonClock clock = { .time = (guint64) (EXCHANGE_NOW - 1000) << 16, .node = 1 };
  GError *error = NULL;

  store_apply (fixture->database,
               store_edit (BATON_ENTITY_TASK, id, "title", FAKE_REFUSED_TITLE, NULL), "Add");
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", FAKE_REFUSED_TITLE);
  baton_edit_stamp (edit, id, &clock, NULL);
  g_ptr_array_add (theirs, edit);
  results = fake_server_send (fixture->server, theirs);
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", "Theirs");
  assert_synced (fixture, id, 1);

  unsynced = baton_database_get_unsynced (fixture->database, &error);
  g_assert_no_error (error);
  edit = ((BatonUnsynced *) g_ptr_array_index (unsynced, 0))->edit;
  g_assert_true (
      baton_database_retry (fixture->database, baton_edit_get_id (edit), "Again", &error));
  g_assert_no_error (error);
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", FAKE_REFUSED_TITLE);
  assert_synced (fixture, id, 0);
}

#define ADD(name, function)                                                               \
  g_test_add ("/database/forked/" name, ExchangeFixture, NULL, exchange_set_up, function, \
              exchange_tear_down)

#define TASK "01900000-0000-7000-8000-0000000000c1"

static void
take (ExchangeFixture *fixture, const char *scope, const char *key, const char *text)
{
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, TASK);
  const BatonClock made = { .time = (guint64) EXCHANGE_NOW << 16, .node = 5 };
  const BatonClock later = { .time = made.time + 1, .node = 5 };
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, "Call Ada");
  baton_record_put (record, "title", &value, &made);
  baton_value_set_text (&value, text);
  baton_record_put (record, key, &value, &later);
  exchange_add_change (fixture, scope, record);
  exchange_take (fixture);
}

/* It comes in a scope that nothing is wrong with */
static void
test_what_was_lost_and_moved_is_sent (ExchangeFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) edits = NULL;
  GError *error = NULL;

  take (fixture, "user:u", "priority", "high");
  baton_database_forget_place (fixture->database, "user:u", TRUE, &error);
  g_assert_no_error (error);
  take (fixture, "project:01900000-0000-7000-8000-0000000000d1", "project_id",
        "01900000-0000-7000-8000-0000000000d1");
  baton_database_end_pull (fixture->database, &error);
  g_assert_no_error (error);
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 1);
  g_assert_nonnull (baton_edit_lookup (g_ptr_array_index (edits, 0), "priority"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("refused-edit-falls-back-to-what-was-lost", test_refused_edit_falls_back_to_what_was_lost);
  ADD ("refused-edit-of-a-lost-record-falls-back", test_refused_edit_of_a_lost_record_falls_back);
  ADD ("what-was-lost-goes-before-what-waits", test_what_was_lost_goes_before_what_waits);
  ADD ("edit-of-a-lost-record-is-not-refused", test_edit_of_a_lost_record_is_not_refused);
  ADD ("lost-record-comes-before-what-hangs-on-it", test_lost_record_comes_before_what_hangs_on_it);
  ADD ("value-keeps-its-clock", test_value_keeps_its_clock);
  ADD ("record-refused-whole-falls-back-to-what-comes",
       test_record_refused_whole_falls_back_to_what_comes);
  ADD ("what-was-lost-and-moved-is-sent", test_what_was_lost_and_moved_is_sent);
  return g_test_run ();
}
