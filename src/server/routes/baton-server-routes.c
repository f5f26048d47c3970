/* baton-server-routes.c: the table of routes
 *
 * Requests are dispatched by it and the OpenAPI document is made from it, so that the two cannot differ.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

static const BatonServerRoute routes[] = {
  { "POST", "/api/v1/auth/register", baton_server_auth_register, BATON_SERVER_SLOW,
   BATON_SERVER_OPEN, .summary = "Make an account and sign in", .request = "Registration",
   .response = "SignedIn" },
  { "POST", "/api/v1/auth/login", baton_server_auth_login, BATON_SERVER_SLOW, BATON_SERVER_OPEN,
   .summary = "Sign in", .request = "Login", .response = "SignedIn" },
  { "POST", "/api/v1/auth/refresh", baton_server_auth_refresh, BATON_SERVER_SLOW, BATON_SERVER_OPEN,
   .summary = "Turn a refresh token into a new pair", .request = "RefreshToken",
   .response = "SignedIn" },
  { "POST", "/api/v1/auth/logout", baton_server_auth_logout, BATON_SERVER_WRITE, BATON_SERVER_OPEN,
   .summary = "End the session of a refresh token", .request = "RefreshToken" },
  { "GET", "/api/v1/users/me", baton_server_me_get, BATON_SERVER_READ, BATON_SERVER_MEMBER,
   .summary = "The person who is signed in", .response = "User" },
  { "PATCH", "/api/v1/users/me", baton_server_me_patch, BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .summary = "Change one's name", .request = "Profile", .response = "User" },
  { "PUT", "/api/v1/users/me/password", baton_server_me_put_password, BATON_SERVER_SLOW,
   BATON_SERVER_MEMBER, .summary = "Change one's password, which ends the other sessions",
   .request = "NewPassword" },
  { "GET", "/api/v1/users/me/sessions", baton_server_me_list_sessions, BATON_SERVER_READ,
   BATON_SERVER_MEMBER, .summary = "The devices signed in", .response = "Session[]" },
  { "DELETE", "/api/v1/users/me/sessions/{id}", baton_server_me_delete_session, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Sign a device out" },
  { "DELETE", "/api/v1/users/me", baton_server_me_delete, BATON_SERVER_SLOW, BATON_SERVER_MEMBER,
   .summary = "Leave, which deletes what is one's own", .request = "Leaving" },
  { "GET", "/api/v1/users", baton_server_users_list, BATON_SERVER_READ, BATON_SERVER_ADMIN,
   .summary = "Everybody, oldest account first", .response = "User[]", .query = "page limit" },
  { "PATCH", "/api/v1/users/{id}", baton_server_users_change, BATON_SERVER_WRITE,
   BATON_SERVER_ADMIN, .summary = "Change somebody's role, or disable the account",
   .request = "Rights", .response = "User" },
  { "GET", "/api/v1/projects", baton_server_projects_list, BATON_SERVER_READ, BATON_SERVER_MEMBER,
   .summary = "The projects one is in", .response = "Project[]",
   .query = "is_archived sort order page limit cursor" },
  { "POST", "/api/v1/projects", baton_server_projects_create, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Make a project", .request = "Project", .response = "Project" },
  { "GET", "/api/v1/projects/{id}", baton_server_projects_get, BATON_SERVER_READ,
   BATON_SERVER_MEMBER, .summary = "One project", .response = "Project" },
  { "PATCH", "/api/v1/projects/{id}", baton_server_projects_change, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Change a project", .request = "Project",
   .response = "Project" },
  { "DELETE", "/api/v1/projects/{id}", baton_server_projects_delete, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Delete a project" },
  { "GET", "/api/v1/projects/{id}/members", baton_server_project_members_list, BATON_SERVER_READ,
   BATON_SERVER_MEMBER, .summary = "Who is in a project, the owner first",
   .response = "Member[]" },
  { "POST", "/api/v1/projects/{id}/members", baton_server_project_members_add, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Let somebody into a project", .request = "NewMember",
   .response = "Member" },
  { "PATCH", "/api/v1/projects/{id}/members/{user_id}", baton_server_project_members_change,
   BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .summary = "Change somebody's role; `owner` hands the project over", .request = "MemberRole",
   .response = "Member" },
  { "DELETE", "/api/v1/projects/{id}/members/{user_id}", baton_server_project_members_remove,
   BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .summary = "Take somebody out of a project, or leave" },
  { "GET", "/api/v1/tasks", baton_server_tasks_list, BATON_SERVER_READ, BATON_SERVER_MEMBER,
   .summary = "Tasks, by filters", .response = "Task[]",
   .query = "project_id parent_id status priority assignee_id tag due_after due_before "
             "completed_after deleted q sort order page limit cursor" },
  { "POST", "/api/v1/tasks", baton_server_tasks_create, BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .summary = "Make a task", .request = "Task", .response = "Task" },
  { "POST", "/api/v1/tasks/bulk", baton_server_tasks_bulk, BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .summary = "Up to 200 changes, each with its own result", .request = "Bulk",
   .response = "BulkResult[]" },
  { "GET", "/api/v1/tasks/{id}", baton_server_tasks_get, BATON_SERVER_READ, BATON_SERVER_MEMBER,
   .summary = "One task", .response = "Task" },
  { "PUT", "/api/v1/tasks/{id}", baton_server_tasks_replace, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Replace a task", .request = "Task", .response = "Task" },
  { "PATCH", "/api/v1/tasks/{id}", baton_server_tasks_change, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Change a task", .request = "Task", .response = "Task" },
  { "DELETE", "/api/v1/tasks/{id}", baton_server_tasks_delete, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Delete a task" },
  { "POST", "/api/v1/tasks/{id}/complete", baton_server_tasks_complete, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Complete a task; a recurring one makes its next",
   .response = "Completed" },
  { "POST", "/api/v1/tasks/{id}/restore", baton_server_tasks_restore, BATON_SERVER_WRITE,
   BATON_SERVER_MEMBER, .summary = "Bring a deleted task back", .response = "Task" },
  { "GET", "/api/v1/tasks/{id}/history", baton_server_tasks_history, BATON_SERVER_READ,
   BATON_SERVER_MEMBER, .summary = "Every change and every losing edit, the newest first",
   .response = "HistoryEntry[]", .query = "page limit" },
  { "POST", "/api/v1/sync", baton_server_sync_post, BATON_SERVER_WRITE, BATON_SERVER_MEMBER,
   .then = baton_server_sync_then, .summary = "Send edits and fetch changes",
   .request = "SyncRequest", .response = "SyncAnswer" },
  { "GET", "/api/v1/live", baton_server_live_get, BATON_SERVER_READ, BATON_SERVER_MEMBER,
   .summary = "Changes as they happen, over a WebSocket" },
  { "GET", "/health", baton_server_health_get, BATON_SERVER_READ, BATON_SERVER_OPEN,
   .summary = "Whether the server is alive", .response = "Health" },
  { "GET", "/health/ready", baton_server_health_get_ready, BATON_SERVER_READ, BATON_SERVER_OPEN,
   .summary = "Whether the server can work", .response = "Health" },
  { "GET", "/api/v1/openapi.json", baton_server_openapi_get, BATON_SERVER_READ, BATON_SERVER_OPEN,
   .summary = "This document" },
};

const BatonServerRoute *
baton_server_routes_get (guint *n_routes)
{
  *n_routes = G_N_ELEMENTS (routes);
  return routes;
}
