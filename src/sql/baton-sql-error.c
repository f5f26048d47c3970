/* baton-sql-error.c: what SQLite reports, as something that a person can act on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-sql-private.h"

#include "baton-config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (baton - sql - error - quark, baton_sql_error)

/* A quota and a limit on the size of a file come as failed writes, with the reason in errno. */
static gboolean
is_full (sqlite3 *db, int result)
{
  int system_error;

  if ((result & 0xff) == SQLITE_FULL)
    return TRUE;
  if ((result & 0xff) != SQLITE_IOERR || db == NULL)
    return FALSE;
  system_error = sqlite3_system_errno (db);
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

static BatonSqlError
get_code (sqlite3 *db, int result)
{
  if (is_full (db, result))
    return BATON_SQL_ERROR_FULL;

  switch (result & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return BATON_SQL_ERROR_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return BATON_SQL_ERROR_CORRUPT;
    case SQLITE_CONSTRAINT:
      return BATON_SQL_ERROR_CONSTRAINT;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return BATON_SQL_ERROR_CANT_OPEN;
    default:
      return BATON_SQL_ERROR_FAILED;
    }
}

static char *
dup_message (BatonSqlError code, const char *path, const char *reason)
{
  switch (code)
    {
    case BATON_SQL_ERROR_FULL:
      return g_strdup_printf (
          _ ("There is no room left on the disk for “%s”. The last change was "
             "not made; everything before it is kept. Make room and try again."),
          path);
    case BATON_SQL_ERROR_BUSY:
      return g_strdup_printf (_ ("Another program kept “%s” locked for too long. Nothing was "
                                 "changed; try again."),
                              path);
    case BATON_SQL_ERROR_CORRUPT:
      return g_strdup_printf (_ ("“%s” is damaged, or no database of Baton. It was left as it is: "
                                 "move it aside, or put a backup in its place."),
                              path);
    case BATON_SQL_ERROR_CANT_OPEN:
      return g_strdup_printf (_ ("“%s” cannot be opened, or not be written. Check that its folder "
                                 "is there and that you may read and write both."),
                              path);
    case BATON_SQL_ERROR_CONSTRAINT:
    case BATON_SQL_ERROR_NEWER:
    case BATON_SQL_ERROR_FAILED:
    default:
      return g_strdup_printf (_ ("“%s”: %s. Nothing was changed."), path, reason);
    }
}

gboolean
baton_sql_set_error_full (sqlite3 *db, const char *path, int result, GError **error)
{
  BatonSqlError code = get_code (db, result);
  const char *reason = db != NULL && sqlite3_errcode (db) != SQLITE_OK ? sqlite3_errmsg (db)
                                                                       : sqlite3_errstr (result);
  g_autofree char *message = dup_message (code, path, reason);

  g_debug ("%s: %s (%d)", path, reason, result);
  g_set_error_literal (error, BATON_SQL_ERROR, code, message);
  return FALSE;
}

gboolean
baton_sql_set_error (BatonSql *sql, int result, GError **error)
{
  return baton_sql_set_error_full (sql->db, sql->path, result, error);
}
