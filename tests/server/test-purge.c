/* test-purge.c: what was deleted long ago goes for good
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include <string.h>

#include "../../src/server/db/baton-server-purge.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

typedef struct
{
  gint64 before;
  gint64 limit;
  gboolean more;
} Order;

static gboolean
purge_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Order *order = data;

  return baton_server_purge_run (writer, sql, order->before, order->limit, &order->more, error);
}

/* As if it were @days from now, and what is deleted were kept for one; in how many steps */
static guint
purge_after (Team *team, gint64 days, gint64 limit)
{
  Order order = { .before = g_get_real_time () / 1000 + (days - 1) * DAY_MS, .limit = limit };
  g_autoptr (GError) error = NULL;
  guint steps = 0;

  do
    {
      baton_server_writer_run (baton_server_get_writer (team->server->server), purge_cb, &order,
                               &error);
      g_assert_no_error (error);
      steps++;
    }
  while (order.more);
  return steps;
}

static gboolean
exec_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql, data, error);
}

static void
exec (Team *team, const char *script)
{
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (team->server->server), exec_cb,
                           (gpointer) script, &error);
  g_assert_no_error (error);
}

static gint64
count_tasks (Team *team)
{
  return server_fixture_count (team->server, "SELECT count(*) FROM task", NULL);
}

static void
drop (Team *team, const char *task)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (Answer) answer = team_ask (team, OWNER, "DELETE", path, NULL);

  assert_answer (answer, 204, NULL);
}

static guint
restore (Team *team, const char *task)
{
  g_autofree char *path = g_strdup_printf ("/tasks/%s/restore", task);
  g_autoptr (Answer) answer = team_ask (team, OWNER, "POST", path, NULL);

  return answer->status;
}

static char *
dup_cursor (Team *team, Who who)
{
  g_autoptr (Answer) answer = team_pull (team, who, "{}");
  JsonObject *data = json_object_get_object_member (json_node_get_object (answer->json), "data");

  return json_to_string (json_object_get_member (data, "cursor"), FALSE);
}

static Answer *
sync_from (Team *team, const char *cursor)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"0000000000aa\",\"cursor\":%s,\"edits\":[]}", cursor);

  return team_ask (team, OWNER, "POST", "/sync", body);
}

static void
test_deleted_task_goes_in_time (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *kept = team_make_task (team, OWNER, "");

  drop (team, task);
  purge_after (team, 0, 100);
  g_assert_cmpint (count_tasks (team), ==, 2);
  g_assert_cmpuint (restore (team, task), ==, 200);
  purge_after (team, 3, 100);
  g_assert_cmpint (count_tasks (team), ==, 2);
  drop (team, task);
  purge_after (team, 3, 100);
  g_assert_cmpint (count_tasks (team), ==, 1);
  g_assert_cmpuint (restore (team, task), ==, 404);
  g_assert_cmpint (
      server_fixture_count (team->server,
                            "SELECT (SELECT count(*) FROM tombstone)"
                            " + (SELECT count(*) FROM history WHERE field = 'deleted')",
                            NULL),
      ==, 0);
  g_assert_cmpint (
      server_fixture_count (team->server, "SELECT count(*) FROM task WHERE id = ?", kept), ==, 1);
}

static void
test_device_behind_is_told (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *behind = dup_cursor (team, OWNER);
  g_autofree char *ahead = NULL;
  g_autofree char *other = NULL;
  g_autoptr (Answer) expired = NULL;
  g_autoptr (Answer) served = NULL;
  g_autoptr (Answer) anew = NULL;

  drop (team, task);
  ahead = dup_cursor (team, OWNER);
  other = team_make_task (team, OWNER, "");
  purge_after (team, 3, 100);
  expired = sync_from (team, behind);
  served = sync_from (team, ahead);
  anew = team_pull (team, OWNER, "{}");
  assert_answer (expired, 410, "CURSOR_EXPIRED");
  g_assert_nonnull (strstr (expired->text, "\"purged\""));
  g_assert_nonnull (strstr (expired->text, team->project));
  assert_answer (served, 200, NULL);
  g_assert_true (team_sees (served, other));
  g_assert_true (team_sees (anew, other));
  g_assert_false (team_sees (anew, task));
}

/* A tree of tasks under one that is deleted; the last of them */
static char *
make_tree (Team *team, const char *root, guint n)
{
  g_autofree char *parent = g_strdup (root);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *more = g_strdup_printf (",\"parent_id\":\"%s\"", parent);

      g_free (parent);
      parent = team_make_task (team, OWNER, more);
    }
  return g_steal_pointer (&parent);
}

static void
test_what_hangs_on_it_goes_with_it (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *root = team_make_task (team, OWNER, "");
  g_autofree char *outside = team_make_task (team, OWNER, "");
  g_autofree char *leaf = make_tree (team, root, 9);
  g_autofree char *comment = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *set = g_strdup_printf ("\"task_id\":\"%s\",\"body\":\"b\"", leaf);
  g_autoptr (Answer) said = team_send_edit (team, OWNER, "comment", comment, set);

  g_assert_cmpstr (answer_get (said, "data.results.0.status"), ==, "applied");
  drop (team, root);
  g_assert_cmpuint (purge_after (team, 3, 4), >, 2);
  g_assert_cmpint (count_tasks (team), ==, 1);
  g_assert_cmpint (server_fixture_count (team->server, "SELECT count(*) FROM comment", NULL), ==,
                   0);
}

/* Somebody who had not heard of it went on below */
static void
test_what_is_at_work_stays (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *root = team_make_task (team, OWNER, "");
  g_autofree char *leaf = make_tree (team, root, 3);
  g_autofree char *script = NULL;

  drop (team, root);
  script = g_strdup_printf ("UPDATE task SET changed = %" G_GINT64_FORMAT " WHERE id = '%s'",
                            g_get_real_time () / 1000 + 5 * DAY_MS, leaf);
  exec (team, script);
  purge_after (team, 5, 100);
  g_assert_cmpint (count_tasks (team), ==, 4);
  purge_after (team, 8, 100);
  g_assert_cmpint (count_tasks (team), ==, 0);
}

static void
test_deleted_project_goes (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *path = g_strconcat ("/projects/", team->project, NULL);
  g_autofree char *leave = g_strdup_printf ("{\"scope\":\"project:%s\",\"leave\":true}",
                                            team->project);
  g_autofree char *cursor = NULL;
  g_autoptr (Answer) deleted = NULL;
  g_autoptr (Answer) left = NULL;

  for (guint i = 0; i < 10; i++)
    g_free (team_make_task (team, MEMBER, ""));
  cursor = dup_cursor (team, MEMBER);
  deleted = team_ask (team, OWNER, "DELETE", path, NULL);
  assert_answer (deleted, 204, NULL);
  purge_after (team, 0, 4);
  g_assert_cmpint (count_tasks (team), ==, 10);
  g_assert_cmpuint (purge_after (team, 3, 4), >, 2);
  g_assert_cmpint (
      server_fixture_count (team->server,
                            "SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM project)"
                            " + (SELECT count(*) FROM member) + (SELECT count(*) FROM tombstone)"
                            " + (SELECT count(*) FROM place JOIN scope ON scope.key = place.scope"
                            "    WHERE scope.id NOT LIKE 'user:%' AND place.seq < scope.seq)",
                            NULL),
      ==, 0);
  left = team_pull (team, MEMBER, cursor);
  g_assert_nonnull (strstr (left->text, leave));
}

static void
test_goes_by_itself (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *fresh = team_make_task (team, OWNER, "");
  g_autoptr (BatonServerPurge) purge = NULL;
  BatonServerConfig *config = baton_server_get_config (team->server->server);

  g_assert_cmpint (baton_server_config_get_int (config, "keep-deleted-days"), ==, 90);
  drop (team, task);
  exec (team, "UPDATE tombstone SET at = at - 91 * 86400000;"
              "UPDATE task SET changed = changed - 91 * 86400000");
  drop (team, fresh);
  purge = baton_server_purge_new (baton_server_get_writer (team->server->server), 90);
  BATON_TEST_WAIT (count_tasks (team) == 1);
  g_assert_cmpuint (restore (team, fresh), ==, 200);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/purge/a deleted task goes in time, unless it is restored",
                   test_deleted_task_goes_in_time);
  g_test_add_func ("/server/purge/a device behind is told", test_device_behind_is_told);
  g_test_add_func ("/server/purge/what hangs on a task goes with it, step by step",
                   test_what_hangs_on_it_goes_with_it);
  g_test_add_func ("/server/purge/what somebody is at work on stays", test_what_is_at_work_stays);
  g_test_add_func ("/server/purge/a deleted project goes, and everybody leaves it",
                   test_deleted_project_goes);
  g_test_add_func ("/server/purge/it happens by itself", test_goes_by_itself);
  return g_test_run ();
}
