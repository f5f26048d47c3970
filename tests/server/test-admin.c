/* test-admin.c: the program baton-server: its settings, its commands beside a running server, its end
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

typedef struct
{
  int status;
  char *output;
  char *errors;
} Run;

static void
run_free (Run *run)
{
  g_free (run->output);
  g_free (run->errors);
  g_free (run);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

/* @variables: NAME, value … NULL; nullable */
static GSubprocess *
spawn (const char *const *variables, GSubprocessFlags flags, char **arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  for (guint i = 0; variables && variables[i]; i += 2)
    g_subprocess_launcher_setenv (launcher, variables[i], variables[i + 1], TRUE);
  g_ptr_array_add (words, (gpointer) g_getenv ("BATON_SERVER_PROGRAM"));
  g_assert_nonnull (g_ptr_array_index (words, 0));
  for (guint i = 0; arguments[i]; i++)
    g_ptr_array_add (words, arguments[i]);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  return process;
}

static Run *
run_with (const char *const *variables, const char *input, char **arguments)
{
  Run *run = g_new0 (Run, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess)
      process = spawn (variables,
                       G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                           G_SUBPROCESS_FLAGS_STDERR_PIPE,
                       arguments);

  g_subprocess_communicate_utf8 (process, input ? input : "", NULL, &run->output, &run->errors,
                                 &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run->status = g_subprocess_get_exit_status (process);
  return run;
}

/* A command on the data of @fixture */
static Run *
command (ServerFixture *fixture, const char *input, const char *words)
{
  g_autofree char *line = g_strconcat ("--data-dir|", fixture->folder, "|", words, NULL);
  g_auto (GStrv) arguments = g_strsplit (line, "|", -1);

  return run_with (NULL, input, arguments);
}

static void
assert_run (const Run *run, int status, const char *said)
{
  if (run->status != status || (said && !strstr (run->errors, said) && !strstr (run->output, said)))
    g_error ("not %d \"%s\" but %d: %s %s", status, said, run->status, run->output, run->errors);
}

static guint
log_in (ServerFixture *fixture, const char *email, const char *password)
{
  g_autofree char *body = g_strdup_printf ("{\"email\":\"%s\",\"password\":\"%s\"}", email,
                                           password);
  g_autoptr (Answer) answer = server_fixture_send (fixture, "POST", "/auth/login", NULL, body);

  return answer->status;
}

static guint
get_status (ServerFixture *fixture, const char *token)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "GET", "/users/me", token, NULL);

  return answer->status;
}

/* The command line wins over the environment, which wins over the file */
static void
test_print_config (void)
{
  static const char *const variables[] = { "BATON_LISTEN", "127.0.0.1:2", "BATON_TOKEN_SECRET",
                                           "this must not be shown to anybody", NULL };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "settings", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  char *plain[] = { (char *) "--data-dir", data, (char *) "--print-config", NULL };
  char *with_file[] = { (char *) "--data-dir",     data, (char *) "--config", file,
                        (char *) "--print-config", NULL };
  char *all[] = { (char *) "--data-dir",     data,
                  (char *) "--config",       file,
                  (char *) "--listen",       (char *) "127.0.0.1:3",
                  (char *) "--print-config", NULL };
  g_autoptr (Run) defaults = run_with (NULL, NULL, plain);
  g_autoptr (Run) from_file = NULL;
  g_autoptr (Run) from_variable = NULL;
  g_autoptr (Run) from_option = NULL;

  assert_run (defaults, 0, "listen=127.0.0.1:8750\n");
  assert_run (defaults, 0, "access-token-minutes=15\n");
  assert_run (defaults, 0, "refresh-token-days=7\n");
  assert_run (defaults, 0, "keep-deleted-days=90\n");
  g_assert_null (strstr (defaults->output, "token-secret"));
  g_file_set_contents (file, "[server]\nlisten=127.0.0.1:1\naccess-token-minutes=60\n", -1, NULL);
  from_file = run_with (NULL, NULL, with_file);
  assert_run (from_file, 0, "listen=127.0.0.1:1\n");
  assert_run (from_file, 0, "access-token-minutes=60\n");
  from_variable = run_with (variables, NULL, with_file);
  assert_run (from_variable, 0, "listen=127.0.0.1:2\n");
  assert_run (from_variable, 0, "token-secret=(hidden)\n");
  g_assert_null (strstr (from_variable->output, "shown to anybody"));
  from_option = run_with (variables, NULL, all);
  assert_run (from_option, 0, "listen=127.0.0.1:3\n");
  g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
}

static void
test_wrong_settings (void)
{
  static const struct
  {
    const char *file;
    const char *named;
  } wrongs[] = {
    { "[server]\nlisten=nowhere\n",            "listen"               },
    { "[server]\nlisten=127.0.0.1\n",          "listen"               },
    { "[server]\nlisten=localhost:80\n",       "listen"               },
    { "[server]\nlisten=127.0.0.1:99999\n",    "listen"               },
    { "[server]\nlisten=\n",                   "listen"               },
    { "[server]\naccess-token-minutes=0\n",    "access-token-minutes" },
    { "[server]\naccess-token-minutes=1441\n", "access-token-minutes" },
    { "[server]\naccess-token-minutes=ten\n",  "access-token-minutes" },
    { "[server]\naccess-token-minutes=1.5\n",  "access-token-minutes" },
    { "[server]\nrefresh-token-days=366\n",    "refresh-token-days"   },
    { "[server]\nrefresh-token-days=-1\n",     "refresh-token-days"   },
    { "[server]\ntoken-secret=short\n",        "token-secret"         },
    { "[server]\nlitsen=127.0.0.1:1\n",        "litsen"               },
    { "[sever]\nlisten=127.0.0.1:1\n",         "sever"                },
    { "listen=127.0.0.1:1\n",                  "settings"             },
    { "\xff\xfe",                              "settings"             },
  };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *file = g_build_filename (folder, "settings", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  char *start[] = { (char *) "--data-dir", data, (char *) "--config", file, NULL };
  char *print[] = { (char *) "--data-dir",     data, (char *) "--config", file,
                    (char *) "--print-config", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      g_autoptr (Run) started = NULL;
      g_autoptr (Run) printed = NULL;

      g_file_set_contents (file, wrongs[i].file, -1, NULL);
      started = run_with (NULL, NULL, start);
      assert_run (started, 2, wrongs[i].named);
      g_assert_cmpstr (started->output, ==, "");
      printed = run_with (NULL, NULL, print);
      assert_run (printed, 2, wrongs[i].named);
    }
  g_unlink (file);
  {
    g_autoptr (Run) no_file = run_with (NULL, NULL, start);

    assert_run (no_file, 2, "settings");
  }
  g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
}

static void
test_wrong_use (void)
{
  static const char *const lines[] = {
    "",
    "user",
    "users",
    "user|remove|a@b",
    "user|add",
    "user|add|a@b",
    "user|add|a@b|A|B|C",
    "user|disable",
    "user|password|a@b|secret",
    "backup",
    "backup|a|b",
    "check|this",
    "serve",
    "--lisen|127.0.0.1:1",
    "--listen",
  };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *data = g_build_filename (folder, "data", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = *lines[i] ? g_strconcat ("--data-dir|", data, "|", lines[i], NULL)
                                        : g_strdup ("check");
      g_auto (GStrv) arguments = g_strsplit (line, "|", -1);
      g_autoptr (Run) run = run_with (NULL, "12345678\n", arguments);

      g_test_message ("%s", line);
      assert_run (run, 2, NULL);
      g_assert_cmpstr (run->errors, !=, "");
      g_assert_cmpstr (run->output, ==, "");
    }
  g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
}

static void
test_user_add (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Run) first = command (fixture, "a pass phrase \n", "user|add|ada@example.org|Ada|Å");
  g_autoptr (Run) second = command (fixture, "12345678\n", "user|add|bob@example.org|Bob|B");
  g_autoptr (Run) again = command (fixture, "12345678\n", "user|add|ADA@example.org|Ada|B");
  g_autoptr (Run) no_address = command (fixture, "12345678\n", "user|add|nobody|A|B");
  g_autoptr (Run) no_name = command (fixture, "12345678\n", "user|add|c@example.org| |B");
  g_autoptr (Run) bad_name = command (fixture, "12345678\n", "user|add|c@example.org|A\033[2J|B");
  g_autoptr (Run) no_text = command (fixture, "12345678\n", "user|add|c@example.org|A|\xff");
  g_autoptr (Run) short_one = command (fixture, "1234567\n", "user|add|c@example.org|A|B");
  g_autoptr (Run) none = command (fixture, "", "user|add|c@example.org|A|B");
  g_autoptr (Run) list = command (fixture, NULL, "user|list");

  assert_run (first, 0, NULL);
  assert_run (second, 0, NULL);
  assert_run (again, 1, "already");
  assert_run (no_address, 1, "nobody");
  assert_run (no_name, 1, "name");
  assert_run (bad_name, 1, "name");
  g_assert_null (strchr (bad_name->errors, '\033'));
  assert_run (no_text, 1, "name");
  assert_run (short_one, 1, "8 to 128");
  assert_run (none, 1, "8 to 128");
  assert_run (list, 0, NULL);
  g_assert_cmpstr (
      list->output, ==,
      "ada@example.org\tAda Å\tadmin\tactive\nbob@example.org\tBob B\tmember\tactive\n");
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "a pass phrase "), ==, 200);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "a pass phrase"), ==, 401);
  g_assert_null (strstr (first->output, "phrase"));
}

static void
test_user_disable (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Person) bob = server_fixture_register (fixture, "bob@example.org");
  g_autoptr (Run) nobody = command (fixture, NULL, "user|disable|eve@example.org");
  g_autoptr (Run) last_admin = command (fixture, NULL, "user|disable|ada@example.org");
  g_autoptr (Run) disabled = NULL;
  g_autoptr (Run) enabled = NULL;
  g_autoptr (Run) list = NULL;

  assert_run (nobody, 1, "eve@example.org");
  assert_run (last_admin, 1, "only active administrator");
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 200);
  disabled = command (fixture, NULL, "user|disable|Bob@example.org");
  assert_run (disabled, 0, NULL);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "bob@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  list = command (fixture, NULL, "user|list");
  assert_run (list, 0, "bob@example.org\tAda Byron\tmember\tdisabled\n");
  enabled = command (fixture, NULL, "user|enable|bob@example.org");
  assert_run (enabled, 0, NULL);
  g_assert_cmpuint (log_in (fixture, "bob@example.org", SERVER_FIXTURE_PASSWORD), ==, 200);
}

static void
test_user_password (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (Run) short_one = command (fixture, "1\n", "user|password|ada@example.org");
  g_autoptr (Run) nobody = command (fixture, "12345678\n", "user|password|eve@example.org");
  g_autoptr (Run) changed = NULL;

  assert_run (short_one, 1, "8 to 128");
  assert_run (nobody, 1, "eve@example.org");
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  changed = command (fixture, "something else\n", "user|password|ada@example.org");
  assert_run (changed, 0, NULL);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "something else"), ==, 200);
}

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
  g_autoptr (Run) done = NULL;
  g_autoptr (Run) first = command (fixture, NULL, words);
  g_autoptr (Run) failed = command (fixture, NULL, nowhere);
  g_autoptr (Answer) after = server_fixture_send (fixture, "POST", "/tasks", ada->access,
                                                  "{\"title\":\"keep me, too\"}");
  g_autoptr (ServerFixture) second = NULL;
  g_autoptr (Run) checked = NULL;
  g_autoptr (Person) again = NULL;
  g_autoptr (Answer) list = NULL;
  GStatBuf info;

  assert_run (first, 0, NULL);
  done = command (fixture, NULL, words);
  assert_run (failed, 1, "missing");
  assert_run (done, 0, NULL);
  g_assert_cmpint (g_stat (copy, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0077, ==, 0);
  second = server_fixture_new_with (other, NULL);
  checked = command (second, NULL, "check");
  assert_run (checked, 0, "sound");
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
  g_autoptr (Run) run = command (fixture, NULL, words);
  g_autofree char *contents = NULL;
  gsize length;

  assert_run (run, 1, "no earlier backup");
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
  g_autoptr (Run) first = command (fixture, NULL, words);
  g_autoptr (Run) theirs = command (stranger, NULL, foreign_words);
  g_autoptr (Run) folder = command (fixture, NULL, folder_words);
  g_autoptr (ServerFixture) started = NULL;

  assert_run (first, 0, NULL);
  assert_run (theirs, 0, NULL);
  assert_run (folder, 1, "no earlier backup");
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
  g_autoptr (Run) made = command (fixture, NULL, make);
  g_autoptr (Run) first = run_with (NULL, NULL, again);
  g_autoptr (Run) refused = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length_before, length_after;

  assert_run (made, 0, NULL);
  assert_run (first, 0, NULL);
  g_file_get_contents (copy, &before, &length_before, NULL);
  damage (broken, (guint) (length_before / 4096 - 3));
  refused = run_with (NULL, NULL, again);
  assert_run (refused, 1, "is damaged");
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
  g_autoptr (Run) sound = command (fixture, NULL, "check");
  g_autoptr (Run) copied = command (fixture, NULL, words);
  g_autoptr (Run) damaged = NULL;
  g_autoptr (Run) started = NULL;
  g_autoptr (Run) nothing = NULL;

  assert_run (sound, 0, "sound");
  assert_run (copied, 0, NULL);
  damage (copy, 1);
  g_file_get_contents (copy, &before, &length_before, NULL);
  damaged = run_with (NULL, NULL, check_copy);
  assert_run (damaged, 1, NULL);
  g_assert_cmpstr (damaged->errors, !=, "");
  started = run_with (NULL, NULL, start);
  assert_run (started, 1, NULL);
  g_file_get_contents (copy, &after, &length_after, NULL);
  g_assert_cmpmem (before, length_before, after, length_after);
  nothing = run_with (NULL, NULL, check_missing);
  assert_run (nothing, 1, NULL);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream)
      stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (stream), FALSE);
  return g_data_input_stream_read_line (stream, NULL, NULL, NULL);
}

static void
live_closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  gushort *code = data;

  *code = soup_websocket_connection_get_close_code (connection);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **into = data;

  *into = g_object_ref (result);
}

/* A token of the server of @folder for the person and session that a fixture on the same folder has made */
static SoupWebsocketConnection *
open_live (SoupSession *session, const char *uri, const char *token, gushort *code)
{
  g_autofree char *address = g_strconcat (uri, "/api/v1/live", NULL);
  g_autofree char *header = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *live;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                header);
  soup_session_websocket_connect_async (session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL,
                                        done_cb, &result);
  BATON_TEST_WAIT (result != NULL);
  live = soup_session_websocket_connect_finish (session, result, &error);
  g_assert_no_error (error);
  g_signal_connect (live, "closed", G_CALLBACK (live_closed_cb), code);
  return live;
}

/* Says where it listens; a second one at the same place cannot; SIGTERM ends it in order */
static void
test_process (void)
{
  static const char prefix[] = "baton-server: listening on ";
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (BatonTestFolder) other = baton_test_folder_new ();
  char *start[] = { (char *) "--data-dir", fixture->folder, (char *) "--listen",
                    (char *) "127.0.0.1:0", NULL };
  g_autoptr (GSubprocess) process = spawn (NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE, start);
  g_autofree char *line = read_line (process);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupWebsocketConnection) live = NULL;
  g_autoptr (Run) second = NULL;
  char *again[] = { (char *) "--data-dir", other, (char *) "--listen", NULL, NULL };
  gushort code = 0;

  g_assert_true (line && g_str_has_prefix (line, prefix));
  again[3] = line + strlen (prefix) + strlen ("http://");
  second = run_with (NULL, NULL, again);
  assert_run (second, 1, NULL);
  g_assert_cmpstr (second->output, ==, "");
  g_assert_cmpstr (second->errors, !=, "");

  live = open_live (session, line + strlen (prefix), ada->access, &code);
  g_subprocess_send_signal (process, SIGTERM);
  BATON_TEST_WAIT (code != 0);
  g_assert_cmpint (code, ==, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/config/is printed, secrets hidden", test_print_config);
  g_test_add_func ("/server/config/a wrong setting is named before anything is opened",
                   test_wrong_settings);
  g_test_add_func ("/server/admin/wrong use is told", test_wrong_use);
  g_test_add_func ("/server/admin/adds and lists people", test_user_add);
  g_test_add_func ("/server/admin/disabling ends access at once", test_user_disable);
  g_test_add_func ("/server/admin/a new password ends all sessions", test_user_password);
  g_test_add_func ("/server/admin/a backup is all that a server needs", test_backup);
  g_test_add_func ("/server/admin/a backup takes an earlier one's place and no other's",
                   test_backup_in_place_of);
  g_test_add_func ("/server/admin/what is damaged takes no earlier backup's place",
                   test_backup_of_damaged);
  g_test_add_func ("/server/admin/a damaged file is found and left alone", test_check);
  g_test_add_func ("/server/process/starts, listens and ends in order", test_process);
  return g_test_run ();
}
