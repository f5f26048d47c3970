/* baton-server-render.c: rows as JSON, without records between
 *
 * A list of fifty tasks is asked for far more often than a task is changed. So what a row's columns hold goes straight
 * into the answer. Only rows with something out of the ordinary (`extra`) take the long way through a record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-render.h"

#include <string.h>

#include "../../sql/baton-record-table.h"

static void
write_column (BatonSqlStatement *statement,
              int column,
              const BatonField *field,
              BatonJsonWriter *json)
{
  baton_json_key (json, field->name);
  if (baton_sql_is_null (statement, column))
    {
      if (field->type == BATON_FIELD_SET)
        baton_json_raw (json, "[]");
      else
        baton_json_null (json);
      return;
    }
  switch (field->type)
    {
    case BATON_FIELD_BOOL:
      baton_json_bool (json, baton_sql_get_int (statement, column) != 0);
      break;
    case BATON_FIELD_INT:
      baton_json_int (json, baton_sql_get_int (statement, column));
      break;
    case BATON_FIELD_SET:
      baton_json_raw (json, baton_sql_get_text (statement, column));
      break;
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
    case BATON_FIELD_CHOICE:
    case BATON_FIELD_ID:
    case BATON_FIELD_TIME:
    case BATON_FIELD_DUE:
    case BATON_FIELD_ZONE:
    case BATON_FIELD_RRULE:
    case BATON_FIELD_COLOR:
    case BATON_FIELD_POSITION:
    default:
      baton_json_text (json, baton_sql_get_text (statement, column));
    }
}

gboolean
baton_server_render_members (BatonSqlStatement *statement,
                             int column,
                             BatonEntity entity,
                             BatonJsonWriter *json,
                             GError **error)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  if (!baton_sql_is_null (statement, column + (int) n_fields + 2))
    {
      g_autoptr (BatonRecord) record = baton_record_table_read (statement, column, entity, error);

      if (record)
        baton_record_write_json (record, json);
      return record != NULL;
    }
  baton_json_member_text (json, "id", baton_sql_get_text (statement, column));
  for (guint i = 0; i < n_fields; i++)
    write_column (statement, column + 1 + (int) i, &fields[i], json);
  return TRUE;
}

/* `CLOCK TAB key TAB key`, a line a clock */
void
baton_server_render_clocks (const char *clocks, BatonJsonWriter *json)
{
  char clock[BATON_CLOCK_TEXT_LENGTH + 1] = "";
  const char *at = clocks;

  baton_json_begin_object (json);
  while (*at)
    {
      gsize length = strcspn (at, "\t\n");

      if (at == clocks || at[-1] == '\n')
        g_strlcpy (clock, at, MIN (length + 1, sizeof clock));
      else
        {
          g_autofree char *key = g_strndup (at, length);

          baton_json_member_text (json, key, clock);
        }
      at += length;
      if (*at)
        at++;
    }
  baton_json_end_object (json);
}

char *
baton_server_render_dup_columns (BatonEntity entity)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, "t.");

  return g_strconcat (columns, ", t.version, t.changed", NULL);
}

/* When the row that @statement stands on was deleted; 0: it is not */
static gint64
get_deleted_at (BatonSqlStatement *statement, BatonEntity entity)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);
  int deleted = 0;
  g_auto (GStrv) lines = NULL;

  while (!g_str_equal (fields[deleted].name, "deleted"))
    deleted++;
  if (baton_sql_get_int (statement, deleted + 1) == 0)
    return 0;
  lines = g_strsplit (baton_sql_get_text (statement, (int) n_fields + 1), "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) keys = g_strsplit (lines[i], "\t", -1);
      BatonClock clock;

      if (g_strv_contains ((const char *const *) keys, "deleted") &&
          baton_clock_from_text (keys[0], &clock))
        return baton_clock_get_ms (&clock);
    }
  return 0;
}

static void
write_around (gint64 version, gint64 changed, gint64 deleted, BatonJsonWriter *json)
{
  g_autofree char *updated_at = baton_time_format (changed);
  g_autofree char *deleted_at = deleted > 0 ? baton_time_format (deleted) : NULL;

  baton_json_member_text (json, "updated_at", updated_at);
  baton_json_member_text (json, "deleted_at", deleted_at);
  baton_json_member_int (json, "version", version);
}

gboolean
baton_server_render_resource (BatonSqlStatement *statement,
                              BatonEntity entity,
                              BatonJsonWriter *json,
                              GError **error)
{
  int n_columns = baton_record_table_get_n_columns (entity);

  baton_json_begin_object (json);
  if (!baton_server_render_members (statement, 0, entity, json, error))
    return FALSE;
  write_around (baton_sql_get_int (statement, n_columns),
                baton_sql_get_int (statement, n_columns + 1), get_deleted_at (statement, entity),
                json);
  baton_json_end_object (json);
  return TRUE;
}

void
baton_server_render_row (const BatonServerRow *row, BatonJsonWriter *json)
{
  BatonClock changed = baton_record_get_last_clock (row->record);
  BatonClock deleted = baton_record_get_clock (row->record, "deleted");

  baton_json_begin_object (json);
  baton_record_write_json (row->record, json);
  write_around (row->version, baton_clock_get_ms (&changed),
                baton_record_get_bool (row->record, "deleted") ? baton_clock_get_ms (&deleted) : 0,
                json);
  baton_json_end_object (json);
}
