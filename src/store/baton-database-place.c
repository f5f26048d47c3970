/* baton-database-place.c: order by hand
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moving a task is one edit. Only where the keys of two neighbours leave no room (or are the same, as after an import), the list is spaced
 * anew: an edit for each of its tasks, in the same step of undo.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static gboolean
get_position (BatonDatabase *database, const char *id, char **position, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  *position = NULL;
  if (id == NULL)
    return TRUE;
  statement = baton_database_prepare (database, "SELECT position FROM task WHERE id = ?", id, NULL,
                                      error);
  if (statement == NULL)
    return FALSE;
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    *position = g_strdup (baton_sql_get_text (statement, 0));
  else if (step == BATON_SQL_DONE)
    g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                 _ ("There is no task with the id “%s”"), id);
  return step == BATON_SQL_ROW;
}

static void
add_edit (GPtrArray *edits, const char *task, const char *position)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, task);

  baton_edit_set_text (edit, "position", position);
  g_ptr_array_add (edits, edit);
}

/* The ids of the list that @neighbour is in, in their order, with @task where it is to be */
static GPtrArray *
make_order (BatonDatabase *database,
            const char *task,
            const char *before,
            const char *after,
            GError **error)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) ids = baton_database_get_ids (
      database,
      "SELECT id FROM task WHERE project_id IS (SELECT project_id FROM task WHERE id = ?1) AND "
      "deleted = 0 AND status <> 'done' ORDER BY position, key",
      before != NULL ? before : after, error);

  if (ids == NULL)
    return NULL;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      if (g_strcmp0 (ids[i], task) == 0)
        continue;
      if (before == NULL && g_strcmp0 (ids[i], after) == 0)
        g_ptr_array_add (order, g_strdup (task));
      g_ptr_array_add (order, g_strdup (ids[i]));
      if (g_strcmp0 (ids[i], before) == 0)
        g_ptr_array_add (order, g_strdup (task));
    }
  return g_steal_pointer (&order);
}

static gboolean
space_anew (BatonDatabase *database,
            const char *task,
            const char *before,
            const char *after,
            GPtrArray *edits,
            GError **error)
{
  g_autoptr (GPtrArray) order = make_order (database, task, before, after, error);
  g_auto (GStrv) positions = NULL;

  if (order == NULL)
    return FALSE;
  positions = baton_position_spread (NULL, NULL, order->len, database->device_id);
  if (positions == NULL)
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                           _ ("The list is too long to be put in order"));
      return FALSE;
    }
  for (guint i = 0; i < order->len; i++)
    add_edit (edits, g_ptr_array_index (order, i), positions[i]);
  return TRUE;
}

gboolean
baton_database_place (BatonDatabase *database,
                      const char *task,
                      const char *before,
                      const char *after,
                      GPtrArray *edits,
                      GError **error)
{
  g_autofree char *low = NULL, *high = NULL, *position = NULL;

  g_return_val_if_fail (task != NULL && edits != NULL, FALSE);

  if (!get_position (database, before, &low, error) ||
      !get_position (database, after, &high, error))
    return FALSE;
  if ((low == NULL || high == NULL || strcmp (low, high) < 0) &&
      (low == NULL || baton_position_is_valid (low)) &&
      (high == NULL || baton_position_is_valid (high)))
    position = baton_position_between (low, high, database->device_id);
  if (position == NULL)
    return space_anew (database, task, before, after, edits, error);
  add_edit (edits, task, position);
  return TRUE;
}
