/* baton-database-next.c: the next occurrence of a task that repeats
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

/* A new one has the clock of what was copied into it, under this device's name. */
static BatonClock
get_clock (BatonApplying *applying, const BatonRecord *completed)
{
  return (BatonClock) {
    .time = baton_recurrence_get_time (completed),
    .node = applying->database->node,
  };
}

static gboolean
give_birth (BatonApplying *applying, const BatonRecord *completed, BatonEdit *edit, GError **error)
{
  g_autofree char *time = baton_time_format (applying->now);
  g_autofree char *position = baton_database_dup_position_after (applying->database, completed,
                                                                 error);

  if (position == NULL)
    return FALSE;
  baton_edit_set_text (edit, "created_at", time);
  baton_edit_set_text (edit, "position", position);
  return TRUE;
}

/* A task that came in some other way than by an edit of this version can be done all the same. */
static gboolean
is_valid (const BatonEdit *edit)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  return baton_edit_validate (edit, NULL, TRUE, problems);
}

gboolean
baton_applying_add_next (BatonApplying *applying, const BatonRecord *completed, GError **error)
{
  g_autofree char *id = baton_recurrence_dup_next_id (completed);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (applying->now / 1000);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) next = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  BatonClock clock;

  next = baton_database_get (applying->database, BATON_ENTITY_TASK, id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (now == NULL || (next != NULL && !baton_record_get_bool (next, "deleted")))
    return TRUE;
  edit = baton_recurrence_dup_next (completed, next, now);
  if (edit == NULL)
    return TRUE;
  if (next != NULL)
    return baton_applying_add (applying, edit, error);
  clock = get_clock (applying, completed);
  return give_birth (applying, completed, edit, error) &&
         (!is_valid (edit) || baton_applying_write (applying, edit, NULL, &clock, error));
}
