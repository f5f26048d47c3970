/* baton-value.c: the value of one field
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-value.h"

static gboolean
owns_text (const BatonValue *value)
{
  return value->kind == BATON_VALUE_TEXT || value->kind == BATON_VALUE_RAW;
}

void
baton_value_clear (BatonValue *value)
{
  if (owns_text (value))
    g_free (value->text);
  *value = (BatonValue) BATON_VALUE_INIT;
}

void
baton_value_copy (const BatonValue *value, BatonValue *into)
{
  BatonValue copy = *value;

  if (owns_text (value))
    copy.text = g_strdup (value->text);
  baton_value_clear (into);
  *into = copy;
}

void
baton_value_set_null (BatonValue *value)
{
  baton_value_clear (value);
}

void
baton_value_set_bool (BatonValue *value, gboolean boolean)
{
  baton_value_clear (value);
  value->kind = BATON_VALUE_BOOL;
  value->boolean = !!boolean;
}

void
baton_value_set_int (BatonValue *value, gint64 integer)
{
  baton_value_clear (value);
  value->kind = BATON_VALUE_INT;
  value->integer = integer;
}

void
baton_value_set_text (BatonValue *value, const char *text)
{
  baton_value_take_text (value, g_strdup (text));
}

void
baton_value_take_text (BatonValue *value, char *text)
{
  baton_value_clear (value);
  if (text == NULL)
    return;
  value->kind = BATON_VALUE_TEXT;
  value->text = text;
}

void
baton_value_take_raw (BatonValue *value, char *json)
{
  g_return_if_fail (json != NULL);

  baton_value_clear (value);
  value->kind = BATON_VALUE_RAW;
  value->text = json;
}

int
baton_value_compare (const BatonValue *a, const BatonValue *b)
{
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;

  switch (a->kind)
    {
    case BATON_VALUE_NULL:
      return 0;
    case BATON_VALUE_BOOL:
      return a->boolean - b->boolean;
    case BATON_VALUE_INT:
      return (a->integer > b->integer) - (a->integer < b->integer);
    case BATON_VALUE_TEXT:
    case BATON_VALUE_RAW:
      return strcmp (a->text, b->text);
    default:
      g_assert_not_reached ();
    }
}

gboolean
baton_value_equal (const BatonValue *a, const BatonValue *b)
{
  return baton_value_compare (a, b) == 0;
}

const char *
baton_value_get_text (const BatonValue *value)
{
  return value->kind == BATON_VALUE_TEXT ? value->text : NULL;
}
