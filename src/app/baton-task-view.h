/* baton-task-view.h: a list of tasks with the line for new ones
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-task-list.h"
#include "baton-list-status.h"
#include "baton-quick-entry.h"

G_BEGIN_DECLS

/* What a new window has room for. The first frame waits for no others; a larger window has them one frame later. */
#define BATON_TASK_VIEW_FIRST_ROWS 15

#define BATON_TYPE_TASK_VIEW       (baton_task_view_get_type ())
G_DECLARE_FINAL_TYPE (BatonTaskView, baton_task_view, BATON, TASK_VIEW, GtkWidget)

/* Signals: `selected` (another task is), `activated` (BatonTask): Enter on it */

void baton_task_view_set_store (BatonTaskView *self, BatonStore *store);
void baton_task_view_show (BatonTaskView *self, BatonView view, const char *project);
/* NULL or nothing: what baton_task_view_show() said */
void baton_task_view_set_search (BatonTaskView *self, const char *search);
/* Takes @absence. NULL: what the account has is here, and an empty list is empty. */
void baton_task_view_set_absence (BatonTaskView *self, BatonAbsence *absence);
/* The day, or the time at which something is overdue, is another */
void baton_task_view_refresh_times (BatonTaskView *self);

BatonTask *baton_task_view_get_selected (BatonTaskView *self);
void baton_task_view_select (BatonTaskView *self, const char *id);
/* The selected task is about to go from the list */
void baton_task_view_go_on (BatonTaskView *self);
void baton_task_view_focus_list (BatonTaskView *self);
BatonQuickEntry *baton_task_view_get_entry (BatonTaskView *self);
/* NULL until there is a store */
BatonTaskList *baton_task_view_get_list (BatonTaskView *self);

G_END_DECLS
