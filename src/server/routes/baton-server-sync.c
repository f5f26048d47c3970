/* baton-server-sync.c: one round trip of a device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-sync.h"

#include "baton-server-routes.h"

#define DEFAULT_LIMIT 500
#define MAX_LIMIT     2000
#define MAX_EDITS     500
#define MAX_SCOPES    10000

static void
sync_free (gpointer data)
{
  BatonServerSync *sync = data;

  g_hash_table_unref (sync->cursor);
  g_hash_table_unref (sync->head);
  g_string_free (sync->results, TRUE);
  g_free (sync);
}

static void
read_places (GHashTable *places, const char *name, JsonNode *node, GPtrArray *problems)
{
  JsonObjectIter iter;
  const char *scope;
  JsonNode *place;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) ||
      json_object_get_size (json_node_get_object (node)) > MAX_SCOPES)
    {
      baton_problems_add (problems, name, "%s", "must be an object from scope to place");
      return;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &scope, &place))
    {
      if (baton_json_get_text (place) == NULL)
        baton_problems_add (problems, name, "%s", "must have texts as its places");
      else
        g_hash_table_replace (places, g_strdup (scope), g_strdup (baton_json_get_text (place)));
    }
}

static void
read_limit (BatonServerSync *sync, JsonNode *node, GPtrArray *problems)
{
  sync->limit = DEFAULT_LIMIT;
  if (node == NULL)
    return;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    sync->limit = json_node_get_int (node);
  else
    sync->limit = 0;
  if (sync->limit < 1 || sync->limit > MAX_LIMIT)
    baton_problems_add (problems, "limit", "must be a whole number from 1 to %d", MAX_LIMIT);
}

static void
read_edits (BatonServerSync *sync, JsonNode *node, GPtrArray *problems)
{
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    baton_problems_add (problems, "edits", "%s", "must be an array");
  else if (json_array_get_length (json_node_get_array (node)) > MAX_EDITS)
    baton_problems_add (problems, "edits", "must have at most %d edits", MAX_EDITS);
  else
    sync->edits = json_node_get_array (node);
}

/* Kept by @request; what is wrong is named in the reply */
static BatonServerSync *
read_body (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  GPtrArray *problems;
  BatonServerSync *sync;
  guint64 node;

  if (body == NULL)
    return NULL;
  problems = baton_problems_new ();
  sync = g_new0 (BatonServerSync, 1);
  sync->cursor = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sync->head = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sync->results = g_string_new (NULL);
  request->state = sync;
  request->state_free = sync_free;
  if (!baton_device_id_parse (baton_json_get_text (json_object_get_member (body, "device_id")),
                              &node) ||
      node == 0)
    baton_problems_add (problems, "device_id", "%s", "must be 12 hex digits, not all zero");
  read_places (sync->cursor, "cursor", json_object_get_member (body, "cursor"), problems);
  if (json_object_has_member (body, "head"))
    read_places (sync->head, "head", json_object_get_member (body, "head"), problems);
  read_limit (sync, json_object_get_member (body, "limit"), problems);
  read_edits (sync, json_object_get_member (body, "edits"), problems);
  return baton_server_reply_check (reply, problems, error) ? sync : NULL;
}

gboolean
baton_server_sync_post (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  BatonServerSync *sync = read_body (request, reply, error);

  return sync && baton_server_sync_check_cursor (request, reply, sync, error) &&
         baton_server_sync_take (request, sync, error);
}

gboolean
baton_server_sync_then (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  BatonServerSync *sync = request->state;
  BatonJsonWriter *json = &reply->json;
  g_autofree char *now = baton_time_format (request->now);

  baton_json_begin_object (json);
  baton_json_key (json, "results");
  baton_json_raw (json, sync->results->str);
  if (!baton_server_sync_check_cursor (request, reply, sync, error) ||
      !baton_server_sync_write_changes (request, sync, json, error))
    return FALSE;
  baton_json_member_text (json, "server_time", now);
  baton_json_member_text (json, "server_id", baton_server_get_id (request->server));
  baton_json_end_object (json);
  return TRUE;
}
