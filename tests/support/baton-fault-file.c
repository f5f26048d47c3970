/* baton-fault-file.c: a file of the system with the faults of its folder before it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-fault-private.h"

#include <string.h>

static int
file_close (sqlite3_file *base)
{
  BatonFaultFile *file = (BatonFaultFile *) base;
  int result = file->real->pMethods->xClose (file->real);

  g_clear_pointer (&file->path, g_free);
  return result;
}

static int
file_read (sqlite3_file *base, void *data, int amount, sqlite3_int64 offset)
{
  BatonFaultFile *file = (BatonFaultFile *) base;
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
write_locked (BatonFaultFile *file, const void *data, int amount, sqlite3_int64 offset)
{
  const sqlite3_io_methods *real = file->real->pMethods;
  sqlite3_int64 size = 0;
  gboolean torn;
  int result;

  real->xFileSize (file->real, &size);
  if (baton_fault_may_write (file->folder, offset + amount > size, &torn, &result))
    {
      baton_fault_remember (file, data, amount, offset);
      return real->xWrite (file->real, data, amount, offset);
    }
  if (torn)
    real->xWrite (file->real, data, amount / 2, offset);
  return result;
}

static int
file_write (sqlite3_file *base, const void *data, int amount, sqlite3_int64 offset)
{
  BatonFaultFile *file = (BatonFaultFile *) base;
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
  BatonFaultFile *file = (BatonFaultFile *) base;
  int result;
  gboolean torn;

  if (file->folder == NULL)
    return file->real->pMethods->xTruncate (file->real, size);
  g_mutex_lock (&file->state->mutex);
  if (baton_fault_may_write (file->folder, FALSE, &torn, &result))
    {
      baton_fault_remember (file, NULL, 0, size);
      result = file->real->pMethods->xTruncate (file->real, size);
    }
  g_mutex_unlock (&file->state->mutex);
  return result;
}

static int
file_sync (sqlite3_file *base, int flags)
{
  BatonFaultFile *file = (BatonFaultFile *) base;
  int result = SQLITE_OK;
  gboolean torn;

  if (file->folder == NULL)
    return SQLITE_OK;
  g_mutex_lock (&file->state->mutex);
  if (baton_fault_may_write (file->folder, FALSE, &torn, &result))
    baton_fault_confirm (file->folder, file->path);
  g_mutex_unlock (&file->state->mutex);
  return result;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *size)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xFileSize (file->real, size);
}

static int
file_lock (sqlite3_file *base, int lock)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xLock (file->real, lock);
}

static int
file_unlock (sqlite3_file *base, int lock)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xUnlock (file->real, lock);
}

static int
file_check_reserved_lock (sqlite3_file *base, int *answer)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xCheckReservedLock (file->real, answer);
}

static int
file_control (sqlite3_file *base, int operation, void *argument)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xFileControl (file->real, operation, argument);
}

static int
file_sector_size (sqlite3_file *base)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xSectorSize (file->real);
}

static int
file_device_characteristics (sqlite3_file *base)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xDeviceCharacteristics (file->real);
}

static int
file_shm_map (sqlite3_file *base, int page, int size, int extend, void volatile **map)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xShmMap (file->real, page, size, extend, map);
}

static int
file_shm_lock (sqlite3_file *base, int offset, int n, int flags)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xShmLock (file->real, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *base)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  file->real->pMethods->xShmBarrier (file->real);
}

static int
file_shm_unmap (sqlite3_file *base, int delete)
{
  BatonFaultFile *file = (BatonFaultFile *) base;

  return file->real->pMethods->xShmUnmap (file->real, delete);
}

const sqlite3_io_methods baton_fault_file_methods = {
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
