/* baton-server-openapi-schemas.h: what bodies and answers look like
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../core/baton-json.h"

G_BEGIN_DECLS

/* The members of `components.schemas`: records from the schema of core, everything else from a table here */
void baton_server_openapi_write_schemas (BatonJsonWriter *writer);
/* `{ "$ref": … }` of @name, or an array of it where it ends in `[]` */
void baton_server_openapi_write_reference (BatonJsonWriter *writer, const char *name);

G_END_DECLS
