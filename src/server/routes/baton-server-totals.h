/* baton-server-totals.h: how long lists are, kept while nothing changes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../db/baton-server-scope.h"
#include "../http/baton-server.h"

G_BEGIN_DECLS

BatonServerTotals *baton_server_totals_new (void);
void baton_server_totals_free (BatonServerTotals *totals);

/* Names a list by its conditions and by the place of each of its scopes: another key after any change */
char *baton_server_totals_dup_key (const char *table,
                                   const char *where,
                                   GPtrArray *values,
                                   GPtrArray *scopes);
/* -1 where it is not known. Any thread. */
gint64 baton_server_totals_look_up (BatonServer *server, const char *key);
void baton_server_totals_keep (BatonServer *server, const char *key, gint64 total);

G_END_DECLS
