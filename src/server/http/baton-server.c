/* baton-server.c: the server: HTTP on the main thread, work on others
 *
 * The main thread reads requests and sends answers. It gives each request to the threads that its route names and pauses the
 * message; a handler is blocking code. Answers come back through one queue with one wake-up for all that is in it, which is
 * what keeps the hop between the threads cheap when there is much to do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server.h"

#include <gio/gio.h>
#include <string.h>

#include "../db/baton-server-database.h"
#include "../db/baton-server-writer.h"
#include "../routes/baton-server-totals.h"
#include "baton-server-dispatch.h"
#include "baton-server-limits.h"
#include "baton-server-workers.h"

#define N_READERS 2
#define N_SLOW    2

struct _BatonServer
{
  BatonServerConfig *config; /* borrowed */
  char *path;                /* the database */
  char *id;
  char *uri;             /* nullable until started */
  SoupServer *soup;      /* main thread */
  GHashTable *under_way; /* message to request, both borrowed; main thread */
  BatonServerWriter *writer;
  BatonServerWorkers *readers;
  BatonServerWorkers *slow;
  BatonServerTotals *totals;
  BatonSql *apart;                      /* owned; NULL with threads */
  BatonServerAuthenticate authenticate; /* nullable */
  BatonServerAuth *auth;                /* nullable; freed by free_auth */
  GDestroyNotify free_auth;             /* nullable */
  BatonServerStopped stopped;           /* nullable; main thread */
  gpointer stopped_data;
  gboolean stopping; /* main thread */

  GSource *answers; /* owned */
  GMutex mutex;
  BatonServerRequest *first; /* mutex; answered, to be sent */
  BatonServerRequest *last;  /* mutex */
};

static void
maybe_stopped (BatonServer *server)
{
  BatonServerStopped stopped = server->stopped;

  if (!server->stopping || stopped == NULL || g_hash_table_size (server->under_way) > 0)
    return;
  server->stopped = NULL;
  soup_server_disconnect (server->soup);
  stopped (server, server->stopped_data);
}

/* --- answers ----------------------------------------------------------- */

static void
set_response (BatonServerRequest *request)
{
  BatonServerReply *reply = &request->reply;
  SoupServerMessage *message = request->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = reply->body->len;

  soup_message_headers_append (headers, "X-Request-Id", request->id);
  for (guint i = 0; reply->headers && i < reply->headers->len; i += 2)
    soup_message_headers_append (headers, g_ptr_array_index (reply->headers, i),
                                 g_ptr_array_index (reply->headers, i + 1));
  if (request->server->stopping)
    soup_message_headers_append (headers, "Connection", "close");
  soup_server_message_set_status (message, reply->status, NULL);
  if (reply->status == SOUP_STATUS_NO_CONTENT)
    return;
  /* libsoup has words of its own for a handshake that is none */
  soup_message_body_truncate (soup_server_message_get_response_body (message));
  soup_server_message_set_response (
      message, reply->content_type ? reply->content_type : "application/json", SOUP_MEMORY_TAKE,
      g_string_free_and_steal (g_steal_pointer (&reply->body)), length);
}

static void
log_failure (BatonServerRequest *request)
{
  if (request->reply.status < 500 || request->error == NULL)
    return;
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "REQUEST_ID", request->id, "MESSAGE",
                    "%s %s failed: %s", soup_server_message_get_method (request->message),
                    request->route ? request->route->path : "", request->error->message);
}

/* The end of a request that the main thread answers by itself */
static void
answer_at_once (BatonServerRequest *request)
{
  baton_server_reply_finish (&request->reply, request->error);
  log_failure (request);
  set_response (request);
  baton_server_request_free (request);
}

static void
send_answer (BatonServer *server, BatonServerRequest *request)
{
  SoupServerMessage *message = request->message;

  log_failure (request);
  /* The client may have hung up meanwhile */
  if (g_hash_table_contains (server->under_way, message))
    {
      g_hash_table_replace (server->under_way, message, NULL);
      set_response (request);
      soup_server_message_unpause (message);
    }
  baton_server_request_free (request);
}

static gboolean
send_answers_cb (gpointer data)
{
  BatonServer *server = data;
  BatonServerRequest *request;
  BatonServerRequest *next;

  g_source_set_ready_time (server->answers, -1);
  g_mutex_lock (&server->mutex);
  request = g_steal_pointer (&server->first);
  g_mutex_unlock (&server->mutex);
  for (; request; request = next)
    {
      next = request->next;
      send_answer (server, request);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
answers_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs answers_funcs = { .dispatch = answers_dispatch };

/* Any thread. Gives an answered request back to the main thread. */
static void
give_back (BatonServer *server, BatonServerRequest *request)
{
  gboolean is_first;

  baton_server_reply_finish (&request->reply, request->error);
  request->next = NULL;
  g_mutex_lock (&server->mutex);
  is_first = server->first == NULL;
  if (is_first)
    server->first = request;
  else
    server->last->next = request;
  server->last = request;
  g_mutex_unlock (&server->mutex);
  if (is_first)
    g_source_set_ready_time (server->answers, 0);
}

/* --- handlers ---------------------------------------------------------- */

static void
work_cb (BatonServerRequest *request, BatonSql *sql, gpointer data)
{
  BatonServer *server = data;

  request->sql = sql;
  if (request->written)
    request->route->then (request, &request->reply, &request->error);
  else
    baton_server_dispatch_run (request, server->authenticate, &request->error);
  request->sql = NULL;
  give_back (server, request);
}

static gboolean
write_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  BatonServerRequest *request = data;
  gboolean done;

  request->sql = sql;
  done = baton_server_dispatch_run (request, request->server->authenticate, error);
  request->sql = NULL;
  return done;
}

static void
written_cb (gpointer data, GError *error)
{
  BatonServerRequest *request = data;

  request->error = error;
  request->written = error == NULL;
  if (request->server->apart)
    return;
  if (request->written && request->route->then)
    baton_server_workers_push (request->server->readers, request);
  else
    give_back (request->server, request);
}

static void
run_apart (BatonServer *server, BatonServerRequest *request)
{
  if (request->route->kind == BATON_SERVER_WRITE)
    baton_server_writer_push (server->writer, write_cb, written_cb, request);
  request->sql = server->apart;
  if (request->written && request->route->then)
    request->route->then (request, &request->reply, &request->error);
  else if (request->route->kind != BATON_SERVER_WRITE)
    baton_server_dispatch_run (request, server->authenticate, &request->error);
  request->sql = NULL;
}

char *
baton_server_answer (BatonServer *server,
                     const char *method,
                     const char *path,
                     const char *token,
                     const char *body,
                     gint64 now,
                     guint *status)
{
  g_autoptr (BatonServerRequest) request = g_new0 (BatonServerRequest, 1);
  g_autofree char *authorization = g_strconcat ("Bearer ", token, NULL);
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);

  request->server = server;
  request->headers = headers;
  request->now = now;
  request->body = body ? g_bytes_new (body, strlen (body)) : NULL;
  soup_message_headers_append (headers, "Content-Type", "application/json");
  soup_message_headers_append (headers, "Authorization", authorization);
  baton_server_reply_init (&request->reply);
  if (baton_server_dispatch_find (request, method, path, &request->error) &&
      baton_server_dispatch_check (request, &request->error))
    run_apart (server, request);
  baton_server_reply_finish (&request->reply, request->error);
  *status = request->reply.status;
  soup_message_headers_unref (headers);
  return g_string_free_and_steal (g_steal_pointer (&request->reply.body));
}

static void
hand_over (BatonServer *server, BatonServerRequest *request)
{
  switch (request->route->kind)
    {
    case BATON_SERVER_READ:
      baton_server_workers_push (server->readers, request);
      break;
    case BATON_SERVER_WRITE:
      baton_server_writer_push (server->writer, write_cb, written_cb, request);
      break;
    case BATON_SERVER_SLOW:
      baton_server_workers_push (server->slow, request);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- HTTP -------------------------------------------------------------- */

static BatonServerRequest *
request_new (BatonServer *server, SoupServerMessage *message, GHashTable *query)
{
  BatonServerRequest *request = g_new0 (BatonServerRequest, 1);

  request->server = server;
  request->message = g_object_ref (message);
  request->headers = soup_server_message_get_request_headers (message);
  request->id = baton_server_request_dup_id (
      soup_message_headers_get_one (request->headers, "X-Request-Id"));
  request->query = query ? g_hash_table_ref (query) : NULL;
  request->now = g_get_real_time () / 1000;
  baton_server_reply_init (&request->reply);
  return request;
}

static gboolean
check_request (BatonServer *server, BatonServerRequest *request, const char *path, GError **error)
{
  if (server->stopping)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_UNAVAILABLE,
                           "The server is shutting down. Nothing was changed.");
      return FALSE;
    }
  return baton_server_dispatch_find (request, soup_server_message_get_method (request->message),
                                     path, error) &&
         baton_server_dispatch_check (request, error);
}

static void
request_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  BatonServer *server = data;
  BatonServerRequest *request = request_new (server, message, query);
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length > 0)
    request->body = soup_message_body_flatten (body);
  if (!check_request (server, request, path, &request->error))
    {
      answer_at_once (request);
      return;
    }
  g_hash_table_insert (server->under_way, message, request);
  soup_server_message_pause (message);
  hand_over (server, request);
}

/* A handshake is libsoup's to answer; anything else at the same path is an ordinary request */
static void
socket_request_cb (SoupServer *soup,
                   SoupServerMessage *message,
                   const char *path,
                   GHashTable *query,
                   gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_header_contains (headers, "Upgrade", "websocket"))
    return;
  request_cb (soup, message, path, query, data);
}

/* Every request ends here, whether it was answered or the client hung up */
static void
request_ended_cb (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  BatonServer *server = data;

  g_hash_table_remove (server->under_way, message);
  maybe_stopped (server);
}

static void
request_started_cb (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  baton_server_limits_watch (message);
}

static void
open_http (BatonServer *server)
{
  server->soup = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_handler (server->soup, NULL, request_cb, server, NULL);
  g_signal_connect (server->soup, "request-started", G_CALLBACK (request_started_cb), server);
  g_signal_connect (server->soup, "request-finished", G_CALLBACK (request_ended_cb), server);
  g_signal_connect (server->soup, "request-aborted", G_CALLBACK (request_ended_cb), server);
}

/* With its database, and nothing that runs yet */
static BatonServer *
open_data (BatonServerConfig *config, GError **error)
{
  const char *data_dir = baton_server_config_get (config, "data-dir");
  g_autoptr (BatonServer) server = g_new0 (BatonServer, 1);
  g_autoptr (BatonSql) sql = NULL;

  g_mutex_init (&server->mutex);
  server->config = config;
  server->totals = baton_server_totals_new ();
  server->under_way = g_hash_table_new (NULL, NULL);
  server->path = baton_server_database_dup_path (data_dir);
  if (!baton_server_database_prepare (data_dir, error))
    return NULL;
  sql = baton_sql_open (server->path, BATON_SQL_READ, error);
  if (sql == NULL || (server->id = baton_server_database_dup_id (sql, error)) == NULL)
    return NULL;
  return g_steal_pointer (&server);
}

BatonServer *
baton_server_new_apart (BatonServerConfig *config, GError **error)
{
  g_autoptr (BatonServer) server = open_data (config, error);

  if (server == NULL)
    return NULL;
  server->writer = baton_server_writer_new_apart (server->path, error);
  if (server->writer == NULL)
    return NULL;
  server->apart = baton_sql_open (server->path, BATON_SQL_READ, error);
  return server->apart ? g_steal_pointer (&server) : NULL;
}

BatonServer *
baton_server_new (BatonServerConfig *config, GError **error)
{
  g_autoptr (BatonServer) server = open_data (config, error);

  if (server == NULL)
    return NULL;
  server->writer = baton_server_writer_new (server->path, error);
  if (server->writer == NULL)
    return NULL;
  server->readers = baton_server_workers_new ("reader", N_READERS, server->path, work_cb, server,
                                              error);
  if (server->readers == NULL)
    return NULL;
  server->slow = baton_server_workers_new ("slow", N_SLOW, server->path, work_cb, server, error);
  if (server->slow == NULL)
    return NULL;
  open_http (server);
  return g_steal_pointer (&server);
}

/* The last connection to close writes the log into the file and removes it, if it may write: readers may not. A copy of the file is whole then. */
static void
put_log_in (BatonServer *server)
{
  BatonSql *sql = server->soup ? baton_sql_open (server->path, BATON_SQL_WRITE, NULL) : NULL;

  if (sql != NULL)
    baton_sql_close (sql);
}

void
baton_server_free (BatonServer *server)
{
  if (server->soup)
    soup_server_disconnect (server->soup);
  /* Each gives on to the next: slow ones write, and what is written is then read */
  g_clear_pointer (&server->slow, baton_server_workers_free);
  g_clear_pointer (&server->writer, baton_server_writer_free);
  g_clear_pointer (&server->readers, baton_server_workers_free);
  put_log_in (server);
  if (server->answers)
    {
      send_answers_cb (server);
      g_source_destroy (server->answers);
      g_clear_pointer (&server->answers, g_source_unref);
    }
  g_clear_object (&server->soup);
  g_clear_pointer (&server->apart, baton_sql_close);
  g_clear_pointer (&server->totals, baton_server_totals_free);
  g_clear_pointer (&server->under_way, g_hash_table_unref);
  if (server->free_auth)
    server->free_auth (server->auth);
  g_mutex_clear (&server->mutex);
  g_free (server->path);
  g_free (server->id);
  g_free (server->uri);
  g_free (server);
}

void
baton_server_set_authenticate (BatonServer *server,
                               BatonServerAuthenticate authenticate,
                               BatonServerAuth *auth,
                               GDestroyNotify destroy)
{
  server->authenticate = authenticate;
  server->auth = auth;
  server->free_auth = destroy;
}

BatonServerAuth *
baton_server_get_auth (BatonServer *server)
{
  return server->auth;
}

static GSocketAddress *
parse_listen (const char *listen, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (listen, 8750, error);
  g_autoptr (GInetAddress) address = NULL;

  if (connectable == NULL)
    return NULL;
  address = g_inet_address_new_from_string (
      g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)));
  if (address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no address and port.",
                   listen);
      return NULL;
    }
  return g_inet_socket_address_new (address,
                                    g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));
}

void
baton_server_add_socket (BatonServer *server,
                         const char *path,
                         SoupServerCallback admit,
                         SoupServerWebsocketCallback opened,
                         gpointer data)
{
  soup_server_add_handler (server->soup, path, socket_request_cb, server, NULL);
  soup_server_add_early_handler (server->soup, path, admit, data, NULL);
  soup_server_add_websocket_handler (server->soup, path, NULL, NULL, opened, data, NULL);
}

gboolean
baton_server_start (BatonServer *server, GError **error)
{
  g_autoptr (GSocketAddress)
      address = parse_listen (baton_server_config_get (server->config, "listen"), error);
  GSList *uris;

  if (address == NULL)
    return FALSE;
  server->answers = g_source_new (&answers_funcs, sizeof (GSource));
  g_source_set_callback (server->answers, send_answers_cb, server, NULL);
  g_source_attach (server->answers, g_main_context_get_thread_default ());
  if (!soup_server_listen (server->soup, address, 0, error))
    return FALSE;
  uris = soup_server_get_uris (server->soup);
  server->uri = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (g_str_has_suffix (server->uri, "/"))
    server->uri[strlen (server->uri) - 1] = '\0';
  return TRUE;
}

void
baton_server_stop (BatonServer *server, BatonServerStopped stopped, gpointer data)
{
  server->stopping = TRUE;
  server->stopped = stopped;
  server->stopped_data = data;
  maybe_stopped (server);
}

const char *
baton_server_get_uri (BatonServer *server)
{
  return server->uri;
}

const char *
baton_server_get_database_path (BatonServer *server)
{
  return server->path;
}

const char *
baton_server_get_id (BatonServer *server)
{
  return server->id;
}

BatonServerConfig *
baton_server_get_config (BatonServer *server)
{
  return server->config;
}

BatonServerWriter *
baton_server_get_writer (BatonServer *server)
{
  return server->writer;
}

BatonServerTotals *
baton_server_get_totals (BatonServer *server)
{
  return server->totals;
}

gboolean
baton_server_is_stopping (BatonServer *server)
{
  return server->stopping;
}
