/* test-database-adopt.c: what one person of a server left on a device becomes another's, whole, once, and under ids of its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"
#include "database-fixture.h"
#include "sql/baton-sql.h"
#include "store/baton-change.h"

#include <string.h>

#define ADA     "01990000-0000-7000-8000-00000000ada0"
#define GRACE   "01990000-0000-7000-8000-0000000face0"
#define SERVER  "01990000-0000-7000-8000-000000005e70"
#define SHARED  "project:01990000-0000-7000-8000-0000000000ff"
#define N_TASKS 120

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  GRand *rand;
  GPtrArray *projects; /* ids */
  GPtrArray *tasks;    /* likewise */
} Fixture;

static gboolean
sign_in (BatonDatabase *database, const char *user, BatonSignIn how)
{
  g_autofree char *own = g_strconcat ("user:", user, NULL);
  const char *const scopes[] = { own, SHARED, NULL };
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) user,
                                 (char *) SERVER };
  GError *error = NULL;
  gboolean done = baton_database_sign_in (database, &account, how, scopes, &error);

  g_assert_no_error (error);
  return done;
}

static void
sign_out (BatonDatabase *database)
{
  GError *error = NULL;

  baton_database_sign_out (database, BATON_SIGN_OUT_KEEP, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->database = store_open (fixture->folder);
  fixture->rand = baton_test_rand_new ();
  fixture->projects = g_ptr_array_new_with_free_func (g_free);
  fixture->tasks = g_ptr_array_new_with_free_func (g_free);
  sign_in (fixture->database, ADA, BATON_SIGN_IN_ASK);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->tasks);
  g_ptr_array_unref (fixture->projects);
  g_rand_free (fixture->rand);
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static void
run_sql (Fixture *fixture, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);
  GError *error = NULL;

  baton_sql_exec (sql, text, &error);
  g_assert_no_error (error);
}

/* The first column of each row, a line each */
static char *
ask_sql (Fixture *fixture, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_WRITE, NULL);
  GError *error = NULL;
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (sql, text, &error);
  GString *out = g_string_new (NULL);

  g_assert_no_error (error);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    {
      const char *cell = baton_sql_get_text (rows, 0);

      g_string_append_printf (out, "%s\n", cell != NULL ? cell : "null");
    }
  g_assert_no_error (error);
  return g_string_free_and_steal (out);
}

#define assert_sql(fixture, text, wanted)               \
  G_STMT_START                                          \
  {                                                     \
    g_autofree char *answer_ = ask_sql (fixture, text); \
    g_assert_cmpstr (answer_, ==, wanted);              \
  }                                                     \
  G_STMT_END

/* --- something to take over ---------------------------------------------- */

static char *
add (Fixture *fixture,
     BatonEntity entity,
     const char *field,
     const char *value,
     const char *more,
     const char *other)
{
  char *id = baton_uuid_new (baton_database_get_now (fixture->database));

  store_apply (fixture->database, store_edit (entity, id, field, value, more, other, NULL), "Add");
  return id;
}

static const char *
pick (Fixture *fixture, GPtrArray *ids)
{
  return g_ptr_array_index (ids, baton_test_pick (fixture->rand, ids->len));
}

static void
add_task (Fixture *fixture)
{
  char *id = store_add (fixture->database, "Task",
                        baton_test_pick (fixture->rand, 3) != 0 ? pick (fixture, fixture->projects)
                                                                : NULL);

  if (fixture->tasks->len > 0 && baton_test_pick (fixture->rand, 3) == 0)
    store_set (fixture->database, id, "parent_id", pick (fixture, fixture->tasks));
  if (baton_test_pick (fixture->rand, 4) == 0)
    {
      store_set (fixture->database, id, "due", "2026-11-20");
      store_set (fixture->database, id, "recurrence", "FREQ=DAILY");
      store_set (fixture->database, id, "status", "done");
    }
  if (baton_test_pick (fixture->rand, 5) == 0)
    store_set (fixture->database, id, "project_id", pick (fixture, fixture->projects));
  if (baton_test_pick (fixture->rand, 6) == 0)
    store_set (fixture->database, id, "assignee_id", ADA);
  if (baton_test_pick (fixture->rand, 9) == 0)
    store_set (fixture->database, id, "deleted", "true");
  if (baton_test_pick (fixture->rand, 4) == 0)
    g_free (add (fixture, BATON_ENTITY_COMMENT, "task_id", id, "body", "Well"));
  if (baton_test_pick (fixture->rand, 4) == 0)
    g_free (add (fixture, BATON_ENTITY_REMINDER, "task_id", id, "at", "2026-11-21T08:00:00.000Z"));
  g_ptr_array_add (fixture->tasks, id);
}

static void
fill (Fixture *fixture, guint n_tasks)
{
  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (fixture->projects,
                     add (fixture, BATON_ENTITY_PROJECT, "name", "Garden", "color", "#00ff00"));
  for (guint i = 0; i < n_tasks; i++)
    add_task (fixture);
}

/* As a server would have some of it by now: in Ada's own scope, in a project that both see, refused, or not heard of */
static void
upload_some (Fixture *fixture)
{
  static const char *const names[] = { "project", "task", "comment", "reminder" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "UPDATE %s SET scope = CASE (key * 7 + %u) %% 5 WHEN 0 THEN '' WHEN 1 THEN '%s' "
          "ELSE 'user:%s' END;",
          names[i], baton_test_pick (fixture->rand, 5), SHARED, ADA);

      run_sql (fixture, text);
    }
  run_sql (fixture, "UPDATE outbox SET state = 'refused', code = 'NO', message = 'No' "
                    "WHERE seq % 13 = 0; DELETE FROM outbox WHERE state <> 'refused'");
}

/* --- what must be -------------------------------------------------------- */

#define KEEP_BEFORE(name)                                                       \
  "CREATE TABLE before_" name " AS SELECT *, scope <> '' AND scope <> '" SHARED \
  "' AS goes FROM \"" name "\";"

static void
keep_before (Fixture *fixture)
{
  run_sql (fixture,
           KEEP_BEFORE ("project") KEEP_BEFORE ("task") KEEP_BEFORE ("comment")
               KEEP_BEFORE ("reminder") "CREATE TABLE before_history AS SELECT * FROM history;"
                                        "CREATE TABLE before_outbox AS SELECT * FROM outbox;");
}

/* Old and new ids of all, by the keys of their rows */
#define NAMES                                                                                   \
  "names AS (SELECT b.id AS old, t.id AS new FROM before_task b JOIN task t USING (key) UNION " \
  "SELECT b.id, t.id FROM before_project b JOIN project t USING (key) UNION "                   \
  "SELECT b.id, t.id FROM before_comment b JOIN comment t USING (key) UNION "                   \
  "SELECT b.id, t.id FROM before_reminder b JOIN reminder t USING (key))"
#define NEW(column) "(SELECT new FROM names WHERE old = " column ")"

static void
check_references (Fixture *fixture)
{
  assert_sql (
      fixture,
      "WITH " NAMES " SELECT count (*) FROM task t JOIN before_task b USING (key) WHERE "
      "t.project_id IS NOT " NEW ("b.project_id") " OR t.parent_id IS NOT " NEW (
          "b.parent_id") " OR t.title IS NOT b.title OR t.clocks <> b.clocks OR t.position IS NOT b.position",
      "0\n");
  assert_sql (fixture,
              "WITH " NAMES " SELECT count (*) FROM comment t JOIN before_comment b USING (key) "
              "WHERE t.task_id IS NOT " NEW ("b.task_id") " OR t.body <> b.body",
              "0\n");
  assert_sql (fixture,
              "WITH " NAMES " SELECT count (*) FROM reminder t JOIN before_reminder b USING (key) "
              "WHERE t.task_id IS NOT " NEW ("b.task_id"),
              "0\n");
  assert_sql (
      fixture,
      "WITH " NAMES " SELECT count (*) FROM history h JOIN before_history b USING (id) "
      "WHERE h.record IS NOT " NEW ("b.record") " OR (h.field IN ('project_id', 'parent_id', "
                                                "'task_id') AND h.new_value ->> '$' IS NOT " NEW (
                                                    "b.new_value ->> '$'") ")",
      "0\n");
  assert_sql (fixture,
              "WITH " NAMES " SELECT count (*) FROM outbox o JOIN before_outbox b USING (id) WHERE "
              "o.record IS NOT " NEW ("b.record") " OR o.record <> o.json ->> '$.record' OR "
                                                  "o.json ->> '$.set.project_id' IS NOT " NEW (
                                                      "b.json ->> '$.set.project_id'"),
              "0\n");
}

static void
check_adopted (Fixture *fixture)
{
  assert_sql (fixture,
              "SELECT (SELECT count (*) FROM task) = (SELECT count (*) FROM before_task) AND "
              "(SELECT count (*) FROM project) = (SELECT count (*) FROM before_project) AND "
              "(SELECT count (*) FROM history) >= (SELECT count (*) FROM before_history)",
              "1\n");
  /* What went to Ada's scope has another id, what both see has the same */
  assert_sql (fixture,
              "SELECT count (*) FROM task t JOIN before_task b USING (key) WHERE "
              "(b.goes AND t.id = b.id) OR (b.scope = '" SHARED "' AND t.id <> b.id)",
              "0\n");
  assert_sql (
      fixture,
      "SELECT count (*) FROM project t JOIN before_project b USING (key) WHERE b.goes = (t.id = b.id)",
      "0\n");
  assert_sql (fixture,
              "SELECT count (*) FROM task t JOIN before_task b USING (key) WHERE t.id <> b.id AND "
              "t.assignee_id IS NOT iif (b.assignee_id = '" ADA "', '" GRACE "', NULL)",
              "0\n");
  check_references (fixture);
}

/* An occurrence is where its series says, or somebody else would make it once more */
static void
check_series (Fixture *fixture)
{
  g_autofree char *all = ask_sql (
      fixture, "SELECT t.id || ' ' || t.series_id || ' ' || t.occurrence FROM task t "
               "JOIN before_task b USING (key) WHERE t.series_id <> t.id AND t.id <> b.id");
  g_auto (GStrv) lines = g_strsplit (all, "\n", -1);

  for (guint i = 0; *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);
      g_autofree char *named = baton_uuid_from_name (words[1], words[2]);

      g_assert_cmpstr (words[0], ==, named);
    }
}

/* What both see is looked for at the server, the rest is sent */
static void
check_uploaded (Fixture *fixture)
{
  assert_sql (fixture,
              "SELECT count (*) FROM task WHERE (scope = '') <> (id IN "
              "(SELECT record FROM outbox WHERE state = 'waiting')) OR scope NOT IN ('', '" SHARED
              "') OR seen <> (scope = '')",
              "0\n");
  assert_sql (fixture, "SELECT scope || coalesce (place, ' ') || pull FROM cursor",
              SHARED " forked\n");
  assert_sql (fixture,
              "SELECT count (*) FROM (SELECT record FROM outbox WHERE state = 'waiting' AND "
              "entity = 'project' AND json ->> '$.set.name' IS NOT NULL GROUP BY record HAVING "
              "count (*) > 1)",
              "0\n");
}

static void
test_all_of_it_goes_over (Fixture *fixture, gconstpointer data)
{
  g_autofree char *undone = NULL;

  fill (fixture, N_TASKS);
  upload_some (fixture);
  keep_before (fixture);
  sign_out (fixture->database);
  sign_in (fixture->database, GRACE, BATON_SIGN_IN_ADD);
  check_adopted (fixture);
  check_series (fixture);
  check_uploaded (fixture);
  undone = baton_database_undo (fixture->database, FALSE, NULL);
  g_assert_nonnull (undone);
}

static void
test_back_again_it_is_what_it_was (Fixture *fixture, gconstpointer data)
{
  fill (fixture, N_TASKS);
  run_sql (fixture, "UPDATE task SET scope = 'user:" ADA "'; UPDATE project SET scope = 'user:" ADA
                    "'; UPDATE comment SET scope = 'user:" ADA
                    "'; UPDATE reminder SET scope = 'user:" ADA "'");
  keep_before (fixture);
  sign_out (fixture->database);
  sign_in (fixture->database, GRACE, BATON_SIGN_IN_ADD);
  check_adopted (fixture);
  check_series (fixture);
  run_sql (fixture,
           "UPDATE task SET scope = 'user:" GRACE "'; UPDATE project SET scope = 'user:" GRACE
           "'; UPDATE comment SET scope = 'user:" GRACE
           "'; UPDATE reminder SET scope = 'user:" GRACE "'");
  sign_out (fixture->database);
  sign_in (fixture->database, ADA, BATON_SIGN_IN_ADD);
  check_references (fixture);
  assert_sql (fixture,
              "SELECT count (*) FROM task t JOIN before_task b USING (key) WHERE t.id <> b.id",
              "0\n");
  assert_sql (
      fixture,
      "SELECT count (*) FROM task t JOIN before_task b USING (key) WHERE t.series_id IS NOT b.series_id",
      "0\n");
}

/* Sent, but not answered: the server may have it as Ada's */
static void
test_what_may_have_been_sent_counts_as_sent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sent = store_add (fixture->database, "Sent", NULL);
  g_autofree char *refused = store_add (fixture->database, "Refused", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (GPtrArray) edits = baton_database_get_outbox (fixture->database, 10, 100000, NULL);

  g_assert_cmpuint (edits->len, ==, 2);
  kept = store_add (fixture->database, "Kept", NULL);
  run_sql (fixture, "UPDATE outbox SET state = 'refused' WHERE seq = 2");
  sign_out (fixture->database);
  assert_sql (fixture, "SELECT count (*) FROM outbox", "1\n");
  sign_in (fixture->database, GRACE, BATON_SIGN_IN_ADD);
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, sent, NULL));
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, refused, NULL));
  store_assert (fixture->database, kept, "title", "Kept");
  assert_sql (fixture, "SELECT title FROM task ORDER BY title", "Kept\nRefused\nSent\n");
}

static void
test_what_was_uploaded_once_is_known_after_a_second_sign_in (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Uploaded", NULL);

  run_sql (fixture, "UPDATE task SET scope = 'user:" ADA "'; DELETE FROM outbox");
  sign_out (fixture->database);
  sign_in (fixture->database, ADA, BATON_SIGN_IN_ASK);
  sign_out (fixture->database);
  sign_in (fixture->database, GRACE, BATON_SIGN_IN_ADD);
  g_assert_null (baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL));
  assert_sql (fixture, "SELECT title FROM task", "Uploaded\n");
  assert_sql (fixture, "SELECT count (*) FROM outbox", "1\n");
}

static void
test_a_sign_out_that_was_cut_off_goes_on (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Waits", NULL);
  BatonSyncStatus status;

  store_set (fixture->database, task, "title", "Still waits");
  /* As a process that was killed after the first transaction would leave it */
  run_sql (fixture, "DELETE FROM meta WHERE name IN ('server', 'email', 'user_id', 'server_id'); "
                    "INSERT INTO meta VALUES ('leaving', '1')");
  g_assert_true (baton_database_end_leaving (fixture->database, NULL));
  g_assert_true (baton_database_get_sync_status (fixture->database, &status, NULL));
  g_assert_cmpuint (status.waiting, ==, 0);
  store_assert (fixture->database, task, "title", "Still waits");
  sign_in (fixture->database, ADA, BATON_SIGN_IN_ASK);
  assert_sql (fixture, "SELECT count (*) FROM outbox", "2\n");
}

static void
test_what_was_refused_is_not_listed_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Refused", NULL);
  g_autoptr (GPtrArray) unsynced = NULL;

  run_sql (fixture, "UPDATE outbox SET state = 'refused', code = 'NO', message = 'No'");
  sign_out (fixture->database);
  sign_in (fixture->database, ADA, BATON_SIGN_IN_ASK);
  unsynced = baton_database_get_unsynced (fixture->database, NULL);
  g_assert_cmpuint (unsynced->len, ==, 1);
  g_assert_false (((BatonUnsynced *) g_ptr_array_index (unsynced, 0))->refused);
}

#define TEST(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store/adopt/all-of-it-goes-over", test_all_of_it_goes_over);
  TEST ("/store/adopt/back-again-it-is-what-it-was", test_back_again_it_is_what_it_was);
  TEST ("/store/adopt/what-may-have-been-sent-counts-as-sent",
        test_what_may_have_been_sent_counts_as_sent);
  TEST ("/store/adopt/what-was-uploaded-once-is-known-after-a-second-sign-in",
        test_what_was_uploaded_once_is_known_after_a_second_sign_in);
  TEST ("/store/adopt/a-sign-out-that-was-cut-off-goes-on",
        test_a_sign_out_that_was_cut_off_goes_on);
  TEST ("/store/adopt/what-was-refused-is-not-listed-twice",
        test_what_was_refused_is_not_listed_twice);
  return g_test_run ();
}
