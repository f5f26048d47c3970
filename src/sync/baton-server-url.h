/* baton-server-url.h: the server's address as a person types it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `https://host[:port][/path]`, without a slash at the end. Without a scheme it is https (http where the host is this computer). Plain http goes to this
 * computer only, since a password would be readable on the way. BATON_SYNC_ERROR_ADDRESS names what is wrong. */
char *baton_server_url_normalize (const char *typed, GError **error);

G_END_DECLS
