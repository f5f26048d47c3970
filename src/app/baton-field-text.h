/* baton-field-text.h: fields and their values in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../store/baton-store.h"

G_BEGIN_DECLS

/* "Due", "Tag “errands”"; a field that this version does not know by its own name */
char *baton_field_text_dup_name (BatonEntity entity, const char *key);
/* Whether it is long text, of which lines are compared */
gboolean baton_field_text_is_notes (BatonEntity entity, const char *key);
/* @store (nullable): where the names of projects and tasks are; a small read on the main thread */
char *baton_field_text_dup_value (BatonStore *store,
                                  BatonEntity entity,
                                  const char *key,
                                  const BatonValue *value);
/* Two that are not equal do not look the same either */
void baton_field_text_dup_values (BatonStore *store,
                                  BatonEntity entity,
                                  const char *key,
                                  const BatonValue *a,
                                  const BatonValue *b,
                                  char **a_text,
                                  char **b_text);
/* A moment, Unix ms; NULL for 0 */
char *baton_field_text_dup_moment (gint64 ms);
/* "Another device, 24 Dec 2026, 14:30" */
char *baton_field_text_dup_author (BatonHistoryAuthor author, gint64 ms);

G_END_DECLS
