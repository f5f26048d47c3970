/* baton-server-hang.c: what hangs on a task goes with it
 *
 * A subtask lives in its parent's project, comments and attachments in their task's. When a task moves, they are moved after
 * it, each with a `leave` in the old scope and a place in the new one. Circles of parents end by themselves: what has
 * moved is no longer found in the old scope.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-hang.h"

#include "baton-server-history.h"
#include "baton-server-tree.h"

#include <string.h>

static char *
dup_change (const BatonServerAuthor *author,
            const BatonServerRow *row,
            const BatonServerPlace *place,
            const char *left,
            GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (1024);
  BatonJsonWriter json = { .out = text };

  baton_json_begin_object (&json);
  baton_json_member_text (&json, "scope", row->scope_id);
  baton_json_member_text (&json, "place", place->place);
  baton_json_member_text (&json, "after", place->seq > 1 ? place->after : NULL);
  baton_json_member_text (&json, "entity",
                          baton_entity_get_name (baton_record_get_entity (row->record)));
  if (left)
    baton_json_member_text (&json, "leave", left);
  else
    {
      baton_json_key (&json, "record");
      baton_json_begin_object (&json);
      baton_record_write_json (row->record, &json);
      baton_json_end_object (&json);
      baton_json_key (&json, "clocks");
      baton_record_write_clocks (row->record, &json);
      if (!baton_server_history_write_conflicts (author->sql, baton_record_get_entity (row->record),
                                                 row->key, row->scope, NULL, &json, error))
        return NULL;
    }
  baton_json_end_object (&json);
  return g_strdup (text->str);
}

static gboolean
announce (const BatonServerAuthor *author,
          const BatonServerRow *row,
          const char *left,
          gint64 *seq,
          GError **error)
{
  BatonServerPlace place;

  if (!baton_server_scope_take_place (author->sql, row->scope,
                                      baton_record_get_entity (row->record), row->key, left, &place,
                                      error))
    return FALSE;
  if (seq)
    *seq = place.seq;
  if (baton_server_writer_is_heard (author->writer))
    {
      char *change = dup_change (author, row, &place, left, error);

      if (change == NULL)
        return FALSE;
      baton_server_writer_add_change (author->writer, g_strdup (row->scope_id), change);
    }
  return TRUE;
}

static char *
dup_purged (const char *scope, const BatonServerPlace *place, BatonEntity entity, const char *id)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter json = { .out = text };

  baton_json_begin_object (&json);
  baton_json_member_text (&json, "scope", scope);
  baton_json_member_text (&json, "place", place->place);
  baton_json_member_text (&json, "after", place->seq > 1 ? place->after : NULL);
  baton_json_member_text (&json, "entity", baton_entity_get_name (entity));
  baton_json_member_text (&json, "leave", id);
  baton_json_member_bool (&json, "purged", TRUE);
  baton_json_end_object (&json);
  return g_string_free_and_steal (text);
}

/* In `place` it is the record 0 that is gone. */
gboolean
baton_server_hang_announce_purged (BatonServerWriter *writer,
                                   BatonSql *sql,
                                   gint64 scope,
                                   BatonEntity entity,
                                   const char *id,
                                   GError **error)
{
  g_autoptr (BatonSqlStatement) name = NULL;
  BatonServerPlace place;

  if (!baton_server_scope_take_place (sql, scope, entity, 0, id, &place, error))
    return FALSE;
  if (!baton_server_writer_is_heard (writer))
    return TRUE;
  name = baton_sql_prepare (sql, "SELECT id FROM scope WHERE key = ?1", error);
  if (name == NULL)
    return FALSE;
  baton_sql_bind_int (name, 1, scope);
  if (baton_sql_step (name, error) != BATON_SQL_ROW)
    return FALSE;
  baton_server_writer_add_change (writer, g_strdup (baton_sql_get_text (name, 0)),
                                  dup_purged (baton_sql_get_text (name, 0), &place, entity, id));
  return TRUE;
}

gboolean
baton_server_hang_announce (const BatonServerAuthor *author, BatonServerRow *row, GError **error)
{
  return announce (author, row, NULL, &row->seq, error) &&
         baton_server_row_place (author->sql, row, author->now, error);
}

gboolean
baton_server_hang_announce_leave (const BatonServerAuthor *author,
                                  const BatonServerRow *row,
                                  GError **error)
{
  return announce (author, row, baton_record_get_id (row->record), NULL, error);
}

/* @query has one column of ids */
static GPtrArray *
list_ids (BatonSql *sql, const char *query, const char *id, gint64 scope, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_int (statement, 2, scope);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_ptr_array_add (ids, g_strdup (baton_sql_get_text (statement, 0)));
  return step == BATON_SQL_DONE ? g_steal_pointer (&ids) : NULL;
}

/* The project that a subtask names is that of its parent: an edit of the server's own where it is another */
static void
set_project (const BatonServerAuthor *author, BatonRecord *record, const char *project)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock;

  if (g_strcmp0 (baton_record_get_text (record, "project_id"), project) == 0)
    return;
  clock = baton_server_writer_tick (author->writer, author->now);
  baton_value_set_text (&value, project);
  baton_record_put (record, "project_id", &value, &clock);
}

/* Nobody keeps a task that goes where they are not */
static gboolean
set_assignee (const BatonServerAuthor *author,
              BatonRecord *record,
              const char *scope_id,
              GError **error)
{
  const char *assignee = baton_record_get_text (record, "assignee_id");
  g_auto (BatonValue) none = BATON_VALUE_INIT;
  BatonServerRole role;
  BatonClock clock;

  if (assignee == NULL)
    return TRUE;
  if (!baton_server_scope_get_role (author->sql, assignee, scope_id, &role, error))
    return FALSE;
  if (role != BATON_SERVER_ROLE_NONE)
    return TRUE;
  clock = baton_server_writer_tick (author->writer, author->now);
  baton_record_put (record, "assignee_id", &none, &clock);
  return TRUE;
}

static gboolean
keep (const BatonServerAuthor *author,
      const BatonServerRow *row,
      const BatonRecord *before,
      const char *key,
      GError **error)
{
  BatonClock clock = baton_record_get_clock (before, key);

  return baton_server_history_add_replaced (author, row, key, baton_record_get_own (before, key),
                                            &clock, error);
}

/* @root: the task that was moved first */
static gboolean
move (const BatonServerAuthor *author,
      const BatonServerRow *root,
      BatonEntity entity,
      const char *id,
      GError **error)
{
  g_autoptr (BatonServerRow) row = baton_server_row_get (author->sql, entity, id, NULL, error);
  g_autoptr (BatonRecord) before = NULL;

  if (row == NULL || !baton_server_hang_announce_leave (author, row, error))
    return FALSE;
  before = baton_record_copy (row->record);
  row->scope = root->scope;
  g_set_str (&row->scope_id, root->scope_id);
  row->version++;
  if (entity == BATON_ENTITY_TASK)
    {
      set_project (author, row->record, baton_record_get_text (root->record, "project_id"));
      if (!set_assignee (author, row->record, row->scope_id, error))
        return FALSE;
    }
  return baton_server_row_put (author->sql, row, error) &&
         baton_server_hang_announce (author, row, error) &&
         (entity != BATON_ENTITY_TASK || (keep (author, row, before, "project_id", error) &&
                                          keep (author, row, before, "assignee_id", error)));
}

/* Moves what hangs on the task @id itself; the ids of the tasks among it join @moved */
static gboolean
move_hanging (const BatonServerAuthor *author,
              const BatonServerRow *root,
              const char *id,
              gint64 from,
              GQueue *moved,
              GError **error)
{
  static const struct
  {
    BatonEntity entity;
    const char *query;
  } hanging[] = {
    { BATON_ENTITY_TASK,       "SELECT id FROM task WHERE parent_id = ?1 AND +scope = ?2"     },
    { BATON_ENTITY_COMMENT,    "SELECT id FROM comment WHERE task_id = ?1 AND +scope = ?2"    },
    { BATON_ENTITY_ATTACHMENT, "SELECT id FROM attachment WHERE task_id = ?1 AND +scope = ?2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hanging); i++)
    {
      g_autoptr (GPtrArray) ids = list_ids (author->sql, hanging[i].query, id, from, error);

      if (ids == NULL)
        return FALSE;
      for (guint n = 0; n < ids->len; n++)
        {
          if (!move (author, root, hanging[i].entity, g_ptr_array_index (ids, n), error))
            return FALSE;
          if (hanging[i].entity == BATON_ENTITY_TASK)
            g_queue_push_tail (moved, g_strdup (g_ptr_array_index (ids, n)));
        }
    }
  return TRUE;
}

/* Not by recursion: how long a chain of subtasks is, is up to whoever makes it */
gboolean
baton_server_hang_follow (const BatonServerAuthor *author,
                          const BatonServerRow *row,
                          gint64 from,
                          GError **error)
{
  GQueue moved = G_QUEUE_INIT;
  char *next;
  gboolean done;

  if (from == row->scope)
    return TRUE;
  done = move_hanging (author, row, baton_record_get_id (row->record), from, &moved, error);
  while (done && (next = g_queue_pop_head (&moved)))
    {
      done = move_hanging (author, row, next, from, &moved, error);
      g_free (next);
    }
  g_queue_clear_full (&moved, g_free);
  return done;
}

gboolean
baton_server_hang_hide (BatonSql *sql, BatonServerRow *row, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, BATON_SERVER_TREE_HIDE, error);
  g_autoptr (BatonSqlStatement) read = NULL;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, baton_record_get_id (row->record));
  baton_sql_bind_int (statement, 2, row->scope);
  if (!baton_sql_run (statement, error))
    return FALSE;
  read = baton_sql_prepare (sql, "SELECT hidden FROM task WHERE key = ?1", error);
  if (read == NULL)
    return FALSE;
  baton_sql_bind_int (read, 1, row->key);
  if (baton_sql_step (read, error) != BATON_SQL_ROW)
    return FALSE;
  row->hidden = baton_sql_get_int (read, 0) != 0;
  return TRUE;
}

/* A new task is hidden when its parent is, and has nothing below it that was not */
gboolean
baton_server_hang_hide_new (BatonSql *sql, BatonServerRow *row, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  if (baton_record_get_bool (row->record, "deleted"))
    return baton_server_hang_hide (sql, row, error);
  if (baton_record_get_text (row->record, "parent_id") == NULL)
    return TRUE;
  statement = baton_sql_prepare (sql, "SELECT 1 FROM task WHERE id = ?1 AND scope = ?2 AND hidden",
                                 error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, baton_record_get_text (row->record, "parent_id"));
  baton_sql_bind_int (statement, 2, row->scope);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    return baton_server_hang_hide (sql, row, error);
  return step == BATON_SQL_DONE;
}
