/* baton-server-list.c: the query parameters of a list become SQL
 *
 * Each scope that the person sees gives its rows in order, from an index where the order is that of making, and SQLite merges
 * them: so a page costs what it shows and not what there is. The total is counted once and kept for as long as no
 * scope has moved on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-list.h"

#include <string.h>

#include "baton-server-totals.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT     200
#define MAX_PAGE      1000000
#define MAX_MERGED    20

static gint64
read_number (BatonServerList *list,
             BatonServerRequest *request,
             const char *name,
             gint64 fallback,
             gint64 max)
{
  const char *text = baton_server_request_get_query (request, name);
  gint64 number = fallback;

  if (text && !g_ascii_string_to_signed (text, 10, 1, max, &number, NULL))
    baton_problems_add (list->problems, name, "must be a whole number from 1 to %" G_GINT64_FORMAT,
                        max);
  return number;
}

static void
read_sort (BatonServerList *list,
           BatonServerRequest *request,
           const BatonServerSort *sorts,
           guint n_sorts)
{
  const char *sort = baton_server_request_get_query (request, "sort");
  const char *order = baton_server_request_get_query (request, "order");

  for (guint i = 0; i < n_sorts; i++)
    if (strcmp (sorts[i].name, sort ? sort : sorts[0].name) == 0)
      {
        list->sort_name = sorts[i].name;
        list->sort = sorts[i].expression;
        list->sort_is_number = sorts[i].is_number;
      }
  if (list->sort == NULL)
    baton_problems_add (list->problems, "sort", "cannot be \"%s\"", sort);
  list->descending = order ? strcmp (order, "desc") == 0 : sort == NULL;
  if (order && !list->descending && strcmp (order, "asc") != 0)
    baton_problems_add (list->problems, "order", "must be asc or desc");
}

/* A cursor is base64 of `SORT ORDER ID VALUE`; it is only good for the order that it came from */
static char *
dup_cursor (BatonServerList *list, const char *value, const char *id)
{
  g_autofree char *text = g_strdup_printf ("%s %s %s %s", list->sort_name,
                                           list->descending ? "desc" : "asc", id, value);

  return g_base64_encode ((const guchar *) text, strlen (text));
}

static void
read_cursor (BatonServerList *list, BatonServerRequest *request)
{
  const char *cursor = baton_server_request_get_query (request, "cursor");
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  gsize length;

  if (cursor == NULL || list->sort == NULL)
    return;
  text = *cursor ? (char *) g_base64_decode (cursor, &length) : NULL;
  if (text && strlen (text) == length && g_utf8_validate (text, -1, NULL))
    parts = g_strsplit (text, " ", 4);
  if (parts == NULL || g_strv_length (parts) != 4 || strcmp (parts[0], list->sort_name) != 0 ||
      strcmp (parts[1], list->descending ? "desc" : "asc") != 0 || !baton_uuid_is_valid (parts[2]))
    {
      baton_problems_add (list->problems, "cursor", "is not one that this list has given");
      return;
    }
  list->after_id = g_strdup (parts[2]);
  list->after_sort = g_strdup (parts[3]);
}

BatonServerList *
baton_server_list_new (BatonServerRequest *request, const BatonServerSort *sorts, guint n_sorts)
{
  BatonServerList *list = g_new0 (BatonServerList, 1);

  list->where = g_string_new (NULL);
  list->values = g_ptr_array_new_with_free_func (g_free);
  list->problems = baton_problems_new ();
  list->limit = read_number (list, request, "limit", DEFAULT_LIMIT, MAX_LIMIT);
  list->page = read_number (list, request, "page", 1, MAX_PAGE);
  read_sort (list, request, sorts, n_sorts);
  read_cursor (list, request);
  return list;
}

void
baton_server_list_free (BatonServerList *list)
{
  g_string_free (list->where, TRUE);
  g_ptr_array_unref (list->values);
  g_clear_pointer (&list->problems, g_ptr_array_unref);
  g_free (list->after_sort);
  g_free (list->after_id);
  g_free (list);
}

void
baton_server_list_add (BatonServerList *list, const char *condition)
{
  g_string_append_printf (list->where, " AND %s", condition);
}

void
baton_server_list_add_value (BatonServerList *list, const char *value)
{
  g_ptr_array_add (list->values, g_strdup (value));
}

void
baton_server_list_add_choice (BatonServerList *list, const char *column, GStrv values)
{
  g_string_append_printf (list->where, " AND %s IN (", column);
  for (guint i = 0; values[i]; i++)
    {
      g_string_append (list->where, i == 0 ? "?" : ", ?");
      baton_server_list_add_value (list, values[i]);
    }
  g_string_append_c (list->where, ')');
}

/* --- SQL ------------------------------------------------------------------ */

static void
append_scopes (GString *text, GPtrArray *scopes, guint from, guint to)
{
  g_string_append (text, "t.scope IN (");
  for (guint i = from; i < to; i++)
    g_string_append (text, i == from ? "?" : ", ?");
  g_string_append_c (text, ')');
}

static int
bind_part (BatonServerList *list,
           BatonSqlStatement *statement,
           int n,
           GPtrArray *scopes,
           guint from,
           guint to)
{
  for (guint i = from; i < to; i++)
    baton_sql_bind_int (statement, n++, ((BatonServerScope *) g_ptr_array_index (scopes, i))->key);
  for (guint i = 0; i < list->values->len; i++)
    baton_sql_bind_text (statement, n++, g_ptr_array_index (list->values, i));
  return n;
}

static void
append_part (BatonServerList *list,
             GString *text,
             const char *table,
             const char *columns,
             GPtrArray *scopes,
             guint from,
             guint to)
{
  g_string_append_printf (text, "SELECT %s, %s AS sort, t.id AS tie FROM \"%s\" t WHERE ", columns,
                          list->sort, table);
  append_scopes (text, scopes, from, to);
  g_string_append_printf (text, " AND t.hidden = %d%s", list->hidden, list->where->str);
  if (list->after_id)
    g_string_append_printf (text, " AND (%s, t.id) %s (?, ?)", list->sort,
                            list->descending ? "<" : ">");
}

static BatonSqlStatement *
prepare_page (BatonServerList *list,
              BatonServerRequest *request,
              GPtrArray *scopes,
              const char *table,
              const char *columns,
              GError **error)
{
  guint step = scopes->len <= MAX_MERGED ? 1 : scopes->len;
  g_autoptr (GString) text = g_string_new (NULL);
  BatonSqlStatement *statement;
  int n = 1;

  for (guint i = 0; i < scopes->len; i += step)
    {
      if (i > 0)
        g_string_append (text, " UNION ALL ");
      append_part (list, text, table, columns, scopes, i, i + step);
    }
  g_string_append_printf (text, " ORDER BY sort %s, tie %s LIMIT ? OFFSET ?",
                          list->descending ? "DESC" : "ASC", list->descending ? "DESC" : "ASC");
  statement = baton_sql_prepare (request->sql, text->str, error);
  for (guint i = 0; statement && i < scopes->len; i += step)
    {
      n = bind_part (list, statement, n, scopes, i, i + step);
      if (list->after_id == NULL)
        continue;
      if (list->sort_is_number)
        baton_sql_bind_int (statement, n++, g_ascii_strtoll (list->after_sort, NULL, 10));
      else
        baton_sql_bind_text (statement, n++, list->after_sort);
      baton_sql_bind_text (statement, n++, list->after_id);
    }
  if (statement)
    {
      baton_sql_bind_int (statement, n++, list->limit + 1);
      baton_sql_bind_int (statement, n++, list->after_id ? 0 : (list->page - 1) * list->limit);
    }
  return statement;
}

static gint64
count (BatonServerList *list,
       BatonServerRequest *request,
       GPtrArray *scopes,
       const char *table,
       GError **error)
{
  g_autofree char *key = baton_server_totals_dup_key (table, list->where->str, list->values,
                                                      scopes);
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autoptr (GString) text = NULL;
  gint64 total = baton_server_totals_look_up (request->server, key);

  if (total >= 0)
    return total;
  text = g_string_new (NULL);
  g_string_append_printf (text, "SELECT count(*) FROM \"%s\" t WHERE ", table);
  append_scopes (text, scopes, 0, scopes->len);
  g_string_append_printf (text, " AND t.hidden = %d%s", list->hidden, list->where->str);
  statement = baton_sql_prepare (request->sql, text->str, error);
  if (statement == NULL)
    return -1;
  bind_part (list, statement, 1, scopes, 0, scopes->len);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return -1;
  total = baton_sql_get_int (statement, 0);
  baton_server_totals_keep (request->server, key, total);
  return total;
}

static gboolean
write_page (BatonServerList *list,
            BatonSqlStatement *statement,
            BatonServerListWrite write,
            BatonJsonWriter *json,
            char **next,
            GError **error)
{
  int last = baton_sql_get_n_columns (statement) - 1;
  g_autofree char *sort = NULL;
  g_autofree char *id = NULL;
  BatonSqlStep step;

  baton_json_begin_array (json);
  for (gint64 n = 0; (step = baton_sql_step (statement, error)) == BATON_SQL_ROW; n++)
    {
      if (n == list->limit)
        {
          *next = dup_cursor (list, sort, id);
          break;
        }
      if (n == list->limit - 1)
        {
          sort = g_strdup (baton_sql_get_text (statement, last - 1));
          id = g_strdup (baton_sql_get_text (statement, last));
        }
      if (!write (statement, json, error))
        return FALSE;
    }
  baton_json_end_array (json);
  return step != BATON_SQL_FAILED;
}

/* Page and total are to be of one moment */
gboolean
baton_server_list_run (BatonServerList *list,
                       BatonServerRequest *request,
                       BatonServerReply *reply,
                       GPtrArray *scopes,
                       const char *table,
                       const char *columns,
                       BatonServerListWrite write,
                       GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autofree char *next = NULL;
  gint64 total;

  if (scopes->len == 0)
    {
      baton_json_raw (&reply->json, "[]");
      baton_server_reply_set_meta (reply, 0, list->after_id ? -1 : list->page, list->limit, NULL);
      return TRUE;
    }
  total = count (list, request, scopes, table, error);
  if (total < 0)
    return FALSE;
  statement = prepare_page (list, request, scopes, table, columns, error);
  if (statement == NULL || !write_page (list, statement, write, &reply->json, &next, error))
    return FALSE;
  baton_server_reply_set_meta (reply, total, list->after_id ? -1 : list->page, list->limit, next);
  return TRUE;
}
