/* baton-fault-folder.c: what is to go wrong in a folder, and what its disk has not confirmed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-fault-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void
unsynced_free (BatonFaultUnsynced *unsynced)
{
  g_free (unsynced->path);
  g_clear_pointer (&unsynced->before, g_bytes_unref);
  g_clear_pointer (&unsynced->after, g_bytes_unref);
  g_free (unsynced);
}

void
baton_fault_folder_free (BatonFaultFolder *folder)
{
  g_ptr_array_unref (folder->unsynced);
  g_free (folder);
}

BatonFaultState *
baton_fault_get_state (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (BATON_FAULT_VFS_NAME);

  g_assert (vfs != NULL);
  return vfs->pAppData;
}

/* @path is as SQLite gives it: with no link in it */
static BatonFaultFolder *
ensure_folder (BatonFaultState *state, const char *path)
{
  BatonFaultFolder *folder = g_hash_table_lookup (state->folders, path);

  if (folder == NULL)
    {
      folder = g_new0 (BatonFaultFolder, 1);
      folder->unsynced = g_ptr_array_new_with_free_func ((GDestroyNotify) unsynced_free);
      g_hash_table_insert (state->folders, g_strdup (path), folder);
    }
  return folder;
}

char *
baton_fault_dup_real_path (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real != NULL ? real : path);

  free (real);
  return copy;
}

BatonFaultFolder *
baton_fault_lock_folder (BatonFaultState *state, const char *path)
{
  g_autofree char *real = baton_fault_dup_real_path (path);

  g_mutex_lock (&state->mutex);
  return ensure_folder (state, real);
}

BatonFaultFolder *
baton_fault_lock_folder_of (BatonFaultState *state, const char *file)
{
  g_autofree char *path = file != NULL ? g_path_get_dirname (file) : NULL;

  g_mutex_lock (&state->mutex);
  return path != NULL ? ensure_folder (state, path) : NULL;
}

gboolean
baton_fault_may_write (BatonFaultFolder *folder, gboolean grows, gboolean *torn, int *result)
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
read_before (BatonFaultFile *file, int amount, sqlite3_int64 offset, sqlite3_int64 size)
{
  int length = (int) CLAMP (size - offset, 0, amount);
  char *data = g_malloc0 ((gsize) length + 1);

  if (length > 0)
    file->real->pMethods->xRead (file->real, data, length, offset);
  return g_bytes_new_take (data, (gsize) length);
}

void
baton_fault_remember (BatonFaultFile *file, const void *data, int amount, sqlite3_int64 offset)
{
  BatonFaultUnsynced *unsynced;
  sqlite3_int64 size = 0;

  if (file->folder->fault != FAULT_POWER)
    return;
  file->real->pMethods->xFileSize (file->real, &size);
  unsynced = g_new0 (BatonFaultUnsynced, 1);
  unsynced->path = g_strdup (file->path);
  unsynced->offset = offset;
  unsynced->size = size;
  unsynced->before = read_before (file, data != NULL ? amount : (int) MAX (size - offset, 0),
                                  offset, size);
  unsynced->after = data != NULL ? g_bytes_new (data, (gsize) amount) : NULL;
  g_ptr_array_add (file->folder->unsynced, unsynced);
}

void
baton_fault_confirm (BatonFaultFolder *folder, const char *path)
{
  for (guint i = folder->unsynced->len; i > 0; i--)
    {
      BatonFaultUnsynced *unsynced = g_ptr_array_index (folder->unsynced, i - 1);

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
undo_write (const BatonFaultUnsynced *unsynced)
{
  int fd = open (unsynced->path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    return;
  g_assert (ftruncate (fd, unsynced->size) == 0);
  put (fd, unsynced->before, unsynced->offset);
  close (fd);
}

static void
redo_write (const BatonFaultUnsynced *unsynced)
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

void
baton_fault_lose (BatonFaultFolder *folder)
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
