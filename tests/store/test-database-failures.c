/* test-database-failures.c: killed, full, damaged, newer: what was written stays, and the message says what to do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/store/baton-database-private.h"
#include "database-fixture.h"

#define N_TASKS 8

static GPtrArray *
make_edits (GPtrArray *ids, guint n, const char *title)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *made = baton_uuid_new (1000 + i);
      const char *id = ids != NULL ? g_ptr_array_index (ids, i) : made;

      g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", title, "description",
                                          title, "tags.x", "true", NULL));
    }
  return edits;
}

static void
assert_sound (BatonDatabase *database)
{
  GError *error = NULL;

  baton_sql_check (database->sql, &error);
  g_assert_no_error (error);
  baton_sql_exec (database->sql, "INSERT INTO search (search) VALUES ('integrity-check')", &error);
  g_assert_no_error (error);
}

/* --- killed -------------------------------------------------------------- */

/* Sets the titles of all tasks to 0, 1, 2 … in one step each, and tells each number once it is written */
static void
write_forever (const char *folder, GPtrArray *ids, int fd)
{
  BatonDatabase *database = store_open (folder);

  for (guint i = 0;; i++)
    {
      g_autofree char *title = g_strdup_printf ("%u", i);
      g_autoptr (GPtrArray) edits = make_edits (ids, ids->len, title);

      g_assert_true (baton_database_apply (database, edits, title, NULL));
      if (i > 0 && i % 3 == 0)
        {
          g_autofree char *label = baton_database_undo (database, FALSE, NULL);

          g_assert_nonnull (label);
        }
      if (write (fd, &i, sizeof i) != sizeof i)
        _exit (1);
    }
}

/* Lets the child write for a while, and ends it in the middle; gives the last number that it told */
static gint
kill_writer (const char *folder, GPtrArray *ids, GRand *random)
{
  int pipes[2], status;
  guint told, wanted = (guint) g_rand_int_range (random, 0, 12);
  gint last = -1;
  volatile gint spins;
  pid_t child;

  g_assert_cmpint (pipe (pipes), ==, 0);
  child = fork ();
  if (child == 0)
    write_forever (folder, ids, pipes[1]);
  close (pipes[1]);
  while ((last < (gint) wanted) && read (pipes[0], &told, sizeof told) == sizeof told)
    last = (gint) told;
  /* Somewhere in the step after it: up to some milliseconds of its work */
  spins = g_rand_int_range (random, 0, 2000000);
  while (spins > 0)
    spins--;
  kill (child, SIGKILL);
  while (read (pipes[0], &told, sizeof told) == sizeof told)
    last = (gint) told;
  close (pipes[0]);
  waitpid (child, &status, 0);
  return last;
}

static void
assert_whole (BatonDatabase *database, GPtrArray *ids, gint told)
{
  g_autofree char *first = store_get (database, g_ptr_array_index (ids, 0), "title");

  for (guint i = 1; i < ids->len; i++)
    store_assert (database, g_ptr_array_index (ids, i), "title", first);
  /* What was told is there: either that number, what undid it, or what came after. */
  if (told >= 0)
    g_assert_cmpint (g_ascii_strtoll (first, NULL, 10), >=, told - 1);
}

static void
test_killed_in_the_middle_leaves_whole_steps (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
      g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (BatonDatabase) database = store_open (folder);
      gint told;

      for (guint i = 0; i < N_TASKS; i++)
        g_ptr_array_add (ids, store_add (database, "0", NULL));
      g_clear_pointer (&database, baton_database_close);
      told = kill_writer (folder, ids, random);
      database = store_open (folder);
      assert_whole (database, ids, told);
      assert_sound (database);
      store_set (database, g_ptr_array_index (ids, 0), "title", "After");
    }
}

/* --- full ---------------------------------------------------------------- */

static void
fill_up (BatonDatabase *database, guint n)
{
  g_autofree char *long_text = g_strnfill (400, 'x');
  g_autoptr (GPtrArray) edits = make_edits (NULL, n, long_text);
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_database_apply (database, edits, "Many", &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FULL);
}

static void
test_full_disk_changes_nothing (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = store_open (folder);
  g_autofree char *id = store_add (database, "Kept", NULL);
  g_autofree char *undo = NULL, *redo = NULL;

  baton_sql_exec (database->sql, "PRAGMA max_page_count=120", NULL);
  fill_up (database, 1000);
  store_assert (database, id, "title", "Kept");
  store_assert_list (database, baton_query_new (BATON_VIEW_ALL), "Kept");
  baton_database_get_steps (database, &undo, &redo);
  g_assert_cmpstr (undo, ==, "Add");
  store_set (database, id, "title", "Goes on");
  assert_sound (database);
}

static void
run_on_full_disk (const char *folder, const char *id)
{
  const struct rlimit limit = { 400000, 400000 };
  BatonDatabase *database = store_open (folder);

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &limit);
  fill_up (database, 2000);
  store_assert (database, id, "title", "Kept");
  baton_database_close (database);
  _exit (0);
}

static void
test_disk_that_fills_up_changes_nothing (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = store_open (folder);
  g_autofree char *id = store_add (database, "Kept", NULL);
  int status;

  g_clear_pointer (&database, baton_database_close);
  if (fork () == 0)
    run_on_full_disk (folder, id);
  wait (&status);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  database = store_open (folder);
  store_assert_list (database, baton_query_new (BATON_VIEW_ALL), "Kept");
  assert_sound (database);
}

/* --- files that are something else --------------------------------------- */

static void
assert_refused (const char *folder, BatonSqlError code)
{
  g_autofree char *path = g_build_filename (folder, "baton.db", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize length_before = 0, length_after = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &before, &length_before, NULL));
  g_assert_null (baton_database_open (folder, &error));
  g_assert_error (error, BATON_SQL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "left as it is"));
  g_assert_true (g_file_get_contents (path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length_before, after, length_after);
}

static void
test_newer_file_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = store_open (folder);

  baton_sql_exec (database->sql, "PRAGMA user_version=1000", NULL);
  g_clear_pointer (&database, baton_database_close);
  assert_refused (folder, BATON_SQL_ERROR_NEWER);
}

static void
test_damaged_file_is_left_as_it_is (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "baton.db", NULL);

  g_file_set_contents (path, "Dear diary, this is no database at all.", -1, NULL);
  assert_refused (folder, BATON_SQL_ERROR_CORRUPT);
}

static void
test_folder_that_cannot_be_is_told (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *inside = g_build_filename (file, "baton", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, "", 0, NULL);
  g_assert_null (baton_database_open (inside, &error));
  g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN);
  g_assert_nonnull (strstr (error->message, inside));
}

static void
test_new_folder_is_private (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *inside = g_build_filename (folder, "a", "baton", NULL);
  g_autoptr (BatonDatabase) database = store_open (inside);
  GStatBuf status;

  g_assert_cmpint (g_stat (inside, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
}

static void
test_empty_file_is_a_new_one (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "baton.db", NULL);
  g_autoptr (BatonDatabase) database = NULL;

  g_file_set_contents (path, "", 0, NULL);
  database = store_open (folder);
  store_assert_list (database, baton_query_new (BATON_VIEW_ALL), "");
}

/* --- versions ------------------------------------------------------------ */

/* tests/store/version-N.sql: what takes a file from version N - 1 to N, as it was when that version came out */
static char *
read_version (guint version)
{
  g_autofree char *name = g_strdup_printf ("version-%u.sql", version);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", name, NULL);
  char *text = NULL;
  GError *error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* A file as the first @version migrations left it, with a task in it */
static char *
make_version (const char *folder, guint version)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) migrations = NULL;
  g_autofree char *path = g_build_filename (folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);
  char *id = baton_uuid_new (1000);
  g_autofree char *insert = g_strdup_printf (
      "INSERT INTO task (id, title, status, deleted, tags, position, clocks, changed) VALUES ('%s', "
      "'Old', 'todo', 0, '[]', 'a', '000000000001-0000-00000000000a\ttitle\tposition', 1)",
      id);

  for (guint i = 1; i <= version; i++)
    g_strv_builder_take (builder, read_version (i));
  migrations = g_strv_builder_end (builder);
  g_assert_true (baton_sql_migrate (sql, (const char *const *) migrations, NULL));
  g_assert_true (baton_sql_exec (sql, insert, NULL));
  return id;
}

static void
test_every_version_opens_with_what_it_holds (void)
{
  g_auto (GStrv) migrations = baton_database_dup_migrations ();

  for (guint version = 1; version <= g_strv_length (migrations); version++)
    {
      g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
      g_autofree char *id = make_version (folder, version);
      g_autoptr (BatonDatabase) database = store_open (folder);

      store_assert (database, id, "title", "Old");
      store_set (database, id, "title", "New");
      store_assert_list (database, baton_query_new (BATON_VIEW_ALL), "New");
      assert_sound (database);
    }
}

/* Version 1 is made from the schema of records. Before the first release a new field changes it: write the new text down with
 * BATON_TEST_WRITE_VERSIONS=1. After it, a new field is a migration of its own. */
static void
test_versions_are_as_they_came_out (void)
{
  g_auto (GStrv) migrations = baton_database_dup_migrations ();

  for (guint i = 0; migrations[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("version-%u.sql", i + 1);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", name, NULL);
      g_autofree char *stands = NULL;

      if (g_getenv ("BATON_TEST_WRITE_VERSIONS") != NULL)
        g_file_set_contents (path, migrations[i], -1, NULL);
      stands = read_version (i + 1);
      g_assert_cmpstr (migrations[i], ==, stands);
    }
}

/* --- two at once --------------------------------------------------------- */

typedef struct
{
  const char *folder;
  const char *id;
  const char *field;
} Writer;

static gpointer
write_thread (gpointer data)
{
  Writer *writer = data;
  g_autoptr (BatonDatabase) database = store_open (writer->folder);

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *added = store_add (database, writer->field, NULL);
      g_autofree char *tag = g_strdup_printf ("tags.%s%u", writer->field, i % 5);

      store_set (database, writer->id, tag, i % 2 == 0 ? "true" : "false");
    }
  return NULL;
}

static void
test_two_connections_write_at_once (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonDatabase) database = store_open (folder);
  g_autofree char *id = store_add (database, "Shared", NULL);
  Writer writers[] = {
    { folder, id, "a" },
    { folder, id, "b" }
  };
  g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ALL);
  g_autoptr (GArray) keys = NULL;
  g_autoptr (BatonRecord) record = NULL;
  g_auto (GStrv) tags = NULL;
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("writer", write_thread, &writers[i]);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  keys = baton_database_list (database, query, NULL);
  g_assert_cmpuint (keys->len, ==, 101);
  record = baton_database_get (database, BATON_ENTITY_TASK, id, NULL);
  tags = baton_record_dup_set (record, "tags");
  g_assert_cmpuint (g_strv_length (tags), ==, 4);
  assert_sound (database);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/killed-in-the-middle-leaves-whole-steps",
                   test_killed_in_the_middle_leaves_whole_steps);
  g_test_add_func ("/database/full-disk-changes-nothing", test_full_disk_changes_nothing);
  g_test_add_func ("/database/disk-that-fills-up-changes-nothing",
                   test_disk_that_fills_up_changes_nothing);
  g_test_add_func ("/database/newer-file-is-left-as-it-is", test_newer_file_is_left_as_it_is);
  g_test_add_func ("/database/damaged-file-is-left-as-it-is", test_damaged_file_is_left_as_it_is);
  g_test_add_func ("/database/folder-that-cannot-be-is-told", test_folder_that_cannot_be_is_told);
  g_test_add_func ("/database/new-folder-is-private", test_new_folder_is_private);
  g_test_add_func ("/database/empty-file-is-a-new-one", test_empty_file_is_a_new_one);
  g_test_add_func ("/database/every-version-opens-with-what-it-holds",
                   test_every_version_opens_with_what_it_holds);
  g_test_add_func ("/database/versions-are-as-they-came-out", test_versions_are_as_they_came_out);
  g_test_add_func ("/database/two-connections-write-at-once", test_two_connections_write_at_once);
  return g_test_run ();
}
