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

/* `conflicts`, where there are any: what lost, of late, against values that may still stand. So each device that sees the record learns that two people
 * changed it at once, and what the other one wrote. */
gboolean baton_server_history_write_conflicts (BatonSql *sql,
                                               BatonEntity entity,
                                               gint64 record,
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
