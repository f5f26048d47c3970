/* baton-window-projects.c: projects made, edited and deleted in the window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

#include "baton-edits.h"
#include "baton-names.h"
#include "baton-project-dialog.h"

static void
made_cb (BatonWindow *self, const char *id)
{
  g_autofree char *view = baton_view_to_text (BATON_VIEW_PROJECT, id);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.view", "s", view);
  gtk_widget_grab_focus (GTK_WIDGET (baton_task_view_get_entry (self->task_view)));
}

void
baton_window_new_project (BatonWindow *self)
{
  AdwDialog *dialog = baton_project_dialog_new (self->store, NULL);

  g_signal_connect_object (dialog, "saved", G_CALLBACK (made_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
baton_window_edit_project (BatonWindow *self, const char *id)
{
  BatonProject *project = baton_project_list_lookup (self->projects, id);

  if (project != NULL)
    adw_dialog_present (baton_project_dialog_new (self->store, project), GTK_WIDGET (self));
}

/* What hangs on it is hidden with it, and comes back with it: Undo is all the asking that is needed */
void
baton_window_delete_project (BatonWindow *self, const char *id)
{
  BatonProject *project = baton_project_list_lookup (self->projects, id);
  g_autofree char *text = NULL;

  if (project == NULL)
    return;
  /* Translators: %s is the name of a project */
  text = g_strdup_printf (_ ("“%s” and its tasks deleted"), baton_project_get_name (project));
  if (g_strcmp0 (self->project, id) == 0)
    baton_window_show_view (self, "inbox");
  baton_window_apply (self, baton_edits_set_deleted (BATON_ENTITY_PROJECT, id, TRUE),
                      _ ("Delete Project"), text);
}
