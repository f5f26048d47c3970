/* baton-merge.h: two states, or a state and an edit, become one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-edit.h"

G_BEGIN_DECLS

/**
 * BatonOutcome:
 * @key: the field
 * @won: whether the edit's value stands in the record now
 * @conflict: the edit's author had not seen the value that stood there, and the two differ
 * @merged: notes: the record holds a text made of both, with the clock that was given for it
 * @loser: what does not stand in the record: the edit's value where it lost (or a part of it, in merged notes), else the value that it replaced
 * @loser_clock: its clock
 *
 * What became of one field of an edit.
 */
typedef struct
{
  char *key;
  gboolean won;
  gboolean conflict;
  gboolean merged;
  BatonValue loser;
  BatonClock loser_clock;
} BatonOutcome;

/* Takes, field by field, the value with the greater clock; equal clocks: the greater value (baton_value_compare).
 * Commutative, associative, idempotent. TRUE where @into changed. */
gboolean baton_merge_record (BatonRecord *into, const BatonRecord *other);

/* Applies a stamped @edit to @record. Returns an array of BatonOutcome, one a field, that frees them.
 * @text_clock: given on the server, where notes are merged three-way and a merged text takes this clock; NULL on a device. */
GPtrArray *baton_merge_edit (BatonRecord *record,
                             const BatonEdit *edit,
                             const BatonClock *text_clock);

/* Three-way merge by lines. Where both changed the same lines @ours (the later) stands, *conflict is set. */
char *baton_merge_text (const char *was, const char *theirs, const char *ours, gboolean *conflict);

G_END_DECLS
