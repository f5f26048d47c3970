/* baton-removal-dialog.h: what a sync would remove, and has not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_REMOVAL_DIALOG (baton_removal_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonRemovalDialog, baton_removal_dialog, BATON, REMOVAL_DIALOG, AdwDialog)

/* Shows what would go, and offers it as a file; a yes starts the next sync */
AdwDialog *baton_removal_dialog_new (BatonStore *store, BatonEngine *engine);

G_END_DECLS
