/* test-auth.c: registering, signing in, turning tokens, signing out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

#include <string.h>

#define REGISTER(email, password, first, last) \
  "{\"email\":" email ",\"password\":" password ",\"first_name\":" first ",\"last_name\":" last "}"
#define FIT_PASSWORD "\"" SERVER_FIXTURE_PASSWORD "\""

static Answer *
post (ServerFixture *fixture, const char *path, const char *body)
{
  return server_fixture_send (fixture, "POST", path, NULL, body);
}

static Answer *
post_token (ServerFixture *fixture, const char *path, const char *token)
{
  g_autofree char *body = g_strdup_printf ("{\"refresh_token\":\"%s\"}", token);

  return post (fixture, path, body);
}

static Answer *
log_in (ServerFixture *fixture, const char *email, const char *password)
{
  g_autofree char *body = g_strdup_printf ("{\"email\":\"%s\",\"password\":\"%s\"}", email,
                                           password);

  return post (fixture, "/auth/login", body);
}

static guint
get_status (ServerFixture *fixture, const char *token)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "GET", "/users/me", token, NULL);

  return answer->status;
}

static void
test_register (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer)
      first = post (fixture, "/auth/register",
                    REGISTER ("\"ada@example.org\"", "\"12345678\"", "\"Ada\"", "\"Byron\""));
  g_autoptr (Answer)
      second = post (fixture, "/auth/register",
                     REGISTER ("\"bob@example.org\"", "\"päßwörd😀\"", "\"Bob 😀\"", "\"B\""));

  assert_answer (first, 201, NULL);
  g_assert_cmpstr (answer_get (first, "data.user.email"), ==, "ada@example.org");
  g_assert_cmpstr (answer_get (first, "data.user.first_name"), ==, "Ada");
  g_assert_cmpstr (answer_get (first, "data.user.last_name"), ==, "Byron");
  g_assert_cmpstr (answer_get (first, "data.user.role"), ==, "admin");
  g_assert_true (answer_get_bool (first, "data.user.is_active"));
  g_assert_cmpint (answer_get_int (first, "data.expires_in"), ==, 15 * 60);
  g_assert_true (baton_uuid_is_valid (answer_get (first, "data.user.id")));
  g_assert_null (strstr (first->text, "argon2"));
  assert_answer (second, 201, NULL);
  g_assert_cmpstr (answer_get (second, "data.user.role"), ==, "member");
  g_assert_cmpuint (get_status (fixture, answer_get (first, "data.access_token")), ==, 200);
  g_assert_cmpuint (get_status (fixture, answer_get (second, "data.access_token")), ==, 200);
}

typedef struct
{
  const char *body;
  const char *field;
} Wrong;

static const Wrong wrongs[] = {
  { "{}", "email" },
  { "{}", "password" },
  { "{}", "first_name" },
  { "{}", "last_name" },
  { REGISTER ("null", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("5", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("[]", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("\"\"", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("\"ada\"", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("\"a d@a\"", FIT_PASSWORD, "\"A\"", "\"B\""), "email" },
  { REGISTER ("\"a@b\"", "\"1234567\"", "\"A\"", "\"B\""), "password" },
  { REGISTER ("\"a@b\"", "true", "\"A\"", "\"B\""), "password" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"\"", "\"B\""), "first_name" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"  \"", "\"B\""), "first_name" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\\nB\"", "\"B\""), "first_name" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\\u001b[2J\"", "\"B\""), "first_name" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\"", "{}"), "last_name" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\"", "\"B\",\"role\":\"admin\""), "role" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\"", "\"B\",\"is_active\":true"), "is_active" },
  { REGISTER ("\"a@b\"", FIT_PASSWORD, "\"A\"", "\"B\",\"device_name\":\"\""), "device_name" },
};

static void
test_register_wrong (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (Answer) answer = post (fixture, "/auth/register", wrongs[i].body);

      assert_answer (answer, 400, "VALIDATION_ERROR");
      g_assert_true (answer_names (answer, wrongs[i].field));
    }
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM user", NULL), ==, 0);
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM session", NULL), ==, 0);
}

/* Limits are of characters, not of bytes */
static void
test_register_lengths (void)
{
  static const struct
  {
    const char *field;
    int fits;
    int does_not;
  } limits[] = {
    { "email",       254, 255 },
    { "password",    128, 129 },
    { "first_name",  100, 101 },
    { "last_name",   100, 101 },
    { "device_name", 100, 101 },
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    for (int fits = 0; fits <= 1; fits++)
      {
        gboolean email = strcmp (limits[i].field, "email") == 0;
        int length = fits ? limits[i].fits : limits[i].does_not;
        g_autoptr (GString) value = g_string_new (email ? "x@" : NULL);
        g_autofree char *address = g_strdup_printf ("%u@example.org", i);
        g_autoptr (JsonObject) body = json_object_new ();
        g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
        g_autofree char *text = NULL;
        g_autoptr (Answer) answer = NULL;

        while (g_utf8_strlen (value->str, -1) < length)
          g_string_append (value, email ? "a" : "é");
        json_object_set_string_member (body, "email", address);
        json_object_set_string_member (body, "password", SERVER_FIXTURE_PASSWORD);
        json_object_set_string_member (body, "first_name", "A");
        json_object_set_string_member (body, "last_name", "B");
        json_object_set_string_member (body, limits[i].field, value->str);
        text = json_to_string (node, FALSE);
        answer = post (fixture, "/auth/register", text);
        assert_answer (answer, fits ? 201 : 400, fits ? NULL : "VALIDATION_ERROR");
        g_assert_true (fits || answer_names (answer, limits[i].field));
      }
}

static void
test_register_not_json (void)
{
  static const char *const bodies[] = {
    "",
    "nonsense",
    "[]",
    "null",
    "\"text\"",
    "{",
    "{\"email\":}",
    "{\"email\":\"a@b\\u0000c\"}",
    "{\"email\":\"\xff\xfe\"}",
    "{\"email\":\"a@b\"}{}",
  };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *open = g_strnfill (100000, '[');
  g_autofree char *close = g_strnfill (100000, ']');
  g_autofree char *deep = g_strconcat ("{\"email\":", open, close, "}", NULL);
  g_autoptr (Answer) answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (Answer) refused = post (fixture, "/auth/register", bodies[i]);

      assert_answer (refused, 400, "INVALID_JSON");
    }
  answer = post (fixture, "/auth/register", deep);
  g_assert_cmpuint (answer->status, ==, 400);
  assert_answer (answer, 400, "INVALID_JSON");
}

static void
test_register_huge (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *much = g_strnfill (2 * 1024 * 1024, 'a');
  g_autofree char *body = g_strconcat ("{\"email\":\"", much, "\"}", NULL);
  g_autoptr (Answer) huge = post (fixture, "/auth/register", body);
  g_autoptr (GString) many = g_string_new ("{");
  g_autoptr (Answer) unknown = NULL;

  assert_answer (huge, 413, "PAYLOAD_TOO_LARGE");
  for (int i = 0; i < 80000; i++)
    g_string_append_printf (many, "\"f%d\":1,", i);
  g_string_append (many, "\"email\":\"a@b\"}");
  unknown = post (fixture, "/auth/register", many->str);
  assert_answer (unknown, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (unknown, "password"));
  g_assert_cmpint (answer_count (unknown, "error.details"), <=, 100);
}

static void
test_register_other_type (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  SoupMessage *message = server_fixture_dup_message (fixture, "POST", "/auth/register", NULL, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("email=a", 7);
  g_autoptr (Answer) form = NULL;
  g_autoptr (Answer) get = server_fixture_send (fixture, "GET", "/auth/register", NULL, NULL);

  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  form = server_fixture_send_message (fixture, message);
  assert_answer (form, 415, "UNSUPPORTED_MEDIA_TYPE");
  assert_answer (get, 405, "METHOD_NOT_ALLOWED");
  g_assert_cmpstr (answer_get_header (get, "Allow"), ==, "POST");
}

static void
test_register_twice (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) answer = post (
      fixture, "/auth/register", REGISTER ("\"ADA@Example.ORG\"", FIT_PASSWORD, "\"A\"", "\"B\""));

  assert_answer (answer, 409, "DUPLICATE_ENTRY");
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM user", NULL), ==, 1);
  g_assert_cmpint (server_fixture_count (fixture, "SELECT count(*) FROM session", NULL), ==, 1);
}

static void
test_login (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) right = log_in (fixture, "Ada@EXAMPLE.org", SERVER_FIXTURE_PASSWORD);
  g_autoptr (Answer) wrong = log_in (fixture, "ada@example.org", "not the password");
  g_autoptr (Answer) unknown = log_in (fixture, "eve@example.org", "not the password");

  assert_answer (right, 200, NULL);
  g_assert_cmpstr (answer_get (right, "data.user.id"), ==, ada->id);
  g_assert_cmpuint (get_status (fixture, answer_get (right, "data.access_token")), ==, 200);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  assert_answer (wrong, 401, "AUTHENTICATION_ERROR");
  assert_answer (unknown, 401, "AUTHENTICATION_ERROR");
  g_assert_cmpstr (wrong->text, ==, unknown->text);
}

static void
test_login_wrong_fields (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) empty = post (fixture, "/auth/login", "{}");
  g_autoptr (Answer) unknown = post (fixture, "/auth/login",
                                     "{\"email\":\"a@b\",\"password\":\"x\",\"otp\":\"1\"}");

  assert_answer (empty, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (empty, "email") && answer_names (empty, "password"));
  assert_answer (unknown, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (unknown, "otp"));
}

/* Whether there is such a person or not */
static void
test_login_slows_down (void)
{
  static const char *const addresses[] = { "ada@example.org", "eve@example.org" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (Answer) slowed = NULL;

      /* As if they had failed often just now: the wait is then too long to be over by chance */
      for (int n = 0; n < 100; n++)
        {
          g_autofree char *key = g_strconcat ("127.0.0.1 ", addresses[i], NULL);

          baton_server_throttle_fail (baton_server_auth_get_throttle (fixture->server), key,
                                      g_get_real_time () / 1000);
        }
      slowed = log_in (fixture, addresses[i], SERVER_FIXTURE_PASSWORD);
      assert_answer (slowed, 429, "RATE_LIMITED");
      g_assert_cmpint (g_ascii_strtoll (answer_get_header (slowed, "Retry-After"), NULL, 10), >, 0);
      g_assert_cmpstr (answer_get_header (slowed, "RateLimit-Limit"), ==, "5");
      g_assert_cmpstr (answer_get_header (slowed, "RateLimit-Remaining"), ==, "0");
      g_assert_cmpstr (answer_get_header (slowed, "RateLimit-Reset"), ==,
                       answer_get_header (slowed, "Retry-After"));
    }
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  {
    g_autoptr (Person) again = server_fixture_sign_in (fixture, "bob@example.org");

    g_assert_nonnull (again);
  }
}

static void
test_login_counts_failures (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  guint n_wrong = 0;

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (Answer) answer = log_in (fixture, i % 2 ? "EVE@example.org" : "eve@example.org",
                                          "not the password");

      n_wrong += answer->status == 401;
      if (answer->status == 429)
        break;
    }
  g_assert_cmpuint (n_wrong, >=, 5);
  g_assert_cmpuint (n_wrong, <, 20);
}

static void
test_refresh (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) turned = post_token (fixture, "/auth/refresh", ada->refresh);
  g_autofree char *newer = g_strdup (answer_get (turned, "data.refresh_token"));
  g_autofree char *access = g_strdup (answer_get (turned, "data.access_token"));
  g_autoptr (Answer) again = NULL;
  g_autoptr (Answer) after = NULL;

  assert_answer (turned, 200, NULL);
  g_assert_cmpstr (newer, !=, ada->refresh);
  g_assert_cmpstr (answer_get (turned, "data.user.id"), ==, ada->id);
  g_assert_cmpuint (get_status (fixture, access), ==, 200);

  again = post_token (fixture, "/auth/refresh", ada->refresh);
  assert_answer (again, 401, "TOKEN_REUSED");
  after = post_token (fixture, "/auth/refresh", newer);
  g_assert_cmpuint (after->status, ==, 401);
  g_assert_cmpuint (get_status (fixture, access), ==, 401);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 401);
}

/* One who stole a token ends that session, not the others */
static void
test_reuse_ends_one_session (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) desk = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) laptop = server_fixture_sign_in (fixture, "ada@example.org");
  g_autoptr (Answer) turned = post_token (fixture, "/auth/refresh", desk->refresh);
  g_autoptr (Answer) again = post_token (fixture, "/auth/refresh", desk->refresh);

  assert_answer (again, 401, "TOKEN_REUSED");
  g_assert_cmpuint (get_status (fixture, desk->access), ==, 401);
  g_assert_cmpuint (get_status (fixture, laptop->access), ==, 200);
}

static void
test_refresh_garbage (void)
{
  static const char *const noise[] = { "x", "a.b", "0192f0c1-0000-7000-8000-000000000001.abc" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autofree char *much = g_strnfill (10000, 'a');
  g_autoptr (Answer) longer = post_token (fixture, "/auth/refresh", much);
  g_autoptr (Answer) access = post_token (fixture, "/auth/refresh", ada->access);
  g_autoptr (Answer) none = post (fixture, "/auth/refresh", "{}");

  for (guint i = 0; i < G_N_ELEMENTS (noise); i++)
    {
      g_autoptr (Answer) answer = post_token (fixture, "/auth/refresh", noise[i]);

      assert_answer (answer, 401, "AUTHENTICATION_ERROR");
    }
  assert_answer (longer, 400, "VALIDATION_ERROR");
  assert_answer (access, 401, "AUTHENTICATION_ERROR");
  assert_answer (none, 400, "VALIDATION_ERROR");
  g_assert_true (answer_names (none, "refresh_token"));
  g_assert_cmpuint (get_status (fixture, ada->refresh), ==, 401);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
}

static gboolean
expire_sessions (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql, "UPDATE session SET expires_at = 1", error);
}

static void
test_refresh_expired (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (GError) error = NULL;
  g_autoptr (Answer) answer = NULL;

  baton_server_writer_run (baton_server_get_writer (fixture->server), expire_sessions, NULL,
                           &error);
  g_assert_no_error (error);
  answer = post_token (fixture, "/auth/refresh", ada->refresh);
  assert_answer (answer, 401, "TOKEN_EXPIRED");
}

static gboolean
disable (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql,
                         "UPDATE user SET is_active = 0 WHERE email = 'bob@example.org';"
                         "UPDATE session SET revoked = 1",
                         error);
}

/* Who has the password or a token of the account's hears why; nobody else hears that there is one. */
static void
test_disabled_is_said (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autofree char *guess = g_strdup (bob->refresh);
  g_autoptr (Answer) answer = NULL, forged = NULL, revoked = NULL, signed_in = NULL, wrong = NULL;

  g_assert_true (
      baton_server_writer_run (baton_server_get_writer (fixture->server), disable, NULL, NULL));
  guess[strlen (guess) - 2] = guess[strlen (guess) - 2] == 'a' ? 'b' : 'a';
  answer = post_token (fixture, "/auth/refresh", bob->refresh);
  assert_answer (answer, 401, "ACCOUNT_DISABLED");
  forged = post_token (fixture, "/auth/refresh", guess);
  assert_answer (forged, 401, "AUTHENTICATION_ERROR");
  revoked = post_token (fixture, "/auth/refresh", ada->refresh);
  assert_answer (revoked, 401, "AUTHENTICATION_ERROR");
  signed_in = post (fixture, "/auth/login",
                    "{\"email\":\"bob@example.org\",\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}");
  assert_answer (signed_in, 401, "ACCOUNT_DISABLED");
  wrong = post (fixture, "/auth/login",
                "{\"email\":\"bob@example.org\",\"password\":\"not this one\"}");
  assert_answer (wrong, 401, "AUTHENTICATION_ERROR");
}

static Answer *
renew_with_key (ServerFixture *fixture, const char *refresh, const char *key)
{
  g_autofree char *body = g_strdup_printf ("{\"refresh_token\":\"%s\"}", refresh);
  SoupMessage *message = server_fixture_dup_message (fixture, "POST", "/auth/refresh", NULL, body);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Idempotency-Key", key);
  return server_fixture_send_message (fixture, message);
}

/* The answer was lost on the way: the same request with the same key is answered once more. So is one that comes late, of a process that was
 * killed, say, after the next one has asked again; and it takes nothing from that. */
static void
test_refresh_repeated (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) first = renew_with_key (fixture, ada->refresh, "one key");
  g_autoptr (Answer) late = renew_with_key (fixture, ada->refresh, "one key");
  g_autofree char *newest = g_strdup (answer_get (first, "data.refresh_token"));
  g_autoptr (Answer) next = renew_with_key (fixture, newest, "the next key");
  g_autoptr (Answer) stolen = renew_with_key (fixture, newest, "another key");

  assert_answer (first, 200, NULL);
  assert_answer (late, 200, NULL);
  g_assert_cmpstr (answer_get (late, "data.refresh_token"), ==, newest);
  assert_answer (next, 200, NULL);
  g_assert_cmpstr (answer_get (next, "data.refresh_token"), !=, newest);
  assert_answer (stolen, 401, "TOKEN_REUSED");
}

static void
test_logout (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) desk = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) laptop = server_fixture_sign_in (fixture, "ada@example.org");
  g_autoptr (Answer) out = post_token (fixture, "/auth/logout", desk->refresh);
  g_autoptr (Answer) again = post_token (fixture, "/auth/logout", desk->refresh);
  g_autoptr (Answer) noise = post_token (fixture, "/auth/logout", "noise");
  g_autoptr (Answer) turned = post_token (fixture, "/auth/refresh", desk->refresh);

  assert_answer (out, 204, NULL);
  assert_answer (again, 204, NULL);
  assert_answer (noise, 204, NULL);
  assert_answer (turned, 401, "AUTHENTICATION_ERROR");
  g_assert_cmpuint (get_status (fixture, desk->access), ==, 401);
  g_assert_cmpuint (get_status (fixture, laptop->access), ==, 200);
}

/* Who knows the name of a session does not end it; whose last answer was lost does */
static void
test_logout_asks_for_the_token (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autofree char *forged = g_strdup (ada->refresh);
  g_autoptr (Answer) out = NULL;
  g_autoptr (Answer) turned = NULL;
  g_autoptr (Answer) late = NULL;

  forged[strlen (forged) - 2] = forged[strlen (forged) - 2] == 'a' ? 'b' : 'a';
  out = post_token (fixture, "/auth/logout", forged);
  assert_answer (out, 204, NULL);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  turned = post_token (fixture, "/auth/refresh", ada->refresh);
  assert_answer (turned, 200, NULL);
  late = post_token (fixture, "/auth/logout", ada->refresh);
  assert_answer (late, 204, NULL);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 401);
}

static void
test_headers (void)
{
  static const char *const headers[] = { "",         "Bearer",     "Bearer ",    "Basic YTpi",
                                         "bearer x", "Bearer a b", "Bearer \xff" };
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) none = server_fixture_send (fixture, "GET", "/users/me", NULL, NULL);

  assert_answer (none, 401, "AUTHENTICATION_ERROR");
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      SoupMessage *message = server_fixture_dup_message (fixture, "GET", "/users/me", NULL, NULL);
      g_autoptr (Answer) answer = NULL;

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    headers[i]);
      answer = server_fixture_send_message (fixture, message);
      assert_answer (answer, 401, "AUTHENTICATION_ERROR");
    }
}

static void
test_token_of_a_minute (void)
{
  static const char *const settings[] = { "access-token-minutes", "1", "refresh-token-days", "30",
                                          NULL };
  g_autoptr (ServerFixture) fixture = server_fixture_new_with (baton_test_folder_new (), settings);
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) turned = post_token (fixture, "/auth/refresh", ada->refresh);
  BatonServerTokens *tokens = baton_server_auth_get_tokens (fixture->server);
  g_autofree char *old = baton_server_tokens_issue (tokens, ada->id, ada->email, "admin", "s", 1,
                                                    1);
  g_autoptr (Answer) expired = server_fixture_send (fixture, "GET", "/users/me", old, NULL);

  g_assert_cmpint (answer_get_int (turned, "data.expires_in"), ==, 60);
  g_assert_cmpint (
      server_fixture_count (fixture, "SELECT (expires_at - used_at) / 86400000 FROM session", NULL),
      ==, 30);
  assert_answer (expired, 401, "TOKEN_EXPIRED");
}

/* A token of this server that names another's session, or one that never was */
static void
test_foreign_session (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  BatonServerTokens *tokens = baton_server_auth_get_tokens (fixture->server);
  g_auto (GStrv) parts = g_strsplit (bob->refresh, ".", 2);
  g_autofree char *token = baton_server_tokens_issue (
      tokens, ada->id, ada->email, "admin", parts[0], g_get_real_time () / G_USEC_PER_SEC, 60);

  g_assert_cmpuint (get_status (fixture, token), ==, 401);
}

/* The key and the sessions outlive the process */
static void
test_restart (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (ServerFixture) second = NULL;
  BatonTestFolder *folder = g_steal_pointer (&fixture->folder);

  fixture->folder = baton_test_folder_new ();
  g_clear_pointer (&fixture, server_fixture_free);
  second = server_fixture_new_with (folder, NULL);
  g_assert_cmpuint (get_status (second, ada->access), ==, 200);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/register/the first is admin, others are members", test_register);
  g_test_add_func ("/server/register/each wrong field is named", test_register_wrong);
  g_test_add_func ("/server/register/limits are of characters", test_register_lengths);
  g_test_add_func ("/server/register/what is not JSON is refused", test_register_not_json);
  g_test_add_func ("/server/register/huge bodies are refused", test_register_huge);
  g_test_add_func ("/server/register/only JSON, only POST", test_register_other_type);
  g_test_add_func ("/server/register/an address is taken in any case", test_register_twice);
  g_test_add_func ("/server/login/wrong and unknown are answered alike", test_login);
  g_test_add_func ("/server/login/each wrong field is named", test_login_wrong_fields);
  g_test_add_func ("/server/login/slows down, and says so", test_login_slows_down);
  g_test_add_func ("/server/login/counts failures in any case", test_login_counts_failures);
  g_test_add_func ("/server/refresh/works once, then ends the family", test_refresh);
  g_test_add_func ("/server/refresh/reuse ends that session alone", test_reuse_ends_one_session);
  g_test_add_func ("/server/refresh/garbage is refused", test_refresh_garbage);
  g_test_add_func ("/server/auth/a disabled account is told so", test_disabled_is_said);
  g_test_add_func ("/server/refresh/an old one has expired", test_refresh_expired);
  g_test_add_func ("/server/refresh/a repeat with its key is answered again",
                   test_refresh_repeated);
  g_test_add_func ("/server/logout/ends this session", test_logout);
  g_test_add_func ("/server/logout/asks for the token", test_logout_asks_for_the_token);
  g_test_add_func ("/server/access/without a good header nobody gets in", test_headers);
  g_test_add_func ("/server/access/lifetimes are settings", test_token_of_a_minute);
  g_test_add_func ("/server/access/the session must be the person's", test_foreign_session);
  g_test_add_func ("/server/access/holds over a restart", test_restart);
  return g_test_run ();
}
