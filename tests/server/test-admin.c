/* test-admin.c: the program baton-server: its settings, its commands for people beside a running server, its end
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "program-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

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
  g_autoptr (ProgramRun) defaults = program_run_with (NULL, NULL, plain);
  g_autoptr (ProgramRun) from_file = NULL;
  g_autoptr (ProgramRun) from_variable = NULL;
  g_autoptr (ProgramRun) from_option = NULL;

  program_assert (defaults, 0, "listen=127.0.0.1:8750\n");
  program_assert (defaults, 0, "access-token-minutes=15\n");
  program_assert (defaults, 0, "refresh-token-days=7\n");
  program_assert (defaults, 0, "keep-deleted-days=90\n");
  g_assert_null (strstr (defaults->output, "token-secret"));
  g_file_set_contents (file, "[server]\nlisten=127.0.0.1:1\naccess-token-minutes=60\n", -1, NULL);
  from_file = program_run_with (NULL, NULL, with_file);
  program_assert (from_file, 0, "listen=127.0.0.1:1\n");
  program_assert (from_file, 0, "access-token-minutes=60\n");
  from_variable = program_run_with (variables, NULL, with_file);
  program_assert (from_variable, 0, "listen=127.0.0.1:2\n");
  program_assert (from_variable, 0, "token-secret=(hidden)\n");
  g_assert_null (strstr (from_variable->output, "shown to anybody"));
  from_option = program_run_with (variables, NULL, all);
  program_assert (from_option, 0, "listen=127.0.0.1:3\n");
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
      g_autoptr (ProgramRun) started = NULL;
      g_autoptr (ProgramRun) printed = NULL;

      g_file_set_contents (file, wrongs[i].file, -1, NULL);
      started = program_run_with (NULL, NULL, start);
      program_assert (started, 2, wrongs[i].named);
      g_assert_cmpstr (started->output, ==, "");
      printed = program_run_with (NULL, NULL, print);
      program_assert (printed, 2, wrongs[i].named);
    }
  g_unlink (file);
  {
    g_autoptr (ProgramRun) no_file = program_run_with (NULL, NULL, start);

    program_assert (no_file, 2, "settings");
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
      g_autoptr (ProgramRun) run = program_run_with (NULL, "12345678\n", arguments);

      g_test_message ("%s", line);
      program_assert (run, 2, NULL);
      g_assert_cmpstr (run->errors, !=, "");
      g_assert_cmpstr (run->output, ==, "");
    }
  g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
}

static void
test_user_add (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (ProgramRun)
      first = program_command (fixture, "a pass phrase \n", "user|add|ada@example.org|Ada|Å");
  g_autoptr (ProgramRun)
      second = program_command (fixture, "12345678\n", "user|add|bob@example.org|Bob|B");
  g_autoptr (ProgramRun)
      again = program_command (fixture, "12345678\n", "user|add|ADA@example.org|Ada|B");
  g_autoptr (ProgramRun)
      no_address = program_command (fixture, "12345678\n", "user|add|nobody|A|B");
  g_autoptr (ProgramRun)
      no_name = program_command (fixture, "12345678\n", "user|add|c@example.org| |B");
  g_autoptr (ProgramRun)
      bad_name = program_command (fixture, "12345678\n", "user|add|c@example.org|A\033[2J|B");
  g_autoptr (ProgramRun)
      no_text = program_command (fixture, "12345678\n", "user|add|c@example.org|A|\xff");
  g_autoptr (ProgramRun)
      short_one = program_command (fixture, "1234567\n", "user|add|c@example.org|A|B");
  g_autoptr (ProgramRun) none = program_command (fixture, "", "user|add|c@example.org|A|B");
  g_autoptr (ProgramRun) list = program_command (fixture, NULL, "user|list");

  program_assert (first, 0, NULL);
  program_assert (second, 0, NULL);
  program_assert (again, 1, "already");
  program_assert (no_address, 1, "nobody");
  program_assert (no_name, 1, "name");
  program_assert (bad_name, 1, "name");
  g_assert_null (strchr (bad_name->errors, '\033'));
  program_assert (no_text, 1, "name");
  program_assert (short_one, 1, "8 to 128");
  program_assert (none, 1, "8 to 128");
  program_assert (list, 0, NULL);
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
  g_autoptr (ProgramRun) nobody = program_command (fixture, NULL, "user|disable|eve@example.org");
  g_autoptr (ProgramRun)
      last_admin = program_command (fixture, NULL, "user|disable|ada@example.org");
  g_autoptr (ProgramRun) disabled = NULL;
  g_autoptr (ProgramRun) enabled = NULL;
  g_autoptr (ProgramRun) list = NULL;

  program_assert (nobody, 1, "eve@example.org");
  program_assert (last_admin, 1, "only active administrator");
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 200);
  disabled = program_command (fixture, NULL, "user|disable|Bob@example.org");
  program_assert (disabled, 0, NULL);
  g_assert_cmpuint (get_status (fixture, bob->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "bob@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  list = program_command (fixture, NULL, "user|list");
  program_assert (list, 0, "bob@example.org\tAda Byron\tmember\tdisabled\n");
  enabled = program_command (fixture, NULL, "user|enable|bob@example.org");
  program_assert (enabled, 0, NULL);
  g_assert_cmpuint (log_in (fixture, "bob@example.org", SERVER_FIXTURE_PASSWORD), ==, 200);
}

static void
test_user_password (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autoptr (ProgramRun)
      short_one = program_command (fixture, "1\n", "user|password|ada@example.org");
  g_autoptr (ProgramRun)
      nobody = program_command (fixture, "12345678\n", "user|password|eve@example.org");
  g_autoptr (ProgramRun) changed = NULL;

  program_assert (short_one, 1, "8 to 128");
  program_assert (nobody, 1, "eve@example.org");
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 200);
  changed = program_command (fixture, "something else\n", "user|password|ada@example.org");
  program_assert (changed, 0, NULL);
  g_assert_cmpuint (get_status (fixture, ada->access), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", SERVER_FIXTURE_PASSWORD), ==, 401);
  g_assert_cmpuint (log_in (fixture, "ada@example.org", "something else"), ==, 200);
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
  g_autoptr (GSubprocess) process = program_spawn (NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE, start);
  g_autofree char *line = read_line (process);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupWebsocketConnection) live = NULL;
  g_autoptr (ProgramRun) second = NULL;
  char *again[] = { (char *) "--data-dir", other, (char *) "--listen", NULL, NULL };
  gushort code = 0;

  g_assert_true (line && g_str_has_prefix (line, prefix));
  again[3] = line + strlen (prefix) + strlen ("http://");
  second = program_run_with (NULL, NULL, again);
  program_assert (second, 1, NULL);
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
  g_test_add_func ("/server/process/starts, listens and ends in order", test_process);
  return g_test_run ();
}
