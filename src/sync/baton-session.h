/* baton-session.h: signed in to a server: requests with tokens that renew themselves
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A BatonRemote over HTTP. Blocking; for the thread that made it.
 */
#pragma once

#include "../store/baton-database.h"
#include "baton-remote.h"

G_BEGIN_DECLS

#define BATON_TYPE_SESSION (baton_session_get_type ())
G_DECLARE_FINAL_TYPE (BatonSession, baton_session, BATON, SESSION, GObject)

/* Signs in (or, with @name, registers), keeps the tokens in the keyring and the account in @database. Where no keyring is there the tokens are kept
 * for this process only, and *@keyring_error says so; with NULL for it that is an error, BATON_SYNC_ERROR_NO_KEYRING, before anything is sent or written. @server as it was typed. BATON_STORE_ERROR_OTHER_ACCOUNT: what is
 * here is another account's, and @how is BATON_SIGN_IN_ASK; nothing was registered. */
BatonSession *baton_session_sign_in (BatonDatabase *database,
                                     const char *server,
                                     const char *email,
                                     const char *password,
                                     const char *name,
                                     BatonSignIn how,
                                     GCancellable *cancellable,
                                     GError **keyring_error,
                                     GError **error);
/* From the account in @database and the tokens in the keyring; BATON_SYNC_ERROR_SIGNED_OUT where there is no account or no tokens.
 * @database must outlive it. */
BatonSession *baton_session_resume (BatonDatabase *database,
                                    GCancellable *cancellable,
                                    GError **error);
/* Whether baton_session_resume() would find what it needs, without unlocking a keyring: the same errors */
gboolean baton_session_check (BatonDatabase *database, GCancellable *cancellable, GError **error);
/* Drops the account and the tokens, does with the device's data what @how says, and tells the server (where it can be reached; being cancelled then is no
 * failure). Where that cannot be (BATON_STORE_ERROR_UNSYNCED) nothing is done, and nobody told. */
gboolean baton_session_sign_out (BatonDatabase *database,
                                 BatonSignOut how,
                                 GCancellable *cancellable,
                                 GError **error);
/* The same for tokens that no keyring keeps; @self is of no use after */
gboolean
baton_session_end (BatonSession *self, BatonSignOut how, GCancellable *cancellable, GError **error);

const char *baton_session_get_server (BatonSession *self);
/* FALSE: the tokens end with this process */
gboolean baton_session_is_kept (BatonSession *self);
/* An access token that lasts for a minute more at least, renewed where it has to be; borrowed until the next call */
const char *baton_session_get_token (BatonSession *self, GCancellable *cancellable, GError **error);
/* The network is another one: connections that were kept open are dropped */
void baton_session_drop_connections (BatonSession *self);

G_END_DECLS
