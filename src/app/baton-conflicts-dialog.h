/* baton-conflicts-dialog.h: what was changed in two places at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_CONFLICTS_DIALOG (baton_conflicts_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonConflictsDialog,
                      baton_conflicts_dialog,
                      BATON,
                      CONFLICTS_DIALOG,
                      AdwDialog)

/* @store: nullable, for tests of the template */
AdwDialog *baton_conflicts_dialog_new (BatonStore *store);

G_END_DECLS
