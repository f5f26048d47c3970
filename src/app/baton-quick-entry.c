/* baton-quick-entry.c: the line that new tasks are typed in
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was understood is coloured in the line and shown as chips beneath it. A chip that is clicked turns its words back into text: they
 * stay in `off` until the line is changed there.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-quick-entry.h"

#include <glib/gi18n-lib.h>

#include "baton-due-text.h"
#include "baton-names.h"

#define TITLE_MAX 500

struct _BatonQuickEntry
{
  GtkWidget parent_instance;

  GtkEntry *entry;
  GtkRevealer *revealer;
  AdwWrapBox *chips;
  GtkLabel *problem;
  BatonQuickAdd *parsed; /* owned, nullable */
  GPtrArray *off;        /* owned; words, as typed, that are text */
};

typedef enum
{
  PROP_TEXT = 1,
} BatonQuickEntryProperty;

G_DEFINE_FINAL_TYPE (BatonQuickEntry, baton_quick_entry, GTK_TYPE_WIDGET)

static GParamSpec *properties[PROP_TEXT + 1];
static guint submitted_signal;

/* The first place of each turned-off word that is still in the line */
static GArray *
find_off (BatonQuickEntry *self, const char *line)
{
  GArray *off = g_array_new (FALSE, TRUE, sizeof (BatonQuickAddPart));

  for (guint i = self->off->len; i > 0; i--)
    {
      const char *word = g_ptr_array_index (self->off, i - 1);
      const char *found = strstr (line, word);
      BatonQuickAddPart part = { 0 };

      if (found == NULL)
        {
          g_ptr_array_remove_index (self->off, i - 1);
          continue;
        }
      part.start = (gsize) (found - line);
      part.end = part.start + strlen (word);
      g_array_append_val (off, part);
    }
  return off;
}

static void
parse (BatonQuickEntry *self)
{
  const char *line = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GArray) off = find_off (self, line);

  g_clear_pointer (&self->parsed, baton_quick_add_free);
  self->parsed = baton_quick_add_parse_except (
      line, now, (const BatonQuickAddPart *) (gpointer) off->data, off->len);
}

static void
colour_line (BatonQuickEntry *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  GdkRGBA color;

  adw_rgba_to_standalone (accent, adw_style_manager_get_dark (manager), &color);
  for (guint i = 0; i < self->parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (self->parsed->parts, i);
      PangoAttribute *attribute = pango_attr_foreground_new ((guint16) (color.red * G_MAXUINT16),
                                                             (guint16) (color.green * G_MAXUINT16),
                                                             (guint16) (color.blue * G_MAXUINT16));

      attribute->start_index = (guint) part->start;
      attribute->end_index = (guint) part->end;
      pango_attr_list_insert (attributes, attribute);
    }
  gtk_entry_set_attributes (self->entry, attributes);
}

static char *
describe (const BatonQuickAddPart *part)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  switch (part->kind)
    {
    case BATON_QUICK_ADD_DUE:
      return baton_due_text_new (part->value, NULL, now);
    case BATON_QUICK_ADD_PRIORITY:
      return g_strdup (baton_names_get_priority (part->value));
    case BATON_QUICK_ADD_REPEAT:
      return baton_repeat_words_new (part->value);
    case BATON_QUICK_ADD_TAG:
    default:
      return g_strdup (part->value);
    }
}

static const char *
get_icon (BatonQuickAddKind kind)
{
  switch (kind)
    {
    case BATON_QUICK_ADD_DUE:
      return "baton-calendar-symbolic";
    case BATON_QUICK_ADD_PRIORITY:
      return "baton-priority-symbolic";
    case BATON_QUICK_ADD_REPEAT:
      return "baton-repeat-symbolic";
    case BATON_QUICK_ADD_TAG:
    default:
      return "baton-tag-symbolic";
    }
}

static void baton_quick_entry_refresh (BatonQuickEntry *self);

static void
chip_clicked_cb (BatonQuickEntry *self, GtkWidget *chip)
{
  g_ptr_array_add (self->off, g_strdup (g_object_get_data (G_OBJECT (chip), "words")));
  baton_quick_entry_refresh (self);
  gtk_entry_grab_focus_without_selecting (self->entry);
}

static GtkWidget *
make_chip (BatonQuickEntry *self, const BatonQuickAddPart *part)
{
  const char *line = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *text = describe (part);
  g_autofree char *tooltip = NULL;
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *chip = gtk_button_new ();

  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name (get_icon (part->kind)));
  gtk_box_append (GTK_BOX (content), gtk_label_new (text));
  gtk_button_set_child (GTK_BUTTON (chip), content);
  gtk_widget_add_css_class (chip, "chip");
  /* Translators: %s is what was understood in the line, such as Tomorrow; a click takes it as plain text instead */
  tooltip = g_strdup_printf (_ ("Keep “%s” as Text"), text);
  gtk_widget_set_tooltip_text (chip, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  g_object_set_data_full (G_OBJECT (chip), "words",
                          g_strndup (line + part->start, part->end - part->start), g_free);
  g_signal_connect_object (chip, "clicked", G_CALLBACK (chip_clicked_cb), self, G_CONNECT_SWAPPED);
  return chip;
}

static void
show_chips (BatonQuickEntry *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, child);
  for (guint i = 0; i < self->parsed->parts->len; i++)
    adw_wrap_box_append (self->chips, make_chip (self, g_ptr_array_index (self->parsed->parts, i)));
  gtk_revealer_set_reveal_child (self->revealer, self->parsed->parts->len > 0);
}

static void
show_problem (BatonQuickEntry *self, const char *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
  if (message != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_announce (GTK_ACCESSIBLE (self), message,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
baton_quick_entry_refresh (BatonQuickEntry *self)
{
  parse (self);
  colour_line (self);
  show_chips (self);
  show_problem (self, NULL);
}

static void
changed_cb (BatonQuickEntry *self)
{
  baton_quick_entry_refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return *stripped == '\0';
}

/* FALSE, and said why, where no task can be made of it */
static gboolean
submit (BatonQuickEntry *self, const char *line, const BatonQuickAdd *parsed)
{
  if (is_blank (parsed->title))
    {
      show_problem (self, _ ("A task needs a name besides its date and tags"));
      return FALSE;
    }
  if (g_utf8_strlen (parsed->title, -1) > TITLE_MAX)
    {
      show_problem (self, _ ("A name has at most 500 characters; the rest fits in the notes"));
      return FALSE;
    }
  g_signal_emit (self, submitted_signal, 0, line, (gpointer) parsed);
  return TRUE;
}

/* Several lines, as pasted, are several tasks; those that are none stay in the line */
static void
submit_lines (BatonQuickEntry *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GString) rest = g_string_new (NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (lines[i], now);

      if (!is_blank (lines[i]) && !submit (self, lines[i], parsed))
        g_string_append_printf (rest, "%s%s", rest->len > 0 ? " " : "", lines[i]);
    }
  if (rest->len > 0)
    baton_quick_entry_set_text (self, rest->str);
}

static void
activate_cb (BatonQuickEntry *self)
{
  g_autofree char *line = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autoptr (BatonQuickAdd) parsed = NULL;

  if (is_blank (line))
    return;
  if (strpbrk (line, "\r\n") != NULL)
    {
      submit_lines (self, line);
      return;
    }
  parse (self);
  parsed = g_steal_pointer (&self->parsed);
  if (!submit (self, line, parsed))
    return;
  g_ptr_array_set_size (self->off, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

/* Escape turns the last understood part into text, and then leaves the line alone */
static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  BatonQuickEntry *self = BATON_QUICK_ENTRY (widget);
  GtkWidget *chip = gtk_widget_get_last_child (GTK_WIDGET (self->chips));

  if (chip == NULL)
    return GDK_EVENT_PROPAGATE;
  chip_clicked_cb (self, chip);
  return GDK_EVENT_STOP;
}

static gboolean
baton_quick_entry_grab_focus (GtkWidget *widget)
{
  return gtk_entry_grab_focus_without_selecting (BATON_QUICK_ENTRY (widget)->entry);
}

static void
baton_quick_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((BatonQuickEntryProperty) id)
    {
    case PROP_TEXT:
      g_value_set_string (value, baton_quick_entry_get_text (BATON_QUICK_ENTRY (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_quick_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((BatonQuickEntryProperty) id)
    {
    case PROP_TEXT:
      baton_quick_entry_set_text (BATON_QUICK_ENTRY (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_quick_entry_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BATON_TYPE_QUICK_ENTRY);
  G_OBJECT_CLASS (baton_quick_entry_parent_class)->dispose (object);
}

static void
baton_quick_entry_finalize (GObject *object)
{
  BatonQuickEntry *self = BATON_QUICK_ENTRY (object);

  g_clear_pointer (&self->parsed, baton_quick_add_free);
  g_ptr_array_unref (self->off);
  G_OBJECT_CLASS (baton_quick_entry_parent_class)->finalize (object);
}

static void
baton_quick_entry_class_init (BatonQuickEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_quick_entry_dispose;
  object_class->finalize = baton_quick_entry_finalize;
  object_class->get_property = baton_quick_entry_get_property;
  object_class->set_property = baton_quick_entry_set_property;
  widget_class->grab_focus = baton_quick_entry_grab_focus;

  properties[PROP_TEXT] = g_param_spec_string (
      "text", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  submitted_signal = g_signal_new ("submitted", BATON_TYPE_QUICK_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-quick-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonQuickEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, BatonQuickEntry, revealer);
  gtk_widget_class_bind_template_child (widget_class, BatonQuickEntry, chips);
  gtk_widget_class_bind_template_child (widget_class, BatonQuickEntry, problem);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
baton_quick_entry_init (BatonQuickEntry *self)
{
  self->off = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

const char *
baton_quick_entry_get_text (BatonQuickEntry *self)
{
  g_return_val_if_fail (BATON_IS_QUICK_ENTRY (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
baton_quick_entry_set_text (BatonQuickEntry *self, const char *text)
{
  g_return_if_fail (BATON_IS_QUICK_ENTRY (self));

  if (g_strcmp0 (baton_quick_entry_get_text (self), text) == 0)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text != NULL ? text : "");
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
baton_quick_entry_give_back (BatonQuickEntry *self, const char *text)
{
  g_autofree char *both = NULL;
  const char *typed;

  g_return_if_fail (BATON_IS_QUICK_ENTRY (self));

  typed = baton_quick_entry_get_text (self);
  both = *typed != '\0' ? g_strconcat (text, " ", typed, NULL) : g_strdup (text);
  baton_quick_entry_set_text (self, both);
}
