/* baton-server-sync.h: one round trip of a device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../db/baton-server-scope.h"
#include "../http/baton-server.h"

G_BEGIN_DECLS

/**
 * BatonServerSync:
 * @limit: at most so many changes down
 * @cursor: scope to place, as the device sent it
 * @head: the latest places that the device was told of, where it has not come as far; nullable
 * @results: the JSON of `results`
 *
 * What the two halves of a round trip share: edits are taken on the writer's thread; when they are durable, changes are
 * read on another.
 */
typedef struct
{
  gint64 limit;
  GHashTable *cursor;
  GHashTable *head;
  JsonArray *edits; /* borrowed from the request; nullable */
  GString *results;
} BatonServerSync;

/* Takes the edits, one by one; one that is refused is refused alone. Writer's thread. */
gboolean baton_server_sync_take (BatonServerRequest *request,
                                 BatonServerSync *sync,
                                 GError **error);

/* CURSOR_EXPIRED, with the scopes and reasons in the reply, where the device's past is not the server's. Not knowing a scope at all is no
 * reason to call it left: a server that was set back would have its devices throw away what only they still hold. */
gboolean baton_server_sync_check_cursor (BatonServerRequest *request,
                                         BatonServerReply *reply,
                                         const BatonServerSync *sync,
                                         GError **error);
/* Writes `changes`, `cursor`, `more` and, where there is, `head` */
gboolean baton_server_sync_write_changes (BatonServerRequest *request,
                                          const BatonServerSync *sync,
                                          BatonJsonWriter *json,
                                          GError **error);

G_END_DECLS
