/* baton-test-generate.c: records, values and edits by chance
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-test-generate.h"

#define START_MS G_GINT64_CONSTANT (1795132800000) /* 2026-11-20 */

static const char *const keys[] = {
  "title",      "title",      "description",  "status",
  "priority",   "due",        "deleted",      "estimated_minutes",
  "project_id", "created_at", "completed_at", "tags.work",
  "tags.a.b c", "tags.ärger", "tags.home",    "mood",
  "labels.x",   "Ω",
};

GRand *
baton_test_rand_new (void)
{
  return g_rand_new_with_seed (baton_test_get_seed ());
}

guint
baton_test_pick (GRand *rand, guint n)
{
  return (guint) g_rand_int_range (rand, 0, (gint32) n);
}

char *
baton_test_id (guint number)
{
  guint8 random[10] = { 1, 2, 3 };

  for (int i = 0; i < 4; i++)
    random[6 + i] = (guint8) (number >> (24 - 8 * i));
  return baton_uuid_new_from (START_MS, random);
}

char *
baton_test_text (GRand *rand, guint max_characters, gboolean many_lines)
{
  static const char *const pieces[] = { "a",  "Z", " ", "\"", "\\",     "/",  "é",
                                        "😀", ".", "'", "%s", "\u2028", "\n", "\t" };
  guint n_pieces = G_N_ELEMENTS (pieces) - (many_lines ? 0 : 2);
  guint length = baton_test_pick (rand, max_characters);
  GString *text = g_string_new ("x");

  while ((guint) g_utf8_strlen (text->str, -1) < length)
    g_string_append (text, pieces[baton_test_pick (rand, n_pieces)]);
  while ((guint) g_utf8_strlen (text->str, -1) > max_characters)
    g_string_truncate (text, (gsize) (g_utf8_prev_char (text->str + text->len) - text->str));
  return g_string_free_and_steal (text);
}

BatonClock
baton_test_clock (GRand *rand)
{
  guint64 ms = (guint64) START_MS + baton_test_pick (rand, 4);

  return (BatonClock) { .time = ms << 16 | baton_test_pick (rand, 3),
                        .node = baton_test_pick (rand, 3) };
}

const char *
baton_test_task_key (GRand *rand)
{
  return keys[baton_test_pick (rand, G_N_ELEMENTS (keys))];
}

static void
known_value (GRand *rand, const BatonField *field, BatonValue *value)
{
  static const char *const days[] = { "2026-11-20", "2026-12-31T23:59", "2028-02-29" };
  g_autofree char *id = NULL;
  guint n_choices = field->choices == NULL ? 0 : g_strv_length ((GStrv) field->choices);

  switch (field->type)
    {
    case BATON_FIELD_BOOL:
      baton_value_set_bool (value, g_rand_boolean (rand));
      break;
    case BATON_FIELD_INT:
      baton_value_set_int (value, baton_test_pick (rand, 5));
      break;
    case BATON_FIELD_CHOICE:
      baton_value_set_text (value, field->choices[baton_test_pick (rand, n_choices)]);
      break;
    case BATON_FIELD_ID:
      id = baton_test_id (baton_test_pick (rand, 3));
      baton_value_set_text (value, id);
      break;
    case BATON_FIELD_TIME:
      baton_value_take_text (value, baton_time_format (START_MS + baton_test_pick (rand, 3)));
      break;
    case BATON_FIELD_DUE:
      baton_value_set_text (value, days[baton_test_pick (rand, G_N_ELEMENTS (days))]);
      break;
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
    case BATON_FIELD_ZONE:
    case BATON_FIELD_RRULE:
    case BATON_FIELD_COLOR:
    case BATON_FIELD_POSITION:
    case BATON_FIELD_SET:
    default:
      baton_value_take_text (value, baton_test_text (rand, 12, field->type == BATON_FIELD_NOTES));
    }
}

void
baton_test_task_value (GRand *rand, const char *key, BatonValue *value)
{
  static const char *const raw[] = { "1", "null", "[1,{\"a\":\"ö\"}]", "{\"x\":1.5}", "\"\\n\"" };
  const char *element;
  const BatonField *field = baton_schema_lookup (BATON_ENTITY_TASK, key, NULL, &element);

  if (field == NULL)
    baton_value_take_raw (value, g_strdup (raw[baton_test_pick (rand, G_N_ELEMENTS (raw))]));
  else if (element != NULL)
    baton_value_set_bool (value, g_rand_boolean (rand));
  else if ((field->flags & BATON_FIELD_REQUIRED) == 0 && baton_test_pick (rand, 5) == 0)
    baton_value_set_null (value);
  else
    known_value (rand, field, value);
}

BatonRecord *
baton_test_task (GRand *rand, const char *id)
{
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  guint n_keys = baton_test_pick (rand, 12);

  for (guint i = 0; i < n_keys; i++)
    {
      const char *key = baton_test_task_key (rand);
      BatonClock clock = baton_test_clock (rand);
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_test_task_value (rand, key, &value);
      baton_record_put (record, key, &value, &clock);
    }
  return record;
}

BatonEdit *
baton_test_task_edit (GRand *rand,
                      const char *id,
                      const BatonClock *clock,
                      const BatonRecord *state)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);
  guint n_keys = 1 + baton_test_pick (rand, 4);
  g_autofree char *edit_id = baton_test_id (g_rand_int (rand));

  for (guint i = 0; i < n_keys; i++)
    {
      const char *key = baton_test_task_key (rand);
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_test_task_value (rand, key, &value);
      baton_edit_set (edit, key, &value);
    }
  baton_edit_stamp (edit, edit_id, clock, state);
  return edit;
}
