/* baton-fake-server.h: a sync server in memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sync.md says of a server, and nothing else, over the merge of core: a request's body in, an answer's body out. One person, whose
 * devices all see all. Scopes: the person's own, and one for each project.
 */
#pragma once

#include "../../src/core/baton-core.h"

G_BEGIN_DECLS

typedef struct _BatonFakeServer BatonFakeServer;

BatonFakeServer *baton_fake_server_new (const char *user_id, guint32 seed);
void baton_fake_server_free (BatonFakeServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonFakeServer, baton_fake_server_free)

const char *baton_fake_server_get_id (BatonFakeServer *server);
/* Another server from now on, with the same records */
void baton_fake_server_set_id (BatonFakeServer *server, const char *id);
void baton_fake_server_set_now (BatonFakeServer *server, gint64 unix_ms);
/* Refuses each edit that sets `title` to @title */
void baton_fake_server_refuse (BatonFakeServer *server, const char *title);

/* `POST /sync`. @status: 200, or 410. Any thread. */
char *baton_fake_server_sync (BatonFakeServer *server, const char *body, guint *status);
/* What was told since the last call, one live message each, NULL-terminated */
GStrv baton_fake_server_take_told (BatonFakeServer *server);

/* Forgets what is deleted: a device whose place is older gets 410 `purged` */
void baton_fake_server_purge (BatonFakeServer *server);
/* As if restored from a backup of now, when baton_fake_server_restore() is called */
void baton_fake_server_back_up (BatonFakeServer *server);
void baton_fake_server_restore (BatonFakeServer *server);

/* borrowed; NULL: there is none */
const BatonRecord *baton_fake_server_get (BatonFakeServer *server,
                                          BatonEntity entity,
                                          const char *id);
guint baton_fake_server_get_n_records (BatonFakeServer *server);
/* How many edits were taken (repeats not counted) */
guint baton_fake_server_get_n_edits (BatonFakeServer *server);

G_END_DECLS
