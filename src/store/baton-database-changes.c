/* baton-database-changes.c: what others did comes in
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record comes whole, and is merged; so a change may be taken twice, and in any order. Two things stand beside the merge. Notes
 * with an edit that waits stay as they were written, until the server has merged them and says so: what came is kept in the shadow
 * meanwhile. And what loses goes to the history (baton-database-arrival.c).
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-arrival.h"

/* A transaction takes about 5 ms: the screen does not notice. */
#define CHUNK 150

typedef struct
{
  BatonDatabase *database;
  GHashTable
      *arriving; /* ids of the records that come in the same answer → BatonChange; both borrowed */
  GHashTable *pulls;  /* scope → "purged", "forked" or "" */
  GHashTable *places; /* scope → the last place of this chunk, borrowed */
  BatonHlc hlc;
} Taking;

/* --- a record ------------------------------------------------------------ */

static void
want_field (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  BatonArrival *arrival = data;

  if (!baton_arrival_is_notes (arrival, key) ||
      baton_arrival_find_edit (arrival->waiting, key) == NULL)
    baton_record_put (arrival->wanted, key, value, clock);
}

static gboolean
is_refused (const BatonArrival *arrival, const char *key, const BatonClock *clock)
{
  for (guint i = 0; arrival->refused != NULL && i < arrival->refused->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (arrival->refused, i);
      BatonClock other = baton_edit_get_clock (edit);

      if (baton_clock_compare (&other, clock) == 0 && baton_edit_lookup (edit, key) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
keep_field (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  BatonArrival *arrival = data;

  if (!is_refused (arrival, key, clock))
    baton_record_put (arrival->after, key, value, clock);
}

/* What was refused while there was nothing to fall back to stood here until now. */
static void
begin_after (BatonArrival *arrival)
{
  arrival->after = baton_record_new (baton_record_get_entity (arrival->came),
                                     baton_record_get_id (arrival->came));
  if (arrival->before != NULL && !arrival->anew)
    baton_record_foreach (arrival->before, keep_field, arrival);
}

static void
merge_arrival (BatonArrival *arrival)
{
  BatonEntity entity = baton_record_get_entity (arrival->came);
  const char *id = baton_record_get_id (arrival->came);

  begin_after (arrival);
  if (arrival->waiting == NULL || arrival->waiting->len == 0)
    {
      baton_merge_record (arrival->after, arrival->came);
      return;
    }
  arrival->wanted = baton_record_new (entity, id);
  baton_record_foreach (arrival->came, want_field, arrival);
  baton_merge_record (arrival->after, arrival->wanted);
  if (arrival->before != NULL && !arrival->anew)
    return;
  /* Back on the device: what was typed into it meanwhile comes back with it. */
  for (guint i = 0; i < arrival->waiting->len; i++)
    g_ptr_array_unref (
        baton_merge_edit (arrival->after, g_ptr_array_index (arrival->waiting, i), NULL));
}

static gboolean
update_shadow (BatonArrival *arrival, GError **error)
{
  BatonDatabase *database = arrival->database;
  g_autoptr (BatonRecord) shadow = NULL;
  g_autoptr (GError) failure = NULL;

  if (arrival->waiting == NULL || arrival->waiting->len == 0)
    return TRUE;
  shadow = baton_database_get_shadow (database, baton_record_get_entity (arrival->came),
                                      baton_record_get_id (arrival->came), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (shadow == NULL || arrival->anew)
    return baton_database_set_shadow (database, arrival->came, error);
  baton_merge_record (shadow, arrival->came);
  baton_database_take_origin (shadow, arrival->came);
  return baton_database_set_shadow (database, shadow, error);
}

static gboolean
load (BatonArrival *arrival, GError **error)
{
  BatonDatabase *database = arrival->database;
  BatonEntity entity = baton_record_get_entity (arrival->came);
  const char *id = baton_record_get_id (arrival->came);
  g_autoptr (GError) failure = NULL;

  arrival->before = baton_database_get (database, entity, id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (arrival->before == NULL && !baton_database_wake_hanging (database, arrival->came, error))
    return FALSE;
  if (!baton_database_has_edits (database, id))
    return TRUE;
  if (arrival->before == NULL && !baton_database_wake_left (database, arrival->came, error))
    return FALSE;
  arrival->waiting = baton_database_get_waiting (database, entity, id, error);
  if (arrival->waiting == NULL)
    return FALSE;
  arrival->merged = baton_database_get_edits (database, "merged", entity, id, error);
  if (arrival->merged == NULL)
    return FALSE;
  arrival->refused = baton_database_get_edits (database, "refused", entity, id, error);
  return arrival->refused != NULL;
}

static gboolean
put_arrival (BatonArrival *arrival, const char *scope, GError **error)
{
  BatonDatabase *database = arrival->database;
  g_autofree char *text = g_strdup_printf (
      "UPDATE \"%s\" SET scope = ?2, seen = 1 WHERE id = ?1 AND (scope <> ?2 OR seen = 0)",
      baton_entity_get_name (baton_record_get_entity (arrival->came)));

  if ((arrival->before == NULL || !baton_record_equal (arrival->before, arrival->after)) &&
      !baton_database_put (database, arrival->before, arrival->after, error))
    return FALSE;
  return baton_database_run (database, text, baton_record_get_id (arrival->came), scope, error);
}

static const char *
get_pull (Taking *taking, const char *scope)
{
  char *pull = g_hash_table_lookup (taking->pulls, scope);

  if (pull != NULL)
    return pull;
  pull = baton_database_dup_pull (taking->database, scope, NULL);
  if (pull == NULL)
    pull = g_strdup ("");
  g_hash_table_insert (taking->pulls, g_strdup (scope), pull);
  return pull;
}

/* By the scope that it comes in, or by the one that it was in: somebody may have moved it since */
static gboolean
is_forked (Taking *taking, const BatonChange *change)
{
  g_autofree char *text = NULL;
  gint64 found;

  if (g_str_equal (get_pull (taking, change->scope), "forked"))
    return TRUE;
  if (!baton_database_query_int (taking->database, "SELECT 1 FROM cursor WHERE pull = 'forked'",
                                 NULL, NULL, &found, NULL) ||
      found == 0)
    return FALSE;
  text = g_strdup_printf ("SELECT 1 FROM \"%s\" r JOIN cursor c ON c.scope = r.scope "
                          "WHERE r.id = ? AND c.pull = 'forked'",
                          baton_entity_get_name (baton_record_get_entity (change->record)));
  return baton_database_query_int (taking->database, text, baton_record_get_id (change->record),
                                   NULL, &found, NULL) &&
         found != 0;
}

/* It is news then: what comes late is how the record was before. */
static gboolean
is_made_anew (Taking *taking, const BatonArrival *arrival, const BatonChange *change)
{
  gboolean waits = arrival->waiting != NULL && arrival->waiting->len > 0;

  return (g_str_equal (get_pull (taking, change->scope), "purged") ||
          baton_database_is_made_anew (arrival->before, arrival->came, waits)) &&
         !baton_database_has_passed (taking->database, change->scope, change->place);
}

static gboolean
take_record (Taking *taking, const BatonChange *change, GError **error)
{
  g_auto (BatonArrival)
      arrival = { .database = taking->database, .came = change->record, .told = change->conflicts };
  BatonClock last = baton_record_get_last_clock (change->record);

  baton_hlc_observe (&taking->hlc, &last);
  if (!load (&arrival, error))
    return FALSE;
  arrival.forked = arrival.before != NULL && is_forked (taking, change);
  arrival.anew = arrival.before != NULL && !arrival.forked &&
                 is_made_anew (taking, &arrival, change);
  if (!baton_arrival_note (&arrival, error))
    return FALSE;
  merge_arrival (&arrival);
  baton_database_take_origin (arrival.after, arrival.came);
  if (!update_shadow (&arrival, error) || !put_arrival (&arrival, change->scope, error) ||
      (arrival.refused != NULL &&
       !baton_database_drop_true (taking->database, arrival.refused, arrival.came, error)) ||
      (arrival.merged != NULL && arrival.merged->len > 0 &&
       !baton_database_drop_merged (taking->database, arrival.came, error)))
    return FALSE;
  if ((arrival.before == NULL || baton_record_get_bool (arrival.before, "deleted")) &&
      !baton_database_forget_gone (taking->database, arrival.after, error))
    return FALSE;
  return !arrival.forked ||
         baton_database_enqueue_lost (taking->database, arrival.after, arrival.came, error);
}

/* --- leaving ------------------------------------------------------------- */

/* A record that comes in another scope with the same answer only moves; one that comes later in this scope has been away and is back. */
static gboolean
only_moves (Taking *taking, const BatonChange *leave)
{
  const BatonChange *arrival = g_hash_table_lookup (taking->arriving, leave->left);

  if (arrival == NULL || !g_str_equal (arrival->scope, leave->scope))
    return arrival != NULL;
  return arrival->place != NULL && leave->place != NULL &&
         g_ascii_strtoll (arrival->place, NULL, 10) > g_ascii_strtoll (leave->place, NULL, 10);
}

static gboolean
take_leave (Taking *taking, const BatonChange *change, GError **error)
{
  g_autofree char *text = NULL;
  gint64 found;

  if (!change->purged && only_moves (taking, change))
    return TRUE;
  text = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ?1 AND scope IN (?2, '')",
                          baton_entity_get_name (change->entity));
  if (!baton_database_query_int (taking->database, text, change->left, change->scope, &found,
                                 error))
    return FALSE;
  if (found == 0)
    return TRUE;
  return change->purged
             ? baton_database_take_off_purged (taking->database, change->entity, change->left,
                                               error)
             : baton_database_take_off (taking->database, change->entity, change->left, error);
}

/* --- an answer ----------------------------------------------------------- */

static gboolean
take_change (Taking *taking, const BatonChange *change, GError **error)
{
  if (change->place != NULL)
    g_hash_table_insert (taking->places, change->scope, change->place);
  if (change->record != NULL)
    return take_record (taking, change, error);
  return change->left == NULL || take_leave (taking, change, error);
}

static gboolean
save_places (Taking *taking, GError **error)
{
  GHashTableIter iter;
  gpointer scope, place;

  g_hash_table_iter_init (&iter, taking->places);
  while (g_hash_table_iter_next (&iter, &scope, &place))
    {
      if (!baton_database_set_place (taking->database, scope, place, error))
        return FALSE;
    }
  g_hash_table_remove_all (taking->places);
  return TRUE;
}

/* A task with a hundred new comments is indexed once. */
static gboolean
take_each (Taking *taking, GPtrArray *changes, guint from, guint until, GError **error)
{
  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean done = TRUE;

  taking->database->touched = touched;
  for (guint i = from; done && i < until; i++)
    done = take_change (taking, g_ptr_array_index (changes, i), error);
  taking->database->touched = NULL;
  return done && baton_database_index_tasks (taking->database, touched, error);
}

static gboolean
take_chunk (Taking *taking, GPtrArray *changes, guint from, guint until, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (taking->database->sql, error);

  return transaction != NULL && baton_database_load_clock (taking->database, &taking->hlc, error) &&
         take_each (taking, changes, from, until, error) && save_places (taking, error) &&
         baton_database_save_clock (taking->database, &taking->hlc, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* What one transaction takes, from @from on. A scope that leaves has some of its own. */
static guint
find_until (GPtrArray *changes, guint from)
{
  guint until = from;

  while (until < changes->len && until < from + CHUNK &&
         !((const BatonChange *) g_ptr_array_index (changes, until))->scope_left)
    until++;
  return until;
}

static gboolean
take_some (Taking *taking, GPtrArray *changes, guint *from, GError **error)
{
  const BatonChange *change = g_ptr_array_index (changes, *from);
  guint first = *from;

  if (change->scope_left)
    {
      *from += 1;
      return baton_database_take_scope_off (taking->database, change->scope, error);
    }
  *from = find_until (changes, first);
  return take_chunk (taking, changes, first, *from, error);
}

/**
 * baton_database_take_changes:
 * @changes: (element-type BatonChange): of one answer, in its order
 *
 * Takes them in chunks of one transaction each, with the places reached. Cut off in the middle, what was taken stands, and the cursor
 * asks for the rest. The disk is not waited for: what a power cut takes back the server gives again.
 */
gboolean
baton_database_take_changes (BatonDatabase *database, GPtrArray *changes, GError **error)
{
  g_autoptr (GHashTable) arriving = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) pulls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (BatonSqlHaste) haste = baton_sql_make_haste (database->sql, error);
  Taking taking = { .database = database, .arriving = arriving, .pulls = pulls, .places = places };

  for (guint i = 0; i < changes->len; i++)
    {
      const BatonChange *change = g_ptr_array_index (changes, i);

      if (change->record != NULL)
        g_hash_table_insert (arriving, (gpointer) baton_record_get_id (change->record),
                             (gpointer) change);
    }
  if (haste == NULL)
    return FALSE;
  for (guint i = 0; i < changes->len;)
    {
      if (!take_some (&taking, changes, &i, error))
        return FALSE;
    }
  return TRUE;
}
