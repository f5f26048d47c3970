/* baton-server-membership.c: who is in a project, and as what
 *
 * The rows of `member` are no records: they are not merged, have no places, and change only while there is a connection. What a device gets
 * to know of them is what follows: a scope that it may ask for from now on, or a `leave` of one. Both it also learns from its next
 * round; what is told live only brings that round about at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-membership.h"

#include "baton-server-row.h"
#include "baton-server-writer.h"

#define SELECT                                                                        \
  "SELECT user.id, user.email, user.first_name, user.last_name, member.role,"         \
  " member.created_at, user.is_active FROM member JOIN user ON user.id = member.user" \
  " WHERE member.project = ?1"

void
baton_server_membership_free (BatonServerMembership *membership)
{
  g_free (membership->user);
  g_free (membership->email);
  g_free (membership->first_name);
  g_free (membership->last_name);
  g_free (membership);
}

void
baton_server_membership_write_json (const BatonServerMembership *membership, BatonJsonWriter *json)
{
  g_autofree char *joined_at = baton_time_format (membership->joined_at);

  baton_json_begin_object (json);
  baton_json_member_text (json, "user_id", membership->user);
  baton_json_member_text (json, "email", membership->email);
  baton_json_member_text (json, "first_name", membership->first_name);
  baton_json_member_text (json, "last_name", membership->last_name);
  baton_json_member_text (json, "role", baton_server_role_get_name (membership->role));
  baton_json_member_text (json, "joined_at", joined_at);
  baton_json_end_object (json);
}

static BatonServerMembership *
read_membership (BatonSqlStatement *statement)
{
  BatonServerMembership *membership = g_new (BatonServerMembership, 1);

  membership->user = g_strdup (baton_sql_get_text (statement, 0));
  membership->email = g_strdup (baton_sql_get_text (statement, 1));
  membership->first_name = g_strdup (baton_sql_get_text (statement, 2));
  membership->last_name = g_strdup (baton_sql_get_text (statement, 3));
  membership->role = baton_server_role_from_name (baton_sql_get_text (statement, 4));
  membership->joined_at = baton_sql_get_int (statement, 5);
  membership->is_active = baton_sql_get_int (statement, 6) != 0;
  return membership;
}

GPtrArray *
baton_server_membership_list (BatonSql *sql, const char *project, GError **error)
{
  g_autoptr (GPtrArray)
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_server_membership_free);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      SELECT " ORDER BY member.role = 'owner' DESC, member.role = 'manager' DESC,"
             " member.role = 'member' DESC, member.created_at, user.id",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, project);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_ptr_array_add (list, read_membership (statement));
  return step == BATON_SQL_DONE ? g_steal_pointer (&list) : NULL;
}

BatonServerMembership *
baton_server_membership_get (BatonSql *sql, const char *project, const char *user, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, SELECT " AND member.user = ?2", error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, project);
  baton_sql_bind_text (statement, 2, user);
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return read_membership (statement);
}

/* --- what is told ---------------------------------------------------------- */

/* To all devices of one person. Takes @json. */
static void
tell (BatonServerWriter *writer, const char *user, GString *json)
{
  baton_server_writer_add_change (writer, baton_server_scope_dup_user_id (user),
                                  g_string_free_and_steal (json));
}

/* The project as it stands, at the last place of its scope and after that same place: it follows on no place that a device may stand at,
 * so that one that is not there already runs a round */
static gboolean
tell_join (BatonServerWriter *writer,
           BatonSql *sql,
           const char *project,
           const char *user,
           GError **error)
{
  g_autoptr (BatonServerRow)
      row = baton_server_row_get (sql, BATON_ENTITY_PROJECT, project, NULL, error);
  g_autoptr (BatonServerScope) scope = NULL;
  g_autofree char *place = NULL;
  BatonJsonWriter json = { .out = NULL };

  if (row == NULL)
    return FALSE;
  scope = baton_server_scope_get (sql, row->scope_id, error);
  if (scope == NULL)
    return FALSE;
  place = g_strdup_printf ("%" G_GINT64_FORMAT ".%s", scope->seq, scope->tag);
  json.out = g_string_new (NULL);
  baton_json_begin_object (&json);
  baton_json_member_text (&json, "scope", scope->id);
  baton_json_member_text (&json, "place", place);
  baton_json_member_text (&json, "after", place);
  baton_json_member_text (&json, "entity", baton_entity_get_name (BATON_ENTITY_PROJECT));
  baton_json_key (&json, "record");
  baton_json_begin_object (&json);
  baton_record_write_json (row->record, &json);
  baton_json_end_object (&json);
  baton_json_key (&json, "clocks");
  baton_record_write_clocks (row->record, &json);
  baton_json_end_object (&json);
  tell (writer, user, json.out);
  return TRUE;
}

static void
tell_leave (BatonServerWriter *writer, const char *project, const char *user)
{
  g_autofree char *scope = baton_server_scope_dup_project_id (project);
  BatonJsonWriter json = { .out = g_string_new (NULL) };

  baton_json_begin_object (&json);
  baton_json_member_text (&json, "scope", scope);
  baton_json_member_bool (&json, "leave", TRUE);
  baton_json_end_object (&json);
  tell (writer, user, json.out);
}

/* --- changes --------------------------------------------------------------- */

gboolean
baton_server_membership_add (BatonServerWriter *writer,
                             BatonSql *sql,
                             const char *project,
                             const char *user,
                             BatonServerRole role,
                             gint64 now,
                             GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "INSERT INTO member VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, user);
  baton_sql_bind_text (statement, 2, project);
  baton_sql_bind_text (statement, 3, baton_server_role_get_name (role));
  baton_sql_bind_int (statement, 4, now);
  return baton_sql_run (statement, error) &&
         (!baton_server_writer_is_heard (writer) || tell_join (writer, sql, project, user, error));
}

gboolean
baton_server_membership_set_role (BatonSql *sql,
                                  const char *project,
                                  const char *user,
                                  BatonServerRole role,
                                  GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "UPDATE member SET role = ?3 WHERE user = ?1 AND project = ?2", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, user);
  baton_sql_bind_text (statement, 2, project);
  baton_sql_bind_text (statement, 3, baton_server_role_get_name (role));
  return baton_sql_run (statement, error);
}

gboolean
baton_server_membership_remove (BatonServerWriter *writer,
                                BatonSql *sql,
                                const char *project,
                                const char *user,
                                GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql, "DELETE FROM member WHERE user = ?1 AND project = ?2", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, user);
  baton_sql_bind_text (statement, 2, project);
  if (!baton_sql_run (statement, error))
    return FALSE;
  if (baton_server_writer_is_heard (writer))
    tell_leave (writer, project, user);
  return TRUE;
}
