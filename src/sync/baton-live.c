/* baton-live.c: the socket on which the server tells what has changed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-live.h"

#include "baton-http.h"

#define PING_SECONDS 30
#define PONG_SECONDS 20
/* One change holds one record at most; libsoup's own limit of 128 KiB is less than the longest notes */
#define MAX_MESSAGE (4 * 1024 * 1024)

struct _BatonLive
{
  SoupSession *soup;               /* owned */
  SoupWebsocketConnection *socket; /* owned, nullable until it is open */
  GCancellable *cancellable;       /* owned */
  const BatonLiveEvents *events;   /* borrowed */
  gpointer data;
};

static void
message_cb (SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer user_data)
{
  BatonLive *live = user_data;
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    live->events->told (text, length, live->data);
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer user_data)
{
  BatonLive *live = user_data;

  live->events->closed (soup_websocket_connection_get_close_code (socket) ==
                            SOUP_WEBSOCKET_CLOSE_GOING_AWAY,
                        live->data);
}

static void
take_socket (BatonLive *live, SoupWebsocketConnection *socket)
{
  live->socket = socket;
  soup_websocket_connection_set_max_incoming_payload_size (socket, MAX_MESSAGE);
  soup_websocket_connection_set_keepalive_interval (socket, PING_SECONDS);
  soup_websocket_connection_set_keepalive_pong_timeout (socket, PONG_SECONDS);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), live);
  g_signal_connect (socket, "closed", G_CALLBACK (closed_cb), live);
  live->events->opened (live->data);
}

static void
connect_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *socket = soup_session_websocket_connect_finish (SOUP_SESSION (source),
                                                                           result, &error);
  BatonLive *live = user_data;

  /* A cancelled one may be gone already */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (socket != NULL)
    {
      take_socket (live, socket);
      return;
    }
  g_debug ("live: %s", error->message);
  live->events->closed (FALSE, live->data);
}

BatonLive *
baton_live_open (const char *server,
                 const char *token,
                 const BatonLiveEvents *events,
                 gpointer data)
{
  g_autofree char *url = g_strconcat (server, "/api/v1/live", NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  BatonLive *live = g_new0 (BatonLive, 1);

  live->soup = baton_http_session_new ();
  live->cancellable = g_cancellable_new ();
  live->events = events;
  live->data = data;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  soup_session_websocket_connect_async (live->soup, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        live->cancellable, connect_cb, live);
  return live;
}

static gboolean
drop_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* libsoup goes on reading from a socket when what it told of has been answered, and holds no reference to it meanwhile. */
static void
drop_later (SoupWebsocketConnection *socket)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, drop_cb, socket, g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

void
baton_live_free (BatonLive *live)
{
  if (live == NULL)
    return;
  g_cancellable_cancel (live->cancellable);
  if (live->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (live->socket, live);
      if (soup_websocket_connection_get_state (live->socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (live->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      drop_later (g_steal_pointer (&live->socket));
    }
  g_clear_object (&live->cancellable);
  g_clear_object (&live->soup);
  g_free (live);
}
