/* test-database-account.c: whose the records are: nobody gets another's unasked, and nothing goes that no server has
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"
#include "sql/baton-sql.h"

#include <string.h>

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
test_another_account_gets_nothing_unasked (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Anna’s", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GPtrArray) edits = NULL;

  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL));
  g_assert_false (sign_in (fixture->database, "v", &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT);
  account = baton_database_get_account (fixture->database, NULL);
  g_assert_null (account);
  store_assert (fixture->database, task, "title", "Anna’s");
  /* The same person again */
  g_assert_true (sign_in (fixture->database, "u", NULL));
  edits = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (edits->len, ==, 1);
  g_assert_cmpstr (baton_edit_get_record (g_ptr_array_index (edits, 0)), ==, task);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL));
  g_assert_true (sign_in_as (fixture->database, "v", BATON_SIGN_IN_ADD, &failure));
  g_assert_no_error (failure);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 1);
}

static void
test_signing_out_deletes_only_what_a_server_has (ExchangeFixture *fixture, gconstpointer data)
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
  exchange_answer_all (fixture, BATON_RESULT_APPLIED, NULL);
  g_assert_true (baton_database_sign_out (fixture->database, BATON_SIGN_OUT_DELETE, NULL));
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "");
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_null (undo);
  g_assert_null (redo);
  g_assert_true (sign_in (fixture->database, "v", NULL));
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
}

static void
test_deleted_words_are_not_found (ExchangeFixture *fixture, gconstpointer data)
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
test_a_sign_in_that_was_cut_off_goes_on (ExchangeFixture *fixture, gconstpointer data)
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

  none = exchange_get_outbox (fixture->database);
  g_assert_cmpuint (none->len, ==, 0);
  store_set (fixture->database, g_ptr_array_index (ids, 10), "title", "Meanwhile");
  store_set (fixture->database, g_ptr_array_index (ids, 500), "title", "Meanwhile");
  g_assert_true (baton_database_join (fixture->database, NULL));
  edits = exchange_get_outbox (fixture->database);
  for (guint i = 0; i < edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);

      if (baton_edit_lookup (edit, "created_at") != NULL)
        g_hash_table_add (seen, (char *) baton_edit_get_record (edit));
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, n);
}

#define ADD(name, func)                                                                \
  g_test_add ("/database/account/" name, ExchangeFixture, NULL, exchange_set_up, func, \
              exchange_tear_down)
#define ADD_SIGNED_OUT(name, func)                                                      \
  g_test_add ("/database/account/" name, ExchangeFixture, "out", exchange_set_up, func, \
              exchange_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("another-account-gets-nothing-unasked", test_another_account_gets_nothing_unasked);
  ADD ("signing-out-deletes-only-what-a-server-has",
       test_signing_out_deletes_only_what_a_server_has);
  ADD ("deleted-words-are-not-found", test_deleted_words_are_not_found);
  ADD_SIGNED_OUT ("a-sign-in-that-was-cut-off-goes-on", test_a_sign_in_that_was_cut_off_goes_on);
  return g_test_run ();
}
