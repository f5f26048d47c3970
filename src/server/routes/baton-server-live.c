/* baton-server-live.c: a plain request where there is only a WebSocket
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

gboolean
baton_server_live_get (BatonServerRequest *request, BatonServerReply *reply, GError **error)
{
  return baton_server_reply_refuse (
      reply, "Upgrade", "Only a WebSocket is answered here: send Upgrade: websocket.", error);
}
