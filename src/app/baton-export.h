/* baton-export.h: what no server has, as a file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

/* All that is not synced, written as JSON to @file, which is replaced as a whole */
void baton_export_write_async (BatonStore *store,
                               GFile *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean baton_export_write_finish (BatonStore *store, GAsyncResult *result, GError **error);
/* Asks for the file first, and says in a toast or a dialog of @parent what became of it */
void baton_export_ask (GtkWidget *parent, AdwToastOverlay *toasts, BatonStore *store);

G_END_DECLS
