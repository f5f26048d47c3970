/* baton-server-permission.h: who may change what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-row.h"

G_BEGIN_DECLS

/* Whether @user, who is @row's role in its scope, may make @edit. NOT_FOUND to those who may not even see the record. */
gboolean baton_server_permission_check (const BatonServerRow *row,
                                        const BatonEdit *edit,
                                        const char *user,
                                        GError **error);
/* Whether @user may take @row, in which scope they have its role, to another scope, and with it what hangs on it */
gboolean baton_server_permission_check_move (BatonSql *sql,
                                             const BatonServerRow *row,
                                             const char *user,
                                             GError **error);
/* Whether @user may hide @row, a task that stands, or comes to stand, in the scope @scope_id, in which they have its role, and with it what hangs on
 * it. @created: it is new */
gboolean baton_server_permission_check_hide (BatonSql *sql,
                                             const BatonServerRow *row,
                                             gboolean created,
                                             const char *scope_id,
                                             const char *user,
                                             GError **error);

G_END_DECLS
