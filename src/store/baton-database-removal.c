/* baton-database-removal.c: what a held sync would remove, and the person's word on it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

gboolean
baton_database_allow_removal (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  return transaction != NULL &&
         baton_database_run (database, "DELETE FROM gone WHERE state = 'gone'", NULL, NULL,
                             error) &&
         baton_database_run (database, "UPDATE gone SET state = 'allowed' WHERE state = 'asked'",
                             NULL, NULL, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

char *
baton_database_dup_removal_mark (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, "SELECT entity, record FROM gone WHERE state = 'asked' ORDER BY 1, 2", error);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    for (int i = 0; i < 2; i++)
      {
        const char *text = baton_sql_get_text (statement, i);

        g_checksum_update (sum, (const guchar *) text, (gssize) strlen (text) + 1);
      }
  return step == BATON_SQL_DONE ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

gboolean
baton_database_allow_removal_of (BatonDatabase *database, const char *mark, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *asked = NULL;

  if (transaction == NULL)
    return FALSE;
  asked = baton_database_dup_removal_mark (database, error);
  if (asked == NULL)
    return FALSE;
  if (g_strcmp0 (asked, mark) != 0)
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED,
                           _ ("What the sync would remove is not what was shown any more. Nothing "
                              "was removed."));
      return FALSE;
    }
  return baton_database_allow_removal (database, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_set_shown_removal (BatonDatabase *database, GError **error)
{
  g_autofree char *mark = baton_database_dup_removal_mark (database, error);

  return mark != NULL && baton_database_set_meta (database, BATON_META_REMOVAL, mark, error);
}

char *
baton_database_dup_shown_removal (BatonDatabase *database)
{
  return baton_database_dup_meta (database, BATON_META_REMOVAL, NULL);
}

GPtrArray *
baton_database_get_removal (BatonDatabase *database, guint limit, GError **error)
{
  g_autoptr (GPtrArray)
      records = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT record, entity FROM gone WHERE state = 'asked' "
      "ORDER BY entity = 'project' DESC, entity = 'task' DESC, record LIMIT ?1",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, limit > 0 ? (gint64) limit : -1);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonRecord) record = NULL;
      BatonEntity entity;

      if (!baton_entity_from_name (baton_sql_get_text (statement, 1), &entity))
        continue;
      record = baton_database_get (database, entity, baton_sql_get_text (statement, 0), NULL);
      if (record != NULL)
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&records) : NULL;
}
