/* baton-server-next.c: the next occurrence of a task that repeats
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-next.h"

#include <string.h>

#include "../db/baton-server-series.h"
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

/* What is made of a completed task */
typedef struct
{
  const BatonServerAuthor *author;
  gboolean probing; /* nothing is written */
  gboolean taken;   /* an id that is needed belongs to others */
  char *refused;    /* why a part could not be made; nullable */
} Making;

static void
making_clear (Making *making)
{
  g_free (making->refused);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

/* What may not be made stops no completing. */
static gboolean
apply (Making *making, BatonEdit *edit, BatonServerRow **next, GError **error)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerApplied)
      applied = baton_server_apply (making->author, edit, problems, &local_error);

  if (applied)
    *next = g_steal_pointer (&applied->row);
  else if (baton_server_error_get_status (baton_server_error_classify (local_error)) >= 500)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  else
    g_set_str (&making->refused, local_error->message);
  return TRUE;
}

/* @id is of nothing that the author sees */
static gboolean
probe (Making *making, const char *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow)
      row = baton_server_row_get (making->author->sql, BATON_ENTITY_TASK, id, NULL, &local_error);

  making->taken |= row != NULL;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* --- what hangs on it ---------------------------------------------------- */

static GStrv
list (const char *task, gpointer data, GError **error)
{
  const Making *making = data;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      making->author->sql, "SELECT id FROM task WHERE parent_id = ?1 AND deleted = 0 ORDER BY id",
      error);
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
  const BatonServerAuthor *author = ((const Making *) data)->author;
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
  Making *making = data;
  g_autoptr (BatonServerRow) row = NULL;

  *there = TRUE;
  if (making->probing)
    return copy != NULL || probe (making, baton_edit_get_record (edit), error);
  stamp (making->author, edit, from, time, copy);
  if (!apply (making, edit, &row, error))
    return FALSE;
  *there = row != NULL;
  return TRUE;
}

/* --- the next one -------------------------------------------------------- */

static const BatonRecurrenceTree tree = { .list = list, .get = get, .put = put };

static BatonEdit *
dup_next (const BatonRecord *completed, const BatonServerRow *deleted, gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now / 1000);

  return time ? baton_recurrence_dup_next (completed, deleted ? deleted->record : NULL, time)
              : NULL;
}

/* Whether what comes after @completed would have ids of what others have made where the author sees nothing of it */
static gboolean
is_taken (const BatonServerAuthor *author,
          const BatonRecord *completed,
          const BatonServerRow *deleted,
          gboolean *taken,
          GError **error)
{
  g_autoptr (BatonEdit) edit = dup_next (completed, deleted, author->now);
  Making making = { .author = author, .probing = TRUE };

  *taken = FALSE;
  if (edit == NULL)
    return TRUE;
  if ((deleted == NULL && !probe (&making, baton_edit_get_record (edit), error)) ||
      !baton_recurrence_copy_subtasks (completed, edit, &tree, &making, error))
    return FALSE;
  *taken = making.taken;
  return TRUE;
}

/* The series goes on under a new name, so that what comes after @completed has ids that nobody has taken */
static gboolean
rename_series (BatonServerRequest *request, BatonServerApplied *completed, GError **error)
{
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (BatonEdit) edit = baton_server_series_dup_renaming (&author, completed->row->record);
  g_autoptr (BatonServerApplied) renamed = NULL;

  baton_server_stamp (&author, edit, completed->row->record);
  renamed = baton_server_apply (&author, edit, problems, error);
  if (renamed == NULL)
    return FALSE;
  g_clear_pointer (&completed->row, baton_server_row_free);
  completed->row = g_steal_pointer (&renamed->row);
  return TRUE;
}

static gboolean
make (BatonServerRequest *request,
      BatonServerReply *reply,
      const BatonRecord *completed,
      const BatonServerRow *deleted,
      BatonServerRow **next,
      GError **error)
{
  BatonServerAuthor author = baton_server_body_get_author (request);
  g_autoptr (BatonEdit) edit = dup_next (completed, deleted, author.now);
  g_auto (Making) making = { .author = &author };

  if (edit == NULL)
    return TRUE;
  /* As a device's: one who has left the project gets no task, and the rest is taken. */
  author.from_device = TRUE;
  stamp (&author, edit, completed, baton_recurrence_get_time (completed),
         deleted ? deleted->record : NULL);
  if (!apply (&making, edit, next, error) ||
      (*next && !baton_recurrence_copy_subtasks (completed, edit, &tree, &making, error)))
    return FALSE;
  if (making.refused)
    {
      g_autofree char *message = g_strdup_printf (
          *next ? "Not all that is part of the next occurrence could be made: %s"
                : "The next occurrence could not be made: %s",
          making.refused);

      baton_server_reply_set_message (reply, message);
    }
  return TRUE;
}

gboolean
baton_server_next_make (BatonServerRequest *request,
                        BatonServerReply *reply,
                        const BatonRecord *before,
                        BatonServerApplied *completed,
                        BatonServerRow **next,
                        GError **error)
{
  const BatonServerAuthor author = baton_server_body_get_author (request);
  const BatonRecord *after = completed->row->record;
  g_autofree char *id = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) row = NULL;
  gboolean taken;

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
  if (row && !baton_record_get_bool (row->record, "deleted"))
    {
      *next = g_steal_pointer (&row);
      return TRUE;
    }
  if (!is_taken (&author, after, row, &taken, error) ||
      (taken && !rename_series (request, completed, error)))
    return FALSE;
  return make (request, reply, completed->row->record, taken ? NULL : row, next, error);
}
