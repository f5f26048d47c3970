/* baton-json.h: records and edits as JSON, and a writer that is quick enough for lists
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

#include "baton-edit.h"
#include "baton-validation.h"

G_BEGIN_DECLS

/* Parses UTF-8 @text of @length bytes (-1: to its end), strictly by RFC 8259. BATON_ERROR_INVALID for what is no JSON, is
 * nested more than 64 deep, is not UTF-8, or holds U+0000 or a number that fits neither 64 bits nor a double. Of members of one name
 * the last counts. Never NULL without an error: `null` is a node. */
JsonNode *baton_json_parse (const char *text, gssize length, GError **error);
/* The text of @node (nullable), borrowed; NULL where it is something else. json_node_get_string() wants to be asked first. */
const char *baton_json_get_text (JsonNode *node);

/**
 * BatonJsonWriter:
 *
 * Appends JSON to a string, commas and escapes included. A plain struct: `BatonJsonWriter w = { .out = string };`
 * It writes what it is told, in order: json-glib's generator builds a tree first, which a list of fifty tasks cannot afford.
 */
typedef struct
{
  GString *out; /* borrowed */
  gboolean comma;
} BatonJsonWriter;

void baton_json_begin_object (BatonJsonWriter *writer);
void baton_json_end_object (BatonJsonWriter *writer);
void baton_json_begin_array (BatonJsonWriter *writer);
void baton_json_end_array (BatonJsonWriter *writer);
void baton_json_key (BatonJsonWriter *writer, const char *key);
void baton_json_null (BatonJsonWriter *writer);
void baton_json_bool (BatonJsonWriter *writer, gboolean boolean);
void baton_json_int (BatonJsonWriter *writer, gint64 integer);
/* NULL is null */
void baton_json_text (BatonJsonWriter *writer, const char *text);
/* @json as it is, as one value */
void baton_json_raw (BatonJsonWriter *writer, const char *json);
void baton_json_value (BatonJsonWriter *writer, const BatonValue *value);
/* Key and value at once */
void baton_json_member_text (BatonJsonWriter *writer, const char *key, const char *text);
void baton_json_member_int (BatonJsonWriter *writer, const char *key, gint64 integer);
void baton_json_member_bool (BatonJsonWriter *writer, const char *key, gboolean boolean);

/* The members of @record, `id` first, then each field of the schema (sets as sorted arrays), then unknown ones; no braces, so that
 * a caller can add members of its own */
void baton_record_write_json (const BatonRecord *record, BatonJsonWriter *writer);
/* { "title": "CLOCK", "tags.work": "CLOCK" } */
void baton_record_write_clocks (const BatonRecord *record, BatonJsonWriter *writer);
/* The `record` and `clocks` of a change (sync.md). Unknown fields become raw values. @members that have no clock are passed over. */
BatonRecord *baton_record_from_json (BatonEntity entity,
                                     JsonObject *members,
                                     JsonObject *clocks,
                                     GError **error);

/* An edit of sync.md, whole */
void baton_edit_write_json (const BatonEdit *edit, BatonJsonWriter *writer);
BatonEdit *baton_edit_from_json (JsonNode *node, GError **error);

/* The value of one member as the field @key wants it (a number for an int, text for text, …). Adds to @problems, naming the key, and
 * returns FALSE where the type is wrong. Unknown keys become raw values. */
gboolean baton_json_read_value (BatonEntity entity,
                                const char *key,
                                JsonNode *node,
                                BatonValue *value,
                                GPtrArray *problems);

/* RFC 3339 in UTC with milliseconds */
char *baton_time_format (gint64 unix_ms);
gboolean baton_time_parse (const char *text, gint64 *unix_ms);

G_END_DECLS
