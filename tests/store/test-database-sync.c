/* test-database-sync.c: what is sent, and what answers do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "database-fixture.h"
#include "fake-server.h"

#define NOW   G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define OTHER "ffffffffffff"

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  FakeServer *server;
  gint64 now;
  guint seq;
} Fixture;

static gint64
get_now (gpointer data)
{
  return ((Fixture *) data)->now;
}

static void
sign_in (BatonDatabase *database, const char *user)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) user, NULL };
  GError *error = NULL;

  baton_database_set_account (database, &account, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->now = NOW;
  fixture->database = store_open (fixture->folder);
  fixture->server = fake_server_new ();
  fake_server_set_now (fixture->server, NOW);
  baton_database_set_now (fixture->database, get_now, fixture);
  if (data == NULL)
    sign_in (fixture->database, "u");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  fake_server_free (fixture->server);
  baton_test_folder_free (fixture->folder);
}

static GPtrArray *
get_outbox (BatonDatabase *database)
{
  GError *error = NULL;
  GPtrArray *edits = baton_database_get_outbox (database, 500, 1000000, &error);

  g_assert_no_error (error);
  return edits;
}

static void
take_results (Fixture *fixture, GPtrArray *results)
{
  GError *error = NULL;

  baton_database_take_results (fixture->database, results, NOW, &error);
  g_assert_no_error (error);
}

static void
take_changes (Fixture *fixture, GPtrArray *changes)
{
  GError *error = NULL;

  baton_database_take_changes (fixture->database, changes, &error);
  g_assert_no_error (error);
}

/* One round with the server, as the engine does it */
static void
exchange (Fixture *fixture)
{
  g_autoptr (GPtrArray) edits = get_outbox (fixture->database);
  g_autofree char *cursor = baton_database_get_cursor (fixture->database, NULL);
  g_autoptr (GPtrArray) results = fake_server_send (fixture->server, edits);
  gboolean more;
  g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, cursor, 1000, &more);

  g_assert_nonnull (changes);
  take_results (fixture, results);
  take_changes (fixture, changes);
}

/* What somebody else sets on the server's record, @ms after NOW, having seen what stands there or (@unseen) not */
static void
edit_elsewhere (Fixture *fixture,
                const char *id,
                const char *field,
                const char *text,
                gint64 ms,
                gboolean unseen)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *edit_id = baton_uuid_new (NOW);
  BatonClock clock = { .time = (guint64) (NOW + ms) << 16 };

  g_assert_true (baton_device_id_parse (OTHER, &clock.node));
  if (g_hash_table_lookup (fake_server_get_records (fixture->server), id) == NULL)
    baton_edit_set_text (edit, "title", "Elsewhere");
  baton_edit_set_text (edit, field, text);
  baton_edit_stamp (edit, edit_id, &clock,
                    unseen ? NULL
                           : g_hash_table_lookup (fake_server_get_records (fixture->server), id));
  g_ptr_array_add (edits, edit);
  results = fake_server_send (fixture->server, edits);
  g_assert_cmpint (((BatonResult *) g_ptr_array_index (results, 0))->status, !=,
                   BATON_RESULT_REFUSED);
}

static BatonSyncStatus
get_status (BatonDatabase *database)
{
  BatonSyncStatus status = { 0 };

  g_assert_true (baton_database_get_sync_status (database, &status, NULL));
  return status;
}

static BatonChange *
make_change (Fixture *fixture, const char *scope, BatonRecord *record)
{
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup (scope);
  change->place = g_strdup_printf ("%u.x", ++fixture->seq);
  change->entity = record != NULL ? baton_record_get_entity (record) : BATON_ENTITY_TASK;
  change->record = record;
  return change;
}

static void
take_one (Fixture *fixture, BatonChange *change)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);

  g_ptr_array_add (changes, change);
  take_changes (fixture, changes);
}

/* The device's own record as it comes back from the server, in @scope */
static void
take_back (Fixture *fixture, const char *scope, BatonEntity entity, const char *id)
{
  take_one (fixture,
            make_change (fixture, scope, baton_database_get (fixture->database, entity, id, NULL)));
}

/* --- sending ------------------------------------------------------------- */

static void
test_without_account_nothing_waits (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "Task", NULL);

  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 0);
  g_assert_false (baton_database_is_waiting (fixture->database, BATON_ENTITY_TASK, id));
}

static void
test_edits_wait_in_order (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = NULL;
  g_autoptr (GPtrArray) one = NULL;
  g_autoptr (GPtrArray) small = NULL;
  BatonSyncStatus status;

  fixture->now += 5;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  edits = get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 3);
  g_assert_cmpstr (
      baton_value_get_text (&baton_edit_lookup (g_ptr_array_index (edits, 2), "title")->value), ==,
      "Three");
  one = baton_database_get_outbox (fixture->database, 1, 1000000, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  small = baton_database_get_outbox (fixture->database, 500, 1, NULL);
  g_assert_cmpuint (small->len, ==, 1);
  status = get_status (fixture->database);
  g_assert_cmpuint (status.waiting, ==, 3);
  g_assert_cmpint (status.waiting_since, ==, NOW);
}

static void
test_answers_may_be_taken_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) edits = get_outbox (fixture->database);
  g_autoptr (GPtrArray) results = fake_server_send (fixture->server, edits);
  gboolean more;
  g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, "{}", 1000, &more);
  g_autofree char *cursor = NULL;

  for (guint i = 0; i < 3; i++)
    {
      take_results (fixture, results);
      take_changes (fixture, changes);
    }
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 0);
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{\"" FAKE_SCOPE "\":\"1.0\"}");
  g_assert_true (baton_database_is_at (fixture->database, FAKE_SCOPE, "1.0"));
  g_assert_false (baton_database_is_at (fixture->database, FAKE_SCOPE, "1.1"));
}

static void
test_signing_in_sends_what_is_there (Fixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (NOW);
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *gone = store_add (fixture->database, "Gone", NULL);
  g_autoptr (BatonRecord) ours = NULL;

  fixture->now += 1000;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "tags.home", "true");
  store_set (fixture->database, gone, "deleted", "true");
  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "House", NULL),
               "Add");
  sign_in (fixture->database, "u");
  g_assert_cmpuint (get_status (fixture->database).waiting, >, 3);
  exchange (fixture);
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 0);
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 0);
  g_assert_cmpuint (g_hash_table_size (fake_server_get_records (fixture->server)), ==, 3);
  ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
  sign_in (fixture->database, "u");
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 0);
}

static void
test_signing_out_keeps_records (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *cursor = NULL;

  exchange (fixture);
  store_set (fixture->database, id, "title", "Two");
  g_assert_true (baton_database_set_account (fixture->database, NULL, NULL));
  g_assert_null (baton_database_get_account (fixture->database, NULL));
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{}");
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 0);
  store_assert (fixture->database, id, "title", "Two");
  sign_in (fixture->database, "u");
  /* First it looks at what the server has */
  exchange (fixture);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  exchange (fixture);
  g_assert_cmpstr (
      baton_record_get_text (g_hash_table_lookup (fake_server_get_records (fixture->server), id),
                             "title"),
      ==, "Two");
}

/* --- answers ------------------------------------------------------------- */

static void
test_refused_edit_falls_back_and_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  exchange (fixture);
  store_set (fixture->database, id, "priority", "urgent");
  store_set (fixture->database, id, "title", "Two");
  exchange (fixture);
  store_assert (fixture->database, id, "priority", "medium");
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 1);
  g_assert_true (baton_database_is_waiting (fixture->database, BATON_ENTITY_TASK, id));
  store_set (fixture->database, id, "priority", "high");
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 0);
  exchange (fixture);
  store_assert (fixture->database, id, "priority", "high");
}

static void
test_clock_that_runs_ahead_is_set_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;
  BatonClock clock;

  exchange (fixture);
  fixture->now = NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Next year");
  store_set (fixture->database, id, "title", "Again");
  exchange (fixture);
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  clock = baton_record_get_clock (record, "title");
  g_assert_cmpint (baton_clock_get_ms (&clock), <, NOW + 1000);
  g_assert_true (baton_record_equal (
      record, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
  fixture->now = NOW + 1;
  store_set (fixture->database, id, "due", "2026-11-21");
  {
    g_autoptr (BatonRecord)
        later = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);

    clock = baton_record_get_clock (later, "due");
    g_assert_cmpint (baton_clock_get_ms (&clock), <, NOW + 1000);
  }
  edit_elsewhere (fixture, id, "title", "Theirs", 2000, FALSE);
  exchange (fixture);
  store_assert (fixture->database, id, "title", "Theirs");
}

/* Half of what was written with the wrong clock has had its answer, the other half has not. */
static void
test_clock_set_back_does_not_lose_later_edits (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) first = NULL, results = NULL, rest = NULL;
  const BatonEditField *field;

  exchange (fixture);
  fixture->now = NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  store_set (fixture->database, id, "due", "2026-11-21");
  first = baton_database_get_outbox (fixture->database, 1, 100000, NULL);
  results = fake_server_send (fixture->server, first);
  take_results (fixture, results);
  rest = get_outbox (fixture->database);
  field = baton_edit_lookup (g_ptr_array_index (rest, 0), "title");
  g_assert_cmpint (baton_clock_get_ms (&field->base), <, NOW + 1000);
  fixture->now = NOW + 1;
  store_set (fixture->database, id, "due", "2026-12-24");
  store_assert (fixture->database, id, "due", "2026-12-24");
  exchange (fixture);
  exchange (fixture);
  store_assert (fixture->database, id, "due", "2026-12-24");
  store_assert (fixture->database, id, "title", "Three");
}

static void
test_clock_never_runs_behind_what_was_seen (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;
  BatonClock theirs, ours;

  exchange (fixture);
  edit_elsewhere (fixture, id, "title", "Theirs", 60000, FALSE);
  exchange (fixture);
  store_set (fixture->database, id, "due", "2026-11-21");
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  theirs = baton_record_get_clock (record, "title");
  ours = baton_record_get_clock (record, "due");
  g_assert_cmpint (baton_clock_compare (&ours, &theirs), >, 0);
}

static void
test_record_refused_whole_is_sent_whole (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, FAKE_REFUSED_TITLE, NULL);
  g_autoptr (BatonRecord) ours = NULL;

  exchange (fixture);
  store_assert (fixture->database, id, "title", FAKE_REFUSED_TITLE);
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 1);
  store_set (fixture->database, id, "description", "Notes");
  exchange (fixture);
  g_assert_cmpuint (get_status (fixture->database).refused, >, 0);
  store_set (fixture->database, id, "title", "Fine");
  exchange (fixture);
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 0);
  ours = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  g_assert_true (baton_record_equal (
      ours, g_hash_table_lookup (fake_server_get_records (fixture->server), id)));
}

static void
test_undo_goes_on_after_a_clock_was_taken (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *label = NULL;
  GError *error = NULL;

  fixture->now = NOW + G_GINT64_CONSTANT (365) * 24 * 3600 * 1000;
  store_set (fixture->database, id, "title", "Next year");
  exchange (fixture);
  fixture->now = NOW + 10;
  label = baton_database_undo (fixture->database, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (label, ==, "title");
  store_assert (fixture->database, id, "title", "One");
  exchange (fixture);
  store_assert (fixture->database, id, "title", "One");
}

static void
test_undo_minds_what_others_did (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;

  store_set (fixture->database, id, "title", "Two");
  exchange (fixture);
  edit_elsewhere (fixture, id, "title", "Theirs", 1000, FALSE);
  exchange (fixture);
  g_assert_null (baton_database_undo (fixture->database, FALSE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED);
  g_assert_nonnull (strstr (error->message, "Theirs"));
  store_assert (fixture->database, id, "title", "Theirs");
  label = baton_database_undo (fixture->database, TRUE, NULL);
  store_assert (fixture->database, id, "title", "One");
}

static guint
count_replaced (BatonDatabase *database, const char *id, const char *text)
{
  g_autoptr (GPtrArray) history = baton_database_get_history (database, id, NULL);
  guint n = 0;

  for (guint i = 0; i < history->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (history, i);

      n += g_strcmp0 (baton_value_get_text (&entry->old_value), text) == 0;
    }
  return n;
}

static void
test_notes_stay_as_written_until_they_are_merged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  store_set (fixture->database, id, "description", "a\nb\nc");
  exchange (fixture);
  fixture->now += 10;
  store_set (fixture->database, id, "description", "a, mine\nb\nc");
  edit_elsewhere (fixture, id, "description", "a\nb\nc, theirs", 5000, FALSE);
  {
    gboolean more;
    g_autofree char *cursor = baton_database_get_cursor (fixture->database, NULL);
    g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, cursor, 10, &more);

    g_assert_cmpuint (changes->len, ==, 1);
    take_changes (fixture, changes);
    store_assert (fixture->database, id, "description", "a, mine\nb\nc");
  }
  exchange (fixture);
  exchange (fixture);
  store_assert (fixture->database, id, "description", "a, mine\nb\nc, theirs");
  g_assert_cmpuint (count_replaced (fixture->database, id, "a, mine\nb\nc"), ==, 1);
}

static guint
count_conflicts (Fixture *fixture)
{
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (fixture->database, NULL);

  g_assert_nonnull (conflicts);
  return conflicts->len;
}

static void
test_the_loser_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) conflicts = NULL;
  BatonHistoryEntry *entry;

  exchange (fixture);
  fixture->now += 10;
  store_set (fixture->database, id, "title", "Mine");
  edit_elsewhere (fixture, id, "title", "Theirs", 5000, FALSE);
  for (guint i = 0; i < 2; i++)
    {
      exchange (fixture);
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
test_their_loser_is_kept_too (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  gboolean more;
  g_autofree char *cursor = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  exchange (fixture);
  edit_elsewhere (fixture, id, "title", "Theirs", 5, FALSE);
  fixture->now += 10;
  store_set (fixture->database, id, "title", "Mine");
  cursor = baton_database_get_cursor (fixture->database, NULL);
  changes = fake_server_pull (fixture->server, cursor, 10, &more);
  take_changes (fixture, changes);
  take_changes (fixture, changes);
  store_assert (fixture->database, id, "title", "Mine");
  g_assert_cmpuint (count_conflicts (fixture), ==, 1);
}

static void
test_what_was_seen_is_no_conflict (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  exchange (fixture);
  edit_elsewhere (fixture, id, "title", "Theirs", 1000, FALSE);
  exchange (fixture);
  store_set (fixture->database, id, "title", "Mine");
  exchange (fixture);
  store_assert (fixture->database, id, "title", "Mine");
  g_assert_cmpuint (count_conflicts (fixture), ==, 0);
}

/* --- scopes -------------------------------------------------------------- */

static BatonChange *
make_leave (Fixture *fixture, const char *scope, const char *id)
{
  BatonChange *change = make_change (fixture, scope, NULL);

  change->left = g_strdup (id);
  return change;
}

static void
test_record_that_leaves_goes_and_its_edits_stay (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;

  exchange (fixture);
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  take_back (fixture, "project:p", BATON_ENTITY_TASK, id);
  store_set (fixture->database, id, "title", "Two");
  take_one (fixture, make_leave (fixture, "user:other", id));
  store_assert (fixture->database, id, "title", "Two");
  take_one (fixture, make_leave (fixture, "project:p", id));
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL), ==, 0);
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 1);
  /* It comes back: so does what was written. */
  take_one (fixture, make_change (fixture, "project:q", g_steal_pointer (&record)));
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 1);
}

static void
test_record_that_moves_stays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  g_autofree char *other = store_add (fixture->database, "Other", NULL);
  gint64 key = baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL);

  exchange (fixture);
  store_set (fixture->database, id, "title", "Two");
  g_ptr_array_add (changes, make_leave (fixture, FAKE_SCOPE, id));
  g_ptr_array_add (
      changes, make_change (fixture, "project:p",
                            baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL)));
  take_changes (fixture, changes);
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL), ==,
                   key);
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 1);
}

static void
test_scope_that_leaves_takes_all_of_it (Fixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (NOW);
  g_autofree char *scope = g_strconcat ("project:", project, NULL);
  g_autofree char *inside = NULL;
  g_autofree char *unsent = NULL;
  g_autofree char *outside = store_add (fixture->database, "Outside", NULL);
  g_autofree char *cursor = NULL;
  BatonChange *change;

  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "House", NULL),
               "Add");
  inside = store_add (fixture->database, "Inside", project);
  exchange (fixture);
  take_back (fixture, scope, BATON_ENTITY_PROJECT, project);
  take_back (fixture, scope, BATON_ENTITY_TASK, inside);
  unsent = store_add (fixture->database, "Unsent", project);
  store_set (fixture->database, outside, "title", "Still outside");
  change = make_change (fixture, scope, NULL);
  change->scope_left = TRUE;
  take_one (fixture, change);
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_PROJECT, project, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, inside, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, unsent, NULL));
  store_assert (fixture->database, outside, "title", "Still outside");
  g_assert_cmpuint (get_status (fixture->database).refused, ==, 1);
  g_assert_cmpuint (get_status (fixture->database).waiting, ==, 1);
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_null (strstr (cursor, scope));
}

static void
test_purged_records_go_unless_edited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *kept = store_add (fixture->database, "Kept", NULL);
  g_autofree char *gone = store_add (fixture->database, "Gone", NULL);
  g_autofree char *edited = store_add (fixture->database, "Edited", NULL);
  g_autofree char *refused = store_add (fixture->database, "Refused", NULL);
  g_autofree char *new = NULL;

  exchange (fixture);
  edit_elsewhere (fixture, kept, "title", "Kept elsewhere", 1000, FALSE);
  for (guint i = 0; i < 3; i++)
    {
      const char *ids[] = { gone, edited, refused };
      g_autoptr (BatonRecord) record = baton_record_copy (
          g_hash_table_lookup (fake_server_get_records (fixture->server), ids[i]));
      BatonValue deleted = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
      BatonClock clock = { .time = (guint64) (NOW + 5) << 16, .node = 7 };

      baton_record_put (record, "deleted", &deleted, &clock);
      g_hash_table_insert (fake_server_get_records (fixture->server),
                           g_strdup (baton_record_get_id (record)), baton_record_ref (record));
    }
  fake_server_purge (fixture->server);
  new = store_add (fixture->database, "New", NULL);
  store_set (fixture->database, edited, "title", "Edited here");
  /* The server does not know the record any more, and says so. */
  store_set (fixture->database, refused, "due", "2026-11-21");
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  exchange (fixture);
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, gone, NULL), !=,
                   0);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, gone, NULL), ==,
                   0);
  store_assert (fixture->database, kept, "title", "Kept elsewhere");
  store_assert (fixture->database, new, "title", "New");
  store_assert (fixture->database, edited, "title", "Edited here");
  exchange (fixture);
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), edited));
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), new));
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), refused));
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert (fixture->database, kept, "title", "Kept elsewhere");
}

static void
test_what_hung_on_the_purged_is_shown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parent = store_add (fixture->database, "Parent", NULL);
  g_autofree char *child = store_add (fixture->database, "Child", NULL);

  store_set (fixture->database, child, "parent_id", parent);
  store_set (fixture->database, parent, "deleted", "true");
  exchange (fixture);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "");
  fake_server_purge (fixture->server);
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  exchange (fixture);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "Child");
}

static void
test_cursor_goes_on_and_forgets_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      baton_database_set_cursor (fixture->database, "{\"a\":\"9.x\",\"b\":\"2.y\"}", NULL));
  g_assert_true (baton_database_set_cursor (fixture->database, "{\"a\":\"10.z\"}", NULL));
  g_assert_true (baton_database_set_cursor (fixture->database, "{\"a\":\"3.q\"}", NULL));
  g_assert_false (baton_database_set_cursor (fixture->database, "{\"a\":3}", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (baton_database_set_cursor (fixture->database, "nonsense", &error));
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{\"a\":\"10.z\",\"b\":\"2.y\"}");
}

/* --- unsynced ------------------------------------------------------------ */

static void
test_refused_edit_can_be_discarded_or_tried_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  GError *error = NULL;

  exchange (fixture);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) unsynced = NULL;
      BatonUnsynced *one;

      store_set (fixture->database, id, "priority", "urgent");
      exchange (fixture);
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
      g_assert_cmpuint (get_status (fixture->database).refused, ==, 0);
      g_assert_cmpuint (get_status (fixture->database).waiting, ==, i);
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

#define ADD(name, func) g_test_add ("/database/sync/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_SIGNED_OUT(name, func) \
  g_test_add ("/database/sync/" name, Fixture, "out", set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_SIGNED_OUT ("without-account-nothing-waits", test_without_account_nothing_waits);
  ADD ("edits-wait-in-order", test_edits_wait_in_order);
  ADD ("answers-may-be-taken-twice", test_answers_may_be_taken_twice);
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
  ADD ("record-that-leaves-goes-and-its-edits-stay",
       test_record_that_leaves_goes_and_its_edits_stay);
  ADD ("record-that-moves-stays", test_record_that_moves_stays);
  ADD ("scope-that-leaves-takes-all-of-it", test_scope_that_leaves_takes_all_of_it);
  ADD ("purged-records-go-unless-edited", test_purged_records_go_unless_edited);
  ADD ("what-hung-on-the-purged-is-shown", test_what_hung_on_the_purged_is_shown);
  ADD ("cursor-goes-on-and-forgets-nothing", test_cursor_goes_on_and_forgets_nothing);
  ADD ("refused-edit-can-be-discarded-or-tried-again",
       test_refused_edit_can_be_discarded_or_tried_again);
  g_test_add_func ("/database/sync/bad-answers-are-told", test_bad_answers_are_told);
  return g_test_run ();
}
