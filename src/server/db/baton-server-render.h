/* baton-server-render.h: rows as JSON, without records between
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-row.h"

G_BEGIN_DECLS

/* The members of the record in the row that @statement stands on, from @column as baton_record_table_dup_columns() names them: the
 * same that baton_record_write_json() writes */
gboolean baton_server_render_members (BatonSqlStatement *statement,
                                      int column,
                                      BatonEntity entity,
                                      BatonJsonWriter *json,
                                      GError **error);
/* The clocks of the same row, as baton_record_write_clocks() */
void baton_server_render_clocks (const char *clocks, BatonJsonWriter *json);

/* The record as the REST API shows it, and the columns for that */
char *baton_server_render_dup_columns (BatonEntity entity);
gboolean baton_server_render_resource (BatonSqlStatement *statement,
                                       BatonEntity entity,
                                       BatonJsonWriter *json,
                                       GError **error);
void baton_server_render_row (const BatonServerRow *row, BatonJsonWriter *json);

G_END_DECLS
