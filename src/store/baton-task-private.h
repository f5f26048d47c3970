/* baton-task-private.h: making and changing tasks, for the store
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-task.h"

G_BEGIN_DECLS

BatonTask *
baton_task_new (gint64 key, BatonRecord *record, const char *project_name, gboolean unsynced);
/* Notifies each property that is different now, and no other */
void baton_task_update (BatonTask *self,
                        BatonRecord *record,
                        const char *project_name,
                        gboolean unsynced);

G_END_DECLS
