/* baton-server-database.c: the server's tables
 *
 * Records lie in one table an entity, made from the schema, each row with its scope and its place there. `place` has a row for
 * every number that a scope has given out, for as long as devices may ask from there: what it names (a record, by entity and
 * key, or one that left) is what changed. A record changed twice has two places; only the row whose number
 * the record carries counts. `edit` remembers the answer to each edit of a device, so that a repeated one is answered alike.
 * `tombstone` says since when the deleted are so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "../../sql/baton-record-table.h"
#include "baton-server-series.h"

#define FILE_NAME "baton-server.db"

/* Columns of the server's own behind those of every record */
#define MORE_COLUMNS                                                   \
  ", scope INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0" \
  ", version INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0"

static const char tables[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE user ("
    "  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, password TEXT NOT NULL,"
    "  first_name TEXT NOT NULL, last_name TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'member',"
    "  is_active INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE session ("
    "  id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,"
    "  refresh TEXT NOT NULL, device_name TEXT, created_at INTEGER NOT NULL,"
    "  used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,"
    "  spent TEXT, spent_key TEXT"
    ") WITHOUT ROWID;"
    "CREATE INDEX session_user ON session (user);"
    "CREATE TABLE scope ("
    "  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL DEFAULT 0,"
    "  tag TEXT NOT NULL DEFAULT '', before TEXT NOT NULL DEFAULT '', purged INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE member ("
    "  user TEXT NOT NULL, project TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL,"
    "  PRIMARY KEY (user, project)) WITHOUT ROWID;"
    "CREATE INDEX member_project ON member (project);"
    "CREATE TABLE place ("
    "  scope INTEGER NOT NULL, seq INTEGER NOT NULL, tag TEXT NOT NULL, entity INTEGER NOT NULL,"
    "  record INTEGER NOT NULL, gone TEXT, PRIMARY KEY (scope, seq)) WITHOUT ROWID;"
    "CREATE TABLE edit ("
    "  id TEXT NOT NULL, user TEXT NOT NULL, result TEXT NOT NULL, at INTEGER NOT NULL,"
    "  PRIMARY KEY (id, user)) WITHOUT ROWID;"
    "CREATE TABLE history ("
    "  key INTEGER PRIMARY KEY, entity INTEGER NOT NULL, record INTEGER NOT NULL, field TEXT NOT NULL,"
    "  won INTEGER NOT NULL, conflict INTEGER NOT NULL, old TEXT, new TEXT, old_clock TEXT, clock TEXT NOT NULL,"
    "  user TEXT NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX history_record ON history (record, entity);"
    "CREATE TABLE answer ("
    "  user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL,"
    "  etag TEXT, body TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (user, key)) WITHOUT ROWID;"
    "CREATE INDEX answer_at ON answer (at);"
    "CREATE INDEX task_scope ON task (scope, hidden, created_at, id);"
    "CREATE INDEX task_project ON task (project_id) WHERE project_id IS NOT NULL;"
    "CREATE INDEX task_parent ON task (parent_id) WHERE parent_id IS NOT NULL;"
    "CREATE INDEX comment_task ON comment (task_id);"
    "CREATE INDEX attachment_task ON attachment (task_id);"
    "CREATE INDEX reminder_task ON reminder (task_id);"
    "CREATE VIRTUAL TABLE task_text USING fts5 (title, description, tags, content='task', content_rowid='key');"
    "CREATE TRIGGER task_text_insert AFTER INSERT ON task BEGIN"
    "  INSERT INTO task_text (rowid, title, description, tags) VALUES (new.key, new.title, new.description, new.tags);"
    " END;"
    "CREATE TRIGGER task_text_delete AFTER DELETE ON task BEGIN"
    "  INSERT INTO task_text (task_text, rowid, title, description, tags)"
    "  VALUES ('delete', old.key, old.title, old.description, old.tags);"
    " END;"
    "CREATE TRIGGER task_text_update AFTER UPDATE OF title, description, tags ON task"
    "  WHEN old.title IS NOT new.title OR old.description IS NOT new.description OR old.tags IS NOT new.tags BEGIN"
    "  INSERT INTO task_text (task_text, rowid, title, description, tags)"
    "  VALUES ('delete', old.key, old.title, old.description, old.tags);"
    "  INSERT INTO task_text (rowid, title, description, tags) VALUES (new.key, new.title, new.description, new.tags);"
    " END;";

/* For how long what is deleted has been so is counted from here on */
static const char tombstones[] =
    "CREATE TABLE tombstone ("
    "  entity INTEGER NOT NULL, record INTEGER NOT NULL, at INTEGER NOT NULL,"
    "  PRIMARY KEY (entity, record)) WITHOUT ROWID;"
    "CREATE INDEX tombstone_at ON tombstone (at);";

static char *
dup_second_migration (void)
{
  GString *script = g_string_new (tombstones);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    g_string_append_printf (script,
                            "INSERT INTO tombstone SELECT %u, key, unixepoch () * 1000"
                            " FROM \"%s\" WHERE deleted;",
                            i, baton_entity_get_name (i));
  return g_string_free_and_steal (script);
}

/* When the server took the first and the last write to a record: its clocks are those of devices */
static char *
dup_third_migration (void)
{
  GString *script = g_string_new (NULL);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    g_string_append_printf (script,
                            "ALTER TABLE \"%s\" ADD COLUMN born INTEGER NOT NULL DEFAULT 0;"
                            "ALTER TABLE \"%s\" ADD COLUMN written INTEGER NOT NULL DEFAULT 0;",
                            baton_entity_get_name (i), baton_entity_get_name (i));
  return g_string_free_and_steal (script);
}

/* Where a record stood before each change of it. What was before its last move is shown to nobody but those who made it. */
static char *
dup_fourth_migration (void)
{
  GString *script = g_string_new (
      "ALTER TABLE history ADD COLUMN scope INTEGER NOT NULL DEFAULT 0;");

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    g_string_append_printf (script,
                            "UPDATE history SET scope = COALESCE ((SELECT scope FROM \"%s\" r"
                            " WHERE r.key = history.record), 0) WHERE entity = %u;",
                            baton_entity_get_name (i), i);
  g_string_append (
      script,
      "UPDATE history SET scope = COALESCE ((SELECT key FROM scope WHERE id = 'user:' || history.user), 0)"
      " FROM (SELECT entity, record, max (key) AS last FROM history"
      "  WHERE field IN ('project_id', 'parent_id', 'task_id') AND won GROUP BY entity, record) AS moved"
      " WHERE history.entity = moved.entity AND history.record = moved.record"
      " AND history.key <= moved.last;");
  return g_string_free_and_steal (script);
}

/* A project goes for good scope by scope */
static const char scope_indexes[] = "CREATE INDEX comment_scope ON comment (scope);"
                                    "CREATE INDEX attachment_scope ON attachment (scope);"
                                    "CREATE INDEX reminder_scope ON reminder (scope);"
                                    "CREATE INDEX tag_scope ON tag (scope);"
                                    "CREATE INDEX filter_scope ON filter (scope);"
                                    "CREATE INDEX project_scope ON project (scope);";

/* The id that the next occurrence of a repeating task will have. SQL cannot reckon it out: note_series() fills it in. */
static const char series[] = "ALTER TABLE task ADD COLUMN next_id TEXT;"
                             "UPDATE task SET next_id = '' WHERE recurrence IS NOT NULL;"
                             "CREATE INDEX task_next ON task (next_id) WHERE next_id IS NOT NULL;";

/* Each change that is sent tells of the conflicts of its record, which mostly has none among its many changes */
static const char conflicts[] =
    "CREATE INDEX history_conflict ON history (record, entity) WHERE conflict = 1;";

static char *
dup_first_migration (void)
{
  GString *script = g_string_new (NULL);
  g_autofree char *server_id = baton_uuid_new (g_get_real_time () / 1000);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *definition = baton_record_table_dup_definition (i, MORE_COLUMNS);

      g_string_append_printf (script, "%s;", definition);
    }
  g_string_append (script, tables);
  g_string_append_printf (script, "INSERT INTO meta VALUES ('clock', 0), ('server_id', '%s');",
                          server_id);
  return g_string_free_and_steal (script);
}

/* Once; a look at an index after that */
static gboolean
note_series (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT 1 FROM task WHERE next_id = '' LIMIT 1", error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  step = baton_sql_step (statement, error);
  baton_sql_reset (statement);
  return step == BATON_SQL_DONE ||
         (step == BATON_SQL_ROW && baton_server_series_note_all (sql, error));
}

char *
baton_server_database_dup_path (const char *data_dir)
{
  return g_build_filename (data_dir, FILE_NAME, NULL);
}

static gboolean
make_folder (const char *data_dir, GError **error)
{
  if (g_mkdir_with_parents (data_dir, 0700) == 0)
    return TRUE;
  g_set_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN,
               "The folder %s cannot be made: %s", data_dir, g_strerror (errno));
  return FALSE;
}

int
baton_server_database_lock (const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "lock", NULL);
  int fd;

  if (!make_folder (data_dir, error))
    return -1;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno),
               "%s cannot be locked: %s. Is another server at work on this folder?", path,
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Bytes 18 and 19 of a database (https://sqlite.org/fileformat.html): 2 where it has a write-ahead log, 1 where it has none */
static gboolean
has_no_log (const char *path)
{
  unsigned char header[20];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean none = fd >= 0 && read (fd, header, sizeof header) == sizeof header &&
                  memcmp (header, "SQLite format 3", 16) == 0 && header[18] == 1 && header[19] == 1;

  if (fd >= 0)
    close (fd);
  return none;
}

gboolean
baton_server_database_set_aside_log (const char *data_dir, GError **error)
{
  g_autofree char *path = baton_server_database_dup_path (data_dir);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *index = g_strconcat (path, "-shm", NULL);
  g_autofree char *aside = g_strconcat (log, ".of-before", NULL);

  if (!has_no_log (path) || !g_file_test (log, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_rename (log, aside) == 0 && (g_unlink (index) == 0 || errno == ENOENT))
    return TRUE;
  g_set_error (
      error, BATON_SQL_ERROR, BATON_SQL_ERROR_CANT_OPEN,
      "%s is of the database that was here before a backup was put in its place, and cannot "
      "be set aside: %s",
      log, g_strerror (errno));
  return FALSE;
}

gboolean
baton_server_database_prepare (const char *data_dir, GError **error)
{
  g_autofree char *path = baton_server_database_dup_path (data_dir);
  g_autofree char *first = dup_first_migration ();
  g_autofree char *second = dup_second_migration ();
  g_autofree char *third = dup_third_migration ();
  g_autofree char *fourth = dup_fourth_migration ();
  const char *migrations[] = {
    first, second, third, fourth, scope_indexes, series, conflicts, NULL
  };
  g_autoptr (BatonSql) sql = NULL;

  if (!make_folder (data_dir, error))
    return FALSE;
  sql = baton_sql_open (path, BATON_SQL_CREATE, error);
  return sql && baton_sql_migrate (sql, migrations, error) && note_series (sql, error);
}

char *
baton_server_database_dup_id (BatonSql *sql, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT value FROM meta WHERE name = 'server_id'", error);

  if (statement == NULL || baton_sql_step (statement, error) == BATON_SQL_FAILED)
    return NULL;
  return g_strdup (baton_sql_get_text (statement, 0));
}
