/* baton-server-tasks.c: one task
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include <string.h>

#include "../db/baton-server-render.h"
#include "baton-server-next.h"
#include "baton-server-resource.h"
#include "baton-server-routes.h"

gboolean
baton_server_tasks_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  return baton_server_resource_get (request, reply, BATON_ENTITY_TASK, error);
}

gboolean
baton_server_tasks_create (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);

  return body && baton_server_resource_create (request, reply, BATON_ENTITY_TASK, body, error);
}

gboolean
baton_server_tasks_replace (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);

  return body && baton_server_resource_change (request, reply, BATON_ENTITY_TASK, body,
                                               BATON_SERVER_REPLACE, error);
}

gboolean
baton_server_tasks_change (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);

  return body && baton_server_resource_change (request, reply, BATON_ENTITY_TASK, body,
                                               BATON_SERVER_CHANGE, error);
}

gboolean
baton_server_tasks_delete (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  return baton_server_resource_delete (request, reply, BATON_ENTITY_TASK, error);
}

gboolean
baton_server_tasks_restore (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) row = baton_server_row_get (
      request->sql, BATON_ENTITY_TASK, request->params[0], request->user_id, &local_error);
  g_autoptr (BatonEdit) edit = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (row == NULL)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                           "There is no such task.");
      return FALSE;
    }
  if (!baton_server_body_match (request, reply, row, error))
    return FALSE;
  if (!baton_record_get_bool (row->record, "deleted"))
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CONFLICT,
                           "The task is not deleted.");
      return FALSE;
    }
  edit = baton_edit_new (BATON_ENTITY_TASK, request->params[0]);
  baton_edit_set_bool (edit, "deleted", FALSE);
  applied = baton_server_body_apply (request, reply, edit, row, error);
  if (applied == NULL)
    return FALSE;
  baton_server_body_set_etag (reply, applied->row->version);
  baton_server_render_row (applied->row, &reply->json);
  return TRUE;
}

gboolean
baton_server_tasks_complete (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerRow) row = baton_server_row_need (
      request->sql, BATON_ENTITY_TASK, request->params[0], request->user_id, error);
  g_autoptr (BatonEdit) edit = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;
  g_autoptr (BatonServerRow) next = NULL;
  g_autofree char *now = baton_time_format (request->now);

  if (row == NULL || !baton_server_body_match (request, reply, row, error))
    return FALSE;
  if (strcmp (baton_record_get_text (row->record, "status"), "done") == 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CONFLICT,
                           "The task is done already.");
      return FALSE;
    }
  edit = baton_edit_new (BATON_ENTITY_TASK, request->params[0]);
  baton_edit_set_text (edit, "status", "done");
  baton_edit_set_text (edit, "completed_at", now);
  applied = baton_server_body_apply (request, reply, edit, row, error);
  if (applied == NULL ||
      !baton_server_next_make (request, reply, row->record, applied, &next, error))
    return FALSE;
  baton_server_body_set_etag (reply, applied->row->version);
  baton_json_begin_object (&reply->json);
  baton_json_key (&reply->json, "task");
  baton_server_render_row (applied->row, &reply->json);
  baton_json_key (&reply->json, "next");
  if (next)
    baton_server_render_row (next, &reply->json);
  else
    baton_json_null (&reply->json);
  baton_json_end_object (&reply->json);
  return TRUE;
}
