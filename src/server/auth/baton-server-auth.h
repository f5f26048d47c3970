/* baton-server-auth.h: who sends a request
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server.h"
#include "baton-server-accounts.h"
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

/* What a change is called that says no more than: sessions of the person behind it have ended */
#define BATON_SERVER_SESSION_SCOPE "session:"
/* Makes live sockets ask, once this write is durable, whether their session still stands. Writer's thread, in a write. */
void baton_server_auth_tell_ended (BatonServer *server, const char *user_id);

/* RATE_LIMITED, with its headers, where @key has failed too often */
gboolean baton_server_auth_check_throttle (BatonServerRequest *request,
                                           BatonServerReply *reply,
                                           const char *key,
                                           GError **error);
/* Whether @password is that of @account; who is signed in and guesses is slowed down, too. A wrong one is a problem of @field. */
gboolean baton_server_auth_check_password (BatonServerRequest *request,
                                           BatonServerReply *reply,
                                           const BatonServerAccount *account,
                                           const char *password,
                                           const char *field,
                                           GError **error);

BatonServerTokens *baton_server_auth_get_tokens (BatonServer *server);
BatonServerThrottle *baton_server_auth_get_throttle (BatonServer *server);

G_END_DECLS
