/* baton-sql-statement.c: prepared statements and their cache
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-sql-private.h"

/* Filters make texts without end; ours are some dozens. */
#define CACHE_MAX 256

void
baton_sql_statement_destroy (BatonSqlStatement *statement)
{
  sqlite3_finalize (statement->stmt);
  g_free (statement->text);
  g_free (statement);
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  return !((BatonSqlStatement *) value)->lent;
}

static BatonSqlStatement *
make_statement (BatonSql *sql, const char *text, GError **error)
{
  BatonSqlStatement *statement;
  sqlite3_stmt *stmt;
  int result = sqlite3_prepare_v3 (sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

  if (result != SQLITE_OK)
    {
      baton_sql_set_error (sql, result, error);
      return NULL;
    }
  statement = g_new0 (BatonSqlStatement, 1);
  statement->sql = sql;
  statement->stmt = stmt;
  statement->text = g_strdup (text);
  statement->lent = TRUE;
  return statement;
}

/**
 * baton_sql_prepare:
 * @text: one statement
 *
 * Lends a statement. A text that is lent already is prepared once more.
 *
 * Returns: (transfer full) (nullable): to be freed before the connection is closed
 */
BatonSqlStatement *
baton_sql_prepare (BatonSql *sql, const char *text, GError **error)
{
  BatonSqlStatement *statement;
  BatonSqlStatement *cached;

  g_return_val_if_fail (sql != NULL && text != NULL, NULL);

  cached = g_hash_table_lookup (sql->cache, text);
  if (cached != NULL && !cached->lent)
    {
      cached->lent = TRUE;
      return cached;
    }

  statement = make_statement (sql, text, error);
  if (statement == NULL || cached != NULL)
    return statement;

  if (g_hash_table_size (sql->cache) >= CACHE_MAX)
    g_hash_table_foreach_remove (sql->cache, is_idle, NULL);
  statement->cached = TRUE;
  g_hash_table_insert (sql->cache, statement->text, statement);
  return statement;
}

void
baton_sql_statement_free (BatonSqlStatement *statement)
{
  g_return_if_fail (statement != NULL);

  if (!statement->cached)
    {
      baton_sql_statement_destroy (statement);
      return;
    }
  baton_sql_reset (statement);
  sqlite3_clear_bindings (statement->stmt);
  statement->lent = FALSE;
}

static void
note_bind (BatonSqlStatement *statement, int result)
{
  if (statement->bind_result == SQLITE_OK)
    statement->bind_result = result;
}

void
baton_sql_bind_int (BatonSqlStatement *statement, int parameter, gint64 value)
{
  note_bind (statement, sqlite3_bind_int64 (statement->stmt, parameter, value));
}

void
baton_sql_bind_text (BatonSqlStatement *statement, int parameter, const char *text)
{
  note_bind (statement, sqlite3_bind_text (statement->stmt, parameter, text, -1, SQLITE_TRANSIENT));
}

void
baton_sql_bind_null (BatonSqlStatement *statement, int parameter)
{
  note_bind (statement, sqlite3_bind_null (statement->stmt, parameter));
}

BatonSqlStep
baton_sql_step (BatonSqlStatement *statement, GError **error)
{
  int result = statement->bind_result;

  if (!baton_sql_check_transaction (statement->sql, error))
    return BATON_SQL_FAILED;
  if (result == SQLITE_OK)
    result = sqlite3_step (statement->stmt);
  if (result == SQLITE_ROW)
    return BATON_SQL_ROW;
  if (result == SQLITE_DONE)
    return BATON_SQL_DONE;

  baton_sql_set_error (statement->sql, result, error);
  baton_sql_reset (statement);
  return BATON_SQL_FAILED;
}

gboolean
baton_sql_run (BatonSqlStatement *statement, GError **error)
{
  BatonSqlStep step;

  do
    step = baton_sql_step (statement, error);
  while (step == BATON_SQL_ROW);
  return step == BATON_SQL_DONE;
}

void
baton_sql_reset (BatonSqlStatement *statement)
{
  statement->bind_result = SQLITE_OK;
  sqlite3_reset (statement->stmt);
}

gboolean
baton_sql_is_null (BatonSqlStatement *statement, int column)
{
  return sqlite3_column_type (statement->stmt, column) == SQLITE_NULL;
}

gint64
baton_sql_get_int (BatonSqlStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->stmt, column);
}

const char *
baton_sql_get_text (BatonSqlStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->stmt, column);
}

int
baton_sql_get_n_columns (BatonSqlStatement *statement)
{
  return sqlite3_column_count (statement->stmt);
}
