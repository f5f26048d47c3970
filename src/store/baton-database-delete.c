/* baton-database-delete.c: what is on the device goes, and nobody sees half of it for long
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mark says that it is to go, and for each table up to which row: what is typed from then on stays, with the record that it was typed into and what that hangs on. The rows
 * go in slices, in the order of their keys, so that no new one gets a key that is still to come. Who is killed meanwhile is followed by whoever opens the database next, and then the rest goes at once, since nobody types yet (baton_database_open()).
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

/* After the records, in this order */
static const char *const others[] = { "history", "outbox", "step" };

#define N_STEPS (BATON_N_ENTITIES + G_N_ELEMENTS (others))

static const char *
get_table (guint step)
{
  /* What hangs on a task goes before it */
  return step < BATON_N_ENTITIES ? baton_entity_get_name (BATON_N_ENTITIES - 1 - step)
                                 : others[step - BATON_N_ENTITIES];
}

/* Whose it was */
#define OWNERS                                                                     \
  "'" BATON_META_OWNER "', '" BATON_META_OWNER_SERVER "', '" BATON_META_LAST_EMAIL \
  "', '" BATON_META_OWNER_SYNC "'"

gboolean
baton_database_delete_all (BatonDatabase *database, GError **error)
{
  static const char *const commands[] = {
    "INSERT INTO search (search) VALUES ('delete-all')",
    "DELETE FROM outbox",
    "DELETE FROM shadow",
    "DELETE FROM history",
    "DELETE FROM step",
    "DELETE FROM ring",
    "DELETE FROM meta WHERE name IN (" OWNERS ", '" BATON_META_DELETING "')",
    NULL,
  };

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("DELETE FROM \"%s\"", baton_entity_get_name (i));

      if (!baton_database_run (database, text, NULL, NULL, error))
        return FALSE;
    }
  for (guint i = 0; commands[i] != NULL; i++)
    {
      if (!baton_database_run (database, commands[i], NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* --- the mark --------------------------------------------------------------- */

typedef struct
{
  guint step;           /* N_STEPS: all tables are through */
  gint64 after;         /* the key that this one is through to */
  gint64 last[N_STEPS]; /* keys */
} Mark;

static gboolean
write_mark (BatonDatabase *database, const Mark *mark, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%u %" G_GINT64_FORMAT, mark->step, mark->after);
  for (guint i = 0; i < N_STEPS; i++)
    g_string_append_printf (text, " %" G_GINT64_FORMAT, mark->last[i]);
  return baton_database_set_meta (database, BATON_META_DELETING, text->str, error);
}

/* FALSE: there is none */
static gboolean
read_mark (BatonDatabase *database, Mark *mark)
{
  g_autofree char *text = baton_database_dup_meta (database, BATON_META_DELETING, NULL);
  char *rest = text;

  if (text == NULL)
    return FALSE;
  mark->step = (guint) g_ascii_strtoull (text, &rest, 10);
  mark->after = g_ascii_strtoll (rest, &rest, 10);
  for (guint i = 0; i < N_STEPS; i++)
    mark->last[i] = g_ascii_strtoll (rest, &rest, 10);
  return TRUE;
}

gboolean
baton_database_begin_deleting (BatonDatabase *database, GError **error)
{
  Mark mark = { 0 };

  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT ifnull (max (rowid), 0) FROM \"%s\"",
                                               get_table (i));

      if (!baton_database_query_int (database, text, NULL, NULL, &mark.last[i], error))
        return FALSE;
    }
  return write_mark (database, &mark, error) &&
         baton_database_run (database, "DELETE FROM meta WHERE name IN (" OWNERS ")", NULL, NULL,
                             error);
}

/* Some 10 ms, where it is a hundred thousand tasks */
#define ROWS(database) ((database)->slice * 3)

/* --- a slice ------------------------------------------------------------------ */

/* @text has ?1: how many; *@n: how many there were */
static gboolean
run_some (BatonDatabase *database, const char *text, guint most, gint64 *n, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, most);
  return baton_sql_run (statement, error) &&
         baton_database_query_int (database, "SELECT changes ()", NULL, NULL, n, error);
}

/* The words of all tasks go at once, which is the fastest that there is; those of what came meanwhile are put back. Until then they lead to nothing. */
static gboolean
delete_words (BatonDatabase *database, GError **error)
{
  g_auto (GStrv) ids = baton_database_get_ids (database, "SELECT id FROM task", NULL, error);
  g_autoptr (GHashTable) here = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    g_hash_table_add (here, ids[i]);
  return ids != NULL &&
         baton_database_run (database, "INSERT INTO search (search) VALUES ('delete-all')", NULL,
                             NULL, error) &&
         baton_database_index_tasks (database, here, error);
}

/* Of one table, to be set before the rows of records: what stays. What hangs on a record has gone by then, unless it stays itself. */
static char *
dup_stays (guint step, gint64 history)
{
  BatonEntity entity = BATON_N_ENTITIES - 1 - step;
  GString *text = g_string_new (NULL);

  if (step >= BATON_N_ENTITIES)
    return g_string_free_and_steal (text);
  g_string_append_printf (
      text, " AND id NOT IN (SELECT record FROM history WHERE id > %" G_GINT64_FORMAT ")", history);
  if (entity == BATON_ENTITY_PROJECT)
    g_string_append (text, " AND id NOT IN (SELECT project_id FROM task "
                           "WHERE project_id IS NOT NULL)");
  for (guint i = 0; entity == BATON_ENTITY_TASK && i < BATON_N_ENTITIES; i++)
    {
      if (baton_schema_lookup (i, "task_id", NULL, NULL) != NULL)
        g_string_append_printf (text,
                                " AND NOT EXISTS (SELECT 1 FROM \"%s\" WHERE task_id = task.id)",
                                baton_entity_get_name (i));
    }
  return g_string_free_and_steal (text);
}

/* Up to which key a slice goes; 0: there is no more of this table */
static gboolean
find_until (BatonDatabase *database, const Mark *mark, gint64 *until, GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "SELECT ifnull (max (key), 0) FROM (SELECT rowid AS key FROM \"%s\" "
      "WHERE rowid > %" G_GINT64_FORMAT " AND rowid <= %" G_GINT64_FORMAT
      " ORDER BY rowid LIMIT %u)",
      get_table (mark->step), mark->after, mark->last[mark->step], ROWS (database));

  return baton_database_query_int (database, text, NULL, NULL, until, error);
}

static gboolean
delete_rows (BatonDatabase *database, Mark *mark, GError **error)
{
  g_autofree char *stays = dup_stays (mark->step, mark->last[BATON_N_ENTITIES]);
  g_autofree char *text = NULL;
  gint64 until;

  if (!find_until (database, mark, &until, error))
    return FALSE;
  if (until == 0)
    {
      gboolean words = g_str_equal (get_table (mark->step), "task");

      mark->step++;
      mark->after = 0;
      return (!words || delete_words (database, error)) && write_mark (database, mark, error);
    }
  text = g_strdup_printf ("DELETE FROM \"%s\" WHERE rowid > %" G_GINT64_FORMAT
                          " AND rowid <= %" G_GINT64_FORMAT "%s",
                          get_table (mark->step), mark->after, until, stays);
  mark->after = until;
  return baton_database_run (database, text, NULL, NULL, error) &&
         write_mark (database, mark, error);
}

/* What was hidden with a deleted task that has gone is hidden no more. */
static gboolean
show_orphans (BatonDatabase *database, GError **error)
{
  g_auto (GStrv) gone = baton_database_get_ids (
      database,
      "SELECT DISTINCT parent_id FROM task WHERE hidden AND parent_id NOT NULL "
      "AND parent_id NOT IN (SELECT id FROM task)",
      NULL, error);

  for (guint i = 0; gone != NULL && gone[i] != NULL; i++)
    {
      if (!baton_database_show_below (database, BATON_ENTITY_TASK, gone[i], error))
        return FALSE;
    }
  return gone != NULL;
}

/* What has no key of its own, and what came meanwhile of what has gone. What stays is on no server that this device knew. */
static gboolean
delete_loose (BatonDatabase *database, gboolean *done, GError **error)
{
  static const char *const texts[] = {
    "DELETE FROM shadow WHERE (record, entity) IN (SELECT record, entity FROM shadow LIMIT ?1)",
    "DELETE FROM ring WHERE (task, at) IN "
    "(SELECT task, at FROM ring WHERE task NOT IN (SELECT id FROM task) LIMIT ?1)",
  };
  guint most = ROWS (database);

  *done = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gint64 n;

      if (!run_some (database, texts[i], most, &n, error))
        return FALSE;
      *done = *done && n < most;
    }
  for (guint i = 0; *done && i < BATON_N_ENTITIES; i++)
    {
      const char *name = baton_entity_get_name (i);
      g_autofree char *outbox = g_strdup_printf ("DELETE FROM outbox WHERE entity = '%s' AND "
                                                 "record NOT IN (SELECT id FROM \"%s\")",
                                                 name, name);
      g_autofree char *scope = g_strdup_printf ("UPDATE \"%s\" SET scope = '' WHERE scope <> ''",
                                                name);
      g_autofree char *history = g_strdup_printf ("DELETE FROM history WHERE entity = '%s' AND "
                                                  "record NOT IN (SELECT id FROM \"%s\")",
                                                  name, name);

      if (!baton_database_run (database, outbox, NULL, NULL, error) ||
          !baton_database_run (database, history, NULL, NULL, error) ||
          !baton_database_run (database, scope, NULL, NULL, error))
        return FALSE;
    }
  return !*done || (show_orphans (database, error) &&
                    baton_database_set_meta (database, BATON_META_DELETING, NULL, error));
}

static gboolean
delete_some (BatonDatabase *database, gboolean *done, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  Mark mark;

  if (transaction == NULL)
    return FALSE;
  *done = !read_mark (database, &mark);
  if (*done)
    return TRUE;
  return (mark.step < N_STEPS ? delete_rows (database, &mark, error)
                              : delete_loose (database, done, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_end_deleting (BatonDatabase *database, GError **error)
{
  g_auto (BatonSqlHaste) haste = NULL;
  gint64 deleting;
  gboolean done;

  if (!baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", BATON_META_DELETING,
                                 NULL, &deleting, error))
    return FALSE;
  /* What a power cut takes back the mark says again */
  if (deleting != 0)
    {
      haste = baton_sql_make_haste (database->sql, error);
      if (haste == NULL)
        return FALSE;
    }
  for (done = deleting == 0; !done;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!delete_some (database, &done, error) ||
          (!done && !baton_database_pause (database, since, error)))
        return FALSE;
    }
  return TRUE;
}

/* --- at once -------------------------------------------------------------------- */

static gboolean
has_newer (BatonDatabase *database, const Mark *mark, gboolean *has, GError **error)
{
  *has = FALSE;
  for (guint i = 0; !*has && i < N_STEPS; i++)
    {
      /* In a table that is through, keys begin anew */
      gint64 last = i < mark->step ? 0 : mark->last[i];
      g_autofree char *text = g_strdup_printf (
          "SELECT 1 FROM \"%s\" WHERE rowid > %" G_GINT64_FORMAT " LIMIT 1", get_table (i), last);
      gint64 found;

      if (!baton_database_query_int (database, text, NULL, NULL, &found, error))
        return FALSE;
      *has = found != 0;
    }
  return TRUE;
}

gboolean
baton_database_delete_rest (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  gint64 deleting;
  gboolean newer;
  Mark mark;

  if (!baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", BATON_META_DELETING,
                                 NULL, &deleting, error))
    return FALSE;
  if (deleting == 0)
    return TRUE;
  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL)
    return FALSE;
  if (!read_mark (database, &mark))
    return TRUE;
  if (!has_newer (database, &mark, &newer, error))
    return FALSE;
  if (!newer)
    return baton_database_delete_all (database, error) &&
           baton_sql_commit (g_steal_pointer (&transaction), error);
  g_clear_pointer (&transaction, baton_sql_rollback);
  return baton_database_end_deleting (database, error);
}
