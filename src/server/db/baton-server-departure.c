/* baton-server-departure.c: somebody leaves for good
 *
 * Numbers of scopes are never given out again: what is kept by them in memory (totals of lists) would be taken for another's.
 * So the row of a scope stays.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-departure.h"

#include "baton-server-scope.h"

/* Runs @text, whose one parameter is @id */
static gboolean
run (BatonSql *sql, const char *text, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, error);

  if (!statement)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  return baton_sql_run (statement, error);
}

static gboolean
delete_records (BatonSql *sql, BatonEntity entity, gint64 scope, GError **error)
{
  const char *name = baton_entity_get_name (entity);
  g_autofree char *history = g_strdup_printf (
      "DELETE FROM history WHERE entity = ?2 AND record IN (SELECT key FROM \"%s\" WHERE scope = ?1)",
      name);
  g_autofree char *tombstones = g_strdup_printf (
      "DELETE FROM tombstone WHERE entity = ?2 AND record IN (SELECT key FROM \"%s\" WHERE scope = ?1)",
      name);
  g_autofree char *records = g_strdup_printf ("DELETE FROM \"%s\" WHERE scope = ?1", name);
  const char *scripts[] = { history, tombstones, records };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, scripts[i], error);

      if (!statement)
        return FALSE;
      baton_sql_bind_int (statement, 1, scope);
      if (scripts[i] != records)
        baton_sql_bind_int (statement, 2, entity);
      if (!baton_sql_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
delete_scope (BatonSql *sql, const char *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerScope) scope = baton_server_scope_get (sql, id, &local_error);

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!scope)
    return TRUE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    if (!delete_records (sql, i, scope->key, error))
      return FALSE;
  return baton_server_scope_close (sql, scope->key, error);
}

/* Nobody comes back to a person's own scope: nothing of it needs to be known */
static gboolean
delete_own_scope (BatonSql *sql, const char *user, GError **error)
{
  g_autofree char *id = baton_server_scope_dup_user_id (user);

  return delete_scope (sql, id, error) &&
         run (sql, "DELETE FROM place WHERE scope = (SELECT key FROM scope WHERE id = ?1)", id,
              error) &&
         run (sql, "UPDATE scope SET id = 'gone:' || id, tag = '' WHERE id = ?1", id, error);
}

/* NULL with @error on failure */
static GStrv
list_projects (BatonSql *sql, const char *user, GError **error)
{
  g_autoptr (GStrvBuilder) projects = g_strv_builder_new ();
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql,
                                     "SELECT project FROM member WHERE user = ?1 AND NOT EXISTS"
                                     " (SELECT 1 FROM member other WHERE other.project ="
                                     " member.project AND other.user <> ?1)",
                                     error);
  BatonSqlStep step;

  if (!statement)
    return NULL;
  baton_sql_bind_text (statement, 1, user);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_strv_builder_add (projects, baton_sql_get_text (statement, 0));
  return step == BATON_SQL_FAILED ? NULL : g_strv_builder_end (projects);
}

static gboolean
delete_projects (BatonSql *sql, const char *user, GError **error)
{
  g_auto (GStrv) projects = list_projects (sql, user, error);

  if (!projects)
    return FALSE;
  for (guint i = 0; projects[i]; i++)
    {
      g_autofree char *scope = baton_server_scope_dup_project_id (projects[i]);

      if (!delete_scope (sql, scope, error))
        return FALSE;
    }
  return TRUE;
}

/* Each project that has members and no owner: to whoever can still sign in, of those to the one with the highest role, of those to the one who has
 * been there longest */
static const char hand_over[] =
    "UPDATE member SET role = 'owner' WHERE (user, project) IN ("
    " SELECT heir.user, heir.project FROM member heir JOIN member gone"
    "  ON gone.project = heir.project AND gone.user = ?1 AND gone.role = 'owner'"
    " WHERE heir.user = (SELECT next.user FROM member next JOIN user ON user.id = next.user"
    "  WHERE next.project = heir.project AND next.user <> ?1"
    "  ORDER BY next.role = 'owner' DESC, user.is_active DESC, next.role = 'manager' DESC, next.role = 'member' DESC,"
    "   next.created_at, next.user LIMIT 1))";

gboolean
baton_server_departure_run (BatonSql *sql, const char *user, GError **error)
{
  return delete_projects (sql, user, error) && delete_own_scope (sql, user, error) &&
         run (sql, hand_over, user, error) &&
         run (sql, "DELETE FROM member WHERE user = ?1", user, error) &&
         run (sql, "DELETE FROM session WHERE user = ?1", user, error) &&
         run (sql, "DELETE FROM edit WHERE user = ?1", user, error) &&
         run (sql, "DELETE FROM answer WHERE user = ?1", user, error) &&
         run (sql, "DELETE FROM user WHERE id = ?1", user, error);
}
