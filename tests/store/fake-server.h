/* fake-server.h: a server in memory, small enough to be right
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One person, one scope. It merges with the same functions as the real one, takes its own clock for an edit of the future, refuses
 * what makes an existing task urgent or a new one FAKE_REFUSED_TITLE, and can be set back to an earlier state.
 */
#pragma once

#include "store/baton-database.h"

G_BEGIN_DECLS

#define FAKE_SCOPE         "user:00000000-0000-4000-8000-000000000001"

#define FAKE_REFUSED_TITLE "Refuse me"

typedef struct _FakeServer FakeServer;

FakeServer *fake_server_new (void);
void fake_server_free (FakeServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

void fake_server_set_now (FakeServer *server, gint64 now);
/* Takes @edits and gives each its result */
GPtrArray *fake_server_send (FakeServer *server, GPtrArray *edits);
/* What came after @cursor (JSON), at most @limit; NULL: it cannot serve that place */
GPtrArray *fake_server_pull (FakeServer *server, const char *cursor, guint limit, gboolean *more);
/* Keeps the present state, and goes back to it with all that it has said since forgotten */
void fake_server_keep (FakeServer *server);
void fake_server_restore (FakeServer *server);
/* Removes deleted records for good; places before now cannot be served any more */
void fake_server_purge (FakeServer *server);
/* id → BatonRecord */
GHashTable *fake_server_get_records (FakeServer *server);

G_END_DECLS
