/* fake-server.c: a server in memory, small enough to be right
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fake-server.h"

#define AHEAD_MS (5 * 60 * 1000)

typedef struct
{
  char *record;
  guint tag;
} Entry;

typedef struct
{
  GHashTable *records; /* id → BatonRecord */
  GHashTable *results; /* edit → JSON of its result */
  GArray *log;         /* of Entry; seq is the index + 1 */
} State;

struct _FakeServer
{
  State now;
  State kept;
  BatonHlc hlc;
  gint64 now_ms;
  guint tag;
  guint purged; /* places before this seq cannot be served */
};

static void
clear_entry (gpointer data)
{
  g_free (((Entry *) data)->record);
}

static void
state_init (State *state)
{
  state->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) baton_record_unref);
  state->results = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  state->log = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (state->log, clear_entry);
}

static void
state_clear (State *state)
{
  g_hash_table_unref (state->records);
  g_hash_table_unref (state->results);
  g_array_unref (state->log);
}

static void
state_copy (const State *from, State *to)
{
  GHashTableIter iter;
  gpointer key, value;

  state_clear (to);
  state_init (to);
  g_hash_table_iter_init (&iter, from->records);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->records, g_strdup (key), baton_record_copy (value));
  g_hash_table_iter_init (&iter, from->results);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->results, g_strdup (key), g_strdup (value));
  for (guint i = 0; i < from->log->len; i++)
    {
      Entry entry = g_array_index (from->log, Entry, i);

      entry.record = g_strdup (entry.record);
      g_array_append_val (to->log, entry);
    }
}

FakeServer *
fake_server_new (void)
{
  FakeServer *server = g_new0 (FakeServer, 1);

  state_init (&server->now);
  state_init (&server->kept);
  return server;
}

void
fake_server_free (FakeServer *server)
{
  state_clear (&server->now);
  state_clear (&server->kept);
  g_free (server);
}

void
fake_server_set_now (FakeServer *server, gint64 now)
{
  server->now_ms = now;
}

GHashTable *
fake_server_get_records (FakeServer *server)
{
  return server->now.records;
}

void
fake_server_keep (FakeServer *server)
{
  state_copy (&server->now, &server->kept);
}

void
fake_server_restore (FakeServer *server)
{
  state_copy (&server->kept, &server->now);
  server->tag++;
}

void
fake_server_purge (FakeServer *server)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, server->now.records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    {
      if (baton_record_get_bool (record, "deleted"))
        g_hash_table_iter_remove (&iter);
    }
  server->purged = server->now.log->len;
}

/* --- edits --------------------------------------------------------------- */

static BatonResult *
parse_result (const char *json)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, NULL);
  GError *error = NULL;
  BatonResult *result = baton_result_from_json (node, &error);

  g_assert_no_error (error);
  return result;
}

static gboolean
is_refused (const BatonEdit *edit, const BatonRecord *state)
{
  const BatonEditField *priority = baton_edit_lookup (edit, "priority");
  const BatonEditField *title = baton_edit_lookup (edit, "title");

  if (state == NULL && title != NULL &&
      g_strcmp0 (baton_value_get_text (&title->value), FAKE_REFUSED_TITLE) == 0)
    return TRUE;

  return (state == NULL && baton_edit_get_entity (edit) == BATON_ENTITY_TASK && title == NULL) ||
         (state != NULL && priority != NULL &&
          g_strcmp0 (baton_value_get_text (&priority->value), "urgent") == 0);
}

static void
log_change (FakeServer *server, const char *id)
{
  Entry entry = { .record = g_strdup (id), .tag = server->tag };

  g_array_append_val (server->now.log, entry);
}

static const char *
merge (FakeServer *server, BatonEdit *edit, BatonRecord *state)
{
  const char *id = baton_edit_get_record (edit);
  g_autoptr (BatonRecord) record = state != NULL
                                       ? baton_record_copy (state)
                                       : baton_record_new (baton_edit_get_entity (edit), id);
  BatonClock clock = baton_hlc_tick (&server->hlc, server->now_ms);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &clock);
  const char *status = "applied";

  for (guint i = 0; i < outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (outcomes, i);

      if (!outcome->won || outcome->merged)
        status = "merged";
    }
  if (state == NULL || !baton_record_equal (state, record))
    {
      BatonClock last = baton_record_get_last_clock (record);

      baton_hlc_observe (&server->hlc, &last);
      g_hash_table_insert (server->now.records, g_strdup (id), g_steal_pointer (&record));
      log_change (server, id);
    }
  return status;
}

static char *
take_edit (FakeServer *server, const BatonEdit *sent)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json }, edit_writer = { .out = text };
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  BatonRecord *state = g_hash_table_lookup (server->now.records, baton_edit_get_record (sent));
  BatonClock clock = baton_edit_get_clock (sent);

  baton_edit_write_json (sent, &edit_writer);
  node = baton_json_parse (text->str, -1, NULL);
  edit = baton_edit_from_json (node, NULL);
  g_assert_nonnull (edit);

  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "id", baton_edit_get_id (edit));
  if (is_refused (edit, state))
    {
      baton_json_member_text (&writer, "status", "refused");
      baton_json_member_text (&writer, "code", "VALIDATION_ERROR");
      baton_json_member_text (&writer, "message", "No");
    }
  else
    {
      if (baton_clock_get_ms (&clock) > server->now_ms + AHEAD_MS)
        {
          g_autofree char *taken = NULL;

          clock = baton_hlc_tick (&server->hlc, server->now_ms);
          baton_edit_set_clock (edit, &clock);
          taken = baton_clock_dup_text (&clock);
          baton_json_member_text (&writer, "clock", taken);
        }
      baton_json_member_text (&writer, "status", merge (server, edit, state));
    }
  baton_json_end_object (&writer);
  return g_strdup (json->str);
}

GPtrArray *
fake_server_send (FakeServer *server, GPtrArray *edits)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; i < edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);
      const char *json = g_hash_table_lookup (server->now.results, baton_edit_get_id (edit));

      if (json == NULL)
        {
          char *made = take_edit (server, edit);

          g_hash_table_insert (server->now.results, g_strdup (baton_edit_get_id (edit)), made);
          json = made;
        }
      g_ptr_array_add (results, parse_result (json));
    }
  return results;
}

/* --- changes ------------------------------------------------------------- */

static BatonChange *
make_change (FakeServer *server, guint seq, BatonRecord *record)
{
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };
  g_autofree char *place = g_strdup_printf ("%u.%u", seq,
                                            g_array_index (server->now.log, Entry, seq - 1).tag);
  g_autoptr (JsonNode) node = NULL;
  GError *error = NULL;
  BatonChange *change;

  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "scope", FAKE_SCOPE);
  baton_json_member_text (&writer, "place", place);
  baton_json_member_text (&writer, "entity",
                          baton_entity_get_name (baton_record_get_entity (record)));
  baton_json_key (&writer, "record");
  baton_json_begin_object (&writer);
  baton_record_write_json (record, &writer);
  baton_json_end_object (&writer);
  baton_json_key (&writer, "clocks");
  baton_record_write_clocks (record, &writer);
  baton_json_end_object (&writer);
  node = baton_json_parse (json->str, -1, &error);
  g_assert_no_error (error);
  change = baton_change_from_json (node, &error);
  g_assert_no_error (error);
  return change;
}

static gboolean
read_place (FakeServer *server, const char *cursor, guint *seq)
{
  g_autoptr (JsonNode) node = baton_json_parse (cursor, -1, NULL);
  const char *place = baton_json_get_text (
      json_object_get_member (json_node_get_object (node), FAKE_SCOPE));
  char *end;
  guint tag;

  *seq = 0;
  if (place == NULL)
    return TRUE;
  *seq = (guint) g_ascii_strtoull (place, &end, 10);
  tag = (guint) g_ascii_strtoull (end + 1, NULL, 10);
  return *seq >= server->purged && *seq <= server->now.log->len &&
         g_array_index (server->now.log, Entry, *seq - 1).tag == tag;
}

static gboolean
is_last (FakeServer *server, guint seq)
{
  const char *id = g_array_index (server->now.log, Entry, seq - 1).record;

  for (guint i = seq; i < server->now.log->len; i++)
    {
      if (g_str_equal (g_array_index (server->now.log, Entry, i).record, id))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
fake_server_pull (FakeServer *server, const char *cursor, guint limit, gboolean *more)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  guint seq;

  *more = FALSE;
  if (!read_place (server, cursor, &seq))
    return NULL;
  for (seq++; seq <= server->now.log->len; seq++)
    {
      BatonRecord *record = g_hash_table_lookup (
          server->now.records, g_array_index (server->now.log, Entry, seq - 1).record);

      if (record == NULL || !is_last (server, seq))
        continue;
      *more = changes->len == limit;
      if (*more)
        break;
      g_ptr_array_add (changes, make_change (server, seq, record));
    }
  return g_steal_pointer (&changes);
}
