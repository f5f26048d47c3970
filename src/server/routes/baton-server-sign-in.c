/* baton-server-sign-in.c: /auth: register, login, refresh, logout
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

#include "../auth/baton-server-accounts.h"
#include "../auth/baton-server-auth.h"
#include "../auth/baton-server-password.h"
#include "../db/baton-server-writer.h"
#include "baton-server-members.h"

#define NAME_MAX_LENGTH  100
#define TOKEN_MAX_LENGTH 2048

/* What the writer is to store for somebody who signs in */
typedef struct
{
  BatonServerAccount *account;
  gboolean is_new;
  char *session_id;
  char *refresh_hash;
  const char *device_name;
  gint64 now;
  gint64 expires;
} SignIn;

static gint64
get_access_seconds (BatonServerRequest *request)
{
  return baton_server_config_get_int (baton_server_get_config (request->server),
                                      "access-token-minutes") *
         60;
}

static gint64
get_refresh_end (BatonServerRequest *request)
{
  return request->now + baton_server_config_get_int (baton_server_get_config (request->server),
                                                     "refresh-token-days") *
                            24 * 60 * 60 * 1000;
}

static gboolean
refuse_sign_in (GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                       "The e-mail address or the password is wrong.");
  return FALSE;
}

/* Said to nobody but who has the password, or a token of the account's */
static gboolean
refuse_disabled (GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_ACCOUNT_DISABLED,
                       "This account is disabled. Ask whoever runs the server.");
  return FALSE;
}

/* While the password was looked at, it may have been changed, or the account disabled: such a session would outlive what was to end it */
static gboolean
is_as_it_was (BatonSql *sql, const BatonServerAccount *account, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerAccount)
      stored = baton_server_account_find (sql, account->id, &local_error);

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return (stored && stored->is_active && g_str_equal (stored->password, account->password)) ||
         refuse_sign_in (error);
}

static gboolean
store_sign_in (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  SignIn *sign_in = data;

  if (sign_in->is_new ? !baton_server_account_insert (sql, sign_in->account, error)
                      : !is_as_it_was (sql, sign_in->account, error))
    return FALSE;
  return baton_server_session_insert (sql, sign_in->session_id, sign_in->account->id,
                                      sign_in->refresh_hash, sign_in->device_name, sign_in->now,
                                      sign_in->expires, error);
}

static void
write_pair (BatonServerRequest *request,
            BatonServerReply *reply,
            const BatonServerAccount *account,
            const char *session_id,
            const char *refresh)
{
  BatonServerTokens *tokens = baton_server_auth_get_tokens (request->server);
  g_autofree char *access = baton_server_tokens_issue (
      tokens, account->id, account->email, account->role, session_id, request->now / 1000,
      get_access_seconds (request));

  baton_json_begin_object (&reply->json);
  baton_json_key (&reply->json, "user");
  baton_server_account_write_json (account, &reply->json);
  baton_json_member_text (&reply->json, "access_token", access);
  baton_json_member_text (&reply->json, "refresh_token", refresh);
  baton_json_member_int (&reply->json, "expires_in", get_access_seconds (request));
  baton_json_end_object (&reply->json);
}

static gboolean
sign_in (BatonServerRequest *request,
         BatonServerReply *reply,
         BatonServerAccount *account,
         gboolean is_new,
         const char *device_name,
         GError **error)
{
  g_autofree char *session_id = baton_uuid_new (request->now);
  g_autofree char *refresh = baton_server_refresh_token_new (session_id);
  g_autofree char *refresh_hash = baton_server_refresh_token_hash (refresh);
  SignIn data = {
    account, is_new, session_id, refresh_hash, device_name, request->now, get_refresh_end (request)
  };

  if (!baton_server_writer_run (baton_server_get_writer (request->server), store_sign_in, &data,
                                error))
    return FALSE;
  write_pair (request, reply, account, session_id, refresh);
  return TRUE;
}

gboolean
baton_server_auth_register (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  GPtrArray *problems = baton_problems_new ();
  g_autoptr (BatonServerAccount) account = g_new0 (BatonServerAccount, 1);
  const char *email = NULL, *password = NULL, *first_name = NULL, *last_name = NULL,
             *device_name = NULL;
  const BatonServerMember members[] = {
    { "email", TRUE, 3, 254, .into = &email },
    { "password", TRUE, BATON_SERVER_PASSWORD_MIN, BATON_SERVER_PASSWORD_MAX, &password,
     .free_form = TRUE },
    { "first_name", TRUE, 1, NAME_MAX_LENGTH, .into = &first_name },
    { "last_name", TRUE, 1, NAME_MAX_LENGTH, .into = &last_name },
    { "device_name", FALSE, 1, NAME_MAX_LENGTH, .into = &device_name },
    { NULL },
  };

  if (!body)
    {
      g_ptr_array_unref (problems);
      return FALSE;
    }
  baton_server_members_read (body, members, problems);
  if (email && !baton_server_email_is_valid (email))
    baton_problems_add (problems, "email", "It is not an e-mail address.");
  if (!baton_server_reply_check (reply, problems, error))
    return FALSE;

  account->id = baton_uuid_new (request->now);
  account->email = g_strdup (email);
  account->password = baton_server_password_hash (password, error);
  account->first_name = g_strdup (first_name);
  account->last_name = g_strdup (last_name);
  account->is_active = TRUE;
  account->created_at = request->now;
  if (!account->password || !sign_in (request, reply, account, TRUE, device_name, error))
    return FALSE;
  reply->status = 201;
  return TRUE;
}

/* A person at a machine is counted, so that nobody can lock another out from elsewhere */
static char *
dup_throttle_key (BatonServerRequest *request, const char *email)
{
  g_autofree char *address = baton_server_request_dup_address (request);
  g_autofree char *folded = g_utf8_casefold (email, -1);

  return g_strconcat (address, " ", folded, NULL);
}

gboolean
baton_server_auth_login (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerAccount) account = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *key = NULL;
  const char *email = NULL, *password = NULL, *device_name = NULL;
  const BatonServerMember members[] = {
    { "email", TRUE, 1, 254, .into = &email },
    { "password", TRUE, 1, BATON_SERVER_PASSWORD_MAX, &password, .free_form = TRUE },
    { "device_name", FALSE, 1, NAME_MAX_LENGTH, .into = &device_name },
    { NULL },
  };

  if (!baton_server_members_read_body (request, reply, members, error))
    return FALSE;
  key = dup_throttle_key (request, email);
  if (!baton_server_auth_check_throttle (request, reply, key, error))
    return FALSE;

  account = baton_server_account_find_by_email (request->sql, email, &local_error);
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!baton_server_password_verify (account ? account->password : NULL, password))
    {
      baton_server_throttle_fail (baton_server_auth_get_throttle (request->server), key,
                                  request->now);
      return refuse_sign_in (error);
    }
  if (!account->is_active)
    return refuse_disabled (error);
  baton_server_throttle_forget (baton_server_auth_get_throttle (request->server), key);
  return sign_in (request, reply, account, FALSE, device_name, error);
}

typedef enum
{
  REFRESH_GOOD,
  REFRESH_UNKNOWN,
  REFRESH_EXPIRED,
  REFRESH_REUSED,
  REFRESH_DISABLED,
} RefreshState;

/* One turn of a session's refresh token */
typedef struct
{
  BatonServer *server;
  char *session_id;
  char *hash;
  char *next_hash;
  char *key_hash; /* nullable: of the Idempotency-Key */
  gint64 now;
  gint64 expires;
  RefreshState state;
  char *user_id;
  gboolean is_own; /* the token is the session's newest, or the one before it */
} Refresh;

static void
refresh_clear (Refresh *refresh)
{
  g_free (refresh->session_id);
  g_free (refresh->hash);
  g_free (refresh->next_hash);
  g_free (refresh->key_hash);
  g_free (refresh->user_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Refresh, refresh_clear)

/* The same request as the last one, which had a key that only its sender knows: the answer was lost on the way, or the request came twice. It
 * is given the same token. */
static gboolean
is_repeated (BatonSqlStatement *row, const Refresh *refresh)
{
  return refresh->key_hash && g_strcmp0 (baton_sql_get_text (row, 3), refresh->hash) == 0 &&
         g_strcmp0 (baton_sql_get_text (row, 4), refresh->key_hash) == 0;
}

static gboolean
look_up_refresh (BatonSql *sql, Refresh *refresh, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT session.refresh, expires_at, user, spent, spent_key, revoked, is_active FROM session"
      " JOIN user ON user.id = session.user WHERE session.id = ?",
      error);
  BatonSqlStep step;

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, refresh->session_id);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_FAILED)
    return FALSE;

  refresh->state = REFRESH_UNKNOWN;
  if (step == BATON_SQL_DONE)
    return TRUE;
  if (baton_sql_get_int (statement, 6) == 0 &&
      g_strcmp0 (baton_sql_get_text (statement, 0), refresh->hash) == 0)
    refresh->state = REFRESH_DISABLED;
  if (baton_sql_get_int (statement, 5) != 0 || baton_sql_get_int (statement, 6) == 0)
    return TRUE;
  refresh->user_id = g_strdup (baton_sql_get_text (statement, 2));
  refresh->is_own = g_strcmp0 (baton_sql_get_text (statement, 0), refresh->hash) == 0 ||
                    g_strcmp0 (baton_sql_get_text (statement, 3), refresh->hash) == 0;
  if (g_strcmp0 (baton_sql_get_text (statement, 0), refresh->hash) != 0 &&
      !is_repeated (statement, refresh))
    refresh->state = REFRESH_REUSED;
  else if (baton_sql_get_int (statement, 1) <= refresh->now)
    refresh->state = REFRESH_EXPIRED;
  else
    refresh->state = REFRESH_GOOD;
  return TRUE;
}

/* A token of this session that is not its newest was used before, or stolen: the session ends, and that is written although
 * the request will fail */
static gboolean
turn_refresh (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Refresh *refresh = data;
  g_autoptr (BatonSqlStatement) statement = NULL;
  gboolean found;

  if (!look_up_refresh (sql, refresh, error))
    return FALSE;
  if (refresh->state == REFRESH_REUSED)
    {
      baton_server_auth_tell_ended (refresh->server, refresh->user_id);
      return baton_server_session_revoke (sql, refresh->user_id, refresh->session_id, &found,
                                          error);
    }
  if (refresh->state != REFRESH_GOOD)
    return TRUE;

  statement = baton_sql_prepare (
      sql,
      "UPDATE session SET refresh = ?2, used_at = ?3, expires_at = ?4, spent = ?5, spent_key = ?6"
      " WHERE id = ?1",
      error);
  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, refresh->session_id);
  baton_sql_bind_text (statement, 2, refresh->next_hash);
  baton_sql_bind_int (statement, 3, refresh->now);
  baton_sql_bind_int (statement, 4, refresh->expires);
  baton_sql_bind_text (statement, 5, refresh->hash);
  baton_sql_bind_text (statement, 6, refresh->key_hash);
  return baton_sql_run (statement, error);
}

static gboolean
read_refresh_token (BatonServerRequest *request,
                    BatonServerReply *reply,
                    const char **token,
                    GError **error)
{
  const BatonServerMember members[] = {
    { "refresh_token", TRUE, 1, TOKEN_MAX_LENGTH, .into = token },
    { NULL }
  };

  return baton_server_members_read_body (request, reply, members, error);
}

static gboolean
refuse_refresh (RefreshState state, GError **error)
{
  switch (state)
    {
    case REFRESH_GOOD:
      return TRUE;
    case REFRESH_REUSED:
      g_set_error_literal (
          error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_TOKEN_REUSED,
          "This refresh token was used before, so its session has been ended. Sign in again.");
      return FALSE;
    case REFRESH_DISABLED:
      return refuse_disabled (error);
    case REFRESH_EXPIRED:
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_TOKEN_EXPIRED,
                           "The refresh token has expired. Sign in again.");
      return FALSE;
    case REFRESH_UNKNOWN:
    default:
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "The refresh token is not valid. Sign in again.");
      return FALSE;
    }
}

gboolean
baton_server_auth_refresh (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_auto (Refresh) refresh = { .server = request->server,
                               .now = request->now,
                               .expires = get_refresh_end (request),
                               .state = REFRESH_UNKNOWN };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerAccount) account = NULL;
  g_autofree char *next = NULL;
  const char *key = baton_server_request_get_header (request, "Idempotency-Key");
  const char *token;

  if (!read_refresh_token (request, reply, &token, error))
    return FALSE;
  if (!baton_server_refresh_token_parse (token, &refresh.session_id, &refresh.hash))
    return refuse_refresh (REFRESH_UNKNOWN, error);
  if (key && *key)
    refresh.key_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);

  next = refresh.key_hash
             ? baton_server_tokens_make_next (baton_server_auth_get_tokens (request->server),
                                              refresh.session_id, token, key)
             : baton_server_refresh_token_new (refresh.session_id);
  refresh.next_hash = baton_server_refresh_token_hash (next);
  if (!baton_server_writer_run (baton_server_get_writer (request->server), turn_refresh, &refresh,
                                error))
    return FALSE;
  if (!refuse_refresh (refresh.state, error))
    return FALSE;

  account = baton_server_account_find (request->sql, refresh.user_id, &local_error);
  if (!account && !local_error)
    return refuse_refresh (REFRESH_UNKNOWN, error);
  if (!account)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  write_pair (request, reply, account, refresh.session_id, next);
  return TRUE;
}

/* Ends the session of the token; one that is not valid has none, which is what was asked for. The one before the newest is valid here: the
 * answer that held the newest may have been lost. */
gboolean
baton_server_auth_logout (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_auto (Refresh) refresh = { .now = request->now };
  const char *token;
  gboolean found;

  if (!read_refresh_token (request, reply, &token, error))
    return FALSE;
  if (baton_server_refresh_token_parse (token, &refresh.session_id, &refresh.hash))
    {
      if (!look_up_refresh (request->sql, &refresh, error))
        return FALSE;
      if (refresh.is_own)
        {
          if (!baton_server_session_revoke (request->sql, refresh.user_id, refresh.session_id,
                                            &found, error))
            return FALSE;
          baton_server_auth_tell_ended (request->server, refresh.user_id);
        }
    }
  baton_server_reply_set_empty (reply);
  return TRUE;
}
