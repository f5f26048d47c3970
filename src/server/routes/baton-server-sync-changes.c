/* baton-server-sync-changes.c: what a device has not seen
 *
 * Each scope is walked from the device's place on. A place whose record has changed again since is passed over: the record
 * comes at its latest place, whole. While the walk stands on a row, all that this connection reads is of one moment.
 *
 * A device that pulls a scope from the start stands for a while at places that are older than the last purge, and is right to: it has not
 * missed what was purged. Such a place says how far the scope was purged when it was given, `seq.tag.purged`, and is served until the next purge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include <string.h>

#include "../../sql/baton-record-table.h"
#include "../db/baton-server-history.h"
#include "../db/baton-server-render.h"
#include "baton-server-sync.h"

/* An answer ends behind the change that makes it larger than this */
#define MAX_BYTES (8 * 1024 * 1024)

typedef struct
{
  BatonSql *sql;
  const char *user;
  const BatonServerSync *sync;
  BatonJsonWriter *json;
  GString *cursor;        /* the members of the new cursor */
  BatonJsonWriter places; /* writes to cursor */
  GString *head;          /* the members of `head` */
  BatonJsonWriter heads;  /* writes to head */
  gint64 n_changes;
  gsize start;
  gboolean more;
  gboolean begins; /* the device has nothing of this scope yet */
  gboolean pulls;  /* it is getting all of this scope, and may have begun on an earlier page */
  BatonSqlStatement *records[BATON_N_ENTITIES]; /* owned, nullable */
} Walk;

/* --- cursors --------------------------------------------------------------- */

typedef struct
{
  gint64 seq;
  char *tag;
  gint64 pulled; /* the purge that a pull from the start knows of; 0: no such pull */
} Place;

static void
place_clear (Place *place)
{
  g_free (place->tag);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* FALSE for what is no place */
static gboolean
parse_place (const char *text, Place *place)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  guint n = g_strv_length (parts);
  guint64 number = 0;

  if (n < 2 || *parts[1] == '\0' ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, G_MAXINT64, &number, NULL))
    return FALSE;
  place->seq = (gint64) number;
  number = 0;
  if (n == 3 && !g_ascii_string_to_unsigned (parts[2], 10, 1, G_MAXINT64, &number, NULL))
    return FALSE;
  place->tag = g_strdup (parts[1]);
  place->pulled = (gint64) number;
  return TRUE;
}

static gint64
parse_seq (const char *place)
{
  return place ? g_ascii_strtoll (place, NULL, 10) : 0;
}

/* Whether the scope gave out this place: not where another has its number, nor where none has, unless the scope was closed by a server of before, which
 * kept none of them */
static gboolean
know_place (BatonSql *sql,
            const BatonServerScope *scope,
            const Place *place,
            gboolean *known,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  *known = FALSE;
  statement = baton_sql_prepare (sql, "SELECT tag FROM place WHERE scope = ?1 AND seq = ?2", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, scope->key);
  baton_sql_bind_int (statement, 2, place->seq);
  step = baton_sql_step (statement, error);
  *known = step == BATON_SQL_ROW ? strcmp (baton_sql_get_text (statement, 0), place->tag) == 0
                                 : place->seq < scope->purged;
  return step != BATON_SQL_FAILED;
}

/* NULL in *reason where the cursor is good. Whether the place is known comes first: one of another past tells nothing of what was purged here,
 * and the device must not delete what it alone still has. */
static gboolean
find_reason (BatonSql *sql,
             const BatonServerScope *scope,
             const char *text,
             const char **reason,
             GError **error)
{
  g_auto (Place) place = { 0 };
  gboolean known;

  *reason = NULL;
  if (text == NULL)
    return TRUE;
  if (!parse_place (text, &place))
    {
      *reason = "forked";
      return TRUE;
    }
  if (!know_place (sql, scope, &place, &known, error))
    return FALSE;
  if (!known)
    *reason = "forked";
  else if (place.seq < scope->purged && place.pulled < scope->purged)
    *reason = "purged";
  return TRUE;
}

typedef struct
{
  BatonSql *sql;
  const BatonServerSync *sync;
  GHashTable *seen; /* scopes that were looked at; borrowed */
  BatonJsonWriter json;
  gboolean good;
} Check;

/* @scope: NULL where the server has no scope @id */
static gboolean
check_scope (Check *check,
             const char *id,
             const BatonServerScope *scope,
             gboolean visible,
             GError **error)
{
  const char *reason = "forked";

  if (!g_hash_table_add (check->seen, (gpointer) id))
    return TRUE;
  if (scope && (!find_reason (check->sql, scope, g_hash_table_lookup (check->sync->cursor, id),
                              &reason, error) ||
                (reason == NULL &&
                 !find_reason (check->sql, scope, g_hash_table_lookup (check->sync->head, id),
                               &reason, error))))
    return FALSE;
  if (reason == NULL || (!visible && strcmp (reason, "forked") != 0))
    return TRUE;
  check->good = FALSE;
  baton_json_begin_object (&check->json);
  baton_json_member_text (&check->json, "scope", id);
  baton_json_member_text (&check->json, "reason", reason);
  baton_json_end_object (&check->json);
  return TRUE;
}

/* Those that the person does not see: left, or never heard of */
static gboolean
check_others (Check *check, GHashTable *places, GError **error)
{
  GHashTableIter iter;
  const char *id;

  g_hash_table_iter_init (&iter, places);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (BatonServerScope) scope = NULL;

      if (g_hash_table_contains (check->seen, id))
        continue;
      scope = baton_server_scope_get (check->sql, id, &local_error);
      if (local_error)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!check_scope (check, id, scope, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_server_sync_check_cursor (BatonServerRequest *request,
                                BatonServerReply *reply,
                                const BatonServerSync *sync,
                                GError **error)
{
  g_autoptr (GPtrArray)
      scopes = baton_server_scope_list (request->sql, request->user_id, FALSE, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) details = g_string_new (NULL);
  Check check = { request->sql, sync, seen, { .out = details }, TRUE };

  if (scopes == NULL)
    return FALSE;
  baton_json_begin_array (&check.json);
  for (guint i = 0; i < scopes->len; i++)
    {
      const BatonServerScope *scope = g_ptr_array_index (scopes, i);

      if (!check_scope (&check, scope->id, scope, TRUE, error))
        return FALSE;
    }
  if (!check_others (&check, sync->cursor, error) || !check_others (&check, sync->head, error))
    return FALSE;
  baton_json_end_array (&check.json);
  if (check.good)
    return TRUE;
  baton_server_reply_set_details (reply, details->str);
  g_set_error_literal (
      error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CURSOR_EXPIRED,
      "The server cannot go on from this cursor. Pull these scopes from the start.");
  return FALSE;
}

/* --- changes ---------------------------------------------------------------- */

static void
begin_change (Walk *walk,
              const char *scope,
              const char *place,
              const char *after,
              BatonEntity entity)
{
  baton_json_begin_object (walk->json);
  baton_json_member_text (walk->json, "scope", scope);
  baton_json_member_text (walk->json, "place", place);
  baton_json_member_text (walk->json, "after", after);
  baton_json_member_text (walk->json, "entity", baton_entity_get_name (entity));
}

static void
end_change (Walk *walk)
{
  baton_json_end_object (walk->json);
  walk->n_changes++;
}

static BatonSqlStatement *
get_record_statement (Walk *walk, BatonEntity entity, GError **error)
{
  g_autofree char *columns = NULL;
  g_autofree char *text = NULL;

  if (walk->records[entity])
    return walk->records[entity];
  columns = baton_record_table_dup_columns (entity, NULL);
  text = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE key = ?1 AND scope = ?2 AND seq = ?3",
                          columns, baton_entity_get_name (entity));
  walk->records[entity] = baton_sql_prepare (walk->sql, text, error);
  return walk->records[entity];
}

/* Writes the record whole, where it still stands at this place */
static gboolean
write_record (Walk *walk,
              const BatonServerScope *scope,
              BatonSqlStatement *row,
              const char *place,
              const char *after,
              GError **error)
{
  BatonEntity entity = (BatonEntity) baton_sql_get_int (row, 2);
  BatonSqlStatement *record = get_record_statement (walk, entity, error);
  BatonSqlStep step;

  if (record == NULL)
    return FALSE;
  baton_sql_reset (record);
  baton_sql_bind_int (record, 1, baton_sql_get_int (row, 3));
  baton_sql_bind_int (record, 2, scope->key);
  baton_sql_bind_int (record, 3, baton_sql_get_int (row, 0));
  step = baton_sql_step (record, error);
  if (step != BATON_SQL_ROW)
    return step == BATON_SQL_DONE;
  begin_change (walk, scope->id, place, after, entity);
  baton_json_key (walk->json, "record");
  baton_json_begin_object (walk->json);
  if (!baton_server_render_members (record, 0, entity, walk->json, error))
    return FALSE;
  baton_json_end_object (walk->json);
  baton_json_key (walk->json, "clocks");
  baton_server_render_clocks (
      baton_sql_get_text (record, baton_record_table_get_n_columns (entity) - 2), walk->json);
  /* Whoever gets all of it for the first time has taken part in none of it. */
  if (!walk->pulls &&
      !baton_server_history_write_conflicts (walk->sql, entity, baton_sql_get_int (row, 3),
                                             scope->key, walk->user, walk->json, error))
    return FALSE;
  end_change (walk);
  return TRUE;
}

static gboolean
write_place (Walk *walk,
             const BatonServerScope *scope,
             BatonSqlStatement *row,
             const char *place,
             const char *after,
             GError **error)
{
  if (baton_sql_is_null (row, 4))
    return write_record (walk, scope, row, place, after, error);
  /* What was purged is found missing at the end of a pull, which knows what was edited since. */
  if (walk->begins || (walk->pulls && baton_sql_get_int (row, 3) == 0))
    return TRUE;
  begin_change (walk, scope->id, place, after, (BatonEntity) baton_sql_get_int (row, 2));
  baton_json_member_text (walk->json, "leave", baton_sql_get_text (row, 4));
  if (baton_sql_get_int (row, 3) == 0)
    baton_json_member_bool (walk->json, "purged", TRUE);
  end_change (walk);
  return TRUE;
}

static gboolean
is_full (const Walk *walk)
{
  return walk->n_changes >= walk->sync->limit || walk->json->out->len - walk->start > MAX_BYTES;
}

static BatonSqlStatement *
open_walk (Walk *walk, const BatonServerScope *scope, gint64 from, GError **error)
{
  BatonSqlStatement *rows = baton_sql_prepare (
      walk->sql,
      "SELECT seq, tag, entity, record, gone FROM place WHERE scope = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
      error);

  if (rows == NULL)
    return NULL;
  baton_sql_bind_int (rows, 1, scope->key);
  baton_sql_bind_int (rows, 2, from);
  baton_sql_bind_int (rows, 3, scope->seq);
  return rows;
}

static gboolean
is_pull (const char *device_place)
{
  g_auto (Place) place = { 0 };

  return device_place == NULL || (parse_place (device_place, &place) && place.pulled > 0);
}

static char *
dup_place (const Walk *walk, const BatonServerScope *scope, BatonSqlStatement *row)
{
  gint64 seq = baton_sql_get_int (row, 0);
  const char *tag = baton_sql_get_text (row, 1);

  if (walk->pulls && seq < scope->purged)
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%s.%" G_GINT64_FORMAT, seq, tag, scope->purged);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%s", seq, tag);
}

/* `after` links each change to the one before it in the answer, the first one to the device's place */
static gboolean
walk_scope (Walk *walk, const BatonServerScope *scope, GError **error)
{
  const char *device_place = g_hash_table_lookup (walk->sync->cursor, scope->id);
  g_autofree char *after = g_strdup (device_place);
  g_autofree char *place = g_strdup (device_place);
  g_autoptr (BatonSqlStatement) rows = NULL;
  BatonSqlStep step = BATON_SQL_ROW;

  walk->begins = device_place == NULL;
  walk->pulls = is_pull (device_place);
  rows = open_walk (walk, scope, parse_seq (place), error);
  if (rows == NULL)
    return FALSE;
  while (!is_full (walk) && (step = baton_sql_step (rows, error)) == BATON_SQL_ROW)
    {
      gint64 before = walk->n_changes;

      g_free (place);
      place = dup_place (walk, scope, rows);
      if (!write_place (walk, scope, rows, place, after, error))
        return FALSE;
      if (walk->n_changes > before)
        g_set_str (&after, place);
    }
  if (step == BATON_SQL_ROW && parse_seq (place) < scope->seq)
    {
      g_autofree char *head = g_strdup_printf ("%" G_GINT64_FORMAT ".%s", scope->seq, scope->tag);

      walk->more = TRUE;
      baton_json_member_text (&walk->heads, scope->id, head);
    }
  if (place)
    baton_json_member_text (&walk->places, scope->id, place);
  return step != BATON_SQL_FAILED;
}

/* Scopes of the cursor that the person does not see, or no more */
static void
write_left_scopes (Walk *walk, GPtrArray *scopes)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  const char *id;

  for (guint i = 0; i < scopes->len; i++)
    g_hash_table_add (seen, ((BatonServerScope *) g_ptr_array_index (scopes, i))->id);
  g_hash_table_iter_init (&iter, walk->sync->cursor);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    {
      if (g_hash_table_contains (seen, id))
        continue;
      baton_json_begin_object (walk->json);
      baton_json_member_text (walk->json, "scope", id);
      baton_json_member_bool (walk->json, "leave", TRUE);
      baton_json_end_object (walk->json);
    }
}

static gboolean
walk_all (Walk *walk, GPtrArray *scopes, GError **error)
{
  gboolean done = TRUE;

  write_left_scopes (walk, scopes);
  for (guint i = 0; done && i < scopes->len; i++)
    done = walk_scope (walk, g_ptr_array_index (scopes, i), error);
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    g_clear_pointer (&walk->records[i], baton_sql_statement_free);
  return done;
}

gboolean
baton_server_sync_write_changes (BatonServerRequest *request,
                                 const BatonServerSync *sync,
                                 BatonJsonWriter *json,
                                 GError **error)
{
  g_autoptr (GPtrArray)
      scopes = baton_server_scope_list (request->sql, request->user_id, FALSE, error);
  g_autoptr (GString) cursor = g_string_new (NULL);
  g_autoptr (GString) head = g_string_new (NULL);
  Walk walk = { .sql = request->sql,
                .user = request->user_id,
                .sync = sync,
                .json = json,
                .cursor = cursor,
                .places = { .out = cursor },
                .head = head,
                .heads = { .out = head },
                .start = json->out->len };

  if (scopes == NULL)
    return FALSE;
  baton_json_begin_object (&walk.places);
  baton_json_begin_object (&walk.heads);
  baton_json_key (json, "changes");
  baton_json_begin_array (json);
  if (!walk_all (&walk, scopes, error))
    return FALSE;
  baton_json_end_array (json);
  baton_json_end_object (&walk.places);
  baton_json_end_object (&walk.heads);
  baton_json_key (json, "cursor");
  baton_json_raw (json, cursor->str);
  if (walk.more)
    {
      baton_json_key (json, "head");
      baton_json_raw (json, head->str);
    }
  baton_json_member_bool (json, "more", walk.more);
  return TRUE;
}
