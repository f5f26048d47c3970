/* baton-window-actions.c: what can be done in the window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

#include "baton-edits.h"

#define TITLE_IN_TOAST 40

/* --- applying --- */

typedef struct
{
  BatonWindow *window; /* owned */
  char *done;          /* owned, nullable */
} Application;

static void
application_free (Application *application)
{
  g_object_unref (application->window);
  g_free (application->done);
  g_free (application);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Application, application_free)

void
baton_window_show_error (BatonWindow *self, const char *heading, const char *message)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
baton_window_show_toast (BatonWindow *self, const char *text, gboolean with_undo)
{
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_clear_object (&self->toast);
  self->toast = g_object_ref_sink (adw_toast_new (text));
  adw_toast_set_use_markup (self->toast, FALSE);
  if (with_undo)
    {
      adw_toast_set_button_label (self->toast, _ ("_Undo"));
      adw_toast_set_action_name (self->toast, "win.undo");
    }
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (self->toast));
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Application) application = data;
  g_autoptr (GError) error = NULL;
  BatonWindow *self = application->window;
  gboolean applied = baton_store_apply_finish (BATON_STORE (source), result, &error);

  /* The window may be gone */
  if (self->store == NULL)
    return;
  if (!applied)
    baton_window_show_error (self, _ ("Nothing Was Changed"), error->message);
  else if (application->done != NULL)
    baton_window_show_toast (self, application->done, TRUE);
  baton_window_end_save (self, applied);
}

void
baton_window_apply (BatonWindow *self, GPtrArray *edits, const char *label, const char *done)
{
  Application *application;

  if (self->store == NULL)
    {
      g_ptr_array_unref (edits);
      return;
    }
  application = g_new0 (Application, 1);
  application->window = g_object_ref (self);
  application->done = g_strdup (done);
  baton_window_begin_save (self);
  baton_store_apply_async (self->store, edits, label, NULL, applied_cb, application);
  g_ptr_array_unref (edits);
}

static char *
dup_short_title (BatonTask *task)
{
  const char *title = baton_task_get_text (task, "title");
  g_autofree char *start = NULL;

  if (title == NULL || g_utf8_strlen (title, -1) <= TITLE_IN_TOAST)
    return g_strdup (title);
  start = g_utf8_substring (title, 0, TITLE_IN_TOAST - 1);
  return g_strconcat (start, "…", NULL);
}

/* --- undo --- */

static void
tell_undone (BatonWindow *self, const char *what, const char *label)
{
  g_autofree char *text = g_strconcat (what, ": ", label, NULL);

  baton_window_show_toast (self, text, FALSE);
}

static void force_undo (BatonWindow *self, gboolean redo);

static void
changed_response_cb (BatonWindow *self, const char *response, AdwDialog *dialog)
{
  if (g_str_has_prefix (response, "force"))
    force_undo (self, g_str_equal (response, "force-redo"));
}

/* Somebody else changed it meanwhile: ask before it is set back */
static void
ask_to_force (BatonWindow *self, gboolean redo, const char *message)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      redo ? _ ("Redo Over a Newer Change?") : _ ("Undo a Newer Change Too?"), message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), redo ? "force-redo" : "force-undo",
                                 redo ? _ ("_Redo Anyway") : _ ("_Undo Anyway"));
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (changed_response_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
finish_step (BatonWindow *self, gboolean redo, char *label, GError *error)
{
  if (label != NULL)
    tell_undone (self, redo ? _ ("Redone") : _ ("Undone"), label);
  else if (g_error_matches (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED))
    ask_to_force (self, redo, error->message);
  else if (!g_error_matches (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOTHING))
    baton_window_show_error (self, _ ("Nothing Was Changed"), error->message);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonWindow) self = BATON_WINDOW (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = baton_store_undo_finish (BATON_STORE (source), result, &error);

  finish_step (self, FALSE, label, error);
}

static void
redone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonWindow) self = BATON_WINDOW (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = baton_store_redo_finish (BATON_STORE (source), result, &error);

  finish_step (self, TRUE, label, error);
}

static void
force_undo (BatonWindow *self, gboolean redo)
{
  if (redo)
    baton_store_redo_async (self->store, TRUE, NULL, redone_cb, g_object_ref (self));
  else
    baton_store_undo_async (self->store, TRUE, NULL, undone_cb, g_object_ref (self));
}

static void
undo_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  baton_window_flush (self);
  baton_store_undo_async (self->store, FALSE, NULL, undone_cb, g_object_ref (self));
}

static void
redo_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  baton_window_flush (self);
  baton_store_redo_async (self->store, FALSE, NULL, redone_cb, g_object_ref (self));
}

/* --- tasks --- */

static void
set_done (BatonWindow *self, const char *id, gboolean done)
{
  g_autoptr (BatonTask) task = self->store != NULL ? baton_store_get_task (self->store, id) : NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (task == NULL || baton_task_get_is_done (task) == done || baton_task_get_is_deleted (task))
    return;
  title = dup_short_title (task);
  /* Translators: %s is the title of a task */
  text = g_strdup_printf (done ? _ ("“%s” completed") : _ ("“%s” reopened"), title);
  baton_window_apply (self, baton_edits_set_done (id, done),
                      done ? _ ("Complete Task") : _ ("Reopen Task"), text);
}

static void
set_done_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  const char *id;
  gboolean done;

  g_variant_get (target, "(&sb)", &id, &done);
  set_done (BATON_WINDOW (data), id, done);
}

static void
toggle_done_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);
  BatonTask *task = baton_window_get_task (self);

  if (task == NULL)
    return;
  baton_task_view_go_on (self->task_view);
  set_done (self, baton_task_get_id (task), !baton_task_get_is_done (task));
}

static void
set_deleted (BatonWindow *self, gboolean deleted)
{
  g_autoptr (BatonTask) task = NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (baton_window_get_task (self) == NULL)
    return;
  task = g_object_ref (baton_window_get_task (self));
  if (baton_task_get_is_deleted (task) == deleted)
    return;
  baton_task_view_go_on (self->task_view);
  baton_window_flush (self);
  title = dup_short_title (task);
  /* Translators: %s is the title of a task */
  text = g_strdup_printf (deleted ? _ ("“%s” deleted") : _ ("“%s” restored"), title);
  baton_window_apply (
      self, baton_edits_set_deleted (BATON_ENTITY_TASK, baton_task_get_id (task), deleted),
      deleted ? _ ("Delete Task") : _ ("Restore Task"), text);
  baton_window_close_details (self);
}

static void
delete_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  set_deleted (BATON_WINDOW (data), TRUE);
}

static void
restore_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  set_deleted (BATON_WINDOW (data), FALSE);
}

static void
set_due_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  const char *id;
  const char *due;

  g_variant_get (target, "(&s&s)", &id, &due);
  baton_window_apply (BATON_WINDOW (data), baton_edits_set_due (id, *due != '\0' ? due : NULL),
                      _ ("Change Due Date"), NULL);
}

static void
set_priority_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  const char *id;
  const char *priority;

  g_variant_get (target, "(&s&s)", &id, &priority);
  baton_window_apply (BATON_WINDOW (data),
                      baton_edits_set_text (BATON_ENTITY_TASK, id, "priority", priority),
                      _ ("Change Priority"), NULL);
}

static void
show_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_show_task (BATON_WINDOW (data), g_variant_get_string (target, NULL));
}

static void
edit_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);
  BatonTask *task = baton_window_get_task (self);

  if (task == NULL)
    return;
  baton_window_show_task (self, baton_task_get_id (task));
  baton_details_focus (self->details);
}

static void
close_details_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_close_details (BATON_WINDOW (data));
}

/* --- around --- */

static void
new_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  if (self->view == BATON_VIEW_LOGBOOK || self->view == BATON_VIEW_TRASH)
    baton_window_show_view (self, "inbox");
  adw_navigation_split_view_set_show_content (self->split, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (baton_task_view_get_entry (self->task_view)));
}

static void
search_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  adw_navigation_split_view_set_show_content (self->split, TRUE);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
view_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  if (!baton_window_show_view (self, g_variant_get_string (target, NULL)))
    return;
  if (!adw_overlay_split_view_get_collapsed (self->details_split))
    adw_overlay_split_view_set_show_sidebar (self->details_split, FALSE);
  adw_navigation_split_view_set_show_content (self->split, TRUE);
}

static void
new_project_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_new_project (BATON_WINDOW (data));
}

static void
edit_project_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_edit_project (BATON_WINDOW (data), g_variant_get_string (target, NULL));
}

static void
delete_project_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_delete_project (BATON_WINDOW (data), g_variant_get_string (target, NULL));
}

static void
sign_in_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_sign_in (BATON_WINDOW (data));
}

static void
sign_out_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_sign_out (BATON_WINDOW (data));
}

static void
show_removal_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_show_removal (BATON_WINDOW (data));
}

static void
sync_now_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *self = BATON_WINDOW (data);

  baton_window_flush (self);
  baton_engine_sync (self->engine);
}

static void
stop_sync_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_engine_interrupt (BATON_WINDOW (data)->engine);
}

static void
show_unsynced_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_show_unsynced (BATON_WINDOW (data));
}

static void
show_conflicts_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_window_show_conflicts (BATON_WINDOW (data));
}

/* What a part of the window has done, with a button that undoes it */
static void
tell_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  const char *text;
  gboolean with_undo;

  g_variant_get (target, "(&sb)", &text, &with_undo);
  baton_window_show_toast (BATON_WINDOW (data), text, with_undo);
}

static void
show_shortcuts_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  g_autoptr (GtkBuilder)
      builder = gtk_builder_new_from_resource ("/io/github/batontasks/Baton/baton-shortcuts.ui");

  adw_dialog_present (ADW_DIALOG (gtk_builder_get_object (builder, "shortcuts")),
                      GTK_WIDGET (data));
}

static const GActionEntry entries[] = {
  { "undo",           undo_cb,           NULL,   NULL, NULL, { 0 } },
  { "redo",           redo_cb,           NULL,   NULL, NULL, { 0 } },
  { "set-done",       set_done_cb,       "(sb)", NULL, NULL, { 0 } },
  { "toggle-done",    toggle_done_cb,    NULL,   NULL, NULL, { 0 } },
  { "set-due",        set_due_cb,        "(ss)", NULL, NULL, { 0 } },
  { "set-priority",   set_priority_cb,   "(ss)", NULL, NULL, { 0 } },
  { "delete-task",    delete_task_cb,    NULL,   NULL, NULL, { 0 } },
  { "restore-task",   restore_task_cb,   NULL,   NULL, NULL, { 0 } },
  { "show-task",      show_task_cb,      "s",    NULL, NULL, { 0 } },
  { "edit-task",      edit_task_cb,      NULL,   NULL, NULL, { 0 } },
  { "close-details",  close_details_cb,  NULL,   NULL, NULL, { 0 } },
  { "new-task",       new_task_cb,       NULL,   NULL, NULL, { 0 } },
  { "search",         search_cb,         NULL,   NULL, NULL, { 0 } },
  { "view",           view_cb,           "s",    NULL, NULL, { 0 } },
  { "new-project",    new_project_cb,    NULL,   NULL, NULL, { 0 } },
  { "edit-project",   edit_project_cb,   "s",    NULL, NULL, { 0 } },
  { "delete-project", delete_project_cb, "s",    NULL, NULL, { 0 } },
  { "sign-in",        sign_in_cb,        NULL,   NULL, NULL, { 0 } },
  { "sign-out",       sign_out_cb,       NULL,   NULL, NULL, { 0 } },
  { "show-unsynced",  show_unsynced_cb,  NULL,   NULL, NULL, { 0 } },
  { "show-conflicts", show_conflicts_cb, NULL,   NULL, NULL, { 0 } },
  { "show-removal",   show_removal_cb,   NULL,   NULL, NULL, { 0 } },
  { "tell",           tell_cb,           "(sb)", NULL, NULL, { 0 } },
  { "sync-now",       sync_now_cb,       NULL,   NULL, NULL, { 0 } },
  { "stop-sync",      stop_sync_cb,      NULL,   NULL, NULL, { 0 } },
  { "show-shortcuts", show_shortcuts_cb, NULL,   NULL, NULL, { 0 } },
};

static void
enable (BatonWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
baton_window_update_actions (BatonWindow *self)
{
  BatonTask *task = baton_window_get_task (self);
  gboolean deleted = task != NULL && baton_task_get_is_deleted (task);
  gboolean signed_in = self->engine != NULL &&
                       baton_engine_get_state (self->engine) != BATON_ENGINE_SIGNED_OUT;
  g_autofree char *undo = NULL;
  g_autofree char *redo = NULL;

  if (self->store != NULL)
    g_object_get (self->store, "undo-label", &undo, "redo-label", &redo, NULL);
  enable (self, "undo", undo != NULL);
  enable (self, "redo", redo != NULL);
  enable (self, "toggle-done", task != NULL && !deleted);
  enable (self, "edit-task", task != NULL);
  enable (self, "delete-task", task != NULL && !deleted);
  enable (self, "restore-task", deleted);
  enable (self, "close-details", adw_overlay_split_view_get_show_sidebar (self->details_split));
  enable (self, "new-project", self->store != NULL);
  enable (self, "show-unsynced", self->store != NULL);
  enable (self, "show-conflicts", self->store != NULL);
  enable (self, "edit-project", self->store != NULL);
  enable (self, "delete-project", self->store != NULL);
  enable (self, "show-removal", self->store != NULL && baton_window_is_held (self));
  enable (self, "sign-in", self->engine != NULL && !signed_in);
  enable (self, "sign-out", signed_in);
  enable (self, "sync-now", signed_in);
  enable (self, "stop-sync", signed_in);
}

void
baton_window_add_actions (BatonWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  baton_window_update_actions (self);
}

/* Bindings of the widget, unlike the application's accelerators, let a text field have Ctrl+Z first */
void
baton_window_class_add_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
    const char *target;
  } keys[] = {
    { GDK_KEY_z,        GDK_CONTROL_MASK,                  "win.undo",           NULL      },
    { GDK_KEY_y,        GDK_CONTROL_MASK,                  "win.redo",           NULL      },
    { GDK_KEY_z,        GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo",           NULL      },
    { GDK_KEY_n,        GDK_CONTROL_MASK,                  "win.new-task",       NULL      },
    { GDK_KEY_f,        GDK_CONTROL_MASK,                  "win.search",         NULL      },
    { GDK_KEY_n,        GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.new-project",    NULL      },
    { GDK_KEY_F1,       GDK_CONTROL_MASK,                  "win.show-shortcuts", NULL      },
    { GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.show-shortcuts", NULL      },
    { GDK_KEY_question, GDK_CONTROL_MASK,                  "win.show-shortcuts", NULL      },
    { GDK_KEY_w,        GDK_CONTROL_MASK,                  "window.close",       NULL      },
    { GDK_KEY_1,        GDK_ALT_MASK,                      "win.view",           "inbox"   },
    { GDK_KEY_2,        GDK_ALT_MASK,                      "win.view",           "today"   },
    { GDK_KEY_3,        GDK_ALT_MASK,                      "win.view",           "all"     },
    { GDK_KEY_4,        GDK_ALT_MASK,                      "win.view",           "logbook" },
    { GDK_KEY_5,        GDK_ALT_MASK,                      "win.view",           "trash"   },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers,
                                         keys[i].action, keys[i].target != NULL ? "s" : NULL,
                                         keys[i].target);
}
