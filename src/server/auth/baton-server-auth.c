/* baton-server-auth.c: who sends a request
 *
 * The token says who; the database says whether that session still stands, and with which role. So a person who is
 * disabled, or whose role changes, or who signs out, need not wait for a token to end. It is one look-up by primary key.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-auth.h"

#include "../db/baton-server-writer.h"
#include "baton-server-password.h"

#include <sodium.h>
#include <string.h>

struct _BatonServerAuth
{
  BatonServerTokens *tokens;
  BatonServerThrottle *throttle;
};

static const char select_session[] =
    "SELECT user.email, user.role FROM session JOIN user ON user.id = session.user"
    " WHERE session.id = ? AND session.user = ? AND session.revoked = 0 AND user.is_active";

/* The row is that of email and role; borrowed until @statement steps */
static BatonSqlStep
look_up_session (BatonSql *sql,
                 const char *session_id,
                 const char *user_id,
                 BatonSqlStatement **statement,
                 GError **error)
{
  *statement = baton_sql_prepare (sql, select_session, error);
  if (!*statement)
    return BATON_SQL_FAILED;
  baton_sql_bind_text (*statement, 1, session_id);
  baton_sql_bind_text (*statement, 2, user_id);
  return baton_sql_step (*statement, error);
}

gboolean
baton_server_auth_session_stands (BatonSql *sql,
                                  const char *session_id,
                                  const char *user_id,
                                  GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;

  return look_up_session (sql, session_id, user_id, &statement, error) == BATON_SQL_ROW;
}

static gboolean
fill_in (BatonServerRequest *request, BatonServerClaims *claims, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step = look_up_session (request->sql, claims->session_id, claims->user_id,
                                       &statement, error);

  if (step == BATON_SQL_DONE)
    g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                         "This session has ended. Sign in again.");
  if (step != BATON_SQL_ROW)
    return FALSE;

  request->email = g_strdup (baton_sql_get_text (statement, 0));
  request->role = g_strdup (baton_sql_get_text (statement, 1));
  request->user_id = g_steal_pointer (&claims->user_id);
  request->session_id = g_steal_pointer (&claims->session_id);
  return TRUE;
}

gboolean
baton_server_auth_read_header (BatonServer *server,
                               const char *header,
                               gint64 now,
                               BatonServerClaims *claims,
                               GError **error)
{
  static const char scheme[] = "Bearer ";

  if (!header || g_ascii_strncasecmp (header, scheme, strlen (scheme)) != 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "Sign in first: an access token is needed in Authorization.");
      return FALSE;
    }
  return baton_server_tokens_verify (baton_server_auth_get_tokens (server),
                                     header + strlen (scheme), now, claims, error);
}

static gboolean
authenticate (BatonServerRequest *request, GError **error)
{
  const char *header = baton_server_request_get_header (request, "Authorization");
  g_auto (BatonServerClaims) claims = { 0 };

  return baton_server_auth_read_header (request->server, header, request->now / 1000, &claims,
                                        error) &&
         fill_in (request, &claims, error);
}

static void
auth_free (gpointer data)
{
  BatonServerAuth *auth = data;

  baton_server_tokens_free (auth->tokens);
  baton_server_throttle_free (auth->throttle);
  g_free (auth);
}

gboolean
baton_server_auth_install (BatonServer *server, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (baton_server_get_database_path (server));
  const char *secret = baton_server_config_get (baton_server_get_config (server), "token-secret");
  BatonServerTokens *tokens;
  BatonServerAuth *auth;

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_INTERNAL,
                           "No source of random numbers is there");
      return FALSE;
    }
  tokens = baton_server_tokens_new (folder, secret, error);
  if (!tokens)
    return FALSE;

  auth = g_new0 (BatonServerAuth, 1);
  auth->tokens = tokens;
  auth->throttle = baton_server_throttle_new ();
  baton_server_set_authenticate (server, authenticate, auth, auth_free);
  return TRUE;
}

BatonServerTokens *
baton_server_auth_get_tokens (BatonServer *server)
{
  return baton_server_get_auth (server)->tokens;
}

BatonServerThrottle *
baton_server_auth_get_throttle (BatonServer *server)
{
  return baton_server_get_auth (server)->throttle;
}

void
baton_server_auth_tell_ended (BatonServer *server, const char *user_id)
{
  BatonServerWriter *writer = baton_server_get_writer (server);

  if (baton_server_writer_is_heard (writer))
    baton_server_writer_add_change (writer, g_strconcat (BATON_SERVER_SESSION_SCOPE, user_id, NULL),
                                    NULL);
}

gboolean
baton_server_auth_check_throttle (BatonServerRequest *request,
                                  BatonServerReply *reply,
                                  const char *key,
                                  GError **error)
{
  guint wait = baton_server_throttle_check (baton_server_auth_get_throttle (request->server), key,
                                            request->now);
  g_autofree char *seconds = g_strdup_printf ("%u", wait);
  g_autofree char *limit = g_strdup_printf ("%d", BATON_SERVER_THROTTLE_FREE);

  if (wait == 0)
    return TRUE;
  baton_server_reply_add_header (reply, "Retry-After", seconds);
  baton_server_reply_add_header (reply, "RateLimit-Limit", limit);
  baton_server_reply_add_header (reply, "RateLimit-Remaining", "0");
  baton_server_reply_add_header (reply, "RateLimit-Reset", seconds);
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_RATE_LIMITED,
               "Too many wrong passwords. Try again in %u s.", wait);
  return FALSE;
}

gboolean
baton_server_auth_check_password (BatonServerRequest *request,
                                  BatonServerReply *reply,
                                  const BatonServerAccount *account,
                                  const char *password,
                                  const char *field,
                                  GError **error)
{
  BatonServerThrottle *throttle = baton_server_auth_get_throttle (request->server);

  if (!baton_server_auth_check_throttle (request, reply, account->id, error))
    return FALSE;
  if (!baton_server_password_verify (account->password, password))
    {
      baton_server_throttle_fail (throttle, account->id, request->now);
      return baton_server_reply_refuse (reply, field, "It is wrong.", error);
    }
  baton_server_throttle_forget (throttle, account->id);
  return TRUE;
}
