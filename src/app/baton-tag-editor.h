/* baton-tag-editor.h: a task's tags, to be added and removed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BATON_TYPE_TAG_EDITOR (baton_tag_editor_get_type ())
G_DECLARE_FINAL_TYPE (BatonTagEditor, baton_tag_editor, BATON, TAG_EDITOR, GtkWidget)

/* Signals: `added` (strv: what was typed, split at commas), `removed` (tag) */

void baton_tag_editor_set_tags (BatonTagEditor *self, const char *const *tags);
/* What was typed and not entered is entered */
void baton_tag_editor_flush (BatonTagEditor *self);
/* What was entered could not be saved: it is in the row again, before what was typed since */
void baton_tag_editor_give_back (BatonTagEditor *self, const char *const *tags);
gboolean baton_tag_editor_has_text (BatonTagEditor *self);

G_END_DECLS
