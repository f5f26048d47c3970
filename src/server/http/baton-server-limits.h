/* baton-server-limits.h: what is turned away before it is read, and what libsoup answers by itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Bodies of more are answered with 413 and not kept */
#define BATON_SERVER_MAX_BODY (1024 * 1024)

/* Watches over a request that begins; main thread */
void baton_server_limits_watch (SoupServerMessage *message);

G_END_DECLS
