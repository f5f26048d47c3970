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

#include "baton-fault-vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define NAME "baton-fault"

typedef enum
{
  FAULT_NONE,
  FAULT_STOP,
  FAULT_POWER,
  FAULT_FULL,
  FAULT_READS,
} Fault;

typedef struct
{
  char *path;
  sqlite3_int64 offset;
  sqlite3_int64 size; /* of the file before */
  GBytes *before;     /* as far as the file went; NULL: it was cut off at @offset */
  GBytes *after;
} Unsynced;

typedef struct
{
  guint64 writes;
  Fault fault;
  guint64 left; /* writes until it strikes */
  gboolean torn;
  gboolean struck;
  guint32 seed;
  GPtrArray *unsynced; /* of Unsynced, in order */
} Folder;

typedef struct
{
  sqlite3_vfs *real;
  GMutex mutex;
  GHashTable *folders; /* path → Folder */
} State;

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* behind this */
  State *state;
  Folder *folder; /* NULL: a temporary file */
  char *path;
} File;

/* --- folders ------------------------------------------------------------- */

static void
unsynced_free (Unsynced *unsynced)
{
  g_free (unsynced->path);
  g_clear_pointer (&unsynced->before, g_bytes_unref);
  g_clear_pointer (&unsynced->after, g_bytes_unref);
  g_free (unsynced);
}

static void
folder_free (Folder *folder)
{
  g_ptr_array_unref (folder->unsynced);
  g_free (folder);
}

static State *
get_state (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NAME);

  g_assert (vfs != NULL);
  return vfs->pAppData;
}

/* @path is as SQLite gives it: with no link in it */
static Folder *
ensure_folder (State *state, const char *path)
{
  Folder *folder = g_hash_table_lookup (state->folders, path);

  if (folder == NULL)
    {
      folder = g_new0 (Folder, 1);
      folder->unsynced = g_ptr_array_new_with_free_func ((GDestroyNotify) unsynced_free);
      g_hash_table_insert (state->folders, g_strdup (path), folder);
    }
  return folder;
}

static char *
dup_real_path (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real != NULL ? real : path);

  free (real);
  return copy;
}

static Folder *
lock_folder (State *state, const char *path)
{
  g_autofree char *real = dup_real_path (path);

  g_mutex_lock (&state->mutex);
  return ensure_folder (state, real);
}

static Folder *
lock_folder_of (State *state, const char *file)
{
  g_autofree char *path = file != NULL ? g_path_get_dirname (file) : NULL;

  g_mutex_lock (&state->mutex);
  return path != NULL ? ensure_folder (state, path) : NULL;
}

/* Counts a write, and tells whether it may be done. Locked. */
static gboolean
may_write (Folder *folder, gboolean grows, gboolean *torn, int *result)
{
  *torn = FALSE;
  folder->writes++;
  if (folder->fault == FAULT_NONE || folder->fault == FAULT_READS)
    return TRUE;
  if (folder->left > 0)
    {
      folder->left--;
      return TRUE;
    }
  if (folder->fault == FAULT_FULL && !grows)
    return TRUE;
  *torn = folder->torn && !folder->struck;
  *result = folder->fault == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR;
  folder->struck = TRUE;
  return FALSE;
}

/* --- what no sync has confirmed ------------------------------------------ */

static GBytes *
read_before (File *file, int amount, sqlite3_int64 offset, sqlite3_int64 size)
{
  int length = (int) CLAMP (size - offset, 0, amount);
  char *data = g_malloc0 ((gsize) length + 1);

  if (length > 0)
    file->real->pMethods->xRead (file->real, data, length, offset);
  return g_bytes_new_take (data, (gsize) length);
}

static void
remember (File *file, const void *data, int amount, sqlite3_int64 offset)
{
  Unsynced *unsynced;
  sqlite3_int64 size = 0;

  if (file->folder->fault != FAULT_POWER)
    return;
  file->real->pMethods->xFileSize (file->real, &size);
  unsynced = g_new0 (Unsynced, 1);
  unsynced->path = g_strdup (file->path);
  unsynced->offset = offset;
  unsynced->size = size;
  unsynced->before = read_before (file, data != NULL ? amount : (int) MAX (size - offset, 0),
                                  offset, size);
  unsynced->after = data != NULL ? g_bytes_new (data, (gsize) amount) : NULL;
  g_ptr_array_add (file->folder->unsynced, unsynced);
}

static void
confirm (Folder *folder, const char *path)
{
  for (guint i = folder->unsynced->len; i > 0; i--)
    {
      Unsynced *unsynced = g_ptr_array_index (folder->unsynced, i - 1);

      if (g_str_equal (unsynced->path, path))
        g_ptr_array_remove_index (folder->unsynced, i - 1);
    }
}

static void
put (int fd, GBytes *bytes, sqlite3_int64 offset)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  g_assert (pwrite (fd, data, length, offset) == (gssize) length);
}

static void
undo_write (const Unsynced *unsynced)
{
  int fd = open (unsynced->path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    return;
  g_assert (ftruncate (fd, unsynced->size) == 0);
  put (fd, unsynced->before, unsynced->offset);
  close (fd);
}

static void
redo_write (const Unsynced *unsynced)
{
  int fd = open (unsynced->path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    return;
  if (unsynced->after != NULL)
    put (fd, unsynced->after, unsynced->offset);
  else
    g_assert (ftruncate (fd, unsynced->offset) == 0);
  close (fd);
}

static void
lose (Folder *folder)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (folder->seed);

  for (guint i = folder->unsynced->len; i > 0; i--)
    undo_write (g_ptr_array_index (folder->unsynced, i - 1));
  for (guint i = 0; folder->seed != 0 && i < folder->unsynced->len; i++)
    {
      if (g_rand_boolean (random))
        redo_write (g_ptr_array_index (folder->unsynced, i));
    }
}

/* --- a file -------------------------------------------------------------- */

static int
file_close (sqlite3_file *base)
{
  File *file = (File *) base;
  int result = file->real->pMethods->xClose (file->real);

  g_clear_pointer (&file->path, g_free);
  return result;
}

static int
file_read (sqlite3_file *base, void *data, int amount, sqlite3_int64 offset)
{
  File *file = (File *) base;
  gboolean fails = FALSE;

  if (file->folder != NULL)
    {
      g_mutex_lock (&file->state->mutex);
      fails = file->folder->fault == FAULT_READS;
      file->folder->struck |= fails;
      g_mutex_unlock (&file->state->mutex);
    }
  return fails ? SQLITE_IOERR_READ : file->real->pMethods->xRead (file->real, data, amount, offset);
}

static int
write_locked (File *file, const void *data, int amount, sqlite3_int64 offset)
{
  const sqlite3_io_methods *real = file->real->pMethods;
  sqlite3_int64 size = 0;
  gboolean torn;
  int result;

  real->xFileSize (file->real, &size);
  if (may_write (file->folder, offset + amount > size, &torn, &result))
    {
      remember (file, data, amount, offset);
      return real->xWrite (file->real, data, amount, offset);
    }
  if (torn)
    real->xWrite (file->real, data, amount / 2, offset);
  return result;
}

static int
file_write (sqlite3_file *base, const void *data, int amount, sqlite3_int64 offset)
{
  File *file = (File *) base;
  int result;

  if (file->folder == NULL)
    return file->real->pMethods->xWrite (file->real, data, amount, offset);
  g_mutex_lock (&file->state->mutex);
  result = write_locked (file, data, amount, offset);
  g_mutex_unlock (&file->state->mutex);
  return result;
}

static int
file_truncate (sqlite3_file *base, sqlite3_int64 size)
{
  File *file = (File *) base;
  int result;
  gboolean torn;

  if (file->folder == NULL)
    return file->real->pMethods->xTruncate (file->real, size);
  g_mutex_lock (&file->state->mutex);
  if (may_write (file->folder, FALSE, &torn, &result))
    {
      remember (file, NULL, 0, size);
      result = file->real->pMethods->xTruncate (file->real, size);
    }
  g_mutex_unlock (&file->state->mutex);
  return result;
}

static int
file_sync (sqlite3_file *base, int flags)
{
  File *file = (File *) base;
  int result = SQLITE_OK;
  gboolean torn;

  if (file->folder == NULL)
    return SQLITE_OK;
  g_mutex_lock (&file->state->mutex);
  if (may_write (file->folder, FALSE, &torn, &result))
    confirm (file->folder, file->path);
  g_mutex_unlock (&file->state->mutex);
  return result;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *size)
{
  File *file = (File *) base;

  return file->real->pMethods->xFileSize (file->real, size);
}

static int
file_lock (sqlite3_file *base, int lock)
{
  File *file = (File *) base;

  return file->real->pMethods->xLock (file->real, lock);
}

static int
file_unlock (sqlite3_file *base, int lock)
{
  File *file = (File *) base;

  return file->real->pMethods->xUnlock (file->real, lock);
}

static int
file_check_reserved_lock (sqlite3_file *base, int *answer)
{
  File *file = (File *) base;

  return file->real->pMethods->xCheckReservedLock (file->real, answer);
}

static int
file_control (sqlite3_file *base, int operation, void *argument)
{
  File *file = (File *) base;

  return file->real->pMethods->xFileControl (file->real, operation, argument);
}

static int
file_sector_size (sqlite3_file *base)
{
  File *file = (File *) base;

  return file->real->pMethods->xSectorSize (file->real);
}

static int
file_device_characteristics (sqlite3_file *base)
{
  File *file = (File *) base;

  return file->real->pMethods->xDeviceCharacteristics (file->real);
}

static int
file_shm_map (sqlite3_file *base, int page, int size, int extend, void volatile **map)
{
  File *file = (File *) base;

  return file->real->pMethods->xShmMap (file->real, page, size, extend, map);
}

static int
file_shm_lock (sqlite3_file *base, int offset, int n, int flags)
{
  File *file = (File *) base;

  return file->real->pMethods->xShmLock (file->real, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *base)
{
  File *file = (File *) base;

  file->real->pMethods->xShmBarrier (file->real);
}

static int
file_shm_unmap (sqlite3_file *base, int delete)
{
  File *file = (File *) base;

  return file->real->pMethods->xShmUnmap (file->real, delete);
}

/* Without mapped pages: what is written through a map cannot be seen */
static const sqlite3_io_methods file_methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_device_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

/* --- the file system ----------------------------------------------------- */

/* A file that is not there and is to be made counts as a write. */
static int
check_open (State *state, const char *name, int flags, Folder **folder)
{
  int result = SQLITE_OK;
  gboolean torn;

  *folder = lock_folder_of (state, name);
  if (name != NULL && (flags & SQLITE_OPEN_CREATE) != 0 && access (name, F_OK) != 0)
    may_write (*folder, TRUE, &torn, &result);
  g_mutex_unlock (&state->mutex);
  return result == SQLITE_OK || result == SQLITE_FULL ? result : SQLITE_CANTOPEN;
}

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out_flags)
{
  State *state = vfs->pAppData;
  File *file = (File *) base;
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
  file->base.pMethods = &file_methods;
  return result;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  State *state = vfs->pAppData;
  Folder *folder = lock_folder_of (state, name);
  int result;
  gboolean torn;

  if (may_write (folder, FALSE, &torn, &result))
    {
      confirm (folder, name);
      result = state->real->xDelete (state->real, name, 0);
    }
  g_mutex_unlock (&state->mutex);
  return result;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *answer)
{
  State *state = vfs->pAppData;

  return state->real->xAccess (state->real, name, flags, answer);
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *name, int length, char *out)
{
  State *state = vfs->pAppData;

  return state->real->xFullPathname (state->real, name, length, out);
}

static int
vfs_randomness (sqlite3_vfs *vfs, int length, char *out)
{
  State *state = vfs->pAppData;

  return state->real->xRandomness (state->real, length, out);
}

static int
vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
  State *state = vfs->pAppData;

  return state->real->xSleep (state->real, microseconds);
}

static int
vfs_current_time (sqlite3_vfs *vfs, sqlite3_int64 *time)
{
  State *state = vfs->pAppData;

  return state->real->xCurrentTimeInt64 (state->real, time);
}

static int
vfs_get_last_error (sqlite3_vfs *vfs, int length, char *out)
{
  State *state = vfs->pAppData;

  return state->real->xGetLastError (state->real, length, out);
}

static gpointer
install (gpointer data)
{
  State *state = g_new0 (State, 1);
  sqlite3_vfs *vfs = g_new0 (sqlite3_vfs, 1);

  state->real = sqlite3_vfs_find (NULL);
  state->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) folder_free);
  g_mutex_init (&state->mutex);
  *vfs = (sqlite3_vfs) {
    .iVersion = 2,
    .szOsFile = (int) sizeof (File) + state->real->szOsFile,
    .mxPathname = state->real->mxPathname,
    .zName = NAME,
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
  State *state = get_state ();
  guint64 writes = lock_folder (state, folder)->writes;

  g_mutex_unlock (&state->mutex);
  return writes;
}

gboolean
baton_fault_vfs_has_struck (const char *folder)
{
  State *state = get_state ();
  gboolean struck = lock_folder (state, folder)->struck;

  g_mutex_unlock (&state->mutex);
  return struck;
}

static void
set_fault (const char *path, Fault fault, guint64 left, gboolean torn, guint32 seed)
{
  State *state = get_state ();
  Folder *folder = lock_folder (state, path);

  if (folder->fault == FAULT_POWER && folder->struck)
    lose (folder);
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
  State *state = get_state ();
  g_autofree char *real = dup_real_path (folder);

  baton_fault_vfs_heal (folder);
  g_mutex_lock (&state->mutex);
  g_hash_table_remove (state->folders, real);
  g_mutex_unlock (&state->mutex);
}
