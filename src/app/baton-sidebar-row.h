/* baton-sidebar-row.h: a view or a project in the sidebar
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-project-list.h"
#include "../store/baton-query.h"

G_BEGIN_DECLS

#define BATON_TYPE_SIDEBAR_ROW (baton_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonSidebarRow, baton_sidebar_row, BATON, SIDEBAR_ROW, GtkListBoxRow)

/* Property `count`: shown where it is not 0 */

GtkWidget *baton_sidebar_row_new_view (BatonView view);
GtkWidget *baton_sidebar_row_new_project (BatonProject *project);
/* As baton_view_to_text() */
const char *baton_sidebar_row_get_view (BatonSidebarRow *self);
/* NULL for a view */
BatonProject *baton_sidebar_row_get_project (BatonSidebarRow *self);

G_END_DECLS
