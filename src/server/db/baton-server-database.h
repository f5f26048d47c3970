/* baton-server-database.h: the server's tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-types.h"

G_BEGIN_DECLS

/* The file in @data_dir */
char *baton_server_database_dup_path (const char *data_dir);
/* Two servers on one folder would each trust what they remember. @data_dir is made where it is not there. Returns a descriptor whose end, or the
 * process's, ends the lock; -1 where another has it. */
int baton_server_database_lock (const char *data_dir, GError **error);
/* A write-ahead log beside a file that has none is of the file that was here before a backup was put in its place: SQLite would write it into the
 * backup. It gets another name. For whoever has the lock. */
gboolean baton_server_database_set_aside_log (const char *data_dir, GError **error);
/* Makes the file where it is not there, and brings it to the present form. @data_dir is made, too. */
gboolean baton_server_database_prepare (const char *data_dir, GError **error);
/* The name that the data has for itself; owned by the caller */
char *baton_server_database_dup_id (BatonSql *sql, GError **error);

G_END_DECLS
