/* baton-record-json.c: records as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A set is written as an array of what is in it, and its elements' clocks as `tags.work`. What was removed has a clock and no
 * place in the array, and that is how it is read back. The same reading serves a set that only a newer version
 * knows: each element is kept as a raw true or false.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-error.h"
#include "baton-uuid.h"

typedef struct
{
  BatonJsonWriter *writer;
  const char *name;
  gsize length;
} SetWriting;

static void
write_element (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  SetWriting *set = data;

  if (value->kind == BATON_VALUE_BOOL && value->boolean &&
      strncmp (key, set->name, set->length) == 0 && key[set->length] == '.')
    baton_json_text (set->writer, key + set->length + 1);
}

static void
write_set (const BatonRecord *record, const char *name, BatonJsonWriter *writer)
{
  SetWriting set = { .writer = writer, .name = name, .length = strlen (name) };

  baton_json_begin_array (writer);
  baton_record_foreach (record, write_element, &set);
  baton_json_end_array (writer);
}

static void
write_unknown (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  BatonJsonWriter *writer = data;

  if (value->kind != BATON_VALUE_RAW)
    return;
  baton_json_key (writer, key);
  baton_json_raw (writer, value->text);
}

void
baton_record_write_json (const BatonRecord *record, BatonJsonWriter *writer)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (baton_record_get_entity (record), &n_fields);

  baton_json_member_text (writer, "id", baton_record_get_id (record));
  for (guint i = 0; i < n_fields; i++)
    {
      baton_json_key (writer, fields[i].name);
      if (fields[i].type == BATON_FIELD_SET)
        write_set (record, fields[i].name, writer);
      else
        baton_json_value (writer, baton_record_get_at (record, i));
    }
  baton_record_foreach (record, write_unknown, writer);
}

static void
write_clock (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  char text[BATON_CLOCK_TEXT_LENGTH + 1];

  if (!baton_clock_is_set (clock))
    return;
  baton_clock_to_text (clock, text);
  baton_json_member_text (data, key, text);
}

void
baton_record_write_clocks (const BatonRecord *record, BatonJsonWriter *writer)
{
  baton_json_begin_object (writer);
  baton_record_foreach (record, write_clock, writer);
  baton_json_end_object (writer);
}

static gboolean
array_contains (JsonNode *node, const char *element)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint length = array == NULL ? 0 : json_array_get_length (array);

  for (guint i = 0; i < length; i++)
    {
      if (g_strcmp0 (baton_json_get_text (json_array_get_element (array, i)), element) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The array that @key is an element of, as `labels.x` of `labels`, or NULL */
static JsonNode *
find_set (JsonObject *members, const char *key, const char **element)
{
  const char *dot = strchr (key, '.');
  g_autofree char *name = NULL;
  JsonNode *node;

  if (dot == NULL)
    return NULL;
  name = g_strndup (key, (gsize) (dot - key));
  node = json_object_get_member (members, name);
  *element = dot + 1;
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? node : NULL;
}

static gboolean
read_member (BatonEntity entity,
             JsonObject *members,
             const char *key,
             BatonValue *value,
             GPtrArray *problems)
{
  const char *element = NULL, *of_set = NULL;
  const BatonField *field = baton_schema_lookup (entity, key, NULL, &of_set);
  JsonNode *node = json_object_get_member (members, key);
  JsonNode *set = node == NULL ? find_set (members, key, &element) : NULL;

  if (node != NULL)
    return baton_json_read_value (entity, key, node, value, problems);
  if (field != NULL && of_set != NULL)
    baton_value_set_bool (value, set != NULL && array_contains (set, element));
  else if (set != NULL)
    baton_value_take_raw (value, g_strdup (array_contains (set, element) ? "true" : "false"));
  else
    baton_problems_add (problems, key, "%s", _ ("has a clock and no value"));
  return node != NULL || set != NULL || of_set != NULL;
}

static gboolean
read_clock (JsonObject *clocks, const char *key, BatonClock *clock, GPtrArray *problems)
{
  if (baton_clock_from_text (baton_json_get_text (json_object_get_member (clocks, key)), clock) &&
      baton_clock_is_set (clock))
    return TRUE;
  baton_problems_add (problems, key, "%s", _ ("has no valid clock"));
  return FALSE;
}

BatonRecord *
baton_record_from_json (BatonEntity entity, JsonObject *members, JsonObject *clocks, GError **error)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (BatonRecord) record = NULL;
  JsonNode *id = json_object_get_member (members, "id");
  JsonObjectIter iter;
  const char *key;

  if (!baton_uuid_is_valid (baton_json_get_text (id)))
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("A record has no valid id"));
      return NULL;
    }
  record = baton_record_new (entity, baton_json_get_text (id));

  json_object_iter_init_ordered (&iter, clocks);
  while (json_object_iter_next_ordered (&iter, &key, NULL))
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;
      BatonClock clock;

      if (read_clock (clocks, key, &clock, problems) &&
          read_member (entity, members, key, &value, problems) &&
          baton_validate_key (entity, key, problems))
        baton_record_put (record, key, &value, &clock);
    }
  return baton_problems_to_error (problems, error) ? g_steal_pointer (&record) : NULL;
}
