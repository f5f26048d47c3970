/* baton-cli-unsynced.c: what the server has not taken, and what becomes of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include <stdio.h>

#define PART_MIN 4

static const char *
get_short_id (const BatonUnsynced *unsynced)
{
  return baton_edit_get_id (unsynced->edit) + BATON_UUID_LENGTH - 8;
}

static char *
dup_fields (const BatonEdit *edit)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", fields[i].key);
  return g_string_free_and_steal (text);
}

static void
print_text (GPtrArray *all, gboolean signed_in)
{
  gboolean refused = FALSE;

  for (guint i = 0; i < all->len; i++)
    {
      const BatonUnsynced *unsynced = g_ptr_array_index (all, i);
      g_autofree char *fields = dup_fields (unsynced->edit);
      g_autofree char *made = baton_cli_format_local (unsynced->made);

      refused |= unsynced->refused;
      printf ("%s  %s  %s  (%s)\n", get_short_id (unsynced), made,
              unsynced->title != NULL ? unsynced->title : baton_edit_get_record (unsynced->edit),
              fields);
      printf ("          %s\n", unsynced->refused
                                    ? unsynced->message != NULL ? unsynced->message : _ ("Refused")
                                    : _ ("Waits to be sent"));
    }
  if (refused)
    puts (_ (
        "\nOf what was refused, “baton unsynced --retry ID” is sent once more with the next sync, “--copy ID” is kept as a new task, and “--discard ID” is let go."));
  if (!signed_in)
    puts (_ (
        "Nobody is signed in: whether a server has what is on this device is not known. “baton unsynced --export FILE” keeps all of it."));
  else if (all->len == 0)
    puts (_ ("Everything is synced"));
}

/* The refused edit whose id begins or ends with @part */
static const BatonUnsynced *
find_edit (GPtrArray *all, const char *part, GError **error)
{
  const BatonUnsynced *found = NULL;
  gboolean waits = FALSE;

  for (guint i = 0; i < all->len && strlen (part) >= PART_MIN; i++)
    {
      const BatonUnsynced *unsynced = g_ptr_array_index (all, i);
      const char *id = baton_edit_get_id (unsynced->edit);

      if (!g_str_has_prefix (id, part) && !g_str_has_suffix (id, part))
        continue;
      waits |= !unsynced->refused;
      if (!unsynced->refused)
        continue;
      if (found != NULL)
        {
          g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_AMBIGUOUS,
                       _ ("More than one edit has the id “%s”: give more of it"), part);
          return NULL;
        }
      found = unsynced;
    }
  if (found == NULL && waits)
    g_set_error (
        error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
        _ ("The edit “%s” still waits to be sent: there is nothing to decide until the server has refused it"),
        part);
  else if (found == NULL)
    g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                 _ ("No edit that is not synced has the id “%s”"), part);
  return found;
}

static gboolean export (BatonCli *cli, gboolean everything, GError **error)
{
  g_autofree char *json = everything ? baton_database_export_data (cli->database, error)
                                     : baton_database_export_unsynced (cli->database, error);

  if (json == NULL)
    return FALSE;
  if (g_str_equal (cli->export, "-"))
    {
      puts (json);
      return TRUE;
    }
  return g_file_set_contents_full (cli->export, json, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

static gboolean
copy (BatonCli *cli, const char *id, GError **error)
{
  g_autofree char *made = baton_database_keep_copy (cli->database, id, _ ("Keep as a Copy"), error);

  if (made == NULL)
    return FALSE;
  puts (made);
  return TRUE;
}

static gboolean
decide (BatonCli *cli, GPtrArray *all, GError **error)
{
  const char *part = cli->retry != NULL ? cli->retry : cli->copy != NULL ? cli->copy : cli->discard;
  const BatonUnsynced *found = find_edit (all, part, error);
  const char *id = found != NULL ? baton_edit_get_id (found->edit) : NULL;
  g_autofree char *fields = NULL;

  if (found == NULL)
    return FALSE;
  if (cli->copy != NULL)
    return copy (cli, id, error);
  if (cli->retry != NULL ? !baton_database_retry (cli->database, id, _ ("Try Again"), error)
                         : !baton_database_discard (cli->database, id, error))
    return FALSE;
  fields = dup_fields (found->edit);
  printf ("%s: %s  (%s)\n", cli->retry != NULL ? _ ("Waits to be sent again") : _ ("Discarded"),
          found->title != NULL ? found->title : baton_edit_get_record (found->edit), fields);
  return TRUE;
}

gboolean
baton_cli_unsynced (BatonCli *cli, GError **error)
{
  guint n = (cli->retry != NULL) + (cli->copy != NULL) + (cli->discard != NULL) +
            (cli->export != NULL);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GError) failure = NULL;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  if (n > 1)
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0,
                           _ ("One of --retry, --copy, --discard and --export at a time"));
      return FALSE;
    }
  account = baton_database_get_account (cli->database, &failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (cli->export != NULL)
    return export (cli, !account || baton_cli_has_ended (cli), error);
  if (cli->json && n == 0)
    {
      g_set_str (&cli->export, "-");
      return export (cli, FALSE, error);
    }
  all = baton_database_get_unsynced (cli->database, error);
  if (all == NULL)
    return FALSE;
  if (n > 0)
    return decide (cli, all, error);
  print_text (all, account != NULL);
  return TRUE;
}
