/* baton-server-hang.h: what hangs on a task goes with it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-apply.h"

G_BEGIN_DECLS

/* Gives @row its next place, with the change for those who listen. */
gboolean baton_server_hang_announce (const BatonServerAuthor *author,
                                     BatonServerRow *row,
                                     GError **error);
gboolean baton_server_hang_announce_leave (const BatonServerAuthor *author,
                                           const BatonServerRow *row,
                                           GError **error);
/* The record with @id was deleted long ago, and is gone for good. */
gboolean baton_server_hang_announce_purged (BatonServerWriter *writer,
                                            BatonSql *sql,
                                            gint64 scope,
                                            BatonEntity entity,
                                            const char *id,
                                            GError **error);

/* After @row, a task, came to its scope from the scope @from: takes along what hangs on it */
gboolean baton_server_hang_follow (const BatonServerAuthor *author,
                                   const BatonServerRow *row,
                                   gint64 from,
                                   GError **error);
/* Works out anew whether @row, a task, and those below it are hidden */
gboolean baton_server_hang_hide (BatonSql *sql, BatonServerRow *row, GError **error);
/* The same for one that was just made */
gboolean baton_server_hang_hide_new (BatonSql *sql, BatonServerRow *row, GError **error);

G_END_DECLS
