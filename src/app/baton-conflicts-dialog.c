/* baton-conflicts-dialog.c: what was changed in two places at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-conflicts-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-asker.h"
#include "baton-conflict-card.h"
#include "baton-decision.h"

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
  AdwStatusPage *failed;
  BatonStore *store; /* owned, nullable */
  BatonAsker *asker; /* owned, nullable */
  char *shown;       /* owned, nullable: what the cards were made of */
  int focus;         /* of the cards, where the one that had it was decided about; -1: none */
  gboolean narrow;
  gboolean unread; /* the banner says that they could not be read again */
};

/* Goes to the reader thread and back */
typedef struct
{
  GPtrArray *conflicts; /* owned, nullable; of BatonHistoryEntry */
  GPtrArray *standing;  /* owned, nullable; of Standing, one for each */
  guint n_left;         /* that are not among them */
} Question;

/* What is at the field now: it may be newer than that which won */
typedef struct
{
  BatonRecord *record; /* owned */
  BatonClock clock;
  BatonHistoryAuthor author;
} Standing;

G_DEFINE_FINAL_TYPE (BatonConflictsDialog, baton_conflicts_dialog, ADW_TYPE_DIALOG)

static void
standing_free (gpointer pointer)
{
  Standing *standing = pointer;

  baton_record_unref (standing->record);
  g_free (standing);
}

static void
question_free (gpointer pointer)
{
  Question *question = pointer;

  g_clear_pointer (&question->conflicts, g_ptr_array_unref);
  g_clear_pointer (&question->standing, g_ptr_array_unref);
  g_free (question);
}

static void
show_banner (BatonConflictsDialog *self, const char *message)
{
  adw_banner_set_title (self->banner, message);
  adw_banner_set_revealed (self->banner, TRUE);
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

/* --- deciding --- */

static gboolean
keep_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_settle_conflict (database, *(gint64 *) data, _ ("Keep as It Is"), error);
}

static gboolean
use_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_use_instead (database, *(gint64 *) data, _ ("Use the Other Version"),
                                     error);
}

static void
decided (GtkWidget *page, GtkWidget *card, const char *done, const GError *error)
{
  BatonConflictsDialog *self = BATON_CONFLICTS_DIALOG (page);
  AdwToast *toast;

  baton_asker_ask (self->asker);
  if (error != NULL)
    {
      show_banner (self, error->message);
      return;
    }
  toast = adw_toast_new (done);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  adw_toast_overlay_dismiss_all (self->toasts);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static const BatonDecision keep_decision = { keep_work, N_ ("Kept as it is"), TRUE, decided };
static const BatonDecision use_decision = { use_work, N_ ("The other version is in use"), TRUE,
                                            decided };

static void
decide (BatonConflictsDialog *self, BatonConflictCard *card, const BatonDecision *decision)
{
  gint64 *id = g_new (gint64, 1);

  *id = baton_conflict_card_get_id (card);
  self->focus = find_focus (self);
  adw_banner_set_revealed (self->banner, FALSE);
  baton_decide (decision, GTK_WIDGET (self), GTK_WIDGET (card), self->store, id, g_free);
}

static void
keep_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  decide (self, card, &keep_decision);
}

static void
use_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  decide (self, card, &use_decision);
}

static void
open_cb (BatonConflictsDialog *self, BatonConflictCard *card)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-task", "s",
                              baton_conflict_card_get_record (card));
  adw_dialog_close (ADW_DIALOG (self));
}

/* --- the list --- */

static GtkWidget *
make_card (BatonConflictsDialog *self, const BatonHistoryEntry *entry, const Standing *standing)
{
  gboolean won = baton_clock_compare (&standing->clock, &entry->new_clock) == 0;
  GtkWidget *card = baton_conflict_card_new (
      self->store, entry, baton_record_get (standing->record, entry->field), standing->author,
      won ? entry->new_at : baton_clock_get_ms (&standing->clock));

  baton_conflict_card_set_narrow (BATON_CONFLICT_CARD (card), self->narrow);
  g_signal_connect_object (card, "keep", G_CALLBACK (keep_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (card, "use", G_CALLBACK (use_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (card, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  return card;
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

  for (guint i = 0; i < question->conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (question->conflicts, i);
      const Standing *standing = g_ptr_array_index (question->standing, i);
      g_autofree char *clock = baton_clock_dup_text (&standing->clock);

      g_string_append_printf (text, "%" G_GINT64_FORMAT " %s %s\n", entry->id, clock,
                              entry->title != NULL ? entry->title : "");
    }
  g_string_append_printf (text, "%u", question->n_left);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
fill (BatonConflictsDialog *self, const Question *question)
{
  int focus = self->focus >= 0 ? self->focus : find_focus (self);
  gboolean had_cards = g_str_equal (gtk_stack_get_visible_child_name (self->stack), "list");
  GtkWidget *child;

  self->focus = -1;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    gtk_box_remove (self->cards, child);
  for (guint i = 0; i < question->conflicts->len; i++)
    gtk_box_append (self->cards, make_card (self, g_ptr_array_index (question->conflicts, i),
                                            g_ptr_array_index (question->standing, i)));
  show_more (self, question->n_left);
  gtk_stack_set_visible_child_name (self->stack, question->conflicts->len > 0 ? "list" : "empty");
  if (!had_cards || focus >= 0)
    focus_card (self, focus);
}

static void
settle_cards (BatonConflictsDialog *self)
{
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    baton_decision_settle (card);
}

/* A change elsewhere in the database leaves the cards, and what is selected there, alone */
static void
show (gpointer page, gpointer answer, gboolean is_last)
{
  BatonConflictsDialog *self = page;
  g_autofree char *signature = dup_signature (answer);

  if (self->unread)
    adw_banner_set_revealed (self->banner, FALSE);
  self->unread = FALSE;
  if (g_set_str (&self->shown, signature))
    fill (self, answer);
  else if (is_last)
    settle_cards (self);
}

static void
fail (gpointer page, gpointer question, const GError *error)
{
  BatonConflictsDialog *self = page;
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  if (self->shown != NULL)
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
try_again_cb (BatonConflictsDialog *self)
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

  question->conflicts = baton_database_list_conflicts (database, MOST_CARDS, &question->n_left,
                                                       error);
  if (question->conflicts == NULL)
    return FALSE;
  question->standing = g_ptr_array_new_with_free_func (standing_free);
  for (guint i = 0; i < question->conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (question->conflicts, i);
      BatonRecord *record = baton_database_get (database, entry->entity, entry->record, error);
      Standing *standing;

      if (record == NULL)
        return FALSE;
      standing = g_new0 (Standing, 1);
      standing->record = record;
      standing->clock = baton_record_get_clock (record, entry->field);
      standing->author = baton_database_get_author (database, &standing->clock);
      g_ptr_array_add (question->standing, standing);
    }
  return TRUE;
}

static const BatonAskerFuncs asker_funcs = { make_question, ask_work, show, fail, question_free };

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
changed_cb (BatonConflictsDialog *self)
{
  if (self->asker != NULL)
    baton_asker_ask (self->asker);
}

static void
baton_conflicts_dialog_dispose (GObject *object)
{
  BatonConflictsDialog *self = BATON_CONFLICTS_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_CONFLICTS_DIALOG);
  g_clear_pointer (&self->asker, baton_asker_free);
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
  gtk_widget_class_bind_template_child (widget_class, BatonConflictsDialog, failed);
  gtk_widget_class_bind_template_callback (widget_class, narrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
baton_conflicts_dialog_init (BatonConflictsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->focus = -1;
}

AdwDialog *
baton_conflicts_dialog_new (BatonStore *store)
{
  BatonConflictsDialog *self = g_object_new (BATON_TYPE_CONFLICTS_DIALOG, NULL);

  if (store != NULL)
    {
      self->store = g_object_ref (store);
      self->asker = baton_asker_new (store, &asker_funcs, self);
      g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      baton_asker_ask (self->asker);
    }
  return ADW_DIALOG (self);
}
