/* baton-database-adopt.c: what was another person's of the same server becomes one's own
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * There an id belongs to whoever sent it first, so the records get new ones: those that baton_uuid_hand_over() gives. They are always the same, so
 * that adopting twice, or from two devices, doubles nothing; and with their first owner again records have the ids that they had. In
 * one transaction the records, all that refers to them, their history, the reminders' ledger and the edits that were refused change; the other account's server hears
 * of nothing. What keeps its id:
 *
 * - what is in a scope that both see, as a project that is shared with both: it is the new owner's already;
 * - what never left this device: nobody else can have it. What may have been sent counts as sent; so does a repeating task where any of its
 *   series was, since other devices make its occurrences with the same ids.
 *
 * The occurrences of a series that is taken over have the ids that its new name gives, so that whoever completes one makes the same next one.
 * A task of the former owner's is given to the new one; others are not in the new owner's projects.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

typedef struct
{
  BatonDatabase *database;
  const char *from; /* user ids */
  const char *to;   /* likewise */
  char *scopes;     /* JSON array: those that both see */
  gboolean all;     /* what left this device is not known */
  BatonSqlStatement *insert;
  BatonSqlStatement *insert_series;
} Adopting;

static void
adopting_clear (Adopting *adopting)
{
  g_free (adopting->scopes);
  g_clear_pointer (&adopting->insert, baton_sql_statement_free);
  g_clear_pointer (&adopting->insert_series, baton_sql_statement_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Adopting, adopting_clear)

static char *
write_scopes (const char *const *scopes)
{
  GString *json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  baton_json_begin_array (&writer);
  for (guint i = 0; scopes != NULL && scopes[i] != NULL; i++)
    baton_json_text (&writer, scopes[i]);
  baton_json_end_array (&writer);
  return g_string_free_and_steal (json);
}

/* --- which, and what they are called from now on ------------------------- */

/* ?1: the scopes that both see; ?2: whether nothing is known */
#define IS_BOTH  "scope IN (SELECT value FROM json_each (?1))"
#define HAS_LEFT "NOT " IS_BOTH " AND (scope <> '' OR ?2 OR id IN (SELECT record FROM outbox))"
#define SERIES   "coalesce (series_id, id)"

static const char tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS series (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID;"
    "DELETE FROM renamed; DELETE FROM series;";
static const char no_tables[] = "DROP TABLE temp.renamed; DROP TABLE temp.series;";

/* Series of which something has left this device, or began elsewhere */
static const char find_series[] = "INSERT INTO series (old) SELECT " SERIES
                                  " FROM task WHERE " HAS_LEFT
                                  " UNION SELECT series_id FROM task WHERE NOT " IS_BOTH
                                  " AND series_id IS NOT NULL "
                                  "AND series_id NOT IN (SELECT id FROM task)";
static const char find_tasks[] = "SELECT id, series_id, occurrence FROM task WHERE NOT " IS_BOTH
                                 " AND " SERIES " IN (SELECT old FROM series)";

static BatonSqlStatement *
prepare_find (Adopting *adopting, const char *text, GError **error)
{
  BatonSqlStatement *statement = baton_database_prepare (adopting->database, text, adopting->scopes,
                                                         NULL, error);

  if (statement != NULL && text != find_tasks)
    baton_sql_bind_int (statement, 2, adopting->all);
  return statement;
}

static gboolean
insert_pair (BatonSqlStatement *insert, const char *old, const char *new, GError **error)
{
  baton_sql_reset (insert);
  baton_sql_bind_text (insert, 1, old);
  baton_sql_bind_text (insert, 2, new);
  return baton_sql_run (insert, error);
}

/* An occurrence is named after its series */
static char *
dup_new_id (Adopting *adopting,
            const char *id,
            const char *series,
            const char *new_series,
            gint64 n)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  g_autofree char *named = new_series != NULL ? baton_uuid_from_name (series, number) : NULL;

  return g_strcmp0 (named, id) == 0 ? baton_uuid_from_name (new_series, number)
                                    : baton_uuid_hand_over (id, adopting->from, adopting->to);
}

static gboolean
rename_one (Adopting *adopting, BatonSqlStatement *row, gboolean is_task, GError **error)
{
  const char *id = baton_sql_get_text (row, 0);
  const char *series = is_task ? baton_sql_get_text (row, 1) : NULL;
  g_autofree char *new_series = NULL;
  g_autofree char *new_id = NULL;

  if (!baton_uuid_is_valid (id))
    return TRUE;
  if (series != NULL && baton_uuid_is_valid (series))
    new_series = baton_uuid_hand_over (series, adopting->from, adopting->to);
  new_id = dup_new_id (adopting, id, series, new_series,
                       new_series != NULL ? baton_sql_get_int (row, 2) : 0);
  return insert_pair (adopting->insert, id, new_id, error) &&
         (new_series == NULL || insert_pair (adopting->insert_series, series, new_series, error));
}

static gboolean
find_all (Adopting *adopting, BatonEntity entity, GError **error)
{
  gboolean is_task = entity == BATON_ENTITY_TASK;
  g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE " HAS_LEFT,
                                           baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement) rows = prepare_find (adopting, is_task ? find_tasks : text, error);
  BatonSqlStep step;

  if (rows == NULL)
    return FALSE;
  while ((step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    {
      if (!rename_one (adopting, rows, is_task, error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

/* What has the new name already is another thing, as where a copy came back through a shared project. */
static gboolean
give_way (Adopting *adopting, BatonEntity entity, GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "SELECT old, new FROM renamed WHERE new IN (SELECT id FROM \"%s\")",
      baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (adopting->database->sql, text, error);
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer old, new;
  BatonSqlStep step;

  if (rows == NULL)
    return FALSE;
  while ((step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    g_hash_table_insert (taken, g_strdup (baton_sql_get_text (rows, 0)),
                         baton_uuid_from_name (baton_sql_get_text (rows, 1), "again"));
  g_hash_table_iter_init (&iter, taken);
  while (g_hash_table_iter_next (&iter, &old, &new))
    {
      if (!insert_pair (adopting->insert, old, new, error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

static gboolean
find_names (Adopting *adopting, GError **error)
{
  BatonSql *sql = adopting->database->sql;
  g_autoptr (BatonSqlStatement) series = NULL;

  if (!baton_sql_exec (sql, tables, error))
    return FALSE;
  series = prepare_find (adopting, find_series, error);
  adopting->insert = baton_sql_prepare (sql, "INSERT OR REPLACE INTO renamed VALUES (?, ?)", error);
  adopting->insert_series = baton_sql_prepare (sql, "INSERT OR REPLACE INTO series VALUES (?, ?)",
                                               error);
  if (series == NULL || adopting->insert == NULL || adopting->insert_series == NULL ||
      !baton_sql_run (series, error))
    return FALSE;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      if (!find_all (adopting, i, error))
        return FALSE;
    }
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      if (!give_way (adopting, i, error))
        return FALSE;
    }
  return TRUE;
}

/* --- records ------------------------------------------------------------- */

#define NEW(column) "(SELECT new FROM renamed WHERE old = " column ")"

/* Fields that name another record */
static gboolean
is_reference (const BatonField *field)
{
  return field->type == BATON_FIELD_ID && (field->flags & BATON_FIELD_SERVER) == 0 &&
         !g_str_equal (field->name, "assignee_id") && !g_str_equal (field->name, "series_id");
}

static char *
dup_rename (BatonEntity entity)
{
  g_autoptr (GString) set = g_string_new ("id = coalesce (" NEW ("id") ", id)");
  g_autoptr (GString) where = g_string_new ("id IN (SELECT old FROM renamed)");
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  g_string_append (set, ", scope = iif (id IN (SELECT old FROM renamed), '', scope)");
  for (guint i = 0; i < n_fields; i++)
    {
      const char *name = fields[i].name;

      if (!is_reference (&fields[i]))
        continue;
      g_string_append_printf (set, ", %s = coalesce (" NEW ("%s") ", %s)", name, name, name);
      g_string_append_printf (where, " OR %s IN (SELECT old FROM renamed)", name);
    }
  if (entity == BATON_ENTITY_TASK)
    g_string_append (set, ", series_id = iif (id IN (SELECT old FROM renamed), coalesce ("
                          "(SELECT new FROM series WHERE old = series_id), series_id), series_id)"
                          ", assignee_id = iif (id NOT IN (SELECT old FROM renamed), assignee_id,"
                          " iif (assignee_id = ?1, ?2, NULL))");
  return g_strdup_printf ("UPDATE \"%s\" SET %s WHERE %s", baton_entity_get_name (entity), set->str,
                          where->str);
}

static gboolean
rename_records (Adopting *adopting, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = dup_rename (i);
      gboolean is_task = i == BATON_ENTITY_TASK;

      if (!baton_database_run (adopting->database, text, is_task ? adopting->from : NULL,
                               is_task ? adopting->to : NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* --- what tells of them -------------------------------------------------- */

/* Values stand there as JSON */
#define NEW_VALUE(column, names)                                                    \
  column " = coalesce ((SELECT json_quote (new) FROM " names " WHERE old = " column \
         " ->> '$'), " column ")"

static gboolean
rename_past (Adopting *adopting, GError **error)
{
  static const char *const commands[] = {
    "UPDATE history SET " NEW_VALUE ("old_value", "renamed") ", " NEW_VALUE (
        "new_value", "renamed") " WHERE field IN ('project_id', 'parent_id', 'task_id')",
    "UPDATE history SET " NEW_VALUE ("old_value", "series") ", " NEW_VALUE (
        "new_value", "series") " WHERE field = 'series_id' AND record IN (SELECT old FROM renamed)",
    "UPDATE history SET record = " NEW ("record") " WHERE record IN (SELECT old FROM renamed)",
    "DELETE FROM shadow WHERE record IN (SELECT old FROM renamed)",
    "UPDATE ring SET task = " NEW ("task") " WHERE task IN (SELECT old FROM renamed)",
    NULL,
  };

  for (guint i = 0; commands[i] != NULL; i++)
    {
      if (!baton_database_run (adopting->database, commands[i], NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* --- edits that were refused --------------------------------------------- */

/* NULL: it keeps its name */
static char *
find_new (Adopting *adopting, const char *table, const char *old)
{
  g_autofree char *text = g_strdup_printf ("SELECT new FROM %s WHERE old = ?", table);
  g_autoptr (BatonSqlStatement)
      row = old != NULL ? baton_database_prepare (adopting->database, text, old, NULL, NULL) : NULL;

  return row != NULL && baton_sql_step (row, NULL) == BATON_SQL_ROW
             ? g_strdup (baton_sql_get_text (row, 0))
             : NULL;
}

static void
rename_value (Adopting *adopting, BatonEntity entity, const char *key, BatonValue *value)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);
  const char *text = baton_value_get_text (value);
  g_autofree char *new = NULL;

  if (field == NULL || text == NULL)
    return;
  if (is_reference (field))
    new = find_new (adopting, "renamed", text);
  else if (g_str_equal (key, "series_id"))
    new = find_new (adopting, "series", text);
  if (new != NULL)
    baton_value_set_text (value, new);
}

static char *
dup_renamed_edit (Adopting *adopting, const BatonEdit *edit, const char *record)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  g_autoptr (BatonEdit) renamed = baton_edit_new (entity, record);
  BatonClock clock = baton_edit_get_clock (edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  GString *json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  baton_edit_set_id (renamed, baton_edit_get_id (edit));
  baton_edit_set_clock (renamed, &clock);
  for (guint i = 0; i < n_fields; i++)
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_value_copy (&fields[i].value, &value);
      rename_value (adopting, entity, fields[i].key, &value);
      baton_edit_set (renamed, fields[i].key, &value);
      baton_edit_set_base (renamed, fields[i].key, &fields[i].base, fields[i].was);
    }
  baton_edit_write_json (renamed, &writer);
  return g_string_free_and_steal (json);
}

typedef struct
{
  Adopting *adopting;
  BatonRecord *renamed;
} Copying;

static void
copy_field (const char *key, const BatonValue *from, const BatonClock *clock, gpointer data)
{
  Copying *copying = data;
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_copy (from, &value);
  rename_value (copying->adopting, baton_record_get_entity (copying->renamed), key, &value);
  baton_record_put (copying->renamed, key, &value, clock);
}

static char *
dup_renamed_record (Adopting *adopting, const BatonRecord *record, const char *id)
{
  g_autoptr (BatonRecord) renamed = baton_record_new (baton_record_get_entity (record), id);
  Copying copying = { .adopting = adopting, .renamed = renamed };

  baton_record_foreach (record, copy_field, &copying);
  return baton_database_write_record (renamed);
}

static char *
dup_renamed_whole (Adopting *adopting,
                   BatonEntity entity,
                   const char *json,
                   const char *id,
                   GError **error)
{
  g_autoptr (BatonRecord) record = baton_database_read_record (entity, json, error);

  return record != NULL ? dup_renamed_record (adopting, record, id) : NULL;
}

static gboolean
rename_refused (Adopting *adopting, const char *json, const char *whole, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, error);
  g_autoptr (BatonEdit) edit = node != NULL ? baton_edit_from_json (node, error) : NULL;
  g_autofree char *id = edit != NULL ? find_new (adopting, "renamed", baton_edit_get_record (edit))
                                     : NULL;
  g_autofree char *new_json = NULL;
  g_autofree char *new_whole = NULL;
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (edit == NULL)
    return FALSE;
  if (id == NULL)
    id = g_strdup (baton_edit_get_record (edit));
  new_json = dup_renamed_edit (adopting, edit, id);
  if (whole != NULL)
    new_whole = dup_renamed_whole (adopting, baton_edit_get_entity (edit), whole, id, error);
  if (whole != NULL && new_whole == NULL)
    return FALSE;
  statement = baton_database_prepare (
      adopting->database, "UPDATE outbox SET record = ?2, json = ?3, whole = ?4 WHERE id = ?1",
      baton_edit_get_id (edit), id, error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, new_json);
  baton_sql_bind_text (statement, 4, new_whole);
  return baton_sql_run (statement, error);
}

/* All that is left in the outbox of an account that has signed out. Rows keep their places, so that what changes is not met again. */
static gboolean
rename_outbox (Adopting *adopting, GError **error)
{
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (
      adopting->database->sql, "SELECT json, whole FROM outbox ORDER BY seq", error);
  BatonSqlStep step;

  if (rows == NULL)
    return FALSE;
  while ((step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    {
      if (!rename_refused (adopting, baton_sql_get_text (rows, 0), baton_sql_get_text (rows, 1),
                           error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

gboolean
baton_database_hand_over (BatonDatabase *database,
                          const char *from,
                          const char *to,
                          const char *const *scopes,
                          gboolean all,
                          GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_auto (Adopting) adopting = {
    .database = database,
    .from = from,
    .to = to,
    .scopes = write_scopes (scopes),
    .all = all,
  };

  if (transaction == NULL || !find_names (&adopting, error) || !rename_past (&adopting, error) ||
      !rename_outbox (&adopting, error) || !rename_records (&adopting, error))
    return FALSE;
  g_clear_pointer (&adopting.insert, baton_sql_statement_free);
  g_clear_pointer (&adopting.insert_series, baton_sql_statement_free);
  return baton_sql_exec (database->sql, no_tables, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}
