/* baton-quick-add.h: one line of text becomes a task
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-edit.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_QUICK_ADD_TAG,
  BATON_QUICK_ADD_PRIORITY,
  BATON_QUICK_ADD_DUE,
  BATON_QUICK_ADD_REPEAT,
} BatonQuickAddKind;

/**
 * BatonQuickAddPart:
 * @start: where it stands in the line, in bytes
 * @end: the byte after it
 * @value: what it was understood as: a tag, a priority, a due (`2026-11-21T09:00`), a rule (`FREQ=WEEKLY;BYDAY=MO`)
 */
typedef struct
{
  BatonQuickAddKind kind;
  gsize start;
  gsize end;
  char *value;
} BatonQuickAddPart;

/**
 * BatonQuickAdd:
 * @due: of the whole; where it repeats and no day is given, the first that the rule has; nullable
 *
 * What a line was understood as. What is not understood stays in the title. `#tag`, `!low … !urgent`, and dates: today,
 * tomorrow, weekday names ("fri", "next fri"), `2026-12-24`, "24 dec", "in 3 days", with "9am", "14:30", "at 9"; "every 2 weeks", "every mon and thu".
 */
typedef struct
{
  char *title;
  char *due;
  GPtrArray *parts; /* of BatonQuickAddPart, in the order of the line */
} BatonQuickAdd;

/* Pure: @now decides what "tomorrow" is. Never fails; any text gives something. */
BatonQuickAdd *baton_quick_add_parse (const char *line, GDateTime *now);
/* The same, but words within @off (only start and end are read) are text: parts that the person turned off */
BatonQuickAdd *baton_quick_add_parse_except (const char *line,
                                             GDateTime *now,
                                             const BatonQuickAddPart *off,
                                             guint n_off);
void baton_quick_add_free (BatonQuickAdd *parsed);
/* Sets title, due, recurrence, priority and tags in @edit */
void baton_quick_add_apply (const BatonQuickAdd *parsed, BatonEdit *edit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonQuickAdd, baton_quick_add_free)

G_END_DECLS
