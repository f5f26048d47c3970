/* sim-shrink.c: a failed run with as few steps as can be found
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Delta debugging (Zeller, Hildebrandt, 2002): parts of the plan are left out, halves first, then smaller ones, for as long as the rest fails.
 */
#include "sim-shrink.h"

char *
sim_try (const SimPlan *plan, const SimTemplates *templates, gboolean verbose)
{
  g_autoptr (SimWorld) world = sim_world_new (plan, templates, verbose);

  sim_world_run (world);
  return g_steal_pointer (&world->failure);
}

static gboolean
fails (const SimPlan *plan, const SimTemplates *templates)
{
  g_autofree char *failure = sim_try (plan, templates, FALSE);

  return failure != NULL;
}

static SimPlan *
leave_out (const SimPlan *plan, guint from, guint n)
{
  SimPlan *shorter = sim_plan_new_with (plan, plan->steps);

  g_array_remove_range (shorter->steps, from, MIN (n, shorter->steps->len - from));
  return shorter;
}

SimPlan *
sim_shrink (const SimPlan *plan, const SimTemplates *templates, guint seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  SimPlan *best = sim_plan_new_with (plan, plan->steps);
  guint size = MAX (best->steps->len / 2, 1);
  gboolean shorter = FALSE;

  for (guint at = 0; g_get_monotonic_time () < end;)
    {
      SimPlan *attempt;

      if (at >= best->steps->len)
        {
          if (size == 1 && !shorter)
            break;
          size = MAX (size / 2, 1);
          shorter = FALSE;
          at = 0;
          continue;
        }
      attempt = leave_out (best, at, size);
      if (fails (attempt, templates))
        {
          sim_plan_free (best);
          best = attempt;
          shorter = TRUE;
          continue;
        }
      sim_plan_free (attempt);
      at += size;
    }
  return best;
}
