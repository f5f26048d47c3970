/* baton-server-tokens.h: access tokens (JWT) and refresh tokens (opaque)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonServerTokens:
 *
 * The key that signs, and the tokens that were seen to be signed with it. Any thread.
 */
typedef struct _BatonServerTokens BatonServerTokens;

/**
 * BatonServerClaims:
 *
 * What an access token says.
 */
typedef struct
{
  char *user_id;
  char *session_id;
  gint64 expires; /* Unix seconds */
} BatonServerClaims;

void baton_server_claims_clear (BatonServerClaims *claims);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonServerClaims, baton_server_claims_clear)

/* @secret: of the configuration, at least 32 bytes; NULL: a key that is made once and kept in @folder/token.key, readable by its owner alone */
BatonServerTokens *baton_server_tokens_new (const char *folder, const char *secret, GError **error);
void baton_server_tokens_free (BatonServerTokens *tokens);

/* A JWT, HS256, that ends @seconds after @now (Unix seconds) */
char *baton_server_tokens_issue (BatonServerTokens *tokens,
                                 const char *user_id,
                                 const char *email,
                                 const char *role,
                                 const char *session_id,
                                 gint64 now,
                                 gint64 seconds);
/* AUTHENTICATION for what this server did not sign, TOKEN_EXPIRED for what it signed too long ago */
gboolean baton_server_tokens_verify (BatonServerTokens *tokens,
                                     const char *token,
                                     gint64 now,
                                     BatonServerClaims *claims,
                                     GError **error);

/* A refresh token names its session, so that one that was used before is known for what it is. Only its hash is stored. */
char *baton_server_refresh_token_new (const char *session_id);
/* The one that follows on @spent, the same for each repeat of the request that has @repeat_key: a repeat that comes late takes nothing from who has the
 * answer already */
char *baton_server_tokens_make_next (BatonServerTokens *tokens,
                                     const char *session_id,
                                     const char *spent,
                                     const char *repeat_key);
gboolean baton_server_refresh_token_parse (const char *token, char **session_id, char **hash);
char *baton_server_refresh_token_hash (const char *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerTokens, baton_server_tokens_free)

G_END_DECLS
