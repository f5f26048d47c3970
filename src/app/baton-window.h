/* baton-window.h: the window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"
#include "../sync/baton-engine.h"

G_BEGIN_DECLS

#define BATON_TYPE_WINDOW (baton_window_get_type ())
G_DECLARE_FINAL_TYPE (BatonWindow, baton_window, BATON, WINDOW, AdwApplicationWindow)

/* It may be shown before there is a store: the list fills when it comes */
BatonWindow *baton_window_new (GtkApplication *application);
void baton_window_set_store (BatonWindow *self, BatonStore *store);
void baton_window_set_engine (BatonWindow *self, BatonEngine *engine);
/* In place of everything else: why there is no store, and what can be done */
void baton_window_show_trouble (BatonWindow *self, const GError *error);
/* Gives what was typed to the store, and remembers what is shown */
void baton_window_flush (BatonWindow *self);
/* Is destroyed as soon as what was typed is saved; a dialog that is open does not keep it */
void baton_window_quit (BatonWindow *self);
void baton_window_refresh_times (BatonWindow *self);

/* For a busy @dialog, while it is being closed: libadwaita closes what is on top in the window's place, where the person meant the window */
void baton_window_dialog_closed (AdwDialog *dialog);

G_END_DECLS
