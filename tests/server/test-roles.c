/* test-roles.c: what each role in a project may do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include <string.h>

typedef enum
{
  READ,
  MAKE,
  EDIT,
  DELETE_OWN,
  DELETE_OTHERS,
  ASSIGN_OTHERS,
  MOVE_OTHERS_OUT,
  SETTINGS,
  DELETE_PROJECT,
  N_DEEDS,
} Deed;

static const char *const deeds[] = {
  "read",           "make",         "edit",     "delete their own",   "delete others'",
  "assign others'", "move others'", "settings", "delete the project",
};

/* owner, manager, member, viewer, outsider */
static const gboolean may[N_DEEDS][N_PEOPLE] = {
  [READ] = { TRUE, TRUE,  TRUE,  TRUE,  FALSE },
  [MAKE] = { TRUE, TRUE,  TRUE,  FALSE, FALSE },
  [EDIT] = { TRUE, TRUE,  TRUE,  FALSE, FALSE },
  [DELETE_OWN] = { TRUE, TRUE,  TRUE,  FALSE, FALSE },
  [DELETE_OTHERS] = { TRUE, TRUE,  FALSE, FALSE, FALSE },
  [ASSIGN_OTHERS] = { TRUE, TRUE,  FALSE, FALSE, FALSE },
  [MOVE_OTHERS_OUT] = { TRUE, TRUE,  FALSE, FALSE, FALSE },
  [SETTINGS] = { TRUE, TRUE,  FALSE, FALSE, FALSE },
  [DELETE_PROJECT] = { TRUE, FALSE, FALSE, FALSE, FALSE },
};

/* A task that is @who's own, or somebody else's. Who may make none finds one that they made when they might. */
static char *
find_task (Team *team, Who who, gboolean own)
{
  Who maker = own ? who : who == OWNER ? MANAGER : OWNER;
  gboolean promoted = maker == VIEWER || maker == OUTSIDER;
  g_autoptr (Answer) let_in = NULL;
  g_autoptr (Answer) back = NULL;
  char *id;

  if (maker == OUTSIDER)
    let_in = team_add (team, OWNER, maker, "member");
  else if (promoted)
    let_in = team_change (team, OWNER, maker, "member");
  id = team_make_task (team, maker, "");
  if (maker == OUTSIDER)
    back = team_take_out (team, OWNER, maker);
  else if (promoted)
    back = team_change (team, OWNER, maker, "viewer");
  return id;
}

static guint
do_over_rest (Team *team, Who who, Deed deed)
{
  g_autofree char *task = find_task (team, who, deed == DELETE_OWN);
  g_autofree char *task_path = g_strconcat ("/tasks/", task, NULL);
  g_autofree char *project_path = g_strconcat ("/projects/", team->project, NULL);
  g_autofree char *new_task = g_strdup_printf ("{\"title\":\"n\",\"project_id\":\"%s\"}",
                                               team->project);
  g_autofree char *assign = g_strdup_printf ("{\"assignee_id\":\"%s\"}", team->people[MEMBER]->id);
  const struct
  {
    const char *method;
    const char *path;
    const char *body;
  } requests[] = {
    [READ] = { "GET",    task_path,    NULL                    },
    [MAKE] = { "POST",   "/tasks",     new_task                },
    [EDIT] = { "PATCH",  task_path,    "{\"title\":\"e\"}"     },
    [DELETE_OWN] = { "DELETE", task_path,    NULL                    },
    [DELETE_OTHERS] = { "DELETE", task_path,    NULL                    },
    [ASSIGN_OTHERS] = { "PATCH",  task_path,    assign                  },
    [MOVE_OTHERS_OUT] = { "PATCH",  task_path,    "{\"project_id\":null}" },
    [SETTINGS] = { "PATCH",  project_path, "{\"name\":\"Home\"}"   },
    [DELETE_PROJECT] = { "DELETE", project_path, NULL                    },
  };
  g_autoptr (Answer) answer = team_ask (team, who, requests[deed].method, requests[deed].path,
                                        requests[deed].body);

  return answer->status;
}

/* Whether a device's edit was taken, or what it was refused with */
static char *
do_by_device (Team *team, Who who, Deed deed)
{
  g_autofree char *task = find_task (team, who, deed == DELETE_OWN);
  g_autofree char *new_id = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *new_task = g_strdup_printf ("\"title\":\"n\",\"project_id\":\"%s\"",
                                               team->project);
  g_autofree char *assign = g_strdup_printf ("\"assignee_id\":\"%s\"", team->people[MEMBER]->id);
  const struct
  {
    const char *entity;
    const char *record;
    const char *set;
  } edits[] = {
    [MAKE] = { "task",    new_id,        new_task              },
    [EDIT] = { "task",    task,          "\"title\":\"e\""     },
    [DELETE_OWN] = { "task",    task,          "\"deleted\":true"    },
    [DELETE_OTHERS] = { "task",    task,          "\"deleted\":true"    },
    [ASSIGN_OTHERS] = { "task",    task,          assign                },
    [MOVE_OTHERS_OUT] = { "task",    task,          "\"project_id\":null" },
    [SETTINGS] = { "project", team->project, "\"name\":\"Home\""   },
    [DELETE_PROJECT] = { "project", team->project, "\"deleted\":true"    },
  };
  g_autoptr (Answer) answer = NULL;

  if (deed == READ)
    {
      answer = team_pull (team, who, "{}");
      return g_strdup (team_sees (answer, task) ? "applied" : "NOT_FOUND");
    }
  answer = team_send_edit (team, who, edits[deed].entity, edits[deed].record, edits[deed].set);
  if (g_strcmp0 (answer_get (answer, "data.results.0.status"), "refused") == 0)
    return g_strdup (answer_get (answer, "data.results.0.code"));
  return g_strdup (answer_get (answer, "data.results.0.status"));
}

static void
test_each_cell_over_rest (void)
{
  g_autoptr (Team) team = team_new ();

  for (Deed deed = 0; deed < N_DEEDS; deed++)
    for (Who who = N_PEOPLE; who-- > 0;)
      {
        guint status = do_over_rest (team, who, deed);

        if (may[deed][who] ? status >= 400 : status != (who == OUTSIDER ? 404 : 403))
          g_error ("%s, %s: %u", team_get_name (who), deeds[deed], status);
      }
}

static void
test_each_cell_by_a_device (void)
{
  g_autoptr (Team) team = team_new ();

  for (Deed deed = 0; deed < N_DEEDS; deed++)
    for (Who who = N_PEOPLE; who-- > 0;)
      {
        g_autofree char *result = do_by_device (team, who, deed);
        const char *expected = may[deed][who]    ? "applied"
                               : who == OUTSIDER ? "NOT_FOUND"
                                                 : "AUTHORIZATION_ERROR";

        if (strcmp (result, expected) != 0)
          g_error ("%s, %s: %s", team_get_name (who), deeds[deed], result);
      }
}

static void
test_a_task_is_given_to_members_alone (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *outsider = g_strdup_printf (",\"assignee_id\":\"%s\"",
                                               team->people[OUTSIDER]->id);
  g_autofree char *viewer = g_strdup_printf (",\"assignee_id\":\"%s\"", team->people[VIEWER]->id);
  g_autofree char *body = g_strdup_printf ("{\"title\":\"t\",\"project_id\":\"%s\"%s}",
                                           team->project, outsider);
  g_autofree char *inbox = g_strdup_printf ("{\"title\":\"t\"%s}", outsider);
  g_autofree char *set = g_strdup_printf ("\"title\":\"t\",\"project_id\":\"%s\"%s", team->project,
                                          outsider);
  g_autofree char *new_id = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *new_path = g_strconcat ("/tasks/", new_id, NULL);
  g_autofree char *task = team_make_task (team, OWNER, viewer);
  g_autoptr (Answer) made = team_ask (team, OWNER, "POST", "/tasks", body);
  g_autoptr (Answer) alone = team_ask (team, OWNER, "POST", "/tasks", inbox);
  g_autoptr (Answer) refused = team_send_edit (team, OWNER, "task", task, outsider + 1);
  g_autoptr (Answer) taken = team_send_edit (team, OWNER, "task", new_id, set);
  g_autoptr (Answer) got = team_ask (team, OWNER, "GET", new_path, NULL);

  assert_answer (made, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (made, "assignee_id"));
  assert_answer (alone, 400, "VALIDATION_ERROR");
  g_assert_cmpstr (answer_get (refused, "data.results.0.code"), ==, "VALIDATION_ERROR");
  /* What else was typed is not lost over it */
  g_assert_cmpstr (answer_get (taken, "data.results.0.status"), ==, "merged");
  g_assert_cmpstr (answer_get (taken, "data.results.0.lost.0"), ==, "assignee_id");
  g_assert_cmpstr (answer_get (got, "data.title"), ==, "t");
  g_assert_null (answer_get (got, "data.assignee_id"));
}

/* Two people complete a repeating task at once: the second one's device makes the next one too, and says who does it. */
static void
test_what_another_made_too_is_taken (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *more = g_strdup_printf (
      ",\"due\":\"2099-01-31\",\"recurrence\":\"FREQ=MONTHLY\",\"assignee_id\":\"%s\"",
      team->people[MANAGER]->id);
  g_autofree char *task = team_make_task (team, OWNER, more);
  g_autofree char *complete = g_strconcat ("/tasks/", task, "/complete", NULL);
  g_autofree char *next = baton_uuid_from_name (task, "2");
  g_autofree char *made = g_strdup_printf (
      "\"title\":\"n\",\"project_id\":\"%s\",\"assignee_id\":\"%s\",\"due\":\"2099-03-31\","
      "\"series_id\":\"%s\",\"occurrence\":2,\"created_at\":\"2026-11-21T10:00:00.000Z\"",
      team->project, team->people[MANAGER]->id, task);
  g_autofree char *other = g_strdup_printf ("\"assignee_id\":\"%s\"", team->people[MEMBER]->id);
  g_autoptr (Answer) done = team_ask (team, OWNER, "POST", complete, NULL);
  g_autoptr (Answer) taken = team_send_edit (team, MEMBER, "task", next, made);
  g_autoptr (Answer) refused = team_send_edit (team, MEMBER, "task", next, other);

  g_assert_cmpstr (answer_get (done, "data.next.id"), ==, next);
  g_assert_cmpstr (answer_get (taken, "data.results.0.status"), !=, "refused");
  g_assert_cmpstr (answer_get (refused, "data.results.0.status"), ==, "refused");
}

static void
test_one_who_has_left_does_not_end_a_series (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *more = g_strdup_printf (
      ",\"due\":\"2099-01-31\",\"recurrence\":\"FREQ=MONTHLY\",\"assignee_id\":\"%s\"",
      team->people[MANAGER]->id);
  g_autofree char *task = team_make_task (team, OWNER, more);
  g_autofree char *complete = g_strconcat ("/tasks/", task, "/complete", NULL);
  g_autoptr (Answer) left = team_take_out (team, OWNER, MANAGER);
  g_autoptr (Answer) done = team_ask (team, OWNER, "POST", complete, NULL);

  g_assert_cmpstr (answer_get (done, "data.next.due"), ==, "2099-03-31");
  g_assert_null (answer_get (done, "data.next.assignee_id"));
}

/* Not even by one who may edit it */
static void
test_when_a_task_was_made_stays (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (Answer) before = team_ask (team, OWNER, "GET", path, NULL);
  g_autoptr (Answer) sent = team_send_edit (
      team, MEMBER, "task", task, "\"title\":\"e\",\"created_at\":\"2001-01-01T00:00:00.000Z\"");
  g_autoptr (Answer) after = team_ask (team, OWNER, "GET", path, NULL);

  g_assert_cmpstr (answer_get (sent, "data.results.0.status"), ==, "merged");
  g_assert_cmpstr (answer_get (sent, "data.results.0.lost.0"), ==, "created_at");
  g_assert_cmpstr (answer_get (after, "data.title"), ==, "e");
  g_assert_cmpstr (answer_get (after, "data.created_at"), ==,
                   answer_get (before, "data.created_at"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/roles/each cell of the table over REST", test_each_cell_over_rest);
  g_test_add_func ("/server/roles/each cell of the table by a device", test_each_cell_by_a_device);
  g_test_add_func ("/server/roles/a task is given to members alone",
                   test_a_task_is_given_to_members_alone);
  g_test_add_func ("/server/roles/what-another-made-too-is-taken",
                   test_what_another_made_too_is_taken);
  g_test_add_func ("/server/roles/one-who-has-left-does-not-end-a-series",
                   test_one_who_has_left_does_not_end_a_series);
  g_test_add_func ("/server/roles/when a task was made stays", test_when_a_task_was_made_stays);
  return g_test_run ();
}
