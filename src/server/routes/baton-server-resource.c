/* baton-server-resource.c: what tasks and projects have in common
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-resource.h"

#include <string.h>

#include "../db/baton-server-render.h"
#include "baton-server-next.h"

/* A statement that finds one record by id with the role of the person; one look-up for the whole answer */
static const char *
get_query (BatonEntity entity)
{
  static char *queries[BATON_N_ENTITIES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < BATON_N_ENTITIES; i++)
        {
          g_autofree char *columns = baton_server_render_dup_columns (i);

          queries[i] = g_strdup_printf (
              "SELECT %s FROM \"%s\" t JOIN scope s ON s.key = t.scope"
              " WHERE t.id = ?1 AND NOT t.hidden AND NOT t.deleted AND (s.id = 'user:' || ?2 OR EXISTS ("
              "  SELECT 1 FROM member JOIN project ON project.id = member.project"
              "  WHERE member.user = ?2 AND s.id = 'project:' || member.project AND NOT project.deleted))",
              columns, baton_entity_get_name (i));
        }
      g_once_init_leave (&once, 1);
    }
  return queries[entity];
}

gboolean
baton_server_resource_get (BatonServerRequest *request,
                           BatonServerReply *reply,
                           BatonEntity entity,
                           GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (request->sql, get_query (entity), error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, request->params[0]);
  baton_sql_bind_text (statement, 2, request->user_id);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_DONE)
    g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND, "There is no such %s.",
                 baton_entity_get_name (entity));
  if (step != BATON_SQL_ROW)
    return FALSE;
  baton_server_body_set_etag (
      reply, baton_sql_get_int (statement, baton_sql_get_n_columns (statement) - 2));
  return baton_server_render_resource (statement, entity, &reply->json, error);
}

/* A device may send a subtask before its parent; a request that names a parent wants one that is there */
static gboolean
check_parent (BatonServerRequest *request,
              BatonServerReply *reply,
              const BatonEdit *edit,
              GError **error)
{
  const BatonEditField *field = baton_edit_lookup (edit, "parent_id");
  const BatonEditField *project = baton_edit_lookup (edit, "project_id");
  const char *parent_id = field ? baton_value_get_text (&field->value) : NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) parent = NULL;

  if (parent_id == NULL)
    return TRUE;
  if (strcmp (parent_id, baton_edit_get_record (edit)) != 0)
    parent = baton_server_row_need (request->sql, BATON_ENTITY_TASK, parent_id, request->user_id,
                                    &local_error);
  if (local_error &&
      !g_error_matches (local_error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (parent == NULL)
    return baton_server_reply_refuse (reply, "parent_id", "is no other task that you can see",
                                      error);
  if (project &&
      !baton_value_equal (&project->value, baton_record_get (parent->record, "project_id")))
    return baton_server_reply_refuse (reply, "project_id", "must be the parent's", error);
  return TRUE;
}

gboolean
baton_server_resource_create (BatonServerRequest *request,
                              BatonServerReply *reply,
                              BatonEntity entity,
                              JsonObject *body,
                              GError **error)
{
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (BatonEdit)
      edit = baton_server_body_to_edit (&author, entity, NULL, body, BATON_SERVER_CREATE, problems);
  g_autoptr (BatonServerRow) other = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;

  if (problems->len > 0)
    baton_edit_validate (edit, NULL, FALSE, problems);
  if (!baton_server_reply_check (reply, g_steal_pointer (&problems), error))
    return FALSE;
  if (!check_parent (request, reply, edit, error))
    return FALSE;
  other = baton_server_row_get (request->sql, entity, baton_edit_get_record (edit), NULL, error);
  if (other)
    {
      g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_DUPLICATE_ENTRY,
                   "There is a %s with this id already.", baton_entity_get_name (entity));
      return FALSE;
    }
  applied = baton_server_body_apply (request, reply, edit, NULL, error);
  if (applied == NULL)
    return FALSE;
  reply->status = 201;
  baton_server_body_set_etag (reply, applied->row->version);
  baton_server_render_row (applied->row, &reply->json);
  return TRUE;
}

/* By this way too a task may be done. */
static BatonServerApplied *
apply_change (BatonServerRequest *request,
              BatonServerReply *reply,
              BatonEdit *edit,
              const BatonServerRow *row,
              GError **error)
{
  g_autoptr (BatonServerApplied)
      applied = baton_server_body_apply (request, reply, edit, row, error);
  g_autoptr (BatonServerRow) next = NULL;

  if (applied && baton_edit_get_entity (edit) == BATON_ENTITY_TASK &&
      !baton_server_next_make (request, reply, row->record, applied, &next, error))
    return NULL;
  return g_steal_pointer (&applied);
}

gboolean
baton_server_resource_change (BatonServerRequest *request,
                              BatonServerReply *reply,
                              BatonEntity entity,
                              JsonObject *body,
                              BatonServerMode mode,
                              GError **error)
{
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (BatonServerRow) row = baton_server_row_need (request->sql, entity, request->params[0],
                                                          request->user_id, error);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;
  guint n_fields;

  if (row == NULL || !baton_server_body_match (request, reply, row, error))
    return FALSE;
  problems = baton_problems_new ();
  edit = baton_server_body_to_edit (&author, entity, row, body, mode, problems);
  if (problems->len > 0)
    {
      baton_edit_validate (edit, row->record, FALSE, problems);
      return baton_server_reply_check (reply, g_steal_pointer (&problems), error);
    }
  if (!check_parent (request, reply, edit, error))
    return FALSE;
  baton_edit_get_fields (edit, &n_fields);
  if (n_fields > 0)
    {
      applied = apply_change (request, reply, edit, row, error);
      if (applied == NULL)
        return FALSE;
    }
  baton_server_body_set_etag (reply, applied ? applied->row->version : row->version);
  baton_server_render_row (applied ? applied->row : row, &reply->json);
  return TRUE;
}

gboolean
baton_server_resource_delete (BatonServerRequest *request,
                              BatonServerReply *reply,
                              BatonEntity entity,
                              GError **error)
{
  g_autoptr (BatonServerRow) row = baton_server_row_need (request->sql, entity, request->params[0],
                                                          request->user_id, error);
  g_autoptr (BatonEdit) edit = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;

  if (row == NULL || !baton_server_body_match (request, reply, row, error))
    return FALSE;
  edit = baton_edit_new (entity, request->params[0]);
  baton_edit_set_bool (edit, "deleted", TRUE);
  applied = baton_server_body_apply (request, reply, edit, row, error);
  if (applied == NULL)
    return FALSE;
  baton_server_reply_set_empty (reply);
  return TRUE;
}
