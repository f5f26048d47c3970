/* baton-query-sql.c: a query as SQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever comes from the person is a parameter. The conditions of the views are written exactly as in the partial indexes
 * (baton-database-schema.c), or SQLite would not see that it may use them.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-query-sql.h"

#include <string.h>

#include "baton-database.h"

/* Of a search whose words are met very often only the newest tasks are ranked: nobody reads on. */
#define RANKED_MAX 2000
#define DAY_LENGTH 10

#define SHOWN      "t.deleted = 0 AND t.hidden = 0"
#define OPEN       SHOWN " AND t.status <> 'done'"

typedef struct
{
  GString *text;
  GPtrArray *parameters; /* texts, bound from 1 */
  char *today;           /* YYYY-MM-DD */
  char *now;             /* YYYY-MM-DDTHH:MM, where the person is */
  GTimeZone *local;
  char *early; /* nullable; see baton_query_find_shifted() */
  char *late;
} Builder;

static void
builder_clear (Builder *builder)
{
  g_string_free (builder->text, TRUE);
  g_ptr_array_unref (builder->parameters);
  g_free (builder->today);
  g_free (builder->now);
  g_free (builder->early);
  g_free (builder->late);
  g_time_zone_unref (builder->local);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, builder_clear)

static void
builder_init (Builder *builder, const char *today, gint64 now_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_ms / 1000);
  g_autoptr (GDateTime) now = NULL;

  builder->text = g_string_new (NULL);
  builder->parameters = g_ptr_array_new_with_free_func (g_free);
  builder->local = g_time_zone_new_local ();
  now = g_date_time_to_timezone (utc, builder->local);
  builder->now = g_date_time_format (now, "%Y-%m-%dT%H:%M");
  builder->today = today != NULL ? g_strdup (today) : g_strndup (builder->now, DAY_LENGTH);
}

static void
add (Builder *builder, const char *text)
{
  g_string_append (builder->text, text);
}

/* Appends a parameter with @value, which is taken */
static void
add_value (Builder *builder, char *value)
{
  g_ptr_array_add (builder->parameters, value);
  g_string_append_printf (builder->text, "?%u", builder->parameters->len);
}

/* --- words --------------------------------------------------------------- */

static gboolean
has_letter (const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word))
    {
      if (g_unichar_isalnum (g_utf8_get_char (word)))
        return TRUE;
    }
  return FALSE;
}

/* What FTS5 is asked for; NULL where @text has no word in it. The last word is a beginning, unless something follows. */
static char *
dup_match (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) words = g_strsplit_set (valid, " \t\n\"", -1);
  GString *match = g_string_new (NULL);
  gboolean at_end = *valid != '\0' && strchr (" \t\n", valid[strlen (valid) - 1]) == NULL;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!has_letter (words[i]))
        continue;
      if (match->len > 0)
        g_string_append_c (match, ' ');
      g_string_append_printf (match, "\"%s\"%s", words[i],
                              at_end && words[i + 1] == NULL ? " *" : "");
    }
  if (match->len > 0)
    return g_string_free_and_steal (match);
  g_string_free (match, TRUE);
  return NULL;
}

/* Of a filter's text: words that stand one after the other */
static char *
dup_phrase (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  if (!has_letter (valid))
    return NULL;
  g_strdelimit (valid, "\"", ' ');
  return g_strdup_printf ("\"%s\"", valid);
}

/* --- filters ------------------------------------------------------------- */

static void
add_text (Builder *builder, const BatonFilter *filter)
{
  char *match = dup_phrase (filter->value);

  if (match == NULL)
    {
      add (builder, "0");
      return;
    }
  add (builder, "t.key IN (SELECT rowid FROM search WHERE search MATCH ");
  add_value (builder, match);
  add (builder, ")");
}

/* Sets are JSON arrays: an element stands behind '[' or ',' in quotes, as JSON writes it. */
static void
add_tag (Builder *builder, const char *tag)
{
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  if (tag == NULL)
    {
      add (builder, "t.tags = '[]'");
      return;
    }
  baton_json_text (&writer, tag);
  add (builder, "(instr (t.tags, ");
  add_value (builder, g_strconcat ("[", json->str, NULL));
  add (builder, ") OR instr (t.tags, ");
  add_value (builder, g_strconcat (",", json->str, NULL));
  add (builder, "))");
}

static void
add_project (Builder *builder, const char *project)
{
  if (project == NULL)
    {
      add (builder, "t.project_id IS NULL");
      return;
    }
  add (builder, "t.project_id IN (SELECT id FROM project WHERE id = ");
  add_value (builder, g_strdup (project));
  add (builder, " OR name = ");
  add_value (builder, g_strdup (project));
  add (builder, " COLLATE NOCASE)");
}

static char *
dup_day_after (const char *day)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) start = baton_due_to_time (day, NULL, utc);
  g_autoptr (GDateTime) next = start != NULL ? g_date_time_add_days (start, 1) : NULL;

  return next != NULL ? baton_due_format (next, TRUE) : g_strdup (day);
}

/* Where the day begins for the person, as the UTC text that `created_at` holds */
static char *
dup_day_start (Builder *builder, const char *day)
{
  g_autoptr (GDateTime) start = baton_due_to_time (day, NULL, builder->local);

  return start != NULL ? baton_time_format (g_date_time_to_unix (start) * 1000) : g_strdup (day);
}

static void
add_days (Builder *builder,
          const char *column,
          BatonFilterComparison comparison,
          char *start,
          char *end)
{
  g_autofree char *from = start;
  g_autofree char *until = end;

  g_string_append_printf (builder->text, "(t.%s ", column);
  switch (comparison)
    {
    case BATON_FILTER_BEFORE:
      add (builder, "< ");
      add_value (builder, g_steal_pointer (&from));
      break;
    case BATON_FILTER_AFTER:
      add (builder, ">= ");
      add_value (builder, g_steal_pointer (&until));
      break;
    case BATON_FILTER_IS:
    default:
      add (builder, ">= ");
      add_value (builder, g_steal_pointer (&from));
      g_string_append_printf (builder->text, " AND t.%s < ", column);
      add_value (builder, g_steal_pointer (&until));
      break;
    }
  add (builder, ")");
}

static void
add_day (Builder *builder, const BatonFilter *filter)
{
  g_autofree char *next = NULL;

  if (filter->value == NULL)
    {
      g_string_append_printf (builder->text, "t.%s IS NULL",
                              g_str_equal (filter->field, "due") ? "due" : "completed_at");
      return;
    }
  next = dup_day_after (filter->value);
  if (g_str_equal (filter->field, "due"))
    add_days (builder, "due", filter->comparison, g_strdup (filter->value),
              g_steal_pointer (&next));
  else
    add_days (builder, g_str_equal (filter->field, "created") ? "created_at" : "completed_at",
              filter->comparison, dup_day_start (builder, filter->value),
              dup_day_start (builder, next));
}

static void
add_is (Builder *builder, const char *what)
{
  if (g_strcmp0 (what, "open") == 0)
    add (builder, "t.status <> 'done'");
  else if (g_strcmp0 (what, "done") == 0)
    add (builder, "t.status = 'done'");
  else if (g_strcmp0 (what, "deleted") == 0)
    add (builder, "t.deleted = 1");
  else if (g_strcmp0 (what, "overdue") == 0)
    {
      add (builder, "(t.status <> 'done' AND t.due < CASE WHEN length (t.due) = 10 THEN ");
      add_value (builder, g_strdup (builder->today));
      add (builder, " ELSE ");
      add_value (builder, g_strdup (builder->now));
      add (builder, " END)");
    }
  else
    add (builder, "0");
}

static void
add_field (Builder *builder, const BatonFilter *filter)
{
  const char *field = filter->field;

  if (g_str_equal (field, "tag"))
    add_tag (builder, filter->value);
  else if (g_str_equal (field, "project"))
    add_project (builder, filter->value);
  else if (g_str_equal (field, "is"))
    add_is (builder, filter->value);
  else if (g_str_equal (field, "due") || g_str_equal (field, "created") ||
           g_str_equal (field, "completed"))
    add_day (builder, filter);
  else if (g_str_equal (field, "status") || g_str_equal (field, "priority"))
    {
      g_string_append_printf (builder->text, "t.%s IS ", field);
      add_value (builder, g_strdup (filter->value));
    }
  else
    add (builder, "0");
}

static void
add_filter (Builder *builder, const BatonFilter *filter)
{
  switch (filter->kind)
    {
    case BATON_FILTER_AND:
    case BATON_FILTER_OR:
      add (builder, "(");
      add_filter (builder, filter->left);
      add (builder, filter->kind == BATON_FILTER_AND ? " AND " : " OR ");
      add_filter (builder, filter->right);
      add (builder, ")");
      break;
    case BATON_FILTER_NOT:
      /* A comparison with null is null, whose opposite is to be true. */
      add (builder, "NOT coalesce (");
      add_filter (builder, filter->left != NULL ? filter->left : filter->right);
      add (builder, ", 0)");
      break;
    case BATON_FILTER_TEXT:
      add_text (builder, filter);
      break;
    case BATON_FILTER_FIELD:
    default:
      add_field (builder, filter);
      break;
    }
}

static gboolean
asks_for_deleted (const BatonFilter *filter)
{
  if (filter == NULL)
    return FALSE;
  return (filter->kind == BATON_FILTER_FIELD && g_strcmp0 (filter->field, "is") == 0 &&
          g_strcmp0 (filter->value, "deleted") == 0) ||
         asks_for_deleted (filter->left) || asks_for_deleted (filter->right);
}

/* --- views --------------------------------------------------------------- */

static void
add_today (Builder *builder)
{
  add (builder, OPEN " AND t.due IS NOT NULL AND (t.due < ");
  add_value (builder, dup_day_after (builder->today));
  if (builder->early != NULL)
    {
      add (builder, " OR t.key IN (SELECT value FROM json_each (");
      add_value (builder, g_strdup (builder->early));
      add (builder, "))");
    }
  add (builder, ")");
  if (builder->late != NULL)
    {
      add (builder, " AND t.key NOT IN (SELECT value FROM json_each (");
      add_value (builder, g_strdup (builder->late));
      add (builder, "))");
    }
}

static void
add_view (Builder *builder, const BatonQuery *query)
{
  switch (query->view)
    {
    case BATON_VIEW_INBOX:
      add (builder, OPEN " AND t.project_id IS NULL");
      break;
    case BATON_VIEW_PROJECT:
      add (builder, OPEN " AND t.project_id = ");
      add_value (builder, g_strdup (query->project));
      break;
    case BATON_VIEW_TODAY:
      add_today (builder);
      break;
    case BATON_VIEW_LOGBOOK:
      add (builder, SHOWN " AND t.status = 'done'");
      break;
    case BATON_VIEW_TRASH:
      add (builder, "t.deleted = 1");
      break;
    case BATON_VIEW_ANY:
      add (builder, asks_for_deleted (query->filter) ? "1" : SHOWN);
      break;
    case BATON_VIEW_ALL:
    default:
      add (builder, OPEN);
      break;
    }
}

static const char *
get_order (const BatonQuery *query)
{
  switch (query->sort)
    {
    case BATON_SORT_DUE:
      return "t.due IS NULL, t.due, t.position, t.key";
    case BATON_SORT_PRIORITY:
      return "CASE t.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, "
             "t.due IS NULL, t.due, t.position, t.key";
    case BATON_SORT_TITLE:
      return "t.title COLLATE NOCASE, t.key";
    case BATON_SORT_CREATED:
      return "t.created_at DESC, t.key DESC";
    case BATON_SORT_POSITION:
      return "t.position, t.key";
    case BATON_SORT_DEFAULT:
    default:
      break;
    }
  if (query->view == BATON_VIEW_TODAY)
    return "t.due, t.position, t.key";
  if (query->view == BATON_VIEW_LOGBOOK)
    return "t.completed_at DESC, t.key DESC";
  if (query->view == BATON_VIEW_TRASH)
    return "t.changed DESC, t.key DESC";
  return "t.position, t.key";
}

/* A word of one or two letters is in most tasks, and says nothing about which is best. */
static gboolean
is_vague (const char *match)
{
  return strchr (match, ' ') == strrchr (match, ' ') && g_utf8_strlen (match, -1) <= 6;
}

static void
add_search (Builder *builder, const BatonQuery *query, const char *columns, const char *match)
{
  gboolean by_rank = query->sort == BATON_SORT_DEFAULT;

  g_string_append_printf (
      builder->text,
      "SELECT %s FROM (SELECT search.rowid AS key%s FROM search "
      "JOIN task AS t ON t.key = search.rowid WHERE search MATCH ",
      columns, by_rank && !is_vague (match) ? ", bm25 (search, 10, 2, 5, 1) AS score" : "");
  add_value (builder, g_strdup (match));
  add (builder, " AND ");
  add_view (builder, query);
  if (query->filter != NULL)
    {
      add (builder, " AND ");
      add_filter (builder, query->filter);
    }
  g_string_append_printf (builder->text,
                          " ORDER BY search.rowid DESC LIMIT %d) AS hit "
                          "JOIN task AS t ON t.key = hit.key ORDER BY ",
                          RANKED_MAX);
  if (!by_rank)
    add (builder, get_order (query));
  else
    add (builder, is_vague (match) ? "hit.key DESC" : "hit.score, hit.key DESC");
}

/* Without statistics SQLite takes the index that the end of a list is looked up in. */
static const char *
get_index (BatonView view)
{
  return view == BATON_VIEW_INBOX || view == BATON_VIEW_PROJECT ? " INDEXED BY task_open_project"
                                                                : "";
}

static void
add_list (Builder *builder, const BatonQuery *query, const char *columns)
{
  g_string_append_printf (builder->text, "SELECT %s FROM task AS t%s WHERE ", columns,
                          get_index (query->view));
  add_view (builder, query);
  if (query->filter != NULL)
    {
      add (builder, " AND ");
      add_filter (builder, query->filter);
    }
  g_string_append_printf (builder->text, " ORDER BY %s", get_order (query));
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\n")] == '\0';
}

static BatonSqlStatement *
prepare (BatonSql *sql, const BatonQuery *query, const char *columns, gint64 now_ms, GError **error)
{
  g_auto (Builder) builder = { 0 };
  g_autofree char *match = NULL;
  BatonSqlStatement *statement;

  builder_init (&builder, query->today, now_ms);
  if (query->view == BATON_VIEW_TODAY &&
      !baton_query_find_shifted (sql, builder.today, builder.local, &builder.early, &builder.late,
                                 error))
    return NULL;
  if (!is_blank (query->search))
    match = dup_match (query->search);

  if (match != NULL)
    add_search (&builder, query, columns, match);
  else if (is_blank (query->search))
    add_list (&builder, query, columns);
  else
    g_string_append_printf (builder.text, "SELECT %s FROM task AS t WHERE 0", columns);
  if (query->limit > 0)
    g_string_append_printf (builder.text, " LIMIT %u", query->limit);

  statement = baton_sql_prepare (sql, builder.text->str, error);
  for (guint i = 0; statement != NULL && i < builder.parameters->len; i++)
    baton_sql_bind_text (statement, (int) i + 1, g_ptr_array_index (builder.parameters, i));
  return statement;
}

BatonSqlStatement *
baton_query_prepare (BatonSql *sql,
                     const BatonQuery *query,
                     const char *columns,
                     gint64 now_ms,
                     GError **error)
{
  if ((guint) query->view > BATON_VIEW_ANY)
    {
      g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED, "There is no view %d",
                   (int) query->view);
      return NULL;
    }
  return prepare (sql, query, columns, now_ms, error);
}
