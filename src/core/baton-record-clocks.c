/* baton-record-clocks.c: the clocks of a record as one text for a column
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One edit sets many fields, so keys are grouped by their clock: a new task costs one line, not twenty.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-record.h"

#include "baton-error.h"

typedef struct
{
  const char *key;
  BatonClock clock;
  gboolean done;
} Entry;

static void
collect (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Entry entry = { .key = key, .clock = *clock };

  if (baton_clock_is_set (clock))
    g_array_append_val (data, entry);
}

static void
write_line (GArray *entries, guint first, GString *out)
{
  const Entry *head = &g_array_index (entries, Entry, first);
  char text[BATON_CLOCK_TEXT_LENGTH + 1];

  baton_clock_to_text (&head->clock, text);
  if (out->len > 0)
    g_string_append_c (out, '\n');
  g_string_append_len (out, text, BATON_CLOCK_TEXT_LENGTH);

  for (guint i = first; i < entries->len; i++)
    {
      Entry *entry = &g_array_index (entries, Entry, i);

      if (entry->done || baton_clock_compare (&entry->clock, &head->clock) != 0)
        continue;
      g_string_append_c (out, '\t');
      g_string_append (out, entry->key);
      entry->done = TRUE;
    }
}

char *
baton_record_dup_clocks (const BatonRecord *record)
{
  g_autoptr (GArray) entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), 24);
  GString *out = g_string_sized_new (256);

  baton_record_foreach (record, collect, entries);
  for (guint i = 0; i < entries->len; i++)
    {
      if (!g_array_index (entries, Entry, i).done)
        write_line (entries, i, out);
    }
  return g_string_free_and_steal (out);
}

static gboolean
set_clock (BatonRecord *record, const char *key, const BatonClock *clock, GError **error)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  const char *element;
  const BatonField *field = baton_schema_lookup (baton_record_get_entity (record), key, NULL,
                                                 &element);

  if (*key == '\0' || (field != NULL && field->type == BATON_FIELD_SET && element == NULL))
    {
      g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "No field has the name “%s”", key);
      return FALSE;
    }
  baton_value_copy (baton_record_get_own (record, key), &value);
  baton_record_put (record, key, &value, clock);
  return TRUE;
}

static gboolean
read_line (BatonRecord *record, const char *line, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", -1);
  BatonClock clock;

  if (!baton_clock_from_text (parts[0], &clock) || !baton_clock_is_set (&clock) || parts[1] == NULL)
    {
      g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, "“%s” is no list of clocks", line);
      return FALSE;
    }
  for (guint i = 1; parts[i] != NULL; i++)
    {
      if (!set_clock (record, parts[i], &clock, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_record_read_clocks (BatonRecord *record, const char *text, GError **error)
{
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  if (*text == '\0')
    return TRUE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!read_line (record, lines[i], error))
        return FALSE;
    }
  return TRUE;
}
