/* baton-history.c: what became of a task, change by change
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing is read, and no row is made, until the person opens it.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-history.h"

#include <glib/gi18n-lib.h>

#include "baton-field-text.h"
#include "baton-version-text.h"

/* So many at once; a row at the end shows as many again */
#define PAGE         30
#define LINES_SHOWN  8
#define LETTERS_MOST 300

struct _BatonHistory
{
  AdwBin parent_instance;

  AdwExpanderRow *expander;
  GPtrArray *rows;            /* owned; of borrowed widgets */
  BatonStore *store;          /* owned, nullable */
  BatonTask *task;            /* owned, nullable */
  GSignalGroup *task_signals; /* owned */
  guint most;                 /* how many the person wants to see */
  gboolean asking;
  gboolean wanted; /* asking again, after the one under way */
};

/* Goes to the writer thread and back */
typedef struct
{
  BatonHistory *history; /* owned */
  char *task;            /* owned */
  GPtrArray *entries;    /* owned, nullable; of BatonHistoryEntry */
  gint64 entry;          /* what is to be done is about this one */
} Question;

G_DEFINE_FINAL_TYPE (BatonHistory, baton_history, ADW_TYPE_BIN)

static void baton_history_ask (BatonHistory *self);

static void
question_free (Question *question)
{
  g_clear_pointer (&question->entries, g_ptr_array_unref);
  g_free (question->task);
  g_object_unref (question->history);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
question_new (BatonHistory *self)
{
  Question *question = g_new0 (Question, 1);

  question->history = g_object_ref (self);
  question->task = g_strdup (baton_task_get_id (self->task));
  return question;
}

static void
add_row (BatonHistory *self, GtkWidget *row)
{
  adw_expander_row_add_row (self->expander, row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (BatonHistory *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->expander, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static GtkWidget *
make_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
show_failure (BatonHistory *self, const char *message)
{
  clear_rows (self);
  add_row (self, make_row (_ ("The History Cannot Be Read"), message));
}

/* --- use this instead --- */

static gboolean
use_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_use_instead (database, ((Question *) data)->entry,
                                     _ ("Use the Other Version"), error);
}

static void
used_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;

  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    show_failure (question->history, error->message);
  else
    gtk_widget_activate_action (GTK_WIDGET (question->history), "win.tell", "(sb)",
                                _ ("The other version is in use"), TRUE);
  baton_store_refresh (BATON_STORE (source));
}

static void
use_cb (BatonHistory *self, GtkWidget *button)
{
  Question *question = question_new (self);

  question->entry = *(gint64 *) g_object_get_data (G_OBJECT (button), "entry");
  gtk_widget_set_sensitive (button, FALSE);
  baton_store_call_async (self->store, use_work, question, NULL, NULL, used_cb, question);
}

static GtkWidget *
make_use_button (BatonHistory *self, gint64 entry)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("baton-restore-symbolic");
  gint64 *id = g_new (gint64, 1);

  *id = entry;
  gtk_widget_set_tooltip_text (button, _ ("Use This Instead"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Use This Instead"), -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "entry", id, g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (use_cb), self, G_CONNECT_SWAPPED);
  return button;
}

/* --- the rows --- */

static gboolean
is_shown (const BatonHistoryEntry *entry)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entry->entity, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].name, entry->field))
      return (fields[i].flags & BATON_FIELD_QUIET) == 0;
  return TRUE;
}

static char *
dup_short (char *text)
{
  g_autofree char *whole = text;
  g_autofree char *start = NULL;

  if (g_utf8_strlen (whole, -1) <= LETTERS_MOST)
    return g_steal_pointer (&whole);
  start = g_utf8_substring (whole, 0, LETTERS_MOST);
  return g_strconcat (start, "…", NULL);
}

static char *
dup_title (const BatonHistoryEntry *entry)
{
  g_autofree char *name = NULL;

  if (*entry->field == '\0')
    return g_strdup (C_ ("history", "Created"));
  if (g_str_equal (entry->field, "deleted") && !entry->conflict)
    return g_strdup (entry->new_value.kind == BATON_VALUE_BOOL && entry->new_value.boolean
                         ? C_ ("history", "Deleted")
                         : C_ ("history", "Restored"));
  name = baton_field_text_dup_name (entry->entity, entry->field);
  if (!entry->conflict)
    return g_steal_pointer (&name);
  /* Translators: %s is a field, such as Due */
  return g_strdup_printf (_ ("%s, set aside"), name);
}

static const char *
get_text (const BatonValue *value)
{
  const char *text = baton_value_get_text (value);

  return text != NULL ? text : "";
}

/* What it was and became; of a conflict, what lost and to what */
static char *
dup_change (BatonHistory *self, const BatonHistoryEntry *entry)
{
  g_autofree char *old_value = NULL;
  g_autofree char *new_value = NULL;

  if (*entry->field == '\0' || g_str_equal (entry->field, "deleted"))
    return NULL;
  if (baton_field_text_is_notes (entry->entity, entry->field))
    return entry->conflict
               ? baton_version_text_dup_changes (get_text (&entry->new_value),
                                                 get_text (&entry->old_value), LINES_SHOWN)
               : baton_version_text_dup_changes (get_text (&entry->old_value),
                                                 get_text (&entry->new_value), LINES_SHOWN);
  old_value = dup_short (
      baton_field_text_dup_value (self->store, entry->entity, entry->field, &entry->old_value));
  new_value = dup_short (
      baton_field_text_dup_value (self->store, entry->entity, entry->field, &entry->new_value));
  if (entry->conflict)
    /* Translators: of two values that were set at once, the one that is not in use, and the one that was put before it */
    return g_strdup_printf (_ ("“%s”, as it was set to “%s” at the same time"), old_value,
                            new_value);
  /* Translators: an old value and a new one */
  return g_strdup_printf (_ ("%s → %s"), old_value, new_value);
}

static GtkWidget *
make_entry_row (BatonHistory *self, const BatonHistoryEntry *entry)
{
  g_autofree char *title = dup_title (entry);
  g_autofree char *change = dup_change (self, entry);
  g_autofree char *author = entry->conflict
                                ? baton_field_text_dup_author (entry->old_author, entry->old_at)
                                : baton_field_text_dup_author (entry->new_author, entry->new_at);
  g_autofree char *subtitle = g_strdup_printf ("%s%s%s", change != NULL ? change : "",
                                               change != NULL && author != NULL ? "\n" : "",
                                               author != NULL ? author : "");
  GtkWidget *row = make_row (title, subtitle);

  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  if (entry->conflict)
    {
      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("baton-conflict-symbolic"));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_use_button (self, entry->id));
    }
  return row;
}

static void
more_cb (BatonHistory *self)
{
  self->most += PAGE;
  baton_history_ask (self);
}

static void
add_more_row (BatonHistory *self)
{
  GtkWidget *row = adw_button_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Show Older Changes"));
  g_signal_connect_object (row, "activated", G_CALLBACK (more_cb), self, G_CONNECT_SWAPPED);
  add_row (self, row);
}

static void
show (BatonHistory *self, GPtrArray *entries)
{
  guint n_shown = 0;
  guint i = 0;

  clear_rows (self);
  for (; i < entries->len && n_shown < self->most; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (entries, i);

      if (!is_shown (entry))
        continue;
      add_row (self, make_entry_row (self, entry));
      n_shown++;
    }
  if (i < entries->len)
    add_more_row (self);
  else if (n_shown == 0)
    add_row (self, make_row (_ ("No Changes Yet"), ""));
}

/* --- asking --- */

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;

  question->entries = baton_database_get_history (database, question->task, error);
  return question->entries != NULL;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;
  BatonHistory *self = question->history;
  gboolean asked = baton_store_call_finish (BATON_STORE (source), result, &error);

  self->asking = FALSE;
  if (self->store == NULL)
    return;
  if (self->wanted)
    baton_history_ask (self);
  else if (!asked)
    show_failure (self, error->message);
  else if (self->task != NULL && g_str_equal (baton_task_get_id (self->task), question->task))
    show (self, question->entries);
}

static void
baton_history_ask (BatonHistory *self)
{
  Question *question;

  self->wanted = FALSE;
  if (self->task == NULL || !adw_expander_row_get_expanded (self->expander))
    return;
  self->wanted = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  question = question_new (self);
  baton_store_call_async (self->store, ask_work, question, NULL, NULL, asked_cb, question);
}

/* What the row's marks in the list stand for */
static void
show_marks (BatonHistory *self)
{
  gboolean unsynced;
  gboolean conflict;

  g_object_get (self->task, "unsynced", &unsynced, "conflict", &conflict, NULL);
  adw_expander_row_set_subtitle (self->expander, conflict   ? _ ("Changed in two places at once")
                                                 : unsynced ? _ ("Not synced yet")
                                                            : "");
}

static void
task_changed_cb (BatonHistory *self)
{
  show_marks (self);
  baton_history_ask (self);
}

static void
expanded_cb (BatonHistory *self)
{
  baton_history_ask (self);
}

static void
baton_history_dispose (GObject *object)
{
  BatonHistory *self = BATON_HISTORY (object);

  g_clear_object (&self->task_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_HISTORY);
  g_clear_object (&self->task);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_history_parent_class)->dispose (object);
}

static void
baton_history_finalize (GObject *object)
{
  g_ptr_array_unref (BATON_HISTORY (object)->rows);
  G_OBJECT_CLASS (baton_history_parent_class)->finalize (object);
}

static void
baton_history_class_init (BatonHistoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_history_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_history_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-history.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonHistory, expander);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
}

static void
baton_history_init (BatonHistory *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->task_signals = g_signal_group_new (BATON_TYPE_TASK);
  g_signal_group_connect_swapped (self->task_signals, "notify", G_CALLBACK (task_changed_cb), self);
}

void
baton_history_set_task (BatonHistory *self, BatonStore *store, BatonTask *task)
{
  g_return_if_fail (BATON_IS_HISTORY (self));

  g_set_object (&self->store, store);
  if (!g_set_object (&self->task, task))
    return;
  self->most = PAGE;
  clear_rows (self);
  adw_expander_row_set_expanded (self->expander, FALSE);
  g_signal_group_set_target (self->task_signals, task);
  if (task != NULL)
    show_marks (self);
}
