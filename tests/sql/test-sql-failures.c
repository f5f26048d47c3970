/* test-sql-failures.c: files that cannot be opened or written are left as they are
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sql/baton-sql.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/baton-test.h"

static const char *const migrations[] = { "CREATE TABLE t (a TEXT NOT NULL)", NULL };

static BatonSql *
make_file (const char *path)
{
  GError *error = NULL;
  BatonSql *sql = baton_sql_open (path, BATON_SQL_CREATE, &error);

  g_assert_no_error (error);
  baton_sql_migrate (sql, migrations, &error);
  g_assert_no_error (error);
  return sql;
}

static gint64
count (BatonSql *sql)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, "SELECT count(*) FROM t", NULL);

  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_ROW);
  return baton_sql_get_int (statement, 0);
}

/* Whether opening @path fails with @code and names the file, and leaves it byte for byte */
static void
assert_refused (const char *path, BatonSqlError code)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize length_before = 0, length_after = 0;
  g_autoptr (BatonSql) sql = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &before, &length_before, NULL);
  sql = baton_sql_open (path, BATON_SQL_CREATE, &error);
  if (sql != NULL)
    g_assert_false (baton_sql_migrate (sql, migrations, &error));
  g_assert_error (error, BATON_SQL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_pointer (&sql, baton_sql_close);
  g_file_get_contents (path, &after, &length_after, NULL);
  g_assert_cmpmem (before, length_before, after, length_after);
}

static void
test_newer_file_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);

  for (guint i = 0; i < 2; i++)
    {
      BatonSql *sql = make_file (path);

      /* The second time in another journal mode than ours */
      baton_sql_exec (sql, i == 0 ? "PRAGMA user_version=99" : "PRAGMA journal_mode=DELETE", NULL);
      baton_sql_exec (sql, "PRAGMA user_version=99", NULL);
      baton_sql_close (sql);
      assert_refused (path, BATON_SQL_ERROR_NEWER);
      g_unlink (path);
    }
}

/* As a newer version that was killed leaves it */
static void
test_newer_file_with_a_log_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *contents = NULL;
  int status;

  if (fork () == 0)
    {
      BatonSql *sql = make_file (path);

      baton_sql_exec (sql, "INSERT INTO t VALUES ('x'); PRAGMA user_version=99", NULL);
      kill (getpid (), SIGKILL);
    }
  wait (&status);
  assert_refused (path, BATON_SQL_ERROR_NEWER);
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
}

static void
test_what_is_no_database_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autofree char *noise = g_strnfill (5000, 'x');

  g_file_set_contents (path, noise, -1, NULL);
  assert_refused (path, BATON_SQL_ERROR_CORRUPT);
}

static void
test_truncated_file_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr (BatonSql) sql = make_file (path);
  g_autoptr (GError) error = NULL;

  baton_sql_exec (sql,
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                  "INSERT INTO t SELECT printf ('%0100d', i) FROM n",
                  NULL);
  g_clear_pointer (&sql, baton_sql_close);
  g_assert_cmpint (truncate (path, 8 * 4096), ==, 0);
  sql = baton_sql_open (path, BATON_SQL_CREATE, &error);
  if (sql != NULL)
    g_assert_false (baton_sql_check (sql, &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT);
}

static void
test_empty_file_is_a_new_one (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr (BatonSql) sql = NULL;

  g_file_set_contents (path, "", 0, NULL);
  sql = make_file (path);
  g_assert_cmpint (count (sql), ==, 0);
}

static void
test_missing_file_is_told (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autofree char *deep = g_build_filename (folder, "none", "test.db", NULL);
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) no_folder = NULL;

  g_assert_null (baton_sql_open (path, BATON_SQL_WRITE, &missing));
  g_assert_error (missing, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_null (baton_sql_open (deep, BATON_SQL_CREATE, &no_folder));
  g_assert_error (no_folder, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN);
  g_assert_nonnull (strstr (no_folder->message, deep));
}

/* Inserts until it fails, in one transaction; inner writes after the failure must not come through. */
static void
fill_up (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, error);
  g_autofree char *text = g_strnfill (2000, 'x');
  gboolean went = TRUE;

  g_assert_nonnull (transaction);
  while (went)
    {
      g_autoptr (BatonSqlStatement)
          insert = baton_sql_prepare (sql, "INSERT INTO t VALUES (?)", error);

      baton_sql_bind_text (insert, 1, text);
      went = baton_sql_run (insert, error);
    }
}

static void
test_full_file_keeps_what_was_there (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr (BatonSql) sql = make_file (path);
  g_autoptr (GError) error = NULL;

  baton_sql_exec (sql, "INSERT INTO t VALUES ('kept'); PRAGMA max_page_count=40", NULL);
  fill_up (sql, &error);
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FULL);
  g_assert_cmpint (count (sql), ==, 1);
  g_assert_true (baton_sql_exec (sql, "INSERT INTO t VALUES ('goes on')", NULL));
  g_assert_true (baton_sql_check (sql, NULL));
}

/* The child's log may not grow past 200 kB. */
static void
run_full_disk (const char *path)
{
  const struct rlimit limit = { 200000, 200000 };
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &limit);
  baton_sql_exec (sql, "PRAGMA cache_size=10", NULL);
  fill_up (sql, &error);
  _exit (g_error_matches (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FULL) && count (sql) == 1 ? 0
                                                                                            : 1);
}

static void
test_full_disk_keeps_what_was_there (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autoptr (BatonSql) sql = make_file (path);
  int status;

  baton_sql_exec (sql, "INSERT INTO t VALUES ('kept')", NULL);
  g_clear_pointer (&sql, baton_sql_close);
  if (fork () == 0)
    run_full_disk (path);
  wait (&status);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  sql = make_file (path);
  g_assert_cmpint (count (sql), ==, 1);
  g_assert_true (baton_sql_check (sql, NULL));
}

static void
test_backup_to_nowhere_is_told (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "none", "copy.db", NULL);
  g_autoptr (BatonSql) sql = make_file (path);
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_sql_backup (sql, nowhere, &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sql/newer-file-is-left-as-it-is", test_newer_file_is_left_as_it_is);
  g_test_add_func ("/sql/newer-file-with-a-log-is-left-as-it-is",
                   test_newer_file_with_a_log_is_left_as_it_is);
  g_test_add_func ("/sql/what-is-no-database-is-left-as-it-is",
                   test_what_is_no_database_is_left_as_it_is);
  g_test_add_func ("/sql/truncated-file-is-left-as-it-is", test_truncated_file_is_left_as_it_is);
  g_test_add_func ("/sql/empty-file-is-a-new-one", test_empty_file_is_a_new_one);
  g_test_add_func ("/sql/missing-file-is-told", test_missing_file_is_told);
  g_test_add_func ("/sql/full-file-keeps-what-was-there", test_full_file_keeps_what_was_there);
  g_test_add_func ("/sql/full-disk-keeps-what-was-there", test_full_disk_keeps_what_was_there);
  g_test_add_func ("/sql/backup-to-nowhere-is-told", test_backup_to_nowhere_is_told);
  return g_test_run ();
}
