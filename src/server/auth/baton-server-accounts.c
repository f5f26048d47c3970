/* baton-server-accounts.c: people and their sessions, in the database
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-accounts.h"

#include "../http/baton-server-error.h"

#include <string.h>

#define EMAIL_LENGTH_MAX 254
#define NAME_LENGTH_MAX  100
#define COLUMNS          BATON_SERVER_ACCOUNT_COLUMNS

void
baton_server_account_free (BatonServerAccount *account)
{
  g_free (account->id);
  g_free (account->email);
  g_free (account->password);
  g_free (account->first_name);
  g_free (account->last_name);
  g_free (account->role);
  g_free (account);
}

BatonServerAccount *
baton_server_account_read (BatonSqlStatement *statement)
{
  BatonServerAccount *account = g_new0 (BatonServerAccount, 1);

  account->id = g_strdup (baton_sql_get_text (statement, 0));
  account->email = g_strdup (baton_sql_get_text (statement, 1));
  account->password = g_strdup (baton_sql_get_text (statement, 2));
  account->first_name = g_strdup (baton_sql_get_text (statement, 3));
  account->last_name = g_strdup (baton_sql_get_text (statement, 4));
  account->role = g_strdup (baton_sql_get_text (statement, 5));
  account->is_active = baton_sql_get_int (statement, 6) != 0;
  account->created_at = baton_sql_get_int (statement, 7);
  return account;
}

static BatonServerAccount *
find (BatonSql *sql, const char *query, const char *key, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, error);

  if (!statement)
    return NULL;
  baton_sql_bind_text (statement, 1, key);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return baton_server_account_read (statement);
}

BatonServerAccount *
baton_server_account_find_by_email (BatonSql *sql, const char *email, GError **error)
{
  return find (sql, "SELECT " COLUMNS " FROM user WHERE email = ?", email, error);
}

BatonServerAccount *
baton_server_account_find (BatonSql *sql, const char *id, GError **error)
{
  return find (sql, "SELECT " COLUMNS " FROM user WHERE id = ?", id, error);
}

static gboolean
choose_role (BatonSql *sql, BatonServerAccount *account, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT EXISTS (SELECT 1 FROM user)", error);

  if (!statement || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  g_set_str (&account->role, baton_sql_get_int (statement, 0) ? "member" : "admin");
  return TRUE;
}

gboolean
baton_server_account_insert (BatonSql *sql, BatonServerAccount *account, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!choose_role (sql, account, error))
    return FALSE;
  statement = baton_sql_prepare (
      sql, "INSERT INTO user (" COLUMNS ", updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
      error);
  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, account->id);
  baton_sql_bind_text (statement, 2, account->email);
  baton_sql_bind_text (statement, 3, account->password);
  baton_sql_bind_text (statement, 4, account->first_name);
  baton_sql_bind_text (statement, 5, account->last_name);
  baton_sql_bind_text (statement, 6, account->role);
  baton_sql_bind_int (statement, 7, account->is_active);
  baton_sql_bind_int (statement, 8, account->created_at);
  if (baton_sql_run (statement, &local_error))
    return TRUE;

  if (g_error_matches (local_error, BATON_SQL_ERROR, BATON_SQL_ERROR_CONSTRAINT))
    g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_DUPLICATE_ENTRY,
                         "This e-mail address has an account already. Sign in.");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
baton_server_account_set_names (BatonSql *sql,
                                const BatonServerAccount *account,
                                gint64 now,
                                GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "UPDATE user SET first_name = ?2, last_name = ?3, updated_at = ?4 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, account->id);
  baton_sql_bind_text (statement, 2, account->first_name);
  baton_sql_bind_text (statement, 3, account->last_name);
  baton_sql_bind_int (statement, 4, now);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_account_set_password (BatonSql *sql,
                                   const char *id,
                                   const char *hash,
                                   gint64 now,
                                   GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "UPDATE user SET password = ?2, updated_at = ?3 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, hash);
  baton_sql_bind_int (statement, 3, now);
  return baton_sql_run (statement, error);
}

static gboolean
refuse_the_last (GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CONFLICT,
                       "This is the only active administrator. Make somebody else one first.");
  return FALSE;
}

gboolean
baton_server_account_is_dispensable (BatonSql *sql, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT 1 FROM user WHERE id = ?1 AND role = 'admin' AND is_active"
      " AND EXISTS (SELECT 1 FROM user WHERE id <> ?1)"
      " AND NOT EXISTS (SELECT 1 FROM user WHERE id <> ?1 AND role = 'admin' AND is_active)",
      error);
  BatonSqlStep step;

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    refuse_the_last (error);
  return step == BATON_SQL_DONE;
}

static gboolean
some_admin_is_left (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "SELECT 1 FROM user WHERE role = 'admin' AND is_active LIMIT 1", error);
  BatonSqlStep step = statement ? baton_sql_step (statement, error) : BATON_SQL_FAILED;

  if (step == BATON_SQL_DONE)
    refuse_the_last (error);
  return step == BATON_SQL_ROW;
}

gboolean
baton_server_account_set_rights (BatonSql *sql,
                                 const char *id,
                                 const char *role,
                                 gboolean is_active,
                                 gint64 now,
                                 GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, error);
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (!transaction)
    return FALSE;
  statement = baton_sql_prepare (
      sql, "UPDATE user SET role = ?2, is_active = ?3, updated_at = ?4 WHERE id = ?1", error);
  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, role);
  baton_sql_bind_int (statement, 3, is_active);
  baton_sql_bind_int (statement, 4, now);
  return baton_sql_run (statement, error) && some_admin_is_left (sql, error) &&
         (is_active || baton_server_sessions_revoke (sql, id, NULL, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

void
baton_server_account_write_json (const BatonServerAccount *account, BatonJsonWriter *writer)
{
  g_autofree char *created_at = baton_time_format (account->created_at);

  baton_json_begin_object (writer);
  baton_json_member_text (writer, "id", account->id);
  baton_json_member_text (writer, "email", account->email);
  baton_json_member_text (writer, "first_name", account->first_name);
  baton_json_member_text (writer, "last_name", account->last_name);
  baton_json_member_text (writer, "role", account->role);
  baton_json_member_bool (writer, "is_active", account->is_active);
  baton_json_member_text (writer, "created_at", created_at);
  baton_json_end_object (writer);
}

gboolean
baton_server_email_is_valid (const char *email)
{
  const char *at = strchr (email, '@');

  if (!at || at == email || !at[1] || strchr (at + 1, '@') || strlen (email) > EMAIL_LENGTH_MAX)
    return FALSE;
  for (const char *c = email; *c; c = g_utf8_next_char (c))
    if (g_unichar_isspace (g_utf8_get_char (c)) || g_unichar_iscntrl (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

gboolean
baton_server_text_is_plain (const char *text)
{
  gboolean blank = TRUE;

  for (const char *c = text; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (g_unichar_iscntrl (character))
        return FALSE;
      blank = blank && g_unichar_isspace (character);
    }
  return !blank;
}

gboolean
baton_server_name_is_valid (const char *name)
{
  return g_utf8_validate (name, -1, NULL) && g_utf8_strlen (name, -1) <= NAME_LENGTH_MAX &&
         baton_server_text_is_plain (name);
}

gboolean
baton_server_session_insert (BatonSql *sql,
                             const char *id,
                             const char *user_id,
                             const char *refresh_hash,
                             const char *device_name,
                             gint64 now,
                             gint64 expires,
                             GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "INSERT INTO session (id, user, refresh, device_name, created_at, used_at, expires_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
      error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, user_id);
  baton_sql_bind_text (statement, 3, refresh_hash);
  baton_sql_bind_text (statement, 4, device_name);
  baton_sql_bind_int (statement, 5, now);
  baton_sql_bind_int (statement, 6, expires);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_sessions_revoke (BatonSql *sql,
                              const char *user_id,
                              const char *except,
                              GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "UPDATE session SET revoked = 1 WHERE user = ? AND id IS NOT ?", error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, user_id);
  baton_sql_bind_text (statement, 2, except);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_session_revoke (BatonSql *sql,
                             const char *user_id,
                             const char *id,
                             gboolean *found,
                             GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "UPDATE session SET revoked = 1 WHERE user = ? AND id = ? AND revoked = 0", error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, user_id);
  baton_sql_bind_text (statement, 2, id);
  if (!baton_sql_run (statement, error))
    return FALSE;
  *found = baton_sql_get_n_changed (sql) > 0;
  return TRUE;
}
