/* baton-window.c: the window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

#include "baton-edits.h"
#include "baton-names.h"
#include "baton-trouble-page.h"

#define DRAFT_DELAY_MS 500

G_DEFINE_FINAL_TYPE (BatonWindow, baton_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- views --- */

static void
update_project_menu (BatonWindow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuItem) edit = g_menu_item_new (_ ("_Edit Project…"), NULL);
  g_autoptr (GMenuItem) delete = g_menu_item_new (_ ("_Delete Project"), NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->project_button), self->view == BATON_VIEW_PROJECT);
  if (self->view != BATON_VIEW_PROJECT)
    return;
  g_menu_item_set_action_and_target (edit, "win.edit-project", "s", self->project);
  g_menu_item_set_action_and_target (delete, "win.delete-project", "s", self->project);
  g_menu_append_item (menu, edit);
  g_menu_append_item (menu, delete);
  gtk_menu_button_set_menu_model (self->project_button, G_MENU_MODEL (menu));
}

static void
update_title (BatonWindow *self)
{
  BatonProject *project = NULL;
  const char *title = self->view == BATON_VIEW_PROJECT ? _ ("Project")
                                                       : baton_names_get_view (self->view);

  if (self->view == BATON_VIEW_PROJECT && self->projects != NULL)
    project = baton_project_list_lookup (self->projects, self->project);
  self->project_seen = project != NULL;
  if (project != NULL)
    title = baton_project_get_name (project);
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0')
    title = _ ("Search");
  adw_navigation_page_set_title (self->content_page, title);
}

gboolean
baton_window_show_view (BatonWindow *self, const char *text)
{
  BatonView view;
  g_autofree char *project = NULL;

  if (!baton_view_from_text (text, &view, &project))
    return FALSE;
  self->view = view;
  g_set_str (&self->project, project);
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  baton_task_view_show (self->task_view, view, project);
  baton_sidebar_set_view (self->sidebar, text);
  update_title (self);
  update_project_menu (self);
  g_settings_set_string (self->settings, "view", text);
  return TRUE;
}

/* A project that goes takes its view with it; one that was renamed has another title */
static void
projects_changed_cb (BatonWindow *self)
{
  if (self->view == BATON_VIEW_PROJECT && self->project_seen &&
      baton_project_list_lookup (self->projects, self->project) == NULL)
    baton_window_show_view (self, "inbox");
  else
    update_title (self);
}

/* The project that was shown last may have been deleted meanwhile */
static void
check_project (BatonWindow *self)
{
  g_autoptr (BatonRecord) record = NULL;

  if (self->view != BATON_VIEW_PROJECT)
    return;
  record = baton_store_get_record (self->store, BATON_ENTITY_PROJECT, self->project, NULL);
  if (record == NULL || baton_record_get_bool (record, "deleted"))
    baton_window_show_view (self, "inbox");
}

/* --- details --- */

static void
collapsed_cb (BatonWindow *self)
{
  if (self->details != NULL)
    baton_details_set_narrow (self->details, adw_navigation_split_view_get_collapsed (self->split));
}

static void
make_details (BatonWindow *self)
{
  if (self->details != NULL)
    return;
  self->details = BATON_DETAILS (baton_details_new (self->store, self->projects));
  g_signal_connect_object (self->details, "settled", G_CALLBACK (baton_window_settled), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (self->details_bin, GTK_WIDGET (self->details));
  collapsed_cb (self);
}

/* Before the first frame the animation's clock stands at zero, and where the pane is would not be a number (libadwaita 1.7): it is not
 * animated where it is not mapped. */
static void
reveal_details (BatonWindow *self)
{
  GtkWidget *split = GTK_WIDGET (self->details_split);
  g_autoptr (GtkWidget) focus = NULL;

  if (gtk_widget_get_width (split) > 0)
    {
      adw_overlay_split_view_set_show_sidebar (self->details_split, TRUE);
      return;
    }
  g_set_object (&focus, gtk_window_get_focus (GTK_WINDOW (self)));
  gtk_widget_set_child_visible (split, FALSE);
  adw_overlay_split_view_set_show_sidebar (self->details_split, TRUE);
  gtk_widget_set_child_visible (split, TRUE);
  gtk_window_set_focus (GTK_WINDOW (self), focus);
}

static void
show_details (BatonWindow *self, BatonTask *task)
{
  make_details (self);
  baton_details_set_task (self->details, task);
  reveal_details (self);
  g_settings_set_string (self->settings, "task", baton_task_get_id (task));
  baton_window_update_actions (self);
}

void
baton_window_show_task (BatonWindow *self, const char *id)
{
  g_autoptr (BatonTask) task = NULL;

  if (self->store == NULL)
    return;
  task = baton_store_get_task (self->store, id);
  if (task == NULL)
    return;
  show_details (self, task);
  baton_task_view_select (self->task_view, id);
}

void
baton_window_close_details (BatonWindow *self)
{
  gboolean has_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->details_bin)) != NULL;

  adw_overlay_split_view_set_show_sidebar (self->details_split, FALSE);
  if (has_focus)
    baton_task_view_focus_list (self->task_view);
}

static void
details_shown_cb (BatonWindow *self)
{
  if (adw_overlay_split_view_get_show_sidebar (self->details_split))
    return;
  if (self->details != NULL)
    baton_details_set_task (self->details, NULL);
  g_settings_set_string (self->settings, "task", "");
  baton_window_update_actions (self);
}

BatonTask *
baton_window_get_task (BatonWindow *self)
{
  BatonTask *task = self->details != NULL ? baton_details_get_task (self->details) : NULL;

  return task != NULL ? task : baton_task_view_get_selected (self->task_view);
}

/* Where the pane is beside the list it follows the arrow keys; where it covers the list it does not open by itself */
static void
task_selected_cb (BatonWindow *self)
{
  BatonTask *task = baton_task_view_get_selected (self->task_view);

  if (adw_overlay_split_view_get_show_sidebar (self->details_split) && task != NULL &&
      task != baton_window_get_task (self))
    show_details (self, task);
  baton_window_update_actions (self);
}

static void
task_activated_cb (BatonWindow *self, BatonTask *task)
{
  show_details (self, task);
  baton_details_focus (self->details);
}

/* --- search --- */

static void
search_changed_cb (BatonWindow *self)
{
  baton_task_view_set_search (self->task_view,
                              gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  update_title (self);
}

static void
search_stopped_cb (BatonWindow *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  baton_task_view_focus_list (self->task_view);
}

static void
search_mode_cb (BatonWindow *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else
    baton_task_view_set_search (self->task_view, NULL);
}

static void
search_activated_cb (BatonWindow *self)
{
  baton_task_view_focus_list (self->task_view);
}

/* --- new tasks --- */

typedef struct
{
  BatonWindow *window; /* owned */
  char *line;          /* owned */
  char *id;            /* owned */
} Addition;

static void
addition_free (Addition *addition)
{
  g_object_unref (addition->window);
  g_free (addition->line);
  g_free (addition->id);
  g_free (addition);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Addition, addition_free)

static void
tell_where (BatonWindow *self, const char *id)
{
  g_autoptr (BatonTask) task = baton_store_get_task (self->store, id);
  g_autofree char *text = NULL;

  if (task == NULL || self->view != BATON_VIEW_TODAY)
    return;
  if (baton_task_list_find (baton_task_view_get_list (self->task_view), id) >= 0)
    return;
  /* Translators: %s is the title of a task */
  text = g_strdup_printf (_ ("“%s” was added"), baton_task_get_text (task, "title"));
  baton_window_show_toast (self, text, FALSE);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Addition) addition = data;
  g_autoptr (GError) error = NULL;
  BatonWindow *self = addition->window;
  gboolean added = baton_store_apply_finish (BATON_STORE (source), result, &error);

  /* The window may be gone */
  if (self->store == NULL)
    return;
  if (added)
    tell_where (self, addition->id);
  else
    {
      baton_quick_entry_give_back (baton_task_view_get_entry (self->task_view), addition->line);
      baton_window_show_error (self, _ ("The Task Was Not Added"), error->message);
    }
  baton_window_end_save (self, added);
}

static char *
dup_default_due (BatonWindow *self, const BatonQuickAdd *parsed)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (parsed->due != NULL)
    return NULL;
  return self->view == BATON_VIEW_TODAY ? g_date_time_format (now, "%Y-%m-%d") : NULL;
}

static void
submitted_cb (BatonWindow *self, const char *line, BatonQuickAdd *parsed)
{
  g_autoptr (GPtrArray) edits = NULL;
  g_autofree char *due = dup_default_due (self, parsed);
  Addition *addition;

  if (self->store == NULL)
    {
      baton_quick_entry_give_back (baton_task_view_get_entry (self->task_view), line);
      return;
    }
  addition = g_new0 (Addition, 1);
  addition->window = g_object_ref (self);
  addition->line = g_strdup (line);
  edits = baton_edits_new_task (parsed, self->project, due, &addition->id);
  baton_window_begin_save (self);
  baton_store_apply_async (self->store, edits, _ ("Add Task"), NULL, added_cb, addition);
}

static void
save_draft (BatonWindow *self)
{
  BatonQuickEntry *entry = baton_task_view_get_entry (self->task_view);

  g_clear_handle_id (&self->draft_id, g_source_remove);
  g_settings_set_string (self->settings, "draft", baton_quick_entry_get_text (entry));
}

static void
draft_timeout_cb (gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  self->draft_id = 0;
  save_draft (self);
}

static void
draft_changed_cb (BatonWindow *self)
{
  if (self->draft_id == 0)
    self->draft_id = g_timeout_add_once (DRAFT_DELAY_MS, draft_timeout_cb, self);
}

/* --- the class --- */

/* A menu is some thirty widgets, which the first frame does not show */
static void
make_menu_cb (GtkMenuButton *button, gpointer data)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, BATON_WINDOW (data)->primary_menu);
}

static void
banner_clicked_cb (BatonWindow *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  if (baton_window_is_held (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-removal", NULL);
  else if (self->engine != NULL && baton_engine_get_state (self->engine) == BATON_ENGINE_SIGNED_OUT)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-in", NULL);
}

static gboolean
baton_window_close_request (GtkWindow *window)
{
  return !baton_window_may_close (BATON_WINDOW (window)) ||
         GTK_WINDOW_CLASS (baton_window_parent_class)->close_request (window);
}

static void
baton_window_dispose (GObject *object)
{
  BatonWindow *self = BATON_WINDOW (object);

  g_clear_handle_id (&self->draft_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_WINDOW);
  g_clear_object (&self->main);
  g_clear_object (&self->toast);
  g_clear_object (&self->projects);
  g_clear_object (&self->engine);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (baton_window_parent_class)->dispose (object);
}

static void
baton_window_finalize (GObject *object)
{
  g_free (BATON_WINDOW (object)->project);
  G_OBJECT_CLASS (baton_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, split);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, content_page);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, details_split);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, details_bin);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, task_view);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, sync_bin);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, BatonWindow, project_button);
  gtk_widget_class_bind_template_callback (widget_class, details_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, banner_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, task_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, task_activated_cb);
}

static void
baton_window_class_init (BatonWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_window_dispose;
  object_class->finalize = baton_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = baton_window_close_request;
  g_type_ensure (BATON_TYPE_SIDEBAR);
  g_type_ensure (BATON_TYPE_TASK_VIEW);
  bind_template (widget_class);
  baton_window_class_add_keys (widget_class);
}

static void
baton_window_init (BatonWindow *self)
{
  BatonQuickEntry *entry;
  g_autofree char *view = NULL;
  g_autofree char *draft = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->main = g_object_ref (GTK_WIDGET (self->toasts));
  gtk_menu_button_set_create_popup_func (self->menu_button, make_menu_cb, self, NULL);
  self->settings = g_settings_new (BATON_APP_ID);
  entry = baton_task_view_get_entry (self->task_view);
  baton_window_add_actions (self);
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  view = g_settings_get_string (self->settings, "view");
  if (!baton_window_show_view (self, view))
    baton_window_show_view (self, "inbox");
  draft = g_settings_get_string (self->settings, "draft");
  baton_quick_entry_set_text (entry, draft);
  g_signal_connect_object (self->split, "notify::collapsed", G_CALLBACK (collapsed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "notify::text", G_CALLBACK (draft_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "submitted", G_CALLBACK (submitted_cb), self, G_CONNECT_SWAPPED);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_widget_grab_focus (GTK_WIDGET (entry));
  if (g_str_equal (BATON_PROFILE, "development"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

BatonWindow *
baton_window_new (GtkApplication *application)
{
  return g_object_new (BATON_TYPE_WINDOW, "application", application, NULL);
}

static gboolean
restore_task_cb (gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);
  g_autofree char *task = self->settings != NULL ? g_settings_get_string (self->settings, "task")
                                                 : NULL;

  if (task != NULL && *task != '\0')
    baton_window_show_task (self, task);
  return G_SOURCE_REMOVE;
}

void
baton_window_set_store (BatonWindow *self, BatonStore *store)
{
  g_return_if_fail (BATON_IS_WINDOW (self));
  g_return_if_fail (self->store == NULL);

  self->store = g_object_ref (store);
  self->projects = baton_project_list_new (store);
  g_signal_connect_object (self->projects, "items-changed", G_CALLBACK (projects_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify", G_CALLBACK (baton_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->main);
  baton_task_view_set_store (self->task_view, store);
  baton_sidebar_set_projects (self->sidebar, self->projects);
  baton_window_update_actions (self);
  check_project (self);
  /* Once the window has a size, and the list has been drawn */
  g_idle_add_full (G_PRIORITY_LOW, restore_task_cb, g_object_ref (self), g_object_unref);
}

void
baton_window_set_engine (BatonWindow *self, BatonEngine *engine)
{
  g_return_if_fail (BATON_IS_WINDOW (self));
  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  adw_bin_set_child (self->sync_bin, baton_sync_button_new (engine));
  g_signal_connect_object (engine, "notify", G_CALLBACK (baton_window_engine_changed), self,
                           G_CONNECT_SWAPPED);
  baton_window_engine_changed (self);
}

void
baton_window_show_trouble (BatonWindow *self, const GError *error)
{
  g_return_if_fail (BATON_IS_WINDOW (self));

  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self),
                                      baton_trouble_page_new (error));
}

void
baton_window_flush (BatonWindow *self)
{
  g_return_if_fail (BATON_IS_WINDOW (self));

  if (self->details != NULL)
    baton_details_flush (self->details);
  save_draft (self);
}

void
baton_window_refresh_times (BatonWindow *self)
{
  g_return_if_fail (BATON_IS_WINDOW (self));

  baton_task_view_refresh_times (self->task_view);
  if (self->engine != NULL)
    baton_sync_button_refresh_times (BATON_SYNC_BUTTON (adw_bin_get_child (self->sync_bin)));
}
