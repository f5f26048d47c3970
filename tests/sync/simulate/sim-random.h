/* sim-random.h: the one source of randomness of a run
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SplitMix64 (Steele, Lea, Flood, 2014): a step can have a generator of its own for next to nothing */
typedef struct
{
  guint64 state;
} SimRandom;

guint64 sim_mix (guint64 number);
guint64 sim_random_next (SimRandom *random);
/* 0 to @n - 1 */
guint sim_pick (SimRandom *random, guint n);
/* TRUE once in @n */
gboolean sim_chance (SimRandom *random, guint n);
/* From now on whatever draws randomness in this process draws it from @random (borrowed); NULL: the system again */
void sim_random_install (SimRandom *random);

G_END_DECLS
