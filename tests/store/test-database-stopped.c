/* test-database-stopped.c: stopped at any write, without power, on a full disk: the whole of a change, or nothing of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each operation is done on a copy of one prepared database as often as it writes, with a fault at the next write each time, up to and with the
 * copying of the log at closing. What is found afterwards is the dump of all tables as it was before, or as it is after; done again, it is as after.
 * Ids that chance makes are numbered in a dump.
 */
#include <string.h>

#include "../../src/store/baton-database-private.h"
#include "../support/baton-fault-vfs.h"
#include "database-dump.h"
#include "database-fixture.h"

#define NOW     G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define OTHER   "ffffffffffff"
#define SCOPE   "user:00000000-0000-4000-8000-000000000001"
#define PROJECT "00000000-0000-7000-8000-0000000000f0"
#define N_TASKS 6

typedef struct
{
  const char *name;
  void (*prepare) (BatonDatabase *database);
  gboolean (*run) (BatonDatabase *database, GError **error);
  gboolean repeatable; /* done twice it is as done once */
  gboolean hasty;      /* does not wait for the disk: a power cut takes it back whole */
} Operation;

typedef struct
{
  const Operation *operation;
  BatonTestFolder *base;
  BatonTestFolder *folder;
  char *before;
  char *after;
  guint64 n_writes; /* with closing */
} Fixture;

static gint64
get_now (gpointer data)
{
  return NOW;
}

static BatonDatabase *
open_at (const char *folder)
{
  BatonDatabase *database = store_open (folder);

  baton_database_set_now (database, get_now, NULL);
  return database;
}

static char *
task_id (guint n)
{
  return g_strdup_printf ("00000000-0000-7000-8000-%012u", n);
}

/* --- operations ---------------------------------------------------------- */

static GPtrArray *
new_edits (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
}

static void
add_tasks (BatonDatabase *database)
{
  g_autoptr (GPtrArray) edits = new_edits ();
  GError *error = NULL;

  g_ptr_array_add (edits, store_edit (BATON_ENTITY_PROJECT, PROJECT, "name", "Garden", NULL));
  for (guint i = 0; i < N_TASKS; i++)
    {
      g_autofree char *id = task_id (i);

      g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", "Task", "description",
                                          "one\ntwo\nthree", "tags.home", "true", NULL));
    }
  baton_database_apply (database, edits, "Add", &error);
  g_assert_no_error (error);
}

static gboolean
edit_all (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) edits = new_edits ();
  g_autofree char *first = task_id (0);
  g_autofree char *second = task_id (1);
  g_autofree char *third = task_id (2);
  g_autofree char *new = task_id (N_TASKS);

  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, first, "title", "Other", "description",
                                      "one\n2\nthree", "tags.work", "true", NULL));
  g_ptr_array_add (
      edits, store_edit (BATON_ENTITY_TASK, second, "status", "done", "project_id", PROJECT, NULL));
  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, third, "deleted", "true", NULL));
  g_ptr_array_add (edits,
                   store_edit (BATON_ENTITY_TASK, new, "title", "New", "parent_id", first, NULL));
  g_ptr_array_add (edits, store_edit (BATON_ENTITY_PROJECT, PROJECT, "deleted", "true", NULL));
  return baton_database_apply (database, edits, "Edit", error);
}

static gboolean
sign_in (BatonDatabase *database, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  return baton_database_set_account (database, &account, error);
}

static gboolean
sign_out (BatonDatabase *database, GError **error)
{
  return baton_database_set_account (database, NULL, error);
}

static void
prepare_signed_in (BatonDatabase *database)
{
  g_assert_true (sign_in (database, NULL));
  add_tasks (database);
}

static void
prepare_edited (BatonDatabase *database)
{
  prepare_signed_in (database);
  g_assert_true (edit_all (database, NULL));
}

/* Giving edits out marks them */
static void
prepare_sent (BatonDatabase *database)
{
  g_autoptr (GPtrArray) edits = NULL;

  prepare_edited (database);
  edits = baton_database_get_outbox (database, 100, 1000000, NULL);
  g_assert_nonnull (edits);
}

static gboolean
undo (BatonDatabase *database, GError **error)
{
  g_autofree char *label = baton_database_undo (database, FALSE, error);

  return label != NULL;
}

static void
prepare_undone (BatonDatabase *database)
{
  prepare_edited (database);
  g_assert_true (undo (database, NULL));
}

static gboolean
redo (BatonDatabase *database, GError **error)
{
  g_autofree char *label = baton_database_redo (database, FALSE, error);

  return label != NULL;
}

/* By chance of its number: applied, with another clock, merged, or refused */
static BatonResult *
make_result (const BatonEdit *edit, guint n)
{
  BatonResult *result = g_new0 (BatonResult, 1);

  result->edit = g_strdup (baton_edit_get_id (edit));
  result->status = n % 4 == 2   ? BATON_RESULT_MERGED
                   : n % 4 == 3 ? BATON_RESULT_REFUSED
                                : BATON_RESULT_APPLIED;
  if (result->status == BATON_RESULT_REFUSED)
    {
      result->code = g_strdup ("AUTHORIZATION_ERROR");
      result->message = g_strdup ("No");
    }
  else if (n % 4 == 1)
    result->clock = (BatonClock) { .time = (guint64) (NOW - 5000) << 16 | n };
  return result;
}

/* The outbox at its preparation: an answer is to what was sent, not to what waits by then */
static gboolean
take_results (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);
  g_autoptr (GPtrArray) edits = baton_database_get_outbox (database, 100, 1000000, error);

  for (guint i = 0; edits != NULL && i < edits->len; i++)
    g_ptr_array_add (results, make_result (g_ptr_array_index (edits, i), i));
  return edits != NULL && baton_database_take_results (database, results, NOW, error);
}

static void
put_text (BatonRecord *record, const char *field, const char *text, const BatonClock *clock)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  baton_record_put (record, field, &value, clock);
}

static BatonChange *
make_change (guint n)
{
  BatonChange *change = g_new0 (BatonChange, 1);
  BatonClock clock = { .time = (guint64) (NOW + 1000 * n) << 16 };
  g_autofree char *id = task_id (n);

  g_assert_true (baton_device_id_parse (OTHER, &clock.node));
  change->scope = g_strdup (SCOPE);
  change->place = g_strdup_printf ("%u.aaaa", n + 1);
  change->after = g_strdup_printf ("%u.aaaa", n);
  change->entity = BATON_ENTITY_TASK;
  if (n == 4)
    {
      change->left = g_steal_pointer (&id);
      return change;
    }
  change->record = baton_record_new (BATON_ENTITY_TASK, id);
  put_text (change->record, "title", "Elsewhere", &clock);
  put_text (change->record, "description", "one\ntwo\nfour", &clock);
  put_text (change->record, "status", n == 3 ? "done" : "todo", &clock);
  return change;
}

static gboolean
take_changes (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);

  for (guint n = 0; n < N_TASKS + 3; n++)
    g_ptr_array_add (changes, make_change (n));
  return baton_database_take_changes (database, changes, error);
}

static void
prepare_forgotten (BatonDatabase *database)
{
  prepare_edited (database);
  g_assert_true (take_results (database, NULL));
  g_assert_true (take_changes (database, NULL));
  g_assert_true (baton_database_forget_place (database, SCOPE, TRUE, NULL));
}

static gboolean
end_pull (BatonDatabase *database, GError **error)
{
  return baton_database_end_pull (database, error);
}

static const Operation operations[] = {
  { "apply",        prepare_signed_in, edit_all,     TRUE,  FALSE },
  { "undo",         prepare_edited,    undo,         FALSE, FALSE },
  { "redo",         prepare_undone,    redo,         FALSE, FALSE },
  { "take-results", prepare_sent,      take_results, TRUE,  TRUE  },
  { "take-changes", prepare_edited,    take_changes, TRUE,  TRUE  },
  { "end-pull",     prepare_forgotten, end_pull,     TRUE,  FALSE },
  { "sign-in",      add_tasks,         sign_in,      TRUE,  FALSE },
  { "sign-out",     prepare_forgotten, sign_out,     TRUE,  FALSE },
};

/* --- faults -------------------------------------------------------------- */

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (from, "baton.db", NULL);
  g_autofree char *target = g_build_filename (to, "baton.db", NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (target, contents, (gssize) length, NULL));
}

static BatonDatabase *
start (Fixture *fixture)
{
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
  fixture->folder = baton_test_folder_new ();
  copy_file (fixture->base, fixture->folder);
  return open_at (fixture->folder);
}

static void
measure (Fixture *fixture)
{
  g_autoptr (BatonDatabase) database = start (fixture);
  guint64 first = baton_fault_vfs_get_writes (fixture->folder);
  GError *error = NULL;

  fixture->before = database_dump (database->sql);
  fixture->operation->run (database, &error);
  g_assert_no_error (error);
  fixture->after = database_dump (database->sql);
  g_assert_cmpstr (fixture->before, !=, fixture->after);
  g_clear_pointer (&database, baton_database_close);
  fixture->n_writes = baton_fault_vfs_get_writes (fixture->folder) - first;
  g_test_message ("%s: %u writes", fixture->operation->name, (guint) fixture->n_writes);
  g_assert_cmpuint (fixture->n_writes, >, 4);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonDatabase) database = NULL;

  baton_fault_vfs_install ();
  fixture->operation = data;
  fixture->base = baton_test_folder_new ();
  database = open_at (fixture->base);
  fixture->operation->prepare (database);
  g_clear_pointer (&database, baton_database_close);
  measure (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_test_folder_free (fixture->base);
  baton_test_folder_free (fixture->folder);
  g_free (fixture->before);
  g_free (fixture->after);
}

/* What had been said to be done is; what had not, is or is not; and all of it can be done after all. */
static void
assert_whole (Fixture *fixture, BatonDatabase *database, gboolean done)
{
  g_autofree char *found = NULL;
  g_autofree char *at_last = NULL;
  gboolean is_after;
  GError *error = NULL;

  /* As whoever opens it does */
  baton_database_end_leaving (database, &error);
  g_assert_no_error (error);
  found = database_dump (database->sql);
  is_after = g_str_equal (found, fixture->after);
  if (done || !g_str_equal (found, fixture->before))
    database_dump_assert_same (found, fixture->after);
  if (is_after && !fixture->operation->repeatable)
    return;
  fixture->operation->run (database, &error);
  g_assert_no_error (error);
  at_last = database_dump (database->sql);
  database_dump_assert_same (at_last, fixture->after);
}

static void
restart (Fixture *fixture, BatonDatabase **database)
{
  g_clear_pointer (database, baton_database_close);
  baton_fault_vfs_heal (fixture->folder);
  *database = open_at (fixture->folder);
}

static void
stop_at_each_write (Fixture *fixture, BatonFaultTear tear)
{
  for (guint64 n = 0; n <= fixture->n_writes; n++)
    {
      g_autoptr (BatonDatabase) database = start (fixture);
      gboolean done;

      baton_fault_vfs_stop_after (fixture->folder, n, tear);
      done = fixture->operation->run (database, NULL);
      restart (fixture, &database);
      assert_whole (fixture, database, done);
      g_clear_pointer (&database, baton_database_close);
      baton_fault_vfs_forget (fixture->folder);
    }
}

static void
test_stopped_at_any_write (Fixture *fixture, gconstpointer data)
{
  stop_at_each_write (fixture, BATON_FAULT_WHOLE);
}

static void
test_stopped_within_any_write (Fixture *fixture, gconstpointer data)
{
  stop_at_each_write (fixture, BATON_FAULT_TORN);
}

static void
test_power_lost_at_any_write (Fixture *fixture, gconstpointer data)
{
  guint32 seed = baton_test_get_seed () | 1;

  for (guint64 n = 0; n <= 2 * fixture->n_writes; n++)
    {
      g_autoptr (BatonDatabase) database = start (fixture);
      gboolean done;

      baton_fault_vfs_lose_power_after (fixture->folder, n / 2,
                                        n % 2 == 0 ? 0 : seed + (guint32) n);
      done = fixture->operation->run (database, NULL);
      restart (fixture, &database);
      assert_whole (fixture, database, done && !fixture->operation->hasty);
      g_clear_pointer (&database, baton_database_close);
      baton_fault_vfs_forget (fixture->folder);
    }
}

/* The same connection goes on: a full disk ends no program. */
static void
test_full_disk_at_any_write (Fixture *fixture, gconstpointer data)
{
  guint n_failed = 0;

  for (guint64 n = 0; n <= fixture->n_writes; n++)
    {
      g_autoptr (BatonDatabase) database = start (fixture);
      g_autoptr (GError) error = NULL;
      gboolean done;

      baton_fault_vfs_fill_after (fixture->folder, n);
      done = fixture->operation->run (database, &error);
      if (!done)
        {
          g_autofree char *found = database_dump (database->sql);

          n_failed++;
          g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FULL);
          database_dump_assert_same (found, fixture->before);
        }
      baton_fault_vfs_heal (fixture->folder);
      assert_whole (fixture, database, done);
      g_clear_pointer (&database, baton_database_close);
      baton_fault_vfs_forget (fixture->folder);
    }
  g_assert_cmpuint (n_failed, >, 0);
}

static void
test_unreadable_disk_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  copy_file (fixture->base, fixture->folder);
  baton_fault_vfs_fail_reads (fixture->folder);
  g_assert_null (baton_database_open (fixture->folder, &error));
  g_assert_nonnull (error);
  g_assert_true (baton_fault_vfs_has_struck (fixture->folder));
  baton_fault_vfs_heal (fixture->folder);
  database = open_at (fixture->folder);
  assert_whole (fixture, database, FALSE);
}

/* --- new and old files --------------------------------------------------- */

static void
test_making_a_database_stopped_at_any_write (void)
{
  guint64 n = 0;
  gboolean struck = TRUE;

  baton_fault_vfs_install ();
  for (; struck; n++)
    {
      g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
      g_autoptr (BatonDatabase) database = NULL;
      g_autoptr (GError) error = NULL;

      baton_fault_vfs_stop_after (folder, n, n % 2 == 0 ? BATON_FAULT_WHOLE : BATON_FAULT_TORN);
      database = baton_database_open (folder, &error);
      g_assert_true (database != NULL || error != NULL);
      g_clear_pointer (&database, baton_database_close);
      struck = baton_fault_vfs_has_struck (folder);
      baton_fault_vfs_heal (folder);
      database = open_at (folder);
      add_tasks (database);
      store_assert_list (database, baton_query_new (BATON_VIEW_ALL),
                         "Task,Task,Task,Task,Task,Task");
      g_clear_pointer (&database, baton_database_close);
      baton_fault_vfs_forget (folder);
    }
  g_assert_cmpuint (n, >, 20);
}

static const char *const old_version[] = {
  "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT;"
  "INSERT INTO t VALUES (1, 'one'), (2, 'two')",
  NULL,
};
static const char *const new_version[] = {
  "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT;"
  "INSERT INTO t VALUES (1, 'one'), (2, 'two')",
  "ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = b || b; CREATE INDEX i ON t (c)",
  "CREATE TABLE u AS SELECT c FROM t; DROP INDEX i; ALTER TABLE t DROP COLUMN b",
  NULL,
};

static void
make_old_file (const char *path)
{
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);

  g_assert_true (baton_sql_migrate (sql, old_version, NULL));
}

static char *
read_all (const char *path, const char *const *migrations)
{
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);
  GError *error = NULL;

  baton_sql_migrate (sql, migrations, &error);
  g_assert_no_error (error);
  return database_dump (sql);
}

/* Stopped at the @n-th write; whether it came so far */
static gboolean
stop_migration (const char *folder, const char *path, guint64 n)
{
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);
  gboolean done;

  baton_fault_vfs_stop_after (folder, n, n % 2 == 0 ? BATON_FAULT_WHOLE : BATON_FAULT_TORN);
  done = baton_sql_migrate (sql, new_version, NULL);
  g_clear_pointer (&sql, baton_sql_close);
  g_assert_true (done || baton_fault_vfs_has_struck (folder));
  return baton_fault_vfs_has_struck (folder);
}

static void
test_migration_stopped_at_any_write (void)
{
  g_autofree char *wanted = NULL;
  gboolean struck = TRUE;
  guint64 n = 0;

  baton_fault_vfs_install ();
  for (; struck; n++)
    {
      g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
      g_autofree char *path = g_build_filename (folder, "old.db", NULL);
      g_autofree char *copy = g_strconcat (path, ".before-2", NULL);
      g_autofree char *new = g_build_filename (folder, "new.db", NULL);
      g_autofree char *found = NULL;

      make_old_file (path);
      struck = stop_migration (folder, path, n);
      baton_fault_vfs_heal (folder);
      found = read_all (path, new_version);
      if (wanted == NULL)
        wanted = read_all (new, new_version);
      g_assert_cmpstr (found, ==, wanted);
      if (g_file_test (copy, G_FILE_TEST_EXISTS))
        {
          g_autofree char *kept = read_all (copy, old_version);

          g_assert_nonnull (strstr (kept, "1|one|\n2|two|\n"));
        }
      baton_fault_vfs_forget (folder);
    }
  g_assert_cmpuint (n, >, 10);
}

static void
add (const Operation *operation, const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/store/%s/%s", operation->name, name);

  g_test_add (path, Fixture, operation, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      add (&operations[i], "stopped-at-any-write-is-whole", test_stopped_at_any_write);
      add (&operations[i], "stopped-within-any-write-is-whole", test_stopped_within_any_write);
      add (&operations[i], "power-lost-at-any-write-is-whole", test_power_lost_at_any_write);
      add (&operations[i], "full-disk-at-any-write-changes-nothing", test_full_disk_at_any_write);
      add (&operations[i], "unreadable-disk-is-told", test_unreadable_disk_is_told);
    }
  g_test_add_func ("/store/making-a-database-stopped-at-any-write-can-be-made-again",
                   test_making_a_database_stopped_at_any_write);
  g_test_add_func ("/store/migration-stopped-at-any-write-goes-on",
                   test_migration_stopped_at_any_write);
  return g_test_run ();
}
