/* sim-plan.c: what is to happen in a run, made up front from its seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-plan.h"

/* How often a step is of each kind, relative to the others. @rare: some runs have none of it at all, so that the others go far. */
static const struct
{
  const char *name;
  guint weight;
  gboolean rare;
} kinds[SIM_N_KINDS] = {
  [SIM_EDIT] = { "edit",           46, FALSE },
  [SIM_UNDO] = { "undo",           4,  FALSE },
  [SIM_SYNC] = { "sync",           20, FALSE },
  [SIM_LIVE] = { "live",           6,  FALSE },
  [SIM_LATE] = { "late",           3,  TRUE  },
  [SIM_TIME] = { "time",           3,  FALSE },
  [SIM_CLOCK] = { "clock",          2,  TRUE  },
  [SIM_RESTART] = { "restart",        1,  FALSE },
  [SIM_DISK] = { "disk",           4,  TRUE  },
  [SIM_SERVER_DISK] = { "server-disk",    3,  TRUE  },
  [SIM_KEEP] = { "keep",           2,  TRUE  },
  [SIM_RESTORE] = { "restore",        2,  TRUE  },
  [SIM_SERVER_RESTART] = { "server-restart", 1,  FALSE },
  [SIM_SERVER_KEEP] = { "server-keep",    2,  TRUE  },
  [SIM_SERVER_RESTORE] = { "server-restore", 1,  TRUE  },
  [SIM_SETTLE] = { "settle",         4,  FALSE },
  [SIM_SIGN_OUT] = { "sign-out",       2,  TRUE  },
  [SIM_SIGN_IN] = { "sign-in",        2,  FALSE },
  [SIM_SHARE] = { "share",          5,  FALSE },
  [SIM_PURGE] = { "purge",          4,  TRUE  },
};

const char *
sim_kind_get_name (SimKind kind)
{
  return kinds[kind].name;
}

static SimKind
pick_kind (SimRandom *random, const guint *weights)
{
  guint sum = 0;
  guint at;
  guint kind = 0;

  for (guint i = 0; i < SIM_N_KINDS; i++)
    sum += weights[i];
  at = sim_pick (random, sum);
  while (at >= weights[kind])
    at -= weights[kind++];
  return kind;
}

static void
fill (SimPlan *plan, SimRandom *random, guint n_steps)
{
  guint weights[SIM_N_KINDS];

  for (guint i = 0; i < SIM_N_KINDS; i++)
    weights[i] = kinds[i].rare && !sim_chance (random, 3) ? 0 : kinds[i].weight;
  for (guint i = 0; i < n_steps; i++)
    {
      SimStep step = { .kind = pick_kind (random, weights), .number = i };

      step.device = sim_pick (random, plan->n_devices);
      step.seed = sim_random_next (random);
      g_array_append_val (plan->steps, step);
    }
}

/* Apart from all else, so that what is about it alone does not make other plans */
static guint
pick_kept_days (guint32 seed)
{
  static const guint days[] = { 1, 3, 7, 14, 30, 90 };
  SimRandom random = { sim_mix (seed + 4) };

  return days[sim_pick (&random, G_N_ELEMENTS (days))];
}

/* In one run of three, half of the devices; likewise apart, so that the other runs are what they were */
static guint
pick_two_processes (guint32 seed)
{
  SimRandom random = { sim_mix (seed + 5) };

  return sim_chance (&random, 3) ? 1 + sim_pick (&random, (1 << SIM_MAX_DEVICES) - 1) : 0;
}

SimPlan *
sim_plan_new (guint32 seed, guint n_steps)
{
  SimPlan *plan = g_new0 (SimPlan, 1);
  SimRandom random = { sim_mix (seed) };

  plan->seed = seed;
  plan->steps = g_array_new (FALSE, FALSE, sizeof (SimStep));
  plan->n_devices = 2 + sim_pick (&random, SIM_MAX_DEVICES - 1);
  plan->n_people = 1 + sim_pick (&random, MIN (SIM_MAX_PEOPLE, plan->n_devices));
  for (guint i = 0; i < plan->n_devices; i++)
    plan->people[i] = i < plan->n_people ? i : sim_pick (&random, plan->n_people);
  plan->faults = sim_chance (&random, 4) ? 0 : 2 + sim_pick (&random, 4);
  plan->kept_days = pick_kept_days (seed);
  plan->two_processes = pick_two_processes (seed);
  fill (plan, &random, n_steps / 2 + sim_pick (&random, n_steps));
  return plan;
}

SimPlan *
sim_plan_new_with (const SimPlan *plan, const GArray *steps)
{
  SimPlan *copy = g_new (SimPlan, 1);

  *copy = *plan;
  copy->steps = g_array_new (FALSE, FALSE, sizeof (SimStep));
  g_array_append_vals (copy->steps, steps->data, steps->len);
  return copy;
}

void
sim_plan_free (SimPlan *plan)
{
  g_array_unref (plan->steps);
  g_free (plan);
}
