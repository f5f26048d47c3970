/* baton-test-generate.h: records, values and edits by chance
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/core/baton-core.h"
#include "baton-test.h"

G_BEGIN_DECLS

/* A random source from baton_test_get_seed() */
GRand *baton_test_rand_new (void);
/* 0 to @n - 1 */
guint baton_test_pick (GRand *rand, guint n);

/* A valid id; the same @number gives the same */
char *baton_test_id (guint number);
/* Text with everything in it that is easily broken: quotes, escapes, four-byte characters, dots. @many_lines: line ends too */
char *baton_test_text (GRand *rand, guint max_characters, gboolean many_lines);
/* One of a few times and devices, so that clocks often meet */
BatonClock baton_test_clock (GRand *rand);
/* A key of a task: a field, an element or one that nobody knows. Borrowed. */
const char *baton_test_task_key (GRand *rand);
/* A valid value for @key of a task */
void baton_test_task_value (GRand *rand, const char *key, BatonValue *value);
/* A task with some of its fields set, anywhere in history */
BatonRecord *baton_test_task (GRand *rand, const char *id);
/* An edit of some fields, stamped against @state (nullable) with @clock */
BatonEdit *baton_test_task_edit (GRand *rand,
                                 const char *id,
                                 const BatonClock *clock,
                                 const BatonRecord *state);

G_END_DECLS
