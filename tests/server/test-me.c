/* test-me.c: the profile, the password, sessions, leaving; and what administrators do to others
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

#include <string.h>

static guint
get_status (ServerFixture *fixture, const char *token)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "GET", "/users/me", token, NULL);

  return answer->status;
}

static guint
log_in (ServerFixture *fixture, const char *email, const char *password)
{
  g_autofree char *body = g_strdup_printf ("{\"email\":\"%s\",\"password\":\"%s\"}", email,
                                           password);
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", "/auth/login", NULL, body);

  return answer->status;
}

static void
test_profile (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) changed = server_fixture_send (fixture, "PATCH", "/users/me", ada->access,
                                                    "{\"last_name\":\"Lovelace\"}");
  g_autoptr (Answer) shown = server_fixture_send (fixture, "GET", "/users/me", ada->access, NULL);
  g_autoptr (Answer)
      nothing = server_fixture_send (fixture, "PATCH", "/users/me", ada->access, "{}");

  assert_answer (changed, 200, NULL);
  g_assert_cmpstr (answer_get (shown, "data.id"), ==, ada->id);
  g_assert_cmpstr (answer_get (shown, "data.email"), ==, "ada@example.org");
  g_assert_cmpstr (answer_get (shown, "data.first_name"), ==, "Ada");
  g_assert_cmpstr (answer_get (shown, "data.last_name"), ==, "Lovelace");
  g_assert_cmpstr (answer_get (shown, "data.role"), ==, "admin");
  g_assert_nonnull (answer_get (shown, "data.created_at"));
  g_assert_null (strstr (shown->text, "password"));
  assert_answer (nothing, 200, NULL);
}

static void
test_profile_wrong (void)
{
  static const struct
  {
    const char *body;
    const char *field;
  } wrongs[] = {
    { "{\"first_name\":\"\"}",                                  "first_name" },
    { "{\"first_name\":5}",                                     "first_name" },
    { "{\"first_name\":\"Eve\",\"last_name\":\"\\n\"}",         "last_name"  },
    { "{\"first_name\":\"Eve\",\"role\":\"admin\"}",            "role"       },
    { "{\"first_name\":\"Eve\",\"email\":\"eve@example.org\"}", "email"      },
    { "{\"first_name\":\"Eve\",\"password\":\"12345678\"}",     "password"   },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (Answer) refused = server_fixture_send (fixture, "PATCH", "/users/me", ada->access,
                                                        wrongs[i].body);
      g_autoptr (Answer)
          shown = server_fixture_send (fixture, "GET", "/users/me", ada->access, NULL);

      assert_answer (refused, 400, "VALIDATION_ERROR");
      g_assert_true (answer_names (refused, wrongs[i].field));
      g_assert_cmpstr (answer_get (shown, "data.first_name"), ==, "Ada");
    }
}

static Answer *
put_password (ServerFixture *fixture, const char *token, const char *current, const char *next)
{
  g_autofree char *body = g_strdup_printf ("{\"current_password\":\"%s\",\"new_password\":\"%s\"}",
                                           current, next);

  return server_fixture_send (fixture, "PUT", "/users/me/password", token, body);
}

static void
test_password (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) desk = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) laptop = server_fixture_sign_in (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Answer) wrong = put_password (fixture, desk->access, "wrong", "another password");
  g_autoptr (Answer) short_one = put_password (fixture, desk->access, SERVER_FIXTURE_PASSWORD, "x");
  g_autoptr (Answer) changed = NULL;

  assert_answer (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (wrong, "current_password"));
  assert_answer (short_one, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (short_one, "new_password"));
  g_assert_cmpuint (get_status (fixture, laptop->access), ==, 200);

  changed = put_password (fixture, desk->access, SERVER_FIXTURE_PASSWORD, "another password ");
  assert_answer (changed, 204, NULL);
  g_assert_cmpuint (get_status (fixture, desk->access), ==, 200);
  g_assert_cmpuint (get_status (fixture, laptop->access), ==, 401);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 200);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "another password"), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "another password "), ==, 200);
}

/* Somebody with a stolen access token cannot try passwords all day */
static void
test_password_guesses (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  guint n_wrong = 0;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (Answer) answer = put_password (fixture, ada->access, "a guess", "12345678");

      n_wrong += answer->status == 400;
      if (answer->status == 429)
        break;
    }
  g_assert_cmpuint (n_wrong, >=, 5);
  g_assert_cmpuint (n_wrong, <, 20);
}

static void
test_sessions (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) desk = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) laptop = server_fixture_sign_in (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Answer)
      list = server_fixture_send (fixture, "GET", "/users/me/sessions", laptop->access, NULL);
  g_autofree char *path = g_strconcat ("/users/me/sessions/", answer_get (list, "data.0.id"), NULL);
  g_autoptr (Answer) others = server_fixture_send (fixture, "DELETE", path, bob->access, NULL);
  g_autoptr (Answer) ended = NULL;
  g_autoptr (Answer) again = NULL;
  g_autoptr (Answer) rest = NULL;

  assert_answer (list, 200, NULL);
  g_assert_cmpint (answer_count (list, "data"), ==, 2);
  g_assert_cmpstr (answer_get (list, "data.0.device_name"), ==, "desk");
  g_assert_null (answer_get (list, "data.1.device_name"));
  g_assert_false (answer_get_bool (list, "data.0.current"));
  g_assert_true (answer_get_bool (list, "data.1.current"));
  g_assert_nonnull (answer_get (list, "data.0.created_at"));
  g_assert_nonnull (answer_get (list, "data.0.last_used_at"));
  g_assert_null (strstr (list->text, "refresh"));

  assert_answer (others, 404, "NOT_FOUND");
  g_assert_cmpuint (get_status (fixture, desk->access), ==, 200);
  ended = server_fixture_send (fixture, "DELETE", path, laptop->access, NULL);
  assert_answer (ended, 204, NULL);
  g_assert_cmpuint (get_status (fixture, desk->access), ==, 401);
  again = server_fixture_send (fixture, "DELETE", path, laptop->access, NULL);
  assert_answer (again, 404, "NOT_FOUND");
  rest = server_fixture_send (fixture, "GET", "/users/me/sessions", laptop->access, NULL);
  g_assert_cmpint (answer_count (rest, "data"), ==, 1);
}

static char *
make (ServerFixture *fixture, const char *token, const char *path, const char *body)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", path, token, body);

  assert_answer (answer, 201, NULL);
  return g_strdup (answer_get (answer, "data.id"));
}

static char *
make_task (ServerFixture *fixture, const char *token, const char *project)
{
  g_autofree char *body = project
                              ? g_strdup_printf ("{\"title\":\"t\",\"project_id\":\"%s\"}", project)
                              : g_strdup ("{\"title\":\"t\"}");

  return make (fixture, token, "/tasks", body);
}

static gboolean
exec_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql, data, error);
}

static void
add_member (ServerFixture *fixture, const char *project, const Person *person, const char *role)
{
  g_autofree char *script = g_strdup_printf ("INSERT INTO member VALUES ('%s', '%s', '%s', 1)",
                                             person->id, project, role);
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (fixture->server), exec_cb, script, &error);
  g_assert_no_error (error);
}

static guint
look (ServerFixture *fixture, const Person *person, const char *kind, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/%s/%s", kind, id);
  g_autoptr (Answer) answer = server_fixture_send (fixture, "GET", path, person->access, NULL);

  return answer->status;
}

#define LEAVE "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}"

static void
test_leave (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) root = server_fixture_register (fixture, "root@example.org");
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autofree char *own = make (fixture, ada->access, "/projects", "{\"name\":\"own\"}");
  g_autofree char *shared = make (fixture, ada->access, "/projects", "{\"name\":\"shared\"}");
  g_autofree char *bobs = make (fixture, bob->access, "/projects", "{\"name\":\"bob's\"}");
  g_autofree char *inbox = make_task (fixture, ada->access, NULL);
  g_autofree char *in_own = make_task (fixture, ada->access, own);
  g_autofree char *in_shared = make_task (fixture, ada->access, shared);
  g_autofree char *bobs_task = make_task (fixture, bob->access, NULL);
  g_autofree char *in_bobs = NULL;
  g_autoptr (Answer) left = NULL;

  add_member (fixture, shared, root, "viewer");
  add_member (fixture, shared, bob, "manager");
  add_member (fixture, bobs, ada, "member");
  in_bobs = make_task (fixture, ada->access, bobs);

  left = server_fixture_send (fixture, "DELETE", "/users/me", ada->access, LEAVE);
  assert_answer (left, 204, NULL);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM task WHERE id = ?", inbox),
                   ==, 0);
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM task WHERE id = ?", in_own),
                   ==, 0);
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM project WHERE id = ?", own),
                   ==, 0);
  g_assert_cmpint (server_fixture_count (fixture,
                                         "SELECT (SELECT count(*) FROM session WHERE user = ?1)"
                                         " + (SELECT count(*) FROM member WHERE user = ?1)"
                                         " + (SELECT count(*) FROM scope WHERE id = 'user:' || ?1)"
                                         " + (SELECT count(*) FROM user WHERE id = ?1)",
                                         ada->id),
                   ==, 0);
  g_assert_cmpint (server_fixture_count (fixture,
                                         "SELECT count(*) FROM place JOIN scope ON key = scope"
                                         " WHERE id LIKE 'gone:%'",
                                         NULL),
                   ==, 0);
  g_assert_cmpint (server_fixture_count (
                       fixture, "SELECT count(*) FROM task_text WHERE task_text MATCH 't'", NULL),
                   ==, 3);

  g_assert_cmpuint (look (fixture, bob, "projects", shared), ==, 200);
  g_assert_cmpuint (look (fixture, bob, "tasks", in_shared), ==, 200);
  g_assert_cmpuint (look (fixture, bob, "tasks", in_bobs), ==, 200);
  g_assert_cmpuint (look (fixture, bob, "tasks", bobs_task), ==, 200);
  g_assert_cmpint (server_fixture_count (fixture,
                                         "SELECT count(*) FROM member WHERE role = 'owner' AND"
                                         " user = ?",
                                         bob->id),
                   ==, 2);
  g_assert_cmpint (server_fixture_count (fixture,
                                         "SELECT count(*) FROM member WHERE role = 'viewer' AND"
                                         " user = ?",
                                         root->id),
                   ==, 1);
  {
    g_autoptr (Person) again = server_fixture_register (fixture, "ada@example.org");
    g_autoptr (Answer) list = server_fixture_send (fixture, "GET", "/tasks", again->access, NULL);

    g_assert_cmpint (answer_count (list, "data"), ==, 0);
    g_assert_cmpint (answer_get_int (list, "meta.total"), ==, 0);
  }
}

static void
test_leave_wrong (void)
{
  static const struct
  {
    const char *body;
    guint status;
    const char *code;
  } wrongs[] = {
    { NULL,                                                             400, "INVALID_JSON"     },
    { "{}",                                                             400, "VALIDATION_ERROR" },
    { "{\"password\":\"wrong\"}",                                       400, "VALIDATION_ERROR" },
    { "{\"password\":null}",                                            400, "VALIDATION_ERROR" },
    { "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\",\"really\":true}", 400, "VALIDATION_ERROR" },
    { LEAVE,                                                            409, "CONFLICT"         }, /* the only admin, and there is somebody else */
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autofree char *task = make_task (fixture, ada->access, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (Answer) answer = server_fixture_send (fixture, "DELETE", "/users/me", ada->access,
                                                       wrongs[i].body);

      assert_answer (answer, wrongs[i].status, wrongs[i].code);
    }
  g_assert_cmpuint (look (fixture, ada, "tasks", task), ==, 200);
}

/* The very last may go, admin or not */
static void
test_leave_last (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer)
      left = server_fixture_send (fixture, "DELETE", "/users/me", ada->access, LEAVE);
  g_autoptr (Person) again = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) shown = server_fixture_send (fixture, "GET", "/users/me", again->access, NULL);

  assert_answer (left, 204, NULL);
  g_assert_cmpstr (answer_get (shown, "data.role"), ==, "admin");
}

static Answer *
patch_user (ServerFixture *fixture, const Person *who, const Person *whom, const char *body)
{
  g_autofree char *path = g_strconcat ("/users/", whom->id, NULL);

  return server_fixture_send (fixture, "PATCH", path, who->access, body);
}

static void
test_users_list (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Person) eve = server_fixture_register (fixture, "eve@example.org");
  g_autoptr (Answer) all = server_fixture_send (fixture, "GET", "/users", ada->access, NULL);
  g_autoptr (Answer)
      page = server_fixture_send (fixture, "GET", "/users?page=2&limit=2", ada->access, NULL);
  g_autoptr (Answer)
      beyond = server_fixture_send (fixture, "GET", "/users?page=9", ada->access, NULL);
  g_autoptr (Answer)
      wrong = server_fixture_send (fixture, "GET", "/users?limit=201&page=0", ada->access, NULL);
  g_autoptr (Answer)
      unknown = server_fixture_send (fixture, "GET", "/users?sort=email", ada->access, NULL);
  g_autoptr (Answer) member = server_fixture_send (fixture, "GET", "/users", bob->access, NULL);
  g_autoptr (Answer) nobody = server_fixture_send (fixture, "GET", "/users", NULL, NULL);

  assert_answer (all, 200, NULL);
  g_assert_cmpint (answer_count (all, "data"), ==, 3);
  g_assert_cmpint (answer_get_int (all, "meta.total"), ==, 3);
  g_assert_cmpint (answer_get_int (all, "meta.page"), ==, 1);
  g_assert_cmpint (answer_get_int (all, "meta.limit"), ==, 50);
  g_assert_cmpstr (answer_get (all, "data.0.email"), ==, "ada@example.org");
  g_assert_null (strstr (all->text, "argon2"));
  g_assert_cmpint (answer_count (page, "data"), ==, 1);
  g_assert_cmpint (answer_get_int (page, "meta.total"), ==, 3);
  g_assert_cmpstr (answer_get (page, "data.0.email"), ==, "eve@example.org");
  g_assert_cmpint (answer_count (beyond, "data"), ==, 0);
  assert_answer (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (wrong, "limit") && answer_names (wrong, "page"));
  assert_answer (unknown, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (unknown, "sort"));
  assert_answer (member, 403, "AUTHORIZATION_ERROR");
  assert_answer (nobody, 401, "AUTHENTICATION_ERROR");
}

static void
test_users_rights (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Answer) forbidden = patch_user (fixture, bob, bob, "{\"role\":\"admin\"}");
  g_autoptr (Answer) disabled = patch_user (fixture, ada, bob, "{\"is_active\":false}");
  g_autoptr (Answer) enabled = NULL;
  g_autoptr (Answer) promoted = NULL;
  g_autoptr (Answer) list = NULL;
  g_autoptr (Person) again = NULL;

  assert_answer (forbidden, 403, "AUTHORIZATION_ERROR");
  assert_answer (disabled, 200, NULL);
  g_assert_false (answer_get_bool (disabled, "data.is_active"));
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "bob@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);

  enabled = patch_user (fixture, ada, bob, "{\"is_active\":true}");
  assert_answer (enabled, 200, NULL);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 401);
  again = server_fixture_sign_in (fixture, "bob@example.org");
  promoted = patch_user (fixture, ada, bob, "{\"role\":\"admin\"}");
  assert_answer (promoted, 200, NULL);
  g_assert_cmpstr (answer_get (promoted, "data.role"), ==, "admin");
  list = server_fixture_send (fixture, "GET", "/users", again->access, NULL);
  assert_answer (list, 200, NULL);
}

/* There is always an admin who can get in */
static void
test_users_last_admin (void)
{
  static const char *const bodies[] = { "{\"role\":\"member\"}", "{\"is_active\":false}",
                                        "{\"role\":\"member\",\"is_active\":false}" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Answer) promoted = NULL;
  g_autoptr (Answer) off = NULL;
  g_autoptr (Answer) demoted = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (Answer) refused = patch_user (fixture, ada, ada, bodies[i]);

      assert_answer (refused, 409, "CONFLICT");
    }
  promoted = patch_user (fixture, ada, bob, "{\"role\":\"admin\"}");
  assert_answer (promoted, 200, NULL);
  off = patch_user (fixture, ada, bob, "{\"is_active\":false}");
  assert_answer (off, 200, NULL);
  demoted = patch_user (fixture, ada, ada, "{\"role\":\"member\"}");
  assert_answer (demoted, 409, "CONFLICT");
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
}

static void
test_users_wrong (void)
{
  static const struct
  {
    const char *body;
    const char *field;
  } wrongs[] = {
    { "{\"role\":\"owner\"}",   "role"      },
    { "{\"role\":true}",        "role"      },
    { "{\"is_active\":\"no\"}", "is_active" },
    { "{\"is_active\":0}",      "is_active" },
    { "{\"email\":\"a@b\"}",    "email"     },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) nobody = server_fixture_send (fixture, "PATCH", "/users/%FF%00x", ada->access,
                                                   "{\"role\":\"member\"}");
  g_autoptr (Answer) get = server_fixture_send (fixture, "GET", "/users/x", ada->access, NULL);
  g_autoptr (Answer) post = server_fixture_send (fixture, "POST", "/users/me", ada->access, "{}");

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (Answer) answer = patch_user (fixture, ada, ada, wrongs[i].body);

      assert_answer (answer, 400, "VALIDATION_ERROR");
      g_assert_true (answer_names (answer, wrongs[i].field));
    }
  assert_answer (nobody, 404, "NOT_FOUND");
  assert_answer (get, 405, "METHOD_NOT_ALLOWED");
  assert_answer (post, 405, "METHOD_NOT_ALLOWED");
  g_assert_cmpstr (answer_get_header (post, "Allow"), ==, "GET, PATCH, DELETE");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/me/shows and changes the profile", test_profile);
  g_test_add_func ("/server/me/a wrong field changes nothing", test_profile_wrong);
  g_test_add_func ("/server/me/a new password ends the other sessions", test_password);
  g_test_add_func ("/server/me/guessing the password slows down", test_password_guesses);
  g_test_add_func ("/server/me/sessions are listed and ended", test_sessions);
  g_test_add_func ("/server/me/leaving deletes what is one's own", test_leave);
  g_test_add_func ("/server/me/leaving asks for the password", test_leave_wrong);
  g_test_add_func ("/server/me/the last one may leave", test_leave_last);
  g_test_add_func ("/server/users/admins see everybody", test_users_list);
  g_test_add_func ("/server/users/admins change rights", test_users_rights);
  g_test_add_func ("/server/users/one active admin is left", test_users_last_admin);
  g_test_add_func ("/server/users/each wrong field is named", test_users_wrong);
  return g_test_run ();
}
