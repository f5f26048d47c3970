/* baton-server-tasks-bulk.c: POST /tasks/bulk: many changes, each with its own result
 *
 * Each operation is answered as the single request would be. One that is refused stops none of the others: all that can
 * refuse it comes before its first write.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include <string.h>

#include "baton-server-resource.h"
#include "baton-server-routes.h"

#define MAX_OPERATIONS 200

static const struct
{
  const char *op;
  BatonServerHandler handler;
} operations[] = {
  { "delete",   baton_server_tasks_delete   },
  { "complete", baton_server_tasks_complete },
  { "restore",  baton_server_tasks_restore  },
};

static gboolean
fail (BatonServerReply *reply, const char *field, const char *message, GError **error)
{
  return baton_server_reply_refuse (reply, field, message, error);
}

/* `{ "op": "update", "id": "…", "data": { … } }` */
static gboolean
run_operation (BatonServerRequest *request, BatonServerReply *reply, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *op = object ? baton_json_get_text (json_object_get_member (object, "op")) : NULL;
  const char *id = object ? baton_json_get_text (json_object_get_member (object, "id")) : NULL;
  JsonNode *data = object ? json_object_get_member (object, "data") : NULL;
  JsonObject *body = data && JSON_NODE_HOLDS_OBJECT (data) ? json_node_get_object (data) : NULL;

  if (op == NULL)
    return fail (reply, "op", "is missing", error);
  if (strcmp (op, "create") == 0)
    return body ? baton_server_resource_create (request, reply, BATON_ENTITY_TASK, body, error)
                : fail (reply, "data", "must be an object", error);
  if (id == NULL)
    return fail (reply, "id", "is missing", error);
  g_set_str (&request->params[0], id);
  if (strcmp (op, "update") == 0)
    return body ? baton_server_resource_change (request, reply, BATON_ENTITY_TASK, body,
                                                BATON_SERVER_CHANGE, error)
                : fail (reply, "data", "must be an object", error);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].op, op) == 0)
      return operations[i].handler (request, reply, error);
  return fail (reply, "op", "must be create, update, delete, complete or restore", error);
}

/* FALSE only where the whole request fails */
static gboolean
run_one (BatonServerRequest *request, JsonNode *node, BatonJsonWriter *json, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonServerReply reply;

  baton_server_reply_init (&reply);
  run_operation (request, &reply, node, &local_error);
  if (local_error &&
      baton_server_error_get_status (baton_server_error_classify (local_error)) >= 500)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      baton_server_reply_clear (&reply);
      return FALSE;
    }
  baton_server_reply_finish (&reply, local_error);
  baton_json_begin_object (json);
  baton_json_member_int (json, "status", reply.status);
  baton_json_key (json, "result");
  baton_json_raw (json, reply.body->len > 0 ? reply.body->str : "null");
  baton_json_end_object (json);
  baton_server_reply_clear (&reply);
  return TRUE;
}

gboolean
baton_server_tasks_bulk (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  JsonNode *node = body ? json_object_get_member (body, "operations") : NULL;
  JsonArray *array;

  if (body == NULL)
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return fail (reply, "operations", "must be an array", error);
  array = json_node_get_array (node);
  if (json_array_get_length (array) > MAX_OPERATIONS)
    return fail (reply, "operations", "must have at most 200 operations", error);
  baton_json_begin_array (&reply->json);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!run_one (request, json_array_get_element (array, i), &reply->json, error))
      return FALSE;
  baton_json_end_array (&reply->json);
  return TRUE;
}
