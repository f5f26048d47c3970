/* baton-database-account.c: where this device is signed in
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

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

static gboolean
write_account (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  return baton_database_set_meta (database, BATON_META_SERVER, account->server, error) &&
         baton_database_set_meta (database, BATON_META_EMAIL, account->email, error) &&
         baton_database_set_meta (database, BATON_META_USER_ID, account->user_id, error);
}

/* Edits that were refused stay: they hold what a person typed, and nothing else does. */
static gboolean
sign_out (BatonDatabase *database, GError **error)
{
  static const char *const commands[] = {
    "DELETE FROM outbox WHERE state <> 'refused'",
    "DELETE FROM cursor",
    "DELETE FROM meta WHERE name >= '" BATON_META_HEAD "' AND name < 'head;'",
    "DELETE FROM shadow",
    "DELETE FROM meta WHERE name IN ('" BATON_META_SERVER "', '" BATON_META_EMAIL
    "', '" BATON_META_USER_ID "', '" BATON_META_SERVER_ID "', '" BATON_META_LAST_SYNC "')",
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (!baton_database_run (database, commands[i], NULL, NULL, error))
        return FALSE;
    }
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

/* In the order of their making, so that most parents come before what hangs on them */
static gboolean
enqueue_all (BatonDatabase *database, BatonEntity entity, GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  g_autofree char *text = g_strdup_printf ("SELECT %s FROM \"%s\" ORDER BY id", columns,
                                           baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonRecord) record = baton_record_table_read (statement, 0, entity, error);

      if (record == NULL || !baton_database_enqueue_record (database, record, error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

static gboolean
sign_in (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  if (!sign_out (database, error) || !write_account (database, account, error) ||
      !baton_database_set_meta (database, BATON_META_SERVER_ID, account->server_id, error))
    return FALSE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      if (!enqueue_all (database, i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
change_account (BatonDatabase *database,
                const BatonAccount *before,
                const BatonAccount *account,
                GError **error)
{
  if (account == NULL)
    return sign_out (database, error);
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
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
