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

gboolean
baton_cli_sync (BatonCli *cli, GError **error)
{
  g_autoptr (BatonSession) session = NULL;
  Counts counts = { 0 };
  BatonSyncStatus status;

  if (!check_sync (cli, error) || !baton_cli_get_database (cli, error))
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
