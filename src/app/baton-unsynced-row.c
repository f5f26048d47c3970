/* baton-unsynced-row.c: an edit that the server has refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-unsynced-row.h"

#include <glib/gi18n-lib.h>

#include "baton-field-text.h"

struct _BatonUnsyncedRow
{
  AdwExpanderRow parent_instance;

  char *edit;   /* owned */
  char *record; /* owned */
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
    { "PAYLOAD_TOO_LARGE",   N_ ("It is too large for the server")                              },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (unsynced->code, reasons[i].code) == 0)
      return _ (reasons[i].reason);
  return unsynced->message != NULL && *unsynced->message != '\0' ? unsynced->message
                                                                 : _ ("The server gave no reason");
}

static void
add_property (BatonUnsyncedRow *self, const char *name, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

static gboolean
is_quiet (BatonEntity entity, const char *key)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].name, key))
      return (fields[i].flags & BATON_FIELD_QUIET) != 0;
  return FALSE;
}

static void
add_fields (BatonUnsyncedRow *self, BatonStore *store, const BatonEdit *edit)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (is_quiet (entity, fields[i].key))
        continue;
      name = baton_field_text_dup_name (entity, fields[i].key);
      value = baton_field_text_dup_value (store, entity, fields[i].key, &fields[i].value);
      add_property (self, name, value);
    }
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
  self->record = g_strdup (baton_edit_get_record (unsynced->edit));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 unsynced->title != NULL ? unsynced->title : _ ("Untitled"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), reason);
  if (unsynced->message != NULL && *unsynced->message != '\0' && reason != unsynced->message &&
      g_strcmp0 (unsynced->code, "LEFT") != 0)
    add_property (self, _ ("The server says"), unsynced->message);
  add_fields (self, store, unsynced->edit);
  if (made != NULL)
    add_property (self, _ ("Changed"), made);
  if (here)
    add_button (self, "open", _ ("_Edit the Task"));
  if (g_strcmp0 (unsynced->code, "LEFT") != 0)
    add_button (self, "retry", _ ("_Try Again"));
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
