/* test-set-back.c: devices that know more than a server that was set back to a backup
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-server.h"

#include <string.h>

#define ADA   "01900000-0000-7000-8000-0000000000aa"
#define BOB   "01900000-0000-7000-8000-0000000000bb"
#define SCOPE "user:" ADA

static BatonTestAnswer *
exchange (BatonTestServer *server, const char *user, const char *members)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000d\",\"limit\":1,\"edits\":[],%s}", members);

  return baton_test_server_request (server, user, "POST", "/api/v1/sync", body, NULL);
}

static void
assert_forked (BatonTestServer *server, const char *members)
{
  g_autoptr (BatonTestAnswer) answer = exchange (server, ADA, members);

  baton_test_answer_assert_error (answer, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "error.details.0.reason"), ==, "forked");
}

/* An empty server: a device that took that for "you have left" would throw away what only it still has */
static void
test_an_unknown_scope_is_not_called_left (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();

  assert_forked (server, "\"cursor\":{\"" SCOPE "\":\"3.abcd\"}");
  assert_forked (server, "\"cursor\":{\"project:" BOB "\":\"3.abcd\"}");
}

static void
test_an_unknown_head_is_told (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *cursor = NULL, *head = NULL, *members = NULL;
  g_autoptr (BatonTestAnswer) first = NULL;
  g_autoptr (BatonTestAnswer) next = NULL;

  for (guint i = 0; i < 3; i++)
    baton_test_answer_free (baton_test_server_request (server, ADA, "POST", "/api/v1/tasks",
                                                       "{\"title\":\"A\"}", NULL));
  first = exchange (server, ADA, "\"cursor\":{}");
  cursor = json_to_string (baton_test_answer_get (first, "data.cursor"), FALSE);
  head = json_to_string (baton_test_answer_get (first, "data.head"), FALSE);
  g_assert_true (g_str_has_prefix (head, "{\"" SCOPE "\":\"3."));
  members = g_strdup_printf ("\"cursor\":%s,\"head\":%s", cursor, head);
  next = exchange (server, ADA, members);
  g_assert_cmpuint (next->status, ==, 200);
  g_clear_pointer (&members, g_free);
  members = g_strdup_printf ("\"cursor\":%s,\"head\":{\"" SCOPE "\":\"9.abcd\"}", cursor);
  assert_forked (server, members);
  g_clear_pointer (&members, g_free);
  members = g_strdup_printf ("\"cursor\":%s,\"head\":{\"project:" BOB "\":\"1.abcd\"}", cursor);
  assert_forked (server, members);
}

#define TASK "01900000-0000-7000-8000-00000000000c"

/* An edit of its description, @id being its last letter, as the device `d` wrote it at @ms */
static void
send_text (BatonTestServer *server, char id, int ms, int base, const char *was, const char *text)
{
  g_autofree char *known = base == 0 ? g_strdup ("\"base\":{}")
                                     : g_strdup_printf (
                                           "\"base\":{\"description\":\"018bcfe56%03d-0000-"
                                           "00000000000d\"},\"was\":{\"description\":\"%s\"}",
                                           base, was);
  g_autofree char *members = g_strdup_printf (
      "{\"device_id\":\"00000000000d\",\"cursor\":{},\"edits\":[{"
      "\"id\":\"01900000-0000-7000-8000-0000000000e%c\",\"entity\":\"task\",\"record\":\"" TASK
      "\",\"clock\":\"018bcfe56%03d-0000-00000000000d\",%s,\"set\":{%s\"description\":\"%s\"}}]}",
      id, ms, known, base == 0 ? "\"title\":\"Letter\"," : "", text);
  g_autoptr (BatonTestAnswer)
      answer = baton_test_server_request (server, ADA, "POST", "/api/v1/sync", members, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.results.0.status"), !=, "refused");
}

/* Sent before the server was set back, and arrived after it: the device has sent the same again meanwhile, under other ids. */
static void
test_a_late_text_is_not_merged_again (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) answer = NULL;
  g_autoptr (BatonTestAnswer) history = NULL;

  send_text (server, '1', 801, 0, NULL, "one\\ntwo\\nthree");
  send_text (server, '2', 802, 801, "one\\ntwo\\nthree", "one\\ntwo\\nnew\\nthree");
  send_text (server, '3', 803, 802, "one\\ntwo\\nnew\\nthree", "one\\ntwo\\nnew");
  send_text (server, '4', 802, 801, "one\\ntwo\\nthree", "one\\ntwo\\nnew\\nthree");
  answer = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks/" TASK, NULL, NULL);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.description"), ==, "one\ntwo\nnew");
  history = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks/" TASK "/history", NULL,
                                       NULL);
  g_assert_cmpuint (
      json_array_get_length (json_node_get_array (baton_test_answer_get (history, "data"))), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/set-back/an-unknown-scope-is-not-called-left",
                   test_an_unknown_scope_is_not_called_left);
  g_test_add_func ("/server/set-back/an-unknown-head-is-told", test_an_unknown_head_is_told);
  g_test_add_func ("/server/set-back/a-late-text-is-not-merged-again",
                   test_a_late_text_is_not_merged_again);
  return g_test_run ();
}
