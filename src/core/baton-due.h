/* baton-due.h: when a task is due: all day, at a local time, or fixed to a time zone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @text is `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, and a day that exists */
gboolean baton_due_is_valid (const char *text);
gboolean baton_due_is_all_day (const char *text);
/* The moment, read in @zone (an IANA name) or, where that is NULL, in @local. All day: the start of the day.
 * A time that daylight saving skips is moved ahead by the gap (RFC 5545, 3.3.5). NULL for what is not valid. */
GDateTime *baton_due_to_time (const char *text, const char *zone, GTimeZone *local);
char *baton_due_format (GDateTime *time, gboolean all_day);

G_END_DECLS
