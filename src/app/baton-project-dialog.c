/* baton-project-dialog.c: names a project and gives it a colour
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-project-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-color-dot.h"
#include "baton-edits.h"
#include "baton-sheet-focus.h"

struct _BatonProjectDialog
{
  AdwDialog parent_instance;

  GtkButton *save;
  GtkLabel *problem;
  GtkEditable *name_row;
  AdwWrapBox *colors;
  BatonStore *store; /* owned, nullable */
  char *id;          /* owned */
  char *color;       /* owned, nullable */
  gboolean is_new;
  gboolean saving;
};

G_DEFINE_FINAL_TYPE (BatonProjectDialog, baton_project_dialog, ADW_TYPE_DIALOG)

static guint saved_signal;

/* Of the GNOME palette, each told apart from the others on light and dark */
static const struct
{
  const char *color;
  const char *name;
} choices[] = {
  { "#3584e4", N_ ("Blue")   },
  { "#2190a4", N_ ("Teal")   },
  { "#3a944a", N_ ("Green")  },
  { "#c88800", N_ ("Yellow") },
  { "#ed5b00", N_ ("Orange") },
  { "#e62d42", N_ ("Red")    },
  { "#d56199", N_ ("Pink")   },
  { "#9141ac", N_ ("Purple") },
  { "#6f8396", N_ ("Slate")  },
};

static char *
dup_name (BatonProjectDialog *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (self->name_row));

  g_strdelimit (name, "\r\n\t", ' ');
  return g_strdup (g_strstrip (name));
}

static void
changed_cb (BatonProjectDialog *self)
{
  g_autofree char *name = dup_name (self);

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save), *name != '\0' && !self->saving);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonProjectDialog) self = BATON_PROJECT_DIALOG (data);
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  changed_cb (self);
  if (!baton_store_apply_finish (BATON_STORE (source), result, &error))
    {
      gtk_label_set_label (self->problem, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
      return;
    }
  g_signal_emit (self, saved_signal, 0, self->id);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
save_cb (BatonProjectDialog *self)
{
  g_autofree char *name = dup_name (self);
  g_autoptr (GPtrArray) edits = NULL;

  if (*name == '\0' || self->saving)
    return;
  self->saving = TRUE;
  changed_cb (self);
  edits = baton_edits_set_project (self->id, name, self->color);
  baton_store_apply_async (self->store, edits,
                           self->is_new ? _ ("Add Project") : _ ("Edit Project"), NULL, saved_cb,
                           g_object_ref (self));
}

static void
color_toggled_cb (BatonProjectDialog *self, GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    g_set_str (&self->color, g_object_get_data (G_OBJECT (button), "color"));
}

static void
add_colors (BatonProjectDialog *self)
{
  GtkToggleButton *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      gtk_button_set_child (GTK_BUTTON (button), baton_color_dot_new (choices[i].color));
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "circular");
      gtk_widget_set_tooltip_text (button, _ (choices[i].name));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (choices[i].name), -1);
      g_object_set_data (G_OBJECT (button), "color", (gpointer) choices[i].color);
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), first);
      if (first == NULL)
        first = GTK_TOGGLE_BUTTON (button);
      g_signal_connect_object (button, "toggled", G_CALLBACK (color_toggled_cb), self,
                               G_CONNECT_SWAPPED);
      adw_wrap_box_append (self->colors, button);
    }
}

static void
choose_color (BatonProjectDialog *self, const char *color)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->colors));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (child), "color"), color) == 0)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), TRUE);
  g_set_str (&self->color, color);
}

static void
baton_project_dialog_dispose (GObject *object)
{
  BatonProjectDialog *self = BATON_PROJECT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_PROJECT_DIALOG);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_project_dialog_parent_class)->dispose (object);
}

static void
baton_project_dialog_finalize (GObject *object)
{
  BatonProjectDialog *self = BATON_PROJECT_DIALOG (object);

  g_free (self->id);
  g_free (self->color);
  G_OBJECT_CLASS (baton_project_dialog_parent_class)->finalize (object);
}

static void
baton_project_dialog_class_init (BatonProjectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_project_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_project_dialog_finalize;
  saved_signal = g_signal_new ("saved", BATON_TYPE_PROJECT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-project-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonProjectDialog, save);
  gtk_widget_class_bind_template_child (widget_class, BatonProjectDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, BatonProjectDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, BatonProjectDialog, colors);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
baton_project_dialog_init (BatonProjectDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_sheet_focus (ADW_DIALOG (self), (GtkWidget *[]) { GTK_WIDGET (self->name_row) }, 1);
  add_colors (self);
}

AdwDialog *
baton_project_dialog_new (BatonStore *store, BatonProject *project)
{
  BatonProjectDialog *self = g_object_new (BATON_TYPE_PROJECT_DIALOG, NULL);

  self->store = store != NULL ? g_object_ref (store) : NULL;
  self->is_new = project == NULL;
  self->id = project != NULL ? g_strdup (baton_project_get_id (project)) : baton_edits_make_id ();
  if (project != NULL)
    {
      adw_dialog_set_title (ADW_DIALOG (self), _ ("Edit Project"));
      gtk_button_set_label (self->save, _ ("_Save"));
      gtk_editable_set_text (self->name_row, baton_project_get_name (project));
      choose_color (self, baton_project_get_color (project));
    }
  else
    choose_color (self, choices[g_random_int_range (0, G_N_ELEMENTS (choices))].color);
  return ADW_DIALOG (self);
}
