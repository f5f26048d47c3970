/* baton-database-unsynced.c: what the server has not taken, for the person to decide about
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

void
baton_unsynced_free (BatonUnsynced *unsynced)
{
  g_return_if_fail (unsynced != NULL);

  g_clear_pointer (&unsynced->edit, baton_edit_unref);
  g_clear_pointer (&unsynced->left, baton_record_unref);
  g_free (unsynced->title);
  g_free (unsynced->code);
  g_free (unsynced->message);
  g_free (unsynced);
}

static BatonEdit *
read_edit (BatonSqlStatement *statement, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (baton_sql_get_text (statement, 0), -1, error);

  return node != NULL ? baton_edit_from_json (node, error) : NULL;
}

/* As the record has it, or had it, or else as the edit does */
static char *
dup_title (BatonDatabase *database, const BatonUnsynced *unsynced)
{
  BatonEntity entity = baton_edit_get_entity (unsynced->edit);
  const char *id = baton_edit_get_record (unsynced->edit);
  g_autoptr (BatonRecord) stands = baton_database_get (database, entity, id, NULL);
  g_autoptr (BatonRecord) made = NULL;
  const BatonRecord *record = stands != NULL ? stands : unsynced->left;
  const char *name = record != NULL ? baton_record_get_name (record) : NULL;

  if (name != NULL)
    return g_strdup (name);
  made = baton_record_new (entity, id);
  g_ptr_array_unref (baton_merge_edit (made, unsynced->edit, NULL));
  return g_strdup (baton_record_get_name (made));
}

#define COLUMNS "SELECT json, made, state = 'refused', code, message, whole FROM outbox WHERE "

static BatonUnsynced *
read_unsynced (BatonDatabase *database, BatonSqlStatement *statement, GError **error)
{
  g_autoptr (BatonUnsynced) unsynced = g_new0 (BatonUnsynced, 1);
  const char *whole = baton_sql_get_text (statement, 5);

  unsynced->edit = read_edit (statement, error);
  if (unsynced->edit == NULL)
    return NULL;
  if (whole != NULL)
    {
      unsynced->left = baton_database_read_record (baton_edit_get_entity (unsynced->edit), whole,
                                                   error);
      if (unsynced->left == NULL)
        return NULL;
    }
  unsynced->title = dup_title (database, unsynced);
  unsynced->made = baton_sql_get_int (statement, 1);
  unsynced->refused = baton_sql_get_int (statement, 2) != 0;
  unsynced->code = g_strdup (baton_sql_get_text (statement, 3));
  unsynced->message = g_strdup (baton_sql_get_text (statement, 4));
  return g_steal_pointer (&unsynced);
}

static GPtrArray *
read_all (BatonDatabase *database, BatonSqlStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_unsynced_free);
  BatonSqlStep step;

  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonUnsynced *unsynced = read_unsynced (database, statement, error);

      if (unsynced == NULL)
        return NULL;
      g_ptr_array_add (all, unsynced);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&all) : NULL;
}

GPtrArray *
baton_database_get_unsynced (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, COLUMNS "state IN ('waiting', 'refused') ORDER BY seq", error);

  return statement != NULL ? read_all (database, statement, error) : NULL;
}

GPtrArray *
baton_database_list_unsynced (BatonDatabase *database,
                              gboolean refused,
                              guint limit,
                              GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, COLUMNS "state = ?1 ORDER BY seq LIMIT ?3",
                                          refused ? "refused" : "waiting", NULL, error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 3, limit > 0 ? (gint64) limit : -1);
  return read_all (database, statement, error);
}

BatonUnsynced *
baton_database_take_refused (BatonDatabase *database, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, COLUMNS "id = ? AND state = 'refused'", id, NULL, error);
  g_autoptr (BatonUnsynced) unsynced = NULL;
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_DONE)
    g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                 _ ("No edit with the id “%s” was refused"), id);
  if (step != BATON_SQL_ROW)
    return NULL;
  unsynced = read_unsynced (database, statement, error);
  if (unsynced == NULL ||
      !baton_database_run (database, "DELETE FROM outbox WHERE id = ?", id, NULL, error))
    return NULL;
  return g_steal_pointer (&unsynced);
}
