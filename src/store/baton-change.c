/* baton-change.c: what a server answers, from JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-change.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static const char *const statuses[] = { "applied", "merged", "duplicate", "refused" };

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("“%s” is missing or of the wrong form"),
               what);
  return FALSE;
}

static JsonObject *
get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
read_status (JsonObject *object, BatonResult *result, GError **error)
{
  const char *status = get_text (object, "status");

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (g_strcmp0 (status, statuses[i]) == 0)
        {
          result->status = (BatonResultStatus) i;
          return TRUE;
        }
    }
  return fail ("status", error);
}

static gboolean
read_clock (JsonObject *object, BatonResult *result, GError **error)
{
  JsonNode *node = json_object_get_member (object, "clock");
  const char *text = get_text (object, "clock");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  return (text != NULL && baton_clock_from_text (text, &result->clock)) || fail ("clock", error);
}

/**
 * baton_result_from_json:
 * @node: one of an answer's `results` (sync.md)
 *
 * Returns: (nullable): NULL and BATON_ERROR_INVALID for anything else
 */
BatonResult *
baton_result_from_json (JsonNode *node, GError **error)
{
  g_autoptr (BatonResult) result = g_new0 (BatonResult, 1);
  JsonObject *object = get_object (node);
  const char *edit = object != NULL ? get_text (object, "id") : NULL;

  if (edit == NULL || !baton_uuid_is_valid (edit))
    {
      fail ("id", error);
      return NULL;
    }
  if (!read_status (object, result, error) || !read_clock (object, result, error))
    return NULL;
  result->edit = g_strdup (edit);
  result->code = g_strdup (get_text (object, "code"));
  result->message = g_strdup (get_text (object, "message"));
  if (result->status == BATON_RESULT_REFUSED && (result->code == NULL || result->message == NULL))
    {
      fail ("code", error);
      return NULL;
    }
  return g_steal_pointer (&result);
}

void
baton_result_free (BatonResult *result)
{
  if (result == NULL)
    return;
  g_free (result->edit);
  g_free (result->code);
  g_free (result->message);
  g_free (result);
}

static void
conflict_free (gpointer data)
{
  BatonChangeConflict *conflict = data;

  g_free (conflict->field);
  baton_value_clear (&conflict->value);
  g_free (conflict);
}

/* NULL for what this version cannot read: it is no part of the record */
static BatonChangeConflict *
read_conflict (BatonEntity entity, JsonNode *node)
{
  JsonObject *object = get_object (node);
  const char *field = object != NULL ? get_text (object, "field") : NULL;
  JsonNode *value = object != NULL ? json_object_get_member (object, "value") : NULL;
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  BatonChangeConflict *conflict;

  if (field == NULL || value == NULL || baton_schema_lookup (entity, field, NULL, NULL) == NULL)
    return NULL;
  conflict = g_new0 (BatonChangeConflict, 1);
  conflict->field = g_strdup (field);
  baton_json_read_value (entity, field, value, &conflict->value, problems);
  if (problems->len == 0 && get_text (object, "clock") != NULL &&
      baton_clock_from_text (get_text (object, "clock"), &conflict->clock) &&
      get_text (object, "winner") != NULL &&
      baton_clock_from_text (get_text (object, "winner"), &conflict->winner))
    return conflict;
  conflict_free (conflict);
  return NULL;
}

static void
read_conflicts (JsonObject *object, BatonChange *change)
{
  JsonNode *node = json_object_get_member (object, "conflicts");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                  : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      BatonChangeConflict *conflict = read_conflict (change->entity,
                                                     json_array_get_element (array, i));

      if (conflict == NULL)
        continue;
      if (change->conflicts == NULL)
        change->conflicts = g_ptr_array_new_with_free_func (conflict_free);
      g_ptr_array_add (change->conflicts, conflict);
    }
}

static gboolean
read_record (JsonObject *object, BatonChange *change, GError **error)
{
  JsonObject *members = get_object (json_object_get_member (object, "record"));
  JsonObject *clocks = get_object (json_object_get_member (object, "clocks"));

  if (members == NULL || clocks == NULL)
    return fail (members == NULL ? "record" : "clocks", error);
  change->record = baton_record_from_json (change->entity, members, clocks, error);
  read_conflicts (object, change);
  return change->record != NULL;
}

static gboolean
read_left (JsonObject *object, BatonChange *change, GError **error)
{
  change->left = g_strdup (get_text (object, "leave"));
  change->purged = json_object_get_boolean_member_with_default (object, "purged", FALSE);
  return (change->left != NULL && baton_uuid_is_valid (change->left)) || fail ("leave", error);
}

/* Whether @object is `"leave": true` */
static gboolean
is_scope_left (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "leave");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static gboolean
read_change (JsonObject *object, BatonChange *change, GError **error)
{
  const char *entity = get_text (object, "entity");

  change->scope = g_strdup (get_text (object, "scope"));
  change->place = g_strdup (get_text (object, "place"));
  change->after = g_strdup (get_text (object, "after"));
  if (change->scope == NULL)
    return fail ("scope", error);
  change->scope_left = entity == NULL && is_scope_left (object);
  if (change->scope_left)
    return TRUE;
  if (change->place == NULL)
    return fail ("place", error);
  if (entity == NULL || !baton_entity_from_name (entity, &change->entity))
    return fail ("entity", error);
  if (json_object_has_member (object, "leave"))
    return read_left (object, change, error);
  return read_record (object, change, error);
}

/**
 * baton_change_from_json:
 * @node: one of an answer's `changes`, or a live message (sync.md)
 *
 * Returns: (nullable): NULL and BATON_ERROR_INVALID for anything else
 */
BatonChange *
baton_change_from_json (JsonNode *node, GError **error)
{
  g_autoptr (BatonChange) change = g_new0 (BatonChange, 1);
  JsonObject *object = get_object (node);

  if (object == NULL)
    {
      fail ("changes", error);
      return NULL;
    }
  return read_change (object, change, error) ? g_steal_pointer (&change) : NULL;
}

void
baton_change_free (BatonChange *change)
{
  if (change == NULL)
    return;
  g_clear_pointer (&change->record, baton_record_unref);
  g_clear_pointer (&change->conflicts, g_ptr_array_unref);
  g_free (change->scope);
  g_free (change->place);
  g_free (change->after);
  g_free (change->left);
  g_free (change);
}
