/* sim-oracle.c: what must hold when all is well again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-ledger.h"

/* --- devices and server are alike ------------------------------------------------ */

/* Each record as its canonical JSON, by entity and id */
static void
dump_row (BatonSqlStatement *row, BatonEntity entity, GHashTable *dump)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonRecord) record = baton_record_table_read (row, 0, entity, &error);
  GString *json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  g_assert_no_error (error);
  baton_json_begin_object (&writer);
  baton_record_write_json (record, &writer);
  baton_json_end_object (&writer);
  baton_record_write_clocks (record, &writer);
  g_hash_table_insert (
      dump, g_strdup_printf ("%s %s", baton_entity_get_name (entity), baton_record_get_id (record)),
      g_string_free_and_steal (json));
}

/* @where: behind WHERE, about the table; with one text as ?1 */
static GHashTable *
dump (BatonSql *sql, const char *where, const char *text)
{
  GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *columns = baton_record_table_dup_columns (i, NULL);
      g_autofree char *select = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE %s", columns,
                                                 baton_entity_get_name (i), where);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (sql, select, &error);

      g_assert_no_error (error);
      baton_sql_bind_text (rows, 1, text);
      while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
        dump_row (rows, i, all);
      g_assert_no_error (error);
    }
  return all;
}

#define SEEN_ON_SERVER                                          \
  "scope IN (SELECT key FROM scope WHERE id = 'user:' || ?1 OR" \
  " id IN (SELECT 'project:' || project FROM member WHERE user = ?1))"
/* What only this device has is what the server refused */
#define HELD_ON_DEVICE "(scope <> '' OR ?1 IS NOT NULL)"

static void
compare (SimDevice *device, GHashTable *theirs, GHashTable *ours)
{
  GHashTableIter iter;
  const char *key, *there;

  g_hash_table_iter_init (&iter, theirs);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, (gpointer *) &there))
    {
      const char *here = g_hash_table_lookup (ours, key);

      if (g_strcmp0 (here, there) != 0)
        sim_fail (device->world, "Device %u and the server differ in %s:\n  device %s\n  server %s",
                  device->number, key, here, there);
    }
  g_hash_table_iter_init (&iter, ours);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    {
      if (!g_hash_table_contains (theirs, key))
        sim_fail (device->world, "Device %u has %s, which the server has not", device->number, key);
    }
}

static void
check_alike (SimDevice *device)
{
  g_autoptr (GHashTable)
      theirs = dump (device->world->reading, SEEN_ON_SERVER, sim_person_get_id (device->person));
  g_autoptr (GHashTable) ours = dump (device->database->sql, HELD_ON_DEVICE, NULL);

  compare (device, theirs, ours);
}

/* --- nothing is left behind --------------------------------------------------------- */

static gint64
count (SimWorld *world, BatonSql *sql, const char *text)
{
  GError *error = NULL;
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, &error);
  gint64 n = -1;

  if (statement != NULL && baton_sql_step (statement, &error) == BATON_SQL_ROW)
    n = baton_sql_get_int (statement, 0);
  if (error != NULL)
    sim_fail_error (world, text, error);
  return n;
}

static void
check_none (SimDevice *device, const char *what, const char *text)
{
  gint64 n = count (device->world, device->database->sql, text);

  if (n != 0)
    sim_fail (device->world, "Device %u: %s: %" G_GINT64_FORMAT, device->number, what, n);
}

#define SHOULD_HIDE                                                                          \
  "EXISTS (WITH RECURSIVE up (id) AS (SELECT task.id UNION SELECT t.parent_id FROM up"       \
  " JOIN task t ON t.id = up.id WHERE t.parent_id IS NOT NULL)"                              \
  " SELECT 1 FROM up JOIN task t ON t.id = up.id LEFT JOIN project p ON p.id = t.project_id" \
  " WHERE p.deleted = 1 OR (t.deleted = 1 AND t.id <> task.id))"

static void
check_whole (SimDevice *device)
{
  GError *error = NULL;

  if (!baton_sql_check (device->database->sql, &error))
    sim_fail_error (device->world, "A device's database is damaged", error);
  check_none (device, "shadows left behind",
              "SELECT count(*) FROM shadow WHERE NOT EXISTS"
              " (SELECT 1 FROM outbox WHERE outbox.record = shadow.record)");
  check_none (device, "edits that wait", "SELECT count(*) FROM outbox WHERE state = 'waiting'");
  check_none (device, "pulls that did not end",
              "SELECT count(*) FROM cursor WHERE pull IS NOT NULL");
  check_none (device, "tasks hidden wrongly",
              "SELECT count(*) FROM task WHERE hidden <> " SHOULD_HIDE);
  check_none (device, "tasks without words, or words without task",
              "SELECT (SELECT count(*) FROM task) - (SELECT count(*) FROM search)");
}

/* Who signs in, goes back to a backup, or is made to believe that the server did, may bring a record with it of which nobody has said that it is
 * gone. */
static gboolean
may_bring_back (SimWorld *world)
{
  if (world->was_said_set_back)
    return TRUE;
  for (guint i = 0; i < world->plan->steps->len; i++)
    {
      SimKind kind = g_array_index (world->plan->steps, SimStep, i).kind;

      if (kind == SIM_SIGN_OUT || kind == SIM_RESTORE || kind == SIM_SERVER_RESTORE)
        return TRUE;
    }
  return FALSE;
}

static void
check_gone (SimWorld *world)
{
  g_autoptr (GHashTable) there = dump (world->reading, "?1 IS NULL", NULL);
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, there);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    {
      if (sim_ledger_is_ghost (world, strchr (key, ' ') + 1))
        sim_fail (world, "It was gone for good, and nobody has edited it: %s", key);
    }
}

static void
check_server (SimWorld *world)
{
  GError *error = NULL;
  gint64 n;

  if (!baton_sql_check (world->reading, &error))
    sim_fail_error (world, "The server's database is damaged", error);
  n = count (world, world->reading,
             "SELECT count(*) FROM (SELECT 1 FROM task WHERE series_id IS NOT NULL AND deleted = 0"
             " GROUP BY series_id, occurrence HAVING count(*) > 1)");
  if (n != 0)
    sim_fail (world, "%" G_GINT64_FORMAT " occurrences are there twice", n);
  world->counts.conflicts += (guint64) count (world, world->reading,
                                              "SELECT count(*) FROM history WHERE conflict <> 0");
  n = count (
      world, world->reading,
      "SELECT count(*) FROM (SELECT 1 FROM history GROUP BY entity, record, field, clock, user, won"
      " HAVING count(*) > 1)");
  if (n != 0)
    sim_fail (world, "%" G_GINT64_FORMAT " edits are in the server's history twice", n);
}

void
sim_oracle_check (SimWorld *world)
{
  for (guint i = 0; i < world->plan->n_devices; i++)
    {
      check_alike (&world->devices[i]);
      check_whole (&world->devices[i]);
    }
  check_server (world);
  if (!may_bring_back (world))
    check_gone (world);
  if (world->failure == NULL)
    sim_account_check (world);
}
