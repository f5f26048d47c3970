/* baton-lock.h: one process at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BatonLock BatonLock;

/* Blocks until no other holds @folder/@name. The kernel lets go of it with the process, however that ends. */
BatonLock *
baton_lock_take (const char *folder, const char *name, GCancellable *cancellable, GError **error);
/* The same for locks that are taken again and again: by turns, and for @wait_ms at most (G_IO_ERROR_TIMED_OUT; 0: does not wait) */
BatonLock *baton_lock_take_turn (const char *folder,
                                 const char *name,
                                 guint wait_ms,
                                 GCancellable *cancellable,
                                 GError **error);
void baton_lock_release (BatonLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonLock, baton_lock_release)

G_END_DECLS
