/* baton-sql-migrate.c: takes a file from the version it has to the one this program wants
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two processes may start at once. Each step asks for the version again once it holds the write lock, so the second finds the
 * work done.
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-sql-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static gboolean
get_version (BatonSql *sql, gint64 *version, GError **error)
{
  return baton_sql_query_int (sql, "PRAGMA user_version", version, error);
}

/* The last connection to close would write the log into the file. */
static gboolean
refuse_newer (BatonSql *sql, GError **error)
{
  sqlite3_db_config (sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  g_set_error (
      error, BATON_SQL_ERROR, BATON_SQL_ERROR_NEWER,
      _ ("“%s” was written by a newer version of Baton. It was left as it is: install that "
         "version, or a later one, to open it."),
      sql->path);
  return FALSE;
}

static gboolean
migrate_step (BatonSql *sql, const char *const *migrations, gint64 from, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, error);
  char set_version[48];
  gint64 version;

  if (transaction == NULL || !get_version (sql, &version, error))
    return FALSE;
  if (version != from)
    return TRUE;

  g_snprintf (set_version, sizeof set_version, "PRAGMA user_version=%d", (int) from + 1);
  return baton_sql_exec (sql, migrations[from], error) &&
         baton_sql_exec (sql, set_version, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* Under the write lock, so that two processes do not write one copy. The connection that holds it cannot be copied from. */
static gboolean
keep_copy (BatonSql *sql, gint64 before, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s.before-%d", sql->path, (int) before + 1);
  g_autoptr (BatonSqlTransaction) lock = baton_sql_begin (sql, error);
  g_autoptr (BatonSql) reader = NULL;
  gint64 version;

  if (lock == NULL || !get_version (sql, &version, error))
    return FALSE;
  if (version != before)
    return TRUE;
  reader = baton_sql_open (sql->path, BATON_SQL_READ, error);
  return reader != NULL && baton_sql_backup (reader, path, error);
}

/**
 * baton_sql_migrate:
 * @migrations: (array zero-terminated=1): scripts; the n-th takes a file of `user_version` n to n + 1
 *
 * Turns on the write-ahead log and runs what is missing. A step that fails is undone, and the steps before it stand.
 */
gboolean
baton_sql_migrate (BatonSql *sql, const char *const *migrations, GError **error)
{
  gint64 version, wanted;

  g_return_val_if_fail (sql != NULL && migrations != NULL, FALSE);

  wanted = g_strv_length ((char **) migrations);
  if (!get_version (sql, &version, error))
    return FALSE;
  if (version > wanted)
    return refuse_newer (sql, error);
  if (version > 0 && version < wanted && !keep_copy (sql, version, error))
    return FALSE;
  if (!baton_sql_use_wal (sql, error))
    return FALSE;

  while (version < wanted)
    {
      if (!migrate_step (sql, migrations, version, error) || !get_version (sql, &version, error))
        return FALSE;
    }
  return version == wanted || refuse_newer (sql, error);
}
