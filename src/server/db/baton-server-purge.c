/* baton-server-purge.c: what was deleted long ago goes for good
 *
 * `tombstone` has a row for each deleted record with the server's own time of the last write to it: the clocks in the record are those of
 * devices, which may be wrong by years. What hangs on a deleted task goes with it, and all that is in a deleted project, with the reminders of it that people have in scopes of their own; where any of that
 * was changed of late, all of it stays for as long again, because somebody may still be at work on it.
 *
 * Each record that goes raises its scope's `purged` to the place that it had. A device behind that has not heard of the deletion, and is told
 * to pull the scope anew (sync.md). The others are told that the record has left for good: were it made anew by a device that had edited it, what
 * they kept of the old one would mix with it. The places themselves stay: they are how the server knows what a device has seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-purge-private.h"

#include "baton-server-hang.h"
#include "baton-server-membership.h"

#define INTERVAL_SECONDS (60 * 60)
/* Others write between two steps */
#define STEP_LIMIT 50

void
baton_server_grave_free (BatonServerGrave *grave)
{
  g_free (grave->id);
  g_free (grave);
}

/* @text has up to three parameters, numbers */
static gboolean
run (BatonSql *sql, const char *text, gint64 a, gint64 b, gint64 c, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, error);
  const gint64 values[] = { a, b, c };

  if (statement == NULL)
    return FALSE;
  for (int i = 0; i < 3; i++)
    if (values[i] >= 0)
      baton_sql_bind_int (statement, i + 1, values[i]);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_purge_note (BatonSql *sql,
                         BatonEntity entity,
                         gint64 key,
                         gboolean deleted,
                         gint64 now,
                         GError **error)
{
  if (deleted)
    return run (sql, "INSERT OR REPLACE INTO tombstone VALUES (?1, ?2, ?3)", entity, key, now,
                error);
  return run (sql, "DELETE FROM tombstone WHERE entity = ?1 AND record = ?2", entity, key, -1,
              error);
}

/* --- reading ------------------------------------------------------------------ */

GPtrArray *
baton_server_purge_list (BatonSql *sql,
                         BatonEntity entity,
                         const char *query,
                         const char *text,
                         gint64 number,
                         gint64 second,
                         GError **error)
{
  g_autoptr (GPtrArray)
      graves = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_server_grave_free);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  if (text)
    baton_sql_bind_text (statement, 1, text);
  else
    baton_sql_bind_int (statement, 1, number);
  if (second >= 0)
    baton_sql_bind_int (statement, 2, second);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonServerGrave *grave = g_new (BatonServerGrave, 1);

      grave->entity = entity;
      grave->key = baton_sql_get_int (statement, 0);
      grave->id = g_strdup (baton_sql_get_text (statement, 1));
      grave->scope = baton_sql_get_int (statement, 2);
      grave->seq = baton_sql_get_int (statement, 3);
      grave->deleted = baton_sql_get_int (statement, 4) != 0;
      g_ptr_array_add (graves, grave);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&graves) : NULL;
}

GPtrArray *
baton_server_purge_list_by (BatonSql *sql,
                            BatonEntity entity,
                            const char *condition,
                            const char *text,
                            gint64 number,
                            gint64 second,
                            GError **error)
{
  g_autofree char *query = g_strdup_printf (
      "SELECT key, id, scope, seq, deleted FROM \"%s\" WHERE %s", baton_entity_get_name (entity),
      condition);

  return baton_server_purge_list (sql, entity, query, text, number, second, error);
}

gint64
baton_server_purge_get_newest (BatonSql *sql,
                               const char *query,
                               const char *id,
                               gint64 first,
                               GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, query, error);

  if (statement == NULL)
    return -1;
  baton_sql_bind_int (statement, 1, first);
  if (id)
    baton_sql_bind_text (statement, 2, id);
  return baton_sql_step (statement, error) == BATON_SQL_ROW ? baton_sql_get_int (statement, 0) : -1;
}

/* --- removing ----------------------------------------------------------------- */

gboolean
baton_server_purge_remove (BatonServerPurgeStep *step,
                           const BatonServerGrave *grave,
                           GError **error)
{
  g_autofree char *text = g_strdup_printf ("DELETE FROM \"%s\" WHERE key = ?1",
                                           baton_entity_get_name (grave->entity));

  step->left--;
  return run (step->sql, text, grave->key, -1, -1, error) &&
         run (step->sql, "DELETE FROM history WHERE record = ?1 AND entity = ?2", grave->key,
              grave->entity, -1, error) &&
         baton_server_purge_note (step->sql, grave->entity, grave->key, FALSE, 0, error) &&
         run (step->sql, "UPDATE scope SET purged = max (purged, ?2) WHERE key = ?1", grave->scope,
              grave->seq, -1, error) &&
         (step->closing || baton_server_hang_announce_purged (step->writer, step->sql, grave->scope,
                                                              grave->entity, grave->id, error));
}

gboolean
baton_server_purge_remove_all (BatonServerPurgeStep *step, GPtrArray *graves, GError **error)
{
  g_autoptr (GPtrArray) owned = graves;

  if (graves == NULL)
    return FALSE;
  for (guint i = graves->len; i-- > 0 && step->left > 0;)
    if (!baton_server_purge_remove (step, g_ptr_array_index (graves, i), error))
      return FALSE;
  return TRUE;
}

gboolean
baton_server_purge_postpone (BatonServerPurgeStep *step,
                             const BatonServerGrave *grave,
                             gint64 newest,
                             GError **error)
{
  return baton_server_purge_note (step->sql, grave->entity, grave->key, TRUE, newest, error);
}

/* --- a project ------------------------------------------------------------------ */

/* With the reminders of it, which lie in the scopes of those who made them */
static gboolean
find_newest_in (BatonServerPurgeStep *step, gint64 scope, gint64 *newest, GError **error)
{
  g_autofree char *reminders = g_strdup_printf (
      "SELECT COALESCE (max (" BATON_SERVER_PURGE_TOUCHED (
          "r",
          "%d") "), 0) FROM task t CROSS JOIN reminder r ON r.task_id = t.id WHERE t.scope = ?1",
      BATON_ENTITY_REMINDER);

  *newest = baton_server_purge_get_newest (step->sql, reminders, NULL, scope, error);
  if (*newest < 0)
    return FALSE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *query = g_strdup_printf (
          "SELECT COALESCE (max (" BATON_SERVER_PURGE_TOUCHED (
              "r", "%d") "), 0) FROM \"%s\" r WHERE r.scope = ?1",
          i, baton_entity_get_name (i));
      gint64 changed = baton_server_purge_get_newest (step->sql, query, NULL, scope, error);

      if (changed < 0)
        return FALSE;
      *newest = MAX (*newest, changed);
    }
  return TRUE;
}

/* Everybody leaves first, so that nobody sees half a project */
static gboolean
remove_members (BatonServerPurgeStep *step, const char *project, GPtrArray *members, GError **error)
{
  for (guint i = 0; i < members->len; i++)
    {
      const BatonServerMembership *member = g_ptr_array_index (members, i);

      if (!baton_server_membership_remove (step->writer, step->sql, project, member->user, error))
        return FALSE;
    }
  return TRUE;
}

/* In the scopes of those who made them, which stand */
static gboolean
remove_reminders (BatonServerPurgeStep *step, const BatonServerGrave *project, GError **error)
{
  return baton_server_purge_remove_all (
      step,
      baton_server_purge_list_by (step->sql, BATON_ENTITY_REMINDER,
                                  "task_id IN (SELECT id FROM task WHERE scope = ?1) LIMIT ?2",
                                  NULL, project->scope, step->left, error),
      error);
}

static gboolean
purge_project (BatonServerPurgeStep *step, const BatonServerGrave *project, GError **error)
{
  g_autoptr (GPtrArray) members = baton_server_membership_list (step->sql, project->id, error);
  gint64 newest = 0;

  /* Where nobody is any more, nobody has written since the last step. */
  if (members == NULL ||
      (members->len > 0 && !find_newest_in (step, project->scope, &newest, error)))
    return FALSE;
  if (newest >= step->before)
    return baton_server_purge_postpone (step, project, newest, error);
  if (!remove_members (step, project->id, members, error) ||
      !remove_reminders (step, project, error))
    return FALSE;
  step->closing = TRUE;
  for (guint i = 0; i < BATON_N_ENTITIES && step->left > 0; i++)
    if (i != BATON_ENTITY_PROJECT &&
        !baton_server_purge_remove_all (
            step,
            baton_server_purge_list_by (step->sql, i, "scope = ?1 LIMIT ?2", NULL, project->scope,
                                        step->left, error),
            error))
      return FALSE;
  if (step->left <= 0)
    return TRUE;
  return baton_server_purge_remove (step, project, error) &&
         baton_server_scope_close (step->sql, project->scope, error);
}

/* --- anything else ------------------------------------------------------------------ */

static gboolean
purge_other (BatonServerPurgeStep *step, const BatonServerGrave *grave, GError **error)
{
  g_autofree char *query = g_strdup_printf (
      "SELECT " BATON_SERVER_PURGE_TOUCHED ("r", "%d") " FROM \"%s\" r WHERE r.key = ?1",
      grave->entity, baton_entity_get_name (grave->entity));
  gint64 newest = baton_server_purge_get_newest (step->sql, query, NULL, grave->key, error);

  if (newest < 0)
    return FALSE;
  return newest >= step->before ? baton_server_purge_postpone (step, grave, newest, error)
                                : baton_server_purge_remove (step, grave, error);
}

/* --- a step ----------------------------------------------------------------------- */

typedef struct
{
  BatonEntity entity;
  gint64 key;
} Candidate;

static GArray *
list_candidates (BatonServerPurgeStep *step, GError **error)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      step->sql, "SELECT entity, record FROM tombstone WHERE at < ?1 ORDER BY at LIMIT ?2", error);
  BatonSqlStep result;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, step->before);
  baton_sql_bind_int (statement, 2, step->left);
  while ((result = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      Candidate candidate = { (BatonEntity) baton_sql_get_int (statement, 0),
                              baton_sql_get_int (statement, 1) };

      g_array_append_val (candidates, candidate);
    }
  return result == BATON_SQL_DONE ? g_steal_pointer (&candidates) : NULL;
}

static gboolean
purge_candidate (BatonServerPurgeStep *step, const Candidate *candidate, GError **error)
{
  g_autoptr (GPtrArray) found = baton_server_purge_list_by (
      step->sql, candidate->entity, "key = ?1", NULL, candidate->key, -1, error);
  const BatonServerGrave *grave;

  if (found == NULL)
    return FALSE;
  grave = found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
  step->closing = FALSE;
  if (grave == NULL || !grave->deleted)
    return baton_server_purge_note (step->sql, candidate->entity, candidate->key, FALSE, 0, error);
  if (grave->entity == BATON_ENTITY_PROJECT)
    return purge_project (step, grave, error);
  if (grave->entity == BATON_ENTITY_TASK)
    return baton_server_purge_tree (step, grave, error);
  return purge_other (step, grave, error);
}

gboolean
baton_server_purge_run (BatonServerWriter *writer,
                        BatonSql *sql,
                        gint64 before,
                        gint64 limit,
                        BatonServerPurgeWork *work,
                        gboolean *more,
                        GError **error)
{
  BatonServerPurgeStep step = { writer, sql, before, limit, FALSE, work };
  g_autoptr (GArray) candidates = list_candidates (&step, error);

  if (candidates == NULL)
    return FALSE;
  for (guint i = 0; i < candidates->len && step.left > 0; i++)
    if (!purge_candidate (&step, &g_array_index (candidates, Candidate, i), error))
      return FALSE;
  *more = step.left <= 0 || candidates->len == (guint) limit;
  return TRUE;
}

/* --- from time to time -------------------------------------------------------------- */

struct _BatonServerPurge
{
  BatonServerWriter *writer; /* borrowed */
  gint64 days;
  GSource *timer;
  BatonServerPurgeWork *work; /* owned; writer's thread */
  gint64 before;              /* writer's thread, while busy */
  gboolean more;              /* writer's thread, while busy */

  GMutex mutex;
  GCond cond;
  gboolean busy;   /* mutex */
  gboolean ending; /* mutex */
};

static gboolean
write_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  BatonServerPurge *purge = data;

  return baton_server_purge_run (writer, sql, purge->before, STEP_LIMIT, purge->work, &purge->more,
                                 error);
}

static void
written_cb (gpointer data, GError *error)
{
  BatonServerPurge *purge = data;
  g_autoptr (GError) owned = error;

  if (error)
    {
      baton_server_purge_work_clear (purge->work);
      g_warning ("What was deleted long ago cannot be removed: %s", error->message);
    }
  g_mutex_lock (&purge->mutex);
  purge->busy = !error && purge->more && !purge->ending;
  if (purge->busy)
    baton_server_writer_push (purge->writer, write_cb, written_cb, purge);
  g_cond_signal (&purge->cond);
  g_mutex_unlock (&purge->mutex);
}

static gboolean
timer_cb (gpointer data)
{
  BatonServerPurge *purge = data;

  g_mutex_lock (&purge->mutex);
  if (!purge->busy)
    {
      purge->busy = TRUE;
      purge->before = g_get_real_time () / 1000 - purge->days * BATON_SERVER_DAY_MS;
      baton_server_writer_push (purge->writer, write_cb, written_cb, purge);
    }
  g_mutex_unlock (&purge->mutex);
  return G_SOURCE_CONTINUE;
}

BatonServerPurge *
baton_server_purge_new (BatonServerWriter *writer, gint64 days)
{
  BatonServerPurge *purge = g_new0 (BatonServerPurge, 1);

  purge->writer = writer;
  purge->days = days;
  purge->work = baton_server_purge_work_new ();
  g_mutex_init (&purge->mutex);
  g_cond_init (&purge->cond);
  purge->timer = g_timeout_source_new_seconds (INTERVAL_SECONDS);
  g_source_set_callback (purge->timer, timer_cb, purge, NULL);
  g_source_attach (purge->timer, g_main_context_get_thread_default ());
  timer_cb (purge);
  return purge;
}

void
baton_server_purge_free (BatonServerPurge *purge)
{
  g_source_destroy (purge->timer);
  g_source_unref (purge->timer);
  g_mutex_lock (&purge->mutex);
  purge->ending = TRUE;
  while (purge->busy)
    g_cond_wait (&purge->cond, &purge->mutex);
  g_mutex_unlock (&purge->mutex);
  g_mutex_clear (&purge->mutex);
  g_cond_clear (&purge->cond);
  baton_server_purge_work_free (purge->work);
  g_free (purge);
}
