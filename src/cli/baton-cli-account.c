/* baton-cli-account.c: signing in and out, and syncing
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

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
  if (cli->add_data && cli->delete_data)
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0,
                           _ ("Give --add-data or --delete-data, not both"));
      return FALSE;
    }
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
static void
tell_unkept (GError **error)
{
  g_autofree char *message = g_strdup ((*error)->message);

  g_clear_error (error);
  g_set_error (
      error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING,
      _ ("%s Nobody was signed in, and nothing was sent or written. Where the session has no keyring, start one, in a shell with a bus of its own:\n\n"
         "  dbus-run-session -- sh\n"
         "  printf %%s KEYRING_PASSWORD | gnome-keyring-daemon --unlock --components=secrets\n\n"
         "What is signed in there ends with that shell. The same two lines with the same password go on with it."),
      message);
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

static gboolean
refuse_signed_in (BatonCli *cli, const BatonAccount *account, GError **error)
{
  if (cli->delete_data)
    g_set_error (
        error, BATON_ERROR, BATON_ERROR_CONFLICT,
        _ ("%s is signed in on this device, and nothing was deleted. “baton logout --delete-data” signs out and deletes what is here."),
        account->email);
  else
    g_set_error (
        error, BATON_ERROR, BATON_ERROR_CONFLICT,
        _ ("%s is signed in on this device. Sign out first with “baton logout”. For an account of its own, use another XDG_DATA_HOME."),
        account->email);
  return FALSE;
}

/* Whoever is signed in is not signed out by somebody else's password */
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
  if (!account || (!cli->delete_data && g_ascii_strcasecmp (account->email, cli->email) == 0))
    return TRUE;
  return refuse_signed_in (cli, account, error);
}

static gboolean
ask (const char *question)
{
  char line[16];

  if (!isatty (STDIN_FILENO))
    return FALSE;
  fprintf (stderr, "%s ", question);
  return fgets (line, sizeof line, stdin) && g_str_equal (g_strchomp (line), _ ("yes"));
}

/* Signed out, nobody knows what a server has. */
static gboolean
check_deletion (BatonCli *cli, GError **error)
{
  if (!cli->delete_data || cli->yes || baton_database_is_empty (cli->database) ||
      ask (
          _ ("Nobody is signed in, so what is here may be on no server. Type “yes” to delete it:")))
    return TRUE;
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED,
      _ ("Nobody is signed in, so what is here may be on no server. Nothing was deleted or sent. “baton unsynced --export FILE” keeps it, and "
         "“baton login --delete-data --yes” deletes it."));
  return FALSE;
}

/* Another person's tasks do not go to an account without a word. */
static BatonSession *
sign_in (BatonCli *cli, const char *password, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonSignIn how = cli->add_data      ? BATON_SIGN_IN_ADD
                    : cli->delete_data ? BATON_SIGN_IN_DELETE
                                       : BATON_SIGN_IN_ASK;
  BatonSession *session = baton_session_sign_in (cli->database, cli->server, cli->email, password,
                                                 cli->name, how, NULL, NULL, &local_error);

  if (session)
    return session;
  if (!g_error_matches (local_error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT))
    {
      if (g_error_matches (local_error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING))
        tell_unkept (&local_error);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT,
      _ ("The tasks on this device were another account’s. Nothing was sent, and nobody was signed in. Sign in with --add-data to add them "
         "to this account, with --delete-data to delete them from this device, or use another XDG_DATA_HOME."));
  return NULL;
}

gboolean
baton_cli_login (BatonCli *cli, GError **error)
{
  g_autofree char *password = NULL;
  g_autoptr (BatonSession) session = NULL;

  if (!check_login (cli, error) || !baton_cli_get_database (cli, error) ||
      !check_account (cli, error) || !check_deletion (cli, error))
    return FALSE;
  password = read_password (error);
  if (!password)
    return FALSE;

  if (isatty (STDERR_FILENO))
    fprintf (stderr, _ ("Connecting to %s …\n"), cli->server);
  session = sign_in (cli, password, error);
  if (!session)
    return FALSE;
  printf (_ ("Signed in as %s\n"), cli->email);
  return print_upload (cli, error);
}

gboolean
baton_cli_has_ended (BatonCli *cli)
{
  g_autofree char *code = baton_database_dup_ended (cli->database);
  g_autoptr (GError) error = NULL;

  return code != NULL || (!baton_session_check (cli->database, NULL, &error) &&
                          g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT));
}

static gboolean
refuse_to_lose (gboolean ended, GError **error)
{
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED,
      ended
          ? _ ("The sign-in has ended, so nobody can say that all of what is here is on the server. Nothing was deleted. Sign in again with “baton login” and "
               "“baton sync” sends what waits, “baton unsynced --export FILE” keeps it, and “baton logout --delete-data --yes” deletes it.")
          : _ ("Some of what is here is on no server. You are still signed in, and nothing was deleted. “baton sync” sends it, “baton unsynced "
               "--export FILE” keeps it, and “baton logout --delete-data --yes” deletes it."));
  return FALSE;
}

/* What no server has is deleted by whoever says so, and by nobody else. Where the server does not know this device any more, it may have lost all else, too. */
static gboolean
choose_sign_out (BatonCli *cli, BatonSignOut *how, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean ended;

  *how = cli->delete_data ? BATON_SIGN_OUT_DELETE : BATON_SIGN_OUT_KEEP;
  if (!cli->delete_data)
    return TRUE;
  ended = baton_cli_has_ended (cli) && !baton_database_is_empty (cli->database);
  if (baton_database_check_sign_out (cli->database, *how, &local_error) && !ended)
    return TRUE;
  if (local_error && !g_error_matches (local_error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *how = BATON_SIGN_OUT_DELETE_ALL;
  return cli->yes ||
         ask (
             ended
                 ? _ ("The sign-in has ended, so what is here may be on no server. Type “yes” to delete it:")
                 : _ ("Some of what is here is on no server, and would be lost. Type “yes” to delete it:")) ||
         refuse_to_lose (ended, error);
}

static void
print_kept (guint unsent)
{
  puts (_ ("Signed out. The tasks stay on this device, and what is on the server stays there."));
  if (unsent > 0)
    printf (
        ngettext (
            "%u edit is not on the server yet. It stays here, and is sent when the same account signs in on this device again.\n",
            "%u edits are not on the server yet. They stay here, and are sent when the same account signs in on this device again.\n",
            unsent),
        unsent);
}

gboolean
baton_cli_logout (BatonCli *cli, GError **error)
{
  BatonSignOut how;
  BatonSyncStatus status;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error) ||
      !choose_sign_out (cli, &how, error) ||
      !baton_database_get_sync_status (cli->database, &status, error) ||
      !baton_session_sign_out (cli->database, how, NULL, error))
    return FALSE;
  if (how == BATON_SIGN_OUT_KEEP)
    print_kept (status.waiting);
  else
    puts (_ ("Signed out. Nothing is left on this device."));
  return TRUE;
}
