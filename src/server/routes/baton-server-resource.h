/* baton-server-resource.h: what tasks and projects have in common
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-body.h"

G_BEGIN_DECLS

gboolean baton_server_resource_get (BatonServerRequest *request,
                                    BatonServerReply *reply,
                                    BatonEntity entity,
                                    GError **error);
gboolean baton_server_resource_create (BatonServerRequest *request,
                                       BatonServerReply *reply,
                                       BatonEntity entity,
                                       JsonObject *body,
                                       GError **error);
gboolean baton_server_resource_change (BatonServerRequest *request,
                                       BatonServerReply *reply,
                                       BatonEntity entity,
                                       JsonObject *body,
                                       BatonServerMode mode,
                                       GError **error);
/* 204 */
gboolean baton_server_resource_delete (BatonServerRequest *request,
                                       BatonServerReply *reply,
                                       BatonEntity entity,
                                       GError **error);

G_END_DECLS
