/* baton-details-show.c: the widgets of the details follow the task
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-details-private.h"

#include <glib/gi18n-lib.h>

#include "baton-due-text.h"

const char *const baton_details_priorities[BATON_DETAILS_N_CHOICES] = { "low", "medium", "high",
                                                                        "urgent" };
const char *const baton_details_statuses[BATON_DETAILS_N_CHOICES] = { "todo", "in_progress",
                                                                      "review", "done" };

/* What other programs give when text is copied from them: a PDF its form feeds, say */
static char *
dup_clean (const char *text, gboolean many_lines)
{
  g_autoptr (GString) clean = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c == '\r' && text[1] == '\n')
        continue;
      if (c == '\t')
        g_string_append_c (clean, many_lines ? '\t' : ' ');
      else if (c == '\n' || c == '\r' || c == '\f' || c == '\v')
        g_string_append_c (clean, many_lines ? '\n' : ' ');
      else if (!g_unichar_iscntrl (c))
        g_string_append_unichar (clean, c);
    }
  return g_string_free_and_steal (g_steal_pointer (&clean));
}

char *
baton_details_dup_title (BatonDetails *self)
{
  return g_strstrip (dup_clean (gtk_editable_get_text (GTK_EDITABLE (self->title_row)), FALSE));
}

char *
baton_details_dup_notes (BatonDetails *self)
{
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->notes_buffer, &start, &end);
  text = gtk_text_buffer_get_text (self->notes_buffer, &start, &end, TRUE);
  return dup_clean (text, TRUE);
}

static void
show_title (BatonDetails *self)
{
  const char *title = baton_task_get_text (self->task, "title");
  GtkEditable *editable = GTK_EDITABLE (self->title_row);
  int cursor = gtk_editable_get_position (editable);

  gtk_widget_remove_css_class (GTK_WIDGET (self->title_row), "error");
  if (self->title_dirty || self->in_flight > 0 ||
      g_strcmp0 (gtk_editable_get_text (editable), title) == 0)
    return;
  gtk_editable_set_text (editable, title != NULL ? title : "");
  gtk_editable_set_position (editable, cursor);
}

static void
show_notes (BatonDetails *self)
{
  const char *description = baton_task_get_text (self->task, "description");
  g_autofree char *notes = dup_clean (description != NULL ? description : "", TRUE);
  g_autofree char *shown = baton_details_dup_notes (self);
  GtkTextIter cursor;
  int offset;

  if (self->notes_dirty || self->in_flight > 0 || g_str_equal (shown, notes))
    return;
  g_object_get (self->notes_buffer, "cursor-position", &offset, NULL);
  gtk_text_buffer_set_text (self->notes_buffer, notes, -1);
  gtk_text_buffer_get_iter_at_offset (self->notes_buffer, &cursor, offset);
  gtk_text_buffer_place_cursor (self->notes_buffer, &cursor);
}

static void
show_due (BatonDetails *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const char *due = baton_task_get_text (self->task, "due");
  const char *zone = baton_task_get_text (self->task, "time_zone");
  g_autofree char *text = baton_due_text_new (due, zone, now);

  adw_action_row_set_subtitle (self->due_row, text != NULL ? text : _ ("None"));
  gtk_widget_set_visible (self->due_clear, text != NULL);
  if (baton_due_text_get_kind (due, zone, now) == BATON_DUE_OVERDUE &&
      !baton_task_get_is_done (self->task))
    gtk_widget_add_css_class (GTK_WIDGET (self->due_row), "overdue");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->due_row), "overdue");
}

static void
show_choice (AdwComboRow *row, const char *const *choices, guint n_choices, const char *choice)
{
  for (guint i = 0; i < n_choices; i++)
    if (g_strcmp0 (choices[i], choice) == 0)
      adw_combo_row_set_selected (row, i);
}

static void
show_project (BatonDetails *self)
{
  const char *project = baton_task_get_text (self->task, "project_id");
  guint position;

  if (!g_ptr_array_find_with_equal_func (self->project_ids, project != NULL ? project : "",
                                         g_str_equal, &position))
    position = GTK_INVALID_LIST_POSITION;
  adw_combo_row_set_selected (self->project_row, position);
}

static void
show_tags (BatonDetails *self)
{
  g_auto (GStrv) tags = baton_record_dup_set (baton_task_get_record (self->task), "tags");

  baton_tag_editor_set_tags (self->tag_editor, (const char *const *) tags);
}

static char *
format_time (BatonTask *task, const char *field)
{
  const char *text = baton_task_get_text (task, field);
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  /* Translators: a moment, as strftime writes it: 24 Dec 2026, 14:30 */
  return local != NULL ? g_date_time_format (local, _ ("%-e %b %Y, %H:%M")) : NULL;
}

static void
show_times (BatonDetails *self)
{
  g_autofree char *created = format_time (self->task, "created_at");
  g_autofree char *completed = format_time (self->task, "completed_at");
  GString *text = g_string_new (NULL);

  if (created != NULL)
    g_string_append_printf (text, _ ("Created %s"), created);
  if (completed != NULL && baton_task_get_is_done (self->task))
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      g_string_append_printf (text, _ ("Completed %s"), completed);
    }
  gtk_label_set_label (self->times, text->str);
  g_string_free (text, TRUE);
}

void
baton_details_refresh (BatonDetails *self)
{
  gboolean deleted;

  if (self->task == NULL)
    return;
  self->updating = TRUE;
  deleted = baton_task_get_is_deleted (self->task);
  gtk_widget_set_visible (self->deleted_box, deleted);
  gtk_widget_set_visible (self->delete_button, !deleted);
  gtk_check_button_set_active (self->done, baton_task_get_is_done (self->task));
  show_title (self);
  show_notes (self);
  show_due (self);
  baton_details_show_repeat (self);
  show_choice (self->priority_row, baton_details_priorities, BATON_DETAILS_N_CHOICES,
               baton_task_get_text (self->task, "priority"));
  show_choice (self->status_row, baton_details_statuses, BATON_DETAILS_N_CHOICES,
               baton_task_get_text (self->task, "status"));
  show_project (self);
  show_tags (self);
  show_times (self);
  self->updating = FALSE;
}
