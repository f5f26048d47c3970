/* baton-position.h: order by hand, as a fractional index
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BATON_POSITION_MAX_LENGTH 100

/* A key that sorts (as bytes) strictly between @before and @after, either of which may be NULL (the end).
 * Its tail is @device (12 hex digits), so that two devices that insert at one place at once get different keys.
 * NULL where the key would grow past BATON_POSITION_MAX_LENGTH: the neighbourhood is to be spaced anew. */
char *baton_position_between (const char *before, const char *after, const char *device);
/* @n keys, evenly spaced between @before and @after; NULL-terminated */
GStrv baton_position_spread (const char *before, const char *after, guint n, const char *device);
gboolean baton_position_is_valid (const char *position);

G_END_DECLS
