/* baton-project-dialog.h: names a project and gives it a colour
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-project-list.h"

G_BEGIN_DECLS

#define BATON_TYPE_PROJECT_DIALOG (baton_project_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonProjectDialog, baton_project_dialog, BATON, PROJECT_DIALOG, AdwDialog)

/* @project: the one to be edited; NULL: a new one. Signal `saved` (id): it is in the database. */
AdwDialog *baton_project_dialog_new (BatonStore *store, BatonProject *project);

G_END_DECLS
