/* baton-server-limits.c: what is turned away before it is read, and what libsoup answers by itself
 *
 * A body that is too large is refused when its length is known, or when it has grown too long. HTTP/1.1 wants it read before the
 * answer is sent, so a little more is read and thrown away, that an honest client hears why; then the connection ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-limits.h"

#include "baton-server-request.h"

#define MAX_THROWN_AWAY (8 * 1024 * 1024)

static void
answer (SoupServerMessage *message, BatonServerError code, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *client_id = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "X-Request-Id");
  g_autofree char *id = baton_server_request_dup_id (client_id);
  g_autoptr (GError) error = g_error_new_literal (BATON_SERVER_ERROR, code, text);
  BatonServerReply reply;
  gsize length;

  baton_server_reply_init (&reply);
  baton_server_reply_finish (&reply, error);
  length = reply.body->len;
  soup_message_headers_replace (headers, "X-Request-Id", id);
  soup_message_headers_replace (headers, "Connection", "close");
  soup_server_message_set_status (message, reply.status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE,
                                    g_string_free_and_steal (g_steal_pointer (&reply.body)),
                                    length);
  baton_server_reply_clear (&reply);
}

static void
refuse_body (SoupServerMessage *message)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  answer (message, BATON_SERVER_ERROR_PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.");
}

static void
hang_up (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  gsize length = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), "baton-length")) +
                 g_bytes_get_size (chunk);

  g_object_set_data (G_OBJECT (message), "baton-length", GSIZE_TO_POINTER (length));
  if (length > BATON_SERVER_MAX_BODY && soup_server_message_get_status (message) == 0)
    refuse_body (message);
  if (length > MAX_THROWN_AWAY)
    hang_up (message);
}

static void
got_headers_cb (SoupServerMessage *message, gpointer data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  if (soup_server_message_get_status (message) >= 400 && body->length == 0)
    {
      answer (message, BATON_SERVER_ERROR_VALIDATION,
              "This is not a request that the server can read.");
      return;
    }
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    {
      if (soup_message_headers_get_content_length (headers) <= BATON_SERVER_MAX_BODY)
        return;
      refuse_body (message);
    }
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_NONE)
    return;
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
}

void
baton_server_limits_watch (SoupServerMessage *message)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), NULL);
}
