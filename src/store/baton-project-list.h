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

#define BATON_TYPE_PROJECT_LIST (baton_project_list_get_type ())
G_DECLARE_FINAL_TYPE (BatonProjectList, baton_project_list, BATON, PROJECT_LIST, GObject)
/* A GListModel of BatonProject, by position, then name, archived ones too; properties `inbox-open` (uint), `today-open` (uint), `error` (string,
 * nullable: the last reading failed, and the list still shows what it showed). A project keeps its object. */
BatonProjectList *baton_project_list_new (BatonStore *store);
/* Borrowed; NULL: not in the list */
BatonProject *baton_project_list_lookup (BatonProjectList *self, const char *id);

G_END_DECLS
