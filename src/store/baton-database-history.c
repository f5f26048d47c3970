/* baton-database-history.c: what became of each field
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static char *
dup_json (const BatonValue *value)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };

  baton_json_value (&writer, value);
  return g_string_free_and_steal (text);
}

gboolean
baton_database_read_value (BatonEntity entity,
                           const char *field,
                           const char *json,
                           BatonValue *value,
                           GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, error);
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  if (node == NULL)
    return FALSE;
  baton_json_read_value (entity, field, node, value, problems);
  return baton_problems_to_error (problems, error);
}

gboolean
baton_database_add_history (BatonDatabase *database, const BatonHistoryRow *row, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "INSERT INTO history (step, edit, entity, record, field, old_value, old_clock, new_value, "
      "new_clock, old_now, new_now, conflict) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?9, ?10)",
      error);
  g_autofree char *old_value = dup_json (row->old_value);
  g_autofree char *new_value = dup_json (row->new_value);
  char old_clock[BATON_CLOCK_TEXT_LENGTH + 1], new_clock[BATON_CLOCK_TEXT_LENGTH + 1];

  if (statement == NULL)
    return FALSE;
  baton_clock_to_text (&row->old_clock, old_clock);
  baton_clock_to_text (&row->new_clock, new_clock);
  if (row->step != 0)
    baton_sql_bind_int (statement, 1, row->step);
  baton_sql_bind_text (statement, 2, row->edit);
  baton_sql_bind_text (statement, 3, baton_entity_get_name (row->entity));
  baton_sql_bind_text (statement, 4, row->record);
  baton_sql_bind_text (statement, 5, row->field);
  baton_sql_bind_text (statement, 6, old_value);
  baton_sql_bind_text (statement, 7, old_clock);
  baton_sql_bind_text (statement, 8, new_value);
  baton_sql_bind_text (statement, 9, new_clock);
  baton_sql_bind_int (statement, 10, row->conflict);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_add_conflict (BatonDatabase *database, const BatonHistoryRow *row, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "SELECT 1 FROM history WHERE record = ? AND field = ? AND conflict <> 0 AND old_clock = ?",
      row->record, row->field, error);
  char clock[BATON_CLOCK_TEXT_LENGTH + 1];
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_clock_to_text (&row->old_clock, clock);
  baton_sql_bind_text (statement, 3, clock);
  step = baton_sql_step (statement, error);
  return step == BATON_SQL_ROW ||
         (step == BATON_SQL_DONE && baton_database_add_history (database, row, error));
}

static gboolean
rename_column (BatonDatabase *database,
               const char *text,
               const char *record,
               const char *field,
               const BatonClock *from,
               const BatonClock *to,
               GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, record, field, error);
  char from_text[BATON_CLOCK_TEXT_LENGTH + 1], to_text[BATON_CLOCK_TEXT_LENGTH + 1];

  if (statement == NULL)
    return FALSE;
  baton_clock_to_text (from, from_text);
  baton_clock_to_text (to, to_text);
  baton_sql_bind_text (statement, 3, from_text);
  baton_sql_bind_text (statement, 4, to_text);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_rename_clock (BatonDatabase *database,
                             const char *record,
                             const char *field,
                             const BatonClock *from,
                             const BatonClock *to,
                             GError **error)
{
  return rename_column (database,
                        "UPDATE history SET old_now = ?4 WHERE record = ?1 AND field = ?2 AND "
                        "step IS NOT NULL AND old_now = ?3",
                        record, field, from, to, error) &&
         rename_column (database,
                        "UPDATE history SET new_now = ?4 WHERE record = ?1 AND field = ?2 AND "
                        "step IS NOT NULL AND new_now = ?3",
                        record, field, from, to, error);
}

gboolean
baton_database_settle_by_value (BatonDatabase *database,
                                const char *record,
                                const char *field,
                                const BatonValue *value,
                                gint64 step,
                                GError **error)
{
  g_autofree char *json = dup_json (value);
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "UPDATE history SET conflict = 2, step = nullif (?4, 0) "
      "WHERE record = ?1 AND conflict = 1 AND field = ?2 AND old_value = ?3",
      record, field, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, json);
  baton_sql_bind_int (statement, 4, step);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_reopen_conflicts (BatonDatabase *database,
                                 gint64 step,
                                 gboolean redo,
                                 GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, "UPDATE history SET conflict = ?2 WHERE step = ?1 AND conflict <> 0", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, step);
  baton_sql_bind_int (statement, 2, redo ? 2 : 1);
  return baton_sql_run (statement, error);
}

/* --- reading ------------------------------------------------------------- */

static void
entry_free (gpointer data)
{
  BatonHistoryEntry *entry = data;

  g_free (entry->record);
  g_free (entry->title);
  g_free (entry->field);
  baton_value_clear (&entry->old_value);
  baton_value_clear (&entry->new_value);
  g_free (entry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonHistoryEntry, entry_free)

BatonHistoryAuthor
baton_database_get_author (BatonDatabase *database, const BatonClock *clock)
{
  if (!baton_clock_is_set (clock))
    return BATON_HISTORY_NOBODY;
  if (clock->node == database->node)
    return BATON_HISTORY_THIS_DEVICE;
  return clock->node == 0 ? BATON_HISTORY_SERVER : BATON_HISTORY_OTHER_DEVICE;
}

static gboolean
read_entry (BatonDatabase *database,
            BatonSqlStatement *statement,
            BatonHistoryEntry *entry,
            GError **error)
{
  entry->id = baton_sql_get_int (statement, 0);
  baton_entity_from_name (baton_sql_get_text (statement, 1), &entry->entity);
  entry->record = g_strdup (baton_sql_get_text (statement, 2));
  entry->field = g_strdup (baton_sql_get_text (statement, 3));
  baton_clock_from_text (baton_sql_get_text (statement, 5), &entry->old_clock);
  baton_clock_from_text (baton_sql_get_text (statement, 7), &entry->new_clock);
  entry->conflict = baton_sql_get_int (statement, 8) != 0;
  entry->settled = baton_sql_get_int (statement, 8) == 2;
  entry->old_author = baton_database_get_author (database, &entry->old_clock);
  entry->new_author = baton_database_get_author (database, &entry->new_clock);
  entry->old_at = entry->old_author != BATON_HISTORY_NOBODY ? baton_clock_get_ms (&entry->old_clock)
                                                            : 0;
  entry->new_at = baton_clock_get_ms (&entry->new_clock);
  return *entry->field == '\0' ||
         (baton_database_read_value (entry->entity, entry->field, baton_sql_get_text (statement, 4),
                                     &entry->old_value, error) &&
          baton_database_read_value (entry->entity, entry->field, baton_sql_get_text (statement, 6),
                                     &entry->new_value, error));
}

#define COLUMNS                                                                             \
  "SELECT id, entity, record, field, old_value, old_clock, new_value, new_clock, conflict " \
  "FROM history WHERE "

/* @limit: 0 for all. @here: those whose record is on this device; how many others came in between is added to @n_gone. */
static GPtrArray *
read_entries (BatonDatabase *database,
              BatonSqlStatement *statement,
              guint limit,
              gboolean here,
              guint *n_gone,
              GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  BatonSqlStep step = BATON_SQL_DONE;

  while ((limit == 0 || entries->len < limit) &&
         (step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonHistoryEntry) entry = g_new0 (BatonHistoryEntry, 1);
      g_autoptr (BatonRecord) record = NULL;

      if (!read_entry (database, statement, entry, error))
        return NULL;
      record = baton_database_get (database, entry->entity, entry->record, NULL);
      if (record == NULL && here)
        {
          *n_gone += 1;
          continue;
        }
      entry->title = record != NULL ? g_strdup (baton_record_get_name (record)) : NULL;
      g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
  return step != BATON_SQL_FAILED ? g_steal_pointer (&entries) : NULL;
}

/* Only those that are shown are read as a whole: a value may be long */
static char *
dup_list_query (BatonEntity entity)
{
  GString *text = g_string_new (
      COLUMNS "id IN (SELECT id FROM history WHERE record = ?1 AND field NOT IN (''");
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if ((fields[i].flags & BATON_FIELD_QUIET) != 0)
      g_string_append_printf (text, ", '%s'", fields[i].name);
  g_string_append (text,
                   ") OR record = ?1 AND field = '' ORDER BY id DESC LIMIT ?3) ORDER BY id DESC");
  return g_string_free_and_steal (text);
}

GPtrArray *
baton_database_list_history (BatonDatabase *database,
                             BatonEntity entity,
                             const char *record,
                             guint limit,
                             GError **error)
{
  g_autofree char *text = dup_list_query (entity);
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, record, NULL, error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 3, limit > 0 ? (gint64) limit : -1);
  return read_entries (database, statement, 0, FALSE, NULL, error);
}

GPtrArray *
baton_database_get_conflicts (BatonDatabase *database, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (database->sql, COLUMNS "conflict = 1 ORDER BY id DESC", error);

  return statement != NULL ? read_entries (database, statement, 0, FALSE, NULL, error) : NULL;
}

/* While a statement stands on a row, what is counted is of the same moment. */
GPtrArray *
baton_database_list_conflicts (BatonDatabase *database, guint limit, guint *n_left, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (database->sql, COLUMNS "conflict = 1 ORDER BY id DESC", error);
  g_autoptr (GPtrArray) entries = NULL;
  gint64 n_all = 0;
  guint n_gone = 0;

  *n_left = 0;
  if (statement != NULL)
    entries = read_entries (database, statement, limit, TRUE, &n_gone, error);
  if (entries == NULL || limit == 0 || entries->len < limit)
    return g_steal_pointer (&entries);
  if (!baton_database_query_int (database, "SELECT count(*) FROM history WHERE conflict = 1", NULL,
                                 NULL, &n_all, error))
    return NULL;
  *n_left = (guint) n_all - n_gone - entries->len;
  return g_steal_pointer (&entries);
}

gboolean
baton_database_is_in_conflict (BatonDatabase *database, BatonEntity entity, const char *id)
{
  gint64 found;

  baton_database_query_int (database,
                            "SELECT 1 FROM history WHERE record = ? AND conflict = 1 AND "
                            "entity = ? LIMIT 1",
                            id, baton_entity_get_name (entity), &found, NULL);
  return found != 0;
}

gboolean
baton_database_is_field_in_conflict (BatonDatabase *database, const char *id, const char *field)
{
  gint64 found;

  baton_database_query_int (
      database, "SELECT 1 FROM history WHERE record = ? AND field = ? AND conflict = 1 LIMIT 1", id,
      field, &found, NULL);
  return found != 0;
}

/* --- settling ------------------------------------------------------------ */

/* @step: whose undoing opens it again */
static gboolean
settle (BatonDatabase *database, gint64 id, gint64 step, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql, "UPDATE history SET conflict = 2, step = ?2 WHERE id = ?1 AND conflict = 1",
      error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, id);
  baton_sql_bind_int (statement, 2, step);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_settle_conflict (BatonDatabase *database,
                                gint64 id,
                                const char *label,
                                GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_auto (BatonApplying) applying = { .label = label };
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep found;

  if (transaction == NULL || !baton_applying_begin (&applying, database, error))
    return FALSE;
  statement = baton_sql_prepare (database->sql,
                                 "SELECT 1 FROM history WHERE id = ? AND conflict = 1", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, id);
  found = baton_sql_step (statement, error);
  if (found != BATON_SQL_ROW)
    return found == BATON_SQL_DONE;
  return baton_applying_begin_step (&applying, error) &&
         settle (database, id, applying.step, error) && baton_applying_end (&applying, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

static BatonHistoryEntry *
get_entry (BatonDatabase *database, gint64 id, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (database->sql, COLUMNS "id = ?", error);
  g_autoptr (GPtrArray) entries = NULL;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, id);
  entries = read_entries (database, statement, 0, FALSE, NULL, error);
  if (entries == NULL)
    return NULL;
  if (entries->len > 0)
    return g_ptr_array_steal_index (entries, 0);
  g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                       _ ("There is no such entry in the history"));
  return NULL;
}

/* What is in no set is out of it: null is no value of an element. */
static void
set_loser (BatonEdit *edit, BatonHistoryEntry *entry)
{
  const char *element = NULL;

  if (baton_schema_lookup (entry->entity, entry->field, NULL, &element) != NULL &&
      element != NULL && entry->old_value.kind == BATON_VALUE_NULL)
    baton_value_set_bool (&entry->old_value, FALSE);
  baton_edit_set (edit, entry->field, &entry->old_value);
}

/* The edit settles by its value; a conflict whose loser stands already, or is out of a set, has to be told. */
static gboolean
set_instead (BatonApplying *applying,
             const BatonHistoryEntry *entry,
             const BatonEdit *edit,
             GError **error)
{
  if (!baton_applying_add (applying, edit, error) || !baton_applying_end (applying, error))
    return FALSE;
  return !entry->conflict || entry->settled ||
         (baton_applying_begin_step (applying, error) &&
          settle (applying->database, entry->id, applying->step, error));
}

gboolean
baton_database_use_instead (BatonDatabase *database, gint64 id, const char *label, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (BatonHistoryEntry) entry = transaction != NULL ? get_entry (database, id, error)
                                                            : NULL;
  g_auto (BatonApplying) applying = { .label = label, .follows = TRUE };
  g_autoptr (BatonEdit) edit = NULL;

  if (entry == NULL || !baton_applying_begin (&applying, database, error))
    return FALSE;
  if (*entry->field == '\0' ||
      baton_database_get_key (database, entry->entity, entry->record, NULL) == 0)
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                           _ ("What this belongs to is no longer on this device"));
      return FALSE;
    }
  edit = baton_edit_new (entry->entity, entry->record);
  set_loser (edit, entry);
  return set_instead (&applying, entry, edit, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
