/* test-sync.c: a device's round trip, as sync.md tells it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "../../src/sql/baton-sql.h"
#include "../support/baton-test-server.h"
#include "../support/baton-test.h"
#include "sync-rounds.h"

#define ADA   "01900000-0000-7000-8000-00000000000a"
#define BOB   "01900000-0000-7000-8000-00000000000b"
#define SCOPE "user:" ADA
#define TASK  "01900000-0000-7000-8000-0000000000c1"
#define OTHER "01900000-0000-7000-8000-0000000000c2"
/* Begins the id of a task that hangs in a chain */
#define LINK  "01900000-0000-7000-8000-00000001"
#define LINKS 2000

static void
test_an_edit_is_taken_and_comes_back (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = rounds_dup_edit (
      1, TASK, "{\"title\":\"A\",\"tags.x\":true,\"zork\":{\"a\":[1]}}", NULL);
  g_autoptr (BatonTestAnswer) empty = rounds_exchange (server, "{}", "");
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", edit);
  g_autofree char *cursor = rounds_dup_cursor (answer);
  g_autoptr (BatonTestAnswer) after = rounds_exchange (server, cursor, "");
  g_autoptr (BatonTestAnswer) afresh = rounds_exchange (server, "{}", "");

  g_assert_cmpuint (baton_test_answer_get_length (empty, "data.changes"), ==, 0);
  rounds_assert_status (answer, 0, "applied");
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
  g_autofree char *edit = rounds_dup_edit (
      1, TASK,
      "{\"title\":\"A\",\"tags.x\":true,\"tags.y\":false,\"due\":\"2026-01-01\",\"status\":\"todo\",\"occurrence\":3}",
      NULL);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", edit);
  JsonNode *change = baton_test_answer_get (answer, "data.changes.0");
  JsonObject *object = json_node_get_object (change);
  GError *error = NULL;
  g_autoptr (BatonRecord) record = baton_record_from_json (
      BATON_ENTITY_TASK, json_object_get_object_member (object, "record"),
      json_object_get_object_member (object, "clocks"), &error);
  g_autoptr (GString) text = g_string_new (NULL);
  BatonJsonWriter json = { .out = text };
  g_autoptr (JsonNode) clocks = NULL;

  g_assert_no_error (error);
  baton_json_begin_object (&json);
  baton_record_write_json (record, &json);
  baton_json_end_object (&json);
  g_assert_nonnull (strstr (answer->body, text->str));
  g_string_truncate (text, 0);
  json = (BatonJsonWriter) { .out = text };
  baton_record_write_clocks (record, &json);
  clocks = baton_json_parse (text->str, -1, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_equal (clocks, json_object_get_member (object, "clocks")));
}

static void
test_a_repeated_edit_takes_effect_once (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *id = rounds_dup_id (2);
  g_autofree char *ahead = rounds_dup_clock (3600, 0);
  g_autofree char *late = g_strdup_printf ("{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
                                           "\",\"set\":{\"title\":\"B\"},\"clock\":\"%s\"}",
                                           id, ahead);
  g_autofree char *thrice = g_strdup_printf ("%s,%s,%s,%s", edit, edit, late, late);
  g_autoptr (BatonTestAnswer) first = rounds_exchange (server, "{}", thrice);
  g_autofree char *cursor = rounds_dup_cursor (first);
  g_autoptr (BatonTestAnswer) again = rounds_exchange (server, cursor, thrice);

  rounds_assert_status (first, 0, "applied");
  rounds_assert_status (first, 1, "duplicate");
  rounds_assert_status (first, 2, "applied");
  rounds_assert_status (first, 3, "duplicate");
  g_assert_nonnull (baton_test_answer_get_text (first, "data.results.2.clock"));
  g_assert_cmpstr (baton_test_answer_get_text (first, "data.results.2.clock"), ==,
                   baton_test_answer_get_text (first, "data.results.3.clock"));
  rounds_assert_status (again, 0, "duplicate");
  rounds_assert_status (again, 2, "duplicate");
  g_assert_cmpstr (baton_test_answer_get_text (first, "data.results.2.clock"), ==,
                   baton_test_answer_get_text (again, "data.results.2.clock"));
  g_assert_cmpuint (baton_test_answer_get_length (again, "data.changes"), ==, 0);
}

/* The clock of a device set to next year is not the record's */
/* Under another id, with nothing new in it */
static void
test_what_changes_nothing_takes_no_place (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *clock = rounds_dup_clock (0, 1);
  g_autofree char *first = rounds_dup_id (1);
  g_autofree char *second = rounds_dup_id (2);
  static const char edit[] = "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
                             "\",\"set\":{\"title\":\"A\",\"tags.x\":true},\"clock\":\"%s\"}";
  g_autofree char *one = g_strdup_printf (edit, first, clock);
  g_autofree char *two = g_strdup_printf (edit, second, clock);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", one);
  g_autofree char *cursor = rounds_dup_cursor (made);
  g_autoptr (BatonTestAnswer) again = rounds_exchange (server, cursor, two);
  g_autofree char *after = rounds_dup_cursor (again);
  g_autoptr (BatonTestAnswer)
      got = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks/" TASK, NULL, NULL);

  rounds_assert_status (made, 0, "applied");
  rounds_assert_status (again, 0, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (again, "data.changes"), ==, 0);
  g_assert_cmpstr (after, ==, cursor);
  g_assert_cmpint (baton_test_answer_get_int (got, "data.version"), ==, 1);
}

static void
test_a_clock_far_ahead_is_replaced (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  const gint64 seconds[] = { 360, 365 * 86400, 240 };

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      g_autofree char *id = rounds_dup_id (i + 1);
      g_autofree char *clock = rounds_dup_clock (seconds[i], 0);
      g_autofree char *edit = g_strdup_printf (
          "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
          "\",\"set\":{\"title\":\"T%u\"},\"clock\":\"%s\"}",
          id, i, clock);
      g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", edit);
      const char *taken = baton_test_answer_get_text (answer, "data.results.0.clock");

      rounds_assert_status (answer, 0, "applied");
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
  g_autofree char *good = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *empty = rounds_dup_edit (2, OTHER, "{\"title\":\"\"}", NULL);
  g_autofree char *unknown = rounds_dup_edit (3, OTHER,
                                              "{\"title\":\"A\",\"project_id\":\"" BOB "\"}", NULL);
  g_autofree char *by_server = rounds_dup_edit (4, TASK, "{\"created_by\":\"" BOB "\"}", NULL);
  g_autofree char *too_long = rounds_dup_edit (5, TASK, "{\"priority\":\"most\"}", NULL);
  g_autofree char *last = rounds_dup_edit (6, TASK, "{\"title\":\"Z\"}", NULL);
  g_autofree char *all = g_strdup_printf ("%s,%s,%s,%s,%s,7,{},{\"id\":5},%s", good, empty, unknown,
                                          by_server, too_long, last);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", all);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.results"), ==, 9);
  rounds_assert_status (answer, 0, "applied");
  for (guint i = 1; i < 8; i++)
    {
      g_autofree char *code = g_strdup_printf ("data.results.%u.code", i);
      g_autofree char *message = g_strdup_printf ("data.results.%u.message", i);

      rounds_assert_status (answer, i, "refused");
      g_assert_cmpstr (baton_test_answer_get_text (answer, code), ==,
                       i == 2 ? "NOT_FOUND" : "VALIDATION_ERROR");
      g_assert_nonnull (baton_test_answer_get_text (answer, message));
    }
  rounds_assert_status (answer, 8, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.changes"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.title"), ==, "Z");
}

static void
test_foreign_records_are_refused (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *mine = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *theirs = rounds_dup_edit (2, TASK, "{\"title\":\"B\"}", NULL);
  g_autoptr (BatonTestAnswer) ada = rounds_exchange (server, "{}", mine);
  g_autoptr (BatonTestAnswer) bob = rounds_exchange_as (server, BOB, "{}", theirs, 500);

  rounds_assert_status (ada, 0, "applied");
  rounds_assert_status (bob, 0, "refused");
  g_assert_cmpstr (baton_test_answer_get_text (bob, "data.results.0.code"), ==, "NOT_FOUND");
  g_assert_cmpuint (baton_test_answer_get_length (bob, "data.changes"), ==, 0);
}

/* The later edit stands, the other one is in `lost` */
static void
test_an_older_edit_loses (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = rounds_dup_edit (9, TASK, "{\"title\":\"Later\"}", NULL);
  g_autofree char *id = rounds_dup_id (10);
  g_autofree char *earlier = rounds_dup_clock (-60, 0);
  g_autofree char *second = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
      "\",\"set\":{\"title\":\"Earlier\",\"priority\":\"low\"},\"clock\":\"%s\"}",
      id, earlier);
  g_autofree char *both = g_strdup_printf ("%s,%s", first, second);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", both);

  rounds_assert_status (answer, 1, "merged");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.results.1.lost"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.results.1.lost.0"), ==, "title");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.title"), ==, "Later");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.priority"), ==,
                   "low");
}

/* Neither of the two had seen the other's title: who asks for what changed is told what lost. */
static void
test_a_change_tells_what_lost (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = rounds_dup_edit (8, TASK, "{\"title\":\"Earlier\"}", NULL);
  g_autofree char *second = rounds_dup_edit (9, TASK, "{\"title\":\"Later\"}", NULL);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", first);
  g_autofree char *cursor = json_to_string (baton_test_answer_get (made, "data.cursor"), FALSE);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, cursor, second);
  g_autoptr (BatonTestAnswer) pulled = rounds_exchange (server, "{}", "");

  rounds_assert_status (answer, 0, "applied");
  g_assert_cmpuint (baton_test_answer_get_length (answer, "data.changes.0.conflicts"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.conflicts.0.field"), ==,
                   "title");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.conflicts.0.value"), ==,
                   "Earlier");
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.conflicts.0.winner"), ==,
                   baton_test_answer_get_text (answer, "data.changes.0.clocks.title"));
  g_assert_null (baton_test_answer_get (pulled, "data.changes.0.conflicts"));
}

static void
test_notes_are_merged_by_lines (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *first = rounds_dup_edit (
      1, TASK, "{\"title\":\"A\",\"description\":\"one\\ntwo\\nthree\\n\"}", NULL);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", first);
  const char *base = baton_test_answer_get_text (made, "data.changes.0.clocks.description");
  g_autofree char *more = g_strdup_printf (
      ",\"base\":{\"description\":\"%s\"},\"was\":{\"description\":\"one\\ntwo\\nthree\\n\"}",
      base);
  g_autofree char *second = rounds_dup_edit (2, TASK, "{\"description\":\"ONE\\ntwo\\nthree\\n\"}",
                                             more);
  g_autofree char *third = rounds_dup_edit (3, TASK, "{\"description\":\"one\\ntwo\\nTHREE\\n\"}",
                                            more);
  g_autofree char *both = g_strdup_printf ("%s,%s", second, third);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", both);

  rounds_assert_status (answer, 0, "applied");
  rounds_assert_status (answer, 1, "merged");
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
  g_autofree char *id = rounds_dup_id (3);
  g_autofree char *first = rounds_dup_edit (
      1, TASK, "{\"title\":\"A\",\"description\":\"one\\ntwo\"}", NULL);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", first);
  const char *clock = baton_test_answer_get_text (made, "data.changes.0.clocks.description");
  g_autofree char *more = g_strdup_printf (
      ",\"base\":{\"description\":\"%s\"},\"was\":{\"description\":\"one\\ntwo\"}", clock);
  g_autofree char *second = rounds_dup_edit (2, TASK, "{\"description\":\"One\"}", more);
  g_autofree char *again = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"" TASK
      "\",\"set\":{\"title\":\"A\",\"description\":\"one\\ntwo\"},\"clock\":\"%s\"}",
      id, clock);
  g_autofree char *both = g_strdup_printf ("%s,%s", second, again);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", both);

  rounds_assert_status (answer, 0, "applied");
  /* The history tells of it already: it is no conflict */
  rounds_assert_status (answer, 1, "applied");
  g_assert_null (baton_test_answer_get (answer, "data.results.1.lost"));
  g_assert_cmpstr (baton_test_answer_get_text (answer, "data.changes.0.record.description"), ==,
                   "One");
}

/* A hundred records by sevens: each comes once, in a chain of places without a gap */
/* A subtask that came before its parent is in the parent's project once that has come */
static void
test_a_subtask_may_come_first (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, ADA, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  const char *id = baton_test_answer_get_text (project, "data.id");
  g_autofree char *set = g_strdup_printf ("{\"title\":\"A\",\"project_id\":\"%s\"}", id);
  g_autofree char *sub = rounds_dup_edit (1, OTHER, "{\"title\":\"B\",\"parent_id\":\"" TASK "\"}",
                                          NULL);
  g_autofree char *task = rounds_dup_edit (2, TASK, set, NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", sub, task);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", both);
  g_autofree char *path = g_strdup_printf ("/api/v1/tasks?project_id=%s", id);
  g_autoptr (BatonTestAnswer)
      listed = baton_test_server_request (server, ADA, "GET", path, NULL, NULL);

  rounds_assert_status (made, 0, "applied");
  rounds_assert_status (made, 1, "applied");
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
          g_autofree char *edit = rounds_dup_edit (i, record, set, NULL);

          g_string_append_printf (edits, "%s%s", i > n ? "," : "", edit);
        }
      answer = rounds_exchange_as (server, ADA, "{}", edits->str, 1);
      rounds_assert_status (answer, 499, "applied");
    }
}

/* Deleting the first hides all, in no time that anybody notices */
static void
test_a_long_chain_is_hidden_at_once (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *deleted = rounds_dup_edit (9999, LINK "0000", "{\"deleted\":true}", NULL);
  g_autoptr (BatonTestAnswer) listed = NULL;

  make_chain (server);
  baton_test_answer_free (rounds_exchange_as (server, ADA, "{}", deleted, 1));
  listed = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks", NULL, NULL);
  g_assert_cmpint (baton_test_answer_get_int (listed, "meta.total"), ==, 0);
}

static void
test_a_long_chain_moves_as_one (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *id = rounds_dup_id (9998);
  g_autofree char *clock = rounds_dup_clock (0, 0);
  g_autofree char *project = g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"project\",\"record\":\"" OTHER
      "\",\"set\":{\"name\":\"P\"},\"clock\":\"%s\"}",
      id, clock);
  g_autofree char *first = rounds_dup_edit (9999, LINK "0000", "{\"project_id\":\"" OTHER "\"}",
                                            NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", project, first);
  g_autoptr (BatonTestAnswer) moved = NULL;
  g_autoptr (BatonTestAnswer) listed = NULL;

  make_chain (server);
  moved = rounds_exchange_as (server, ADA, "{}", both, 1);
  listed = baton_test_server_request (server, ADA, "GET", "/api/v1/tasks?project_id=" OTHER, NULL,
                                      NULL);

  rounds_assert_status (moved, 1, "applied");
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
  g_autoptr (BatonTestAnswer) places = rounds_exchange (server, "{\"" SCOPE "\":7}", "");
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
  g_test_add_func ("/server/sync/what-changes-nothing-takes-no-place",
                   test_what_changes_nothing_takes_no_place);
  g_test_add_func ("/server/sync/a-clock-far-ahead-is-replaced",
                   test_a_clock_far_ahead_is_replaced);
  g_test_add_func ("/server/sync/one-bad-edit-is-refused-alone",
                   test_one_bad_edit_is_refused_alone);
  g_test_add_func ("/server/sync/foreign-records-are-refused", test_foreign_records_are_refused);
  g_test_add_func ("/server/sync/an-older-edit-loses", test_an_older_edit_loses);
  g_test_add_func ("/server/sync/a-change-tells-what-lost", test_a_change_tells_what_lost);
  g_test_add_func ("/server/sync/notes-are-merged-by-lines", test_notes_are_merged_by_lines);
  g_test_add_func ("/server/sync/old-notes-do-not-come-back", test_old_notes_do_not_come_back);
  g_test_add_func ("/server/sync/a-subtask-may-come-first", test_a_subtask_may_come_first);
  g_test_add_func ("/server/sync/a-long-chain-is-hidden-at-once",
                   test_a_long_chain_is_hidden_at_once);
  g_test_add_func ("/server/sync/a-long-chain-moves-as-one", test_a_long_chain_moves_as_one);
  g_test_add_func ("/server/sync/what-is-no-round-trip-is-named",
                   test_what_is_no_round_trip_is_named);
  return g_test_run ();
}
