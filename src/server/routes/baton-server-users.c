/* baton-server-users.c: /users: everybody, for administrators
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

#include "../auth/baton-server-auth.h"
#include "baton-server-list.h"
#include "baton-server-members.h"

static const BatonServerSort sorts[] = {
  { "created_at", "created_at", TRUE }
};
static const char *const roles[] = { "admin", "member", NULL };

static gint64
count (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT count(*) FROM user", error);

  if (!statement || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return -1;
  return baton_sql_get_int (statement, 0);
}

gboolean
baton_server_users_list (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerList) list = baton_server_list_new (request, sorts, G_N_ELEMENTS (sorts));
  g_autoptr (BatonSqlStatement) statement = NULL;
  gint64 total;
  BatonSqlStep step;

  if (!baton_server_reply_check (reply, g_steal_pointer (&list->problems), error))
    return FALSE;
  total = count (request->sql, error);
  if (total < 0)
    return FALSE;
  statement = baton_sql_prepare (request->sql,
                                 "SELECT " BATON_SERVER_ACCOUNT_COLUMNS
                                 " FROM user ORDER BY created_at, id LIMIT ?1 OFFSET ?2",
                                 error);
  if (!statement)
    return FALSE;
  baton_sql_bind_int (statement, 1, list->limit);
  baton_sql_bind_int (statement, 2, (list->page - 1) * list->limit);
  baton_json_begin_array (&reply->json);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonServerAccount) account = baton_server_account_read (statement);

      baton_server_account_write_json (account, &reply->json);
    }
  baton_json_end_array (&reply->json);
  baton_server_reply_set_meta (reply, total, list->page, list->limit, NULL);
  return step == BATON_SQL_DONE;
}

static BatonServerAccount *
find (BatonServerRequest *request, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonServerAccount *account = baton_server_account_find (request->sql, request->params[0],
                                                           &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (!account)
    g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                         "There is no such person.");
  return account;
}

gboolean
baton_server_users_change (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  g_autoptr (BatonServerAccount) account = NULL;
  GPtrArray *problems;
  const char *role;
  int is_active;
  const BatonServerMember members[] = {
    { "role", FALSE, 1, 100, .into = &role },
    { "is_active", .flag = &is_active },
    { NULL },
  };

  if (!body)
    return FALSE;
  problems = baton_problems_new ();
  baton_server_members_read (body, members, problems);
  if (role && !g_strv_contains (roles, role))
    baton_problems_add (problems, "role", "It must be admin or member.");
  if (!baton_server_reply_check (reply, problems, error))
    return FALSE;
  account = find (request, error);
  if (!account)
    return FALSE;

  if (role)
    g_set_str (&account->role, role);
  if (is_active >= 0)
    account->is_active = is_active;
  if (!baton_server_account_set_rights (request->sql, account->id, account->role,
                                        account->is_active, request->now, error))
    return FALSE;
  baton_server_auth_tell_ended (request->server, account->id);
  baton_server_account_write_json (account, &reply->json);
  return TRUE;
}
