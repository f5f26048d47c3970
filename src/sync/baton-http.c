/* baton-http.c: one request to Baton's API and its answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-http.h"

#include "baton-config.h"
#include "../core/baton-json.h"

#include <glib/gi18n-lib.h>

#define IDLE_SECONDS 30
/* 2,000 changes of the largest records fit; what is larger is not ours */
#define MAX_ANSWER (64 * 1024 * 1024)
/* A server that asks for more would switch sync off */
#define MAX_WAIT (15 * 60)

void
baton_answer_free (BatonAnswer *answer)
{
  if (answer == NULL)
    return;
  g_clear_pointer (&answer->data, json_node_unref);
  g_clear_pointer (&answer->details, json_node_unref);
  g_free (answer->code);
  g_free (answer->message);
  g_free (answer);
}

SoupSession *
baton_http_session_new (void)
{
  return soup_session_new_with_options ("timeout", IDLE_SECONDS, "user-agent",
                                        "Baton/" BATON_VERSION, NULL);
}

static void
fail_cut_off (const char *server, GError **error)
{
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE,
               _ ("%s cannot be reached: its answer was cut off."), server);
}

/* What a failure of the network is to us: OFFLINE, PROTOCOL (a certificate), or cancelled */
static void
translate_failure (const char *server, GError *failure, GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return;
    }
  if (failure->domain == G_TLS_ERROR)
    g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
                 _ ("The connection to %s is not safe, so nothing was sent: %s"), server,
                 failure->message);
  else if (failure->domain == SOUP_SESSION_ERROR)
    g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
                 _ ("%s does not answer as a Baton server does: %s"), server, failure->message);
  else
    g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE, _ ("%s cannot be reached: %s"),
                 server, failure->message);
  g_error_free (failure);
}

/* Of a server that was Baton's until now, half an answer is the network's doing */
static void
take_failure (const BatonRequest *request, GError *failure, GError **error)
{
  gboolean known = request->token != NULL || request->repeat_key != NULL;

  if (!known || (!g_error_matches (failure, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING) &&
                 !g_error_matches (failure, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING)))
    {
      translate_failure (request->server, failure, error);
      return;
    }
  fail_cut_off (request->server, error);
  g_error_free (failure);
}

static SoupMessage *
make_message (const BatonRequest *request)
{
  g_autofree char *url = g_strconcat (request->server, "/api/v1", request->path, NULL);
  SoupMessage *message = soup_message_new (request->method, url);
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;
  headers = soup_message_get_request_headers (message);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT |
                                       (request->repeatable ? SOUP_MESSAGE_IDEMPOTENT : 0));
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (request->token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", request->token, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
    }
  if (request->repeat_key != NULL)
    soup_message_headers_replace (headers, "Idempotency-Key", request->repeat_key);
  if (request->body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (request->body, strlen (request->body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  return message;
}

static GByteArray *
read_all (GInputStream *stream, const char *server, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (64 * 1024);
  gssize length;

  while ((length = g_input_stream_read (stream, buffer, 64 * 1024, cancellable, error)) > 0)
    {
      g_byte_array_append (bytes, buffer, (guint) length);
      if (bytes->len > MAX_ANSWER)
        {
          g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
                       _ ("The answer of %s is too large."), server);
          return NULL;
        }
    }
  return length < 0 ? NULL : g_steal_pointer (&bytes);
}

/* RFC 9110, 10.2.3: seconds or a date */
static guint
read_wait (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                   "Retry-After");
  g_autoptr (GDateTime) until = NULL;
  gint64 seconds;
  guint64 number;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &number, NULL))
    return (guint) MIN (number, MAX_WAIT);
  until = soup_date_time_new_from_http_string (text);
  if (until == NULL)
    return 0;
  seconds = g_date_time_to_unix (until) - g_get_real_time () / G_USEC_PER_SEC;
  return (guint) CLAMP (seconds, 0, MAX_WAIT);
}

static char *
dup_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_dup_string (node);
}

static JsonNode *
dup_node (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL ? json_node_copy (node) : NULL;
}

/* FALSE for what has not the shape of api.md */
static gboolean
read_envelope (BatonAnswer *answer, JsonNode *root)
{
  JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root)
                                                                     : NULL;
  JsonNode *success = object != NULL ? json_object_get_member (object, "success") : NULL;
  JsonNode *failure;

  if (success == NULL || !JSON_NODE_HOLDS_VALUE (success) ||
      json_node_get_value_type (success) != G_TYPE_BOOLEAN)
    return FALSE;
  if (json_node_get_boolean (success) != (answer->status < 300))
    return FALSE;
  if (answer->status < 300)
    {
      answer->data = dup_node (object, "data");
      return answer->data != NULL;
    }
  failure = json_object_get_member (object, "error");
  if (failure == NULL || !JSON_NODE_HOLDS_OBJECT (failure))
    return FALSE;
  answer->code = dup_text (json_node_get_object (failure), "code");
  answer->message = dup_text (json_node_get_object (failure), "message");
  answer->details = dup_node (json_node_get_object (failure), "details");
  return answer->code != NULL && answer->message != NULL;
}

/* A proxy in front of a server that is being restarted answers in its own words */
static void
fail_foreign (const BatonAnswer *answer,
              const char *type,
              const char *location,
              const char *server,
              GError **error)
{
  g_autofree char *text = NULL;

  if (answer->status == 429 || (answer->status >= 502 && answer->status <= 504))
    {
      text = g_strdup_printf (_ ("%s is busy or being restarted (%u)."), server, answer->status);
      g_propagate_error (error, baton_sync_error_new_busy (answer->wait, text));
      return;
    }
  if (answer->status >= 300 && answer->status < 400 && location != NULL)
    g_set_error (
        error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
        _ ("%s does not answer as a Baton server does: it points to %s. If you are in a network that asks you to sign in, do so first."),
        server, location);
  else
    g_set_error (
        error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
        _ ("%s does not answer as a Baton server does (%u, %s). Check the address. If you are in a network that asks you to sign in, do so first."),
        server, answer->status, type != NULL ? type : _ ("empty"));
}

/* What begins as Baton's answers do, and has no end: where no length is given, the network can cut it off unseen. */
static gboolean
is_cut_off (const char *text, gsize length)
{
  static const char start[] = "{\"success\":";

  return length > 0 && strncmp (text, start, MIN (length, sizeof start - 1)) == 0 &&
         text[length - 1] != '}';
}

BatonAnswer *
baton_answer_read (const BatonAnswerHead *head,
                   const char *text,
                   gsize length,
                   const char *server,
                   GError **error)
{
  g_autoptr (BatonAnswer) answer = g_new0 (BatonAnswer, 1);
  g_autoptr (JsonNode) root = NULL;

  answer->status = head->status;
  answer->wait = head->wait;
  if (answer->status == SOUP_STATUS_NO_CONTENT)
    return g_steal_pointer (&answer);
  if (g_strcmp0 (head->type, "application/json") == 0 && length > 0)
    root = baton_json_parse (text, (gssize) length, NULL);
  if (read_envelope (answer, root))
    return g_steal_pointer (&answer);
  if (root == NULL && g_strcmp0 (head->type, "application/json") == 0 && is_cut_off (text, length))
    fail_cut_off (server, error);
  else
    fail_foreign (answer, head->type, head->location, server, error);
  return NULL;
}

static BatonAnswer *
read_answer (SoupMessage *message, GByteArray *bytes, const char *server, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const BatonAnswerHead head = {
    .status = soup_message_get_status (message),
    .wait = read_wait (message),
    .type = soup_message_headers_get_content_type (headers, NULL),
    .location = soup_message_headers_get_one (headers, "Location"),
  };

  return baton_answer_read (&head, (const char *) bytes->data, bytes->len, server, error);
}

BatonAnswer *
baton_http_send (SoupSession *soup,
                 const BatonRequest *request,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (SoupMessage) message = make_message (request);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) local = NULL;

  if (message == NULL)
    {
      g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
                   _ ("“%s” is not a server’s address."), request->server);
      return NULL;
    }
  stream = soup_session_send (soup, message, cancellable, &local);
  if (stream != NULL)
    bytes = read_all (stream, request->server, cancellable, &local);
  if (bytes == NULL && local->domain == BATON_SYNC_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (bytes == NULL)
    {
      take_failure (request, g_steal_pointer (&local), error);
      return NULL;
    }
  return read_answer (message, bytes, request->server, error);
}

gboolean
baton_answer_check (const BatonAnswer *answer, GError **error)
{
  BatonSyncError code = BATON_SYNC_ERROR_REFUSED;

  if (answer->status < 300)
    return TRUE;
  if (answer->status == 429 || answer->status == 503)
    {
      g_propagate_error (error, baton_sync_error_new_busy (answer->wait, answer->message));
      return FALSE;
    }
  if (answer->status == 401)
    code = BATON_SYNC_ERROR_SIGNED_OUT;
  else if (answer->status == 410)
    code = BATON_SYNC_ERROR_EXPIRED;
  else if (answer->status >= 500)
    code = BATON_SYNC_ERROR_PROTOCOL;
  g_set_error_literal (error, BATON_SYNC_ERROR, code, answer->message);
  return FALSE;
}

gboolean
baton_answer_to_exchange (const BatonAnswer *answer, BatonExchange **exchange, GError **error)
{
  if (answer->status == 410)
    {
      *exchange = baton_exchange_from_expired (answer->details, error);
      if (*exchange != NULL)
        baton_answer_check (answer, error);
      return FALSE;
    }
  if (!baton_answer_check (answer, error))
    return FALSE;
  *exchange = baton_exchange_from_json (answer->data, error);
  return *exchange != NULL;
}
