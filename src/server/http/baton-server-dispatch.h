/* baton-server-dispatch.h: what happens around a handler, on the thread that runs it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server.h"

G_BEGIN_DECLS

/* Finds the route; NOT_FOUND or METHOD_NOT_ALLOWED where there is none */
gboolean baton_server_dispatch_find (BatonServerRequest *request,
                                     const char *method,
                                     const char *path,
                                     GError **error);
/* Checks that the form of @request is one that its route takes; main thread */
gboolean baton_server_dispatch_check (BatonServerRequest *request, GError **error);
/* Authenticates (@authenticate nullable: nobody gets in), checks the role, calls the handler. On the handler's thread. */
gboolean baton_server_dispatch_run (BatonServerRequest *request,
                                    BatonServerAuthenticate authenticate,
                                    GError **error);

G_END_DECLS
