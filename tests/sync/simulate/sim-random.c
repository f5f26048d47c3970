/* sim-random.c: the one source of randomness of a run
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-random.h"

#include "../../../src/core/baton-core.h"

#define GAMMA G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

guint64
sim_mix (guint64 number)
{
  number = (number ^ number >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  number = (number ^ number >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return number ^ number >> 31;
}

guint64
sim_random_next (SimRandom *random)
{
  random->state += GAMMA;
  return sim_mix (random->state);
}

guint
sim_pick (SimRandom *random, guint n)
{
  return (guint) ((sim_random_next (random) >> 32) * n >> 32);
}

gboolean
sim_chance (SimRandom *random, guint n)
{
  return sim_pick (random, n) == 0;
}

static void
uuid_random (guint8 *bytes, gsize n_bytes, gpointer data)
{
  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) (sim_random_next (data) >> 24);
}

void
sim_random_install (SimRandom *random)
{
  if (random != NULL)
    g_random_set_seed ((guint32) sim_random_next (random));
  baton_uuid_set_random (random != NULL ? uuid_random : NULL, random);
}
