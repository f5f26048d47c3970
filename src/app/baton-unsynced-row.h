/* baton-unsynced-row.h: an edit that the server has refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_UNSYNCED_ROW (baton_unsynced_row_get_type ())
G_DECLARE_FINAL_TYPE (BatonUnsyncedRow, baton_unsynced_row, BATON, UNSYNCED_ROW, AdwExpanderRow)

/* Signals `open`, `retry`, `copy`, `discard`: the person pressed the button. @here: what was changed is a task on this device. */
GtkWidget *baton_unsynced_row_new (BatonStore *store, const BatonUnsynced *unsynced, gboolean here);
/* Ids */
const char *baton_unsynced_row_get_edit (BatonUnsyncedRow *self);
const char *baton_unsynced_row_get_record (BatonUnsyncedRow *self);
BatonEntity baton_unsynced_row_get_entity (BatonUnsyncedRow *self);
/* What an edit does, in short: "Created", or the fields that it sets */
char *baton_unsynced_row_dup_summary (const BatonUnsynced *unsynced);

G_END_DECLS
