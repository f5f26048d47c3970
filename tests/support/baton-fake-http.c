/* baton-fake-http.c: a Baton server over HTTP on this computer, on a thread of its own, that does as a test tells it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-fake-http-private.h"

typedef enum
{
  SAY,
  LOSE,
  HANG,
} Deed;

typedef struct
{
  Deed deed;
  char *path;
  guint n;
  guint status;
  char *type;
  char *header;
  char *text;
} Order;

static void
order_free (Order *order)
{
  g_free (order->path);
  g_free (order->type);
  g_free (order->header);
  g_free (order->text);
  g_free (order);
}

static void
answer (SoupServerMessage *message, guint status, const char *type, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

static void
answer_failure (SoupServerMessage *message, guint status, const char *code)
{
  g_autofree char *text = g_strdup_printf (
      "{\"success\":false,\"error\":{\"code\":\"%s\",\"message\":\"The server says %s.\"}}", code,
      code);

  answer (message, status, "application/json", text);
}

static void
cut_off (SoupServerMessage *message)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_io_stream_close (stream, NULL, NULL);
}

/* --- tokens ------------------------------------------------------------------- */

static void
answer_pair (BatonFakeHttp *http, SoupServerMessage *message)
{
  g_autofree char *text = NULL;

  http->n_tokens++;
  text = g_strdup_printf ("{\"success\":true,\"data\":{\"user\":{\"id\":\"" BATON_FAKE_USER
                          "\"},\"access_token\":\"access-%u\","
                          "\"refresh_token\":\"refresh-%u\",\"expires_in\":%u}}",
                          http->n_tokens, http->n_tokens, http->seconds);
  answer (message, 200, "application/json", text);
}

static const char *
get_member (JsonNode *body, const char *name)
{
  if (body == NULL || !JSON_NODE_HOLDS_OBJECT (body))
    return NULL;
  return json_object_get_string_member_with_default (json_node_get_object (body), name, NULL);
}

static void
sign_in (BatonFakeHttp *http, SoupServerMessage *message, JsonNode *body)
{
  if (g_strcmp0 (get_member (body, "password"), BATON_FAKE_PASSWORD) != 0)
    {
      answer_failure (message, 401, "AUTHENTICATION_ERROR");
      return;
    }
  if (http->revoked)
    http->oldest_access = http->n_tokens + 1;
  http->revoked = FALSE;
  answer_pair (http, message);
}

static void
renew (BatonFakeHttp *http, SoupServerMessage *message, JsonNode *body)
{
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                  "Idempotency-Key");
  g_autofree char *good = g_strdup_printf ("refresh-%u", http->n_tokens);
  g_autofree char *spent = g_strdup_printf ("refresh-%u", http->n_tokens - 1);
  const char *token = get_member (body, "refresh_token");
  gboolean repeated = http->allow_repeats && key != NULL && g_strcmp0 (token, spent) == 0 &&
                      g_strcmp0 (key, http->last_key) == 0;

  if (http->revoked || (g_strcmp0 (token, good) != 0 && !repeated))
    {
      http->revoked = TRUE;
      http->oldest_access = G_MAXUINT;
      answer_failure (message, 401, "TOKEN_REUSED");
      return;
    }
  g_set_str (&http->last_key, key);
  answer_pair (http, message);
}

gboolean
baton_fake_http_check_token (BatonFakeHttp *http, SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");
  guint number = 0;

  if (header != NULL && g_str_has_prefix (header, "Bearer access-"))
    number = (guint) g_ascii_strtoull (header + strlen ("Bearer access-"), NULL, 10);
  if (number > 0 && number >= http->oldest_access)
    return TRUE;
  answer_failure (message, 401, number > 0 ? "TOKEN_EXPIRED" : "AUTHENTICATION_ERROR");
  return FALSE;
}

/* --- requests ----------------------------------------------------------------- */

static gboolean
take_order (BatonFakeHttp *http, const char *path, Order *order)
{
  for (guint i = 0; i < http->orders->len; i++)
    {
      Order *candidate = g_ptr_array_index (http->orders, i);

      if (!g_str_has_suffix (path, candidate->path))
        continue;
      *order = *candidate;
      order->path = NULL;
      order->type = g_strdup (candidate->type);
      order->header = g_strdup (candidate->header);
      order->text = g_strdup (candidate->text);
      if (--candidate->n == 0)
        g_ptr_array_remove_index (http->orders, i);
      return TRUE;
    }
  return FALSE;
}

static void
do_request (BatonFakeHttp *http, SoupServerMessage *message, const char *path)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (JsonNode) node = *text != '\0' ? baton_json_parse (text, -1, NULL) : NULL;
  g_autofree char *reply = NULL;
  guint status;

  if (g_str_has_suffix (path, "/auth/login") || g_str_has_suffix (path, "/auth/register"))
    sign_in (http, message, node);
  else if (g_str_has_suffix (path, "/auth/refresh"))
    renew (http, message, node);
  else if (g_str_has_suffix (path, "/auth/logout"))
    soup_server_message_set_status (message, 204, NULL);
  else if (!g_str_has_suffix (path, "/sync"))
    answer_failure (message, 404, "NOT_FOUND");
  else if (baton_fake_http_check_token (http, message))
    {
      reply = baton_fake_server_sync (http->server, text, &status);
      answer (message, status, "application/json", reply);
      baton_fake_http_send_told (http);
    }
}

static void
obey (BatonFakeHttp *http, SoupServerMessage *message, const char *path, const Order *order)
{
  g_auto (GStrv) header = order->header != NULL ? g_strsplit (order->header, ": ", 2) : NULL;

  if (order->deed == SAY)
    {
      answer (message, order->status, order->type, order->text);
      if (header != NULL)
        soup_message_headers_replace (soup_server_message_get_response_headers (message), header[0],
                                      header[1]);
      return;
    }
  if (order->deed == LOSE)
    {
      do_request (http, message, path);
      cut_off (message);
      return;
    }
  soup_server_message_pause (message);
  g_ptr_array_add (http->hanging, g_object_ref (message));
}

static void
request_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  BatonFakeHttp *http = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (http->counts, path));
  Order order = { 0 };

  g_hash_table_replace (http->counts, g_strdup (path), GUINT_TO_POINTER (count + 1));
  if (take_order (http, path, &order))
    obey (http, message, path, &order);
  else
    do_request (http, message, path);
  g_free (order.type);
  g_free (order.header);
  g_free (order.text);
}

/* --- its thread --------------------------------------------------------------- */

typedef struct
{
  BatonFakeHttp *http;
  GMutex mutex;
  GCond cond;
  gboolean ready;
} Start;

static gpointer
thread_func (gpointer data)
{
  Start *start = data;
  BatonFakeHttp *http = start->http;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (http->context);
  http->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (http->soup, NULL, request_cb, http, NULL);
  baton_fake_http_add_live (http);
  soup_server_listen_local (http->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (http->soup);
  http->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_mutex_lock (&start->mutex);
  start->ready = TRUE;
  g_cond_signal (&start->cond);
  g_mutex_unlock (&start->mutex);

  g_main_loop_run (http->loop);
  baton_fake_http_drop_live (http);
  g_ptr_array_set_size (http->hanging, 0);
  soup_server_disconnect (http->soup);
  g_clear_object (&http->soup);
  while (g_main_context_iteration (http->context, FALSE))
    continue;
  g_main_context_pop_thread_default (http->context);
  return NULL;
}

BatonFakeHttp *
baton_fake_http_new (BatonFakeServer *server)
{
  static const char *const ours[] = { "baton-core", "baton-sql", "baton-store", "baton-sync" };
  BatonFakeHttp *http = g_new0 (BatonFakeHttp, 1);
  Start start = { .http = http };

  /* libsoup's server warns of a peer that is gone before it is let in, as one that is stopped may be */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    g_log_set_fatal_mask (ours[i], G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_mutex_init (&http->mutex);
  http->server = server;
  http->seconds = 900;
  http->context = g_main_context_new ();
  http->loop = g_main_loop_new (http->context, FALSE);
  http->orders = g_ptr_array_new_with_free_func ((GDestroyNotify) order_free);
  http->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  http->hanging = g_ptr_array_new_with_free_func (g_object_unref);
  http->live = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&start.mutex);
  g_cond_init (&start.cond);
  http->thread = g_thread_new ("fake-http", thread_func, &start);
  g_mutex_lock (&start.mutex);
  while (!start.ready)
    g_cond_wait (&start.cond, &start.mutex);
  g_mutex_unlock (&start.mutex);
  g_mutex_clear (&start.mutex);
  g_cond_clear (&start.cond);
  return http;
}

void
baton_fake_http_call (BatonFakeHttp *http, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_main_context_invoke_full (http->context, G_PRIORITY_DEFAULT, func, data, destroy);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
baton_fake_http_free (BatonFakeHttp *http)
{
  if (http == NULL)
    return;
  baton_fake_http_call (http, quit_cb, http->loop, NULL);
  g_thread_join (http->thread);
  g_ptr_array_unref (http->orders);
  g_ptr_array_unref (http->hanging);
  g_ptr_array_unref (http->live);
  g_hash_table_unref (http->counts);
  g_main_loop_unref (http->loop);
  g_main_context_unref (http->context);
  g_mutex_clear (&http->mutex);
  g_free (http->last_key);
  g_free (http->before_live);
  g_free (http->url);
  g_free (http);
}

/* --- what a test asks for ------------------------------------------------------- */

const char *
baton_fake_http_get_url (BatonFakeHttp *http)
{
  return http->url;
}

static Order *
add_order (BatonFakeHttp *http, Deed deed, const char *path, guint n)
{
  Order *order = g_new0 (Order, 1);

  order->deed = deed;
  order->path = g_strdup (path);
  order->n = n;
  g_ptr_array_add (http->orders, order);
  return order;
}

void
baton_fake_http_say (BatonFakeHttp *http,
                     const char *path,
                     guint n,
                     guint status,
                     const char *type,
                     const char *header,
                     const char *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);
  Order *order = add_order (http, SAY, path, n);

  order->status = status;
  order->type = g_strdup (type);
  order->header = g_strdup (header);
  order->text = g_strdup (text);
}

void
baton_fake_http_lose (BatonFakeHttp *http, const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  add_order (http, LOSE, path, 1);
}

void
baton_fake_http_hang (BatonFakeHttp *http, const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  add_order (http, HANG, path, 1);
}

void
baton_fake_http_expire (BatonFakeHttp *http, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  http->seconds = seconds;
  http->oldest_access = http->n_tokens + 1;
}

void
baton_fake_http_allow_repeats (BatonFakeHttp *http, gboolean allow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);

  http->allow_repeats = allow;
}

guint
baton_fake_http_count (BatonFakeHttp *http, const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&http->mutex);
  g_autofree char *whole = g_strconcat ("/api/v1", path, NULL);

  return GPOINTER_TO_UINT (g_hash_table_lookup (http->counts, whole));
}
