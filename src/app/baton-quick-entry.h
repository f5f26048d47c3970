/* baton-quick-entry.h: the line that new tasks are typed in
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../core/baton-quick-add.h"

G_BEGIN_DECLS

#define BATON_TYPE_QUICK_ENTRY (baton_quick_entry_get_type ())
G_DECLARE_FINAL_TYPE (BatonQuickEntry, baton_quick_entry, BATON, QUICK_ENTRY, GtkWidget)

/* Signal `submitted` (text, parsed): a task is to be made; the line is empty again. Property `text`. */

const char *baton_quick_entry_get_text (BatonQuickEntry *self);
void baton_quick_entry_set_text (BatonQuickEntry *self, const char *text);
/* A task could not be made of @text: puts it back, in front of what was typed since */
void baton_quick_entry_give_back (BatonQuickEntry *self, const char *text);

G_END_DECLS
