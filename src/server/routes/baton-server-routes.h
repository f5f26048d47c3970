/* baton-server-routes.h: every handler, a file a resource
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-request.h"

G_BEGIN_DECLS

#define BATON_SERVER_DECLARE_HANDLER(name) \
  gboolean name (BatonServerRequest *request, BatonServerReply *reply, GError **error);

/* baton-server-sign-in.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_auth_register)
BATON_SERVER_DECLARE_HANDLER (baton_server_auth_login)
BATON_SERVER_DECLARE_HANDLER (baton_server_auth_refresh)
BATON_SERVER_DECLARE_HANDLER (baton_server_auth_logout)

/* baton-server-me.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_me_get)
BATON_SERVER_DECLARE_HANDLER (baton_server_me_patch)
BATON_SERVER_DECLARE_HANDLER (baton_server_me_put_password)
BATON_SERVER_DECLARE_HANDLER (baton_server_me_list_sessions)
BATON_SERVER_DECLARE_HANDLER (baton_server_me_delete_session)
BATON_SERVER_DECLARE_HANDLER (baton_server_me_delete)

/* baton-server-users.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_users_list)
BATON_SERVER_DECLARE_HANDLER (baton_server_users_change)

/* baton-server-live.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_live_get)

/* baton-server-health.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_health_get)
BATON_SERVER_DECLARE_HANDLER (baton_server_health_get_ready)
BATON_SERVER_DECLARE_HANDLER (baton_server_openapi_get)

/* baton-server-projects.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_projects_list)
BATON_SERVER_DECLARE_HANDLER (baton_server_projects_get)
BATON_SERVER_DECLARE_HANDLER (baton_server_projects_create)
BATON_SERVER_DECLARE_HANDLER (baton_server_projects_change)
BATON_SERVER_DECLARE_HANDLER (baton_server_projects_delete)

/* baton-server-project-members.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_project_members_list)
BATON_SERVER_DECLARE_HANDLER (baton_server_project_members_add)
BATON_SERVER_DECLARE_HANDLER (baton_server_project_members_change)
BATON_SERVER_DECLARE_HANDLER (baton_server_project_members_remove)

/* baton-server-sync.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_sync_post)
BATON_SERVER_DECLARE_HANDLER (baton_server_sync_then)

/* baton-server-task-list.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_list)

/* baton-server-task-history.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_history)

/* baton-server-tasks-bulk.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_bulk)

/* baton-server-tasks.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_get)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_create)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_replace)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_change)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_delete)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_restore)
BATON_SERVER_DECLARE_HANDLER (baton_server_tasks_complete)

G_END_DECLS
