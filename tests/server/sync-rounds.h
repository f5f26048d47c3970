/* sync-rounds.h: the rounds of a device, written out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../support/baton-test-server.h"

G_BEGIN_DECLS

/* The n-th edit's id */
char *rounds_dup_id (guint n);
/* A clock of the device 00000000000d, @seconds ahead of now */
char *rounds_dup_clock (gint64 seconds, guint counter);
/* An edit of a task; @more: members after a comma, nullable */
char *rounds_dup_edit (guint n, const char *record, const char *set, const char *more);
BatonTestAnswer *rounds_exchange_as (BatonTestServer *server,
                                     const char *user,
                                     const char *cursor,
                                     const char *edits,
                                     guint limit);
/* As 01900000-0000-7000-8000-00000000000a */
BatonTestAnswer *rounds_exchange (BatonTestServer *server, const char *cursor, const char *edits);
char *rounds_dup_cursor (const BatonTestAnswer *answer);
/* Of the n-th result */
void rounds_assert_status (const BatonTestAnswer *answer, guint n, const char *status);

G_END_DECLS
