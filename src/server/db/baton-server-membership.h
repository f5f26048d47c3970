/* baton-server-membership.h: who is in a project, and as what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-scope.h"

G_BEGIN_DECLS

/**
 * BatonServerMembership:
 * @joined_at: Unix milliseconds
 * @is_active: whether the account may sign in
 *
 * One person in one project. A plain struct that its holder owns.
 */
typedef struct
{
  char *user;
  char *email;
  char *first_name;
  char *last_name;
  BatonServerRole role;
  gint64 joined_at;
  gboolean is_active;
} BatonServerMembership;

void baton_server_membership_free (BatonServerMembership *membership);
void baton_server_membership_write_json (const BatonServerMembership *membership,
                                         BatonJsonWriter *json);

/* Everybody in @project, the highest role first, then the eldest, as an array of BatonServerMembership */
GPtrArray *baton_server_membership_list (BatonSql *sql, const char *project, GError **error);
/* NULL without an error where @user is not in @project */
BatonServerMembership *
baton_server_membership_get (BatonSql *sql, const char *project, const char *user, GError **error);

/* Each of the following on the writer's thread, in a write; who listens is told when it is durable. */

/* @user comes to @project: the device has no place in it, so gets all of it */
gboolean baton_server_membership_add (BatonServerWriter *writer,
                                      BatonSql *sql,
                                      const char *project,
                                      const char *user,
                                      BatonServerRole role,
                                      gint64 now,
                                      GError **error);
gboolean baton_server_membership_set_role (BatonSql *sql,
                                           const char *project,
                                           const char *user,
                                           BatonServerRole role,
                                           GError **error);
/* @user sees @project no more. What they did there stays, tasks that are assigned to them stay assigned, and their own reminders wait in their
 * own scope, silent, in case they come back. */
gboolean baton_server_membership_remove (BatonServerWriter *writer,
                                         BatonSql *sql,
                                         const char *project,
                                         const char *user,
                                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerMembership, baton_server_membership_free)

G_END_DECLS
