/* baton-alarm.h: tells when edits have waited for days
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

/* What the notification opens, of the application */
#define BATON_ALARM_ACTION "show-unsynced"

#define BATON_TYPE_ALARM   (baton_alarm_get_type ())
G_DECLARE_FINAL_TYPE (BatonAlarm, baton_alarm, BATON, ALARM, GObject)

/* Signals, as those of BatonReminders: `ring` (GNotification, id): is to be sent; `withdraw` (id): is true no more */
BatonAlarm *baton_alarm_new (BatonStore *store);
void baton_alarm_start (BatonAlarm *self);
/* Before the store is closed: nothing rings any more */
void baton_alarm_stop (BatonAlarm *self);
/* A sync has worked: takes back what was told. Costs nothing where nothing was. */
void baton_alarm_synced (BatonAlarm *self);

G_END_DECLS
