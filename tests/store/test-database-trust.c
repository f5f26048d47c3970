/* test-database-trust.c: what was refused, what lost, and whose it is: the person decides, and nothing goes by itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"
#include "sql/baton-sql.h"
#include "store/baton-change.h"

#include <string.h>

#define NOW     G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define OTHER   "ffffffffffff"
#define SCOPE   "user:00000000-0000-4000-8000-000000000001"
#define PROJECT "01990000-0000-7000-8000-000000000002"
#define TEAM    "project:" PROJECT

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  guint seq;
} Fixture;

static gboolean
sign_in_as (BatonDatabase *database, const char *user, BatonSignIn how, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) user, NULL };

  return baton_database_sign_in (database, &account, how, NULL, error);
}

static gboolean
sign_in (BatonDatabase *database, const char *user, GError **error)
{
  return sign_in_as (database, user, BATON_SIGN_IN_ASK, error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->database = store_open (fixture->folder);
  if (data == NULL)
    g_assert_true (sign_in (fixture->database, "u", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static GPtrArray *
get_outbox (Fixture *fixture)
{
  GError *error = NULL;
  GPtrArray *edits = baton_database_get_outbox (fixture->database, 100000, 100000000, &error);

  g_assert_no_error (error);
  return edits;
}

/* All that waits is answered so */
static void
answer (Fixture *fixture, BatonResultStatus status, const char *code)
{
  g_autoptr (GPtrArray) edits = get_outbox (fixture);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; i < edits->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (edits, i)));
      result->status = status;
      result->code = g_strdup (code);
      result->message = g_strdup (code);
      g_ptr_array_add (results, result);
    }
  g_assert_true (baton_database_take_results (fixture->database, results, NOW, NULL));
}

static void
take (Fixture *fixture, BatonChange *change)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  GError *error = NULL;

  change->place = g_strdup_printf ("%u.aaaa", ++fixture->seq);
  g_ptr_array_add (changes, change);
  baton_database_take_changes (fixture->database, changes, &error);
  g_assert_no_error (error);
}

/* The record as it is here, with @field set to @text by another device under a clock @ms after that of @field here */
static void
change_elsewhere (Fixture *fixture,
                  BatonEntity entity,
                  const char *id,
                  const char *scope,
                  const char *field,
                  const char *text,
                  gint64 ms)
{
  g_autoptr (BatonRecord) record = baton_database_get (fixture->database, entity, id, NULL);
  BatonChange *change = g_new0 (BatonChange, 1);
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  change->scope = g_strdup (scope);
  change->entity = entity;
  change->record = baton_record_copy (record);
  if (field != NULL)
    {
      BatonClock clock = baton_record_get_clock (record, field);

      clock.time += (guint64) ms << 16;
      g_assert_true (baton_device_id_parse (OTHER, &clock.node));
      baton_value_set_text (&value, text);
      baton_record_put (change->record, field, &value, &clock);
    }
  take (fixture, change);
}

static char *
get_refused (Fixture *fixture)
{
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (fixture->database, NULL);

  g_assert_cmpuint (all->len, ==, 1);
  return g_strdup (baton_edit_get_id (((BatonUnsynced *) g_ptr_array_index (all, 0))->edit));
}

static char *
keep_copy (Fixture *fixture, const char *edit)
{
  GError *error = NULL;
  char *id = baton_database_keep_copy (fixture->database, edit, "Keep", &error);

  g_assert_no_error (error);
  return id;
}

static BatonSyncStatus
get_status (Fixture *fixture)
{
  BatonSyncStatus status;

  g_assert_true (baton_database_get_sync_status (fixture->database, &status, NULL));
  return status;
}

static void
assert_gone (Fixture *fixture, const char *task)
{
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, task, NULL), ==,
                   0);
}

/* --- not synced ---------------------------------------------------------- */

static void
test_copy_has_what_was_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *label = NULL;

  store_set (fixture->database, task, "tags.phone", "true");
  answer (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "priority", "urgent");
  answer (fixture, BATON_RESULT_REFUSED, "VALIDATION_ERROR");
  store_assert (fixture->database, task, "priority", "medium");
  refused = get_refused (fixture);
  copy = keep_copy (fixture, refused);
  store_assert (fixture->database, copy, "title", "Call Ada");
  store_assert (fixture->database, copy, "priority", "urgent");
  store_assert (fixture->database, copy, "tags.phone", "true");
  store_assert (fixture->database, task, "priority", "medium");
  g_assert_cmpuint (get_status (fixture).refused, ==, 0);
  g_assert_cmpuint (get_status (fixture).waiting, ==, 1);
  label = baton_database_undo (fixture->database, FALSE, NULL);
  g_assert_cmpstr (label, ==, "Keep");
  store_assert (fixture->database, copy, "deleted", "true");
}

static void
test_copy_of_what_left_is_whole (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *json = NULL;
  BatonChange *left = g_new0 (BatonChange, 1);

  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, PROJECT, "name", "Team", NULL),
               "Add");
  task = store_add (fixture->database, "Paint", PROJECT);
  answer (fixture, BATON_RESULT_APPLIED, NULL);
  change_elsewhere (fixture, BATON_ENTITY_PROJECT, PROJECT, TEAM, NULL, NULL, 0);
  change_elsewhere (fixture, BATON_ENTITY_TASK, task, TEAM, NULL, NULL, 0);
  store_set (fixture->database, task, "description", "Blue");
  left->scope = g_strdup (TEAM);
  left->scope_left = TRUE;
  take (fixture, left);
  assert_gone (fixture, task);
  json = baton_database_export_unsynced (fixture->database, NULL);
  g_assert_nonnull (strstr (json, "\"title\":\"Paint\""));
  g_assert_nonnull (strstr (json, "\"description\":\"Blue\""));
  g_assert_nonnull (strstr (json, "\"code\":\"LEFT\""));
  refused = get_refused (fixture);
  copy = keep_copy (fixture, refused);
  store_assert (fixture->database, copy, "title", "Paint");
  store_assert (fixture->database, copy, "description", "Blue");
  store_assert (fixture->database, copy, "project_id", NULL);
}

static void
test_copy_of_what_the_server_never_had_takes_its_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "New", NULL);
  g_autofree char *refused = NULL;
  g_autofree char *copy = NULL;

  answer (fixture, BATON_RESULT_REFUSED, "AUTHORIZATION_ERROR");
  refused = get_refused (fixture);
  copy = keep_copy (fixture, refused);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "New");
  assert_gone (fixture, task);
}

static void
test_export_of_all_is_json (Fixture *fixture, gconstpointer data)
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
lose (Fixture *fixture)
{
  char *task = store_add (fixture->database, "Tea", NULL);

  answer (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "title", "Coffee");
  answer (fixture, BATON_RESULT_MERGED, NULL);
  change_elsewhere (fixture, BATON_ENTITY_TASK, task, SCOPE, "title", "Cocoa", 60000);
  return task;
}

static BatonHistoryEntry *
get_conflict (GPtrArray *conflicts)
{
  g_assert_cmpuint (conflicts->len, ==, 1);
  return g_ptr_array_index (conflicts, 0);
}

static void
test_loser_can_be_used_instead (Fixture *fixture, gconstpointer data)
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
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
  g_assert_cmpuint (get_status (fixture).waiting, ==, 1);
  label = baton_database_undo (fixture->database, FALSE, NULL);
  g_assert_cmpstr (label, ==, "Use");
  store_assert (fixture->database, task, "title", "Cocoa");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 1);
  g_free (baton_database_redo (fixture->database, FALSE, NULL));
  store_assert (fixture->database, task, "title", "Coffee");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
}

static void
assert_step (Fixture *fixture, gboolean redo, const char *label)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *done = redo ? baton_database_redo (fixture->database, FALSE, &error)
                               : baton_database_undo (fixture->database, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (done, ==, label);
}

/* What stands is none of the step's: it may change meanwhile */
static void
test_keeping_is_undone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);
  gint64 id = get_conflict (conflicts)->id;
  g_autofree char *undo = NULL, *redo = NULL;

  for (guint i = 0; i < 2; i++)
    g_assert_true (baton_database_settle_conflict (fixture->database, id, "Keep", NULL));
  change_elsewhere (fixture, BATON_ENTITY_TASK, task, SCOPE, "title", "Chai", 60000);
  assert_step (fixture, FALSE, "Keep");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 1);
  g_assert_true (baton_database_is_in_conflict (fixture->database, BATON_ENTITY_TASK, task));
  store_assert (fixture->database, task, "title", "Chai");
  assert_step (fixture, TRUE, "Keep");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
  g_assert_cmpuint (get_status (fixture).waiting, ==, 0);
  assert_step (fixture, FALSE, "Keep");
  g_assert_true (baton_database_settle_conflict (fixture->database, id, "Again", NULL));
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_cmpstr (undo, ==, "Again");
  g_assert_null (redo);
}

/* A conflict that an ordinary edit settles */
static void
test_writing_the_loser_again_is_undone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);

  store_set (fixture->database, task, "title", "Coffee");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
  g_free (baton_database_undo (fixture->database, FALSE, NULL));
  store_assert (fixture->database, task, "title", "Cocoa");
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 1);
}

static void
test_winner_can_be_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);
  g_autoptr (GPtrArray) history = NULL;
  BatonHistoryEntry *first;

  g_assert_true (baton_database_settle_conflict (fixture->database, get_conflict (conflicts)->id,
                                                 "Keep", NULL));
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
  g_assert_false (baton_database_is_in_conflict (fixture->database, BATON_ENTITY_TASK, task));
  store_assert (fixture->database, task, "title", "Cocoa");
  history = baton_database_get_history (fixture->database, task, NULL);
  first = g_ptr_array_index (history, 0);
  g_assert_true (first->conflict && first->settled);
}

static void
test_loser_that_stands_again_is_settled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = lose (fixture);

  change_elsewhere (fixture, BATON_ENTITY_TASK, task, SCOPE, "title", "Chai", 60000);
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 1);
  change_elsewhere (fixture, BATON_ENTITY_TASK, task, SCOPE, "title", "Coffee", 60000);
  g_assert_cmpuint (get_status (fixture).conflicts, ==, 0);
}

/* What this device sent lost later, on the server, against somebody who had not seen it: the change says so. */
static void
tell_conflict (Fixture *fixture, const char *task)
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

  g_assert_true (baton_device_id_parse (OTHER, &theirs.node));
  winner = baton_clock_dup_text (&theirs);
  change = g_strdup_printf (
      "{\"scope\":\"" SCOPE "\",\"place\":\"%u.aaaa\",\"after\":null,\"entity\":\"task\","
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
test_the_server_tells_what_lost (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Tea", NULL);
  g_autoptr (GPtrArray) conflicts = NULL;
  BatonHistoryEntry *entry;

  answer (fixture, BATON_RESULT_APPLIED, NULL);
  tell_conflict (fixture, task);
  conflicts = baton_database_get_conflicts (fixture->database, NULL);
  entry = get_conflict (conflicts);
  g_assert_cmpstr (baton_value_get_text (&entry->old_value), ==, "Tea");
  g_assert_cmpstr (baton_value_get_text (&entry->new_value), ==, "Cocoa");
  g_assert_cmpint (entry->old_author, ==, BATON_HISTORY_THIS_DEVICE);
}

/* What a page asks for does not grow with what there is */
static void
test_lists_end_where_they_are_told_to (Fixture *fixture, gconstpointer data)
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

/* --- typing -------------------------------------------------------------- */

static void
test_notes_not_sent_take_each_others_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Notes", NULL);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) last = NULL;
  const BatonEditField *field;

  store_set (fixture->database, task, "description", "a");
  answer (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "description", "ab");
  store_set (fixture->database, task, "description", "abc");
  g_assert_cmpuint (get_status (fixture).waiting, ==, 1);
  first = get_outbox (fixture);
  field = baton_edit_lookup (g_ptr_array_index (first, 0), "description");
  g_assert_cmpstr (field->was, ==, "a");
  g_assert_cmpstr (baton_value_get_text (&field->value), ==, "abc");
  /* Given out, it may be on its way. */
  store_set (fixture->database, task, "description", "abcd");
  last = get_outbox (fixture);
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

static void
test_a_list_without_an_end_takes_more (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Last", NULL);
  g_autofree char *tail = g_strnfill (88, 'z');
  g_autofree char *position = g_strconcat (tail, "ffffffffffff", NULL);
  g_autofree char *more = NULL;

  g_assert_true (baton_position_is_valid (position));
  store_set (fixture->database, task, "position", position);
  more = store_add (fixture->database, "First", NULL);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "First,Last");
}

/* --- whose it is --------------------------------------------------------- */

static void
test_another_account_gets_nothing_unasked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Anna’s", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GPtrArray) edits = NULL;

  answer (fixture, BATON_RESULT_APPLIED, NULL);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL));
  g_assert_false (sign_in (fixture->database, "v", &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT);
  account = baton_database_get_account (fixture->database, NULL);
  g_assert_null (account);
  store_assert (fixture->database, task, "title", "Anna’s");
  /* The same person again */
  g_assert_true (sign_in (fixture->database, "u", NULL));
  edits = get_outbox (fixture);
  g_assert_cmpuint (edits->len, ==, 1);
  g_assert_cmpstr (baton_edit_get_record (g_ptr_array_index (edits, 0)), ==, task);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL));
  g_assert_true (sign_in_as (fixture->database, "v", BATON_SIGN_IN_ADD, &failure));
  g_assert_no_error (failure);
  g_assert_cmpuint (get_status (fixture).waiting, ==, 1);
}

static void
test_signing_out_deletes_only_what_a_server_has (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Here", NULL);
  g_autoptr (GError) error = NULL;
  BatonAccount *account;
  char *undo;
  char *redo;

  g_assert_false (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_DELETE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED);
  account = baton_database_get_account (fixture->database, NULL);
  g_assert_nonnull (account);
  baton_account_free (account);
  store_assert (fixture->database, task, "title", "Here");
  answer (fixture, BATON_RESULT_APPLIED, NULL);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_DELETE, NULL));
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "");
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_null (undo);
  g_assert_null (redo);
  g_assert_true (sign_in (fixture->database, "v", NULL));
  g_assert_cmpuint (get_status (fixture).waiting, ==, 0);
}

static void
test_deleted_words_are_not_found (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = store_add (fixture->database, "Elephant", NULL);
  g_autofree char *task = NULL;
  g_autofree char *found = NULL;

  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_DELETE_ALL, NULL));
  task = store_add (fixture->database, "Giraffe", NULL);
  found = store_filter (fixture->database, "elephant");
  g_assert_cmpstr (found, ==, "");
}

/* As a process that was killed after the first chunk would leave it */
static void
test_a_sign_in_that_was_cut_off_goes_on (Fixture *fixture, gconstpointer data)
{
  const guint n = 600;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BatonSql) sql = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autofree char *mark = NULL;
  g_autofree char *command = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (ids, store_add (fixture->database, "Task", NULL));
  g_assert_true (sign_in (fixture->database, "u", NULL));
  g_ptr_array_sort_values (ids, (GCompareFunc) strcmp);
  sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);
  command = g_strdup_printf ("DELETE FROM outbox WHERE record > '%s'; "
                             "INSERT INTO meta VALUES ('joining', '%d %s')",
                             (const char *) g_ptr_array_index (ids, 249), BATON_ENTITY_TASK,
                             (const char *) g_ptr_array_index (ids, 249));
  g_assert_true (baton_sql_exec (sql, command, NULL));
  g_clear_pointer (&sql, baton_sql_close);

  none = get_outbox (fixture);
  g_assert_cmpuint (none->len, ==, 0);
  store_set (fixture->database, g_ptr_array_index (ids, 10), "title", "Meanwhile");
  store_set (fixture->database, g_ptr_array_index (ids, 500), "title", "Meanwhile");
  g_assert_true (baton_database_join (fixture->database, NULL));
  edits = get_outbox (fixture);
  for (guint i = 0; i < edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);

      if (baton_edit_lookup (edit, "created_at") != NULL)
        g_hash_table_add (seen, (char *) baton_edit_get_record (edit));
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, n);
}

/* --- undo ---------------------------------------------------------------- */

static void
test_undo_knows_the_clock_that_the_server_took (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Ahead", NULL);
  g_autoptr (GPtrArray) edits = get_outbox (fixture);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);
  BatonResult *result = g_new0 (BatonResult, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;

  result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (edits, 0)));
  result->clock = (BatonClock) { .time = (guint64) NOW << 16, .node = 0 };
  g_ptr_array_add (results, result);
  g_assert_true (baton_database_take_results (fixture->database, results, NOW, NULL));
  label = baton_database_undo (fixture->database, FALSE, &error);
  g_assert_no_error (error);
  store_assert (fixture->database, task, "deleted", "true");
}

static void
test_undo_asks_where_somebody_else_was (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Mine", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;

  answer (fixture, BATON_RESULT_APPLIED, NULL);
  store_set (fixture->database, task, "title", "Still mine");
  answer (fixture, BATON_RESULT_APPLIED, NULL);
  change_elsewhere (fixture, BATON_ENTITY_TASK, task, SCOPE, "title", "Theirs", 60000);
  label = baton_database_undo (fixture->database, FALSE, &error);
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED);
  g_assert_nonnull (strstr (error->message, "Theirs"));
  store_assert (fixture->database, task, "title", "Theirs");
}

#define ADD(name, func) g_test_add ("/database/trust/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_SIGNED_OUT(name, func) \
  g_test_add ("/database/trust/" name, Fixture, "out", set_up, func, tear_down)

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
  ADD ("notes-not-sent-take-each-others-place", test_notes_not_sent_take_each_others_place);
  ADD ("a-list-without-an-end-takes-more", test_a_list_without_an_end_takes_more);
  ADD ("another-account-gets-nothing-unasked", test_another_account_gets_nothing_unasked);
  ADD ("signing-out-deletes-only-what-a-server-has",
       test_signing_out_deletes_only_what_a_server_has);
  ADD ("deleted-words-are-not-found", test_deleted_words_are_not_found);
  ADD_SIGNED_OUT ("a-sign-in-that-was-cut-off-goes-on", test_a_sign_in_that_was_cut_off_goes_on);
  ADD ("undo-knows-the-clock-that-the-server-took", test_undo_knows_the_clock_that_the_server_took);
  ADD ("undo-asks-where-somebody-else-was", test_undo_asks_where_somebody_else_was);
  return g_test_run ();
}
