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

/* --- records as text ----------------------------------------------------- */

char *
baton_database_write_record (const BatonRecord *record)
{
  GString *json = g_string_sized_new (1024);
  BatonJsonWriter writer = { .out = json };

  baton_json_begin_object (&writer);
  baton_json_key (&writer, "record");
  baton_json_begin_object (&writer);
  baton_record_write_json (record, &writer);
  baton_json_end_object (&writer);
  baton_json_key (&writer, "clocks");
  baton_record_write_clocks (record, &writer);
  baton_json_end_object (&writer);
  return g_string_free_and_steal (json);
}

BatonRecord *
baton_database_read_record (BatonEntity entity, const char *json, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, error);
  JsonObject *object;

  if (node == NULL)
    return NULL;
  object = json_node_get_object (node);
  return baton_record_from_json (entity, json_object_get_object_member (object, "record"),
                                 json_object_get_object_member (object, "clocks"), error);
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

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return baton_database_read_record (entity, baton_sql_get_text (statement, 0), error);
}

static gboolean
write_shadow (BatonDatabase *database, const char *text, const BatonRecord *shadow, GError **error)
{
  g_autofree char *json = baton_database_write_record (shadow);
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, text, baton_record_get_id (shadow),
      baton_entity_get_name (baton_record_get_entity (shadow)), error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, json);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_has_shadow (BatonDatabase *database, BatonEntity entity, const char *id)
{
  gint64 found;

  baton_database_query_int (database, "SELECT 1 FROM shadow WHERE record = ? AND entity = ?", id,
                            baton_entity_get_name (entity), &found, NULL);
  return found != 0;
}

gboolean
baton_database_set_shadow (BatonDatabase *database, const BatonRecord *shadow, GError **error)
{
  return write_shadow (database,
                       "INSERT INTO shadow (record, entity, json) VALUES (?, ?, ?) "
                       "ON CONFLICT (record, entity) DO UPDATE SET json = excluded.json",
                       shadow, error);
}

/* One that is there already is from before the first edit that waits, or that was made signed out */
static gboolean
ensure_shadow (BatonDatabase *database, const BatonRecord *state, GError **error)
{
  return write_shadow (database,
                       "INSERT OR IGNORE INTO shadow (record, entity, json) VALUES (?, ?, ?)",
                       state, error);
}

gboolean
baton_database_note_signed_out (BatonDatabase *database, const BatonRecord *state, GError **error)
{
  return state == NULL ||
         !baton_database_server_has (database, baton_record_get_entity (state),
                                     baton_record_get_id (state)) ||
         ensure_shadow (database, state, error);
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

static char *
dup_json (const BatonEdit *edit)
{
  GString *json = g_string_sized_new (512);
  BatonJsonWriter writer = { .out = json };

  baton_edit_write_json (edit, &writer);
  return g_string_free_and_steal (json);
}

gboolean
baton_database_insert_edit (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autofree char *json = dup_json (edit);
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "INSERT INTO outbox (id, entity, record, json, made, handed) VALUES (?, ?, ?, ?, ?, 0)",
      baton_edit_get_id (edit), baton_entity_get_name (baton_edit_get_entity (edit)), error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, baton_edit_get_record (edit));
  baton_sql_bind_text (statement, 4, json);
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
baton_database_get_edits (BatonDatabase *database,
                          const char *state,
                          BatonEntity entity,
                          const char *record,
                          GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "SELECT json FROM outbox WHERE record = ? AND entity = ? AND state = '%s' ORDER BY seq",
      state);

  return get_edits (database, text, entity, record, error);
}

GPtrArray *
baton_database_get_waiting (BatonDatabase *database,
                            BatonEntity entity,
                            const char *record,
                            GError **error)
{
  return baton_database_get_edits (database, "waiting", entity, record, error);
}

gboolean
baton_database_drop_merged (BatonDatabase *database, const BatonRecord *came, GError **error)
{
  return baton_database_run (
      database, "DELETE FROM outbox WHERE record = ? AND entity = ? AND state = 'merged'",
      baton_record_get_id (came), baton_entity_get_name (baton_record_get_entity (came)), error);
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

gboolean
baton_database_is_part_of (const BatonEdit *edit, const BatonRecord *record)
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
gboolean
baton_database_drop_parts (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  g_autoptr (GPtrArray) refused = baton_database_get_edits (
      database, "refused", baton_record_get_entity (record), baton_record_get_id (record), error);

  if (refused == NULL)
    return FALSE;
  for (guint i = 0; i < refused->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (refused, i);

      if (baton_database_is_part_of (edit, record) &&
          !baton_database_run (database, "DELETE FROM outbox WHERE id = ?",
                               baton_edit_get_id (edit), NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_quiet (const BatonEdit *edit, const char *key)
{
  return baton_schema_is_quiet (baton_edit_get_entity (edit), key);
}

/* Whether all that somebody wrote with @edit is so in @record */
static gboolean
has_come_true (const BatonEdit *edit, const BatonRecord *record)
{
  gboolean any = FALSE;
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      if (is_quiet (edit, fields[i].key))
        continue;
      if (!baton_value_equal (&fields[i].value, baton_record_get (record, fields[i].key)))
        return FALSE;
      any = TRUE;
    }
  return any;
}

gboolean
baton_database_drop_true (BatonDatabase *database,
                          GPtrArray *refused,
                          const BatonRecord *came,
                          GError **error)
{
  for (guint i = 0; i < refused->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (refused, i);

      if (has_come_true (edit, came) &&
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
  g_autoptr (GPtrArray) refused = baton_database_get_edits (
      database, "refused", baton_edit_get_entity (edit), baton_edit_get_record (edit), error);

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

/* The one that stands last, if it was never given out: to nobody can it have been sent */
static BatonEdit *
get_last_kept (BatonDatabase *database, const BatonEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) last = get_edits (
      database,
      "SELECT json FROM (SELECT json, state, handed FROM outbox WHERE record = ? AND entity = ? "
      "ORDER BY seq DESC LIMIT 1) WHERE state = 'waiting' AND handed = 0",
      baton_edit_get_entity (edit), baton_edit_get_record (edit), error);

  return last != NULL && last->len > 0 ? g_ptr_array_steal_index (last, 0) : NULL;
}

static gboolean
is_notes (BatonEntity entity, const char *key)
{
  const BatonField *field = baton_schema_lookup (entity, key, NULL, NULL);

  return field != NULL && field->type == BATON_FIELD_NOTES;
}

/* Whoever types notes writes them anew with each pause. Such an edit takes the place of the one before it, and starts from where that started. */
static gboolean
take_place (BatonDatabase *database, BatonEdit *edit, gboolean *taken, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonEdit) last = get_last_kept (database, edit, &failure);
  guint n_fields, n_last = 0;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  const BatonEditField *before = last != NULL ? baton_edit_get_fields (last, &n_last) : NULL;
  g_autoptr (BatonSqlStatement) statement = NULL;
  g_autofree char *was = NULL;
  g_autofree char *json = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *taken = n_fields == 1 && n_last == 1 && g_str_equal (fields[0].key, before[0].key) &&
           is_notes (baton_edit_get_entity (edit), fields[0].key);
  if (!*taken)
    return TRUE;
  was = g_strdup (before[0].was);
  baton_edit_set_base (edit, before[0].key, &before[0].base, was);
  json = dup_json (edit);
  statement = baton_database_prepare (database,
                                      "UPDATE outbox SET id = ?2, json = ?3 WHERE id = ?1",
                                      baton_edit_get_id (last), baton_edit_get_id (edit), error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, json);
  return baton_sql_run (statement, error);
}

gboolean
baton_database_enqueue (BatonDatabase *database,
                        BatonEdit *edit,
                        const BatonRecord *state,
                        GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  gboolean taken = FALSE;
  guint n_refused = 0;

  if (state != NULL && !baton_database_has_waiting (database, entity, id))
    {
      if (!drop_replaced (database, edit, &n_refused, error))
        return FALSE;
      /* The server refused to have it at all: it gets it whole, or this edit would be refused as well. */
      if (n_refused > 0 && !baton_database_server_has (database, entity, id))
        {
          g_autoptr (BatonRecord) record = baton_database_get (database, entity, id, error);

          return record != NULL && baton_database_drop_parts (database, record, error) &&
                 baton_database_enqueue_record (database, record, error);
        }
      if (!ensure_shadow (database, state, error))
        return FALSE;
    }
  return take_place (database, edit, &taken, error) &&
         (taken || baton_database_insert_edit (database, edit, error));
}

/* --- asking -------------------------------------------------------------- */

gboolean
baton_database_has_edits (BatonDatabase *database, const char *record)
{
  gint64 found;

  baton_database_query_int (database, "SELECT 1 FROM outbox WHERE record = ? LIMIT 1", record, NULL,
                            &found, NULL);
  return found != 0;
}

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
baton_database_has_handed (BatonDatabase *database, BatonEntity entity, const char *record)
{
  return has_state (database,
                    "SELECT 1 FROM outbox WHERE record = ? AND entity = ? AND state = 'waiting' "
                    "AND handed = 1 LIMIT 1",
                    entity, record);
}

gboolean
baton_database_is_waiting (BatonDatabase *database, BatonEntity entity, const char *id)
{
  return has_state (database,
                    "SELECT 1 FROM outbox WHERE record = ? AND entity = ? AND "
                    "state IN ('waiting', 'refused') LIMIT 1",
                    entity, id);
}

/* From now on they may have been sent. */
static gboolean
hand_over (BatonDatabase *database, GPtrArray *edits, GError **error)
{
  static const char kept[] = "SELECT 1 FROM outbox WHERE state = 'waiting' AND handed = 0 AND "
                             "seq <= (SELECT seq FROM outbox WHERE id = ?) LIMIT 1";
  const char *last = edits->len > 0 ? baton_edit_get_id (g_ptr_array_index (edits, edits->len - 1))
                                    : NULL;
  gint64 found;

  if (last == NULL)
    return TRUE;
  return baton_database_query_int (database, kept, last, NULL, &found, error) &&
         (found == 0 ||
          baton_database_run (database,
                              "UPDATE outbox SET handed = 1 WHERE state = 'waiting' AND handed = 0 "
                              "AND seq <= (SELECT seq FROM outbox WHERE id = ?)",
                              last, NULL, error));
}

static GPtrArray *
read_outbox (BatonDatabase *database, guint max_edits, gsize max_bytes, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT json FROM (SELECT json, seq, sum (octet_length (json) + 1) OVER (ORDER BY seq) AS size, "
      "row_number () OVER (ORDER BY seq) AS place FROM "
      "(SELECT json, seq FROM outbox WHERE state = 'waiting' "
      "AND NOT EXISTS (SELECT 1 FROM cursor WHERE pull IS NOT NULL) "
      "AND NOT EXISTS (SELECT 1 FROM gone WHERE state = 'asked') "
      "AND NOT EXISTS (SELECT 1 FROM meta WHERE name = '" BATON_META_JOINING "') "
      "ORDER BY seq LIMIT ?1)) WHERE size <= ?2 OR place = 1 ORDER BY seq",
      error);

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 1, max_edits);
  baton_sql_bind_int (statement, 2, (gint64) MIN (max_bytes, (gsize) G_MAXINT64));
  return read_edits (statement, error);
}

/**
 * baton_database_get_outbox:
 * @max_bytes: of JSON; the first edit is there whatever its size
 *
 * While the device finds out what a server that was set back has lost, or what it has removed for good, nothing is sent: edits of that would be
 * refused. Nor while a sync is held (baton-database-brake.c), or a sign-in is not through.
 *
 * Returns: (transfer full) (nullable) (element-type BatonEdit): the oldest edits that wait
 */
GPtrArray *
baton_database_get_outbox (BatonDatabase *database,
                           guint max_edits,
                           gsize max_bytes,
                           GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (GPtrArray)
      edits = transaction != NULL ? read_outbox (database, max_edits, max_bytes, error) : NULL;

  if (edits == NULL || !hand_over (database, edits, error) ||
      !baton_sql_commit (g_steal_pointer (&transaction), error))
    return NULL;
  return g_steal_pointer (&edits);
}
