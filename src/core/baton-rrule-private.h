/* baton-rrule-private.h: whether a text is a recurrence rule
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 5545, 3.3.10, in upper case and at most 500 characters */
gboolean baton_rrule_is_valid (const char *text);

G_END_DECLS
