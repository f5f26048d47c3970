/* baton-server-project-members.c: /projects/{id}/members: who is in a project
 *
 * A project has exactly one owner, from its making to its end: an owner neither leaves nor is demoted but by handing the project over, which
 * is one change of two roles. Who cannot see the project is told that there is none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "../auth/baton-server-accounts.h"
#include "../db/baton-server-membership.h"
#include "../db/baton-server-row.h"
#include "../http/baton-server.h"
#include "baton-server-members.h"
#include "baton-server-routes.h"

static gboolean
fail (BatonServerError code, const char *message, GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, code, message);
  return FALSE;
}

/* What the person is in the project of the address */
static gboolean
get_own_role (BatonServerRequest *request, BatonServerRole *role, GError **error)
{
  g_autoptr (BatonServerRow) row = baton_server_row_need (
      request->sql, BATON_ENTITY_PROJECT, request->params[0], request->user_id, error);

  if (row == NULL)
    return FALSE;
  *role = row->role;
  return TRUE;
}

static gboolean
check_may_change (BatonServerRequest *request, BatonServerRole *role, GError **error)
{
  if (!get_own_role (request, role, error))
    return FALSE;
  return *role >= BATON_SERVER_ROLE_MANAGER ||
         fail (BATON_SERVER_ERROR_AUTHORIZATION,
               "Only the project's owner and managers may change its members.", error);
}

static BatonServerMembership *
get_membership (BatonServerRequest *request, const char *user, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonServerMembership *membership = baton_server_membership_get (request->sql, request->params[0],
                                                                   user, &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (membership == NULL)
    fail (BATON_SERVER_ERROR_NOT_FOUND, "There is no such person in the project.", error);
  return membership;
}

static gboolean
reply_with (BatonServerRequest *request, BatonServerReply *reply, const char *user, GError **error)
{
  g_autoptr (BatonServerMembership) membership = get_membership (request, user, error);

  if (membership == NULL)
    return FALSE;
  baton_server_membership_write_json (membership, &reply->json);
  return TRUE;
}

gboolean
baton_server_project_members_list (BatonServerRequest *request,
                                   BatonServerReply *reply,
                                   GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  BatonServerRole role;

  if (!get_own_role (request, &role, error))
    return FALSE;
  list = baton_server_membership_list (request->sql, request->params[0], error);
  if (list == NULL)
    return FALSE;
  baton_json_begin_array (&reply->json);
  for (guint i = 0; i < list->len; i++)
    baton_server_membership_write_json (g_ptr_array_index (list, i), &reply->json);
  baton_json_end_array (&reply->json);
  return TRUE;
}

/* --- somebody comes -------------------------------------------------------- */

static BatonServerAccount *
find_account (BatonServerRequest *request, const char *email, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerAccount)
      account = baton_server_account_find_by_email (request->sql, email, &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (account == NULL || !account->is_active)
    fail (BATON_SERVER_ERROR_NOT_FOUND, "Nobody with this e-mail address has an account here.",
          error);
  else
    return g_steal_pointer (&account);
  return NULL;
}

static gboolean
check_is_new (BatonServerRequest *request, const char *user, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerMembership)
      there = baton_server_membership_get (request->sql, request->params[0], user, &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (there)
    fail (BATON_SERVER_ERROR_DUPLICATE_ENTRY, "This person is in the project already.", error);
  else
    return TRUE;
  return FALSE;
}

gboolean
baton_server_project_members_add (BatonServerRequest *request,
                                  BatonServerReply *reply,
                                  GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  g_autoptr (BatonServerAccount) account = NULL;
  GPtrArray *problems;
  BatonServerRole own, role = BATON_SERVER_ROLE_MEMBER;
  const char *email, *name;
  const BatonServerMember members[] = {
    { "email", TRUE, 1, 254, .into = &email },
    { "role", FALSE, 1, 100, .into = &name },
    { NULL },
  };

  if (!body || !check_may_change (request, &own, error))
    return FALSE;
  problems = baton_problems_new ();
  baton_server_members_read (body, members, problems);
  if (name)
    role = baton_server_role_from_name (name);
  if (role == BATON_SERVER_ROLE_NONE || role == BATON_SERVER_ROLE_OWNER)
    baton_problems_add (problems, "role", "It must be manager, member or viewer.");
  if (!baton_server_reply_check (reply, problems, error))
    return FALSE;
  account = find_account (request, email, error);
  if (!account || !check_is_new (request, account->id, error) ||
      !baton_server_membership_add (baton_server_get_writer (request->server), request->sql,
                                    request->params[0], account->id, role, request->now, error))
    return FALSE;
  reply->status = 201;
  return reply_with (request, reply, account->id, error);
}

/* --- somebody becomes something else --------------------------------------- */

static gboolean
hand_over (BatonServerRequest *request, const BatonServerMembership *to, GError **error)
{
  if (!to->is_active)
    return fail (BATON_SERVER_ERROR_CONFLICT,
                 "The account of this person is disabled, so the project cannot be handed over.",
                 error);
  return baton_server_membership_set_role (request->sql, request->params[0], request->user_id,
                                           BATON_SERVER_ROLE_MANAGER, error) &&
         baton_server_membership_set_role (request->sql, request->params[0], to->user,
                                           BATON_SERVER_ROLE_OWNER, error);
}

static gboolean
set_role (BatonServerRequest *request,
          const BatonServerMembership *membership,
          BatonServerRole own,
          BatonServerRole role,
          GError **error)
{
  if (role == membership->role)
    return TRUE;
  if (role == BATON_SERVER_ROLE_OWNER)
    return own == BATON_SERVER_ROLE_OWNER
               ? hand_over (request, membership, error)
               : fail (BATON_SERVER_ERROR_AUTHORIZATION,
                       "Only the project's owner may hand it over.", error);
  if (membership->role == BATON_SERVER_ROLE_OWNER)
    return own == BATON_SERVER_ROLE_OWNER
               ? fail (BATON_SERVER_ERROR_CONFLICT,
                       "A project needs an owner. Hand it over to somebody first.", error)
               : fail (BATON_SERVER_ERROR_AUTHORIZATION,
                       "The project's owner stays so until they hand it over.", error);
  return baton_server_membership_set_role (request->sql, request->params[0], membership->user, role,
                                           error);
}

gboolean
baton_server_project_members_change (BatonServerRequest *request,
                                     BatonServerReply *reply,
                                     GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  g_autoptr (BatonServerMembership) membership = NULL;
  GPtrArray *problems;
  BatonServerRole own;
  const char *name;
  const BatonServerMember members[] = {
    { "role", TRUE, 1, 100, .into = &name },
    { NULL },
  };

  if (!body || !check_may_change (request, &own, error))
    return FALSE;
  problems = baton_problems_new ();
  baton_server_members_read (body, members, problems);
  if (name && baton_server_role_from_name (name) == BATON_SERVER_ROLE_NONE)
    baton_problems_add (problems, "role", "It must be owner, manager, member or viewer.");
  if (!baton_server_reply_check (reply, problems, error))
    return FALSE;
  membership = get_membership (request, request->params[1], error);
  return membership &&
         set_role (request, membership, own, baton_server_role_from_name (name), error) &&
         reply_with (request, reply, membership->user, error);
}

/* --- somebody goes ----------------------------------------------------------- */

static gboolean
check_may_remove (BatonServerRequest *request,
                  const BatonServerMembership *membership,
                  GError **error)
{
  if (membership->role != BATON_SERVER_ROLE_OWNER)
    return TRUE;
  if (g_str_equal (membership->user, request->user_id))
    return fail (BATON_SERVER_ERROR_CONFLICT,
                 "A project needs an owner. Hand it over to somebody, or delete it.", error);
  return fail (BATON_SERVER_ERROR_AUTHORIZATION, "The project's owner cannot be removed.", error);
}

gboolean
baton_server_project_members_remove (BatonServerRequest *request,
                                     BatonServerReply *reply,
                                     GError **error)
{
  gboolean leaves = g_strcmp0 (request->params[1], request->user_id) == 0;
  g_autoptr (BatonServerMembership) membership = NULL;
  BatonServerRole own;

  if (leaves ? !get_own_role (request, &own, error) : !check_may_change (request, &own, error))
    return FALSE;
  membership = get_membership (request, request->params[1], error);
  if (membership == NULL || !check_may_remove (request, membership, error) ||
      !baton_server_membership_remove (baton_server_get_writer (request->server), request->sql,
                                       request->params[0], membership->user, error))
    return FALSE;
  baton_server_reply_set_empty (reply);
  return TRUE;
}
