/* baton-server-scope.c: scopes: whose they are, and the places in them
 *
 * A person's own scope is theirs by its name; a project's is that of the rows in `member`. Numbers are given out by the
 * writer's thread, in the transaction of the change, so that none is missing and none appears late.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-scope.h"

#include <string.h>

#define TAG_LENGTH 6

static const char *const role_names[] = { "", "viewer", "member", "manager", "owner" };

void
baton_server_scope_free (BatonServerScope *scope)
{
  g_free (scope->id);
  g_free (scope->tag);
  g_free (scope);
}

BatonServerRole
baton_server_role_from_name (const char *name)
{
  for (guint i = 1; i < G_N_ELEMENTS (role_names); i++)
    if (strcmp (role_names[i], name) == 0)
      return i;
  return BATON_SERVER_ROLE_NONE;
}

const char *
baton_server_role_get_name (BatonServerRole role)
{
  return role_names[role];
}

gboolean
baton_server_scope_get_role (BatonSql *sql,
                             const char *user,
                             const char *scope_id,
                             BatonServerRole *role,
                             GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  *role = BATON_SERVER_ROLE_NONE;
  if (g_str_has_prefix (scope_id, "user:"))
    {
      if (strcmp (scope_id + strlen ("user:"), user) == 0)
        *role = BATON_SERVER_ROLE_OWNER;
      return TRUE;
    }
  statement = baton_sql_prepare (sql, "SELECT role FROM member WHERE user = ?1 AND project = ?2",
                                 error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, user);
  baton_sql_bind_text (statement, 2, scope_id + strlen ("project:"));
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW)
    *role = baton_server_role_from_name (baton_sql_get_text (statement, 0));
  return step != BATON_SQL_FAILED;
}

char *
baton_server_scope_dup_user_id (const char *user)
{
  return g_strconcat ("user:", user, NULL);
}

char *
baton_server_scope_dup_project_id (const char *project)
{
  return g_strconcat ("project:", project, NULL);
}

gint64
baton_server_scope_ensure (BatonSql *sql, const char *scope_id, GError **error)
{
  g_autoptr (BatonSqlStatement)
      find = baton_sql_prepare (sql, "SELECT key FROM scope WHERE id = ?1", error);
  g_autoptr (BatonSqlStatement) insert = NULL;
  BatonSqlStep step;

  if (find == NULL)
    return 0;
  baton_sql_bind_text (find, 1, scope_id);
  step = baton_sql_step (find, error);
  if (step != BATON_SQL_DONE)
    return step == BATON_SQL_ROW ? baton_sql_get_int (find, 0) : 0;
  insert = baton_sql_prepare (sql, "INSERT INTO scope (id) VALUES (?1)", error);
  if (insert == NULL)
    return 0;
  baton_sql_bind_text (insert, 1, scope_id);
  return baton_sql_run (insert, error) ? baton_sql_get_last_key (sql) : 0;
}

static BatonServerScope *
read_scope (BatonSqlStatement *statement)
{
  BatonServerScope *scope = g_new (BatonServerScope, 1);

  scope->key = baton_sql_get_int (statement, 0);
  scope->id = g_strdup (baton_sql_get_text (statement, 1));
  scope->seq = baton_sql_get_int (statement, 2);
  scope->tag = g_strdup (baton_sql_get_text (statement, 3));
  scope->purged = baton_sql_get_int (statement, 4);
  return scope;
}

#define COLUMNS "scope.key, scope.id, scope.seq, scope.tag, scope.purged"
#define LIST                                               \
  "SELECT " COLUMNS " FROM scope WHERE id = 'user:' || ?1" \
  " UNION ALL"                                             \
  " SELECT " COLUMNS " FROM member JOIN scope ON scope.id = 'project:' || member.project"

GPtrArray *
baton_server_scope_list (BatonSql *sql, const char *user, gboolean live, GError **error)
{
  g_autoptr (GPtrArray)
      scopes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_server_scope_free);
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  statement = baton_sql_prepare (sql,
                                 live ? LIST " JOIN project ON project.id = member.project"
                                             " WHERE member.user = ?1 AND project.deleted = 0"
                                      : LIST " WHERE member.user = ?1",
                                 error);
  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, user);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_ptr_array_add (scopes, read_scope (statement));
  return step == BATON_SQL_DONE ? g_steal_pointer (&scopes) : NULL;
}

BatonServerScope *
baton_server_scope_get (BatonSql *sql, const char *scope_id, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "SELECT " COLUMNS " FROM scope WHERE id = ?1", error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, scope_id);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return read_scope (statement);
}

/* The tag is random, so that a number that is given out twice (after a backup was restored) can be told apart */
static void
make_tag (char tag[TAG_LENGTH + 1])
{
  static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  guint32 random = g_random_int ();

  for (guint i = 0; i < TAG_LENGTH; i++, random >>= 5)
    tag[i] = letters[random & 31];
  tag[TAG_LENGTH] = '\0';
}

static gboolean
advance (BatonSql *sql, gint64 scope, const char *tag, BatonServerPlace *place, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "UPDATE scope SET seq = seq + 1, before = tag, tag = ?2 WHERE key = ?1 RETURNING seq, before",
      error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, scope);
  baton_sql_bind_text (statement, 2, tag);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  place->seq = baton_sql_get_int (statement, 0);
  g_snprintf (place->after, sizeof place->after, "%" G_GINT64_FORMAT ".%s", place->seq - 1,
              baton_sql_get_text (statement, 1));
  g_snprintf (place->place, sizeof place->place, "%" G_GINT64_FORMAT ".%s", place->seq, tag);
  return TRUE;
}

gboolean
baton_server_scope_take_place (BatonSql *sql,
                               gint64 scope,
                               BatonEntity entity,
                               gint64 record,
                               const char *gone,
                               BatonServerPlace *place,
                               GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  char tag[TAG_LENGTH + 1];

  make_tag (tag);
  if (!advance (sql, scope, tag, place, error))
    return FALSE;
  statement = baton_sql_prepare (sql, "INSERT INTO place VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, scope);
  baton_sql_bind_int (statement, 2, place->seq);
  baton_sql_bind_text (statement, 3, tag);
  baton_sql_bind_int (statement, 4, entity);
  baton_sql_bind_int (statement, 5, record);
  baton_sql_bind_text (statement, 6, gone);
  return baton_sql_run (statement, error);
}

/* The last place is one that no device has been at: should the scope be opened anew, all that were there pull it from the start. The tags of the others
 * stay, so that a device whose past the server has lost is not told that it has left: it would delete what it alone has. */
gboolean
baton_server_scope_close (BatonSql *sql, gint64 scope, GError **error)
{
  static const char *const scripts[] = {
    "UPDATE scope SET purged = seq WHERE key = ?1",
    "UPDATE place SET entity = 0, record = 0, gone = NULL WHERE scope = ?1",
  };
  BatonServerPlace place;

  if (!baton_server_scope_take_place (sql, scope, 0, 0, NULL, &place, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, scripts[i], error);

      if (statement == NULL)
        return FALSE;
      baton_sql_bind_int (statement, 1, scope);
      if (!baton_sql_run (statement, error))
        return FALSE;
    }
  return TRUE;
}
