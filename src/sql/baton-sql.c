/* baton-sql.c: a database connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening changes nothing in a file that has content: whether it is one of ours, and not from a newer version, is for
 * baton_sql_migrate() to find out, which then turns on the write-ahead log.
 */
#define G_LOG_DOMAIN "baton-sql"

#include "baton-sql-private.h"

#include "baton-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 10000

static const char settings[] = "PRAGMA foreign_keys=ON;"
                               "PRAGMA synchronous=FULL;"
                               "PRAGMA temp_store=MEMORY;"
                               "PRAGMA trusted_schema=OFF;"
                               "PRAGMA cache_size=-8000;"
                               "PRAGMA mmap_size=268435456;"
                               "PRAGMA journal_size_limit=16777216;";

/* SQLite would make it readable by others. No descriptor is opened where that can be helped: to close one would drop the locks that this
 * process holds on the file through other connections (fcntl(2), "Record locking"). A file that was not there has none. */
static int
make_empty_file (const char *path)
{
  int fd;

  if (mknod (path, S_IFREG | 0600, 0) == 0 || errno == EEXIST)
    return 0;
  /* Some file systems and sandboxes do not have it. */
  if (errno != EPERM && errno != ENOSYS && errno != EOPNOTSUPP)
    return errno;
  fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return errno == EEXIST ? 0 : errno;
  close (fd);
  return 0;
}

static gboolean
make_file (const char *path, GError **error)
{
  int reason = make_empty_file (path);

  if (reason != 0)
    g_set_error (error, BATON_SQL_ERROR,
                 reason == ENOSPC || reason == EDQUOT ? BATON_SQL_ERROR_FULL
                                                      : BATON_SQL_ERROR_CANT_OPEN,
                 _ ("“%s” cannot be made: %s"), path, g_strerror (reason));
  return reason == 0;
}

/* Counting what is allocated takes one lock for all connections, and a thread that is not running may hold it. Where SQLite is in use already
 * this changes nothing. */
static gpointer
configure (gpointer data)
{
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  return NULL;
}

static int
get_flags (BatonSqlMode mode)
{
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

  return flags | (mode == BATON_SQL_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
}

gboolean
baton_sql_query_int (BatonSql *sql, const char *text, gint64 *value, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, error);

  if (statement == NULL || baton_sql_step (statement, error) == BATON_SQL_FAILED)
    return FALSE;
  *value = baton_sql_get_int (statement, 0);
  return TRUE;
}

/* Changing the mode of a new file takes an exclusive lock, for which SQLite does not wait of itself. */
gboolean
baton_sql_use_wal (BatonSql *sql, GError **error)
{
  gint64 until = g_get_monotonic_time () + BUSY_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      if (baton_sql_exec (sql, "PRAGMA journal_mode=WAL", &failure))
        return TRUE;
      if (!g_error_matches (failure, BATON_SQL_ERROR, BATON_SQL_ERROR_BUSY) ||
          g_get_monotonic_time () > until)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      g_usleep (5000);
    }
}

static gboolean
set_up (BatonSql *sql, GError **error)
{
  gint64 n_pages;

  sqlite3_busy_timeout (sql->db, BUSY_MS);
  sqlite3_db_config (sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (!baton_sql_exec (sql, settings, error) ||
      !baton_sql_query_int (sql, "PRAGMA page_count", &n_pages, error))
    return FALSE;
  return n_pages > 0 || sql->mode == BATON_SQL_READ || baton_sql_use_wal (sql, error);
}

/**
 * baton_sql_open:
 * @path: the file
 * @mode: what may be done with it
 *
 * Opens a connection. Content that is there is not changed, not even its journal mode.
 *
 * Returns: (transfer full) (nullable): the connection, or NULL with a BATON_SQL_ERROR
 */
BatonSql *
baton_sql_open (const char *path, BatonSqlMode mode, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr (BatonSql) sql = NULL;
  sqlite3 *db = NULL;
  int result;

  g_return_val_if_fail (path != NULL, NULL);

  g_once (&once, configure, NULL);

  if (mode == BATON_SQL_CREATE && !make_file (path, error))
    return NULL;

  result = sqlite3_open_v2 (path, &db, get_flags (mode), NULL);
  if (result != SQLITE_OK)
    {
      baton_sql_set_error_full (db, path, result, error);
      sqlite3_close_v2 (db);
      return NULL;
    }

  sql = g_new0 (BatonSql, 1);
  sql->db = db;
  sql->path = g_strdup (path);
  sql->mode = mode;
  sql->cache = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                      (GDestroyNotify) baton_sql_statement_destroy);
  return set_up (sql, error) ? g_steal_pointer (&sql) : NULL;
}

void
baton_sql_close (BatonSql *sql)
{
  g_return_if_fail (sql != NULL);

  g_hash_table_unref (sql->cache);
  if (sqlite3_close (sql->db) != SQLITE_OK)
    {
      g_critical ("“%s” is closed while a statement is lent", sql->path);
      sqlite3_close_v2 (sql->db);
    }
  g_free (sql->path);
  g_free (sql);
}

gboolean
baton_sql_exec (BatonSql *sql, const char *script, GError **error)
{
  int result;

  g_return_val_if_fail (sql != NULL && script != NULL, FALSE);

  if (!baton_sql_check_transaction (sql, error))
    return FALSE;
  result = sqlite3_exec (sql->db, script, NULL, NULL, NULL);
  return result == SQLITE_OK || baton_sql_set_error (sql, result, error);
}

gint64
baton_sql_get_last_key (BatonSql *sql)
{
  return sqlite3_last_insert_rowid (sql->db);
}

gint64
baton_sql_get_n_changed (BatonSql *sql)
{
  return sqlite3_changes64 (sql->db);
}

gint64
baton_sql_get_data_version (BatonSql *sql)
{
  gint64 version = 0;

  baton_sql_query_int (sql, "PRAGMA data_version", &version, NULL);
  return version;
}

/**
 * baton_sql_check:
 *
 * Reads the whole file and looks whether it is sound. Seconds for a large one.
 *
 * Returns: TRUE where it is; BATON_SQL_ERROR_CORRUPT with the first finding where not
 */
gboolean
baton_sql_check (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "PRAGMA integrity_check(1)", error);
  const char *finding;

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  finding = baton_sql_get_text (statement, 0);
  if (g_strcmp0 (finding, "ok") == 0)
    return TRUE;
  g_set_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT,
               _ ("“%s” is damaged (%s). It was left as it is: put a backup in its place."),
               sql->path, finding);
  return FALSE;
}

static gboolean
copy_into (BatonSql *sql, BatonSql *copy, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->db, "main", sql->db, "main");
  int result;

  if (backup == NULL)
    return baton_sql_set_error (copy, sqlite3_errcode (copy->db), error);
  result = sqlite3_backup_step (backup, -1);
  sqlite3_backup_finish (backup);
  return result == SQLITE_DONE || baton_sql_set_error (copy, result, error);
}

/* Its own connection, without a log of its own to be left behind: the pages come with the mode they had. */
static gboolean
write_copy (BatonSql *sql, const char *path, GError **error)
{
  g_autoptr (BatonSql) copy = NULL;

  g_unlink (path);
  copy = baton_sql_open (path, BATON_SQL_CREATE, error);
  return copy != NULL && copy_into (sql, copy, error) &&
         baton_sql_exec (copy, "PRAGMA journal_mode=DELETE", error);
}

static gboolean
put_in_place (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);
  int fd;

  if (g_rename (from, to) != 0)
    {
      g_set_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN,
                   _ ("“%s” cannot be written: %s"), to, g_strerror (errno));
      return FALSE;
    }
  fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return TRUE;
}

/**
 * baton_sql_backup:
 * @path: where to; a file of that name is replaced once the copy is whole
 *
 * Copies the database as it is at one moment. Writers go on meanwhile.
 */
gboolean
baton_sql_backup (BatonSql *sql, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  gboolean done;

  g_return_val_if_fail (sql != NULL && path != NULL, FALSE);

  done = write_copy (sql, part, error) && put_in_place (part, path, error);
  if (!done)
    g_unlink (part);
  return done;
}
