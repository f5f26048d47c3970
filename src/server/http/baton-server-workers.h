/* baton-server-workers.h: threads that answer requests, each with a connection of its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-request.h"

G_BEGIN_DECLS

typedef struct _BatonServerWorkers BatonServerWorkers;

/* Answers @request with @sql and gives it on */
typedef void (*BatonServerWork) (BatonServerRequest *request, BatonSql *sql, gpointer data);

/* @path: the database, opened for reading by each thread */
BatonServerWorkers *baton_server_workers_new (const char *name,
                                              guint n_threads,
                                              const char *path,
                                              BatonServerWork work,
                                              gpointer data,
                                              GError **error);
/* Ends what is under way; waits for the threads */
void baton_server_workers_free (BatonServerWorkers *workers);
void baton_server_workers_push (BatonServerWorkers *workers, BatonServerRequest *request);

G_END_DECLS
