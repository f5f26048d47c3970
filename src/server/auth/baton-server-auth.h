/* baton-server-auth.h: who sends a request
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server.h"
#include "baton-server-throttle.h"
#include "baton-server-tokens.h"

G_BEGIN_DECLS

/* Loads the key that signs tokens, and makes @server ask for them. Before start(). */
gboolean baton_server_auth_install (BatonServer *server, GError **error);

BatonServerTokens *baton_server_auth_get_tokens (BatonServer *server);
BatonServerThrottle *baton_server_auth_get_throttle (BatonServer *server);

G_END_DECLS
