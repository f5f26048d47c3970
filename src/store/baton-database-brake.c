/* baton-database-brake.c: a sync that would remove much stops, and asks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A removal is a record that is here, and would be deleted by somebody else, purged at the end of a pull, or taken off because it, or its
 * whole scope, has left. What would be hidden by it (the tasks of a deleted project) counts as well: it is gone from the screen. What this
 * device has deleted itself is not here any more, so its echo is none.
 *
 * The brake holds where more than BATON_BRAKE_LEAST records, and more than a tenth, would go: of all records, or of the tasks alone (which a
 * thousand tags shall not outweigh). What others have removed here within the last day counts too, whichever sync or live change did
 * it, so that a slow drip does not pass where a flood would not; what came back meanwhile does not. The person's word starts the day anew.
 *
 * All of it is one table, `gone`, a row a record, so that nothing counts twice however often an answer comes:
 *
 * gone     removed here by others, at `at`
 * asked    would be removed by the sync that is held
 * allowed  asked, and the person said yes. Exactly these may go, until a sync has come to its end; others are weighed as ever
 * kept     asked, and the person said no. They may go as well, for what was done cannot be undone before it is known; what is then in the trash is
 *          taken out of it by an edit of its own, and what was purged is sent again (baton-database-removal.c)
 * weighed  would be removed, and is to be asked: of a weighing that is being written, or was cut off there. It says nothing.
 *
 * What is weighed may be all that is here. It is weighed as a whole, by reading alone, which keeps nobody from writing; only what comes of it is
 * written, in slices. When all of it is there a mark says that it is asked, and then row after row is (baton-database-answer.c). A round is one process's at a time
 * (baton-sync-lock.c), so nobody but the person changes these rows meanwhile, by saying yes or no: then it is weighed again.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#define WINDOW_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

typedef struct
{
  BatonDatabase *database;
  GHashTable *arriving; /* id → scope; both borrowed */
  GHashTable *going;    /* owned id → KIND () */
  GHashTable *walked;   /* ids of tasks: all that is below them is in `going`; owned */
  gint64 now;
  gboolean by_tasks; /* it is too much of the tasks, and not of all records */
  gint64 n_going;    /* of them, or of all */
  gint64 of;
  gint64 gone;       /* removed within the day, and not going again */
  gint64 gone_tasks; /* those of them that are tasks */
  gint64 answered;   /* rows that are allowed or kept */
  GHashTable *asked; /* ids that are asked about already, of those that go; owned */
  GPtrArray *stale;  /* ids that are, or were about to be, and do not go; owned */
} Weighing;

static void
weighing_clear (Weighing *weighing)
{
  g_clear_pointer (&weighing->arriving, g_hash_table_unref);
  g_clear_pointer (&weighing->going, g_hash_table_unref);
  g_clear_pointer (&weighing->walked, g_hash_table_unref);
  g_clear_pointer (&weighing->asked, g_hash_table_unref);
  g_clear_pointer (&weighing->stale, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Weighing, weighing_clear)

/* Which entity, and how it goes */
#define KIND(entity, how) GUINT_TO_POINTER ((guint) (entity) | (guint) (how) << 8)
#define GET_ENTITY(kind)  ((BatonEntity) (GPOINTER_TO_UINT (kind) & 0xff))
#define GET_HOW(kind)     (GPOINTER_TO_UINT (kind) >> 8)

typedef enum
{
  DELETED,
  HIDDEN,
  PURGED,
  LEFT,
} How;

static const char *const how_names[] = { "deleted", "hidden", "purged", "left" };

static const char *
get_live (BatonEntity entity)
{
  return entity == BATON_ENTITY_TASK ? "deleted = 0 AND hidden = 0" : "deleted = 0";
}

/* --- what would go ------------------------------------------------------- */

static gboolean
arrives_elsewhere (Weighing *weighing, const char *id, const char *scope)
{
  const char *other = g_hash_table_lookup (weighing->arriving, id);

  return other != NULL && g_strcmp0 (other, scope) != 0;
}

/* What goes by itself is not only hidden by something else that does. */
static void
add_id (Weighing *weighing, const char *id, gpointer kind)
{
  if (GET_HOW (kind) != HIDDEN || !g_hash_table_contains (weighing->going, id))
    g_hash_table_insert (weighing->going, g_strdup (id), kind);
}

/* @text: a SELECT of ids */
static gboolean
add_going (Weighing *weighing,
           gpointer kind,
           const char *text,
           const char *a,
           const char *scope,
           GError **error)
{
  g_auto (GStrv) ids = baton_database_get_ids (weighing->database, text, a, error);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      if (scope == NULL || !arrives_elsewhere (weighing, ids[i], scope))
        add_id (weighing, ids[i], kind);
    }
  return ids != NULL;
}

/* With what hangs on it, which its being deleted hides */
#define IN_PROJECT                                                            \
  "WITH RECURSIVE below (id) AS (SELECT id FROM task WHERE project_id = ?1"   \
  " UNION SELECT task.id FROM below JOIN task ON task.parent_id = below.id) " \
  "SELECT id FROM task WHERE deleted = 0 AND hidden = 0 AND id IN (SELECT id FROM below)"

static gboolean
add_children (Weighing *weighing, const char *id, GPtrArray *next, GError **error)
{
  g_auto (GStrv) ids = baton_database_get_ids (
      weighing->database, "SELECT id FROM task WHERE parent_id = ?1 AND deleted = 0 AND hidden = 0",
      id, error);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      add_id (weighing, ids[i], KIND (BATON_ENTITY_TASK, HIDDEN));
      if (g_hash_table_add (weighing->walked, g_strdup (ids[i])))
        g_ptr_array_add (next, g_strdup (ids[i]));
    }
  return ids != NULL;
}

/* Where all of a chain is deleted, link by link, nobody goes through the same twice. */
static gboolean
add_below (Weighing *weighing, const char *id, GError **error)
{
  g_autoptr (GPtrArray) next = g_ptr_array_new_with_free_func (g_free);

  if (!g_hash_table_add (weighing->walked, g_strdup (id)))
    return TRUE;
  g_ptr_array_add (next, g_strdup (id));
  while (next->len > 0)
    {
      g_autofree char *above = g_ptr_array_steal_index_fast (next, next->len - 1);

      if (!add_children (weighing, above, next, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
weigh_deleted (Weighing *weighing, const BatonRecord *came, GError **error)
{
  BatonEntity entity = baton_record_get_entity (came);
  const char *id = baton_record_get_id (came);
  BatonClock clock = baton_record_get_clock (came, "deleted");
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) stands = baton_database_get (weighing->database, entity, id, &failure);
  g_autofree char *self = g_strdup_printf ("SELECT id FROM \"%s\" WHERE id = ?1 AND %s",
                                           baton_entity_get_name (entity), get_live (entity));
  BatonClock stood;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (stands == NULL || baton_record_get_bool (stands, "deleted"))
    return TRUE;
  stood = baton_record_get_clock (stands, "deleted");
  if (baton_clock_compare (&clock, &stood) < 0)
    return TRUE;
  if (!add_going (weighing, KIND (entity, DELETED), self, id, NULL, error))
    return FALSE;
  if (entity == BATON_ENTITY_PROJECT)
    return add_going (weighing, KIND (BATON_ENTITY_TASK, HIDDEN), IN_PROJECT, id, NULL, error);
  return entity != BATON_ENTITY_TASK || add_below (weighing, id, error);
}

static gboolean
weigh_leave (Weighing *weighing, const BatonChange *change, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autofree char *text = NULL;
  BatonSqlStep step;

  if (arrives_elsewhere (weighing, change->left, change->scope))
    return TRUE;
  text = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ?1 AND scope IN (?2, '') AND %s",
                          baton_entity_get_name (change->entity), get_live (change->entity));
  statement = baton_database_prepare (weighing->database, text, change->left, change->scope, error);
  step = statement != NULL ? baton_sql_step (statement, error) : BATON_SQL_FAILED;
  if (step == BATON_SQL_ROW)
    add_id (weighing, change->left, KIND (change->entity, LEFT));
  return step != BATON_SQL_FAILED;
}

static gboolean
weigh_scope (Weighing *weighing, const char *scope, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *leaving = baton_database_dup_leaving (i);
      g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE %s AND id IN (%s)",
                                               baton_entity_get_name (i), get_live (i), leaving);

      if (!add_going (weighing, KIND (i, LEFT), text, scope, scope, error))
        return FALSE;
    }
  return TRUE;
}

/* What hangs on a task in the trash goes with it, and is seen by nobody. */
static const char *
get_seen (BatonEntity entity)
{
  return baton_schema_lookup (entity, "task_id", NULL, NULL) != NULL
             ? "deleted = 0 AND task_id NOT IN (SELECT id FROM task WHERE deleted = 1 OR hidden = 1)"
             : get_live (entity);
}

/* What a pull that ends with these changes has not seen */
static gboolean
weigh_purged (Weighing *weighing, GError **error)
{
  gint64 pulling;

  if (!baton_database_query_int (weighing->database, "SELECT 1 FROM cursor WHERE pull = 'purged'",
                                 NULL, NULL, &pulling, error))
    return FALSE;
  for (guint i = 0; pulling != 0 && i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "SELECT id FROM \"%s\" AS here WHERE %s AND ((scope = '' AND NOT EXISTS "
          "(SELECT 1 FROM outbox WHERE record = here.id AND state = 'refused')) OR (seen = 0 AND "
          "scope IN (SELECT scope FROM cursor WHERE pull = 'purged'))) AND NOT EXISTS "
          "(SELECT 1 FROM outbox WHERE record = here.id AND state = 'waiting')",
          baton_entity_get_name (i), get_seen (i));

      if (!add_going (weighing, KIND (i, PURGED), text, NULL, "", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
weigh_change (Weighing *weighing, const BatonChange *change, GError **error)
{
  if (change->scope_left)
    return weigh_scope (weighing, change->scope, error);
  if (change->left != NULL)
    return change->purged || weigh_leave (weighing, change, error);
  if (change->record == NULL)
    return TRUE;
  if (baton_record_get_bool (change->record, "deleted"))
    return weigh_deleted (weighing, change->record, error);
  if (g_hash_table_remove (weighing->going, baton_record_get_id (change->record)))
    g_hash_table_remove_all (weighing->walked);
  return TRUE;
}

static gboolean
weigh_all (Weighing *weighing, GPtrArray *changes, gboolean more, GError **error)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const BatonChange *change = g_ptr_array_index (changes, i);

      if (change->record != NULL)
        g_hash_table_insert (weighing->arriving, (gpointer) baton_record_get_id (change->record),
                             change->scope);
    }
  if (!more && !weigh_purged (weighing, error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++)
    {
      if (!weigh_change (weighing, g_ptr_array_index (changes, i), error))
        return FALSE;
    }
  return TRUE;
}

/* --- whether it is too much ---------------------------------------------- */

static void
note_row (Weighing *weighing, const char *id, BatonEntity entity, const char *state, gint64 at)
{
  gboolean goes = g_hash_table_contains (weighing->going, id);

  if (g_str_equal (state, "allowed") || g_str_equal (state, "kept"))
    {
      weighing->answered++;
      g_hash_table_remove (weighing->going, id);
    }
  else if (g_str_equal (state, "asked") && goes)
    g_hash_table_add (weighing->asked, g_strdup (id));
  else if (!g_str_equal (state, "gone") && !goes)
    g_ptr_array_add (weighing->stale, g_strdup (id));
  else if (g_str_equal (state, "gone") && !goes && at > weighing->now - WINDOW_MS &&
           at <= weighing->now)
    {
      weighing->gone++;
      weighing->gone_tasks += entity == BATON_ENTITY_TASK;
    }
}

/* What the person has decided about goes no more than if it were gone already. */
static gboolean
read_rows (Weighing *weighing, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      weighing->database->sql, "SELECT record, entity, state, at FROM gone", error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonEntity entity = BATON_N_ENTITIES;

      baton_entity_from_name (baton_sql_get_text (statement, 1), &entity);
      note_row (weighing, baton_sql_get_text (statement, 0), entity,
                baton_sql_get_text (statement, 2), baton_sql_get_int (statement, 3));
    }
  return step == BATON_SQL_DONE;
}

static gboolean
is_too_much (const Weighing *weighing, gint64 going, gint64 of, gint64 part)
{
  return going > weighing->database->brake_least && going * part > of;
}

static gboolean
count_live (BatonDatabase *database, gint64 *tasks, gint64 *all, GError **error)
{
  *all = 0;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT count (*) FROM \"%s\" WHERE %s",
                                               baton_entity_get_name (i), get_live (i));
      gint64 n;

      if (!baton_database_query_int (database, text, NULL, NULL, &n, error))
        return FALSE;
      *all += n;
      if (i == BATON_ENTITY_TASK)
        *tasks = n;
    }
  return TRUE;
}

/* What is gone is no longer here: a tenth is one of what was here before. Where there is more to come, half of that is enough to look at the rest first:
 * taken page by page, much of a flood would be gone before it counts as one. */
static gboolean
decide (Weighing *weighing, gboolean more, gboolean *brakes, GError **error)
{
  gint64 part = more ? 2 * BATON_BRAKE_PART : BATON_BRAKE_PART;
  gint64 going = g_hash_table_size (weighing->going);
  gint64 going_tasks = 0, live_tasks = 0, of;
  GHashTableIter iter;
  gpointer kind;

  *brakes = FALSE;
  if (going == 0 || going + weighing->gone <= weighing->database->brake_least)
    return TRUE;
  g_hash_table_iter_init (&iter, weighing->going);
  while (g_hash_table_iter_next (&iter, NULL, &kind))
    going_tasks += GET_ENTITY (kind) == BATON_ENTITY_TASK;
  if (!count_live (weighing->database, &live_tasks, &of, error))
    return FALSE;
  weighing->by_tasks = !is_too_much (weighing, going + weighing->gone, of + weighing->gone, part);
  weighing->n_going = weighing->by_tasks ? going_tasks : going;
  weighing->of = weighing->by_tasks ? live_tasks : of;
  *brakes = !weighing->by_tasks || is_too_much (weighing, going_tasks + weighing->gone_tasks,
                                                live_tasks + weighing->gone_tasks, part);
  return TRUE;
}

static gboolean
ask (const Weighing *weighing, GError **error)
{
  gint64 gone = weighing->by_tasks ? weighing->gone_tasks : weighing->gone;

  return baton_database_ask_removal (weighing->by_tasks, (guint) weighing->n_going,
                                     (guint) weighing->of, (guint) gone, error);
}

/* --- what comes of it ---------------------------------------------------- */

static gboolean
forget_old (Weighing *weighing, GError **error)
{
  gint64 more = BATON_DATABASE_ROWS (weighing->database);

  while (more >= BATON_DATABASE_ROWS (weighing->database))
    {
      gint64 since = g_get_monotonic_time ();
      g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
          weighing->database->sql,
          "DELETE FROM gone WHERE (record, entity) IN (SELECT record, entity FROM gone "
          "WHERE state = 'gone' AND (at <= ?1 OR at > ?2) LIMIT ?3)",
          error);

      if (statement == NULL)
        return FALSE;
      baton_sql_bind_int (statement, 1, weighing->now - WINDOW_MS);
      baton_sql_bind_int (statement, 2, weighing->now);
      baton_sql_bind_int (statement, 3, BATON_DATABASE_ROWS (weighing->database));
      if (!baton_sql_run (statement, error) ||
          !baton_database_query_int (weighing->database, "SELECT changes ()", NULL, NULL, &more,
                                     error) ||
          (more > 0 && !baton_database_pause (weighing->database, since, error)))
        return FALSE;
    }
  return TRUE;
}

/* What the person has decided stays so. */
static gboolean
write_row (Weighing *weighing, const char *id, gpointer kind, const char *state, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      weighing->database,
      "INSERT INTO gone (record, entity, state, at, how) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (record, entity) DO UPDATE SET state = excluded.state, at = excluded.at, "
      "how = excluded.how WHERE state NOT IN ('allowed', 'kept')",
      id, baton_entity_get_name (GET_ENTITY (kind)), error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, state);
  baton_sql_bind_int (statement, 4, weighing->now);
  baton_sql_bind_text (statement, 5, how_names[GET_HOW (kind)]);
  return baton_sql_run (statement, error);
}

/* Up to a slice; what is asked about already stays so where it is asked again. */
static gboolean
write_some (Weighing *weighing,
            GHashTableIter *iter,
            gboolean brakes,
            gboolean *more,
            GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (weighing->database->sql, error);
  gpointer id, kind;
  guint n = 0;

  if (transaction == NULL)
    return FALSE;
  while (n < BATON_DATABASE_ROWS (weighing->database) &&
         (*more = g_hash_table_iter_next (iter, &id, &kind)))
    {
      if (brakes && g_hash_table_contains (weighing->asked, id))
        continue;
      if (!write_row (weighing, id, kind, brakes ? "weighed" : "gone", error))
        return FALSE;
      n++;
    }
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

static gboolean
write_going (Weighing *weighing, gboolean brakes, GError **error)
{
  GHashTableIter iter;
  gboolean more = TRUE;

  g_hash_table_iter_init (&iter, weighing->going);
  while (more)
    {
      gint64 since = g_get_monotonic_time ();

      if (!write_some (weighing, &iter, brakes, &more, error))
        return FALSE;
      if (more && !baton_database_pause (weighing->database, since, error))
        return FALSE;
    }
  return TRUE;
}

/* Up to a slice, from @from on */
static gboolean
drop_some (Weighing *weighing, const char *text, guint from, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (weighing->database->sql, error);
  guint until = MIN (from + BATON_DATABASE_ROWS (weighing->database), weighing->stale->len);

  if (transaction == NULL)
    return FALSE;
  for (guint i = from; i < until; i++)
    {
      if (!baton_database_run (weighing->database, text, g_ptr_array_index (weighing->stale, i),
                               NULL, error))
        return FALSE;
    }
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* Before the pull has come to its end, what was asked stays so. */
static gboolean
drop_stale (Weighing *weighing, gboolean asked, GError **error)
{
  const char *text = asked ? "DELETE FROM gone WHERE record = ? AND state IN ('asked', 'weighed')"
                           : "DELETE FROM gone WHERE record = ? AND state = 'weighed'";

  for (guint i = 0; i < weighing->stale->len; i += BATON_DATABASE_ROWS (weighing->database))
    {
      gint64 since = g_get_monotonic_time ();

      if (!drop_some (weighing, text, i, error) ||
          !baton_database_pause (weighing->database, since, error))
        return FALSE;
    }
  return TRUE;
}

/* The same question again writes nothing. */
static gboolean
settle (Weighing *weighing, gboolean brakes, gboolean more, gboolean *again, GError **error)
{
  gboolean asks = brakes &&
                  g_hash_table_size (weighing->going) > g_hash_table_size (weighing->asked);

  return drop_stale (weighing, brakes || !more, error) &&
         baton_database_begin_asking (weighing->database, asks, weighing->answered, again, error) &&
         baton_database_end_answer (weighing->database, error);
}

static gboolean
is_held (BatonDatabase *database)
{
  gint64 found;

  baton_database_query_int (database, "SELECT 1 FROM gone WHERE state = 'asked' LIMIT 1", NULL,
                            NULL, &found, NULL);
  return found != 0;
}

static gboolean
weigh (Weighing *weighing, GPtrArray *changes, gboolean more, gboolean *again, GError **error)
{
  BatonDatabase *database = weighing->database;
  gboolean brakes;

  *again = FALSE;
  if (!weigh_all (weighing, changes, more, error))
    return FALSE;
  if (g_hash_table_size (weighing->going) == 0 && (more || !is_held (database)))
    return TRUE;
  if (!read_rows (weighing, error) || !decide (weighing, more, &brakes, error))
    return FALSE;
  /* There may be arrivals to come that say it is a move: weighed again with them. */
  if (brakes && more)
    return ask (weighing, error);
  return forget_old (weighing, error) && write_going (weighing, brakes, error) &&
         settle (weighing, brakes, more, again, error) &&
         (!brakes || *again || ask (weighing, error));
}

gboolean
baton_database_weigh (BatonDatabase *database, GPtrArray *changes, gboolean more, GError **error)
{
  gboolean again = TRUE;

  g_return_val_if_fail (database != NULL && changes != NULL, FALSE);

  while (again)
    {
      g_auto (Weighing) weighing = {
        .database = database,
        .now = baton_database_get_now (database),
        .arriving = g_hash_table_new (g_str_hash, g_str_equal),
        .going = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
        .walked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
        .asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
        .stale = g_ptr_array_new_with_free_func (g_free),
      };

      if (!weigh (&weighing, changes, more, &again, error))
        return FALSE;
    }
  return TRUE;
}
