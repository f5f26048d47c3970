/* baton-database-copy.c: a refused edit, kept as something of the person's own
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was refused is set on a copy of the record: as it is on this device, or as it was when it left (`whole` in the outbox), or, where neither
 * is known, on nothing. The copy is a new record: it has no place of its own in the old one's history, series of occurrences, or order.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* What belongs to the one record alone */
static gboolean
is_own (const char *key)
{
  static const char *const names[] = { "position", "created_at", "completed_at",
                                       "deleted",  "series_id",  "occurrence",
                                       NULL };

  return g_strv_contains (names, key);
}

static void
copy_value (BatonEdit *copy, const char *key, const BatonValue *value)
{
  const char *element = NULL;
  const BatonField *field = baton_schema_lookup (baton_edit_get_entity (copy), key, NULL, &element);

  if (field == NULL || (field->flags & BATON_FIELD_SERVER) != 0 || is_own (key))
    return;
  if (element != NULL && value->kind == BATON_VALUE_NULL)
    return;
  baton_edit_set (copy, key, value);
}

static void
copy_field (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  copy_value (data, key, value);
}

/* --- what it is a copy of ------------------------------------------------ */

/* What was refused by itself, or was not written over by a later edit of what the server refused to have */
static gboolean
is_newest (const BatonRecord *record, const BatonEdit *edit, const char *key, gboolean unmade)
{
  BatonClock clock = baton_edit_get_clock (edit);
  BatonClock stands = { 0 };

  if (unmade && record != NULL)
    stands = baton_record_get_clock (record, key);
  return baton_clock_compare (&stands, &clock) <= 0;
}

static gboolean
copy_record (BatonDatabase *database,
             BatonEdit *copy,
             const BatonUnsynced *unsynced,
             gboolean unmade,
             GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) record = baton_database_get (
      database, baton_edit_get_entity (copy), baton_edit_get_record (unsynced->edit), &failure);
  const BatonRecord *from = record != NULL ? record : unsynced->left;
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (from != NULL)
    baton_record_foreach (from, copy_field, copy);
  for (guint i = 0; i < n_fields; i++)
    {
      if (is_newest (from, unsynced->edit, fields[i].key, unmade))
        copy_value (copy, fields[i].key, &fields[i].value);
    }
  return TRUE;
}

/* --- what it may hang on ------------------------------------------------- */

static const char *
get_text (const BatonEdit *edit, const char *key)
{
  const BatonEditField *field = baton_edit_lookup (edit, key);

  return field != NULL ? baton_value_get_text (&field->value) : NULL;
}

static gboolean
is_here (BatonDatabase *database, BatonEntity entity, const char *id)
{
  g_autoptr (BatonRecord) record = id != NULL ? baton_database_get (database, entity, id, NULL)
                                              : NULL;

  return record != NULL && !baton_record_get_bool (record, "deleted");
}

/* A project that did not let the edit in would not let the copy in either. */
static gboolean
may_stay (BatonDatabase *database, const BatonEdit *copy, const char *code)
{
  const char *project = get_text (copy, "project_id");
  gboolean closed = g_strcmp0 (code, "AUTHORIZATION_ERROR") == 0 ||
                    g_strcmp0 (code, "NOT_FOUND") == 0 || g_strcmp0 (code, "LEFT") == 0;

  return project == NULL || (!closed && is_here (database, BATON_ENTITY_PROJECT, project));
}

static void
place_task (BatonDatabase *database, BatonEdit *copy, const char *code)
{
  if (!may_stay (database, copy, code))
    {
      baton_edit_set_text (copy, "project_id", NULL);
      baton_edit_set_text (copy, "parent_id", NULL);
      baton_edit_set_text (copy, "assignee_id", NULL);
    }
  if (get_text (copy, "parent_id") != NULL &&
      !is_here (database, BATON_ENTITY_TASK, get_text (copy, "parent_id")))
    baton_edit_set_text (copy, "parent_id", NULL);
  if (get_text (copy, "title") == NULL)
    baton_edit_set_text (copy, "title", _ ("Copy of something that is gone"));
}

static gboolean
place_copy (BatonDatabase *database, BatonEdit *copy, const char *code, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (copy);

  if (entity == BATON_ENTITY_TASK)
    place_task (database, copy, code);
  else if (baton_schema_lookup (entity, "task_id", NULL, NULL) != NULL &&
           !is_here (database, BATON_ENTITY_TASK, get_text (copy, "task_id")))
    {
      g_set_error_literal (
          error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
          _ ("The task that this belongs to is gone, so it cannot be kept as a copy. It is still here: export it, or discard it."));
      return FALSE;
    }
  return TRUE;
}

/* --- keeping ------------------------------------------------------------- */

/* The copy is there before what it was made of goes: else it would take over its key, and whoever shows that would take one for the other. */
static char *
write_copy (BatonDatabase *database,
            const BatonUnsynced *unsynced,
            const char *label,
            GError **error)
{
  g_autofree char *id = baton_uuid_new (baton_database_get_now (database));
  g_autoptr (BatonEdit) copy = baton_edit_new (baton_edit_get_entity (unsynced->edit), id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  gboolean unmade;

  g_ptr_array_add (edits, copy);
  if (!baton_database_take_rest (database, unsynced->edit, &unmade, error) ||
      !copy_record (database, copy, unsynced, unmade, error) ||
      !place_copy (database, copy, unsynced->code, error) ||
      !baton_database_apply (database, edits, label, error) ||
      (unmade && !baton_database_drop_orphan (database, unsynced->edit, error)))
    return NULL;
  return g_steal_pointer (&id);
}

char *
baton_database_keep_copy (BatonDatabase *database,
                          const char *edit,
                          const char *label,
                          GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonUnsynced) unsynced = NULL;
  g_autofree char *id = NULL;

  if (transaction != NULL)
    unsynced = baton_database_take_refused (database, edit, error);
  if (unsynced != NULL)
    id = write_copy (database, unsynced, label, error);
  if (id == NULL || !baton_sql_commit (g_steal_pointer (&transaction), error))
    return NULL;
  return g_steal_pointer (&id);
}
