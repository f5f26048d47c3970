/* baton-wall-timer.h: calls at a time of the wall clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BatonWallTimer BatonWallTimer;

/* @func is called on the thread's main context at the time set, and whenever the clock was set or the machine woke, so it may be early */
BatonWallTimer *baton_wall_timer_new (GSourceOnceFunc func, gpointer data);
/* Unix milliseconds; replaces what was set before */
void baton_wall_timer_set (BatonWallTimer *self, gint64 unix_ms);
void baton_wall_timer_free (BatonWallTimer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonWallTimer, baton_wall_timer_free)

G_END_DECLS
