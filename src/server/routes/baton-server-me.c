/* baton-server-me.c: /users/me: the profile, the password, the devices signed in, leaving
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

#include "../auth/baton-server-auth.h"
#include "../auth/baton-server-password.h"
#include "../db/baton-server-departure.h"
#include "../db/baton-server-writer.h"
#include "../http/baton-server.h"
#include "baton-server-members.h"

#define NAME_MAX_LENGTH 100

static BatonServerAccount *
get_account (BatonServerRequest *request, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonServerAccount *account = baton_server_account_find (request->sql, request->user_id,
                                                           &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (!account)
    g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                         "This account is no longer there.");
  return account;
}

gboolean
baton_server_me_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerAccount) account = get_account (request, error);

  if (!account)
    return FALSE;
  baton_server_account_write_json (account, &reply->json);
  return TRUE;
}

gboolean
baton_server_me_patch (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerAccount) account = NULL;
  const char *first_name, *last_name;
  const BatonServerMember members[] = {
    { "first_name", FALSE, 1, NAME_MAX_LENGTH, .into = &first_name },
    { "last_name", FALSE, 1, NAME_MAX_LENGTH, .into = &last_name },
    { NULL },
  };

  if (!baton_server_members_read_body (request, reply, members, error))
    return FALSE;
  account = get_account (request, error);
  if (!account)
    return FALSE;

  if (first_name)
    g_set_str (&account->first_name, first_name);
  if (last_name)
    g_set_str (&account->last_name, last_name);
  if (!baton_server_account_set_names (request->sql, account, request->now, error))
    return FALSE;
  baton_server_account_write_json (account, &reply->json);
  return TRUE;
}

typedef struct
{
  BatonServer *server;
  const char *user_id;
  const char *session_id;
  const char *hash;
  gint64 now;
} NewPassword;

static gboolean
store_password (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  const NewPassword *change = data;

  baton_server_auth_tell_ended (change->server, change->user_id);
  return baton_server_account_set_password (sql, change->user_id, change->hash, change->now,
                                            error) &&
         baton_server_sessions_revoke (sql, change->user_id, change->session_id, error);
}

gboolean
baton_server_me_put_password (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerAccount) account = NULL;
  const char *current, *new_password;
  const BatonServerMember members[] = {
    { "current_password", TRUE, 1, BATON_SERVER_PASSWORD_MAX, &current, .free_form = TRUE },
    { "new_password", TRUE, BATON_SERVER_PASSWORD_MIN, BATON_SERVER_PASSWORD_MAX, &new_password,
     .free_form = TRUE },
    { NULL },
  };
  g_autofree char *hash = NULL;
  NewPassword change = { .server = request->server,
                         .user_id = request->user_id,
                         .session_id = request->session_id,
                         .now = request->now };

  if (!baton_server_members_read_body (request, reply, members, error))
    return FALSE;
  account = get_account (request, error);
  if (!account)
    return FALSE;
  if (!baton_server_auth_check_password (request, reply, account, current, "current_password",
                                         error))
    return FALSE;

  change.hash = hash = baton_server_password_hash (new_password, error);
  if (!hash || !baton_server_writer_run (baton_server_get_writer (request->server), store_password,
                                         &change, error))
    return FALSE;
  baton_server_reply_set_empty (reply);
  return TRUE;
}

static void
write_time (BatonJsonWriter *writer, const char *key, gint64 unix_ms)
{
  g_autofree char *text = baton_time_format (unix_ms);

  baton_json_member_text (writer, key, text);
}

gboolean
baton_server_me_list_sessions (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      request->sql,
      "SELECT id, device_name, created_at, used_at FROM session WHERE user = ? AND revoked = 0 AND expires_at > ? ORDER BY id",
      error);
  BatonSqlStep step;

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, request->user_id);
  baton_sql_bind_int (statement, 2, request->now);
  baton_json_begin_array (&reply->json);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      const char *id = baton_sql_get_text (statement, 0);

      baton_json_begin_object (&reply->json);
      baton_json_member_text (&reply->json, "id", id);
      baton_json_member_text (&reply->json, "device_name", baton_sql_get_text (statement, 1));
      write_time (&reply->json, "created_at", baton_sql_get_int (statement, 2));
      write_time (&reply->json, "last_used_at", baton_sql_get_int (statement, 3));
      baton_json_member_bool (&reply->json, "current", g_strcmp0 (id, request->session_id) == 0);
      baton_json_end_object (&reply->json);
    }
  baton_json_end_array (&reply->json);
  return step == BATON_SQL_DONE;
}

gboolean
baton_server_me_delete_session (BatonServerRequest *request,
                                BatonServerReply *reply,
                                GError **error)
{
  gboolean found;

  if (!baton_server_session_revoke (request->sql, request->user_id, request->params[0], &found,
                                    error))
    return FALSE;
  if (!found)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                           "There is no such session.");
      return FALSE;
    }
  baton_server_auth_tell_ended (request->server, request->user_id);
  baton_server_reply_set_empty (reply);
  return TRUE;
}

typedef struct
{
  BatonServer *server;
  const char *user_id;
} Leaving;

static gboolean
store_leaving (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  const Leaving *leaving = data;

  baton_server_auth_tell_ended (leaving->server, leaving->user_id);
  return baton_server_account_is_dispensable (sql, leaving->user_id, error) &&
         baton_server_departure_run (sql, leaving->user_id, error);
}

gboolean
baton_server_me_delete (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerAccount) account = NULL;
  const char *password;
  const BatonServerMember members[] = {
    { "password", TRUE, 1, BATON_SERVER_PASSWORD_MAX, &password, .free_form = TRUE },
    { NULL },
  };
  Leaving leaving = { .server = request->server, .user_id = request->user_id };

  if (!baton_server_members_read_body (request, reply, members, error))
    return FALSE;
  account = get_account (request, error);
  if (!account ||
      !baton_server_auth_check_password (request, reply, account, password, "password", error) ||
      !baton_server_writer_run (baton_server_get_writer (request->server), store_leaving, &leaving,
                                error))
    return FALSE;
  baton_server_reply_set_empty (reply);
  return TRUE;
}
