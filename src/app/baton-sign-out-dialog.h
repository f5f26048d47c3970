/* baton-sign-out-dialog.h: signs out, with or without the tasks on this device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_SIGN_OUT_DIALOG (baton_sign_out_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonSignOutDialog, baton_sign_out_dialog, BATON, SIGN_OUT_DIALOG, AdwDialog)

/* Both nullable, for tests of the template. Signal `signed-out` (gboolean: the tasks are still on this device). */
AdwDialog *baton_sign_out_dialog_new (BatonStore *store, BatonEngine *engine);

G_END_DECLS
