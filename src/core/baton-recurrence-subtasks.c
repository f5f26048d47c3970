/* baton-recurrence-subtasks.c: what hangs on a repeating task comes again with it
 *
 * Each copy has an id made of its own series and of the new occurrence, so that devices that complete the same task offline make the same copies.
 * A copy is the first of a series of its own: where it repeats by itself its number starts again, and all that came of it have one copy
 * together, not one each. Its due moves by as many days as that of the task it hangs on.
 *
 * From the top down, so that no copy comes before what it hangs on; each once, also where two devices have made a circle of parents.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-due.h"
#include "baton-recurrence-private.h"
#include "baton-uuid.h"

#define DAY_LENGTH 10

typedef struct
{
  const BatonRecord *completed;
  const BatonEdit *next; /* made the occurrence */
  const BatonRecurrenceTree *tree;
  gpointer data;
  GQueue waiting;     /* of Branch */
  GHashTable *copied; /* ids of what was copied, and of the copies */
} Copying;

/* What hangs on @task is to hang on @copy */
typedef struct
{
  char *task;
  char *copy;
} Branch;

static void
branch_free (gpointer data)
{
  Branch *branch = data;

  g_free (branch->task);
  g_free (branch->copy);
  g_free (branch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Branch, branch_free)

static void
copying_clear (Copying *copying)
{
  g_queue_clear_full (&copying->waiting, branch_free);
  g_clear_pointer (&copying->copied, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copying, copying_clear)

static void
add_branch (Copying *copying, const char *task, const char *copy)
{
  Branch *branch = g_new0 (Branch, 1);

  branch->task = g_strdup (task);
  branch->copy = g_strdup (copy);
  g_hash_table_add (copying->copied, g_strdup (task));
  g_hash_table_add (copying->copied, g_strdup (copy));
  g_queue_push_tail (&copying->waiting, branch);
}

/* --- one copy ------------------------------------------------------------ */

static gint64
count_days (const char *from, const char *to)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *from_day = g_strndup (from, DAY_LENGTH), *to_day = g_strndup (to, DAY_LENGTH);
  g_autoptr (GDateTime) start = baton_due_to_time (from_day, NULL, utc);
  g_autoptr (GDateTime) end = baton_due_to_time (to_day, NULL, utc);

  return start != NULL && end != NULL ? g_date_time_difference (end, start) / G_TIME_SPAN_DAY : 0;
}

/* NULL: it has none, or there is nothing that it could follow */
static char *
move_due (const BatonRecord *subtask, const BatonRecord *completed, const BatonEdit *next)
{
  const char *due = baton_record_get_text (subtask, "due");
  const char *from = baton_record_get_text (completed, "due");
  const BatonEditField *to = baton_edit_lookup (next, "due");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL, moved = NULL;

  if (due == NULL || from == NULL || to == NULL)
    return NULL;
  time = baton_due_to_time (due, NULL, utc);
  if (time != NULL)
    moved = g_date_time_add_days (time, (int) count_days (from, baton_value_get_text (&to->value)));
  return moved != NULL ? baton_due_format (moved, baton_due_is_all_day (due)) : NULL;
}

/* It stands in the project of the task that it hangs on, whatever its own record says. */
static BatonEdit *
make_edit (Copying *copying,
           const BatonRecord *subtask,
           const BatonRecord *copy,
           const char *id,
           const char *parent)
{
  g_autofree char *due = move_due (subtask, copying->completed, copying->next);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

  baton_recurrence_copy_fields (edit, subtask, copy);
  baton_edit_set (edit, "project_id", baton_record_get_own (copying->completed, "project_id"));
  baton_edit_set_text (edit, "parent_id", parent);
  baton_edit_set_text (edit, "series_id", id);
  if (due != NULL || copy != NULL)
    baton_edit_set_text (edit, "due", due);
  if (copy != NULL)
    {
      baton_edit_set_bool (edit, "deleted", FALSE);
      baton_edit_set_text (edit, "status", "todo");
    }
  return edit;
}

static guint64
get_time (const BatonRecord *subtask, const BatonRecord *completed)
{
  guint64 time = baton_recurrence_get_time (subtask);

  time = MAX (time, baton_record_get_clock (completed, "due").time);
  return MAX (time, baton_record_get_clock (completed, "project_id").time);
}

/* --- all of them --------------------------------------------------------- */

/* A subtask that repeats by itself, and was done: the one that came after it stands for both. */
static gboolean
has_follower (Copying *copying, const BatonRecord *subtask, gboolean *has, GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (BatonRecord) follower = NULL;

  *has = FALSE;
  if (baton_record_get_text (subtask, "recurrence") == NULL)
    return TRUE;
  id = baton_recurrence_dup_next_id (subtask);
  if (!copying->tree->get (id, &follower, copying->data, error))
    return FALSE;
  *has = follower != NULL && !baton_record_get_bool (follower, "deleted") &&
         g_strcmp0 (baton_record_get_text (follower, "parent_id"),
                    baton_record_get_text (subtask, "parent_id")) == 0;
  return TRUE;
}

static gboolean
copy_subtask (Copying *copying, const BatonRecord *subtask, const char *parent, GError **error)
{
  g_autofree char *id = baton_uuid_from_name (baton_recurrence_get_series (subtask),
                                              baton_edit_get_record (copying->next));
  guint64 time = get_time (subtask, copying->completed);
  g_autoptr (BatonRecord) copy = NULL;
  gboolean has, there = TRUE;

  if (!has_follower (copying, subtask, &has, error))
    return FALSE;
  if (has || g_hash_table_contains (copying->copied, id))
    return TRUE;
  if (!copying->tree->get (id, &copy, copying->data, error))
    return FALSE;
  if (copy == NULL || baton_record_get_bool (copy, "deleted"))
    {
      g_autoptr (BatonEdit) edit = make_edit (copying, subtask, copy, id, parent);

      if (!copying->tree->put (edit, subtask, copy, time, &there, copying->data, error))
        return FALSE;
    }
  if (there)
    add_branch (copying, baton_record_get_id (subtask), id);
  return TRUE;
}

static gboolean
copy_branch (Copying *copying, const Branch *branch, GError **error)
{
  g_auto (GStrv) ids = copying->tree->list (branch->task, copying->data, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (BatonRecord) subtask = NULL;

      if (g_hash_table_contains (copying->copied, ids[i]))
        continue;
      if (!copying->tree->get (ids[i], &subtask, copying->data, error))
        return FALSE;
      if (subtask != NULL && !copy_subtask (copying, subtask, branch->copy, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_recurrence_copy_subtasks (const BatonRecord *completed,
                                const BatonEdit *next,
                                const BatonRecurrenceTree *tree,
                                gpointer data,
                                GError **error)
{
  g_auto (Copying) copying = {
    .completed = completed,
    .next = next,
    .tree = tree,
    .data = data,
    .waiting = G_QUEUE_INIT,
    .copied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };

  add_branch (&copying, baton_record_get_id (completed), baton_edit_get_record (next));
  while (!g_queue_is_empty (&copying.waiting))
    {
      g_autoptr (Branch) branch = g_queue_pop_head (&copying.waiting);

      if (!copy_branch (&copying, branch, error))
        return FALSE;
    }
  return TRUE;
}
