/* baton-task-cache.h: the one object of each task that anybody holds
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-store.h"

G_BEGIN_DECLS

typedef struct _BatonTaskCache BatonTaskCache;

/* @store is not held: it frees the cache before it goes */
BatonTaskCache *baton_task_cache_new (BatonStore *store);
void baton_task_cache_free (BatonTaskCache *cache);

/* The living task, or one made from the database; NULL without an error where there is no such row. Owned by the caller. */
BatonTask *baton_task_cache_get (BatonTaskCache *cache, gint64 key, GError **error);
BatonTask *baton_task_cache_get_by_id (BatonTaskCache *cache, const char *id, GError **error);
/* An empty task in the place of one that cannot be read */
BatonTask *baton_task_cache_make_empty (BatonTaskCache *cache, gint64 key);
/* 0: no living task has @id */
gint64 baton_task_cache_find_key (BatonTaskCache *cache, const char *id);
guint baton_task_cache_get_n_living (BatonTaskCache *cache);

/* The living tasks among those that @edits (array of BatonEdit) change, now */
void baton_task_cache_reload_edited (BatonTaskCache *cache, GPtrArray *edits);
/* All living tasks, on the reader thread */
void baton_task_cache_reload (BatonTaskCache *cache);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTaskCache, baton_task_cache_free)

G_END_DECLS
