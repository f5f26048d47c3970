/* baton-database-rings.c: the ledger of reminders: what is due and has not rung, what is put off
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task rings when it comes due: at its time, or at nine in the morning of its day. It rings only if its due date was set before that moment (an
 * old list that is typed or imported late does not ring), and once: what rang stands in `ring` by task and moment, so that another due date is another
 * reminder, and a clock set back rings nothing twice. A row `snoozed` rings at its own time. What was missed for longer than a month is not told any more.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#define ALL_DAY_HOUR 9
#define MISSED_DAYS  30
/* The same moment has dates a day apart around the world */
#define ZONE_DAYS 2

static void
ring_free (gpointer data)
{
  BatonRing *ring = data;

  g_free (ring->task);
  g_free (ring->title);
  g_free (ring);
}

static int
compare_rings (gconstpointer a, gconstpointer b)
{
  const BatonRing *x = *(const BatonRing *const *) a;
  const BatonRing *y = *(const BatonRing *const *) b;

  return x->at != y->at ? (x->at > y->at ? 1 : -1) : g_strcmp0 (x->task, y->task);
}

/* A zone that this machine does not know is read as local: late or early is better than never */
static gint64
get_moment (const char *due, const char *zone, GTimeZone *local)
{
  g_autoptr (GDateTime) time = baton_due_to_time (due, zone, local);
  g_autoptr (GDateTime) morning = NULL;

  if (time == NULL && zone != NULL)
    time = baton_due_to_time (due, NULL, local);
  if (time == NULL)
    return 0;
  if (!baton_due_is_all_day (due))
    return g_date_time_to_unix (time) * 1000;
  morning = g_date_time_new (local, g_date_time_get_year (time), g_date_time_get_month (time),
                             g_date_time_get_day_of_month (time), ALL_DAY_HOUR, 0, 0);
  return g_date_time_to_unix (morning) * 1000;
}

static char *
get_day (GTimeZone *local, gint64 unix_ms, int days)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (unix_ms / 1000);
  g_autoptr (GDateTime) time = g_date_time_to_timezone (utc, local);
  g_autoptr (GDateTime) day = g_date_time_add_days (time, days);

  return g_date_time_format (day, "%Y-%m-%d");
}

static gboolean
was_told (BatonDatabase *database, const char *task, gint64 at, gboolean *told, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "SELECT 1 FROM ring WHERE task = ? AND at = ?", task, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 2, at);
  step = baton_sql_step (statement, error);
  *told = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}

static void
add_ring (GPtrArray *rings, const BatonRecord *task, gint64 at)
{
  BatonRing *ring = g_new0 (BatonRing, 1);

  ring->task = g_strdup (baton_record_get_id (task));
  ring->title = g_strdup (baton_record_get_text (task, "title"));
  ring->at = at;
  g_ptr_array_add (rings, ring);
}

static gboolean
add_due (BatonDatabase *database, gint64 key, gint64 at, GPtrArray *rings, GError **error)
{
  g_autoptr (BatonRecord)
      task = baton_database_get_by_key (database, BATON_ENTITY_TASK, key, error);
  BatonClock set;
  gboolean told;

  if (task == NULL)
    return FALSE;
  set = baton_record_get_clock (task, "due");
  if (baton_clock_get_ms (&set) > at)
    return TRUE;
  if (!was_told (database, baton_record_get_id (task), at, &told, error))
    return FALSE;
  if (!told)
    add_ring (rings, task, at);
  return TRUE;
}

/* Dates are read in their order until they are later than the next moment can be */
static gboolean
read_due (BatonDatabase *database, GTimeZone *local, GPtrArray *rings, gint64 *next, GError **error)
{
  gint64 now = baton_database_get_now (database);
  g_autofree char *from = get_day (local, now, -MISSED_DAYS);
  g_autofree char *until = NULL;
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "SELECT key, due, time_zone FROM task WHERE deleted = 0 AND hidden = 0 AND status <> 'done' AND due >= ? ORDER BY due",
      from, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      const char *due = baton_sql_get_text (statement, 1);
      gint64 at = get_moment (due, baton_sql_get_text (statement, 2), local);

      if (until != NULL && strcmp (due, until) > 0)
        break;
      if (at == 0)
        continue;
      if (at <= now)
        {
          if (!add_due (database, baton_sql_get_int (statement, 0), at, rings, error))
            return FALSE;
          continue;
        }
      if (*next == 0 || at < *next)
        {
          *next = at;
          g_set_str (&until, NULL);
          until = get_day (local, at, ZONE_DAYS);
        }
    }
  return step != BATON_SQL_FAILED;
}

static gboolean
read_snoozed (BatonDatabase *database, GPtrArray *rings, gint64 *next, GError **error)
{
  gint64 now = baton_database_get_now (database);
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "SELECT task.key, ring.at FROM ring JOIN task ON task.id = ring.task WHERE ring.state = 'snoozed'"
      " AND deleted = 0 AND hidden = 0 AND status <> 'done' ORDER BY ring.at",
      NULL, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      gint64 at = baton_sql_get_int (statement, 1);
      g_autoptr (BatonRecord) task = NULL;

      if (at > now)
        {
          *next = *next == 0 ? at : MIN (*next, at);
          break;
        }
      task = baton_database_get_by_key (database, BATON_ENTITY_TASK,
                                        baton_sql_get_int (statement, 0), error);
      if (task == NULL)
        return FALSE;
      add_ring (rings, task, at);
    }
  return step != BATON_SQL_FAILED;
}

GPtrArray *
baton_database_get_rings (BatonDatabase *database, GTimeZone *local, gint64 *next, GError **error)
{
  g_autoptr (GPtrArray) rings = g_ptr_array_new_with_free_func (ring_free);

  *next = 0;
  if (!read_due (database, local, rings, next, error) ||
      !read_snoozed (database, rings, next, error))
    return NULL;
  g_ptr_array_sort (rings, compare_rings);
  return g_steal_pointer (&rings);
}

static gboolean
put_ring (BatonDatabase *database, const char *task, gint64 at, const char *state, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "INSERT INTO ring (task, state, at) VALUES (?1, ?2, ?3) ON CONFLICT (task, at) DO UPDATE SET state = excluded.state",
      task, state, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 3, at);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_set_rung (BatonDatabase *database, const char *task, gint64 at, GError **error)
{
  return put_ring (database, task, at, "rung", error);
}

gboolean
baton_database_snooze (BatonDatabase *database, const char *task, gint64 until, GError **error)
{
  return put_ring (database, task, until, "snoozed", error);
}
