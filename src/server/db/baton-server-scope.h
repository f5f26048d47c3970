/* baton-server-scope.h: scopes: whose they are, and the places in them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-types.h"

G_BEGIN_DECLS

/**
 * BatonServerRole:
 *
 * What a person is in a scope, each more than the one before.
 */
typedef enum
{
  BATON_SERVER_ROLE_NONE,
  BATON_SERVER_ROLE_VIEWER,
  BATON_SERVER_ROLE_MEMBER,
  BATON_SERVER_ROLE_MANAGER,
  BATON_SERVER_ROLE_OWNER,
} BatonServerRole;

/**
 * BatonServerScope:
 * @seq: the last number that was given out
 * @tag: and its tag; empty before the first
 * @purged: deleted records up to this number are gone
 */
typedef struct
{
  gint64 key;
  char *id;
  gint64 seq;
  char *tag;
  gint64 purged;
} BatonServerScope;

void baton_server_scope_free (BatonServerScope *scope);

/* `owner` and so on; NONE for anything else */
BatonServerRole baton_server_role_from_name (const char *name);
const char *baton_server_role_get_name (BatonServerRole role);

/* What @user is in the scope @scope_id. FALSE only on a failure of the database. */
gboolean baton_server_scope_get_role (BatonSql *sql,
                                      const char *user,
                                      const char *scope_id,
                                      BatonServerRole *role,
                                      GError **error);

/* `user:ID`, `project:ID` */
char *baton_server_scope_dup_user_id (const char *user);
char *baton_server_scope_dup_project_id (const char *project);

/* The key of the scope, which is made where it is not there. 0 on failure. Writer's thread. */
gint64 baton_server_scope_ensure (BatonSql *sql, const char *scope_id, GError **error);

/* After all of its records are gone: what stays is that there was such a scope, so that a device that comes back to it is told to leave, and
 * not that its past is another's. Writer's thread. */
gboolean baton_server_scope_close (BatonSql *sql, gint64 scope, GError **error);

/* The scopes that @user sees, their own first, as an array of BatonServerScope. @live: without those of deleted projects */
GPtrArray *baton_server_scope_list (BatonSql *sql, const char *user, gboolean live, GError **error);
/* NULL without an error where there is none */
BatonServerScope *baton_server_scope_get (BatonSql *sql, const char *scope_id, GError **error);

/**
 * BatonServerPlace:
 *
 * A place that was taken, and the one before it, as `seq.tag`.
 */
typedef struct
{
  gint64 seq;
  char place[32];
  char after[32];
} BatonServerPlace;

/* Takes the next place of @scope for the record @record of @entity; @gone (nullable): it left, and this is its id */
gboolean baton_server_scope_take_place (BatonSql *sql,
                                        gint64 scope,
                                        BatonEntity entity,
                                        gint64 record,
                                        const char *gone,
                                        BatonServerPlace *place,
                                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerScope, baton_server_scope_free)

G_END_DECLS
