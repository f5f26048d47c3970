/* test-sql.c: connections, statements, transactions, migrations
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sql/baton-sql.h"

#include <glib/gstdio.h>

#include "../support/baton-test.h"

typedef struct
{
  BatonTestFolder *folder;
  char *path;
  BatonSql *sql;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GError *error = NULL;

  fixture->folder = baton_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
  fixture->sql = baton_sql_open (fixture->path, BATON_SQL_CREATE, &error);
  g_assert_no_error (error);
  baton_sql_exec (fixture->sql, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE) STRICT",
                  &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_sql_close (fixture->sql);
  g_free (fixture->path);
  baton_test_folder_free (fixture->folder);
}

static gint64
query (BatonSql *sql, const char *text)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  GError *error = NULL;

  statement = baton_sql_prepare (sql, text, &error);
  g_assert_no_error (error);
  g_assert_cmpint (baton_sql_step (statement, &error), ==, BATON_SQL_ROW);
  return baton_sql_get_int (statement, 0);
}

static void
exec (BatonSql *sql, const char *text)
{
  GError *error = NULL;

  baton_sql_exec (sql, text, &error);
  g_assert_no_error (error);
}

static char *
query_text (BatonSql *sql, const char *text)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, NULL);

  g_assert_nonnull (statement);
  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_ROW);
  return g_strdup (baton_sql_get_text (statement, 0));
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mode = query_text (fixture->sql, "PRAGMA journal_mode");
  GStatBuf status;

  g_assert_cmpstr (mode, ==, "wal");
  g_assert_cmpint (query (fixture->sql, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (query (fixture->sql, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (query (fixture->sql, "PRAGMA busy_timeout"), ==, 10000);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_values_come_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (fixture->sql, "SELECT ?, ?, ?", NULL);

  baton_sql_bind_int (statement, 1, G_MININT64);
  baton_sql_bind_text (statement, 2, "naïve");
  baton_sql_bind_text (statement, 3, NULL);
  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_ROW);
  g_assert_cmpint (baton_sql_get_n_columns (statement), ==, 3);
  g_assert_cmpint (baton_sql_get_int (statement, 0), ==, G_MININT64);
  g_assert_cmpstr (baton_sql_get_text (statement, 1), ==, "naïve");
  g_assert_true (baton_sql_is_null (statement, 2));
  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_DONE);
}

static void
test_statement_is_lent_again_without_its_values (Fixture *fixture, gconstpointer data)
{
  BatonSqlStatement *first = baton_sql_prepare (fixture->sql, "SELECT ?", NULL);
  BatonSqlStatement *again;

  baton_sql_bind_int (first, 1, 3);
  g_assert_cmpint (baton_sql_step (first, NULL), ==, BATON_SQL_ROW);
  baton_sql_statement_free (first);
  again = baton_sql_prepare (fixture->sql, "SELECT ?", NULL);
  g_assert_true (again == first);
  g_assert_cmpint (baton_sql_step (again, NULL), ==, BATON_SQL_ROW);
  g_assert_true (baton_sql_is_null (again, 0));
  baton_sql_statement_free (again);
}

static void
test_statement_in_use_is_prepared_once_more (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSqlStatement) outer = baton_sql_prepare (fixture->sql, "SELECT 1", NULL);
  g_autoptr (BatonSqlStatement) inner = baton_sql_prepare (fixture->sql, "SELECT 1", NULL);

  g_assert_true (inner != outer);
  g_assert_cmpint (baton_sql_step (outer, NULL), ==, BATON_SQL_ROW);
  g_assert_cmpint (baton_sql_step (inner, NULL), ==, BATON_SQL_ROW);
}

static void
test_cache_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSqlStatement) lent = baton_sql_prepare (fixture->sql, "SELECT 'lent'", NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT %u", i);

      g_assert_cmpint (query (fixture->sql, text), ==, i);
    }
  g_assert_cmpint (baton_sql_step (lent, NULL), ==, BATON_SQL_ROW);
}

static void
test_errors_are_told_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) syntax = NULL;
  g_autoptr (GError) constraint = NULL;
  g_autoptr (GError) bind = NULL;
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (fixture->sql, "SELECT ?", NULL);

  g_assert_null (baton_sql_prepare (fixture->sql, "SELEC 1", &syntax));
  g_assert_error (syntax, BATON_SQL_ERROR, BATON_SQL_ERROR_FAILED);
  exec (fixture->sql, "INSERT INTO t (b) VALUES ('x')");
  g_assert_false (baton_sql_exec (fixture->sql, "INSERT INTO t (b) VALUES ('x')", &constraint));
  g_assert_error (constraint, BATON_SQL_ERROR, BATON_SQL_ERROR_CONSTRAINT);
  baton_sql_bind_int (statement, 2, 1);
  g_assert_cmpint (baton_sql_step (statement, &bind), ==, BATON_SQL_FAILED);
  g_assert_error (bind, BATON_SQL_ERROR, BATON_SQL_ERROR_FAILED);
}

static void
write_and_forget (BatonSql *sql, const char *text)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, NULL);

  g_assert_nonnull (transaction);
  exec (sql, text);
}

static void
test_guard_rolls_back (Fixture *fixture, gconstpointer data)
{
  write_and_forget (fixture->sql, "INSERT INTO t (b) VALUES ('x')");
  g_assert_cmpint (query (fixture->sql, "SELECT count(*) FROM t"), ==, 0);
}

static void
test_inner_guard_is_a_savepoint (Fixture *fixture, gconstpointer data)
{
  BatonSqlTransaction *outer = baton_sql_begin (fixture->sql, NULL);
  BatonSqlTransaction *inner;

  exec (fixture->sql, "INSERT INTO t (b) VALUES ('outer')");
  write_and_forget (fixture->sql, "INSERT INTO t (b) VALUES ('forgotten')");
  inner = baton_sql_begin (fixture->sql, NULL);
  exec (fixture->sql, "INSERT INTO t (b) VALUES ('inner')");
  g_assert_true (baton_sql_commit (inner, NULL));
  g_assert_true (baton_sql_commit (outer, NULL));
  g_assert_cmpint (query (fixture->sql, "SELECT count(*) FROM t"), ==, 2);
}

static void
test_nothing_is_written_after_the_transaction_was_ended (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSqlStatement)
      insert = baton_sql_prepare (fixture->sql, "INSERT INTO t (b) VALUES ('after')", NULL);
  BatonSqlTransaction *transaction = baton_sql_begin (fixture->sql, NULL);

  exec (fixture->sql, "INSERT INTO t (b) VALUES ('x')");
  g_assert_false (
      baton_sql_exec (fixture->sql, "INSERT OR ROLLBACK INTO t (b) VALUES ('x')", NULL));
  g_assert_false (baton_sql_run (insert, NULL));
  g_assert_false (baton_sql_exec (fixture->sql, "INSERT INTO t (b) VALUES ('after')", NULL));
  g_assert_null (baton_sql_begin (fixture->sql, NULL));
  g_assert_false (baton_sql_commit (transaction, NULL));
  g_assert_cmpint (query (fixture->sql, "SELECT count(*) FROM t"), ==, 0);
  exec (fixture->sql, "INSERT INTO t (b) VALUES ('goes on')");
}

static void
make_haste_and_fail (BatonSql *sql)
{
  g_auto (BatonSqlHaste) haste = baton_sql_make_haste (sql, NULL);
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, NULL);

  g_assert_nonnull (haste);
  g_assert_cmpint (query (sql, "PRAGMA synchronous"), ==, 1);
  g_assert_false (baton_sql_exec (sql, "INSERT INTO nowhere VALUES (1)", NULL));
}

static void
test_haste_ends_also_after_a_failure (Fixture *fixture, gconstpointer data)
{
  make_haste_and_fail (fixture->sql);
  g_assert_cmpint (query (fixture->sql, "PRAGMA synchronous"), ==, 2);
}

static void
test_other_connections_commit_is_seen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSql) other = baton_sql_open (fixture->path, BATON_SQL_WRITE, NULL);
  gint64 before = baton_sql_get_data_version (fixture->sql);

  exec (fixture->sql, "INSERT INTO t (b) VALUES ('own')");
  g_assert_cmpint (baton_sql_get_data_version (fixture->sql), ==, before);
  exec (other, "INSERT INTO t (b) VALUES ('other')");
  g_assert_cmpint (baton_sql_get_data_version (fixture->sql), !=, before);
}

static void
test_reader_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonSql) reader = baton_sql_open (fixture->path, BATON_SQL_READ, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (reader);
  g_assert_false (baton_sql_exec (reader, "INSERT INTO t (b) VALUES ('x')", &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN);
}

static gpointer
write_thread (gpointer path)
{
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);

  g_assert_nonnull (sql);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (BatonSqlTransaction) transaction = NULL;
      g_autofree char *text = NULL;
      GError *error = NULL;

      transaction = baton_sql_begin (sql, &error);
      g_assert_no_error (error);
      /* What is read in the transaction is still so when it writes. */
      text = g_strdup_printf ("INSERT INTO t (a) VALUES (%" G_GINT64_FORMAT ")",
                              query (sql, "SELECT count(*) + 1 FROM t"));
      exec (sql, text);
      baton_sql_commit (g_steal_pointer (&transaction), &error);
      g_assert_no_error (error);
    }
  return NULL;
}

static void
test_two_threads_write_at_once (Fixture *fixture, gconstpointer data)
{
  GThread *thread = g_thread_new ("writer", write_thread, fixture->path);

  write_thread (fixture->path);
  g_thread_join (thread);
  g_assert_cmpint (query (fixture->sql, "SELECT max(a) FROM t"), ==, 200);
}

static void
test_backup_is_a_whole_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "copy.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autoptr (BatonSql) copy = NULL;
  GError *error = NULL;

  exec (fixture->sql, "INSERT INTO t (b) VALUES ('x')");
  for (guint i = 0; i < 2; i++)
    {
      baton_sql_backup (fixture->sql, path, &error);
      g_assert_no_error (error);
    }
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  copy = baton_sql_open (path, BATON_SQL_READ, &error);
  g_assert_no_error (error);
  g_assert_cmpint (query (copy, "SELECT count(*) FROM t"), ==, 1);
  baton_sql_check (copy, &error);
  g_assert_no_error (error);
}

/* --- migrations ---------------------------------------------------------- */

static const char *const migrations[] = {
  "CREATE TABLE one (a INTEGER); INSERT INTO one VALUES (1)",
  "ALTER TABLE one ADD COLUMN b INTEGER; UPDATE one SET b = a + 1",
  "CREATE TABLE three (c INTEGER); INSERT INTO three SELECT a + b FROM one",
  NULL,
};

/* A file as version @version of this program left it */
static BatonSql *
make_version (const char *path, guint version)
{
  g_autofree const char **scripts = g_new0 (const char *, version + 1);
  BatonSql *sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);

  for (guint i = 0; i < version; i++)
    scripts[i] = migrations[i];
  g_assert_true (baton_sql_migrate (sql, scripts, NULL));
  return sql;
}

static void
test_migrates_from_every_version (void)
{
  for (guint version = 0; version < G_N_ELEMENTS (migrations); version++)
    {
      g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
      g_autofree char *path = g_build_filename (folder, "test.db", NULL);
      g_autofree char *copy = g_strdup_printf ("%s.before-%u", path, version + 1);
      g_autoptr (BatonSql) sql = make_version (path, version);
      GError *error = NULL;

      baton_sql_migrate (sql, migrations, &error);
      g_assert_no_error (error);
      g_assert_cmpint (query (sql, "PRAGMA user_version"), ==, 3);
      g_assert_cmpint (query (sql, "SELECT c FROM three"), ==, 3);
      g_assert_cmpint (g_file_test (copy, G_FILE_TEST_EXISTS), ==, version == 1 || version == 2);
      if (version == 1 || version == 2)
        {
          g_autoptr (BatonSql) before = baton_sql_open (copy, BATON_SQL_READ, NULL);

          g_assert_cmpint (query (before, "PRAGMA user_version"), ==, version);
        }
    }
}

static void
test_failed_migration_is_undone (void)
{
  const char *const wrong[] = { migrations[0], "ALTER TABLE one ADD COLUMN b; SELECT nonsense",
                                NULL };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr (BatonSql) sql = make_version (path, 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_sql_migrate (sql, wrong, &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FAILED);
  g_assert_cmpint (query (sql, "PRAGMA user_version"), ==, 1);
  g_assert_true (baton_sql_migrate (sql, migrations, NULL));
}

static gpointer
migrate_thread (gpointer path)
{
  g_autoptr (BatonSql) sql = NULL;
  GError *error = NULL;

  sql = baton_sql_open (path, BATON_SQL_CREATE, &error);
  g_assert_no_error (error);
  baton_sql_migrate (sql, migrations, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_many_may_migrate_at_once (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.db", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GThread *threads[4];

      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        threads[j] = g_thread_new ("migrate", migrate_thread, path);
      for (guint j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
    }
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sql/settings", test_settings);
  ADD ("/sql/values-come-back", test_values_come_back);
  ADD ("/sql/statement-is-lent-again-without-its-values",
       test_statement_is_lent_again_without_its_values);
  ADD ("/sql/statement-in-use-is-prepared-once-more", test_statement_in_use_is_prepared_once_more);
  ADD ("/sql/cache-is-bounded", test_cache_is_bounded);
  ADD ("/sql/errors-are-told-apart", test_errors_are_told_apart);
  ADD ("/sql/guard-rolls-back", test_guard_rolls_back);
  ADD ("/sql/inner-guard-is-a-savepoint", test_inner_guard_is_a_savepoint);
  ADD ("/sql/nothing-is-written-after-the-transaction-was-ended",
       test_nothing_is_written_after_the_transaction_was_ended);
  ADD ("/sql/haste-ends-also-after-a-failure", test_haste_ends_also_after_a_failure);
  ADD ("/sql/other-connections-commit-is-seen", test_other_connections_commit_is_seen);
  ADD ("/sql/reader-cannot-write", test_reader_cannot_write);
  ADD ("/sql/two-threads-write-at-once", test_two_threads_write_at_once);
  ADD ("/sql/backup-is-a-whole-copy", test_backup_is_a_whole_copy);
  g_test_add_func ("/sql/migrates-from-every-version", test_migrates_from_every_version);
  g_test_add_func ("/sql/failed-migration-is-undone", test_failed_migration_is_undone);
  g_test_add_func ("/sql/many-may-migrate-at-once", test_many_may_migrate_at_once);
  return g_test_run ();
}
