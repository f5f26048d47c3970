/* baton-database-leave.c: what is no longer shared with this device goes, and what was written here stays
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* What was sent before this device heard that it has left was told that there is no such thing */
#define GONE_WITH_IT "state = 'waiting' OR code = 'NOT_FOUND'"

/* Edits of it that wait are kept apart, as refused; with each the record as it was, so that a copy can be made
 * of it (baton_database_keep_copy()). */
static gboolean
set_apart (BatonDatabase *database,
           BatonEntity entity,
           const char *id,
           const char *message,
           GError **error)
{
  g_autoptr (BatonRecord) record = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (!baton_database_is_waiting (database, entity, id))
    return TRUE;
  record = baton_database_get (database, entity, id, NULL);
  whole = record != NULL ? baton_database_write_record (record) : NULL;
  statement = baton_database_prepare (
      database,
      "UPDATE outbox SET whole = ?4, "
      "code = CASE WHEN " GONE_WITH_IT " THEN 'LEFT' ELSE code END, "
      "message = CASE WHEN " GONE_WITH_IT " THEN ?3 ELSE message END, state = 'refused' "
      "WHERE record = ?1 AND entity = ?2 AND state IN ('waiting', 'refused')",
      id, baton_entity_get_name (entity), error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, message);
  baton_sql_bind_text (statement, 4, whole);
  return baton_sql_run (statement, error);
}

static gboolean
take_off (BatonDatabase *database,
          BatonEntity entity,
          const char *id,
          const char *message,
          GError **error)
{
  return set_apart (database, entity, id, message, error) &&
         baton_database_drop_shadow (database, entity, id, error) &&
         baton_database_remove (database, entity, id, error);
}

gboolean
baton_database_take_off (BatonDatabase *database,
                         BatonEntity entity,
                         const char *id,
                         GError **error)
{
  return take_off (database, entity, id,
                   _ ("This is no longer shared with you. What you wrote is kept here."), error);
}

gboolean
baton_database_take_off_purged (BatonDatabase *database,
                                BatonEntity entity,
                                const char *id,
                                GError **error)
{
  return take_off (
      database, entity, id,
      _ ("This was deleted long ago, and is gone for good. What you wrote is kept here."), error);
}

/* What this device made in the project, and the server has not heard of, goes with it. */
char *
baton_database_dup_leaving (BatonEntity entity)
{
  const char *name = baton_entity_get_name (entity);

  if (entity == BATON_ENTITY_TASK)
    return g_strdup ("SELECT id FROM task WHERE scope = ?1 OR "
                     "(scope = '' AND 'project:' || project_id = ?1)");
  if (baton_schema_lookup (entity, "task_id", NULL, NULL) != NULL)
    return g_strdup_printf ("SELECT id FROM \"%s\" WHERE scope = ?1 OR (scope = '' AND task_id IN "
                            "(SELECT id FROM task WHERE 'project:' || project_id = ?1))",
                            name);
  if (entity == BATON_ENTITY_PROJECT)
    return g_strdup ("SELECT id FROM project WHERE scope = ?1 OR 'project:' || id = ?1");
  return g_strdup_printf ("SELECT id FROM \"%s\" WHERE scope = ?1", name);
}

/* --- back again ---------------------------------------------------------- */

#define WAKE                                                                      \
  "UPDATE outbox SET state = 'waiting', code = NULL, message = NULL WHERE state " \
  "= 'refused' AND code = 'LEFT' AND "

gboolean
baton_database_wake_left (BatonDatabase *database, const BatonRecord *came, GError **error)
{
  return baton_database_run (database, WAKE "record = ? AND entity = ?", baton_record_get_id (came),
                             baton_entity_get_name (baton_record_get_entity (came)), error);
}

gboolean
baton_database_wake_hanging (BatonDatabase *database, const BatonRecord *came, GError **error)
{
  const char *text;

  if (baton_record_get_entity (came) == BATON_ENTITY_PROJECT)
    text = WAKE "record IN (SELECT record FROM outbox WHERE state = 'refused' AND "
                "code = 'LEFT' AND json ->> '$.set.project_id' = ?)";
  else if (baton_record_get_entity (came) == BATON_ENTITY_TASK)
    text = WAKE "record IN (SELECT record FROM outbox WHERE state = 'refused' AND "
                "code = 'LEFT' AND json ->> '$.set.task_id' = ?)";
  else
    return TRUE;
  return baton_database_run (database, text, baton_record_get_id (came), NULL, error);
}

/* --- a whole scope ------------------------------------------------------- */

/* The ids that go now, of one entity. Backwards: what hangs on a task is found through it. */
static GStrv
find_leaving (BatonDatabase *database, const char *scope, BatonEntity *entity, GError **error)
{
  for (guint i = BATON_N_ENTITIES; i-- > 0;)
    {
      g_autofree char *text = baton_database_dup_leaving (i);
      g_auto (GStrv) ids = baton_database_get_ids (database, text, scope, error);

      *entity = i;
      if (ids == NULL || ids[0] != NULL || i == 0)
        return g_steal_pointer (&ids);
    }
  return NULL;
}

/* Whether it goes is asked again: it may have been moved out meanwhile. */
static gboolean
take_off_leaving (BatonDatabase *database,
                  const char *scope,
                  BatonEntity entity,
                  const char *id,
                  GError **error)
{
  g_autofree char *leaving = baton_database_dup_leaving (entity);
  g_autofree char *text = g_strdup_printf ("SELECT 1 FROM (%s) WHERE id = ?2", leaving);
  gint64 found;

  return baton_database_query_int (database, text, scope, id, &found, error) &&
         (found == 0 || baton_database_take_off (database, entity, id, error));
}

static char *
dup_mark (const char *scope)
{
  return g_strconcat (BATON_META_LEFT, scope, NULL);
}

/* Up to a slice of @ids; *@left: another has come to the end of it */
static gboolean
take_slice_off (BatonDatabase *database,
                const char *scope,
                BatonEntity entity,
                const char *const *ids,
                gboolean *left,
                GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *name = dup_mark (scope);
  g_autofree char *mark = NULL;

  if (transaction == NULL)
    return FALSE;
  mark = baton_database_dup_meta (database, name, NULL);
  *left = mark == NULL;
  if (*left)
    return TRUE;
  for (guint i = 0; i < database->slice && ids[i] != NULL; i++)
    {
      if (!take_off_leaving (database, scope, entity, ids[i], error))
        return FALSE;
    }
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* *@left: there is nothing more of it, and so no mark */
static gboolean
end_mark (BatonDatabase *database, const char *scope, gboolean *left, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *mark = dup_mark (scope);
  g_auto (GStrv) ids = NULL;
  BatonEntity entity;

  if (transaction == NULL)
    return FALSE;
  ids = find_leaving (database, scope, &entity, error);
  if (ids == NULL)
    return FALSE;
  *left = ids[0] == NULL;
  return (!*left || baton_database_set_meta (database, mark, NULL, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* Slice by slice, until nothing is left; the mark goes last. */
static gboolean
take_marked_off (BatonDatabase *database, const char *scope, GError **error)
{
  gboolean left = FALSE;

  while (!left)
    {
      BatonEntity entity;
      g_auto (GStrv) ids = find_leaving (database, scope, &entity, error);
      guint n = ids != NULL ? g_strv_length (ids) : 0;

      if (ids == NULL)
        return FALSE;
      if (n == 0 && !end_mark (database, scope, &left, error))
        return FALSE;
      for (guint i = 0; i < n && !left; i += database->slice)
        {
          gint64 since = g_get_monotonic_time ();

          if (!take_slice_off (database, scope, entity, (const char *const *) ids + i, &left,
                               error))
            return FALSE;
          if (n > database->slice && !baton_database_pause (database, since, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* A project may be all that is here, so it goes in slices. Its place goes first, with a mark that it is to go: let in again, the person gets all of it from
 * the start, after whoever reads the cursor next has come to the end of this (baton_database_end_leaving()). What the disk forgets in a power cut
 * the server says again, or the mark does. */
gboolean
baton_database_take_scope_off (BatonDatabase *database, const char *scope, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *mark = dup_mark (scope);

  return transaction != NULL && baton_database_set_meta (database, mark, "1", error) &&
         baton_database_drop_place (database, scope, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error) &&
         take_marked_off (database, scope, error);
}

gboolean
baton_database_end_scopes_off (BatonDatabase *database, GError **error)
{
  g_auto (GStrv) scopes = baton_database_get_ids (
      database,
      "SELECT substr (name, 6) FROM meta WHERE name >= '" BATON_META_LEFT "' AND name < 'left;'",
      NULL, error);

  for (guint i = 0; scopes != NULL && scopes[i] != NULL; i++)
    {
      if (!take_marked_off (database, scopes[i], error))
        return FALSE;
    }
  return scopes != NULL;
}
