/* baton-version-text.h: what is different between two texts, line by line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @text, its lines that @other has not highlighted, and what is the same over many lines folded; only the start where it is long */
void baton_version_text_show (GtkLabel *label, const char *text, const char *other);
/* As much of @text as a label takes without holding the window up, and whether that is not all of it */
char *baton_version_text_dup_start (const char *text);
gboolean baton_version_text_is_long (const char *text);
/* All of it, with what @other (nullable) has not highlighted */
void baton_version_text_show_all (GtkTextBuffer *buffer, const char *text, const char *other);
/* The lines that went ("− …") and came ("+ …"), at most @most of them */
char *baton_version_text_dup_changes (const char *old_text, const char *new_text, guint most);

G_END_DECLS
