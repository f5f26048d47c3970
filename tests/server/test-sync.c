/* test-sync.c: a device's round trip, as sync.md tells it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "../../src/sql/baton-sql.h"
#include "../support/baton-test-server.h"
#include "../support/baton-test.h"

#define ADA   "01900000-0000-7000-8000-00000000000a"
#define BOB   "01900000-0000-7000-8000-00000000000b"
#define SCOPE "user:" ADA
#define TASK  "01900000-0000-7000-8000-0000000000c1"
#define OTHER "01900000-0000-7000-8000-0000000000c2"
/* Begins the id of a task that hangs in a chain */
#define LINK  "01900000-0000-7000-8000-00000001"
#define LINKS 2000

/* The n-th edit's id */
static char *
dup_id (guint n)
{
  return g_strdup_printf ("01900000-0000-7000-8000-0000000e%04x", n);
}

/* A clock of the device 00000000000d, @seconds ahead of now */
static char *
dup_clock (gint64 seconds, guint counter)
{
  return g_strdup_printf ("%012" G_GINT64_MODIFIER "x-%04x-00000000000d",
                          g_get_real_time () / 1000 + seconds * 1000, counter);
}

static char *
dup_edit (guint n, const char *record, const char *set, const char *more)
{
  g_autofree char *id = dup_id (n);
  g_autofree char *clock = dup_clock (0, n);

  return g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"%s\",\"set\":%s,\"clock\":\"%s\"%s}", id,
      record, set, clock, more ? more : "");
}

static BatonTestAnswer *
exchange_as (BatonTestServer *server,
             const char *user,
             const char *cursor,
             const char *edits,
             guint limit)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000d\",\"cursor\":%s,\"limit\":%u,\"edits\":[%s]}", cursor, limit,
      edits);

  return baton_test_server_request (server, user, "POST", "/api/v1/sync", body, NULL);
}

static BatonTestAnswer *
exchange (BatonTestServer *server, const char *cursor, const char *edits)
{
  BatonTestAnswer *answer = exchange_as (server, ADA, cursor, edits, 500);

  if (answer->status != 200)
    g_test_message ("%s", answer->body);
  return answer;
}

static char *
dup_cursor (const BatonTestAnswer *answer)
{
  return json_to_string (baton_test_answer_get (answer, "data.cursor"), FALSE);
}

static void
assert_status (const BatonTestAnswer *answer, guint n, const char *status)
{
  g_autofree char *path = g_strdup_printf ("data.results.%u.status", n);

  if (g_strcmp0 (baton_test_answer_get_text (answer, path), status) != 0)
    g_error ("result %u is not %s: %s", n, status, answer->body);
}

static void
test_an_edit_is_taken_and_comes_back (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = dup_edit (1, TASK,
                                    "{\"title\":\"A\",\"tags.x\":true,\"zork\":{\"a\":[1]}}", NULL);
  g_autoptr (BatonTestAnswer) empty = exchange (server, "{}", "");
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", edit);
  g_autofree char *cursor = dup_cursor (answer);
  g_autoptr (BatonTestAnswer) after = exchange (server, cursor, "");
  g_autoptr (BatonTestAnswer) afresh = exchange (server, "{}", "");

  g_assert_cmpuint (baton_test_answer_get_length (empty, "data.changes"), ==, 0);
  assert_status (answer, 0, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.changes"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.scope"), ==, SCOPE);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.entity"), ==, "task");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.title"), ==, "A");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.tags.0"), ==, "x");
  g_assert_cmpint (baton_test_answer_get_int (answer, "data.changes.0.record.zork.a.0"), ==, 1);
  g_assert_nonnull (baton_test_answer_get_text (answer, "data.changes.0.clocks.title"));
  g_assert_true (baton_uuid_is_valid (baton_test_answer_get_text (answer, "data.server_id")));
  g_assert_cmpuint (baton_test_answer_get_length (after, "data.changes"), ==, 0);
  g_assert_cmpuint (baton_test_answer_get_length (afresh, "data.changes"), ==, 1);
}

/* The change reads as the record that the server holds: the quick way of writing it and the long way agree */
static void
test_changes_read_as_records (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = dup_edit (
      1, TASK,
      "{\"title\":\"A\",\"tags.x\":true,\"tags.y\":false,\"due\":\"2026-01-01\",\"status\":\"todo\",\"occurrence\":3}",
      NULL);
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", edit);
  JsonNode *change = baton_test_answer_get (answer, "data.changes.0");
  JsonObject *object = json_node_get_object (change);
  GError *error = NULL;
  g_autoptr (BatonRecord) record = baton_record_from_json (
      BATON_ENTITY_TASK, json_object_get_object_member (object, "record"),
      json_object_get_object_member (object, "clocks"), &error);
  g_autoptr (GString) text = g_string_new (NULL);
  BatonJsonWriter json = { .out = text };

  g_assert_no_error (error);
  baton_json_begin_object (&json);
  baton_record_write_json (record, &json);
  baton_json_end_object (&json);
  g_assert_nonnull (strstr (answer->body, text->str));
  g_string_truncate (text, 0);
  json = (BatonJsonWriter) { .out = text };
  baton_record_write_clocks (record, &json);
  g_assert_nonnull (strstr (answer->body, text->str));
}

static void
test_a_repeated_edit_takes_effect_once (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *id = dup_id (2);
  g_autofree char *ahead = dup_clock (3600, 0);
  g_autofree char *late = g_strdup_printf ("{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
                                           "\",\"set\":{\"title\":\"B\"},\"clock\":\"%s\"}",
                                           id, ahead);
  g_autofree char *thrice = g_strdup_printf ("%s,%s,%s,%s", edit, edit, late, late);
  g_autoptr (BatonTestAnswer) first = exchange (server, "{}", thrice);
  g_autofree char *cursor = dup_cursor (first);
  g_autoptr (BatonTestAnswer) again = exchange (server, cursor, thrice);

  assert_status (first, 0, "applied");
  assert_status (first, 1, "duplicate");
  assert_status (first, 2, "applied");
  assert_status (first, 3, "duplicate");
  g_assert_nonnull (baton_test_answer_get_text (first, "data.results.2.clock"));
  g_assert_cmpstr (baton_test_answer_get_text (first, "data.results.2.clock"), ==,
                   baton_test_answer_get_text (first, "data.results.3.clock"));
  assert_status (again, 0, "duplicate");
  assert_status (again, 2, "duplicate");
  g_assert_cmpstr (baton_test_answer_get_text (first, "data.results.2.clock"), ==,
                   baton_test_answer_get_text (again, "data.results.2.clock"));
  g_assert_cmpuint (baton_test_answer_get_length (again, "data.changes"), ==, 0);
}

/* The clock of a device set to next year is not the record's */
static void
test_a_clock_far_ahead_is_replaced (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const gint64 seconds[] = { 360, 365 * 86400, 240 };

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      g_autofree char *id = dup_id (i + 1);
      g_autofree char *clock = dup_clock (seconds[i], 0);
      g_autofree char *edit = g_strdup_printf (
          "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
          "\",\"set\":{\"title\":\"T%u\"},\"clock\":\"%s\"}",
          id, i, clock);
      g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", edit);
      const char *taken = baton_test_answer_get_text (answer, "data.results.0.clock");

      assert_status (answer, 0, "applied");
      g_assert_true ((taken != NULL) == (seconds[i] > 300));
      if (taken)
        g_assert_cmpstr (taken, <, clock);
      g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.clocks.title"), ==,
                       taken ? taken : clock);
    }
}

static void
test_one_bad_edit_is_refused_alone (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *good = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *empty = dup_edit (2, OTHER, "{\"title\":\"\"}", NULL);
  g_autofree char *unknown = dup_edit (3, OTHER, "{\"title\":\"A\",\"project_id\":\"" BOB "\"}",
                                       NULL);
  g_autofree char *by_server = dup_edit (4, TASK, "{\"created_by\":\"" BOB "\"}", NULL);
  g_autofree char *too_long = dup_edit (5, TASK, "{\"priority\":\"most\"}", NULL);
  g_autofree char *last = dup_edit (6, TASK, "{\"title\":\"Z\"}", NULL);
  g_autofree char *all = g_strdup_printf ("%s,%s,%s,%s,%s,7,{},{\"id\":5},%s", good, empty, unknown,
                                          by_server, too_long, last);
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", all);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.results"), ==, 9);
  assert_status (answer, 0, "applied");
  for (guint i = 1; i < 8; i++)
    {
      g_autofree char *code = g_strdup_printf ("data.results.%u.code", i);
      g_autofree char *message = g_strdup_printf ("data.results.%u.message", i);

      assert_status (answer, i, "refused");
      g_assert_cmpstr (baton_test_answer_get_text (answer, code), ==,
                       i == 2 ? "NOT_FOUND" : "VALIDATION_ERROR");
      g_assert_nonnull (baton_test_answer_get_text (answer, message));
    }
  assert_status (answer, 8, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.changes"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.title"), ==, "Z");
}

static void
test_foreign_records_are_refused (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *mine = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *theirs = dup_edit (2, TASK, "{\"title\":\"B\"}", NULL);
  g_autoptr (BatonTestAnswer) ada = exchange (server, "{}", mine);
  g_autoptr (BatonTestAnswer) bob = exchange_as (server, BOB, "{}", theirs, 500);

  assert_status (ada, 0, "applied");
  assert_status (bob, 0, "refused");
  g_assert_cmpstr (baton_test_answer_get_text (bob, "data.results.0.code"), ==, "NOT_FOUND");
  g_assert_cmpuint (baton_test_answer_get_length (bob, "data.changes"), ==, 0);
}

/* The later edit stands, the other one is in `lost` */
static void
test_an_older_edit_loses (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = dup_edit (9, TASK, "{\"title\":\"Later\"}", NULL);
  g_autofree char *id = dup_id (10);
  g_autofree char *earlier = dup_clock (-60, 0);
  g_autofree char *second = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
      "\",\"set\":{\"title\":\"Earlier\",\"priority\":\"low\"},\"clock\":\"%s\"}",
      id, earlier);
  g_autofree char *both = g_strdup_printf ("%s,%s", first, second);
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", both);

  assert_status (answer, 1, "merged");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.results.1.lost"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.results.1.lost.0"), ==, "title");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.title"), ==, "Later");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.priority"), ==,
                   "low");
}

static void
test_notes_are_merged_by_lines (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = dup_edit (
      1, TASK, "{\"title\":\"A\",\"description\":\"one\\ntwo\\nthree\\n\"}", NULL);
  g_autoptr (BatonTestAnswer) made = exchange (server, "{}", first);
  const char *base = baton_test_answer_get_text (made, "data.changes.0.clocks.description");
  g_autofree char *more = g_strdup_printf (
      ",\"base\":{\"description\":\"%s\"},\"was\":{\"description\":\"one\\ntwo\\nthree\\n\"}",
      base);
  g_autofree char *second = dup_edit (2, TASK, "{\"description\":\"ONE\\ntwo\\nthree\\n\"}", more);
  g_autofree char *third = dup_edit (3, TASK, "{\"description\":\"one\\ntwo\\nTHREE\\n\"}", more);
  g_autofree char *both = g_strdup_printf ("%s,%s", second, third);
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", both);

  assert_status (answer, 0, "applied");
  assert_status (answer, 1, "merged");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.description"), ==,
                   "ONE\ntwo\nTHREE\n");
  g_assert_true (g_str_has_suffix (
      baton_test_answer_get_text (answer, "data.changes.0.clocks.description"), "-000000000000"));
}

/* A device that signs in anew sends all that it holds; it was not there when a line was taken out */
static void
test_old_notes_do_not_come_back (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = dup_id (3);
  g_autofree char *first = dup_edit (1, TASK, "{\"title\":\"A\",\"description\":\"one\\ntwo\"}",
                                     NULL);
  g_autoptr (BatonTestAnswer) made = exchange (server, "{}", first);
  const char *clock = baton_test_answer_get_text (made, "data.changes.0.clocks.description");
  g_autofree char *more = g_strdup_printf (
      ",\"base\":{\"description\":\"%s\"},\"was\":{\"description\":\"one\\ntwo\"}", clock);
  g_autofree char *second = dup_edit (2, TASK, "{\"description\":\"One\"}", more);
  g_autofree char *again = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
      "\",\"set\":{\"title\":\"A\",\"description\":\"one\\ntwo\"},\"clock\":\"%s\"}",
      id, clock);
  g_autofree char *both = g_strdup_printf ("%s,%s", second, again);
  g_autoptr (BatonTestAnswer) answer = exchange (server, "{}", both);

  assert_status (answer, 0, "applied");
  assert_status (answer, 1, "merged");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.results.1.lost.0"), ==, "description");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.description"), ==,
                   "One");
}

/* A hundred records by sevens: each comes once, in a chain of places without a gap */
static void
test_changes_come_in_pages (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (GString) edits = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cursor = g_strdup ("{}");
  g_autofree char *last = NULL;
  gboolean more = TRUE;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *record = g_strdup_printf ("01900000-0000-7000-8000-0000000c%04x", i % 70);
      g_autofree char *edit = dup_edit (i, record, "{\"title\":\"A\"}", NULL);

      g_string_append_printf (edits, "%s%s", i > 0 ? "," : "", edit);
    }
  g_clear_pointer (&cursor, g_free);
  cursor = g_strdup ("{}");
  baton_test_answer_free (exchange_as (server, ADA, "{}", edits->str, 1));
  while (more)
    {
      g_autoptr (BatonTestAnswer) answer = exchange_as (server, ADA, cursor, "", 7);
      guint n = baton_test_answer_get_length (answer, "data.changes");

      g_assert_cmpuint (n, <=, 7);
      more = json_node_get_boolean (baton_test_answer_get (answer, "data.more"));
      g_assert_true (n == 7 || !more);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *id = g_strdup_printf ("data.changes.%u.record.id", i);
          g_autofree char *place = g_strdup_printf ("data.changes.%u.place", i);
          g_autofree char *after = g_strdup_printf ("data.changes.%u.after", i);

          g_assert_true (
              g_hash_table_add (seen, g_strdup (baton_test_answer_get_text (answer, id))));
          g_assert_cmpstr (baton_test_answer_get_text (answer, after), ==, last);
          g_set_str (&last, baton_test_answer_get_text (answer, place));
        }
      g_free (cursor);
      cursor = dup_cursor (answer);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 70);
}

static void
test_a_foreign_past_is_told (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *second = dup_edit (2, TASK, "{\"title\":\"B\"}", NULL);
  g_autoptr (BatonTestAnswer) made = exchange (server, "{}", edit);
  const char *const cursors[] = { "{\"" SCOPE "\":\"1.zz\"}", "{\"" SCOPE "\":\"99.zz\"}",
                                  "{\"" SCOPE "\":\"\"}", "{\"" SCOPE "\":\"-1.a\"}" };
  g_autoptr (BatonTestAnswer) after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cursors); i++)
    {
      g_autoptr (BatonTestAnswer) answer = exchange (server, cursors[i], second);

      baton_test_answer_assert_error (answer, 410, "CURSOR_EXPIRED");
      g_assert_cmpstr (baton_test_answer_get_text (answer, "error.details.0.scope"), ==, SCOPE);
      g_assert_cmpstr (baton_test_answer_get_text (answer, "error.details.0.reason"), ==, "forked");
    }
  after = exchange (server, "{}", "");
  g_assert_cmpstr (baton_test_answer_get_text (after, "data.changes.0.record.title"), ==, "A");
}

static void
test_a_scope_that_is_gone_is_left (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, BOB, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  g_autoptr (BatonTestAnswer) theirs = exchange_as (server, BOB, "{}", "", 500);
  g_autofree char *cursor = dup_cursor (theirs);
  g_autoptr (BatonTestAnswer) answer = exchange (server, cursor, "");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_true (
      g_str_has_prefix (baton_test_answer_get_text (answer, "data.changes.0.scope"), "project:"));
  g_assert_true (json_node_get_boolean (baton_test_answer_get (answer, "data.changes.0.leave")));
  g_assert_cmpuint (
      json_object_get_size (json_node_get_object (baton_test_answer_get (answer, "data.cursor"))),
      ==, 0);
}

/* Moved to a project: it leaves the one scope and is whole in the other, with what hangs on it */
static void
test_a_moved_task_leaves_with_all (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *task = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *sub = dup_edit (2, OTHER, "{\"title\":\"B\",\"parent_id\":\"" TASK "\"}", NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", task, sub);
  g_autoptr (BatonTestAnswer) made = exchange (server, "{}", both);
  g_autofree char *cursor = dup_cursor (made);
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, ADA, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  g_autofree char *set = g_strdup_printf ("{\"project_id\":\"%s\"}",
                                          baton_test_answer_get_text (project, "data.id"));
  g_autofree char *move = dup_edit (3, TASK, set, NULL);
  g_autoptr (BatonTestAnswer) moved = exchange (server, cursor, move);

  assert_status (moved, 0, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (moved, "data.changes"), ==, 5);
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.0.leave"), ==, TASK);
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.1.leave"), ==, OTHER);
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.2.entity"), ==, "project");
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.3.record.id"), ==, TASK);
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.4.record.id"), ==, OTHER);
  g_assert_cmpstr (baton_test_answer_get_text (moved, "data.changes.4.record.project_id"), ==,
                   baton_test_answer_get_text (project, "data.id"));
}

/* Between two pages of a pull from the start a device stands at places older than the purge, and has missed nothing */
static void
test_a_purged_scope_can_be_pulled (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *second = dup_edit (2, OTHER, "{\"title\":\"B\"}", NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", first, second);
  g_autoptr (BatonTestAnswer) made = exchange_as (server, ADA, "{}", both, 1);
  g_autofree char *old = dup_cursor (made);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSql)
      sql = baton_sql_open (baton_test_server_get_path (server), BATON_SQL_WRITE, &error);
  g_autofree char *cursor = NULL;
  g_autoptr (BatonTestAnswer) missed = NULL;
  g_autoptr (BatonTestAnswer) page = NULL;
  g_autoptr (BatonTestAnswer) rest = NULL;

  g_assert_no_error (error);
  baton_sql_exec (sql, "UPDATE scope SET purged = 2 WHERE id = '" SCOPE "'", &error);
  g_assert_no_error (error);

  missed = exchange (server, old, "");
  baton_test_answer_assert_error (missed, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (baton_test_answer_get_text (missed, "error.details.0.reason"), ==, "purged");

  page = exchange_as (server, ADA, "{}", "", 1);
  g_assert_true (json_node_get_boolean (baton_test_answer_get (page, "data.more")));
  cursor = dup_cursor (page);
  rest = exchange (server, cursor, "");
  g_assert_cmpuint (rest->status, ==, 200);
  g_assert_cmpuint (baton_test_answer_get_length (rest, "data.changes"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (rest, "data.changes.0.record.title"), ==, "B");
}

/* A subtask that came before its parent is in the parent's project once that has come */
static void
test_a_subtask_may_come_first (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, ADA, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  const char *id = baton_test_answer_get_text (project, "data.id");
  g_autofree char *set = g_strdup_printf ("{\"title\":\"A\",\"project_id\":\"%s\"}", id);
  g_autofree char *sub = dup_edit (1, OTHER, "{\"title\":\"B\",\"parent_id\":\"" TASK "\"}", NULL);
  g_autofree char *task = dup_edit (2, TASK, set, NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", sub, task);
  g_autoptr (BatonTestAnswer) made = exchange (server, "{}", both);
  g_autofree char *path = g_strdup_printf ("/api/v1/tasks?project_id=%s", id);
  g_autoptr (BatonTestAnswer)
      listed = baton_test_server_request (server, ADA, "GET", path, NULL, NULL);

  assert_status (made, 0, "applied");
  assert_status (made, 1, "applied");
  g_assert_cmpint (baton_test_answer_get_int (listed, "meta.total"), ==, 2);
}

/* Tasks, each below the one before it */
static void
make_chain (BatonTestServer *server)
{
  for (guint n = 0; n < LINKS; n += 500)
    {
      g_autoptr (GString) edits = g_string_new (NULL);
      g_autoptr (BatonTestAnswer) answer = NULL;

      for (guint i = n; i < n + 500; i++)
        {
          g_autofree char *record = g_strdup_printf (LINK "%04x", i);
          g_autofree char *set = i == 0 ? g_strdup ("{\"title\":\"A\"}")
                                        : g_strdup_printf ("{\"title\":\"A\",\"parent_id\":\"" LINK
                                                           "%04x\"}",
                                                           i - 1);
          g_autofree char *edit = dup_edit (i, record, set, NULL);

          g_string_append_printf (edits, "%s%s", i > n ? "," : "", edit);
        }
      answer = exchange_as (server, ADA, "{}", edits->str, 1);
      assert_status (answer, 499, "applied");
    }
}

/* Deleting the first hides all, in no time that anybody notices */
static void
test_a_long_chain_is_hidden_at_once (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *deleted = dup_edit (9999, LINK "0000", "{\"deleted\":true}", NULL);
  g_autoptr (BatonTestAnswer) listed = NULL;

  make_chain (server);
  baton_test_answer_free (exchange_as (server, ADA, "{}", deleted, 1));
  listed = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks", NULL, NULL);
  g_assert_cmpint (baton_test_answer_get_int (listed, "meta.total"), ==, 0);
}

static void
test_a_long_chain_moves_as_one (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = dup_id (9998);
  g_autofree char *clock = dup_clock (0, 0);
  g_autofree char *project = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"project\",\"record\":\"" OTHER
      "\",\"set\":{\"name\":\"P\"},\"clock\":\"%s\"}",
      id, clock);
  g_autofree char *first = dup_edit (9999, LINK "0000", "{\"project_id\":\"" OTHER "\"}", NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", project, first);
  g_autoptr (BatonTestAnswer) moved = NULL;
  g_autoptr (BatonTestAnswer) listed = NULL;

  make_chain (server);
  moved = exchange_as (server, ADA, "{}", both, 1);
  listed = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks?project_id=" OTHER, NULL,
                                      NULL);

  assert_status (moved, 1, "applied");
  g_assert_cmpint (baton_test_answer_get_int (listed, "meta.total"), ==, LINKS);
}

static void
test_what_is_no_round_trip_is_named (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (GString)
      many = g_string_new ("{\"device_id\":\"00000000000d\",\"cursor\":{},\"edits\":[0");
  g_autoptr (BatonTestAnswer) wrong = baton_test_server_request (
      server, ADA, "POST", "/api/v1/sync",
      "{\"device_id\":\"x\",\"cursor\":[],\"edits\":{},\"limit\":2001}", NULL);
  g_autoptr (BatonTestAnswer) places = exchange (server, "{\"" SCOPE "\":7}", "");
  g_autoptr (BatonTestAnswer) answer = NULL;

  baton_test_answer_assert_error (wrong, 400, "VALIDATION_ERROR");
  g_assert_true (baton_test_answer_names_field (wrong, "device_id"));
  g_assert_true (baton_test_answer_names_field (wrong, "cursor"));
  g_assert_true (baton_test_answer_names_field (wrong, "edits"));
  g_assert_true (baton_test_answer_names_field (wrong, "limit"));
  baton_test_answer_assert_error (places, 400, "VALIDATION_ERROR");
  for (guint i = 0; i < 500; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]}");
  answer = baton_test_server_request (server, ADA, "POST", "/api/v1/sync", many->str, NULL);
  baton_test_answer_assert_error (answer, 400, "VALIDATION_ERROR");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/sync/an-edit-is-taken-and-comes-back",
                   test_an_edit_is_taken_and_comes_back);
  g_test_add_func ("/server/sync/changes-read-as-records", test_changes_read_as_records);
  g_test_add_func ("/server/sync/a-repeated-edit-takes-effect-once",
                   test_a_repeated_edit_takes_effect_once);
  g_test_add_func ("/server/sync/a-clock-far-ahead-is-replaced",
                   test_a_clock_far_ahead_is_replaced);
  g_test_add_func ("/server/sync/one-bad-edit-is-refused-alone",
                   test_one_bad_edit_is_refused_alone);
  g_test_add_func ("/server/sync/foreign-records-are-refused", test_foreign_records_are_refused);
  g_test_add_func ("/server/sync/an-older-edit-loses", test_an_older_edit_loses);
  g_test_add_func ("/server/sync/notes-are-merged-by-lines", test_notes_are_merged_by_lines);
  g_test_add_func ("/server/sync/old-notes-do-not-come-back", test_old_notes_do_not_come_back);
  g_test_add_func ("/server/sync/changes-come-in-pages", test_changes_come_in_pages);
  g_test_add_func ("/server/sync/a-foreign-past-is-told", test_a_foreign_past_is_told);
  g_test_add_func ("/server/sync/a-purged-scope-can-be-pulled", test_a_purged_scope_can_be_pulled);
  g_test_add_func ("/server/sync/a-scope-that-is-gone-is-left", test_a_scope_that_is_gone_is_left);
  g_test_add_func ("/server/sync/a-moved-task-leaves-with-all", test_a_moved_task_leaves_with_all);
  g_test_add_func ("/server/sync/a-subtask-may-come-first", test_a_subtask_may_come_first);
  g_test_add_func ("/server/sync/a-long-chain-is-hidden-at-once",
                   test_a_long_chain_is_hidden_at_once);
  g_test_add_func ("/server/sync/a-long-chain-moves-as-one", test_a_long_chain_moves_as_one);
  g_test_add_func ("/server/sync/what-is-no-round-trip-is-named",
                   test_what_is_no_round_trip_is_named);
  return g_test_run ();
}
