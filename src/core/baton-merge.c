/* baton-merge.c: two states, or a state and an edit, become one
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Field by field the greater (clock, value) stands. The greater of two pairs in a total order is commutative,
 * associative and idempotent, and that is the whole proof that devices converge. Notes on the server are the one exception, and a sound one: the
 * server alone makes the merged text, and gives it a clock later than both, so that for all others it is one more value.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-merge.h"

#include "baton-recurrence.h"
#include "baton-uuid.h"
#include "baton-validation.h"

static int
compare_cells (const BatonClock *clock_a,
               const BatonValue *value_a,
               const BatonClock *clock_b,
               const BatonValue *value_b)
{
  int order = baton_clock_compare (clock_a, clock_b);

  return order != 0 ? order : baton_value_compare (value_a, value_b);
}

typedef struct
{
  BatonRecord *into;
  gboolean changed;
} Merge;

static void
merge_cell (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Merge *merge = data;
  BatonClock stands = baton_record_get_clock (merge->into, key);

  if (compare_cells (clock, value, &stands, baton_record_get_own (merge->into, key)) <= 0)
    return;
  baton_record_put (merge->into, key, value, clock);
  merge->changed = TRUE;
}

gboolean
baton_merge_record (BatonRecord *into, const BatonRecord *other)
{
  Merge merge = { .into = into };

  g_return_val_if_fail (baton_record_get_entity (into) == baton_record_get_entity (other), FALSE);

  baton_record_foreach (other, merge_cell, &merge);
  return merge.changed;
}

/* One field of an edit on its way into a record */
typedef struct
{
  BatonRecord *record;
  const BatonEditField *field;
  BatonClock clock;         /* of the edit */
  BatonClock stands;        /* of what stands in the record */
  const BatonField *schema; /* nullable: unknown */
  gboolean later;           /* the edit is the greater of the two */
  gboolean unseen;          /* its author had not seen what stands */
  gboolean unwritten;       /* nobody has written the one of the two that loses */
} Arrival;

static void
keep_loser (BatonOutcome *outcome, const BatonValue *value, const BatonClock *clock)
{
  baton_value_copy (value, &outcome->loser);
  outcome->loser_clock = *clock;
}

static void
take_greater (const Arrival *arrival, BatonOutcome *outcome)
{
  const char *key = arrival->field->key;
  const BatonValue *value = &arrival->field->value;
  const BatonValue *stands = baton_record_get_own (arrival->record, key);
  gboolean differs = !baton_value_equal (value, stands);
  gboolean quiet = arrival->schema != NULL && (arrival->schema->flags & BATON_FIELD_QUIET) != 0;

  outcome->won = arrival->later || !differs;
  outcome->conflict = arrival->unseen && differs && !quiet && !arrival->unwritten;
  if (!outcome->won)
    {
      keep_loser (outcome, value, &arrival->clock);
      return;
    }
  keep_loser (outcome, stands, &arrival->stands);
  if (arrival->later)
    baton_record_put (arrival->record, key, value, &arrival->clock);
}

/* @wanted, or the first reading after what it must be later than */
static BatonClock
later_clock (const BatonClock *wanted, const BatonClock *a, const BatonClock *b)
{
  BatonClock clock = *wanted;
  guint64 latest = MAX (a->time, b->time);

  if (clock.time <= latest)
    clock.time = latest + 1;
  return clock;
}

static const char *
text_of (const BatonValue *value)
{
  return value->kind == BATON_VALUE_TEXT ? value->text : "";
}

/* Two texts that fit can be too long together, or leave nothing where something must be. */
static gboolean
can_stand (const Arrival *arrival, const BatonValue *merged)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  return baton_validate_field (baton_record_get_entity (arrival->record), arrival->field->key,
                               merged, problems);
}

static void
merge_notes (const Arrival *arrival, const BatonClock *text_clock, BatonOutcome *outcome)
{
  const char *key = arrival->field->key;
  g_auto (BatonValue) stands = BATON_VALUE_INIT;
  g_auto (BatonValue) merged = BATON_VALUE_INIT;
  const BatonValue *earlier, *later;
  BatonClock clock;

  baton_value_copy (baton_record_get_own (arrival->record, key), &stands);
  later = arrival->later ? &arrival->field->value : &stands;
  earlier = arrival->later ? &stands : &arrival->field->value;
  baton_value_take_text (&merged,
                         baton_merge_text (arrival->field->was != NULL ? arrival->field->was : "",
                                           text_of (earlier), text_of (later), &outcome->conflict));
  if (!can_stand (arrival, &merged))
    {
      baton_value_set_text (&merged, text_of (later));
      outcome->conflict = TRUE;
    }
  /* A text that nobody had changed since gives way even to an older one, which is then no loser. */
  if (g_str_equal (text_of (&merged), text_of (earlier)))
    keep_loser (outcome, later, arrival->later ? &arrival->clock : &arrival->stands);
  else
    keep_loser (outcome, earlier, arrival->later ? &arrival->stands : &arrival->clock);

  if (g_str_equal (text_of (&merged), text_of (later)))
    {
      outcome->won = arrival->later;
      if (arrival->later)
        baton_record_put (arrival->record, key, later, &arrival->clock);
      return;
    }
  outcome->won = TRUE;
  outcome->merged = TRUE;
  clock = later_clock (text_clock, &arrival->clock, &arrival->stands);
  baton_record_put (arrival->record, key, &merged, &clock);
}

/* An older text that names none that it started from: a device that signs in anew sends what it holds, and lines of it may have been
 * taken out or changed long since. Merged, they would come back. */
static gboolean
is_restated (const Arrival *arrival)
{
  return !arrival->later && arrival->field->was == NULL &&
         !baton_clock_is_set (&arrival->field->base);
}

static void
merge_field (const Arrival *arrival, const BatonClock *text_clock, BatonOutcome *outcome)
{
  const BatonValue *stands = baton_record_get_own (arrival->record, arrival->field->key);
  gboolean notes = arrival->schema != NULL && arrival->schema->type == BATON_FIELD_NOTES;

  outcome->key = g_strdup (arrival->field->key);
  if (notes && text_clock != NULL && arrival->unseen && !is_restated (arrival) &&
      !g_str_equal (text_of (stands), text_of (&arrival->field->value)))
    merge_notes (arrival, text_clock, outcome);
  else
    take_greater (arrival, outcome);
}

/* The next occurrence of a series is filled in by each device that makes it. */
static gboolean
is_unwritten (const BatonRecord *before, const BatonEdit *edit, const char *key, gboolean later)
{
  return later ? baton_recurrence_is_as_made (before, key) : baton_recurrence_is_making (edit);
}

static void
outcome_free (gpointer data)
{
  BatonOutcome *outcome = data;

  g_free (outcome->key);
  baton_value_clear (&outcome->loser);
  g_free (outcome);
}

GPtrArray *
baton_merge_edit (BatonRecord *record, const BatonEdit *edit, const BatonClock *text_clock)
{
  g_autoptr (GPtrArray) outcomes = g_ptr_array_new_with_free_func (outcome_free);
  g_autoptr (BatonRecord) before = NULL;
  BatonEntity entity = baton_record_get_entity (record);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  g_return_val_if_fail (entity == baton_edit_get_entity (edit), NULL);
  g_return_val_if_fail (g_str_equal (baton_record_get_id (record), baton_edit_get_record (edit)),
                        NULL);

  if (baton_uuid_is_v5 (baton_record_get_id (record)))
    before = baton_record_copy (record);
  for (guint i = 0; i < n_fields; i++)
    {
      BatonOutcome *outcome = g_new0 (BatonOutcome, 1);
      Arrival arrival = {
        .record = record,
        .field = &fields[i],
        .clock = baton_edit_get_clock (edit),
        .stands = baton_record_get_clock (record, fields[i].key),
        .schema = baton_schema_lookup (entity, fields[i].key, NULL, NULL),
      };

      arrival.later = compare_cells (&arrival.clock, &fields[i].value, &arrival.stands,
                                     baton_record_get_own (record, fields[i].key)) > 0;
      arrival.unseen = baton_clock_compare (&fields[i].base, &arrival.stands) < 0 &&
                       baton_clock_compare (&arrival.clock, &arrival.stands) != 0;
      arrival.unwritten = before != NULL &&
                          is_unwritten (before, edit, fields[i].key, arrival.later);
      g_ptr_array_add (outcomes, outcome);
      merge_field (&arrival, text_clock, outcome);
    }
  return g_steal_pointer (&outcomes);
}
