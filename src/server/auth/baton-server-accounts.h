/* baton-server-accounts.h: people and their sessions, in the database
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../core/baton-json.h"
#include "../../sql/baton-sql.h"

G_BEGIN_DECLS

/**
 * BatonServerAccount:
 *
 * One person's account. A plain struct that its holder owns.
 */
typedef struct
{
  char *id;
  char *email;
  char *password; /* Argon2id hash */
  char *first_name;
  char *last_name;
  char *role;
  gboolean is_active;
  gint64 created_at; /* Unix ms */
} BatonServerAccount;

void baton_server_account_free (BatonServerAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerAccount, baton_server_account_free)

/* NULL without an error where there is none */
BatonServerAccount *baton_server_account_find_by_email (BatonSql *sql,
                                                        const char *email,
                                                        GError **error);
BatonServerAccount *baton_server_account_find (BatonSql *sql, const char *id, GError **error);
/* The first account becomes `admin`. DUPLICATE_ENTRY where the address is taken. */
gboolean baton_server_account_insert (BatonSql *sql, BatonServerAccount *account, GError **error);
gboolean baton_server_account_update (BatonSql *sql,
                                      const BatonServerAccount *account,
                                      gint64 now,
                                      GError **error);
/* As in api.md: never the password */
void baton_server_account_write_json (const BatonServerAccount *account, BatonJsonWriter *writer);
/* A form that mail can have: something@something, no spaces, at most 254 characters */
gboolean baton_server_email_is_valid (const char *email);

/* @refresh_hash: of the session's only good refresh token; times are Unix ms */
gboolean baton_server_session_insert (BatonSql *sql,
                                      const char *id,
                                      const char *user_id,
                                      const char *refresh_hash,
                                      const char *device_name,
                                      gint64 now,
                                      gint64 expires,
                                      GError **error);
/* Ends all sessions of @user_id but @except (nullable) */
gboolean baton_server_sessions_revoke (BatonSql *sql,
                                       const char *user_id,
                                       const char *except,
                                       GError **error);
/* *@found: whether there was such a session */
gboolean baton_server_session_revoke (BatonSql *sql,
                                      const char *user_id,
                                      const char *id,
                                      gboolean *found,
                                      GError **error);

G_END_DECLS
