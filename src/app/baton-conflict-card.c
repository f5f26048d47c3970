/* baton-conflict-card.c: two versions of one field, side by side
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-conflict-card.h"

#include <glib/gi18n-lib.h>

#include "baton-field-text.h"
#include "baton-version-dialog.h"
#include "baton-version-text.h"

struct _BatonConflictCard
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *field;
  GtkWidget *open;
  GtkOrientable *versions;
  GtkLabel *now_heading;
  GtkLabel *now;
  GtkLabel *now_author;
  GtkWidget *keep;
  GtkWidget *now_all;
  GtkLabel *lost_heading;
  GtkLabel *lost;
  GtkLabel *lost_author;
  GtkWidget *use;
  GtkWidget *lost_all;
  gint64 id;
  char *record;    /* owned */
  char *now_text;  /* owned: all of it */
  char *lost_text; /* owned: all of it */
};

G_DEFINE_FINAL_TYPE (BatonConflictCard, baton_conflict_card, ADW_TYPE_BIN)

enum
{
  SIGNAL_KEEP,
  SIGNAL_USE,
  SIGNAL_OPEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
keep_cb (BatonConflictCard *self)
{
  g_signal_emit (self, signals[SIGNAL_KEEP], 0);
}

static void
use_cb (BatonConflictCard *self)
{
  g_signal_emit (self, signals[SIGNAL_USE], 0);
}

static void
open_cb (BatonConflictCard *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN], 0);
}

/* Which task and field, and what the button is about: read after its own name */
static void
describe (BatonConflictCard *self, GtkWidget *widget, GtkLabel *about)
{
  gtk_accessible_update_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->title, self->field, about, NULL, -1);
}

static void
show_all (BatonConflictCard *self, const char *heading, const char *text, const char *other)
{
  adw_dialog_present (baton_version_dialog_new (heading, text, other), GTK_WIDGET (self));
}

static void
show_now_cb (BatonConflictCard *self)
{
  show_all (self, _ ("In Use"), self->now_text, self->lost_text);
}

static void
show_lost_cb (BatonConflictCard *self)
{
  show_all (self, _ ("Set Aside"), self->lost_text, self->now_text);
}

static char *
dup_field (const BatonHistoryEntry *entry)
{
  g_autofree char *name = baton_field_text_dup_name (entry->entity, entry->field);

  switch (entry->entity)
    {
    case BATON_ENTITY_PROJECT:
      /* Translators: %s is a field, such as Name */
      return g_strdup_printf (_ ("Project: %s"), name);
    case BATON_ENTITY_COMMENT:
      /* Translators: %s is a field, such as Text */
      return g_strdup_printf (_ ("Comment: %s"), name);
    case BATON_ENTITY_TASK:
    case BATON_ENTITY_TAG:
    case BATON_ENTITY_REMINDER:
    case BATON_ENTITY_ATTACHMENT:
    case BATON_ENTITY_FILTER:
    default:
      return g_steal_pointer (&name);
    }
}

static void
show_author (GtkLabel *label, const char *author)
{
  gtk_label_set_label (label, author != NULL ? author : "");
  gtk_widget_set_visible (GTK_WIDGET (label), author != NULL);
}

static gboolean
is_nothing (const BatonValue *value)
{
  return value->kind == BATON_VALUE_NULL ||
         (value->kind == BATON_VALUE_TEXT && *baton_value_get_text (value) == '\0');
}

/* What a person could have written is told from our words for nothing by its look. */
static void
show_value (GtkLabel *label,
            GtkWidget *all,
            const BatonValue *value,
            const char *text,
            const char *other,
            gboolean by_lines)
{
  g_autofree char *start = baton_version_text_dup_start (text);

  if (by_lines && !is_nothing (value))
    baton_version_text_show (label, text, other);
  else
    gtk_label_set_label (label, start);
  gtk_widget_set_visible (all, baton_version_text_is_long (text));
  if (is_nothing (value))
    gtk_widget_add_css_class (GTK_WIDGET (label), "dimmed");
}

static void
show_values (BatonConflictCard *self,
             BatonStore *store,
             const BatonHistoryEntry *entry,
             const BatonValue *value)
{
  gboolean by_lines = baton_field_text_is_notes (entry->entity, entry->field);

  baton_field_text_dup_values (store, entry->entity, entry->field, value, &entry->old_value,
                               &self->now_text, &self->lost_text);
  show_value (self->now, self->now_all, value, self->now_text,
              is_nothing (&entry->old_value) ? "" : self->lost_text, by_lines);
  show_value (self->lost, self->lost_all, &entry->old_value, self->lost_text,
              is_nothing (value) ? "" : self->now_text, by_lines);
}

static void
baton_conflict_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BATON_TYPE_CONFLICT_CARD);
  G_OBJECT_CLASS (baton_conflict_card_parent_class)->dispose (object);
}

static void
baton_conflict_card_finalize (GObject *object)
{
  BatonConflictCard *self = BATON_CONFLICT_CARD (object);

  g_free (self->record);
  g_free (self->now_text);
  g_free (self->lost_text);
  G_OBJECT_CLASS (baton_conflict_card_parent_class)->finalize (object);
}

static void
add_signals (void)
{
  static const char *const names[N_SIGNALS] = { "keep", "use", "open" };

  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], BATON_TYPE_CONFLICT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
baton_conflict_card_class_init (BatonConflictCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_conflict_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_conflict_card_finalize;
  add_signals ();
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-conflict-card.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, title);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, field);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, open);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, versions);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, now_heading);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, now);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, now_author);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, keep);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, now_all);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, lost_heading);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, lost);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, lost_author);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, use);
  gtk_widget_class_bind_template_child (widget_class, BatonConflictCard, lost_all);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_now_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_lost_cb);
}

static void
baton_conflict_card_init (BatonConflictCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  describe (self, self->keep, self->now);
  describe (self, self->use, self->lost);
  describe (self, self->now_all, self->now_heading);
  describe (self, self->lost_all, self->lost_heading);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->title, NULL, -1);
}

GtkWidget *
baton_conflict_card_new (BatonStore *store,
                         const BatonHistoryEntry *entry,
                         const BatonValue *now,
                         BatonHistoryAuthor author,
                         gint64 at)
{
  BatonConflictCard *self = g_object_new (BATON_TYPE_CONFLICT_CARD, NULL);
  g_autofree char *field = dup_field (entry);
  g_autofree char *now_author = baton_field_text_dup_author (author, at);
  g_autofree char *lost_author = baton_field_text_dup_author (entry->old_author, entry->old_at);
  const char *title = entry->title != NULL ? entry->title : _ ("Untitled");

  self->id = entry->id;
  self->record = g_strdup (entry->record);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->field, field);
  show_author (self->now_author, now_author);
  show_author (self->lost_author, lost_author);
  gtk_widget_set_visible (self->open, entry->entity == BATON_ENTITY_TASK);
  show_values (self, store, entry, now);
  return GTK_WIDGET (self);
}

gint64
baton_conflict_card_get_id (BatonConflictCard *self)
{
  g_return_val_if_fail (BATON_IS_CONFLICT_CARD (self), 0);

  return self->id;
}

const char *
baton_conflict_card_get_record (BatonConflictCard *self)
{
  g_return_val_if_fail (BATON_IS_CONFLICT_CARD (self), NULL);

  return self->record;
}

void
baton_conflict_card_set_narrow (BatonConflictCard *self, gboolean narrow)
{
  g_return_if_fail (BATON_IS_CONFLICT_CARD (self));

  gtk_orientable_set_orientation (self->versions,
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (GTK_BOX (self->versions), !narrow);
}

void
baton_conflict_card_focus (BatonConflictCard *self)
{
  g_return_if_fail (BATON_IS_CONFLICT_CARD (self));

  gtk_widget_grab_focus (gtk_widget_get_visible (self->open) ? self->open : self->keep);
}
