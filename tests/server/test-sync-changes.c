/* test-sync-changes.c: what a device hears of, from where it stands
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
      g_autofree char *edit = rounds_dup_edit (i, record, "{\"title\":\"A\"}", NULL);

      g_string_append_printf (edits, "%s%s", i > 0 ? "," : "", edit);
    }
  g_clear_pointer (&cursor, g_free);
  cursor = g_strdup ("{}");
  baton_test_answer_free (rounds_exchange_as (server, ADA, "{}", edits->str, 1));
  while (more)
    {
      g_autoptr (BatonTestAnswer) answer = rounds_exchange_as (server, ADA, cursor, "", 7);
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
      cursor = rounds_dup_cursor (answer);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 70);
}

static void
test_a_foreign_past_is_told (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *second = rounds_dup_edit (2, TASK, "{\"title\":\"B\"}", NULL);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", edit);
  const char *const cursors[] = { "{\"" SCOPE "\":\"1.zz\"}", "{\"" SCOPE "\":\"99.zz\"}",
                                  "{\"" SCOPE "\":\"\"}", "{\"" SCOPE "\":\"-1.a\"}" };
  g_autoptr (BatonTestAnswer) after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cursors); i++)
    {
      g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, cursors[i], second);

      baton_test_answer_assert_error (answer, 410, "CURSOR_EXPIRED");
      g_assert_cmpstr (baton_test_answer_get_text (answer, "error.details.0.scope"), ==, SCOPE);
      g_assert_cmpstr (baton_test_answer_get_text (answer, "error.details.0.reason"), ==, "forked");
    }
  after = rounds_exchange (server, "{}", "");
  g_assert_cmpstr (baton_test_answer_get_text (after, "data.changes.0.record.title"), ==, "A");
}

static void
test_a_scope_that_is_gone_is_left (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, BOB, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  g_autoptr (BatonTestAnswer) theirs = rounds_exchange_as (server, BOB, "{}", "", 500);
  g_autofree char *cursor = rounds_dup_cursor (theirs);
  g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, cursor, "");

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
  g_autofree char *task = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *sub = rounds_dup_edit (2, OTHER, "{\"title\":\"B\",\"parent_id\":\"" TASK "\"}",
                                          NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", task, sub);
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", both);
  g_autofree char *cursor = rounds_dup_cursor (made);
  g_autoptr (BatonTestAnswer) project = baton_test_server_request (
      server, ADA, "POST", "/api/v1/projects", "{\"name\":\"P\"}", NULL);
  g_autofree char *set = g_strdup_printf ("{\"project_id\":\"%s\"}",
                                          baton_test_answer_get_text (project, "data.id"));
  g_autofree char *move = rounds_dup_edit (3, TASK, set, NULL);
  g_autoptr (BatonTestAnswer) moved = rounds_exchange (server, cursor, move);

  rounds_assert_status (moved, 0, "applied");
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
  g_autofree char *first = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *second = rounds_dup_edit (2, OTHER, "{\"title\":\"B\"}", NULL);
  g_autofree char *both = g_strdup_printf ("%s,%s", first, second);
  g_autoptr (BatonTestAnswer) made = rounds_exchange_as (server, ADA, "{}", both, 1);
  g_autofree char *old = rounds_dup_cursor (made);
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

  missed = rounds_exchange (server, old, "");
  baton_test_answer_assert_error (missed, 410, "CURSOR_EXPIRED");
  g_assert_cmpstr (baton_test_answer_get_text (missed, "error.details.0.reason"), ==, "purged");

  page = rounds_exchange_as (server, ADA, "{}", "", 1);
  g_assert_true (json_node_get_boolean (baton_test_answer_get (page, "data.more")));
  cursor = rounds_dup_cursor (page);
  rest = rounds_exchange (server, cursor, "");
  g_assert_cmpuint (rest->status, ==, 200);
  g_assert_cmpuint (baton_test_answer_get_length (rest, "data.changes"), ==, 1);
  g_assert_cmpstr (baton_test_answer_get_text (rest, "data.changes.0.record.title"), ==, "B");
}

/* What comes of one member's edits to everybody else who sees the record stays small, however many edits these are. */
static void
test_no_record_outgrows_an_answer (void)
{
  g_autoptr (BatonTestServer) server = baton_test_server_new ();
  g_autofree char *edit = rounds_dup_edit (1, TASK, "{\"title\":\"A\"}", NULL);
  g_autofree char *rename = rounds_dup_edit (40, TASK, "{\"title\":\"B\"}", NULL);
  g_autofree char *fill = g_strnfill (10 * 1024, 'x');
  g_autoptr (BatonTestAnswer) made = rounds_exchange (server, "{}", edit);
  g_autoptr (BatonTestAnswer) after = NULL;
  guint n_applied = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *set = g_strdup_printf ("{\"x%u\":\"%s\"}", i, fill);
      g_autofree char *more = rounds_dup_edit (2 + i, TASK, set, NULL);
      g_autoptr (BatonTestAnswer) answer = rounds_exchange (server, "{}", more);
      const char *status = baton_test_answer_get_text (answer, "data.results.0.status");

      n_applied += g_str_equal (status, "applied");
      if (i == 19)
        {
          g_assert_cmpstr (status, ==, "refused");
          g_assert_cmpstr (baton_test_answer_get_text (answer, "data.results.0.code"), ==,
                           "VALIDATION_ERROR");
          g_assert_nonnull (
              strstr (baton_test_answer_get_text (answer, "data.results.0.message"), "x19"));
        }
    }
  g_assert_cmpuint (n_applied, ==, 6);
  after = rounds_exchange (server, "{}", rename);
  rounds_assert_status (after, 0, "applied");
  g_assert_cmpuint (strlen (baton_test_answer_get_text (after, "data.changes.0.record.x0")), ==,
                    strlen (fill));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/sync-changes/changes-come-in-pages", test_changes_come_in_pages);
  g_test_add_func ("/server/sync-changes/a-foreign-past-is-told", test_a_foreign_past_is_told);
  g_test_add_func ("/server/sync-changes/a-purged-scope-can-be-pulled",
                   test_a_purged_scope_can_be_pulled);
  g_test_add_func ("/server/sync-changes/no-record-outgrows-an-answer",
                   test_no_record_outgrows_an_answer);
  g_test_add_func ("/server/sync-changes/a-scope-that-is-gone-is-left",
                   test_a_scope_that_is_gone_is_left);
  g_test_add_func ("/server/sync-changes/a-moved-task-leaves-with-all",
                   test_a_moved_task_leaves_with_all);
  return g_test_run ();
}
