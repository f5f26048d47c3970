/* baton-json.c: reads JSON, strictly, and single values of fields
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#include <math.h>

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-error.h"

#define MAX_DEPTH 64

/* json-glib's strict parser keeps to RFC 8259, but takes three things that would be lost or changed on the way to the
 * database: U+0000, which ends a C string; whole numbers beyond 64 bits, which it cuts off; and numbers beyond a double. They are
 * looked for in the text first, with nesting too, so that depth never costs stack. */
typedef struct
{
  const char *at;
  const char *end;
  int depth;
  const char *fault; /* nullable */
} Scan;

static void
scan_string (Scan *scan)
{
  for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++)
    {
      if (*scan->at != '\\')
        continue;
      if (scan->end - scan->at >= 6 && strncmp (scan->at, "\\u0000", 6) == 0)
        scan->fault = _ ("text must not hold U+0000");
      scan->at++;
    }
  scan->at++;
}

static gboolean
is_number_character (char c)
{
  return g_ascii_isdigit (c) || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E';
}

static void
scan_number (Scan *scan)
{
  const char *start = scan->at;
  g_autofree char *number = NULL;
  gboolean whole = TRUE, fits;

  for (; scan->at < scan->end && is_number_character (*scan->at); scan->at++)
    whole = whole && (g_ascii_isdigit (*scan->at) || *scan->at == '-');
  if (whole && scan->at - start <= 18)
    return;

  number = g_strndup (start, (gsize) (scan->at - start));
  if (whole)
    fits = g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, NULL, NULL);
  else
    fits = isfinite (g_ascii_strtod (number, NULL));
  if (!fits)
    scan->fault = _ ("a number is too large");
}

static void
scan_token (Scan *scan)
{
  switch (*scan->at)
    {
    case '"':
      scan_string (scan);
      break;
    case '[':
    case '{':
      scan->at++;
      if (++scan->depth > MAX_DEPTH)
        scan->fault = _ ("it is nested too deep");
      break;
    case ']':
    case '}':
      scan->at++;
      scan->depth--;
      break;
    default:
      if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
        scan_number (scan);
      else
        scan->at++;
    }
}

static gboolean
is_acceptable (const char *text, gsize length, GError **error)
{
  Scan scan = { .at = text, .end = text + length };

  if (!g_utf8_validate_len (text, length, NULL))
    scan.fault = _ ("it is not valid UTF-8");
  while (scan.fault == NULL && scan.at < scan.end)
    scan_token (&scan);
  if (scan.fault == NULL)
    return TRUE;
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("This JSON cannot be read: %s"),
               scan.fault);
  return FALSE;
}

JsonNode *
baton_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) fault = NULL;
  gsize n_bytes;

  g_return_val_if_fail (text != NULL, NULL);

  n_bytes = length < 0 ? strlen (text) : (gsize) length;
  if (!is_acceptable (text, n_bytes, error))
    return NULL;

  json_parser_set_strict (parser, TRUE);
  if (json_parser_load_from_data (parser, text, (gssize) n_bytes, &fault))
    return json_parser_steal_root (parser);
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("This JSON cannot be read: %s"),
               fault->message);
  return NULL;
}

const char *
baton_json_get_text (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
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

static gboolean
read_text (const BatonField *field, const char *text, BatonValue *value)
{
  if (field->type == BATON_FIELD_TIME)
    take_time (value, text);
  else
    baton_value_set_text (value, text);
  return TRUE;
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
  gboolean null = JSON_NODE_HOLDS_NULL (node);

  if (field == NULL)
    baton_value_take_raw (value, json_to_string (node, FALSE));
  else if (field->type == BATON_FIELD_SET && element == NULL)
    return refuse (key, _ ("must be set element by element"), problems);
  else if (null && element == NULL)
    baton_value_set_null (value);
  else if (field->type == BATON_FIELD_BOOL || element != NULL)
    {
      if (!holds_type (node, G_TYPE_BOOLEAN))
        return refuse (key, _ ("must be true or false"), problems);
      baton_value_set_bool (value, json_node_get_boolean (node));
    }
  else if (field->type == BATON_FIELD_INT)
    {
      if (!holds_type (node, G_TYPE_INT64))
        return refuse (key, _ ("must be a whole number"), problems);
      baton_value_set_int (value, json_node_get_int (node));
    }
  else if (baton_json_get_text (node) == NULL)
    return refuse (key, _ ("must be text"), problems);
  else
    return read_text (field, baton_json_get_text (node), value);
  return TRUE;
}
