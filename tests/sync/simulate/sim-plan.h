/* sim-plan.h: what is to happen in a run, made up front from its seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each step has a seed of its own, and picks what it is about by that seed among what there is, so that a step means nearly
 * the same when others are left out: that is how a failed run is shortened.
 */
#pragma once

#include "sim-random.h"

G_BEGIN_DECLS

#define SIM_MAX_DEVICES 5
#define SIM_MAX_PEOPLE  3

typedef enum
{
  SIM_EDIT,
  SIM_UNDO,
  SIM_SYNC,
  SIM_LIVE,  /* a device reads what its socket told */
  SIM_LATE,  /* a request that was under way for long arrives */
  SIM_TIME,  /* days or weeks pass */
  SIM_CLOCK, /* a device's clock is set, wrongly or rightly */
  SIM_RESTART,
  SIM_DISK,
  SIM_SERVER_DISK,    /* a process ends and starts again */
  SIM_KEEP,           /* a backup of a device */
  SIM_RESTORE,        /* and back to it */
  SIM_SERVER_RESTART, /* likewise of the server */
  SIM_SERVER_KEEP,
  SIM_SERVER_RESTORE,
  SIM_SETTLE, /* a person decides on what was refused */
  SIM_SIGN_OUT,
  SIM_SIGN_IN,
  SIM_SHARE, /* members come, go, and change their role */
  SIM_PURGE, /* the server removes what was deleted long ago */
} SimKind;
#define SIM_N_KINDS (SIM_PURGE + 1)

typedef struct
{
  SimKind kind;
  guint number; /* its place in the whole plan */
  guint device;
  guint64 seed;
} SimStep;

typedef struct
{
  guint32 seed;
  guint n_people;
  guint n_devices;
  guint people[SIM_MAX_DEVICES]; /* whose device */
  guint faults;                  /* one exchange in so many is disturbed; 0: none */
  guint kept_days;               /* for how long the server keeps what is deleted */
  guint two_processes;           /* a bit a device: the command line runs beside the app there */
  GArray *steps;                 /* of SimStep */
} SimPlan;

SimPlan *sim_plan_new (guint32 seed, guint n_steps);
/* The same with other @steps (copied) */
SimPlan *sim_plan_new_with (const SimPlan *plan, const GArray *steps);
void sim_plan_free (SimPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimPlan, sim_plan_free)

const char *sim_kind_get_name (SimKind kind);

G_END_DECLS
