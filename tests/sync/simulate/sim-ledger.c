/* sim-ledger.c: every edit that a device has said to hold
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read from the device's own history after each call that returned success. A record that was made has one row there; its fields are
 * those of the record that have the clock of that row.
 */
#include "sim-ledger.h"

struct _SimLedger
{
  GPtrArray *entries;  /* of SimEntry */
  GHashTable *refused; /* of what make_mark() makes */
  gint64 seen[SIM_MAX_DEVICES];
  gint64 kept[SIM_MAX_DEVICES];
};

static void
entry_free (gpointer data)
{
  SimEntry *entry = data;

  g_free (entry->edit);
  g_free (entry->record);
  g_free (entry->field);
  g_free (entry->value);
  g_free (entry->before);
  g_free (entry);
}

SimLedger *
sim_ledger_new (void)
{
  SimLedger *ledger = g_new0 (SimLedger, 1);

  ledger->entries = g_ptr_array_new_with_free_func (entry_free);
  ledger->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return ledger;
}

void
sim_ledger_free (SimLedger *ledger)
{
  g_ptr_array_unref (ledger->entries);
  g_hash_table_unref (ledger->refused);
  g_free (ledger);
}

GPtrArray *
sim_ledger_get (SimLedger *ledger)
{
  return ledger->entries;
}

/* --- refused ------------------------------------------------------------------ */

static char *
make_mark (guint device, const char *record, const char *field, const BatonClock *clock)
{
  g_autofree char *text = baton_clock_dup_text (clock);

  return g_strdup_printf ("%u %s %s %s", device, record, field, text);
}

void
sim_ledger_note_refused (SimDevice *device)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (device->database, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < all->len; i++)
    {
      const BatonUnsynced *unsynced = g_ptr_array_index (all, i);
      BatonClock clock = baton_edit_get_clock (unsynced->edit);
      guint n_fields;
      const BatonEditField *fields = baton_edit_get_fields (unsynced->edit, &n_fields);

      for (guint j = 0; unsynced->refused && j < n_fields; j++)
        g_hash_table_add (device->world->ledger->refused,
                          make_mark (device->number, baton_edit_get_record (unsynced->edit),
                                     fields[j].key, &clock));
    }
}

gboolean
sim_ledger_was_written_anew (SimLedger *ledger, const SimEntry *entry)
{
  g_autofree char *mark = make_mark (entry->device, entry->record, entry->field, &entry->clock);

  if (!g_hash_table_contains (ledger->refused, mark))
    return FALSE;
  for (guint i = ledger->entries->len; i-- > 0;)
    {
      const SimEntry *other = g_ptr_array_index (ledger->entries, i);

      if (other == entry)
        return FALSE;
      if (other->device == entry->device && g_str_equal (other->record, entry->record) &&
          g_str_equal (other->field, entry->field))
        return TRUE;
    }
  return FALSE;
}

/* --- adding --------------------------------------------------------------------- */

typedef struct
{
  SimDevice *device;
  SimEntry like; /* borrowed members */
} Adding;

static void
add (const Adding *adding,
     const char *field,
     const char *value,
     const char *before,
     const BatonClock *base)
{
  SimEntry *entry = g_new (SimEntry, 1);

  *entry = adding->like;
  entry->edit = g_strdup (entry->edit);
  entry->record = g_strdup (entry->record);
  entry->field = g_strdup (field);
  entry->value = g_strdup (value);
  entry->before = g_strdup (before);
  entry->base = *base;
  g_ptr_array_add (adding->device->world->ledger->entries, entry);
}

static void
add_made (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Adding *adding = data;
  const BatonClock none = { 0 };
  g_autoptr (GString) json = NULL;
  BatonJsonWriter writer = { 0 };

  if (baton_clock_compare (clock, &adding->like.clock) != 0)
    return;
  writer.out = json = g_string_new (NULL);
  baton_json_value (&writer, value);
  adding->like.made = TRUE;
  add (adding, key, json->str, "null", &none);
}

static void
add_row (SimDevice *device, BatonSqlStatement *row)
{
  Adding adding = { .device = device };
  const char *field = baton_sql_get_text (row, 4);
  BatonClock base = { 0 };

  adding.like.device = device->number;
  adding.like.row = baton_sql_get_int (row, 0);
  adding.like.edit = (char *) baton_sql_get_text (row, 1);
  baton_entity_from_name (baton_sql_get_text (row, 2), &adding.like.entity);
  adding.like.record = (char *) baton_sql_get_text (row, 3);
  baton_clock_from_text (baton_sql_get_text (row, 6), &adding.like.clock);
  baton_clock_from_text (baton_sql_get_text (row, 7), &base);
  if (*field == '\0')
    {
      g_autoptr (BatonRecord) record = baton_database_get (device->database, adding.like.entity,
                                                           adding.like.record, NULL);

      baton_record_foreach (record, add_made, &adding);
      return;
    }
  add (&adding, field, baton_sql_get_text (row, 5), baton_sql_get_text (row, 8), &base);
}

void
sim_ledger_add (SimDevice *device)
{
  SimLedger *ledger = device->world->ledger;
  GError *error = NULL;
  g_autoptr (BatonSqlStatement)
      rows = baton_sql_prepare (device->database->sql,
                                "SELECT id, edit, entity, record, field, new_value, new_clock, "
                                "old_clock, old_value FROM history WHERE id > ?1 ORDER BY id",
                                &error);

  g_assert_no_error (error);
  baton_sql_bind_int (rows, 1, ledger->seen[device->number]);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    {
      ledger->seen[device->number] = baton_sql_get_int (rows, 0);
      if (!baton_sql_is_null (rows, 1))
        add_row (device, rows);
    }
  g_assert_no_error (error);
}

void
sim_ledger_keep (SimDevice *device)
{
  SimLedger *ledger = device->world->ledger;

  ledger->kept[device->number] = ledger->seen[device->number];
}

void
sim_ledger_restore (SimDevice *device)
{
  SimLedger *ledger = device->world->ledger;

  ledger->seen[device->number] = ledger->kept[device->number];
  for (guint i = 0; i < ledger->entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (ledger->entries, i);

      if (entry->device == device->number && entry->row > ledger->kept[device->number])
        entry->excused = TRUE;
    }
}

static void
give_up_field (SimLedger *ledger, const BatonEdit *edit, const char *field)
{
  BatonClock clock = baton_edit_get_clock (edit);

  for (guint i = 0; i < ledger->entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (ledger->entries, i);

      if (baton_clock_compare (&entry->clock, &clock) <= 0 &&
          g_str_equal (entry->record, baton_edit_get_record (edit)) &&
          g_str_equal (entry->field, field))
        entry->excused = TRUE;
    }
}

void
sim_ledger_give_up (SimDevice *device, const BatonEdit *edit)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    give_up_field (device->world->ledger, edit, fields[i].key);
}

void
sim_ledger_empty (SimDevice *device)
{
  GPtrArray *entries = device->world->ledger->entries;

  /* What a server that was set back has lost, and would have been sent again with the next sync, goes with the device */
  for (guint i = 0; device->world->was_set_back && i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);

      entry->excused |= entry->device == device->number;
    }
  device->world->ledger->seen[device->number] = 0;
  device->world->ledger->kept[device->number] = 0;
}

/* Whether an edit on its list of what is not synced has it */
static gboolean
lists (SimDevice *device, const SimEntry *entry)
{
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (
      device->database->sql, "SELECT json FROM outbox WHERE record = ?1 AND state <> 'merged'",
      NULL);

  baton_sql_bind_text (rows, 1, entry->record);
  while (baton_sql_step (rows, NULL) == BATON_SQL_ROW)
    {
      g_autoptr (JsonNode) node = baton_json_parse (baton_sql_get_text (rows, 0), -1, NULL);
      g_autoptr (BatonEdit) edit = baton_edit_from_json (node, NULL);
      BatonClock clock = baton_edit_get_clock (edit);

      if (baton_edit_lookup (edit, entry->field) != NULL &&
          baton_clock_compare (&clock, &entry->clock) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
holds (SimDevice *device, const SimEntry *entry)
{
  g_autoptr (BatonRecord)
      record = baton_database_get (device->database, entry->entity, entry->record, NULL);
  BatonClock clock = { 0 };

  if (record != NULL)
    clock = baton_record_get_clock (record, entry->field);
  /* Its own device tells how it was replaced */
  return (record != NULL && device->number == entry->device) ||
         baton_clock_compare (&clock, &entry->clock) == 0 || lists (device, entry);
}

void
sim_ledger_set_back (SimWorld *world)
{
  GPtrArray *entries = world->ledger->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);
      gboolean held = FALSE;

      for (guint j = 0; j < world->plan->n_devices && !held; j++)
        held = holds (&world->devices[j], entry);
      entry->excused |= !held;
    }
}

/* --- what is gone for good --------------------------------------------------------- */

/* When the server took the edit; 0: it has not */
static gint64
get_taken (SimWorld *world, const SimEntry *entry)
{
  GError *error = NULL;
  g_autoptr (BatonSqlStatement)
      row = baton_sql_prepare (world->reading, "SELECT at FROM edit WHERE id = ?1", &error);
  gboolean is_there;

  g_assert_no_error (error);
  baton_sql_bind_text (row, 1, entry->edit);
  is_there = baton_sql_step (row, &error) == BATON_SQL_ROW;
  g_assert_no_error (error);
  return is_there ? baton_sql_get_int (row, 0) : 0;
}

/* What lost has changed nothing, so that the record is no younger for it */
static gboolean
stands (SimWorld *world, const SimEntry *entry)
{
  GError *error = NULL;
  g_autofree char *columns = baton_record_table_dup_columns (entry->entity, NULL);
  g_autofree char *text = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE id = ?1", columns,
                                           baton_entity_get_name (entry->entity));
  g_autoptr (BatonSqlStatement) row = baton_sql_prepare (world->reading, text, &error);
  g_autoptr (BatonRecord) record = NULL;
  BatonClock clock;

  g_assert_no_error (error);
  baton_sql_bind_text (row, 1, entry->record);
  if (baton_sql_step (row, &error) != BATON_SQL_ROW)
    return FALSE;
  record = baton_record_table_read (row, 0, entry->entity, &error);
  g_assert_no_error (error);
  clock = baton_record_get_clock (record, entry->field);
  return baton_clock_compare (&clock, &entry->clock) == 0;
}

void
sim_ledger_look (SimWorld *world)
{
  GPtrArray *entries = world->ledger->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);

      entry->taken = stands (world, entry) ? get_taken (world, entry) : 0;
    }
  sim_account_reach (world);
}

/* A device that has not heard yet that its edit was taken sends all of it again, and so does one whose person has said that it is to be kept. */
static gboolean
is_waited_for (SimWorld *world, const char *record)
{
  for (guint i = 0; i < world->plan->n_devices; i++)
    {
      GError *error = NULL;
      g_autoptr (BatonSqlStatement) row = baton_sql_prepare (
          world->devices[i].database->sql,
          "SELECT 1 FROM outbox WHERE record = ?1 UNION ALL SELECT 1 FROM gone WHERE record = ?1 AND state = 'kept'",
          &error);

      g_assert_no_error (error);
      baton_sql_bind_text (row, 1, record);
      if (baton_sql_step (row, &error) == BATON_SQL_ROW)
        return TRUE;
      g_assert_no_error (error);
    }
  return FALSE;
}

void
sim_ledger_purge (SimWorld *world, GHashTable *records, gint64 before)
{
  GPtrArray *entries = world->ledger->entries;
  GHashTableIter iter;
  const char *id;

  for (guint i = 0; i < entries->len; i++)
    {
      SimEntry *entry = g_ptr_array_index (entries, i);

      if (!g_hash_table_contains (records, entry->record))
        continue;
      if (entry->taken >= before)
        sim_fail (world, "Removed for good: %s %s, though its %s was written of late",
                  baton_entity_get_name (entry->entity), entry->record, entry->field);
      entry->excused |= entry->reached;
    }
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    g_hash_table_insert (world->purged, g_strdup (id),
                         GUINT_TO_POINTER (is_waited_for (world, id) ? 0 : entries->len));
}

void
sim_ledger_note_kept (SimDevice *device)
{
  GError *error = NULL;
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (
      device->database->sql, "SELECT record FROM gone WHERE state = 'kept'", &error);

  g_assert_no_error (error);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    g_hash_table_insert (device->world->purged, g_strdup (baton_sql_get_text (rows, 0)), NULL);
  g_assert_no_error (error);
}

gboolean
sim_ledger_is_ghost (SimWorld *world, const char *record)
{
  GPtrArray *entries = world->ledger->entries;
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (world->purged, record));

  for (guint i = before; i < entries->len; i++)
    {
      if (g_str_equal (((SimEntry *) g_ptr_array_index (entries, i))->record, record))
        return FALSE;
    }
  return before > 0;
}
