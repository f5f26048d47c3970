/* baton-server-request.c: one request, from its headers to its answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-request.h"

#include "baton-server.h"

#include <string.h>

#define MAX_ID_LENGTH 64

void
baton_server_request_free (BatonServerRequest *request)
{
  if (request->state)
    request->state_free (request->state);
  g_clear_object (&request->message);
  g_free (request->id);
  for (guint i = 0; i < BATON_SERVER_MAX_PARAMS; i++)
    g_free (request->params[i]);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->json, json_node_unref);
  g_free (request->user_id);
  g_free (request->email);
  g_free (request->role);
  g_free (request->session_id);
  g_free (request->device_id);
  baton_server_reply_clear (&request->reply);
  g_clear_error (&request->error);
  g_free (request);
}

const char *
baton_server_request_get_header (BatonServerRequest *request, const char *name)
{
  return soup_message_headers_get_one (request->headers, name);
}

const char *
baton_server_request_get_query (BatonServerRequest *request, const char *name)
{
  return request->query ? g_hash_table_lookup (request->query, name) : NULL;
}

/* The last address in the header that is no proxy of ours: what stands before it was written by whoever is there. NULL for nonsense. */
static GInetAddress *
find_forwarded (BatonServerConfig *config, const char *header)
{
  g_auto (GStrv) parts = g_strsplit (header, ",", -1);

  for (guint i = g_strv_length (parts); i-- > 0;)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (g_strstrip (parts[i]));

      if (address == NULL || !baton_server_config_is_trusted (config, address))
        return g_steal_pointer (&address);
    }
  return NULL;
}

char *
baton_server_request_dup_address (BatonServerRequest *request)
{
  BatonServerConfig *config = baton_server_get_config (request->server);
  GSocketAddress *remote = soup_server_message_get_remote_address (request->message);
  g_autofree char *header = NULL;
  g_autoptr (GInetAddress) forwarded = NULL;
  GInetAddress *peer;

  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return g_strdup ("");
  peer = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  header = g_strdup (soup_message_headers_get_list (request->headers, "X-Forwarded-For"));
  if (header && baton_server_config_is_trusted (config, peer))
    forwarded = find_forwarded (config, header);
  return g_inet_address_to_string (forwarded ? forwarded : peer);
}

static JsonNode *
get_json (BatonServerRequest *request, GError **error)
{
  gsize length = 0;
  const char *text;

  if (request->json)
    return request->json;
  text = request->body ? g_bytes_get_data (request->body, &length) : NULL;
  if (length == 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_INVALID_JSON,
                           "A body in JSON is missing.");
      return NULL;
    }
  request->json = baton_json_parse (text, length, error);
  return request->json;
}

JsonObject *
baton_server_request_get_object (BatonServerRequest *request, GError **error)
{
  JsonNode *node = get_json (request, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_INVALID_JSON,
                           "The body must be a JSON object.");
      return NULL;
    }
  return json_node_get_object (node);
}

static gboolean
id_is_fit (const char *id)
{
  gsize length = strlen (id);

  if (length == 0 || length > MAX_ID_LENGTH)
    return FALSE;
  for (const char *c = id; *c; c++)
    if (!g_ascii_isalnum (*c) && strchr ("-_.", *c) == NULL)
      return FALSE;
  return TRUE;
}

char *
baton_server_request_dup_id (const char *id)
{
  if (id && id_is_fit (id))
    return g_strdup (id);
  return g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
}
