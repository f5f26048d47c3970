/* baton-sync-lock.c: one round at a time, of all that sync one folder
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The app and `baton sync` may run at once. An answer that one of them asked for before the other took a later one would be taken for news, so
 * nobody asks while another has not yet taken what it asked for. Between its rounds a process lets others have their turn.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-sync-lock.h"

#include "baton-config.h"
#include "baton-remote.h"

#include <glib/gi18n-lib.h>

BatonLock *
baton_sync_lock_take (BatonDatabase *database,
                      guint wait_ms,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GError) local = NULL;
  BatonLock *lock = baton_lock_take_turn (baton_database_get_folder (database), "sync.lock",
                                          wait_ms, cancellable, &local);

  if (lock == NULL && g_error_matches (local, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error_literal (
        error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BUSY,
        _ ("Another Baton on this device is syncing, and does not come to an end. Nothing was lost; try again later."));
  else if (lock == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return lock;
}
