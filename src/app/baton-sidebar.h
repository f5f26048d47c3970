/* baton-sidebar.h: the views and the projects
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-project-list.h"

G_BEGIN_DECLS

#define BATON_TYPE_SIDEBAR (baton_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (BatonSidebar, baton_sidebar, BATON, SIDEBAR, GtkWidget)

/* A row that is chosen activates `win.view` */

void baton_sidebar_set_projects (BatonSidebar *self, BatonProjectList *projects);
/* Marks the row of @view, as baton_view_to_text() gives it */
void baton_sidebar_set_view (BatonSidebar *self, const char *view);

G_END_DECLS
