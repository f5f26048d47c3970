/* baton-export.h: what may be lost, as a file that the person keeps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

/**
 * BatonExport:
 * @BATON_EXPORT_UNSYNCED: what no server has taken
 * @BATON_EXPORT_REMOVAL: what a held sync would remove
 * @BATON_EXPORT_DATA: all that is on this device
 */
typedef enum
{
  BATON_EXPORT_UNSYNCED,
  BATON_EXPORT_REMOVAL,
  BATON_EXPORT_DATA,
} BatonExport;

/* Written as JSON to @file, which is replaced as a whole */
void baton_export_write_async (BatonStore *store,
                               BatonExport what,
                               GFile *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
gboolean baton_export_write_finish (BatonStore *store, GAsyncResult *result, GError **error);
/* Asks for the file first, and says in a toast or a dialog of @parent what became of it */
void
baton_export_ask (GtkWidget *parent, AdwToastOverlay *toasts, BatonStore *store, BatonExport what);
/* Asks whether what no server has may leave this device; @message says how much that is. Responses: `cancel`, `export`, `remove` */
AdwDialog *baton_export_lose_dialog_new (const char *message);

G_END_DECLS
