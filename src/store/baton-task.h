/* baton-task.h: a task as a GObject, its properties made from the schema
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../core/baton-record.h"

G_BEGIN_DECLS

#define BATON_TYPE_TASK (baton_task_get_type ())
G_DECLARE_FINAL_TYPE (BatonTask, baton_task, BATON, TASK, GObject)

/* Read-only properties: one a field (`project-id`, `due`, …; text, int64 or boolean; sets as strv), `id`, `is-done`, `project-name`,
 * `unsynced` (an edit of it waits to be sent), `conflict` (of it there is a conflict that nobody has looked at). All notify when a commit changed them. Changing one is an edit: baton_store_apply_async(). */

/* borrowed for as long as the task is held */
const char *baton_task_get_id (BatonTask *self);
gint64 baton_task_get_key (BatonTask *self);
/* borrowed until the task changes */
const BatonRecord *baton_task_get_record (BatonTask *self);
/* borrowed until the task changes */
const char *baton_task_get_text (BatonTask *self, const char *field);
gboolean baton_task_get_is_done (BatonTask *self);
gboolean baton_task_get_is_deleted (BatonTask *self);

G_END_DECLS
