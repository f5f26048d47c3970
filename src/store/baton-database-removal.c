/* baton-database-removal.c: what a held sync would remove, and the person's word on it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A no cannot keep a deletion from coming in: it has happened, and all devices end alike. So it comes in, and what was deleted is restored by an edit that has seen
 * it, as undo would do it: that wins everywhere, and where it may not be (the person may only look at this project), the server refuses it, and it
 * stands under Not synced. What the server has purged it does not know any more: it is sent again, as what was edited since would be.
 * What is no longer shared is none of this person's to keep.
 *
 * The rows are the person's word until it is done: a process that is killed in between is followed by one that goes on. It is no step of undo, since it
 * happens whenever the sync has come so far, and nobody would expect Ctrl+Z to find that.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* Of all records, or of the tasks alone, whichever is too much */
static char *
tell_part (gboolean by_tasks, guint going, guint of)
{
  if (by_tasks)
    return g_strdup_printf (ngettext ("This sync would remove %u of the %u tasks on this device.",
                                      "This sync would remove %u of the %u tasks on this device.",
                                      going),
                            going, of);
  return g_strdup_printf (ngettext ("This sync would remove %u of the %u records on this device.",
                                    "This sync would remove %u of the %u records on this device.",
                                    going),
                          going, of);
}

gboolean
baton_database_ask_removal (gboolean by_tasks, guint going, guint of, guint gone, GError **error)
{
  g_autofree char *part = tell_part (by_tasks, going, of);
  g_autofree char *before = g_strdup_printf (
      ngettext (
          "With the %u that others have removed here within a day, that is more than a tenth.",
          "With the %u that others have removed here within a day, that is more than a tenth.",
          gone),
      gone);

  g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE, "%s %s", part,
               gone > 0 ? before : _ ("That is more than a tenth."));
  return FALSE;
}

gboolean
baton_database_forget_gone (BatonDatabase *database, const BatonRecord *came, GError **error)
{
  return baton_database_run (
      database, "DELETE FROM gone WHERE record = ? AND entity = ? AND state = 'gone'",
      baton_record_get_id (came), baton_entity_get_name (baton_record_get_entity (came)), error);
}

char *
baton_database_dup_removal_mark (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, "SELECT entity, record FROM gone WHERE state = 'asked' ORDER BY 1, 2", error);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    for (int i = 0; i < 2; i++)
      {
        const char *text = baton_sql_get_text (statement, i);

        g_checksum_update (sum, (const guchar *) text, (gssize) strlen (text) + 1);
      }
  return step == BATON_SQL_DONE ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

gboolean
baton_database_set_shown_removal (BatonDatabase *database, GError **error)
{
  g_autofree char *mark = baton_database_dup_removal_mark (database, error);

  return mark != NULL && baton_database_set_meta (database, BATON_META_REMOVAL, mark, error);
}

char *
baton_database_dup_shown_removal (BatonDatabase *database)
{
  return baton_database_dup_meta (database, BATON_META_REMOVAL, NULL);
}

GPtrArray *
baton_database_get_removal (BatonDatabase *database, guint limit, GError **error)
{
  g_autoptr (GPtrArray)
      records = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT record, entity FROM gone WHERE state = 'asked' "
      "ORDER BY entity = 'project' DESC, entity = 'task' DESC, record LIMIT ?1",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, limit > 0 ? (gint64) limit : -1);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonRecord) record = NULL;
      BatonEntity entity;

      if (!baton_entity_from_name (baton_sql_get_text (statement, 1), &entity))
        continue;
      record = baton_database_get (database, entity, baton_sql_get_text (statement, 0), NULL);
      if (record != NULL)
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&records) : NULL;
}

/* --- how they would go ---------------------------------------------------- */

gboolean
baton_database_count_removal (BatonDatabase *database, BatonRemoval *removal, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT count (*) FILTER (WHERE how = 'deleted' AND entity = 'task'), "
      "count (*) FILTER (WHERE how = 'deleted' AND entity <> 'task'), "
      "count (*) FILTER (WHERE how = 'hidden'), count (*) FILTER (WHERE how = 'purged'), "
      "count (*) FILTER (WHERE how = 'left') FROM gone WHERE state = 'asked'",
      error);

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  *removal = (BatonRemoval) {
    .tasks = (guint) baton_sql_get_int (statement, 0),
    .others = (guint) baton_sql_get_int (statement, 1),
    .hidden = (guint) baton_sql_get_int (statement, 2),
    .purged = (guint) baton_sql_get_int (statement, 3),
    .left = (guint) baton_sql_get_int (statement, 4),
  };
  return TRUE;
}

gboolean
baton_removal_can_be_kept (const BatonRemoval *removal)
{
  return removal->tasks + removal->others + removal->hidden + removal->purged > 0;
}

/* Takes @sentence */
static void
add_sentence (GString *text, guint n, char *sentence)
{
  g_autofree char *owned = sentence;

  if (n == 0)
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, owned);
}

static void
describe_deleted (GString *text, const BatonRemoval *removal)
{
  add_sentence (
      text, removal->tasks,
      g_strdup_printf (
          ngettext (
              "%u task was deleted elsewhere. It would go to the trash, and can be taken out of it until the server forgets it (after 90 days, "
              "where nobody has set that otherwise).",
              "%u tasks were deleted elsewhere. They would go to the trash, and can be taken out of it until the server forgets them (after 90 "
              "days, where nobody has set that otherwise).",
              removal->tasks),
          removal->tasks));
  add_sentence (text, removal->others,
                g_strdup_printf (ngettext ("%u project, tag or the like was deleted elsewhere.",
                                           "%u projects, tags and the like were deleted elsewhere.",
                                           removal->others),
                                 removal->others));
  add_sentence (text, removal->hidden,
                g_strdup_printf (
                    ngettext ("%u task belongs to what was deleted. It would be hidden with it.",
                              "%u tasks belong to what was deleted. They would be hidden with it.",
                              removal->hidden),
                    removal->hidden));
}

char *
baton_removal_describe (const BatonRemoval *removal)
{
  GString *text = g_string_new (NULL);

  describe_deleted (text, removal);
  add_sentence (
      text, removal->purged,
      g_strdup_printf (
          ngettext (
              "%u item was deleted elsewhere so long ago that the server has forgotten it. It would be gone from here for good.",
              "%u items were deleted elsewhere so long ago that the server has forgotten them. They would be gone from here for good.",
              removal->purged),
          removal->purged));
  add_sentence (
      text, removal->left,
      g_strdup_printf (
          ngettext (
              "%u item is no longer shared with you. It would leave this device, and cannot be kept: export it first if you need it.",
              "%u items are no longer shared with you. They would leave this device, and cannot be kept: export them first if you need them.",
              removal->left),
          removal->left));
  return g_string_free_and_steal (text);
}

/* --- keeping --------------------------------------------------------------- */

gboolean
baton_database_is_kept (BatonDatabase *database, BatonEntity entity, const char *id)
{
  gint64 found;

  baton_database_query_int (database,
                            "SELECT 1 FROM gone WHERE record = ? AND entity = ? AND state = 'kept'",
                            id, baton_entity_get_name (entity), &found, NULL);
  return found != 0;
}

/* What the person has deleted here meanwhile stays so. */
static gboolean
is_to_be_restored (BatonDatabase *database, const BatonRecord *record)
{
  BatonClock clock = baton_record_get_clock (record, "deleted");

  return baton_record_get_bool (record, "deleted") && clock.node != database->node;
}

static gboolean
restore (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  g_auto (BatonApplying) applying = { 0 };
  g_autoptr (BatonEdit)
      edit = baton_edit_new (baton_record_get_entity (record), baton_record_get_id (record));

  baton_edit_set_bool (edit, "deleted", FALSE);
  return baton_applying_begin (&applying, database, error) &&
         baton_applying_add (&applying, edit, error) && baton_applying_end (&applying, error);
}

static gboolean
restore_one (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) record = baton_database_get (database, entity, id, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (record != NULL && is_to_be_restored (database, record) &&
      !restore (database, record, &failure))
    {
      if (!g_error_matches (failure, BATON_ERROR, BATON_ERROR_VALIDATION))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      g_message ("“%s” stays in the trash: %s", baton_record_get_name (record), failure->message);
    }
  return baton_database_run (database,
                             "DELETE FROM gone WHERE record = ? AND entity = ? AND state = 'kept'",
                             id, baton_entity_get_name (entity), error);
}

/* What others hang on comes first, so that it is there again before them; *@id: NULL: there is no more */
static gboolean
find_kept (BatonDatabase *database, char **id, BatonEntity *entity, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
          database, "SELECT record FROM gone WHERE state = 'kept' AND entity = ? LIMIT 1",
          baton_entity_get_name (i), NULL, error);
      BatonSqlStep step = statement != NULL ? baton_sql_step (statement, error) : BATON_SQL_FAILED;

      if (step == BATON_SQL_FAILED)
        return FALSE;
      if (step == BATON_SQL_ROW)
        {
          *id = g_strdup (baton_sql_get_text (statement, 0));
          *entity = i;
          return TRUE;
        }
    }
  return TRUE;
}

/* *@more: there was a whole slice of them */
static gboolean
restore_some (BatonDatabase *database, gboolean *more, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  *more = TRUE;
  if (transaction == NULL)
    return FALSE;
  for (guint n = 0; n < database->slice && *more; n++)
    {
      g_autofree char *id = NULL;
      BatonEntity entity;

      if (!find_kept (database, &id, &entity, error))
        return FALSE;
      *more = id != NULL;
      if (*more && !restore_one (database, entity, id, error))
        return FALSE;
    }
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_restore_kept (BatonDatabase *database, GError **error)
{
  for (gboolean more = TRUE; more;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!restore_some (database, &more, error) ||
          (more && !baton_database_pause (database, since, error)))
        return FALSE;
    }
  return TRUE;
}
