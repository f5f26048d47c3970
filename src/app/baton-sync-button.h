/* baton-sync-button.h: tells whether this device and its server are alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_SYNC_BUTTON (baton_sync_button_get_type ())
G_DECLARE_FINAL_TYPE (BatonSyncButton, baton_sync_button, BATON, SYNC_BUTTON, GtkWidget)

/* Property `summary`: the state in one line, also the button's accessible description */
GtkWidget *baton_sync_button_new (BatonEngine *engine);
/* Unix milliseconds, 0: never. In words. */
char *baton_sync_button_dup_synced (gint64 last_sync);
/* The day is another */
void baton_sync_button_refresh_times (BatonSyncButton *self);

G_END_DECLS
