/* test-database-sync.c: what is sent, and what answers do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "exchange-fixture.h"

/* --- sending ------------------------------------------------------------- */

static void
test_without_account_nothing_waits (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "Task", NULL);

  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  g_assert_false (baton_database_is_waiting (fixture->database, BATON_ENTITY_TASK, id));
}

static void
test_edits_wait_in_order (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GPtrArray) one = NULL;
  g_autoptr (GPtrArray) small = NULL;
  BatonSyncStatus status;

  fixture->now += 5;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 3);
  g_assert_cmpstr (
      baton_value_get_text (&baton_edit_lookup (g_ptr_array_index (edits, 2), "title")->value), ==,
      "Three");
  one = baton_database_get_outbox (fixture->database, 1, 1000000, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  small = baton_database_get_outbox (fixture->database, 500, 1, NULL);
  g_assert_cmpuint (small->len, ==, 1);
  status = exchange_get_status (fixture->database);
  g_assert_cmpuint (status.waiting, ==, 3);
  g_assert_cmpint (status.waiting_since, ==, EXCHANGE_NOW);
}

static void
test_answers_may_be_taken_twice (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = exchange_get_outbox (fixture->database);
  g_autoptr (GPtrArray) results = fake_server_send (fixture->server, edits);
  gboolean more;
  g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, "{}", 1000, &more);
  g_autofree char *cursor = NULL;

  for (guint i = 0; i < 3; i++)
    {
      exchange_take_results (fixture, results);
      exchange_take_changes (fixture, changes);
    }
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{\"" FAKE_SCOPE "\":\"1.0\"}");
}

static guint
count_conflicts (ExchangeFixture *fixture)
{
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);

  g_assert_nonnull (conflicts);
  return conflicts->len;
}

/* One edit is taken, one loses, one is refused. */
static void
test_what_was_taken_twice_is_there_once (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (BatonRecord) ours = NULL;
  gboolean more;

  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 5000, FALSE);
  fixture->now += 10;
  store_set (fixture->database, id, "title", "Mine");
  store_set (fixture->database, id, "status", "review");
  store_set (fixture->database, id, "priority", "urgent");
  edits = exchange_get_outbox (fixture->database);
  results = fake_server_send (fixture->server, edits);
  changes = fake_server_pull (fixture->server, "{}", 1000, &more);
  for (guint i = 0; i < 3; i++)
    {
      exchange_take_results (fixture, results);
      exchange_take_changes (fixture, changes);
    }
  ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
  g_assert_cmpuint (count_conflicts (fixture), ==, 1);
}

static void
test_signing_in_sends_what_is_there (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (EXCHANGE_NOW);
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *gone = store_add (fixture->database, "Gone", NULL);
  g_autoptr (BatonRecord) ours = NULL;

  fixture->now += 1000;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "tags.home", "true");
  store_set (fixture->database, gone, "deleted", "true");
  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "House", NULL),
               "Add");
  exchange_sign_in (fixture->database, "u");
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, >, 3);
  exchange_run (fixture);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
  g_assert_cmpuint (g_hash_table_size (fake_server_get_records (fixture->server)), ==, 3);
  ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
  exchange_sign_in (fixture->database, "u");
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
}

static void
test_signing_out_keeps_records (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *cursor = NULL;

  exchange_run (fixture);
  store_set (fixture->database, id, "title", "Two");
  g_assert_true (baton_database_set_account (fixture->database, NULL, NULL));
  g_assert_null (baton_database_get_account (fixture->database, NULL));
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{}");
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  store_assert (fixture->database, id, "title", "Two");
  exchange_sign_in (fixture->database, "u");
  /* First it looks at what the server has */
  exchange_run (fixture);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  exchange_run (fixture);
  g_assert_cmpstr (
      baton_record_get_text (g_hash_table_lookup (fake_server_get_records (fixture->server), id),
                             "title"),
      ==, "Two");
}

/* --- answers ------------------------------------------------------------- */

static void
test_refused_edit_falls_back_and_is_kept (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  exchange_run (fixture);
  store_set (fixture->database, id, "priority", "urgent");
  store_set (fixture->database, id, "title", "Two");
  exchange_run (fixture);
  store_assert (fixture->database, id, "priority", "medium");
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
  g_assert_true (baton_database_is_waiting (fixture->database, BATON_ENTITY_TASK, id));
  store_set (fixture->database, id, "priority", "high");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
  exchange_run (fixture);
  store_assert (fixture->database, id, "priority", "high");
}

static void
test_clock_that_runs_ahead_is_set_back (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;
  BatonClock clock;

  exchange_run (fixture);
  fixture->now = EXCHANGE_NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Next year");
  store_set (fixture->database, id, "title", "Again");
  exchange_run (fixture);
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  clock = baton_record_get_clock (record, "title");
  g_assert_cmpint (baton_clock_get_ms (&clock), <, EXCHANGE_NOW + 1000);
  g_assert_true (baton_record_equal (
      record, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
  fixture->now = EXCHANGE_NOW + 1;
  store_set (fixture->database, id, "due", "2026-11-21");
  {
    g_autoptr (BatonRecord)
        later = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);

    clock = baton_record_get_clock (later, "due");
    g_assert_cmpint (baton_clock_get_ms (&clock), <, EXCHANGE_NOW + 1000);
  }
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 2000, FALSE);
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", "Theirs");
}

/* Half of what was written with the wrong clock has had its answer, the other half has not. */
static void
test_clock_set_back_does_not_lose_later_edits (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) first = NULL, results = NULL, rest = NULL;
  const BatonEditField *field;

  exchange_run (fixture);
  fixture->now = EXCHANGE_NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  store_set (fixture->database, id, "due", "2026-11-21");
  first = baton_database_get_outbox (fixture->database, 1, 100000, NULL);
  results = fake_server_send (fixture->server, first);
  exchange_take_results (fixture, results);
  rest = exchange_get_outbox (fixture->database);
  field = baton_edit_lookup (g_ptr_array_index (rest, 0), "title");
  g_assert_cmpint (baton_clock_get_ms (&field->base), <, EXCHANGE_NOW + 1000);
  fixture->now = EXCHANGE_NOW + 1;
  store_set (fixture->database, id, "due", "2026-12-24");
  store_assert (fixture->database, id, "due", "2026-12-24");
  exchange_run (fixture);
  exchange_run (fixture);
  store_assert (fixture->database, id, "due", "2026-12-24");
  store_assert (fixture->database, id, "title", "Three");
}

static void
test_clock_never_runs_behind_what_was_seen (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;
  BatonClock theirs, ours;

  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 60000, FALSE);
  exchange_run (fixture);
  store_set (fixture->database, id, "due", "2026-11-21");
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  theirs = baton_record_get_clock (record, "title");
  ours = baton_record_get_clock (record, "due");
  g_assert_cmpint (baton_clock_compare (&ours, &theirs), >, 0);
}

static void
test_record_refused_whole_is_sent_whole (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, FAKE_REFUSED_TITLE, NULL);
  g_autoptr (BatonRecord) ours = NULL;

  exchange_run (fixture);
  store_assert (fixture->database, id, "title", FAKE_REFUSED_TITLE);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
  store_set (fixture->database, id, "description", "Notes");
  exchange_run (fixture);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, >, 0);
  store_set (fixture->database, id, "title", "Fine");
  exchange_run (fixture);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
  ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
}

static void
test_undo_goes_on_after_a_clock_was_taken (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *label = NULL;
  GError *error = NULL;

  fixture->now = EXCHANGE_NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Next year");
  exchange_run (fixture);
  fixture->now = EXCHANGE_NOW + 10;
  label = baton_database_undo (fixture->database, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (label, ==, "title");
  store_assert (fixture->database, id, "title", "One");
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", "One");
}

static void
test_undo_minds_what_others_did (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;

  store_set (fixture->database, id, "title", "Two");
  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 1000, FALSE);
  exchange_run (fixture);
  g_assert_null (baton_database_undo (fixture->database, FALSE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED);
  g_assert_nonnull (strstr (error->message, "Theirs"));
  store_assert (fixture->database, id, "title", "Theirs");
  label = baton_database_undo (fixture->database, TRUE, NULL);
  store_assert (fixture->database, id, "title", "One");
}

static void
test_notes_not_sent_take_each_others_place (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Notes", NULL);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) last = NULL;
  const BatonEditField *field;

  store_set (fixture->database, task, "description", "a");
  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "description", "ab");
  store_set (fixture->database, task, "description", "abc");
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
  first = exchange_get_outbox (fixture->database);
  field = baton_edit_lookup (g_ptr_array_index (first, 0), "description");
  g_assert_cmpstr (field->was, ==, "a");
  g_assert_cmpstr (baton_value_get_text (&field->value), ==, "abc");
  /* Given out, it may be on its way. */
  store_set (fixture->database, task, "description", "abcd");
  last = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (last->len, ==, 2);
  g_assert_cmpstr (baton_edit_get_id (g_ptr_array_index (first, 0)), ==,
                   baton_edit_get_id (g_ptr_array_index (last, 0)));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *label = baton_database_undo (fixture->database, FALSE, NULL);

      g_assert_nonnull (label);
    }
  store_assert (fixture->database, task, "description", "a");
}

static guint
count_replaced (BatonDatabase *database, const char *id, const char *text)
{
  g_autoptr (GPtrArray)
      history = baton_database_list_history (database, BATON_ENTITY_TASK, id, 0, NULL);
  guint n = 0;

  for (guint i = 0; i < history->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (history, i);

      n += g_strcmp0 (baton_value_get_text (&entry->old_value), text) == 0;
    }
  return n;
}

static void
test_notes_stay_as_written_until_they_are_merged (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  store_set (fixture->database, id, "description", "a\nb\nc");
  exchange_run (fixture);
  fixture->now += 10;
  store_set (fixture->database, id, "description", "a, mine\nb\nc");
  exchange_edit_elsewhere (fixture, id, "description", "a\nb\nc, theirs", 5000, FALSE);
  {
    gboolean more;
    g_autofree char *cursor = baton_database_get_cursor (fixture->database, NULL);
    g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, cursor, 10, &more);

    g_assert_cmpuint (changes->len, ==, 1);
    exchange_take_changes (fixture, changes);
    store_assert (fixture->database, id, "description", "a, mine\nb\nc");
  }
  exchange_run (fixture);
  exchange_run (fixture);
  store_assert (fixture->database, id, "description", "a, mine\nb\nc, theirs");
  g_assert_cmpuint (count_replaced (fixture->database, id, "a, mine\nb\nc"), ==, 1);
}

static void
test_the_loser_is_kept (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) conflicts = NULL;
  BatonHistoryEntry *entry;

  exchange_run (fixture);
  fixture->now += 10;
  store_set (fixture->database, id, "title", "Mine");
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 5000, FALSE);
  for (guint i = 0; i < 2; i++)
    {
      exchange_run (fixture);
      store_assert (fixture->database, id, "title", "Theirs");
    }
  conflicts = baton_database_get_conflicts (fixture->database, NULL);
  g_assert_cmpuint (conflicts->len, ==, 1);
  entry = g_ptr_array_index (conflicts, 0);
  g_assert_cmpstr (entry->record, ==, id);
  g_assert_cmpstr (entry->field, ==, "title");
  g_assert_cmpstr (baton_value_get_text (&entry->old_value), ==, "Mine");
  g_assert_cmpstr (baton_value_get_text (&entry->new_value), ==, "Theirs");
  g_assert_true (baton_database_settle_conflict (fixture->database, entry->id, "Keep", NULL));
  g_assert_cmpuint (count_conflicts (fixture), ==, 0);
}

static void
test_their_loser_is_kept_too (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  gboolean more;
  g_autofree char *cursor = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 5, FALSE);
  fixture->now += 10;
  store_set (fixture->database, id, "title", "Mine");
  cursor = baton_database_get_cursor (fixture->database, NULL);
  changes = fake_server_pull (fixture->server, cursor, 10, &more);
  exchange_take_changes (fixture, changes);
  exchange_take_changes (fixture, changes);
  store_assert (fixture->database, id, "title", "Mine");
  g_assert_cmpuint (count_conflicts (fixture), ==, 1);
}

static void
test_what_was_seen_is_no_conflict (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, id, "title", "Theirs", 1000, FALSE);
  exchange_run (fixture);
  store_set (fixture->database, id, "title", "Mine");
  exchange_run (fixture);
  store_assert (fixture->database, id, "title", "Mine");
  g_assert_cmpuint (count_conflicts (fixture), ==, 0);
}

/* --- unsynced ------------------------------------------------------------ */

static void
test_refused_edit_can_be_discarded_or_tried_again (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  GError *error = NULL;

  exchange_run (fixture);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) unsynced = NULL;
      BatonUnsynced *one;

      store_set (fixture->database, id, "priority", "urgent");
      exchange_run (fixture);
      unsynced = baton_database_get_unsynced (fixture->database, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (unsynced->len, ==, 1);
      one = g_ptr_array_index (unsynced, 0);
      g_assert_true (one->refused);
      g_assert_cmpstr (one->code, ==, "VALIDATION_ERROR");
      g_assert_cmpstr (one->title, ==, "One");
      if (i == 0)
        baton_database_discard (fixture->database, baton_edit_get_id (one->edit), &error);
      else
        baton_database_retry (fixture->database, baton_edit_get_id (one->edit), "Again", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
      g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, i);
    }
  store_assert (fixture->database, id, "priority", "urgent");
  g_assert_false (baton_database_discard (fixture->database, "none", &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
}

static void
test_bad_answers_are_told (void)
{
  static const char *const results[] = {
    "null",
    "[]",
    "{}",
    "{\"id\":\"x\",\"status\":\"applied\"}",
    "{\"id\":\"00000000-0000-7000-8000-000000000001\"}",
    "{\"id\":\"00000000-0000-7000-8000-000000000001\",\"status\":\"what\"}",
    "{\"id\":\"00000000-0000-7000-8000-000000000001\",\"status\":\"applied\",\"clock\":\"now\"}",
    "{\"id\":\"00000000-0000-7000-8000-000000000001\",\"status\":\"applied\",\"clock\":7}",
    "{\"id\":\"00000000-0000-7000-8000-000000000001\",\"status\":\"refused\"}",
    "{\"id\":[],\"status\":{}}",
  };
  static const char *const changes[] = {
    "null",
    "7",
    "{}",
    "{\"scope\":\"a\"}",
    "{\"scope\":\"a\",\"place\":\"1.x\"}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"cat\"}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\"}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\",\"leave\":true}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\",\"leave\":\"x' OR 1\"}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\",\"record\":{},\"clocks\":{}}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\",\"record\":[],\"clocks\":{}}",
    "{\"scope\":\"a\",\"place\":1,\"entity\":\"task\",\"record\":{},\"clocks\":{}}",
    "{\"scope\":\"a\",\"place\":\"1.x\",\"entity\":\"task\",\"record\":{\"id\":"
    "\"00000000-0000-7000-8000-000000000001\",\"title\":7},\"clocks\":{\"title\":\"now\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (JsonNode) node = baton_json_parse (results[i], -1, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (baton_result_from_json (node, &error));
      g_assert_nonnull (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (JsonNode) node = baton_json_parse (changes[i], -1, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (baton_change_from_json (node, &error));
      g_assert_nonnull (error);
    }
}

#define ADD(name, func)                                                             \
  g_test_add ("/database/sync/" name, ExchangeFixture, NULL, exchange_set_up, func, \
              exchange_tear_down)
#define ADD_SIGNED_OUT(name, func)                                                   \
  g_test_add ("/database/sync/" name, ExchangeFixture, "out", exchange_set_up, func, \
              exchange_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_SIGNED_OUT ("without-account-nothing-waits", test_without_account_nothing_waits);
  ADD ("edits-wait-in-order", test_edits_wait_in_order);
  ADD ("notes-not-sent-take-each-others-place", test_notes_not_sent_take_each_others_place);
  ADD ("answers-may-be-taken-twice", test_answers_may_be_taken_twice);
  ADD ("what-was-taken-twice-is-there-once", test_what_was_taken_twice_is_there_once);
  ADD_SIGNED_OUT ("signing-in-sends-what-is-there", test_signing_in_sends_what_is_there);
  ADD ("signing-out-keeps-records", test_signing_out_keeps_records);
  ADD ("refused-edit-falls-back-and-is-kept", test_refused_edit_falls_back_and_is_kept);
  ADD ("clock-that-runs-ahead-is-set-back", test_clock_that_runs_ahead_is_set_back);
  ADD ("clock-set-back-does-not-lose-later-edits", test_clock_set_back_does_not_lose_later_edits);
  ADD ("clock-never-runs-behind-what-was-seen", test_clock_never_runs_behind_what_was_seen);
  ADD ("record-refused-whole-is-sent-whole", test_record_refused_whole_is_sent_whole);
  ADD ("undo-goes-on-after-a-clock-was-taken", test_undo_goes_on_after_a_clock_was_taken);
  ADD ("undo-minds-what-others-did", test_undo_minds_what_others_did);
  ADD ("notes-stay-as-written-until-they-are-merged",
       test_notes_stay_as_written_until_they_are_merged);
  ADD ("the-loser-is-kept", test_the_loser_is_kept);
  ADD ("their-loser-is-kept-too", test_their_loser_is_kept_too);
  ADD ("what-was-seen-is-no-conflict", test_what_was_seen_is_no_conflict);
  ADD ("refused-edit-can-be-discarded-or-tried-again",
       test_refused_edit_can_be_discarded_or_tried_again);
  g_test_add_func ("/database/sync/bad-answers-are-told", test_bad_answers_are_told);
  return g_test_run ();
}
