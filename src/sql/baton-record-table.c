/* baton-record-table.c: records as rows: one table an entity, one column a field, made from the schema
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A column holds what the field reads as, so that `status = 'todo'` finds a task whose status nobody has set. Which fields were
 * set is told by `clocks`: baton_record_read_clocks() gives those that have no value of their own their fallback.
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-record-table.h"

#include "../core/baton-core.h"
#include "baton-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a put has of its own around the fields: id, clocks, extra, changed */
#define N_AROUND 4

typedef struct
{
  char *by_id;
  char *by_key;
  char *put;
} Texts;

static const char *
get_column_type (const BatonField *field)
{
  return field->type == BATON_FIELD_BOOL || field->type == BATON_FIELD_INT ? "INTEGER" : "TEXT";
}

/* Names in quotes: a field may be named as a word of SQL. */
char *
baton_record_table_dup_definition (BatonEntity entity, const char *more)
{
  GString *text = g_string_new (NULL);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  g_string_printf (text, "CREATE TABLE \"%s\" (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE",
                   baton_entity_get_name (entity));
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, ", \"%s\" %s", fields[i].name, get_column_type (&fields[i]));
  g_string_append_printf (text,
                          ", clocks TEXT NOT NULL, extra TEXT, changed INTEGER NOT NULL%s) STRICT;",
                          more != NULL ? more : "");
  return g_string_free_and_steal (text);
}

char *
baton_record_table_dup_columns (BatonEntity entity, const char *prefix)
{
  GString *text = g_string_new (NULL);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  if (prefix == NULL)
    prefix = "";
  g_string_append_printf (text, "%sid", prefix);
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, ", %s\"%s\"", prefix, fields[i].name);
  g_string_append_printf (text, ", %sclocks, %sextra", prefix, prefix);
  return g_string_free_and_steal (text);
}

int
baton_record_table_get_n_columns (BatonEntity entity)
{
  guint n_fields;

  baton_schema_get_fields (entity, &n_fields);
  return (int) n_fields + 3;
}

static char *
make_put (BatonEntity entity)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  GString *text = g_string_new (NULL);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  g_string_printf (text, "INSERT INTO \"%s\" (%s, changed) VALUES (?",
                   baton_entity_get_name (entity), columns);
  for (guint i = 1; i < n_fields + N_AROUND; i++)
    g_string_append (text, ", ?");
  g_string_append (text, ") ON CONFLICT (id) DO UPDATE SET ");
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, "\"%s\" = excluded.\"%s\", ", fields[i].name, fields[i].name);
  g_string_append (text, "clocks = excluded.clocks, extra = excluded.extra, "
                         "changed = excluded.changed RETURNING key");
  return g_string_free_and_steal (text);
}

static const Texts *
get_texts (BatonEntity entity)
{
  static Texts texts[BATON_N_ENTITIES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < BATON_N_ENTITIES; i++)
        {
          g_autofree char *columns = baton_record_table_dup_columns (i, NULL);
          const char *name = baton_entity_get_name (i);

          texts[i].by_id = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE id = ?", columns, name);
          texts[i].by_key = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE key = ?", columns, name);
          texts[i].put = make_put (i);
        }
      g_once_init_leave (&once, 1);
    }
  return &texts[entity];
}

static gboolean
set_damaged (const char *id, const char *what, GError **error)
{
  g_set_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT,
               _ ("The record %s is damaged: its %s cannot be read. It was left as it is."), id,
               what);
  return FALSE;
}

/* --- reading ------------------------------------------------------------- */

static void
put_element (BatonRecord *record, const char *set, const char *element, gsize length)
{
  const BatonValue present = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
  const BatonClock none = { 0 };
  g_autofree char *key = g_strdup_printf ("%s.%.*s", set, (int) length, element);

  baton_record_put (record, key, &present, &none);
}

static gboolean
read_set_slowly (BatonRecord *record, const char *set, const char *json, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, NULL);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return set_damaged (baton_record_get_id (record), set, error);

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *element = baton_json_get_text (json_array_get_element (array, i));

      if (element == NULL)
        return set_damaged (baton_record_get_id (record), set, error);
      put_element (record, set, element, strlen (element));
    }
  return TRUE;
}

/* Nearly every set is empty or `["a","b"]` without an escape: that much is read without a parser. */
static gboolean
read_set (BatonRecord *record, const char *set, const char *json, GError **error)
{
  const char *start;

  if (json == NULL || strcmp (json, "[]") == 0)
    return TRUE;
  if (json[0] != '[' || json[1] != '"' || strchr (json, '\\') != NULL)
    return read_set_slowly (record, set, json, error);

  for (start = json + 2;;)
    {
      const char *quote = strchr (start, '"');

      if (quote == NULL)
        return set_damaged (baton_record_get_id (record), set, error);
      put_element (record, set, start, (gsize) (quote - start));
      if (quote[1] != ',')
        return strcmp (quote + 1, "]") == 0 ||
               set_damaged (baton_record_get_id (record), set, error);
      if (quote[2] != '"')
        return set_damaged (baton_record_get_id (record), set, error);
      start = quote + 3;
    }
}

static void
read_value (BatonSqlStatement *statement, int column, const BatonField *field, BatonValue *value)
{
  if (baton_sql_is_null (statement, column))
    baton_value_set_null (value);
  else if (field->type == BATON_FIELD_BOOL)
    baton_value_set_bool (value, baton_sql_get_int (statement, column) != 0);
  else if (field->type == BATON_FIELD_INT)
    baton_value_set_int (value, baton_sql_get_int (statement, column));
  else
    baton_value_set_text (value, baton_sql_get_text (statement, column));
}

/* A fallback may stand there without having been set: the clocks know. */
static void
read_field (BatonSqlStatement *statement, int column, guint index, BatonRecord *record)
{
  BatonEntity entity = baton_record_get_entity (record);
  const BatonField *field = &baton_schema_get_fields (entity, NULL)[index];
  const BatonClock none = { 0 };
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  read_value (statement, column, field, &value);
  if (value.kind != BATON_VALUE_NULL &&
      !baton_value_equal (&value, baton_schema_get_fallback (entity, index)))
    baton_record_put (record, field->name, &value, &none);
}

static gboolean
read_extra (BatonRecord *record, const char *text, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObjectIter iter;
  JsonNode *member;
  const char *key;
  const BatonClock none = { 0 };

  if (text == NULL)
    return TRUE;
  node = baton_json_parse (text, -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return set_damaged (baton_record_get_id (record), "extra", error);

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &member))
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_value_take_raw (&value, g_strdup (baton_json_get_text (member)));
      baton_record_put (record, key, &value, &none);
    }
  return TRUE;
}

static gboolean
read_clocks (BatonRecord *record, const char *clocks, GError **error)
{
  if (clocks != NULL && (*clocks == '\0' || baton_record_read_clocks (record, clocks, NULL)))
    return TRUE;
  return set_damaged (baton_record_get_id (record), "clocks", error);
}

/**
 * baton_record_table_read:
 * @statement: on a row
 * @column: where baton_record_table_dup_columns() begin
 *
 * Returns: (transfer full) (nullable): the record, byte for byte as it was put; NULL with BATON_SQL_ERROR_CORRUPT
 */
BatonRecord *
baton_record_table_read (BatonSqlStatement *statement,
                         int column,
                         BatonEntity entity,
                         GError **error)
{
  g_autoptr (BatonRecord) record = NULL;
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);
  int after = column + 1 + (int) n_fields;

  record = baton_record_new (entity, baton_sql_get_text (statement, column));
  for (guint i = 0; i < n_fields; i++)
    {
      int place = column + 1 + (int) i;

      if (fields[i].type != BATON_FIELD_SET)
        read_field (statement, place, i, record);
      else if (!read_set (record, fields[i].name, baton_sql_get_text (statement, place), error))
        return NULL;
    }
  if (!read_extra (record, baton_sql_get_text (statement, after + 1), error) ||
      !read_clocks (record, baton_sql_get_text (statement, after), error))
    return NULL;
  return g_steal_pointer (&record);
}

static BatonRecord *
get_one (BatonSqlStatement *statement, BatonEntity entity, GError **error)
{
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return baton_record_table_read (statement, 0, entity, error);
}

BatonRecord *
baton_record_table_get (BatonSql *sql, BatonEntity entity, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, get_texts (entity)->by_id, error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, id);
  return get_one (statement, entity, error);
}

BatonRecord *
baton_record_table_get_by_key (BatonSql *sql, BatonEntity entity, gint64 key, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, get_texts (entity)->by_key, error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, key);
  return get_one (statement, entity, error);
}

/* --- writing ------------------------------------------------------------- */

static void
bind_set (BatonSqlStatement *statement, int parameter, const BatonRecord *record, const char *name)
{
  g_auto (GStrv) elements = baton_record_dup_set (record, name);
  g_autoptr (GString) json = NULL;
  BatonJsonWriter writer = { 0 };

  if (elements[0] == NULL)
    {
      baton_sql_bind_text (statement, parameter, "[]");
      return;
    }
  json = g_string_new (NULL);
  writer.out = json;
  baton_json_begin_array (&writer);
  for (guint i = 0; elements[i] != NULL; i++)
    baton_json_text (&writer, elements[i]);
  baton_json_end_array (&writer);
  baton_sql_bind_text (statement, parameter, json->str);
}

static void
bind_value (BatonSqlStatement *statement, int parameter, const BatonValue *value)
{
  switch (value->kind)
    {
    case BATON_VALUE_BOOL:
      baton_sql_bind_int (statement, parameter, value->boolean ? 1 : 0);
      break;
    case BATON_VALUE_INT:
      baton_sql_bind_int (statement, parameter, value->integer);
      break;
    case BATON_VALUE_TEXT:
      baton_sql_bind_text (statement, parameter, value->text);
      break;
    case BATON_VALUE_NULL:
    case BATON_VALUE_RAW:
    default:
      baton_sql_bind_null (statement, parameter);
      break;
    }
}

typedef struct
{
  GString *json; /* NULL until there is one */
  BatonJsonWriter writer;
} Extra;

static void
collect_extra (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Extra *extra = data;

  if (value->kind != BATON_VALUE_RAW)
    return;
  if (extra->json == NULL)
    {
      extra->json = g_string_new (NULL);
      extra->writer.out = extra->json;
      baton_json_begin_object (&extra->writer);
    }
  baton_json_key (&extra->writer, key);
  baton_json_text (&extra->writer, value->text);
}

/* Raw JSON as a text in JSON, so that it is kept to the letter */
static char *
dup_extra (const BatonRecord *record)
{
  Extra extra = { 0 };

  baton_record_foreach (record, collect_extra, &extra);
  if (extra.json == NULL)
    return NULL;
  baton_json_end_object (&extra.writer);
  return g_string_free_and_steal (extra.json);
}

static void
bind_record (BatonSqlStatement *statement, const BatonRecord *record)
{
  g_autofree char *clocks = baton_record_dup_clocks (record);
  g_autofree char *extra = dup_extra (record);
  BatonClock last = baton_record_get_last_clock (record);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (baton_record_get_entity (record), &n_fields);
  int parameter = 1;

  baton_sql_bind_text (statement, parameter++, baton_record_get_id (record));
  for (guint i = 0; i < n_fields; i++, parameter++)
    {
      if (fields[i].type == BATON_FIELD_SET)
        bind_set (statement, parameter, record, fields[i].name);
      else
        bind_value (statement, parameter, baton_record_get_at (record, i));
    }
  baton_sql_bind_text (statement, parameter++, clocks);
  baton_sql_bind_text (statement, parameter++, extra);
  baton_sql_bind_int (statement, parameter, baton_clock_get_ms (&last));
}

gboolean
baton_record_table_put (BatonSql *sql, const BatonRecord *record, gint64 *key, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, get_texts (baton_record_get_entity (record))->put, error);

  if (statement == NULL)
    return FALSE;
  bind_record (statement, record);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  if (key != NULL)
    *key = baton_sql_get_int (statement, 0);
  return baton_sql_run (statement, error);
}
