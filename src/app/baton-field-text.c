/* baton-field-text.c: fields and their values in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-field-text.h"

#include <glib/gi18n-lib.h>

#include "../core/baton-repeat-words.h"
#include "baton-names.h"

static const struct
{
  const char *field;
  const char *name;
} names[] = {
  { "title",             NC_ ("field", "Title")          },
  { "name",              NC_ ("field", "Name")           },
  { "description",       NC_ ("field", "Notes")          },
  { "body",              NC_ ("field", "Text")           },
  { "status",            NC_ ("field", "Status")         },
  { "priority",          NC_ ("field", "Priority")       },
  { "project_id",        NC_ ("field", "Project")        },
  { "parent_id",         NC_ ("field", "Part Of")        },
  { "assignee_id",       NC_ ("field", "Assigned To")    },
  { "due",               NC_ ("field", "Due")            },
  { "time_zone",         NC_ ("field", "Time Zone")      },
  { "recurrence",        NC_ ("field", "Repeat")         },
  { "repeat_from",       NC_ ("field", "Repeat From")    },
  { "estimated_minutes", NC_ ("field", "Estimated Time") },
  { "actual_minutes",    NC_ ("field", "Time Taken")     },
  { "position",          NC_ ("field", "Place in List")  },
  { "created_at",        NC_ ("field", "Created")        },
  { "completed_at",      NC_ ("field", "Completed")      },
  { "deleted",           NC_ ("field", "In the Trash")   },
  { "color",             NC_ ("field", "Color")          },
  { "is_archived",       NC_ ("field", "Archived")       },
  { "minutes_before",    NC_ ("field", "Minutes Before") },
  { "at",                NC_ ("field", "Time")           },
  { "task_id",           NC_ ("field", "Task")           },
  { "query",             NC_ ("field", "Search")         },
};

static const char *
get_tag (const char *key)
{
  return g_str_has_prefix (key, "tags.") ? key + strlen ("tags.") : NULL;
}

char *
baton_field_text_dup_name (BatonEntity entity, const char *key)
{
  const char *tag = get_tag (key);

  if (tag != NULL)
    /* Translators: %s is a tag */
    return g_strdup_printf (_ ("Tag “%s”"), tag);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].field, key))
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "field", names[i].name));
  return g_strdelimit (g_strdup (key), "_", ' ');
}

gboolean
baton_field_text_is_notes (BatonEntity entity, const char *key)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  return field != NULL && field->type == BATON_FIELD_NOTES;
}

static char *
format_day (const char *due)
{
  g_autofree char *full = g_strconcat (due, strlen (due) <= 10 ? "T00:00:00Z" : ":00Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, NULL);

  if (time == NULL)
    return g_strdup (due);
  if (strlen (due) <= 10)
    /* Translators: a day, as strftime writes it: Thu 24 Dec 2026 */
    return g_date_time_format (time, _ ("%a %-e %b %Y"));
  /* Translators: a day and a time, as strftime writes them: Thu 24 Dec 2026, 14:30 */
  return g_date_time_format (time, _ ("%a %-e %b %Y, %H:%M"));
}

char *
baton_field_text_dup_moment (gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_local (ms / 1000) : NULL;

  /* Translators: a moment, as strftime writes it: 24 Dec 2026, 14:30 */
  return time != NULL ? g_date_time_format (time, _ ("%-e %b %Y, %H:%M")) : NULL;
}

static char *
format_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time != NULL ? baton_field_text_dup_moment (g_date_time_to_unix (time) * 1000)
                      : g_strdup (text);
}

/* The end of an id tells two of them apart */
static char *
append_end (const char *text, const char *id)
{
  gsize length = strlen (id);

  /* Translators: %1$s is a name, or what stands for one; %2$s the end of its identifier, which tells it from others of that name */
  return g_strdup_printf (_ ("%1$s (…%2$s)"), text, length > 4 ? id + length - 4 : id);
}

/* What a field points at, by its name */
static char *
dup_target (BatonStore *store, const char *key, const char *id)
{
  gboolean is_project = g_str_equal (key, "project_id");
  g_autoptr (BatonRecord) record = NULL;
  const char *name = NULL;

  if (store != NULL)
    record = baton_store_get_record (store, is_project ? BATON_ENTITY_PROJECT : BATON_ENTITY_TASK,
                                     id, NULL);
  if (record != NULL)
    name = baton_record_get_name (record);
  if (name != NULL)
    return g_strdup (name);
  return append_end (is_project ? _ ("A project that is not on this device")
                                : _ ("A task that is not on this device"),
                     id);
}

static char *
dup_person (BatonStore *store, const char *id)
{
  g_autofree char *self = store != NULL ? baton_store_dup_user (store) : NULL;

  return g_strcmp0 (self, id) == 0 ? g_strdup (C_ ("assignee", "You"))
                                   : append_end (_ ("Somebody"), id);
}

static char *
dup_repeat (const char *rule)
{
  char *words = baton_repeat_words_new (rule);

  return words != NULL ? words : g_strdup (rule);
}

static char *
dup_text (BatonStore *store, const BatonField *field, const char *text)
{
  if (g_str_equal (field->name, "priority"))
    return g_strdup (baton_names_get_priority (text));
  if (g_str_equal (field->name, "status"))
    return g_strdup (baton_names_get_status (text));
  if (g_str_equal (field->name, "repeat_from"))
    return g_strdup (g_str_equal (text, "due") ? _ ("The due date") : _ ("Completion"));
  if (g_str_equal (field->name, "recurrence"))
    return dup_repeat (text);
  if (g_str_equal (field->name, "assignee_id"))
    return dup_person (store, text);
  if (field->type == BATON_FIELD_ID)
    return dup_target (store, field->name, text);
  if (field->type == BATON_FIELD_DUE)
    return format_day (text);
  if (field->type == BATON_FIELD_TIME)
    return format_time (text);
  return g_strdup (*text != '\0' ? text : C_ ("value", "Empty"));
}

static char *
dup_int (const BatonField *field, gint64 integer)
{
  if (field != NULL && g_str_has_suffix (field->name, "_minutes"))
    return g_strdup_printf (ngettext ("%u minute", "%u minutes", (gulong) integer),
                            (guint) integer);
  return g_strdup_printf ("%" G_GINT64_FORMAT, integer);
}

static char *
dup_nothing (const BatonField *field, const char *key)
{
  if (field != NULL && field->type == BATON_FIELD_NOTES)
    return g_strdup (C_ ("value", "Empty"));
  if (g_str_equal (key, "project_id"))
    return g_strdup (baton_names_get_view (BATON_VIEW_INBOX));
  if (g_str_equal (key, "assignee_id"))
    return g_strdup (_ ("Nobody"));
  if (get_tag (key) != NULL)
    return g_strdup (C_ ("tag", "Not set"));
  return g_strdup (C_ ("value", "None"));
}

char *
baton_field_text_dup_value (BatonStore *store,
                            BatonEntity entity,
                            const char *key,
                            const BatonValue *value)
{
  const BatonField *field = get_tag (key) == NULL ? baton_schema_lookup (entity, key, NULL, NULL)
                                                  : NULL;

  switch (value->kind)
    {
    case BATON_VALUE_BOOL:
      if (get_tag (key) != NULL)
        return g_strdup (value->boolean ? C_ ("tag", "Set") : C_ ("tag", "Not set"));
      if (g_str_equal (key, "deleted"))
        return g_strdup (value->boolean ? C_ ("value", "In the trash")
                                        : C_ ("value", "Not in the trash"));
      return g_strdup (value->boolean ? C_ ("value", "Yes") : C_ ("value", "No"));
    case BATON_VALUE_INT:
      return dup_int (field, value->integer);
    case BATON_VALUE_TEXT:
      return field != NULL ? dup_text (store, field, value->text) : g_strdup (value->text);
    case BATON_VALUE_RAW:
      return g_strdup (value->text);
    case BATON_VALUE_NULL:
    default:
      return dup_nothing (field, key);
    }
}

/* As it is kept, where two look the same in words. Of an identifier its end is enough. */
static char *
append_raw (BatonEntity entity, const char *key, const BatonValue *value, char *text)
{
  g_autofree char *words = text;
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);
  const char *raw = baton_value_get_text (value);

  if (raw == NULL || g_str_equal (raw, words))
    return g_steal_pointer (&words);
  return field != NULL && field->type == BATON_FIELD_ID ? append_end (words, raw)
                                                        : g_strdup_printf ("%s (%s)", words, raw);
}

void
baton_field_text_dup_values (BatonStore *store,
                             BatonEntity entity,
                             const char *key,
                             const BatonValue *a,
                             const BatonValue *b,
                             char **a_text,
                             char **b_text)
{
  *a_text = baton_field_text_dup_value (store, entity, key, a);
  *b_text = baton_field_text_dup_value (store, entity, key, b);
  if (!g_str_equal (*a_text, *b_text) || baton_value_equal (a, b))
    return;
  *a_text = append_raw (entity, key, a, *a_text);
  *b_text = append_raw (entity, key, b, *b_text);
}

static const char *
get_author (BatonHistoryAuthor author)
{
  switch (author)
    {
    case BATON_HISTORY_THIS_DEVICE:
      return _ ("This device");
    case BATON_HISTORY_OTHER_DEVICE:
      return _ ("Another device");
    case BATON_HISTORY_SERVER:
      return _ ("The server");
    case BATON_HISTORY_NOBODY:
    default:
      return NULL;
    }
}

char *
baton_field_text_dup_author (BatonHistoryAuthor author, gint64 ms)
{
  const char *who = get_author (author);
  g_autofree char *when = baton_field_text_dup_moment (ms);

  if (who == NULL)
    return g_steal_pointer (&when);
  /* Translators: who, and when: "Another device, 24 Dec 2026, 14:30" */
  return when != NULL ? g_strdup_printf (C_ ("author", "%s, %s"), who, when) : g_strdup (who);
}
