/* baton-server-health.c: whether the server is alive, and whether it can work
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

#include "../openapi/baton-server-openapi.h"

static void
write_status (BatonServerReply *reply, const char *status)
{
  baton_json_begin_object (&reply->json);
  baton_json_member_text (&reply->json, "status", status);
  baton_json_end_object (&reply->json);
}

gboolean
baton_server_health_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  write_status (reply, "ok");
  return TRUE;
}

/* A server that shuts down answers 503 before any handler is called */
gboolean
baton_server_health_get_ready (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (request->sql, "SELECT 1 FROM meta LIMIT 1", NULL);

  if (!statement || baton_sql_step (statement, NULL) != BATON_SQL_ROW)
    {
      baton_server_reply_add_header (reply, "Retry-After", "5");
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_UNAVAILABLE,
                           "The database cannot be read.");
      return FALSE;
    }
  write_status (reply, "ready");
  return TRUE;
}

gboolean
baton_server_openapi_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  GString *body = g_string_new (NULL);
  BatonJsonWriter writer = { .out = body };

  baton_server_openapi_write (&writer);
  baton_server_reply_take_raw (reply, "application/json", body);
  return TRUE;
}
