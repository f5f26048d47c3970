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
/* So many of what a sync would remove are named */
#define NAMES_MAX 10

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

  session = sign_in (cli, password, error);
  if (!session)
    return FALSE;
  printf (_ ("Signed in as %s\n"), cli->email);
  return print_upload (cli, error);
}

/* What no server has is deleted by whoever says so, and by nobody else. */
static gboolean
choose_sign_out (BatonCli *cli, BatonSignOut *how, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *how = cli->delete_data ? BATON_SIGN_OUT_DELETE : BATON_SIGN_OUT_KEEP;
  if (baton_database_check_sign_out (cli->database, *how, &local_error))
    return TRUE;
  *how = BATON_SIGN_OUT_DELETE_ALL;
  if (!g_error_matches (local_error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (
      cli->yes ||
      ask (_ ("Some of what is here is on no server, and would be lost. Type “yes” to delete it:")))
    return TRUE;
  else
    g_set_error_literal (
        error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED,
        _ ("Some of what is here is on no server. You are still signed in, and nothing was deleted. “baton sync” sends it, “baton unsynced "
           "--export FILE” keeps it, and “baton logout --delete-data --yes” deletes it."));
  return FALSE;
}

static void
print_kept (guint unsent)
{
  puts (_ ("Signed out. The tasks stay on this device."));
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

static void
write_status (BatonJsonWriter *writer,
              const BatonAccount *account,
              const BatonSyncStatus *status,
              const char *trouble,
              const GError *ended)
{
  g_autofree char *since = status->waiting_since ? baton_time_format (status->waiting_since) : NULL;
  g_autofree char *last = status->last_sync ? baton_time_format (status->last_sync) : NULL;

  baton_json_begin_object (writer);
  baton_json_member_bool (writer, "signed_in", account != NULL);
  baton_json_member_text (writer, "ended", ended ? ended->message : NULL);
  baton_json_member_text (writer, "server", account ? account->server : NULL);
  baton_json_member_text (writer, "email", account ? account->email : NULL);
  baton_json_member_int (writer, "waiting", status->waiting);
  baton_json_member_text (writer, "waiting_since", since);
  baton_json_member_int (writer, "refused", status->refused);
  baton_json_member_text (writer, "last_sync", last);
  baton_json_member_int (writer, "conflicts", status->conflicts);
  baton_json_member_bool (writer, "held", status->held);
  baton_json_member_int (writer, "removal", status->removal);
  baton_json_member_text (writer, "trouble", trouble);
  baton_json_end_object (writer);
}

static void
print_refused (const BatonSyncStatus *status)
{
  if (status->refused > 0)
    printf (ngettext ("%u edit was refused; “baton unsynced” lists it\n",
                      "%u edits were refused; “baton unsynced” lists them\n", status->refused),
            status->refused);
}

static void
print_conflicts (const BatonSyncStatus *status)
{
  if (status->conflicts > 0)
    printf (ngettext ("%u conflict; “baton conflicts” shows it\n",
                      "%u conflicts; “baton conflicts” shows them\n", status->conflicts),
            status->conflicts);
}

/* --allow-removal is a yes to these alone, so what they are is written down first. */
static char *
dup_removal_names (BatonDatabase *database)
{
  g_autoptr (GPtrArray) records = NULL;
  GString *names = g_string_new (NULL);

  baton_database_set_shown_removal (database, NULL);
  records = baton_database_get_removal (database, NAMES_MAX, NULL);
  for (guint i = 0; records && i < records->len; i++)
    {
      const BatonRecord *record = g_ptr_array_index (records, i);
      const char *field = baton_record_get_entity (record) == BATON_ENTITY_TASK ? "title" : "name";
      const char *name = baton_record_get_own (record, field) != NULL
                             ? baton_record_get_text (record, field)
                             : NULL;

      if (name)
        g_string_append_printf (names, "  %s\n", name);
    }
  if (records && records->len == NAMES_MAX)
    g_string_append (names, "  …\n");
  return g_string_free_and_steal (names);
}

static void
print_held (BatonDatabase *database, const BatonSyncStatus *status)
{
  g_autofree char *names = NULL;

  if (!status->held)
    return;
  names = dup_removal_names (database);
  printf (ngettext ("Sync is held: it would remove %u record from this device.\n",
                    "Sync is held: it would remove %u records from this device.\n",
                    status->removal),
          status->removal);
  fputs (names, stdout);
  puts (
      _ ("All of that is still here, and nothing is sent. “baton sync --allow-removal” goes on. If "
         "nobody meant it, restore it where it was deleted, and sync there and here."));
}

static void
print_waiting (const BatonSyncStatus *status)
{
  g_autofree char *since = NULL;

  if (status->waiting == 0)
    return;
  since = baton_cli_format_local (status->waiting_since);
  printf (ngettext ("%u edit waits since %s\n", "%u edits wait since %s\n", status->waiting),
          status->waiting, since);
}

static void
print_status (BatonCli *cli,
              const BatonAccount *account,
              const BatonSyncStatus *status,
              const char *trouble,
              const GError *ended)
{
  if (!account)
    {
      puts (_ ("Not signed in: the tasks are on this device only."));
    }
  else
    {
      g_autofree char *last = status->last_sync ? baton_cli_format_local (status->last_sync) : NULL;

      if (ended)
        printf (_ ("No longer signed in as %s at %s: %s\n"), account->email, account->server,
                ended->message);
      else
        printf (_ ("Signed in as %s at %s\n"), account->email, account->server);
      if (last)
        printf (_ ("Synced %s\n"), last);
      else
        puts (_ ("Never synced"));
      print_waiting (status);
    }
  if (trouble && !status->held && !ended)
    printf (_ ("The last sync failed: %s\n"), trouble);
  print_held (cli->database, status);
  print_refused (status);
  print_conflicts (status);
}

gboolean
baton_cli_status (BatonCli *cli, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GError) ended = NULL;
  g_autofree char *trouble = NULL;
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
  trouble = baton_database_dup_trouble (cli->database);
  if (account)
    baton_session_check (cli->database, NULL, &ended);

  if (cli->json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      BatonJsonWriter writer = { .out = json };

      write_status (&writer, account, &status, trouble, ended);
      baton_cli_print_json (json);
    }
  else
    {
      print_status (cli, account, &status, trouble, ended);
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

/* What was printed last, be it by this sync or by the status */
static gboolean
allow_removal (BatonDatabase *database, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *shown = baton_database_dup_shown_removal (database);
  g_autofree char *names = NULL;
  BatonSyncStatus status;

  if (!baton_database_get_sync_status (database, &status, error))
    return FALSE;
  if (!status.held || baton_database_allow_removal_of (database, shown, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  names = dup_removal_names (database);
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE,
               _ ("%s\nIt would take away:\n%s“baton sync --allow-removal” goes on."),
               local_error->message, names);
  return FALSE;
}

static gboolean
run_sync (BatonCli *cli, BatonSession *session, Counts *counts, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *names = NULL;

  if (cli->allow_removal && !allow_removal (cli->database, error))
    return FALSE;
  if (baton_sync_run (cli->database, BATON_REMOTE (session), progress_cb, counts, NULL,
                      &local_error))
    return TRUE;
  if (!g_error_matches (local_error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  names = dup_removal_names (cli->database);
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE,
               _ ("%s\nIt would take away:\n%s“baton sync --allow-removal” goes on."),
               local_error->message, names);
  return FALSE;
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
  if (!run_sync (cli, session, &counts, error))
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
