/* baton-store-thread.h: a thread with a database connection of its own, and a queue of work
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-store.h"

G_BEGIN_DECLS

typedef struct _BatonStoreThread BatonStoreThread;

/* On the main context that made the thread. @error: NULL where the work went well; borrowed. */
typedef void (*BatonStoreDone) (gpointer data, const GError *error);

BatonStoreThread *baton_store_thread_new (const char *name, const char *folder);
/* @work on the thread, in the order of the pushes; then @done and @destroy (nullable) for @data on the main context */
void baton_store_thread_push (BatonStoreThread *thread,
                              BatonStoreFunc work,
                              BatonStoreDone done,
                              gpointer data,
                              GDestroyNotify destroy);
/* Blocks until all that was pushed has been worked off; what is done is still told on the main context */
void baton_store_thread_close (BatonStoreThread *thread);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonStoreThread, baton_store_thread_close)

G_END_DECLS
