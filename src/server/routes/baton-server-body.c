/* baton-server-body.c: a request's body becomes an edit
 *
 * The REST API shows sets as arrays, knows no clocks and sets some fields by itself; this is where the two views meet.
 * The names and types of fields come from the schema alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-body.h"

#include <string.h>

#define MAX_DESCRIPTION 5000

/* What answers hold beside the fields of the schema */
static const char *const around[] = { "version", "updated_at", "deleted_at", NULL };
/* Fields of the schema that are set by what one does, not by name */
static const char *const by_deed[] = { "created_at", "completed_at", "deleted",
                                       "series_id",  "occurrence",   NULL };

typedef struct
{
  BatonEdit *edit;
  BatonEntity entity;
  const BatonServerRow *row; /* nullable */
  BatonServerMode mode;
  GPtrArray *problems;
} Reading;

static gboolean
is_read_only (const BatonField *field)
{
  return (field->flags & BATON_FIELD_SERVER) != 0 || g_strv_contains (by_deed, field->name);
}

/* A body that was read, changed and sent back names what only the server sets: fine, so long as it is as it was */
static gboolean
is_as_shown (const Reading *reading, const char *name, JsonNode *node)
{
  const BatonField *field = baton_schema_lookup (reading->entity, name, NULL, NULL);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  if (reading->row == NULL)
    return FALSE;
  if (field == NULL)
    return strcmp (name, "version") != 0 ||
           (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 &&
            json_node_get_int (node) == reading->row->version);
  return baton_json_read_value (reading->entity, name, node, &value, problems) &&
         baton_value_equal (&value, baton_record_get (reading->row->record, name));
}

static void
read_read_only (Reading *reading, const char *name, JsonNode *node)
{
  if (!is_as_shown (reading, name, node))
    baton_problems_add (reading->problems, name, "%s", "is set by the server");
}

static void
read_set (Reading *reading, const char *name, JsonNode *node)
{
  g_autoptr (GPtrArray) elements = g_ptr_array_new ();
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL && !JSON_NODE_HOLDS_NULL (node))
    {
      baton_problems_add (reading->problems, name, "%s", "must be an array of texts");
      return;
    }
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    {
      const char *element = baton_json_get_text (json_array_get_element (array, i));

      if (element == NULL)
        {
          baton_problems_add (reading->problems, name, "%s", "must be an array of texts");
          return;
        }
      g_ptr_array_add (elements, (gpointer) element);
    }
  g_ptr_array_add (elements, NULL);
  baton_edit_set_elements (reading->edit, name, (const char *const *) elements->pdata,
                           reading->row ? reading->row->record : NULL);
}

static void
read_field (Reading *reading, const BatonField *field, JsonNode *node)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  const char *text;

  if (!baton_json_read_value (reading->entity, field->name, node, &value, reading->problems))
    return;
  text = baton_value_get_text (&value);
  if (field->type == BATON_FIELD_NOTES && text && g_utf8_strlen (text, -1) > MAX_DESCRIPTION)
    baton_problems_add (reading->problems, field->name, "must have at most %d characters",
                        MAX_DESCRIPTION);
  else if (reading->row &&
           baton_value_equal (&value, baton_record_get (reading->row->record, field->name)))
    return;
  else if (reading->row || value.kind != BATON_VALUE_NULL)
    baton_edit_set (reading->edit, field->name, &value);
}

static void
read_id (Reading *reading, JsonNode *node)
{
  if (g_strcmp0 (baton_json_get_text (node), baton_edit_get_record (reading->edit)) != 0)
    baton_problems_add (reading->problems, "id", "%s",
                        reading->row ? "cannot be changed" : "must be a UUID of version 7");
}

static void
read_member (Reading *reading, const char *name, JsonNode *node)
{
  const char *element = NULL;
  const BatonField *field = baton_schema_lookup (reading->entity, name, NULL, &element);

  if (strcmp (name, "id") == 0)
    read_id (reading, node);
  else if (g_strv_contains (around, name))
    read_read_only (reading, name, node);
  else if (field == NULL || element)
    baton_problems_add (reading->problems, name, "%s", "is not a field");
  else if (is_read_only (field))
    read_read_only (reading, name, node);
  else if (field->type == BATON_FIELD_SET)
    read_set (reading, name, node);
  else
    read_field (reading, field, node);
}

/* PUT: what the body does not name is unset */
static void
unset_rest (Reading *reading, JsonObject *body)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (reading->entity, &n_fields);
  const BatonValue null = BATON_VALUE_INIT;

  for (guint i = 0; i < n_fields; i++)
    {
      if (is_read_only (&fields[i]) || json_object_has_member (body, fields[i].name))
        continue;
      if (fields[i].flags & BATON_FIELD_REQUIRED)
        baton_problems_add (reading->problems, fields[i].name, "%s", "is missing");
      else if (fields[i].type == BATON_FIELD_SET)
        baton_edit_set_elements (reading->edit, fields[i].name, (const char *const[]) { NULL },
                                 reading->row->record);
      else if (!baton_value_equal (baton_record_get (reading->row->record, fields[i].name),
                                   baton_schema_get_fallback (reading->entity, i)))
        baton_edit_set (reading->edit, fields[i].name,
                        fields[i].fallback ? baton_schema_get_fallback (reading->entity, i)
                                           : &null);
    }
}

/* Completing and reopening set completed_at */
static void
set_completed (const BatonServerAuthor *author, Reading *reading)
{
  const BatonEditField *status = baton_edit_lookup (reading->edit, "status");
  gboolean was_done;
  gboolean is_done;

  if (reading->entity != BATON_ENTITY_TASK || status == NULL)
    return;
  was_done = reading->row &&
             g_strcmp0 (baton_record_get_text (reading->row->record, "status"), "done") == 0;
  is_done = g_strcmp0 (baton_value_get_text (&status->value), "done") == 0;
  if (is_done && !was_done)
    {
      g_autofree char *now = baton_time_format (author->now);

      baton_edit_set_text (reading->edit, "completed_at", now);
    }
  else if (was_done && !is_done)
    baton_edit_set_text (reading->edit, "completed_at", NULL);
}

static char *
dup_new_id (const BatonServerAuthor *author, JsonObject *body)
{
  const char *id = json_object_has_member (body, "id")
                       ? baton_json_get_text (json_object_get_member (body, "id"))
                       : NULL;

  return id && baton_uuid_is_v7 (id) ? g_strdup (id) : baton_uuid_new (author->now);
}

BatonEdit *
baton_server_body_to_edit (const BatonServerAuthor *author,
                           BatonEntity entity,
                           const BatonServerRow *row,
                           JsonObject *body,
                           BatonServerMode mode,
                           GPtrArray *problems)
{
  g_autofree char *id = row ? g_strdup (baton_record_get_id (row->record))
                            : dup_new_id (author, body);
  Reading reading = { baton_edit_new (entity, id), entity, row, mode, problems };
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, body);
  while (json_object_iter_next (&iter, &name, &node))
    read_member (&reading, name, node);
  if (mode == BATON_SERVER_REPLACE)
    unset_rest (&reading, body);
  set_completed (author, &reading);
  return reading.edit;
}

BatonServerAuthor
baton_server_body_get_author (BatonServerRequest *request)
{
  return (BatonServerAuthor) {
    .writer = baton_server_get_writer (request->server),
    .sql = request->sql,
    .user = request->user_id,
    .now = request->now,
  };
}

BatonServerApplied *
baton_server_body_apply (BatonServerRequest *request,
                         BatonServerReply *reply,
                         BatonEdit *edit,
                         const BatonServerRow *row,
                         GError **error)
{
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) local_error = NULL;
  BatonServerApplied *applied;

  baton_server_stamp (&author, edit, row ? row->record : NULL);
  applied = baton_server_apply (&author, edit, problems, &local_error);
  if (applied)
    return applied;
  if (baton_server_reply_check (reply, g_steal_pointer (&problems), error))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

void
baton_server_body_set_etag (BatonServerReply *reply, gint64 version)
{
  g_autofree char *etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);

  baton_server_reply_add_header (reply, "ETag", etag);
}

/* `"3"`, a list of such, or `*` */
static gboolean
names_version (const char *header, gint64 version)
{
  g_autofree char *etag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", version);
  g_auto (GStrv) tags = g_strsplit (header, ",", -1);

  for (guint i = 0; tags[i]; i++)
    if (strcmp (g_strstrip (tags[i]), "*") == 0 || strcmp (tags[i], etag) == 0)
      return TRUE;
  return FALSE;
}

gboolean
baton_server_body_match (BatonServerRequest *request,
                         BatonServerReply *reply,
                         const BatonServerRow *row,
                         GError **error)
{
  const char *header = baton_server_request_get_header (request, "If-Match");

  if (header == NULL || names_version (header, row->version))
    return TRUE;
  baton_server_body_set_etag (reply, row->version);
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VERSION_MISMATCH,
               "It has changed meanwhile: its version is %" G_GINT64_FORMAT ".", row->version);
  return FALSE;
}
