/* baton-fake-server.c: a sync server in memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-fake-server-private.h"

#define AHEAD_MS (5 * 60 * 1000)
#define NOW_MS   G_GINT64_CONSTANT (1795132800000) /* 2026-11-20 */

/* --- scopes ------------------------------------------------------------------- */

BatonFakeScope *
baton_fake_server_get_scope (BatonFakeServer *server, const char *name)
{
  BatonFakeScope *scope = g_hash_table_lookup (server->scopes, name);

  if (scope == NULL)
    {
      scope = baton_fake_scope_new ();
      g_hash_table_insert (server->scopes, g_strdup (name), scope);
    }
  return scope;
}

/* NULL: before the first. Whoever pulls from the start gets places that say so, as long as they are older than the last purge. */
static char *
dup_place (const BatonFakeScope *scope, guint seq, gboolean from_start)
{
  const BatonFakeEntry *entry = seq > 0 ? g_ptr_array_index (scope->entries, seq - 1) : NULL;

  if (entry == NULL)
    return NULL;
  if (from_start && seq < scope->purged)
    return g_strdup_printf ("%u.%s.%u", seq, entry->tag, scope->purged);
  return g_strdup_printf ("%u.%s", seq, entry->tag);
}

/* --- writing ------------------------------------------------------------------ */

static void
split_key (const char *key, BatonEntity *entity, const char **id)
{
  g_autofree char *name = g_strndup (key, strchr (key, '/') - key);

  baton_entity_from_name (name, entity);
  *id = strchr (key, '/') + 1;
}

static void
write_change (BatonFakeServer *server,
              BatonJsonWriter *writer,
              const char *name,
              BatonFakeScope *scope,
              guint seq,
              gboolean from_start)
{
  const BatonFakeEntry *entry = g_ptr_array_index (scope->entries, seq - 1);
  const BatonRecord *record = g_hash_table_lookup (server->records, entry->key);
  g_autofree char *place = dup_place (scope, seq, from_start);
  g_autofree char *after = dup_place (scope, seq - 1, FALSE);
  BatonEntity entity;
  const char *id;

  split_key (entry->key, &entity, &id);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "scope", name);
  baton_json_member_text (writer, "place", place);
  baton_json_member_text (writer, "after", after);
  baton_json_member_text (writer, "entity", baton_entity_get_name (entity));
  if (entry->left)
    {
      baton_json_member_text (writer, "leave", id);
    }
  else
    {
      baton_json_key (writer, "record");
      baton_json_begin_object (writer);
      baton_record_write_json (record, writer);
      baton_json_end_object (writer);
      baton_json_key (writer, "clocks");
      baton_record_write_clocks (record, writer);
    }
  baton_json_end_object (writer);
}

static void
tell (BatonFakeServer *server, const char *name, BatonFakeScope *scope)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };

  write_change (server, &writer, name, scope, scope->entries->len, FALSE);
  g_ptr_array_add (server->told, g_string_free (text, FALSE));
}

static void
append (BatonFakeServer *server, const char *name, const char *key, gboolean left)
{
  BatonFakeScope *scope = baton_fake_server_get_scope (server, name);
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (scope->latest, key));
  BatonFakeEntry *entry = g_new0 (BatonFakeEntry, 1);

  if (before > 0)
    g_clear_pointer (&((BatonFakeEntry *) g_ptr_array_index (scope->entries, before - 1))->key,
                     g_free);
  entry->tag = g_strdup_printf ("%04x", g_rand_int_range (server->random, 0, 0x10000));
  entry->key = g_strdup (key);
  entry->left = left;
  g_ptr_array_add (scope->entries, entry);
  g_hash_table_replace (scope->latest, g_strdup (key), GUINT_TO_POINTER (scope->entries->len));
  tell (server, name, scope);
}

/* --- edits -------------------------------------------------------------------- */

static char *
dup_home (BatonFakeServer *server, const BatonRecord *record)
{
  const char *project = NULL;

  if (baton_record_get_entity (record) == BATON_ENTITY_PROJECT)
    project = baton_record_get_id (record);
  else if (baton_record_get_entity (record) == BATON_ENTITY_TASK)
    project = baton_record_get_text (record, "project_id");
  return project != NULL ? g_strconcat ("project:", project, NULL) : g_strdup (server->user_scope);
}

static void
publish (BatonFakeServer *server, const char *key, const BatonRecord *record)
{
  g_autofree char *home = dup_home (server, record);
  const char *before = g_hash_table_lookup (server->homes, key);

  if (before != NULL && !g_str_equal (before, home))
    append (server, before, key, TRUE);
  g_hash_table_replace (server->homes, g_strdup (key), g_strdup (home));
  append (server, home, key, FALSE);
}

static BatonClock
fix_clock (BatonFakeServer *server, BatonEdit *edit, BatonResult *result)
{
  BatonClock clock = baton_edit_get_clock (edit);

  if (baton_clock_get_ms (&clock) > server->now + AHEAD_MS)
    {
      clock = baton_hlc_tick (&server->hlc, server->now);
      baton_edit_set_clock (edit, &clock);
      result->clock = clock;
    }
  baton_hlc_observe (&server->hlc, &clock);
  return clock;
}

static void
apply_edit (BatonFakeServer *server, BatonEdit *edit, BatonResult *result)
{
  g_autofree char *key = g_strdup_printf (
      "%s/%s", baton_entity_get_name (baton_edit_get_entity (edit)), baton_edit_get_record (edit));
  BatonRecord *record = g_hash_table_lookup (server->records, key);
  g_autoptr (GPtrArray) outcomes = NULL;
  BatonClock text_clock;

  if (record == NULL)
    {
      record = baton_record_new (baton_edit_get_entity (edit), baton_edit_get_record (edit));
      g_hash_table_insert (server->records, g_strdup (key), record);
    }
  fix_clock (server, edit, result);
  text_clock = baton_hlc_tick (&server->hlc, server->now);
  outcomes = baton_merge_edit (record, edit, &text_clock);
  for (guint i = 0; i < outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (outcomes, i);

      if (!outcome->won)
        result->status = BATON_RESULT_MERGED;
    }
  publish (server, key, record);
}

static gboolean
is_refused (BatonFakeServer *server, const BatonEdit *edit)
{
  const BatonEditField *title = baton_edit_lookup (edit, "title");

  return server->refused_title != NULL && title != NULL &&
         g_strcmp0 (baton_value_get_text (&title->value), server->refused_title) == 0;
}

static const BatonResult *
take_edit (BatonFakeServer *server, BatonEdit *edit, gboolean *repeated)
{
  BatonResult *result = g_hash_table_lookup (server->answers, baton_edit_get_id (edit));

  *repeated = result != NULL;
  if (result != NULL)
    return result;
  result = g_new0 (BatonResult, 1);
  result->edit = g_strdup (baton_edit_get_id (edit));
  g_hash_table_insert (server->answers, g_strdup (result->edit), result);
  if (is_refused (server, edit))
    {
      result->status = BATON_RESULT_REFUSED;
      result->code = g_strdup ("AUTHORIZATION_ERROR");
      result->message = g_strdup ("You may not do this.");
    }
  else
    apply_edit (server, edit, result);
  return result;
}

static void
write_result (BatonJsonWriter *writer, const BatonResult *result, gboolean repeated)
{
  static const char *const statuses[] = { "applied", "merged", "duplicate", "refused" };
  gboolean duplicate = repeated && result->status != BATON_RESULT_REFUSED;

  baton_json_begin_object (writer);
  baton_json_member_text (writer, "id", result->edit);
  baton_json_member_text (writer, "status", duplicate ? "duplicate" : statuses[result->status]);
  if (baton_clock_is_set (&result->clock))
    {
      char text[BATON_CLOCK_TEXT_LENGTH + 1];

      baton_clock_to_text (&result->clock, text);
      baton_json_member_text (writer, "clock", text);
    }
  if (result->status == BATON_RESULT_REFUSED)
    {
      baton_json_member_text (writer, "code", result->code);
      baton_json_member_text (writer, "message", result->message);
    }
  baton_json_end_object (writer);
}

static void
write_results (BatonFakeServer *server, JsonObject *request, BatonJsonWriter *writer)
{
  JsonArray *edits = json_object_get_array_member (request, "edits");

  baton_json_key (writer, "results");
  baton_json_begin_array (writer);
  for (guint i = 0; i < json_array_get_length (edits); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonEdit) edit = baton_edit_from_json (json_array_get_element (edits, i), &error);
      gboolean repeated;
      const BatonResult *result;

      g_assert_no_error (error);
      result = take_edit (server, edit, &repeated);
      write_result (writer, result, repeated);
    }
  baton_json_end_array (writer);
}

/* --- cursors ------------------------------------------------------------------ */

/* 0: from the start; -1: @reason. Whoever pulls from the start (`seq.tag.purged`) has missed no purge so far. */
static gint64
find_place (const BatonFakeScope *scope, const char *place, const char **reason)
{
  guint64 seq = place != NULL ? g_ascii_strtoull (place, NULL, 10) : 0;
  g_auto (GStrv) parts = g_strsplit (place != NULL ? place : "", ".", 3);
  g_autofree char *plain = NULL;
  g_autofree char *ours = NULL;
  guint64 pulled;

  if (place == NULL)
    return 0;
  plain = g_strdup_printf ("%s.%s", parts[0], parts[1]);
  pulled = parts[2] != NULL ? g_ascii_strtoull (parts[2], NULL, 10) : 0;
  ours = seq <= scope->entries->len ? dup_place (scope, (guint) seq, FALSE) : NULL;
  *reason = g_strcmp0 (ours, plain) != 0 ? "forked" : "purged";
  if (g_strcmp0 (ours, plain) != 0 || (seq < scope->purged && pulled < scope->purged))
    return -1;
  return (gint64) seq;
}

static char *
check_cursor (BatonFakeServer *server, JsonObject *cursor)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };
  g_autoptr (GList) names = json_object_get_members (cursor);
  guint n_bad = 0;

  baton_json_begin_object (&writer);
  baton_json_member_bool (&writer, "success", FALSE);
  baton_json_key (&writer, "error");
  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "code", "CURSOR_EXPIRED");
  baton_json_member_text (&writer, "message", "These scopes cannot be served from there.");
  baton_json_key (&writer, "details");
  baton_json_begin_array (&writer);
  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *reason = NULL;
      BatonFakeScope *scope = baton_fake_server_get_scope (server, l->data);

      if (find_place (scope, json_object_get_string_member (cursor, l->data), &reason) >= 0)
        continue;
      n_bad++;
      baton_json_begin_object (&writer);
      baton_json_member_text (&writer, "scope", l->data);
      baton_json_member_text (&writer, "reason", reason);
      baton_json_end_object (&writer);
    }
  baton_json_end_array (&writer);
  baton_json_end_object (&writer);
  baton_json_end_object (&writer);
  return g_string_free (text, n_bad == 0);
}

/* Gives the place up to which @name has been written */
static char *
write_scope (BatonFakeServer *server,
             BatonJsonWriter *writer,
             const char *name,
             const char *place,
             guint limit,
             guint *n_written)
{
  BatonFakeScope *scope = baton_fake_server_get_scope (server, name);
  const char *reason;
  guint seq = (guint) find_place (scope, place, &reason);
  gboolean from_start = place == NULL || strchr (strchr (place, '.') + 1, '.') != NULL;

  for (; seq < scope->entries->len && *n_written < limit; seq++)
    {
      if (((BatonFakeEntry *) g_ptr_array_index (scope->entries, seq))->key == NULL)
        continue;
      write_change (server, writer, name, scope, seq + 1, from_start);
      *n_written += 1;
    }
  return dup_place (scope, seq, from_start);
}

static gboolean
is_behind (BatonFakeServer *server, const char *name, const char *place)
{
  BatonFakeScope *scope = baton_fake_server_get_scope (server, name);

  for (guint64 seq = place != NULL ? g_ascii_strtoull (place, NULL, 10) : 0;
       seq < scope->entries->len; seq++)
    {
      if (((BatonFakeEntry *) g_ptr_array_index (scope->entries, seq))->key != NULL)
        return TRUE;
    }
  return FALSE;
}

/* TRUE: there is more */
static gboolean
write_changes (BatonFakeServer *server,
               JsonObject *cursor,
               guint limit,
               BatonJsonWriter *writer,
               JsonObject *places)
{
  g_autoptr (GList)
      names = g_list_sort (g_hash_table_get_keys (server->scopes), (GCompareFunc) strcmp);
  guint n_written = 0;
  gboolean more = FALSE;

  baton_json_key (writer, "changes");
  baton_json_begin_array (writer);
  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *place = json_object_get_string_member_with_default (cursor, l->data, NULL);
      g_autofree char *reached = write_scope (server, writer, l->data, place, limit, &n_written);

      more |= is_behind (server, l->data, reached);
      if (reached != NULL)
        json_object_set_string_member (places, l->data, reached);
    }
  baton_json_end_array (writer);
  return more;
}

static void
write_answer (BatonFakeServer *server, JsonObject *request, BatonJsonWriter *writer)
{
  JsonObject *cursor = json_object_get_object_member (request, "cursor");
  guint limit = (guint) json_object_get_int_member (request, "limit");
  g_autoptr (JsonObject) places = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), places);
  g_autofree char *now = baton_time_format (server->now);
  g_autofree char *text = NULL;
  gboolean more;

  write_results (server, request, writer);
  more = write_changes (server, cursor, limit, writer, places);
  text = json_to_string (node, FALSE);
  baton_json_key (writer, "cursor");
  baton_json_raw (writer, text);
  baton_json_member_bool (writer, "more", more);
  baton_json_member_text (writer, "server_time", now);
  baton_json_member_text (writer, "server_id", server->id);
}

char *
baton_fake_server_sync (BatonFakeServer *server, const char *body, guint *status)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->mutex);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) request = baton_json_parse (body, -1, &error);
  GString *text;
  BatonJsonWriter writer = { 0 };
  char *expired;

  g_assert_no_error (error);
  expired = check_cursor (server,
                          json_object_get_object_member (json_node_get_object (request), "cursor"));
  *status = expired != NULL ? 410 : 200;
  if (expired != NULL)
    return expired;
  text = g_string_new (NULL);
  writer.out = text;
  baton_json_begin_object (&writer);
  baton_json_member_bool (&writer, "success", TRUE);
  baton_json_key (&writer, "data");
  baton_json_begin_object (&writer);
  write_answer (server, json_node_get_object (request), &writer);
  baton_json_end_object (&writer);
  baton_json_end_object (&writer);
  return g_string_free (text, FALSE);
}

GStrv
baton_fake_server_take_told (BatonFakeServer *server)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&server->mutex);
  g_autoptr (GPtrArray) told = g_steal_pointer (&server->told);

  server->told = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_free_func (told, NULL);
  g_ptr_array_add (told, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&told), FALSE);
}

BatonFakeServer *
baton_fake_server_new (const char *user_id, guint32 seed)
{
  BatonFakeServer *server = g_new0 (BatonFakeServer, 1);

  g_mutex_init (&server->mutex);
  server->random = g_rand_new_with_seed (seed);
  server->id = baton_uuid_new (NOW_MS);
  server->user_scope = g_strconcat ("user:", user_id, NULL);
  server->now = NOW_MS;
  server->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) baton_record_unref);
  server->homes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  server->scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) baton_fake_scope_free);
  server->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) baton_result_free);
  server->told = g_ptr_array_new_with_free_func (g_free);
  baton_fake_server_get_scope (server, server->user_scope);
  return server;
}

void
baton_fake_server_free (BatonFakeServer *server)
{
  if (server == NULL)
    return;
  baton_fake_server_drop_backup (server);
  g_hash_table_unref (server->records);
  g_hash_table_unref (server->homes);
  g_hash_table_unref (server->scopes);
  g_hash_table_unref (server->answers);
  g_ptr_array_unref (server->told);
  g_rand_free (server->random);
  g_free (server->id);
  g_free (server->user_scope);
  g_free (server->refused_title);
  g_mutex_clear (&server->mutex);
  g_free (server);
}

const char *
baton_fake_server_get_id (BatonFakeServer *server)
{
  return server->id;
}

void
baton_fake_server_set_id (BatonFakeServer *server, const char *id)
{
  g_set_str (&server->id, id);
}

void
baton_fake_server_set_now (BatonFakeServer *server, gint64 unix_ms)
{
  server->now = unix_ms;
}

void
baton_fake_server_refuse (BatonFakeServer *server, const char *title)
{
  g_set_str (&server->refused_title, title);
}

const BatonRecord *
baton_fake_server_get (BatonFakeServer *server, BatonEntity entity, const char *id)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", baton_entity_get_name (entity), id);

  return g_hash_table_lookup (server->records, key);
}

guint
baton_fake_server_get_n_records (BatonFakeServer *server)
{
  return g_hash_table_size (server->records);
}

guint
baton_fake_server_get_n_edits (BatonFakeServer *server)
{
  return g_hash_table_size (server->answers);
}
