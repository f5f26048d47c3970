/* baton-database-export.c: what may be lost, as a file that a person can keep
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The form, which only gets more members:
 *
 * { "format": "baton-unsynced", "version": 1, "device_id": "…", "exported_at": "RFC 3339", "account": { "server", "email" } or null,
 *   "edits": [ { "title": "…" or null, "state": "waiting" or "refused", "code": "…" or null, "message": "…" or null,
 *                "made": "RFC 3339", "edit": { as sent: id, entity, record, set, clock, base, was },
 *                "record": the whole record as this device has it, or had it when it left, or null } ] }
 *
 * and of what a held sync would remove, or (as "baton-data", with `edits` as above) of all that is on this device:
 *
 * { "format": "baton-removal", "version": 1, "device_id", "exported_at", "account": as above,
 *   "records": [ { "entity": "task", "record": the whole record } ] }
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

static void
write_state (BatonDatabase *database, const BatonUnsynced *unsynced, BatonJsonWriter *writer)
{
  g_autoptr (BatonRecord)
      stands = baton_database_get (database, baton_edit_get_entity (unsynced->edit),
                                   baton_edit_get_record (unsynced->edit), NULL);
  const BatonRecord *record = stands != NULL ? stands : unsynced->left;

  baton_json_key (writer, "record");
  if (record == NULL)
    {
      baton_json_null (writer);
      return;
    }
  baton_json_begin_object (writer);
  baton_record_write_json (record, writer);
  baton_json_end_object (writer);
}

static void
write_unsynced (BatonDatabase *database, const BatonUnsynced *unsynced, BatonJsonWriter *writer)
{
  g_autofree char *made = baton_time_format (unsynced->made);

  baton_json_begin_object (writer);
  baton_json_member_text (writer, "title", unsynced->title);
  baton_json_member_text (writer, "state", unsynced->refused ? "refused" : "waiting");
  baton_json_member_text (writer, "code", unsynced->code);
  baton_json_member_text (writer, "message", unsynced->message);
  baton_json_member_text (writer, "made", made);
  baton_json_key (writer, "edit");
  baton_edit_write_json (unsynced->edit, writer);
  write_state (database, unsynced, writer);
  baton_json_end_object (writer);
}

static void
write_account (const BatonAccount *account, BatonJsonWriter *writer)
{
  baton_json_key (writer, "account");
  if (account == NULL)
    {
      baton_json_null (writer);
      return;
    }
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "server", account->server);
  baton_json_member_text (writer, "email", account->email);
  baton_json_end_object (writer);
}

static gboolean
begin (BatonDatabase *database, const char *format, BatonJsonWriter *writer, GError **error)
{
  g_autofree char *now = baton_time_format (baton_database_get_now (database));
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GError) failure = NULL;

  account = baton_database_get_account (database, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "format", format);
  baton_json_member_int (writer, "version", 1);
  baton_json_member_text (writer, "device_id", baton_database_get_device_id (database));
  baton_json_member_text (writer, "exported_at", now);
  write_account (account, writer);
  return TRUE;
}

static void
write_edits (BatonDatabase *database, GPtrArray *all, BatonJsonWriter *writer)
{
  baton_json_key (writer, "edits");
  baton_json_begin_array (writer);
  for (guint i = 0; i < all->len; i++)
    write_unsynced (database, g_ptr_array_index (all, i), writer);
  baton_json_end_array (writer);
}

char *
baton_database_export_unsynced (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (database, error);
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  if (all == NULL || !begin (database, "baton-unsynced", &writer, error))
    return NULL;
  write_edits (database, all, &writer);
  baton_json_end_object (&writer);
  return g_strdup (json->str);
}

static void
write_record (const BatonRecord *record, BatonJsonWriter *writer)
{
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "entity",
                          baton_entity_get_name (baton_record_get_entity (record)));
  baton_json_key (writer, "record");
  baton_json_begin_object (writer);
  baton_record_write_json (record, writer);
  baton_json_end_object (writer);
  baton_json_end_object (writer);
}

char *
baton_database_export_removal (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) all = baton_database_get_removal (database, 0, error);
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  if (all == NULL || !begin (database, "baton-removal", &writer, error))
    return NULL;
  baton_json_key (&writer, "records");
  baton_json_begin_array (&writer);
  for (guint i = 0; i < all->len; i++)
    write_record (g_ptr_array_index (all, i), &writer);
  baton_json_end_array (&writer);
  baton_json_end_object (&writer);
  return g_strdup (json->str);
}

static gboolean
write_all_of (BatonDatabase *database, BatonEntity entity, BatonJsonWriter *writer, GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  g_autofree char *text = g_strdup_printf ("SELECT %s FROM \"%s\"", columns,
                                           baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, NULL, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_autoptr (BatonRecord) record = baton_record_table_read (statement, 0, entity, error);

      if (record == NULL)
        return FALSE;
      write_record (record, writer);
    }
  return step == BATON_SQL_DONE;
}

char *
baton_database_export_data (BatonDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (database, error);
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  if (all == NULL || !begin (database, "baton-data", &writer, error))
    return NULL;
  write_edits (database, all, &writer);
  baton_json_key (&writer, "records");
  baton_json_begin_array (&writer);
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      if (!write_all_of (database, i, &writer, error))
        return NULL;
    }
  baton_json_end_array (&writer);
  baton_json_end_object (&writer);
  return g_string_free_and_steal (g_steal_pointer (&json));
}
