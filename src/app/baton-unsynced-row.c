/* baton-unsynced-row.c: an edit that the server has refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-unsynced-row.h"

#include <glib/gi18n-lib.h>

#include "baton-field-text.h"
#include "baton-version-text.h"

struct _BatonUnsyncedRow
{
  AdwExpanderRow parent_instance;

  char *edit;   /* owned */
  char *record; /* owned */
  BatonEntity entity;
};

G_DEFINE_FINAL_TYPE (BatonUnsyncedRow, baton_unsynced_row, ADW_TYPE_EXPANDER_ROW)

static const char *const signal_names[] = { "open", "retry", "copy", "discard" };

/* In words of this version, where it knows the code */
static const char *
get_reason (const BatonUnsynced *unsynced)
{
  static const struct
  {
    const char *code;
    const char *reason;
  } reasons[] = {
    { "AUTHORIZATION_ERROR", N_ ("You are not allowed to change this")                          },
    { "NOT_FOUND",           N_ ("It is no longer on the server")                               },
    { "LEFT",                N_ ("Its project was taken away, or is no longer shared with you") },
    { "VALIDATION_ERROR",    N_ ("The server does not take it as it is")                        },
    { "DUPLICATE_ENTRY",     N_ ("Something else has its identifier: keep it as a copy")        },
    { "PAYLOAD_TOO_LARGE",   N_ ("It is too large for the server")                              },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (unsynced->code, reasons[i].code) == 0)
      return _ (reasons[i].reason);
  return unsynced->message != NULL && *unsynced->message != '\0' ? unsynced->message
                                                                 : _ ("The server gave no reason");
}

static void
copy_text_cb (GtkWidget *button)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button),
                          g_object_get_data (G_OBJECT (button), "text"));
}

/* What is shown may be the start of it: this copies all */
static GtkWidget *
make_copy_button (const char *name, const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  /* Translators: %s is a field, such as Notes */
  g_autofree char *label = g_strdup_printf (_ ("Copy %s"), name);

  gtk_widget_set_tooltip_text (button, _ ("Copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (text), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (copy_text_cb), NULL);
  return button;
}

static GtkWidget *
add_property (BatonUnsyncedRow *self, const char *name, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *start = baton_version_text_dup_start (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), start);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  return row;
}

static gboolean
has_loud_field (const BatonEdit *edit)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (!baton_schema_is_quiet (baton_edit_get_entity (edit), fields[i].key))
      return TRUE;
  return FALSE;
}

/* A field that nobody writes by hand is shown where it is what was refused */
static gboolean
is_shown (const BatonUnsynced *unsynced, const char *key)
{
  return !baton_schema_is_quiet (baton_edit_get_entity (unsynced->edit), key) ||
         !has_loud_field (unsynced->edit) ||
         (unsynced->message != NULL && strstr (unsynced->message, key) != NULL);
}

static void
add_fields (BatonUnsyncedRow *self, BatonStore *store, const BatonUnsynced *unsynced)
{
  BatonEntity entity = baton_edit_get_entity (unsynced->edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;
      GtkWidget *row;

      if (!is_shown (unsynced, fields[i].key))
        continue;
      name = baton_field_text_dup_name (entity, fields[i].key);
      value = baton_field_text_dup_value (store, entity, fields[i].key, &fields[i].value);
      row = add_property (self, name, value);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_copy_button (name, value));
    }
}

static gboolean
is_deletion (const BatonEdit *edit)
{
  const BatonEditField *field = baton_edit_lookup (edit, "deleted");

  return field != NULL && field->value.kind == BATON_VALUE_BOOL && field->value.boolean;
}

static void
pressed_cb (BatonUnsyncedRow *self, GtkWidget *button)
{
  g_signal_emit_by_name (self, g_object_get_data (G_OBJECT (button), "signal"));
}

static GtkWidget *
add_button (BatonUnsyncedRow *self, const char *signal, const char *label)
{
  GtkWidget *button = adw_button_row_new ();

  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (button), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (button), label);
  g_object_set_data (G_OBJECT (button), "signal", (gpointer) signal);
  g_signal_connect_object (button, "activated", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), button);
  return button;
}

static void
baton_unsynced_row_finalize (GObject *object)
{
  BatonUnsyncedRow *self = BATON_UNSYNCED_ROW (object);

  g_free (self->edit);
  g_free (self->record);
  G_OBJECT_CLASS (baton_unsynced_row_parent_class)->finalize (object);
}

static void
baton_unsynced_row_class_init (BatonUnsyncedRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_unsynced_row_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    g_signal_new (signal_names[i], BATON_TYPE_UNSYNCED_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
baton_unsynced_row_init (BatonUnsyncedRow *self)
{
}

GtkWidget *
baton_unsynced_row_new (BatonStore *store, const BatonUnsynced *unsynced, gboolean here)
{
  BatonUnsyncedRow *self = g_object_new (BATON_TYPE_UNSYNCED_ROW, "use-markup", FALSE, NULL);
  const char *reason = get_reason (unsynced);
  g_autofree char *made = baton_field_text_dup_moment (unsynced->made);

  self->edit = g_strdup (baton_edit_get_id (unsynced->edit));
  self->entity = baton_edit_get_entity (unsynced->edit);
  self->record = g_strdup (baton_edit_get_record (unsynced->edit));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 unsynced->title != NULL ? unsynced->title : _ ("Untitled"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), reason);
  if (unsynced->message != NULL && *unsynced->message != '\0' && reason != unsynced->message &&
      g_strcmp0 (unsynced->code, "LEFT") != 0)
    add_property (self, _ ("The server says"), unsynced->message);
  add_fields (self, store, unsynced);
  if (made != NULL)
    add_property (self, _ ("Changed"), made);
  if (here)
    add_button (self, "open", _ ("_Edit the Task"));
  if (g_strcmp0 (unsynced->code, "LEFT") != 0)
    add_button (self, "retry", _ ("_Try Again"));
  if (!is_deletion (unsynced->edit))
    add_button (self, "copy", _ ("_Keep as a Copy"));
  gtk_widget_add_css_class (add_button (self, "discard", _ ("_Discard…")), "destructive-action");
  return GTK_WIDGET (self);
}

const char *
baton_unsynced_row_get_edit (BatonUnsyncedRow *self)
{
  g_return_val_if_fail (BATON_IS_UNSYNCED_ROW (self), NULL);

  return self->edit;
}

const char *
baton_unsynced_row_get_record (BatonUnsyncedRow *self)
{
  g_return_val_if_fail (BATON_IS_UNSYNCED_ROW (self), NULL);

  return self->record;
}

BatonEntity
baton_unsynced_row_get_entity (BatonUnsyncedRow *self)
{
  g_return_val_if_fail (BATON_IS_UNSYNCED_ROW (self), BATON_ENTITY_TASK);

  return self->entity;
}

char *
baton_unsynced_row_dup_summary (const BatonUnsynced *unsynced)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BatonEntity entity = baton_edit_get_entity (unsynced->edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

  if (is_deletion (unsynced->edit))
    return g_strdup (C_ ("history", "Deleted"));
  if (baton_edit_lookup (unsynced->edit, "created_at") != NULL)
    return g_strdup (C_ ("history", "Created"));
  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *name = is_shown (unsynced, fields[i].key)
                                  ? baton_field_text_dup_name (entity, fields[i].key)
                                  : NULL;

      if (name != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", name);
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}
