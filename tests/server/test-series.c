/* test-series.c: nobody ends a series that they may not change by making its next occurrence beforehand
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include <string.h>

#include "../../src/server/db/baton-server-series.h"

#define MONTHLY ",\"due\":\"2099-01-31\",\"recurrence\":\"FREQ=MONTHLY\""

static char *
dup_occurrence (const char *series, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  return baton_uuid_from_name (series, text);
}

static char *
dup_result (Answer *answer)
{
  const char *code = answer_get (answer, "data.results.0.code");

  return g_strdup (code ? code : answer_get (answer, "data.results.0.status"));
}

/* Somebody makes a record with this id in an inbox of their own */
static char *
squat (Team *team, Who who, const char *id, const char *more)
{
  g_autofree char *set = g_strconcat ("\"title\":\"mine\"", more, NULL);
  g_autoptr (Answer) answer = team_send_edit (team, who, "task", id, set);

  return dup_result (answer);
}

static Answer *
complete (Team *team, Who who, const char *task)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, "/complete", NULL);
  Answer *answer = team_ask (team, who, "POST", path, NULL);

  assert_answer (answer, 200, NULL);
  return answer;
}

/* Completes @task; the id of its next occurrence, which is in the project */
static char *
go_on (Team *team, Who who, const char *task)
{
  g_autoptr (Answer) done = complete (team, who, task);

  g_assert_cmpstr (answer_get (done, "data.task.status"), ==, "done");
  g_assert_cmpstr (answer_get (done, "data.next.title"), !=, "mine");
  g_assert_cmpstr (answer_get (done, "data.next.project_id"), ==, team->project);
  g_assert_null (answer_get (done, "message"));
  return g_strdup (answer_get (done, "data.next.id"));
}

static void
test_next_one_is_not_taken (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *next = dup_occurrence (task, 2);
  g_autofree char *by_viewer = squat (team, VIEWER, next, "");
  g_autofree char *by_outsider = squat (team, OUTSIDER, next, "");
  g_autoptr (Answer) left = team_take_out (team, OWNER, MEMBER);
  g_autofree char *by_former = squat (team, MEMBER, next, "");
  g_autofree char *made = go_on (team, OWNER, task);

  g_assert_cmpstr (by_viewer, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (by_outsider, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (by_former, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (made, ==, next);
}

/* What repeats since an edit is as safe as what was made so */
static void
test_repeating_since_an_edit (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *next = dup_occurrence (task, 2);
  g_autoptr (Answer)
      edited = team_send_edit (team, MEMBER, "task", task, "\"recurrence\":\"FREQ=DAILY\"");
  g_autofree char *refused = squat (team, VIEWER, next, "");
  g_autoptr (Answer) stopped = team_send_edit (team, MEMBER, "task", task, "\"recurrence\":null");
  g_autofree char *taken = squat (team, VIEWER, next, "");

  g_assert_cmpstr (refused, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (taken, ==, "applied");
}

static Answer *
send_both (Team *team, Who who, const char *task, const char *next, gboolean next_first)
{
  const gint64 now = g_get_real_time () / 1000;
  BatonClock clock = { .time = (guint64) now << 16, .node = (guint64) who + 1 };
  g_autofree char *time = baton_clock_dup_text (&clock);
  g_autofree char *first_id = baton_uuid_new (now);
  g_autofree char *second_id = baton_uuid_new (now);
  g_autofree char *done = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"%s\",\"set\":{\"status\":\"done\"},"
      "\"clock\":\"%s\",\"base\":{}}",
      first_id, task, time);
  g_autofree char *made = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"%s\",\"set\":{\"title\":\"n\",\"project_id\":\"%s\","
      "\"series_id\":\"%s\",\"occurrence\":2,\"recurrence\":\"FREQ=MONTHLY\",\"due\":\"2099-03-31\","
      "\"created_at\":\"2026-11-21T10:00:00.000Z\"},\"clock\":\"%s\",\"base\":{}}",
      second_id, next, team->project, task, time);
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000%u\",\"cursor\":{},\"limit\":2000,\"edits\":[%s,%s]}", who + 1,
      next_first ? made : done, next_first ? done : made);

  return team_ask (team, who, "POST", "/sync", body);
}

/* A device that was offline sends what it has done and what came of it. */
static void
test_from_a_device (void)
{
  for (int next_first = 0; next_first < 2; next_first++)
    {
      g_autoptr (Team) team = team_new ();
      g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
      g_autofree char *next = dup_occurrence (task, 2);
      g_autofree char *path = g_strconcat ("/tasks/", next, NULL);
      g_autoptr (Answer) sent = send_both (team, MEMBER, task, next, next_first);
      g_autoptr (Answer) again = send_both (team, MANAGER, task, next, next_first);
      g_autoptr (Answer) seen = team_ask (team, VIEWER, "GET", path, NULL);

      g_assert_cmpstr (answer_get (sent, "data.results.0.status"), ==, "applied");
      g_assert_cmpstr (answer_get (sent, "data.results.1.status"), ==, "applied");
      g_assert_cmpstr (answer_get (again, "data.results.0.status"), !=, "refused");
      g_assert_cmpstr (answer_get (again, "data.results.1.status"), !=, "refused");
      assert_answer (seen, 200, NULL);
      g_assert_cmpstr (answer_get (seen, "data.series_id"), ==, task);
    }
}

/* Made when it was not the next one yet: the series goes on under another name as soon as it comes near. */
static void
test_taken_long_before (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *third = dup_occurrence (task, 3);
  g_autofree char *squatted = squat (team, VIEWER, third, "");
  g_autofree char *made_second = go_on (team, OWNER, task);
  g_autofree char *made_third = go_on (team, MEMBER, made_second);
  g_autofree char *made_fourth = go_on (team, MANAGER, made_third);
  g_autofree char *second = dup_occurrence (task, 2);

  g_assert_cmpstr (squatted, ==, "applied");
  g_assert_cmpstr (made_second, ==, second);
  g_assert_cmpstr (made_third, !=, third);
  g_assert_nonnull (made_fourth);
}

/* A task that says that it is of the series does not stand in its way either. */
static void
test_claim_of_others (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *mine = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *other = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *as_first = g_strdup_printf (MONTHLY ",\"series_id\":\"%s\"", task);
  g_autofree char *as_second = g_strdup_printf (MONTHLY ",\"series_id\":\"%s\",\"occurrence\":2",
                                                task);
  g_autofree char *claimed = squat (team, VIEWER, mine, as_first);
  g_autofree char *ahead = squat (team, VIEWER, other, as_second);
  g_autofree char *next = dup_occurrence (task, 2);
  g_autofree char *third = dup_occurrence (task, 3);
  g_autofree char *refused = squat (team, VIEWER, next, "");
  g_autofree char *second = go_on (team, OWNER, task);
  g_autofree char *taken = squat (team, VIEWER, third, "");
  g_autofree char *made_third = go_on (team, OWNER, second);

  g_assert_cmpstr (claimed, ==, "merged");
  g_assert_cmpstr (ahead, ==, "applied");
  g_assert_cmpstr (refused, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpstr (second, ==, next);
  g_assert_cmpstr (taken, ==, "applied");
  g_assert_cmpstr (made_third, !=, third);
}

/* By somebody who might change the task then: it is done all the same, and goes on under another name, once however often it is done. */
static void
test_taken_by_a_member (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autofree char *next = dup_occurrence (task, 2);
  g_autofree char *squatted = squat (team, MEMBER, next, "");
  g_autofree char *made = go_on (team, OWNER, task);
  g_autoptr (Answer) undone = team_ask (team, OWNER, "PATCH", path, "{\"status\":\"todo\"}");
  g_autofree char *again = go_on (team, OWNER, task);

  g_assert_cmpstr (squatted, ==, "applied");
  g_assert_cmpstr (made, !=, next);
  g_assert_cmpstr (made, ==, again);
}

/* What hangs on the task comes again with it. */
static void
test_copy_of_a_subtask (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *more = g_strdup_printf (",\"parent_id\":\"%s\"", task);
  g_autofree char *subtask = team_make_task (team, OWNER, more);
  g_autofree char *next = dup_occurrence (task, 2);
  g_autofree char *copy = baton_uuid_from_name (subtask, next);
  g_autofree char *squatted = squat (team, VIEWER, copy, "");
  g_autofree char *made = go_on (team, OWNER, task);

  g_assert_cmpstr (squatted, ==, "applied");
  g_assert_cmpint (
      server_fixture_count (team->server, "SELECT count(*) FROM task WHERE parent_id = ?1", made),
      ==, 1);
}

/* A manager has deleted the next one: who may not bring it back is told so, and the task is done. */
static void
test_what_may_not_be_made_is_said (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autofree char *next = go_on (team, OWNER, task);
  g_autofree char *next_path = g_strconcat ("/tasks/", next, NULL);
  g_autoptr (Answer) deleted = team_ask (team, OWNER, "DELETE", next_path, NULL);
  g_autoptr (Answer) undone = team_ask (team, MEMBER, "PATCH", path, "{\"status\":\"todo\"}");
  g_autoptr (Answer) done = complete (team, MEMBER, task);

  g_assert_cmpstr (answer_get (done, "data.task.status"), ==, "done");
  g_assert_null (answer_get (done, "data.next.id"));
  g_assert_nonnull (answer_get (done, "message"));
}

static gboolean
note_all_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_server_series_note_all (sql, error);
}

/* As a migration leaves them */
static void
test_those_of_before (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, MONTHLY);
  g_autofree char *once = team_make_task (team, OWNER, "");
  g_autofree char *next = dup_occurrence (task, 2);
  g_autofree char *refused = NULL;
  g_autoptr (GError) error = NULL;

  team_exec (team, "UPDATE task SET next_id = '' WHERE recurrence IS NOT NULL");
  baton_server_writer_run (baton_server_get_writer (team->server->server), note_all_cb, NULL,
                           &error);
  g_assert_no_error (error);
  refused = squat (team, VIEWER, next, "");
  g_assert_cmpstr (refused, ==, "AUTHORIZATION_ERROR");
  g_assert_cmpint (server_fixture_count (
                       team->server, "SELECT count(*) FROM task WHERE next_id IS NOT NULL", NULL),
                   ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/series/who may not change a task does not make its next one",
                   test_next_one_is_not_taken);
  g_test_add_func ("/server/series/for as long as it repeats", test_repeating_since_an_edit);
  g_test_add_func ("/server/series/a device makes it before or after it is done",
                   test_from_a_device);
  g_test_add_func ("/server/series/made long before it ends no series", test_taken_long_before);
  g_test_add_func ("/server/series/nor does a claim of others", test_claim_of_others);
  g_test_add_func ("/server/series/nor what a member has made", test_taken_by_a_member);
  g_test_add_func ("/server/series/nor a copy of a subtask", test_copy_of_a_subtask);
  g_test_add_func ("/server/series/what may not be made is said",
                   test_what_may_not_be_made_is_said);
  g_test_add_func ("/server/series/tasks of before have their claims", test_those_of_before);
  return g_test_run ();
}
