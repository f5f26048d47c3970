/* baton-removal-dialog.h: what a sync would remove, and has not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

/* Reads what would go, then asks the person; a yes starts the next sync */
void baton_removal_dialog_ask (GtkWidget *parent, BatonStore *store, BatonEngine *engine);

G_END_DECLS
