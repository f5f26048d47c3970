/* baton-server-next.c: the next occurrence of a task that repeats
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-next.h"

#include <string.h>

#include "../http/baton-server-error.h"

static gboolean
is_done (const BatonRecord *task)
{
  return strcmp (baton_record_get_text (task, "status"), "done") == 0;
}

/* A new one has the clock of what was copied into it (see baton-recurrence.c). */
static void
stamp (const BatonServerAuthor *author,
       BatonEdit *edit,
       const BatonRecord *from,
       guint64 time,
       const BatonRecord *there)
{
  const BatonClock clock = { .time = time };
  g_autofree char *id = NULL;

  if (there)
    {
      baton_server_stamp (author, edit, there);
      return;
    }
  id = baton_uuid_new (author->now);
  baton_edit_set (edit, "position", baton_record_get_own (from, "position"));
  baton_edit_stamp (edit, id, &clock, NULL);
}

/* What may not be made stops no completing. */
static gboolean
apply (const BatonServerAuthor *author, BatonEdit *edit, BatonServerRow **next, GError **error)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerApplied)
      applied = baton_server_apply (author, edit, problems, &local_error);

  if (applied)
    *next = g_steal_pointer (&applied->row);
  else if (baton_server_error_get_status (baton_server_error_classify (local_error)) >= 500)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* --- what hangs on it ---------------------------------------------------- */

static GStrv
list (const char *task, gpointer data, GError **error)
{
  const BatonServerAuthor *author = data;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      author->sql, "SELECT id FROM task WHERE parent_id = ?1 AND deleted = 0 ORDER BY id", error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, task);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_strv_builder_add (ids, baton_sql_get_text (statement, 0));
  return step == BATON_SQL_DONE ? g_strv_builder_end (ids) : NULL;
}

static gboolean
get (const char *id, BatonRecord **task, gpointer data, GError **error)
{
  const BatonServerAuthor *author = data;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow)
      row = baton_server_row_get (author->sql, BATON_ENTITY_TASK, id, author->user, &local_error);

  *task = row != NULL ? baton_record_ref (row->record) : NULL;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
put (BatonEdit *edit,
     const BatonRecord *from,
     const BatonRecord *copy,
     guint64 time,
     gboolean *there,
     gpointer data,
     GError **error)
{
  const BatonServerAuthor *author = data;
  g_autoptr (BatonServerRow) row = NULL;

  stamp (author, edit, from, time, copy);
  if (!apply (author, edit, &row, error))
    return FALSE;
  *there = row != NULL;
  return TRUE;
}

/* --- the next one -------------------------------------------------------- */

static gboolean
make (BatonServerRequest *request,
      const BatonRecord *completed,
      const BatonServerRow *deleted,
      BatonServerRow **next,
      GError **error)
{
  const BatonRecurrenceTree tree = { .list = list, .get = get, .put = put };
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (request->now / 1000);
  g_autoptr (BatonEdit) edit = NULL;

  if (now)
    edit = baton_recurrence_dup_next (completed, deleted ? deleted->record : NULL, now);
  if (edit == NULL)
    return TRUE;
  /* As a device's: one who has left the project gets no task, and the rest is taken. */
  author.from_device = TRUE;
  stamp (&author, edit, completed, baton_recurrence_get_time (completed),
         deleted ? deleted->record : NULL);
  return apply (&author, edit, next, error) &&
         (*next == NULL || baton_recurrence_copy_subtasks (completed, edit, &tree, &author, error));
}

gboolean
baton_server_next_make (BatonServerRequest *request,
                        const BatonRecord *before,
                        const BatonRecord *after,
                        BatonServerRow **next,
                        GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) row = NULL;

  *next = NULL;
  if (is_done (before) || !is_done (after) || baton_record_get_text (after, "recurrence") == NULL)
    return TRUE;
  id = baton_recurrence_dup_next_id (after);
  row = baton_server_row_get (request->sql, BATON_ENTITY_TASK, id, request->user_id, &local_error);
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (row == NULL || baton_record_get_bool (row->record, "deleted"))
    return make (request, after, row, next, error);
  *next = g_steal_pointer (&row);
  return TRUE;
}
