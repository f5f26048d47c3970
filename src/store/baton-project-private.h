/* baton-project-private.h: making and changing projects, for their list
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-project-list.h"

G_BEGIN_DECLS

BatonProject *baton_project_new (const BatonRecord *record, guint open);
/* Notifies each property that is different now, and no other */
void baton_project_update (BatonProject *self, const BatonRecord *record, guint open);

G_END_DECLS
