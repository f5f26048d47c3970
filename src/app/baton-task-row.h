/* baton-task-row.h: a task in a list
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-task.h"

G_BEGIN_DECLS

#define BATON_TYPE_TASK_ROW (baton_task_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonTaskRow, baton_task_row, BATON, TASK_ROW, GtkWidget)

/* Property `summary`: the whole row in words, for the list item's accessible label. Signal `menu` (x, y): asked for there. */

GtkWidget *baton_task_row_new (void);
void baton_task_row_set_task (BatonTaskRow *self, BatonTask *task);
BatonTask *baton_task_row_get_task (BatonTaskRow *self);
void baton_task_row_refresh (BatonTaskRow *self);
void baton_task_row_set_show_project (BatonTaskRow *self, gboolean show_project);

G_END_DECLS
