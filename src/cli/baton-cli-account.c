/* baton-cli-account.c: signing in and out, and syncing
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include "../sync/baton-engine.h"
#include "../sync/baton-session.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_LENGTH_MAX 1024

/* One line of standard input, without echo where that is a terminal */
static char *
read_password (GError **error)
{
  char line[PASSWORD_LENGTH_MAX];
  struct termios shown, hidden;
  gboolean terminal = tcgetattr (STDIN_FILENO, &shown) == 0;
  char *got;

  if (terminal)
    {
      fputs (_ ("Password: "), stderr);
      hidden = shown;
      hidden.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
    }
  got = fgets (line, sizeof line, stdin);
  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
      fputc ('\n', stderr);
    }

  if (!got || !*g_strchomp (line))
    {
      g_set_error_literal (
          error, BATON_CLI_USAGE, 0,
          _ ("A password is needed: type it, or give it as one line of standard input"));
      return NULL;
    }
  if (!g_utf8_validate (line, -1, NULL))
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0, _ ("The password is not UTF-8 text"));
      return NULL;
    }
  return g_strdup (line);
}

static gboolean
check_login (BatonCli *cli, GError **error)
{
  if (!baton_cli_check_arguments (cli, 0, 0, error))
    return FALSE;
  if (!cli->server || !cli->email)
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0, _ ("--server and --email are needed"));
      return FALSE;
    }
  if (cli->is_register != (cli->name != NULL))
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0, _ ("--register and --name go together"));
      return FALSE;
    }
  return TRUE;
}

/* A sign-in that lasts as long as this process is none */
static gboolean
refuse_unkept (BatonCli *cli, const GError *keyring_error, GError **error)
{
  if (!baton_session_sign_out (cli->database, BATON_SIGN_OUT_KEEP, NULL, error))
    return FALSE;
  g_set_error (
      error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING,
      _ ("%s The command line needs a keyring to stay signed in. In a session without one, start it: "
         "dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock --components=secrets; baton login …'. "
         "You are not signed in, and nothing was sent."),
      keyring_error->message);
  return FALSE;
}

static gboolean
print_upload (BatonCli *cli, GError **error)
{
  BatonSyncStatus status;

  if (!baton_database_get_sync_status (cli->database, &status, error))
    return FALSE;
  if (status.waiting > 0)
    printf (ngettext (
                "%u edit of this device will be added to the account with the next “baton sync”\n",
                "%u edits of this device will be added to the account with the next “baton sync”\n",
                status.waiting),
            status.waiting);
  return TRUE;
}

/* Another person's tasks do not go to an account without a word */
static gboolean
check_account (BatonCli *cli, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonAccount) account = baton_database_get_account (cli->database, &local_error);

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!account || g_ascii_strcasecmp (account->email, cli->email) == 0)
    return TRUE;
  g_set_error (
      error, BATON_ERROR, BATON_ERROR_CONFLICT,
      _ ("%s is signed in on this device. Sign out first with “baton logout”; the tasks here stay, and will be added to the "
         "next account. For an account of its own, use another XDG_DATA_HOME."),
      account->email);
  return FALSE;
}

gboolean
baton_cli_login (BatonCli *cli, GError **error)
{
  g_autofree char *password = NULL;
  g_autoptr (GError) keyring_error = NULL;
  g_autoptr (BatonSession) session = NULL;

  if (!check_login (cli, error) || !baton_cli_get_database (cli, error) ||
      !check_account (cli, error))
    return FALSE;
  password = read_password (error);
  if (!password)
    return FALSE;

  session = baton_session_sign_in (cli->database, cli->server, cli->email, password, cli->name,
                                   NULL, &keyring_error, error);
  if (!session)
    return FALSE;
  if (keyring_error)
    return refuse_unkept (cli, keyring_error, error);
  printf (_ ("Signed in as %s\n"), cli->email);
  return print_upload (cli, error);
}

gboolean
baton_cli_logout (BatonCli *cli, GError **error)
{
  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  if (!baton_session_sign_out (cli->database, BATON_SIGN_OUT_KEEP, NULL, error))
    return FALSE;
  puts (_ ("Signed out. The tasks stay on this device."));
  return TRUE;
}

static void
write_status (BatonJsonWriter *writer, const BatonAccount *account, const BatonSyncStatus *status)
{
  g_autofree char *since = status->waiting_since ? baton_time_format (status->waiting_since) : NULL;
  g_autofree char *last = status->last_sync ? baton_time_format (status->last_sync) : NULL;

  baton_json_begin_object (writer);
  baton_json_member_bool (writer, "signed_in", account != NULL);
  baton_json_member_text (writer, "server", account ? account->server : NULL);
  baton_json_member_text (writer, "email", account ? account->email : NULL);
  baton_json_member_int (writer, "waiting", status->waiting);
  baton_json_member_text (writer, "waiting_since", since);
  baton_json_member_int (writer, "refused", status->refused);
  baton_json_member_text (writer, "last_sync", last);
  baton_json_end_object (writer);
}

static char *
format_local (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_ms / 1000);

  return g_date_time_format (time, "%F %R");
}

static void
print_refused (const BatonSyncStatus *status)
{
  if (status->refused > 0)
    printf (ngettext ("%u edit was refused; the window lists it under Not Synced\n",
                      "%u edits were refused; the window lists them under Not Synced\n",
                      status->refused),
            status->refused);
}

static void
print_status (const BatonAccount *account, const BatonSyncStatus *status)
{
  if (!account)
    {
      puts (_ ("Not signed in: the tasks are on this device only."));
      return;
    }

  printf (_ ("Signed in as %s at %s\n"), account->email, account->server);
  if (status->last_sync)
    {
      g_autofree char *last = format_local (status->last_sync);

      printf (_ ("Synced %s\n"), last);
    }
  else
    {
      puts (_ ("Never synced"));
    }
  if (status->waiting > 0)
    {
      g_autofree char *since = format_local (status->waiting_since);

      printf (ngettext ("%u edit waits since %s\n", "%u edits wait since %s\n", status->waiting),
              status->waiting, since);
    }
  print_refused (status);
}

gboolean
baton_cli_status (BatonCli *cli, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonAccount) account = NULL;
  BatonSyncStatus status;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  account = baton_database_get_account (cli->database, &local_error);
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!baton_database_get_sync_status (cli->database, &status, error))
    return FALSE;

  if (cli->json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      BatonJsonWriter writer = { .out = json };

      write_status (&writer, account, &status);
      baton_cli_print_json (json);
    }
  else
    {
      print_status (account, &status);
    }
  return TRUE;
}

typedef struct
{
  guint sent;
  guint received;
} Counts;

static void
progress_cb (guint sent, guint received, gboolean more, gpointer data)
{
  Counts *counts = data;

  counts->sent += sent;
  counts->received += received;
  if (more && isatty (STDERR_FILENO))
    fprintf (stderr, _ ("\r%u sent, %u received …"), counts->sent, counts->received);
}

gboolean
baton_cli_sync (BatonCli *cli, GError **error)
{
  g_autoptr (BatonSession) session = NULL;
  Counts counts = { 0 };
  BatonSyncStatus status;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  session = baton_session_resume (cli->database, NULL, error);
  if (!session)
    return FALSE;
  if (!baton_sync_run (cli->database, BATON_REMOTE (session), progress_cb, &counts, NULL, error))
    return FALSE;

  if (!baton_database_get_sync_status (cli->database, &status, error))
    return FALSE;
  if (cli->json)
    printf ("{\"sent\":%u,\"received\":%u,\"refused\":%u}\n", counts.sent, counts.received,
            status.refused);
  else
    {
      printf (_ ("%u sent, %u received\n"), counts.sent, counts.received);
      print_refused (&status);
    }
  return TRUE;
}
