/* baton-server-row.c: a record as the server keeps it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-row.h"

#include <string.h>

#include "../../sql/baton-record-table.h"
#include "../http/baton-server-error.h"

typedef struct
{
  char *get;
  char *place;
} Texts;

static const Texts *
get_texts (BatonEntity entity)
{
  static Texts texts[BATON_N_ENTITIES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < BATON_N_ENTITIES; i++)
        {
          g_autofree char *columns = baton_record_table_dup_columns (i, "t.");
          const char *name = baton_entity_get_name (i);

          texts[i].get = g_strdup_printf (
              "SELECT %s, t.key, t.scope, s.id, t.seq, t.version, t.hidden FROM \"%s\" t"
              " JOIN scope s ON s.key = t.scope WHERE t.id = ?1",
              columns, name);
          texts[i].place = g_strdup_printf (
              "UPDATE \"%s\" SET scope = ?2, seq = ?3, version = ?4, hidden = ?5,"
              " written = ?6, born = CASE ?4 WHEN 1 THEN ?6 ELSE born END WHERE key = ?1",
              name);
        }
      g_once_init_leave (&once, 1);
    }
  return &texts[entity];
}

void
baton_server_row_free (BatonServerRow *row)
{
  g_clear_pointer (&row->record, baton_record_unref);
  g_free (row->scope_id);
  g_free (row);
}

static BatonServerRow *
read_row (BatonSqlStatement *statement, BatonEntity entity, GError **error)
{
  g_autoptr (BatonServerRow) row = g_new0 (BatonServerRow, 1);
  int column = baton_record_table_get_n_columns (entity);

  row->record = baton_record_table_read (statement, 0, entity, error);
  if (row->record == NULL)
    return NULL;
  row->key = baton_sql_get_int (statement, column);
  row->scope = row->found = baton_sql_get_int (statement, column + 1);
  row->scope_id = g_strdup (baton_sql_get_text (statement, column + 2));
  row->seq = baton_sql_get_int (statement, column + 3);
  row->version = baton_sql_get_int (statement, column + 4);
  row->hidden = baton_sql_get_int (statement, column + 5) != 0;
  return g_steal_pointer (&row);
}

BatonServerRow *
baton_server_row_get (BatonSql *sql,
                      BatonEntity entity,
                      const char *id,
                      const char *user,
                      GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, get_texts (entity)->get, error);
  g_autoptr (BatonServerRow) row = NULL;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, id);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  row = read_row (statement, entity, error);
  if (row == NULL || user == NULL)
    return g_steal_pointer (&row);
  if (!baton_server_scope_get_role (sql, user, row->scope_id, &row->role, error) ||
      row->role == BATON_SERVER_ROLE_NONE)
    return NULL;
  return g_steal_pointer (&row);
}

/* Whether the project that the row is in is deleted */
static gboolean
project_is_deleted (BatonSql *sql, BatonServerRow *row, gboolean *deleted, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  *deleted = FALSE;
  if (!g_str_has_prefix (row->scope_id, "project:"))
    return TRUE;
  statement = baton_sql_prepare (sql, "SELECT deleted FROM project WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, row->scope_id + strlen ("project:"));
  step = baton_sql_step (statement, error);
  *deleted = step == BATON_SQL_ROW && baton_sql_get_int (statement, 0) != 0;
  return step != BATON_SQL_FAILED;
}

BatonServerRow *
baton_server_row_need (BatonSql *sql,
                       BatonEntity entity,
                       const char *id,
                       const char *user,
                       GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) row = baton_server_row_get (sql, entity, id, user, &local_error);
  gboolean gone = row == NULL;

  if (row)
    gone = !project_is_deleted (sql, row, &gone, &local_error) || gone || row->hidden ||
           baton_record_get_bool (row->record, "deleted");
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (!gone)
    return g_steal_pointer (&row);
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND, "There is no such %s.",
               baton_entity_get_name (entity));
  return NULL;
}

gboolean
baton_server_row_put (BatonSql *sql, BatonServerRow *row, GError **error)
{
  return baton_record_table_put (sql, row->record, &row->key, error);
}

gboolean
baton_server_row_place (BatonSql *sql, const BatonServerRow *row, gint64 now, GError **error)
{
  BatonEntity entity = baton_record_get_entity (row->record);
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, get_texts (entity)->place, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, row->key);
  baton_sql_bind_int (statement, 2, row->scope);
  baton_sql_bind_int (statement, 3, row->seq);
  baton_sql_bind_int (statement, 4, row->version);
  baton_sql_bind_int (statement, 5, row->hidden);
  baton_sql_bind_int (statement, 6, now);
  return baton_sql_run (statement, error);
}
