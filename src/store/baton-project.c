/* baton-project.c: a project with its open tasks counted, as a GObject
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-project-private.h"

struct _BatonProject
{
  GObject parent_instance;

  char *id;    /* owned */
  char *name;  /* owned */
  char *color; /* owned, nullable */
  guint open;
  gboolean is_archived;
};

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_COLOR,
  PROP_OPEN,
  PROP_IS_ARCHIVED,
} BatonProjectProperty;

G_DEFINE_FINAL_TYPE (BatonProject, baton_project, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_ARCHIVED + 1];

static void
baton_project_finalize (GObject *object)
{
  BatonProject *self = BATON_PROJECT (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->color);
  G_OBJECT_CLASS (baton_project_parent_class)->finalize (object);
}

static void
baton_project_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonProject *self = BATON_PROJECT (object);

  switch ((BatonProjectProperty) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_COLOR:
      g_value_set_string (value, self->color);
      break;
    case PROP_OPEN:
      g_value_set_uint (value, self->open);
      break;
    case PROP_IS_ARCHIVED:
      g_value_set_boolean (value, self->is_archived);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_project_class_init (BatonProjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_project_finalize;
  object_class->get_property = baton_project_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_COLOR] = g_param_spec_string ("color", NULL, NULL, NULL, flags);
  properties[PROP_OPEN] = g_param_spec_uint ("open", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_IS_ARCHIVED] = g_param_spec_boolean ("is-archived", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
baton_project_init (BatonProject *self)
{
}

BatonProject *
baton_project_new (const BatonRecord *record, guint open)
{
  BatonProject *self = g_object_new (BATON_TYPE_PROJECT, NULL);

  self->id = g_strdup (baton_record_get_id (record));
  baton_project_update (self, record, open);
  return self;
}

void
baton_project_update (BatonProject *self, const BatonRecord *record, guint open)
{
  gboolean is_archived = baton_record_get_bool (record, "is_archived");

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->name, baton_record_get_text (record, "name")))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (g_set_str (&self->color, baton_record_get_text (record, "color")))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLOR]);
  if (self->open != open)
    {
      self->open = open;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
    }
  if (self->is_archived != is_archived)
    {
      self->is_archived = is_archived;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ARCHIVED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
baton_project_get_id (BatonProject *self)
{
  g_return_val_if_fail (BATON_IS_PROJECT (self), NULL);

  return self->id;
}

const char *
baton_project_get_name (BatonProject *self)
{
  g_return_val_if_fail (BATON_IS_PROJECT (self), NULL);

  return self->name;
}

const char *
baton_project_get_color (BatonProject *self)
{
  g_return_val_if_fail (BATON_IS_PROJECT (self), NULL);

  return self->color;
}
