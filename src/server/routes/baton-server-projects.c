/* baton-server-projects.c: projects
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "../db/baton-server-render.h"
#include "baton-server-list.h"
#include "baton-server-resource.h"
#include "baton-server-routes.h"

static const BatonServerSort sorts[] = {
  { "created_at", "t.created_at",              FALSE },
  { "updated_at", "t.changed",                 TRUE  },
  { "name",       "lower(t.name)",             FALSE },
  { "position",   "COALESCE(t.position, '~')", FALSE },
};

static gboolean
write_project (BatonSqlStatement *statement, BatonJsonWriter *json, GError **error)
{
  return baton_server_render_resource (statement, BATON_ENTITY_PROJECT, json, error);
}

gboolean
baton_server_projects_list (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerList) list = baton_server_list_new (request, sorts, G_N_ELEMENTS (sorts));
  const char *archived = baton_server_request_get_query (request, "is_archived");
  g_autoptr (GPtrArray) scopes = NULL;
  g_autofree char *columns = NULL;

  if (g_strcmp0 (archived, "true") == 0)
    baton_server_list_add (list, "t.is_archived = 1");
  else if (g_strcmp0 (archived, "false") == 0)
    baton_server_list_add (list, "t.is_archived = 0");
  else if (archived)
    baton_problems_add (list->problems, "is_archived", "must be true or false");
  if (!baton_server_reply_check (reply, g_steal_pointer (&list->problems), error))
    return FALSE;
  scopes = baton_server_scope_list (request->sql, request->user_id, TRUE, error);
  if (scopes == NULL)
    return FALSE;
  columns = baton_server_render_dup_columns (BATON_ENTITY_PROJECT);
  return baton_server_list_run (list, request, reply, scopes, "project", columns, write_project,
                                error);
}

gboolean
baton_server_projects_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  return baton_server_resource_get (request, reply, BATON_ENTITY_PROJECT, error);
}

gboolean
baton_server_projects_create (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);

  return body && baton_server_resource_create (request, reply, BATON_ENTITY_PROJECT, body, error);
}

gboolean
baton_server_projects_change (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);

  return body && baton_server_resource_change (request, reply, BATON_ENTITY_PROJECT, body,
                                               BATON_SERVER_CHANGE, error);
}

gboolean
baton_server_projects_delete (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  return baton_server_resource_delete (request, reply, BATON_ENTITY_PROJECT, error);
}
