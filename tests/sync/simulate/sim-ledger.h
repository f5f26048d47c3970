/* sim-ledger.h: every edit that a device has said to hold
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-world.h"

G_BEGIN_DECLS

/* One field of one edit */
typedef struct
{
  guint device;
  gint64 row; /* in the device's history */
  char *edit;
  BatonEntity entity;
  char *record;
  char *field;
  char *value;  /* JSON */
  char *before; /* JSON */
  BatonClock base;
  BatonClock clock;
  gint64 taken;     /* when the server took the edit, which stands; 0: it does not */
  gboolean reached; /* the server has it: as what stands, or in its history */
  gboolean made;    /* with the record */
  gboolean excused; /* gone for good, or with a device that went back to a backup */
} SimEntry;

SimLedger *sim_ledger_new (void);
void sim_ledger_free (SimLedger *ledger);
/* What the server has refused of @device so far: writing it anew takes it off the list. Before each edit. */
void sim_ledger_note_refused (SimDevice *device);
/* Whether the device wrote the same field anew after @entry was refused */
gboolean sim_ledger_was_written_anew (SimLedger *ledger, const SimEntry *entry);
/* What @device has written into its history since the last time */
void sim_ledger_add (SimDevice *device);
/* The device was copied, or went back to the copy */
void sim_ledger_keep (SimDevice *device);
void sim_ledger_restore (SimDevice *device);
/* The device was emptied: what it did before is no longer in its history */
void sim_ledger_empty (SimDevice *device);
/* The server is about to be set back: what nobody but the server holds is gone with it. That is what was on devices that were emptied since; and of a
 * task that moves to another project, while a device has heard that it left the one and not yet that it came to the other. */
void sim_ledger_set_back (SimWorld *world);
/* The server is about to remove some for good: what it has of the edits */
void sim_ledger_look (SimWorld *world);
/* And has removed @records (a set of ids): what it had is gone with them, and must be from before @before */
void sim_ledger_purge (SimWorld *world, GHashTable *records, gint64 before);
/* The person has given @edit up */
void sim_ledger_give_up (SimDevice *device, const BatonEdit *edit);
/* The person has said that some are to be kept: they come back, though nobody has edited them */
void sim_ledger_note_kept (SimDevice *device);
/* A record that went for good is back, and nobody has edited it */
gboolean sim_ledger_is_ghost (SimWorld *world, const char *record);
/* Array of SimEntry, in the order of their making */
GPtrArray *sim_ledger_get (SimLedger *ledger);

G_END_DECLS
