/* baton-fake-http-live.c: the live sockets of a fake server over HTTP
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-fake-http-private.h"

static void
send_text (SoupWebsocketConnection *socket, const char *text)
{
  if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (socket, text);
}

void
baton_fake_http_send_told (BatonFakeHttp *http)
{
  g_auto (GStrv) told = baton_fake_server_take_told (http->server);

  for (guint i = 0; told[i] != NULL; i++)
    {
      for (guint j = 0; j < http->live->len; j++)
        send_text (g_ptr_array_index (http->live, j), told[i]);
    }
}

static void
live_early_cb (SoupServer *soup,
               SoupServerMessage *message,
               const char *path,
               GHashTable *query,
               gpointer data)
{
  BatonFakeHttp *http = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  baton_fake_http_check_token (http, message);
}

static void
live_closed_cb (SoupWebsocketConnection *socket, gpointer data)
{
  BatonFakeHttp *http = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  g_ptr_array_remove (http->live, socket);
}

static void
live_cb (SoupServer *soup,
         SoupServerMessage *message,
         const char *path,
         SoupWebsocketConnection *socket,
         gpointer data)
{
  BatonFakeHttp *http = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  if (http->before_live != NULL)
    {
      g_autofree char *body = g_steal_pointer (&http->before_live);
      guint status;

      g_free (baton_fake_server_sync (http->server, body, &status));
      g_strfreev (baton_fake_server_take_told (http->server));
    }
  http->n_opened++;
  g_ptr_array_add (http->live, g_object_ref (socket));
  g_signal_connect (socket, "closed", G_CALLBACK (live_closed_cb), http);
}

void
baton_fake_http_add_live (BatonFakeHttp *http)
{
  soup_server_add_early_handler (http->soup, "/api/v1/live", live_early_cb, http, NULL);
  soup_server_add_websocket_handler (http->soup, "/api/v1/live", NULL, NULL, live_cb, http, NULL);
}

void
baton_fake_http_drop_live (BatonFakeHttp *http)
{
  g_autoptr (GPtrArray) live = NULL;

  g_mutex_lock (&http->mutex);
  live = g_steal_pointer (&http->live);
  http->live = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&http->mutex);
  for (guint i = 0; i < live->len; i++)
    {
      SoupWebsocketConnection *socket = g_ptr_array_index (live, i);

      g_signal_handlers_disconnect_by_data (socket, http);
      if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
}

/* --- what a test asks for ------------------------------------------------------- */

guint
baton_fake_http_count_live (BatonFakeHttp *http)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  return http->live->len;
}

guint
baton_fake_http_count_opened (BatonFakeHttp *http)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  return http->n_opened;
}

void
baton_fake_http_sync_before_live (BatonFakeHttp *http, const char *body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  g_set_str (&http->before_live, body);
}

static gboolean
close_live_cb (gpointer data)
{
  baton_fake_http_drop_live (data);
  return G_SOURCE_REMOVE;
}

void
baton_fake_http_close_live (BatonFakeHttp *http)
{
  baton_fake_http_call (http, close_live_cb, http, NULL);
}

typedef struct
{
  BatonFakeHttp *http;
  char *text;
} Telling;

static void
free_telling (gpointer data)
{
  Telling *telling = data;

  g_free (telling->text);
  g_free (telling);
}

static gboolean
tell_cb (gpointer data)
{
  Telling *telling = data;

  for (guint i = 0; i < telling->http->live->len; i++)
    send_text (g_ptr_array_index (telling->http->live, i), telling->text);
  return G_SOURCE_REMOVE;
}

void
baton_fake_http_tell (BatonFakeHttp *http, const char *text)
{
  Telling *telling = g_new0 (Telling, 1);

  telling->http = http;
  telling->text = g_strdup (text);
  baton_fake_http_call (http, tell_cb, telling, free_telling);
}
