/* baton-query-sql.h: a query as SQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../sql/baton-sql.h"
#include "baton-query.h"

G_BEGIN_DECLS

/* SELECT of @columns from `task AS t`, with its parameters bound. @now_ms tells overdue, and the day where the query names none.
 * @limit: 0: all. */
BatonSqlStatement *baton_query_prepare (BatonSql *sql,
                                        const BatonQuery *query,
                                        const char *columns,
                                        guint limit,
                                        gint64 now_ms,
                                        GError **error);
/* What FTS5 is asked for; NULL where @text has no word in it. The last word is a beginning where @typing. */
char *baton_query_dup_match (const char *text, gboolean typing);

G_END_DECLS
