/* baton-history.h: what became of a task, change by change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_HISTORY (baton_history_get_type ())
G_DECLARE_FINAL_TYPE (BatonHistory, baton_history, BATON, HISTORY, AdwBin)

/* Asked for when the person opens it; @task: nullable */
void baton_history_set_task (BatonHistory *self, BatonStore *store, BatonTask *task);

G_END_DECLS
