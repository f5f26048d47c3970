/* test-subtasks.c: what hangs on a task is not in the power of whoever has made that
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include "../../src/server/db/baton-server-tree.h"

#include <string.h>

static char *
make_below (Team *team, Who who, const char *parent)
{
  g_autofree char *more = g_strdup_printf (",\"parent_id\":\"%s\"", parent);

  return team_make_task (team, who, more);
}

static guint
delete_task (Team *team, Who who, const char *task)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (Answer) answer = team_ask (team, who, "DELETE", path, NULL);

  return answer->status;
}

static guint
patch (Team *team, Who who, const char *task, const char *field, const char *value)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autofree char *body = value ? g_strdup_printf ("{\"%s\":\"%s\"}", field, value)
                                : g_strdup_printf ("{\"%s\":null}", field);
  g_autoptr (Answer) answer = team_ask (team, who, "PATCH", path, body);

  return answer->status;
}

static gboolean
is_there (Team *team, const char *task)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (Answer) answer = team_ask (team, OWNER, "GET", path, NULL);

  return answer->status == 200;
}

static char *
dup_result (Answer *answer)
{
  const char *code = answer_get (answer, "data.results.0.code");

  return g_strdup (code ? code : answer_get (answer, "data.results.0.status"));
}

static char *
send_edit (Team *team, Who who, const char *task, const char *set)
{
  g_autoptr (Answer) answer = team_send_edit (team, who, "task", task, set);

  return dup_result (answer);
}

/* Put under a task of one's own, others' tasks are not deleted with it: not by the REST API, and not by a device, not several levels down. */
static void
test_deleting (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *theirs = team_make_task (team, OWNER, "");
  g_autofree char *mine = team_make_task (team, MEMBER, "");
  g_autofree char *between = make_below (team, MEMBER, mine);
  g_autofree char *by_device = NULL;

  g_assert_cmpuint (delete_task (team, MEMBER, theirs), ==, 403);
  g_assert_cmpuint (patch (team, MEMBER, theirs, "parent_id", between), ==, 200);
  g_assert_cmpuint (delete_task (team, MEMBER, mine), ==, 403);
  g_assert_cmpuint (delete_task (team, MEMBER, between), ==, 403);
  by_device = send_edit (team, MEMBER, mine, "\"deleted\":true");
  g_assert_cmpstr (by_device, ==, "AUTHORIZATION_ERROR");
  g_assert_true (is_there (team, theirs));
  g_assert_true (is_there (team, mine));
  g_assert_cmpuint (delete_task (team, MANAGER, mine), ==, 204);
  g_assert_false (is_there (team, theirs));
  team_purge_after (team, 3, 100);
  g_assert_cmpint (server_fixture_count (team->server, "SELECT count(*) FROM task", NULL), ==, 0);
}

static void
test_own_subtasks (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *mine = team_make_task (team, MEMBER, "");
  g_autofree char *below = make_below (team, MEMBER, mine);
  g_autofree char *theirs = make_below (team, OWNER, below);

  g_assert_cmpuint (delete_task (team, OWNER, theirs), ==, 204);
  g_assert_cmpuint (delete_task (team, MEMBER, mine), ==, 204);
  g_assert_false (is_there (team, below));
}

/* The task is deleted first, and others' tasks are put under it then */
static void
test_putting_under_a_deleted_one (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *theirs = team_make_task (team, OWNER, "");
  g_autofree char *root = team_make_task (team, MEMBER, "");
  g_autofree char *hangs = make_below (team, OWNER, root);
  g_autofree char *trash = team_make_task (team, MEMBER, "");
  g_autofree char *under = g_strdup_printf ("\"parent_id\":\"%s\"", trash);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_cmpuint (delete_task (team, MEMBER, trash), ==, 204);
  first = send_edit (team, MEMBER, theirs, under);
  second = send_edit (team, MEMBER, root, under);
  third = send_edit (team, OWNER, theirs, under);
  g_assert_cmpstr (first, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (second, ==, "AUTHORIZATION_ERROR");
  g_assert_true (is_there (team, hangs));
  g_assert_cmpstr (third, ==, "applied");
  g_assert_false (is_there (team, theirs));
  /* The owner has put it there, but did not delete what it hangs on */
  team_purge_after (team, 3, 100);
  g_assert_cmpint (
      server_fixture_count (team->server, "SELECT count(*) FROM task WHERE id = ?", theirs), ==, 1);
  g_assert_cmpuint (patch (team, OWNER, theirs, "parent_id", NULL), ==, 404);
  g_free (third);
  third = send_edit (team, OWNER, theirs, "\"parent_id\":null");
  g_assert_cmpstr (third, ==, "applied");
  g_assert_true (is_there (team, theirs));
  team_purge_after (team, 6, 100);
  g_assert_cmpint (
      server_fixture_count (team->server, "SELECT count(*) FROM task WHERE id = ?", trash), ==, 0);
  g_assert_true (is_there (team, theirs));
}

/* Others' tasks hang on an id that nobody knows, and a deleted task is made with it */
static void
test_made_deleted (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *theirs = team_make_task (team, OWNER, "");
  g_autofree char *trap = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *under = g_strdup_printf ("\"parent_id\":\"%s\"", trap);
  g_autofree char *made = g_strdup_printf ("\"title\":\"t\",\"project_id\":\"%s\",\"deleted\":true",
                                           team->project);
  g_autofree char *first = send_edit (team, MEMBER, theirs, under);
  g_autofree char *second = send_edit (team, MEMBER, trap, made);

  g_assert_cmpstr (first, ==, "applied");
  g_assert_cmpstr (second, ==, "AUTHORIZATION_ERROR");
  g_assert_true (is_there (team, theirs));
}

static void
test_moving_out (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *theirs = team_make_task (team, OWNER, "");
  g_autofree char *mine = team_make_task (team, MEMBER, "");

  g_assert_cmpuint (patch (team, MEMBER, theirs, "parent_id", mine), ==, 200);
  g_assert_cmpuint (patch (team, MEMBER, mine, "project_id", NULL), ==, 403);
  g_assert_true (is_there (team, theirs));
  g_assert_cmpuint (patch (team, OWNER, theirs, "parent_id", NULL), ==, 200);
  g_assert_cmpuint (patch (team, MEMBER, mine, "project_id", NULL), ==, 200);
  g_assert_true (is_there (team, theirs));
}

/* Who is not where the task goes, and where those below it go, has it no more; the history tells. */
static void
test_assigned_and_moved (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *more = g_strdup_printf (",\"assignee_id\":\"%s\"", team->people[MEMBER]->id);
  g_autofree char *root = team_make_task (team, OWNER, more);
  g_autofree char *below = g_strdup_printf (",\"parent_id\":\"%s\"%s", root, more);
  g_autofree char *leaf = team_make_task (team, OWNER, below);
  const char *const both[] = { root, leaf };

  g_assert_cmpuint (patch (team, OWNER, root, "project_id", NULL), ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      g_autofree char *path = g_strconcat ("/tasks/", both[i], NULL);
      g_autofree char *history = g_strconcat (path, "/history", NULL);
      g_autoptr (Answer) task = team_ask (team, OWNER, "GET", path, NULL);
      g_autoptr (Answer) past = team_ask (team, OWNER, "GET", history, NULL);

      assert_answer (task, 200, NULL);
      g_assert_null (answer_get (task, "data.assignee_id"));
      g_assert_nonnull (strstr (past->text, "assignee_id"));
      g_assert_nonnull (strstr (past->text, team->people[MEMBER]->id));
    }
}

/* --- what it costs --------------------------------------------------------------- */

static void
assert_goes_down (BatonSql *sql, const char *text)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (sql, explain, &error);

  g_assert_no_error (error);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    {
      const char *step = baton_sql_get_text (rows, 3);

      if (g_str_equal (step, "SCAN t") || g_str_equal (step, "SCAN task") ||
          strstr (step, "task_scope"))
        g_error ("%s: %s", text, step);
    }
  g_assert_no_error (error);
}

static gboolean
explain_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  assert_goes_down (sql, BATON_SERVER_TREE_HIDE);
  assert_goes_down (sql, BATON_SERVER_TREE_OTHERS);
  assert_goes_down (
      sql, BATON_SERVER_TREE_BELOW (
               "?1", "?2", "") "SELECT t.key FROM below CROSS JOIN task t ON t.id = below.id");
  assert_goes_down (sql, "SELECT id FROM task t WHERE parent_id = ?1 AND +scope = ?2");
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *in_scope = g_strdup_printf (
          "EXPLAIN QUERY PLAN SELECT key FROM \"%s\" WHERE scope = ?1", baton_entity_get_name (i));
      g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (sql, in_scope, error);

      if (rows == NULL || baton_sql_step (rows, error) != BATON_SQL_ROW)
        return FALSE;
      g_assert_nonnull (strstr (baton_sql_get_text (rows, 3), "SEARCH"));
    }
  return TRUE;
}

static void
test_plan (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (team->server->server), explain_cb, NULL,
                           &error);
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/subtasks/others' tasks are not deleted with one's own", test_deleting);
  g_test_add_func ("/server/subtasks/one's own, and deleted ones, are", test_own_subtasks);
  g_test_add_func ("/server/subtasks/others' tasks are not put under a deleted one",
                   test_putting_under_a_deleted_one);
  g_test_add_func ("/server/subtasks/nor is a deleted one made above them", test_made_deleted);
  g_test_add_func ("/server/subtasks/others' tasks are not moved out with one's own",
                   test_moving_out);
  g_test_add_func ("/server/subtasks/nobody keeps a task that is moved where they are not",
                   test_assigned_and_moved);
  g_test_add_func ("/server/subtasks/no walk goes through a whole scope", test_plan);
  return g_test_run ();
}
