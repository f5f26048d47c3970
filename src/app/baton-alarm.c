/* baton-alarm.c: tells when edits have waited for days
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store says whether an alarm is due, and remembers the last one, so that a restart does not ring again. Whatever waits, the next alarm is not due for
 * hours, so nothing here follows each edit: it looks at the start, when the next one may be due, and at least each half day.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-alarm.h"

#include <glib/gi18n-lib.h>

#include "baton-wall-timer.h"

#define NOTIFICATION "unsynced"
#define LOOK_MS      (12 * 60 * 60 * G_GINT64_CONSTANT (1000))
#define DAY_MS       (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

struct _BatonAlarm
{
  GObject parent_instance;

  BatonStore *store;     /* owned */
  BatonWallTimer *timer; /* owned; NULL while stopped */
  gboolean shown;        /* a notification may be there, of this or an earlier run */
  gboolean busy;
};

enum
{
  SIGNAL_RING,
  SIGNAL_WITHDRAW,
  N_SIGNALS,
};

/* Goes to the writer thread and back */
typedef struct
{
  BatonAlarm *alarm; /* owned */
  BatonSyncStatus status;
  gint64 now;
  gboolean due;
} Look;

G_DEFINE_FINAL_TYPE (BatonAlarm, baton_alarm, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
look_free (Look *look)
{
  g_object_unref (look->alarm);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static GNotification *
make_notification (const BatonSyncStatus *status, gint64 now)
{
  guint days = (guint) ((now - status->waiting_since) / DAY_MS);
  g_autofree char *edits = g_strdup_printf (ngettext ("%u edit is on this device only.",
                                                      "%u edits are on this device only.",
                                                      status->waiting),
                                            status->waiting);
  g_autofree char *since = g_strdup_printf (
      ngettext ("The oldest has waited for %u day.", "The oldest has waited for %u days.", days),
      days);
  g_autofree char *body = g_strconcat (edits, " ", since, NULL);
  GNotification *notification = g_notification_new (_ ("Your Tasks Are Not Synced"));

  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app." BATON_ALARM_ACTION);
  return notification;
}

/* What is told is written down first: a notification too few is better than one at each start */
static gboolean
look_work (BatonDatabase *database, gpointer data, GError **error)
{
  Look *look = data;

  look->now = baton_database_get_now (database);
  if (!baton_database_get_sync_status (database, &look->status, error))
    return FALSE;
  look->due = baton_sync_status_is_alarm_due (&look->status, look->now);
  return !look->due || baton_database_set_alarmed (database, look->now, error);
}

static void
tell (BatonAlarm *self, Look *look)
{
  if (look->due)
    {
      g_autoptr (GNotification) notification = make_notification (&look->status, look->now);

      self->shown = TRUE;
      g_signal_emit (self, signals[SIGNAL_RING], 0, notification, NOTIFICATION);
    }
  else if (self->shown &&
           (look->status.waiting == 0 || look->status.last_sync > look->status.last_alarm))
    {
      self->shown = FALSE;
      g_signal_emit (self, signals[SIGNAL_WITHDRAW], 0, NOTIFICATION);
    }
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Look) look = data;
  g_autoptr (GError) error = NULL;
  BatonAlarm *self = look->alarm;
  gint64 latest = g_get_real_time () / 1000 + LOOK_MS;
  gint64 next;

  self->busy = FALSE;
  if (self->timer == NULL)
    return;
  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    {
      g_message ("whether edits wait cannot be read: %s", error->message);
      baton_wall_timer_set (self->timer, latest);
      return;
    }
  tell (self, look);
  if (look->due)
    look->status.last_alarm = look->now;
  next = baton_sync_status_get_next_alarm (&look->status);
  baton_wall_timer_set (self->timer, next > 0 ? MIN (next, latest) : latest);
}

static void
start_look (gpointer data)
{
  BatonAlarm *self = BATON_ALARM (data);
  Look *look;

  if (self->busy || self->timer == NULL)
    return;
  self->busy = TRUE;
  look = g_new0 (Look, 1);
  look->alarm = g_object_ref (self);
  baton_store_call_async (self->store, look_work, look, NULL, NULL, looked_cb, look);
}

static void
baton_alarm_dispose (GObject *object)
{
  BatonAlarm *self = BATON_ALARM (object);

  g_clear_pointer (&self->timer, baton_wall_timer_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_alarm_parent_class)->dispose (object);
}

static void
baton_alarm_class_init (BatonAlarmClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_alarm_dispose;
  signals[SIGNAL_RING] = g_signal_new ("ring", BATON_TYPE_ALARM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 2, G_TYPE_NOTIFICATION, G_TYPE_STRING);
  signals[SIGNAL_WITHDRAW] = g_signal_new ("withdraw", BATON_TYPE_ALARM, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
baton_alarm_init (BatonAlarm *self)
{
  self->shown = TRUE;
}

BatonAlarm *
baton_alarm_new (BatonStore *store)
{
  BatonAlarm *self = g_object_new (BATON_TYPE_ALARM, NULL);

  self->store = g_object_ref (store);
  return self;
}

void
baton_alarm_start (BatonAlarm *self)
{
  g_return_if_fail (BATON_IS_ALARM (self));
  g_return_if_fail (self->timer == NULL);

  self->timer = baton_wall_timer_new (start_look, self);
  start_look (self);
}

void
baton_alarm_stop (BatonAlarm *self)
{
  g_return_if_fail (BATON_IS_ALARM (self));

  g_clear_pointer (&self->timer, baton_wall_timer_free);
}

void
baton_alarm_synced (BatonAlarm *self)
{
  g_return_if_fail (BATON_IS_ALARM (self));

  if (self->shown)
    start_look (self);
}
