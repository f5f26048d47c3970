/* baton-task-body.h: what a row tells of its task, drawn
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-task.h"

G_BEGIN_DECLS

#define BATON_TYPE_TASK_BODY (baton_task_body_get_type ())
G_DECLARE_FINAL_TYPE (BatonTaskBody, baton_task_body, BATON, TASK_BODY, GtkWidget)

void baton_task_body_set_task (BatonTaskBody *self, BatonTask *task);
void baton_task_body_set_show_project (BatonTaskBody *self, gboolean show_project);

G_END_DECLS
