/* baton-schema.c: every field of every entity, described once
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables below are all there is to say about a field. What is looked up often (the place of a name, the value that an
 * unset field reads as) is made from them once.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-schema.h"

#define NOTES_MAX   100000
#define MINUTES_MAX 1000000
#define BYTES_MAX   (G_GINT64_CONSTANT (1) << 40)
#define N_BUCKETS   64 /* a power of two, more than twice the fields of any entity */
#define MAX_FIELDS  30

static const char *const statuses[] = { "todo", "in_progress", "review", "done", NULL };
static const char *const priorities[] = { "low", "medium", "high", "urgent", NULL };
static const char *const repeats[] = { "due", "completion", NULL };

static const BatonField project_fields[] = {
  { .name = "name", .type = BATON_FIELD_TEXT, .flags = BATON_FIELD_REQUIRED, .min = 1, .max = 255 },
  { .name = "description", .type = BATON_FIELD_NOTES, .max = NOTES_MAX },
  { .name = "color", .type = BATON_FIELD_COLOR },
  { .name = "is_archived", .type = BATON_FIELD_BOOL, .fallback = "false" },
  { .name = "position", .type = BATON_FIELD_POSITION, .flags = BATON_FIELD_QUIET },
  { .name = "created_by", .type = BATON_FIELD_ID, .flags = BATON_FIELD_SERVER | BATON_FIELD_QUIET },
  { .name = "created_at",
   .type = BATON_FIELD_TIME,
   .flags = BATON_FIELD_FIXED | BATON_FIELD_QUIET },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField task_fields[] = {
  { .name = "project_id", .type = BATON_FIELD_ID },
  { .name = "parent_id", .type = BATON_FIELD_ID },
  { .name = "title",
   .type = BATON_FIELD_TEXT,
   .flags = BATON_FIELD_REQUIRED,
   .min = 1,
   .max = 500 },
  { .name = "description", .type = BATON_FIELD_NOTES, .max = NOTES_MAX },
  { .name = "status", .type = BATON_FIELD_CHOICE, .choices = statuses, .fallback = "todo" },
  { .name = "priority", .type = BATON_FIELD_CHOICE, .choices = priorities, .fallback = "medium" },
  { .name = "assignee_id", .type = BATON_FIELD_ID },
  { .name = "due", .type = BATON_FIELD_DUE },
  { .name = "time_zone", .type = BATON_FIELD_ZONE },
  { .name = "recurrence", .type = BATON_FIELD_RRULE },
  { .name = "repeat_from", .type = BATON_FIELD_CHOICE, .choices = repeats, .fallback = "due" },
  { .name = "series_id", .type = BATON_FIELD_ID, .flags = BATON_FIELD_QUIET },
  { .name = "occurrence",
   .type = BATON_FIELD_INT,
   .flags = BATON_FIELD_QUIET,
   .min = 0,
   .max = G_MAXINT32 },
  { .name = "estimated_minutes", .type = BATON_FIELD_INT, .min = 0, .max = MINUTES_MAX },
  { .name = "actual_minutes", .type = BATON_FIELD_INT, .min = 0, .max = MINUTES_MAX },
  { .name = "tags", .type = BATON_FIELD_SET, .min = 1, .max = 50, .most = 10 },
  { .name = "position", .type = BATON_FIELD_POSITION, .flags = BATON_FIELD_QUIET },
  { .name = "created_by", .type = BATON_FIELD_ID, .flags = BATON_FIELD_SERVER | BATON_FIELD_QUIET },
  { .name = "created_at",
   .type = BATON_FIELD_TIME,
   .flags = BATON_FIELD_FIXED | BATON_FIELD_QUIET },
  { .name = "completed_at", .type = BATON_FIELD_TIME, .flags = BATON_FIELD_QUIET },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField tag_fields[] = {
  { .name = "name", .type = BATON_FIELD_TEXT, .flags = BATON_FIELD_REQUIRED, .min = 1, .max = 50 },
  { .name = "color", .type = BATON_FIELD_COLOR },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField reminder_fields[] = {
  { .name = "task_id", .type = BATON_FIELD_ID, .flags = BATON_FIELD_REQUIRED },
  { .name = "minutes_before", .type = BATON_FIELD_INT, .min = 0, .max = MINUTES_MAX },
  { .name = "at", .type = BATON_FIELD_TIME },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField comment_fields[] = {
  { .name = "task_id", .type = BATON_FIELD_ID, .flags = BATON_FIELD_REQUIRED },
  { .name = "body",
   .type = BATON_FIELD_NOTES,
   .flags = BATON_FIELD_REQUIRED,
   .min = 1,
   .max = 5000 },
  { .name = "author_id", .type = BATON_FIELD_ID, .flags = BATON_FIELD_SERVER | BATON_FIELD_QUIET },
  { .name = "created_at",
   .type = BATON_FIELD_TIME,
   .flags = BATON_FIELD_FIXED | BATON_FIELD_QUIET },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField attachment_fields[] = {
  { .name = "task_id", .type = BATON_FIELD_ID, .flags = BATON_FIELD_REQUIRED },
  { .name = "name", .type = BATON_FIELD_TEXT, .flags = BATON_FIELD_REQUIRED, .min = 1, .max = 255 },
  { .name = "media_type", .type = BATON_FIELD_TEXT, .min = 1, .max = 255 },
  { .name = "size", .type = BATON_FIELD_INT, .min = 0, .max = BYTES_MAX },
  { .name = "sha256", .type = BATON_FIELD_TEXT, .min = 64, .max = 64 },
  { .name = "created_at",
   .type = BATON_FIELD_TIME,
   .flags = BATON_FIELD_FIXED | BATON_FIELD_QUIET },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const BatonField filter_fields[] = {
  { .name = "name", .type = BATON_FIELD_TEXT, .flags = BATON_FIELD_REQUIRED, .min = 1, .max = 255 },
  { .name = "query",
   .type = BATON_FIELD_TEXT,
   .flags = BATON_FIELD_REQUIRED,
   .min = 1,
   .max = 2000 },
  { .name = "position", .type = BATON_FIELD_POSITION, .flags = BATON_FIELD_QUIET },
  { .name = "deleted", .type = BATON_FIELD_BOOL, .fallback = "false" },
};

static const struct
{
  const char *name;
  const BatonField *fields;
  guint n_fields;
} entities[BATON_N_ENTITIES] = {
  [BATON_ENTITY_PROJECT] = { "project",    project_fields,    G_N_ELEMENTS (project_fields)    },
  [BATON_ENTITY_TASK] = { "task",       task_fields,       G_N_ELEMENTS (task_fields)       },
  [BATON_ENTITY_TAG] = { "tag",        tag_fields,        G_N_ELEMENTS (tag_fields)        },
  [BATON_ENTITY_REMINDER] = { "reminder",   reminder_fields,   G_N_ELEMENTS (reminder_fields)   },
  [BATON_ENTITY_COMMENT] = { "comment",    comment_fields,    G_N_ELEMENTS (comment_fields)    },
  [BATON_ENTITY_ATTACHMENT] = { "attachment", attachment_fields, G_N_ELEMENTS (attachment_fields) },
  [BATON_ENTITY_FILTER] = { "filter",     filter_fields,     G_N_ELEMENTS (filter_fields)     },
};

/* What is made from the tables once: an open-addressed hash table of names, and fallbacks as values */
typedef struct
{
  guint8 buckets[N_BUCKETS]; /* place of the field + 1; 0: empty */
  BatonValue fallbacks[MAX_FIELDS];
} Derived;

G_STATIC_ASSERT (G_N_ELEMENTS (task_fields) <= MAX_FIELDS);

static guint
hash_name (const char *name, gsize length)
{
  guint hash = 2166136261u; /* FNV-1a */

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar) name[i]) * 16777619u;
  return (hash ^ hash >> 16) & (N_BUCKETS - 1);
}

static void
derive (const BatonField *fields, guint n_fields, Derived *derived)
{
  for (guint i = 0; i < n_fields; i++)
    {
      guint bucket = hash_name (fields[i].name, strlen (fields[i].name));

      while (derived->buckets[bucket] != 0)
        bucket = (bucket + 1) & (N_BUCKETS - 1);
      derived->buckets[bucket] = (guint8) (i + 1);

      if (fields[i].type == BATON_FIELD_BOOL && fields[i].fallback != NULL)
        baton_value_set_bool (&derived->fallbacks[i], g_str_equal (fields[i].fallback, "true"));
      else
        baton_value_set_text (&derived->fallbacks[i], fields[i].fallback);
    }
}

static const Derived *
get_derived (BatonEntity entity)
{
  static Derived derived[BATON_N_ENTITIES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < BATON_N_ENTITIES; i++)
        derive (entities[i].fields, entities[i].n_fields, &derived[i]);
      g_once_init_leave (&once, 1);
    }
  return &derived[entity];
}

static const BatonField *
find_field (BatonEntity entity, const char *name, gsize length, guint *index)
{
  const Derived *derived = get_derived (entity);
  guint bucket = hash_name (name, length);

  for (; derived->buckets[bucket] != 0; bucket = (bucket + 1) & (N_BUCKETS - 1))
    {
      guint place = derived->buckets[bucket] - 1u;
      const BatonField *field = &entities[entity].fields[place];

      if (strncmp (field->name, name, length) != 0 || field->name[length] != '\0')
        continue;
      if (index != NULL)
        *index = place;
      return field;
    }
  return NULL;
}

const char *
baton_entity_get_name (BatonEntity entity)
{
  g_return_val_if_fail (entity < BATON_N_ENTITIES, NULL);

  return entities[entity].name;
}

gboolean
baton_entity_from_name (const char *name, BatonEntity *entity)
{
  for (guint i = 0; name != NULL && i < BATON_N_ENTITIES; i++)
    {
      if (!g_str_equal (entities[i].name, name))
        continue;
      *entity = i;
      return TRUE;
    }
  return FALSE;
}

const BatonField *
baton_schema_get_fields (BatonEntity entity, guint *n_fields)
{
  g_return_val_if_fail (entity < BATON_N_ENTITIES, NULL);

  if (n_fields != NULL)
    *n_fields = entities[entity].n_fields;
  return entities[entity].fields;
}

const BatonField *
baton_schema_lookup (BatonEntity entity, const char *key, guint *index, const char **element)
{
  const BatonField *field;
  const char *dot;

  g_return_val_if_fail (entity < BATON_N_ENTITIES, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (element != NULL)
    *element = NULL;
  dot = strchr (key, '.');
  if (dot == NULL)
    return find_field (entity, key, strlen (key), index);

  field = find_field (entity, key, (gsize) (dot - key), index);
  if (field == NULL || field->type != BATON_FIELD_SET)
    return NULL;
  if (element != NULL)
    *element = dot + 1;
  return field;
}

gboolean
baton_schema_is_quiet (BatonEntity entity, const char *key)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  return field != NULL && (field->flags & BATON_FIELD_QUIET) != 0;
}

const BatonValue *
baton_schema_get_fallback (BatonEntity entity, guint index)
{
  g_return_val_if_fail (entity < BATON_N_ENTITIES, NULL);
  g_return_val_if_fail (index < entities[entity].n_fields, NULL);

  return &get_derived (entity)->fallbacks[index];
}

int
baton_field_get_choice (const BatonField *field, const char *choice)
{
  for (int i = 0; choice != NULL && field->choices != NULL && field->choices[i] != NULL; i++)
    {
      if (g_str_equal (field->choices[i], choice))
        return i;
    }
  return -1;
}
