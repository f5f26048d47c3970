/* baton-live.h: the socket on which the server tells what has changed; private to this part
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lives on the main context that made it. One connection: it opens, tells, closes, and is dropped.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BatonLiveEvents:
 * @opened: whatever happens from now on will be told
 * @told: a message of @length bytes
 * @closed: it could not be opened, or is no more; nothing follows. @going_away: the server is being ended
 */
typedef struct
{
  void (*opened) (gpointer data);
  void (*told) (const char *text, gsize length, gpointer data);
  void (*closed) (gboolean going_away, gpointer data);
} BatonLiveEvents;

typedef struct _BatonLive BatonLive;

/* @events is borrowed, for as long as @live is there */
BatonLive *baton_live_open (const char *server,
                            const char *token,
                            const BatonLiveEvents *events,
                            gpointer data);
/* Closes without telling. May be called from an event. */
void baton_live_free (BatonLive *live);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonLive, baton_live_free)

G_END_DECLS
