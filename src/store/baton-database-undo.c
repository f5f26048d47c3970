/* baton-database-undo.c: steps back and forth
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Undoing a step is a new edit that sets each field to its old value; so it is synced like any other. A row of history knows under which clock its new
 * value stands (`new_now`): where the field has another clock, somebody else has been there. The new edit gives the old value a new
 * clock, and each row that knows the value learns it (baton_database_rename_clock()), so that the step before can be undone next,
 * and this one redone. A conflict that the step settled is no change to set back: it is open again. Redoing is the same with old and new exchanged.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  BatonEntity entity;
  char *record;
  char *field;       /* empty: the record was made */
  BatonValue value;  /* to be set */
  BatonClock stands; /* what the field's clock is to be now */
  BatonClock was;    /* under which clock @value stood last */
} Row;

typedef struct
{
  BatonDatabase *database;
  gboolean redo;
  gint64 step;
  char *label;
  GPtrArray *rows;  /* of Row; the first of a field tells what stands, the last what is to be set */
  GString *changed; /* fields that somebody else has changed, named for the person */
} Undo;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->record);
  g_free (row->field);
  baton_value_clear (&row->value);
  g_free (row);
}

static void
undo_clear (Undo *undo)
{
  g_free (undo->label);
  g_clear_pointer (&undo->rows, g_ptr_array_unref);
  g_string_free (undo->changed, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Undo, undo_clear)

static const char last_done[] = "SELECT id, label FROM step WHERE state = 'done' "
                                "ORDER BY id DESC LIMIT 1";
static const char first_undone[] = "SELECT id, label FROM step WHERE state = 'undone' "
                                   "ORDER BY id LIMIT 1";

static gboolean
find_step (Undo *undo, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      undo->database->sql, undo->redo ? first_undone : last_done, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_DONE)
    g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOTHING,
                         undo->redo ? _ ("There is nothing to redo")
                                    : _ ("There is nothing to undo"));
  if (step != BATON_SQL_ROW)
    return FALSE;
  undo->step = baton_sql_get_int (statement, 0);
  undo->label = g_strdup (baton_sql_get_text (statement, 1));
  return TRUE;
}

/* The value of a row that undoing sets: for a set's element FALSE where it was in no set, for a new record its being deleted */
static gboolean
read_target (Undo *undo, Row *row, const char *json, GError **error)
{
  const char *element = NULL;

  if (*row->field == '\0')
    {
      baton_value_set_bool (&row->value, !undo->redo);
      return TRUE;
    }
  if (!baton_database_read_value (row->entity, row->field, json, &row->value, error))
    return FALSE;
  if (baton_schema_lookup (row->entity, row->field, NULL, &element) != NULL && element != NULL &&
      row->value.kind == BATON_VALUE_NULL)
    baton_value_set_bool (&row->value, FALSE);
  return TRUE;
}

static gboolean
read_row (Undo *undo, BatonSqlStatement *statement, GError **error)
{
  Row *row = g_new0 (Row, 1);

  g_ptr_array_add (undo->rows, row);
  if (!baton_entity_from_name (baton_sql_get_text (statement, 0), &row->entity))
    return TRUE;
  row->record = g_strdup (baton_sql_get_text (statement, 1));
  row->field = g_strdup (baton_sql_get_text (statement, 2));
  baton_clock_from_text (baton_sql_get_text (statement, 4), &row->was);
  baton_clock_from_text (baton_sql_get_text (statement, 5), &row->stands);
  return read_target (undo, row, baton_sql_get_text (statement, 3), error);
}

static gboolean
read_rows (Undo *undo, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      undo->database->sql,
      undo->redo ? "SELECT entity, record, field, new_value, new_now, old_now FROM history "
                   "WHERE step = ? AND conflict = 0 ORDER BY id"
                 : "SELECT entity, record, field, old_value, old_now, new_now FROM history "
                   "WHERE step = ? AND conflict = 0 ORDER BY id DESC",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, undo->step);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      if (!read_row (undo, statement, error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

/* --- whether somebody else has been there -------------------------------- */

typedef struct
{
  BatonDatabase *database;
  const BatonRecord *record;
  gboolean found;
} Foreign;

/* Where this device's clock ran ahead the server took its own, and a row of a step has learnt it. */
static gboolean
is_renamed (const Foreign *foreign, const BatonClock *clock)
{
  char text[BATON_CLOCK_TEXT_LENGTH + 1];
  gint64 found;

  baton_clock_to_text (clock, text);
  baton_database_query_int (foreign->database,
                            "SELECT 1 FROM history WHERE record = ?1 AND edit IS NOT NULL AND "
                            "(new_now = ?2 OR old_now = ?2) LIMIT 1",
                            baton_record_get_id (foreign->record), text, &found, NULL);
  return found != 0;
}

static void
find_foreign (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Foreign *foreign = data;

  if (clock->node != foreign->database->node && !(clock->node == 0 && is_renamed (foreign, clock)))
    foreign->found = TRUE;
}

static void
note_change (Undo *undo, const BatonRecord *record, const char *field)
{
  const char *name = record != NULL ? baton_record_get_text (record, "title") : NULL;

  if (name == NULL && record != NULL)
    name = baton_record_get_text (record, "name");
  if (undo->changed->len > 0)
    g_string_append (undo->changed, ", ");
  g_string_append_printf (undo->changed, "“%s”", name != NULL ? name : "?");
  if (*field != '\0')
    g_string_append_printf (undo->changed, " (%s)", field);
}

/* The server sets fields of its own on what a device made: they are nobody's work. */
static void
drop_server_fields (const char *key,
                    const BatonValue *value,
                    const BatonClock *clock,
                    gpointer data)
{
  gpointer *arguments = data;
  BatonEntity entity = baton_record_get_entity (arguments[0]);
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  if (field == NULL || (field->flags & BATON_FIELD_SERVER) == 0)
    find_foreign (key, value, clock, arguments[1]);
}

static void
check_row (Undo *undo, const Row *row, const BatonRecord *record)
{
  Foreign foreign = { .database = undo->database, .record = record };
  gpointer arguments[] = { (gpointer) record, &foreign };
  BatonClock clock;

  if (record == NULL)
    note_change (undo, NULL, row->field);
  else if (*row->field == '\0')
    {
      baton_record_foreach (record, drop_server_fields, arguments);
      if (foreign.found)
        note_change (undo, record, row->field);
    }
  else
    {
      clock = baton_record_get_clock (record, row->field);
      if (baton_clock_compare (&clock, &row->stands) != 0)
        note_change (undo, record, row->field);
    }
}

static gboolean
check_rows (Undo *undo, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < undo->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (undo->rows, i);
      g_autoptr (BatonRecord) record = NULL;

      if (!g_hash_table_add (seen, g_strconcat (row->record, "\t", row->field, NULL)))
        continue;
      record = baton_database_get (undo->database, row->entity, row->record, NULL);
      check_row (undo, row, record);
    }
  if (undo->changed->len == 0)
    return TRUE;
  g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED,
               _ ("“%s” was left as it is: on another device somebody has since changed %s"),
               undo->label, undo->changed->str);
  return FALSE;
}

/* --- setting back -------------------------------------------------------- */

/* One edit a record, in the order of the rows */
static GPtrArray *
make_edits (Undo *undo)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (GHashTable) by_record = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < undo->rows->len; i++)
    {
      const Row *row = g_ptr_array_index (undo->rows, i);
      BatonEdit *edit = g_hash_table_lookup (by_record, row->record);
      gint64 key = baton_database_get_key (undo->database, row->entity, row->record, NULL);

      /* Off the device since, and undone with force */
      if (key == 0)
        continue;
      if (edit == NULL)
        {
          edit = baton_edit_new (row->entity, row->record);
          g_hash_table_insert (by_record, row->record, edit);
          g_ptr_array_add (edits, edit);
        }
      baton_edit_set (edit, *row->field != '\0' ? row->field : "deleted", &row->value);
    }
  return edits;
}

static gboolean
learn_clocks (Undo *undo, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = undo->rows->len; i-- > 0;)
    {
      const Row *row = g_ptr_array_index (undo->rows, i);
      g_autoptr (BatonRecord) record = NULL;
      BatonClock clock;

      if (*row->field == '\0' ||
          !g_hash_table_add (seen, g_strconcat (row->record, "\t", row->field, NULL)))
        continue;
      record = baton_database_get (undo->database, row->entity, row->record, NULL);
      if (record == NULL)
        continue;
      clock = baton_record_get_clock (record, row->field);
      if (!baton_database_rename_clock (undo->database, row->record, row->field, &row->was, &clock,
                                        error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mark_step (Undo *undo, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      undo->database->sql, "UPDATE step SET state = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, undo->step);
  baton_sql_bind_text (statement, 2, undo->redo ? "done" : "undone");
  return baton_sql_run (statement, error);
}

static gboolean
set_back (Undo *undo, GError **error)
{
  g_auto (BatonApplying) applying = { 0 };
  g_autoptr (GPtrArray) edits = make_edits (undo);

  if (!baton_applying_begin (&applying, undo->database, error))
    return FALSE;
  for (guint i = 0; i < edits->len; i++)
    {
      if (!baton_applying_add (&applying, g_ptr_array_index (edits, i), error))
        return FALSE;
    }
  return baton_applying_end (&applying, error) && learn_clocks (undo, error) &&
         baton_database_reopen_conflicts (undo->database, undo->step, undo->redo, error) &&
         mark_step (undo, error);
}

static char *
run (BatonDatabase *database, gboolean redo, gboolean force, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_auto (Undo) undo = {
    .database = database,
    .redo = redo,
    .rows = g_ptr_array_new_with_free_func (row_free),
    .changed = g_string_new (NULL),
  };

  if (transaction == NULL || !find_step (&undo, error) || !read_rows (&undo, error) ||
      (!force && !check_rows (&undo, error)) || !set_back (&undo, error) ||
      !baton_sql_commit (g_steal_pointer (&transaction), error))
    return NULL;
  return g_steal_pointer (&undo.label);
}

char *
baton_database_undo (BatonDatabase *database, gboolean force, GError **error)
{
  return run (database, FALSE, force, error);
}

char *
baton_database_redo (BatonDatabase *database, gboolean force, GError **error)
{
  return run (database, TRUE, force, error);
}

static char *
dup_label (BatonDatabase *database, const char *text)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, NULL);

  if (statement == NULL || baton_sql_step (statement, NULL) != BATON_SQL_ROW)
    return NULL;
  return g_strdup (baton_sql_get_text (statement, 1));
}

void
baton_database_get_steps (BatonDatabase *database, char **undo, char **redo)
{
  *undo = dup_label (database, last_done);
  *redo = dup_label (database, first_undone);
}

char *
baton_database_dup_step_title (BatonDatabase *database, gboolean redo)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autoptr (BatonRecord) record = NULL;
  g_autofree char *text = g_strdup_printf (
      "SELECT entity, min (record), max (record) FROM history WHERE step = (SELECT id FROM (%s)) "
      "GROUP BY entity",
      redo ? first_undone : last_done);
  BatonEntity entity;

  g_return_val_if_fail (database != NULL, NULL);

  statement = baton_sql_prepare (database->sql, text, NULL);
  if (statement == NULL || baton_sql_step (statement, NULL) != BATON_SQL_ROW ||
      !baton_entity_from_name (baton_sql_get_text (statement, 0), &entity) ||
      !g_str_equal (baton_sql_get_text (statement, 1), baton_sql_get_text (statement, 2)))
    return NULL;
  record = baton_database_get (database, entity, baton_sql_get_text (statement, 1), NULL);
  if (record == NULL || baton_sql_step (statement, NULL) != BATON_SQL_DONE)
    return NULL;
  return g_strdup (baton_record_get_text (record, entity == BATON_ENTITY_TASK ? "title" : "name"));
}
