/* baton-server-health.c: whether the server is alive
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

gboolean
baton_server_health_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  baton_json_begin_object (&reply->json);
  baton_json_member_text (&reply->json, "status", "ok");
  baton_json_end_object (&reply->json);
  return TRUE;
}
