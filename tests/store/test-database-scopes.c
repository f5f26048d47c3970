/* test-database-scopes.c: what comes and goes with the scopes that a person sees
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-database-private.h"
#include "exchange-fixture.h"

static void
leave (ExchangeFixture *fixture, const char *scope, const char *id)
{
  exchange_add_change (fixture, scope, NULL)->left = g_strdup (id);
}

static void
test_record_that_leaves_goes_and_its_edits_stay (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (BatonRecord) record = NULL;

  exchange_run (fixture);
  record = baton_database_get (fixture->database, BATON_ENTITY_TASK, id, NULL);
  exchange_take_back (fixture, "project:p", BATON_ENTITY_TASK, id);
  store_set (fixture->database, id, "title", "Two");
  leave (fixture, "user:other", id);
  exchange_take (fixture);
  store_assert (fixture->database, id, "title", "Two");
  leave (fixture, "project:p", id);
  exchange_take (fixture);
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL), ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
  /* It comes back: so does what was written. */
  exchange_add_change (fixture, "project:q", g_steal_pointer (&record));
  exchange_take (fixture);
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
}

static void
test_record_that_moves_stays (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *other = store_add (fixture->database, "Other", NULL);
  gint64 key = baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL);

  exchange_run (fixture);
  store_set (fixture->database, id, "title", "Two");
  leave (fixture, FAKE_SCOPE, id);
  exchange_take_back (fixture, "project:p", BATON_ENTITY_TASK, id);
  store_assert (fixture->database, id, "title", "Two");
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, id, NULL), ==,
                   key);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
}

static void
test_scope_that_leaves_takes_all_of_it (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (EXCHANGE_NOW);
  g_autofree char *scope = g_strconcat ("project:", project, NULL);
  g_autofree char *inside = NULL;
  g_autofree char *unsent = NULL;
  g_autofree char *outside = store_add (fixture->database, "Outside", NULL);
  g_autofree char *cursor = NULL;

  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "House", NULL),
               "Add");
  inside = store_add (fixture->database, "Inside", project);
  exchange_run (fixture);
  exchange_take_back (fixture, scope, BATON_ENTITY_PROJECT, project);
  exchange_take_back (fixture, scope, BATON_ENTITY_TASK, inside);
  unsent = store_add (fixture->database, "Unsent", project);
  store_set (fixture->database, outside, "title", "Still outside");
  exchange_add_change (fixture, scope, NULL)->scope_left = TRUE;
  exchange_take (fixture);
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_PROJECT, project, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, inside, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, unsent, NULL));
  store_assert (fixture->database, outside, "title", "Still outside");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_null (strstr (cursor, scope));
}

static void
test_purged_records_go_unless_edited (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *kept = store_add (fixture->database, "Kept", NULL);
  g_autofree char *gone = store_add (fixture->database, "Gone", NULL);
  g_autofree char *edited = store_add (fixture->database, "Edited", NULL);
  g_autofree char *refused = store_add (fixture->database, "Refused", NULL);
  g_autofree char *new = NULL;

  exchange_run (fixture);
  exchange_edit_elsewhere (fixture, kept, "title", "Kept elsewhere", 1000, FALSE);
  for (guint i = 0; i < 3; i++)
    {
      const char *ids[] = { gone, edited, refused };
      g_autoptr (BatonRecord) record = baton_record_copy (
          g_hash_table_lookup (fake_server_get_records (fixture->server), ids[i]));
      BatonValue deleted = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
      BatonClock clock = { .time = (guint64) (EXCHANGE_NOW + 5) << 16, .node = 7 };

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
  exchange_run (fixture);
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, gone, NULL), !=,
                   0);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, gone, NULL), ==,
                   0);
  store_assert (fixture->database, kept, "title", "Kept elsewhere");
  store_assert (fixture->database, new, "title", "New");
  store_assert (fixture->database, edited, "title", "Edited here");
  exchange_run (fixture);
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), edited));
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), new));
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), refused));
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert (fixture->database, kept, "title", "Kept elsewhere");
}

static char *
dup_edit_id (ExchangeFixture *fixture, const char *record)
{
  g_autoptr (GPtrArray)
      edits = baton_database_get_waiting (fixture->database, BATON_ENTITY_TASK, record, NULL);

  g_assert_cmpuint (edits->len, ==, 1);
  return g_strdup (baton_edit_get_id (g_ptr_array_index (edits, 0)));
}

/* The server may have taken it, and purged it since: it would call these edits known, and have no such record. */
static void
test_sent_and_not_answered_goes_as_new (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *sent = store_add (fixture->database, "Sent", NULL);
  g_autofree char *unsent = NULL;
  g_autofree char *sent_before = NULL;
  g_autofree char *unsent_before = NULL;
  g_autofree char *sent_after = NULL;
  g_autofree char *unsent_after = NULL;
  g_autoptr (GPtrArray)
      handed = baton_database_get_outbox (fixture->database, 100, G_MAXSIZE, NULL);

  g_assert_cmpuint (handed->len, ==, 1);
  unsent = store_add (fixture->database, "Unsent", NULL);
  sent_before = dup_edit_id (fixture, sent);
  unsent_before = dup_edit_id (fixture, unsent);
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  sent_after = dup_edit_id (fixture, sent);
  unsent_after = dup_edit_id (fixture, unsent);
  g_assert_cmpstr (sent_before, !=, sent_after);
  g_assert_cmpstr (unsent_before, ==, unsent_after);
  exchange_run (fixture);
  store_assert (fixture->database, sent, "title", "Sent");
  g_assert_nonnull (g_hash_table_lookup (fake_server_get_records (fixture->server), sent));
}

/* The answer that it was taken came, and what would have brought it back did not. */
static void
test_taken_and_purged_before_it_came_back (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *left = store_add (fixture->database, "Left", NULL);
  g_autofree char *edited = store_add (fixture->database, "Edited", NULL);
  g_autofree char *unsent = NULL;
  const BatonRecord *record;
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);
  g_autoptr (GPtrArray)
      handed = baton_database_get_outbox (fixture->database, 100, G_MAXSIZE, NULL);

  for (guint i = 0; i < handed->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (handed, i)));
      result->status = BATON_RESULT_APPLIED;
      g_ptr_array_add (results, result);
    }
  g_assert_true (baton_database_take_results (fixture->database, results, EXCHANGE_NOW, NULL));
  store_set (fixture->database, edited, "due", "2026-11-21");
  unsent = store_add (fixture->database, "Unsent", NULL);
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, left, NULL));
  store_assert (fixture->database, unsent, "title", "Unsent");
  exchange_run (fixture);
  store_assert (fixture->database, edited, "due", "2026-11-21");
  record = g_hash_table_lookup (fake_server_get_records (fixture->server), edited);
  g_assert_nonnull (record);
  g_assert_cmpstr (baton_record_get_text (record, "title"), ==, "Edited");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
}

/* It was never on the server, so it cannot have been purged there. */
static void
test_refused_from_the_start_stays (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "Refused", NULL);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);
  g_autoptr (GPtrArray)
      handed = baton_database_get_outbox (fixture->database, 100, G_MAXSIZE, NULL);
  BatonResult *result = g_new0 (BatonResult, 1);

  result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (handed, 0)));
  result->status = BATON_RESULT_REFUSED;
  result->code = g_strdup ("FORBIDDEN");
  result->message = g_strdup ("No");
  g_ptr_array_add (results, result);
  g_assert_true (baton_database_take_results (fixture->database, results, EXCHANGE_NOW, NULL));
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert (fixture->database, id, "title", "Refused");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 1);
}

static void
test_what_hung_on_the_purged_is_shown (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *parent = store_add (fixture->database, "Parent", NULL);
  g_autofree char *child = store_add (fixture->database, "Child", NULL);

  store_set (fixture->database, child, "parent_id", parent);
  store_set (fixture->database, parent, "deleted", "true");
  exchange_run (fixture);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "");
  fake_server_purge (fixture->server);
  g_assert_true (baton_database_forget_place (fixture->database, FAKE_SCOPE, FALSE, NULL));
  exchange_run (fixture);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "Child");
}

static void
test_cursor_goes_on_and_forgets_nothing (ExchangeFixture *fixture, gconstpointer data)
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

#define ADD(name, func)                                                               \
  g_test_add ("/database/scopes/" name, ExchangeFixture, NULL, exchange_set_up, func, \
              exchange_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("record-that-leaves-goes-and-its-edits-stay",
       test_record_that_leaves_goes_and_its_edits_stay);
  ADD ("record-that-moves-stays", test_record_that_moves_stays);
  ADD ("scope-that-leaves-takes-all-of-it", test_scope_that_leaves_takes_all_of_it);
  ADD ("purged-records-go-unless-edited", test_purged_records_go_unless_edited);
  ADD ("sent-and-not-answered-goes-as-new", test_sent_and_not_answered_goes_as_new);
  ADD ("taken-and-purged-before-it-came-back", test_taken_and_purged_before_it_came_back);
  ADD ("refused-from-the-start-stays", test_refused_from_the_start_stays);
  ADD ("what-hung-on-the-purged-is-shown", test_what_hung_on_the_purged_is_shown);
  ADD ("cursor-goes-on-and-forgets-nothing", test_cursor_goes_on_and_forgets_nothing);
  return g_test_run ();
}
