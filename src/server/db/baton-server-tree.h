/* baton-server-tree.h: the tasks below a task
 *
 * Each walk goes down by `parent_id`: told by `+` and CROSS JOIN, SQLite does not go through the whole scope once a task instead. A circle of
 * parents ends by itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../sql/baton-sql.h"

G_BEGIN_DECLS

/* The ids of @task and of the tasks below it in @scope, which are expressions; @more: what else holds for each below */
#define BATON_SERVER_TREE_BELOW(task, scope, more)                                                     \
  "WITH RECURSIVE below (id) AS (SELECT " task                                                         \
  " UNION SELECT t.id FROM below CROSS JOIN task t ON t.parent_id = below.id WHERE +t.scope = (" scope \
  ")" more ") "

/* Whether a task, ?1, has a live one below it, in the scope with the id ?2, that somebody else than ?3 has made. What is deleted is no way to it. */
#define BATON_SERVER_TREE_OTHERS                                                              \
  BATON_SERVER_TREE_BELOW ("?1", "SELECT key FROM scope WHERE id = ?2", " AND t.deleted = 0") \
  "SELECT 1 FROM below CROSS JOIN task t ON t.id = below.id"                                  \
  " WHERE t.id <> ?1 AND t.created_by IS NOT ?3 LIMIT 1"

/* A task is hidden when it or one above it, in its scope, is deleted. Each task is come by at most twice (hidden or not), so that a
 * circle ends and a long chain costs what it is long. ?1: the task, ?2: its scope's key */
#define BATON_SERVER_TREE_HIDE                                                   \
  "WITH RECURSIVE above (id, parent_id, deleted) AS ("                           \
  "  SELECT id, parent_id, deleted FROM task WHERE id = ?1"                      \
  "  UNION SELECT t.id, t.parent_id, t.deleted"                                  \
  "  FROM above CROSS JOIN task t ON t.id = above.parent_id WHERE +t.scope = ?2" \
  "), below (id, hidden) AS ("                                                   \
  "  SELECT ?1, EXISTS (SELECT 1 FROM above WHERE deleted)"                      \
  "  UNION SELECT t.id, below.hidden OR t.deleted"                               \
  "  FROM below CROSS JOIN task t ON t.parent_id = below.id WHERE +t.scope = ?2" \
  ") UPDATE task SET hidden = found.hidden"                                      \
  " FROM (SELECT id, max(hidden) AS hidden FROM below GROUP BY id) AS found"     \
  " WHERE task.id = found.id AND task.hidden IS NOT found.hidden"

gboolean baton_server_tree_has_others (BatonSql *sql,
                                       const char *task,
                                       const char *scope_id,
                                       const char *user,
                                       gboolean *has,
                                       GError **error);

G_END_DECLS
