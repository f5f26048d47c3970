/* baton-test-server.c: a server in this process, and a client that sends it anything
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "baton-test-server.h"

#include <string.h>

#include "baton-test.h"

struct _BatonTestServer
{
  BatonTestFolder *folder;
  BatonServerConfig *config;
  BatonServer *server; /* its own thread, once started */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  guint16 port;

  GMutex mutex;
  GCond cond;
  gboolean started; /* mutex */
};

/* --- the server -------------------------------------------------------- */

static gboolean
authenticate (BatonServerRequest *request, GError **error)
{
  const char *header = baton_server_request_get_header (request, "Authorization");

  if (header == NULL || !g_str_has_prefix (header, "Bearer "))
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "Sign in first.");
      return FALSE;
    }
  header += strlen ("Bearer ");
  request->role = g_strdup (g_str_has_prefix (header, "admin:") ? "admin" : "member");
  request->user_id = g_strdup (strchr (header, ':') ? strchr (header, ':') + 1 : header);
  request->email = g_strdup ("somebody@example.org");
  request->session_id = g_strdup ("01900000-0000-7000-8000-000000000000");
  return TRUE;
}

static gpointer
run_server (gpointer data)
{
  BatonTestServer *test = data;
  GError *error = NULL;

  g_main_context_push_thread_default (test->context);
  test->server = baton_server_new (test->config, &error);
  g_assert_no_error (error);
  baton_server_set_authenticate (test->server, authenticate, NULL, NULL);
  baton_server_start (test->server, &error);
  g_assert_no_error (error);
  g_mutex_lock (&test->mutex);
  test->started = TRUE;
  g_cond_signal (&test->cond);
  g_mutex_unlock (&test->mutex);
  g_main_loop_run (test->loop);
  g_clear_pointer (&test->server, baton_server_free);
  while (g_main_context_iteration (test->context, FALSE))
    ;
  g_main_context_pop_thread_default (test->context);
  return NULL;
}

static void
start (BatonTestServer *test)
{
  g_autoptr (GUri) uri = NULL;

  test->context = g_main_context_new ();
  test->loop = g_main_loop_new (test->context, FALSE);
  test->started = FALSE;
  test->thread = g_thread_new ("server", run_server, test);
  g_mutex_lock (&test->mutex);
  while (!test->started)
    g_cond_wait (&test->cond, &test->mutex);
  g_mutex_unlock (&test->mutex);
  uri = g_uri_parse (baton_server_get_uri (test->server), G_URI_FLAGS_NONE, NULL);
  test->port = (guint16) g_uri_get_port (uri);
}

static void
stopped_cb (BatonServer *server, gpointer data)
{
  g_main_loop_quit (data);
}

static gboolean
stop_cb (gpointer data)
{
  BatonTestServer *test = data;

  baton_server_stop (test->server, stopped_cb, test->loop);
  return G_SOURCE_REMOVE;
}

static void
stop (BatonTestServer *test)
{
  g_main_context_invoke (test->context, stop_cb, test);
  g_thread_join (g_steal_pointer (&test->thread));
  g_clear_pointer (&test->loop, g_main_loop_unref);
  g_clear_pointer (&test->context, g_main_context_unref);
}

BatonTestServer *
baton_test_server_new (void)
{
  BatonTestServer *test = g_new0 (BatonTestServer, 1);
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  GError *error = NULL;

  g_mutex_init (&test->mutex);
  g_cond_init (&test->cond);
  test->folder = baton_test_folder_new ();
  g_hash_table_insert (options, (gpointer) "data-dir", test->folder);
  g_hash_table_insert (options, (gpointer) "listen", (gpointer) "127.0.0.1:0");
  test->config = baton_server_config_new (NULL, options, &error);
  g_assert_no_error (error);
  start (test);
  return test;
}

void
baton_test_server_free (BatonTestServer *test)
{
  stop (test);
  baton_server_config_free (test->config);
  baton_test_folder_free (test->folder);
  g_mutex_clear (&test->mutex);
  g_cond_clear (&test->cond);
  g_free (test);
}

void
baton_test_server_restart (BatonTestServer *test)
{
  stop (test);
  start (test);
}

const char *
baton_test_server_get_path (BatonTestServer *test)
{
  return baton_server_get_database_path (test->server);
}

guint16
baton_test_server_get_port (BatonTestServer *test)
{
  return test->port;
}

/* --- the client -------------------------------------------------------- */

void
baton_test_answer_free (BatonTestAnswer *answer)
{
  g_hash_table_unref (answer->headers);
  g_free (answer->body);
  g_clear_pointer (&answer->json, json_node_unref);
  g_free (answer);
}

static void
read_headers (BatonTestAnswer *answer, char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  g_assert_true (g_str_has_prefix (lines[0], "HTTP/1."));
  answer->status = (guint) g_ascii_strtoull (lines[0] + strlen ("HTTP/1.1 "), NULL, 10);
  for (guint i = 1; lines[i]; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon)
        g_hash_table_replace (answer->headers, g_ascii_strdown (lines[i], colon - lines[i]),
                              g_strdup (g_strstrip (colon + 1)));
    }
}

/* Parses one answer out of @data; NULL where it is not whole */
static BatonTestAnswer *
parse_answer (const GString *data)
{
  const char *end = strstr (data->str, "\r\n\r\n");
  g_autoptr (BatonTestAnswer) answer = NULL;
  g_autofree char *head = NULL;
  const char *length;

  if (end == NULL)
    return NULL;
  head = g_strndup (data->str, end - data->str);
  answer = g_new0 (BatonTestAnswer, 1);
  answer->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  read_headers (answer, head);
  length = baton_test_answer_get_header (answer, "content-length");
  answer->length = length ? g_ascii_strtoull (length, NULL, 10) : 0;
  if (data->len < (gsize) (end + 4 - data->str) + answer->length)
    return NULL;
  answer->body = g_strndup (end + 4, answer->length);
  if (answer->length > 0)
    answer->json = baton_json_parse (answer->body, (gssize) answer->length, NULL);
  return g_steal_pointer (&answer);
}

static BatonTestAnswer *
read_answer (GInputStream *stream)
{
  g_autoptr (GString) data = g_string_new (NULL);
  char buffer[65536];
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      BatonTestAnswer *answer;

      g_string_append_len (data, buffer, n);
      if (g_str_has_prefix (data->str, "HTTP/1.1 100"))
        g_string_erase (data, 0, strstr (data->str, "\r\n\r\n") + 4 - data->str);
      answer = parse_answer (data);
      if (answer)
        return answer;
    }
  return NULL;
}

BatonTestAnswer *
baton_test_server_send (BatonTestServer *test, const char *data, gssize length)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection)
      connection = g_socket_client_connect_to_host (client, "127.0.0.1", test->port, NULL, NULL);

  g_assert_nonnull (connection);
  /* The server may answer and hang up before all is sent */
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), data,
                             length < 0 ? strlen (data) : (gsize) length, NULL, NULL, NULL);
  return read_answer (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
}

BatonTestAnswer *
baton_test_server_request (BatonTestServer *test,
                           const char *user,
                           const char *method,
                           const char *path,
                           const char *body,
                           const char *headers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
                          method, path);
  if (user)
    g_string_append_printf (text, "Authorization: Bearer %s\r\n", user);
  if (body)
    g_string_append_printf (text, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                            strlen (body));
  g_string_append_printf (text, "%s\r\n%s", headers ? headers : "", body ? body : "");
  return baton_test_server_send (test, text->str, (gssize) text->len);
}

/* --- answers ------------------------------------------------------------- */

JsonNode *
baton_test_answer_get (const BatonTestAnswer *answer, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  JsonNode *node = answer->json;

  for (guint i = 0; node && steps[i]; i++)
    {
      if (JSON_NODE_HOLDS_OBJECT (node))
        node = json_object_get_member (json_node_get_object (node), steps[i]);
      else if (JSON_NODE_HOLDS_ARRAY (node) &&
               g_ascii_strtoull (steps[i], NULL, 10) <
                   json_array_get_length (json_node_get_array (node)))
        node = json_array_get_element (json_node_get_array (node),
                                       (guint) g_ascii_strtoull (steps[i], NULL, 10));
      else
        node = NULL;
    }
  return node && JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

const char *
baton_test_answer_get_text (const BatonTestAnswer *answer, const char *path)
{
  return baton_json_get_text (baton_test_answer_get (answer, path));
}

gint64
baton_test_answer_get_int (const BatonTestAnswer *answer, const char *path)
{
  JsonNode *node = baton_test_answer_get (answer, path);

  g_assert_true (node && JSON_NODE_HOLDS_VALUE (node));
  return json_node_get_int (node);
}

const char *
baton_test_answer_get_header (const BatonTestAnswer *answer, const char *name)
{
  return g_hash_table_lookup (answer->headers, name);
}

guint
baton_test_answer_get_length (const BatonTestAnswer *answer, const char *path)
{
  JsonNode *node = baton_test_answer_get (answer, path);

  g_assert_true (node && JSON_NODE_HOLDS_ARRAY (node));
  return json_array_get_length (json_node_get_array (node));
}

void
baton_test_answer_assert_error (const BatonTestAnswer *answer, guint status, const char *code)
{
  JsonNode *success;

  g_assert_nonnull (answer);
  if (answer->status != status)
    g_test_message ("%s", answer->body);
  g_assert_cmpuint (answer->status, ==, status);
  success = baton_test_answer_get (answer, "success");
  g_assert_true (success && JSON_NODE_HOLDS_VALUE (success));
  g_assert_false (json_node_get_boolean (success));
  g_assert_cmpstr (baton_test_answer_get_text (answer, "error.code"), ==, code);
  g_assert_nonnull (baton_test_answer_get_text (answer, "error.message"));
  g_assert_nonnull (baton_test_answer_get (answer, "error.details"));
  g_assert_nonnull (baton_test_answer_get_header (answer, "x-request-id"));
}

gboolean
baton_test_answer_names_field (const BatonTestAnswer *answer, const char *field)
{
  for (guint i = 0; i < baton_test_answer_get_length (answer, "error.details"); i++)
    {
      g_autofree char *path = g_strdup_printf ("error.details.%u.field", i);

      if (g_strcmp0 (baton_test_answer_get_text (answer, path), field) == 0)
        return TRUE;
    }
  return FALSE;
}
