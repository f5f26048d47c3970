/* baton-edit-json.c: edits as JSON (sync.md, "One round trip")
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-error.h"
#include "baton-uuid.h"

/* Many times what any record has: fields are found one by one, and whoever sends more wants that to take long */
#define MAX_FIELDS 500

static void
write_set (const BatonEditField *fields, guint n_fields, BatonJsonWriter *writer)
{
  baton_json_key (writer, "set");
  baton_json_begin_object (writer);
  for (guint i = 0; i < n_fields; i++)
    {
      baton_json_key (writer, fields[i].key);
      baton_json_value (writer, &fields[i].value);
    }
  baton_json_end_object (writer);
}

static void
write_bases (const BatonEditField *fields, guint n_fields, BatonJsonWriter *writer)
{
  baton_json_key (writer, "base");
  baton_json_begin_object (writer);
  for (guint i = 0; i < n_fields; i++)
    {
      char text[BATON_CLOCK_TEXT_LENGTH + 1];

      if (!baton_clock_is_set (&fields[i].base))
        continue;
      baton_clock_to_text (&fields[i].base, text);
      baton_json_member_text (writer, fields[i].key, text);
    }
  baton_json_end_object (writer);
}

static void
write_was (const BatonEditField *fields, guint n_fields, BatonJsonWriter *writer)
{
  baton_json_key (writer, "was");
  baton_json_begin_object (writer);
  for (guint i = 0; i < n_fields; i++)
    {
      if (fields[i].was != NULL)
        baton_json_member_text (writer, fields[i].key, fields[i].was);
    }
  baton_json_end_object (writer);
}

void
baton_edit_write_json (const BatonEdit *edit, BatonJsonWriter *writer)
{
  BatonClock clock = baton_edit_get_clock (edit);
  char text[BATON_CLOCK_TEXT_LENGTH + 1];
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  baton_clock_to_text (&clock, text);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "id", baton_edit_get_id (edit));
  baton_json_member_text (writer, "entity", baton_entity_get_name (baton_edit_get_entity (edit)));
  baton_json_member_text (writer, "record", baton_edit_get_record (edit));
  write_set (fields, n_fields, writer);
  baton_json_member_text (writer, "clock", text);
  write_bases (fields, n_fields, writer);
  write_was (fields, n_fields, writer);
  if (baton_edit_get_project (edit) != NULL)
    baton_json_member_text (writer, "project", baton_edit_get_project (edit));
  if (baton_edit_get_creator (edit) != NULL)
    baton_json_member_text (writer, "creator", baton_edit_get_creator (edit));
  baton_json_end_object (writer);
}

static const char *
get_text (JsonObject *object, const char *name)
{
  return baton_json_get_text (json_object_get_member (object, name));
}

/* The object that is member @name; FALSE where the member is something else. None: *members is NULL. */
static gboolean
get_object (JsonObject *object, const char *name, JsonObject **members)
{
  JsonNode *node = json_object_get_member (object, name);

  *members = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  *members = json_node_get_object (node);
  return TRUE;
}

static void
read_set (BatonEdit *edit, JsonObject *members, GPtrArray *problems)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, members);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      if (baton_json_read_value (entity, key, node, &value, problems) &&
          baton_validate_key (entity, key, problems))
        baton_edit_set (edit, key, &value);
    }
}

static void
read_base (BatonEdit *edit,
           const char *key,
           JsonObject *bases,
           JsonObject *was,
           GPtrArray *problems)
{
  JsonNode *base_node = bases != NULL ? json_object_get_member (bases, key) : NULL;
  JsonNode *was_node = was != NULL ? json_object_get_member (was, key) : NULL;
  BatonClock base = { 0 };

  if (base_node != NULL && !JSON_NODE_HOLDS_NULL (base_node) &&
      !baton_clock_from_text (baton_json_get_text (base_node), &base))
    baton_problems_add (problems, key, "%s", _ ("has no valid base"));
  if (was_node != NULL && !JSON_NODE_HOLDS_NULL (was_node) &&
      baton_json_get_text (was_node) == NULL)
    baton_problems_add (problems, key, "%s", _ ("has a “was” that is no text"));
  baton_edit_set_base (edit, key, &base, baton_json_get_text (was_node));
}

static gboolean
read_fields (BatonEdit *edit, JsonObject *object, GPtrArray *problems)
{
  JsonObject *set, *bases, *was;
  guint n_fields;
  const BatonEditField *fields;

  if (!get_object (object, "set", &set) || set == NULL || json_object_get_size (set) == 0)
    baton_problems_add (problems, "set", "%s", _ ("must be an object with a field"));
  else if (json_object_get_size (set) > MAX_FIELDS)
    baton_problems_add (problems, "set", "%s", _ ("is too large"));
  if (!get_object (object, "base", &bases))
    baton_problems_add (problems, "base", "%s", _ ("must be an object"));
  if (!get_object (object, "was", &was))
    baton_problems_add (problems, "was", "%s", _ ("must be an object"));
  if (problems->len > 0)
    return FALSE;

  read_set (edit, set, problems);
  fields = baton_edit_get_fields (edit, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    read_base (edit, fields[i].key, bases, was, problems);
  return problems->len == 0;
}

/* NULL: there is none, or it is wrong */
static const char *
read_id (JsonObject *object, const char *name, GPtrArray *problems)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (baton_uuid_is_valid (baton_json_get_text (node)))
    return baton_json_get_text (node);
  baton_problems_add (problems, name, "%s", _ ("must be a UUID"));
  return NULL;
}

BatonEdit *
baton_edit_from_json (JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (BatonEdit) edit = NULL;
  JsonObject *object;
  BatonClock clock = { 0 };
  BatonEntity entity = 0;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID,
                           _ ("An edit must be an object"));
      return NULL;
    }
  object = json_node_get_object (node);
  if (!baton_uuid_is_v7 (get_text (object, "id")))
    baton_problems_add (problems, "id", "%s", _ ("must be a UUID of version 7"));
  if (!baton_entity_from_name (get_text (object, "entity"), &entity))
    baton_problems_add (problems, "entity", "%s", _ ("is not known"));
  if (!baton_uuid_is_valid (get_text (object, "record")))
    baton_problems_add (problems, "record", "%s", _ ("must be a UUID"));
  if (!baton_clock_from_text (get_text (object, "clock"), &clock) || !baton_clock_is_set (&clock))
    baton_problems_add (problems, "clock", "%s", _ ("must be a clock"));

  if (problems->len == 0)
    {
      edit = baton_edit_new (entity, get_text (object, "record"));
      baton_edit_set_id (edit, get_text (object, "id"));
      baton_edit_set_clock (edit, &clock);
      baton_edit_set_project (edit, read_id (object, "project", problems));
      baton_edit_set_creator (edit, read_id (object, "creator", problems));
      read_fields (edit, object, problems);
    }
  return baton_problems_to_error (problems, error) ? g_steal_pointer (&edit) : NULL;
}
