/* baton-database-arrival.c: what loses by a record that comes in
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a value that came and one that this device sent did not know of each other, the one that lost goes to the history as a conflict; what the
 * person only had seen goes there as what was replaced.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-arrival.h"

void
baton_arrival_clear (BatonArrival *arrival)
{
  g_clear_pointer (&arrival->before, baton_record_unref);
  g_clear_pointer (&arrival->after, baton_record_unref);
  g_clear_pointer (&arrival->wanted, baton_record_unref);
  g_clear_pointer (&arrival->waiting, g_ptr_array_unref);
  g_clear_pointer (&arrival->merged, g_ptr_array_unref);
  g_clear_pointer (&arrival->refused, g_ptr_array_unref);
  g_clear_error (&arrival->error);
}

const BatonEdit *
baton_arrival_find_edit (GPtrArray *edits, const char *key)
{
  for (guint i = edits != NULL ? edits->len : 0; i-- > 0;)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);

      if (baton_edit_lookup (edit, key) != NULL)
        return edit;
    }
  return NULL;
}

static const BatonField *
get_field (const BatonArrival *arrival, const char *key)
{
  return baton_schema_lookup (baton_record_get_entity (arrival->came), key, NULL, NULL);
}

static gboolean
has_flag (const BatonArrival *arrival, const char *key, BatonFieldFlags flag)
{
  const BatonField *field = get_field (arrival, key);

  return field != NULL && (field->flags & flag) != 0;
}

gboolean
baton_arrival_is_notes (const BatonArrival *arrival, const char *key)
{
  const BatonField *field = get_field (arrival, key);

  return field != NULL && field->type == BATON_FIELD_NOTES;
}

static void
add_row (BatonArrival *arrival,
         const char *key,
         const BatonValue *old_value,
         BatonClock old_clock,
         const BatonValue *new_value,
         BatonClock new_clock,
         gboolean conflict)
{
  BatonDatabase *database = arrival->database;
  BatonHistoryRow row = {
    .entity = baton_record_get_entity (arrival->came),
    .record = baton_record_get_id (arrival->came),
    .field = key,
    .old_value = old_value,
    .old_clock = old_clock,
    .new_value = new_value,
    .new_clock = new_clock,
    .conflict = conflict,
  };

  if (conflict)
    baton_database_add_conflict (database, &row, &arrival->error);
  else
    baton_database_add_history (database, &row, &arrival->error);
}

/* Whether the server says that what stood here lost against what came, its author not having seen it */
static gboolean
is_told (const BatonArrival *arrival, const char *key, const BatonClock *stood)
{
  for (guint i = 0; arrival->told != NULL && i < arrival->told->len; i++)
    {
      const BatonChangeConflict *conflict = g_ptr_array_index (arrival->told, i);

      if (g_str_equal (conflict->field, key) && baton_clock_compare (&conflict->clock, stood) == 0)
        return TRUE;
    }
  return FALSE;
}

/* What the server knows to have lost, and this device may never have had. It is one for as long as the winner stands. */
static void
note_told (BatonArrival *arrival)
{
  for (guint i = 0; arrival->told != NULL && arrival->error == NULL && i < arrival->told->len; i++)
    {
      const BatonChangeConflict *conflict = g_ptr_array_index (arrival->told, i);
      const BatonValue *value = baton_record_get (arrival->came, conflict->field);
      BatonClock clock = baton_record_get_clock (arrival->came, conflict->field);

      if (baton_value_equal (value, &conflict->value) ||
          (!baton_arrival_is_notes (arrival, conflict->field) &&
           baton_clock_compare (&clock, &conflict->winner) != 0))
        continue;
      add_row (arrival, conflict->field, &conflict->value, conflict->clock, value, clock, TRUE);
    }
}

/* Whether @edit's author had not seen what came */
static gboolean
is_unseen (const BatonEdit *edit, const char *key, const BatonClock *clock)
{
  BatonClock own = baton_edit_get_clock (edit);

  return baton_clock_compare (&baton_edit_lookup (edit, key)->base, clock) < 0 &&
         baton_clock_compare (&own, clock) != 0;
}

/* Whether the one that loses stands as a device filled it in by itself */
static gboolean
is_unwritten (const BatonArrival *arrival, const char *key, gboolean wins)
{
  return baton_recurrence_is_as_made (wins ? arrival->before : arrival->came, key);
}

typedef struct
{
  const BatonArrival *arrival;
  const BatonClock *deletion;
  gboolean found;
} Later;

static void
find_later (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Later *later = data;

  later->found |= clock->node == later->arrival->database->node &&
                  baton_clock_compare (clock, later->deletion) > 0 &&
                  !has_flag (later->arrival, key, BATON_FIELD_QUIET);
}

/* Whether this device has written into it since: not knowing, for what is deleted nobody writes into */
static gboolean
is_deleted_unseen (const BatonArrival *arrival,
                   const char *key,
                   const BatonValue *value,
                   const BatonClock *clock)
{
  Later later = { .arrival = arrival, .deletion = clock };

  if (g_str_equal (key, "deleted") && value->boolean)
    baton_record_foreach (arrival->before, find_later, &later);
  return later.found;
}

/* Somebody wrote into what was deleted on this device, without knowing: that it stays deleted is for a person to say. */
static void
note_written_though_deleted (BatonArrival *arrival, const BatonClock *clock)
{
  static const BatonValue yes = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
  static const BatonValue no = { .kind = BATON_VALUE_BOOL, .boolean = FALSE };
  guint64 node = arrival->database->node;
  BatonClock deleted = baton_record_get_clock (arrival->before, "deleted");
  BatonClock came = baton_record_get_clock (arrival->came, "deleted");

  if (baton_record_get_bool (arrival->before, "deleted") && deleted.node == node &&
      clock->node != node && baton_clock_compare (&came, &deleted) <= 0 &&
      !baton_database_is_field_in_conflict (arrival->database, baton_record_get_id (arrival->came),
                                            "deleted"))
    add_row (arrival, "deleted", &no, *clock, &yes, deleted, TRUE);
}

static void
note_field (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  BatonArrival *arrival = data;
  const BatonValue *stands = baton_record_get (arrival->before, key);
  BatonClock stood = baton_record_get_clock (arrival->before, key);
  const BatonEdit *edit = baton_arrival_find_edit (arrival->waiting, key);
  gboolean wins;

  if (arrival->error != NULL || baton_clock_compare (clock, &stood) == 0 ||
      baton_value_equal (value, stands) || has_flag (arrival, key, BATON_FIELD_QUIET))
    return;
  /* They stay as they are for now; what comes of them is noted with the answer to the last edit that waits. */
  if (edit != NULL && baton_arrival_is_notes (arrival, key))
    return;
  if (edit == NULL)
    edit = baton_arrival_find_edit (arrival->merged, key);
  wins = baton_clock_compare (clock, &stood) > 0;
  if (wins &&
      !baton_database_settle_by_value (arrival->database, baton_record_get_id (arrival->came), key,
                                       value, 0, &arrival->error))
    return;
  if (edit != NULL && !baton_arrival_is_notes (arrival, key) && is_unseen (edit, key, clock) &&
      !is_unwritten (arrival, key, wins))
    {
      if (wins)
        add_row (arrival, key, stands, stood, value, *clock, TRUE);
      else
        add_row (arrival, key, value, *clock, stands, stood, TRUE);
    }
  else if (wins)
    {
      add_row (arrival, key, stands, stood, value, *clock,
               is_told (arrival, key, &stood) || is_deleted_unseen (arrival, key, value, clock));
      note_written_though_deleted (arrival, clock);
    }
}

/* It left with one page and is back with another: what was written before that, and lost, is known of the edits alone. */
static void
note_merged (BatonArrival *arrival, const BatonEdit *edit)
{
  BatonClock own = baton_edit_get_clock (edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields && arrival->error == NULL; i++)
    {
      const BatonValue *value = baton_record_get (arrival->came, fields[i].key);
      BatonClock clock = baton_record_get_clock (arrival->came, fields[i].key);

      if (baton_clock_compare (&clock, &own) > 0 && !baton_value_equal (value, &fields[i].value) &&
          !has_flag (arrival, fields[i].key, BATON_FIELD_QUIET))
        add_row (arrival, fields[i].key, &fields[i].value, own, value, clock,
                 is_told (arrival, fields[i].key, &own));
    }
}

gboolean
baton_arrival_note (BatonArrival *arrival, GError **error)
{
  if (arrival->before != NULL)
    baton_record_foreach (arrival->came, note_field, arrival);
  for (guint i = 0; arrival->before == NULL && arrival->merged != NULL && i < arrival->merged->len;
       i++)
    note_merged (arrival, g_ptr_array_index (arrival->merged, i));
  note_told (arrival);
  if (arrival->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&arrival->error));
  return FALSE;
}
