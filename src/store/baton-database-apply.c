/* baton-database-apply.c: what a person does goes in
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each edit is copied first: without the fields that change nothing, and with those that follow from the others. The caller's stays as
 * it was, so that it can be tried again.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#define PROBLEMS_MAX 100

/* --- completing an edit -------------------------------------------------- */

static gboolean
has_field (BatonEntity entity, const char *name)
{
  return baton_schema_lookup (entity, name, NULL, NULL) != NULL;
}

/* Null where the field has a fallback means the fallback: the wire knows no other. */
static void
copy_field (BatonEdit *copy, const BatonEditField *field, const BatonRecord *state)
{
  BatonEntity entity = baton_edit_get_entity (copy);
  const BatonValue *value = &field->value;
  const char *element;
  guint index;

  if (value->kind == BATON_VALUE_NULL &&
      baton_schema_lookup (entity, field->key, &index, &element) != NULL && element == NULL)
    value = baton_schema_get_fallback (entity, index);
  if (state == NULL || !baton_value_equal (value, baton_record_get (state, field->key)))
    baton_edit_set (copy, field->key, value);
}

static const char *
get_status (const BatonRecord *state)
{
  return state != NULL ? baton_record_get_text (state, "status") : "todo";
}

static void
follow_status (BatonEdit *edit, const BatonRecord *state, gint64 now)
{
  const BatonEditField *status = baton_edit_lookup (edit, "status");
  gboolean is_done, was_done;

  if (status == NULL || baton_edit_lookup (edit, "completed_at") != NULL)
    return;
  is_done = g_strcmp0 (baton_value_get_text (&status->value), "done") == 0;
  was_done = g_strcmp0 (get_status (state), "done") == 0;
  if (is_done && !was_done)
    {
      g_autofree char *time = baton_time_format (now);

      baton_edit_set_text (edit, "completed_at", time);
    }
  else if (was_done && !is_done && baton_record_get_text (state, "completed_at") != NULL)
    baton_edit_set_text (edit, "completed_at", NULL);
}

static gboolean
give_birth (BatonApplying *applying, BatonEdit *edit, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);

  if (has_field (entity, "created_at") && baton_edit_lookup (edit, "created_at") == NULL)
    {
      g_autofree char *time = baton_time_format (applying->now);

      baton_edit_set_text (edit, "created_at", time);
    }
  if (has_field (entity, "position") && baton_edit_lookup (edit, "position") == NULL)
    {
      g_autofree char *position = baton_database_dup_end_position (applying->database, edit, error);

      if (position == NULL)
        return FALSE;
      baton_edit_set_text (edit, "position", position);
    }
  return TRUE;
}

static BatonEdit *
complete (BatonApplying *applying, const BatonEdit *edit, const BatonRecord *state, GError **error)
{
  g_autoptr (BatonEdit)
      copy = baton_edit_new (baton_edit_get_entity (edit), baton_edit_get_record (edit));
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    copy_field (copy, &fields[i], state);
  if (has_field (baton_edit_get_entity (edit), "completed_at"))
    follow_status (copy, state, applying->now);
  if (state == NULL && !give_birth (applying, copy, error))
    return NULL;
  return g_steal_pointer (&copy);
}

/* --- stamping and writing ------------------------------------------------ */

/* Later than all that it replaces, even where that was set by a clock that ran ahead */
static BatonClock
tick (BatonApplying *applying, const BatonEdit *edit, const BatonRecord *state)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; state != NULL && i < n_fields; i++)
    {
      BatonClock stands = baton_record_get_clock (state, fields[i].key);

      baton_hlc_observe (&applying->hlc, &stands);
    }
  return baton_hlc_tick (&applying->hlc, applying->now);
}

/* The step is made with its first change, and takes away what could be redone. */
gboolean
baton_applying_begin_step (BatonApplying *applying, GError **error)
{
  BatonDatabase *database = applying->database;
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (applying->label == NULL || applying->step != 0)
    return TRUE;
  if (!baton_database_run (database,
                           "UPDATE history SET step = NULL WHERE step IN "
                           "(SELECT id FROM step WHERE state = 'undone')",
                           NULL, NULL, error) ||
      !baton_database_run (database, "DELETE FROM step WHERE state = 'undone'", NULL, NULL, error))
    return FALSE;
  statement = baton_database_prepare (
      database, "INSERT INTO step (label, state, made) VALUES (?1, 'done', ?2)", applying->label,
      NULL, error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 2, applying->now);
  if (!baton_sql_run (statement, error))
    return FALSE;
  applying->step = baton_sql_get_last_key (database->sql);
  return TRUE;
}

static gboolean
add_row (BatonApplying *applying,
         const BatonEdit *edit,
         const BatonRecord *state,
         const BatonEditField *field,
         GError **error)
{
  const BatonValue none = BATON_VALUE_INIT;
  BatonHistoryRow row = {
    .step = applying->step,
    .edit = baton_edit_get_id (edit),
    .entity = baton_edit_get_entity (edit),
    .record = baton_edit_get_record (edit),
    .field = field != NULL ? field->key : "",
    .old_value = field != NULL ? baton_record_get (state, field->key) : &none,
    .old_clock = field != NULL ? baton_record_get_clock (state, field->key) : (BatonClock) { 0 },
    .new_value = field != NULL ? &field->value : &none,
    .new_clock = baton_edit_get_clock (edit),
  };

  return baton_database_add_history (applying->database, &row, error);
}

/* Of a record that is new one row tells enough: what it was made with stands in the record until an edit replaces, and keeps, it. */
static gboolean
add_rows (BatonApplying *applying, const BatonEdit *edit, const BatonRecord *state, GError **error)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  if (state == NULL)
    return add_row (applying, edit, NULL, NULL, error);
  for (guint i = 0; i < n_fields; i++)
    {
      if (!add_row (applying, edit, state, &fields[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
settle (BatonApplying *applying, const BatonEdit *edit, GError **error)
{
  BatonDatabase *database = applying->database;
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  const char *id = baton_edit_get_record (edit);

  if (!baton_database_is_in_conflict (database, baton_edit_get_entity (edit), id))
    return TRUE;
  for (guint i = 0; i < n_fields; i++)
    {
      if (!baton_database_settle_by_value (database, id, fields[i].key, &fields[i].value,
                                           applying->step, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_applying_write (BatonApplying *applying,
                      BatonEdit *edit,
                      const BatonRecord *state,
                      const BatonClock *given,
                      GError **error)
{
  g_autofree char *id = baton_uuid_new (applying->now);
  g_autoptr (BatonRecord) record = state != NULL ? baton_record_copy (state)
                                                 : baton_record_new (baton_edit_get_entity (edit),
                                                                     baton_edit_get_record (edit));
  BatonClock clock = given != NULL ? *given : tick (applying, edit, state);

  baton_edit_stamp (edit, id, &clock, state);
  g_ptr_array_unref (baton_merge_edit (record, edit, NULL));
  applying->changed = TRUE;
  return baton_applying_begin_step (applying, error) && add_rows (applying, edit, state, error) &&
         baton_database_put (applying->database, state, record, error) &&
         settle (applying, edit, error) &&
         (applying->signed_in ? baton_database_enqueue (applying->database, edit, state, error)
                              : baton_database_note_signed_out (applying->database, state, error));
}

/* --- what follows -------------------------------------------------------- */

static gboolean
completes (const BatonEdit *edit, const BatonRecord *state)
{
  const BatonEditField *status = baton_edit_lookup (edit, "status");

  return baton_edit_get_entity (edit) == BATON_ENTITY_TASK && state != NULL && status != NULL &&
         g_strcmp0 (baton_value_get_text (&status->value), "done") == 0 &&
         g_strcmp0 (get_status (state), "done") != 0;
}

static gboolean
write_edit (BatonApplying *applying, BatonEdit *edit, const BatonRecord *state, GError **error)
{
  g_autoptr (BatonRecord) after = NULL;

  if (!baton_applying_write (applying, edit, state, NULL, error))
    return FALSE;
  if (!applying->follows || !completes (edit, state))
    return TRUE;
  after = baton_database_get (applying->database, BATON_ENTITY_TASK, baton_edit_get_record (edit),
                              error);
  return after != NULL && baton_applying_add_next (applying, after, error);
}

gboolean
baton_applying_begin (BatonApplying *applying, BatonDatabase *database, GError **error)
{
  applying->database = database;
  applying->now = baton_database_get_now (database);
  applying->signed_in = baton_database_is_signed_in (database);
  applying->problems = baton_problems_new ();
  return baton_database_load_clock (database, &applying->hlc, error);
}

gboolean
baton_applying_add (BatonApplying *applying, const BatonEdit *edit, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) state = NULL;
  g_autoptr (BatonEdit) complete_edit = NULL;
  guint n_fields;

  state = baton_database_get (applying->database, baton_edit_get_entity (edit),
                              baton_edit_get_record (edit), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  complete_edit = complete (applying, edit, state, error);
  if (complete_edit == NULL)
    return FALSE;
  baton_edit_get_fields (complete_edit, &n_fields);
  if (n_fields == 0)
    return TRUE;
  if (!baton_edit_validate (complete_edit, state, TRUE, applying->problems))
    return TRUE;
  /* What follows is rolled back where there are problems. */
  return applying->problems->len > 0 || write_edit (applying, complete_edit, state, error);
}

gboolean
baton_applying_end (BatonApplying *applying, GError **error)
{
  return baton_problems_to_error (applying->problems, error) &&
         (!applying->changed ||
          baton_database_save_clock (applying->database, &applying->hlc, error));
}

void
baton_applying_clear (BatonApplying *applying)
{
  g_clear_pointer (&applying->problems, g_ptr_array_unref);
}

/**
 * baton_database_apply:
 * @edits: (element-type BatonEdit): not changed
 * @label: what the step of undo is named
 *
 * Applies all of @edits or, with BATON_ERROR_VALIDATION that names each wrong field, none. Durable when it returns TRUE. Fields that already read as
 * the edit would set them are passed over; where nothing is left, no step is made. Completing a task that repeats makes its next occurrence in
 * the same step, or brings it back where it was deleted (undone, maybe on another device). Where it is there, it is left as it is; so it is when a
 * task is opened again.
 */
gboolean
baton_database_apply (BatonDatabase *database, GPtrArray *edits, const char *label, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  g_auto (BatonApplying) applying = { .label = label, .follows = TRUE };

  g_return_val_if_fail (database != NULL && edits != NULL && label != NULL, FALSE);

  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL || !baton_applying_begin (&applying, database, error))
    return FALSE;
  for (guint i = 0; i < edits->len && applying.problems->len < PROBLEMS_MAX; i++)
    {
      if (!baton_applying_add (&applying, g_ptr_array_index (edits, i), error))
        return FALSE;
    }
  return baton_applying_end (&applying, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
