/* baton-server-throttle.h: repeated failures to sign in slow down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BATON_SERVER_THROTTLE_FREE 5

/**
 * BatonServerThrottle:
 *
 * Counts failures by key. The first five are free; each further one doubles the wait, from a second to fifteen minutes; fifteen
 * quiet minutes forget. Any thread.
 */
typedef struct _BatonServerThrottle BatonServerThrottle;

BatonServerThrottle *baton_server_throttle_new (void);
void baton_server_throttle_free (BatonServerThrottle *throttle);
/* Seconds to wait before @key may try again; 0: now. @now: Unix milliseconds. */
guint baton_server_throttle_check (BatonServerThrottle *throttle, const char *key, gint64 now);
void baton_server_throttle_fail (BatonServerThrottle *throttle, const char *key, gint64 now);
void baton_server_throttle_forget (BatonServerThrottle *throttle, const char *key);
guint baton_server_throttle_get_n_keys (BatonServerThrottle *throttle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerThrottle, baton_server_throttle_free)

G_END_DECLS
