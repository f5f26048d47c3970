/* baton-store.h: the device's data for a main loop: writes on a thread of their own, lists that stay true
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One writer thread with a queue takes edits in their order; each finish function returns when the edit is durable. Lists are asked for on a reader
 * thread; single records, which a row on the screen wants now, on the main thread's own read connection.
 * Commits of other connections (the sync engine, the command line) are noticed by a file monitor on the write-ahead log, or
 * at once by baton_store_refresh().
 */
#pragma once

#include <gio/gio.h>

#include "baton-database.h"
#include "baton-query.h"
#include "baton-task.h"

G_BEGIN_DECLS

#define BATON_TYPE_STORE (baton_store_get_type ())
G_DECLARE_FINAL_TYPE (BatonStore, baton_store, BATON, STORE, GObject)

/* Signals: `changed` (after any commit, of this or another connection; main thread).
 * Properties: `undo-label`, `redo-label` (nullable strings; for menus). */

/* Opens (and migrates) @folder on the writer thread, and asks @first (nullable, taken) there too: the first list that has the same
 * query has its rows at once. */
void baton_store_open_async (const char *folder,
                             BatonQuery *first,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
BatonStore *baton_store_open_finish (GAsyncResult *result, GError **error);
/* Blocks until what is queued is written; the store is of no use after */
void baton_store_close (BatonStore *store);
const char *baton_store_get_folder (BatonStore *store);

/* @edits: array of BatonEdit, not to be changed after; see baton_database_apply(). Cancelling changes what the callback is told (
 * G_IO_ERROR_CANCELLED), never what is written. */
void baton_store_apply_async (BatonStore *store,
                              GPtrArray *edits,
                              const char *label,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean baton_store_apply_finish (BatonStore *store, GAsyncResult *result, GError **error);
void baton_store_undo_async (BatonStore *store,
                             gboolean force,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
void baton_store_redo_async (BatonStore *store,
                             gboolean force,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
/* The label of what was undone or redone */
char *baton_store_undo_finish (BatonStore *store, GAsyncResult *result, GError **error);
char *baton_store_redo_finish (BatonStore *store, GAsyncResult *result, GError **error);

/* Any blocking work on the writer's connection, in the queue's order; @func on the writer thread */
typedef gboolean (*BatonStoreFunc) (BatonDatabase *database, gpointer data, GError **error);
void baton_store_call_async (BatonStore *store,
                             BatonStoreFunc func,
                             gpointer func_data,
                             GDestroyNotify destroy,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean baton_store_call_finish (BatonStore *store, GAsyncResult *result, GError **error);

/* Any blocking question, on the reader thread, so that it waits for no write; what is asked first is answered first. @func changes nothing. */
void baton_store_read_async (BatonStore *store,
                             BatonStoreFunc func,
                             gpointer func_data,
                             GDestroyNotify destroy,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data);
gboolean baton_store_read_finish (BatonStore *store, GAsyncResult *result, GError **error);

/* Looks whether anything was committed elsewhere, now */
void baton_store_refresh (BatonStore *store);

/* The one object for this task while anybody holds it, owned by the caller; NULL where there is none. Main thread; a small read. */
BatonTask *baton_store_get_task (BatonStore *store, const char *id);
/* A small read on the main thread's connection */
BatonRecord *
baton_store_get_record (BatonStore *store, BatonEntity entity, const char *id, GError **error);
/* The id of who is signed in; nullable. A small read too. */
char *baton_store_dup_user (BatonStore *store);

G_END_DECLS
