/* baton-server-sync-edits.c: the edits of a device
 *
 * Each edit is looked up by its id first: one that was seen is answered as it was then, and changes nothing, unless it was seen of a record that
 * was purged since, and made anew. Refusals are not remembered: a person may be let in meanwhile. A clock that runs ahead is replaced by the server's, which the
 * answer says.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "../db/baton-server-apply.h"
#include "../http/baton-server-error.h"
#include "baton-server-sync.h"

#define MAX_AHEAD_MS (5 * 60 * 1000)

static void
write_result (BatonServerSync *sync, const char *id, const char *status, const char *more)
{
  BatonJsonWriter json = { .out = sync->results };

  if (sync->results->len > 1)
    g_string_append_c (sync->results, ',');
  baton_json_begin_object (&json);
  baton_json_member_text (&json, "id", id);
  baton_json_member_text (&json, "status", status);
  if (more && *more)
    g_string_append_printf (sync->results, ",%s", more);
  baton_json_end_object (&json);
}

static void
refuse (BatonServerSync *sync, const char *id, const GError *error)
{
  g_autoptr (GString) more = g_string_new (NULL);
  BatonJsonWriter json = { .out = more };
  BatonServerError code = baton_server_error_classify (error);

  /* An edit of no form is not a body of no form */
  if (code == BATON_SERVER_ERROR_INVALID_JSON)
    code = BATON_SERVER_ERROR_VALIDATION;
  baton_json_member_text (&json, "code", baton_server_error_get_name (code));
  baton_json_member_text (&json, "message", error->message);
  write_result (sync, id, "refused", more->str);
}

/* Whether the record is another one than it was @at */
static gboolean
is_born_since (const BatonServerAuthor *author,
               const BatonEdit *edit,
               gint64 at,
               gboolean *since,
               GError **error)
{
  g_autofree char *text = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ?1 AND born > ?2",
                                           baton_entity_get_name (baton_edit_get_entity (edit)));
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (author->sql, text, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, baton_edit_get_record (edit));
  baton_sql_bind_int (statement, 2, at);
  step = baton_sql_step (statement, error);
  *since = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}

static gboolean
look_up (const BatonServerAuthor *author,
         BatonServerSync *sync,
         const BatonEdit *edit,
         gboolean *seen,
         GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      author->sql, "SELECT result, at FROM edit WHERE id = ?1 AND user = ?2", error);
  gboolean since = FALSE;
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, baton_edit_get_id (edit));
  baton_sql_bind_text (statement, 2, author->user);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_ROW &&
      !is_born_since (author, edit, baton_sql_get_int (statement, 1), &since, error))
    return FALSE;
  *seen = step == BATON_SQL_ROW && !since;
  if (*seen)
    write_result (sync, baton_edit_get_id (edit), "duplicate", baton_sql_get_text (statement, 0));
  return step != BATON_SQL_FAILED;
}

static gboolean
remember (const BatonServerAuthor *author, const char *id, const char *result, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      author->sql, "INSERT OR REPLACE INTO edit VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, author->user);
  baton_sql_bind_text (statement, 3, result);
  baton_sql_bind_int (statement, 4, author->now);
  return baton_sql_run (statement, error);
}

/* Whether the edit's clock was replaced */
static gboolean
replace_clock (const BatonServerAuthor *author, BatonEdit *edit)
{
  BatonClock clock = baton_edit_get_clock (edit);

  if (clock.node != 0 && baton_clock_get_ms (&clock) <= author->now + MAX_AHEAD_MS)
    return FALSE;
  clock = baton_server_writer_tick (author->writer, author->now);
  baton_edit_set_clock (edit, &clock);
  return TRUE;
}

static void
write_lost (BatonJsonWriter *json, const BatonServerApplied *applied)
{
  baton_json_key (json, "lost");
  baton_json_begin_array (json);
  for (guint i = 0; i < applied->outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (applied->outcomes, i);

      if (!outcome->won)
        baton_json_text (json, outcome->key);
    }
  baton_json_end_array (json);
}

static gboolean
is_merged (const BatonServerApplied *applied)
{
  for (guint i = 0; i < applied->outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (applied->outcomes, i);

      if (!outcome->won || outcome->merged)
        return TRUE;
    }
  return FALSE;
}

static gboolean
conclude (const BatonServerAuthor *author,
          BatonServerSync *sync,
          const BatonEdit *edit,
          const BatonServerApplied *applied,
          gboolean replaced,
          GError **error)
{
  g_autoptr (GString) more = g_string_new (NULL);
  BatonJsonWriter json = { .out = more };
  gboolean merged = is_merged (applied);

  if (replaced)
    {
      BatonClock clock = baton_edit_get_clock (edit);
      g_autofree char *text = baton_clock_dup_text (&clock);

      baton_json_member_text (&json, "clock", text);
    }
  if (merged)
    write_lost (&json, applied);
  write_result (sync, baton_edit_get_id (edit), merged ? "merged" : "applied", more->str);
  return remember (author, baton_edit_get_id (edit), more->str, error);
}

/* Faults of the server fail the whole request: it is to be sent again */
static gboolean
is_refusal (const GError *error)
{
  return baton_server_error_get_status (baton_server_error_classify (error)) < 500;
}

static gboolean
take_edit (const BatonServerAuthor *author, BatonServerSync *sync, BatonEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerApplied) applied = NULL;
  gboolean replaced;
  gboolean seen;

  if (!look_up (author, sync, edit, &seen, error))
    return FALSE;
  if (seen)
    return TRUE;
  replaced = replace_clock (author, edit);
  applied = baton_server_apply (author, edit, problems, &local_error);
  if (applied)
    return conclude (author, sync, edit, applied, replaced, error);
  if (!is_refusal (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  refuse (sync, baton_edit_get_id (edit), local_error);
  return TRUE;
}

/* What an edit that cannot be read calls itself */
static const char *
get_id (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return baton_json_get_text (json_object_get_member (json_node_get_object (node), "id"));
}

gboolean
baton_server_sync_take (BatonServerRequest *request, BatonServerSync *sync, GError **error)
{
  const BatonServerAuthor author = {
    .writer = baton_server_get_writer (request->server),
    .sql = request->sql,
    .user = request->user_id,
    .now = request->now,
    .from_device = TRUE,
  };

  g_string_assign (sync->results, "[");
  for (guint i = 0; sync->edits && i < json_array_get_length (sync->edits); i++)
    {
      JsonNode *node = json_array_get_element (sync->edits, i);
      g_autoptr (GError) local_error = NULL;
      g_autoptr (BatonEdit) edit = baton_edit_from_json (node, &local_error);

      if (edit == NULL)
        refuse (sync, get_id (node), local_error);
      else if (!take_edit (&author, sync, edit, error))
        return FALSE;
    }
  g_string_append_c (sync->results, ']');
  return TRUE;
}
