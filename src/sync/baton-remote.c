/* baton-remote.c: the other side of sync, as the engine sees it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-remote.h"

typedef struct
{
  guint wait; /* seconds */
} BatonSyncErrorPrivate;

static void
baton_sync_error_private_init (BatonSyncErrorPrivate *priv)
{
  priv->wait = 0;
}

static void
baton_sync_error_private_copy (const BatonSyncErrorPrivate *from, BatonSyncErrorPrivate *to)
{
  to->wait = from->wait;
}

static void
baton_sync_error_private_clear (BatonSyncErrorPrivate *priv)
{
  priv->wait = 0;
}

G_DEFINE_EXTENDED_ERROR (BatonSyncError, baton_sync_error)

G_DEFINE_INTERFACE (BatonRemote, baton_remote, G_TYPE_OBJECT)

static void
baton_remote_default_init (BatonRemoteInterface *iface)
{
}

GError *
baton_sync_error_new_busy (guint seconds, const char *message)
{
  GError *error;

  g_return_val_if_fail (message != NULL, NULL);

  error = g_error_new_literal (BATON_SYNC_ERROR, BATON_SYNC_ERROR_BUSY, message);
  baton_sync_error_get_private (error)->wait = seconds;
  return error;
}

guint
baton_sync_error_get_wait (const GError *error)
{
  if (error == NULL || error->domain != BATON_SYNC_ERROR)
    return 0;
  return baton_sync_error_get_private (error)->wait;
}

void
baton_exchange_free (BatonExchange *exchange)
{
  if (exchange == NULL)
    return;
  g_clear_pointer (&exchange->results, g_ptr_array_unref);
  g_clear_pointer (&exchange->changes, g_ptr_array_unref);
  g_clear_pointer (&exchange->expired, g_hash_table_unref);
  g_free (exchange->cursor);
  g_free (exchange->head);
  g_free (exchange->server_id);
  g_free (exchange);
}

/**
 * baton_remote_exchange:
 * @self: the other side
 * @device_id: 12 hex digits
 * @cursor: `{ "SCOPE": "PLACE" }`
 * @head: (nullable): the same of what the server has told, and this device has not come to yet (baton_database_get_head())
 * @edits: (element-type BatonEdit): stamped, oldest first; at most 500 and 1 MiB
 * @limit: how many changes are wanted at most, 1 to 2,000
 * @exchange: (out): what came back; on BATON_SYNC_ERROR_EXPIRED its `expired` alone
 *
 * One round trip. Blocking. What comes back is of the right form; whether it fits what was sent is looked at by
 * baton_sync_run(). A failure says nothing on whether the server took the edits.
 */
gboolean
baton_remote_exchange (BatonRemote *self,
                       const char *device_id,
                       const char *cursor,
                       const char *head,
                       GPtrArray *edits,
                       guint limit,
                       BatonExchange **exchange,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (BATON_IS_REMOTE (self), FALSE);
  g_return_val_if_fail (device_id != NULL && cursor != NULL && edits != NULL && exchange != NULL,
                        FALSE);

  *exchange = NULL;
  return BATON_REMOTE_GET_IFACE (self)->exchange (self, device_id, cursor, head, edits, limit,
                                                  exchange, cancellable, error);
}
