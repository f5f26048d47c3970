/* baton-credentials.h: the tokens of a sign-in, in the keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Never in a file of ours. Blocking: a locked keyring asks the person.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BatonTokens:
 * @renewal: a key made for the one use of @refresh, so that a renewal whose answer was lost can be asked for again
 * @expires: Unix ms at which @access ends
 */
typedef struct
{
  char *access;
  char *refresh;
  char *renewal;
  gint64 expires;
} BatonTokens;

BatonTokens *baton_tokens_new (const char *access, const char *refresh, gint64 expires);
void baton_tokens_free (BatonTokens *tokens);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTokens, baton_tokens_free)

/**
 * BatonCredentialsKey:
 * @device: 12 hex digits. Two devices of one person may live on one computer, each with its data folder
 *
 * What a keyring entry is found by.
 */
typedef struct
{
  const char *server;
  const char *user;
  const char *device;
} BatonCredentialsKey;

/* All: BATON_SYNC_ERROR_NO_KEYRING where there is none, or it stays locked */
gboolean baton_credentials_store (const BatonCredentialsKey *key,
                                  const BatonTokens *tokens,
                                  GCancellable *cancellable,
                                  GError **error);
/* NULL without an error: there are none */
BatonTokens *baton_credentials_lookup (const BatonCredentialsKey *key,
                                       GCancellable *cancellable,
                                       GError **error);
/* Whether there are any, without unlocking a keyring */
gboolean baton_credentials_exist (const BatonCredentialsKey *key,
                                  GCancellable *cancellable,
                                  GError **error);
/* Whether something can be kept at all: tried with an entry that goes again */
gboolean baton_credentials_check (const char *device, GCancellable *cancellable, GError **error);
gboolean baton_credentials_clear (const BatonCredentialsKey *key,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
