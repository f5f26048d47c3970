/* baton-json-writer.c: appends JSON to a string
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#define INT_DIGITS 20

/* How a byte is written within a string: 0 as it is, 'u' as \u00XX, else as that letter behind a backslash */
static const char escapes[256] = {
  [0x00] = 'u', [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u', [0x05] = 'u',  [0x06] = 'u',
  [0x07] = 'u', [0x08] = 'b', [0x09] = 't', [0x0a] = 'n', [0x0b] = 'u', [0x0c] = 'f',  [0x0d] = 'r',
  [0x0e] = 'u', [0x0f] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u', [0x13] = 'u',  [0x14] = 'u',
  [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u', [0x1a] = 'u',  [0x1b] = 'u',
  [0x1c] = 'u', [0x1d] = 'u', [0x1e] = 'u', [0x1f] = 'u', ['"'] = '"',  ['\\'] = '\\', [0x7f] = 'u',
};

/* Room for @n_bytes more; they are written where it points, and counted by commit() */
static char *
reserve (GString *out, gsize n_bytes)
{
  gsize length = out->len;

  if (G_UNLIKELY (out->allocated_len - length <= n_bytes))
    {
      g_string_set_size (out, length + n_bytes);
      out->len = length;
    }
  return out->str + length;
}

static void
commit (GString *out, const char *end)
{
  out->len = (gsize) (end - out->str);
  out->str[out->len] = '\0';
}

static void
append_byte (GString *out, char byte)
{
  char *at = reserve (out, 1);

  *at++ = byte;
  commit (out, at);
}

static void
append_escape (GString *out, guchar byte)
{
  static const char digits[] = "0123456789abcdef";

  append_byte (out, '\\');
  append_byte (out, escapes[byte]);
  if (escapes[byte] != 'u')
    return;
  g_string_append_len (out, "00", 2);
  append_byte (out, digits[byte >> 4]);
  append_byte (out, digits[byte & 0xf]);
}

static void
append_escaped (GString *out, const char *text)
{
  const char *start = text;

  for (; *text != '\0'; text++)
    {
      if (escapes[(guchar) *text] == 0)
        continue;
      g_string_append_len (out, start, text - start);
      append_escape (out, (guchar) *text);
      start = text + 1;
    }
  g_string_append_len (out, start, text - start);
}

/* Nearly every text is copied as it is: one scan that also measures, one copy */
static void
append_string (GString *out, const char *text, char after)
{
  const char *end = text;
  char *at;

  while (escapes[(guchar) *end] == 0)
    end++;
  at = reserve (out, (gsize) (end - text) + 3);
  *at++ = '"';
  memcpy (at, text, (gsize) (end - text));
  commit (out, at + (end - text));
  if (*end != '\0')
    append_escaped (out, end);
  append_byte (out, '"');
  if (after != '\0')
    append_byte (out, after);
}

static void
begin_value (BatonJsonWriter *writer)
{
  if (writer->comma)
    append_byte (writer->out, ',');
  writer->comma = TRUE;
}

static void
append_literal (BatonJsonWriter *writer, const char *text, gsize length)
{
  char *at = reserve (writer->out, length + 1);

  if (writer->comma)
    *at++ = ',';
  memcpy (at, text, length);
  commit (writer->out, at + length);
  writer->comma = TRUE;
}

void
baton_json_begin_object (BatonJsonWriter *writer)
{
  begin_value (writer);
  append_byte (writer->out, '{');
  writer->comma = FALSE;
}

void
baton_json_end_object (BatonJsonWriter *writer)
{
  append_byte (writer->out, '}');
  writer->comma = TRUE;
}

void
baton_json_begin_array (BatonJsonWriter *writer)
{
  begin_value (writer);
  append_byte (writer->out, '[');
  writer->comma = FALSE;
}

void
baton_json_end_array (BatonJsonWriter *writer)
{
  append_byte (writer->out, ']');
  writer->comma = TRUE;
}

void
baton_json_key (BatonJsonWriter *writer, const char *key)
{
  begin_value (writer);
  append_string (writer->out, key, ':');
  writer->comma = FALSE;
}

void
baton_json_null (BatonJsonWriter *writer)
{
  append_literal (writer, "null", 4);
}

void
baton_json_bool (BatonJsonWriter *writer, gboolean boolean)
{
  append_literal (writer, boolean ? "true" : "false", boolean ? 4 : 5);
}

void
baton_json_int (BatonJsonWriter *writer, gint64 integer)
{
  char digits[INT_DIGITS];
  guint64 rest = integer < 0 ? -(guint64) integer : (guint64) integer;
  guint start = INT_DIGITS;

  do
    digits[--start] = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (integer < 0)
    digits[--start] = '-';
  append_literal (writer, digits + start, INT_DIGITS - start);
}

void
baton_json_text (BatonJsonWriter *writer, const char *text)
{
  if (text == NULL)
    {
      baton_json_null (writer);
      return;
    }
  begin_value (writer);
  append_string (writer->out, text, '\0');
}

void
baton_json_raw (BatonJsonWriter *writer, const char *json)
{
  append_literal (writer, json, strlen (json));
}

void
baton_json_value (BatonJsonWriter *writer, const BatonValue *value)
{
  switch (value->kind)
    {
    case BATON_VALUE_NULL:
      baton_json_null (writer);
      break;
    case BATON_VALUE_BOOL:
      baton_json_bool (writer, value->boolean);
      break;
    case BATON_VALUE_INT:
      baton_json_int (writer, value->integer);
      break;
    case BATON_VALUE_TEXT:
      baton_json_text (writer, value->text);
      break;
    case BATON_VALUE_RAW:
      baton_json_raw (writer, value->text);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
baton_json_member_text (BatonJsonWriter *writer, const char *key, const char *text)
{
  baton_json_key (writer, key);
  baton_json_text (writer, text);
}

void
baton_json_member_int (BatonJsonWriter *writer, const char *key, gint64 integer)
{
  baton_json_key (writer, key);
  baton_json_int (writer, integer);
}

void
baton_json_member_bool (BatonJsonWriter *writer, const char *key, gboolean boolean)
{
  baton_json_key (writer, key);
  baton_json_bool (writer, boolean);
}
