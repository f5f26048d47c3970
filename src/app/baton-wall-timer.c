/* baton-wall-timer.c: calls at a time of the wall clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLib's timeouts count a clock that stands still in suspend. A timerfd on CLOCK_REALTIME does not, and tells when the
 * clock was set (TFD_TIMER_CANCEL_ON_SET makes its read fail with ECANCELED): timerfd_create(2).
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-wall-timer.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct _BatonWallTimer
{
  int fd;
  guint source_id;
  GSourceOnceFunc func;
  gpointer data;
  gint64 at;
};

static void
arm (BatonWallTimer *self)
{
  struct itimerspec spec = { 0 };

  /* All zero would disarm it: a time that has passed fires at once. */
  spec.it_value.tv_sec = self->at / 1000;
  spec.it_value.tv_nsec = self->at % 1000 * 1000000 + 1;
  if (timerfd_settime (self->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL) != 0)
    g_warning ("the wall clock's timer cannot be set: %s", g_strerror (errno));
}

static gboolean
fired_cb (int fd, GIOCondition condition, gpointer data)
{
  BatonWallTimer *self = data;
  guint64 expirations;
  gssize n_read = read (fd, &expirations, sizeof expirations);

  if (n_read < 0 && errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  /* The clock was set: the kernel wants to be asked again, to tell of the next time too. */
  if (n_read < 0)
    arm (self);
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

BatonWallTimer *
baton_wall_timer_new (GSourceOnceFunc func, gpointer data)
{
  BatonWallTimer *self = g_new0 (BatonWallTimer, 1);

  self->func = func;
  self->data = data;
  self->fd = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->fd < 0)
    g_warning ("no timer of the wall clock: %s", g_strerror (errno));
  else
    self->source_id = g_unix_fd_add (self->fd, G_IO_IN, fired_cb, self);
  return self;
}

void
baton_wall_timer_set (BatonWallTimer *self, gint64 unix_ms)
{
  g_return_if_fail (self != NULL);

  self->at = unix_ms;
  if (self->fd >= 0)
    arm (self);
}

void
baton_wall_timer_free (BatonWallTimer *self)
{
  g_clear_handle_id (&self->source_id, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}
