/* baton-sidebar-row.c: a view or a project in the sidebar
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-sidebar-row.h"

#include <glib/gi18n-lib.h>

#include "baton-color-dot.h"
#include "baton-names.h"

struct _BatonSidebarRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name;
  GtkLabel *count_label;
  char *view;            /* owned */
  BatonProject *project; /* owned, nullable */
  guint count;
};

typedef enum
{
  PROP_COUNT = 1,
} BatonSidebarRowProperty;

G_DEFINE_FINAL_TYPE (BatonSidebarRow, baton_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

static GParamSpec *properties[PROP_COUNT + 1];

static void
update_label (BatonSidebarRow *self)
{
  g_autofree char *label = NULL;
  const char *name = gtk_label_get_label (self->name);

  if (self->count > 0)
    label = g_strdup_printf (
        /* Translators: a list's name and how many open tasks it has, for a screen reader */
        ngettext ("%s, %u open task", "%s, %u open tasks", self->count), name, self->count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : name, -1);
}

static void
set_count (BatonSidebarRow *self, guint count)
{
  g_autofree char *text = count > 0 ? g_strdup_printf ("%u", count) : g_strdup ("");

  self->count = count;
  gtk_label_set_label (self->count_label, text);
  update_label (self);
}

static void
baton_sidebar_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((BatonSidebarRowProperty) id)
    {
    case PROP_COUNT:
      g_value_set_uint (value, BATON_SIDEBAR_ROW (object)->count);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_sidebar_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((BatonSidebarRowProperty) id)
    {
    case PROP_COUNT:
      set_count (BATON_SIDEBAR_ROW (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_sidebar_row_finalize (GObject *object)
{
  BatonSidebarRow *self = BATON_SIDEBAR_ROW (object);

  g_free (self->view);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (baton_sidebar_row_parent_class)->finalize (object);
}

static void
baton_sidebar_row_class_init (BatonSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = baton_sidebar_row_finalize;
  object_class->get_property = baton_sidebar_row_get_property;
  object_class->set_property = baton_sidebar_row_set_property;
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
baton_sidebar_row_init (BatonSidebarRow *self)
{
}

static BatonSidebarRow *
make_row (GtkWidget *icon, const char *name)
{
  BatonSidebarRow *self = g_object_new (BATON_TYPE_SIDEBAR_ROW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->name = g_object_new (GTK_TYPE_LABEL, "label", name, "xalign", 0.0f, "hexpand", TRUE,
                             "ellipsize", PANGO_ELLIPSIZE_END, NULL);
  self->count_label = g_object_new (GTK_TYPE_LABEL, "css-classes",
                                    (const char *[]) { "dimmed", "numeric", "caption", NULL },
                                    NULL);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->count_label));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  g_signal_connect_object (self->name, "notify::label", G_CALLBACK (update_label), self,
                           G_CONNECT_SWAPPED);
  update_label (self);
  return self;
}

GtkWidget *
baton_sidebar_row_new_view (BatonView view)
{
  BatonSidebarRow *self = make_row (gtk_image_new_from_icon_name (baton_names_get_view_icon (view)),
                                    baton_names_get_view (view));

  self->view = baton_view_to_text (view, NULL);
  return GTK_WIDGET (self);
}

GtkWidget *
baton_sidebar_row_new_project (BatonProject *project)
{
  GtkWidget *dot = baton_color_dot_new (NULL);
  BatonSidebarRow *self = make_row (dot, baton_project_get_name (project));

  self->view = baton_view_to_text (BATON_VIEW_PROJECT, baton_project_get_id (project));
  self->project = g_object_ref (project);
  g_object_bind_property (project, "color", dot, "color", G_BINDING_SYNC_CREATE);
  g_object_bind_property (project, "name", self->name, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (project, "open", self, "count", G_BINDING_SYNC_CREATE);
  return GTK_WIDGET (self);
}

const char *
baton_sidebar_row_get_view (BatonSidebarRow *self)
{
  g_return_val_if_fail (BATON_IS_SIDEBAR_ROW (self), NULL);

  return self->view;
}

BatonProject *
baton_sidebar_row_get_project (BatonSidebarRow *self)
{
  g_return_val_if_fail (BATON_IS_SIDEBAR_ROW (self), NULL);

  return self->project;
}
