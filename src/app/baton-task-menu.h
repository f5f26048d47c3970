/* baton-task-menu.h: what can be done to a task, as a menu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../store/baton-task.h"

#include <gio/gio.h>

G_BEGIN_DECLS

GMenuModel *baton_task_menu_new (BatonTask *task);

G_END_DECLS
