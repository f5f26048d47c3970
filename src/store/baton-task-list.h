/* baton-task-list.h: a live list of tasks that holds ids
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A GListModel of BatonTask. It holds the keys that a query gave, eight bytes each, and makes a task when one is asked for. After a commit the query
 * runs again on the reader thread, and items-changed tells only what differs.
 */
#pragma once

#include "baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_TASK_LIST (baton_task_list_get_type ())
G_DECLARE_FINAL_TYPE (BatonTaskList, baton_task_list, BATON, TASK_LIST, GObject)

/* Properties: `loading` (the first answer, or one for a new query, is not there yet), `error` (string, nullable: the last query
 * failed, and the list still shows what it showed), `n-items`. */

BatonTaskList *baton_task_list_new (BatonStore *store);
/* Takes @query. What the list showed stays until the answer is there. */
void baton_task_list_set_query (BatonTaskList *self, BatonQuery *query);
const BatonQuery *baton_task_list_get_query (BatonTaskList *self);
gboolean baton_task_list_get_loading (BatonTaskList *self);
/* -1: not in the list */
gint baton_task_list_find (BatonTaskList *self, const char *id);
/* Without making the object */
gint64 baton_task_list_get_key (BatonTaskList *self, guint position);

G_END_DECLS
