/* test-stopped.c: the server stopped at any write, or on a full disk: what it has answered is there, the rest is whole or not there
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "../../src/server/auth/baton-server-auth.h"
#include "../../src/server/db/baton-server-writer.h"
#include "../../src/server/http/baton-server.h"
#include "../../src/sql/baton-sql.h"
#include "../support/baton-fault-vfs.h"
#include "../support/baton-test.h"

#define ADA        "01900000-0000-7000-8000-00000000000a"
#define NOW        G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define N_REQUESTS 4
#define N_EDITS    5
#define N_JOBS     40

#define TASKS                                                                   \
  "SELECT group_concat (id || title || coalesce (description, '') || status ||" \
  " deleted || version || tags, ';') FROM (SELECT * FROM task ORDER BY id)"

typedef struct
{
  BatonTestFolder *folder;
  BatonServerConfig *config;
  BatonServer *server;
  char *wanted; /* what is there at last, undisturbed */
  gint64 n_history;
  guint64 n_writes;
} Fixture;

/* --- a server ------------------------------------------------------------ */

static gboolean
authenticate (BatonServerRequest *request, GError **error)
{
  request->role = g_strdup ("member");
  request->user_id = g_strdup (ADA);
  request->email = g_strdup ("ada@example.org");
  request->session_id = g_strdup ("01900000-0000-7000-8000-000000000000");
  return TRUE;
}

static void
open_server (Fixture *fixture)
{
  GError *error = NULL;

  fixture->server = baton_server_new_apart (fixture->config, &error);
  g_assert_no_error (error);
  baton_server_set_authenticate (fixture->server, authenticate, NULL, NULL);
}

static void
close_server (Fixture *fixture)
{
  g_clear_pointer (&fixture->server, baton_server_free);
}

static void
begin (Fixture *fixture)
{
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  GError *error = NULL;

  fixture->folder = baton_test_folder_new ();
  g_hash_table_insert (options, (gpointer) "data-dir", fixture->folder);
  fixture->config = baton_server_config_new (NULL, options, &error);
  g_assert_no_error (error);
  open_server (fixture);
}

static void
end (Fixture *fixture)
{
  close_server (fixture);
  baton_fault_vfs_forget (fixture->folder);
  g_clear_pointer (&fixture->config, baton_server_config_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  baton_fault_vfs_install ();
  /* That it could not write, the server says as a warning */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->wanted, g_free);
}

/* --- what is sent -------------------------------------------------------- */

static char *
dup_set (guint request, guint n)
{
  switch (request)
    {
    case 0:
      return g_strdup ("{\"title\":\"Task\",\"description\":\"one\\ntwo\",\"tags.home\":true}");
    case 1:
      return n == 2 ? g_strdup ("{\"title\":\"\"}")
                    : g_strdup ("{\"title\":\"Other\",\"description\":\"one\\n2\"}");
    case 2:
      return n % 2 == 0 ? g_strdup ("{\"deleted\":true}") : g_strdup ("{\"status\":\"done\"}");
    default:
      return g_strdup ("{\"priority\":\"high\",\"tags.work\":true,\"tags.home\":false}");
    }
}

static char *
dup_edit_id (guint request, guint n)
{
  return g_strdup_printf ("01900000-0000-7000-8000-0000000e%02x%02x", request, n);
}

static char *
dup_body (guint request)
{
  g_autoptr (GString) edits = g_string_new (NULL);

  for (guint n = 0; n < N_EDITS; n++)
    {
      g_autofree char *id = dup_edit_id (request, n);
      g_autofree char *set = dup_set (request, n);

      g_string_append_printf (
          edits,
          "%s{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"01900000-0000-7000-8000-0000000000c%u\","
          "\"set\":%s,\"clock\":\"%012" G_GINT64_MODIFIER "x-%04x-00000000000d\"}",
          n > 0 ? "," : "", id, n, set, NOW + request, n);
    }
  return g_strdup_printf (
      "{\"device_id\":\"00000000000d\",\"cursor\":{},\"limit\":500,\"edits\":[%s]}", edits->str);
}

/* Whether it was answered that the edits are taken */
static gboolean
send_request (Fixture *fixture, guint request)
{
  g_autofree char *body = dup_body (request);
  g_autofree char *answer = NULL;
  guint status;

  answer = baton_server_answer (fixture->server, "POST", "/api/v1/sync", "ada", body,
                                NOW + request * 1000, &status);
  if (status != 200)
    g_assert_cmpuint (status, >=, 500);
  return status == 200;
}

/* In order, until one is not taken; one bit a request that was */
static guint
send_all (Fixture *fixture)
{
  guint taken = 0;

  for (guint request = 0; request < N_REQUESTS; request++)
    {
      if (!send_request (fixture, request))
        break;
      taken |= 1u << request;
    }
  return taken;
}

/* --- what is there ------------------------------------------------------- */

static char *
query_text (Fixture *fixture, const char *query)
{
  GError *error = NULL;
  g_autoptr (BatonSql) sql = baton_sql_open (baton_server_get_database_path (fixture->server),
                                             BATON_SQL_READ, &error);
  g_autoptr (BatonSqlStatement) statement = NULL;
  char *text;

  g_assert_no_error (error);
  statement = baton_sql_prepare (sql, query, &error);
  g_assert_no_error (error);
  g_assert_cmpint (baton_sql_step (statement, &error), ==, BATON_SQL_ROW);
  text = g_strdup (baton_sql_get_text (statement, 0));
  g_clear_pointer (&statement, baton_sql_statement_free);
  return text;
}

static gint64
query_int (Fixture *fixture, const char *query)
{
  g_autofree char *text = query_text (fixture, query);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
knows_edit (Fixture *fixture, guint request, guint n)
{
  g_autofree char *id = dup_edit_id (request, n);
  g_autofree char *query = g_strdup_printf ("SELECT count(*) FROM edit WHERE id = '%s'", id);

  return query_int (fixture, query) > 0;
}

/* Places without a gap, each record at its own, and each request whole */
static void
assert_sound (Fixture *fixture, guint taken)
{
  g_autofree char *check = query_text (fixture, "PRAGMA integrity_check");

  g_assert_cmpstr (check, ==, "ok");
  g_assert_cmpint (query_int (fixture,
                              "SELECT count(*) FROM scope WHERE seq <> (SELECT count(*) FROM "
                              "place WHERE place.scope = scope.key) OR seq <> (SELECT "
                              "max(seq) FROM place WHERE place.scope = scope.key)"),
                   ==, 0);
  g_assert_cmpint (query_int (fixture, "SELECT count(*) FROM task WHERE NOT EXISTS (SELECT 1 FROM "
                                       "place WHERE place.scope = task.scope AND place.seq = "
                                       "task.seq AND place.record = task.key)"),
                   ==, 0);
  for (guint request = 0; request < N_REQUESTS; request++)
    {
      gboolean known = knows_edit (fixture, request, 0);

      if ((taken & (1 << request)) != 0)
        g_assert_true (known);
      for (guint n = 1; n < N_EDITS; n++)
        {
          if (request != 1 || n != 2) /* which is refused */
            g_assert_true (knows_edit (fixture, request, n) == known);
        }
    }
}

static void
assert_as_undisturbed (Fixture *fixture)
{
  g_autofree char *found = NULL;

  g_assert_cmpuint (send_all (fixture), ==, (1 << N_REQUESTS) - 1);
  found = query_text (fixture, TASKS);
  g_assert_cmpstr (found, ==, fixture->wanted);
  g_assert_cmpint (query_int (fixture, "SELECT count(*) FROM history"), ==, fixture->n_history);
  assert_sound (fixture, (1 << N_REQUESTS) - 1);
}

static void
measure (Fixture *fixture)
{
  guint64 first;

  begin (fixture);
  first = baton_fault_vfs_get_writes (fixture->folder);
  g_assert_cmpuint (send_all (fixture), ==, (1 << N_REQUESTS) - 1);
  fixture->wanted = query_text (fixture, TASKS);
  fixture->n_history = query_int (fixture, "SELECT count(*) FROM history");
  close_server (fixture);
  fixture->n_writes = baton_fault_vfs_get_writes (fixture->folder) - first;
  g_test_message ("%u writes", (guint) fixture->n_writes);
  end (fixture);
}

/* --- tests --------------------------------------------------------------- */

static void
restart (Fixture *fixture)
{
  close_server (fixture);
  baton_fault_vfs_heal (fixture->folder);
  open_server (fixture);
}

static void
test_stopped_at_any_write (Fixture *fixture, gconstpointer data)
{
  measure (fixture);
  for (guint64 n = 0; n <= fixture->n_writes; n++)
    {
      guint taken;

      begin (fixture);
      baton_fault_vfs_stop_after (fixture->folder, n,
                                  n % 2 == 0 ? BATON_FAULT_WHOLE : BATON_FAULT_TORN);
      taken = send_all (fixture);
      restart (fixture);
      assert_sound (fixture, taken);
      assert_as_undisturbed (fixture);
      end (fixture);
    }
}

static void
test_power_lost_at_any_write (Fixture *fixture, gconstpointer data)
{
  guint32 seed = baton_test_get_seed () | 1;

  measure (fixture);
  for (guint64 n = 0; n <= fixture->n_writes; n++)
    {
      guint taken;

      begin (fixture);
      baton_fault_vfs_lose_power_after (fixture->folder, n, n % 3 == 0 ? 0 : seed + (guint32) n);
      taken = send_all (fixture);
      restart (fixture);
      assert_sound (fixture, taken);
      assert_as_undisturbed (fixture);
      end (fixture);
    }
}

/* A request that failed has changed nothing, and the same process takes it once there is room. */
static void
test_full_disk_at_any_write (Fixture *fixture, gconstpointer data)
{
  guint n_refused = 0;

  measure (fixture);
  for (guint64 n = 0; n <= fixture->n_writes; n++)
    {
      guint taken;

      begin (fixture);
      baton_fault_vfs_fill_after (fixture->folder, n);
      taken = send_all (fixture);
      n_refused += taken != (1 << N_REQUESTS) - 1;
      baton_fault_vfs_heal (fixture->folder);
      for (guint request = 0; request < N_REQUESTS; request++)
        g_assert_true (knows_edit (fixture, request, 0) == ((taken >> request & 1) != 0));
      assert_as_undisturbed (fixture);
      end (fixture);
    }
  g_assert_cmpuint (n_refused, >, 0);
}

/* --- many in one transaction --------------------------------------------- */

typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean open; /* mutex */
  guint n_done;  /* mutex */
  guint64 acked; /* mutex; one bit a job */
} Group;

typedef struct
{
  Group *group;
  guint n;
} Job;

/* Holds the writer up until all jobs wait, so that they become one group */
static gboolean
wait_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Group *group = ((Job *) data)->group;

  g_mutex_lock (&group->mutex);
  while (!group->open)
    g_cond_wait (&group->cond, &group->mutex);
  g_mutex_unlock (&group->mutex);
  return TRUE;
}

static gboolean
insert_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  const Job *job = data;
  g_autofree char *text = g_strdup_printf (
      "INSERT INTO scope (id) VALUES ('test:%u'), ('test:%u+')", job->n, job->n);

  return baton_sql_exec (sql, text, error);
}

static void
inserted_cb (gpointer data, GError *error)
{
  Job *job = data;
  Group *group = job->group;

  g_mutex_lock (&group->mutex);
  group->n_done++;
  if (error == NULL && job->n < N_JOBS)
    group->acked |= G_GUINT64_CONSTANT (1) << job->n;
  g_cond_signal (&group->cond);
  g_mutex_unlock (&group->mutex);
  g_clear_error (&error);
  g_free (job);
}

static void
push (BatonServerWriter *writer, Group *group, guint n, BatonServerWrite write)
{
  Job *job = g_new (Job, 1);

  *job = (Job) { group, n };
  baton_server_writer_push (writer, write, inserted_cb, job);
}

/* The jobs that were said to be durable */
static guint64
write_group (const char *path)
{
  GError *error = NULL;
  BatonServerWriter *writer = baton_server_writer_new (path, &error);
  Group group = { .open = FALSE };

  g_assert_no_error (error);
  g_mutex_init (&group.mutex);
  g_cond_init (&group.cond);
  push (writer, &group, N_JOBS, wait_cb);
  for (guint n = 0; n < N_JOBS; n++)
    push (writer, &group, n, insert_cb);
  g_mutex_lock (&group.mutex);
  group.open = TRUE;
  g_cond_broadcast (&group.cond);
  while (group.n_done < N_JOBS + 1)
    g_cond_wait (&group.cond, &group.mutex);
  g_mutex_unlock (&group.mutex);
  baton_server_writer_free (writer);
  g_mutex_clear (&group.mutex);
  g_cond_clear (&group.cond);
  return group.acked;
}

static void
assert_group (Fixture *fixture, guint64 acked)
{
  for (guint n = 0; n < N_JOBS; n++)
    {
      g_autofree char *query = g_strdup_printf (
          "SELECT count(*) FROM scope WHERE id IN ('test:%u', 'test:%u+')", n, n);
      gint64 found = query_int (fixture, query);

      g_assert_true (found == 2 || (found == 0 && (acked >> n & 1) == 0));
    }
}

static void
test_group_stopped_at_any_write (Fixture *fixture, gconstpointer data)
{
  gboolean struck = TRUE;
  guint n = 0;

  for (; struck; n++)
    {
      guint64 acked;

      begin (fixture);
      baton_fault_vfs_stop_after (fixture->folder, n,
                                  n % 2 == 0 ? BATON_FAULT_WHOLE : BATON_FAULT_TORN);
      acked = write_group (baton_server_get_database_path (fixture->server));
      struck = acked != (G_GUINT64_CONSTANT (1) << N_JOBS) - 1;
      restart (fixture);
      assert_group (fixture, acked);
      end (fixture);
    }
  g_assert_cmpuint (n, >, 3);
}

#define ADD(name, test) g_test_add ("/server/stopped/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("at-any-write-keeps-what-was-answered", test_stopped_at_any_write);
  ADD ("without-power-at-any-write-keeps-what-was-answered", test_power_lost_at_any_write);
  ADD ("by-a-full-disk-refuses-and-goes-on", test_full_disk_at_any_write);
  ADD ("within-a-group-at-any-write-keeps-what-was-answered", test_group_stopped_at_any_write);
  return g_test_run ();
}
