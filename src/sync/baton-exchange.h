/* baton-exchange.h: one round trip as JSON, and whether an answer can be believed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pure. Of an answer that fails here nothing may be taken.
 */
#pragma once

#include "baton-remote.h"

G_BEGIN_DECLS

/* At most so many edits and bytes go up at once, so many changes come down */
#define BATON_EXCHANGE_MAX_EDITS   500
#define BATON_EXCHANGE_MAX_BYTES   (1024 * 1024)
#define BATON_EXCHANGE_MAX_CHANGES 2000

/* The body of a round (sync.md); @head: nullable */
char *baton_exchange_write_request (const char *device_id,
                                    const char *cursor,
                                    const char *head,
                                    GPtrArray *edits,
                                    guint limit);
/* The `data` of an answer. BATON_SYNC_ERROR_PROTOCOL, which names what is wrong, for anything else */
BatonExchange *baton_exchange_from_json (JsonNode *data, GError **error);
/* The `details` of a 410 */
BatonExchange *baton_exchange_from_expired (JsonNode *details, GError **error);
/* Whether @exchange answers what was sent: each of @edits once and nothing else, with changes that have their place in its cursor. */
gboolean baton_exchange_check (const BatonExchange *exchange, GPtrArray *edits, GError **error);

/* A live message: one change, or `{ "changes": [ … ] }`. NULL for what is none. */
GPtrArray *baton_exchange_read_live (const char *text, gssize length, GError **error);
/* What of @told a device at @cursor has not seen, and follows on what it has, in @next (borrowed from @told). FALSE where something between was missed. */
gboolean baton_exchange_sort_told (const char *cursor, GPtrArray *told, GPtrArray *next);
/* @cursor after @exchange has been taken; NULL for what is none */
char *baton_exchange_move_cursor (const BatonExchange *exchange, const char *cursor);

G_END_DECLS
