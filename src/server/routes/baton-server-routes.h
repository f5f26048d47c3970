/* baton-server-routes.h: every handler, a file a resource
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-request.h"

G_BEGIN_DECLS

#define BATON_SERVER_DECLARE_HANDLER(name) \
  gboolean name (BatonServerRequest *request, BatonServerReply *reply, GError **error);

/* baton-server-health.c */
BATON_SERVER_DECLARE_HANDLER (baton_server_health_get)

G_END_DECLS
