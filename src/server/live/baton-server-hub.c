/* baton-server-hub.c: tells live sockets what has changed
 *
 * The writer hands over what it has committed, in order, with the people who may see it at that moment: so a role that somebody loses
 * takes effect with the next change. Each change was written once, as text, and the same text goes to all sockets.
 *
 * A socket is let in by the signature of its token, on the main thread. Whether its session still stands is asked of the database on another
 * thread; what is to be told meanwhile waits in the socket. A socket is closed when its token ends: the device then comes back
 * with a new one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-hub.h"

#include "../auth/baton-server-auth.h"
#include "../db/baton-server-writer.h"

#include <string.h>

#define PATH         "/api/v1/live"
#define PING_SECONDS 30
#define PONG_SECONDS 30
#define STOP_MS      2000
/* A device has nothing to say here */
#define INCOMING_MAX 4096

struct _BatonServerHub
{
  BatonServer *server;           /* borrowed */
  GHashTable *sockets;           /* owned set of Socket */
  GSource *tell;                 /* owned; made ready by the writer's thread */
  BatonServerHubStopped stopped; /* nullable until stop() */
  gpointer stopped_data;
  guint stop_timeout;
  GMutex mutex;
  GPtrArray *told; /* of Told; mutex; committed and not yet sent */
};

typedef struct
{
  BatonServerHub *hub; /* borrowed */
  SoupWebsocketConnection *connection;
  BatonServerClaims claims;
  GPtrArray *waiting; /* of text; NULL once the session is known to stand */
  GCancellable *cancellable;
  guint expiry; /* source */
} Socket;

/* One change and who may see it */
typedef struct
{
  char *json;
  GStrv users;
} Told;

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->json);
  g_strfreev (told->users);
  g_free (told);
}

static void
socket_free (gpointer data)
{
  Socket *socket = data;

  g_cancellable_cancel (socket->cancellable);
  g_clear_object (&socket->cancellable);
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  g_clear_object (&socket->connection);
  g_clear_handle_id (&socket->expiry, g_source_remove);
  g_clear_pointer (&socket->waiting, g_ptr_array_unref);
  baton_server_claims_clear (&socket->claims);
  g_free (socket);
}

/* --- what to tell, on the writer's thread ------------------------------ */

static void
add_members (BatonSql *sql, const char *project, GStrvBuilder *users)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT user FROM member WHERE project = ?", &error);
  BatonSqlStep step = BATON_SQL_FAILED;

  if (statement)
    {
      baton_sql_bind_text (statement, 1, project);
      while ((step = baton_sql_step (statement, &error)) == BATON_SQL_ROW)
        g_strv_builder_add (users, baton_sql_get_text (statement, 0));
    }
  if (step == BATON_SQL_FAILED)
    g_warning ("A change cannot be told live: %s", error->message);
}

static GStrv
find_audience (BatonSql *sql, const char *scope)
{
  g_autoptr (GStrvBuilder) users = g_strv_builder_new ();

  if (g_str_has_prefix (scope, "user:"))
    g_strv_builder_add (users, scope + strlen ("user:"));
  else if (g_str_has_prefix (scope, "project:"))
    add_members (sql, scope + strlen ("project:"), users);
  return g_strv_builder_end (users);
}

static void
send_to (Socket *socket, const char *json)
{
  if (socket->waiting)
    g_ptr_array_add (socket->waiting, g_strdup (json));
  else if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (socket->connection, json);
}

static gboolean
tell_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static GSourceFuncs tell_funcs = { .dispatch = tell_dispatch };

static gboolean
tell_cb (gpointer data)
{
  BatonServerHub *hub = data;
  g_autoptr (GPtrArray) told = NULL;
  GHashTableIter iter;
  Socket *socket;

  g_mutex_lock (&hub->mutex);
  told = g_steal_pointer (&hub->told);
  g_mutex_unlock (&hub->mutex);

  for (guint i = 0; told && i < told->len; i++)
    {
      const Told *change = g_ptr_array_index (told, i);

      g_hash_table_iter_init (&iter, hub->sockets);
      while (g_hash_table_iter_next (&iter, (gpointer *) &socket, NULL))
        if (g_strv_contains ((const char *const *) change->users, socket->claims.user_id))
          send_to (socket, change->json);
    }
  return G_SOURCE_CONTINUE;
}

static void
committed_cb (BatonSql *sql, GPtrArray *changes, gpointer data)
{
  BatonServerHub *hub = data;
  GPtrArray *batch = g_ptr_array_new_with_free_func (told_free);

  for (guint i = 0; i < changes->len; i++)
    {
      const BatonServerChange *change = g_ptr_array_index (changes, i);
      Told *told = g_new0 (Told, 1);

      told->json = g_strdup (change->json);
      told->users = find_audience (sql, change->scope);
      g_ptr_array_add (batch, told);
    }

  g_mutex_lock (&hub->mutex);
  if (hub->told)
    g_ptr_array_extend_and_steal (hub->told, batch);
  else
    hub->told = batch;
  g_mutex_unlock (&hub->mutex);
  g_source_set_ready_time (hub->tell, 0);
}

/* --- sockets ------------------------------------------------------------- */

static void
maybe_stopped (BatonServerHub *hub)
{
  BatonServerHubStopped stopped = hub->stopped;

  if (!stopped || g_hash_table_size (hub->sockets) > 0)
    return;
  hub->stopped = NULL;
  g_clear_handle_id (&hub->stop_timeout, g_source_remove);
  stopped (hub->stopped_data);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  Socket *socket = data;
  BatonServerHub *hub = socket->hub;

  g_hash_table_remove (hub->sockets, socket);
  maybe_stopped (hub);
}

static void
close_socket (Socket *socket, gushort code, const char *reason)
{
  if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket->connection, code, reason);
}

static void
expired_cb (gpointer data)
{
  Socket *socket = data;

  socket->expiry = 0;
  close_socket (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the access token has expired");
}

/* A thread of GTask's */
static void
check_session_cb (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *const *parts = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSql) sql = baton_sql_open (parts[0], BATON_SQL_READ, &error);
  gboolean stands = sql && baton_server_auth_session_stands (sql, parts[1], parts[2], &error);

  if (error)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, stands);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean stands = g_task_propagate_boolean (G_TASK (result), &error);
  g_autoptr (GPtrArray) waiting = NULL;
  Socket *socket = data;

  /* The socket may be gone */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!stands)
    {
      close_socket (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the session has ended");
      return;
    }
  waiting = g_steal_pointer (&socket->waiting);
  for (guint i = 0; i < waiting->len; i++)
    send_to (socket, g_ptr_array_index (waiting, i));
}

static void
check_session (Socket *socket)
{
  const char *parts[] = { baton_server_get_database_path (socket->hub->server),
                          socket->claims.session_id, socket->claims.user_id, NULL };
  g_autoptr (GTask) task = g_task_new (NULL, socket->cancellable, checked_cb, socket);

  g_task_set_task_data (task, g_strdupv ((char **) parts), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, check_session_cb);
}

static gboolean
read_claims (BatonServerHub *hub,
             SoupServerMessage *message,
             BatonServerClaims *claims,
             GError **error)
{
  const char *header = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");

  return baton_server_auth_read_header (hub->server, header, g_get_real_time () / G_USEC_PER_SEC,
                                        claims, error);
}

static void
opened_cb (SoupServer *soup,
           SoupServerMessage *message,
           const char *path,
           SoupWebsocketConnection *connection,
           gpointer data)
{
  BatonServerHub *hub = data;
  Socket *socket = g_new0 (Socket, 1);
  gint64 left;

  socket->hub = hub;
  socket->connection = g_object_ref (connection);
  socket->waiting = g_ptr_array_new_with_free_func (g_free);
  socket->cancellable = g_cancellable_new ();
  g_hash_table_add (hub->sockets, socket);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), socket);
  soup_websocket_connection_set_max_incoming_payload_size (connection, INCOMING_MAX);
  soup_websocket_connection_set_keepalive_interval (connection, PING_SECONDS);
  soup_websocket_connection_set_keepalive_pong_timeout (connection, PONG_SECONDS);

  if (!read_claims (hub, message, &socket->claims, NULL))
    {
      close_socket (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the access token has expired");
      return;
    }
  left = socket->claims.expires - g_get_real_time () / G_USEC_PER_SEC;
  socket->expiry = g_timeout_add_seconds_once ((guint) CLAMP (left, 0, G_MAXINT), expired_cb,
                                               socket);
  check_session (socket);
}

static void
refuse (SoupServerMessage *message, const GError *error)
{
  g_autofree char *id = baton_server_request_dup_id (soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "X-Request-Id"));
  BatonServerReply reply;

  baton_server_reply_init (&reply);
  baton_server_reply_finish (&reply, error);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "X-Request-Id",
                                id);
  soup_server_message_set_status (message, reply.status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, reply.body->str,
                                    reply.body->len);
  baton_server_reply_clear (&reply);
}

/* Before the handshake; what gets a status here is not upgraded */
static void
admit_cb (SoupServer *soup,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer data)
{
  BatonServerHub *hub = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_auto (BatonServerClaims) claims = { 0 };
  g_autoptr (GError) error = NULL;

  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket"))
    return;
  if (baton_server_is_stopping (hub->server) || hub->stopped)
    g_set_error_literal (&error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_UNAVAILABLE,
                         "The server is shutting down.");
  else if (strcmp (path, PATH) != 0)
    g_set_error_literal (&error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                         "There is nothing at this address.");
  else if (read_claims (hub, message, &claims, &error))
    return;
  refuse (message, error);
}

BatonServerHub *
baton_server_hub_new (BatonServer *server)
{
  BatonServerHub *hub = g_new0 (BatonServerHub, 1);

  hub->server = server;
  hub->tell = g_source_new (&tell_funcs, sizeof (GSource));
  g_source_set_callback (hub->tell, tell_cb, hub, NULL);
  g_source_attach (hub->tell, g_main_context_get_thread_default ());
  hub->sockets = g_hash_table_new_full (NULL, NULL, socket_free, NULL);
  g_mutex_init (&hub->mutex);
  baton_server_writer_set_listener (baton_server_get_writer (server), committed_cb, hub);
  baton_server_add_socket (server, PATH, admit_cb, opened_cb, hub);
  return hub;
}

void
baton_server_hub_free (BatonServerHub *hub)
{
  g_source_destroy (hub->tell);
  g_source_unref (hub->tell);
  g_clear_handle_id (&hub->stop_timeout, g_source_remove);
  g_clear_pointer (&hub->sockets, g_hash_table_unref);
  g_clear_pointer (&hub->told, g_ptr_array_unref);
  g_mutex_clear (&hub->mutex);
  g_free (hub);
}

static void
stop_timeout_cb (gpointer data)
{
  BatonServerHub *hub = data;

  hub->stop_timeout = 0;
  g_hash_table_remove_all (hub->sockets);
  maybe_stopped (hub);
}

void
baton_server_hub_stop (BatonServerHub *hub, BatonServerHubStopped stopped, gpointer data)
{
  g_autoptr (GPtrArray) sockets = g_hash_table_get_keys_as_ptr_array (hub->sockets);

  g_return_if_fail (hub->stopped == NULL);

  hub->stopped = stopped;
  hub->stopped_data = data;
  for (guint i = 0; i < sockets->len; i++)
    close_socket (g_ptr_array_index (sockets, i), SOUP_WEBSOCKET_CLOSE_GOING_AWAY,
                  "the server is shutting down");
  hub->stop_timeout = g_timeout_add_once (STOP_MS, stop_timeout_cb, hub);
  maybe_stopped (hub);
}

guint
baton_server_hub_get_n_sockets (BatonServerHub *hub)
{
  return g_hash_table_size (hub->sockets);
}
