/* baton-busy-meter.c: how long the main loop is held
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A source that never has anything to do, before all others: its check() is the first thing after the loop has slept, and its prepare() the first
 * thing of the next round. What lies between is what was done in that round, and nothing else could be done meanwhile. Where other programs are
 * busy, some of it is time in which this thread had no processor: that is told too, so that it can be taken off.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-busy-meter.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/* Half a frame at 60 a second */
#define WORTH_TELLING_US 8000

typedef struct
{
  GSource source;
  int schedule; /* where the system says for how long this thread was kept waiting; -1: it does not */
  gint64 began; /* monotonic; 0: not yet */
  gint64 delayed;
  gint64 worked;
} BusyMeter;

static gint64
get_work_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Second of three numbers, in ns; proc(5), /proc/pid/schedstat */
static gint64
get_delay_us (const BusyMeter *meter)
{
  char text[80] = "";
  char *end = text;

  if (meter->schedule < 0 || pread (meter->schedule, text, sizeof text - 1, 0) <= 0)
    return 0;
  g_ascii_strtoll (text, &end, 10);
  return g_ascii_strtoll (end, NULL, 10) / 1000;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  BusyMeter *meter = (BusyMeter *) source;
  gint64 held = g_get_monotonic_time () - meter->began;

  *timeout = -1;
  if (meter->began != 0 && held >= WORTH_TELLING_US)
    g_debug ("main loop held for %.1f ms: %.1f of work, %.1f without a processor",
             (double) held / 1000, (double) (get_work_us () - meter->worked) / 1000,
             (double) (get_delay_us (meter) - meter->delayed) / 1000);
  meter->began = 0;
  return FALSE;
}

static gboolean
check (GSource *source)
{
  BusyMeter *meter = (BusyMeter *) source;

  meter->began = g_get_monotonic_time ();
  meter->delayed = get_delay_us (meter);
  meter->worked = get_work_us ();
  return FALSE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  BusyMeter *meter = (BusyMeter *) source;

  if (meter->schedule >= 0)
    close (meter->schedule);
}

void
baton_busy_meter_start (void)
{
  static GSourceFuncs funcs = { .prepare = prepare,
                                .check = check,
                                .dispatch = dispatch,
                                .finalize = finalize };
  g_autoptr (GSource) source = NULL;

  if (g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
    return;
  source = g_source_new (&funcs, sizeof (BusyMeter));
  ((BusyMeter *) source)->schedule = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  g_source_set_static_name (source, "baton-busy-meter");
  g_source_set_priority (source, G_MININT);
  g_source_attach (source, NULL);
}
