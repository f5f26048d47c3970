/* baton-store-watch.h: notices what the store is not told: other processes' commits, and midnight
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-store.h"

G_BEGIN_DECLS

typedef struct _BatonStoreWatch BatonStoreWatch;

/* @store is not held: it frees the watch before it goes */
BatonStoreWatch *baton_store_watch_new (BatonStore *store);
void baton_store_watch_free (BatonStoreWatch *watch);
void baton_store_watch_check_day (BatonStoreWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonStoreWatch, baton_store_watch_free)

G_END_DECLS
