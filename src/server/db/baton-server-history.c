/* baton-server-history.c: every change, and every edit that lost
 *
 * A row a field: what stood there and what was to stand there, as JSON, with both clocks. Making a record leaves no rows:
 * who made it, and when, the record tells by itself. Each row carries the scope that the record stood in before the change: whoever sees the
 * record where it is now need not have seen what it was elsewhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-history.h"

static char *
dup_json (const BatonValue *value)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter json = { .out = text };

  baton_json_value (&json, value);
  return g_string_free_and_steal (text);
}

/* Its author had not seen that the task was moved: they wrote it for those who saw it where it was */
static gboolean
is_of_before_a_move (BatonRecord *record, const BatonClock *clock)
{
  BatonClock moved = { 0 };

  if (baton_record_get_entity (record) == BATON_ENTITY_TASK)
    moved = baton_record_get_clock (record, "project_id");
  return baton_clock_is_set (&moved) && baton_clock_compare (clock, &moved) < 0;
}

static gboolean
add_row (const BatonServerAuthor *author,
         const BatonServerRow *row,
         const BatonClock *clock,
         const BatonOutcome *outcome,
         GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      author->sql,
      "INSERT INTO history (entity, record, field, won, conflict, old, new, old_clock, clock, user, at, scope)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
      "  COALESCE ((SELECT key FROM scope WHERE id = 'user:' || ?13), ?12))",
      error);
  BatonRecord *record = row->record;
  const BatonValue *stands = baton_record_get_own (record, outcome->key);
  BatonClock stands_clock = baton_record_get_clock (record, outcome->key);
  g_autofree char *old = dup_json (outcome->won ? &outcome->loser : stands);
  g_autofree char *new = dup_json (outcome->won ? stands : &outcome->loser);
  g_autofree char *old_clock = baton_clock_dup_text (outcome->won ? &outcome->loser_clock
                                                                  : &stands_clock);
  g_autofree char *clock_text = baton_clock_dup_text (clock);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, baton_record_get_entity (record));
  baton_sql_bind_int (statement, 2, row->key);
  baton_sql_bind_text (statement, 3, outcome->key);
  baton_sql_bind_int (statement, 4, outcome->won);
  baton_sql_bind_int (statement, 5, outcome->conflict);
  baton_sql_bind_text (statement, 6, old);
  baton_sql_bind_text (statement, 7, new);
  baton_sql_bind_text (statement, 8, old_clock);
  baton_sql_bind_text (statement, 9, clock_text);
  baton_sql_bind_text (statement, 10, author->user);
  baton_sql_bind_int (statement, 11, author->now);
  baton_sql_bind_int (statement, 12, row->found != 0 ? row->found : row->scope);
  baton_sql_bind_text (statement, 13,
                       !outcome->won && is_of_before_a_move (record, clock) ? author->user : NULL);
  return baton_sql_run (statement, error);
}

static gboolean
is_worth_a_row (const BatonServerApplied *applied, const BatonOutcome *outcome)
{
  BatonRecord *record = applied->row->record;
  const BatonField *field = baton_schema_lookup (baton_record_get_entity (record), outcome->key,
                                                 NULL, NULL);

  if (applied->created || (field && (field->flags & BATON_FIELD_QUIET) != 0))
    return FALSE;
  return !baton_value_equal (&outcome->loser, baton_record_get_own (record, outcome->key));
}

/* Whoever writes a value anew has taken back what they wrote there before: that lost to nobody else. Notes are merged, and each edit is a part. */
static gboolean
take_back (const BatonServerAuthor *author,
           const BatonEdit *edit,
           const BatonServerRow *row,
           const char *key,
           GError **error)
{
  const BatonField *field = baton_schema_lookup (baton_edit_get_entity (edit), key, NULL, NULL);
  BatonClock at = baton_edit_get_clock (edit);
  g_autofree char *clock = baton_clock_dup_text (&at);
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (field != NULL && field->type == BATON_FIELD_NOTES)
    return TRUE;
  statement = baton_sql_prepare (author->sql,
                                 "UPDATE history SET conflict = 0 WHERE record = ?1 AND entity = ?2"
                                 " AND conflict = 1 AND won = 0 AND field = ?3 AND clock < ?4"
                                 " AND substr (clock, -12) = substr (?4, -12)",
                                 error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, row->key);
  baton_sql_bind_int (statement, 2, baton_edit_get_entity (edit));
  baton_sql_bind_text (statement, 3, key);
  baton_sql_bind_text (statement, 4, clock);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_history_add (const BatonServerAuthor *author,
                          const BatonEdit *edit,
                          const BatonServerApplied *applied,
                          GError **error)
{
  BatonClock clock = baton_edit_get_clock (edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; !applied->created && i < n_fields; i++)
    if (!take_back (author, edit, applied->row, fields[i].key, error))
      return FALSE;
  for (guint i = 0; i < applied->outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (applied->outcomes, i);

      if (is_worth_a_row (applied, outcome) &&
          !add_row (author, applied->row, &clock, outcome, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_server_history_add_replaced (const BatonServerAuthor *author,
                                   const BatonServerRow *row,
                                   const char *key,
                                   const BatonValue *old,
                                   const BatonClock *old_clock,
                                   GError **error)
{
  BatonOutcome outcome = { .key = (char *) key, .won = TRUE, .loser_clock = *old_clock };
  BatonClock clock = baton_record_get_clock (row->record, outcome.key);
  gboolean done;

  if (baton_value_equal (old, baton_record_get_own (row->record, outcome.key)))
    return TRUE;
  baton_value_copy (old, &outcome.loser);
  done = add_row (author, row, &clock, &outcome, error);
  baton_value_clear (&outcome.loser);
  return done;
}

static gboolean
is_known (const BatonServerAuthor *author,
          const BatonServerRow *row,
          const char *key,
          const BatonClock *at,
          gboolean *known,
          GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (author->sql,
                                     "SELECT 1 FROM history WHERE record = ?1 AND entity = ?2"
                                     " AND field = ?3 AND (old_clock = ?4 OR clock = ?4) LIMIT 1",
                                     error);
  g_autofree char *clock = baton_clock_dup_text (at);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, row->key);
  baton_sql_bind_int (statement, 2, baton_record_get_entity (row->record));
  baton_sql_bind_text (statement, 3, key);
  baton_sql_bind_text (statement, 4, clock);
  step = baton_sql_step (statement, error);
  *known = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}

gboolean
baton_server_history_drop_known (const BatonServerAuthor *author,
                                 const BatonServerRow *row,
                                 GPtrArray *outcomes,
                                 GError **error)
{
  for (guint i = outcomes->len; i-- > 0;)
    {
      const BatonOutcome *outcome = g_ptr_array_index (outcomes, i);
      gboolean known = FALSE;

      if (!outcome->won &&
          !is_known (author, row, outcome->key, &outcome->loser_clock, &known, error))
        return FALSE;
      if (known)
        g_ptr_array_remove_index (outcomes, i);
    }
  return TRUE;
}

static gboolean
is_older_text (const BatonServerRow *row, const BatonEdit *edit, const char *key)
{
  const BatonField *field = baton_schema_lookup (baton_edit_get_entity (edit), key, NULL, NULL);
  BatonClock clock = baton_edit_get_clock (edit);
  BatonClock stands = baton_record_get_clock (row->record, key);

  return field != NULL && field->type == BATON_FIELD_NOTES &&
         baton_clock_compare (&clock, &stands) < 0;
}

gboolean
baton_server_history_restate_known (const BatonServerAuthor *author,
                                    const BatonServerRow *row,
                                    BatonEdit *edit,
                                    GError **error)
{
  BatonClock clock = baton_edit_get_clock (edit);
  BatonClock none = { 0 };
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      gboolean known = FALSE;

      if (is_older_text (row, edit, fields[i].key) &&
          !is_known (author, row, fields[i].key, &clock, &known, error))
        return FALSE;
      if (known)
        baton_edit_set_base (edit, fields[i].key, &none, NULL);
    }
  return TRUE;
}

static void
write_conflict (BatonSqlStatement *row, BatonJsonWriter *json)
{
  baton_json_begin_object (json);
  baton_json_member_text (json, "field", baton_sql_get_text (row, 0));
  baton_json_key (json, "value");
  baton_json_raw (json, baton_sql_get_text (row, 1));
  baton_json_member_text (json, "clock", baton_sql_get_text (row, 2));
  baton_json_member_text (json, "winner", baton_sql_get_text (row, 3));
  baton_json_end_object (json);
}

gboolean
baton_server_history_write_conflicts (BatonSql *sql,
                                      BatonEntity entity,
                                      gint64 record,
                                      gint64 scope,
                                      const char *user,
                                      BatonJsonWriter *json,
                                      GError **error)
{
  g_autoptr (BatonSqlStatement)
      rows = baton_sql_prepare (sql, BATON_SERVER_HISTORY_CONFLICTS, error);
  gboolean any = FALSE;
  BatonSqlStep step;

  if (rows == NULL)
    return FALSE;
  baton_sql_bind_int (rows, 1, record);
  baton_sql_bind_int (rows, 2, entity);
  baton_sql_bind_int (rows, 3, scope);
  baton_sql_bind_text (rows, 4, user);
  while ((step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    {
      if (!any)
        {
          baton_json_key (json, "conflicts");
          baton_json_begin_array (json);
        }
      any = TRUE;
      write_conflict (rows, json);
    }
  if (any)
    baton_json_end_array (json);
  return step == BATON_SQL_DONE;
}
