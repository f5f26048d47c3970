/* baton-sql-transaction.c: a guard that leaves no transaction open
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-sql-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

struct _BatonSqlTransaction
{
  BatonSql *sql; /* borrowed */
  guint level;   /* 1: the transaction itself; more: a savepoint in it */
};

/* SQLite rolls back by itself when the disk is full. What was to be part of the transaction must not be written on its own. */
gboolean
baton_sql_check_transaction (BatonSql *sql, GError **error)
{
  if (sql->depth == 0 || !sqlite3_get_autocommit (sql->db))
    return TRUE;
  g_set_error_literal (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FAILED,
                       _ ("The change was given up after a failure. Nothing was changed."));
  return FALSE;
}

static gboolean
exec_on_savepoint (BatonSqlTransaction *transaction, const char *command, GError **error)
{
  char text[48];

  g_snprintf (text, sizeof text, "%s baton_%u", command, transaction->level);
  return baton_sql_exec (transaction->sql, text, error);
}

static void
end (BatonSqlTransaction *transaction)
{
  g_warn_if_fail (transaction->sql->depth == transaction->level);
  transaction->sql->depth = transaction->level - 1;
  g_free (transaction);
}

/**
 * baton_sql_begin:
 *
 * Returns: (transfer full) (nullable): a guard, to be committed or rolled back before the one around it
 */
BatonSqlTransaction *
baton_sql_begin (BatonSql *sql, GError **error)
{
  BatonSqlTransaction *transaction;
  gboolean done;

  g_return_val_if_fail (sql != NULL, NULL);

  transaction = g_new0 (BatonSqlTransaction, 1);
  transaction->sql = sql;
  transaction->level = sql->depth + 1;
  if (transaction->level == 1)
    done = baton_sql_exec (sql, "BEGIN IMMEDIATE", error);
  else
    done = exec_on_savepoint (transaction, "SAVEPOINT", error);
  if (!done)
    {
      g_free (transaction);
      return NULL;
    }
  sql->depth++;
  return transaction;
}

gboolean
baton_sql_commit (BatonSqlTransaction *transaction, GError **error)
{
  gboolean done;

  g_return_val_if_fail (transaction != NULL, FALSE);

  if (transaction->level > 1)
    done = exec_on_savepoint (transaction, "RELEASE", error);
  else
    done = baton_sql_exec (transaction->sql, "COMMIT", error);

  if (done)
    end (transaction);
  else
    baton_sql_rollback (transaction);
  return done;
}

void
baton_sql_rollback (BatonSqlTransaction *transaction)
{
  g_return_if_fail (transaction != NULL);

  /* After a failure SQLite may have rolled back already. */
  if (!sqlite3_get_autocommit (transaction->sql->db))
    {
      if (transaction->level == 1)
        baton_sql_exec (transaction->sql, "ROLLBACK", NULL);
      else if (exec_on_savepoint (transaction, "ROLLBACK TO", NULL))
        exec_on_savepoint (transaction, "RELEASE", NULL);
    }
  end (transaction);
}

gboolean
baton_sql_in_transaction (BatonSql *sql)
{
  g_return_val_if_fail (sql != NULL, FALSE);

  return !sqlite3_get_autocommit (sql->db);
}

BatonSqlHaste
baton_sql_make_haste (BatonSql *sql, GError **error)
{
  g_return_val_if_fail (sql != NULL, NULL);

  return baton_sql_exec (sql, "PRAGMA synchronous=NORMAL", error) ? sql : NULL;
}

void
baton_sql_end_haste (BatonSqlHaste haste)
{
  g_autoptr (GError) error = NULL;

  if (!baton_sql_exec (haste, "PRAGMA synchronous=FULL", &error))
    g_critical ("Commits are not made durable any more: %s", error->message);
}
