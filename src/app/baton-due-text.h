/* baton-due-text.h: when a task is due, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BATON_DUE_NONE,
  BATON_DUE_LATER,
  BATON_DUE_TODAY,
  BATON_DUE_OVERDUE,
} BatonDueKind;

/* @now is where the person is; NULL for a @due that is none */
char *baton_due_text_new (const char *due, const char *zone, GDateTime *now);
BatonDueKind baton_due_text_get_kind (const char *due, const char *zone, GDateTime *now);

G_END_DECLS
