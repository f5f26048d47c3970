/* sim-account.c: where each edit has ended
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An edit that a device said to hold is, field by field: in the state; in the history, as what was replaced or lost; under *Not synced* of a
 * device; or it was overwritten, by somebody who had seen it, by an edit of which one of these is true. A text that was
 * merged is held to its lines. What is found by its value may have been written by another edit of the same value as well: most values are
 * made to be the only ones of their kind.
 */
#include "sim-ledger.h"

typedef struct
{
  SimWorld *world;
  GHashTable *found;  /* of "entity record field value", and of "entity record field line" */
  GHashTable *chains; /* "entity record field clock" to SimEntry that replaced it */
} Accounting;

static gboolean
is_notes (BatonEntity entity, const char *key)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  return field != NULL && field->type == BATON_FIELD_NOTES;
}

static gboolean
is_quiet (BatonEntity entity, const char *key)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  return field != NULL && (field->flags & BATON_FIELD_QUIET) != 0;
}

/* --- what there is --------------------------------------------------------------- */

static char *
make_key (BatonEntity entity, const char *record, const char *field, const char *value)
{
  return g_strjoin (" ", baton_entity_get_name (entity), record, field, value, NULL);
}

/* The lines of the JSON of a text */
static GStrv
split_lines (const char *json)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, NULL);
  const char *text = node != NULL ? baton_json_get_text (node) : NULL;

  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

static void
add_found (Accounting *accounting,
           BatonEntity entity,
           const char *record,
           const char *field,
           const char *value)
{
  g_auto (GStrv) lines = NULL;

  if (value == NULL)
    return;
  g_hash_table_add (accounting->found, make_key (entity, record, field, value));
  if (!is_notes (entity, field))
    return;
  lines = split_lines (value);
  for (guint i = 0; lines[i] != NULL; i++)
    g_hash_table_add (accounting->found, make_key (entity, record, field, lines[i]));
}

typedef struct
{
  Accounting *accounting;
  BatonRecord *record;
} Adding;

static void
add_state (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Adding *adding = data;
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  baton_json_value (&writer, value);
  add_found (adding->accounting, baton_record_get_entity (adding->record),
             baton_record_get_id (adding->record), key, json->str);
}

/* What a field reads as that nobody has set: somebody who wrote just that has lost nothing */
static void
add_readings (Adding *adding)
{
  BatonEntity entity = baton_record_get_entity (adding->record);
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      if (fields[i].type != BATON_FIELD_SET)
        add_state (fields[i].name, baton_record_get_at (adding->record, i), NULL, adding);
    }
}

static BatonSqlStatement *
prepare (BatonSql *sql, const char *text)
{
  GError *error = NULL;
  BatonSqlStatement *statement = baton_sql_prepare (sql, text, &error);

  g_assert_no_error (error);
  return statement;
}

static gboolean
step (BatonSqlStatement *statement)
{
  GError *error = NULL;
  gboolean is_row = baton_sql_step (statement, &error) == BATON_SQL_ROW;

  g_assert_no_error (error);
  return is_row;
}

static void
add_records (Accounting *accounting, BatonSql *sql, BatonEntity entity)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  g_autofree char *text = g_strdup_printf ("SELECT %s FROM \"%s\"", columns,
                                           baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement) rows = prepare (sql, text);

  while (step (rows))
    {
      g_autoptr (BatonRecord) record = baton_record_table_read (rows, 0, entity, NULL);
      Adding adding = { accounting, record };

      baton_record_foreach (record, add_state, &adding);
      add_readings (&adding);
    }
}

static void
add_server_history (Accounting *accounting, BatonEntity entity)
{
  g_autofree char *text = g_strdup_printf ("SELECT r.id, h.field, h.old, h.new FROM history h"
                                           " JOIN \"%s\" r ON r.key = h.record WHERE h.entity = %d",
                                           baton_entity_get_name (entity), entity);
  g_autoptr (BatonSqlStatement) rows = prepare (accounting->world->reading, text);

  while (step (rows))
    {
      const char *record = baton_sql_get_text (rows, 0);
      const char *field = baton_sql_get_text (rows, 1);

      add_found (accounting, entity, record, field, baton_sql_get_text (rows, 2));
      add_found (accounting, entity, record, field, baton_sql_get_text (rows, 3));
    }
}

/* Where a server was set back, its history is no longer whole: then what a device has seen replaced counts too */
static void
add_device_history (Accounting *accounting, SimDevice *device)
{
  g_autoptr (BatonSqlStatement) rows = prepare (
      device->database->sql, accounting->world->was_set_back
                                 ? "SELECT entity, record, field, old_value FROM history"
                                 : "SELECT entity, record, field, old_value FROM history"
                                   " WHERE conflict <> 0");

  while (step (rows))
    {
      BatonEntity entity = 0;

      baton_entity_from_name (baton_sql_get_text (rows, 0), &entity);
      add_found (accounting, entity, baton_sql_get_text (rows, 1), baton_sql_get_text (rows, 2),
                 baton_sql_get_text (rows, 3));
    }
}

static void
add_unsynced (Accounting *accounting, SimDevice *device)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (device->database, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < all->len; i++)
    {
      const BatonUnsynced *unsynced = g_ptr_array_index (all, i);
      guint n_fields;
      const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

      accounting->world->counts.refused++;
      for (guint j = 0; j < n_fields; j++)
        {
          g_autoptr (GString) json = g_string_new (NULL);
          BatonJsonWriter writer = { .out = json };

          baton_json_value (&writer, &fields[j].value);
          add_found (accounting, baton_edit_get_entity (unsynced->edit),
                     baton_edit_get_record (unsynced->edit), fields[j].key, json->str);
        }
    }
}

/* --- the entries ------------------------------------------------------------------- */

static char *
make_link (const SimEntry *entry, const BatonClock *clock)
{
  return g_strdup_printf ("%d %s %s %" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x", entry->entity,
                          entry->record, entry->field, clock->time, clock->node);
}

/* Whether each line that the edit brought in is somewhere */
static gboolean
has_lines (Accounting *accounting, const SimEntry *entry)
{
  g_auto (GStrv) lines = split_lines (entry->value);
  g_auto (GStrv) before = split_lines (entry->before);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *key = make_key (entry->entity, entry->record, entry->field, lines[i]);

      if (!g_strv_contains ((const char *const *) before, lines[i]) &&
          !g_hash_table_contains (accounting->found, key))
        return FALSE;
    }
  return TRUE;
}

/* What the next occurrence of a series was filled in with stands in the one before it */
static gboolean
is_filled_in (const SimEntry *entry)
{
  return entry->made && baton_uuid_is_v5 (entry->record);
}

static gboolean
is_accounted (Accounting *accounting, const SimEntry *entry)
{
  g_autofree char *key = make_key (entry->entity, entry->record, entry->field, entry->value);
  g_autofree char *link = NULL;
  const SimEntry *next;

  if (entry->excused || is_filled_in (entry) || is_quiet (entry->entity, entry->field) ||
      g_hash_table_contains (accounting->found, key) ||
      (is_notes (entry->entity, entry->field) && has_lines (accounting, entry)) ||
      sim_ledger_was_written_anew (accounting->world->ledger, entry))
    return TRUE;
  link = make_link (entry, &entry->clock);
  next = g_hash_table_lookup (accounting->chains, link);
  return next != NULL && next != entry && is_accounted (accounting, next);
}

static void
fill_from_server (Accounting *accounting)
{
  GPtrArray *entries = sim_ledger_get (accounting->world->ledger);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      add_records (accounting, accounting->world->reading, i);
      add_server_history (accounting, i);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);

      g_hash_table_insert (accounting->chains, make_link (entry, &entry->base), entry);
    }
}

void
sim_account_reach (SimWorld *world)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) chains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Accounting accounting = { world, found, chains };
  GPtrArray *entries = sim_ledger_get (world->ledger);

  fill_from_server (&accounting);
  for (guint i = 0; i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);

      entry->reached = is_accounted (&accounting, entry);
    }
}

void
sim_account_check (SimWorld *world)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) chains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Accounting accounting = { world, found, chains };
  GPtrArray *entries = sim_ledger_get (world->ledger);

  fill_from_server (&accounting);
  for (guint i = 0; i < world->plan->n_devices; i++)
    {
      add_device_history (&accounting, &world->devices[i]);
      add_unsynced (&accounting, &world->devices[i]);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      const SimEntry *entry = g_ptr_array_index (entries, i);

      if (!is_accounted (&accounting, entry))
        sim_fail (world, "Lost: what device %u wrote: %s %s %s = %s (before: %s; edit %s)",
                  entry->device, baton_entity_get_name (entry->entity), entry->record, entry->field,
                  entry->value, entry->before, entry->edit);
    }
}
