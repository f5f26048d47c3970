/* baton-server-hub.h: tells live sockets what has changed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server.h"

G_BEGIN_DECLS

/**
 * BatonServerHub:
 *
 * All sockets that are open, by the person who opened them. Main thread, save where it says otherwise.
 */
typedef struct _BatonServerHub BatonServerHub;

typedef void (*BatonServerHubStopped) (gpointer data);

/* Answers `GET /api/v1/live` of @server (borrowed; outlives the hub's work) and listens to its writer. After baton_server_auth_install(),
 * before baton_server_start(). */
BatonServerHub *baton_server_hub_new (BatonServer *server);
/* When @server's threads have ended */
void baton_server_hub_free (BatonServerHub *hub);

/* Takes no new socket and closes all with 1001 (going away); then, or after two seconds, calls @stopped */
void baton_server_hub_stop (BatonServerHub *hub, BatonServerHubStopped stopped, gpointer data);
guint baton_server_hub_get_n_sockets (BatonServerHub *hub);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerHub, baton_server_hub_free)

G_END_DECLS
