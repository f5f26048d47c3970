/* baton-server-history.h: every change, and every edit that lost
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-apply.h"

G_BEGIN_DECLS

/* Notes what @edit, which met an older state of @applied, did and did not do */
gboolean baton_server_history_add (const BatonServerAuthor *author,
                                   const BatonEdit *edit,
                                   const BatonServerApplied *applied,
                                   GError **error);

/* Takes what lost out of @outcomes where the history tells of it already: a device that signs in anew says again what it holds, and that is no conflict
 * with what has replaced it since. */
gboolean baton_server_history_drop_known (const BatonServerAuthor *author,
                                          const BatonServerRow *row,
                                          GPtrArray *outcomes,
                                          GError **error);

/* Takes away what notes of @edit started from, where the history tells of them already: a request that was late reaches a server that was set back after
 * the device has sent the same anew, under other ids. Merged twice, lines would stand twice. */
gboolean baton_server_history_restate_known (const BatonServerAuthor *author,
                                             const BatonServerRow *row,
                                             BatonEdit *edit,
                                             GError **error);

/* Condition on the column `scope` of history: @user, an expression, sees that scope */
#define BATON_SERVER_HISTORY_SEEN_BY(user)                                               \
  "scope IN (SELECT key FROM scope WHERE id = 'user:' || " user                          \
  " UNION ALL SELECT s.key FROM member m JOIN scope s ON s.id = 'project:' || m.project" \
  " WHERE m.user = " user ")"

/* What lost in the record ?1 of the entity ?2, and how: the latest, of those that were in the scope ?3 or that the person ?4 (nullable) sees. Each
 * change tells them, so there is an index of these alone. */
#define BATON_SERVER_HISTORY_CONFLICTS                                                          \
  "SELECT field, iif (won, old, new), iif (won, old_clock, clock), iif (won, clock, old_clock)" \
  " FROM history WHERE record = ?1 AND entity = ?2 AND conflict = 1"                            \
  " AND (scope = ?3 OR " BATON_SERVER_HISTORY_SEEN_BY ("?4") ") ORDER BY key DESC LIMIT 3"

/* `conflicts`, where there are any: what lost, of late, against values that may still stand. So each device that sees the record learns that two people
 * changed it at once, and what the other one wrote. Only of the time in which the record stood in @scope, or where @user (nullable) sees it. */
gboolean baton_server_history_write_conflicts (BatonSql *sql,
                                               BatonEntity entity,
                                               gint64 record,
                                               gint64 scope,
                                               const char *user,
                                               BatonJsonWriter *json,
                                               GError **error);

/* What the server has replaced by itself, where it has: the project of a task follows that of its parent */
gboolean baton_server_history_add_replaced (const BatonServerAuthor *author,
                                            const BatonServerRow *row,
                                            const char *key,
                                            const BatonValue *old,
                                            const BatonClock *old_clock,
                                            GError **error);

G_END_DECLS
