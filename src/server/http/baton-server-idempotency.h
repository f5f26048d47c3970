/* baton-server-idempotency.h: a POST that is repeated is answered as the first time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-request.h"

G_BEGIN_DECLS

/* Calls the handler of @request, or gives the answer that the same person got for @key before. Writer's thread. */
gboolean baton_server_idempotency_run (BatonServerRequest *request,
                                       const char *key,
                                       GError **error);

G_END_DECLS
