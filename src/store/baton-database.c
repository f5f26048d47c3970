/* baton-database.c: the device's database: opening it, and reading records
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The other files of it, by role: -schema (tables), -meta, -put (a record with its words), -apply, -history, -undo, -list,
 * -rings; and for sync -outbox, -account, -results, -changes, -cursor, -pull.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define PART_MIN 4

G_DEFINE_QUARK (baton - store - error - quark, baton_store_error)

gboolean
baton_store_error_is_damage (const GError *error)
{
  return g_error_matches (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT);
}

char *
baton_database_dup_default_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "baton", NULL);
}

static gint64
wall_clock (gpointer data)
{
  return g_get_real_time () / G_TIME_SPAN_MILLISECOND;
}

static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, BATON_SQL_ERROR,
               errno == ENOSPC || errno == EDQUOT ? BATON_SQL_ERROR_FULL
                                                  : BATON_SQL_ERROR_CANT_OPEN,
               _ ("The folder “%s” for your tasks cannot be made: %s"), folder, g_strerror (errno));
  return FALSE;
}

static char *
make_device_id (void)
{
  return g_strdup_printf ("%04x%04x%04x", (guint) g_random_int_range (1, 0x10000),
                          (guint) g_random_int_range (0, 0x10000),
                          (guint) g_random_int_range (0, 0x10000));
}

/* Two processes may make the file at once; both then have the id of the first. */
static gboolean
read_device_id (BatonDatabase *database, GError **error)
{
  g_autofree char *made = make_device_id ();
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, baton_database_get_now (database));

  database->device_id = baton_database_dup_meta (database, BATON_META_DEVICE_ID, NULL);
  if (database->device_id == NULL)
    {
      const char *insert = "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)";

      if (!baton_database_run (database, insert, BATON_META_DEVICE_ID, made, error) ||
          !baton_database_run (database, insert, BATON_META_MADE, now, error))
        return FALSE;
      database->device_id = baton_database_dup_meta (database, BATON_META_DEVICE_ID, error);
    }
  if (database->device_id == NULL)
    return FALSE;
  if (baton_device_id_parse (database->device_id, &database->node))
    return TRUE;
  g_set_error (
      error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT,
      _ ("The database in “%s” is damaged: it does not know this device. It was left as it "
         "is: put a backup in its place."),
      database->folder);
  return FALSE;
}

static void
sleep_cb (gulong us, gpointer data)
{
  (void) data;
  g_usleep (us);
}

gboolean
baton_database_pause (BatonDatabase *database, gint64 since, GError **error)
{
  gint64 took = g_get_monotonic_time () - since;

  database->pause ((gulong) MAX (took, BATON_DATABASE_PAUSE_US), database->pause_data);
  return !g_cancellable_set_error_if_cancelled (database->cancellable, error);
}

void
baton_database_set_cancellable (BatonDatabase *database, GCancellable *cancellable)
{
  g_set_object (&database->cancellable, cancellable);
}

/**
 * baton_database_open:
 * @folder: made where it is not there
 *
 * Opens (and makes, or migrates) `baton.db` in @folder.
 *
 * Returns: (transfer full) (nullable): NULL with a BATON_SQL_ERROR whose message is for the person; the file is as it was then
 */
BatonDatabase *
baton_database_open (const char *folder, GError **error)
{
  g_autoptr (BatonDatabase) database = NULL;
  g_autofree char *path = g_build_filename (folder, "baton.db", NULL);
  g_auto (GStrv) migrations = baton_database_dup_migrations ();

  if (!make_folder (folder, error))
    return NULL;

  database = g_new0 (BatonDatabase, 1);
  database->folder = g_strdup (folder);
  database->now = wall_clock;
  database->slice = BATON_DATABASE_SLICE;
  database->brake_least = BATON_BRAKE_LEAST;
  database->pause = sleep_cb;
  database->sql = baton_sql_open (path, BATON_SQL_CREATE, error);
  /* A mapped file counts as the app's memory, once a list has gone through it; so does a cache, one a connection. */
  if (database->sql == NULL ||
      !baton_sql_exec (database->sql, "PRAGMA mmap_size=0; PRAGMA cache_size=-2000", error) ||
      !baton_sql_migrate (database->sql, (const char *const *) migrations, error) ||
      !read_device_id (database, error) || !baton_database_delete_rest (database, error) ||
      !baton_database_end_answer (database, error))
    return NULL;
  return g_steal_pointer (&database);
}

void
baton_database_close (BatonDatabase *database)
{
  g_return_if_fail (database != NULL);

  g_clear_pointer (&database->sql, baton_sql_close);
  g_clear_object (&database->cancellable);
  g_free (database->folder);
  g_free (database->device_id);
  g_free (database);
}

const char *
baton_database_get_folder (BatonDatabase *database)
{
  return database->folder;
}

const char *
baton_database_get_device_id (BatonDatabase *database)
{
  return database->device_id;
}

gint64
baton_database_get_data_version (BatonDatabase *database)
{
  return baton_sql_get_data_version (database->sql);
}

void
baton_database_set_now (BatonDatabase *database, BatonNowFunc now, gpointer data)
{
  database->now = now != NULL ? now : wall_clock;
  database->now_data = data;
}

gint64
baton_database_get_now (BatonDatabase *database)
{
  return database->now (database->now_data);
}

BatonRecord *
baton_database_get (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  g_return_val_if_fail (id != NULL, NULL);

  return baton_record_table_get (database->sql, entity, id, error);
}

BatonRecord *
baton_database_get_by_key (BatonDatabase *database, BatonEntity entity, gint64 key, GError **error)
{
  return baton_record_table_get_by_key (database->sql, entity, key, error);
}

gint64
baton_database_get_key (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  g_autofree char *text = g_strdup_printf ("SELECT key FROM \"%s\" WHERE id = ?",
                                           baton_entity_get_name (entity));
  gint64 key;

  baton_database_query_int (database, text, id, NULL, &key, error);
  return key;
}

static BatonSqlStatement *
search_id (BatonDatabase *database, BatonEntity entity, const char *part, GError **error)
{
  /* Hex digits and dashes sort below 'g'. */
  g_autofree char *text = g_strdup_printf (
      "SELECT id FROM \"%s\" WHERE (id >= ?1 AND id < ?1 || 'g') "
      "OR substr (id, -length (?1)) = ?1 LIMIT 2",
      baton_entity_get_name (entity));

  return baton_database_prepare (database, text, part, NULL, error);
}

/**
 * baton_database_find_id:
 * @part: how the id begins or ends, at least 4 characters, in any case
 *
 * Returns: (transfer full) (nullable): the id; NULL with BATON_STORE_ERROR_NOT_FOUND or _AMBIGUOUS
 */
char *
baton_database_find_id (BatonDatabase *database,
                        BatonEntity entity,
                        const char *part,
                        GError **error)
{
  g_autofree char *lower = g_ascii_strdown (part, -1);
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autofree char *id = NULL;
  BatonSqlStep step = BATON_SQL_DONE;

  g_strstrip (lower);
  if (strlen (lower) >= PART_MIN)
    {
      statement = search_id (database, entity, lower, error);
      step = statement != NULL ? baton_sql_step (statement, error) : BATON_SQL_FAILED;
    }
  if (step == BATON_SQL_FAILED)
    return NULL;
  if (step == BATON_SQL_DONE)
    {
      g_set_error (
          error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
          _ ("Nothing here has the id “%s”. The end of an id is enough, as lists print it, at least "
             "%d characters."),
          part, PART_MIN);
      return NULL;
    }
  id = g_strdup (baton_sql_get_text (statement, 0));
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_AMBIGUOUS,
                 _ ("More than one id begins or ends with “%s”: give more of it"), part);
  return step == BATON_SQL_DONE ? g_steal_pointer (&id) : NULL;
}
