/* baton-database-put.c: a record goes into its table, with its words and with what hangs on it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

/* --- words --------------------------------------------------------------- */

/* Characters of comments that a task is found by, from the newest on: with each that comes, they are all indexed again. */
#define MAX_COMMENTS "200000"

static gboolean
bind_comments (BatonDatabase *database,
               BatonSqlStatement *statement,
               int parameter,
               const char *task,
               GError **error)
{
  g_autoptr (BatonSqlStatement) comments = baton_database_prepare (
      database,
      "SELECT group_concat (body, char (10)) FROM (SELECT body, "
      " sum (length (body)) OVER (ORDER BY id DESC) AS until FROM comment "
      " WHERE task_id = ? AND deleted = 0) WHERE until <= " MAX_COMMENTS,
      task, NULL, error);

  if (comments == NULL || baton_sql_step (comments, error) != BATON_SQL_ROW)
    return FALSE;
  baton_sql_bind_text (statement, parameter, baton_sql_get_text (comments, 0));
  return TRUE;
}

static gboolean
index_task (BatonDatabase *database,
            const BatonRecord *task,
            gint64 key,
            gboolean is_new,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      is_new
          ? "INSERT INTO search (rowid, title, description, tags, comments) VALUES (?, ?, ?, ?, ?)"
          : "INSERT OR REPLACE INTO search (rowid, title, description, tags, comments) "
            "VALUES (?, ?, ?, ?, ?)",
      error);
  g_auto (GStrv) tags = baton_record_dup_set (task, "tags");
  g_autofree char *joined = g_strjoinv (" ", tags);

  if (statement == NULL ||
      !bind_comments (database, statement, 5, baton_record_get_id (task), error))
    return FALSE;
  baton_sql_bind_int (statement, 1, key);
  baton_sql_bind_text (statement, 2, baton_record_get_text (task, "title"));
  baton_sql_bind_text (statement, 3, baton_record_get_text (task, "description"));
  baton_sql_bind_text (statement, 4, joined);
  return baton_sql_run (statement, error);
}

static gboolean
same_words (const BatonRecord *a, const BatonRecord *b)
{
  g_auto (GStrv) tags_a = baton_record_dup_set (a, "tags");
  g_auto (GStrv) tags_b = baton_record_dup_set (b, "tags");

  return g_strcmp0 (baton_record_get_text (a, "title"), baton_record_get_text (b, "title")) == 0 &&
         g_strcmp0 (baton_record_get_text (a, "description"),
                    baton_record_get_text (b, "description")) == 0 &&
         g_strv_equal ((const char *const *) tags_a, (const char *const *) tags_b);
}

static gboolean
index_again (BatonDatabase *database, const char *id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) task = baton_database_get (database, BATON_ENTITY_TASK, id, &failure);
  gint64 key;

  if (task == NULL && failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (task == NULL)
    return TRUE;
  key = baton_database_get_key (database, BATON_ENTITY_TASK, id, NULL);
  return index_task (database, task, key, FALSE, error);
}

gboolean
baton_database_index_tasks (BatonDatabase *database, GHashTable *touched, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      if (!index_again (database, id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
index_comment (BatonDatabase *database, const BatonRecord *comment, GError **error)
{
  const char *task = baton_record_get_text (comment, "task_id");

  if (task == NULL)
    return TRUE;
  if (database->touched == NULL)
    return index_again (database, task, error);
  g_hash_table_add (database->touched, g_strdup (task));
  return TRUE;
}

/* --- putting and removing ------------------------------------------------ */

gboolean
baton_database_put (BatonDatabase *database,
                    const BatonRecord *before,
                    const BatonRecord *after,
                    GError **error)
{
  gint64 key;

  if (!baton_record_table_put (database->sql, after, &key, error) ||
      !baton_database_update_hidden (database, before, after, error))
    return FALSE;

  switch (baton_record_get_entity (after))
    {
    case BATON_ENTITY_TASK:
      return (before != NULL && same_words (before, after)) ||
             index_task (database, after, key, before == NULL, error);
    case BATON_ENTITY_COMMENT:
      return index_comment (database, after, error);
    case BATON_ENTITY_PROJECT:
    case BATON_ENTITY_TAG:
    case BATON_ENTITY_REMINDER:
    case BATON_ENTITY_ATTACHMENT:
    case BATON_ENTITY_FILTER:
    default:
      return TRUE;
    }
}

gboolean
baton_database_remove (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  g_autofree char *text = g_strdup_printf ("DELETE FROM \"%s\" WHERE id = ?",
                                           baton_entity_get_name (entity));
  gboolean covers = baton_database_covers (database, entity, id);

  if (entity == BATON_ENTITY_TASK &&
      !baton_database_run (database,
                           "DELETE FROM search WHERE rowid = (SELECT key FROM task WHERE id = ?)",
                           id, NULL, error))
    return FALSE;
  /* What hung on something deleted hangs on nothing now, as on a device that never knew it. */
  return baton_database_run (database, text, id, NULL, error) &&
         (!covers || baton_database_show_below (database, entity, id, error));
}

/* --- the end of a list --------------------------------------------------- */

/* One end of the positions in the list that @edit's record is to stand in; @end: max or min */
static BatonSqlStatement *
prepare_end (BatonDatabase *database, const BatonEdit *edit, const char *end, GError **error)
{
  const BatonEditField *project = baton_edit_lookup (edit, "project_id");
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = project != NULL ? baton_value_get_text (&project->value) : NULL;
  gboolean in_project = entity == BATON_ENTITY_TASK;
  g_autofree char *text = g_strdup_printf ("SELECT %s (position) FROM \"%s\"%s", end,
                                           baton_entity_get_name (entity),
                                           in_project ? " WHERE project_id IS ?" : "");

  return baton_database_prepare (database, text, in_project ? id : NULL, NULL, error);
}

/* FALSE: failed. *@position is NULL in an empty list, or where what stands there is no position. */
static gboolean
read_end (BatonDatabase *database,
          const BatonEdit *edit,
          const char *end,
          char **position,
          GError **error)
{
  g_autoptr (BatonSqlStatement) statement = prepare_end (database, edit, end, error);
  const char *text;

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  text = baton_sql_get_text (statement, 0);
  *position = text != NULL && baton_position_is_valid (text) ? g_strdup (text) : NULL;
  return TRUE;
}

/* Where no key is left behind the last one, the beginning will do, or else anywhere: nobody is kept from adding something by the order of the
 * rest, which is made anew when it is next moved in. */
char *
baton_database_dup_end_position (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autofree char *last = NULL;
  g_autofree char *first = NULL;
  char *position;

  if (!read_end (database, edit, "max", &last, error))
    return NULL;
  position = baton_position_between (last, NULL, database->device_id);
  if (position != NULL)
    return position;
  if (!read_end (database, edit, "min", &first, error))
    return NULL;
  position = baton_position_between (NULL, first, database->device_id);
  return position != NULL ? position : baton_position_between (NULL, NULL, database->device_id);
}

char *
baton_database_dup_position_after (BatonDatabase *database, const BatonRecord *task, GError **error)
{
  const char *position = baton_record_get_text (task, "position");
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  const char *following = NULL;
  char *between = NULL;

  if (position != NULL && baton_position_is_valid (position))
    {
      statement = baton_database_prepare (
          database, "SELECT min (position) FROM task WHERE project_id IS ?1 AND position > ?2",
          baton_record_get_text (task, "project_id"), position, error);
      if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
        return NULL;
      following = baton_sql_get_text (statement, 0);
      if (following == NULL || baton_position_is_valid (following))
        between = baton_position_between (position, following, database->device_id);
    }
  if (between != NULL)
    return between;
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (task));
  baton_edit_set (edit, "project_id", baton_record_get (task, "project_id"));
  return baton_database_dup_end_position (database, edit, error);
}
