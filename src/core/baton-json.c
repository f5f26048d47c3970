/* baton-json.c: reads JSON, strictly, and single values of fields
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-error.h"

const char *
baton_json_get_text (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

JsonNode *
baton_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local = NULL;

  json_parser_set_strict (parser, TRUE);
  if (!json_parser_load_from_data (parser, text, length, &local) ||
      json_parser_get_root (parser) == NULL)
    {
      g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "%s",
                   local != NULL ? local->message : _ ("no JSON"));
      return NULL;
    }
  return json_parser_steal_root (parser);
}

static gboolean
holds_type (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
refuse (const char *key, const char *message, GPtrArray *problems)
{
  baton_problems_add (problems, key, "%s", message);
  return FALSE;
}

/* A time may come with any offset and precision: it is kept in the one form that all devices write */
static void
take_time (BatonValue *value, const char *text)
{
  gint64 ms;

  if (baton_time_parse (text, &ms))
    baton_value_take_text (value, baton_time_format (ms));
  else
    baton_value_set_text (value, text);
}

gboolean
baton_json_read_value (BatonEntity entity,
                       const char *key,
                       JsonNode *node,
                       BatonValue *value,
                       GPtrArray *problems)
{
  const char *element;
  const BatonField *field = baton_schema_lookup (entity, key, NULL, &element);

  if (field == NULL)
    {
      baton_value_take_raw (value, json_to_string (node, FALSE));
      return TRUE;
    }
  if (JSON_NODE_HOLDS_NULL (node) && element == NULL)
    {
      baton_value_set_null (value);
      return TRUE;
    }
  if (field->type == BATON_FIELD_BOOL || field->type == BATON_FIELD_SET)
    {
      if (!holds_type (node, G_TYPE_BOOLEAN))
        return refuse (key, _ ("must be true or false"), problems);
      baton_value_set_bool (value, json_node_get_boolean (node));
      return TRUE;
    }
  if (field->type == BATON_FIELD_INT)
    {
      if (!holds_type (node, G_TYPE_INT64))
        return refuse (key, _ ("must be a whole number"), problems);
      baton_value_set_int (value, json_node_get_int (node));
      return TRUE;
    }
  if (baton_json_get_text (node) == NULL)
    return refuse (key, _ ("must be text"), problems);
  if (field->type == BATON_FIELD_TIME)
    take_time (value, baton_json_get_text (node));
  else
    baton_value_set_text (value, baton_json_get_text (node));
  return TRUE;
}
