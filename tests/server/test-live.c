/* test-live.c: live sockets: who is let in, who is told what, and when they are closed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

#include <string.h>

typedef struct
{
  SoupWebsocketConnection *connection; /* NULL where the handshake was refused */
  GPtrArray *messages;                 /* of Answer: only its JSON */
  gboolean closed;
  gushort code;
} Live;

static void
live_free (Live *live)
{
  if (live->connection)
    g_signal_handlers_disconnect_by_data (live->connection, live);
  g_clear_object (&live->connection);
  g_ptr_array_unref (live->messages);
  g_free (live);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Live, live_free)

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer data)
{
  Live *live = data;
  Answer *answer = g_new0 (Answer, 1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  answer->text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  answer->json = json_from_string (answer->text, &error);
  g_assert_no_error (error);
  g_ptr_array_add (live->messages, answer);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  Live *live = data;

  live->closed = TRUE;
  live->code = soup_websocket_connection_get_close_code (connection);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **into = data;

  *into = g_object_ref (result);
}

static Live *
live_new (ServerFixture *fixture, const char *token)
{
  Live *live = g_new0 (Live, 1);
  g_autoptr (SoupMessage)
      message = server_fixture_dup_message (fixture, "GET", "/live", token, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  live->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) answer_free);
  soup_session_websocket_connect_async (fixture->session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        NULL, connected_cb, &result);
  BATON_TEST_WAIT (result != NULL);
  live->connection = soup_session_websocket_connect_finish (fixture->session, result, NULL);
  if (live->connection)
    {
      g_signal_connect (live->connection, "message", G_CALLBACK (message_cb), live);
      g_signal_connect (live->connection, "closed", G_CALLBACK (closed_cb), live);
    }
  return live;
}

static Live *
live_open (ServerFixture *fixture, const char *token)
{
  Live *live = live_new (fixture, token);

  g_assert_nonnull (live->connection);
  return live;
}

static const char *
get (Live *live, guint index, const char *path)
{
  return answer_get (g_ptr_array_index (live->messages, index), path);
}

static Answer *
shake_hands (ServerFixture *fixture, const char *path, const char *token)
{
  SoupMessage *message = server_fixture_dup_message (fixture, "GET", path, token, NULL);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Upgrade", "websocket");
  soup_message_headers_replace (headers, "Connection", "Upgrade");
  soup_message_headers_replace (headers, "Sec-WebSocket-Version", "13");
  soup_message_headers_replace (headers, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  soup_message_headers_replace (headers, "X-Request-Id", "my-own");
  return server_fixture_send_message (fixture, message);
}

static void
test_refused (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  BatonServerTokens *tokens = baton_server_auth_get_tokens (fixture->server);
  g_autofree char *old = baton_server_tokens_issue (tokens, ada->id, ada->email, "admin", "s", 1,
                                                    1);
  g_autoptr (Answer) none = shake_hands (fixture, "/live", NULL);
  g_autoptr (Answer) noise = shake_hands (fixture, "/live", "noise");
  g_autoptr (Answer) expired = shake_hands (fixture, "/live", old);
  g_autoptr (Answer) elsewhere = shake_hands (fixture, "/live/more", ada->access);
  g_autoptr (Answer) plain = server_fixture_send (fixture, "GET", "/live", ada->access, NULL);

  assert_answer (none, 401, "AUTHENTICATION_ERROR");
  g_assert_cmpstr (answer_get_header (none, "X-Request-Id"), ==, "my-own");
  assert_answer (noise, 401, "AUTHENTICATION_ERROR");
  assert_answer (expired, 401, "TOKEN_EXPIRED");
  assert_answer (elsewhere, 404, "NOT_FOUND");
  assert_answer (plain, 400, "VALIDATION_ERROR");
  g_assert_cmpuint (baton_server_hub_get_n_sockets (fixture->hub), ==, 0);
}

static char *
post (ServerFixture *fixture, const char *token, const char *path, const char *body)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", path, token, body);

  assert_answer (answer, 201, NULL);
  return g_strdup (answer_get (answer, "data.id"));
}

static gboolean
exec_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  return baton_sql_exec (sql, data, error);
}

static void
exec (ServerFixture *fixture, const char *format, const char *first, const char *second)
{
  g_auto (GStrv) parts = g_strsplit (format, "@1", -1);
  g_autofree char *half = g_strjoinv (first, parts);
  g_auto (GStrv) halves = g_strsplit (half, "@2", -1);
  g_autofree char *script = g_strjoinv (second, halves);
  g_autoptr (GError) error = NULL;

  baton_server_writer_run (baton_server_get_writer (fixture->server), exec_cb, script, &error);
  g_assert_no_error (error);
}

static void
test_audience (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Live) desk = live_open (fixture, ada->access);
  g_autoptr (Live) laptop = live_open (fixture, ada->access);
  g_autoptr (Live) bobs = live_open (fixture, bob->access);
  g_autofree char *adas_task = post (fixture, ada->access, "/tasks", "{\"title\":\"a\"}");
  g_autofree char *bobs_task = post (fixture, bob->access, "/tasks", "{\"title\":\"b\"}");
  g_autofree char *project = post (fixture, ada->access, "/projects", "{\"name\":\"p\"}");
  g_autofree char *body = g_strdup_printf ("{\"title\":\"c\",\"project_id\":\"%s\"}", project);
  g_autofree char *before = post (fixture, ada->access, "/tasks", body);
  g_autofree char *scope = g_strconcat ("user:", ada->id, NULL);
  g_autofree char *shared_scope = g_strconcat ("project:", project, NULL);
  g_autofree char *shared = NULL;
  g_autofree char *after = NULL;

  exec (fixture, "INSERT INTO member VALUES ('@1', '@2', 'viewer', 1)", bob->id, project);
  shared = post (fixture, ada->access, "/tasks", body);
  exec (fixture, "DELETE FROM member WHERE user = '@1' AND project = '@2'", bob->id, project);
  after = post (fixture, ada->access, "/tasks", body);
  g_free (post (fixture, bob->access, "/tasks", "{\"title\":\"the end\"}"));

  BATON_TEST_WAIT (desk->messages->len == 5 && laptop->messages->len == 5 &&
                   bobs->messages->len == 3);
  g_assert_cmpstr (get (desk, 0, "record.id"), ==, adas_task);
  g_assert_cmpstr (get (desk, 0, "scope"), ==, scope);
  g_assert_cmpstr (get (desk, 0, "entity"), ==, "task");
  g_assert_cmpstr (get (desk, 0, "record.title"), ==, "a");
  g_assert_nonnull (get (desk, 0, "place"));
  g_assert_nonnull (get (desk, 0, "clocks.title"));
  g_assert_cmpstr (get (desk, 1, "record.id"), ==, project);
  g_assert_cmpstr (get (desk, 2, "scope"), ==, shared_scope);
  g_assert_cmpstr (get (desk, 4, "record.id"), ==, after);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpstr (((Answer *) g_ptr_array_index (desk->messages, i))->text, ==,
                     ((Answer *) g_ptr_array_index (laptop->messages, i))->text);
  g_assert_cmpstr (get (bobs, 0, "record.id"), ==, bobs_task);
  g_assert_cmpstr (get (bobs, 1, "record.id"), ==, shared);
  g_assert_cmpstr (get (bobs, 2, "record.title"), ==, "the end");
}

/* Who is let in is told something that follows on no place, which makes the device sync; who is taken out, to leave the scope */
static void
test_membership (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Live) bobs = live_open (fixture, bob->access);
  g_autofree char *project = post (fixture, ada->access, "/projects", "{\"name\":\"p\"}");
  g_autofree char *scope = g_strconcat ("project:", project, NULL);
  g_autofree char *body = g_strdup_printf ("{\"title\":\"c\",\"project_id\":\"%s\"}", project);
  g_autofree char *before = post (fixture, ada->access, "/tasks", body);
  g_autofree char *members = g_strdup_printf ("/projects/%s/members", project);
  g_autofree char *bobs_path = g_strdup_printf ("%s/%s", members, bob->id);
  g_autoptr (Answer) added = server_fixture_send (fixture, "POST", members, ada->access,
                                                  "{\"email\":\"bob@example.org\"}");
  g_autofree char *inside = post (fixture, ada->access, "/tasks", body);
  g_autoptr (Answer)
      removed = server_fixture_send (fixture, "DELETE", bobs_path, ada->access, NULL);
  g_autofree char *after = post (fixture, ada->access, "/tasks", body);
  g_autofree char *end = post (fixture, bob->access, "/tasks", "{\"title\":\"the end\"}");

  assert_answer (added, 201, NULL);
  assert_answer (removed, 204, NULL);
  BATON_TEST_WAIT (bobs->messages->len == 4);
  g_assert_cmpstr (get (bobs, 0, "scope"), ==, scope);
  g_assert_cmpstr (get (bobs, 0, "record.id"), ==, project);
  g_assert_cmpstr (get (bobs, 0, "after"), ==, get (bobs, 0, "place"));
  g_assert_cmpstr (get (bobs, 1, "record.id"), ==, inside);
  g_assert_cmpstr (get (bobs, 1, "after"), ==, get (bobs, 0, "place"));
  g_assert_cmpstr (get (bobs, 2, "scope"), ==, scope);
  g_assert_true (answer_get_bool (g_ptr_array_index (bobs->messages, 2), "leave"));
  g_assert_cmpstr (get (bobs, 3, "record.id"), ==, end);
}

/* Each names the place that the one before it took */
static void
test_order (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Live) live = live_open (fixture, ada->access);

  for (int i = 0; i < 100; i++)
    g_free (post (fixture, ada->access, "/tasks", "{\"title\":\"a\"}"));
  BATON_TEST_WAIT (live->messages->len == 100);
  for (guint i = 1; i < 100; i++)
    g_assert_cmpstr (get (live, i, "after"), ==, get (live, i - 1, "place"));
}

static void
test_failed_change (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Live) live = live_open (fixture, ada->access);
  g_autoptr (Answer)
      refused = server_fixture_send (fixture, "POST", "/tasks", ada->access, "{\"title\":\"\"}");

  assert_answer (refused, 400, "VALIDATION_ERROR");
  g_free (post (fixture, ada->access, "/tasks", "{\"title\":\"good\"}"));
  BATON_TEST_WAIT (live->messages->len > 0);
  g_assert_cmpstr (get (live, 0, "record.title"), ==, "good");
}

typedef enum
{
  LOGOUT,
  END_SESSION,
  NEW_PASSWORD,
  DISABLE,
  REUSE,
  LEAVE,
  N_ENDS,
} End;

/* Ends the session of @bob's desk, by his laptop or by an admin */
static void
end_session (ServerFixture *fixture,
             End end,
             const Person *admin,
             const Person *desk,
             const Person *laptop)
{
  g_auto (GStrv) parts = g_strsplit (desk->refresh, ".", 2);
  g_autofree char *refresh = g_strdup_printf ("{\"refresh_token\":\"%s\"}", desk->refresh);
  g_autofree char *session = g_strconcat ("/users/me/sessions/", parts[0], NULL);
  g_autofree char *user = g_strconcat ("/users/", desk->id, NULL);
  const struct
  {
    const char *method;
    const char *path;
    const char *token;
    const char *body;
  } requests[N_ENDS] = {
    [LOGOUT] = { "POST",   "/auth/logout",       NULL,           refresh                 },
    [END_SESSION] = { "DELETE", session,              laptop->access, NULL                    },
    [NEW_PASSWORD] = { "PUT",    "/users/me/password", laptop->access,
                "{\"current_password\":\"" SERVER_FIXTURE_PASSWORD
                       "\",\"new_password\":\"something else\"}"                         },
    [DISABLE] = { "PATCH",  user,                 admin->access,  "{\"is_active\":false}" },
    [REUSE] = { "POST",   "/auth/refresh",      NULL,           refresh                 },
    [LEAVE] = { "DELETE", "/users/me",          laptop->access,
                "{\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}"                         },
  };

  for (int i = 0; i < (end == REUSE ? 2 : 1); i++)
    {
      g_autoptr (Answer)
          answer = server_fixture_send (fixture, requests[end].method, requests[end].path,
                                        requests[end].token, requests[end].body);

      g_assert_true (answer->status < 300 || i == 1);
    }
}

static void
test_session_ends (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Live) adas = live_open (fixture, ada->access);

  for (End end = 0; end < N_ENDS; end++)
    {
      g_autofree char *email = g_strdup_printf ("bob%d@example.org", (int) end);
      g_autoptr (Person) desk = server_fixture_register (fixture, email);
      g_autoptr (Person) laptop = server_fixture_sign_in (fixture, email);
      g_autoptr (Live) on_desk = live_open (fixture, desk->access);
      g_autoptr (Live) on_laptop = live_open (fixture, laptop->access);
      guint n_before = adas->messages->len;

      end_session (fixture, end, ada, desk, laptop);
      if (end != DISABLE && end != LEAVE)
        g_free (post (fixture, laptop->access, "/tasks", "{\"title\":\"still here\"}"));
      BATON_TEST_WAIT (on_desk->closed);
      g_assert_cmpint (on_desk->code, ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
      if (end == DISABLE || end == LEAVE)
        {
          BATON_TEST_WAIT (on_laptop->closed);
          g_assert_cmpuint (on_laptop->messages->len, ==, 0);
        }
      else
        {
          BATON_TEST_WAIT (on_laptop->messages->len == 1);
          g_assert_false (on_laptop->closed);
        }
      g_assert_cmpuint (on_desk->messages->len, ==, 0);
      g_assert_cmpuint (adas->messages->len, ==, n_before);
    }
  g_assert_false (adas->closed);
}

/* As `baton-server user disable` does, from another process */
static void
test_ended_elsewhere (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autofree char *project = post (fixture, ada->access, "/projects", "{\"name\":\"p\"}");
  g_autofree char *body = g_strdup_printf ("{\"title\":\"c\",\"project_id\":\"%s\"}", project);
  g_autoptr (Live) adas = live_open (fixture, ada->access);
  g_autoptr (Live) bobs = live_open (fixture, bob->access);

  exec (fixture, "INSERT INTO member VALUES ('@1', '@2', 'viewer', 1)", bob->id, project);
  /* Once told something, the look at the beginning is over */
  g_free (post (fixture, bob->access, "/tasks", "{\"title\":\"a\"}"));
  BATON_TEST_WAIT (bobs->messages->len == 1);
  exec (fixture, "UPDATE user SET is_active = 0 WHERE id = '@1@2'", bob->id, "");
  g_free (post (fixture, ada->access, "/tasks", body));
  BATON_TEST_WAIT (bobs->closed && adas->messages->len == 1);
  g_assert_cmpint (bobs->code, ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  g_assert_cmpuint (bobs->messages->len, ==, 1);
  g_assert_false (adas->closed);
}

/* The token is good by its signature, its session is not */
static void
test_ended_before (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) desk = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) laptop = server_fixture_sign_in (fixture, "ada@example.org");
  g_autoptr (Live) live = NULL;

  end_session (fixture, LOGOUT, desk, desk, laptop);
  live = live_open (fixture, desk->access);
  g_free (post (fixture, laptop->access, "/tasks", "{\"title\":\"a secret\"}"));
  BATON_TEST_WAIT (live->closed);
  g_assert_cmpint (live->code, ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  g_assert_cmpuint (live->messages->len, ==, 0);
}

static void
test_token_expires (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  BatonServerTokens *tokens = baton_server_auth_get_tokens (fixture->server);
  g_auto (GStrv) parts = g_strsplit (ada->refresh, ".", 2);
  g_autofree char *brief = baton_server_tokens_issue (
      tokens, ada->id, ada->email, "admin", parts[0], g_get_real_time () / G_USEC_PER_SEC, 2);
  g_autoptr (Live) live = live_open (fixture, brief);
  g_autoptr (Live) other = live_open (fixture, ada->access);

  BATON_TEST_WAIT (live->closed);
  g_assert_cmpint (live->code, ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  g_assert_false (other->closed);
}

static void
test_shutdown (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Live) first = live_open (fixture, ada->access);
  g_autoptr (Live) second = live_open (fixture, ada->access);

  server_fixture_stop (fixture);
  BATON_TEST_WAIT (first->closed && second->closed);
  g_assert_cmpint (first->code, ==, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  g_assert_cmpint (second->code, ==, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
}

/* What is said to the server is not heard; what is too long ends the socket */
static void
test_talking (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Live) quiet = live_open (fixture, ada->access);
  g_autoptr (Live) loud = live_open (fixture, ada->access);
  g_autofree char *much = g_strnfill (100000, 'a');

  soup_websocket_connection_send_text (quiet->connection, "{\"hello\":1}");
  soup_websocket_connection_send_binary (quiet->connection, "\xff\xfe", 2);
  soup_websocket_connection_send_text (loud->connection, much);
  BATON_TEST_WAIT (loud->closed);
  g_free (post (fixture, ada->access, "/tasks", "{\"title\":\"a\"}"));
  BATON_TEST_WAIT (quiet->messages->len == 1);
  g_assert_false (quiet->closed);
}

/* A handshake, and then nothing is read any more */
static GSocketConnection *
open_and_sleep (ServerFixture *fixture, const char *token)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GUri)
      uri = g_uri_parse (baton_server_get_uri (fixture->server), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (
      client, g_uri_get_host (uri), (guint16) g_uri_get_port (uri), NULL, NULL);
  g_autofree char *request = g_strdup_printf (
      "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer %s\r\n\r\n",
      token);
  GOutputStream *output;

  g_assert_nonnull (connection);
  output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (output, request, strlen (request), NULL, NULL, NULL));
  return g_steal_pointer (&connection);
}

static gboolean
say_much (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  g_autofree char *noise = g_strnfill (1000000, 'a');

  baton_server_writer_add_change (writer, g_strdup (data), g_strdup_printf ("\"%s\"", noise));
  return TRUE;
}

static void
said_cb (gpointer data, GError *error)
{
  g_assert_no_error (error);
}

/* Its memory would grow without end; those who read are told all of it */
static void
test_sleeper (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autofree char *scope = g_strconcat ("user:", ada->id, NULL);
  g_autoptr (GSocketConnection) sleeper = open_and_sleep (fixture, ada->access);
  g_autoptr (Live) reader = NULL;
  guint n_said = 0;

  BATON_TEST_WAIT (baton_server_hub_get_n_sockets (fixture->hub) == 1);
  reader = live_open (fixture, ada->access);
  soup_websocket_connection_set_max_incoming_payload_size (reader->connection, 2000000);
  BATON_TEST_WAIT (baton_server_hub_get_n_sockets (fixture->hub) == 2);
  while (baton_server_hub_get_n_sockets (fixture->hub) == 2 && n_said < 60)
    {
      n_said++;
      baton_server_writer_push (baton_server_get_writer (fixture->server), say_much, said_cb,
                                scope);
      BATON_TEST_WAIT (reader->messages->len == n_said);
    }
  g_assert_cmpuint (baton_server_hub_get_n_sockets (fixture->hub), ==, 1);
  g_assert_cmpuint (n_said, >=, 8);
  g_assert_cmpuint (n_said, <, 40);
  g_assert_false (reader->closed);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/live/who is let in or taken out hears of it", test_membership);
  g_test_add_func ("/server/live/nobody gets in without a good token", test_refused);
  g_test_add_func ("/server/live/a change reaches those who may see it", test_audience);
  g_test_add_func ("/server/live/changes come in order", test_order);
  g_test_add_func ("/server/live/what was refused is not told", test_failed_change);
  g_test_add_func ("/server/live/ends with the session", test_session_ends);
  g_test_add_func ("/server/live/ends with a session that another process ended",
                   test_ended_elsewhere);
  g_test_add_func ("/server/live/does not begin after the session", test_ended_before);
  g_test_add_func ("/server/live/ends with the token", test_token_expires);
  g_test_add_func ("/server/live/says when the server goes away", test_shutdown);
  g_test_add_func ("/server/live/a device has nothing to say", test_talking);
  g_test_add_func ("/server/live/who does not read is hung up on", test_sleeper);
  return g_test_run ();
}
