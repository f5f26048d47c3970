/* baton-edits.h: the edits that the window makes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../core/baton-core.h"

G_BEGIN_DECLS

/* Each gives an array of one BatonEdit, as baton_store_apply_async() takes it */
GPtrArray *baton_edits_take (BatonEdit *edit);
/* NULL or empty @text clears the field */
GPtrArray *
baton_edits_set_text (BatonEntity entity, const char *id, const char *field, const char *text);
GPtrArray *baton_edits_set_done (const char *task, gboolean done);
GPtrArray *baton_edits_set_deleted (BatonEntity entity, const char *id, gboolean deleted);
GPtrArray *baton_edits_set_due (const char *task, const char *due);
GPtrArray *baton_edits_set_tag (const char *task, const char *tag, gboolean present);
GPtrArray *baton_edits_set_project (const char *id, const char *name, const char *color);
/* @project and @due stand where the line names none; @due only where the view is Today */
GPtrArray *
baton_edits_new_task (const BatonQuickAdd *parsed, const char *project, const char *due, char **id);

char *baton_edits_make_id (void);

G_END_DECLS
