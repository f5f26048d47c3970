/* baton-server-task-list.c: GET /tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include <string.h>

#include "../db/baton-server-render.h"
#include "baton-server-list.h"
#include "baton-server-routes.h"

#define MAX_VALUES 100

/* Where a value is missing it sorts last: `~` is behind all that these fields hold */
static const BatonServerSort sorts[] = {
  { "created_at", "t.created_at",                                                          FALSE },
  { "updated_at", "t.changed",                                                             TRUE  },
  { "due",        "COALESCE(t.due, '~')",                                                  FALSE },
  { "priority",
   "CASE t.priority WHEN 'low' THEN 0 WHEN 'medium' THEN 1 WHEN 'high' THEN 2 ELSE 3 END", TRUE  },
  { "title",      "lower(t.title)",                                                        FALSE },
  { "position",   "COALESCE(t.position, '~')",                                             FALSE },
};

/* NULL where the parameter was not given, or is wrong (then @list knows) */
static GStrv
read_values (BatonServerList *list, BatonServerRequest *request, const char *name)
{
  const char *text = baton_server_request_get_query (request, name);
  g_auto (GStrv) values = NULL;

  if (text == NULL)
    return NULL;
  values = g_strsplit (text, ",", MAX_VALUES + 1);
  if (g_strv_length (values) > MAX_VALUES)
    {
      baton_problems_add (list->problems, name, "must have at most %d values", MAX_VALUES);
      return NULL;
    }
  for (guint i = 0; values[i]; i++)
    if (*values[i] == '\0')
      {
        baton_problems_add (list->problems, name, "has an empty value");
        return NULL;
      }
  return values[0] ? g_steal_pointer (&values) : NULL;
}

static void
add_choices (BatonServerList *list, BatonServerRequest *request, const char *name)
{
  g_auto (GStrv) values = read_values (list, request, name);
  const BatonField *field = baton_schema_lookup (BATON_ENTITY_TASK, name, NULL, NULL);
  g_autofree char *column = g_strconcat ("t.", name, NULL);

  if (values == NULL)
    return;
  for (guint i = 0; values[i]; i++)
    if (baton_field_get_choice (field, values[i]) < 0)
      {
        baton_problems_add (list->problems, name, "cannot be \"%s\"", values[i]);
        return;
      }
  baton_server_list_add_choice (list, column, values);
}

/* `null` stands for none */
static void
add_ids (BatonServerList *list, BatonServerRequest *request, const char *name)
{
  g_auto (GStrv) values = read_values (list, request, name);
  g_autofree char *column = g_strconcat ("t.", name, NULL);
  g_autofree char *is_null = g_strconcat (column, " IS NULL", NULL);

  if (values == NULL)
    return;
  if (strcmp (values[0], "null") == 0 && values[1] == NULL)
    {
      baton_server_list_add (list, is_null);
      return;
    }
  for (guint i = 0; values[i]; i++)
    if (!baton_uuid_is_valid (values[i]))
      {
        baton_problems_add (list->problems, name, "must be a UUID, or null");
        return;
      }
  baton_server_list_add_choice (list, column, values);
}

static void
add_tags (BatonServerList *list, BatonServerRequest *request)
{
  g_auto (GStrv) values = read_values (list, request, "tag");

  if (values == NULL)
    return;
  baton_server_list_add_choice (list, "EXISTS (SELECT 1 FROM json_each (t.tags) WHERE value",
                                values);
  g_string_append_c (list->where, ')');
}

static void
add_due (BatonServerList *list,
         BatonServerRequest *request,
         const char *name,
         const char *condition)
{
  const char *value = baton_server_request_get_query (request, name);

  if (value == NULL)
    return;
  if (!baton_due_is_valid (value))
    {
      baton_problems_add (list->problems, name, "must be YYYY-MM-DD or YYYY-MM-DDTHH:MM");
      return;
    }
  baton_server_list_add (list, condition);
  baton_server_list_add_value (list, value);
}

static void
add_completed (BatonServerList *list, BatonServerRequest *request)
{
  const char *value = baton_server_request_get_query (request, "completed_after");
  g_autofree char *time = NULL;
  gint64 ms;

  if (value == NULL)
    return;
  if (baton_time_parse (value, &ms))
    time = baton_time_format (ms);
  else if (baton_due_is_valid (value) && baton_due_is_all_day (value))
    time = g_strdup (value);
  else
    {
      baton_problems_add (list->problems, "completed_after",
                          "must be a time in RFC 3339, or YYYY-MM-DD");
      return;
    }
  baton_server_list_add (list, "t.completed_at >= ?");
  baton_server_list_add_value (list, time);
}

/* Each word is to be found, the last one also as the beginning of one */
static char *
dup_match (const char *words)
{
  g_auto (GStrv) parts = g_str_tokenize_and_fold (words, NULL, NULL);
  GString *match = g_string_new (NULL);

  for (guint i = 0; parts[i]; i++)
    g_string_append_printf (match, "%s\"%s\"", i == 0 ? "" : " ", parts[i]);
  if (match->len > 0)
    g_string_append_c (match, '*');
  return g_string_free_and_steal (match);
}

/* What can be restored; without it, what is there */
static void
add_deleted (BatonServerList *list, BatonServerRequest *request)
{
  const char *deleted = baton_server_request_get_query (request, "deleted");

  if (deleted == NULL || g_str_equal (deleted, "false"))
    return;
  if (!g_str_equal (deleted, "true"))
    {
      baton_problems_add (list->problems, "deleted", "must be true or false");
      return;
    }
  list->hidden = TRUE;
  baton_server_list_add (list, "t.deleted = 1");
}

static void
add_words (BatonServerList *list, BatonServerRequest *request)
{
  const char *words = baton_server_request_get_query (request, "q");
  g_autofree char *match = words ? dup_match (words) : NULL;

  if (match == NULL)
    return;
  if (*match == '\0')
    {
      baton_problems_add (list->problems, "q", "has no word to look for");
      return;
    }
  baton_server_list_add (list, "t.key IN (SELECT rowid FROM task_text WHERE task_text MATCH ?)");
  baton_server_list_add_value (list, match);
}

/* Only the scope of the project that is asked for, where the person is in it */
static GPtrArray *
list_scopes (BatonServerRequest *request, GError **error)
{
  g_autoptr (GPtrArray)
      scopes = baton_server_scope_list (request->sql, request->user_id, TRUE, error);
  const char *project = baton_server_request_get_query (request, "project_id");

  if (scopes == NULL || project == NULL || !baton_uuid_is_valid (project))
    return g_steal_pointer (&scopes);
  for (guint i = scopes->len; i-- > 0;)
    {
      const BatonServerScope *scope = g_ptr_array_index (scopes, i);

      if (!g_str_has_suffix (scope->id, project))
        g_ptr_array_remove_index (scopes, i);
    }
  return g_steal_pointer (&scopes);
}

static gboolean
write_task (BatonSqlStatement *statement, BatonJsonWriter *json, GError **error)
{
  return baton_server_render_resource (statement, BATON_ENTITY_TASK, json, error);
}

gboolean
baton_server_tasks_list (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonServerList) list = baton_server_list_new (request, sorts, G_N_ELEMENTS (sorts));
  g_autoptr (GPtrArray) scopes = NULL;
  g_autofree char *columns = NULL;

  add_ids (list, request, "project_id");
  add_ids (list, request, "parent_id");
  add_ids (list, request, "assignee_id");
  add_choices (list, request, "status");
  add_choices (list, request, "priority");
  add_tags (list, request);
  add_due (list, request, "due_after", "t.due >= ?");
  add_due (list, request, "due_before", "t.due < ?");
  add_completed (list, request);
  add_deleted (list, request);
  add_words (list, request);
  if (!baton_server_reply_check (reply, g_steal_pointer (&list->problems), error))
    return FALSE;
  scopes = list_scopes (request, error);
  if (scopes == NULL)
    return FALSE;
  columns = baton_server_render_dup_columns (BATON_ENTITY_TASK);
  return baton_server_list_run (list, request, reply, scopes, "task", columns, write_task, error);
}
