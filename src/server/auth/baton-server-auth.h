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

/* The claims of an Authorization header (nullable). @now: Unix seconds. Main thread too: it asks no database. */
gboolean baton_server_auth_read_header (BatonServer *server,
                                        const char *header,
                                        gint64 now,
                                        BatonServerClaims *claims,
                                        GError **error);
/* Whether a session has not been ended, and its person is active. FALSE with @error where that cannot be found out. */
gboolean baton_server_auth_session_stands (BatonSql *sql,
                                           const char *session_id,
                                           const char *user_id,
                                           GError **error);

BatonServerTokens *baton_server_auth_get_tokens (BatonServer *server);
BatonServerThrottle *baton_server_auth_get_throttle (BatonServer *server);

G_END_DECLS
