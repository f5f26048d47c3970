/* baton-server-openapi.h: the API's description, made from the table that dispatches requests
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../core/baton-json.h"

G_BEGIN_DECLS

/* The OpenAPI 3.1 document, as one value */
void baton_server_openapi_write (BatonJsonWriter *writer);

G_END_DECLS
