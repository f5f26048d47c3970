/* baton-remote.h: the other side of sync, as the engine sees it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An interface with a blocking exchange, so that the engine is a plain loop, and a simulation or a test can stand where the network is.
 * All functions are called on the engine's thread.
 */
#pragma once

#include "../store/baton-change.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BatonSyncError:
 * @BATON_SYNC_ERROR_OFFLINE: no network, or the server cannot be reached: try again later
 * @BATON_SYNC_ERROR_BUSY: the server asked to wait (429, 503)
 * @BATON_SYNC_ERROR_SIGNED_OUT: the tokens are no longer taken: sign in again
 * @BATON_SYNC_ERROR_REFUSED: wrong password, address taken, …; the message is the server's
 * @BATON_SYNC_ERROR_EXPIRED: a cursor cannot be served
 * @BATON_SYNC_ERROR_PROTOCOL: the answer is not Baton's, or makes no sense; nothing of it was taken
 * @BATON_SYNC_ERROR_OTHER_SERVER: another server answers under this address
 * @BATON_SYNC_ERROR_NO_KEYRING: no secret service is there to keep the tokens
 * @BATON_SYNC_ERROR_ADDRESS: the server's address, as it was typed, is none, or may not be used; the message names what is wrong
 * @BATON_SYNC_ERROR_BRAKE: the sync would remove much of what is here, and is held: nothing of it was taken, and nothing is sent until the person has
 *   said yes (baton_database_allow_removal(), and another sync) or the server's answer is another one
 */
typedef enum
{
  BATON_SYNC_ERROR_OFFLINE,
  BATON_SYNC_ERROR_BUSY,
  BATON_SYNC_ERROR_SIGNED_OUT,
  BATON_SYNC_ERROR_REFUSED,
  BATON_SYNC_ERROR_EXPIRED,
  BATON_SYNC_ERROR_PROTOCOL,
  BATON_SYNC_ERROR_OTHER_SERVER,
  BATON_SYNC_ERROR_NO_KEYRING,
  BATON_SYNC_ERROR_ADDRESS,
  BATON_SYNC_ERROR_BRAKE,
} BatonSyncError;

#define BATON_SYNC_ERROR (baton_sync_error_quark ())
GQuark baton_sync_error_quark (void);
/* A BATON_SYNC_ERROR_BUSY that knows for how many seconds the server asked to wait; 0: it did not say */
GError *baton_sync_error_new_busy (guint seconds, const char *message);
/* 0 for any other error */
guint baton_sync_error_get_wait (const GError *error);

/**
 * BatonExchange:
 *
 * What one round trip brought.
 */
typedef struct
{
  GPtrArray *results; /* of BatonResult */
  GPtrArray *changes; /* of BatonChange */
  char *cursor;       /* JSON */
  char *head;         /* JSON: where the scopes stand that there is more of; nullable */
  gboolean more;
  gint64 server_ms;
  char *server_id;
  GHashTable *expired; /* scope → reason; where the error is EXPIRED */
} BatonExchange;
void baton_exchange_free (BatonExchange *exchange);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonExchange, baton_exchange_free)

#define BATON_TYPE_REMOTE (baton_remote_get_type ())
G_DECLARE_INTERFACE (BatonRemote, baton_remote, BATON, REMOTE, GObject)

struct _BatonRemoteInterface
{
  GTypeInterface parent_iface;

  /* @head: nullable. @edits: of BatonEdit. On EXPIRED *@exchange is set all the same, with its `expired`. */
  gboolean (*exchange) (BatonRemote *self,
                        const char *device_id,
                        const char *cursor,
                        const char *head,
                        GPtrArray *edits,
                        guint limit,
                        BatonExchange **exchange,
                        GCancellable *cancellable,
                        GError **error);
};

gboolean baton_remote_exchange (BatonRemote *self,
                                const char *device_id,
                                const char *cursor,
                                const char *head,
                                GPtrArray *edits,
                                guint limit,
                                BatonExchange **exchange,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
