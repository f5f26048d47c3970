/* baton-unsynced-dialog.c: edits that no server has taken, with what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-unsynced-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-asker.h"
#include "baton-decision.h"
#include "baton-export.h"
#include "baton-field-text.h"
#include "baton-unsynced-row.h"

/* So many rows of a kind at once; as they are settled, others come */
#define MOST_ROWS 100

struct _BatonUnsyncedDialog
{
  AdwDialog parent_instance;

  GtkWidget *export;
  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwStatusPage *failed;
  AdwPreferencesGroup *group;
  GtkLabel *more_refused;
  AdwPreferencesGroup *waiting_group;
  GtkButton *way_out;
  GtkLabel *more_waiting;
  BatonStore *store;   /* owned, nullable */
  BatonEngine *engine; /* owned, nullable */
  BatonAsker *asker;   /* owned, nullable */
  GPtrArray *rows;     /* owned; of borrowed BatonUnsyncedRow */
  GPtrArray *waiting;  /* owned; of borrowed rows */
  int focus;           /* of the rows, where the one that had it was decided about; -1: none */
  gboolean unread;     /* the banner says that they could not be read again */
};

/* Goes to the reader thread and back */
typedef struct
{
  BatonSyncStatus status;
  GPtrArray *refused; /* owned, nullable; of BatonUnsynced */
  GPtrArray *waiting; /* owned, nullable; of BatonUnsynced */
  GArray
      *here; /* owned, nullable; of gboolean: the refused one's record is a task on this device */
} Question;

G_DEFINE_FINAL_TYPE (BatonUnsyncedDialog, baton_unsynced_dialog, ADW_TYPE_DIALOG)

static void
question_free (gpointer pointer)
{
  Question *question = pointer;

  g_clear_pointer (&question->refused, g_ptr_array_unref);
  g_clear_pointer (&question->waiting, g_ptr_array_unref);
  g_clear_pointer (&question->here, g_array_unref);
  g_free (question);
}

static void
show_banner (BatonUnsyncedDialog *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
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

/* --- what can be done --- */

static gboolean
retry_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_retry (database, data, _ ("Try Again"), error);
}

static gboolean
discard_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_discard (database, data, error);
}

static gboolean
copy_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autofree char *copy = baton_database_keep_copy (database, data, _ ("Keep as a Copy"), error);

  return copy != NULL;
}

static void
decided (GtkWidget *page, GtkWidget *row, const char *done, const GError *error)
{
  BatonUnsyncedDialog *self = BATON_UNSYNCED_DIALOG (page);

  if (error != NULL)
    show_banner (self, error->message);
  else if (done != NULL)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (done));
  baton_asker_ask (self->asker);
}

static const BatonDecision retry_decision = { retry_work, N_ ("Will be sent again"), FALSE,
                                              decided };
static const BatonDecision copy_task_decision = { copy_work, N_ ("Kept as a task of its own"),
                                                  FALSE, decided };
static const BatonDecision copy_decision = { copy_work, N_ ("Kept as a copy"), FALSE, decided };
static const BatonDecision discard_decision = { discard_work, NULL, FALSE, decided };

static void
decide (BatonUnsyncedDialog *self, BatonUnsyncedRow *row, const BatonDecision *decision)
{
  self->focus = find_focus (self);
  adw_banner_set_revealed (self->banner, FALSE);
  baton_decide (decision, GTK_WIDGET (self), GTK_WIDGET (row), self->store,
                g_strdup (baton_unsynced_row_get_edit (row)), g_free);
}

static void
retry_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  decide (self, row, &retry_decision);
}

static void
copy_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  decide (self, row,
          baton_unsynced_row_get_entity (row) == BATON_ENTITY_TASK ? &copy_task_decision
                                                                   : &copy_decision);
}

static void
open_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-task", "s",
                              baton_unsynced_row_get_record (row));
  adw_dialog_close (ADW_DIALOG (self));
}

/* The alert carries the row */
static void
response_cb (BatonUnsyncedDialog *self, const char *response, GtkWidget *alert)
{
  if (g_str_equal (response, "discard") && self->store != NULL)
    decide (self, g_object_get_data (G_OBJECT (alert), "row"), &discard_decision);
}

static void
discard_cb (BatonUnsyncedDialog *self, BatonUnsyncedRow *row)
{
  /* Translators: %s is the title of a task, or what else was changed is called */
  g_autofree char *body = g_strdup_printf (
      _ ("What you changed in “%s” is lost: it becomes as the server has it. What the server does not have is lost "
         "altogether."),
      adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  AdwDialog *alert = adw_alert_dialog_new (_ ("Discard This Change?"), body);

  g_object_set_data_full (G_OBJECT (alert), "row", g_object_ref (row), g_object_unref);
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

/* The one of @rows that is of @edit */
static GtkWidget *
find_row (GPtrArray *rows, const char *edit)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (rows, i);

      if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "edit"), edit) == 0)
        return row;
    }
  return NULL;
}

static gboolean
is_listed (GPtrArray *unsynced, const char *edit)
{
  for (guint i = 0; i < unsynced->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (unsynced, i);

      if (g_str_equal (baton_edit_get_id (one->edit), edit))
        return TRUE;
    }
  return FALSE;
}

static void
drop_rows (AdwPreferencesGroup *group, GPtrArray *rows, GPtrArray *unsynced)
{
  for (guint i = rows->len; i > 0; i--)
    {
      GtkWidget *row = g_ptr_array_index (rows, i - 1);

      if (is_listed (unsynced, g_object_get_data (G_OBJECT (row), "edit")))
        continue;
      adw_preferences_group_remove (group, row);
      g_ptr_array_remove_index (rows, i - 1);
    }
}

static void
add_row (AdwPreferencesGroup *group, GPtrArray *rows, GtkWidget *row, const BatonUnsynced *unsynced)
{
  g_object_set_data_full (G_OBJECT (row), "edit", g_strdup (baton_edit_get_id (unsynced->edit)),
                          g_free);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

static void
show_more (GtkLabel *label, const char *text, guint left)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), left > 0);
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

/* A row that stays is the same one, open where it was open */
static void
show_refused (BatonUnsyncedDialog *self, const Question *question, gboolean is_last)
{
  guint left;
  g_autofree char *more = NULL;

  drop_rows (self->group, self->rows, question->refused);
  for (guint i = 0; i < question->refused->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (question->refused, i);
      GtkWidget *row = find_row (self->rows, baton_edit_get_id (one->edit));

      if (row == NULL)
        add_row (self->group, self->rows,
                 make_row (self, one, g_array_index (question->here, gboolean, i)), one);
      else if (is_last)
        baton_decision_settle (row);
    }
  left = question->status.refused - MIN (question->status.refused, question->refused->len);
  more = g_strdup_printf (ngettext ("%u more is shown when these are settled",
                                    "%u more are shown when these are settled", left),
                          left);
  show_more (self->more_refused, more, left);
  gtk_widget_set_visible (GTK_WIDGET (self->group), self->rows->len > 0);
  if (self->rows->len == 1)
    adw_expander_row_set_expanded (g_ptr_array_index (self->rows, 0), TRUE);
}

/* --- what waits, and why --- */

static GtkWidget *
make_waiting_row (const BatonUnsynced *unsynced)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *what = baton_unsynced_row_dup_summary (unsynced);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 unsynced->title != NULL ? unsynced->title : _ ("Untitled"));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), what);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  return row;
}

static void
show_waiting (BatonUnsyncedDialog *self, const Question *question)
{
  guint n = question->status.waiting;
  guint left = n - MIN (n, question->waiting->len);
  g_autofree char *title = g_strdup_printf (
      ngettext ("%u change waits to be sent", "%u changes wait to be sent", n), n);
  g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", left), left);

  drop_rows (self->waiting_group, self->waiting, question->waiting);
  for (guint i = 0; i < question->waiting->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (question->waiting, i);

      if (find_row (self->waiting, baton_edit_get_id (one->edit)) == NULL)
        add_row (self->waiting_group, self->waiting, make_waiting_row (one), one);
    }
  adw_preferences_group_set_title (self->waiting_group, title);
  show_more (self->more_waiting, more, left);
  gtk_widget_set_visible (GTK_WIDGET (self->waiting_group), n > 0);
}

static void
show_reason (BatonUnsyncedDialog *self, const char *reason, const char *label, const char *action)
{
  adw_preferences_group_set_description (self->waiting_group, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->way_out), action != NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->way_out), action);
  if (label != NULL)
    gtk_button_set_label (self->way_out, label);
}

static void
engine_changed_cb (BatonUnsyncedDialog *self)
{
  BatonEngineState state = self->engine != NULL ? baton_engine_get_state (self->engine)
                                                : BATON_ENGINE_SIGNED_OUT;
  const char *message = self->engine != NULL ? baton_engine_get_message (self->engine) : NULL;
  guint removal = 0;

  if (self->engine != NULL)
    g_object_get (self->engine, "removal", &removal, NULL);
  if (state == BATON_ENGINE_SIGNED_OUT)
    show_reason (self,
                 message != NULL
                     ? message
                     : _ ("They are kept on this device, and are sent once you sign in."),
                 _ ("_Sign In…"), "win.sign-in");
  else if (removal > 0)
    show_reason (
        self,
        _ ("Nothing is sent until you have decided what this sync may remove from this device."),
        _ ("_Review…"), "win.show-removal");
  else if (state == BATON_ENGINE_OFFLINE)
    show_reason (
        self,
        _ ("The server cannot be reached. They are kept on this device, and are sent as soon as it can."),
        _ ("_Sync Now"), "win.sync-now");
  else if (state == BATON_ENGINE_TROUBLE)
    show_reason (
        self, message != NULL ? message : _ ("The last sync failed. They are kept on this device."),
        _ ("_Sync Now"), "win.sync-now");
  else if (state == BATON_ENGINE_SYNCING)
    show_reason (self, _ ("They are being sent."), NULL, NULL);
  else
    show_reason (self, _ ("They are sent with the next sync."), _ ("_Sync Now"), "win.sync-now");
}

/* --- the answer --- */

/* The row after one that went, or the last */
static void
focus_row (BatonUnsyncedDialog *self, int position)
{
  if (self->rows->len > 0)
    gtk_widget_grab_focus (
        g_ptr_array_index (self->rows, MIN ((guint) MAX (position, 0), self->rows->len - 1)));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->waiting_group), GTK_DIR_TAB_FORWARD);
}

static void
show (gpointer page, gpointer answer, gboolean is_last)
{
  BatonUnsyncedDialog *self = page;
  const Question *question = answer;
  gboolean had_rows = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "list");
  int focus = self->focus >= 0 ? self->focus : find_focus (self);
  GtkWidget *focused = focus >= 0 && focus < (int) self->rows->len
                           ? g_ptr_array_index (self->rows, focus)
                           : NULL;
  gboolean has_any = question->refused->len + question->waiting->len > 0;

  if (self->unread)
    adw_banner_set_revealed (self->banner, FALSE);
  self->unread = FALSE;
  show_refused (self, question, is_last);
  show_waiting (self, question);
  gtk_widget_set_visible (self->export, has_any);
  gtk_stack_set_visible_child_name (self->stack, has_any ? "list" : "empty");
  if (!had_rows || (focused != NULL && !g_ptr_array_find (self->rows, focused, NULL)))
    {
      focus_row (self, focus);
      self->focus = -1;
    }
}

static void
fail (gpointer page, gpointer question, const GError *error)
{
  BatonUnsyncedDialog *self = page;
  const char *shown = gtk_stack_get_visible_child_name (self->stack);
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  if (!g_str_equal (shown, "loading") && !g_str_equal (shown, "failed"))
    {
      show_banner (self, error->message);
      self->unread = TRUE;
      return;
    }
  adw_status_page_set_description (self->failed, message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
  gtk_widget_child_focus (GTK_WIDGET (self->failed), GTK_DIR_TAB_FORWARD);
}

static void
try_again_cb (BatonUnsyncedDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  baton_asker_ask (self->asker);
}

static gpointer
make_question (gpointer page)
{
  return g_new0 (Question, 1);
}

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;

  question->refused = baton_database_list_unsynced (database, TRUE, MOST_ROWS, error);
  if (question->refused == NULL)
    return FALSE;
  question->waiting = baton_database_list_unsynced (database, FALSE, MOST_ROWS, error);
  if (question->waiting == NULL ||
      !baton_database_get_sync_status (database, &question->status, error))
    return FALSE;
  question->here = g_array_new (FALSE, FALSE, sizeof (gboolean));
  for (guint i = 0; i < question->refused->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (question->refused, i);
      gboolean here = baton_edit_get_entity (one->edit) == BATON_ENTITY_TASK &&
                      baton_database_get_key (database, BATON_ENTITY_TASK,
                                              baton_edit_get_record (one->edit), NULL) != 0;

      g_array_append_val (question->here, here);
    }
  return TRUE;
}

static const BatonAskerFuncs asker_funcs = { make_question, ask_work, show, fail, question_free };

static void
changed_cb (BatonUnsyncedDialog *self)
{
  if (self->asker != NULL)
    baton_asker_ask (self->asker);
}

static void
baton_unsynced_dialog_dispose (GObject *object)
{
  BatonUnsyncedDialog *self = BATON_UNSYNCED_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_UNSYNCED_DIALOG);
  g_clear_pointer (&self->asker, baton_asker_free);
  g_clear_object (&self->store);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (baton_unsynced_dialog_parent_class)->dispose (object);
}

static void
baton_unsynced_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (BATON_UNSYNCED_DIALOG (object)->rows);
  g_ptr_array_unref (BATON_UNSYNCED_DIALOG (object)->waiting);
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
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, failed);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, more_refused);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, more_waiting);
  gtk_widget_class_bind_template_child (widget_class, BatonUnsyncedDialog, way_out);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
baton_unsynced_dialog_init (BatonUnsyncedDialog *self)
{
  self->rows = g_ptr_array_new ();
  self->waiting = g_ptr_array_new ();
  self->focus = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
baton_unsynced_dialog_new (BatonStore *store, BatonEngine *engine)
{
  BatonUnsyncedDialog *self = g_object_new (BATON_TYPE_UNSYNCED_DIALOG, NULL);

  if (engine != NULL)
    {
      self->engine = g_object_ref (engine);
      g_signal_connect_object (engine, "notify", G_CALLBACK (engine_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  engine_changed_cb (self);
  if (store != NULL)
    {
      self->store = g_object_ref (store);
      self->asker = baton_asker_new (store, &asker_funcs, self);
      g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      baton_asker_ask (self->asker);
    }
  return ADW_DIALOG (self);
}
