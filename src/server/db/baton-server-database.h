/* baton-server-database.h: the server's tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-types.h"

G_BEGIN_DECLS

/* The file in @data_dir */
char *baton_server_database_dup_path (const char *data_dir);
/* Makes the file where it is not there, and brings it to the present form. @data_dir is made, too. */
gboolean baton_server_database_prepare (const char *data_dir, GError **error);
/* The name that the data has for itself; owned by the caller */
char *baton_server_database_dup_id (BatonSql *sql, GError **error);

G_END_DECLS
