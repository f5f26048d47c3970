/* database-dump.h: all that a database holds, as text
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/sql/baton-sql.h"

G_BEGIN_DECLS

/* Each table, row by row; ids that chance makes are numbered */
char *database_dump (BatonSql *sql);
/* Names the first row that differs: a dump is long */
void database_dump_assert_same (const char *found, const char *wanted);

G_END_DECLS
