/* baton-server-purge-tree.c: a deleted task goes for good, with what hangs on it
 *
 * From below, so that what a step leaves still hangs on the deleted task. To go through a whole tree, and find out whether all of it may go, costs
 * what the tree is large: it is done once, and what is to go is kept for the next steps. Others write between two steps. So each step first
 * looks whether anything hidden in the scope was written to since the one before, and each task is looked at once more before it goes; where anything
 * is not as it was, all that is left is gone through anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-purge-private.h"

#include "baton-server-scope.h"
#include "baton-server-tree.h"

BatonServerPurgeWork *
baton_server_purge_work_new (void)
{
  BatonServerPurgeWork *work = g_new0 (BatonServerPurgeWork, 1);

  work->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_server_grave_free);
  return work;
}

void
baton_server_purge_work_clear (BatonServerPurgeWork *work)
{
  work->root = 0;
  g_ptr_array_set_size (work->tasks, 0);
}

void
baton_server_purge_work_free (BatonServerPurgeWork *work)
{
  g_ptr_array_unref (work->tasks);
  g_free (work);
}

/* --- what is below it --------------------------------------------------------- */

/* What hangs on a task. A reminder lies in the scope of its owner. */
static const BatonEntity hanging[] = { BATON_ENTITY_COMMENT, BATON_ENTITY_ATTACHMENT,
                                       BATON_ENTITY_REMINDER };

/* ?1 is the scope, ?2 the task */
static char *
dup_newest_below (void)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      BATON_SERVER_TREE_BELOW ("?2", "?1", "") "SELECT max (touched) FROM (SELECT " BATON_SERVER_PURGE_TOUCHED (
          "t", "%d") " AS touched FROM below CROSS JOIN task t ON t.id = below.id",
      BATON_ENTITY_TASK);
  for (guint i = 0; i < G_N_ELEMENTS (hanging); i++)
    g_string_append_printf (text,
                            " UNION ALL SELECT " BATON_SERVER_PURGE_TOUCHED (
                                "x", "%d") " FROM below CROSS JOIN %s x ON x.task_id = below.id",
                            hanging[i], baton_entity_get_name (hanging[i]));
  g_string_append_c (text, ')');
  return g_string_free_and_steal (text);
}

static GPtrArray *
list_below (BatonSql *sql, const BatonServerGrave *task, GError **error)
{
  static const char query[] = BATON_SERVER_TREE_BELOW (
      "?1", "?2",
      "") "SELECT t.key, t.id, t.scope, t.seq, t.deleted FROM below CROSS JOIN task t ON t.id = below.id";

  return baton_server_purge_list (sql, BATON_ENTITY_TASK, query, task->id, 0, task->scope, error);
}

/* One task of the tree, and before it its comments, its attachments, and everybody's reminders of it, each of which lies in the scope of its owner. *gone:
 * the step was long enough */
static gboolean
remove_task (BatonServerPurgeStep *step,
             const BatonServerGrave *task,
             gboolean *gone,
             GError **error)
{
  static const char on_task[] = "task_id = ?1 AND +scope = ?2";

  if (!baton_server_purge_remove_all (step,
                                      baton_server_purge_list_by (step->sql, BATON_ENTITY_REMINDER,
                                                                  "task_id = ?1", task->id, 0, -1,
                                                                  error),
                                      error) ||
      !baton_server_purge_remove_all (step,
                                      baton_server_purge_list_by (step->sql, BATON_ENTITY_COMMENT,
                                                                  on_task, task->id, 0, task->scope,
                                                                  error),
                                      error) ||
      !baton_server_purge_remove_all (step,
                                      baton_server_purge_list_by (step->sql,
                                                                  BATON_ENTITY_ATTACHMENT, on_task,
                                                                  task->id, 0, task->scope, error),
                                      error))
    return FALSE;
  *gone = step->left > 0;
  return !*gone || baton_server_purge_remove (step, task, error);
}

/* Who deleted it, and in which scope; what came deleted, its maker has */
static gboolean
get_deleter (BatonSql *sql,
             const BatonServerGrave *task,
             char **user,
             char **scope_id,
             GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT COALESCE ((SELECT h.user FROM history h WHERE h.record = t.key AND h.entity = ?2"
      "  AND h.field = 'deleted' AND h.won AND h.new = 'true' ORDER BY h.key DESC LIMIT 1), t.created_by), s.id"
      " FROM task t JOIN scope s ON s.key = t.scope WHERE t.key = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, task->key);
  baton_sql_bind_int (statement, 2, BATON_ENTITY_TASK);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  *user = g_strdup (baton_sql_get_text (statement, 0));
  *scope_id = g_strdup (baton_sql_get_text (statement, 1));
  return TRUE;
}

static gboolean
has_others (BatonSql *sql,
            const BatonServerGrave *task,
            const char *user,
            gboolean *has,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      BATON_SERVER_TREE_BELOW ("?1", "?2",
                               "") "SELECT 1 FROM below CROSS JOIN task t ON t.id = below.id"
                                   " WHERE t.id <> ?1 AND t.deleted = 0"
                                   " AND t.created_by IS NOT ?3 LIMIT 1",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, task->id);
  baton_sql_bind_int (statement, 2, task->scope);
  baton_sql_bind_text (statement, 3, user);
  step = baton_sql_step (statement, error);
  *has = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}

/* Others' tasks, which nobody has deleted, do not go with one that was deleted by somebody who may not delete theirs. Somebody may yet take them
 * out from under it. */
static gboolean
may_go (BatonServerPurgeStep *step, const BatonServerGrave *task, gboolean *may, GError **error)
{
  g_autofree char *user = NULL;
  g_autofree char *scope_id = NULL;
  BatonServerRole role = BATON_SERVER_ROLE_NONE;
  gboolean has;

  if (!get_deleter (step->sql, task, &user, &scope_id, error) ||
      (user && !baton_server_scope_get_role (step->sql, user, scope_id, &role, error)) ||
      !has_others (step->sql, task, user, &has, error))
    return FALSE;
  *may = role >= BATON_SERVER_ROLE_MANAGER || !has;
  return TRUE;
}

/* --- what is left of it --------------------------------------------------------- */

/* Whether anything hidden in the scope was written to since the last step */
static gboolean
is_touched (BatonServerPurgeStep *step, gboolean *touched, GError **error)
{
  static const char query[] =
      "SELECT 1 FROM place p CROSS JOIN task t ON t.key = p.record"
      " WHERE p.scope = ?1 AND p.seq > ?2 AND p.entity = ?3 AND t.hidden"
      " UNION ALL SELECT 1 FROM place p CROSS JOIN comment c ON c.key = p.record"
      " CROSS JOIN task t ON t.id = c.task_id"
      " WHERE p.scope = ?1 AND p.seq > ?2 AND p.entity = ?4 AND t.hidden"
      " UNION ALL SELECT 1 FROM place p CROSS JOIN attachment a ON a.key = p.record"
      " CROSS JOIN task t ON t.id = a.task_id"
      " WHERE p.scope = ?1 AND p.seq > ?2 AND p.entity = ?5 AND t.hidden LIMIT 1";
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (step->sql, query, error);
  BatonSqlStep found;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, step->work->scope);
  baton_sql_bind_int (statement, 2, step->work->seen);
  baton_sql_bind_int (statement, 3, BATON_ENTITY_TASK);
  baton_sql_bind_int (statement, 4, BATON_ENTITY_COMMENT);
  baton_sql_bind_int (statement, 5, BATON_ENTITY_ATTACHMENT);
  found = baton_sql_step (statement, error);
  *touched = found == BATON_SQL_ROW;
  return found != BATON_SQL_FAILED;
}

/* Whether @task is as it was when the tree was gone through. An edit that lost takes no place, and a task that was moved takes along those below
 * it without one. */
static gboolean
is_same (BatonServerPurgeStep *step, const BatonServerGrave *task, gboolean *same, GError **error)
{
  static const char query[] =
      "SELECT t.seq = ?2 AND t.scope = ?3 AND t.hidden, max (" BATON_SERVER_PURGE_TOUCHED ("t", "?4") ", COALESCE ((SELECT max (" BATON_SERVER_PURGE_TOUCHED (
          "c", "?5") ") FROM comment c WHERE c.task_id = t.id), 0),"
                     " COALESCE ((SELECT max (" BATON_SERVER_PURGE_TOUCHED (
                         "a", "?6") ") FROM attachment a WHERE a.task_id = t.id), 0),"
                                    " COALESCE ((SELECT max (" BATON_SERVER_PURGE_TOUCHED (
                                        "r", "?7") ") FROM reminder r WHERE r.task_id = t.id), 0))"
                                                   " FROM task t WHERE t.key = ?1";
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (step->sql, query, error);
  BatonSqlStep found;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, task->key);
  baton_sql_bind_int (statement, 2, task->seq);
  baton_sql_bind_int (statement, 3, task->scope);
  baton_sql_bind_int (statement, 4, BATON_ENTITY_TASK);
  baton_sql_bind_int (statement, 5, BATON_ENTITY_COMMENT);
  baton_sql_bind_int (statement, 6, BATON_ENTITY_ATTACHMENT);
  baton_sql_bind_int (statement, 7, BATON_ENTITY_REMINDER);
  found = baton_sql_step (statement, error);
  *same = found == BATON_SQL_ROW && baton_sql_get_int (statement, 0) != 0 &&
          baton_sql_get_int (statement, 1) < step->before;
  return found != BATON_SQL_FAILED;
}

static gboolean
note_seen (BatonServerPurgeStep *step, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (step->sql, "SELECT seq FROM scope WHERE key = ?1", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, step->work->scope);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  step->work->seen = baton_sql_get_int (statement, 0);
  return TRUE;
}

/* Leaves the work empty where the tree, or a part of it, is not to go. */
static gboolean
begin (BatonServerPurgeStep *step, const BatonServerGrave *task, GError **error)
{
  g_autofree char *query = dup_newest_below ();
  gint64 newest = baton_server_purge_get_newest (step->sql, query, task->id, task->scope, error);
  GPtrArray *tree;
  gboolean may;

  baton_server_purge_work_clear (step->work);
  if (newest < 0)
    return FALSE;
  if (newest >= step->before)
    return baton_server_purge_postpone (step, task, newest, error);
  if (!may_go (step, task, &may, error))
    return FALSE;
  if (!may)
    return baton_server_purge_postpone (step, task, step->before + BATON_SERVER_DAY_MS, error);
  tree = list_below (step->sql, task, error);
  if (tree == NULL)
    return FALSE;
  g_ptr_array_unref (step->work->tasks);
  step->work->tasks = tree;
  step->work->root = task->key;
  step->work->scope = task->scope;
  step->work->seq = task->seq;
  return TRUE;
}

static gboolean
go_on (BatonServerPurgeStep *step, const BatonServerGrave *task, GError **error)
{
  gboolean touched = step->work->root != task->key || step->work->scope != task->scope ||
                     step->work->seq != task->seq;

  if (!touched && !is_touched (step, &touched, error))
    return FALSE;
  return !touched || begin (step, task, error);
}

gboolean
baton_server_purge_tree (BatonServerPurgeStep *step, const BatonServerGrave *task, GError **error)
{
  GPtrArray *tasks;

  if (!go_on (step, task, error))
    return FALSE;
  tasks = step->work->tasks;
  while (tasks->len > 0 && step->left > 0)
    {
      const BatonServerGrave *last = g_ptr_array_index (tasks, tasks->len - 1);
      gboolean same, gone = FALSE;

      if (!is_same (step, last, &same, error) || (same && !remove_task (step, last, &gone, error)))
        return FALSE;
      if (!same)
        baton_server_purge_work_clear (step->work);
      else if (gone)
        g_ptr_array_set_size (tasks, (int) tasks->len - 1);
    }
  if (tasks->len == 0)
    baton_server_purge_work_clear (step->work);
  return tasks->len == 0 || note_seen (step, error);
}
