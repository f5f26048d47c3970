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

static char *
dup_name (const BatonRecord *record)
{
  static const char *const names[] = { "title", "name", "body" };

  for (guint i = 0; record != NULL && i < G_N_ELEMENTS (names); i++)
    {
      const char *text = baton_record_get_text (record, names[i]);

      if (text != NULL)
        return g_strdup (text);
    }
  return NULL;
}

/* As the record has it, or had it, or else as the edit does */
static char *
dup_title (BatonDatabase *database, const BatonUnsynced *unsynced)
{
  BatonEntity entity = baton_edit_get_entity (unsynced->edit);
  const char *id = baton_edit_get_record (unsynced->edit);
  g_autoptr (BatonRecord) stands = baton_database_get (database, entity, id, NULL);
  g_autoptr (BatonRecord) made = NULL;
  char *name = dup_name (stands != NULL ? stands : unsynced->left);

  if (name != NULL)
    return name;
  made = baton_record_new (entity, id);
  g_ptr_array_unref (baton_merge_edit (made, unsynced->edit, NULL));
  return dup_name (made);
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

GPtrArray *
baton_database_get_unsynced (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_unsynced_free);
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, COLUMNS "state IN ('waiting', 'refused') ORDER BY seq", error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      BatonUnsynced *unsynced = read_unsynced (database, statement, error);

      if (unsynced == NULL)
        return NULL;
      g_ptr_array_add (all, unsynced);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&all) : NULL;
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

/* A record that no server has, and no edit would bring there, is only what was refused. Signed out, that says nothing: nothing
 * is on its way then. */
gboolean
baton_database_drop_orphan (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  g_autofree char *text = g_strdup_printf (
      "SELECT 1 FROM \"%s\" WHERE id = ?1 AND scope = '' AND NOT EXISTS "
      "(SELECT 1 FROM outbox WHERE record = ?1)",
      baton_entity_get_name (entity));
  gint64 found;

  if (baton_edit_lookup (edit, "created_at") == NULL || !baton_database_is_signed_in (database))
    return TRUE;
  return baton_database_query_int (database, text, id, NULL, &found, error) &&
         (found == 0 || baton_database_remove (database, entity, id, error));
}

gboolean
baton_database_discard (BatonDatabase *database, const char *edit, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonUnsynced)
      taken = transaction != NULL ? baton_database_take_refused (database, edit, error) : NULL;

  return taken != NULL && baton_database_drop_orphan (database, taken->edit, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* What the record already is, as one that the server refused to have, is sent as a whole. */
static gboolean
make_again (BatonDatabase *database, BatonEdit *edit, const char *label, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (BatonRecord) record = NULL;

  record = baton_database_get (database, baton_edit_get_entity (edit), baton_edit_get_record (edit),
                               error);
  /* What was refused by itself has been taken back here: the record as it is would not have it */
  if (record != NULL && (!baton_database_is_part_of (edit, record) ||
                         baton_database_server_has (database, baton_edit_get_entity (edit),
                                                    baton_edit_get_record (edit))))
    {
      g_ptr_array_add (edits, edit);
      return baton_database_apply (database, edits, label, error);
    }
  if (record == NULL)
    {
      if (error == NULL || *error == NULL)
        g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                             _ ("What this belongs to is no longer on this device"));
      return FALSE;
    }
  return baton_database_enqueue_record (database, record, error);
}

gboolean
baton_database_retry (BatonDatabase *database, const char *edit, const char *label, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonUnsynced)
      taken = transaction != NULL ? baton_database_take_refused (database, edit, error) : NULL;

  return taken != NULL && make_again (database, taken->edit, label, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
