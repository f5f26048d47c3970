/* baton-query-zones.c: tasks whose day is another where the person is
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `due` is compared as text, which is right for all but tasks that are fixed to a time zone. Those are few, and of those only the
 * ones around today can be on the wrong side of midnight: they are looked up first.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-query-sql.h"

#include <string.h>

static char *
dup_day (const char *day, gint shift)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) start = baton_due_to_time (day, NULL, utc);
  g_autoptr (GDateTime) shifted = start != NULL ? g_date_time_add_days (start, shift) : NULL;

  return shifted != NULL ? baton_due_format (shifted, TRUE) : g_strdup (day);
}

/* The day on which the task is due where the person is */
static char *
dup_local_day (const char *due, const char *zone, GTimeZone *local)
{
  g_autoptr (GDateTime) time = baton_due_to_time (due, zone, local);
  g_autoptr (GDateTime) here = time != NULL ? g_date_time_to_timezone (time, local) : NULL;

  return here != NULL ? baton_due_format (here, TRUE) : g_strndup (due, strlen ("YYYY-MM-DD"));
}

static void
append (GString **keys, gint64 key)
{
  if (*keys == NULL)
    *keys = g_string_new ("[");
  else
    g_string_append_c (*keys, ',');
  g_string_append_printf (*keys, "%" G_GINT64_FORMAT, key);
}

static char *
finish (GString *keys)
{
  return keys != NULL ? g_string_free_and_steal (g_string_append_c (keys, ']')) : NULL;
}

static void
sort_out (BatonSqlStatement *statement,
          const char *today,
          GTimeZone *local,
          GString **early,
          GString **late)
{
  const char *due = baton_sql_get_text (statement, 1);
  g_autofree char *tomorrow = dup_day (today, 1);
  g_autofree char *day = dup_local_day (due, baton_sql_get_text (statement, 2), local);
  gboolean by_text = strcmp (due, tomorrow) < 0;
  gboolean by_day = strcmp (day, tomorrow) < 0;

  if (by_day && !by_text)
    append (early, baton_sql_get_int (statement, 0));
  if (by_text && !by_day)
    append (late, baton_sql_get_int (statement, 0));
}

gboolean
baton_query_find_shifted (BatonSql *sql,
                          const char *today,
                          GTimeZone *local,
                          char **early,
                          char **late,
                          GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT key, due, time_zone FROM task WHERE deleted = 0 AND hidden = 0 AND status <> 'done' "
      "AND due IS NOT NULL AND time_zone IS NOT NULL AND due > ?1 AND due < ?2 AND length (due) > 10",
      error);
  g_autofree char *from = dup_day (today, -1);
  g_autofree char *until = dup_day (today, 3);
  GString *early_keys = NULL, *late_keys = NULL;
  BatonSqlStep step = BATON_SQL_FAILED;

  if (statement != NULL)
    {
      baton_sql_bind_text (statement, 1, from);
      baton_sql_bind_text (statement, 2, until);
      while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
        sort_out (statement, today, local, &early_keys, &late_keys);
    }
  *early = finish (early_keys);
  *late = finish (late_keys);
  return step == BATON_SQL_DONE;
}
