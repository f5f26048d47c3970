/* test-database-refused.c: what the server refused to have at all is decided about as one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"
#include "sql/baton-sql.h"
#include "store/baton-change.h"

#define NOW G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  fixture->folder = baton_test_folder_new ();
  fixture->database = store_open (fixture->folder);
  g_assert_true (baton_database_set_account (fixture->database, &account, NULL));
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

static guint
count_refused (Fixture *fixture)
{
  BatonSyncStatus status;

  g_assert_true (baton_database_get_sync_status (fixture->database, &status, NULL));
  return status.refused;
}

/* One that makes it, and two that change it */
static char *
refuse_made_and_edited (Fixture *fixture)
{
  char *task = store_add (fixture->database, "First", NULL);

  store_set (fixture->database, task, "priority", "high");
  /* Given out once, an edit is not changed any more */
  g_ptr_array_unref (get_outbox (fixture));
  store_set (fixture->database, task, "title", "Second");
  answer (fixture, BATON_RESULT_REFUSED, "VALIDATION_ERROR");
  g_assert_cmpuint (count_refused (fixture), ==, 3);
  return task;
}

static char *
get_refused_id (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) unsynced = baton_database_get_unsynced (fixture->database, NULL);
  const BatonUnsynced *row = g_ptr_array_index (unsynced, n);

  g_assert_true (row->refused);
  return g_strdup (baton_edit_get_id (row->edit));
}

/* Whichever of the edits is chosen */
static void
test_what_was_never_made_is_sent_whole (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = get_refused_id (fixture, i);
      g_autoptr (BatonRecord) there = baton_record_new (BATON_ENTITY_TASK, task);
      g_autoptr (GPtrArray) edits = NULL;

      g_assert_true (baton_database_retry (fixture->database, id, "Try again", NULL));
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      edits = get_outbox (fixture);
      for (guint j = 0; j < edits->len; j++)
        g_ptr_array_unref (baton_merge_edit (there, g_ptr_array_index (edits, j), NULL));
      g_assert_cmpstr (baton_record_get_text (there, "title"), ==, "Second");
      g_assert_cmpstr (baton_record_get_text (there, "priority"), ==, "high");
      answer (fixture, BATON_RESULT_APPLIED, NULL);
    }
}

static void
test_what_was_never_made_is_discarded_whole (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = get_refused_id (fixture, i);

      g_assert_true (baton_database_discard (fixture->database, id, NULL));
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL));
    }
}

static void
test_a_copy_of_what_was_never_made_is_the_newest (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = get_refused_id (fixture, i);
      g_autofree char *copy = baton_database_keep_copy (fixture->database, id, "Keep", NULL);

      g_assert_nonnull (copy);
      store_assert (fixture->database, copy, "title", "Second");
      store_assert (fixture->database, copy, "priority", "high");
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL));
      answer (fixture, BATON_RESULT_APPLIED, NULL);
    }
}

/* With the next changes the server says where it keeps it. */
static void
come_back (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);

  g_assert_true (baton_sql_exec (sql, "UPDATE task SET scope = 'user:u'", NULL));
}

/* Of what the server has, each is decided about by itself. */
static void
test_what_was_refused_by_itself_is_decided_by_itself (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Known", NULL);
  g_autofree char *id = NULL;

  answer (fixture, BATON_RESULT_APPLIED, NULL);
  come_back (fixture);
  store_set (fixture->database, task, "title", "One");
  store_set (fixture->database, task, "due", "2026-11-20");
  answer (fixture, BATON_RESULT_REFUSED, "AUTHORIZATION_ERROR");
  g_assert_cmpuint (count_refused (fixture), ==, 2);
  id = get_refused_id (fixture, 0);
  g_assert_true (baton_database_discard (fixture->database, id, NULL));
  g_assert_cmpuint (count_refused (fixture), ==, 1);
  store_assert (fixture->database, task, "title", "Known");
}

#define ADD(name, func) \
  g_test_add ("/database/refused/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("what-was-never-made-is-sent-whole", test_what_was_never_made_is_sent_whole);
  ADD ("what-was-never-made-is-discarded-whole", test_what_was_never_made_is_discarded_whole);
  ADD ("a-copy-of-what-was-never-made-is-the-newest",
       test_a_copy_of_what_was_never_made_is_the_newest);
  ADD ("what-was-refused-by-itself-is-decided-by-itself",
       test_what_was_refused_by_itself_is_decided_by_itself);
  return g_test_run ();
}
