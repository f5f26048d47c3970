/* baton-server-task-history.c: GET /tasks/{id}/history: every change and every losing edit, the newest first
 *
 * Of those made while the task stood where the person may see it: what was somebody's own does not come into a project with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include <string.h>

#include "../db/baton-server-history.h"
#include "baton-server-list.h"
#include "baton-server-routes.h"

static const BatonServerSort sorts[] = {
  { "at", "key", TRUE }
};

static const char query[] =
    "SELECT h.field, h.old, h.new, h.won, h.conflict, h.old_clock, h.clock, h.user, h.at, user.first_name,"
    " user.last_name FROM history h LEFT JOIN user ON user.id = h.user WHERE h.record = ?1 AND h.entity = ?2"
    " AND h." BATON_SERVER_HISTORY_SEEN_BY ("?5") " ORDER BY h.key DESC LIMIT ?3 OFFSET ?4";

static void
write_person (BatonSqlStatement *row, BatonJsonWriter *json)
{
  baton_json_key (json, "user");
  baton_json_begin_object (json);
  baton_json_member_text (json, "id", baton_sql_get_text (row, 7));
  baton_json_member_text (json, "first_name", baton_sql_get_text (row, 9));
  baton_json_member_text (json, "last_name", baton_sql_get_text (row, 10));
  baton_json_end_object (json);
}

static void
write_entry (BatonSqlStatement *row, BatonJsonWriter *json)
{
  g_autofree char *at = baton_time_format (baton_sql_get_int (row, 8));
  const char *clock = baton_sql_get_text (row, 6);

  baton_json_begin_object (json);
  baton_json_member_text (json, "field", baton_sql_get_text (row, 0));
  baton_json_key (json, "old");
  baton_json_raw (json, baton_sql_get_text (row, 1));
  baton_json_key (json, "new");
  baton_json_raw (json, baton_sql_get_text (row, 2));
  baton_json_member_bool (json, "won", baton_sql_get_int (row, 3) != 0);
  baton_json_member_bool (json, "conflict", baton_sql_get_int (row, 4) != 0);
  baton_json_member_text (json, "old_clock", baton_sql_get_text (row, 5));
  baton_json_member_text (json, "clock", clock);
  baton_json_member_text (json, "device_id", strrchr (clock, '-') + 1);
  write_person (row, json);
  baton_json_member_text (json, "at", at);
  baton_json_end_object (json);
}

static gint64
count (BatonSql *sql, gint64 key, const char *user, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT count(*) FROM history WHERE record = ?1 AND entity = ?2 AND " BATON_SERVER_HISTORY_SEEN_BY (
          "?3"),
      error);

  if (statement == NULL)
    return -1;
  baton_sql_bind_int (statement, 1, key);
  baton_sql_bind_int (statement, 2, BATON_ENTITY_TASK);
  baton_sql_bind_text (statement, 3, user);
  return baton_sql_step (statement, error) == BATON_SQL_ROW ? baton_sql_get_int (statement, 0) : -1;
}

gboolean
baton_server_tasks_history (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerList) list = baton_server_list_new (request, sorts, G_N_ELEMENTS (sorts));
  g_autoptr (BatonServerRow) task = NULL;
  g_autoptr (BatonSqlStatement) rows = NULL;
  BatonSqlStep step;
  gint64 total;

  if (!baton_server_reply_check (reply, g_steal_pointer (&list->problems), error))
    return FALSE;
  task = baton_server_row_need (request->sql, BATON_ENTITY_TASK, request->params[0],
                                request->user_id, error);
  total = task ? count (request->sql, task->key, request->user_id, error) : -1;
  rows = total >= 0 ? baton_sql_prepare (request->sql, query, error) : NULL;
  if (rows == NULL)
    return FALSE;
  baton_sql_bind_int (rows, 1, task->key);
  baton_sql_bind_int (rows, 2, BATON_ENTITY_TASK);
  baton_sql_bind_int (rows, 3, list->limit);
  baton_sql_bind_int (rows, 4, (list->page - 1) * list->limit);
  baton_sql_bind_text (rows, 5, request->user_id);
  baton_json_begin_array (&reply->json);
  while ((step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    write_entry (rows, &reply->json);
  baton_json_end_array (&reply->json);
  baton_server_reply_set_meta (reply, total, list->page, list->limit, NULL);
  return step == BATON_SQL_DONE;
}
