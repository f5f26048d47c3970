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

#define BATON_SERVER_ACCOUNT_COLUMNS \
  "id, email, password, first_name, last_name, role, is_active, created_at"

/* NULL without an error where there is none */
BatonServerAccount *baton_server_account_find_by_email (BatonSql *sql,
                                                        const char *email,
                                                        GError **error);
BatonServerAccount *baton_server_account_find (BatonSql *sql, const char *id, GError **error);
/* The first account becomes `admin`. DUPLICATE_ENTRY where the address is taken. */
gboolean baton_server_account_insert (BatonSql *sql, BatonServerAccount *account, GError **error);
/* Each writes what it names and nothing else, so that two changes at once do not undo each other */
gboolean baton_server_account_set_names (BatonSql *sql,
                                         const BatonServerAccount *account,
                                         gint64 now,
                                         GError **error);
gboolean baton_server_account_set_password (BatonSql *sql,
                                            const char *id,
                                            const char *hash,
                                            gint64 now,
                                            GError **error);
/* Role and whether it is active; an account that is not has no sessions. CONFLICT where no active admin would be left. */
gboolean baton_server_account_set_rights (BatonSql *sql,
                                          const char *id,
                                          const char *role,
                                          gboolean is_active,
                                          gint64 now,
                                          GError **error);
/* FALSE with CONFLICT where @id is the only active admin and there are others who would need one */
gboolean baton_server_account_is_dispensable (BatonSql *sql, const char *id, GError **error);
/* The account of the columns that BATON_SERVER_ACCOUNT_COLUMNS names, in a row of @statement */
BatonServerAccount *baton_server_account_read (BatonSqlStatement *statement);
/* As in api.md: never the password */
void baton_server_account_write_json (const BatonServerAccount *account, BatonJsonWriter *writer);
/* A form that mail can have: something@something, no spaces, at most 254 characters */
gboolean baton_server_email_is_valid (const char *email);

/* Not blank, and no control characters; @text: UTF-8 */
gboolean baton_server_text_is_plain (const char *text);
/* The same of what may not be UTF-8, and at most 100 characters */
gboolean baton_server_name_is_valid (const char *name);

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
