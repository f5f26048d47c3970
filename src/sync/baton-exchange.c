/* baton-exchange.c: one round trip as JSON, and whether an answer can be believed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The device acts on what a server says: it drops edits from its outbox and takes records. So an answer is taken whole or not at all. A captive
 * portal's page, an answer cut short, one for somebody else's request, an empty one: each ends here with a message, before the
 * database has been touched. Members that this version does not know are passed over, so that a newer server can add some.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-exchange.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (
      error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
      _ ("The server’s answer makes no sense (%s). Nothing of it was taken; what is to be sent waits on this device."),
      what);
  return FALSE;
}

char *
baton_exchange_write_request (const char *device_id,
                              const char *cursor,
                              const char *head,
                              GPtrArray *edits,
                              guint limit)
{
  GString *body = g_string_sized_new (256 + edits->len * 512);
  BatonJsonWriter writer = { .out = body };

  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "device_id", device_id);
  baton_json_key (&writer, "cursor");
  baton_json_raw (&writer, cursor);
  if (head != NULL)
    {
      baton_json_key (&writer, "head");
      baton_json_raw (&writer, head);
    }
  baton_json_member_int (&writer, "limit", limit);
  baton_json_key (&writer, "edits");
  baton_json_begin_array (&writer);
  for (guint i = 0; i < edits->len; i++)
    baton_edit_write_json (g_ptr_array_index (edits, i), &writer);
  baton_json_end_array (&writer);
  baton_json_end_object (&writer);
  return g_string_free (body, FALSE);
}

/* The number of a place, `19` of `19.c2d1`; -1 for what is no place */
static gint64
get_seq (const char *place)
{
  const char *dot = place != NULL ? strchr (place, '.') : NULL;
  g_autofree char *digits = NULL;
  guint64 seq;

  if (dot == NULL || dot[1] == '\0')
    return -1;
  digits = g_strndup (place, dot - place);
  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &seq, NULL))
    return -1;
  return (gint64) seq;
}

static JsonNode *
get_member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
get_bool (JsonObject *object, const char *name, gboolean *value)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return FALSE;
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_results (JsonObject *data, BatonExchange *exchange, GError **error)
{
  JsonNode *node = get_member (data, "results", JSON_NODE_ARRAY);
  JsonArray *array = node != NULL ? json_node_get_array (node) : NULL;

  if (array == NULL)
    return fail (error, _ ("it has no results"));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (GError) local = NULL;
      BatonResult *result = baton_result_from_json (json_array_get_element (array, i), &local);

      if (result == NULL)
        return fail (error, local->message);
      g_ptr_array_add (exchange->results, result);
    }
  return TRUE;
}

static gboolean
add_changes (JsonArray *array, GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (GError) local = NULL;
      BatonChange *change = baton_change_from_json (json_array_get_element (array, i), &local);

      if (change == NULL)
        return fail (error, local->message);
      g_ptr_array_add (changes, change);
    }
  return TRUE;
}

static gboolean
read_changes (JsonObject *data, BatonExchange *exchange, GError **error)
{
  JsonNode *node = get_member (data, "changes", JSON_NODE_ARRAY);

  if (node == NULL)
    return fail (error, _ ("it has no changes"));
  return add_changes (json_node_get_array (node), exchange->changes, error);
}

static gboolean
check_places (JsonNode *node, GError **error)
{
  g_autoptr (GList) scopes = NULL;

  scopes = json_object_get_members (json_node_get_object (node));
  for (GList *l = scopes; l != NULL; l = l->next)
    {
      if (get_seq (get_text (json_node_get_object (node), l->data)) < 0)
        return fail (error, _ ("its cursor names no place"));
    }
  return TRUE;
}

static gboolean
read_cursor (JsonObject *data, BatonExchange *exchange, GError **error)
{
  JsonNode *node = get_member (data, "cursor", JSON_NODE_OBJECT);
  JsonNode *head = get_member (data, "head", JSON_NODE_OBJECT);

  if (node == NULL)
    return fail (error, _ ("it has no cursor"));
  if (!check_places (node, error) || (head != NULL && !check_places (head, error)))
    return FALSE;
  exchange->cursor = json_to_string (node, FALSE);
  exchange->head = head != NULL ? json_to_string (head, FALSE) : NULL;
  return TRUE;
}

static BatonExchange *
exchange_new (void)
{
  BatonExchange *exchange = g_new0 (BatonExchange, 1);

  exchange->results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);
  exchange->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  exchange->expired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return exchange;
}

BatonExchange *
baton_exchange_from_json (JsonNode *data, GError **error)
{
  g_autoptr (BatonExchange) exchange = exchange_new ();
  JsonObject *object;
  const char *server_id;

  if (data == NULL || !JSON_NODE_HOLDS_OBJECT (data))
    {
      fail (error, _ ("it has no data"));
      return NULL;
    }
  object = json_node_get_object (data);
  if (!read_results (object, exchange, error) || !read_changes (object, exchange, error) ||
      !read_cursor (object, exchange, error))
    return NULL;
  server_id = get_text (object, "server_id");
  if (server_id == NULL || !baton_uuid_is_valid (server_id))
    {
      fail (error, _ ("it does not say which server it is from"));
      return NULL;
    }
  if (!get_bool (object, "more", &exchange->more) || get_text (object, "server_time") == NULL ||
      !baton_time_parse (get_text (object, "server_time"), &exchange->server_ms))
    {
      fail (error, _ ("it is cut short"));
      return NULL;
    }
  exchange->server_id = g_strdup (server_id);
  return g_steal_pointer (&exchange);
}

BatonExchange *
baton_exchange_from_expired (JsonNode *details, GError **error)
{
  g_autoptr (BatonExchange) exchange = exchange_new ();
  JsonArray *array = details != NULL && JSON_NODE_HOLDS_ARRAY (details)
                         ? json_node_get_array (details)
                         : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *scope = JSON_NODE_HOLDS_OBJECT (node)
                              ? get_text (json_node_get_object (node), "scope")
                              : NULL;
      const char *reason = scope != NULL ? get_text (json_node_get_object (node), "reason") : NULL;

      if (g_strcmp0 (reason, "purged") == 0 || g_strcmp0 (reason, "forked") == 0)
        g_hash_table_replace (exchange->expired, g_strdup (scope), g_strdup (reason));
    }
  if (g_hash_table_size (exchange->expired) > 0)
    return g_steal_pointer (&exchange);
  fail (error, _ ("it does not say which scope has expired, or why"));
  return NULL;
}

static gboolean
check_results (const BatonExchange *exchange, GPtrArray *edits, GError **error)
{
  g_autoptr (GHashTable) sent = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < edits->len; i++)
    g_hash_table_add (sent, (char *) baton_edit_get_id (g_ptr_array_index (edits, i)));
  for (guint i = 0; i < exchange->results->len; i++)
    {
      const BatonResult *result = g_ptr_array_index (exchange->results, i);

      if (!g_hash_table_remove (sent, result->edit))
        return fail (error, _ ("it is about an edit that was not sent"));
    }
  if (g_hash_table_size (sent) > 0)
    return fail (error, _ ("it leaves out some of the edits that were sent"));
  return TRUE;
}

static gboolean
check_changes (const BatonExchange *exchange, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (exchange->cursor, -1, error);
  JsonObject *cursor;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return node == NULL ? FALSE : fail (error, _ ("it has no cursor"));
  cursor = json_node_get_object (node);
  for (guint i = 0; i < exchange->changes->len; i++)
    {
      const BatonChange *change = g_ptr_array_index (exchange->changes, i);

      if (change->scope_left)
        continue;
      if (get_seq (change->place) < 0)
        return fail (error, _ ("a change has no place"));
      if (get_seq (get_text (cursor, change->scope)) < get_seq (change->place))
        return fail (error, _ ("its cursor stands before its changes"));
    }
  return TRUE;
}

gboolean
baton_exchange_check (const BatonExchange *exchange, GPtrArray *edits, GError **error)
{
  return check_results (exchange, edits, error) && check_changes (exchange, error);
}

GPtrArray *
baton_exchange_read_live (const char *text, gssize length, GError **error)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  g_autoptr (JsonNode) node = baton_json_parse (text, length, error);
  g_autoptr (JsonArray) one = NULL;
  JsonNode *list;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      fail (error, _ ("it is no change"));
      return NULL;
    }
  list = get_member (json_node_get_object (node), "changes", JSON_NODE_ARRAY);
  if (list == NULL)
    {
      one = json_array_sized_new (1);
      json_array_add_element (one, json_node_ref (node));
    }
  if (!add_changes (list != NULL ? json_node_get_array (list) : one, changes, error))
    return NULL;
  return g_steal_pointer (&changes);
}

char *
baton_exchange_move_cursor (const BatonExchange *exchange, const char *cursor)
{
  g_autoptr (JsonNode) node = baton_json_parse (cursor, -1, NULL);
  g_autoptr (JsonNode) next = baton_json_parse (exchange->cursor, -1, NULL);
  JsonObject *places;
  JsonObjectIter iter;
  const char *scope;
  JsonNode *place;

  if (node == NULL || next == NULL || !JSON_NODE_HOLDS_OBJECT (node) ||
      !JSON_NODE_HOLDS_OBJECT (next))
    return NULL;
  places = json_node_get_object (node);
  for (guint i = 0; i < exchange->changes->len; i++)
    {
      const BatonChange *change = g_ptr_array_index (exchange->changes, i);

      if (change->scope_left)
        json_object_remove_member (places, change->scope);
    }
  json_object_iter_init (&iter, json_node_get_object (next));
  while (json_object_iter_next (&iter, &scope, &place))
    json_object_set_member (places, scope, json_node_copy (place));
  return json_to_string (node, FALSE);
}

/* Our own edits come back here, after the round that sent them has moved our place */
static gboolean
has_seen (const char *place, const BatonChange *change)
{
  if (change->scope_left)
    return place == NULL;
  return g_strcmp0 (place, change->place) == 0 || get_seq (place) > get_seq (change->place);
}

/* The first change of a scope comes after nothing */
static gboolean
follows (const char *place, const BatonChange *change)
{
  return g_strcmp0 (place, change->after) == 0 && (place != NULL || get_seq (change->place) == 1);
}

gboolean
baton_exchange_sort_told (const char *cursor, GPtrArray *told, GPtrArray *next)
{
  g_autoptr (JsonNode) node = baton_json_parse (cursor, -1, NULL);
  JsonObject *places = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                     : NULL;

  for (guint i = 0; places != NULL && i < told->len; i++)
    {
      BatonChange *change = g_ptr_array_index (told, i);
      const char *place = json_object_get_string_member_with_default (places, change->scope, NULL);

      if (has_seen (place, change))
        continue;
      if (!change->scope_left && !follows (place, change))
        return FALSE;
      if (change->scope_left)
        json_object_remove_member (places, change->scope);
      else
        json_object_set_string_member (places, change->scope, change->place);
      g_ptr_array_add (next, change);
    }
  return places != NULL;
}
