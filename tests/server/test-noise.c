/* test-noise.c: whatever is sent to whatever route, the answer is 4xx in its envelope and nothing has changed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is sent is never right: bytes by chance, JSON by chance, right bodies with one thing spoilt.
 */

#include <string.h>

#include "../support/baton-test-server.h"
#include "../support/baton-test.h"

#define ADA     "01900000-0000-7000-8000-00000000000a"
#define N_TURNS 40

static void
append_text (GRand *random, GString *text)
{
  static const char *const texts[] = { "",     "x",    "\\u0000", "\\ud800",
                                       "\xff", "todo", ADA,       "2026-13-01",
                                       "1.a",  "é",    "\\\"",    "'; DROP TABLE task; --" };

  g_string_append_printf (text, "\"%s\"",
                          texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
}

static void
append_json (GRand *random, GString *text, guint depth)
{
  static const char *const names[] = { "title", "name",   "email",     "password",
                                       "edits", "cursor", "device_id", "refresh_token",
                                       "tags",  "x",      "id" };
  static const char *const plain[] = { "null", "true", "-1", "1e400", "0.5", "9223372036854775808",
                                       "[",    "}" };
  guint n = g_rand_int_range (random, 0, 4);

  switch (g_rand_int_range (random, 0, depth > 4 ? 2 : 4))
    {
    case 0:
      g_string_append (text, plain[g_rand_int_range (random, 0, G_N_ELEMENTS (plain))]);
      break;
    case 1:
      append_text (random, text);
      break;
    case 2:
      g_string_append_c (text, '[');
      for (guint i = 0; i < n; i++)
        {
          g_string_append (text, i > 0 ? "," : "");
          append_json (random, text, depth + 1);
        }
      g_string_append_c (text, ']');
      break;
    default:
      g_string_append_c (text, '{');
      for (guint i = 0; i < n; i++)
        {
          g_string_append_printf (text, "%s\"%s\":", i > 0 ? "," : "",
                                  names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))]);
          append_json (random, text, depth + 1);
        }
      g_string_append (text, ",\"no such member\":0}");
    }
}

static void
append_bytes (GRand *random, GString *text)
{
  for (gint n = g_rand_int_range (random, 0, 200); n > 0; n--)
    g_string_append_c (text, (char) g_rand_int_range (random, 1, 256));
}

/* The route's path, with something in place of each {…} */
static char *
dup_path (GRand *random, const char *path)
{
  static const char *const ids[] = {
    ADA, "x", "%00", "%ff", "%2F", "..", "01900000-0000-7000-8000-0000000000ff", "'", "%22"
  };
  GString *text = g_string_new (NULL);

  for (const char *at = path; *at; at++)
    if (*at == '{')
      {
        g_string_append (text, ids[g_rand_int_range (random, 0, G_N_ELEMENTS (ids))]);
        at = strchr (at, '}');
      }
    else
      g_string_append_c (text, *at);
  if (g_rand_int_range (random, 0, 3) == 0)
    g_string_append (text, "?no=such%20query&q=%ff&limit=-1");
  return g_string_free_and_steal (text);
}

static gint64
count_everything (BatonTestServer *server)
{
  GError *error = NULL;
  g_autoptr (BatonSql)
      sql = baton_sql_open (baton_test_server_get_path (server), BATON_SQL_READ, &error);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM project) + (SELECT count(*) FROM user) + (SELECT count(*) FROM session)"
      " + (SELECT count(*) FROM place) + (SELECT count(*) FROM edit) + (SELECT count(*) FROM answer) + (SELECT count(*) FROM history)"
      " + (SELECT count(*) FROM member)",
      &error);
  gint64 n;

  g_assert_no_error (error);
  g_assert_cmpint (baton_sql_step (statement, &error), ==, BATON_SQL_ROW);
  n = baton_sql_get_int (statement, 0);
  g_clear_pointer (&statement, baton_sql_statement_free);
  return n;
}

static gboolean
takes_body (const BatonServerRoute *route)
{
  return strcmp (route->method, "GET") != 0 && strcmp (route->method, "DELETE") != 0 &&
         route->request;
}

static void
send_noise (BatonTestServer *server, GRand *random, const BatonServerRoute *route)
{
  g_autofree char *path = dup_path (random, route->path);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (BatonTestAnswer) answer = NULL;
  JsonNode *success;

  if (g_rand_boolean (random))
    append_json (random, body, 0);
  else
    append_bytes (random, body);
  g_string_append_printf (
      text,
      "%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " ADA
      "\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
      route->method, path, body->len);
  g_string_append_len (text, body->str, (gssize) body->len);
  answer = baton_test_server_send (server, text->str, (gssize) text->len);
  if (answer == NULL || answer->status >= 500 || (takes_body (route) && answer->status < 400))
    g_error ("%s %s with %s: %u %s", route->method, path, body->str, answer ? answer->status : 0,
             answer ? answer->body : "");
  success = baton_test_answer_get (answer, "success");
  if (answer->status < 400 || (success == NULL && answer->length == 0))
    return;
  g_assert_true (success && !json_node_get_boolean (success));
  g_assert_nonnull (baton_test_answer_get_text (answer, "error.code"));
}

static void
test_noise_changes_nothing (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (baton_test_get_seed ());
  guint n_routes;
  const BatonServerRoute *routes = baton_server_routes_get (&n_routes);
  gint64 before = count_everything (server);

  for (guint turn = 0; turn < N_TURNS; turn++)
    for (guint i = 0; i < n_routes; i++)
      send_noise (server, random, &routes[i]);
  g_assert_cmpint (count_everything (server), ==, before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/noise/noise-changes-nothing", test_noise_changes_nothing);
  return g_test_run ();
}
