/* test-members.c: who is in a project, and how they come and go
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "team-fixture.h"

#include <string.h>

#define NOBODY "01900000-0000-7000-8000-0000000000ff"

/* --- the list ---------------------------------------------------------------- */

static void
test_members_are_listed (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) list = team_ask (team, VIEWER, "GET", team->path, NULL);
  g_autoptr (Answer) hidden = team_ask (team, OUTSIDER, "GET", team->path, NULL);
  g_autoptr (Answer) wrong = team_ask (team, OWNER, "GET", "/projects/" NOBODY "/members", NULL);

  assert_answer (list, 200, NULL);
  g_assert_cmpint (answer_count (list, "data"), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *role = g_strdup_printf ("data.%u.role", i);
      g_autofree char *email = g_strdup_printf ("data.%u.email", i);
      g_autofree char *joined = g_strdup_printf ("data.%u.joined_at", i);

      g_assert_cmpstr (answer_get (list, role), ==, team_get_name (i));
      g_assert_cmpstr (answer_get (list, email), ==, team->people[i]->email);
      g_assert_nonnull (answer_get (list, joined));
    }
  assert_answer (hidden, 404, "NOT_FOUND");
  assert_answer (wrong, 404, "NOT_FOUND");
}

static void
test_somebody_is_added (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) twice = team_add (team, MANAGER, MEMBER, "viewer");
  g_autoptr (Answer) owner = team_add (team, OWNER, OUTSIDER, "owner");
  g_autoptr (Answer) wrong = team_ask (team, OWNER, "POST", team->path,
                                       "{\"email\":7,\"role\":\"king\",\"more\":1}");
  g_autoptr (Answer)
      unknown = team_ask (team, OWNER, "POST", team->path, "{\"email\":\"no@example.org\"}");
  g_autoptr (Answer)
      added = team_ask (team, MANAGER, "POST", team->path, "{\"email\":\"OUTSIDER@example.org\"}");

  assert_answer (twice, 409, "DUPLICATE_ENTRY");
  assert_answer (owner, 400, "VALIDATION_ERROR");
  assert_answer (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (wrong, "email") && answer_names (wrong, "role") &&
                 answer_names (wrong, "more"));
  assert_answer (unknown, 404, "NOT_FOUND");
  team_assert_role (team, MEMBER, "member");
  assert_answer (added, 201, NULL);
  g_assert_cmpstr (answer_get (added, "data.user_id"), ==, team->people[OUTSIDER]->id);
  g_assert_cmpstr (answer_get (added, "data.email"), ==, "outsider@example.org");
  g_assert_cmpstr (answer_get (added, "data.role"), ==, "member");
  g_assert_nonnull (answer_get (added, "data.first_name"));
  g_assert_nonnull (answer_get (added, "data.last_name"));
  g_assert_nonnull (answer_get (added, "data.joined_at"));
}

/* Each who tries, and what comes of it */
static void
test_only_some_change_members (void)
{
  static const struct
  {
    guint add;
    guint change;
    guint remove;
  } cells[] = {
    [OWNER] = { 201, 200, 204 },
      [MANAGER] = { 201, 200, 204 },
      [MEMBER] = { 403, 403, 403 },
    [VIEWER] = { 403, 403, 403 },
      [OUTSIDER] = { 404, 404, 404 },
  };

  for (Who who = OWNER; who < N_PEOPLE; who++)
    {
      g_autoptr (Team) team = team_new ();
      g_autoptr (Person) other = server_fixture_register (team->server, "other@example.org");
      g_autofree char *path = g_strdup_printf ("%s/%s", team->path, other->id);
      g_autoptr (Answer) added = team_ask (team, who, "POST", team->path,
                                           "{\"email\":\"other@example.org\",\"role\":\"member\"}");
      g_autoptr (Answer) anyway = team_ask (
          team, OWNER, "POST", team->path, "{\"email\":\"other@example.org\",\"role\":\"member\"}");
      g_autoptr (Answer) changed = team_ask (team, who, "PATCH", path, "{\"role\":\"viewer\"}");
      g_autoptr (Answer) removed = team_ask (team, who, "DELETE", path, NULL);

      g_assert_cmpuint (added->status, ==, cells[who].add);
      g_assert_cmpuint (changed->status, ==, cells[who].change);
      g_assert_cmpuint (removed->status, ==, cells[who].remove);
    }
}

static void
test_an_owner_stays (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) leaves = team_take_out (team, OWNER, OWNER);
  g_autoptr (Answer) steps_down = team_change (team, OWNER, OWNER, "manager");
  g_autoptr (Answer) demoted = team_change (team, MANAGER, OWNER, "member");
  g_autoptr (Answer) removed = team_take_out (team, MANAGER, OWNER);
  g_autoptr (Answer) climbs = team_change (team, MANAGER, MANAGER, "owner");
  g_autoptr (Answer) gives = team_change (team, MANAGER, MEMBER, "owner");
  g_autoptr (Answer) same = team_change (team, OWNER, OWNER, "owner");

  assert_answer (leaves, 409, "CONFLICT");
  assert_answer (steps_down, 409, "CONFLICT");
  assert_answer (demoted, 403, "AUTHORIZATION_ERROR");
  assert_answer (removed, 403, "AUTHORIZATION_ERROR");
  assert_answer (climbs, 403, "AUTHORIZATION_ERROR");
  assert_answer (gives, 403, "AUTHORIZATION_ERROR");
  assert_answer (same, 200, NULL);
  team_assert_role (team, OWNER, "owner");
  team_assert_role (team, MANAGER, "manager");
}

static void
test_a_project_is_handed_over (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) outside = team_change (team, OWNER, OUTSIDER, "owner");
  g_autoptr (Answer) answer = team_change (team, OWNER, VIEWER, "owner");
  g_autoptr (Answer) leaves = NULL;
  g_autoptr (Answer) gone = NULL;

  assert_answer (outside, 404, "NOT_FOUND");
  assert_answer (answer, 200, NULL);
  g_assert_cmpstr (answer_get (answer, "data.role"), ==, "owner");
  team_assert_role (team, OWNER, "manager");
  team_assert_role (team, VIEWER, "owner");
  leaves = team_take_out (team, OWNER, OWNER);
  assert_answer (leaves, 204, NULL);
  gone = team_ask (team, OWNER, "GET", team->path, NULL);
  assert_answer (gone, 404, "NOT_FOUND");
}

static void
test_a_disabled_account_is_not_let_in (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *outsider = g_strconcat ("/users/", team->people[OUTSIDER]->id, NULL);
  g_autofree char *viewer = g_strconcat ("/users/", team->people[VIEWER]->id, NULL);
  g_autoptr (Answer) one = team_ask (team, OWNER, "PATCH", outsider, "{\"is_active\":false}");
  g_autoptr (Answer) two = team_ask (team, OWNER, "PATCH", viewer, "{\"is_active\":false}");
  g_autoptr (Answer) added = team_add (team, OWNER, OUTSIDER, "member");
  g_autoptr (Answer) handed = team_change (team, OWNER, VIEWER, "owner");

  assert_answer (one, 200, NULL);
  assert_answer (two, 200, NULL);
  assert_answer (added, 404, "NOT_FOUND");
  assert_answer (handed, 409, "CONFLICT");
  team_assert_role (team, OWNER, "owner");
}

static void
test_anybody_else_may_leave (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *project = g_strconcat ("/projects/", team->project, NULL);

  for (Who who = MANAGER; who <= VIEWER; who++)
    {
      g_autoptr (Answer) left = team_take_out (team, who, who);
      g_autoptr (Answer) seen = team_ask (team, who, "GET", project, NULL);

      assert_answer (left, 204, NULL);
      assert_answer (seen, 404, "NOT_FOUND");
    }
}

static char *
dup_member (Answer *answer, const char *name)
{
  JsonObject *data = json_object_get_object_member (json_node_get_object (answer->json), "data");

  return json_to_string (json_object_get_member (data, name), FALSE);
}

/* --- coming and going ------------------------------------------------------------ */

static gboolean
has_leave (Team *team, Answer *answer)
{
  g_autofree char *leave = g_strdup_printf ("{\"scope\":\"project:%s\",\"leave\":true}",
                                            team->project);

  return strstr (answer->text, leave) != NULL;
}

static void
test_a_device_hears_of_coming_and_going (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *task = team_make_task (team, OWNER, "");
  g_autoptr (Answer) before = team_pull (team, OUTSIDER, "{}");
  g_autofree char *empty = dup_member (before, "cursor");
  g_autoptr (Answer) added = team_add (team, OWNER, OUTSIDER, "viewer");
  g_autoptr (Answer) joined = team_pull (team, OUTSIDER, empty);
  g_autofree char *inside = dup_member (joined, "cursor");
  g_autoptr (Answer) removed = team_take_out (team, MANAGER, OUTSIDER);
  g_autoptr (Answer) left = team_pull (team, OUTSIDER, inside);
  g_autofree char *outside = dup_member (left, "cursor");
  g_autoptr (Answer) again = team_add (team, OWNER, OUTSIDER, "member");
  g_autoptr (Answer) rejoined = team_pull (team, OUTSIDER, outside);

  g_assert_false (team_sees (before, task));
  assert_answer (added, 201, NULL);
  g_assert_true (team_sees (joined, task));
  g_assert_cmpint (answer_count (joined, "data.changes"), ==, 2);
  assert_answer (removed, 204, NULL);
  g_assert_true (has_leave (team, left));
  g_assert_cmpint (answer_count (left, "data.changes"), ==, 1);
  g_assert_null (strstr (outside, team->project));
  assert_answer (again, 201, NULL);
  g_assert_true (team_sees (rejoined, task));
  g_assert_cmpint (answer_count (rejoined, "data.changes"), ==, 2);
}

static void
test_what_is_left_behind (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *given = g_strdup_printf (",\"assignee_id\":\"%s\"", team->people[MEMBER]->id);
  g_autofree char *task = team_make_task (team, OWNER, given);
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autofree char *reminder = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *set = g_strdup_printf ("\"task_id\":\"%s\",\"minutes_before\":10", task);
  g_autoptr (Answer) reminded = team_send_edit (team, MEMBER, "reminder", reminder, set);
  g_autoptr (Answer) left = team_take_out (team, MEMBER, MEMBER);
  g_autoptr (Answer) got = team_ask (team, OWNER, "GET", path, NULL);
  g_autoptr (Answer) own = team_pull (team, MEMBER, "{}");
  g_autoptr (Answer)
      renamed = team_ask (team, OWNER, "PATCH", path, "{\"title\":\"still theirs\"}");

  g_assert_cmpstr (answer_get (reminded, "data.results.0.status"), ==, "applied");
  assert_answer (left, 204, NULL);
  g_assert_cmpstr (answer_get (got, "data.assignee_id"), ==, team->people[MEMBER]->id);
  g_assert_true (team_sees (own, reminder));
  g_assert_false (team_sees (own, task));
  assert_answer (renamed, 200, NULL);
  g_assert_cmpstr (answer_get (renamed, "data.assignee_id"), ==, team->people[MEMBER]->id);
}

/* Who left before is told to leave, not that the server was set back */
static void
test_what_is_gone_is_left (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) inside = team_pull (team, VIEWER, "{}");
  g_autofree char *cursor = dup_member (inside, "cursor");
  g_autoptr (Answer) left = NULL;

  for (Who who = MANAGER; who <= VIEWER; who++)
    answer_free (team_take_out (team, OWNER, who));
  {
    g_autofree char *path = g_strconcat ("/users/", team->people[OUTSIDER]->id, NULL);
    g_autoptr (Answer) admin = team_ask (team, OWNER, "PATCH", path, "{\"role\":\"admin\"}");
    g_autoptr (Answer) gone = team_ask (team, OWNER, "DELETE", "/users/me",
                                        "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}");

    assert_answer (admin, 200, NULL);
    assert_answer (gone, 204, NULL);
  }
  left = team_pull (team, VIEWER, cursor);
  g_assert_true (has_leave (team, left));
}

static void
test_a_leaving_owner_hands_over (void)
{
  g_autoptr (Team) team = team_new ();
  g_autoptr (Answer) first = team_change (team, OWNER, VIEWER, "owner");
  g_autoptr (Answer) gone = team_ask (team, VIEWER, "DELETE", "/users/me",
                                      "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}");

  assert_answer (first, 200, NULL);
  assert_answer (gone, 204, NULL);
  /* The eldest of the highest rank: the first owner, now a manager, was there first */
  team_assert_role (team, OWNER, "owner");
  team_assert_role (team, MANAGER, "manager");
  team_assert_role (team, VIEWER, NULL);
}

static void
test_nobody_disabled_inherits (void)
{
  g_autoptr (Team) team = team_new ();
  g_autofree char *outsider = g_strconcat ("/users/", team->people[OUTSIDER]->id, NULL);
  g_autofree char *manager = g_strconcat ("/users/", team->people[MANAGER]->id, NULL);
  g_autoptr (Answer) admin = team_ask (team, OWNER, "PATCH", outsider, "{\"role\":\"admin\"}");
  g_autoptr (Answer) disabled = team_ask (team, OWNER, "PATCH", manager, "{\"is_active\":false}");
  g_autoptr (Answer) gone = team_ask (team, OWNER, "DELETE", "/users/me",
                                      "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}");

  assert_answer (admin, 200, NULL);
  assert_answer (disabled, 200, NULL);
  assert_answer (gone, 204, NULL);
  g_assert_cmpint (
      server_fixture_count (team->server,
                            "SELECT count(*) FROM member WHERE role = 'owner' AND user = ?",
                            team->people[MEMBER]->id),
      ==, 1);
}

/* A device sends again what a server that was set back has lost */
static void
test_a_lost_project_is_its_makers (void)
{
  g_autoptr (Team) team = team_new ();
  const char *const makers[] = { team->people[OWNER]->id, NOBODY };
  const char *const owners[] = { team->people[OWNER]->id, team->people[OUTSIDER]->id };

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autofree char *project = baton_uuid_new (g_get_real_time () / 1000);
      g_autofree char *set = g_strdup_printf ("\"name\":\"Again\"},\"creator\":\"%s\",\"was\":{",
                                              makers[i]);
      g_autofree char *path = g_strdup_printf ("/projects/%s/members", project);
      g_autoptr (Answer) sent = team_send_edit (team, OUTSIDER, "project", project, set);
      g_autoptr (Answer) list = team_ask (team, OUTSIDER, "GET", path, NULL);

      g_assert_cmpstr (answer_get (sent, "data.results.0.status"), ==, "applied");
      g_assert_cmpint (answer_count (list, "data"), ==, i == 0 ? 2 : 1);
      g_assert_cmpstr (answer_get (list, "data.0.user_id"), ==, owners[i]);
      g_assert_cmpstr (answer_get (list, "data.0.role"), ==, "owner");
      if (i == 0)
        g_assert_cmpstr (answer_get (list, "data.1.role"), ==, "member");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/members/are listed, the owner first", test_members_are_listed);
  g_test_add_func ("/server/members/somebody is added by address", test_somebody_is_added);
  g_test_add_func ("/server/members/owner and managers alone change them",
                   test_only_some_change_members);
  g_test_add_func ("/server/members/an owner neither leaves nor is touched", test_an_owner_stays);
  g_test_add_func ("/server/members/a project is handed over", test_a_project_is_handed_over);
  g_test_add_func ("/server/members/a disabled account is not let in",
                   test_a_disabled_account_is_not_let_in);
  g_test_add_func ("/server/members/anybody else may leave", test_anybody_else_may_leave);
  g_test_add_func ("/server/members/a device hears of coming and going",
                   test_a_device_hears_of_coming_and_going);
  g_test_add_func ("/server/members/what is left behind stays", test_what_is_left_behind);
  g_test_add_func ("/server/members/what is gone for good is left", test_what_is_gone_is_left);
  g_test_add_func ("/server/members/who leaves for good hands over",
                   test_a_leaving_owner_hands_over);
  g_test_add_func ("/server/members/nobody who is disabled inherits a project",
                   test_nobody_disabled_inherits);
  g_test_add_func ("/server/members/a project that was lost is its maker's",
                   test_a_lost_project_is_its_makers);
  return g_test_run ();
}
