/* baton-removal-dialog.c: what a sync would remove, and has not
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is asked may become more while the dialog is open, and a yes is for what it shows: so it reads again whenever the database changes,
 * and the yes, or the no, is taken only where what is asked is still the same.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-removal-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-asker.h"
#include "baton-export.h"
#include "baton-sheet-focus.h"

#define MOST_ROWS 100

struct _BatonRemovalDialog
{
  AdwDialog parent_instance;

  GtkWidget *export;
  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwPreferencesGroup *group;
  GtkWidget *answers;
  GtkWidget *cancel;
  GtkWidget *keep;
  GtkWidget *remove;
  AdwStatusPage *failed;
  BatonStore *store;   /* owned, nullable */
  BatonEngine *engine; /* owned, nullable */
  BatonAsker *asker;   /* owned, nullable */
  GPtrArray *rows;     /* owned; of borrowed GtkWidget */
  char *shown;         /* owned, nullable: what the rows were made of */
  char *mark;          /* owned, nullable: of what is shown */
  gboolean unread;     /* the banner says that it could not be read again */
};

/* Goes to the reader thread and back */
typedef struct
{
  GPtrArray *records; /* owned, nullable; of BatonRecord */
  guint n;            /* that it would remove */
  BatonRemoval ways;  /* and how */
  char *mark;         /* owned, nullable: of that */
} Question;

/* Goes to the writer thread and back */
typedef struct
{
  BatonRemovalDialog *dialog; /* owned */
  BatonEngine *engine;        /* owned */
  char *mark;                 /* owned: of what the person has seen */
  gboolean keep;
} Answer;

G_DEFINE_FINAL_TYPE (BatonRemovalDialog, baton_removal_dialog, ADW_TYPE_DIALOG)

static void
question_free (gpointer pointer)
{
  Question *question = pointer;

  g_clear_pointer (&question->records, g_ptr_array_unref);
  g_free (question->mark);
  g_free (question);
}

static void
answer_free (Answer *answer)
{
  g_object_unref (answer->dialog);
  g_object_unref (answer->engine);
  g_free (answer->mark);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

static void
show_failure (BatonRemovalDialog *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
}

/* --- the person's answer --- */

static gboolean
answer_work (BatonDatabase *database, gpointer data, GError **error)
{
  const Answer *answer = data;

  return answer->keep ? baton_database_keep_removal_of (database, answer->mark, error)
                      : baton_database_allow_removal_of (database, answer->mark, error);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Answer) answer = data;
  g_autoptr (GError) error = NULL;
  BatonRemovalDialog *self = answer->dialog;
  gboolean answered = baton_store_call_finish (BATON_STORE (source), result, &error);

  if (answered)
    baton_engine_sync (answer->engine);
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  gtk_widget_set_sensitive (self->answers, TRUE);
  if (answered)
    {
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  show_failure (self, error->message);
  baton_asker_ask (self->asker);
}

static void
give_answer (BatonRemovalDialog *self, gboolean keep)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->dialog = g_object_ref (self);
  answer->engine = g_object_ref (self->engine);
  answer->mark = g_strdup (self->mark);
  answer->keep = keep;
  gtk_widget_set_sensitive (self->answers, FALSE);
  adw_banner_set_revealed (self->banner, FALSE);
  baton_store_call_async (self->store, answer_work, answer, NULL, NULL, answered_cb, answer);
}

static void
keep_cb (BatonRemovalDialog *self)
{
  give_answer (self, TRUE);
}

static void
remove_cb (BatonRemovalDialog *self)
{
  give_answer (self, FALSE);
}

static void
export_cb (BatonRemovalDialog *self)
{
  baton_export_ask (GTK_WIDGET (self), self->toasts, self->store, BATON_EXPORT_REMOVAL);
}

/* --- the list --- */

static void
add_row (BatonRemovalDialog *self, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_rows (BatonRemovalDialog *self, const Question *question)
{
  guint left;

  for (guint i = 0; i < question->records->len; i++)
    {
      const BatonRecord *record = g_ptr_array_index (question->records, i);
      const char *title = baton_record_get_name (record);

      if (title != NULL)
        add_row (self, title,
                 baton_record_get_entity (record) == BATON_ENTITY_PROJECT ? _ ("Project") : NULL);
    }
  left = question->n > self->rows->len ? question->n - self->rows->len : 0;
  if (left > 0)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", left), left);

      add_row (self, more, NULL);
    }
}

static char *
dup_signature (const Question *question)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%u %s %u %u %u %u", question->n, question->mark,
                          question->ways.tasks, question->ways.hidden, question->ways.purged,
                          question->ways.left);
  for (guint i = 0; i < question->records->len; i++)
    {
      const BatonRecord *record = g_ptr_array_index (question->records, i);
      const char *title = baton_record_get_name (record);

      g_string_append_printf (text, " %s %s", baton_record_get_id (record),
                              title != NULL ? title : "");
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static char *
describe (const Question *question)
{
  g_autofree char *ways = baton_removal_describe (&question->ways);
  const char *choice = baton_removal_can_be_kept (&question->ways)
                           ? _ ("If nobody meant it, keep it: then it comes back on all devices.")
                           : "";
  g_autofree char *text = g_strdup_printf (
      "%s\n\n%s %s", ways, _ ("All of it is still here, and nothing is sent until you decide."),
      choice);

  return g_markup_escape_text (text, -1);
}

static void
fill (BatonRemovalDialog *self, const Question *question)
{
  g_autofree char *description = describe (question);
  g_autofree char *heading = g_strdup_printf (
      ngettext ("Remove %u Item Here?", "Remove %u Items Here?", question->n), question->n);
  gboolean held = question->n > 0;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  add_rows (self, question);
  g_set_str (&self->mark, question->mark);
  adw_preferences_group_set_title (self->group, heading);
  adw_preferences_group_set_description (self->group, description);
  gtk_widget_set_visible (self->keep, baton_removal_can_be_kept (&question->ways));
  gtk_widget_set_visible (self->answers, held);
  gtk_widget_set_visible (self->export, held);
  gtk_stack_set_visible_child_name (self->stack, held ? "list" : "settled");
  if (held)
    gtk_widget_grab_focus (self->cancel);
}

static void
show (gpointer page, gpointer question, gboolean is_last)
{
  BatonRemovalDialog *self = page;
  g_autofree char *signature = dup_signature (question);

  if (self->unread)
    adw_banner_set_revealed (self->banner, FALSE);
  self->unread = FALSE;
  if (g_set_str (&self->shown, signature))
    fill (self, question);
}

static void
fail (gpointer page, gpointer question, const GError *error)
{
  BatonRemovalDialog *self = page;
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  if (self->shown != NULL)
    {
      show_failure (self, error->message);
      self->unread = TRUE;
      return;
    }
  adw_status_page_set_description (self->failed, message);
  gtk_stack_set_visible_child_name (self->stack, "failed");
  gtk_widget_child_focus (GTK_WIDGET (self->failed), GTK_DIR_TAB_FORWARD);
}

static void
try_again_cb (BatonRemovalDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  baton_asker_ask (self->asker);
}

static gpointer
make_question (gpointer page)
{
  return g_new0 (Question, 1);
}

/* The mark first: what comes in between is then none that the person has said yes to. */
static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;
  BatonSyncStatus status;

  question->mark = baton_database_dup_removal_mark (database, error);
  if (question->mark == NULL || !baton_database_get_sync_status (database, &status, error) ||
      !baton_database_count_removal (database, &question->ways, error))
    return FALSE;
  question->n = status.removal;
  question->records = baton_database_get_removal (database, MOST_ROWS, error);
  return question->records != NULL;
}

static const BatonAskerFuncs asker_funcs = { make_question, ask_work, show, fail, question_free };

static void
changed_cb (BatonRemovalDialog *self)
{
  if (self->asker != NULL)
    baton_asker_ask (self->asker);
}

static void
baton_removal_dialog_dispose (GObject *object)
{
  BatonRemovalDialog *self = BATON_REMOVAL_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_REMOVAL_DIALOG);
  g_clear_pointer (&self->asker, baton_asker_free);
  g_clear_object (&self->store);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (baton_removal_dialog_parent_class)->dispose (object);
}

static void
baton_removal_dialog_finalize (GObject *object)
{
  BatonRemovalDialog *self = BATON_REMOVAL_DIALOG (object);

  g_ptr_array_unref (self->rows);
  g_free (self->shown);
  g_free (self->mark);
  G_OBJECT_CLASS (baton_removal_dialog_parent_class)->finalize (object);
}

static void
baton_removal_dialog_class_init (BatonRemovalDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_removal_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_removal_dialog_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-removal-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, export);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, group);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, answers);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, keep);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, remove);
  gtk_widget_class_bind_template_child (widget_class, BatonRemovalDialog, failed);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
}

static void
baton_removal_dialog_init (BatonRemovalDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_sheet_focus (ADW_DIALOG (self), (GtkWidget *[]) { GTK_WIDGET (self->cancel) }, 1);
  self->rows = g_ptr_array_new ();
}

AdwDialog *
baton_removal_dialog_new (BatonStore *store, BatonEngine *engine)
{
  BatonRemovalDialog *self = g_object_new (BATON_TYPE_REMOVAL_DIALOG, NULL);

  g_return_val_if_fail (BATON_IS_STORE (store), ADW_DIALOG (self));
  g_return_val_if_fail (BATON_IS_ENGINE (engine), ADW_DIALOG (self));

  self->store = g_object_ref (store);
  self->engine = g_object_ref (engine);
  self->asker = baton_asker_new (store, &asker_funcs, self);
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "notify::removal", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  baton_asker_ask (self->asker);
  return ADW_DIALOG (self);
}
