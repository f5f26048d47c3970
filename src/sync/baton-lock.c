/* baton-lock.c: one process at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* flock() cannot be woken by a cancellable */
#define LOOK_AGAIN_US (20 * 1000)

struct _BatonLock
{
  int fd;
};

static gboolean
fail (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
wait_for_lock (int fd, const char *path, gint64 until, GCancellable *cancellable, GError **error)
{
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      int code = errno;

      if (code != EWOULDBLOCK && code != EINTR)
        return fail (path, code, error);
      if (g_get_monotonic_time () >= until)
        return fail (path, ETIMEDOUT, error);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (LOOK_AGAIN_US);
    }
  return TRUE;
}

static BatonLock *
take_until (const char *folder,
            const char *name,
            gint64 until,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (BatonLock) lock = g_new0 (BatonLock, 1);

  lock->fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock->fd == -1)
    fail (path, errno, error);
  else if (wait_for_lock (lock->fd, path, until, cancellable, error))
    return g_steal_pointer (&lock);
  return NULL;
}

BatonLock *
baton_lock_take (const char *folder, const char *name, GCancellable *cancellable, GError **error)
{
  return take_until (folder, name, G_MAXINT64, cancellable, error);
}

/* Whoever waits holds the place at the head of the queue meanwhile, which the other one has to take before it can have the lock again. */
BatonLock *
baton_lock_take_turn (const char *folder,
                      const char *name,
                      guint wait_ms,
                      GCancellable *cancellable,
                      GError **error)
{
  gint64 until = g_get_monotonic_time () + wait_ms * G_TIME_SPAN_MILLISECOND;
  g_autofree char *queue = g_strconcat (name, ".queue", NULL);
  g_autoptr (BatonLock) head = take_until (folder, queue, until, cancellable, error);

  return head != NULL ? take_until (folder, name, until, cancellable, error) : NULL;
}

void
baton_lock_release (BatonLock *lock)
{
  if (lock == NULL)
    return;
  if (lock->fd != -1)
    g_close (lock->fd, NULL);
  g_free (lock);
}
