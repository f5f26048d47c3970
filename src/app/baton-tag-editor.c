/* baton-tag-editor.c: a task's tags, to be added and removed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-tag-editor.h"

#include <glib/gi18n-lib.h>

struct _BatonTagEditor
{
  GtkWidget parent_instance;

  GtkWidget *group;
  GtkEditable *row;
  AdwWrapBox *chips;
};

G_DEFINE_FINAL_TYPE (BatonTagEditor, baton_tag_editor, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_ADDED,
  SIGNAL_REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GStrv
split (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ",;\n", -1);
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *tag = g_strstrip (words[i]);

      while (*tag == '#')
        tag++;
      if (*tag != '\0')
        g_strv_builder_add (tags, tag);
    }
  return g_strv_builder_end (tags);
}

static void
entered_cb (BatonTagEditor *self)
{
  g_auto (GStrv) tags = split (gtk_editable_get_text (self->row));

  gtk_editable_set_text (self->row, "");
  if (tags[0] != NULL)
    g_signal_emit (self, signals[SIGNAL_ADDED], 0, tags);
}

static const char *
get_tag (GtkWidget *chip)
{
  return g_object_get_data (G_OBJECT (chip), "tag");
}

static void
chip_clicked_cb (BatonTagEditor *self, GtkWidget *chip)
{
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, get_tag (chip));
}

static GtkWidget *
make_chip (BatonTagEditor *self, const char *tag)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (tag);
  GtkWidget *chip = gtk_button_new ();
  /* Translators: %s is a tag */
  g_autofree char *tooltip = g_strdup_printf (_ ("Remove Tag “%s”"), tag);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (chip), content);
  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_set_tooltip_text (chip, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  g_object_set_data_full (G_OBJECT (chip), "tag", g_strdup (tag), g_free);
  g_signal_connect_object (chip, "clicked", G_CALLBACK (chip_clicked_cb), self, G_CONNECT_SWAPPED);
  return chip;
}

static gboolean
are_shown (BatonTagEditor *self, const char *const *tags)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->chips));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child), tags++)
    if (*tags == NULL || !g_str_equal (get_tag (child), *tags))
      return FALSE;
  return *tags == NULL;
}

static void
baton_tag_editor_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BATON_TYPE_TAG_EDITOR);
  G_OBJECT_CLASS (baton_tag_editor_parent_class)->dispose (object);
}

static void
baton_tag_editor_class_init (BatonTagEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_tag_editor_dispose;
  signals[SIGNAL_ADDED] = g_signal_new ("added", BATON_TYPE_TAG_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", BATON_TYPE_TAG_EDITOR, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-tag-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonTagEditor, group);
  gtk_widget_class_bind_template_child (widget_class, BatonTagEditor, row);
  gtk_widget_class_bind_template_child (widget_class, BatonTagEditor, chips);
  gtk_widget_class_bind_template_callback (widget_class, entered_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
baton_tag_editor_init (BatonTagEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

void
baton_tag_editor_set_tags (BatonTagEditor *self, const char *const *tags)
{
  GtkWidget *child;

  g_return_if_fail (BATON_IS_TAG_EDITOR (self));
  g_return_if_fail (tags != NULL);

  if (are_shown (self, tags))
    return;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, child);
  for (guint i = 0; tags[i] != NULL; i++)
    adw_wrap_box_append (self->chips, make_chip (self, tags[i]));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), tags[0] != NULL);
}

void
baton_tag_editor_flush (BatonTagEditor *self)
{
  g_return_if_fail (BATON_IS_TAG_EDITOR (self));

  entered_cb (self);
}

void
baton_tag_editor_give_back (BatonTagEditor *self, const char *const *tags)
{
  g_autofree char *given = g_strjoinv (", ", (char **) tags);
  g_autofree char *text = NULL;

  g_return_if_fail (BATON_IS_TAG_EDITOR (self));

  text = baton_tag_editor_has_text (self)
             ? g_strconcat (given, ", ", gtk_editable_get_text (self->row), NULL)
             : g_steal_pointer (&given);
  gtk_editable_set_text (self->row, text);
  gtk_editable_set_position (self->row, -1);
}

gboolean
baton_tag_editor_has_text (BatonTagEditor *self)
{
  g_return_val_if_fail (BATON_IS_TAG_EDITOR (self), FALSE);

  return *gtk_editable_get_text (self->row) != '\0';
}
