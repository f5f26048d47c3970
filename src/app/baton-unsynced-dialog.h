/* baton-unsynced-dialog.h: edits that the server has refused, with what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_UNSYNCED_DIALOG (baton_unsynced_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonUnsyncedDialog, baton_unsynced_dialog, BATON, UNSYNCED_DIALOG, AdwDialog)

/* @store: nullable, for tests of the template */
AdwDialog *baton_unsynced_dialog_new (BatonStore *store, BatonEngine *engine);

G_END_DECLS
