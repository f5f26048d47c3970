/* baton-database-arrival.h: one record on its way in
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-database-private.h"

G_BEGIN_DECLS

typedef struct
{
  BatonDatabase *database; /* borrowed */
  BatonRecord *came;       /* borrowed */
  GPtrArray *told;         /* of BatonChangeConflict; borrowed, nullable */
  BatonRecord *before;     /* nullable */
  BatonRecord *after;
  GPtrArray *waiting;  /* of BatonEdit; nullable */
  GPtrArray *merged;   /* of BatonEdit, answered; nullable */
  GPtrArray *refused;  /* of BatonEdit; nullable */
  BatonRecord *wanted; /* what of @came is merged into @after */
  gboolean forked;     /* the server was set back, and may have lost some of it */
  gboolean anew;       /* another one under the same id */
  GError *error;       /* the first failure of a callback */
} BatonArrival;

void baton_arrival_clear (BatonArrival *arrival);

/* The last of @edits that sets @key; NULL where none does, or there are none */
const BatonEdit *baton_arrival_find_edit (GPtrArray *edits, const char *key);

gboolean baton_arrival_is_notes (const BatonArrival *arrival, const char *key);

/* What loses by it, here or there, goes to the history, where two did not know of each other as a conflict. To be called before anything is merged. */
gboolean baton_arrival_note (BatonArrival *arrival, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonArrival, baton_arrival_clear)

G_END_DECLS
