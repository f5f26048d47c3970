/* baton-database-refused.c: the person decides about what the server refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An edit that was refused by itself is decided about by itself. But where the server refused to have a record at all, the edit that made it and those after
 * it are of one piece: any of them stands for all, since none of them means anything to the server without the others.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* What only the edit that makes a record sets: its time, or where it has none what it cannot be without */
static const char *
get_making_field (BatonEntity entity)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);
  const char *required = NULL;

  for (guint i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].name, "created_at"))
        return fields[i].name;
      if (required == NULL && (fields[i].flags & BATON_FIELD_REQUIRED) != 0)
        required = fields[i].name;
    }
  return required;
}

static gboolean
find_making (BatonDatabase *database, const BatonEdit *edit, gboolean *found, GError **error)
{
  const char *field = get_making_field (baton_edit_get_entity (edit));
  g_autofree char *text = g_strdup_printf (
      "SELECT 1 FROM outbox WHERE record = ? AND entity = ? AND state = 'refused' "
      "AND json ->> '$.set.%s' IS NOT NULL LIMIT 1",
      field);
  gint64 n;

  *found = baton_edit_lookup (edit, field) != NULL;
  if (*found)
    return TRUE;
  if (!baton_database_query_int (database, text, baton_edit_get_record (edit),
                                 baton_entity_get_name (baton_edit_get_entity (edit)), &n, error))
    return FALSE;
  *found = n != 0;
  return TRUE;
}

gboolean
baton_database_take_rest (BatonDatabase *database,
                          const BatonEdit *edit,
                          gboolean *unmade,
                          GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);

  *unmade = FALSE;
  if (baton_database_server_has (database, entity, id))
    return TRUE;
  if (!find_making (database, edit, unmade, error))
    return FALSE;
  return !*unmade ||
         baton_database_run (
             database, "DELETE FROM outbox WHERE record = ? AND entity = ? AND state = 'refused'",
             id, baton_entity_get_name (entity), error);
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

  if (!baton_database_is_signed_in (database))
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
  gboolean unmade;

  return taken != NULL && baton_database_take_rest (database, taken->edit, &unmade, error) &&
         (!unmade || baton_database_drop_orphan (database, taken->edit, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* --- once more ----------------------------------------------------------- */

static BatonRecord *
get_record (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autoptr (GError) failure = NULL;
  BatonRecord *record = baton_database_get (database, baton_edit_get_entity (edit),
                                            baton_edit_get_record (edit), &failure);

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (record == NULL)
    g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                         _ ("What this belongs to is no longer on this device"));
  return record;
}

/* Where there is no account it goes with the rest once there is one. */
static gboolean
send_whole (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autoptr (BatonRecord) record = NULL;

  if (!baton_database_is_signed_in (database))
    return TRUE;
  record = get_record (database, edit, error);
  return record != NULL && baton_database_enqueue_record (database, record, error);
}

/* What was refused by itself has been taken back here, and is made anew. What the record already is, as one that the server refused to have, is sent
 * as a whole. */
static gboolean
make_again (BatonDatabase *database, BatonEdit *edit, const char *label, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (BatonRecord) record = get_record (database, edit, error);
  gboolean part, unmade;

  if (record == NULL || !baton_database_take_rest (database, edit, &unmade, error))
    return FALSE;
  part = baton_database_is_part_of (edit, record) &&
         !baton_database_server_has (database, baton_edit_get_entity (edit),
                                     baton_edit_get_record (edit));
  g_ptr_array_add (edits, edit);
  return (part || baton_database_apply (database, edits, label, error)) &&
         ((!part && !unmade) || send_whole (database, edit, error));
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
