/* baton-database-results.c: the server's word on what was sent
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An edit that is not in the outbox has had its answer: it is passed over, so that an answer may be taken any number of times.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#define CHUNK 100

static BatonEdit *
get_edit (BatonDatabase *database, const char *id, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "SELECT json FROM outbox WHERE id = ? AND state = 'waiting'", id, NULL, error);
  g_autoptr (JsonNode) node = NULL;

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  node = baton_json_parse (baton_sql_get_text (statement, 0), -1, error);
  return node != NULL ? baton_edit_from_json (node, error) : NULL;
}

static gboolean
put_changed (BatonDatabase *database,
             const BatonRecord *before,
             const BatonRecord *after,
             GError **error)
{
  return baton_record_equal (before, after) || baton_database_put (database, before, after, error);
}

/* --- another clock than the edit's own ----------------------------------- */

/* Later edits that started from the value under its old clock, started from it under its new one. */
static gboolean
rename_base (BatonDatabase *database,
             BatonEdit *edit,
             const char *key,
             const BatonClock *from,
             const BatonClock *to,
             GError **error)
{
  const BatonEditField *field = baton_edit_lookup (edit, key);
  g_autoptr (GString) json = NULL;
  g_autofree char *was = NULL;
  BatonJsonWriter writer = { 0 };

  if (field == NULL || baton_clock_compare (&field->base, from) != 0)
    return TRUE;
  was = g_strdup (field->was);
  baton_edit_set_base (edit, key, to, was);
  json = g_string_new (NULL);
  writer.out = json;
  baton_edit_write_json (edit, &writer);
  return baton_database_run (database, "UPDATE outbox SET json = ?2 WHERE id = ?1",
                             baton_edit_get_id (edit), json->str, error);
}

static gboolean
rename_field (BatonDatabase *database,
              BatonRecord *record,
              GPtrArray *waiting,
              const char *key,
              const BatonClock *from,
              const BatonClock *to,
              GError **error)
{
  BatonClock stands = baton_record_get_clock (record, key);

  if (baton_clock_compare (&stands, from) == 0)
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_value_copy (baton_record_get_own (record, key), &value);
      baton_record_put (record, key, &value, to);
    }
  for (guint i = 0; i < waiting->len; i++)
    {
      if (!rename_base (database, g_ptr_array_index (waiting, i), key, from, to, error))
        return FALSE;
    }
  return baton_database_rename_clock (database, baton_record_get_id (record), key, from, to, error);
}

static gboolean
take_clock (BatonDatabase *database, BatonEdit *edit, const BatonClock *to, GError **error)
{
  BatonClock from = baton_edit_get_clock (edit);
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  g_autoptr (BatonRecord) before = baton_database_get (database, entity, id, error);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (BatonRecord) after = NULL;
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  if (before == NULL)
    return error == NULL || *error == NULL;
  waiting = baton_database_get_waiting (database, entity, id, error);
  if (waiting == NULL)
    return FALSE;
  after = baton_record_copy (before);
  for (guint i = 0; i < n_fields; i++)
    {
      if (!rename_field (database, after, waiting, fields[i].key, &from, to, error))
        return FALSE;
    }
  if (!baton_database_rename_clock (database, id, "", &from, to, error))
    return FALSE;
  baton_edit_set_clock (edit, to);
  return put_changed (database, before, after, error);
}

/* --- taken, or refused --------------------------------------------------- */

typedef struct
{
  BatonDatabase *database;
  const BatonRecord *before;
  GError *error;
} Settling;

static void
note_settled (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Settling *settling = data;
  BatonEntity entity = baton_record_get_entity (settling->before);
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);
  BatonHistoryRow row = {
    .entity = entity,
    .record = baton_record_get_id (settling->before),
    .field = key,
    .old_value = baton_record_get (settling->before, key),
    .old_clock = baton_record_get_clock (settling->before, key),
    .new_value = value,
    .new_clock = *clock,
  };

  if (settling->error == NULL && field != NULL && field->type == BATON_FIELD_NOTES &&
      baton_clock_compare (clock, &row.old_clock) > 0 && !baton_value_equal (value, row.old_value))
    baton_database_add_history (settling->database, &row, &settling->error);
}

/* What the person wrote stands in the history, where the server made something else of it. */
static gboolean
note_all_settled (BatonDatabase *database,
                  const BatonRecord *before,
                  const BatonRecord *shadow,
                  GError **error)
{
  Settling settling = { .database = database, .before = before };

  baton_record_foreach (shadow, note_settled, &settling);
  if (settling.error != NULL)
    g_propagate_error (error, settling.error);
  return settling.error == NULL;
}

/* The last answer: what the device has kept back of the server's state (notes) comes in. */
static gboolean
settle (BatonDatabase *database, const BatonRecord *shadow, GError **error)
{
  BatonEntity entity = baton_record_get_entity (shadow);
  const char *id = baton_record_get_id (shadow);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) before = baton_database_get (database, entity, id, &failure);
  g_autoptr (BatonRecord) after = before != NULL ? baton_record_copy (before) : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (after != NULL && baton_merge_record (after, shadow) &&
      (!note_all_settled (database, before, shadow, error) ||
       !baton_database_put (database, before, after, error)))
    return FALSE;
  return baton_database_drop_shadow (database, entity, id, error);
}

static gboolean
update_shadow (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) shadow = baton_database_get_shadow (database, entity, id, &failure);
  gboolean more = baton_database_has_waiting (database, entity, id);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (shadow == NULL && !more)
    return TRUE;
  if (shadow == NULL)
    shadow = baton_record_new (entity, id);
  g_ptr_array_unref (baton_merge_edit (shadow, edit, NULL));
  return more ? baton_database_set_shadow (database, shadow, error)
              : settle (database, shadow, error);
}

/* An edit that was merged stays for a while: the change that comes shows what it lost (baton-database-changes.c). */
static gboolean
take_edit (BatonDatabase *database, const BatonEdit *edit, BatonResultStatus status, GError **error)
{
  const char *command = status == BATON_RESULT_MERGED
                            ? "UPDATE outbox SET state = 'merged' WHERE id = ?"
                            : "DELETE FROM outbox WHERE id = ?";

  return baton_database_run (database, command, baton_edit_get_id (edit), NULL, error) &&
         update_shadow (database, edit, error);
}

/* The server's state, and on it what still waits. Notes that wait are shown as they were written. */
static void
replay (BatonRecord *record, GPtrArray *waiting)
{
  for (guint i = 0; i < waiting->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (waiting, i);
      BatonClock clock = baton_edit_get_clock (edit);
      guint n_fields;
      const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

      g_ptr_array_unref (baton_merge_edit (record, edit, NULL));
      for (guint j = 0; j < n_fields; j++)
        {
          const BatonField *field = baton_schema_lookup (baton_record_get_entity (record),
                                                         fields[j].key, NULL, NULL);

          if (field != NULL && field->type == BATON_FIELD_NOTES)
            baton_record_put (record, fields[j].key, &fields[j].value, &clock);
        }
    }
}

static gboolean
fall_back (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) shadow = baton_database_get_shadow (database, entity, id, &failure);
  g_autoptr (BatonRecord) before = NULL;
  g_autoptr (GPtrArray) waiting = NULL;

  if (failure == NULL && shadow != NULL)
    before = baton_database_get (database, entity, id, &failure);
  if (failure == NULL && before != NULL)
    waiting = baton_database_get_waiting (database, entity, id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* The server has nothing of it to fall back to: what was typed stays where it is. */
  if (waiting == NULL)
    return TRUE;
  replay (shadow, waiting);
  return put_changed (database, before, shadow, error) &&
         (waiting->len > 0 || baton_database_drop_shadow (database, entity, id, error));
}

static gboolean
refuse_edit (BatonDatabase *database,
             const BatonEdit *edit,
             const BatonResult *result,
             GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "UPDATE outbox SET state = 'refused', code = ?2, message = ?3 WHERE id = ?1",
      baton_edit_get_id (edit), NULL, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 2, result->code);
  baton_sql_bind_text (statement, 3, result->message);
  return baton_sql_run (statement, error) && fall_back (database, edit, error);
}

static gboolean
take_result (BatonDatabase *database, const BatonResult *result, gboolean *ahead, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonEdit) edit = get_edit (database, result->edit, &failure);
  BatonClock clock;

  if (edit == NULL)
    {
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      return failure == NULL && (error == NULL || *error == NULL);
    }
  if (result->status == BATON_RESULT_REFUSED)
    return refuse_edit (database, edit, result, error);

  clock = baton_edit_get_clock (edit);
  if (baton_clock_is_set (&result->clock) && baton_clock_compare (&result->clock, &clock) != 0)
    {
      *ahead = TRUE;
      if (!take_clock (database, edit, &result->clock, error))
        return FALSE;
    }
  return take_edit (database, edit, result->status, error);
}

/* The server took its own time for an edit: this device's clock runs ahead. */
static gboolean
reset_clock (BatonDatabase *database, gint64 server_ms, GError **error)
{
  BatonHlc hlc;

  if (!baton_database_load_clock (database, &hlc, error))
    return FALSE;
  baton_hlc_reset (&hlc, server_ms);
  return baton_database_save_clock (database, &hlc, error);
}

static gboolean
take_chunk (BatonDatabase *database,
            GPtrArray *results,
            guint from,
            guint until,
            gint64 server_ms,
            GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  gboolean ahead = FALSE;

  if (transaction == NULL)
    return FALSE;
  for (guint i = from; i < until; i++)
    {
      if (!take_result (database, g_ptr_array_index (results, i), &ahead, error))
        return FALSE;
    }
  return (!ahead || server_ms == 0 || reset_clock (database, server_ms, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/**
 * baton_database_take_results:
 * @results: (element-type BatonResult): of one answer
 * @server_ms: the server's time in it
 *
 * The disk is not waited for: an edit whose result a power cut takes back is sent again, and has the same result.
 */
gboolean
baton_database_take_results (BatonDatabase *database,
                             GPtrArray *results,
                             gint64 server_ms,
                             GError **error)
{
  g_auto (BatonSqlHaste) haste = baton_sql_make_haste (database->sql, error);

  if (haste == NULL)
    return FALSE;
  for (guint i = 0; i < results->len; i += CHUNK)
    {
      if (!take_chunk (database, results, i, MIN (i + CHUNK, results->len), server_ms, error))
        return FALSE;
    }
  return TRUE;
}
