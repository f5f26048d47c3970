/* baton-project-list.h: the projects, with their open tasks counted
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_PROJECT (baton_project_get_type ())
G_DECLARE_FINAL_TYPE (BatonProject, baton_project, BATON, PROJECT, GObject)
/* Read-only properties: `id`, `name`, `color` (nullable), `open` (uint), `is-archived` */
const char *baton_project_get_id (BatonProject *self);
const char *baton_project_get_name (BatonProject *self);
const char *baton_project_get_color (BatonProject *self);
guint baton_project_get_open (BatonProject *self);

#define BATON_TYPE_PROJECT_LIST (baton_project_list_get_type ())
G_DECLARE_FINAL_TYPE (BatonProjectList, baton_project_list, BATON, PROJECT_LIST, GObject)
/* A GListModel of BatonProject; property `inbox-open` (uint), `today-open` (uint) */
BatonProjectList *baton_project_list_new (BatonStore *store);
BatonProject *baton_project_list_lookup (BatonProjectList *self, const char *id);

G_END_DECLS
