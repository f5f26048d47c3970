/* test-tasks.c: tasks and projects over HTTP: right, wrong, missing, another's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "../../src/core/baton-uuid.h"
#include "../support/baton-test-server.h"
#include "../support/baton-test.h"

#define ADA "01900000-0000-7000-8000-00000000000a"
#define BOB "01900000-0000-7000-8000-00000000000b"

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

static char *
task_path (const char *id, const char *more)
{
  return g_strconcat ("/api/v1/tasks/", id, more, NULL);
}

static void
test_a_task_is_made_and_read (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (
      server, "/api/v1/tasks",
      "{\"title\":\"Call Ada\",\"description\":\"a\\nb\",\"tags\":[\"work\",\"calls\"],"
      "\"priority\":\"high\",\"due\":\"2026-11-20T09:00\",\"time_zone\":\"Europe/Berlin\","
      "\"estimated_minutes\":30,\"assignee_id\":null}");
  g_autofree char *path = task_path (id, NULL);
  g_autoptr (BatonTestAnswer) answer = ask (server, "GET", path, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.title"), ==, "Call Ada");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.description"), ==, "a\nb");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.tags.0"), ==, "calls");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.tags.1"), ==, "work");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.status"), ==, "todo");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.created_by"), ==, ADA);
  g_assert_cmpint (baton_test_answer_get_int (answer, "data.estimated_minutes"), ==, 30);
  g_assert_cmpint (baton_test_answer_get_int (answer, "data.version"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_header (answer, "etag"), ==, "\"1\"");
}

static void
test_each_wrong_field_is_named (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) answer = ask (
      server, "POST", "/api/v1/tasks",
      "{\"description\":7,\"status\":\"dune\",\"priority\":null,\"due\":\"2026-02-30\",\"tags\":\"a\","
      "\"nonsense\":1,\"version\":2,\"created_by\":\"" BOB "\",\"id\":\"x\",\"parent_id\":\"1\"}");
  const char *fields[] = { "title",    "description", "status",     "due", "tags",
                           "nonsense", "version",     "created_by", "id",  "parent_id" };
  g_autoptr (BatonTestAnswer) list = NULL;

  baton_test_answer_assert_error (answer, 400, "VALIDATION_ERROR");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!baton_test_answer_names_field (answer, fields[i]))
      g_error ("%s is not named: %s", fields[i], answer->body);
  list = ask (server, "GET", "/api/v1/tasks", NULL);
  g_assert_cmpint (baton_test_answer_get_int (list, "meta.total"), ==, 0);
}

static void
test_patch_changes_what_it_names (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks",
                              "{\"title\":\"A\",\"description\":\"B\",\"tags\":[\"x\",\"y\"]}");
  g_autofree char *path = task_path (id, NULL);
  g_autoptr (BatonTestAnswer)
      answer = ask (server, "PATCH", path, "{\"title\":\"C\",\"tags\":[\"y\",\"z\"]}");
  g_autoptr (BatonTestAnswer) same = ask (server, "PATCH", path, "{\"title\":\"C\"}");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.title"), ==, "C");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.description"), ==, "B");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.tags"), ==, 2);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.tags.0"), ==, "y");
  g_assert_cmpint (baton_test_answer_get_int (answer, "data.version"), ==, 2);
  g_assert_cmpint (baton_test_answer_get_int (same, "data.version"), ==, 2);
}

static void
test_put_unsets_what_it_does_not_name (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (
      server, "/api/v1/tasks",
      "{\"title\":\"A\",\"description\":\"B\",\"status\":\"review\",\"tags\":[\"x\"]}");
  g_autofree char *path = task_path (id, NULL);
  g_autoptr (BatonTestAnswer) refused = ask (server, "PUT", path, "{\"description\":\"C\"}");
  g_autoptr (BatonTestAnswer) answer = ask (server, "PUT", path, "{\"title\":\"C\"}");
  g_autoptr (BatonTestAnswer) got = ask (server, "GET", path, NULL);
  JsonNode *data = baton_test_answer_get (got, "data");
  g_autofree char *whole = json_to_string (data, FALSE);
  g_autoptr (BatonTestAnswer) back = ask (server, "PUT", path, whole);

  baton_test_answer_assert_error (refused, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (refused, "title"));
  g_assert_null (baton_test_answer_get (answer, "data.description"));
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.status"), ==, "todo");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.tags"), ==, 0);
  g_assert_cmpuint (back->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (back, "data.version"), ==, 2);
}

static void
test_if_match_guards (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *path = task_path (id, NULL);
  g_autoptr (BatonTestAnswer) good = baton_test_server_request (
      server, ADA, "PATCH", path, "{\"title\":\"B\"}", "If-Match: \"1\"\r\n");
  g_autoptr (BatonTestAnswer) late = baton_test_server_request (
      server, ADA, "PATCH", path, "{\"title\":\"C\"}", "If-Match: \"1\"\r\n");
  g_autoptr (BatonTestAnswer)
      gone = baton_test_server_request (server, ADA, "DELETE", path, NULL, "If-Match: \"1\"\r\n");
  g_autoptr (BatonTestAnswer)
      any = baton_test_server_request (server, ADA, "DELETE", path, NULL, "If-Match: *\r\n");

  g_assert_cmpuint (good->status, ==, 200);
  baton_test_answer_assert_error (late, 412, "VERSION_MISMATCH");
  g_assert_cmpstr (baton_test_answer_get_header (late, "etag"), ==, "\"2\"");
  baton_test_answer_assert_error (gone, 412, "VERSION_MISMATCH");
  g_assert_cmpuint (any->status, ==, 204);
}

static void
test_a_repeated_post_makes_one_task (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *key = "Idempotency-Key: abc\r\n";
  g_autoptr (BatonTestAnswer) first = baton_test_server_request (
      server, ADA, "POST", "/api/v1/tasks", "{\"title\":\"A\"}", key);
  g_autoptr (BatonTestAnswer) again = baton_test_server_request (
      server, ADA, "POST", "/api/v1/tasks", "{\"title\":\"A\"}", key);
  g_autoptr (BatonTestAnswer) other = baton_test_server_request (
      server, ADA, "POST", "/api/v1/tasks", "{\"title\":\"B\"}", key);
  g_autoptr (BatonTestAnswer) bob = baton_test_server_request (server, BOB, "POST", "/api/v1/tasks",
                                                               "{\"title\":\"B\"}", key);
  g_autoptr (BatonTestAnswer) list = ask (server, "GET", "/api/v1/tasks", NULL);

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_cmpstr (first->body, ==, again->body);
  g_assert_cmpstr (baton_test_answer_get_header (again, "etag"), ==, "\"1\"");
  baton_test_answer_assert_error (other, 409, "CONFLICT");
  g_assert_cmpuint (bob->status, ==, 201);
  g_assert_cmpint (baton_test_answer_get_int (list, "meta.total"), ==, 1);
}

static void
test_an_id_may_be_given_once (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const char *body = "{\"title\":\"A\",\"id\":\"01900000-0000-7000-8000-0000000000c1\"}";
  g_autofree char *id = make (server, "/api/v1/tasks", body);
  g_autoptr (BatonTestAnswer) again = ask (server, "POST", "/api/v1/tasks", body);

  g_assert_cmpstr (id, ==, "01900000-0000-7000-8000-0000000000c1");
  baton_test_answer_assert_error (again, 409, "DUPLICATE_ENTRY");
}

static void
test_deleting_is_undone_by_restoring (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *sub_body = g_strdup_printf ("{\"title\":\"B\",\"parent_id\":\"%s\"}", id);
  g_autofree char *sub = make (server, "/api/v1/tasks", sub_body);
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *sub_path = task_path (sub, NULL);
  g_autofree char *restore = task_path (id, "/restore");
  g_autoptr (BatonTestAnswer) early = ask (server, "POST", restore, NULL);
  g_autoptr (BatonTestAnswer) deleted = ask (server, "DELETE", path, NULL);
  g_autoptr (BatonTestAnswer) missing = ask (server, "GET", path, NULL);
  g_autoptr (BatonTestAnswer) twice = ask (server, "DELETE", path, NULL);
  g_autoptr (BatonTestAnswer) hidden = ask (server, "GET", sub_path, NULL);
  g_autoptr (BatonTestAnswer) none = ask (server, "GET", "/api/v1/tasks", NULL);
  g_autoptr (BatonTestAnswer) restored = ask (server, "POST", restore, NULL);
  g_autoptr (BatonTestAnswer) both = ask (server, "GET", "/api/v1/tasks", NULL);

  baton_test_answer_assert_error (early, 409, "CONFLICT");
  g_assert_cmpuint (deleted->status, ==, 204);
  baton_test_answer_assert_error (missing, 404, "NOT_FOUND");
  baton_test_answer_assert_error (twice, 404, "NOT_FOUND");
  baton_test_answer_assert_error (hidden, 404, "NOT_FOUND");
  g_assert_cmpint (baton_test_answer_get_int (none, "meta.total"), ==, 0);
  g_assert_cmpuint (restored->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (both, "meta.total"), ==, 2);
}

static void
test_completing_sets_when (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *complete = task_path (id, "/complete");
  g_autoptr (BatonTestAnswer) done = ask (server, "POST", complete, NULL);
  g_autoptr (BatonTestAnswer) twice = ask (server, "POST", complete, NULL);
  g_autoptr (BatonTestAnswer) reopened = ask (server, "PATCH", path, "{\"status\":\"todo\"}");
  g_autoptr (BatonTestAnswer) by_patch = ask (server, "PATCH", path, "{\"status\":\"done\"}");

  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.task.status"), ==, "done");
  g_assert_nonnull (baton_test_answer_get_text (done, "data.task.completed_at"));
  g_assert_null (baton_test_answer_get (done, "data.next"));
  baton_test_answer_assert_error (twice, 409, "CONFLICT");
  g_assert_null (baton_test_answer_get (reopened, "data.completed_at"));
  g_assert_nonnull (baton_test_answer_get_text (by_patch, "data.completed_at"));
}

#define REPEATING                                                                             \
  "{\"title\":\"A\",\"due\":\"2099-01-31\",\"recurrence\":\"FREQ=MONTHLY\",\"tags\":[\"x\"]," \
  "\"priority\":\"high\"}"

static void
test_completing_a_repeating_task_answers_the_next (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", REPEATING);
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *complete = task_path (id, "/complete");
  g_autofree char *next_id = baton_uuid_from_name (id, "2");
  g_autofree char *next_path = task_path (next_id, NULL);
  g_autoptr (BatonTestAnswer) done = ask (server, "POST", complete, NULL);
  g_autoptr (BatonTestAnswer) renamed = ask (server, "PATCH", next_path, "{\"title\":\"B\"}");
  g_autoptr (BatonTestAnswer) reopened = ask (server, "PATCH", path, "{\"status\":\"todo\"}");
  g_autoptr (BatonTestAnswer) again = ask (server, "POST", complete, NULL);
  g_autoptr (BatonTestAnswer) list = ask (server, "GET", "/api/v1/tasks?status=todo", NULL);

  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.next.id"), ==, next_id);
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.next.due"), ==, "2099-03-31");
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.next.status"), ==, "todo");
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.next.priority"), ==, "high");
  g_assert_cmpstr (baton_test_answer_get_text (done, "data.next.tags.0"), ==, "x");
  g_assert_cmpuint (renamed->status, ==, 200);
  g_assert_cmpuint (reopened->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (again, "data.next.title"), ==, "B");
  g_assert_cmpint (baton_test_answer_get_int (list, "meta.total"), ==, 1);
}

static void
test_a_repeating_task_done_by_patch_or_in_bulk_comes_again (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *patched = make (server, "/api/v1/tasks", REPEATING);
  g_autofree char *bulk = make (server, "/api/v1/tasks", REPEATING);
  g_autofree char *path = task_path (patched, NULL);
  g_autofree char *third = baton_uuid_from_name (patched, "3");
  g_autofree char *second = baton_uuid_from_name (patched, "2");
  g_autofree char *second_path = task_path (second, NULL);
  g_autofree char *third_path = task_path (third, NULL);
  g_autofree char *body = g_strdup_printf ("{\"operations\":[{\"op\":\"complete\",\"id\":\"%s\"}]}",
                                           bulk);
  g_autoptr (BatonTestAnswer) done = ask (server, "PATCH", path, "{\"status\":\"done\"}");
  g_autoptr (BatonTestAnswer) next = ask (server, "PATCH", second_path, "{\"status\":\"done\"}");
  g_autoptr (BatonTestAnswer) last = ask (server, "GET", third_path, NULL);
  g_autoptr (BatonTestAnswer) all = ask (server, "POST", "/api/v1/tasks/bulk", body);

  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpuint (next->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (last, "data.due"), ==, "2099-05-31");
  g_assert_cmpstr (baton_test_answer_get_text (all, "data.0.result.data.next.due"), ==,
                   "2099-03-31");
}

static void
test_subtasks_of_a_repeating_task_come_again (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", REPEATING);
  g_autofree char *body = g_strdup_printf (
      "{\"title\":\"Sub\",\"parent_id\":\"%s\",\"due\":\"2099-01-30\",\"status\":\"done\"}", id);
  g_autofree char *subtask = make (server, "/api/v1/tasks", body);
  g_autofree char *below = g_strdup_printf ("{\"title\":\"Below\",\"parent_id\":\"%s\"}", subtask);
  g_autofree char *deep = make (server, "/api/v1/tasks", below);
  g_autofree char *complete = task_path (id, "/complete");
  g_autofree char *next_id = baton_uuid_from_name (id, "2");
  g_autofree char *copy_id = baton_uuid_from_name (subtask, next_id);
  g_autofree char *deep_id = baton_uuid_from_name (deep, next_id);
  g_autofree char *copy_path = task_path (copy_id, NULL);
  g_autofree char *deep_path = task_path (deep_id, NULL);
  g_autoptr (BatonTestAnswer) done = ask (server, "POST", complete, NULL);
  g_autoptr (BatonTestAnswer) copy = ask (server, "GET", copy_path, NULL);
  g_autoptr (BatonTestAnswer) copy_below = ask (server, "GET", deep_path, NULL);

  g_assert_cmpuint (done->status, ==, 200);
  g_assert_cmpstr (baton_test_answer_get_text (copy, "data.title"), ==, "Sub");
  g_assert_cmpstr (baton_test_answer_get_text (copy, "data.status"), ==, "todo");
  g_assert_cmpstr (baton_test_answer_get_text (copy, "data.parent_id"), ==, next_id);
  g_assert_cmpstr (baton_test_answer_get_text (copy, "data.due"), ==, "2099-03-30");
  g_assert_cmpstr (baton_test_answer_get_text (copy_below, "data.parent_id"), ==, copy_id);
}

/* Whatever Bob asks of Ada's things, they are not there */
static void
test_foreign_things_are_not_there (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *task = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *project = make (server, "/api/v1/projects", "{\"name\":\"P\"}");
  g_autofree char *path = task_path (task, NULL);
  g_autofree char *project_path = g_strconcat ("/api/v1/projects/", project, NULL);
  g_autofree char *complete = task_path (task, "/complete");
  g_autofree char *restore = task_path (task, "/restore");
  g_autofree char *into = g_strdup_printf ("{\"title\":\"X\",\"project_id\":\"%s\"}", project);
  g_autofree char *list = g_strdup_printf ("/api/v1/tasks?project_id=%s", project);
  const struct
  {
    const char *method;
    const char *path;
    const char *body;
  } requests[] = {
    { "GET",    path,            NULL                },
    { "PATCH",  path,            "{\"title\":\"X\"}" },
    { "PUT",    path,            "{\"title\":\"X\"}" },
    { "DELETE", path,            NULL                },
    { "POST",   complete,        NULL                },
    { "POST",   restore,         NULL                },
    { "GET",    project_path,    NULL                },
    { "PATCH",  project_path,    "{\"name\":\"X\"}"  },
    { "DELETE", project_path,    NULL                },
    { "POST",   "/api/v1/tasks", into                },
  };
  g_autoptr (BatonTestAnswer)
      empty = baton_test_server_request (server, BOB, "GET", list, NULL, NULL);
  g_autoptr (BatonTestAnswer) unchanged = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (BatonTestAnswer) answer = baton_test_server_request (
          server, BOB, requests[i].method, requests[i].path, requests[i].body, NULL);

      baton_test_answer_assert_error (answer, 404, "NOT_FOUND");
    }
  g_assert_cmpint (baton_test_answer_get_int (empty, "meta.total"), ==, 0);
  unchanged = ask (server, "GET", path, NULL);
  g_assert_cmpint (baton_test_answer_get_int (unchanged, "data.version"), ==, 1);
}

static void
test_subtasks_follow_their_parent (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *project = make (server, "/api/v1/projects",
                                   "{\"name\":\"P\",\"color\":\"#12abef\"}");
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *sub_body = g_strdup_printf ("{\"title\":\"B\",\"parent_id\":\"%s\"}", id);
  g_autofree char *sub = make (server, "/api/v1/tasks", sub_body);
  g_autofree char *below_body = g_strdup_printf ("{\"title\":\"C\",\"parent_id\":\"%s\"}", sub);
  g_autofree char *below = make (server, "/api/v1/tasks", below_body);
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *circle_body = g_strdup_printf ("{\"parent_id\":\"%s\"}", below);
  g_autofree char *move = g_strdup_printf ("{\"project_id\":\"%s\"}", project);
  g_autofree char *list = g_strdup_printf ("/api/v1/tasks?project_id=%s", project);
  g_autofree char *project_path = g_strconcat ("/api/v1/projects/", project, NULL);
  g_autoptr (BatonTestAnswer) moved = ask (server, "PATCH", path, move);
  g_autoptr (BatonTestAnswer) listed = ask (server, "GET", list, NULL);
  g_autoptr (BatonTestAnswer) circle = ask (server, "PATCH", path, circle_body);
  g_autoptr (BatonTestAnswer) all = ask (server, "GET", "/api/v1/tasks", NULL);
  g_autoptr (BatonTestAnswer) deleted = ask (server, "DELETE", project_path, NULL);
  g_autoptr (BatonTestAnswer) none = ask (server, "GET", "/api/v1/tasks", NULL);
  g_autoptr (BatonTestAnswer) gone = ask (server, "GET", path, NULL);

  g_assert_cmpuint (moved->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (listed, "meta.total"), ==, 3);
  g_assert_cmpuint (circle->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (all, "meta.total"), ==, 3);
  g_assert_cmpuint (deleted->status, ==, 204);
  g_assert_cmpint (baton_test_answer_get_int (none, "meta.total"), ==, 0);
  baton_test_answer_assert_error (gone, 404, "NOT_FOUND");
}

static void
test_parents_are_tasks_that_one_sees (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *project = make (server, "/api/v1/projects", "{\"name\":\"P\"}");
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *self = g_strdup_printf ("{\"parent_id\":\"%s\"}", id);
  g_autofree char *below = g_strdup_printf ("{\"title\":\"B\",\"parent_id\":\"%s\"}", id);
  g_autofree char *apart = g_strdup_printf (
      "{\"title\":\"B\",\"parent_id\":\"%s\",\"project_id\":\"%s\"}", id, project);
  g_autoptr (BatonTestAnswer) own = ask (server, "PATCH", path, self);
  g_autoptr (BatonTestAnswer)
      foreign = baton_test_server_request (server, BOB, "POST", "/api/v1/tasks", below, NULL);
  g_autoptr (BatonTestAnswer) other = ask (server, "POST", "/api/v1/tasks", apart);

  baton_test_answer_assert_error (own, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (own, "parent_id"));
  baton_test_answer_assert_error (foreign, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (foreign, "parent_id"));
  baton_test_answer_assert_error (other, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (other, "project_id"));
}

static void
test_bulk_answers_each_by_itself (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *one = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *two = make (server, "/api/v1/tasks", "{\"title\":\"B\"}");
  g_autofree char *body = g_strdup_printf (
      "{\"operations\":[{\"op\":\"create\",\"data\":{\"title\":\"C\"}},{\"op\":\"update\",\"id\":\"%s\",\"data\":{\"title\":\"\"}},"
      "{\"op\":\"update\",\"id\":\"%s\",\"data\":{\"title\":\"D\"}},{\"op\":\"delete\",\"id\":\"%s\"},{\"op\":\"complete\",\"id\":\"nobody\"},"
      "{\"op\":\"sing\",\"id\":\"x\"},7,{\"op\":\"restore\",\"id\":\"%s\"}]}",
      one, one, two, two);
  static const int statuses[] = { 201, 400, 200, 204, 404, 400, 400, 200 };
  g_autoptr (BatonTestAnswer) answer = ask (server, "POST", "/api/v1/tasks/bulk", body);
  g_autoptr (BatonTestAnswer)
      wrong = ask (server, "POST", "/api/v1/tasks/bulk", "{\"operations\":{}}");

  g_assert_cmpuint (answer->status, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *path = g_strdup_printf ("data.%u.status", i);

      g_assert_cmpint (baton_test_answer_get_int (answer, path), ==, statuses[i]);
    }
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.0.result.data.title"), ==, "C");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.1.result.error.details.0.field"), ==,
                   "title");
  baton_test_answer_assert_error (wrong, 400, "VALIDATION_ERROR");
}

static void
test_history_tells_what_stood_there (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/tasks", "{\"title\":\"A\"}");
  g_autofree char *path = task_path (id, NULL);
  g_autofree char *history = task_path (id, "/history");
  g_autoptr (BatonTestAnswer) none = ask (server, "GET", history, NULL);
  g_autoptr (BatonTestAnswer) changed = ask (server, "PATCH", path, "{\"title\":\"B\"}");
  g_autoptr (BatonTestAnswer) again = ask (server, "PATCH", path, "{\"estimated_minutes\":5}");
  g_autoptr (BatonTestAnswer) told = ask (server, "GET", history, NULL);
  g_autoptr (BatonTestAnswer)
      foreign = baton_test_server_request (server, BOB, "GET", history, NULL, NULL);

  g_assert_cmpint (baton_test_answer_get_int (none, "meta.total"), ==, 0);
  g_assert_cmpuint (changed->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (told, "meta.total"), ==, 2);
  g_assert_cmpstr (baton_test_answer_get_text (told, "data.0.field"), ==, "estimated_minutes");
  g_assert_cmpint (baton_test_answer_get_int (told, "data.0.new"), ==, 5);
  g_assert_cmpstr (baton_test_answer_get_text (told, "data.1.old"), ==, "A");
  g_assert_cmpstr (baton_test_answer_get_text (told, "data.1.new"), ==, "B");
  g_assert_cmpstr (baton_test_answer_get_text (told, "data.1.user.id"), ==, ADA);
  g_assert_cmpstr (baton_test_answer_get_text (told, "data.1.device_id"), ==, "000000000000");
  baton_test_answer_assert_error (foreign, 404, "NOT_FOUND");
}

static void
put_member (BatonTestServer *server, const char *user, const char *project, const char *role)
{
  GError *error = NULL;
  g_autoptr (BatonSql)
      sql = baton_sql_open (baton_test_server_get_path (server), BATON_SQL_WRITE, &error);
  g_autofree char *text = g_strdup_printf (
      "INSERT OR REPLACE INTO member VALUES ('%s', '%s', '%s', 0)", user, project, role);

  baton_sql_exec (sql, text, &error);
  g_assert_no_error (error);
}

/* The table of api.md, row by row */
static void
test_roles_allow_what_they_should (void)
{
  static const char *const roles[] = { "viewer", "member", "manager", "owner" };
  static const struct
  {
    const char *method;
    const char *path; /* %P: the project, %T: a task of another */
    const char *body;
    guint from; /* the least role that may */
  } rows[] = {
    { "GET",    "/api/v1/tasks/%T",    NULL,                                      0 },
    { "GET",    "/api/v1/projects/%P", NULL,                                      0 },
    { "POST",   "/api/v1/tasks",       "{\"title\":\"X\",\"project_id\":\"%P\"}", 1 },
    { "PATCH",  "/api/v1/tasks/%T",    "{\"title\":\"X\"}",                       1 },
    { "PATCH",  "/api/v1/tasks/%T",    "{\"assignee_id\":\"" ADA "\"}",           2 },
    { "PATCH",  "/api/v1/tasks/%T",    "{\"project_id\":null}",                   2 },
    { "DELETE", "/api/v1/tasks/%T",    NULL,                                      2 },
    { "PATCH",  "/api/v1/projects/%P", "{\"name\":\"X\"}",                        2 },
    { "DELETE", "/api/v1/projects/%P", NULL,                                      3 },
  };
  g_autoptr (BatonTestServer) server = baton_test_server_new ();

  for (guint r = 0; r < G_N_ELEMENTS (roles); r++)
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        g_autofree char *project = make (server, "/api/v1/projects", "{\"name\":\"P\"}");
        g_autofree char *in_project = g_strdup_printf ("{\"title\":\"A\",\"project_id\":\"%s\"}",
                                                       project);
        g_autofree char *task = make (server, "/api/v1/tasks", in_project);
        g_autoptr (GString) path = g_string_new (rows[i].path);
        g_autoptr (GString) body = g_string_new (rows[i].body);
        g_autoptr (BatonTestAnswer) answer = NULL;

        g_string_replace (path, "%P", project, 0);
        g_string_replace (path, "%T", task, 0);
        g_string_replace (body, "%P", project, 0);
        put_member (server, BOB, project, roles[r]);
        answer = baton_test_server_request (server, BOB, rows[i].method, path->str,
                                            rows[i].body ? body->str : NULL, NULL);
        if (r >= rows[i].from)
          g_assert_cmpuint (answer->status, <, 300);
        else
          baton_test_answer_assert_error (answer, 403, "AUTHORIZATION_ERROR");
      }
}

static void
test_projects_are_kept (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = make (server, "/api/v1/projects",
                              "{\"name\":\"House\",\"color\":\"#00ff00\",\"description\":\"x\"}");
  g_autofree char *path = g_strconcat ("/api/v1/projects/", id, NULL);
  g_autoptr (BatonTestAnswer) wrong = ask (server, "POST", "/api/v1/projects",
                                           "{\"name\":\"\",\"color\":\"green\",\"title\":\"x\"}");
  g_autoptr (BatonTestAnswer) changed = ask (server, "PATCH", path, "{\"is_archived\":true}");
  g_autoptr (BatonTestAnswer)
      archived = ask (server, "GET", "/api/v1/projects?is_archived=true", NULL);
  g_autoptr (BatonTestAnswer)
      open = ask (server, "GET", "/api/v1/projects?is_archived=false", NULL);
  g_autoptr (BatonTestAnswer) got = NULL;

  baton_test_answer_assert_error (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (wrong, "name"));
  g_assert_true (baton_test_answer_names_field (wrong, "color"));
  g_assert_true (baton_test_answer_names_field (wrong, "title"));
  g_assert_cmpuint (changed->status, ==, 200);
  g_assert_cmpint (baton_test_answer_get_int (archived, "meta.total"), ==, 1);
  g_assert_cmpint (baton_test_answer_get_int (open, "meta.total"), ==, 0);
  baton_test_server_restart (server);
  got = ask (server, "GET", path, NULL);
  g_assert_cmpstr (baton_test_answer_get_text (got, "data.name"), ==, "House");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/tasks/a-task-is-made-and-read", test_a_task_is_made_and_read);
  g_test_add_func ("/server/tasks/each-wrong-field-is-named", test_each_wrong_field_is_named);
  g_test_add_func ("/server/tasks/patch-changes-what-it-names", test_patch_changes_what_it_names);
  g_test_add_func ("/server/tasks/put-unsets-what-it-does-not-name",
                   test_put_unsets_what_it_does_not_name);
  g_test_add_func ("/server/tasks/if-match-guards", test_if_match_guards);
  g_test_add_func ("/server/tasks/a-repeated-post-makes-one-task",
                   test_a_repeated_post_makes_one_task);
  g_test_add_func ("/server/tasks/an-id-may-be-given-once", test_an_id_may_be_given_once);
  g_test_add_func ("/server/tasks/deleting-is-undone-by-restoring",
                   test_deleting_is_undone_by_restoring);
  g_test_add_func ("/server/tasks/completing-sets-when", test_completing_sets_when);
  g_test_add_func ("/server/tasks/completing-answers-the-next",
                   test_completing_a_repeating_task_answers_the_next);
  g_test_add_func ("/server/tasks/a-repeating-task-comes-again",
                   test_a_repeating_task_done_by_patch_or_in_bulk_comes_again);
  g_test_add_func ("/server/tasks/subtasks-repeat", test_subtasks_of_a_repeating_task_come_again);
  g_test_add_func ("/server/tasks/foreign-things-are-not-there", test_foreign_things_are_not_there);
  g_test_add_func ("/server/tasks/subtasks-follow-their-parent", test_subtasks_follow_their_parent);
  g_test_add_func ("/server/tasks/parents-are-tasks-that-one-sees",
                   test_parents_are_tasks_that_one_sees);
  g_test_add_func ("/server/tasks/bulk-answers-each-by-itself", test_bulk_answers_each_by_itself);
  g_test_add_func ("/server/tasks/history-tells-what-stood-there",
                   test_history_tells_what_stood_there);
  g_test_add_func ("/server/tasks/roles-allow-what-they-should", test_roles_allow_what_they_should);
  g_test_add_func ("/server/tasks/projects-are-kept", test_projects_are_kept);
  return g_test_run ();
}
