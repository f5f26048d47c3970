/* baton-database-meta.c: small facts about the device, and short ways to a row
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

BatonSqlStatement *
baton_database_prepare (BatonDatabase *database,
                        const char *text,
                        const char *a,
                        const char *b,
                        GError **error)
{
  BatonSqlStatement *statement = baton_sql_prepare (database->sql, text, error);

  if (statement != NULL && a != NULL)
    baton_sql_bind_text (statement, 1, a);
  if (statement != NULL && b != NULL)
    baton_sql_bind_text (statement, 2, b);
  return statement;
}

gboolean
baton_database_run (BatonDatabase *database,
                    const char *text,
                    const char *a,
                    const char *b,
                    GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (database, text, a, b, error);

  return statement != NULL && baton_sql_run (statement, error);
}

gboolean
baton_database_query_int (BatonDatabase *database,
                          const char *text,
                          const char *a,
                          const char *b,
                          gint64 *value,
                          GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (database, text, a, b, error);
  BatonSqlStep step;

  *value = 0;
  if (statement == NULL)
    return FALSE;
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    *value = baton_sql_get_int (statement, 0);
  return step != BATON_SQL_FAILED;
}

char *
baton_database_dup_meta (BatonDatabase *database, const char *name, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "SELECT value FROM meta WHERE name = ?", name, NULL, error);

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return g_strdup (baton_sql_get_text (statement, 0));
}

gboolean
baton_database_set_meta (BatonDatabase *database,
                         const char *name,
                         const char *value,
                         GError **error)
{
  if (value == NULL)
    return baton_database_run (database, "DELETE FROM meta WHERE name = ?", name, NULL, error);
  return baton_database_run (database,
                             "INSERT INTO meta (name, value) VALUES (?, ?) "
                             "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                             name, value, error);
}

gint64
baton_database_get_meta_int (BatonDatabase *database, const char *name)
{
  g_autofree char *text = baton_database_dup_meta (database, name, NULL);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
baton_database_load_clock (BatonDatabase *database, BatonHlc *hlc, GError **error)
{
  GError *local_error = NULL;
  g_autofree char *text = baton_database_dup_meta (database, BATON_META_HLC, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  hlc->node = database->node;
  hlc->last = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
  return TRUE;
}

gboolean
baton_database_save_clock (BatonDatabase *database, const BatonHlc *hlc, GError **error)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, hlc->last);
  return baton_database_set_meta (database, BATON_META_HLC, text, error);
}
