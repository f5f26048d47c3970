/* baton-database-rings.c: the ledger of reminders
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An open task rings when it is due at a time, and at each of its reminders; all day counts from nine in the morning. The ledger knows the
 * last moment for which a task has rung, so that it rings once for each moment, and of several that were missed for the last alone. A
 * device that is new does not ring for what was due before its first look (less a day).
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#define META_FROM  "ring_from"
#define DAY_MS     (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
#define MINUTE_MS  G_GINT64_CONSTANT (60000)
#define ALL_DAY    "T09:00"
#define DUE_LENGTH 10

typedef struct
{
  BatonDatabase *database;
  GTimeZone *local;
  gint64 now;
  gint64 from;
  gint64 next;
  GHashTable *rings; /* task → BatonRing, owned */
} Looking;

static void
ring_free (gpointer data)
{
  BatonRing *ring = data;

  g_free (ring->task);
  g_free (ring->title);
  g_free (ring);
}

static gboolean
get_from (BatonDatabase *database, gint64 now, gint64 *from, GError **error)
{
  char text[24];

  *from = baton_database_get_meta_int (database, META_FROM);
  if (*from != 0)
    return TRUE;
  *from = now - DAY_MS;
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, *from);
  return baton_database_set_meta (database, META_FROM, text, error);
}

static gint64
get_moment (const char *due, const char *zone, GTimeZone *local)
{
  g_autofree char *morning = strlen (due) == DUE_LENGTH ? g_strconcat (due, ALL_DAY, NULL)
                                                        : g_strdup (due);
  g_autoptr (GDateTime) time = baton_due_to_time (morning, zone, local);

  return time != NULL ? g_date_time_to_unix (time) * 1000 : 0;
}

static void
consider (Looking *looking, const char *task, const char *title, gint64 rung, gint64 at)
{
  BatonRing *ring;

  if (at <= rung || at < looking->from)
    return;
  if (at > looking->now)
    {
      if (looking->next == 0 || at < looking->next)
        looking->next = at;
      return;
    }
  ring = g_hash_table_lookup (looking->rings, task);
  if (ring == NULL)
    {
      ring = g_new0 (BatonRing, 1);
      ring->task = g_strdup (task);
      ring->title = g_strdup (title);
      g_hash_table_insert (looking->rings, ring->task, ring);
    }
  ring->at = MAX (ring->at, at);
}

#define SHOWN "t.deleted = 0 AND t.hidden = 0 AND t.status <> 'done'"
#define RUNG  "coalesce ((SELECT max (at) FROM ring WHERE task = t.id AND state = 'rung'), 0)"

/* In the order of their texts, which is that of the moments but for the time zone: a day behind the next one all are later. */
static gboolean
look_at_dues (Looking *looking, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      looking->database->sql,
      "SELECT t.id, t.title, t.due, t.time_zone, " RUNG " FROM task AS t "
      "WHERE " SHOWN " AND t.due IS NOT NULL AND t.due >= ? AND length (t.due) > 10 ORDER BY t.due",
      error);
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_utc (looking->from / 1000 - 86400);
  g_autofree char *first = g_date_time_format (start, "%Y-%m-%d");
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, first);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      gint64 at = get_moment (baton_sql_get_text (statement, 2), baton_sql_get_text (statement, 3),
                              looking->local);

      if (looking->next != 0 && at > looking->next + DAY_MS)
        return TRUE;
      consider (looking, baton_sql_get_text (statement, 0), baton_sql_get_text (statement, 1),
                baton_sql_get_int (statement, 4), at);
    }
  return step == BATON_SQL_DONE;
}

static gint64
get_reminder_moment (BatonSqlStatement *statement, GTimeZone *local)
{
  const char *at = baton_sql_get_text (statement, 5);
  const char *due = baton_sql_get_text (statement, 2);
  gint64 ms;

  if (at != NULL)
    return baton_time_parse (at, &ms) ? ms : 0;
  if (due == NULL || baton_sql_is_null (statement, 6))
    return 0;
  return get_moment (due, baton_sql_get_text (statement, 3), local) -
         baton_sql_get_int (statement, 6) * MINUTE_MS;
}

static gboolean
look_at_reminders (Looking *looking, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      looking->database->sql,
      "SELECT t.id, t.title, t.due, t.time_zone, " RUNG
      ", r.at, r.minutes_before FROM reminder AS r "
      "JOIN task AS t ON t.id = r.task_id WHERE r.deleted = 0 AND " SHOWN,
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    consider (looking, baton_sql_get_text (statement, 0), baton_sql_get_text (statement, 1),
              baton_sql_get_int (statement, 4), get_reminder_moment (statement, looking->local));
  return step == BATON_SQL_DONE;
}

static gboolean
look_at_snoozed (Looking *looking, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      looking->database->sql,
      "SELECT t.id, t.title, " RUNG ", ring.at FROM ring JOIN task AS t ON t.id = ring.task "
      "WHERE ring.state = 'snoozed' AND " SHOWN,
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    consider (looking, baton_sql_get_text (statement, 0), baton_sql_get_text (statement, 1),
              baton_sql_get_int (statement, 2), baton_sql_get_int (statement, 3));
  return step == BATON_SQL_DONE;
}

static int
compare_rings (gconstpointer a, gconstpointer b)
{
  const BatonRing *x = *(BatonRing *const *) a, *y = *(BatonRing *const *) b;

  return x->at != y->at ? (x->at < y->at ? -1 : 1) : strcmp (x->task, y->task);
}

/**
 * baton_database_get_rings:
 * @local: where the person is
 * @next: (out): Unix milliseconds of the next ring; 0: none
 *
 * Returns: (transfer full) (element-type BatonRing) (nullable): what is due up to now and has not rung, one a task, oldest first
 */
GPtrArray *
baton_database_get_rings (BatonDatabase *database, GTimeZone *local, gint64 *next, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  Looking looking = { .database = database, .local = local, .rings = found };
  GPtrArray *rings = g_ptr_array_new_with_free_func (ring_free);
  GHashTableIter iter;
  gpointer ring;
  gboolean done;

  looking.now = baton_database_get_now (database);
  done = get_from (database, looking.now, &looking.from, error) &&
         look_at_snoozed (&looking, error) && look_at_reminders (&looking, error) &&
         look_at_dues (&looking, error);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, NULL, &ring))
    g_ptr_array_add (rings, ring);
  if (!done)
    {
      g_ptr_array_unref (rings);
      return NULL;
    }
  g_ptr_array_sort (rings, compare_rings);
  *next = looking.next;
  return rings;
}

static gboolean
write_ring (BatonDatabase *database,
            const char *task,
            gint64 at,
            const char *remove,
            const char *state,
            GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autoptr (BatonSqlStatement) older = NULL;

  if (transaction == NULL)
    return FALSE;
  older = baton_database_prepare (database, remove, task, NULL, error);
  statement = baton_database_prepare (
      database, "INSERT OR REPLACE INTO ring (task, at, state) VALUES (?1, ?2, ?3)", task, NULL,
      error);
  if (older == NULL || statement == NULL)
    return FALSE;
  baton_sql_bind_int (older, 2, at);
  baton_sql_bind_int (statement, 2, at);
  baton_sql_bind_text (statement, 3, state);
  return baton_sql_run (older, error) && baton_sql_run (statement, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_set_rung (BatonDatabase *database, const char *task, gint64 at, GError **error)
{
  return write_ring (database, task, at, "DELETE FROM ring WHERE task = ?1 AND at < ?2", "rung",
                     error);
}

gboolean
baton_database_snooze (BatonDatabase *database, const char *task, gint64 until, GError **error)
{
  return write_ring (database, task, until,
                     "DELETE FROM ring WHERE task = ?1 AND state = 'snoozed' AND at <> ?2",
                     "snoozed", error);
}
