/* baton-tls-probe.h: whether a server speaks https at all
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Blocking. FALSE with BATON_SYNC_ERROR_ADDRESS where @server (https://host[:port]) is reached, and does not answer a handshake within a few seconds, or
 * with something else; with G_IO_ERROR_CANCELLED. Whatever else is wrong is for the request to find out, so that is TRUE. */
gboolean baton_tls_probe (const char *server, GCancellable *cancellable, GError **error);

G_END_DECLS
