/* baton-server-routes.c: the table of routes
 *
 * Requests are dispatched by it and the OpenAPI document is made from it, so that the two cannot differ.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-routes.h"

static const BatonServerRoute routes[] = {
  { "GET", "/health", baton_server_health_get, BATON_SERVER_READ, BATON_SERVER_OPEN,
   .summary = "Whether the server is alive", .response = "Health" },
};

const BatonServerRoute *
baton_server_routes_get (guint *n_routes)
{
  *n_routes = G_N_ELEMENTS (routes);
  return routes;
}
