/* baton-task.c: a task as a GObject, its properties made from the schema
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-task.h"

#include "baton-task-private.h"

struct _BatonTask
{
  GObject parent_instance;

  gint64 key;
  char *id;            /* owned; for good, while records come and go */
  BatonRecord *record; /* owned */
  char *project_name;  /* owned, nullable */
  BatonTaskMarks marks;
};

typedef enum
{
  PROP_ID = 1,
  PROP_IS_DONE,
  PROP_PROJECT_NAME,
  PROP_UNSYNCED,
  PROP_CONFLICT,
  PROP_FIRST_FIELD, /* and one a field of the schema from here */
} BatonTaskProperty;

G_DEFINE_FINAL_TYPE (BatonTask, baton_task, G_TYPE_OBJECT)

static GParamSpec **properties;

static GParamSpec *
make_property (const BatonField *field)
{
  g_autofree char *name = g_strdelimit (g_strdup (field->name), "_", '-');
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_NICK | G_PARAM_STATIC_BLURB;

  switch (field->type)
    {
    case BATON_FIELD_BOOL:
      return g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
    case BATON_FIELD_INT:
      return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
    case BATON_FIELD_SET:
      return g_param_spec_boxed (name, NULL, NULL, G_TYPE_STRV, flags);
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
    case BATON_FIELD_CHOICE:
    case BATON_FIELD_ID:
    case BATON_FIELD_TIME:
    case BATON_FIELD_DUE:
    case BATON_FIELD_ZONE:
    case BATON_FIELD_RRULE:
    case BATON_FIELD_COLOR:
    case BATON_FIELD_POSITION:
    default:
      return g_param_spec_string (name, NULL, NULL, NULL, flags);
    }
}

static void
get_field (BatonTask *self, guint index, GValue *value)
{
  const BatonField *field = &baton_schema_get_fields (BATON_ENTITY_TASK, NULL)[index];

  if (field->type == BATON_FIELD_BOOL)
    g_value_set_boolean (value, baton_record_get_bool (self->record, field->name));
  else if (field->type == BATON_FIELD_INT)
    g_value_set_int64 (value, baton_record_get_int (self->record, field->name));
  else if (field->type == BATON_FIELD_SET)
    g_value_take_boxed (value, baton_record_dup_set (self->record, field->name));
  else
    g_value_set_string (value, baton_record_get_text (self->record, field->name));
}

static gboolean
field_is_equal (const BatonField *field, guint index, const BatonRecord *a, const BatonRecord *b)
{
  g_auto (GStrv) set_a = NULL;
  g_auto (GStrv) set_b = NULL;

  if (field->type != BATON_FIELD_SET)
    return baton_value_equal (baton_record_get_at (a, index), baton_record_get_at (b, index));
  set_a = baton_record_dup_set (a, field->name);
  set_b = baton_record_dup_set (b, field->name);
  return g_strv_equal ((const char *const *) set_a, (const char *const *) set_b);
}

static void
baton_task_take_record (BatonTask *self, BatonRecord *record)
{
  g_autoptr (BatonRecord) old = g_steal_pointer (&self->record);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (BATON_ENTITY_TASK, &n_fields);
  gboolean was_done = g_strcmp0 (baton_record_get_text (old, "status"), "done") == 0;

  self->record = baton_record_ref (record);
  for (guint i = 0; i < n_fields; i++)
    if (!field_is_equal (&fields[i], i, old, record))
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIRST_FIELD + i]);
  if (was_done != baton_task_get_is_done (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DONE]);
}

static void
baton_task_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonTask *self = BATON_TASK (object);

  switch ((BatonTaskProperty) id)
    {
    case PROP_ID:
      g_value_set_string (value, baton_task_get_id (self));
      break;
    case PROP_IS_DONE:
      g_value_set_boolean (value, baton_task_get_is_done (self));
      break;
    case PROP_PROJECT_NAME:
      g_value_set_string (value, self->project_name);
      break;
    case PROP_UNSYNCED:
      g_value_set_boolean (value, (self->marks & BATON_TASK_UNSYNCED) != 0);
      break;
    case PROP_CONFLICT:
      g_value_set_boolean (value, (self->marks & BATON_TASK_CONFLICT) != 0);
      break;
    case PROP_FIRST_FIELD:
    default:
      get_field (self, id - PROP_FIRST_FIELD, value);
    }
}

static void
baton_task_finalize (GObject *object)
{
  BatonTask *self = BATON_TASK (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->record, baton_record_unref);
  g_clear_pointer (&self->project_name, g_free);
  G_OBJECT_CLASS (baton_task_parent_class)->finalize (object);
}

static void
baton_task_class_init (BatonTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (BATON_ENTITY_TASK, &n_fields);

  object_class->get_property = baton_task_get_property;
  object_class->finalize = baton_task_finalize;

  properties = g_new0 (GParamSpec *, PROP_FIRST_FIELD + n_fields);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_IS_DONE] = g_param_spec_boolean ("is-done", NULL, NULL, FALSE, flags);
  properties[PROP_PROJECT_NAME] = g_param_spec_string ("project-name", NULL, NULL, NULL, flags);
  properties[PROP_UNSYNCED] = g_param_spec_boolean ("unsynced", NULL, NULL, FALSE, flags);
  properties[PROP_CONFLICT] = g_param_spec_boolean ("conflict", NULL, NULL, FALSE, flags);
  for (guint i = 0; i < n_fields; i++)
    properties[PROP_FIRST_FIELD + i] = make_property (&fields[i]);
  g_object_class_install_properties (object_class, PROP_FIRST_FIELD + n_fields, properties);
}

static void
baton_task_init (BatonTask *self)
{
}

BatonTask *
baton_task_new (gint64 key, BatonRecord *record, const char *project_name, BatonTaskMarks marks)
{
  BatonTask *self = g_object_new (BATON_TYPE_TASK, NULL);

  self->key = key;
  self->id = g_strdup (baton_record_get_id (record));
  self->record = baton_record_ref (record);
  self->project_name = g_strdup (project_name);
  self->marks = marks;
  return self;
}

void
baton_task_update (BatonTask *self,
                   BatonRecord *record,
                   const char *project_name,
                   BatonTaskMarks marks)
{
  BatonTaskMarks changed;

  g_return_if_fail (BATON_IS_TASK (self));
  g_return_if_fail (record != NULL);

  g_object_freeze_notify (G_OBJECT (self));
  if (!baton_record_equal (self->record, record))
    baton_task_take_record (self, record);
  if (g_set_str (&self->project_name, project_name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT_NAME]);
  changed = self->marks ^ marks;
  self->marks = marks;
  if ((changed & BATON_TASK_UNSYNCED) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSYNCED]);
  if ((changed & BATON_TASK_CONFLICT) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONFLICT]);
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
baton_task_get_id (BatonTask *self)
{
  g_return_val_if_fail (BATON_IS_TASK (self), NULL);

  return self->id;
}

gint64
baton_task_get_key (BatonTask *self)
{
  g_return_val_if_fail (BATON_IS_TASK (self), 0);

  return self->key;
}

const BatonRecord *
baton_task_get_record (BatonTask *self)
{
  g_return_val_if_fail (BATON_IS_TASK (self), NULL);

  return self->record;
}

const char *
baton_task_get_text (BatonTask *self, const char *field)
{
  g_return_val_if_fail (BATON_IS_TASK (self), NULL);

  return baton_record_get_text (self->record, field);
}

gboolean
baton_task_get_is_done (BatonTask *self)
{
  g_return_val_if_fail (BATON_IS_TASK (self), FALSE);

  return g_strcmp0 (baton_record_get_text (self->record, "status"), "done") == 0;
}

gboolean
baton_task_get_is_deleted (BatonTask *self)
{
  g_return_val_if_fail (BATON_IS_TASK (self), FALSE);

  return baton_record_get_bool (self->record, "deleted");
}
