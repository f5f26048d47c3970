/* baton-record.h: a record: a map from field to value and clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "baton-clock.h"
#include "baton-schema.h"

G_BEGIN_DECLS

/**
 * BatonRecord:
 *
 * A thing that is synced: an entity, an id, and fields, each with its value and the clock of the edit that last set it.
 * The elements of a set are fields of their own (`tags.errands`), and so are fields that this version does not
 * know, which are kept as they came. Reference counted (atomically); changed only by the one who holds the only reference.
 */
typedef struct _BatonRecord BatonRecord;

BatonRecord *baton_record_new (BatonEntity entity, const char *id);
BatonRecord *baton_record_ref (BatonRecord *record);
void baton_record_unref (BatonRecord *record);
BatonRecord *baton_record_copy (const BatonRecord *record);

BatonEntity baton_record_get_entity (const BatonRecord *record);
const char *baton_record_get_id (const BatonRecord *record);

/* The value of @key: its own, else the schema's fallback, else null. Never NULL; borrowed until the next put. */
const BatonValue *baton_record_get (const BatonRecord *record, const char *key);
const BatonValue *baton_record_get_at (const BatonRecord *record, guint index);
/* The value that stands at @key itself, without fallback: null where it was never set. Borrowed until the next put. */
const BatonValue *baton_record_get_own (const BatonRecord *record, const char *key);
/* The clock of @key; all zero where it was never set */
BatonClock baton_record_get_clock (const BatonRecord *record, const char *key);
const char *baton_record_get_text (const BatonRecord *record, const char *key);
/* What it is called: its title, name or body; borrowed, nullable */
const char *baton_record_get_name (const BatonRecord *record);
gint64 baton_record_get_int (const BatonRecord *record, const char *key);
gboolean baton_record_get_bool (const BatonRecord *record, const char *key);
/* The elements of the set @name that are in it, sorted by bytes */
GStrv baton_record_dup_set (const BatonRecord *record, const char *name);
/* The greatest clock of all fields: the record's time of change */
BatonClock baton_record_get_last_clock (const BatonRecord *record);

/* Sets, whatever stood there. baton_merge_* decide whether to. Null with a clock becomes the
 * schema's fallback, where there is one. Not for the name of a set: its elements are set. */
void baton_record_put (BatonRecord *record,
                       const char *key,
                       const BatonValue *value,
                       const BatonClock *clock);

typedef void (*BatonRecordFunc) (const char *key,
                                 const BatonValue *value,
                                 const BatonClock *clock,
                                 gpointer data);
/* Every key that was ever set (removed elements too), the schema's fields in its order, then the rest
 * (elements of sets, unknown fields) by bytes: the same on each device */
void baton_record_foreach (const BatonRecord *record, BatonRecordFunc func, gpointer data);
/* Same id, same keys, same values, same clocks */
gboolean baton_record_equal (const BatonRecord *a, const BatonRecord *b);

/* Clocks as one text for a column: a line a clock, `CLOCK TAB key TAB key …`, in the order of foreach's keys */
char *baton_record_dup_clocks (const BatonRecord *record);
/* The other way: gives each key named in @text its clock. A set's element that has no value yet is one that was
 * removed: it becomes FALSE. BATON_ERROR_INVALID for a text that dup_clocks did not write. */
gboolean baton_record_read_clocks (BatonRecord *record, const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonRecord, baton_record_unref)

G_END_DECLS
