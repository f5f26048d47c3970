/* test-backup.c: the commands of baton-server that copy its data, and look whether it is sound
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "program-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* The copy is all that a server needs */
static void
test_backup (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Answer) task = server_fixture_send (fixture, "POST", "/tasks", ada->access,
                                                 "{\"title\":\"keep me\"}");
  BatonTestFolder *other = baton_test_folder_new ();
  g_autofree char *copy = g_build_filename (other, "baton-server.db", NULL);
  g_autofree char *words = g_strconcat ("backup|", copy, NULL);
  g_autofree char *nowhere = g_strconcat ("backup|", other, "/missing/file", NULL);
  g_autoptr (ProgramRun) done = NULL;
  g_autoptr (ProgramRun) first = program_command (fixture, NULL, words);
  g_autoptr (ProgramRun) failed = program_command (fixture, NULL, nowhere);
  g_autoptr (Answer) after = server_fixture_send (fixture, "POST", "/tasks", ada->access,
                                                  "{\"title\":\"keep me, too\"}");
  g_autoptr (ServerFixture) second = NULL;
  g_autoptr (ProgramRun) checked = NULL;
  g_autoptr (Person) again = NULL;
  g_autoptr (Answer) list = NULL;
  GStatBuf info;

  program_assert (first, 0, NULL);
  done = program_command (fixture, NULL, words);
  program_assert (failed, 1, "missing");
  program_assert (done, 0, NULL);
  g_assert_cmpint (g_stat (copy, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0077, ==, 0);
  second = server_fixture_new_with (other, NULL);
  checked = program_command (second, NULL, "check");
  program_assert (checked, 0, "sound");
  again = server_fixture_sign_in (second, "ada@example.org");
  list = server_fixture_send (second, "GET", "/tasks?sort=created_at&order=asc", again->access,
                              NULL);
  g_assert_cmpint (answer_get_int (list, "meta.total"), ==, 2);
  g_assert_cmpstr (answer_get (list, "data.0.title"), ==, "keep me");
}

typedef struct
{
  char *path;
  char *contents;
  gsize length;
} Kept;

static Kept
keep (const char *folder, const char *name)
{
  Kept kept = { .path = g_build_filename (folder, name, NULL) };
  g_autoptr (GError) error = NULL;

  g_file_get_contents (kept.path, &kept.contents, &kept.length, &error);
  g_assert_no_error (error);
  return kept;
}

/* It was refused as a place for a backup of @fixture, and is what it was */
static void
assert_kept (ServerFixture *fixture, Kept kept)
{
  g_autofree char *words = g_strconcat ("backup|", kept.path, NULL);
  g_autofree char *part = g_strconcat (kept.path, ".part", NULL);
  g_autoptr (ProgramRun) run = program_command (fixture, NULL, words);
  g_autofree char *contents = NULL;
  gsize length;

  program_assert (run, 1, "no earlier backup");
  g_assert_nonnull (strstr (run->errors, kept.path));
  g_assert_true (g_file_get_contents (kept.path, &contents, &length, NULL));
  g_assert_cmpmem (contents, length, kept.contents, kept.length);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_free (kept.contents);
  g_free (kept.path);
}

/* A letter, the database itself, a backup that a server was started on, and what another server had */
static void
test_backup_in_place_of (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (ServerFixture) stranger = server_fixture_new ();
  BatonTestFolder *other = baton_test_folder_new ();
  g_autofree char *letter = g_build_filename (other, "letter", NULL);
  g_autofree char *copy = g_build_filename (other, "baton-server.db", NULL);
  g_autofree char *foreign = g_build_filename (other, "foreign.db", NULL);
  g_autofree char *words = g_strconcat ("backup|", copy, NULL);
  g_autofree char *foreign_words = g_strconcat ("backup|", foreign, NULL);
  g_autofree char *folder_words = g_strconcat ("backup|", other, NULL);
  g_autoptr (ProgramRun) first = program_command (fixture, NULL, words);
  g_autoptr (ProgramRun) theirs = program_command (stranger, NULL, foreign_words);
  g_autoptr (ProgramRun) folder = program_command (fixture, NULL, folder_words);
  g_autoptr (ServerFixture) started = NULL;

  program_assert (first, 0, NULL);
  program_assert (theirs, 0, NULL);
  program_assert (folder, 1, "no earlier backup");
  g_assert_true (g_file_set_contents (letter, "Dear Ada", -1, NULL));
  assert_kept (fixture, keep (other, "letter"));
  assert_kept (fixture, keep (other, "foreign.db"));
  assert_kept (fixture, keep (fixture->folder, "baton-server.db"));
  started = server_fixture_new_with (other, NULL);
  assert_kept (fixture, keep (other, "baton-server.db"));
}

/* Noise from the page @first on, all but the last one */
static void
damage (const char *path, guint first)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, >, (first + 2) * 4096);
  memset (contents + first * 4096, 0xa5, length - (first + 1) * 4096);
  g_file_set_contents (path, contents, (gssize) length, &error);
  g_assert_no_error (error);
}

static void
test_backup_of_damaged (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (BatonTestFolder) other = baton_test_folder_new ();
  g_autofree char *broken = g_build_filename (other, "baton-server.db", NULL);
  g_autofree char *copy = g_build_filename (other, "copy.db", NULL);
  g_autofree char *make = g_strconcat ("backup|", broken, NULL);
  char *again[] = { (char *) "--data-dir", other, (char *) "backup", copy, NULL };
  g_autoptr (ProgramRun) made = program_command (fixture, NULL, make);
  g_autoptr (ProgramRun) first = program_run_with (NULL, NULL, again);
  g_autoptr (ProgramRun) refused = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length_before, length_after;

  program_assert (made, 0, NULL);
  program_assert (first, 0, NULL);
  g_file_get_contents (copy, &before, &length_before, NULL);
  damage (broken, (guint) (length_before / 4096 - 3));
  refused = program_run_with (NULL, NULL, again);
  program_assert (refused, 1, "is damaged");
  g_file_get_contents (copy, &after, &length_after, NULL);
  g_assert_cmpmem (before, length_before, after, length_after);
}

static void
test_check (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (BatonTestFolder) other = baton_test_folder_new ();
  g_autofree char *copy = g_build_filename (other, "baton-server.db", NULL);
  g_autofree char *words = g_strconcat ("backup|", copy, NULL);
  g_autofree char *missing = g_build_filename (other, "missing", NULL);
  char *check_copy[] = { (char *) "--data-dir", other, (char *) "check", NULL };
  char *check_missing[] = { (char *) "--data-dir", missing, (char *) "check", NULL };
  char *start[] = { (char *) "--data-dir", other, (char *) "--listen", (char *) "127.0.0.1:0",
                    NULL };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length_before;
  gsize length_after;
  g_autoptr (ProgramRun) sound = program_command (fixture, NULL, "check");
  g_autoptr (ProgramRun) copied = program_command (fixture, NULL, words);
  g_autoptr (ProgramRun) damaged = NULL;
  g_autoptr (ProgramRun) started = NULL;
  g_autoptr (ProgramRun) nothing = NULL;

  program_assert (sound, 0, "sound");
  program_assert (copied, 0, NULL);
  damage (copy, 1);
  g_file_get_contents (copy, &before, &length_before, NULL);
  damaged = program_run_with (NULL, NULL, check_copy);
  program_assert (damaged, 1, NULL);
  g_assert_cmpstr (damaged->errors, !=, "");
  started = program_run_with (NULL, NULL, start);
  program_assert (started, 1, NULL);
  g_file_get_contents (copy, &after, &length_after, NULL);
  g_assert_cmpmem (before, length_before, after, length_after);
  nothing = program_run_with (NULL, NULL, check_missing);
  program_assert (nothing, 1, NULL);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (from, &contents, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, contents, (gssize) length, &error);
  g_assert_no_error (error);
}

/* What was written after the backup lies in a log that is not the backup's. */
static void
test_put_back (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (BatonTestFolder) other = baton_test_folder_new ();
  g_autofree char *copy = g_build_filename (other, "baton-server.db", NULL);
  g_autofree char *words = g_strconcat ("backup|", copy, NULL);
  g_autofree char *log = g_build_filename (fixture->folder, "baton-server.db-wal", NULL);
  g_autofree char *log_copy = g_strconcat (copy, "-wal", NULL);
  char *check[] = { (char *) "--data-dir", other, (char *) "check", NULL };
  char *list[] = { (char *) "--data-dir", other, (char *) "user", (char *) "list", NULL };
  g_autoptr (ProgramRun) made = program_command (fixture, NULL, words);
  g_autoptr (Person) grace = server_fixture_register (fixture, "grace@example.org");
  g_autoptr (ProgramRun) checked = NULL;
  g_autoptr (ProgramRun) listed = NULL;

  program_assert (made, 0, NULL);
  copy_file (log, log_copy);
  checked = program_run_with (NULL, NULL, check);
  program_assert (checked, 0, "sound");
  listed = program_run_with (NULL, NULL, list);
  program_assert (listed, 0, "ada@example.org");
  g_assert_null (strstr (listed->output, "grace@example.org"));
}

/* So that a copy of the file is whole */
static void
test_stopped (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "baton-server.db", NULL);
  g_autofree char *log = g_strconcat (file, "-wal", NULL);
  char *start[] = { (char *) "--data-dir", folder, (char *) "--listen", (char *) "127.0.0.1:0",
                    NULL };
  g_autoptr (GSubprocess) server = program_spawn (NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE, start);
  g_autoptr (GDataInputStream)
      output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

  g_assert_nonnull (line);
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  g_subprocess_send_signal (server, SIGTERM);
  g_assert_true (g_subprocess_wait_check (server, NULL, NULL));
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/backup/a backup is all that a server needs", test_backup);
  g_test_add_func ("/server/backup/a backup takes an earlier one's place and no other's",
                   test_backup_in_place_of);
  g_test_add_func ("/server/backup/what is damaged takes no earlier backup's place",
                   test_backup_of_damaged);
  g_test_add_func ("/server/backup/a backup is put back by copying it", test_put_back);
  g_test_add_func ("/server/backup/a server that was stopped has all in one file", test_stopped);
  g_test_add_func ("/server/backup/a damaged file is found and left alone", test_check);
  return g_test_run ();
}
