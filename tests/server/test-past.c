/* test-past.c: what a task was before it was shared stays with those who saw it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include "../../src/server/db/baton-server-history.h"

#include <string.h>

typedef struct
{
  Team *team;
  char *task;
  char *path;
  char *history;
} Fixture;

/* A task of the owner's inbox, with a past */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Answer) made = NULL;
  g_autoptr (Answer) first = NULL;
  g_autoptr (Answer) second = NULL;

  fixture->team = team_new ();
  made = team_ask (fixture->team, OWNER, "POST", "/tasks", "{\"title\":\"SECRET one\"}");
  fixture->task = g_strdup (answer_get (made, "data.id"));
  fixture->path = g_strconcat ("/tasks/", fixture->task, NULL);
  fixture->history = g_strconcat ("/tasks/", fixture->task, "/history", NULL);
  first = team_ask (fixture->team, OWNER, "PATCH", fixture->path, "{\"title\":\"SECRET two\"}");
  assert_answer (first, 200, NULL);
  second = team_send_edit (fixture->team, OWNER, "task", fixture->task,
                           "\"title\":\"SECRET three\"");
  g_assert_cmpstr (answer_get (second, "data.results.0.status"), ==, "applied");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->team, team_free);
  g_free (fixture->task);
  g_free (fixture->path);
  g_free (fixture->history);
}

static void
share (Fixture *fixture)
{
  g_autofree char *body = g_strdup_printf ("{\"project_id\":\"%s\",\"title\":\"harmless\"}",
                                           fixture->team->project);
  g_autoptr (Answer) moved = team_ask (fixture->team, OWNER, "PATCH", fixture->path, body);

  assert_answer (moved, 200, NULL);
}

/* Nor by the change that moves it, which replaces something private */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Answer) later = NULL;
  g_autoptr (Answer) theirs = NULL;
  g_autoptr (Answer) own = NULL;

  share (fixture);
  later = team_ask (fixture->team, MEMBER, "PATCH", fixture->path, "{\"title\":\"open\"}");
  assert_answer (later, 200, NULL);
  theirs = team_ask (fixture->team, VIEWER, "GET", fixture->history, NULL);
  own = team_ask (fixture->team, OWNER, "GET", fixture->history, NULL);
  assert_answer (theirs, 200, NULL);
  g_assert_null (strstr (theirs->text, "SECRET"));
  g_assert_cmpint (answer_count (theirs, "data"), ==, 1);
  g_assert_cmpint (answer_get_int (theirs, "meta.total"), ==, 1);
  g_assert_cmpstr (answer_get (theirs, "data.0.old"), ==, "harmless");
  g_assert_nonnull (strstr (own->text, "SECRET three"));
  g_assert_cmpint (answer_get_int (own, "meta.total"), ==, answer_count (own, "data"));
}

static void
test_conflicts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = team_dup_cursor (fixture->team, VIEWER);
  g_autofree char *own_cursor = team_dup_cursor (fixture->team, OWNER);
  g_autoptr (Answer) theirs = NULL;
  g_autoptr (Answer) own = NULL;

  share (fixture);
  theirs = team_pull (fixture->team, VIEWER, cursor);
  own = team_pull (fixture->team, OWNER, own_cursor);
  g_assert_true (team_sees (theirs, fixture->task));
  g_assert_null (strstr (theirs->text, "SECRET"));
  g_assert_nonnull (strstr (own->text, "SECRET"));
}

/* A device of the owner that was offline has not seen that the task was shared */
static void
test_what_was_written_offline (Fixture *fixture, gconstpointer data)
{
  BatonClock early = { .time = ((guint64) g_get_real_time () / 1000 - 60 * 1000) << 16, .node = 7 };
  g_autofree char *clock = baton_clock_dup_text (&early);
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *cursor = NULL;
  g_autofree char *body = NULL;
  g_autoptr (Answer) sent = NULL;
  g_autoptr (Answer) theirs = NULL;
  g_autoptr (Answer) history = NULL;

  share (fixture);
  cursor = team_dup_cursor (fixture->team, VIEWER);
  body = g_strdup_printf (
      "{\"device_id\":\"000000000007\",\"cursor\":{},\"edits\":[{\"id\":\"%s\",\"entity\":\"task\","
      "\"record\":\"%s\",\"set\":{\"title\":\"SECRET four\"},\"clock\":\"%s\",\"base\":{}}]}",
      id, fixture->task, clock);
  sent = team_ask (fixture->team, OWNER, "POST", "/sync", body);
  g_assert_cmpstr (answer_get (sent, "data.results.0.status"), ==, "merged");
  theirs = team_pull (fixture->team, VIEWER, cursor);
  history = team_ask (fixture->team, VIEWER, "GET", fixture->history, NULL);
  g_assert_null (strstr (theirs->text, "SECRET"));
  g_assert_null (strstr (history->text, "SECRET"));
  g_clear_pointer (&history, answer_free);
  history = team_ask (fixture->team, OWNER, "GET", fixture->history, NULL);
  g_assert_nonnull (strstr (history->text, "SECRET four"));
}

static gboolean
explain_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  g_autoptr (BatonSqlStatement)
      rows = baton_sql_prepare (sql, "EXPLAIN QUERY PLAN " BATON_SERVER_HISTORY_CONFLICTS, error);

  if (rows == NULL || baton_sql_step (rows, error) != BATON_SQL_ROW)
    return FALSE;
  g_assert_nonnull (strstr (baton_sql_get_text (rows, 3), "history_conflict"));
  while (baton_sql_step (rows, error) == BATON_SQL_ROW)
    g_assert_null (strstr (baton_sql_get_text (rows, 3), "TEMP B-TREE"));
  return TRUE;
}

/* However often a task was changed, its conflicts are found without a look at the other changes. */
static void
test_plan (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (fixture->team->server->server), explain_cb,
                           NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server/past/history is of the time in which one saw the task", Fixture, NULL,
              set_up, test_history, tear_down);
  g_test_add ("/server/past/and so is what lost", Fixture, NULL, set_up, test_conflicts, tear_down);
  g_test_add ("/server/past/also what came too late", Fixture, NULL, set_up,
              test_what_was_written_offline, tear_down);
  g_test_add ("/server/past/conflicts are found by an index", Fixture, NULL, set_up, test_plan,
              tear_down);
  return g_test_run ();
}
