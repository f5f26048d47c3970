/* baton-unsynced-dialog.c: edits that the server has refused, with what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-unsynced-dialog.h"

#include <glib/gi18n-lib.h>

struct _BatonUnsyncedDialog
{
  AdwDialog parent_instance;

  AdwBanner *banner;
  GtkStack *stack;
  AdwPreferencesGroup *group;
  BatonStore *store; /* owned, nullable */
  GPtrArray *rows;   /* owned; of borrowed widgets */
  gboolean asking;
};

/* Goes to the writer thread and back */
typedef struct
{
  BatonUnsyncedDialog *dialog; /* owned */
  GPtrArray *unsynced;         /* owned, nullable; of BatonUnsynced */
  char *edit;                  /* owned, nullable: what is to be done is about this one */
} Question;

G_DEFINE_FINAL_TYPE (BatonUnsyncedDialog, baton_unsynced_dialog, ADW_TYPE_DIALOG)

static void baton_unsynced_dialog_ask (BatonUnsyncedDialog *self);

static void
question_free (Question *question)
{
  g_clear_pointer (&question->unsynced, g_ptr_array_unref);
  g_free (question->edit);
  g_object_unref (question->dialog);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
show_failure (BatonUnsyncedDialog *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static gboolean
retry_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_retry (database, ((Question *) data)->edit, _ ("Try Again"), error);
}

static gboolean
discard_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_discard (database, ((Question *) data)->edit, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;

  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    show_failure (question->dialog, error->message);
  baton_store_refresh (BATON_STORE (source));
  baton_unsynced_dialog_ask (question->dialog);
}

static void
change (BatonUnsyncedDialog *self, GtkWidget *button, BatonStoreFunc work)
{
  Question *question = g_new0 (Question, 1);

  question->dialog = g_object_ref (self);
  question->edit = g_strdup (g_object_get_data (G_OBJECT (button), "edit"));
  adw_banner_set_revealed (self->banner, FALSE);
  baton_store_call_async (self->store, work, question, NULL, NULL, changed_cb, question);
}

static void
retry_cb (BatonUnsyncedDialog *self, GtkWidget *button)
{
  change (self, button, retry_work);
}

/* The alert carries the edit as the button does */
static void
response_cb (BatonUnsyncedDialog *self, const char *response, GtkWidget *alert)
{
  if (g_str_equal (response, "discard") && self->store != NULL)
    change (self, alert, discard_work);
}

static void
discard_cb (BatonUnsyncedDialog *self, GtkWidget *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  /* Translators: %s is the title of a task */
  g_autofree char *body = g_strdup_printf (
      _ ("What you changed in “%s” is lost: it becomes as the server has it. A task that the server does not have is lost "
         "altogether."),
      adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  AdwDialog *alert = adw_alert_dialog_new (_ ("Discard This Change?"), body);

  g_object_set_data_full (G_OBJECT (alert), "edit",
                          g_strdup (g_object_get_data (G_OBJECT (button), "edit")), g_free);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _ ("_Cancel"), "discard",
                                  _ ("_Discard"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "discard",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (alert), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (alert), "cancel");
  g_signal_connect_object (alert, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}

static GtkWidget *
make_button (BatonUnsyncedDialog *self,
             const BatonUnsynced *unsynced,
             const char *icon,
             const char *label,
             GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "edit", g_strdup (baton_edit_get_id (unsynced->edit)),
                          g_free);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

/* What was written: each field with its new value, as much as fits */
static char *
describe (const BatonUnsynced *unsynced)
{
  g_autoptr (GString) text = g_string_new (unsynced->message);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      const char *value = baton_value_get_text (&fields[i].value);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", fields[i].key);
      if (value != NULL)
        g_string_append_printf (text, ": %s", value);
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static GtkWidget *
make_row (BatonUnsyncedDialog *self, const BatonUnsynced *unsynced)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = describe (unsynced);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 unsynced->title != NULL ? unsynced->title : _ ("Untitled"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 6);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      make_button (self, unsynced, "baton-sync-symbolic", _ ("Try Again"), G_CALLBACK (retry_cb)));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             make_button (self, unsynced, "user-trash-symbolic",
                                          _ ("Discard This Change"), G_CALLBACK (discard_cb)));
  return row;
}

static void
show (BatonUnsyncedDialog *self, GPtrArray *unsynced)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < unsynced->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (unsynced, i);
      GtkWidget *row;

      if (!one->refused)
        continue;
      row = make_row (self, one);
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_stack_set_visible_child_name (self->stack, self->rows->len > 0 ? "list" : "empty");
}

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;

  question->unsynced = baton_database_get_unsynced (database, error);
  return question->unsynced != NULL;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;

  question->dialog->asking = FALSE;
  if (baton_store_call_finish (BATON_STORE (source), result, &error))
    show (question->dialog, question->unsynced);
  else
    show_failure (question->dialog, error->message);
}

static void
baton_unsynced_dialog_ask (BatonUnsyncedDialog *self)
{
  Question *question;

  if (self->asking)
    return;
  self->asking = TRUE;
  question = g_new0 (Question, 1);
  question->dialog = g_object_ref (self);
  baton_store_call_async (self->store, ask_work, question, NULL, NULL, asked_cb, question);
}

static void
baton_unsynced_dialog_dispose (GObject *object)
{
  BatonUnsyncedDialog *self = BATON_UNSYNCED_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_UNSYNCED_DIALOG);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_unsynced_dialog_parent_class)->dispose (object);
}

static void
baton_unsynced_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (BATON_UNSYNCED_DIALOG (object)->rows);
  G_OBJECT_CLASS (baton_unsynced_dialog_parent_class)->finalize (object);
}

static void
baton_unsynced_dialog_class_init (BatonUnsyncedDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_unsynced_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_unsynced_dialog_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-unsynced-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, group);
}

static void
baton_unsynced_dialog_init (BatonUnsyncedDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
baton_unsynced_dialog_new (BatonStore *store)
{
  BatonUnsyncedDialog *self = g_object_new (BATON_TYPE_UNSYNCED_DIALOG, NULL);

  if (store != NULL)
    {
      self->store = g_object_ref (store);
      baton_unsynced_dialog_ask (self);
    }
  return ADW_DIALOG (self);
}
