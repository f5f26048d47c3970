/* baton-record-table.h: records as rows: one table an entity, one column a field, made from the schema
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every record table starts with the same columns: `key` INTEGER PRIMARY KEY, `id` (text, unique), then one a field
 * of the schema in its order (sets: a JSON array, sorted), `clocks` (baton_record_dup_clocks()), `extra` (null: none) and `changed` (Unix milliseconds of the greatest clock). Device and server add their own behind.
 * A column holds what the field reads as: its fallback where nobody has set it. `extra` is a JSON object of the fields that this
 * version does not know, the JSON of each as a text.
 */
#pragma once

#include "../core/baton-record.h"
#include "baton-sql.h"

G_BEGIN_DECLS

/* CREATE TABLE for @entity; @more (nullable): further column definitions, as `, scope TEXT NOT NULL DEFAULT ''` */
char *baton_record_table_dup_definition (BatonEntity entity, const char *more);
/* `id, title, …, extra` with each name behind @prefix (nullable, as "t."); what baton_record_table_read() wants */
char *baton_record_table_dup_columns (BatonEntity entity, const char *prefix);
int baton_record_table_get_n_columns (BatonEntity entity);

/* The record of the row that @statement stands on, whose columns begin at @column */
BatonRecord *baton_record_table_read (BatonSqlStatement *statement,
                                      int column,
                                      BatonEntity entity,
                                      GError **error);
/* NULL without an error where there is none */
BatonRecord *
baton_record_table_get (BatonSql *sql, BatonEntity entity, const char *id, GError **error);
BatonRecord *
baton_record_table_get_by_key (BatonSql *sql, BatonEntity entity, gint64 key, GError **error);
/* Inserts, or replaces the row of the same id and keeps its key and further columns. @key (nullable) is its key. */
gboolean
baton_record_table_put (BatonSql *sql, const BatonRecord *record, gint64 *key, GError **error);

G_END_DECLS
