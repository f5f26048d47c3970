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
                                        gint64 now_ms,
                                        GError **error);

/* JSON arrays of keys, NULL where there are none: tasks that are due by the end of @today where the person is (@early), though their text
 * says a later day; and those that are not yet (@late), though it does not. */
gboolean baton_query_find_shifted (BatonSql *sql,
                                   const char *today,
                                   GTimeZone *local,
                                   char **early,
                                   char **late,
                                   GError **error);

G_END_DECLS
