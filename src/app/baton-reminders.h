/* baton-reminders.h: rings when a task is due
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_REMINDERS (baton_reminders_get_type ())
G_DECLARE_FINAL_TYPE (BatonReminders, baton_reminders, BATON, REMINDERS, GObject)

/* Signals: `ring` (GNotification, id): is to be sent; `withdraw` (id): needs no attention any more; `tick`: something is due, or the day is another */
BatonReminders *baton_reminders_new (BatonStore *store);
void baton_reminders_start (BatonReminders *self);
/* Before the store is closed: nothing rings any more */
void baton_reminders_stop (BatonReminders *self);

/* What a notification of @task asked for was not done; @reason is why */
GNotification *baton_reminders_make_failure (const char *task,
                                             const char *heading,
                                             const char *reason);

G_END_DECLS
