/* baton-database-next.c: the next occurrence of a task that repeats
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

static gboolean
give_birth (BatonApplying *applying, const BatonRecord *from, BatonEdit *edit, GError **error)
{
  g_autofree char *time = baton_time_format (applying->now);
  g_autofree char *position = baton_database_dup_position_after (applying->database, from, error);

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

/* A new one has the clock of what was copied into it, under this device's name. */
static gboolean
put (BatonEdit *edit,
     const BatonRecord *from,
     const BatonRecord *copy,
     guint64 time,
     gboolean *there,
     gpointer data,
     GError **error)
{
  BatonApplying *applying = data;
  BatonClock clock = { .time = time, .node = applying->database->node };

  *there = TRUE;
  if (copy != NULL)
    return baton_applying_add (applying, edit, error);
  if (!give_birth (applying, from, edit, error))
    return FALSE;
  *there = is_valid (edit);
  return !*there || baton_applying_write (applying, edit, NULL, &clock, error);
}

static gboolean
get (const char *id, BatonRecord **task, gpointer data, GError **error)
{
  BatonApplying *applying = data;
  g_autoptr (GError) failure = NULL;

  *task = baton_database_get (applying->database, BATON_ENTITY_TASK, id, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static GStrv
list (const char *task, gpointer data, GError **error)
{
  BatonApplying *applying = data;

  return baton_database_get_ids (applying->database,
                                 "SELECT id FROM task WHERE parent_id = ? AND deleted = 0 "
                                 "ORDER BY position, id",
                                 task, error);
}

gboolean
baton_applying_add_next (BatonApplying *applying, const BatonRecord *completed, GError **error)
{
  const BatonRecurrenceTree tree = { .list = list, .get = get, .put = put };
  g_autofree char *id = baton_recurrence_dup_next_id (completed);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (applying->now / 1000);
  g_autoptr (BatonRecord) next = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  gboolean there;

  if (!get (id, &next, applying, error))
    return FALSE;
  if (now == NULL || (next != NULL && !baton_record_get_bool (next, "deleted")))
    return TRUE;
  edit = baton_recurrence_dup_next (completed, next, now);
  if (edit == NULL)
    return TRUE;
  return put (edit, completed, next, baton_recurrence_get_time (completed), &there, applying,
              error) &&
         (!there || baton_recurrence_copy_subtasks (completed, edit, &tree, applying, error));
}
