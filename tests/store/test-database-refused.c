/* test-database-refused.c: what the server refused to have at all is decided about as one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"
#include "sql/baton-sql.h"

static guint
count_refused (ExchangeFixture *fixture)
{
  return exchange_get_status (fixture->database).refused;
}

/* One that makes it, and two that change it */
static char *
refuse_made_and_edited (ExchangeFixture *fixture)
{
  char *task = store_add (fixture->database, "First", NULL);

  store_set (fixture->database, task, "priority", "high");
  /* Given out once, an edit is not changed any more */
  g_ptr_array_unref (exchange_get_outbox (fixture->database));
  store_set (fixture->database, task, "title", "Second");
  exchange_answer_all (fixture, BATON_RESULT_REFUSED, "VALIDATION_ERROR");
  g_assert_cmpuint (count_refused (fixture), ==, 3);
  return task;
}

/* Whichever of the edits is chosen */
static void
test_what_was_never_made_is_sent_whole (ExchangeFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = exchange_dup_refused (fixture->database, i);
      g_autoptr (BatonRecord) there = baton_record_new (BATON_ENTITY_TASK, task);
      g_autoptr (GPtrArray) edits = NULL;

      g_assert_true (baton_database_retry (fixture->database, id, "Try again", NULL));
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      edits = exchange_get_outbox (fixture->database);
      for (guint j = 0; j < edits->len; j++)
        g_ptr_array_unref (baton_merge_edit (there, g_ptr_array_index (edits, j), NULL));
      g_assert_cmpstr (baton_record_get_text (there, "title"), ==, "Second");
      g_assert_cmpstr (baton_record_get_text (there, "priority"), ==, "high");
      exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
    }
}

static void
test_what_was_never_made_is_discarded_whole (ExchangeFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = exchange_dup_refused (fixture->database, i);

      g_assert_true (baton_database_discard (fixture->database, id, NULL));
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL));
    }
}

static void
test_a_copy_of_what_was_never_made_is_the_newest (ExchangeFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *task = refuse_made_and_edited (fixture);
      g_autofree char *id = exchange_dup_refused (fixture->database, i);
      g_autofree char *copy = baton_database_keep_copy (fixture->database, id, "Keep", NULL);

      g_assert_nonnull (copy);
      store_assert (fixture->database, copy, "title", "Second");
      store_assert (fixture->database, copy, "priority", "high");
      g_assert_cmpuint (count_refused (fixture), ==, 0);
      g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL));
      exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
    }
}

/* With the next changes the server says where it keeps it. */
static void
come_back (ExchangeFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);

  g_assert_true (baton_sql_exec (sql, "UPDATE task SET scope = 'user:u'", NULL));
}

/* Of what the server has, each is decided about by itself. */
static void
test_what_was_refused_by_itself_is_decided_by_itself (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Known", NULL);
  g_autofree char *id = NULL;

  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  come_back (fixture);
  store_set (fixture->database, task, "title", "One");
  store_set (fixture->database, task, "due", "2026-11-20");
  exchange_answer_all (fixture, BATON_RESULT_REFUSED, "AUTHORIZATION_ERROR");
  g_assert_cmpuint (count_refused (fixture), ==, 2);
  id = exchange_dup_refused (fixture->database, 0);
  g_assert_true (baton_database_discard (fixture->database, id, NULL));
  g_assert_cmpuint (count_refused (fixture), ==, 1);
  store_assert (fixture->database, task, "title", "Known");
}

#define ADD(name, func)                                                                \
  g_test_add ("/database/refused/" name, ExchangeFixture, NULL, exchange_set_up, func, \
              exchange_tear_down)

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
