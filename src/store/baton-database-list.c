/* baton-database-list.c: many records at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"
#include "baton-query-sql.h"

GArray *
baton_database_list (BatonDatabase *database, const BatonQuery *query, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (BatonSqlStatement) statement = baton_query_prepare (
      database->sql, query, "t.key", baton_database_get_now (database), error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      gint64 key = baton_sql_get_int (statement, 0);

      g_array_append_val (keys, key);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&keys) : NULL;
}

static GPtrArray *
read_records (BatonSqlStatement *statement, BatonEntity entity, GError **error)
{
  g_autoptr (GPtrArray)
      records = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  BatonSqlStep step;

  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonRecord *record = baton_record_table_read (statement, 0, entity, error);

      if (record == NULL)
        return NULL;
      g_ptr_array_add (records, record);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&records) : NULL;
}

GPtrArray *
baton_database_list_records (BatonDatabase *database, const BatonQuery *query, GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (BATON_ENTITY_TASK, "t.");
  g_autoptr (BatonSqlStatement) statement = baton_query_prepare (
      database->sql, query, columns, baton_database_get_now (database), error);

  return statement != NULL ? read_records (statement, BATON_ENTITY_TASK, error) : NULL;
}

GPtrArray *
baton_database_get_all (BatonDatabase *database, BatonEntity entity, GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  gboolean has_position = baton_schema_lookup (entity, "position", NULL, NULL) != NULL;
  gboolean has_name = baton_schema_lookup (entity, "name", NULL, NULL) != NULL;
  g_autofree char *text = g_strdup_printf (
      "SELECT %s FROM \"%s\" WHERE deleted = 0 ORDER BY %s%skey", columns,
      baton_entity_get_name (entity), has_position ? "position, " : "",
      has_name ? "name COLLATE NOCASE, " : "");
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, error);

  return statement != NULL ? read_records (statement, entity, error) : NULL;
}

GHashTable *
baton_database_count_open (BatonDatabase *database, GError **error)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT coalesce (project_id, ''), count(*) FROM task "
      "WHERE deleted = 0 AND hidden = 0 AND status <> 'done' GROUP BY project_id",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_hash_table_insert (counts, g_strdup (baton_sql_get_text (statement, 0)),
                         GINT_TO_POINTER ((gint) baton_sql_get_int (statement, 1)));
  return step == BATON_SQL_DONE ? g_steal_pointer (&counts) : NULL;
}
