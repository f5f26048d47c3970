/* baton-conflict-card.h: two versions of one field, side by side
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_CONFLICT_CARD (baton_conflict_card_get_type ())
G_DECLARE_FINAL_TYPE (BatonConflictCard, baton_conflict_card, BATON, CONFLICT_CARD, AdwBin)

/* Signals `keep`, `use`, `open`: the person pressed the button. @now: the value that stands at the field; @author and @at: whose it is. */
GtkWidget *baton_conflict_card_new (BatonStore *store,
                                    const BatonHistoryEntry *entry,
                                    const BatonValue *now,
                                    BatonHistoryAuthor author,
                                    gint64 at);
gint64 baton_conflict_card_get_id (BatonConflictCard *self);
const char *baton_conflict_card_get_record (BatonConflictCard *self);
/* One version under the other */
void baton_conflict_card_set_narrow (BatonConflictCard *self, gboolean narrow);
/* The focus to where it does no harm */
void baton_conflict_card_focus (BatonConflictCard *self);

G_END_DECLS
