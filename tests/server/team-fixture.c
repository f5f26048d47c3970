/* team-fixture.c: a project with one person of each role
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include "../../src/server/db/baton-server-purge.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

static const char *const names[] = { "owner", "manager", "member", "viewer", "outsider" };

const char *
team_get_name (Who who)
{
  return names[who];
}

static char *
id_at (Answer *answer)
{
  return g_strdup (answer_get (answer, "data.id"));
}

Answer *
team_ask (Team *team, Who who, const char *method, const char *path, const char *body)
{
  return server_fixture_send (team->server, method, path, team->people[who]->access, body);
}

Answer *
team_add (Team *team, Who by, Who who, const char *role)
{
  g_autofree char *body = g_strdup_printf ("{\"email\":\"%s\",\"role\":\"%s\"}",
                                           team->people[who]->email, role);

  return team_ask (team, by, "POST", team->path, body);
}

Answer *
team_change (Team *team, Who by, Who who, const char *role)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", team->path, team->people[who]->id);
  g_autofree char *body = g_strdup_printf ("{\"role\":\"%s\"}", role);

  return team_ask (team, by, "PATCH", path, body);
}

Answer *
team_take_out (Team *team, Who by, Who who)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", team->path, team->people[who]->id);

  return team_ask (team, by, "DELETE", path, NULL);
}

char *
team_make_task (Team *team, Who who, const char *more)
{
  g_autofree char *body = g_strdup_printf ("{\"title\":\"t\",\"project_id\":\"%s\"%s}",
                                           team->project, more);
  g_autoptr (Answer) answer = team_ask (team, who, "POST", "/tasks", body);

  assert_answer (answer, 201, NULL);
  return id_at (answer);
}

Team *
team_new (void)
{
  Team *team = g_new0 (Team, 1);
  g_autoptr (Answer) made = NULL;

  team->server = server_fixture_new ();
  for (Who who = OWNER; who < N_PEOPLE; who++)
    {
      g_autofree char *email = g_strconcat (team_get_name (who), "@example.org", NULL);

      team->people[who] = server_fixture_register (team->server, email);
    }
  made = team_ask (team, OWNER, "POST", "/projects", "{\"name\":\"House\"}");
  team->project = id_at (made);
  team->path = g_strdup_printf ("/projects/%s/members", team->project);
  for (Who who = MANAGER; who <= VIEWER; who++)
    {
      g_autoptr (Answer) answer = team_add (team, OWNER, who, team_get_name (who));

      assert_answer (answer, 201, NULL);
    }
  return team;
}

void
team_free (Team *team)
{
  for (Who who = OWNER; who < N_PEOPLE; who++)
    person_free (team->people[who]);
  server_fixture_free (team->server);
  g_free (team->project);
  g_free (team->path);
  g_free (team);
}

Answer *
team_send_edit (Team *team, Who who, const char *entity, const char *record, const char *set)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  BatonClock clock = { .time = ((guint64) g_get_real_time () / 1000 << 16) + ++team->n_edits,
                       .node = (guint64) who + 1 };
  g_autofree char *time = baton_clock_dup_text (&clock);
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000%u\",\"cursor\":{},\"limit\":2000,\"edits\":[{\"id\":\"%s\","
      "\"entity\":\"%s\",\"record\":\"%s\",\"set\":{%s},\"clock\":\"%s\",\"base\":{}}]}",
      who + 1, id, entity, record, set, time);
  Answer *answer = team_ask (team, who, "POST", "/sync", body);

  assert_answer (answer, 200, NULL);
  return answer;
}

Answer *
team_pull (Team *team, Who who, const char *cursor)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000%u\",\"cursor\":%s,\"limit\":2000,\"edits\":[]}", who + 1,
      cursor);
  Answer *answer = team_ask (team, who, "POST", "/sync", body);

  assert_answer (answer, 200, NULL);
  return answer;
}

gboolean
team_sees (Answer *answer, const char *task)
{
  for (int i = 0; i < answer_count (answer, "data.changes"); i++)
    {
      g_autofree char *path = g_strdup_printf ("data.changes.%d.record.id", i);

      if (g_strcmp0 (answer_get (answer, path), task) == 0)
        return TRUE;
    }
  return FALSE;
}

void
team_assert_role (Team *team, Who who, const char *role)
{
  g_autoptr (Answer) answer = team_ask (team, OWNER, "GET", team->path, NULL);
  g_autofree char *found = NULL;

  for (int i = 0; i < answer_count (answer, "data"); i++)
    {
      g_autofree char *id = g_strdup_printf ("data.%d.user_id", i);
      g_autofree char *path = g_strdup_printf ("data.%d.role", i);

      if (g_strcmp0 (answer_get (answer, id), team->people[who]->id) == 0)
        found = g_strdup (answer_get (answer, path));
    }
  g_assert_cmpstr (found, ==, role);
}

typedef struct
{
  gint64 before;
  gint64 limit;
  BatonServerPurgeWork *work;
  gboolean more;
} Order;

static gboolean
purge_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Order *order = data;

  return baton_server_purge_run (writer, sql, order->before, order->limit, order->work,
                                 &order->more, error);
}

gboolean
team_purge_step (Team *team, gint64 days, gint64 limit, BatonServerPurgeWork *work)
{
  Order order = { .before = g_get_real_time () / 1000 + (days - 1) * DAY_MS,
                  .limit = limit,
                  .work = work };
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (team->server->server), purge_cb, &order,
                           &error);
  g_assert_no_error (error);
  return order.more;
}

guint
team_purge_after (Team *team, gint64 days, gint64 limit)
{
  g_autoptr (BatonServerPurgeWork) work = baton_server_purge_work_new ();
  guint steps = 1;

  while (team_purge_step (team, days, limit, work))
    steps++;
  return steps;
}

static gboolean
exec_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql, data, error);
}

void
team_exec (Team *team, const char *script)
{
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (team->server->server), exec_cb,
                           (gpointer) script, &error);
  g_assert_no_error (error);
}

void
team_drop (Team *team, const char *task)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (Answer) answer = team_ask (team, OWNER, "DELETE", path, NULL);

  assert_answer (answer, 204, NULL);
}

char *
team_dup_answered (Answer *answer)
{
  JsonObject *data = json_object_get_object_member (json_node_get_object (answer->json), "data");

  return json_to_string (json_object_get_member (data, "cursor"), FALSE);
}

char *
team_dup_cursor (Team *team, Who who)
{
  g_autoptr (Answer) answer = team_pull (team, who, "{}");

  return team_dup_answered (answer);
}
