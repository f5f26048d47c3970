/* baton-recurrence.c: what comes after a repeating task is done
 *
 * A task that repeats is a chain of records: completing one makes the next, with the same `series_id` (the first one's id) and the next
 * `occurrence`. Its id is made of these two, so that devices that complete the same one offline make the same record, which then merges as any
 * other does.
 *
 * Nobody has typed what stands in it, so it must not win against what somebody types into it. Therefore it takes not the clock of the completing, but
 * that of the latest value that was copied: whatever is done to the new task, on whichever device, is later than its making on any other.
 *
 * When the next one is due, baton-recurrence-due.c finds out; what hangs on it comes again too (baton-recurrence-subtasks.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-recurrence-private.h"

#include "baton-uuid.h"

static const char *const copied[] = {
  "project_id",  "parent_id", "title",      "description", "priority",
  "assignee_id", "time_zone", "recurrence", "repeat_from", "estimated_minutes",
};

/* --- the next occurrence ------------------------------------------------- */

gint64
baton_recurrence_get_number (const BatonRecord *task)
{
  return MAX (baton_record_get_int (task, "occurrence"), 1);
}

const char *
baton_recurrence_get_series (const BatonRecord *task)
{
  const char *series = baton_record_get_text (task, "series_id");

  return series != NULL && baton_uuid_is_valid (series) ? series : baton_record_get_id (task);
}

char *
baton_recurrence_dup_next_id (const BatonRecord *task)
{
  g_autofree char *number = NULL;

  g_return_val_if_fail (task != NULL, NULL);

  number = g_strdup_printf ("%" G_GINT64_FORMAT, baton_recurrence_get_number (task) + 1);
  return baton_uuid_from_name (baton_recurrence_get_series (task), number);
}

/* Null needs no word where nothing was before */
static void
copy_field (BatonEdit *edit, const BatonRecord *from, const BatonRecord *next, const char *key)
{
  const BatonValue *value = baton_record_get_own (from, key);

  if (next != NULL || value->kind != BATON_VALUE_NULL)
    baton_edit_set (edit, key, value);
}

/* Two devices may have put in more together than one may. */
static void
copy_tags (BatonEdit *edit, const BatonRecord *from, const BatonRecord *next)
{
  const BatonField *field = baton_schema_lookup (BATON_ENTITY_TASK, "tags", NULL, NULL);
  g_auto (GStrv) tags = baton_record_dup_set (from, "tags");

  for (guint i = (guint) field->most; i < g_strv_length (tags); i++)
    g_clear_pointer (&tags[i], g_free);
  baton_edit_set_elements (edit, "tags", (const char *const *) tags, next);
}

void
baton_recurrence_copy_fields (BatonEdit *edit, const BatonRecord *from, const BatonRecord *next)
{
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    copy_field (edit, from, next, copied[i]);
  copy_tags (edit, from, next);
}

static void
set_place_in_series (BatonEdit *edit, const BatonRecord *completed, const char *due)
{
  baton_edit_set_text (edit, "due", due);
  baton_edit_set_text (edit, "series_id", baton_recurrence_get_series (completed));
  baton_edit_set_int (edit, "occurrence", baton_recurrence_get_number (completed) + 1);
}

/**
 * baton_recurrence_dup_next:
 * @completed: the task that is done, as it stands now
 * @next: (nullable): the occurrence after it, where there is one that is deleted
 * @now: when it was done, in the person's own zone
 *
 * Of a new one `status` is not set, so that a device which makes it once more does not bring it back where it was done.
 *
 * Returns: (transfer full) (nullable): not stamped; %NULL where there is none
 */
BatonEdit *
baton_recurrence_dup_next (const BatonRecord *completed, const BatonRecord *next, GDateTime *now)
{
  g_autoptr (BatonEdit) edit = NULL;
  g_autofree char *due = NULL, *id = NULL;

  g_return_val_if_fail (completed != NULL && now != NULL, NULL);

  if (baton_record_get_entity (completed) != BATON_ENTITY_TASK ||
      baton_recurrence_get_number (completed) >= G_MAXINT32)
    return NULL;
  due = baton_recurrence_dup_next_due (completed, now);
  if (due == NULL)
    return NULL;
  id = baton_recurrence_dup_next_id (completed);
  edit = baton_edit_new (BATON_ENTITY_TASK, id);
  baton_recurrence_copy_fields (edit, completed, next);
  set_place_in_series (edit, completed, due);
  if (next != NULL)
    {
      baton_edit_set_bool (edit, "deleted", FALSE);
      baton_edit_set_text (edit, "status", "todo");
    }
  return g_steal_pointer (&edit);
}

static void
find_tag_time (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  guint64 *time = data;

  (void) value;
  if (g_str_has_prefix (key, "tags."))
    *time = MAX (*time, clock->time);
}

guint64
baton_recurrence_get_time (const BatonRecord *completed)
{
  guint64 time = baton_record_get_clock (completed, "due").time;

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    time = MAX (time, baton_record_get_clock (completed, copied[i]).time);
  baton_record_foreach (completed, find_tag_time, &time);
  return time;
}

gboolean
baton_recurrence_is_making (const BatonEdit *edit)
{
  const BatonEditField *made = baton_edit_lookup (edit, "created_at");

  return baton_edit_get_entity (edit) == BATON_ENTITY_TASK && made != NULL &&
         !baton_clock_is_set (&made->base) && baton_edit_lookup (edit, "series_id") != NULL &&
         baton_uuid_is_v5 (baton_edit_get_record (edit));
}

gboolean
baton_recurrence_is_as_made (const BatonRecord *record, const char *key)
{
  BatonClock made = baton_record_get_clock (record, "created_at");
  BatonClock stands = baton_record_get_clock (record, key);

  return baton_record_get_entity (record) == BATON_ENTITY_TASK &&
         baton_uuid_is_v5 (baton_record_get_id (record)) && baton_clock_is_set (&made) &&
         baton_clock_compare (&made, &stands) == 0;
}
