/* baton-sql-private.h: what the files of sql share about a connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-sql.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _BatonSql
{
  sqlite3 *db; /* owned */
  char *path;
  BatonSqlMode mode;
  GHashTable *cache; /* text → BatonSqlStatement, owned; the text is the statement's own */
  guint depth;       /* of transaction guards */
};

struct _BatonSqlStatement
{
  BatonSql *sql;      /* borrowed */
  sqlite3_stmt *stmt; /* owned */
  char *text;
  gboolean cached;
  gboolean lent;
  int bind_result; /* the first failure of a bind, told by the next step */
};

void baton_sql_statement_destroy (BatonSqlStatement *statement);

/* A message for the person, made from what SQLite says of @result. Always FALSE. */
gboolean baton_sql_set_error (BatonSql *sql, int result, GError **error);
gboolean baton_sql_set_error_full (sqlite3 *db, const char *path, int result, GError **error);

/* FALSE where a transaction was begun and SQLite has ended it */
gboolean baton_sql_check_transaction (BatonSql *sql, GError **error);

/* The one number that @text, a PRAGMA or SELECT, answers */
gboolean baton_sql_query_int (BatonSql *sql, const char *text, gint64 *value, GError **error);
gboolean baton_sql_use_wal (BatonSql *sql, GError **error);

G_END_DECLS
