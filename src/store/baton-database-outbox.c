/* baton-database-outbox.c: edits that wait for the server
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While edits of a record wait, `shadow` holds the record as the server has it (as far as this device has heard). The first edit that
 * waits puts it there, the last answer takes it away. So a refused edit can be taken back without asking the server.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

gboolean
baton_database_is_signed_in (BatonDatabase *database)
{
  g_autofree char *server = baton_database_dup_meta (database, BATON_META_SERVER, NULL);

  return server != NULL;
}

/* --- shadow -------------------------------------------------------------- */

BatonRecord *
baton_database_get_shadow (BatonDatabase *database,
                           BatonEntity entity,
                           const char *id,
                           GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "SELECT json FROM shadow WHERE record = ? AND entity = ?", id,
      baton_entity_get_name (entity), error);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  node = baton_json_parse (baton_sql_get_text (statement, 0), -1, error);
  if (node == NULL)
    return NULL;
  object = json_node_get_object (node);
  return baton_record_from_json (entity, json_object_get_object_member (object, "record"),
                                 json_object_get_object_member (object, "clocks"), error);
}

gboolean
baton_database_set_shadow (BatonDatabase *database, const BatonRecord *shadow, GError **error)
{
  g_autoptr (GString) json = g_string_sized_new (1024);
  BatonJsonWriter writer = { .out = json };
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "INSERT INTO shadow (record, entity, json) VALUES (?, ?, ?) "
      "ON CONFLICT (record, entity) DO UPDATE SET json = excluded.json",
      baton_record_get_id (shadow), baton_entity_get_name (baton_record_get_entity (shadow)),
      error);

  if (statement == NULL)
    return FALSE;
  baton_json_begin_object (&writer);
  baton_json_key (&writer, "record");
  baton_json_begin_object (&writer);
  baton_record_write_json (shadow, &writer);
  baton_json_end_object (&writer);
  baton_json_key (&writer, "clocks");
  baton_record_write_clocks (shadow, &writer);
  baton_json_end_object (&writer);
  baton_sql_bind_text (statement, 3, json->str);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_drop_shadow (BatonDatabase *database,
                            BatonEntity entity,
                            const char *id,
                            GError **error)
{
  return baton_database_run (database, "DELETE FROM shadow WHERE record = ? AND entity = ?", id,
                             baton_entity_get_name (entity), error);
}

/* --- putting in ---------------------------------------------------------- */

static gboolean
insert_edit (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autoptr (GString) json = g_string_sized_new (512);
  BatonJsonWriter writer = { .out = json };
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "INSERT INTO outbox (id, entity, record, json, made) VALUES (?, ?, ?, ?, ?)",
      baton_edit_get_id (edit), baton_entity_get_name (baton_edit_get_entity (edit)), error);

  if (statement == NULL)
    return FALSE;
  baton_edit_write_json (edit, &writer);
  baton_sql_bind_text (statement, 3, baton_edit_get_record (edit));
  baton_sql_bind_text (statement, 4, json->str);
  baton_sql_bind_int (statement, 5, baton_database_get_now (database));
  return baton_sql_run (statement, error);
}

static GPtrArray *
read_edits (BatonSqlStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  BatonSqlStep step;

  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (JsonNode) node = baton_json_parse (baton_sql_get_text (statement, 0), -1, error);
      BatonEdit *edit = node != NULL ? baton_edit_from_json (node, error) : NULL;

      if (edit == NULL)
        return NULL;
      g_ptr_array_add (edits, edit);
    }
  return step == BATON_SQL_DONE ? g_steal_pointer (&edits) : NULL;
}

static GPtrArray *
get_edits (BatonDatabase *database,
           const char *text,
           BatonEntity entity,
           const char *record,
           GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, text, record, baton_entity_get_name (entity), error);

  return statement != NULL ? read_edits (statement, error) : NULL;
}

GPtrArray *
baton_database_get_waiting (BatonDatabase *database,
                            BatonEntity entity,
                            const char *record,
                            GError **error)
{
  return get_edits (database,
                    "SELECT json FROM outbox WHERE record = ? AND entity = ? AND state = 'waiting' "
                    "ORDER BY seq",
                    entity, record, error);
}

static gboolean
replaces_all (const BatonEdit *edit, const BatonEdit *older)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (older, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      if (baton_edit_lookup (edit, fields[i].key) == NULL)
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
get_refused (BatonDatabase *database, BatonEntity entity, const char *record, GError **error)
{
  return get_edits (database,
                    "SELECT json FROM outbox WHERE record = ? AND entity = ? AND state = 'refused'",
                    entity, record, error);
}

/* Whether all that @edit set is in @record, or was replaced there since */
static gboolean
is_part_of (const BatonEdit *edit, const BatonRecord *record)
{
  BatonClock clock = baton_edit_get_clock (edit);
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      BatonClock stands = baton_record_get_clock (record, fields[i].key);

      if (baton_clock_compare (&stands, &clock) < 0)
        return FALSE;
    }
  return TRUE;
}

/* What is sent as a part of the whole need not be shown as not synced. What was refused by itself, and is not in the record any more, stays. */
static gboolean
drop_parts (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  g_autoptr (GPtrArray) refused = get_refused (database, baton_record_get_entity (record),
                                               baton_record_get_id (record), error);

  if (refused == NULL)
    return FALSE;
  for (guint i = 0; i < refused->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (refused, i);

      if (is_part_of (edit, record) &&
          !baton_database_run (database, "DELETE FROM outbox WHERE id = ?",
                               baton_edit_get_id (edit), NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* What the person has written anew need not be shown as not synced. */
static gboolean
drop_replaced (BatonDatabase *database, const BatonEdit *edit, guint *n_refused, GError **error)
{
  g_autoptr (GPtrArray) refused = get_refused (database, baton_edit_get_entity (edit),
                                               baton_edit_get_record (edit), error);

  if (refused == NULL)
    return FALSE;
  *n_refused = refused->len;
  for (guint i = 0; i < refused->len; i++)
    {
      const BatonEdit *older = g_ptr_array_index (refused, i);

      if (replaces_all (edit, older) &&
          !baton_database_run (database, "DELETE FROM outbox WHERE id = ?",
                               baton_edit_get_id (older), NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_database_server_has (BatonDatabase *database, BatonEntity entity, const char *record)
{
  g_autofree char *text = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ? AND scope <> ''",
                                           baton_entity_get_name (entity));
  gint64 found;

  baton_database_query_int (database, text, record, NULL, &found, NULL);
  return found != 0;
}

gboolean
baton_database_enqueue (BatonDatabase *database,
                        const BatonEdit *edit,
                        const BatonRecord *state,
                        GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  guint n_refused = 0;

  if (state != NULL && !baton_database_has_waiting (database, entity, id))
    {
      if (!drop_replaced (database, edit, &n_refused, error))
        return FALSE;
      /* The server refused to have it at all: it gets it whole, or this edit would be refused as well. */
      if (n_refused > 0 && !baton_database_server_has (database, entity, id))
        {
          g_autoptr (BatonRecord) record = baton_database_get (database, entity, id, error);

          return record != NULL && drop_parts (database, record, error) &&
                 baton_database_enqueue_record (database, record, error);
        }
      if (!baton_database_set_shadow (database, state, error))
        return FALSE;
    }
  return insert_edit (database, edit, error);
}

/* --- a whole record ------------------------------------------------------ */

typedef struct
{
  const BatonRecord *record;
  const BatonRecord *than; /* nullable */
  GPtrArray *waiting;      /* of BatonEdit; nullable */
  GPtrArray *edits;        /* of BatonEdit, by clock */
} Whole;

static BatonEdit *
ensure_edit (Whole *whole, const BatonClock *clock)
{
  BatonEdit *edit;
  guint i;

  for (i = 0; i < whole->edits->len; i++)
    {
      BatonClock other = baton_edit_get_clock (g_ptr_array_index (whole->edits, i));
      int order = baton_clock_compare (&other, clock);

      if (order == 0)
        return g_ptr_array_index (whole->edits, i);
      if (order > 0)
        break;
    }
  edit = baton_edit_new (baton_record_get_entity (whole->record),
                         baton_record_get_id (whole->record));
  baton_edit_set_clock (edit, clock);
  g_ptr_array_insert (whole->edits, (gint) i, edit);
  return edit;
}

/* Whether what stands at @key is on its way already */
static gboolean
is_sent (const Whole *whole, const char *key, const BatonClock *clock)
{
  for (guint i = 0; whole->waiting != NULL && i < whole->waiting->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (whole->waiting, i);
      BatonClock other = baton_edit_get_clock (edit);

      if (baton_clock_compare (&other, clock) == 0 && baton_edit_lookup (edit, key) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
add_key (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Whole *whole = data;
  const char *element;
  const BatonField *field = baton_schema_lookup (baton_record_get_entity (whole->record), key, NULL,
                                                 &element);
  BatonClock base = { 0 };
  const char *was = NULL;
  BatonEdit *edit;

  if (field != NULL && (field->flags & BATON_FIELD_SERVER) != 0)
    return;
  if (whole->than != NULL)
    base = baton_record_get_clock (whole->than, key);
  if (baton_clock_compare (clock, &base) <= 0 || is_sent (whole, key, clock))
    return;
  if (whole->than != NULL && field != NULL && field->type == BATON_FIELD_NOTES)
    was = baton_record_get_text (whole->than, key);
  edit = ensure_edit (whole, clock);
  baton_edit_set (edit, key, value);
  baton_edit_set_base (edit, key, &base, was);
}

/* What an edit that makes a record must have, or is known by */
static gboolean
makes (const BatonField *field)
{
  return (field->flags & BATON_FIELD_REQUIRED) != 0 || g_str_equal (field->name, "created_at");
}

/* The first edit makes the record on the server, so it has what a record needs. Never under a clock older than the value's own: two
 * values would have one clock. The order does not matter otherwise, each field being in one edit. */
static void
add_required (Whole *whole)
{
  guint n_fields, first = 0;
  const BatonField *fields = baton_schema_get_fields (baton_record_get_entity (whole->record),
                                                      &n_fields);
  BatonEdit *making;

  for (guint i = 0; i < whole->edits->len; i++)
    {
      for (guint j = 0; j < n_fields; j++)
        {
          if (makes (&fields[j]) &&
              baton_edit_lookup (g_ptr_array_index (whole->edits, i), fields[j].name) != NULL)
            first = i;
        }
    }
  if (whole->edits->len == 0)
    return;
  making = g_ptr_array_steal_index (whole->edits, first);
  g_ptr_array_insert (whole->edits, 0, making);
  for (guint j = 0; j < n_fields; j++)
    {
      if (makes (&fields[j]) && baton_edit_lookup (making, fields[j].name) == NULL &&
          baton_record_get_at (whole->record, j)->kind != BATON_VALUE_NULL)
        baton_edit_set (making, fields[j].name, baton_record_get_at (whole->record, j));
    }
}

static gboolean
insert_all (BatonDatabase *database, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      g_autofree char *id = baton_uuid_new (baton_database_get_now (database));

      baton_edit_set_id (g_ptr_array_index (edits, i), id);
      if (!insert_edit (database, g_ptr_array_index (edits, i), error))
        return FALSE;
    }
  return TRUE;
}

/* A value that waits, and is part of the whole, need not be sent twice. */
static gboolean
drop_waiting (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  return baton_database_run (
             database, "DELETE FROM outbox WHERE record = ? AND entity = ? AND state <> 'refused'",
             id, baton_entity_get_name (entity), error) &&
         baton_database_drop_shadow (database, entity, id, error);
}

gboolean
baton_database_enqueue_record (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Whole whole = { .record = record, .edits = edits };

  if (!drop_waiting (database, baton_record_get_entity (record), baton_record_get_id (record),
                     error))
    return FALSE;
  baton_record_foreach (record, add_key, &whole);
  add_required (&whole);
  return insert_all (database, edits, error);
}

static gboolean
move_to_end (BatonDatabase *database, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      if (!baton_database_run (
              database, "UPDATE outbox SET seq = (SELECT max (seq) + 1 FROM outbox) WHERE id = ?",
              baton_edit_get_id (g_ptr_array_index (edits, i)), NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* From here on the server holds @has. */
static gboolean
replace_shadow (BatonDatabase *database,
                const BatonRecord *record,
                const BatonRecord *has,
                GError **error)
{
  return has != NULL ? baton_database_set_shadow (database, has, error)
                     : baton_database_drop_shadow (database, baton_record_get_entity (record),
                                                   baton_record_get_id (record), error);
}

/* What the server lost: @lost is newer than @has (nullable). The edits that wait were made on top of it. */
static gboolean
enqueue_missing (BatonDatabase *database,
                 const BatonRecord *lost,
                 const BatonRecord *has,
                 GPtrArray *waiting,
                 GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Whole whole = { .record = lost, .than = has, .edits = edits };

  if (has != NULL)
    whole.waiting = waiting;
  baton_record_foreach (lost, add_key, &whole);
  if (has == NULL)
    add_required (&whole);
  if (edits->len == 0 && waiting->len == 0)
    return TRUE;
  return replace_shadow (database, lost, has, error) && insert_all (database, edits, error) &&
         (has == NULL || move_to_end (database, waiting, error));
}

gboolean
baton_database_enqueue_lost (BatonDatabase *database,
                             const BatonRecord *record,
                             const BatonRecord *has,
                             GError **error)
{
  BatonEntity entity = baton_record_get_entity (record);
  const char *id = baton_record_get_id (record);
  g_autoptr (GPtrArray) waiting = baton_database_get_waiting (database, entity, id, error);
  g_autoptr (BatonRecord) shadow = NULL;
  g_autoptr (GError) failure = NULL;

  if (waiting == NULL)
    return FALSE;
  if (waiting->len == 0)
    return enqueue_missing (database, record, has, waiting, error);
  shadow = baton_database_get_shadow (database, entity, id, &failure);
  if (shadow != NULL)
    return enqueue_missing (database, shadow, has, waiting, error);
  if (failure == NULL)
    return has != NULL || baton_database_enqueue_record (database, record, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* --- asking -------------------------------------------------------------- */

static gboolean
has_state (BatonDatabase *database, const char *text, BatonEntity entity, const char *id)
{
  gint64 found;

  baton_database_query_int (database, text, id, baton_entity_get_name (entity), &found, NULL);
  return found != 0;
}

gboolean
baton_database_has_waiting (BatonDatabase *database, BatonEntity entity, const char *record)
{
  return has_state (
      database,
      "SELECT 1 FROM outbox WHERE record = ? AND entity = ? AND state = 'waiting' LIMIT 1", entity,
      record);
}

gboolean
baton_database_is_waiting (BatonDatabase *database, BatonEntity entity, const char *id)
{
  return has_state (database,
                    "SELECT 1 FROM outbox WHERE record = ? AND entity = ? AND "
                    "state IN ('waiting', 'refused') LIMIT 1",
                    entity, id);
}

/**
 * baton_database_get_outbox:
 * @max_bytes: of JSON; the first edit is there whatever its size
 *
 * While the device finds out what a server that was set back has lost, nothing is sent: edits of what it lost would be refused.
 *
 * Returns: (transfer full) (nullable) (element-type BatonEdit): the oldest edits that wait
 */
GPtrArray *
baton_database_get_outbox (BatonDatabase *database,
                           guint max_edits,
                           gsize max_bytes,
                           GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT json FROM (SELECT json, seq, sum (octet_length (json) + 1) OVER (ORDER BY seq) AS size, "
      "row_number () OVER (ORDER BY seq) AS place FROM "
      "(SELECT json, seq FROM outbox WHERE state = 'waiting' "
      "AND NOT EXISTS (SELECT 1 FROM cursor WHERE pull = 'forked') ORDER BY seq LIMIT ?1)) "
      "WHERE size <= ?2 OR place = 1 ORDER BY seq",
      error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, max_edits);
  baton_sql_bind_int (statement, 2, (gint64) MIN (max_bytes, (gsize) G_MAXINT64));
  return read_edits (statement, error);
}

gboolean
baton_database_get_sync_status (BatonDatabase *database, BatonSyncStatus *status, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting'), "
      "(SELECT count(*) FROM outbox WHERE state = 'refused'), "
      "coalesce ((SELECT made FROM outbox WHERE state = 'waiting' ORDER BY seq LIMIT 1), 0)",
      error);

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  status->waiting = (guint) baton_sql_get_int (statement, 0);
  status->refused = (guint) baton_sql_get_int (statement, 1);
  status->waiting_since = baton_sql_get_int (statement, 2);
  status->last_sync = baton_database_get_meta_int (database, BATON_META_LAST_SYNC);
  return TRUE;
}

gboolean
baton_database_set_last_sync (BatonDatabase *database, gint64 unix_ms, GError **error)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, unix_ms);
  return baton_database_set_meta (database, BATON_META_LAST_SYNC, text, error);
}
