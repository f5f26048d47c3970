/* baton-cli-sync.c: how sync stands, and syncing
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include "../sync/baton-engine.h"
#include "../sync/baton-session.h"

#include <stdio.h>
#include <unistd.h>

/* So many of what a sync would remove are named */
#define NAMES_MAX 10

/* All that there is to say */
typedef struct
{
  BatonAccount *account; /* owned, nullable: signed out */
  BatonAccount *last;    /* owned, nullable: whose was what is here, and maybe is */
  gint64 last_sync;      /* of @last, before it signed out */
  guint alone;           /* signed out: records that no server has as they are */
  GError *ended;         /* owned, nullable */
  char *trouble;         /* owned, nullable */
  BatonSyncStatus sync;
} Status;

static void
status_clear (Status *status)
{
  g_clear_pointer (&status->account, baton_account_free);
  g_clear_pointer (&status->last, baton_account_free);
  g_clear_error (&status->ended);
  g_free (status->trouble);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

static void
write_time (BatonJsonWriter *writer, const char *name, gint64 unix_ms)
{
  g_autofree char *time = unix_ms != 0 ? baton_time_format (unix_ms) : NULL;

  baton_json_member_text (writer, name, time);
}

static void
write_status (BatonJsonWriter *writer, const Status *status)
{
  const BatonAccount *account = status->account;
  const BatonSyncStatus *sync = &status->sync;

  baton_json_begin_object (writer);
  baton_json_member_bool (writer, "signed_in", account != NULL && !status->ended);
  baton_json_member_text (writer, "ended", status->ended ? status->ended->message : NULL);
  baton_json_member_text (writer, "server", account ? account->server : NULL);
  baton_json_member_text (writer, "email", account ? account->email : NULL);
  baton_json_member_int (writer, "waiting", sync->waiting);
  write_time (writer, "waiting_since", sync->waiting_since);
  baton_json_member_int (writer, "refused", sync->refused);
  write_time (writer, "last_sync", sync->last_sync);
  baton_json_member_int (writer, "conflicts", sync->conflicts);
  baton_json_member_bool (writer, "held", sync->held);
  baton_json_member_int (writer, "removal", sync->removal);
  baton_json_member_text (writer, "trouble", status->trouble);
  baton_json_member_text (writer, "last_server", status->last ? status->last->server : NULL);
  baton_json_member_text (writer, "last_email", status->last ? status->last->email : NULL);
  write_time (writer, "synced_before", status->last_sync);
  baton_json_member_int (writer, "alone", status->alone);
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

/* What would become of it, what it is, and what can be said to it */
static char *
dup_question (BatonDatabase *database)
{
  g_autofree char *names = dup_removal_names (database);
  g_autofree char *ways = NULL;
  BatonRemoval removal = { 0 };

  baton_database_count_removal (database, &removal, NULL);
  ways = baton_removal_describe (&removal);
  return g_strdup_printf (
      "%s\n%s%s", ways, names,
      baton_removal_can_be_kept (&removal)
          ? _ ("“baton sync --allow-removal” goes on, and removes it here too. “baton sync --keep” brings it back on all devices.")
          : _ ("“baton sync --allow-removal” goes on."));
}

static void
print_held (BatonDatabase *database, const BatonSyncStatus *status)
{
  g_autofree char *question = NULL;

  if (!status->held)
    return;
  question = dup_question (database);
  printf (ngettext ("Sync is held: it would remove %u record from this device. All of it is still "
                    "here, and nothing is sent until you decide.\n",
                    "Sync is held: it would remove %u records from this device. All of it is still "
                    "here, and nothing is sent until you decide.\n",
                    status->removal),
          status->removal);
  puts (question);
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
print_login (const BatonAccount *account)
{
  printf (_ ("“baton login --server %s --email %s” signs in again\n"), account->server,
          account->email ? account->email : "…");
}

/* What was in sync is still there, and what is not is here alone. */
static void
print_signed_out (BatonDatabase *database, const Status *status)
{
  g_autofree char *last = status->last_sync ? baton_cli_format_local (status->last_sync) : NULL;

  if (!status->last || !last)
    {
      puts (baton_database_is_empty (database)
                ? _ ("Not signed in")
                : _ ("Not signed in: the tasks are on this device only."));
      return;
    }
  printf (_ ("Not signed in. What was synced on %s as %s is on %s too, and stays there.\n"), last,
          status->last->email ? status->last->email : "?", status->last->server);
  if (status->alone > 0)
    printf (
        ngettext (
            "%u task or the like was added or changed here and not synced: it stays on this device until you sign in again.\n",
            "%u tasks and the like were added or changed here and not synced: they stay on this device until you sign in again.\n",
            status->alone),
        status->alone);
  else
    puts (_ (
        "Nothing was changed here since. What you change stays on this device until you sign in again."));
  print_login (status->last);
}

static void
print_last_sync (const Status *status)
{
  gint64 time = status->sync.last_sync ? status->sync.last_sync : status->last_sync;
  g_autofree char *last = time ? baton_cli_format_local (time) : NULL;

  if (!last)
    puts (_ ("Never synced"));
  else if (status->sync.last_sync)
    printf (_ ("Synced %s\n"), last);
  else
    printf (_ ("Not synced since you signed in; before that, synced %s\n"), last);
}

static void
print_signed_in (const Status *status)
{
  if (status->ended)
    printf (_ ("No longer signed in as %s at %s: %s\n"), status->account->email,
            status->account->server, status->ended->message);
  else
    printf (_ ("Signed in as %s at %s\n"), status->account->email, status->account->server);
  if (status->ended)
    print_login (status->account);
  print_last_sync (status);
  print_waiting (&status->sync);
}

static void
print_status (BatonCli *cli, const Status *status)
{
  if (status->account)
    print_signed_in (status);
  else
    print_signed_out (cli->database, status);
  if (status->trouble && !status->sync.held && !status->ended)
    printf (_ ("The last sync failed: %s\n"), status->trouble);
  print_held (cli->database, &status->sync);
  print_refused (&status->sync);
  print_conflicts (&status->sync);
}

static gboolean
read_status (BatonDatabase *database, Status *status, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  status->account = baton_database_get_account (database, &local_error);
  if (!local_error)
    status->last = baton_database_get_last_account (database, &status->last_sync, &local_error);
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!baton_database_get_sync_status (database, &status->sync, error) ||
      (!status->account && !baton_database_count_alone (database, &status->alone, error)))
    return FALSE;
  status->trouble = baton_database_dup_trouble (database);
  if (status->account)
    baton_session_check (database, NULL, &status->ended);
  return TRUE;
}

gboolean
baton_cli_status (BatonCli *cli, GError **error)
{
  g_auto (Status) status = { 0 };

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error) ||
      !read_status (cli->database, &status, error))
    return FALSE;
  if (cli->json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      BatonJsonWriter writer = { .out = json };

      write_status (&writer, &status);
      baton_cli_print_json (json);
    }
  else
    print_status (cli, &status);
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

static void
fail_held (BatonDatabase *database, const GError *held, GError **error)
{
  g_autofree char *question = dup_question (database);

  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE, "%s\n%s", held->message, question);
}

/* About what was printed last, be it by this sync or by the status */
static gboolean
answer_removal (BatonCli *cli, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *shown = baton_database_dup_shown_removal (cli->database);
  BatonSyncStatus status;

  if (!baton_database_get_sync_status (cli->database, &status, error))
    return FALSE;
  if (!status.held ||
      (cli->keep_removal ? baton_database_keep_removal_of (cli->database, shown, &local_error)
                         : baton_database_allow_removal_of (cli->database, shown, &local_error)))
    return TRUE;
  if (g_error_matches (local_error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED))
    fail_held (cli->database, local_error, error);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
run_sync (BatonCli *cli, BatonSession *session, Counts *counts, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if ((cli->allow_removal || cli->keep_removal) && !answer_removal (cli, error))
    return FALSE;
  if (baton_sync_run (cli->database, BATON_REMOTE (session), progress_cb, counts, NULL,
                      &local_error))
    return TRUE;
  if (g_error_matches (local_error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE))
    fail_held (cli->database, local_error, error);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
check_sync (BatonCli *cli, GError **error)
{
  if (!baton_cli_check_arguments (cli, 0, 0, error))
    return FALSE;
  if (!cli->allow_removal || !cli->keep_removal)
    return TRUE;
  g_set_error_literal (error, BATON_CLI_USAGE, 0, _ ("Give --allow-removal or --keep, not both"));
  return FALSE;
}

static void
tell_sign_in (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonAccount) account = baton_database_get_account (database, NULL);
  g_autofree char *message = g_strdup ((*error)->message);

  if (!g_error_matches (*error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT) || !account)
    return;
  g_clear_error (error);
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT,
               _ ("%s\n“baton login --server %s --email %s” signs in again."), message,
               account->server, account->email);
}

static gboolean
sync_all (BatonCli *cli, Counts *counts, GError **error)
{
  g_autoptr (BatonSession) session = baton_session_resume (cli->database, NULL, error);

  if (session && run_sync (cli, session, counts, error))
    return TRUE;
  tell_sign_in (cli->database, error);
  return FALSE;
}

gboolean
baton_cli_sync (BatonCli *cli, GError **error)
{
  Counts counts = { 0 };
  BatonSyncStatus status;

  if (!check_sync (cli, error) || !baton_cli_get_database (cli, error) ||
      !sync_all (cli, &counts, error) ||
      !baton_database_get_sync_status (cli->database, &status, error))
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
