/* baton-due-popover.h: chooses a day, and a time of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BATON_TYPE_DUE_POPOVER (baton_due_popover_get_type ())
G_DECLARE_FINAL_TYPE (BatonDuePopover, baton_due_popover, BATON, DUE_POPOVER, GtkPopover)

/* Signal `chosen` (due): the person chose */

/* @due as a task holds it, nullable; tells nobody */
void baton_due_popover_set_due (BatonDuePopover *self, const char *due);

G_END_DECLS
