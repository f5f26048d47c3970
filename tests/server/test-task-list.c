/* test-task-list.c: lists of tasks over HTTP: filters, order, pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "../support/baton-test-server.h"
#include "../support/baton-test.h"

#define ADA "01900000-0000-7000-8000-00000000000a"

static BatonTestAnswer *
ask (BatonTestServer *server, const char *method, const char *path, const char *body)
{
  return baton_test_server_request (server, ADA, method, path, body, NULL);
}

/* A new task or project; its id */
static char *
make (BatonTestServer *server, const char *path, const char *body)
{
  g_autoptr (BatonTestAnswer) answer = ask (server, "POST", path, body);

  if (answer->status != 201)
    g_test_message ("%s", answer->body);
  g_assert_cmpuint (answer->status, ==, 201);
  return g_strdup (baton_test_answer_get_text (answer, "data.id"));
}

static void
assert_total (BatonTestServer *server, const char *query, gint64 total)
{
  g_autofree char *path = g_strconcat ("/api/v1/tasks?", query, NULL);
  g_autoptr (BatonTestAnswer) answer = ask (server, "GET", path, NULL);

  if (answer->status != 200 || baton_test_answer_get_int (answer, "meta.total") != total)
    g_error ("%s: %s", query, answer->body);
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data"), ==, total);
}

static void
test_filters_find (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *project = make (server, "/api/v1/projects", "{\"name\":\"P\"}");
  g_autofree char *in_project = g_strdup_printf (
      "{\"title\":\"Garden work\",\"project_id\":\"%s\",\"due\":\"2026-11-22\"}", project);
  g_autofree char *one = make (
      server, "/api/v1/tasks",
      "{\"title\":\"Buy milk\",\"tags\":[\"errands\"],\"due\":\"2026-11-20\"}");
  g_autofree char *two = make (
      server, "/api/v1/tasks",
      "{\"title\":\"Zürich trip\",\"priority\":\"urgent\",\"due\":\"2026-11-21T10:00\",\"assignee_id\":\"" ADA
      "\"}");
  g_autofree char *three = make (server, "/api/v1/tasks", in_project);
  g_autofree char *sub_body = g_strdup_printf (
      "{\"title\":\"Oat milk\",\"description\":\"from the market\",\"parent_id\":\"%s\",\"status\":\"done\"}",
      one);
  g_autofree char *four = make (server, "/api/v1/tasks", sub_body);
  g_autofree char *by_project = g_strdup_printf ("project_id=%s", project);
  g_autofree char *by_parent = g_strdup_printf ("parent_id=%s", one);

  assert_total (server, by_project, 1);
  assert_total (server, by_parent, 1);
  assert_total (server, "project_id=null", 3);
  assert_total (server, "parent_id=null", 3);
  assert_total (server, "status=todo,review", 3);
  assert_total (server, "status=done&completed_after=2026-01-01", 1);
  assert_total (server, "priority=urgent,high", 1);
  assert_total (server, "assignee_id=" ADA, 1);
  assert_total (server, "tag=errands,other", 1);
  assert_total (server, "due_after=2026-11-21", 2);
  assert_total (server, "due_before=2026-11-21", 1);
  assert_total (server, "q=milk", 2);
  assert_total (server, "q=mil", 2);
  assert_total (server, "q=zurich", 1);
  assert_total (server, "q=market", 1);
  assert_total (server, "q=errand", 1);
  assert_total (server, "q=milk%20buy", 1);
  assert_total (server, "q=%22%20OR%20*", 0);
  assert_total (server, "q=milk&status=done", 1);
}

static void
test_wrong_filters_are_named (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) answer = ask (
      server, "GET",
      "/api/v1/tasks?status=todo,dune&priority=x&project_id=1&due_after=soon&completed_after=x&limit=201&page=0"
      "&sort=colour&order=up&cursor=zz&tag=,&q=%20",
      NULL);
  const char *fields[] = { "status",          "priority", "project_id", "due_after",
                           "completed_after", "limit",    "page",       "sort",
                           "order",           "tag",      "q" };

  baton_test_answer_assert_error (answer, 400, "VALIDATION_ERROR");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!baton_test_answer_names_field (answer, fields[i]))
      g_error ("%s is not named: %s", fields[i], answer->body);
}

/* Every order, by pages and by cursors, shows each task once and in order */
static void
test_pages_and_cursors_show_each_once (void)
{
  static const char *const sorts[] = { "created_at", "updated_at", "due",
                                       "priority",   "title",      "position" };
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *project = make (server, "/api/v1/projects", "{\"name\":\"P\"}");

  for (guint i = 0; i < 23; i++)
    {
      g_autofree char *body =
          i % 3 == 0
              ? g_strdup_printf ("{\"title\":\"T %u\",\"project_id\":\"%s\",\"priority\":\"low\"}",
                                 i % 5, project)
              : g_strdup_printf ("{\"title\":\"t %u x\",\"due\":\"2026-11-%02u\"}", i % 7, i + 1);
      g_autofree char *id = make (server, "/api/v1/tasks", body);
    }
  for (guint s = 0; s < G_N_ELEMENTS (sorts) * 4; s++)
    {
      const char *order = s % 2 ? "asc" : "desc";
      gboolean by_cursor = s % 4 < 2;
      g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autofree char *cursor = NULL;

      for (guint page = 1; page <= 5; page++)
        {
          g_autofree char *path =
              by_cursor && cursor
                  ? g_strdup_printf ("/api/v1/tasks?sort=%s&order=%s&limit=5&cursor=%s",
                                     sorts[s / 4], order, cursor)
                  : g_strdup_printf ("/api/v1/tasks?sort=%s&order=%s&limit=5&page=%u", sorts[s / 4],
                                     order, page);
          g_autoptr (BatonTestAnswer) answer = ask (server, "GET", path, NULL);
          const char *next;

          g_assert_cmpuint (answer->status, ==, 200);
          g_assert_cmpint (baton_test_answer_get_int (answer, "meta.total"), ==, 23);
          for (guint i = 0; i < baton_test_answer_get_length (answer, "data"); i++)
            {
              g_autofree char *name = g_strdup_printf ("data.%u.id", i);

              g_assert_true (
                  g_hash_table_add (seen, g_strdup (baton_test_answer_get_text (answer, name))));
            }
          next = baton_test_answer_get_text (answer, "meta.next_cursor");
          g_assert_true ((next != NULL) == (page < 5));
          g_free (cursor);
          cursor = next ? g_uri_escape_string (next, NULL, FALSE) : NULL;
        }
      g_assert_cmpuint (g_hash_table_size (seen), ==, 23);
    }
}

/* What can be restored is found among the deleted, with when that was */
static void
test_the_deleted_are_listed_apart (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *body = g_strdup_printf ("{\"title\":\"B\",\"parent_id\":\"%s\"}", id);
  g_autofree char *sub = make (server, "/api/v1/tasks", body);
  g_autofree char *path = g_strconcat ("/api/v1/tasks/", id, NULL);
  g_autoptr (BatonTestAnswer) there = ask (server, "GET", path, NULL);
  g_autoptr (BatonTestAnswer) deleted = ask (server, "DELETE", path, NULL);
  g_autoptr (BatonTestAnswer) list = ask (server, "GET", "/api/v1/tasks?deleted=true", NULL);
  g_autoptr (BatonTestAnswer) wrong = ask (server, "GET", "/api/v1/tasks?deleted=1", NULL);
  const char *at = baton_test_answer_get_text (list, "data.0.deleted_at");
  gint64 time;

  g_assert_null (baton_test_answer_get (there, "data.deleted_at"));
  g_assert_cmpuint (deleted->status, ==, 204);
  g_assert_cmpint (baton_test_answer_get_int (list, "meta.total"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (list, "data.0.id"), ==, id);
  g_assert_true (at && baton_time_parse (at, &time));
  g_assert_cmpstr (at, ==, baton_test_answer_get_text (list, "data.0.updated_at"));
  g_assert_nonnull (sub);
  baton_test_answer_assert_error (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (wrong, "deleted"));
  assert_total (server, "deleted=false", 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/task-list/filters-find", test_filters_find);
  g_test_add_func ("/server/task-list/wrong-filters-are-named", test_wrong_filters_are_named);
  g_test_add_func ("/server/task-list/pages-and-cursors-show-each-once",
                   test_pages_and_cursors_show_each_once);
  g_test_add_func ("/server/task-list/the-deleted-are-listed-apart",
                   test_the_deleted_are_listed_apart);
  return g_test_run ();
}
