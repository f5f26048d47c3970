/* baton-unsynced-dialog.c: edits that no server has taken, with what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-unsynced-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-export.h"
#include "baton-unsynced-row.h"

/* So many rows at once; as they are settled, others come */
#define MOST_ROWS 100

struct _BatonUnsyncedDialog
{
  AdwDialog parent_instance;

  GtkWidget *export;
  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwPreferencesGroup *group;
  GtkWidget *waiting_group;
  AdwPreferencesRow *waiting_row;
  BatonStore *store; /* owned, nullable */
  GPtrArray *rows;   /* owned; of borrowed BatonUnsyncedRow */
  gboolean asking;
  gboolean wanted; /* asking again, after the one under way */
};

/* Goes to the writer thread and back */
typedef struct
{
  BatonUnsyncedDialog *dialog; /* owned */
  GPtrArray *unsynced;         /* owned, nullable; of BatonUnsynced */
  GArray *here;                /* owned, nullable; of gboolean: its record is on this device */
  char *edit;                  /* owned, nullable: what is to be done is about this one */
  const char *done;            /* nullable: what a toast says then, with a button that undoes */
} Question;

G_DEFINE_FINAL_TYPE (BatonUnsyncedDialog, baton_unsynced_dialog, ADW_TYPE_DIALOG)

static void baton_unsynced_dialog_ask (BatonUnsyncedDialog *self);

static void
question_free (Question *question)
{
  g_clear_pointer (&question->unsynced, g_ptr_array_unref);
  g_clear_pointer (&question->here, g_array_unref);
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

/* --- what can be done --- */

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

static gboolean
copy_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autofree char *copy = baton_database_keep_copy (database, ((Question *) data)->edit,
                                                    _ ("Keep as a Copy"), error);

  return copy != NULL;
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  BatonUnsyncedDialog *self = question->dialog;
  gboolean changed = baton_store_call_finish (BATON_STORE (source), result, &error);

  baton_store_refresh (BATON_STORE (source));
  if (self->store == NULL)
    return;
  if (!changed)
    show_failure (self, error->message);
  else if (question->done != NULL)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (question->done));
  baton_unsynced_dialog_ask (self);
}

static void
change (BatonUnsyncedDialog *self, const char *edit, BatonStoreFunc work, const char *done)
{
  Question *question = g_new0 (Question, 1);

  question->dialog = g_object_ref (self);
  question->edit = g_strdup (edit);
  question->done = done;
  adw_banner_set_revealed (self->banner, FALSE);
  baton_store_call_async (self->store, work, question, NULL, NULL, changed_cb, question);
}

static void
retry_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  change (self, baton_unsynced_row_get_edit (row), retry_work, _ ("Sent once more"));
}

static void
copy_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  change (self, baton_unsynced_row_get_edit (row), copy_work, _ ("Kept as a task of its own"));
}

static void
open_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-task", "s",
                              baton_unsynced_row_get_record (row));
  adw_dialog_close (ADW_DIALOG (self));
}

/* The alert carries the edit */
static void
response_cb (BatonUnsyncedDialog *self, const char *response, GtkWidget *alert)
{
  if (g_str_equal (response, "discard") && self->store != NULL)
    change (self, g_object_get_data (G_OBJECT (alert), "edit"), discard_work, NULL);
}

static void
discard_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  /* Translators: %s is the title of a task */
  g_autofree char *body = g_strdup_printf (
      _ ("What you changed in “%s” is lost: it becomes as the server has it. A task that the server does not have is lost "
         "altogether."),
      adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  AdwDialog *alert = adw_alert_dialog_new (_ ("Discard This Change?"), body);

  g_object_set_data_full (G_OBJECT (alert), "edit", g_strdup (baton_unsynced_row_get_edit (row)),
                          g_free);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _ ("_Cancel"), "discard",
                                  _ ("_Discard"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "discard",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (alert), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (alert), "cancel");
  g_signal_connect_object (alert, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}

static void
export_cb (BatonUnsyncedDialog *self)
{
  baton_export_ask (GTK_WIDGET (self), self->toasts, self->store, BATON_EXPORT_UNSYNCED);
}

/* --- the list --- */

static BatonUnsyncedRow *
find_row (GPtrArray *rows, const char *edit)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (baton_unsynced_row_get_edit (g_ptr_array_index (rows, i)), edit))
      return g_ptr_array_index (rows, i);
  return NULL;
}

static GtkWidget *
make_row (BatonUnsyncedDialog *self, const BatonUnsynced *unsynced, gboolean here)
{
  GtkWidget *row = baton_unsynced_row_new (self->store, unsynced, here);

  g_signal_connect_object (row, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "copy", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "discard", G_CALLBACK (discard_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static gboolean
is_listed (GPtrArray *unsynced, const char *edit)
{
  for (guint i = 0; i < unsynced->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (unsynced, i);

      if (one->refused && g_str_equal (baton_edit_get_id (one->edit), edit))
        return TRUE;
    }
  return FALSE;
}

/* A row that stays is the same one, open where it was open */
static void
show_refused (BatonUnsyncedDialog *self, Question *question)
{
  for (guint i = self->rows->len; i > 0; i--)
    {
      BatonUnsyncedRow *row = g_ptr_array_index (self->rows, i - 1);

      if (is_listed (question->unsynced, baton_unsynced_row_get_edit (row)))
        continue;
      adw_preferences_group_remove (self->group, GTK_WIDGET (row));
      g_ptr_array_remove_index (self->rows, i - 1);
    }
  for (guint i = 0; i < question->unsynced->len && self->rows->len < MOST_ROWS; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (question->unsynced, i);
      GtkWidget *row;

      if (!one->refused || find_row (self->rows, baton_edit_get_id (one->edit)) != NULL)
        continue;
      row = make_row (self, one, g_array_index (question->here, gboolean, i));
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->group), self->rows->len > 0);
  if (self->rows->len == 1)
    adw_expander_row_set_expanded (g_ptr_array_index (self->rows, 0), TRUE);
}

static guint
show_waiting (BatonUnsyncedDialog *self, GPtrArray *unsynced)
{
  guint n = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < unsynced->len; i++)
    if (!((const BatonUnsynced *) g_ptr_array_index (unsynced, i))->refused)
      n++;
  text = g_strdup_printf (ngettext ("%u change waits to be sent", "%u changes wait to be sent", n),
                          n);
  adw_preferences_row_set_title (self->waiting_row, text);
  gtk_widget_set_visible (self->waiting_group, n > 0);
  return n;
}

/* Which row has the focus; -1: none */
static int
find_focus (BatonUnsyncedDialog *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; focus != NULL && i < self->rows->len; i++)
    if (gtk_widget_is_ancestor (focus, g_ptr_array_index (self->rows, i)))
      return (int) i;
  return -1;
}

/* The row after one that went, or the last */
static void
focus_row (BatonUnsyncedDialog *self, int position)
{
  GtkWidget *row = GTK_WIDGET (self->waiting_row);

  if (self->rows->len > 0)
    row = g_ptr_array_index (self->rows, MIN ((guint) MAX (position, 0), self->rows->len - 1));
  gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

static void
show (BatonUnsyncedDialog *self, Question *question)
{
  gboolean is_first = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "loading");
  int focus = find_focus (self);
  BatonUnsyncedRow *focused = focus >= 0 ? g_ptr_array_index (self->rows, focus) : NULL;
  guint n_waiting;

  show_refused (self, question);
  n_waiting = show_waiting (self, question->unsynced);
  gtk_widget_set_visible (self->export, question->unsynced->len > 0);
  gtk_stack_set_visible_child_name (self->stack,
                                    self->rows->len + n_waiting > 0 ? "list" : "empty");
  if (is_first || (focused != NULL && !g_ptr_array_find (self->rows, focused, NULL)))
    focus_row (self, focus);
}

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;

  question->unsynced = baton_database_get_unsynced (database, error);
  if (question->unsynced == NULL)
    return FALSE;
  question->here = g_array_new (FALSE, FALSE, sizeof (gboolean));
  for (guint i = 0; i < question->unsynced->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (question->unsynced, i);
      gboolean here = one->refused && baton_edit_get_entity (one->edit) == BATON_ENTITY_TASK &&
                      baton_database_get_key (database, BATON_ENTITY_TASK,
                                              baton_edit_get_record (one->edit), NULL) != 0;

      g_array_append_val (question->here, here);
    }
  return TRUE;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  BatonUnsyncedDialog *self = question->dialog;
  gboolean asked = baton_store_call_finish (BATON_STORE (source), result, &error);

  self->asking = FALSE;
  if (self->store == NULL)
    return;
  if (self->wanted)
    baton_unsynced_dialog_ask (self);
  else if (asked)
    show (self, question);
  else
    show_failure (self, error->message);
}

static void
baton_unsynced_dialog_ask (BatonUnsyncedDialog *self)
{
  Question *question;

  self->wanted = self->asking;
  if (self->asking || self->store == NULL)
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
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, export);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, group);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, waiting_row);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
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
      g_signal_connect_object (store, "changed", G_CALLBACK (baton_unsynced_dialog_ask), self,
                               G_CONNECT_SWAPPED);
      baton_unsynced_dialog_ask (self);
    }
  return ADW_DIALOG (self);
}
