/* baton-server-writer.h: the one thread that writes, many requests in one transaction
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-types.h"

G_BEGIN_DECLS

/* On the writer's thread, in a savepoint of its own. FALSE with @error undoes what it wrote, and that alone. */
typedef gboolean (*BatonServerWrite) (BatonServerWriter *writer,
                                      BatonSql *sql,
                                      gpointer data,
                                      GError **error);
/* On the writer's thread, once it is known what became of it: @error (transfer full) is NULL when it is durable */
typedef void (*BatonServerWritten) (gpointer data, GError *error);

/**
 * BatonServerChange:
 * @scope: `user:ID`, `project:ID`, or `session:ID`: sessions of that person have ended
 * @json: one element of `changes` (sync.md); NULL for `session:ID`
 */
typedef struct
{
  char *scope;
  char *json;
} BatonServerChange;

/* On the writer's thread, after a commit: @changes (of BatonServerChange, borrowed) in the order they were made; @sql to read who may see them */
typedef void (*BatonServerListener) (BatonSql *sql, GPtrArray *changes, gpointer data);

/* @path: the database, migrated */
BatonServerWriter *baton_server_writer_new (const char *path, GError **error);
/* Without a thread of its own: what is pushed is written before push() returns */
BatonServerWriter *baton_server_writer_new_apart (const char *path, GError **error);
/* Writes what is queued, then ends the thread */
void baton_server_writer_free (BatonServerWriter *writer);

/* Any thread */
void baton_server_writer_push (BatonServerWriter *writer,
                               BatonServerWrite write,
                               BatonServerWritten written,
                               gpointer data);
/* The same, and waits until it is durable, or has failed. Any thread but the writer's and the main one. */
gboolean baton_server_writer_run (BatonServerWriter *writer,
                                  BatonServerWrite write,
                                  gpointer data,
                                  GError **error);
/* Before the first push */
void baton_server_writer_set_listener (BatonServerWriter *writer,
                                       BatonServerListener listener,
                                       gpointer data);

/* For a BatonServerWrite: */

/* A reading of the server's clock, which is kept with the data */
BatonClock baton_server_writer_tick (BatonServerWriter *writer, gint64 now_ms);
void baton_server_writer_observe (BatonServerWriter *writer, const BatonClock *seen);
/* Whether anybody would hear of a change */
gboolean baton_server_writer_is_heard (BatonServerWriter *writer);
/* Takes both texts. A scope `session:ID` without JSON says that sessions of that person have ended. */
void baton_server_writer_add_change (BatonServerWriter *writer, char *scope, char *json);

G_END_DECLS
