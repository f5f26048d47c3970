/* baton-sign-in-dialog.h: signs in to a server, or makes an account there
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_SIGN_IN_DIALOG (baton_sign_in_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BatonSignInDialog, baton_sign_in_dialog, BATON, SIGN_IN_DIALOG, AdwDialog)

/* Property `server`: what the line for it holds. Signal `signed-in` (server). */
/* @store and @engine: nullable, for tests of the template */
AdwDialog *baton_sign_in_dialog_new (BatonStore *store, BatonEngine *engine, const char *server);
/* What was typed, as an address: with its scheme, without a slash at the end */
char *baton_sign_in_dialog_make_address (const char *text);

G_END_DECLS
