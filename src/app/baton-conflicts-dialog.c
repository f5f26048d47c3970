/* baton-conflicts-dialog.c: what was changed in two places at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-conflicts-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-conflict-card.h"

/* So many cards at once; as they are settled, others come */
#define MOST_CARDS 50

struct _BatonConflictsDialog
{
  AdwDialog parent_instance;

  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkBox *cards;
  GtkLabel *more;
  BatonStore *store; /* owned, nullable */
  char *shown;       /* owned, nullable: what the cards were made of */
  gboolean narrow;
  gboolean asking;
  gboolean wanted; /* asking again, after the one under way */
};

/* Goes to the writer thread and back */
typedef struct
{
  BatonConflictsDialog *dialog; /* owned */
  GPtrArray *conflicts;         /* owned, nullable; of BatonHistoryEntry */
  GPtrArray *records;           /* owned, nullable; of BatonRecord; their records, as they are */
  guint64 node;                 /* this device */
  gint64 entry;                 /* what is to be done is about this one */
} Question;

G_DEFINE_FINAL_TYPE (BatonConflictsDialog, baton_conflicts_dialog, ADW_TYPE_DIALOG)

static void baton_conflicts_dialog_ask (BatonConflictsDialog *self);

static void
question_free (Question *question)
{
  g_clear_pointer (&question->conflicts, g_ptr_array_unref);
  g_clear_pointer (&question->records, g_ptr_array_unref);
  g_object_unref (question->dialog);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
show_failure (BatonConflictsDialog *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
}

/* --- deciding --- */

static gboolean
keep_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_settle_conflict (database, ((Question *) data)->entry, _ ("Keep as It Is"),
                                         error);
}

static gboolean
use_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_use_instead (database, ((Question *) data)->entry,
                                     _ ("Use the Other Version"), error);
}

static void
decided (Question *question, BatonStore *store, GAsyncResult *result, const char *done)
{
  BatonConflictsDialog *self = question->dialog;
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (!baton_store_call_finish (store, result, &error))
    show_failure (self, error->message);
  baton_store_refresh (store);
  if (self->store == NULL)
    return;
  baton_conflicts_dialog_ask (self);
  if (error != NULL)
    return;
  toast = adw_toast_new (done);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  adw_toast_overlay_dismiss_all (self->toasts);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;

  decided (question, BATON_STORE (source), result, _ ("Kept as it is"));
}

static void
used_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;

  decided (question, BATON_STORE (source), result, _ ("The other version is in use"));
}

static void
decide (BatonConflictsDialog *self,
        BatonConflictCard *card,
        BatonStoreFunc work,
        GAsyncReadyCallback callback)
{
  Question *question = g_new0 (Question, 1);

  question->dialog = g_object_ref (self);
  question->entry = baton_conflict_card_get_id (card);
  adw_banner_set_revealed (self->banner, FALSE);
  baton_store_call_async (self->store, work, question, NULL, NULL, callback, question);
}

static void
keep_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  decide (self, card, keep_work, kept_cb);
}

static void
use_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  decide (self, card, use_work, used_cb);
}

static void
open_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-task", "s",
                              baton_conflict_card_get_record (card));
  adw_dialog_close (ADW_DIALOG (self));
}

/* --- the list --- */

static BatonHistoryAuthor
get_author (const BatonClock *clock, guint64 node)
{
  if (!baton_clock_is_set (clock))
    return BATON_HISTORY_NOBODY;
  if (clock->node == 0)
    return BATON_HISTORY_SERVER;
  return clock->node == node ? BATON_HISTORY_THIS_DEVICE : BATON_HISTORY_OTHER_DEVICE;
}

/* The value in use may be a newer one than that which won */
static GtkWidget *
make_card (BatonConflictsDialog *self,
           const BatonHistoryEntry *entry,
           const BatonRecord *record,
           guint64 node)
{
  BatonClock clock = baton_record_get_clock (record, entry->field);
  BatonHistoryAuthor author = get_author (&clock, node);
  gint64 at = baton_clock_get_ms (&clock);
  GtkWidget *card;

  if (baton_clock_compare (&clock, &entry->new_clock) == 0)
    {
      author = entry->new_author;
      at = entry->new_at;
    }
  card = baton_conflict_card_new (self->store, entry, baton_record_get (record, entry->field),
                                  author, at);
  baton_conflict_card_set_narrow (BATON_CONFLICT_CARD (card), self->narrow);
  g_signal_connect_object (card, "keep", G_CALLBACK (keep_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (card, "use", G_CALLBACK (use_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (card, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  return card;
}

/* Which card has the focus; -1: none */
static int
find_focus (BatonConflictsDialog *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->cards));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (int i = 0; child != NULL && focus != NULL; i++)
    {
      if (gtk_widget_is_ancestor (focus, child))
        return i;
      child = gtk_widget_get_next_sibling (child);
    }
  return -1;
}

static void
focus_card (BatonConflictsDialog *self, int position)
{
  GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards));

  for (int i = 0; i < position && card != NULL; i++)
    if (gtk_widget_get_next_sibling (card) != NULL)
      card = gtk_widget_get_next_sibling (card);
  if (card != NULL)
    baton_conflict_card_focus (BATON_CONFLICT_CARD (card));
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
show_more (BatonConflictsDialog *self, guint left)
{
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u older conflict is shown when these are settled",
                "%u older conflicts are shown when these are settled", left),
      left);

  gtk_label_set_label (self->more, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more), left > 0);
}

/* Ids and clocks: the same, and the cards are */
static char *
dup_signature (const Question *question)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < question->records->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (question->conflicts, i);
      BatonClock clock = baton_record_get_clock (g_ptr_array_index (question->records, i),
                                                 entry->field);
      g_autofree char *clock_text = baton_clock_dup_text (&clock);

      g_string_append_printf (text, "%" G_GINT64_FORMAT " %s %s\n", entry->id, clock_text,
                              entry->title != NULL ? entry->title : "");
    }
  g_string_append_printf (text, "%u", question->conflicts->len);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
fill (BatonConflictsDialog *self, Question *question)
{
  int focus = find_focus (self);
  gboolean is_first = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "loading");
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    gtk_box_remove (self->cards, child);
  for (guint i = 0; i < question->records->len; i++)
    gtk_box_append (self->cards,
                    make_card (self, g_ptr_array_index (question->conflicts, i),
                               g_ptr_array_index (question->records, i), question->node));
  show_more (self, question->conflicts->len - question->records->len);
  gtk_stack_set_visible_child_name (self->stack, question->records->len > 0 ? "list" : "empty");
  if (is_first || focus >= 0)
    focus_card (self, focus);
}

/* A change elsewhere in the database leaves the cards, and what is selected there, alone */
static void
show (BatonConflictsDialog *self, Question *question)
{
  g_autofree char *signature = dup_signature (question);

  if (g_strcmp0 (self->shown, signature) == 0)
    return;
  g_set_str (&self->shown, signature);
  fill (self, question);
}

/* A record that is gone altogether has nothing to choose between */
static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;
  guint i = 0;

  baton_device_id_parse (baton_database_get_device_id (database), &question->node);
  question->conflicts = baton_database_get_conflicts (database, error);
  if (question->conflicts == NULL)
    return FALSE;
  question->records = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  while (i < question->conflicts->len && i < MOST_CARDS)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (question->conflicts, i);
      GError *local_error = NULL;
      BatonRecord *record = baton_database_get (database, entry->entity, entry->record,
                                                &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return FALSE;
        }
      if (record == NULL)
        {
          g_ptr_array_remove_index (question->conflicts, i);
          continue;
        }
      g_ptr_array_add (question->records, record);
      i++;
    }
  return TRUE;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  BatonConflictsDialog *self = question->dialog;
  gboolean asked = baton_store_call_finish (BATON_STORE (source), result, &error);

  self->asking = FALSE;
  if (self->store == NULL)
    return;
  if (self->wanted)
    baton_conflicts_dialog_ask (self);
  else if (asked)
    show (self, question);
  else
    show_failure (self, error->message);
}

static void
baton_conflicts_dialog_ask (BatonConflictsDialog *self)
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
set_narrow (BatonConflictsDialog *self, gboolean narrow)
{
  self->narrow = narrow;
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    baton_conflict_card_set_narrow (BATON_CONFLICT_CARD (card), narrow);
}

static void
narrow_cb (BatonConflictsDialog *self)
{
  set_narrow (self, TRUE);
}

static void
wide_cb (BatonConflictsDialog *self)
{
  set_narrow (self, FALSE);
}

static void
baton_conflicts_dialog_dispose (GObject *object)
{
  BatonConflictsDialog *self = BATON_CONFLICTS_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_CONFLICTS_DIALOG);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_conflicts_dialog_parent_class)->dispose (object);
}

static void
baton_conflicts_dialog_finalize (GObject *object)
{
  g_free (BATON_CONFLICTS_DIALOG (object)->shown);
  G_OBJECT_CLASS (baton_conflicts_dialog_parent_class)->finalize (object);
}

static void
baton_conflicts_dialog_class_init (BatonConflictsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_conflicts_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_conflicts_dialog_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-conflicts-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, cards);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, more);
  gtk_widget_class_bind_template_callback (widget_class, narrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_cb);
}

static void
baton_conflicts_dialog_init (BatonConflictsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
baton_conflicts_dialog_new (BatonStore *store)
{
  BatonConflictsDialog *self = g_object_new (BATON_TYPE_CONFLICTS_DIALOG, NULL);

  if (store != NULL)
    {
      self->store = g_object_ref (store);
      g_signal_connect_object (store, "changed", G_CALLBACK (baton_conflicts_dialog_ask), self,
                               G_CONNECT_SWAPPED);
      baton_conflicts_dialog_ask (self);
    }
  return ADW_DIALOG (self);
}
