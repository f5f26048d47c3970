/* baton-session-private.h: what the two halves of a session share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-credentials.h"
#include "baton-http.h"
#include "baton-session.h"

G_BEGIN_DECLS

struct _BatonSession
{
  GObject parent_instance;

  BatonDatabase *database; /* borrowed */
  BatonAccount *account;   /* owned; server_id is of no account that goes on */
  BatonTokens *tokens;     /* owned, nullable: none any more */
  SoupSession *soup;       /* owned */
  gboolean kept;           /* the tokens are in the keyring */
};

BatonCredentialsKey baton_session_get_key (BatonSession *self);
/* Name and value by turns, NULL-terminated */
char *baton_session_write_object (const char *const *members);
JsonObject *baton_session_get_object (const BatonAnswer *answer);
const char *baton_session_get_text (JsonObject *object, const char *name);
BatonTokens *baton_session_read_tokens (const BatonAnswer *answer,
                                        const char *server,
                                        GError **error);
/* Takes @tokens; they are used even where the keyring did not take them */
gboolean baton_session_keep_tokens (BatonSession *self,
                                    BatonTokens *tokens,
                                    GCancellable *cancellable,
                                    GError **error);
void baton_session_drop_tokens (BatonSession *self);
/* FALSE */
gboolean baton_session_fail_signed_out (BatonSession *self, const char *code, GError **error);

G_END_DECLS
