/* baton-tls-probe.c: whether a server speaks https at all
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that speaks plain HTTP takes the beginning of a handshake for half a request, and waits for the rest. A request
 * would wait as long, which is half a minute, and then say that there was no answer. So whoever signs in asks first.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-tls-probe.h"

#include "baton-config.h"
#include "baton-remote.h"

#include <glib/gi18n-lib.h>

/* A handshake is two journeys there and back, and some arithmetic */
#define PATIENCE_SECONDS 6

static void
event_cb (GSocketClient *client,
          GSocketClientEvent event,
          GSocketConnectable *connectable,
          GIOStream *connection,
          gpointer data)
{
  gboolean *shakes = data;

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    *shakes = TRUE;
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    *shakes = FALSE;
}

static gboolean
is_no_tls (const GError *error)
{
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

gboolean
baton_tls_probe (const char *server, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean shakes = FALSE;

  g_return_val_if_fail (server != NULL, FALSE);

  if (!g_str_has_prefix (server, "https:"))
    return TRUE;
  g_socket_client_set_tls (client, TRUE);
  g_socket_client_set_timeout (client, PATIENCE_SECONDS);
  g_signal_connect (client, "event", G_CALLBACK (event_cb), &shakes);
  connection = g_socket_client_connect_to_uri (client, server, 443, cancellable, &failure);
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (connection != NULL || !shakes || !is_no_tls (failure))
    return TRUE;
  g_set_error (
      error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
      _ ("%s was reached, but does not speak https there. Nothing was sent. Check the address and its port; that of a server on this computer may begin with “http://”."),
      server);
  return FALSE;
}
