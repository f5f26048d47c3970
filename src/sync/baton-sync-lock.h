/* baton-sync-lock.h: one round at a time, of all that sync one folder
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../store/baton-database.h"
#include "baton-lock.h"

G_BEGIN_DECLS

/* Longer than a server may be silent within a round */
#define BATON_SYNC_LOCK_WAIT_MS (90 * 1000)

/* The lock under which the cursor is read, the server asked, and what it answers taken; and under which an account comes or goes. Waits for
 * @wait_ms at most: BATON_SYNC_ERROR_BUSY. Never on the thread of a window. */
BatonLock *baton_sync_lock_take (BatonDatabase *database,
                                 guint wait_ms,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
