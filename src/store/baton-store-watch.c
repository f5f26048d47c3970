/* baton-store-watch.c: notices what the store is not told: other processes' commits, and midnight
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A commit of any process writes to the write-ahead log, so a file monitor on it is told of each. A burst of
 * them (an import on the command line) is looked at once in LOOK_DELAY_MS; whether anything was committed,
 * the store asks the database.
 *
 * The local day is looked at once a minute, and just after midnight. That finds a clock that was set, another
 * time zone and a night in suspend alike, at the latest a minute after.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-store-watch.h"

#include "baton-store-private.h"

#define LOOK_DELAY_MS    20
#define DAY_LOOK_SECONDS 60

struct _BatonStoreWatch
{
  BatonStore *store;     /* not owned: it owns the watch */
  GFileMonitor *monitor; /* owned, nullable */
  guint look_id;
  guint day_id;
  char *today; /* owned; YYYY-MM-DD */
};

static gboolean
look_cb (gpointer pointer)
{
  BatonStoreWatch *self = pointer;

  self->look_id = 0;
  baton_store_refresh (self->store);
  return G_SOURCE_REMOVE;
}

static void
log_changed_cb (GFileMonitor *monitor,
                GFile *file,
                GFile *other,
                GFileMonitorEvent event,
                gpointer pointer)
{
  BatonStoreWatch *self = pointer;

  if (self->look_id == 0)
    self->look_id = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static GDateTime *
local_now (BatonStoreWatch *self)
{
  gint64 now = baton_database_get_now (baton_store_get_database (self->store));

  return g_date_time_new_from_unix_local_usec (now * 1000);
}

static char *
dup_today (BatonStoreWatch *self)
{
  g_autoptr (GDateTime) now = local_now (self);

  return g_date_time_format (now, "%F");
}

static guint
seconds_to_next_look (BatonStoreWatch *self)
{
  g_autoptr (GDateTime) now = local_now (self);
  int second = g_date_time_get_hour (now) * 3600 + g_date_time_get_minute (now) * 60 +
               g_date_time_get_second (now);
  int midnight = 24 * 3600 - second;

  return (guint) CLAMP (midnight, 1, DAY_LOOK_SECONDS);
}

static gboolean
day_cb (gpointer pointer)
{
  BatonStoreWatch *self = pointer;

  self->day_id = g_timeout_add_seconds (seconds_to_next_look (self), day_cb, self);
  baton_store_watch_check_day (self);
  return G_SOURCE_REMOVE;
}

void
baton_store_watch_check_day (BatonStoreWatch *self)
{
  g_autofree char *today = dup_today (self);

  if (g_set_str (&self->today, today))
    baton_store_announce (self->store);
}

static void
watch_log (BatonStoreWatch *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (baton_store_get_folder (self->store), "baton.db-wal",
                                            NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_message ("Changes of other programs are seen late: %s", error->message);
      return;
    }
  g_file_monitor_set_rate_limit (self->monitor, 1);
  g_signal_connect (self->monitor, "changed", G_CALLBACK (log_changed_cb), self);
}

BatonStoreWatch *
baton_store_watch_new (BatonStore *store)
{
  BatonStoreWatch *self = g_new0 (BatonStoreWatch, 1);

  self->store = store;
  self->today = dup_today (self);
  self->day_id = g_timeout_add_seconds (seconds_to_next_look (self), day_cb, self);
  watch_log (self);
  return self;
}

void
baton_store_watch_free (BatonStoreWatch *self)
{
  if (self->monitor != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->monitor, self);
      g_file_monitor_cancel (self->monitor);
      g_clear_object (&self->monitor);
    }
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->day_id, g_source_remove);
  g_free (self->today);
  g_free (self);
}
