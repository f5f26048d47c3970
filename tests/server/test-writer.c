/* test-writer.c: what shares a transaction shares no fate
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../support/baton-test.h"
#include "server/db/baton-server-database.h"
#include "server/db/baton-server-writer.h"
#include "server/http/baton-server-error.h"

#define N_WRITES 400

typedef struct
{
  BatonTestFolder *folder;
  char *path;
  BatonServerWriter *writer;
  GMutex mutex;
  GCond cond;
  guint n_done;
  guint n_failed;
  GPtrArray *heard;
} Fixture;

typedef struct
{
  Fixture *fixture;
  int n;
} Write;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GError *error = NULL;

  fixture->folder = baton_test_folder_new ();
  fixture->path = baton_server_database_dup_path (fixture->folder);
  fixture->heard = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&fixture->mutex);
  g_cond_init (&fixture->cond);
  baton_server_database_prepare (fixture->folder, &error);
  g_assert_no_error (error);
  fixture->writer = baton_server_writer_new (fixture->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->writer, baton_server_writer_free);
  g_ptr_array_unref (fixture->heard);
  g_free (fixture->path);
  baton_test_folder_free (fixture->folder);
  g_mutex_clear (&fixture->mutex);
  g_cond_clear (&fixture->cond);
}

/* Writes a row, then fails where @n is a multiple of 3 */
static gboolean
write_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Write *write = data;
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "INSERT INTO scope (id) VALUES (?)", error);
  g_autofree char *name = g_strdup_printf ("test:%d", write->n);

  baton_sql_bind_text (statement, 1, name);
  g_assert_true (baton_sql_run (statement, error));
  baton_server_writer_add_change (writer, g_strdup (name), g_strdup ("{}"));
  if (write->n % 3 != 0)
    return TRUE;
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CONFLICT, "on purpose");
  return FALSE;
}

static void
written_cb (gpointer data, GError *error)
{
  Write *write = data;
  Fixture *fixture = write->fixture;

  g_mutex_lock (&fixture->mutex);
  g_assert_true ((error != NULL) == (write->n % 3 == 0));
  fixture->n_failed += error != NULL;
  fixture->n_done++;
  g_cond_signal (&fixture->cond);
  g_mutex_unlock (&fixture->mutex);
  g_clear_error (&error);
  g_free (write);
}

static void
listener (BatonSql *sql, GPtrArray *changes, gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < changes->len; i++)
    g_ptr_array_add (fixture->heard,
                     g_strdup (((BatonServerChange *) g_ptr_array_index (changes, i))->scope));
}

static gint64
count (Fixture *fixture, const char *query)
{
  GError *error = NULL;
  g_autoptr (BatonSql) sql = baton_sql_open (fixture->path, BATON_SQL_READ, &error);
  g_autoptr (BatonSqlStatement) statement = NULL;
  gint64 n;

  g_assert_no_error (error);
  statement = baton_sql_prepare (sql, query, &error);
  g_assert_cmpint (baton_sql_step (statement, &error), ==, BATON_SQL_ROW);
  n = baton_sql_get_int (statement, 0);
  g_clear_pointer (&statement, baton_sql_statement_free);
  return n;
}

static void
push_all (Fixture *fixture)
{
  for (int n = 0; n < N_WRITES; n++)
    {
      Write *write = g_new (Write, 1);

      *write = (Write) { fixture, n };
      baton_server_writer_push (fixture->writer, write_cb, written_cb, write);
    }
  g_mutex_lock (&fixture->mutex);
  while (fixture->n_done < N_WRITES)
    g_cond_wait (&fixture->cond, &fixture->mutex);
  g_mutex_unlock (&fixture->mutex);
}

static void
test_a_failing_write_harms_no_other (Fixture *fixture, gconstpointer data)
{
  push_all (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, (N_WRITES + 2) / 3);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM scope"), ==,
                   N_WRITES - (N_WRITES + 2) / 3);
}

static void
test_listeners_hear_what_was_committed (Fixture *fixture, gconstpointer data)
{
  int n = 1;

  baton_server_writer_set_listener (fixture->writer, listener, fixture);
  push_all (fixture);
  g_assert_cmpuint (fixture->heard->len, ==, N_WRITES - (N_WRITES + 2) / 3);
  for (guint i = 0; i < fixture->heard->len; i++, n += n % 3 == 2 ? 2 : 1)
    {
      g_autofree char *name = g_strdup_printf ("test:%d", n);

      g_assert_cmpstr (g_ptr_array_index (fixture->heard, i), ==, name);
    }
}

/* A deferred foreign key makes the commit itself fail */
static gboolean
write_orphan_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (
      sql,
      "CREATE TABLE parent (key INTEGER PRIMARY KEY);"
      "CREATE TABLE child (parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
      "INSERT INTO child VALUES (7)",
      error);
}

static void
test_a_commit_that_fails_fails_its_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Write write = { fixture, 1 };

  g_test_expect_message ("baton-server", G_LOG_LEVEL_WARNING, "*could not be written*");
  g_assert_false (baton_server_writer_run (fixture->writer, write_orphan_cb, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM sqlite_schema WHERE name = 'child'"), ==,
                   0);
  g_clear_error (&error);
  g_assert_true (baton_server_writer_run (fixture->writer, write_cb, &write, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM scope"), ==, 1);
  g_test_assert_expected_messages ();
}

static gboolean
set_pages_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  g_autofree char *text = g_strdup_printf ("PRAGMA max_page_count = %d", GPOINTER_TO_INT (data));

  return baton_sql_exec (sql, text, error);
}

static gboolean
write_large_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Write *write = data;
  g_autofree char *text = g_strdup_printf (
      "INSERT INTO edit VALUES ('%d', 'u', hex (zeroblob (50000)), 0)", write->n);

  return baton_sql_exec (sql, text, error);
}

static void
large_written_cb (gpointer data, GError *error)
{
  Write *write = data;
  Fixture *fixture = write->fixture;

  g_mutex_lock (&fixture->mutex);
  fixture->n_failed += error != NULL;
  fixture->n_done++;
  g_cond_signal (&fixture->cond);
  g_mutex_unlock (&fixture->mutex);
  g_clear_error (&error);
  g_free (write);
}

static void
write_large (Fixture *fixture, int from, int to)
{
  for (int n = from; n < to; n++)
    {
      Write *write = g_new (Write, 1);

      *write = (Write) { fixture, n };
      baton_server_writer_push (fixture->writer, write_large_cb, large_written_cb, write);
    }
  g_mutex_lock (&fixture->mutex);
  while (fixture->n_done < (guint) to)
    g_cond_wait (&fixture->cond, &fixture->mutex);
  g_mutex_unlock (&fixture->mutex);
}

/* What was said to be written is there, and what was said to have failed is not */
static void
test_a_full_disk_tells_no_lies (Fixture *fixture, gconstpointer data)
{
  GError *error = NULL;
  gint64 pages = count (fixture, "SELECT page_count FROM pragma_page_count");
  guint failed;

  /* That it could not write, it says as a warning */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  baton_server_writer_run (fixture->writer, set_pages_cb, GINT_TO_POINTER (pages + 300), &error);
  g_assert_no_error (error);
  write_large (fixture, 0, 40);
  failed = fixture->n_failed;
  g_assert_cmpuint (failed, >, 0);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM edit"), ==, 40 - failed);
  baton_server_writer_run (fixture->writer, set_pages_cb, GINT_TO_POINTER (1000000), &error);
  g_assert_no_error (error);
  write_large (fixture, 40, 60);
  g_assert_cmpuint (fixture->n_failed, ==, failed);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM edit"), ==, 60 - failed);
}

static gboolean
tick_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  *(BatonClock *) data = baton_server_writer_tick (writer, 1000);
  return TRUE;
}

static void
test_the_clock_goes_on_after_a_restart (Fixture *fixture, gconstpointer data)
{
  const BatonClock far = { .time = (guint64) 5000 << 16 };
  BatonClock before;
  BatonClock after;
  GError *error = NULL;

  baton_server_writer_observe (fixture->writer, &far);
  g_assert_true (baton_server_writer_run (fixture->writer, tick_cb, &before, &error));
  baton_server_writer_free (fixture->writer);
  fixture->writer = baton_server_writer_new (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (baton_server_writer_run (fixture->writer, tick_cb, &after, &error));
  g_assert_cmpint (baton_clock_compare (&far, &before), <, 0);
  g_assert_cmpint (baton_clock_compare (&before, &after), <, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server/writer/a-failing-write-harms-no-other", Fixture, NULL, set_up,
              test_a_failing_write_harms_no_other, tear_down);
  g_test_add ("/server/writer/listeners-hear-what-was-committed", Fixture, NULL, set_up,
              test_listeners_hear_what_was_committed, tear_down);
  g_test_add ("/server/writer/a-commit-that-fails-fails-its-write", Fixture, NULL, set_up,
              test_a_commit_that_fails_fails_its_write, tear_down);
  g_test_add ("/server/writer/a-full-disk-tells-no-lies", Fixture, NULL, set_up,
              test_a_full_disk_tells_no_lies, tear_down);
  g_test_add ("/server/writer/the-clock-goes-on-after-a-restart", Fixture, NULL, set_up,
              test_the_clock_goes_on_after_a_restart, tear_down);
  return g_test_run ();
}
