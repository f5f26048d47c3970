/* baton-fault-vfs.h: disks that fill up, processes that stop at any write, power that goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lies between SQLite and the file system for all connections of the test's process. Faults are set by folder, that is, for the databases that
 * lie in it. A write is xWrite, xTruncate, xSync, xDelete, or the making of a file; the shared memory of the log is not counted, as it does not
 * outlive a crash. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonFaultTear:
 * @BATON_FAULT_WHOLE: the write that fails has written nothing
 * @BATON_FAULT_TORN: half of its bytes
 */
typedef enum
{
  BATON_FAULT_WHOLE,
  BATON_FAULT_TORN,
} BatonFaultTear;

/* Before the first connection is opened; again does nothing */
void baton_fault_vfs_install (void);

/* Writes that were asked for in @folder so far, also those that failed */
guint64 baton_fault_vfs_get_writes (const char *folder);
/* Whether a fault that was set has shown itself: a write, or a read, has failed */
gboolean baton_fault_vfs_has_struck (const char *folder);

/* One fault a folder at a time: */

/* @n writes more, and the process is as good as killed: nothing that is done to the files has an effect any more. To start it again, close the
 * connections and heal the folder. */
void baton_fault_vfs_stop_after (const char *folder, guint64 n, BatonFaultTear tear);
/* The same, and what no xSync has confirmed is on the disk only in part: any of those writes, chosen by @seed; none of them where it is 0. They
 * are taken back when the folder is healed. */
void baton_fault_vfs_lose_power_after (const char *folder, guint64 n, guint32 seed);
/* @n writes more, and then no file grows (SQLITE_FULL) */
void baton_fault_vfs_fill_after (const char *folder, guint64 n);
/* From now on */
void baton_fault_vfs_fail_reads (const char *folder);

/* Nothing fails any more */
void baton_fault_vfs_heal (const char *folder);
/* Heals it, and knows nothing of it any more; its connections must be closed. */
void baton_fault_vfs_forget (const char *folder);

G_END_DECLS
