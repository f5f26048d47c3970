/* baton-names.h: what fields' choices and the views are called
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../store/baton-query.h"

G_BEGIN_DECLS

/* Translated; borrowed; the choice itself where it is not known */
const char *baton_names_get_priority (const char *priority);
const char *baton_names_get_status (const char *status);
const char *baton_names_get_view (BatonView view);
const char *baton_names_get_view_icon (BatonView view);

/* A view as text, for settings and actions: `today`, or `project:ID` */
char *baton_view_to_text (BatonView view, const char *project);
/* FALSE for what is none; @project is set for a project's view, and to be freed */
gboolean baton_view_from_text (const char *text, BatonView *view, char **project);

G_END_DECLS
