/* baton-watch.h: tells when a connection is worth another try: another network, or the computer woke; private to this part
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BatonWatch BatonWatch;

/* @func is called on the thread-default main context of the caller, once for a burst of events */
BatonWatch *baton_watch_new (void (*func) (gpointer data), gpointer data);
/* On the same thread; @func is not called any more */
void baton_watch_free (BatonWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonWatch, baton_watch_free)

G_END_DECLS
