/* test-database-trust.c: what was refused and what lost: the person decides, and nothing goes by itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"

#include <string.h>

#define PROJECT "01990000-0000-7000-8000-000000000002"
#define TEAM    "project:" PROJECT

/* By another device, a minute after it was set here */
static void
set_title_elsewhere (ExchangeFixture *fixture, const char *task, const char *title)
{
  BatonRecord *record = baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL);

  exchange_set_title (record, title);
  exchange_add_change (fixture, FAKE_SCOPE, record);
  exchange_take (fixture);
}

static char *
keep_copy (ExchangeFixture *fixture, const char *edit)
{
  GError *error = NULL;
  char *id = baton_database_keep_copy (fixture->database, edit, "Keep", &error);

  g_assert_no_error (error);
  return id;
}

static void
assert_gone (ExchangeFixture *fixture, const char *task)
{
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, task, NULL), ==,
                   0);
}

/* --- not synced ---------------------------------------------------------- */

static void
test_copy_has_what_was_refused (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *label = NULL;

  store_set (fixture->database, task, "tags.phone", "true");
  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "priority", "urgent");
  exchange_answer_all (fixture, BATON_RESULT_REFUSED, "VALIDATION_ERROR");
  store_assert (fixture->database, task, "priority", "medium");
  refused = exchange_dup_refused (fixture->database, 0);
  copy = keep_copy (fixture, refused);
  store_assert (fixture->database, copy, "title", "Call Ada");
  store_assert (fixture->database, copy, "priority", "urgent");
  store_assert (fixture->database, copy, "tags.phone", "true");
  store_assert (fixture->database, task, "priority", "medium");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
  label = baton_database_undo (fixture->database, FALSE, NULL);
  g_assert_cmpstr (label, ==, "Keep");
  store_assert (fixture->database, copy, "deleted", "true");
}

static void
test_copy_of_what_left_is_whole (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *json = NULL;

  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, PROJECT, "name", "Team", NULL),
               "Add");
  task = store_add (fixture->database, "Paint", PROJECT);
  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  exchange_take_back (fixture, TEAM, BATON_ENTITY_PROJECT, PROJECT);
  exchange_take_back (fixture, TEAM, BATON_ENTITY_TASK, task);
  store_set (fixture->database, task, "description", "Blue");
  exchange_add_change (fixture, TEAM, NULL)->scope_left = TRUE;
  exchange_take (fixture);
  assert_gone (fixture, task);
  json = baton_database_export_unsynced (fixture->database, NULL);
  g_assert_nonnull (strstr (json, "\"title\":\"Paint\""));
  g_assert_nonnull (strstr (json, "\"description\":\"Blue\""));
  g_assert_nonnull (strstr (json, "\"code\":\"LEFT\""));
  refused = exchange_dup_refused (fixture->database, 0);
  copy = keep_copy (fixture, refused);
  store_assert (fixture->database, copy, "title", "Paint");
  store_assert (fixture->database, copy, "description", "Blue");
  store_assert (fixture->database, copy, "project_id", NULL);
}

static void
test_copy_of_what_the_server_never_had_takes_its_place (ExchangeFixture *fixture,
                                                        gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "New", NULL);
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;

  exchange_answer_all (fixture, BATON_RESULT_REFUSED, "AUTHORIZATION_ERROR");
  refused = exchange_dup_refused (fixture->database, 0);
  copy = keep_copy (fixture, refused);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "New");
  assert_gone (fixture, task);
}

static void
test_export_of_all_is_json (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "“One” \"two\"", NULL);
  g_autofree char *json = baton_database_export_unsynced (fixture->database, NULL);
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_cmpstr (json_object_get_string_member (object, "format"), ==, "baton-unsynced");
  g_assert_cmpint (json_object_get_int_member (object, "version"), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "edits")), ==, 1);
  g_assert_nonnull (strstr (json, task));
}

/* --- conflicts ----------------------------------------------------------- */

static char *
lose (ExchangeFixture *fixture)
{
  char *task = store_add (fixture->database, "Tea", NULL);

  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "title", "Coffee");
  exchange_answer_all (fixture, BATON_RESULT_MERGED, NULL);
  set_title_elsewhere (fixture, task, "Cocoa");
  return task;
}

static BatonHistoryEntry *
get_conflict (GPtrArray *conflicts)
{
  g_assert_cmpuint (conflicts->len, ==, 1);
  return g_ptr_array_index (conflicts, 0);
}

static void
test_loser_can_be_used_instead (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);
  BatonHistoryEntry *entry = get_conflict (conflicts);
  g_autofree char *label = NULL;

  g_assert_cmpstr (entry->title, ==, "Cocoa");
  g_assert_cmpstr (baton_value_get_text (&entry->old_value), ==, "Coffee");
  g_assert_cmpint (entry->old_author, ==, BATON_HISTORY_THIS_DEVICE);
  g_assert_cmpint (entry->new_author, ==, BATON_HISTORY_OTHER_DEVICE);
  g_assert_cmpint (entry->new_at - entry->old_at, ==, 60000);
  g_assert_true (baton_database_is_in_conflict (fixture->database, BATON_ENTITY_TASK, task));
  g_assert_true (baton_database_use_instead (fixture->database, entry->id, "Use", NULL));
  store_assert (fixture->database, task, "title", "Coffee");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
  label = baton_database_undo (fixture->database, FALSE, NULL);
  g_assert_cmpstr (label, ==, "Use");
  store_assert (fixture->database, task, "title", "Cocoa");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 1);
  g_free (baton_database_redo (fixture->database, FALSE, NULL));
  store_assert (fixture->database, task, "title", "Coffee");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
}

static void
assert_step (ExchangeFixture *fixture, gboolean redo, const char *label)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *done = redo ? baton_database_redo (fixture->database, FALSE, &error)
                               : baton_database_undo (fixture->database, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (done, ==, label);
}

/* What stands is none of the step's: it may change meanwhile */
static void
test_keeping_is_undone (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);
  gint64 id = get_conflict (conflicts)->id;
  g_autofree char *undo = NULL, *redo = NULL;

  for (guint i = 0; i < 2; i++)
    g_assert_true (baton_database_settle_conflict (fixture->database, id, "Keep", NULL));
  set_title_elsewhere (fixture, task, "Chai");
  assert_step (fixture, FALSE, "Keep");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 1);
  g_assert_true (baton_database_is_in_conflict (fixture->database, BATON_ENTITY_TASK, task));
  store_assert (fixture->database, task, "title", "Chai");
  assert_step (fixture, TRUE, "Keep");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  assert_step (fixture, FALSE, "Keep");
  g_assert_true (baton_database_settle_conflict (fixture->database, id, "Again", NULL));
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_cmpstr (undo, ==, "Again");
  g_assert_null (redo);
}

/* A conflict that an ordinary edit settles */
static void
test_writing_the_loser_again_is_undone (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);

  store_set (fixture->database, task, "title", "Coffee");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
  g_free (baton_database_undo (fixture->database, FALSE, NULL));
  store_assert (fixture->database, task, "title", "Cocoa");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 1);
}

static void
test_winner_can_be_kept (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);
  g_autoptr (GPtrArray) history = NULL;
  BatonHistoryEntry *first;

  g_assert_true (baton_database_settle_conflict (fixture->database, get_conflict (conflicts)->id,
                                                 "Keep", NULL));
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
  g_assert_false (baton_database_is_in_conflict (fixture->database, BATON_ENTITY_TASK, task));
  store_assert (fixture->database, task, "title", "Cocoa");
  history = baton_database_list_history (fixture->database, BATON_ENTITY_TASK, task, 0, NULL);
  first = g_ptr_array_index (history, 0);
  g_assert_true (first->conflict && first->settled);
}

static void
test_loser_that_stands_again_is_settled (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);

  set_title_elsewhere (fixture, task, "Chai");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 1);
  set_title_elsewhere (fixture, task, "Coffee");
  g_assert_cmpuint (exchange_get_status (fixture->database).conflicts, ==, 0);
}

/* What this device sent lost later, on the server, against somebody who had not seen it: the change says so. */
static void
tell_conflict (ExchangeFixture *fixture, const char *task)
{
  g_autofree char *change = NULL;
  g_autoptr (BatonRecord)
      record = baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL);
  BatonClock ours = baton_record_get_clock (record, "title");
  BatonClock theirs = { .time = ours.time + 1 };
  g_autofree char *lost = baton_clock_dup_text (&ours);
  g_autofree char *winner = NULL;
  g_autoptr (JsonNode) node = NULL;
  GError *error = NULL;

  g_assert_true (baton_device_id_parse (EXCHANGE_OTHER, &theirs.node));
  winner = baton_clock_dup_text (&theirs);
  change = g_strdup_printf (
      "{\"scope\":\"" FAKE_SCOPE "\",\"place\":\"%u.aaaa\",\"after\":null,\"entity\":\"task\","
      "\"record\":{\"id\":\"%s\",\"title\":\"Cocoa\"},\"clocks\":{\"title\":\"%s\"},"
      "\"conflicts\":[{\"field\":\"title\",\"value\":\"Tea\",\"clock\":\"%s\",\"winner\":\"%s\"},"
      "{\"field\":\"title\",\"value\":\"Older\",\"clock\":\"%s\",\"winner\":\"%s\"},{\"field\":7}]}",
      ++fixture->seq, task, winner, lost, winner, lost, lost);
  node = baton_json_parse (change, -1, NULL);
  {
    g_autoptr (GPtrArray)
        changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);

    g_ptr_array_add (changes, baton_change_from_json (node, &error));
    g_assert_no_error (error);
    g_assert_true (baton_database_take_changes (fixture->database, changes, NULL));
    g_assert_true (baton_database_take_changes (fixture->database, changes, NULL));
  }
}

static void
test_the_server_tells_what_lost (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Tea", NULL);
  g_autoptr (GPtrArray) conflicts = NULL;
  BatonHistoryEntry *entry;

  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  tell_conflict (fixture, task);
  conflicts = baton_database_get_conflicts (fixture->database, NULL);
  entry = get_conflict (conflicts);
  g_assert_cmpstr (baton_value_get_text (&entry->old_value), ==, "Tea");
  g_assert_cmpstr (baton_value_get_text (&entry->new_value), ==, "Cocoa");
  g_assert_cmpint (entry->old_author, ==, BATON_HISTORY_THIS_DEVICE);
}

/* What a page asks for does not grow with what there is */
static void
test_lists_end_where_they_are_told_to (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autofree char *other = lose (fixture);
  g_autoptr (GPtrArray) history = NULL, conflicts = NULL, waiting = NULL, refused = NULL;
  guint n_left = 0;

  store_set (fixture->database, task, "position", "a0V0123456789ab");
  history = baton_database_list_history (fixture->database, BATON_ENTITY_TASK, task, 2, NULL);
  g_assert_cmpuint (history->len, ==, 2);
  for (guint i = 0; i < history->len; i++)
    g_assert_cmpstr (((BatonHistoryEntry *) g_ptr_array_index (history, i))->field, ==, "title");
  g_clear_pointer (&history, g_ptr_array_unref);
  history = baton_database_list_history (fixture->database, BATON_ENTITY_TASK, task, 100, NULL);
  g_assert_cmpstr (((BatonHistoryEntry *) g_ptr_array_index (history, history->len - 1))->field, ==,
                   "");
  conflicts = baton_database_list_conflicts (fixture->database, 1, &n_left, NULL);
  g_assert_cmpuint (conflicts->len, ==, 1);
  g_assert_cmpuint (n_left, ==, 1);
  g_assert_cmpstr (((BatonHistoryEntry *) g_ptr_array_index (conflicts, 0))->record, ==, other);
  store_set (fixture->database, other, "priority", "high");
  waiting = baton_database_list_unsynced (fixture->database, FALSE, 1, NULL);
  g_assert_cmpuint (waiting->len, ==, 1);
  refused = baton_database_list_unsynced (fixture->database, TRUE, 1, NULL);
  g_assert_cmpuint (refused->len, ==, 0);
}

#define ADD(name, func)                                                              \
  g_test_add ("/database/trust/" name, ExchangeFixture, NULL, exchange_set_up, func, \
              exchange_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-copy-has-what-was-refused", test_copy_has_what_was_refused);
  ADD ("a-copy-of-what-left-is-whole", test_copy_of_what_left_is_whole);
  ADD ("a-copy-of-what-the-server-never-had-takes-its-place",
       test_copy_of_what_the_server_never_had_takes_its_place);
  ADD ("an-export-of-all-is-json", test_export_of_all_is_json);
  ADD ("a-loser-can-be-used-instead", test_loser_can_be_used_instead);
  ADD ("a-winner-can-be-kept", test_winner_can_be_kept);
  ADD ("keeping-is-undone", test_keeping_is_undone);
  ADD ("writing-the-loser-again-is-undone", test_writing_the_loser_again_is_undone);
  ADD ("a-loser-that-stands-again-is-settled", test_loser_that_stands_again_is_settled);
  ADD ("the-server-tells-what-lost", test_the_server_tells_what_lost);
  ADD ("lists-end-where-they-are-told-to", test_lists_end_where_they_are_told_to);
  return g_test_run ();
}
