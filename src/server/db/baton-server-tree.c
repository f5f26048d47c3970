/* baton-server-tree.c: the tasks below a task
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-tree.h"

gboolean
baton_server_tree_has_others (BatonSql *sql,
                              const char *task,
                              const char *scope_id,
                              const char *user,
                              gboolean *has,
                              GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, BATON_SERVER_TREE_OTHERS, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, task);
  baton_sql_bind_text (statement, 2, scope_id);
  baton_sql_bind_text (statement, 3, user);
  step = baton_sql_step (statement, error);
  *has = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}
