/* server-fixture.c: a server in the test's own process, and a client of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "server-fixture.h"

#include <string.h>

static void
collect_settings (GHashTable *table, const char *const *settings)
{
  for (guint i = 0; settings && settings[i]; i += 2)
    g_hash_table_insert (table, (gpointer) settings[i], (gpointer) settings[i + 1]);
}

ServerFixture *
server_fixture_new_with (BatonTestFolder *folder, const char *const *settings)
{
  ServerFixture *fixture = g_new0 (ServerFixture, 1);
  g_autoptr (GHashTable) table = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  fixture->folder = folder;
  g_hash_table_insert (table, (gpointer) "data-dir", folder);
  g_hash_table_insert (table, (gpointer) "listen", (gpointer) "127.0.0.1:0");
  collect_settings (table, settings);
  fixture->config = baton_server_config_new (NULL, table, &error);
  g_assert_no_error (error);
  fixture->server = baton_server_new (fixture->config, &error);
  g_assert_no_error (error);
  ok = baton_server_auth_install (fixture->server, &error);
  g_assert_no_error (error);
  fixture->hub = baton_server_hub_new (fixture->server);
  ok = ok && baton_server_start (fixture->server, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  fixture->session = soup_session_new_with_options ("max-conns", 100, "max-conns-per-host", 100,
                                                    NULL);
  return fixture;
}

ServerFixture *
server_fixture_new (void)
{
  return server_fixture_new_with (baton_test_folder_new (), NULL);
}

static void
set_flag (gpointer data)
{
  gboolean *flag = data;

  *flag = TRUE;
}

static void
server_stopped_cb (BatonServer *server, gpointer data)
{
  set_flag (data);
}

void
server_fixture_stop (ServerFixture *fixture)
{
  gboolean sockets_closed = FALSE;
  gboolean stopped = FALSE;

  baton_server_stop (fixture->server, server_stopped_cb, &stopped);
  baton_server_hub_stop (fixture->hub, set_flag, &sockets_closed);
  BATON_TEST_WAIT (sockets_closed && stopped);
}

void
server_fixture_free (ServerFixture *fixture)
{
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  if (!baton_server_is_stopping (fixture->server))
    server_fixture_stop (fixture);
  baton_server_free (fixture->server);
  baton_server_hub_free (fixture->hub);
  baton_server_config_free (fixture->config);
  baton_test_folder_free (fixture->folder);
  g_free (fixture);
}

void
answer_free (Answer *answer)
{
  g_clear_object (&answer->message);
  g_clear_pointer (&answer->json, json_node_unref);
  g_free (answer->text);
  g_free (answer);
}

SoupMessage *
server_fixture_dup_message (ServerFixture *fixture,
                            const char *method,
                            const char *path,
                            const char *token,
                            const char *body)
{
  g_autofree char *uri = g_strconcat (baton_server_get_uri (fixture->server),
                                      g_str_has_prefix (path, "/health") ? "" : "/api/v1", path,
                                      NULL);
  SoupMessage *message = soup_message_new (method, uri);

  if (token)
    {
      g_autofree char *header = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    header);
    }
  if (body)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  return message;
}

static void
check_envelope (Answer *answer)
{
  JsonObject *object;

  g_assert_nonnull (answer_get_header (answer, "X-Request-Id"));
  if (answer->status == 204)
    {
      g_assert_cmpstr (answer->text, ==, "");
      return;
    }
  g_assert_nonnull (answer->json);
  object = json_node_get_object (answer->json);
  if (!json_object_has_member (object, "success"))
    return;
  g_assert_true (json_object_get_boolean_member (object, "success") == (answer->status < 400));
  g_assert_true (json_object_has_member (object, answer->status < 400 ? "data" : "error"));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **into = data;

  *into = g_object_ref (result);
}

Answer *
server_fixture_send_message (ServerFixture *fixture, SoupMessage *message)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  Answer *answer = g_new0 (Answer, 1);

  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                    &result);
  BATON_TEST_WAIT (result != NULL);
  bytes = soup_session_send_and_read_finish (fixture->session, result, &error);
  g_assert_no_error (error);
  answer->message = message;
  answer->status = soup_message_get_status (message);
  answer->text = g_bytes_get_size (bytes) > 0
                     ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                     : g_strdup ("");
  if (*answer->text)
    {
      answer->json = json_from_string (answer->text, &error);
      g_assert_no_error (error);
    }
  check_envelope (answer);
  return answer;
}

Answer *
server_fixture_send (ServerFixture *fixture,
                     const char *method,
                     const char *path,
                     const char *token,
                     const char *body)
{
  return server_fixture_send_message (
      fixture, server_fixture_dup_message (fixture, method, path, token, body));
}

static JsonNode *
find (Answer *answer, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  JsonNode *node = answer->json;

  for (guint i = 0; node && steps[i]; i++)
    {
      guint64 index = g_ascii_strtoull (steps[i], NULL, 10);

      if (JSON_NODE_HOLDS_OBJECT (node))
        node = json_object_get_member (json_node_get_object (node), steps[i]);
      else if (JSON_NODE_HOLDS_ARRAY (node) &&
               index < json_array_get_length (json_node_get_array (node)))
        node = json_array_get_element (json_node_get_array (node), (guint) index);
      else
        node = NULL;
    }
  return node;
}

const char *
answer_get (Answer *answer, const char *path)
{
  JsonNode *node = find (answer, path);

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

void
answer_assert (Answer *answer, guint status, const char *code, const char *file, int line)
{
  const char *found = answer_get (answer, "error.code");

  if (answer->status != status || (code && g_strcmp0 (found, code) != 0))
    g_error ("%s:%d: not %u %s but %u %.2000s", file, line, status, code ? code : "",
             answer->status, answer->text);
}

gint64
answer_get_int (Answer *answer, const char *path)
{
  JsonNode *node = find (answer, path);

  g_assert_true (node && JSON_NODE_HOLDS_VALUE (node));
  g_assert_true (json_node_get_value_type (node) == G_TYPE_INT64);
  return json_node_get_int (node);
}

gboolean
answer_get_bool (Answer *answer, const char *path)
{
  JsonNode *node = find (answer, path);

  g_assert_true (node && JSON_NODE_HOLDS_VALUE (node));
  g_assert_true (json_node_get_value_type (node) == G_TYPE_BOOLEAN);
  return json_node_get_boolean (node);
}

int
answer_count (Answer *answer, const char *path)
{
  JsonNode *node = find (answer, path);

  return node && JSON_NODE_HOLDS_ARRAY (node)
             ? (int) json_array_get_length (json_node_get_array (node))
             : -1;
}

gboolean
answer_names (Answer *answer, const char *field)
{
  for (int i = 0; i < answer_count (answer, "error.details"); i++)
    {
      g_autofree char *path = g_strdup_printf ("error.details.%d.field", i);

      if (g_strcmp0 (answer_get (answer, path), field) == 0)
        return TRUE;
    }
  return FALSE;
}

const char *
answer_get_header (Answer *answer, const char *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (answer->message), name);
}

void
person_free (Person *person)
{
  g_free (person->id);
  g_free (person->email);
  g_free (person->access);
  g_free (person->refresh);
  g_free (person);
}

static Person *
read_person (Answer *answer)
{
  Person *person = g_new0 (Person, 1);

  person->id = g_strdup (answer_get (answer, "data.user.id"));
  person->email = g_strdup (answer_get (answer, "data.user.email"));
  person->access = g_strdup (answer_get (answer, "data.access_token"));
  person->refresh = g_strdup (answer_get (answer, "data.refresh_token"));
  g_assert_nonnull (person->access);
  g_assert_nonnull (person->refresh);
  return person;
}

Person *
server_fixture_register (ServerFixture *fixture, const char *email)
{
  g_autofree char *body = g_strdup_printf (
      "{\"email\":\"%s\",\"password\":\"" SERVER_FIXTURE_PASSWORD
      "\",\"first_name\":\"Ada\",\"last_name\":\"Byron\",\"device_name\":\"desk\"}",
      email);
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", "/auth/register", NULL, body);

  assert_answer (answer, 201, NULL);
  return read_person (answer);
}

Person *
server_fixture_sign_in (ServerFixture *fixture, const char *email)
{
  g_autofree char *body = g_strdup_printf (
      "{\"email\":\"%s\",\"password\":\"" SERVER_FIXTURE_PASSWORD "\"}", email);
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", "/auth/login", NULL, body);

  assert_answer (answer, 200, NULL);
  return read_person (answer);
}

gint64
server_fixture_count (ServerFixture *fixture, const char *query, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSql) sql = baton_sql_open (baton_server_get_database_path (fixture->server),
                                             BATON_SQL_READ, &error);
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  g_assert_no_error (error);
  statement = baton_sql_prepare (sql, query, &error);
  g_assert_no_error (error);
  if (key)
    baton_sql_bind_text (statement, 1, key);
  step = baton_sql_step (statement, &error);
  g_assert_no_error (error);
  g_assert_cmpint (step, ==, BATON_SQL_ROW);
  return baton_sql_get_int (statement, 0);
}
