/* baton-server-series.c: whose the next occurrence of a series is
 *
 * The id of the next occurrence is made of the series and a number, so that all devices make the same one. Whoever has ever seen a task of the
 * series can reckon it out, and an id belongs to whoever makes a record with it first: put into an inbox of their own beforehand, the series would
 * end for all others.
 *
 * So each repeating task has a claim to that id, `next_id`, and nobody makes a record with it who may not change the task (one of the tasks, where
 * several have the claim). What was made long before, when no task had the claim yet, is found when one gets it: the series then goes on
 * under a new name, which is random. The same is done where a claim itself belongs to others, so that no claim stands in the way of a task.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-series.h"

#include "../../sql/baton-record-table.h"
#include "../http/baton-server-error.h"

/* Whether the person ?2 may change what is in the scope `s` */
#define MAY_WRITE                                                             \
  "(s.id = 'user:' || ?2 OR EXISTS (SELECT 1 FROM member m"                   \
  " WHERE m.user = ?2 AND m.project = substr (s.id, length ('project:') + 1)" \
  " AND m.role <> 'viewer'))"

gboolean
baton_server_series_check (const BatonServerAuthor *author, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (!baton_uuid_is_v5 (id))
    return TRUE;
  statement = baton_sql_prepare (author->sql,
                                 "SELECT max (CASE WHEN " MAY_WRITE " THEN 1 ELSE 0 END)"
                                 " FROM task t JOIN scope s ON s.key = t.scope"
                                 " WHERE t.next_id = ?1",
                                 error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, author->user);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  if (baton_sql_is_null (statement, 0) || baton_sql_get_int (statement, 0) != 0)
    return TRUE;
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHORIZATION,
                       "It is the next occurrence of a task that you may not change.");
  return FALSE;
}

/* --- claims --------------------------------------------------------------- */

static char *
dup_next_id (const BatonRecord *task)
{
  return baton_record_get_text (task, "recurrence") ? baton_recurrence_dup_next_id (task) : NULL;
}

/* Whether there is a record @id, or another claim to it, where the author may not change it */
static gboolean
is_taken (const BatonServerAuthor *author,
          const char *id,
          const char *task,
          gboolean *taken,
          GError **error)
{
  static const char *const queries[] = {
    "SELECT 1 FROM task t JOIN scope s ON s.key = t.scope"
    " WHERE t.id = ?1 AND t.id <> ?3 AND NOT " MAY_WRITE,
    "SELECT 1 FROM task t JOIN scope s ON s.key = t.scope"
    " WHERE t.next_id = ?1 AND t.id <> ?3 AND NOT " MAY_WRITE " LIMIT 1",
  };

  *taken = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (queries) && !*taken; i++)
    {
      g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (author->sql, queries[i], error);
      BatonSqlStep step;

      if (statement == NULL)
        return FALSE;
      baton_sql_bind_text (statement, 1, id);
      baton_sql_bind_text (statement, 2, author->user);
      baton_sql_bind_text (statement, 3, task);
      step = baton_sql_step (statement, error);
      if (step == BATON_SQL_FAILED)
        return FALSE;
      *taken = step == BATON_SQL_ROW;
    }
  return TRUE;
}

static gboolean
touches_series (const BatonEdit *edit)
{
  return baton_edit_lookup (edit, "recurrence") || baton_edit_lookup (edit, "series_id") ||
         baton_edit_lookup (edit, "occurrence");
}

gboolean
baton_server_series_claim (const BatonServerAuthor *author,
                           const BatonEdit *edit,
                           BatonServerRow *row,
                           gboolean created,
                           gboolean *claims,
                           GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock;
  gboolean taken;

  *claims = FALSE;
  if (baton_record_get_entity (row->record) != BATON_ENTITY_TASK || !touches_series (edit))
    return TRUE;
  id = dup_next_id (row->record);
  *claims = id != NULL || !created;
  if (id == NULL)
    return TRUE;
  if (!is_taken (author, id, baton_record_get_id (row->record), &taken, error))
    return FALSE;
  if (!taken)
    return TRUE;
  clock = baton_server_writer_tick (author->writer, author->now);
  name = baton_uuid_new (author->now);
  baton_value_set_text (&value, name);
  baton_record_put (row->record, "series_id", &value, &clock);
  return TRUE;
}

static gboolean
write_claim (BatonSql *sql, gint64 key, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "UPDATE task SET next_id = ?2 WHERE key = ?1", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, key);
  baton_sql_bind_text (statement, 2, id);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_series_note (BatonSql *sql, const BatonServerRow *row, GError **error)
{
  g_autofree char *id = dup_next_id (row->record);

  return write_claim (sql, row->key, id, error);
}

BatonEdit *
baton_server_series_dup_renaming (const BatonServerAuthor *author, const BatonRecord *task)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (task));
  g_autofree char *name = baton_uuid_new (author->now);

  baton_edit_set_text (edit, "series_id", name);
  return edit;
}

/* --- those of before --------------------------------------------------------- */

/* *done: nothing was left */
static gboolean
note_one (BatonSql *sql, const char *query, gboolean *done, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, error);
  g_autoptr (BatonRecord) task = NULL;
  g_autofree char *id = NULL;
  BatonSqlStep step;
  gint64 key;

  if (statement == NULL)
    return FALSE;
  step = baton_sql_step (statement, error);
  *done = step == BATON_SQL_DONE;
  if (step != BATON_SQL_ROW)
    return *done;
  key = baton_sql_get_int (statement, 0);
  task = baton_record_table_read (statement, 1, BATON_ENTITY_TASK, error);
  if (task == NULL)
    return FALSE;
  baton_sql_reset (statement);
  id = dup_next_id (task);
  return write_claim (sql, key, id, error);
}

gboolean
baton_server_series_note_all (BatonSql *sql, GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (BATON_ENTITY_TASK, "");
  g_autofree char *query = g_strdup_printf ("SELECT key, %s FROM task WHERE next_id = '' LIMIT 1",
                                            columns);
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, error);
  gboolean done = FALSE;

  while (transaction && !done)
    if (!note_one (sql, query, &done, error))
      return FALSE;
  return done && baton_sql_commit (g_steal_pointer (&transaction), error);
}
