/* baton-details-repeat.c: how often the task comes again
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The usual rules can be chosen. A task that has another one shows it in words, as one more choice.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-details-private.h"

#include <glib/gi18n-lib.h>

#include "baton-due-text.h"
#include "baton-edits.h"

static const char *const usual[] = {
  "",
  "FREQ=DAILY",
  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
  "FREQ=WEEKLY",
  "FREQ=MONTHLY",
  "FREQ=YEARLY",
};

static const char *
get_rule (BatonDetails *self)
{
  const char *rule = baton_task_get_text (self->task, "recurrence");

  return rule != NULL ? rule : "";
}

/* NULL: the position is that of another rule */
static const char *
get_usual (guint position)
{
  return position < G_N_ELEMENTS (usual) ? usual[position] : NULL;
}

static guint
find_usual (const char *rule)
{
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (g_str_equal (usual[i], rule))
      return i;
  return G_N_ELEMENTS (usual);
}

static void
append_words (GtkStringList *names, const char *rule)
{
  g_autofree char *words = *rule != '\0' ? baton_repeat_words_new (rule)
                                         : g_strdup (C_ ("repeat", "Never"));

  gtk_string_list_append (names, words != NULL ? words : rule);
}

void
baton_details_init_repeat (BatonDetails *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    append_words (names, usual[i]);
  adw_combo_row_set_model (self->repeat_row, G_LIST_MODEL (names));
}

/* The last choice is the task's own rule, where that is none of the usual. */
static void
show_own_rule (BatonDetails *self, const char *rule)
{
  GtkStringList *names = GTK_STRING_LIST (adw_combo_row_get_model (self->repeat_row));
  guint n_names = g_list_model_get_n_items (G_LIST_MODEL (names));

  if (g_strcmp0 (self->own_rule, rule) == 0)
    return;
  gtk_string_list_splice (names, G_N_ELEMENTS (usual), n_names - G_N_ELEMENTS (usual), NULL);
  if (rule != NULL)
    append_words (names, rule);
  g_set_str (&self->own_rule, rule);
}

/* What completing it will do */
static char *
describe_next (BatonDetails *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const BatonRecord *record = baton_task_get_record (self->task);
  g_autofree char *due = NULL;

  if (*get_rule (self) == '\0' || baton_task_get_is_done (self->task))
    return NULL;
  due = baton_recurrence_dup_next_due (record, now);
  if (due == NULL)
    /* Translators: when a task comes again that has come for the last time */
    return g_strdup (C_ ("repeat", "Not Any More"));
  return baton_due_text_new (due, baton_task_get_text (self->task, "time_zone"), now);
}

void
baton_details_show_repeat (BatonDetails *self)
{
  const char *rule = get_rule (self);
  guint position = find_usual (rule);
  g_autofree char *next = describe_next (self);

  show_own_rule (self, get_usual (position) == NULL ? rule : NULL);
  adw_combo_row_set_selected (self->repeat_row, position);
  adw_action_row_set_subtitle (self->next_row, next != NULL ? next : "");
  gtk_widget_set_visible (GTK_WIDGET (self->next_row), next != NULL);
}

/* What repeats has to begin some day. */
static char *
dup_first_due (BatonDetails *self, const char *rule)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = baton_due_format (now, TRUE);

  if (*rule == '\0' || baton_task_get_text (self->task, "due") != NULL)
    return NULL;
  return baton_recurrence_dup_first_due (rule, today);
}

void
baton_details_choose_repeat (BatonDetails *self)
{
  const char *rule = get_usual (adw_combo_row_get_selected (self->repeat_row));
  g_autofree char *due = NULL;
  BatonEdit *edit;

  if (self->updating || self->task == NULL || rule == NULL || g_str_equal (rule, get_rule (self)))
    return;
  due = dup_first_due (self, rule);
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (self->task));
  baton_edit_set_text (edit, "recurrence", *rule != '\0' ? rule : NULL);
  if (due != NULL)
    baton_edit_set_text (edit, "due", due);
  baton_details_apply (self, baton_edits_take (edit), _ ("Change Repeat"), BATON_DETAILS_CHOICE);
}
