/* baton-task-private.h: making and changing tasks, for the store
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-task.h"

G_BEGIN_DECLS

/* What rows show of a task beside its fields */
typedef enum
{
  BATON_TASK_UNSYNCED = 1 << 0,
  BATON_TASK_CONFLICT = 1 << 1,
} BatonTaskMarks;

BatonTask *
baton_task_new (gint64 key, BatonRecord *record, const char *project_name, BatonTaskMarks marks);
/* Notifies each property that is different now, and no other */
void baton_task_update (BatonTask *self,
                        BatonRecord *record,
                        const char *project_name,
                        BatonTaskMarks marks);

G_END_DECLS
