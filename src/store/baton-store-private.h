/* baton-store-private.h: the store for its own parts: lists, the cache of tasks, the watch
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-store-thread.h"

G_BEGIN_DECLS

/* The main thread's connection; NULL once closed */
BatonDatabase *baton_store_get_database (BatonStore *store);
/* @work on the writer thread; see baton_store_thread_push(). FALSE, and @data not taken, once closed. */
gboolean baton_store_write (BatonStore *store,
                            BatonStoreFunc work,
                            BatonStoreDone done,
                            gpointer data,
                            GDestroyNotify destroy);
/* What @edits have made of the tasks that are shown */
void baton_store_show_edited (BatonStore *store, GPtrArray *edits);
/* @work on the reader thread; see baton_store_thread_push(). FALSE, and @data not taken, once closed. */
gboolean baton_store_read (BatonStore *store,
                           BatonStoreFunc work,
                           BatonStoreDone done,
                           gpointer data,
                           GDestroyNotify destroy);
/* What @query answered while the store was opened: (transfer full) (nullable), once, and only until anything is committed */
GArray *baton_store_take_first (BatonStore *store, const BatonQuery *query);
/* Something that every list shows may be different now: reloads and emits `changed` */
void baton_store_announce (BatonStore *store);
/* Announces where the local day is another than at the last look */
void baton_store_check_day (BatonStore *store);
/* 0: no such record */
gint64 baton_store_get_key (BatonStore *store, BatonEntity entity, const char *id);
/* Never NULL: an empty task stands for a row that cannot be read (any more) */
BatonTask *baton_store_take_task (BatonStore *store, gint64 key);
/* How many BatonTask objects anybody holds */
guint baton_store_count_living (BatonStore *store);

G_END_DECLS
