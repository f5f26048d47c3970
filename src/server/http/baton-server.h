/* baton-server.h: the server: HTTP on the main thread, work on others
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../baton-server-config.h"
#include "baton-server-request.h"

G_BEGIN_DECLS

/* Finds out who sends @request and fills in user_id and what goes with it, from the Authorization header. On the thread that runs the
 * handler, before it, with the request's connection. FALSE with AUTHENTICATION or TOKEN_EXPIRED where it cannot. */
typedef gboolean (*BatonServerAuthenticate) (BatonServerRequest *request, GError **error);
typedef void (*BatonServerStopped) (BatonServer *server, gpointer data);

/* Opens the database of @config (borrowed) and starts the threads */
BatonServer *baton_server_new (BatonServerConfig *config, GError **error);
/* Without threads and without HTTP, for simulations: whatever is to be done is done in baton_server_answer() */
BatonServer *baton_server_new_apart (BatonServerConfig *config, GError **error);
/* The body of the answer to one request, through the table of routes, the authentication and the writer as ever. @token stands behind `Bearer`;
 * @body: nullable; @now: Unix milliseconds. Owned by the caller. */
char *baton_server_answer (BatonServer *server,
                           const char *method,
                           const char *path,
                           const char *token,
                           const char *body,
                           gint64 now,
                           guint *status);
/* On the thread of start(), once stopped */
void baton_server_free (BatonServer *server);

/* Before start() */
/* @auth is what @authenticate works with; the server frees it with @destroy at its end */
void baton_server_set_authenticate (BatonServer *server,
                                    BatonServerAuthenticate authenticate,
                                    BatonServerAuth *auth,
                                    GDestroyNotify destroy);

/* A WebSocket at @path. @admit is asked before the handshake: where it sets a status there is none. Before start(). */
void baton_server_add_socket (BatonServer *server,
                              const char *path,
                              SoupServerCallback admit,
                              SoupServerWebsocketCallback opened,
                              gpointer data);

/* Listens; answers on the thread-default main context */
gboolean baton_server_start (BatonServer *server, GError **error);
/* Takes no new request, ends those under way, then calls @stopped */
void baton_server_stop (BatonServer *server, BatonServerStopped stopped, gpointer data);

/* `http://127.0.0.1:8750`; borrowed */
const char *baton_server_get_uri (BatonServer *server);
const char *baton_server_get_database_path (BatonServer *server);
/* The name that the data has for itself; borrowed */
const char *baton_server_get_id (BatonServer *server);
BatonServerConfig *baton_server_get_config (BatonServer *server);
/* NULL until set_authenticate() */
BatonServerAuth *baton_server_get_auth (BatonServer *server);
BatonServerWriter *baton_server_get_writer (BatonServer *server);
BatonServerTotals *baton_server_get_totals (BatonServer *server);
gboolean baton_server_is_stopping (BatonServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServer, baton_server_free)

G_END_DECLS
