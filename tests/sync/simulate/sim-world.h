/* sim-world.h: the world of one run: devices, a server, a network between them, and the time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../../src/server/http/baton-server.h"
#include "../../../src/store/baton-database-private.h"
#include "../../../src/sync/baton-engine.h"
#include "sim-plan.h"

G_BEGIN_DECLS

typedef struct _SimWorld SimWorld;
typedef struct _SimLedger SimLedger;

/* What was counted in a run, or in many */
typedef struct
{
  guint64 runs;
  guint64 steps;
  guint64 edits;
  guint64 requests;
  guint64 faults;
  guint64 conflicts;
  guint64 refused;
} SimCounts;

void sim_counts_add (SimCounts *into, const SimCounts *other);

/* A folder with a server and a device as they are when new: copying costs less than making. One a process. */
typedef struct
{
  char *folder; /* owned */
  char *server;
  char *device;
} SimTemplates;

SimTemplates *sim_templates_new (const char *folder);
void sim_templates_free (SimTemplates *templates);

typedef struct
{
  SimWorld *world; /* borrowed */
  guint number;
  guint person;
  char *folder;
  char *backup;            /* nullable */
  BatonDatabase *database; /* owned, nullable: of the process whose turn it is */
  BatonDatabase *waiting;  /* owned, nullable: of the other one */
  gboolean is_second;      /* it is the command line's turn */
  BatonRemote *remote;     /* owned */
  gint64 skew;
  gboolean disk_fails;
  gboolean connected; /* its live socket stands */
  GQueue told;        /* of char *: what the socket has brought */
} SimDevice;

/* A request that is still under way, while its sender has given up on it */
typedef struct
{
  guint person;
  char *body;
} SimLetter;

struct _SimWorld
{
  const SimPlan *plan; /* borrowed */
  char *folder;
  gint64 now;
  SimRandom random; /* of the step */
  SimDevice devices[SIM_MAX_DEVICES];
  guint faults; /* as in the plan; 0 once the world is healed */
  guint depth;  /* of what happens while a request is under way */

  char *server_folder;
  char *server_backup; /* nullable */
  BatonServerConfig *config;
  BatonServer *server;
  BatonSql *reading;  /* of the server's database, owned */
  GPtrArray *letters; /* of SimLetter */

  guint n_asked; /* times that a person was asked about what a sync would remove */
  SimLedger *ledger;
  gboolean was_set_back;      /* the server, to a backup */
  gboolean was_said_set_back; /* though it was not */
  GHashTable *
      purged; /* ids of records that went for good → the number of edits before, or 0 where one of it waited */
  guint64 trace; /* a hash of all that happened */
  gboolean verbose;
  gboolean server_fails; /* its disk does */
  gboolean forgiving;    /* warnings are expected now */
  char *failure;         /* the first one; nullable */
  SimCounts counts;
};

SimWorld *sim_world_new (const SimPlan *plan, const SimTemplates *templates, gboolean verbose);
void sim_world_free (SimWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimWorld, sim_world_free)

/* Plays the plan, heals the world, and looks whether all that is promised holds: `failure` says what does not */
void sim_world_run (SimWorld *world);

/* Something that happened; part of the trace */
void sim_note (SimWorld *world, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sim_fail (SimWorld *world, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Fails with @error (transfer full, nullable: nothing happens) */
void sim_fail_error (SimWorld *world, const char *what, GError *error);

/* The person's account: an id of the server's */
const char *sim_person_get_id (guint person);
const char *sim_person_get_email (guint person);

void sim_copy_folder (const char *from, const char *to);
void sim_remove_folder (const char *folder);

/* --- sim-server.c --- */

void sim_server_prepare (const char *folder);
void sim_server_open (SimWorld *world);
void sim_server_close (SimWorld *world);
void sim_server_keep (SimWorld *world);
void sim_server_restore (SimWorld *world);
/* The answer to a request of @person */
char *sim_server_answer (SimWorld *world,
                         guint person,
                         const char *method,
                         const char *path,
                         const char *body,
                         guint *status);

/* --- sim-device.c --- */

void sim_device_prepare (const char *folder);
void sim_device_open (SimDevice *device);
void sim_device_close (SimDevice *device);
void sim_device_clear (SimDevice *device);
void sim_device_keep (SimDevice *device);
void sim_device_restore (SimDevice *device);
void sim_device_sign_in (SimDevice *device);
/* Whether a second process may run beside the first here and now */
gboolean sim_device_has_two (SimDevice *device);
/* It is the other process's turn: the command line's, or the app's again */
void sim_device_change_process (SimDevice *device);
/* FALSE where it failed as it may while the world is not healed */
gboolean sim_device_sync (SimDevice *device);
/* Takes the next message of the socket */
void sim_device_hear (SimDevice *device, SimRandom *random);
void sim_device_hang_up (SimDevice *device);

/* With what is on the device, or without it */
void sim_device_sign_out (SimDevice *device, SimRandom *random);
/* The same person again, or somebody else who then decides on what is here */
void sim_device_sign_in_again (SimDevice *device, SimRandom *random);
/* The person tries a refused edit again, keeps it as a copy, or gives it up; or takes what lost in a conflict instead of what won */
void sim_device_settle (SimDevice *device, SimRandom *random);

/* --- sim-people.c --- */

/* Somebody is let into a project, taken out of it, or is made something else in it */
void sim_share (SimWorld *world, SimRandom *random);
/* What was deleted longer ago than is kept goes for good; as often as not everybody was away for as long before */
void sim_purge (SimWorld *world, SimRandom *random);

/* --- sim-edits.c --- */

void sim_edit_something (SimDevice *device, SimRandom *random);
void sim_undo_something (SimDevice *device, SimRandom *random);

/* --- sim-network.c --- */

BatonRemote *sim_remote_new (SimDevice *device);
/* A letter arrives, if there is any */
void sim_network_deliver (SimWorld *world, SimRandom *random);

/* --- sim-disk.c --- */

/* Something is done on @device, whose disk, or the server's, fails in the middle */
void sim_disk_break_device (SimDevice *device, SimRandom *random);
void sim_disk_break_server (SimDevice *device, SimRandom *random);
/* Whether @error is one that a disk that fails may bring about */
gboolean sim_disk_may_fail (SimDevice *device, const GError *error);

/* --- sim-oracle.c --- */

void sim_oracle_check (SimWorld *world);

/* --- sim-account.c --- */

/* No edit is missing */
void sim_account_check (SimWorld *world);
/* Looks which edits the server has */
void sim_account_reach (SimWorld *world);

G_END_DECLS
