/* baton-history.c: what became of a task, change by change
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing is read, and no row is made, until the person opens it. A row whose entry stays is the same one, so that focus and place stay too.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-history.h"

#include <glib/gi18n-lib.h>

#include "baton-asker.h"
#include "baton-decision.h"
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
  BatonAsker *asker;          /* owned, nullable */
  guint most;                 /* how many the person wants to see */
  int focus;                  /* of the rows, where the one was that is decided about; -1: none */
};

/* Goes to the reader thread and back */
typedef struct
{
  char *task;         /* owned */
  guint most;         /* and one, which says that there are more */
  GPtrArray *entries; /* owned, nullable; of BatonHistoryEntry */
} Question;

G_DEFINE_FINAL_TYPE (BatonHistory, baton_history, ADW_TYPE_BIN)

static void baton_history_ask (BatonHistory *self);

static void
question_free (gpointer pointer)
{
  Question *question = pointer;

  g_clear_pointer (&question->entries, g_ptr_array_unref);
  g_free (question->task);
  g_free (question);
}

static gpointer
make_question (gpointer page)
{
  BatonHistory *self = page;
  Question *question = g_new0 (Question, 1);

  question->task = g_strdup (baton_task_get_id (self->task));
  question->most = self->most;
  return question;
}

static void
remove_row (BatonHistory *self, guint position)
{
  adw_expander_row_remove (self->expander, g_ptr_array_index (self->rows, position));
  g_ptr_array_remove_index (self->rows, position);
}

/* An expander row adds at the end alone */
static void
insert_row (BatonHistory *self, GtkWidget *row, guint position)
{
  adw_expander_row_add_row (self->expander, row);
  if (position < self->rows->len)
    {
      GtkListBox *box = GTK_LIST_BOX (gtk_widget_get_parent (row));
      GtkWidget *next = g_ptr_array_index (self->rows, position);
      int at = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (next));
      g_autoptr (GtkWidget) keep = g_object_ref (row);

      gtk_list_box_remove (box, row);
      gtk_list_box_insert (box, row, at);
    }
  g_ptr_array_insert (self->rows, (int) position, row);
}

/* What the row was made of: another text, another row */
static void
set_key (GtkWidget *row, const char *key)
{
  g_object_set_data_full (G_OBJECT (row), "key", g_strdup (key), g_free);
}

static const char *
get_key (BatonHistory *self, guint position)
{
  return position < self->rows->len
             ? g_object_get_data (g_ptr_array_index (self->rows, position), "key")
             : NULL;
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

/* --- use this instead --- */

static gboolean
use_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_use_instead (database, *(gint64 *) data, _ ("Use the Other Version"),
                                     error);
}

/* Another task may be shown by now: it is told in the window */
static void
decided (GtkWidget *page, GtkWidget *row, const char *done, const GError *error)
{
  baton_tell (page, error != NULL ? error->message : done, error == NULL);
  gtk_widget_set_sensitive (row, TRUE);
}

static const BatonDecision use_decision = { use_work, N_ ("The other version is in use"), TRUE,
                                            decided };

static void
use_cb (BatonHistory *self, GtkWidget *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  guint position;

  if (g_ptr_array_find (self->rows, row, &position))
    self->focus = (int) position;
  baton_decide (&use_decision, GTK_WIDGET (self), row, self->store,
                g_memdup2 (g_object_get_data (G_OBJECT (button), "entry"), sizeof (gint64)),
                g_free);
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
  baton_field_text_dup_values (self->store, entry->entity, entry->field, &entry->old_value,
                               &entry->new_value, &old_value, &new_value);
  old_value = dup_short (old_value);
  new_value = dup_short (new_value);
  if (entry->conflict)
    /* Translators: of two values that were set at once, the one that is not in use, and the one that was put before it */
    return g_strdup_printf (_ ("“%s”, as it was set to “%s” at the same time"), old_value,
                            new_value);
  /* Translators: an old value and a new one */
  return g_strdup_printf (_ ("%s → %s"), old_value, new_value);
}

static char *
dup_subtitle (BatonHistory *self, const BatonHistoryEntry *entry)
{
  g_autofree char *change = dup_change (self, entry);
  g_autofree char *author = entry->conflict
                                ? baton_field_text_dup_author (entry->old_author, entry->old_at)
                                : baton_field_text_dup_author (entry->new_author, entry->new_at);

  return g_strdup_printf ("%s%s%s", change != NULL ? change : "",
                          change != NULL && author != NULL ? "\n" : "",
                          author != NULL ? author : "");
}

static GtkWidget *
make_entry_row (BatonHistory *self, const BatonHistoryEntry *entry, const char *subtitle)
{
  g_autofree char *title = dup_title (entry);
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

/* The row at @position is that of @key, or not there */
static gboolean
find_row (BatonHistory *self, guint position, const char *key)
{
  for (guint i = position; i < self->rows->len; i++)
    if (g_strcmp0 (get_key (self, i), key) == 0)
      {
        while (i-- > position)
          remove_row (self, position);
        return TRUE;
      }
  return FALSE;
}

static void
show_entry (BatonHistory *self, const BatonHistoryEntry *entry, guint position)
{
  g_autofree char *subtitle = dup_subtitle (self, entry);
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %d %s", entry->id, entry->conflict,
                                          subtitle);
  GtkWidget *row;

  if (find_row (self, position, key))
    return;
  row = make_entry_row (self, entry, subtitle);
  set_key (row, key);
  insert_row (self, row, position);
}

static void
more_cb (BatonHistory *self)
{
  self->most += PAGE;
  baton_history_ask (self);
}

static GtkWidget *
make_button_row (BatonHistory *self, const char *title, GCallback callback)
{
  GtkWidget *row = adw_button_row_new ();

  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  g_signal_connect_object (row, "activated", callback, self, G_CONNECT_SWAPPED);
  return row;
}

/* The last row, where it is none of an entry; NULL: there is none */
static const char *
get_end (BatonHistory *self, GPtrArray *entries)
{
  if (entries->len > self->most)
    return "more";
  return entries->len == 0 ? "none" : NULL;
}

static void
show_end (BatonHistory *self, const char *end, guint position)
{
  GtkWidget *row;

  while (self->rows->len > position + 1)
    remove_row (self, position);
  if (self->rows->len > position && (end == NULL || g_strcmp0 (get_key (self, position), end) != 0))
    remove_row (self, position);
  if (end == NULL || self->rows->len > position)
    return;
  row = g_str_equal (end, "more")
            ? make_button_row (self, _ ("Show Older Changes"), G_CALLBACK (more_cb))
            : make_row (_ ("No Changes Yet"), "");
  set_key (row, end);
  insert_row (self, row, position);
}

static void
show_entries (BatonHistory *self, GPtrArray *entries)
{
  guint n_shown = MIN (entries->len, self->most);

  for (guint i = 0; i < n_shown; i++)
    show_entry (self, g_ptr_array_index (entries, i), i);
  show_end (self, get_end (self, entries), n_shown);
}

/* Where the row was that went; the focus would be lost with it */
static void
focus_row (BatonHistory *self)
{
  guint position = MIN ((guint) self->focus, self->rows->len - 1);

  self->focus = -1;
  gtk_widget_grab_focus (g_ptr_array_index (self->rows, position));
}

/* --- asking --- */

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Question *question = data;

  question->entries = baton_database_list_history (database, BATON_ENTITY_TASK, question->task,
                                                   question->most + 1, error);
  return question->entries != NULL;
}

static gboolean
is_of_task (BatonHistory *self, const Question *question)
{
  return self->task != NULL && g_str_equal (baton_task_get_id (self->task), question->task);
}

static void
show (gpointer page, gpointer answer, gboolean is_last)
{
  BatonHistory *self = page;
  Question *question = answer;

  if (!is_of_task (self, question))
    return;
  show_entries (self, question->entries);
  if (self->focus >= 0 && is_last && self->rows->len > 0)
    focus_row (self);
}

static void
fail (gpointer page, gpointer question, const GError *error)
{
  BatonHistory *self = page;

  if (!is_of_task (self, question))
    return;
  clear_rows (self);
  insert_row (self, make_row (_ ("The History Cannot Be Read"), error->message), 0);
  insert_row (self, make_button_row (self, _ ("_Try Again"), G_CALLBACK (baton_history_ask)), 1);
}

static const BatonAskerFuncs asker_funcs = { make_question, ask_work, show, fail, question_free };

static void
baton_history_ask (BatonHistory *self)
{
  if (self->task != NULL && adw_expander_row_get_expanded (self->expander))
    baton_asker_ask (self->asker);
}

/* What the row's marks in the list stand for */
static void
show_marks (BatonHistory *self)
{
  gboolean unsynced;
  gboolean conflict;
  const char *marks;

  g_object_get (self->task, "unsynced", &unsynced, "conflict", &conflict, NULL);
  marks = conflict ? _ ("Changed in two places at once") : unsynced ? _ ("Not synced yet") : "";
  adw_expander_row_set_subtitle (self->expander, marks);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, marks, -1);
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
  g_clear_pointer (&self->asker, baton_asker_free);
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
  self->focus = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->task_signals = g_signal_group_new (BATON_TYPE_TASK);
  g_signal_group_connect_swapped (self->task_signals, "notify", G_CALLBACK (task_changed_cb), self);
}

void
baton_history_set_task (BatonHistory *self, BatonStore *store, BatonTask *task)
{
  g_return_if_fail (BATON_IS_HISTORY (self));

  if (g_set_object (&self->store, store))
    {
      g_clear_pointer (&self->asker, baton_asker_free);
      self->asker = store != NULL ? baton_asker_new (store, &asker_funcs, self) : NULL;
    }
  if (!g_set_object (&self->task, task))
    return;
  self->most = PAGE;
  self->focus = -1;
  clear_rows (self);
  adw_expander_row_set_expanded (self->expander, FALSE);
  g_signal_group_set_target (self->task_signals, task);
  if (task != NULL)
    show_marks (self);
}
