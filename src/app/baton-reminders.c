/* baton-reminders.c: rings when a task is due
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ledger in the database says what is due and has not rung. A notification is sent first and written down after: a crash in
 * between sends it again under the same id, which replaces the first, while the other order would lose it. One question is
 * under way at a time, so nothing rings twice. What was shown and is completed or deleted since, here or elsewhere, is withdrawn.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-reminders.h"

#include <glib/gi18n-lib.h>

#include "baton-wall-timer.h"

/* What was due longer ago than this was missed */
#define MISSED_MS (2 * 60 * 1000)

struct _BatonReminders
{
  GObject parent_instance;

  BatonStore *store;     /* owned */
  BatonWallTimer *timer; /* owned, nullable */
  GHashTable *shown;     /* owned; ids of the tasks whose notification may be on the screen */
  gboolean busy;         /* a question or an answer is with the writer thread */
  gboolean again;        /* something changed meanwhile */
};

/* Goes to the writer thread and back */
typedef struct
{
  GPtrArray *rings;   /* owned; of BatonRing */
  GPtrArray *shown;   /* owned; ids of tasks */
  GPtrArray *settled; /* owned; those of them that need no attention any more, borrowed */
  gint64 next;
} Round;

G_DEFINE_FINAL_TYPE (BatonReminders, baton_reminders, G_TYPE_OBJECT)

enum
{
  SIGNAL_RING,
  SIGNAL_WITHDRAW,
  SIGNAL_TICK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void baton_reminders_check (BatonReminders *self);

static void
round_free (gpointer pointer)
{
  Round *round = pointer;

  g_clear_pointer (&round->rings, g_ptr_array_unref);
  g_ptr_array_unref (round->settled);
  g_ptr_array_unref (round->shown);
  g_free (round);
}

static Round *
round_new (BatonReminders *self)
{
  Round *round = g_new0 (Round, 1);
  GHashTableIter iter;
  gpointer id;

  round->shown = g_ptr_array_new_with_free_func (g_free);
  round->settled = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (round->shown, g_strdup (id));
  return round;
}

static gboolean
is_settled (BatonRecord *task)
{
  return task == NULL || baton_record_get_bool (task, "deleted") ||
         g_strcmp0 (baton_record_get_text (task, "status"), "done") == 0;
}

static gboolean
look_at_shown (BatonDatabase *database, Round *round, GError **error)
{
  for (guint i = 0; i < round->shown->len; i++)
    {
      char *id = g_ptr_array_index (round->shown, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (BatonRecord) task = baton_database_get (database, BATON_ENTITY_TASK, id, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (is_settled (task))
        g_ptr_array_add (round->settled, id);
    }
  return TRUE;
}

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();

  round->rings = baton_database_get_rings (database, local, &round->next, error);
  return round->rings != NULL && look_at_shown (database, round, error);
}

static gboolean
write_work (BatonDatabase *database, gpointer data, GError **error)
{
  Round *round = data;

  for (guint i = 0; i < round->rings->len; i++)
    {
      const BatonRing *ring = g_ptr_array_index (round->rings, i);

      if (!baton_database_set_rung (database, ring->task, ring->at, error))
        return FALSE;
    }
  return TRUE;
}

static GNotification *
make_notification (const char *task, const char *title, const char *body)
{
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.show-task", "s", task);
  g_notification_add_button_with_target (notification, _ ("Done"), "app.complete", "s", task);
  g_notification_add_button_with_target (notification, _ ("Snooze"), "app.snooze", "s", task);
  return notification;
}

GNotification *
baton_reminders_make_failure (const char *task, const char *heading, const char *reason)
{
  /* Translators: %s is the reason, a sentence */
  g_autofree char *body = g_strdup_printf (_ ("%s\nThe task is as it was."), reason);

  return make_notification (task, heading, body);
}

/* What is shown for @rings (array of BatonRing), all of which were missed */
static GNotification *
make_missed (GPtrArray *rings)
{
  g_autofree char *title = g_strdup_printf (
      ngettext ("%u task was due", "%u tasks were due", rings->len), rings->len);
  g_autoptr (GString) body = g_string_new (NULL);
  GNotification *notification = g_notification_new (title);

  for (guint i = 0; i < MIN (rings->len, 5); i++)
    g_string_append_printf (body, "%s%s", i > 0 ? "\n" : "",
                            ((const BatonRing *) g_ptr_array_index (rings, i))->title);
  if (rings->len > 5)
    g_string_append (body, "\n…");
  g_notification_set_body (notification, body->str);
  g_notification_set_default_action_and_target (notification, "app.show-view", "s", "today");
  return notification;
}

static void
ring (BatonReminders *self, GPtrArray *rings)
{
  gint64 now = g_get_real_time () / 1000;
  g_autoptr (GPtrArray) missed = g_ptr_array_new ();

  for (guint i = 0; i < rings->len; i++)
    {
      BatonRing *one = g_ptr_array_index (rings, i);
      g_autofree char *id = g_strconcat ("due-", one->task, NULL);
      g_autoptr (GNotification) notification = NULL;

      if (rings->len > 1 && one->at < now - MISSED_MS)
        {
          g_ptr_array_add (missed, one);
          continue;
        }
      g_hash_table_add (self->shown, g_strdup (one->task));
      notification = make_notification (one->task, one->title, _ ("Due now"));
      g_signal_emit (self, signals[SIGNAL_RING], 0, notification, id);
    }
  if (missed->len > 0)
    {
      g_autoptr (GNotification) notification = make_missed (missed);

      g_signal_emit (self, signals[SIGNAL_RING], 0, notification, "missed");
    }
}

static void
withdraw (BatonReminders *self, GPtrArray *settled)
{
  for (guint i = 0; i < settled->len; i++)
    {
      const char *task = g_ptr_array_index (settled, i);
      g_autofree char *id = g_strconcat ("due-", task, NULL);

      g_hash_table_remove (self->shown, task);
      g_signal_emit (self, signals[SIGNAL_WITHDRAW], 0, id);
    }
}

static gint64
get_midnight (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (
      g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
      g_date_time_get_day_of_month (tomorrow), 0, 0, 0);

  return g_date_time_to_unix (midnight) * 1000;
}

static void
finish_round (BatonReminders *self, gint64 next)
{
  gint64 midnight = get_midnight ();

  self->busy = FALSE;
  baton_wall_timer_set (self->timer, next > 0 ? MIN (next, midnight) : midnight);
  if (self->again)
    baton_reminders_check (self);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonReminders) self = BATON_REMINDERS (data);
  g_autoptr (GError) error = NULL;
  gint64 later = g_get_real_time () / 1000 + 60000;

  if (self->timer == NULL)
    return;
  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    {
      g_message ("a reminder could not be noted: %s", error->message);
      finish_round (self, later);
      return;
    }
  self->again = TRUE;
  finish_round (self, 0);
}

typedef struct
{
  BatonReminders *self; /* owned */
  Round *round;         /* owned */
} Asked;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asked *asked = data;
  g_autoptr (BatonReminders) self = asked->self;
  g_autoptr (GError) error = NULL;

  if (self->timer == NULL)
    {
      round_free (asked->round);
      return;
    }
  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    {
      g_message ("the reminders cannot be read: %s", error->message);
      finish_round (self, g_get_real_time () / 1000 + 60000);
      round_free (asked->round);
      return;
    }
  withdraw (self, asked->round->settled);
  if (asked->round->rings->len == 0)
    {
      finish_round (self, asked->round->next);
      round_free (asked->round);
      return;
    }
  ring (self, asked->round->rings);
  g_signal_emit (self, signals[SIGNAL_TICK], 0);
  baton_store_call_async (self->store, write_work, asked->round, round_free, NULL, written_cb,
                          g_object_ref (self));
}

static void
baton_reminders_check (BatonReminders *self)
{
  Asked *asked;

  self->again = self->busy;
  if (self->busy)
    return;
  self->busy = TRUE;
  asked = g_new0 (Asked, 1);
  asked->self = g_object_ref (self);
  asked->round = round_new (self);
  baton_store_call_async (self->store, ask_work, asked->round, NULL, NULL, asked_cb, asked);
}

static void
fired_cb (gpointer data)
{
  BatonReminders *self = BATON_REMINDERS (data);

  g_signal_emit (self, signals[SIGNAL_TICK], 0);
  baton_reminders_check (self);
}

static void
baton_reminders_dispose (GObject *object)
{
  BatonReminders *self = BATON_REMINDERS (object);

  g_clear_pointer (&self->timer, baton_wall_timer_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_reminders_parent_class)->dispose (object);
}

static void
baton_reminders_finalize (GObject *object)
{
  g_hash_table_unref (BATON_REMINDERS (object)->shown);
  G_OBJECT_CLASS (baton_reminders_parent_class)->finalize (object);
}

static void
baton_reminders_class_init (BatonRemindersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = baton_reminders_dispose;
  G_OBJECT_CLASS (klass)->finalize = baton_reminders_finalize;
  signals[SIGNAL_RING] = g_signal_new ("ring", BATON_TYPE_REMINDERS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 2, G_TYPE_NOTIFICATION,
                                       G_TYPE_STRING);
  signals[SIGNAL_WITHDRAW] = g_signal_new ("withdraw", BATON_TYPE_REMINDERS, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_TICK] = g_signal_new ("tick", BATON_TYPE_REMINDERS, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
baton_reminders_init (BatonReminders *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

BatonReminders *
baton_reminders_new (BatonStore *store)
{
  BatonReminders *self = g_object_new (BATON_TYPE_REMINDERS, NULL);

  self->store = g_object_ref (store);
  return self;
}

void
baton_reminders_start (BatonReminders *self)
{
  g_return_if_fail (BATON_IS_REMINDERS (self));
  g_return_if_fail (self->timer == NULL);

  self->timer = baton_wall_timer_new (fired_cb, self);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (baton_reminders_check), self,
                           G_CONNECT_SWAPPED);
  baton_reminders_check (self);
}

void
baton_reminders_stop (BatonReminders *self)
{
  g_return_if_fail (BATON_IS_REMINDERS (self));

  g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_pointer (&self->timer, baton_wall_timer_free);
}
