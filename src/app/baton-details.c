/* baton-details.c: everything a task has, to be edited
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is chosen is an edit at once. What is typed is one after a pause, when the focus leaves, when another task is shown, and when
 * the window closes. While a field has text that is not in the database yet, nothing from outside replaces it.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-details-private.h"

#include <glib/gi18n-lib.h>

#include "baton-edits.h"
#include "baton-names.h"

G_DEFINE_FINAL_TYPE (BatonDetails, baton_details, GTK_TYPE_WIDGET)

/* --- what the person does --- */

static void
title_changed_cb (BatonDetails *self)
{
  g_autofree char *title = NULL;

  if (self->updating || self->task == NULL)
    return;
  self->title_dirty = TRUE;
  title = baton_details_dup_title (self);
  if (*title == '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->title_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title_row), "error");
  baton_details_save_later (self);
}

static void
notes_changed_cb (BatonDetails *self)
{
  if (self->updating || self->task == NULL)
    return;
  self->notes_dirty = TRUE;
  baton_details_save_later (self);
}

static void
save_cb (BatonDetails *self)
{
  baton_details_save_text (self);
}

/* A task cannot be without a title: one that was emptied comes back */
static void
left_cb (BatonDetails *self)
{
  g_autofree char *title = baton_details_dup_title (self);

  baton_details_save_text (self);
  if (*title == '\0')
    self->title_dirty = FALSE;
  baton_details_refresh (self);
}

static void
retry_cb (BatonDetails *self)
{
  baton_details_retry (self);
}

static void
done_toggled_cb (BatonDetails *self)
{
  if (self->updating || self->task == NULL)
    return;
  baton_details_save_text (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.set-done", "(sb)",
                              baton_task_get_id (self->task),
                              gtk_check_button_get_active (self->done));
}

static void
set_field (BatonDetails *self, const char *field, const char *value, const char *label)
{
  if (self->updating || self->task == NULL ||
      g_strcmp0 (baton_task_get_text (self->task, field), *value != '\0' ? value : NULL) == 0)
    return;
  baton_details_apply (
      self, baton_edits_set_text (BATON_ENTITY_TASK, baton_task_get_id (self->task), field, value),
      label, BATON_DETAILS_CHOICE);
}

static void
repeat_selected_cb (BatonDetails *self)
{
  baton_details_choose_repeat (self);
}

static void
priority_selected_cb (BatonDetails *self)
{
  guint selected = adw_combo_row_get_selected (self->priority_row);

  if (selected < BATON_DETAILS_N_CHOICES)
    set_field (self, "priority", baton_details_priorities[selected], _ ("Change Priority"));
}

static void
status_selected_cb (BatonDetails *self)
{
  guint selected = adw_combo_row_get_selected (self->status_row);

  if (selected < BATON_DETAILS_N_CHOICES)
    set_field (self, "status", baton_details_statuses[selected], _ ("Change Status"));
}

static void
project_selected_cb (BatonDetails *self)
{
  guint selected = adw_combo_row_get_selected (self->project_row);

  if (selected < self->project_ids->len)
    set_field (self, "project_id", g_ptr_array_index (self->project_ids, selected),
               _ ("Move Task"));
}

static void
due_chosen_cb (BatonDetails *self, const char *due)
{
  if (self->task != NULL && g_strcmp0 (baton_task_get_text (self->task, "due"), due) != 0)
    baton_details_apply (self, baton_edits_set_due (baton_task_get_id (self->task), due),
                         _ ("Change Due Date"), BATON_DETAILS_CHOICE);
}

static void
due_cleared_cb (BatonDetails *self)
{
  due_chosen_cb (self, NULL);
}

static void
tags_added_cb (BatonDetails *self, const char *const *tags)
{
  g_autoptr (BatonEdit) edit = NULL;

  if (self->task == NULL)
    return;
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (self->task));
  for (guint i = 0; tags[i] != NULL; i++)
    baton_edit_set_element (edit, "tags", tags[i], TRUE);
  baton_details_apply (self, baton_edits_take (g_steal_pointer (&edit)), _ ("Add Tag"),
                       BATON_DETAILS_TAGS);
}

static void
tag_removed_cb (BatonDetails *self, const char *tag)
{
  if (self->task != NULL)
    baton_details_apply (self, baton_edits_set_tag (baton_task_get_id (self->task), tag, FALSE),
                         _ ("Remove Tag"), BATON_DETAILS_CHOICE);
}

static void
due_mapped_cb (BatonDetails *self)
{
  if (self->task != NULL)
    baton_due_popover_set_due (self->due_popover, baton_task_get_text (self->task, "due"));
}

/* --- the class --- */

static GListModel *
make_names (const char *const *choices,
            guint n_choices,
            const char *(*get_name) (const char *choice))
{
  GtkStringList *names = gtk_string_list_new (NULL);

  for (guint i = 0; i < n_choices; i++)
    gtk_string_list_append (names, get_name (choices[i]));
  return G_LIST_MODEL (names);
}

static void
projects_changed_cb (BatonDetails *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *projects = G_LIST_MODEL (self->projects);

  g_ptr_array_set_size (self->project_ids, 0);
  g_ptr_array_add (self->project_ids, g_strdup (""));
  gtk_string_list_append (names, baton_names_get_view (BATON_VIEW_INBOX));
  for (guint i = 0; i < g_list_model_get_n_items (projects); i++)
    {
      g_autoptr (BatonProject) project = g_list_model_get_item (projects, i);

      g_ptr_array_add (self->project_ids, g_strdup (baton_project_get_id (project)));
      gtk_string_list_append (names, baton_project_get_name (project));
    }
  self->updating = TRUE;
  adw_combo_row_set_model (self->project_row, G_LIST_MODEL (names));
  adw_combo_row_set_enable_search (self->project_row, self->project_ids->len > 10);
  self->updating = FALSE;
  baton_details_refresh (self);
}

static void
baton_details_dispose (GObject *object)
{
  BatonDetails *self = BATON_DETAILS (object);

  g_clear_handle_id (&self->save_id, g_source_remove);
  g_clear_object (&self->task_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_DETAILS);
  g_clear_object (&self->task);
  g_clear_object (&self->projects);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_details_parent_class)->dispose (object);
}

static void
baton_details_finalize (GObject *object)
{
  BatonDetails *self = BATON_DETAILS (object);

  g_ptr_array_unref (self->project_ids);
  g_ptr_array_unref (self->failed);
  g_free (self->own_rule);
  G_OBJECT_CLASS (baton_details_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, close_button);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, delete_button);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, deleted_box);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, title_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, done);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, notes_buffer);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, due_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, due_clear);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, due_popover);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, next_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, priority_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, status_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, project_row);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, tag_editor);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, times);
  gtk_widget_class_bind_template_child (widget_class, BatonDetails, history);
}

static void
baton_details_class_init (BatonDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_details_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_details_finalize;
  g_signal_new ("settled", BATON_TYPE_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_type_ensure (BATON_TYPE_DUE_POPOVER);
  g_type_ensure (BATON_TYPE_HISTORY);
  g_type_ensure (BATON_TYPE_TAG_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-details.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, title_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, notes_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, left_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, repeat_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, priority_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, status_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, project_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, tags_added_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_removed_cb);
  gtk_widget_class_bind_template_callback (widget_class, due_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, due_mapped_cb);
  gtk_widget_class_bind_template_callback (widget_class, due_cleared_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
baton_details_init (BatonDetails *self)
{
  g_autoptr (GListModel) priority_names = make_names (
      baton_details_priorities, BATON_DETAILS_N_CHOICES, baton_names_get_priority);
  g_autoptr (GListModel) status_names = make_names (baton_details_statuses, BATON_DETAILS_N_CHOICES,
                                                    baton_names_get_status);

  self->project_ids = g_ptr_array_new_with_free_func (g_free);
  self->failed = g_ptr_array_new_with_free_func (baton_details_save_free);
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_details_init_repeat (self);
  adw_combo_row_set_model (self->priority_row, priority_names);
  adw_combo_row_set_model (self->status_row, status_names);
  self->updating = FALSE;
  self->task_signals = g_signal_group_new (BATON_TYPE_TASK);
  g_signal_group_connect_swapped (self->task_signals, "notify", G_CALLBACK (baton_details_refresh),
                                  self);
}

GtkWidget *
baton_details_new (BatonStore *store, BatonProjectList *projects)
{
  BatonDetails *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);

  self = g_object_new (BATON_TYPE_DETAILS, NULL);
  self->store = g_object_ref (store);
  self->projects = g_object_ref (projects);
  g_signal_connect_object (projects, "items-changed", G_CALLBACK (projects_changed_cb), self,
                           G_CONNECT_SWAPPED);
  projects_changed_cb (self);
  return GTK_WIDGET (self);
}

void
baton_details_set_task (BatonDetails *self, BatonTask *task)
{
  g_return_if_fail (BATON_IS_DETAILS (self));

  if (self->task == task)
    return;
  baton_details_flush (self);
  g_set_object (&self->task, task);
  g_signal_group_set_target (self->task_signals, task);
  baton_history_set_task (self->history, self->store, task);
  self->title_dirty = FALSE;
  self->notes_dirty = FALSE;
  self->in_flight = 0;
  self->generation++;
  adw_banner_set_revealed (self->banner, self->failed->len > 0);
  baton_details_refresh (self);
  baton_details_restore (self);
  /* Ctrl+Z does not bring another task's text in here */
  gtk_text_buffer_set_enable_undo (self->notes_buffer, FALSE);
  gtk_text_buffer_set_enable_undo (self->notes_buffer, TRUE);
}

BatonTask *
baton_details_get_task (BatonDetails *self)
{
  g_return_val_if_fail (BATON_IS_DETAILS (self), NULL);

  return self->task;
}

void
baton_details_flush (BatonDetails *self)
{
  g_return_if_fail (BATON_IS_DETAILS (self));

  baton_tag_editor_flush (self->tag_editor);
  baton_details_save_text (self);
}

void
baton_details_set_narrow (BatonDetails *self, gboolean narrow)
{
  g_return_if_fail (BATON_IS_DETAILS (self));

  gtk_button_set_icon_name (self->close_button,
                            narrow ? "go-previous-symbolic" : "sidebar-show-right-symbolic");
}

void
baton_details_focus (BatonDetails *self)
{
  g_return_if_fail (BATON_IS_DETAILS (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->title_row));
}
