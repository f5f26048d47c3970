/* baton-server-idempotency.c: a POST that is repeated is answered as the first time
 *
 * Only answers of success are kept, for a day: what failed has changed nothing and may be tried again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-idempotency.h"

#include <string.h>

#define MAX_KEY_LENGTH 255
#define KEPT_MS        (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

/* Two requests are the same when this is */
static char *
dup_fingerprint (BatonServerRequest *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 0;
  const guchar *data = request->body ? g_bytes_get_data (request->body, &length) : NULL;

  g_checksum_update (checksum, (const guchar *) request->route->path, -1);
  for (guint i = 0; i < BATON_SERVER_MAX_PARAMS; i++)
    if (request->params[i])
      g_checksum_update (checksum, (const guchar *) request->params[i],
                         strlen (request->params[i]) + 1);
  if (data)
    g_checksum_update (checksum, data, length);
  return g_strdup (g_checksum_get_string (checksum));
}

/* TRUE with *@found FALSE where the key is new */
static gboolean
give_kept (BatonServerRequest *request,
           const char *key,
           const char *fingerprint,
           gboolean *found,
           GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      request->sql,
      "SELECT request, status, etag, body FROM answer WHERE user = ?1 AND key = ?2 AND at > ?3",
      error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, request->user_id);
  baton_sql_bind_text (statement, 2, key);
  baton_sql_bind_int (statement, 3, request->now - KEPT_MS);
  step = baton_sql_step (statement, error);
  *found = step == BATON_SQL_ROW;
  if (step != BATON_SQL_ROW)
    return step == BATON_SQL_DONE;
  if (strcmp (baton_sql_get_text (statement, 0), fingerprint) != 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_CONFLICT,
                           "This Idempotency-Key was used for another request.");
      return FALSE;
    }
  baton_server_reply_set_whole (&request->reply, (guint) baton_sql_get_int (statement, 1),
                                baton_sql_get_text (statement, 3));
  if (!baton_sql_is_null (statement, 2))
    baton_server_reply_add_header (&request->reply, "ETag", baton_sql_get_text (statement, 2));
  baton_server_reply_add_header (&request->reply, "Idempotency-Replayed", "true");
  return TRUE;
}

static const char *
get_etag (BatonServerReply *reply)
{
  for (guint i = 0; reply->headers && i < reply->headers->len; i += 2)
    if (strcmp (g_ptr_array_index (reply->headers, i), "ETag") == 0)
      return g_ptr_array_index (reply->headers, i + 1);
  return NULL;
}

static gboolean
keep (BatonServerRequest *request, const char *key, const char *fingerprint, GError **error)
{
  g_autoptr (BatonSqlStatement)
      forget = baton_sql_prepare (request->sql, "DELETE FROM answer WHERE at <= ?1", error);
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (forget == NULL)
    return FALSE;
  baton_sql_bind_int (forget, 1, request->now - KEPT_MS);
  if (!baton_sql_run (forget, error))
    return FALSE;
  statement = baton_sql_prepare (
      request->sql, "INSERT OR REPLACE INTO answer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, request->user_id);
  baton_sql_bind_text (statement, 2, key);
  baton_sql_bind_text (statement, 3, fingerprint);
  baton_sql_bind_int (statement, 4, request->reply.status);
  baton_sql_bind_text (statement, 5, get_etag (&request->reply));
  baton_sql_bind_text (statement, 6, request->reply.body->str);
  baton_sql_bind_int (statement, 7, request->now);
  return baton_sql_run (statement, error);
}

gboolean
baton_server_idempotency_run (BatonServerRequest *request, const char *key, GError **error)
{
  g_autofree char *fingerprint = dup_fingerprint (request);
  gboolean found;

  if (*key == '\0' || strlen (key) > MAX_KEY_LENGTH || !g_str_is_ascii (key))
    return baton_server_reply_refuse (&request->reply, "Idempotency-Key",
                                      "It must have 1 to 255 ASCII characters.", error);
  if (!give_kept (request, key, fingerprint, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  if (!request->route->handler (request, &request->reply, error))
    return FALSE;
  baton_server_reply_finish (&request->reply, NULL);
  baton_server_reply_seal (&request->reply);
  return keep (request, key, fingerprint, error);
}
