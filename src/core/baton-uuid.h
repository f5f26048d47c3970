/* baton-uuid.h: UUIDs of version 7 (made anywhere, sort by time) and 5 (made alike everywhere)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BATON_UUID_LENGTH 36

/* RFC 9562, section 5.7. Rising within one process, also within one millisecond. Any thread. */
char *baton_uuid_new (gint64 now_ms);
/* Where baton_uuid_new() takes its randomness from now on, forgetting what it gave before, so that a simulation does the same thing twice. NULL: the
 * system again. For one thread. */
typedef void (*BatonUuidRandom) (guint8 *bytes, gsize n_bytes, gpointer data);
void baton_uuid_set_random (BatonUuidRandom random, gpointer data);
/* RFC 9562, section 5.7, with 10 bytes of given randomness: for simulations from a seed */
char *baton_uuid_new_from (gint64 ms, const guint8 random[10]);
/* RFC 9562, section 5.5 */
char *baton_uuid_from_name (const char *namespace_uuid, const char *name);
/* The id that what is @uuid with the person @from has with the person @to, of whichever version; time and order within it stay as they are. Always the same,
 * and from @to to @from it leads back: what one person takes over from another twice, or from two devices, is one thing. */
char *baton_uuid_hand_over (const char *uuid, const char *from, const char *to);
/* The 36 characters in lower case */
gboolean baton_uuid_is_valid (const char *text);
gboolean baton_uuid_is_v7 (const char *text);
gboolean baton_uuid_is_v5 (const char *text);

G_END_DECLS
