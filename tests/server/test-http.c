/* test-http.c: every answer is in its envelope, whatever was asked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "../support/baton-test-server.h"
#include "../support/baton-test.h"

#define ADA "01900000-0000-7000-8000-00000000000a"

static void
test_unknown_addresses_are_404 (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *paths[] = {
    "/",    "/api/v1",          "/api/v1/task", "/api/v1/tasks/", "/api/v1/tasks//complete",
    "/%ff", "/api/v1/tasks/a/b"
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (BatonTestAnswer)
          answer = baton_test_server_request (server, ADA, "GET", paths[i], NULL, NULL);

      baton_test_answer_assert_error (answer, 404, "NOT_FOUND");
    }
}

static void
test_other_methods_are_405_with_allow (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer)
      answer = baton_test_server_request (server, ADA, "DELETE", "/api/v1/tasks", NULL, NULL);
  g_autoptr (BatonTestAnswer)
      odd = baton_test_server_request (server, ADA, "BREW", "/api/v1/tasks", NULL, NULL);

  baton_test_answer_assert_error (answer, 405, "METHOD_NOT_ALLOWED");
  g_assert_cmpstr (baton_test_answer_get_header (answer, "allow"), ==, "GET, POST");
  baton_test_answer_assert_error (odd, 405, "METHOD_NOT_ALLOWED");
}

static void
test_nobody_gets_in (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer)
      answer = baton_test_server_request (server, NULL, "GET", "/api/v1/tasks", NULL, NULL);

  baton_test_answer_assert_error (answer, 401, "AUTHENTICATION_ERROR");
}

static void
test_large_bodies_are_413 (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, ' ');
  g_autofree char *fits = g_strnfill (1024 * 1024 - 2, ' ');
  g_autofree char *whole = g_strconcat ("{", fits, "}", NULL);
  g_autoptr (BatonTestAnswer)
      refused = baton_test_server_request (server, ADA, "POST", "/api/v1/tasks", large, NULL);
  g_autoptr (BatonTestAnswer)
      read = baton_test_server_request (server, ADA, "POST", "/api/v1/tasks", whole, NULL);

  baton_test_answer_assert_error (refused, 413, "PAYLOAD_TOO_LARGE");
  baton_test_answer_assert_error (read, 400, "VALIDATION_ERROR");
}

static void
test_large_chunked_bodies_are_413 (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *part = g_strnfill (65536, ' ');
  g_autoptr (GString) text = g_string_new (
      "POST /api/v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " ADA
      "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  g_autoptr (BatonTestAnswer) answer = NULL;

  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "10000\r\n%s\r\n", part);
  g_string_append (text, "0\r\n\r\n");
  answer = baton_test_server_send (server, text->str, (gssize) text->len);
  baton_test_answer_assert_error (answer, 413, "PAYLOAD_TOO_LARGE");
}

static void
test_other_types_are_415 (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *types[] = { "Content-Type: text/plain\r\n", "Content-Type: application/jsonx\r\n",
                          "" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "POST /api/v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " ADA
          "\r\n%sContent-Length: 2\r\n\r\n{}",
          types[i]);
      g_autoptr (BatonTestAnswer) answer = baton_test_server_send (server, text, -1);

      baton_test_answer_assert_error (answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
}

static void
test_what_is_no_json_is_named_so (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *bodies[] = {
    "", "{", "[]", "7", "{\"title\":\"\xff\"}", "{\"title\":\"\\u0000\"}", "{} {}", deep, "{'a':1}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (BatonTestAnswer) answer = baton_test_server_request (
          server, ADA, "POST", "/api/v1/tasks", bodies[i], NULL);

      baton_test_answer_assert_error (answer, 400, "INVALID_JSON");
    }
}

static void
test_request_ids_come_back (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) own = baton_test_server_request (server, NULL, "GET", "/health", NULL,
                                                               "X-Request-Id: a.B-1_2\r\n");
  g_autoptr (BatonTestAnswer) unfit = baton_test_server_request (server, NULL, "GET", "/health",
                                                                 NULL, "X-Request-Id: a b\r\n");
  g_autoptr (BatonTestAnswer)
      none = baton_test_server_request (server, NULL, "GET", "/health", NULL, NULL);

  g_assert_cmpuint (own->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_header (own, "x-request-id"), ==, "a.B-1_2");
  g_assert_cmpstr (baton_test_answer_get_header (unfit, "x-request-id"), !=, "a b");
  g_assert_nonnull (baton_test_answer_get_header (none, "x-request-id"));
}

static void
test_unknown_query_parameters_are_named (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) answer = baton_test_server_request (
      server, ADA, "GET", "/api/v1/tasks?statsu=todo&limit=5&q=%ff", NULL, NULL);

  baton_test_answer_assert_error (answer, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (answer, "statsu"));
  g_assert_true (baton_test_answer_names_field (answer, "q"));
  g_assert_false (baton_test_answer_names_field (answer, "limit"));
}

static void
test_broken_requests_end_the_connection (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *requests[] = { "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
                             "GET http://[ HTTP/1.1\r\n\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (BatonTestAnswer) answer = baton_test_server_send (server, requests[i], -1);
      g_autoptr (BatonTestAnswer)
          after = baton_test_server_request (server, NULL, "GET", "/health", NULL, NULL);

      g_assert_true (answer == NULL || answer->status >= 400);
      g_assert_cmpuint (after->status, ==, 200);
    }
}

/* A client that hangs up before its answer leaves the server as it was */
static void
test_clients_may_hang_up (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *request = "GET /api/v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " ADA
                        "\r\n\r\n";
  g_autoptr (BatonTestAnswer) after = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (
          client, "127.0.0.1", baton_test_server_get_port (server), NULL, NULL);

      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                                 strlen (request), NULL, NULL, NULL);
    }
  after = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks", NULL, NULL);
  g_assert_cmpuint (after->status, ==, 200);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/http/unknown-addresses-are-404", test_unknown_addresses_are_404);
  g_test_add_func ("/server/http/other-methods-are-405-with-allow",
                   test_other_methods_are_405_with_allow);
  g_test_add_func ("/server/http/nobody-gets-in", test_nobody_gets_in);
  g_test_add_func ("/server/http/large-bodies-are-413", test_large_bodies_are_413);
  g_test_add_func ("/server/http/large-chunked-bodies-are-413", test_large_chunked_bodies_are_413);
  g_test_add_func ("/server/http/other-types-are-415", test_other_types_are_415);
  g_test_add_func ("/server/http/what-is-no-json-is-named-so", test_what_is_no_json_is_named_so);
  g_test_add_func ("/server/http/request-ids-come-back", test_request_ids_come_back);
  g_test_add_func ("/server/http/unknown-query-parameters-are-named",
                   test_unknown_query_parameters_are_named);
  g_test_add_func ("/server/http/broken-requests-end-the-connection",
                   test_broken_requests_end_the_connection);
  g_test_add_func ("/server/http/clients-may-hang-up", test_clients_may_hang_up);
  return g_test_run ();
}
