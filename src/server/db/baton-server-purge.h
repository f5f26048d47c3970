/* baton-server-purge.h: what was deleted long ago goes for good
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-writer.h"

G_BEGIN_DECLS

/* Notes, after a write of the record with @key, whether it is deleted, and since when. Writer's thread, in a write. */
gboolean baton_server_purge_note (BatonSql *sql,
                                  BatonEntity entity,
                                  gint64 key,
                                  gboolean deleted,
                                  gint64 now,
                                  GError **error);

/**
 * BatonServerPurgeWork:
 *
 * What the next step goes on with, so that a large tree is not gone through once a step. To be cleared after a step that was undone.
 */
typedef struct _BatonServerPurgeWork BatonServerPurgeWork;

BatonServerPurgeWork *baton_server_purge_work_new (void);
void baton_server_purge_work_clear (BatonServerPurgeWork *work);
void baton_server_purge_work_free (BatonServerPurgeWork *work);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerPurgeWork, baton_server_purge_work_free)

/* Removes at most about @limit records of what was deleted, and not touched since, before @before (Unix milliseconds); *more: there may be
 * others. Devices that did not see them deleted pull their scope from the start. Writer's thread, in a write. */
gboolean baton_server_purge_run (BatonServerWriter *writer,
                                 BatonSql *sql,
                                 gint64 before,
                                 gint64 limit,
                                 BatonServerPurgeWork *work,
                                 gboolean *more,
                                 GError **error);

/**
 * BatonServerPurge:
 *
 * Does so from time to time, in steps between which others write.
 */
typedef struct _BatonServerPurge BatonServerPurge;

/* @days: how long what is deleted is kept. On the thread-default main context; the first time at once. */
BatonServerPurge *baton_server_purge_new (BatonServerWriter *writer, gint64 days);
/* Waits for the step under way. Before the writer's end. */
void baton_server_purge_free (BatonServerPurge *purge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerPurge, baton_server_purge_free)

G_END_DECLS
