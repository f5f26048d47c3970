/* baton-server-hub.c: tells live sockets what has changed
 *
 * The writer hands over what it has committed, in order, with the people who may see it at that moment: so a role that somebody loses
 * takes effect with the next change. Each change was written once, as text, and the same text goes to all sockets.
 *
 * A socket is let in by the signature of its token, on the main thread. Whether its session still stands is asked of the database on another
 * thread; what is to be told meanwhile waits in the socket. A socket is closed when its token ends: the device then comes back
 * with a new one. It is asked again when a handler says that sessions of the person have ended, and every few
 * seconds, since whoever runs the server can end them from another process; who is disabled is told nothing from the next change on.
 *
 * libsoup queues what a socket is sent without a bound and tells nobody how much. The kernel does tell how many bytes the
 * other side has acknowledged: what was sent and is not is the queue, and a reader that lets it grow too long is hung up on. It syncs when it comes back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-hub.h"

#include "../auth/baton-server-auth.h"
#include "../db/baton-server-writer.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#define PATH         "/api/v1/live"
#define PING_SECONDS 30
#define PONG_SECONDS 30
#define STOP_MS      2000
#define LOOK_SECONDS 2
/* What a reader may be behind, and how much is sent between two looks */
#define BEHIND_MAX (8 * 1024 * 1024)
#define LOOK_BYTES (256 * 1024)
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
  guint look_timeout;
  GCancellable *cancellable; /* of the look at all sessions */
  gboolean looking;
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
  guint n_checks; /* under way */
  guint expiry;   /* source */
  GSocket *tcp;   /* nullable */
  guint64 sent;   /* bytes, since the handshake */
  guint64 looked; /* @sent at the last look */
  guint64 acked;  /* by the kernel's count, at the handshake */
} Socket;

/* One change and who may see it */
typedef struct
{
  char *json; /* NULL: sessions of @users have ended */
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
  g_clear_object (&socket->tcp);
  g_clear_pointer (&socket->waiting, g_ptr_array_unref);
  baton_server_claims_clear (&socket->claims);
  g_free (socket);
}

/* --- what to tell, on the writer's thread ------------------------------ */

/* The people that @query finds for @key */
static void
add_people (BatonSql *sql, const char *query, const char *key, GStrvBuilder *users)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, &error);
  BatonSqlStep step = BATON_SQL_FAILED;

  if (statement)
    {
      baton_sql_bind_text (statement, 1, key);
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

  if (g_str_has_prefix (scope, BATON_SERVER_SESSION_SCOPE))
    g_strv_builder_add (users, scope + strlen (BATON_SERVER_SESSION_SCOPE));
  else if (g_str_has_prefix (scope, "user:"))
    add_people (sql, "SELECT id FROM user WHERE id = ? AND is_active", scope + strlen ("user:"),
                users);
  else if (g_str_has_prefix (scope, "project:"))
    add_people (sql,
                "SELECT member.user FROM member JOIN user ON user.id = member.user"
                " WHERE project = ? AND is_active",
                scope + strlen ("project:"), users);
  return g_strv_builder_end (users);
}

/* FALSE where the kernel does not say */
static gboolean
get_acked (GSocket *tcp, guint64 *acked)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  if (!tcp || getsockopt (g_socket_get_fd (tcp), IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
      length < offsetof (struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked)
    return FALSE;
  *acked = info.tcpi_bytes_acked;
  return TRUE;
}

/* Counts a text frame of @length bytes */
static gboolean
is_too_far_behind (Socket *socket, gsize length)
{
  guint64 acked;

  socket->sent += length + (length < 126 ? 2 : length < 65536 ? 4 : 10);
  if (socket->sent - socket->looked < LOOK_BYTES)
    return FALSE;
  socket->looked = socket->sent;
  return get_acked (socket->tcp, &acked) && acked >= socket->acked &&
         socket->sent > BEHIND_MAX + (acked - socket->acked);
}

/* FALSE: the reader has been hung up on */
static gboolean
send_to (Socket *socket, const char *json)
{
  if (soup_websocket_connection_get_state (socket->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return TRUE;
  if (is_too_far_behind (socket, strlen (json)))
    {
      g_socket_shutdown (socket->tcp, TRUE, TRUE, NULL);
      return FALSE;
    }
  if (socket->waiting)
    g_ptr_array_add (socket->waiting, g_strdup (json));
  else
    soup_websocket_connection_send_text (socket->connection, json);
  return TRUE;
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

/* A thread of GTask's. The parts: the database, then session, person, session, person …; gives the sessions that have ended */
static void
look_cb (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *const *parts = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) ended = g_strv_builder_new ();
  g_autoptr (BatonSql) sql = baton_sql_open (parts[0], BATON_SQL_READ, &error);

  for (guint i = 1; sql && !error && parts[i]; i += 2)
    if (!baton_server_auth_session_stands (sql, parts[i], parts[i + 1], &error) && !error)
      g_strv_builder_add (ended, parts[i]);
  if (error)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_strv_builder_end (ended), (GDestroyNotify) g_strfreev);
}

static void
look (GPtrArray *parts, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);

  g_ptr_array_add (parts, NULL);
  g_task_set_task_data (task, g_strdupv ((char **) parts->pdata), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, look_cb);
}

static void
add_parts (Socket *socket, GPtrArray *parts)
{
  g_ptr_array_add (parts, socket->claims.session_id);
  g_ptr_array_add (parts, socket->claims.user_id);
}

static void
flush (Socket *socket)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&socket->waiting);

  for (guint i = 0; i < waiting->len; i++)
    if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_send_text (socket->connection, g_ptr_array_index (waiting, i));
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ended = g_task_propagate_pointer (G_TASK (result), &error);
  Socket *socket = data;

  /* The socket may be gone */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  socket->n_checks--;
  if (error)
    close_socket (socket, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, "the session cannot be looked up");
  else if (*ended)
    close_socket (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the session has ended");
  else if (socket->n_checks == 0)
    flush (socket);
}

/* What is to be told waits until it is known that the session stands */
static void
check_session (Socket *socket)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (!socket->waiting)
    socket->waiting = g_ptr_array_new_with_free_func (g_free);
  socket->n_checks++;
  g_ptr_array_add (parts, (gpointer) baton_server_get_database_path (socket->hub->server));
  add_parts (socket, parts);
  look (parts, socket->cancellable, checked_cb, socket);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ended = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) sockets = NULL;
  BatonServerHub *hub = data;

  /* The hub may be gone */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  hub->looking = FALSE;
  if (error)
    {
      g_warning ("Whether sessions still stand cannot be found out: %s", error->message);
      return;
    }
  sockets = g_hash_table_get_keys_as_ptr_array (hub->sockets);
  for (guint i = 0; i < sockets->len; i++)
    {
      Socket *socket = g_ptr_array_index (sockets, i);

      if (socket->claims.session_id &&
          g_strv_contains ((const char *const *) ended, socket->claims.session_id))
        close_socket (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the session has ended");
    }
}

/* At all sessions at once */
static gboolean
look_timeout_cb (gpointer data)
{
  BatonServerHub *hub = data;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  GHashTableIter iter;
  Socket *socket;

  if (hub->looking || g_hash_table_size (hub->sockets) == 0)
    return G_SOURCE_CONTINUE;
  hub->looking = TRUE;
  g_ptr_array_add (parts, (gpointer) baton_server_get_database_path (hub->server));
  g_hash_table_iter_init (&iter, hub->sockets);
  while (g_hash_table_iter_next (&iter, (gpointer *) &socket, NULL))
    if (socket->claims.session_id)
      add_parts (socket, parts);
  look (parts, hub->cancellable, looked_cb, hub);
  return G_SOURCE_CONTINUE;
}

static gboolean
tell (Socket *socket, const char *json)
{
  if (json)
    return send_to (socket, json);
  check_session (socket);
  return TRUE;
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
        if (socket->claims.user_id &&
            g_strv_contains ((const char *const *) change->users, socket->claims.user_id) &&
            !tell (socket, change->json))
          g_hash_table_iter_remove (&iter);
    }
  return G_SOURCE_CONTINUE;
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
  socket->cancellable = g_cancellable_new ();
  g_set_object (&socket->tcp, soup_server_message_get_socket (message));
  get_acked (socket->tcp, &socket->acked);
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
  hub->cancellable = g_cancellable_new ();
  hub->look_timeout = g_timeout_add_seconds (LOOK_SECONDS, look_timeout_cb, hub);
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
  g_clear_handle_id (&hub->look_timeout, g_source_remove);
  g_cancellable_cancel (hub->cancellable);
  g_clear_object (&hub->cancellable);
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
