/* baton-fault-vfs.c: disks that fill up, processes that stop at any write, power that goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of this VFS is one of the system's with a folder's faults before it. A process that stopped is played by the living one, of which nothing
 * reaches the disk any more: what SQLite then does to tidy up comes to nothing, as it would have, had the process been killed.
 *
 * Power that goes also takes what the disk had not confirmed. While that is set, each write keeps what it replaced and what it wrote, until its file
 * is synced; healing puts back the former in reverse order, and then does some of the writes again, by chance: a disk keeps no order between two
 * syncs. Nothing is really synced, as no test pulls the plug.
 */
#define G_LOG_DOMAIN "baton-fault-vfs"

#include "baton-fault-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- the file system ----------------------------------------------------- */

/* A file that is not there and is to be made counts as a write. */
static int
check_open (BatonFaultState *state, const char *name, int flags, BatonFaultFolder **folder)
{
  int result = SQLITE_OK;
  gboolean torn;

  *folder = baton_fault_lock_folder_of (state, name);
  if (name != NULL && (flags & SQLITE_OPEN_CREATE) != 0 && access (name, F_OK) != 0)
    baton_fault_may_write (*folder, TRUE, &torn, &result);
  g_mutex_unlock (&state->mutex);
  return result == SQLITE_OK || result == SQLITE_FULL ? result : SQLITE_CANTOPEN;
}

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
  BatonFaultState *state = vfs->pAppData;
  BatonFaultFile *file = (BatonFaultFile *) base;
  int result;

  memset (file, 0, sizeof *file);
  result = check_open (state, name, flags, &file->folder);
  if (result != SQLITE_OK)
    return result;
  file->state = state;
  file->real = (sqlite3_file *) (file + 1);
  result = state->real->xOpen (state->real, name, file->real, flags, out_flags);
  if (file->real->pMethods == NULL)
    return result;
  file->path = g_strdup (name);
  file->base.pMethods = &baton_fault_file_methods;
  return result;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  BatonFaultState *state = vfs->pAppData;
  BatonFaultFolder *folder = baton_fault_lock_folder_of (state, name);
  int result;
  gboolean torn;

  if (baton_fault_may_write (folder, FALSE, &torn, &result))
    {
      baton_fault_confirm (folder, name);
      result = state->real->xDelete (state->real, name, 0);
    }
  g_mutex_unlock (&state->mutex);
  return result;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *answer)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xAccess (state->real, name, flags, answer);
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *name, int length, char *out)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xFullPathname (state->real, name, length, out);
}

static int
vfs_randomness (sqlite3_vfs *vfs, int length, char *out)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xRandomness (state->real, length, out);
}

static int
vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xSleep (state->real, microseconds);
}

static int
vfs_current_time (sqlite3_vfs *vfs, sqlite3_int64 *time)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xCurrentTimeInt64 (state->real, time);
}

static int
vfs_get_last_error (sqlite3_vfs *vfs, int length, char *out)
{
  BatonFaultState *state = vfs->pAppData;

  return state->real->xGetLastError (state->real, length, out);
}

static gpointer
install (gpointer data)
{
  BatonFaultState *state = g_new0 (BatonFaultState, 1);
  sqlite3_vfs *vfs = g_new0 (sqlite3_vfs, 1);

  state->real = sqlite3_vfs_find (NULL);
  state->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) baton_fault_folder_free);
  g_mutex_init (&state->mutex);
  *vfs = (sqlite3_vfs) {
    .iVersion = 2,
    .szOsFile = (int) sizeof (BatonFaultFile) + state->real->szOsFile,
    .mxPathname = state->real->mxPathname,
    .zName = BATON_FAULT_VFS_NAME,
    .pAppData = state,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_pathname,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTimeInt64 = vfs_current_time,
    .xGetLastError = vfs_get_last_error,
  };
  g_assert (sqlite3_vfs_register (vfs, 1) == SQLITE_OK);
  return vfs;
}

/* --- for tests ----------------------------------------------------------- */

void
baton_fault_vfs_install (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, install, NULL);
}

guint64
baton_fault_vfs_get_writes (const char *folder)
{
  BatonFaultState *state = baton_fault_get_state ();
  guint64 writes = baton_fault_lock_folder (state, folder)->writes;

  g_mutex_unlock (&state->mutex);
  return writes;
}

gboolean
baton_fault_vfs_has_struck (const char *folder)
{
  BatonFaultState *state = baton_fault_get_state ();
  gboolean struck = baton_fault_lock_folder (state, folder)->struck;

  g_mutex_unlock (&state->mutex);
  return struck;
}

static void
set_fault (const char *path, BatonFaultKind fault, guint64 left, gboolean torn, guint32 seed)
{
  BatonFaultState *state = baton_fault_get_state ();
  BatonFaultFolder *folder = baton_fault_lock_folder (state, path);

  if (folder->fault == FAULT_POWER && folder->struck)
    baton_fault_lose (folder);
  g_ptr_array_set_size (folder->unsynced, 0);
  folder->fault = fault;
  folder->left = left;
  folder->torn = torn;
  folder->struck = FALSE;
  folder->seed = seed;
  g_mutex_unlock (&state->mutex);
}

void
baton_fault_vfs_stop_after (const char *folder, guint64 n, BatonFaultTear tear)
{
  set_fault (folder, FAULT_STOP, n, tear == BATON_FAULT_TORN, 0);
}

void
baton_fault_vfs_lose_power_after (const char *folder, guint64 n, guint32 seed)
{
  set_fault (folder, FAULT_POWER, n, FALSE, seed);
}

void
baton_fault_vfs_fill_after (const char *folder, guint64 n)
{
  set_fault (folder, FAULT_FULL, n, FALSE, 0);
}

void
baton_fault_vfs_fail_reads (const char *folder)
{
  set_fault (folder, FAULT_READS, 0, FALSE, 0);
}

void
baton_fault_vfs_heal (const char *folder)
{
  set_fault (folder, FAULT_NONE, 0, FALSE, 0);
}

void
baton_fault_vfs_forget (const char *folder)
{
  BatonFaultState *state = baton_fault_get_state ();
  g_autofree char *real = baton_fault_dup_real_path (folder);

  baton_fault_vfs_heal (folder);
  g_mutex_lock (&state->mutex);
  g_hash_table_remove (state->folders, real);
  g_mutex_unlock (&state->mutex);
}
