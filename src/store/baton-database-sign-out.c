/* baton-database-sign-out.c: an account leaves this device, with what was on it or without
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing out is one small transaction: the account, its cursors and what it asked are gone. What it still had to send goes afterwards, some
 * of it at a time, since nobody is to wait for a hundred thousand edits; a mark says that it is to go, and whoever opens the database next
 * goes on. Nothing reads the outbox of nobody. What was on the device goes likewise where the person says so (baton-database-delete.c).
 *
 * The records stay as they are. Their scopes say on until the next sign-in what the account's server has of them, so that it is known what left this
 * device under an id, and their shadows what it has where they have edits that it has not. Of what was sent and never answered it is not known whether the server has it: it counts as if it had.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* Some 5 ms */
#define LEAVE_CHUNK 1000

static gboolean
run_all (BatonDatabase *database, const char *const *commands, GError **error)
{
  for (guint i = 0; commands[i] != NULL; i++)
    {
      if (!baton_database_run (database, commands[i], NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_database_clear_account (BatonDatabase *database, GError **error)
{
  static const char *const commands[] = {
    "DELETE FROM cursor",
    "DELETE FROM meta WHERE name >= '" BATON_META_HEAD "' AND name < 'head;'",
    "DELETE FROM meta WHERE name >= '" BATON_META_LEFT "' AND name < 'left;'",
    "DELETE FROM gone",
    "DELETE FROM meta WHERE name IN ('" BATON_META_SERVER "', '" BATON_META_EMAIL
    "', '" BATON_META_USER_ID "', '" BATON_META_SERVER_ID "', '" BATON_META_LAST_SYNC
    "', '" BATON_META_ALARMED "', '" BATON_META_TROUBLE "', '" BATON_META_ENDED
    "', '" BATON_META_JOINING "', '" BATON_META_ENDING "', '" BATON_META_ASKING
    "', '" BATON_META_ANSWER "')",
    NULL,
  };

  return run_all (database, commands, error);
}

/* --- what was to be sent ------------------------------------------------- */

/* ?1: the last one that goes. Edits that were refused stay: they hold what a person typed, and nothing else does. */
#define GOES "state IN ('waiting', 'merged') AND seq <= ?1"

static gboolean
find_last (BatonDatabase *database, gint64 most, gint64 *last, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT max (seq) FROM (SELECT seq FROM outbox WHERE state IN ('waiting', 'merged') "
      "ORDER BY seq LIMIT ?1)",
      error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, most);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  *last = baton_sql_get_int (statement, 0);
  return TRUE;
}

static gboolean
run_until (BatonDatabase *database, const char *text, gint64 last, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, last);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_drop_sent (BatonDatabase *database, gint64 most, gboolean *more, GError **error)
{
  gint64 last;

  if (!find_last (database, most, &last, error))
    return FALSE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      const char *name = baton_entity_get_name (i);
      g_autofree char *text = g_strdup_printf (
          "UPDATE \"%s\" SET scope = '" BATON_SCOPE_SENT
          "' WHERE scope = '' AND id IN (SELECT record "
          "FROM outbox WHERE handed = 1 AND entity = '%s' AND " GOES ")",
          name, name);

      if (!run_until (database, text, last, error))
        return FALSE;
    }
  if (more != NULL)
    *more = last != 0;
  return run_until (database, "DELETE FROM outbox WHERE " GOES, last, error);
}

static gboolean
leave_some (BatonDatabase *database, gboolean *more, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  return transaction != NULL && baton_database_drop_sent (database, LEAVE_CHUNK, more, error) &&
         (*more || baton_database_set_meta (database, BATON_META_LEAVING, NULL, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_end_leaving (BatonDatabase *database, GError **error)
{
  gint64 leaving;
  gboolean more;

  if (!baton_database_end_scopes_off (database, error) ||
      !baton_database_end_deleting (database, error) ||
      !baton_database_end_answer (database, error) ||
      !baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", BATON_META_LEAVING,
                                 NULL, &leaving, error))
    return FALSE;
  for (more = leaving != 0; more;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!leave_some (database, &more, error))
        return FALSE;
      if (more && !baton_database_pause (database, since, error))
        return FALSE;
    }
  return TRUE;
}

/* --- what is on the device ----------------------------------------------- */

gboolean
baton_database_is_empty (BatonDatabase *database)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT 1 FROM \"%s\" LIMIT 1",
                                               baton_entity_get_name (i));
      gint64 found;

      if (!baton_database_query_int (database, text, NULL, NULL, &found, NULL) || found != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
fail_unsynced (GError **error)
{
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED,
      _ ("Something on this device is on no server, and would be lost. Nothing was deleted. Export it first, or say that it may go."));
  return FALSE;
}

/* --- signing out --------------------------------------------------------- */

gboolean
baton_database_check_sign_out (BatonDatabase *database, BatonSignOut how, GError **error)
{
  gint64 unsynced, joining;

  if (how != BATON_SIGN_OUT_DELETE)
    return TRUE;
  return baton_database_query_int (
             database, "SELECT 1 FROM outbox WHERE state IN ('waiting', 'refused') LIMIT 1", NULL,
             NULL, &unsynced, error) &&
         baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?",
                                   BATON_META_JOINING, NULL, &joining, error) &&
         ((unsynced == 0 && joining == 0) || fail_unsynced (error));
}

/* What a person wants to know of it later */
static gboolean
remember_account (BatonDatabase *database, GError **error)
{
  return baton_database_run (
             database,
             "INSERT OR REPLACE INTO meta (name, value) SELECT '" BATON_META_LAST_EMAIL
             "', value FROM meta WHERE name = '" BATON_META_EMAIL "'",
             NULL, NULL, error) &&
         baton_database_run (
             database,
             "INSERT OR REPLACE INTO meta (name, value) SELECT '" BATON_META_OWNER_SYNC
             "', value FROM meta WHERE name = '" BATON_META_LAST_SYNC "'",
             NULL, NULL, error);
}

gboolean
baton_database_sign_out (BatonDatabase *database, BatonSignOut how, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  g_autoptr (GError) later = NULL;

  /* What is no longer shared is none of what stays. */
  if (!baton_database_end_scopes_off (database, error))
    return FALSE;
  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL || !baton_database_check_sign_out (database, how, error) ||
      !remember_account (database, error) ||
      (how != BATON_SIGN_OUT_KEEP && !baton_database_begin_deleting (database, error)) ||
      !baton_database_clear_account (database, error) ||
      !baton_database_set_meta (database, BATON_META_LEAVING, "1", error) ||
      !baton_sql_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  /* Signed out is signed out */
  if (!baton_database_end_leaving (database, &later))
    g_message ("What was to be sent goes later: %s", later->message);
  return TRUE;
}
