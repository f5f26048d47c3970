/* baton-database-pull.c: a scope is pulled from the start
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scope whose place the server cannot serve is pulled from the start: its records are marked as not seen, each that comes is marked as
 * seen, and when the server has no more, what is left is what it does not hold.
 *
 * That may be all that is here, and a person who types meanwhile is not to wait for it. So it is marked, and ended, in slices, each a
 * transaction of its own:
 *
 * - Marking comes before the place is forgotten: cut off, it has done nothing, since marks mean nothing outside of a pull.
 * - While a pull is under way nothing is sent, and a mark in the database (BATON_META_ENDING) says how far its end has come. Cut off, it goes on from
 *   there at the end of the next round. The slice that is the last one ends the pull, too.
 * - What is to be done with a record is found out again in the transaction that does it: what was edited meanwhile is kept.
 * - What is sent again comes before all that waits, which may hang on it; what is written between two slices comes after.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

/* Where what is sent again begins, with room for 2^32 edits, and for as many pulls as there will be */
#define FRONT "SELECT coalesce (min (0, min (seq)), 0) - 4294967296 FROM outbox"

/* --- the beginning ------------------------------------------------------- */

static gboolean
mark_unseen_whole (BatonDatabase *database, const char *scope, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("UPDATE \"%s\" SET seen = 0 WHERE scope = ?",
                                               baton_entity_get_name (i));

      if (!baton_database_run (database, text, scope, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mark_between (BatonDatabase *database,
              BatonEntity entity,
              const char *scope,
              gint64 from,
              gint64 until,
              GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "UPDATE \"%s\" SET seen = 0 WHERE scope = ?1 AND seen = 1 AND key > ?2 AND key <= ?3",
      baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, scope, NULL, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 2, from);
  baton_sql_bind_int (statement, 3, until);
  return baton_sql_run (statement, error);
}

/* Some 2 µs each */
static gboolean
mark_unseen (BatonDatabase *database, const char *scope, GError **error)
{
  gint64 step = (gint64) database->slice * 10;

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT max (key) FROM \"%s\"",
                                               baton_entity_get_name (i));
      gint64 last;

      if (!baton_database_query_int (database, text, NULL, NULL, &last, error))
        return FALSE;
      for (gint64 from = 0; from < last; from += step)
        {
          gint64 since = g_get_monotonic_time ();

          if (!mark_between (database, i, scope, from, from + step, error))
            return FALSE;
          if (from + step < last && !baton_database_pause (database, since, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* What a server has forgotten that merged it is no more merged than sent. Of a record that is here, all that the server lacks is sent as it stands. */
static gboolean
unmerge (BatonDatabase *database, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      const char *entity = baton_entity_get_name (i);
      g_autofree char *text = g_strdup_printf (
          "UPDATE outbox SET state = 'waiting' WHERE state = 'merged' AND entity = ?"
          " AND record NOT IN (SELECT id FROM \"%s\")",
          entity);

      if (!baton_database_run (database, text, entity, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
begin_pull (BatonDatabase *database,
            const char *scope,
            gboolean resend,
            gboolean again,
            GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *pulls = g_strdup_printf ("%" G_GINT64_FORMAT,
                                            baton_database_count_pulls (database) + 1);

  return transaction != NULL && (!again || mark_unseen_whole (database, scope, error)) &&
         baton_database_set_meta (database, BATON_META_PULLS, pulls, error) &&
         baton_database_set_meta (database, BATON_META_ENDING, NULL, error) &&
         baton_database_drop_head (database, scope, error) &&
         (!resend || unmerge (database, error)) &&
         baton_database_run (database,
                             "INSERT INTO cursor (scope, place, pull) VALUES (?1, NULL, ?2) "
                             "ON CONFLICT (scope) DO UPDATE SET place = NULL, "
                             "pull = CASE WHEN pull = 'forked' THEN pull ELSE excluded.pull END",
                             scope, resend ? "forked" : "purged", error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_forget_place (BatonDatabase *database,
                             const char *scope,
                             gboolean resend,
                             GError **error)
{
  g_autofree char *pull = baton_database_dup_pull (database, scope, NULL);

  /* Within a pull the marks mean something: then all of it at once */
  return (pull != NULL || mark_unseen (database, scope, error)) &&
         begin_pull (database, scope, resend, pull != NULL, error);
}

/* --- the end ------------------------------------------------------------- */

/* A server that has purged the record may know the edits that were sent, and would not take them once more: then it goes whole. */
static gboolean
send_again (BatonDatabase *database,
            BatonEntity entity,
            const char *id,
            gboolean purged,
            GError **error)
{
  g_autoptr (BatonRecord) record = baton_database_get (database, entity, id, error);
  g_autofree char *text = g_strdup_printf ("UPDATE \"%s\" SET scope = '', seen = 1 WHERE id = ?",
                                           baton_entity_get_name (entity));

  if (record == NULL)
    return FALSE;
  if (purged && baton_database_has_handed (database, entity, id)
          ? !baton_database_enqueue_record (database, record, error)
          : !baton_database_enqueue_lost (database, record, NULL, error))
    return FALSE;
  return baton_database_run (database, text, id, NULL, error);
}

/* What was refused of a record that is gone for good stays on the list of what is not synced. */
static gboolean
end_one (BatonDatabase *database, BatonEntity entity, const char *id, gboolean lost, GError **error)
{
  gboolean again = lost || baton_database_is_kept (database, entity, id);

  if (again || baton_database_has_waiting (database, entity, id))
    return send_again (database, entity, id, !lost, error);
  return baton_database_take_off_purged (database, entity, id, error);
}

/* What was sent and taken, and has not come back with its scope yet, the server may have lost as well; an edit of it that waits does
 * not bring the rest of it back. */
#define LOST                      \
  "(scope = '' OR (seen = 0 AND " \
  "scope IN (SELECT scope FROM cursor WHERE pull = 'forked')))"
#define UNSEEN "(seen = 0 AND scope IN (SELECT scope FROM cursor WHERE pull = 'purged'))"
/* Nor has what was sent, and has no scope although all has come: the server took it, and has purged it since. What was never
 * sent is still to come there, and what it refused to have at all is the person's to decide about. */
#define PURGED                                                                                     \
  "(" UNSEEN " OR (scope = '' AND EXISTS (SELECT 1 FROM cursor WHERE pull = 'purged') AND "        \
  "(EXISTS (SELECT 1 FROM outbox WHERE record = here.id AND state = 'waiting' AND handed = 1) OR " \
  "EXISTS (SELECT 1 FROM shadow WHERE shadow.record = here.id) OR "                                \
  "NOT EXISTS (SELECT 1 FROM outbox WHERE record = here.id AND state IN ('waiting', 'refused')))))"

/* One goes through all that is lost, an entity a step, then through all that is purged. */
#define N_STEPS (2 * BATON_N_ENTITIES)

typedef struct
{
  BatonDatabase *database;
  char *mark; /* as it was read; nullable: at the beginning */
  guint step;
  gint64 front; /* the `seq` of what is sent again next */
  char *after;  /* the id that was last */
  GPtrArray *ids;
  guint8 steps[BATON_DATABASE_SLICE]; /* of each of them */
} Ending;

static void
ending_clear (Ending *ending)
{
  g_clear_pointer (&ending->mark, g_free);
  g_clear_pointer (&ending->after, g_free);
  g_clear_pointer (&ending->ids, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ending, ending_clear)

static gboolean
has_pull (BatonDatabase *database, const char *pull, gboolean *found, GError **error)
{
  gint64 value;
  gboolean asked = baton_database_query_int (
      database, "SELECT 1 FROM cursor WHERE pull = ? LIMIT 1", pull, NULL, &value, error);

  *found = value != 0;
  return asked;
}

static gboolean
load_mark (Ending *ending, GError **error)
{
  g_autoptr (GError) failure = NULL;
  char *rest;

  ending->mark = baton_database_dup_meta (ending->database, BATON_META_ENDING, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (ending->mark != NULL)
    {
      ending->step = (guint) g_ascii_strtoull (ending->mark, &rest, 10);
      ending->front = g_ascii_strtoll (rest, &rest, 10);
      ending->after = g_strdup (*rest == ' ' ? rest + 1 : rest);
      return TRUE;
    }
  ending->after = g_strdup ("");
  return baton_database_query_int (ending->database, FRONT, NULL, NULL, &ending->front, error);
}

static char *
dup_text (guint step, const char *rest)
{
  return g_strdup_printf ("SELECT id FROM \"%s\" AS here WHERE %s AND %s",
                          baton_entity_get_name (step % BATON_N_ENTITIES),
                          step < BATON_N_ENTITIES ? LOST : PURGED, rest);
}

static gboolean
find_step (Ending *ending, GError **error)
{
  g_autofree char *text = dup_text (ending->step, "id > ?1 ORDER BY id LIMIT ?2");
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (ending->database, text, ending->after, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 2, ending->database->slice - ending->ids->len);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      ending->steps[ending->ids->len] = (guint8) ending->step;
      g_ptr_array_add (ending->ids, g_strdup (baton_sql_get_text (statement, 0)));
    }
  return step == BATON_SQL_DONE;
}

/* What the next slice is about, read without keeping anybody from writing */
static gboolean
find_some (Ending *ending, gboolean forked, GError **error)
{
  if (!forked)
    ending->step = MAX (ending->step, BATON_N_ENTITIES);
  while (ending->step < N_STEPS)
    {
      if (!find_step (ending, error))
        return FALSE;
      if (ending->ids->len >= ending->database->slice)
        {
          g_set_str (&ending->after, g_ptr_array_index (ending->ids, ending->ids->len - 1));
          return TRUE;
        }
      g_set_str (&ending->after, "");
      ending->step++;
    }
  return TRUE;
}

static gboolean
take_each (Ending *ending, GError **error)
{
  for (guint i = 0; i < ending->ids->len; i++)
    {
      const char *id = g_ptr_array_index (ending->ids, i);
      guint step = ending->steps[i];
      BatonEntity entity = step % BATON_N_ENTITIES;
      g_autofree char *text = dup_text (step, "id = ?1");
      g_autoptr (BatonSqlStatement)
          statement = baton_database_prepare (ending->database, text, id, NULL, error);
      BatonSqlStep found = statement != NULL ? baton_sql_step (statement, error) : BATON_SQL_FAILED;

      g_clear_pointer (&statement, baton_sql_statement_free);
      if (found == BATON_SQL_FAILED ||
          (found == BATON_SQL_ROW &&
           !end_one (ending->database, entity, id, step < BATON_N_ENTITIES, error)))
        return FALSE;
    }
  return TRUE;
}

/* What was there before comes after the records that it may hang on. */
static gboolean
move_ahead (Ending *ending, gint64 last, GError **error)
{
  g_autoptr (BatonSqlStatement) range = NULL;
  g_autoptr (BatonSqlStatement) statement = NULL;
  gint64 first, now_last;

  range = baton_sql_prepare (ending->database->sql,
                             "SELECT min (seq), max (seq) FROM outbox WHERE seq > ?1", error);
  if (range == NULL)
    return FALSE;
  baton_sql_bind_int (range, 1, last);
  if (baton_sql_step (range, error) != BATON_SQL_ROW)
    return FALSE;
  if (baton_sql_is_null (range, 0))
    return TRUE;
  first = baton_sql_get_int (range, 0);
  now_last = baton_sql_get_int (range, 1);
  baton_sql_reset (range);
  statement = baton_sql_prepare (ending->database->sql,
                                 "UPDATE outbox SET seq = seq + ?2 WHERE seq > ?1", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, last);
  baton_sql_bind_int (statement, 2, ending->front - first);
  ending->front += now_last - first + 1;
  return baton_sql_run (statement, error);
}

static gboolean
save_mark (Ending *ending, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("%u %" G_GINT64_FORMAT " %s", ending->step,
                                           ending->front, ending->after);

  return baton_database_set_meta (ending->database, BATON_META_ENDING, mark, error);
}

static gboolean
finish (BatonDatabase *database, GError **error)
{
  return baton_database_set_meta (database, BATON_META_ENDING, NULL, error) &&
         baton_database_run (database, "UPDATE cursor SET pull = NULL", NULL, NULL, error) &&
         baton_database_run (database, "DELETE FROM cursor WHERE place IS NULL", NULL, NULL, error);
}

/* The pull may have been begun anew, or somebody else have gone on with it. */
static gboolean
stands (Ending *ending, gint64 pulls)
{
  g_autofree char *mark = baton_database_dup_meta (ending->database, BATON_META_ENDING, NULL);

  return g_strcmp0 (mark, ending->mark) == 0 &&
         baton_database_count_pulls (ending->database) == pulls;
}

/* *@over: there was no more */
static gboolean
end_some (Ending *ending, gint64 pulls, gboolean *over, GError **error)
{
  g_auto (BatonSqlHaste) haste = NULL;
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  gboolean last = ending->step >= N_STEPS;
  gint64 seq;

  /* What a power cut takes back is done again, but not once it is sent. */
  if (!last)
    {
      haste = baton_sql_make_haste (ending->database->sql, error);
      if (haste == NULL)
        return FALSE;
    }
  transaction = baton_sql_begin (ending->database->sql, error);
  if (transaction == NULL)
    return FALSE;
  if (!stands (ending, pulls))
    return TRUE;
  *over = last;
  return baton_database_query_int (ending->database, "SELECT max (seq) FROM outbox", NULL, NULL,
                                   &seq, error) &&
         take_each (ending, error) && move_ahead (ending, seq, error) &&
         (last ? finish (ending->database, error) : save_mark (ending, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

static gboolean
end_slice (BatonDatabase *database, gboolean *over, GError **error)
{
  g_auto (Ending) ending = { .database = database, .ids = g_ptr_array_new_with_free_func (g_free) };
  gint64 pulls = baton_database_count_pulls (database);
  gboolean forked, purged;

  if (!has_pull (database, "forked", &forked, error) ||
      !has_pull (database, "purged", &purged, error))
    return FALSE;
  *over = !forked && !purged;
  return *over || (load_mark (&ending, error) && find_some (&ending, forked, error) &&
                   end_some (&ending, pulls, over, error));
}

gboolean
baton_database_end_pull (BatonDatabase *database, GError **error)
{
  for (gboolean over = FALSE; !over;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!end_slice (database, &over, error))
        return FALSE;
      if (!over && !baton_database_pause (database, since, error))
        return FALSE;
    }
  return TRUE;
}
