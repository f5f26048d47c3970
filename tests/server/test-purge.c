/* test-purge.c: what was deleted long ago goes for good
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include <string.h>

#include "../../src/server/db/baton-server-purge.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

static gint64
count_tasks (Team *team)
{
  return server_fixture_count (team->server, "SELECT count(*) FROM task", NULL);
}

static guint
restore (Team *team, const char *task)
{
  g_autofree char *path = g_strdup_printf ("/tasks/%s/restore", task);
  g_autoptr (Answer) answer = team_ask (team, OWNER, "POST", path, NULL);

  return answer->status;
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

  team_drop (team, task);
  team_purge_after (team, 0, 100);
  g_assert_cmpint (count_tasks (team), ==, 2);
  g_assert_cmpuint (restore (team, task), ==, 200);
  team_purge_after (team, 3, 100);
  g_assert_cmpint (count_tasks (team), ==, 2);
  team_drop (team, task);
  team_purge_after (team, 3, 100);
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
  g_autofree char *behind = team_dup_cursor (team, OWNER);
  g_autofree char *ahead = NULL;
  g_autofree char *other = NULL;
  g_autoptr (Answer) expired = NULL;
  g_autoptr (Answer) served = NULL;
  g_autoptr (Answer) anew = NULL;

  team_drop (team, task);
  ahead = team_dup_cursor (team, OWNER);
  other = team_make_task (team, OWNER, "");
  team_purge_after (team, 3, 100);
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

/* Each has their own */
static char *
remind (Team *team, Who who, const char *task)
{
  g_autofree char *reminder = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *set = g_strdup_printf ("\"task_id\":\"%s\",\"at\":\"2030-01-01T09:00:00.000Z\"",
                                          task);
  g_autoptr (Answer) reminded = team_send_edit (team, who, "reminder", reminder, set);

  g_assert_cmpstr (answer_get (reminded, "data.results.0.status"), ==, "applied");
  return g_steal_pointer (&reminder);
}

static gint64
count_reminders (Team *team)
{
  return server_fixture_count (team->server, "SELECT count(*) FROM reminder", NULL);
}

/* A device that is up to date is told that it has gone for good. */
static void
assert_told (Team *team, Who who, const char *cursor, const char *reminder)
{
  g_autoptr (Answer) told = team_pull (team, who, cursor);
  g_autofree char *gone = g_strdup_printf ("\"leave\":\"%s\",\"purged\":true", reminder);

  assert_answer (told, 200, NULL);
  g_assert_nonnull (strstr (told->text, gone));
}

static void
test_reminders_go_with_it (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *stays = team_make_task (team, OWNER, "");
  g_autofree char *owners = remind (team, OWNER, task);
  g_autofree char *members = remind (team, MEMBER, task);
  g_autofree char *other = remind (team, MEMBER, stays);
  g_autofree char *cursor = NULL;

  team_drop (team, task);
  cursor = team_dup_cursor (team, MEMBER);
  team_purge_after (team, 3, 4);
  g_assert_cmpint (count_tasks (team), ==, 1);
  g_assert_cmpint (count_reminders (team), ==, 1);
  assert_told (team, MEMBER, cursor, members);
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
  team_drop (team, root);
  g_assert_cmpuint (team_purge_after (team, 3, 4), >, 2);
  g_assert_cmpint (count_tasks (team), ==, 1);
  g_assert_cmpint (server_fixture_count (team->server, "SELECT count(*) FROM comment", NULL), ==,
                   0);
}

/* Below @root: @n tasks, in tens, each with one below it */
static void
make_large_tree (Team *team, const char *root, guint n)
{
  g_autofree char *script = g_strdup_printf (
      "INSERT INTO task (id, title, parent_id, project_id, created_by, clocks, changed, scope, seq, version)"
      " SELECT format ('%%s%%06d', substr (r.id, 1, 30), n.value), 't',"
      "  CASE WHEN n.value > 10 THEN format ('%%s%%06d', substr (r.id, 1, 30), n.value / 10) ELSE r.id END,"
      "  r.project_id, r.created_by, r.clocks, r.changed, r.scope, r.seq, 1"
      " FROM task r, (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n"
      "  WHERE value < %u) SELECT value FROM n) n WHERE r.id = '%s'",
      n, root);

  team_exec (team, script);
}

static void
test_a_large_tree_goes_in_steps (void)
{
  const guint n = 2000;
  g_autoptr (Team) team = team_new ();
  g_autofree char *root = team_make_task (team, OWNER, "");
  gint64 start;
  guint steps;

  make_large_tree (team, root, n);
  team_drop (team, root);
  start = g_get_monotonic_time ();
  steps = team_purge_after (team, 3, 50);
  g_test_message ("%u tasks in %u steps, %" G_GINT64_FORMAT " ms", n, steps,
                  (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (steps, <=, n / 50 + 2);
  g_assert_cmpint (count_tasks (team), ==, 0);
}

typedef enum
{
  NEW_BELOW,
  TAKEN_OUT,
  EDITED,
  SAID,
  RESTORED,
  MOVED_ELSEWHERE,
  N_BETWEEN,
} Between;

static void
do_between (Team *team, Between what, const char *root, const char *middle, const char *leaf)
{
  g_autofree char *below = g_strdup_printf (
      "\"title\":\"n\",\"parent_id\":\"%s\",\"project_id\":\"%s\"", leaf, team->project);
  g_autofree char *on = g_strdup_printf ("\"task_id\":\"%s\",\"body\":\"b\"", leaf);
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  const struct
  {
    const char *entity;
    const char *record;
    const char *set;
  } edits[N_BETWEEN] = {
    [NEW_BELOW] = { "task",    id,     below                                    },
    [TAKEN_OUT] = { "task",    middle, "\"parent_id\":null"                     },
    [EDITED] = { "task",    middle, "\"title\":\"late\""                     },
    [SAID] = { "comment", id,     on                                       },
    [RESTORED] = { "task",    root,   "\"deleted\":false"                      },
    [MOVED_ELSEWHERE] = { "task",    middle, "\"project_id\":null,\"parent_id\":null" },
  };
  g_autoptr (Answer)
      sent = team_send_edit (team, OWNER, edits[what].entity, edits[what].record, edits[what].set);

  g_assert_cmpstr (answer_get (sent, "data.results.0.status"), ==, "applied");
}

/* What somebody does between two steps is seen by the second one, which leaves all the rest. */
static void
test_others_write_between_two_steps (void)
{
  for (Between what = 0; what < N_BETWEEN; what++)
    {
      g_autoptr (Team) team = team_new ();
      g_autoptr (BatonServerPurgeWork) work = baton_server_purge_work_new ();
      g_autofree char *root = team_make_task (team, OWNER, "");
      g_autofree char *middle = make_tree (team, root, 3);
      g_autofree char *leaf = make_tree (team, middle, 3);
      g_autofree char *last = make_tree (team, leaf, 3);
      g_autofree char *first_end = team_make_task (team, OWNER, "");

      team_drop (team, root);
      team_exec (team, "UPDATE task SET changed = 1, written = 1; UPDATE history SET at = 1;"
                       "UPDATE tombstone SET at = 1");
      g_assert_true (team_purge_step (team, -5, 3, work));
      g_assert_cmpint (count_tasks (team), ==, 8);
      do_between (team, what, root, middle, leaf);
      while (team_purge_step (team, -5, 3, work))
        ;
      g_assert_cmpint (
          server_fixture_count (team->server, "SELECT count(*) FROM task WHERE id = ?", leaf), ==,
          1);
      g_assert_cmpint (
          server_fixture_count (team->server, "SELECT count(*) FROM task WHERE id = ?", middle), ==,
          1);
    }
}

/* Somebody who had not heard of it went on below */
static void
test_what_is_at_work_stays (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *root = team_make_task (team, OWNER, "");
  g_autofree char *leaf = make_tree (team, root, 3);
  g_autofree char *script = NULL;

  team_drop (team, root);
  script = g_strdup_printf ("UPDATE task SET changed = %" G_GINT64_FORMAT " WHERE id = '%s'",
                            g_get_real_time () / 1000 + 5 * DAY_MS, leaf);
  team_exec (team, script);
  team_purge_after (team, 5, 100);
  g_assert_cmpint (count_tasks (team), ==, 4);
  team_purge_after (team, 8, 100);
  g_assert_cmpint (count_tasks (team), ==, 0);
}

/* The one who did has a clock that is years behind: the server's own time counts */
static void
test_what_a_slow_clock_wrote_stays (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *root = team_make_task (team, OWNER, "");
  g_autofree char *leaf = make_tree (team, root, 3);

  team_drop (team, root);
  team_exec (team, "UPDATE tombstone SET at = at - 91 * 86400000;"
                   "UPDATE history SET at = at - 91 * 86400000;"
                   "UPDATE task SET changed = changed - 91 * 86400000");
  team_purge_after (team, 0, 100);
  g_assert_cmpint (count_tasks (team), ==, 4);
  team_purge_after (team, 3, 100);
  g_assert_cmpint (count_tasks (team), ==, 0);
}

/* Who had heard that it is deleted hears that it is gone for good; who begins anew need not */
static void
test_device_ahead_is_told (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *gone = g_strdup_printf ("\"leave\":\"%s\",\"purged\":true", task);
  g_autofree char *ahead = NULL;
  g_autoptr (Answer) served = NULL;
  g_autoptr (Answer) anew = NULL;

  team_drop (team, task);
  ahead = team_dup_cursor (team, OWNER);
  team_purge_after (team, 3, 100);
  served = sync_from (team, ahead);
  anew = team_pull (team, OWNER, "{}");
  assert_answer (served, 200, NULL);
  g_assert_nonnull (strstr (served->text, gone));
  g_assert_null (strstr (anew->text, task));
}

static Answer *
send_as (Team *team, const char *edit, const char *task, const char *set)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"0000000000aa\",\"cursor\":{},\"edits\":[{\"id\":\"%s\","
      "\"entity\":\"task\",\"record\":\"%s\",\"set\":{%s},"
      "\"clock\":\"000000000002-0000-0000000000aa\",\"base\":{},\"was\":{}}]}",
      edit, task, set);

  return team_ask (team, OWNER, "POST", "/sync", body);
}

/* Its answer was lost on the way, and the record was purged, and made anew by another device that had edited it */
static void
test_edit_comes_again_to_another_record (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *edit = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *anew = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *task = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *made = baton_uuid_new (g_get_real_time () / 1000);
  g_autoptr (Answer) first = send_as (team, made, task, "\"title\":\"t\"");
  g_autoptr (Answer) second = send_as (team, edit, task, "\"deleted\":true");
  g_autoptr (Answer) third = NULL;
  g_autoptr (Answer) fourth = NULL;
  g_autoptr (Answer) again = NULL;

  team_purge_after (team, 3, 100);
  team_exec (team, "UPDATE edit SET at = at - 3 * 86400000");
  third = send_as (team, anew, task, "\"title\":\"t\"");
  fourth = send_as (team, edit, task, "\"deleted\":true");
  again = send_as (team, edit, task, "\"deleted\":true");
  g_assert_cmpstr (answer_get (second, "data.results.0.status"), ==, "applied");
  g_assert_cmpstr (answer_get (third, "data.results.0.status"), ==, "applied");
  g_assert_cmpstr (answer_get (fourth, "data.results.0.status"), ==, "applied");
  g_assert_cmpstr (answer_get (again, "data.results.0.status"), ==, "duplicate");
  g_assert_cmpint (
      server_fixture_count (team->server, "SELECT count(*) FROM task WHERE deleted = 1", NULL), ==,
      1);
}

static void
test_deleted_project_goes (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *path = g_strconcat ("/projects/", team->project, NULL);
  g_autofree char *leave = g_strdup_printf ("{\"scope\":\"project:%s\",\"leave\":true}",
                                            team->project);
  g_autofree char *cursor = NULL;
  g_autofree char *reminder = NULL;
  g_autoptr (Answer) deleted = NULL;
  g_autoptr (Answer) left = NULL;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *task = team_make_task (team, MEMBER, "");

      g_free (g_steal_pointer (&reminder));
      reminder = remind (team, MEMBER, task);
    }
  cursor = team_dup_cursor (team, MEMBER);
  deleted = team_ask (team, OWNER, "DELETE", path, NULL);
  assert_answer (deleted, 204, NULL);
  team_purge_after (team, 0, 4);
  g_assert_cmpint (count_tasks (team), ==, 10);
  g_assert_cmpuint (team_purge_after (team, 3, 4), >, 2);
  g_assert_cmpint (
      server_fixture_count (
          team->server,
          "SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM project)"
          " + (SELECT count(*) FROM member) + (SELECT count(*) FROM tombstone)"
          " + (SELECT count(*) FROM place JOIN scope ON scope.key = place.scope"
          "    WHERE scope.id NOT LIKE 'user:%' AND (place.record <> 0 OR gone NOT NULL))",
          NULL),
      ==, 0);
  g_assert_cmpint (count_reminders (team), ==, 0);
  left = team_pull (team, MEMBER, cursor);
  g_assert_nonnull (strstr (left->text, leave));
  assert_told (team, MEMBER, cursor, reminder);
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
  team_drop (team, task);
  team_exec (
      team, "UPDATE tombstone SET at = at - 91 * 86400000;"
            "UPDATE history SET at = at - 91 * 86400000;"
            "UPDATE task SET changed = changed - 91 * 86400000, written = written - 91 * 86400000");
  team_drop (team, fresh);
  purge = baton_server_purge_new (baton_server_get_writer (team->server->server), 90);
  BATON_TEST_WAIT (count_tasks (team) == 1);
  g_assert_cmpuint (restore (team, fresh), ==, 200);
}

/* A server that was set back to a backup, and removes something soon after, does not know what a device of its lost past has seen. Told that it
 * was purged, the device would delete what it alone still has. */
static void
test_a_lost_past_is_not_a_purge (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *scope = g_strdup_printf ("\"project:%s\":\"", team->project);
  g_autofree char *lost = team_dup_cursor (team, OWNER);
  char *at = strstr (lost, scope);
  g_autofree char *path = g_strconcat ("/projects/", team->project, NULL);
  g_autoptr (Answer) before = NULL;
  g_autoptr (Answer) after = NULL;
  g_autoptr (Answer) deleted = NULL;
  g_autoptr (Answer) gone = NULL;

  g_assert_nonnull (at);
  at = strchr (at + strlen (scope), '.');
  memcpy (at + 1, "zzzzzz", 6);
  before = sync_from (team, lost);
  assert_answer (before, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (answer_get (before, "error.details.0.reason"), ==, "forked");
  team_drop (team, task);
  team_purge_after (team, 3, 100);
  after = sync_from (team, lost);
  assert_answer (after, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (answer_get (after, "error.details.0.reason"), ==, "forked");
  deleted = team_ask (team, OWNER, "DELETE", path, NULL);
  assert_answer (deleted, 204, NULL);
  team_purge_after (team, 3, 100);
  g_assert_cmpint (server_fixture_count (team->server, "SELECT count(*) FROM project", NULL), ==,
                   0);
  gone = sync_from (team, lost);
  assert_answer (gone, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (answer_get (gone, "error.details.0.reason"), ==, "forked");
}

static gboolean
has_leave (Answer *answer, const char *task)
{
  for (int i = 0; i < answer_count (answer, "data.changes"); i++)
    {
      g_autofree char *path = g_strdup_printf ("data.changes.%d.leave", i);

      if (g_strcmp0 (answer_get (answer, path), task) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Between two pages of a pull, what was on the first one becomes somebody's own */
static void
test_what_leaves_between_two_pages_is_told (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *first = team_make_task (team, OWNER, "");
  g_autofree char *second = team_make_task (team, OWNER, "");
  g_autofree char *third = team_make_task (team, OWNER, "");
  g_autofree char *dropped = team_make_task (team, OWNER, "");
  g_autofree char *path = g_strconcat ("/tasks/", first, NULL);
  g_autofree char *cursor = NULL;
  g_autoptr (Answer) page = NULL;
  g_autoptr (Answer) moved = NULL;
  g_autoptr (Answer) rest = NULL;
  g_autoptr (Answer) anew = NULL;

  team_drop (team, dropped);
  team_purge_after (team, 3, 100);
  page = team_ask (team, MEMBER, "POST", "/sync",
                   "{\"device_id\":\"0000000000aa\",\"cursor\":{},\"edits\":[],\"limit\":2}");
  g_assert_true (team_sees (page, first));
  g_assert_false (team_sees (page, third));
  cursor = team_dup_answered (page);
  moved = team_ask (team, OWNER, "PATCH", path, "{\"project_id\":null,\"title\":\"mine\"}");
  assert_answer (moved, 200, NULL);
  rest = team_pull (team, MEMBER, cursor);
  g_assert_true (team_sees (rest, second));
  g_assert_true (team_sees (rest, third));
  g_assert_true (has_leave (rest, first));
  anew = team_pull (team, MEMBER, "{}");
  g_assert_false (has_leave (anew, first));
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
  g_test_add_func ("/server/purge/everybody's reminders of a task go with it",
                   test_reminders_go_with_it);
  g_test_add_func ("/server/purge/what somebody is at work on stays", test_what_is_at_work_stays);
  g_test_add_func ("/server/purge/what a slow clock wrote stays",
                   test_what_a_slow_clock_wrote_stays);
  g_test_add_func ("/server/purge/a device ahead is told", test_device_ahead_is_told);
  g_test_add_func ("/server/purge/an edit comes again to another record",
                   test_edit_comes_again_to_another_record);
  g_test_add_func ("/server/purge/a deleted project goes, and everybody leaves it",
                   test_deleted_project_goes);
  g_test_add_func ("/server/purge/a past that was lost is not a purge",
                   test_a_lost_past_is_not_a_purge);
  g_test_add_func ("/server/purge/what leaves between two pages of a pull is told",
                   test_what_leaves_between_two_pages_is_told);
  g_test_add_func ("/server/purge/it happens by itself", test_goes_by_itself);
  g_test_add_func ("/server/purge/a large tree goes in steps", test_a_large_tree_goes_in_steps);
  g_test_add_func ("/server/purge/others write between two steps",
                   test_others_write_between_two_steps);
  return g_test_run ();
}
