/* baton-database-brake.c: a sync that would remove much stops, and asks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A removal is a record that is here, and would be deleted by somebody else, purged at the end of a pull, or taken off because it, or its
 * whole scope, has left. What would be hidden by it (the tasks of a deleted project) counts as well: it is gone from the screen. What this
 * device has deleted itself is not here any more, so its echo is none.
 *
 * The brake holds where more than BATON_BRAKE_LEAST records, and more than a tenth, would go: of all records, or of the tasks alone (which a
 * thousand tags shall not outweigh). What others have removed here within the last day counts too, whichever sync or live change did
 * it, so that a slow drip does not pass where a flood would not; what came back meanwhile does not. The person's word starts the day anew.
 *
 * All of it is one table, `gone`, a row a record, so that nothing counts twice however often an answer comes:
 *
 * gone     removed here by others, at `at`
 * asked    would be removed by the sync that is held
 * allowed  asked, and the person said yes. Exactly these may go, until a sync has come to its end; others are weighed as ever
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#define WINDOW_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

typedef struct
{
  BatonDatabase *database;
  GHashTable *arriving; /* id → scope; both borrowed */
  GHashTable *going;    /* owned id → BatonEntity */
} Weighing;

static void
weighing_clear (Weighing *weighing)
{
  g_clear_pointer (&weighing->arriving, g_hash_table_unref);
  g_clear_pointer (&weighing->going, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Weighing, weighing_clear)

static const char *
get_live (BatonEntity entity)
{
  return entity == BATON_ENTITY_TASK ? "deleted = 0 AND hidden = 0" : "deleted = 0";
}

/* --- what would go ------------------------------------------------------- */

static gboolean
arrives_elsewhere (Weighing *weighing, const char *id, const char *scope)
{
  const char *other = g_hash_table_lookup (weighing->arriving, id);

  return other != NULL && g_strcmp0 (other, scope) != 0;
}

/* @text: a SELECT of ids */
static gboolean
add_going (Weighing *weighing,
           BatonEntity entity,
           const char *text,
           const char *a,
           const char *scope,
           GError **error)
{
  g_auto (GStrv) ids = baton_database_get_ids (weighing->database, text, a, error);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      if (scope == NULL || !arrives_elsewhere (weighing, ids[i], scope))
        g_hash_table_insert (weighing->going, g_strdup (ids[i]), GINT_TO_POINTER (entity));
    }
  return ids != NULL;
}

/* With what hangs on it, which its being deleted hides */
#define BELOW(column)                                                         \
  "WITH RECURSIVE below (id) AS (SELECT id FROM task WHERE " column " = ?1"   \
  " UNION SELECT task.id FROM below JOIN task ON task.parent_id = below.id) " \
  "SELECT id FROM task WHERE deleted = 0 AND hidden = 0 AND id IN (SELECT id FROM below)"

static gboolean
weigh_deleted (Weighing *weighing, const BatonRecord *came, GError **error)
{
  BatonEntity entity = baton_record_get_entity (came);
  const char *id = baton_record_get_id (came);
  BatonClock clock = baton_record_get_clock (came, "deleted");
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) stands = baton_database_get (weighing->database, entity, id, &failure);
  g_autofree char *self = g_strdup_printf ("SELECT id FROM \"%s\" WHERE id = ?1 AND %s",
                                           baton_entity_get_name (entity), get_live (entity));
  BatonClock stood;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (stands == NULL || baton_record_get_bool (stands, "deleted"))
    return TRUE;
  stood = baton_record_get_clock (stands, "deleted");
  if (baton_clock_compare (&clock, &stood) < 0)
    return TRUE;
  if (!add_going (weighing, entity, self, id, NULL, error))
    return FALSE;
  if (entity == BATON_ENTITY_PROJECT)
    return add_going (weighing, BATON_ENTITY_TASK, BELOW ("project_id"), id, NULL, error);
  return entity != BATON_ENTITY_TASK ||
         add_going (weighing, BATON_ENTITY_TASK, BELOW ("parent_id"), id, NULL, error);
}

static gboolean
weigh_leave (Weighing *weighing, const BatonChange *change, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autofree char *text = NULL;
  BatonSqlStep step;

  if (arrives_elsewhere (weighing, change->left, change->scope))
    return TRUE;
  text = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ?1 AND scope IN (?2, '') AND %s",
                          baton_entity_get_name (change->entity), get_live (change->entity));
  statement = baton_database_prepare (weighing->database, text, change->left, change->scope, error);
  step = statement != NULL ? baton_sql_step (statement, error) : BATON_SQL_FAILED;
  if (step == BATON_SQL_ROW)
    g_hash_table_insert (weighing->going, g_strdup (change->left),
                         GINT_TO_POINTER (change->entity));
  return step != BATON_SQL_FAILED;
}

static gboolean
weigh_scope (Weighing *weighing, const char *scope, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *leaving = baton_database_dup_leaving (i);
      g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE %s AND id IN (%s)",
                                               baton_entity_get_name (i), get_live (i), leaving);

      if (!add_going (weighing, i, text, scope, scope, error))
        return FALSE;
    }
  return TRUE;
}

/* What a pull that ends with these changes has not seen */
static gboolean
weigh_purged (Weighing *weighing, GError **error)
{
  gint64 pulling;

  if (!baton_database_query_int (weighing->database, "SELECT 1 FROM cursor WHERE pull = 'purged'",
                                 NULL, NULL, &pulling, error))
    return FALSE;
  for (guint i = 0; pulling != 0 && i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "SELECT id FROM \"%s\" WHERE seen = 0 AND %s AND "
          "scope IN (SELECT scope FROM cursor WHERE pull = 'purged') AND NOT EXISTS "
          "(SELECT 1 FROM outbox WHERE record = id AND state = 'waiting')",
          baton_entity_get_name (i), get_live (i));

      if (!add_going (weighing, i, text, NULL, "", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
weigh_change (Weighing *weighing, const BatonChange *change, GError **error)
{
  if (change->scope_left)
    return weigh_scope (weighing, change->scope, error);
  if (change->left != NULL)
    return change->purged || weigh_leave (weighing, change, error);
  if (change->record == NULL)
    return TRUE;
  if (baton_record_get_bool (change->record, "deleted"))
    return weigh_deleted (weighing, change->record, error);
  g_hash_table_remove (weighing->going, baton_record_get_id (change->record));
  return TRUE;
}

static gboolean
weigh_all (Weighing *weighing, GPtrArray *changes, gboolean more, GError **error)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const BatonChange *change = g_ptr_array_index (changes, i);

      if (change->record != NULL)
        g_hash_table_insert (weighing->arriving, (gpointer) baton_record_get_id (change->record),
                             change->scope);
    }
  if (!more && !weigh_purged (weighing, error))
    return FALSE;
  for (guint i = 0; i < changes->len; i++)
    {
      if (!weigh_change (weighing, g_ptr_array_index (changes, i), error))
        return FALSE;
    }
  return TRUE;
}

/* --- whether it is too much ---------------------------------------------- */

static gboolean
forget_old (BatonDatabase *database, gint64 now, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, "DELETE FROM gone WHERE state = 'gone' AND (at <= ?1 OR at > ?2)", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, now - WINDOW_MS);
  baton_sql_bind_int (statement, 2, now);
  return baton_sql_run (statement, error);
}

/* What the person has allowed stays so. */
static gboolean
write_going (Weighing *weighing, gint64 now, GError **error)
{
  GHashTableIter iter;
  gpointer id, entity;

  g_hash_table_iter_init (&iter, weighing->going);
  while (g_hash_table_iter_next (&iter, &id, &entity))
    {
      g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
          weighing->database,
          "INSERT INTO gone (record, entity, state, at) VALUES (?1, ?2, 'weighed', ?3) "
          "ON CONFLICT (record, entity) DO UPDATE SET state = 'weighed', at = excluded.at "
          "WHERE state <> 'allowed'",
          id, baton_entity_get_name (GPOINTER_TO_INT (entity)), error);

      if (statement == NULL)
        return FALSE;
      baton_sql_bind_int (statement, 3, now);
      if (!baton_sql_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_too_much (gint64 going, gint64 of)
{
  return going > BATON_BRAKE_LEAST && going * BATON_BRAKE_PART > of;
}

/* @entity: BATON_N_ENTITIES: all */
static gboolean
count_live (BatonDatabase *database, gint64 *tasks, gint64 *all, GError **error)
{
  *all = 0;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT count (*) FROM \"%s\" WHERE %s",
                                               baton_entity_get_name (i), get_live (i));
      gint64 n;

      if (!baton_database_query_int (database, text, NULL, NULL, &n, error))
        return FALSE;
      *all += n;
      if (i == BATON_ENTITY_TASK)
        *tasks = n;
    }
  return TRUE;
}

#define COUNT(states) "SELECT count (*) FROM gone WHERE state IN (" states ")"

/* What is gone is no longer here: a tenth is one of what was here before. */
static gboolean
decide (BatonDatabase *database, gboolean *brakes, gint64 *going, gint64 *of, GError **error)
{
  gint64 all, tasks, gone, gone_tasks, live = 0, live_tasks = 0;

  *brakes = FALSE;
  if (!baton_database_query_int (database, COUNT ("'gone', 'weighed'"), NULL, NULL, &all, error))
    return FALSE;
  if (all <= BATON_BRAKE_LEAST)
    return TRUE;
  if (!baton_database_query_int (database, COUNT ("'gone', 'weighed'") " AND entity = 'task'", NULL,
                                 NULL, &tasks, error) ||
      !baton_database_query_int (database, COUNT ("'gone'"), NULL, NULL, &gone, error) ||
      !baton_database_query_int (database, COUNT ("'gone'") " AND entity = 'task'", NULL, NULL,
                                 &gone_tasks, error) ||
      !baton_database_query_int (database, COUNT ("'weighed'"), NULL, NULL, going, error) ||
      !count_live (database, &live_tasks, &live, error))
    return FALSE;
  *of = live;
  *brakes = *going > 0 &&
            (is_too_much (all, live + gone) || is_too_much (tasks, live_tasks + gone_tasks));
  return TRUE;
}

static gboolean
ask (BatonDatabase *database, gint64 going, gint64 of, GError **error)
{
  g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE,
               ngettext ("This sync would remove %u of the %u records on this device.",
                         "This sync would remove %u of the %u records on this device.",
                         (gulong) going),
               (guint) going, (guint) of);
  return FALSE;
}

static gboolean
settle_weighed (BatonDatabase *database, gboolean brakes, gboolean more, GError **error)
{
  if ((brakes || !more) &&
      !baton_database_run (database, "DELETE FROM gone WHERE state = 'asked'", NULL, NULL, error))
    return FALSE;
  return baton_database_run (database,
                             brakes ? "UPDATE gone SET state = 'asked' WHERE state = 'weighed'"
                                    : "UPDATE gone SET state = 'gone' WHERE state = 'weighed'",
                             NULL, NULL, error);
}

static gboolean
is_held (BatonDatabase *database)
{
  gint64 found;

  baton_database_query_int (database, "SELECT 1 FROM gone WHERE state = 'asked' LIMIT 1", NULL,
                            NULL, &found, NULL);
  return found != 0;
}

gboolean
baton_database_weigh (BatonDatabase *database, GPtrArray *changes, gboolean more, GError **error)
{
  g_auto (Weighing) weighing = {
    .database = database,
    .arriving = g_hash_table_new (g_str_hash, g_str_equal),
    .going = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  gint64 now = baton_database_get_now (database);
  gint64 going = 0, of = 0;
  gboolean brakes;

  g_return_val_if_fail (database != NULL && changes != NULL, FALSE);

  if (!weigh_all (&weighing, changes, more, error))
    return FALSE;
  if (g_hash_table_size (weighing.going) == 0 && (more || !is_held (database)))
    return TRUE;
  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL || !forget_old (database, now, error) ||
      !write_going (&weighing, now, error) || !decide (database, &brakes, &going, &of, error))
    return FALSE;
  /* There may be arrivals to come that say it is a move: rolled back, and weighed again with them. */
  if (brakes && more)
    return ask (database, going, of, error);
  if (!settle_weighed (database, brakes, more, error) ||
      !baton_sql_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  return !brakes || ask (database, going, of, error);
}

gboolean
baton_database_forget_gone (BatonDatabase *database, const BatonRecord *came, GError **error)
{
  return baton_database_run (
      database, "DELETE FROM gone WHERE record = ? AND entity = ? AND state = 'gone'",
      baton_record_get_id (came), baton_entity_get_name (baton_record_get_entity (came)), error);
}

gboolean
baton_database_allow_removal (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);

  return transaction != NULL &&
         baton_database_run (database, "DELETE FROM gone WHERE state = 'gone'", NULL, NULL,
                             error) &&
         baton_database_run (database, "UPDATE gone SET state = 'allowed' WHERE state = 'asked'",
                             NULL, NULL, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
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
baton_database_allow_removal_of (BatonDatabase *database, const char *mark, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *asked = NULL;

  if (transaction == NULL)
    return FALSE;
  asked = baton_database_dup_removal_mark (database, error);
  if (asked == NULL)
    return FALSE;
  if (g_strcmp0 (asked, mark) != 0)
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED,
                           _ ("What the sync would remove is not what was shown any more. Nothing "
                              "was removed."));
      return FALSE;
    }
  return baton_database_allow_removal (database, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
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
