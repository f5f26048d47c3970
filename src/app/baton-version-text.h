/* baton-version-text.h: what is different between two texts, line by line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @text, its lines that @other has not highlighted, and what is the same over many lines folded */
void baton_version_text_show (GtkLabel *label, const char *text, const char *other);
/* The lines that went ("− …") and came ("+ …"), at most @most of them */
char *baton_version_text_dup_changes (const char *old_text, const char *new_text, guint most);

G_END_DECLS
