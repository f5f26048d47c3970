/* baton-database-account.c: where this device is signed in, and whose the records on it are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in writes the account and a mark in one transaction, and then puts the records into the outbox a chunk at a time, moving the mark: nobody
 * waits for a hundred thousand of them, and a process that is killed is followed by one that goes on from the mark. Until it is through,
 * nothing is sent. A record keeps its id and its clocks, so it is one and the same however often it is sent, and from however many devices.
 *
 * The account that the records were in sync with stays their owner when it signs out. Another one does not get them without a word.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* Some 5 ms, and as long in which others get at the database: who waits for the lock looks for it again only now and then */
#define JOIN_CHUNK    250
#define JOIN_PAUSE_US 5000

void
baton_account_free (BatonAccount *account)
{
  g_return_if_fail (account != NULL);

  g_free (account->server);
  g_free (account->email);
  g_free (account->user_id);
  g_free (account->server_id);
  g_free (account);
}

BatonAccount *
baton_database_get_account (BatonDatabase *database, GError **error)
{
  GError *local_error = NULL;
  g_autofree char *server = baton_database_dup_meta (database, BATON_META_SERVER, &local_error);
  BatonAccount *account;

  if (server == NULL)
    {
      if (local_error != NULL)
        g_propagate_error (error, local_error);
      return NULL;
    }
  account = g_new0 (BatonAccount, 1);
  account->server = g_steal_pointer (&server);
  account->email = baton_database_dup_meta (database, BATON_META_EMAIL, NULL);
  account->user_id = baton_database_dup_meta (database, BATON_META_USER_ID, NULL);
  account->server_id = baton_database_dup_meta (database, BATON_META_SERVER_ID, NULL);
  return account;
}

static char *
dup_owner (const BatonAccount *account)
{
  return g_strconcat (account->server, " ", account->user_id, NULL);
}

static gboolean
write_account (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  g_autofree char *owner = dup_owner (account);

  return baton_database_set_meta (database, BATON_META_SERVER, account->server, error) &&
         baton_database_set_meta (database, BATON_META_EMAIL, account->email, error) &&
         baton_database_set_meta (database, BATON_META_USER_ID, account->user_id, error) &&
         baton_database_set_meta (database, BATON_META_OWNER, owner, error);
}

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

/* Edits that were refused stay: they hold what a person typed, and nothing else does. */
static gboolean
clear_account (BatonDatabase *database, GError **error)
{
  static const char *const commands[] = {
    "DELETE FROM outbox WHERE state <> 'refused'",
    "DELETE FROM cursor",
    "DELETE FROM meta WHERE name >= '" BATON_META_HEAD "' AND name < 'head;'",
    "DELETE FROM shadow",
    "DELETE FROM gone",
    "DELETE FROM meta WHERE name IN ('" BATON_META_SERVER "', '" BATON_META_EMAIL
    "', '" BATON_META_USER_ID "', '" BATON_META_SERVER_ID "', '" BATON_META_LAST_SYNC
    "', '" BATON_META_ALARMED "', '" BATON_META_TROUBLE "', '" BATON_META_JOINING "')",
    NULL,
  };

  if (!run_all (database, commands, error))
    return FALSE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "UPDATE \"%s\" SET scope = '', seen = 1 WHERE scope <> '' OR seen = 0",
          baton_entity_get_name (i));

      if (!baton_database_run (database, text, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* --- whose it is --------------------------------------------------------- */

static gboolean
is_empty (BatonDatabase *database)
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
check_owner (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  g_autofree char *owner = baton_database_dup_meta (database, BATON_META_OWNER, NULL);
  g_autofree char *wanted = dup_owner (account);

  if (owner == NULL || g_str_equal (owner, wanted) || is_empty (database))
    return TRUE;
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT,
      _ ("What is on this device belongs to another account. It is as it was, and nothing was sent. Say whether it is to be added to "
         "the account that signs in, or to leave this device."));
  return FALSE;
}

gboolean
baton_database_adopt_data (BatonDatabase *database, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);

  return baton_database_set_meta (database, BATON_META_OWNER, NULL, error);
}

static gboolean
delete_all (BatonDatabase *database, GError **error)
{
  static const char *const commands[] = {
    "INSERT INTO search (search) VALUES ('delete-all')",
    "DELETE FROM outbox",
    "DELETE FROM history",
    "DELETE FROM step",
    "DELETE FROM ring",
    "DELETE FROM meta WHERE name = '" BATON_META_OWNER "'",
    NULL,
  };

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("DELETE FROM \"%s\"", baton_entity_get_name (i));

      if (!baton_database_run (database, text, NULL, NULL, error))
        return FALSE;
    }
  return run_all (database, commands, error);
}

static gboolean
fail_unsynced (GError **error)
{
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED,
      _ ("Something on this device is on no server, and would be lost. Nothing was deleted. Export it first, or say that it may go."));
  return FALSE;
}

gboolean
baton_database_delete_data (BatonDatabase *database, gboolean with_unsynced, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  if (transaction == NULL)
    return FALSE;
  if (baton_database_is_signed_in (database))
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                           _ ("This device is signed in. Sign out first."));
      return FALSE;
    }
  /* Signed out, nobody knows what a server has. */
  if (!with_unsynced && !is_empty (database))
    return fail_unsynced (error);
  return delete_all (database, error) && baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* --- signing in ---------------------------------------------------------- */

static gboolean
set_mark (BatonDatabase *database, guint entity, const char *id, GError **error)
{
  g_autofree char *mark = entity < BATON_N_ENTITIES ? g_strdup_printf ("%u %s", entity, id) : NULL;

  return baton_database_set_meta (database, BATON_META_JOINING, mark, error);
}

/* In the order of their making, so that most parents come before what hangs on them */
static GPtrArray *
read_some (BatonDatabase *database,
           BatonEntity entity,
           const char *after,
           guint limit,
           GError **error)
{
  g_autoptr (GPtrArray)
      records = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  g_autofree char *text = g_strdup_printf (
      "SELECT %s FROM \"%s\" WHERE id > ?1 ORDER BY id LIMIT ?2", columns,
      baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, after, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 2, limit);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonRecord *record = baton_record_table_read (statement, 0, entity, error);

      if (record == NULL)
        return NULL;
      g_ptr_array_add (records, record);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&records) : NULL;
}

/* Goes on to the next entity where there is no more of this one */
static gboolean
join_some (BatonDatabase *database, guint *entity, char **after, guint *room, GError **error)
{
  g_autoptr (GPtrArray) records = read_some (database, *entity, *after, *room, error);
  guint asked = *room;

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      if (!baton_database_enqueue_record (database, g_ptr_array_index (records, i), error))
        return FALSE;
    }
  *room -= records->len;
  if (records->len == asked)
    g_set_str (after, baton_record_get_id (g_ptr_array_index (records, records->len - 1)));
  else
    {
      g_set_str (after, "");
      *entity += 1;
    }
  return TRUE;
}

/* A chunk, from the mark on; in the caller's transaction */
static gboolean
join_chunk (BatonDatabase *database, const char *mark, GError **error)
{
  char *rest = NULL;
  guint entity = (guint) g_ascii_strtoull (mark, &rest, 10);
  g_autofree char *after = g_strdup (*rest == ' ' ? rest + 1 : rest);
  guint room = JOIN_CHUNK;

  while (entity < BATON_N_ENTITIES && room > 0)
    {
      if (!join_some (database, &entity, &after, &room, error))
        return FALSE;
    }
  return set_mark (database, entity, after, error);
}

static gboolean
join_next (BatonDatabase *database, gboolean *done, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (GError) failure = NULL;
  g_autofree char *mark = NULL;

  if (transaction == NULL)
    return FALSE;
  mark = baton_database_dup_meta (database, BATON_META_JOINING, &failure);
  *done = mark == NULL;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (mark == NULL)
    return TRUE;
  return mark != NULL && join_chunk (database, mark, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_join (BatonDatabase *database, GError **error)
{
  gint64 joining;
  gboolean done;

  g_return_val_if_fail (database != NULL, FALSE);

  if (!baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", BATON_META_JOINING,
                                 NULL, &joining, error))
    return FALSE;
  for (done = joining == 0; !done;)
    {
      g_usleep (JOIN_PAUSE_US);
      if (!join_next (database, &done, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sign_in (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  return check_owner (database, account, error) && clear_account (database, error) &&
         write_account (database, account, error) &&
         baton_database_set_meta (database, BATON_META_SERVER_ID, account->server_id, error) &&
         join_chunk (database, "0 ", error);
}

static gboolean
change_account (BatonDatabase *database,
                const BatonAccount *before,
                const BatonAccount *account,
                GError **error)
{
  if (account == NULL)
    return clear_account (database, error);
  if (before == NULL || g_strcmp0 (before->server, account->server) != 0 ||
      g_strcmp0 (before->user_id, account->user_id) != 0)
    return sign_in (database, account, error);
  return write_account (database, account, error) &&
         (account->server_id == NULL ||
          baton_database_set_meta (database, BATON_META_SERVER_ID, account->server_id, error));
}

gboolean
baton_database_set_account (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonAccount) before = NULL;
  GError *local_error = NULL;

  if (transaction == NULL)
    return FALSE;
  before = baton_database_get_account (database, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  return change_account (database, before, account, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error) &&
         baton_database_join (database, error);
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

gboolean
baton_database_sign_out (BatonDatabase *database, BatonSignOut how, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  return transaction != NULL && baton_database_check_sign_out (database, how, error) &&
         (how == BATON_SIGN_OUT_KEEP || delete_all (database, error)) &&
         clear_account (database, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
