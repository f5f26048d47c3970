/* baton-application.c: the app: its data, its window, its notifications
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store opens on its own thread while the window is made. What a notification's button asks for before it is open waits.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "baton-alarm.h"
#include "baton-application-private.h"
#include "baton-edits.h"
#include "baton-names.h"
#include "baton-reminders.h"
#include "baton-task-view.h"

#define SNOOZE_MS         (10 * 60 * 1000)
#define SERVICE_LINGER_MS 10000
/* How long the window waits for the list, so that both are drawn at once */
#define PATIENCE_MS 250
/* The network waits until the list has been drawn */
#define ENGINE_DELAY_MS 300
/* What a server, a keyring or another process keeps the engine waiting for is none of what was typed here */
#define ENDING_MS 5000

struct _BatonApplication
{
  AdwApplication parent_instance;

  char *folder;              /* owned */
  BatonStore *store;         /* owned, nullable */
  BatonEngine *engine;       /* owned, nullable */
  BatonReminders *reminders; /* owned, nullable */
  BatonAlarm *alarm;         /* owned, nullable */
  GError *error;             /* owned, nullable: why there is no store */
  GQueue waiting;            /* of Waiting: actions for when the store is open */
  gboolean opening;
  guint present_id;
  guint engine_id;
  guint signal_ids[2];
};

typedef struct
{
  char *action;     /* owned */
  GVariant *target; /* owned */
} Waiting;

G_DEFINE_FINAL_TYPE (BatonApplication, baton_application, ADW_TYPE_APPLICATION)

static void
waiting_free (gpointer pointer)
{
  Waiting *waiting = pointer;

  g_free (waiting->action);
  g_clear_pointer (&waiting->target, g_variant_unref);
  g_free (waiting);
}

/* The active one may be another: that of the keyboard shortcuts, or a file's */
BatonWindow *
baton_application_get_window (BatonApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (BATON_IS_WINDOW (l->data))
        return BATON_WINDOW (l->data);
    }
  return NULL;
}

/* --- opening --- */

/* Without a session bus there is nobody to show it, and GIO would complain. */
static void
notify (BatonApplication *self, GNotification *notification, const char *id)
{
  if (g_application_get_dbus_connection (G_APPLICATION (self)) != NULL)
    g_application_send_notification (G_APPLICATION (self), id, notification);
}

static void
withdraw_cb (BatonApplication *self, const char *id)
{
  g_application_withdraw_notification (G_APPLICATION (self), id);
}

static void
tick_cb (BatonApplication *self)
{
  BatonWindow *window = baton_application_get_window (self);

  if (window != NULL)
    baton_window_refresh_times (window);
}

static void
start_engine_cb (gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  BatonWindow *window = baton_application_get_window (self);

  self->engine_id = 0;
  self->engine = baton_engine_new (self->folder);
  g_signal_connect_object (self->engine, "committed", G_CALLBACK (baton_store_refresh), self->store,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (baton_engine_poke), self->engine,
                           G_CONNECT_SWAPPED);
  self->alarm = baton_alarm_new (self->store);
  g_signal_connect_object (self->alarm, "ring", G_CALLBACK (notify), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->alarm, "withdraw", G_CALLBACK (withdraw_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->engine, "notify::last-sync", G_CALLBACK (baton_alarm_synced),
                           self->alarm, G_CONNECT_SWAPPED);
  baton_engine_start (self->engine);
  if (window != NULL)
    baton_window_set_engine (window, self->engine);
  baton_reminders_start (self->reminders);
  baton_alarm_start (self->alarm);
}

static void
take_store (BatonApplication *self, BatonStore *store)
{
  BatonWindow *window = baton_application_get_window (self);
  Waiting *waiting;

  self->store = store;
  self->reminders = baton_reminders_new (store);
  g_signal_connect_object (self->reminders, "ring", G_CALLBACK (notify), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->reminders, "withdraw", G_CALLBACK (withdraw_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->reminders, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  if (window != NULL)
    baton_window_set_store (window, store);
  while ((waiting = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_action_group_activate_action (G_ACTION_GROUP (self), waiting->action, waiting->target);
      waiting_free (waiting);
    }
  self->engine_id = g_timeout_add_once (ENGINE_DELAY_MS, start_engine_cb, self);
}

static void
present_cb (gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  BatonWindow *window = baton_application_get_window (self);

  self->present_id = 0;
  if (window != NULL)
    gtk_window_present (GTK_WINDOW (window));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonApplication) self = BATON_APPLICATION (data);
  g_autoptr (BatonStore) store = NULL;
  BatonWindow *window = baton_application_get_window (self);

  self->opening = FALSE;
  g_clear_error (&self->error);
  store = baton_store_open_finish (result, &self->error);
  if (store != NULL)
    take_store (self, g_steal_pointer (&store));
  else if (window != NULL)
    baton_window_show_trouble (window, self->error);
  if (self->present_id != 0)
    {
      g_source_remove (self->present_id);
      present_cb (self);
    }
  g_application_release (G_APPLICATION (self));
}

/* What the window will ask for */
static BatonQuery *
make_first_query (void)
{
  g_autoptr (GSettings) settings = g_settings_new (BATON_APP_ID);
  g_autofree char *text = g_settings_get_string (settings, "view");
  g_autofree char *project = NULL;
  BatonQuery *query;
  BatonView view;

  if (!baton_view_from_text (text, &view, &project))
    view = BATON_VIEW_INBOX;
  query = baton_query_new (view);
  query->project = g_steal_pointer (&project);
  query->limit = BATON_TASK_VIEW_FIRST_ROWS;
  return query;
}

void
baton_application_open (BatonApplication *self)
{
  if (self->opening || self->store != NULL)
    return;
  self->opening = TRUE;
  g_application_hold (G_APPLICATION (self));
  baton_store_open_async (self->folder, make_first_query (), NULL, opened_cb, g_object_ref (self));
}

/* --- what notifications ask for --- */

static gboolean
wait_for_store (BatonApplication *self, GSimpleAction *action, GVariant *target)
{
  Waiting *waiting;

  if (self->store != NULL)
    return FALSE;
  waiting = g_new0 (Waiting, 1);
  waiting->action = g_strdup (g_action_get_name (G_ACTION (action)));
  waiting->target = target != NULL ? g_variant_ref (target) : NULL;
  g_queue_push_tail (&self->waiting, waiting);
  return TRUE;
}

static void
show_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);

  g_application_activate (G_APPLICATION (self));
  if (!wait_for_store (self, action, target))
    gtk_widget_activate_action_variant (GTK_WIDGET (baton_application_get_window (self)),
                                        "win.show-task", target);
}

static void
show_view_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);

  g_application_activate (G_APPLICATION (self));
  gtk_widget_activate_action_variant (GTK_WIDGET (baton_application_get_window (self)), "win.view",
                                      target);
}

static void
show_unsynced_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);

  g_application_activate (G_APPLICATION (self));
  if (!wait_for_store (self, action, target))
    gtk_widget_activate_action_variant (GTK_WIDGET (baton_application_get_window (self)),
                                        "win.show-unsynced", NULL);
}

static void
new_task_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);

  g_application_activate (G_APPLICATION (self));
  gtk_widget_activate_action_variant (GTK_WIDGET (baton_application_get_window (self)),
                                      "win.new-task", NULL);
}

/* What a notification's button asked for, on its way to the database */
typedef struct
{
  BatonApplication *application; /* owned */
  char *task;                    /* owned */
} Answer;

static Answer *
answer_new (BatonApplication *self, const char *task)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->application = g_object_ref (self);
  answer->task = g_strdup (task);
  g_application_hold (G_APPLICATION (self));
  return answer;
}

static void
answer_free (Answer *answer)
{
  g_application_release (G_APPLICATION (answer->application));
  g_object_unref (answer->application);
  g_free (answer->task);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* The notification goes when what its button asked for is done; where it failed, it says so and offers the button again. */
static void
settle (Answer *answer, const GError *error, const char *heading)
{
  g_autofree char *id = g_strconcat ("due-", answer->task, NULL);
  g_autoptr (GNotification) notification = NULL;

  if (error == NULL)
    {
      g_application_withdraw_notification (G_APPLICATION (answer->application), id);
      return;
    }
  notification = baton_reminders_make_failure (answer->task, heading, error->message);
  notify (answer->application, notification, id);
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Answer) answer = data;
  g_autoptr (GError) error = NULL;

  baton_store_apply_finish (BATON_STORE (source), result, &error);
  settle (answer, error, _ ("The Task Was Not Completed"));
}

static void
complete_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  const char *task = g_variant_get_string (target, NULL);
  g_autoptr (GPtrArray) edits = NULL;

  if (wait_for_store (self, action, target))
    return;
  edits = baton_edits_set_done (task, TRUE);
  baton_store_apply_async (self->store, edits, _ ("Complete Task"), NULL, completed_cb,
                           answer_new (self, task));
}

static gboolean
snooze_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_snooze (database, data, g_get_real_time () / 1000 + SNOOZE_MS, error);
}

static void
snoozed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Answer) answer = data;
  g_autoptr (GError) error = NULL;

  baton_store_call_finish (BATON_STORE (source), result, &error);
  settle (answer, error, _ ("The Reminder Was Not Put Off"));
}

static void
snooze_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  const char *task = g_variant_get_string (target, NULL);

  if (wait_for_store (self, action, target))
    return;
  baton_store_call_async (self->store, snooze_work, g_strdup (task), g_free, NULL, snoozed_cb,
                          answer_new (self, task));
}

static const GActionEntry entries[] = {
  { "show-task",        show_task_cb,     "s",  NULL, NULL, { 0 } },
  { "show-view",        show_view_cb,     "s",  NULL, NULL, { 0 } },
  { BATON_ALARM_ACTION, show_unsynced_cb, NULL, NULL, NULL, { 0 } },
  { "new-task",         new_task_cb,      NULL, NULL, NULL, { 0 } },
  { "complete",         complete_cb,      "s",  NULL, NULL, { 0 } },
  { "snooze",           snooze_cb,        "s",  NULL, NULL, { 0 } },
};

/* --- the class --- */

static gboolean
terminated_cb (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static void
baton_application_startup (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);
  static const char *const quit_keys[] = { "<Control>q", NULL };

  /* Started by a notification's button it has no window, and ends when what it was started for is done. */
  if ((g_application_get_flags (application) & G_APPLICATION_IS_SERVICE) != 0)
    g_application_set_inactivity_timeout (application, SERVICE_LINGER_MS);
  baton_application_open (self);
  G_APPLICATION_CLASS (baton_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  baton_application_add_actions (self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, terminated_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, terminated_cb, self);
}

static void
baton_application_activate (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);
  BatonWindow *window = baton_application_get_window (self);

  if (window == NULL)
    {
      window = baton_window_new (GTK_APPLICATION (self));
      if (self->store != NULL)
        baton_window_set_store (window, self->store);
      if (self->engine != NULL)
        baton_window_set_engine (window, self->engine);
      if (self->error != NULL)
        baton_window_show_trouble (window, self->error);
    }
  if (!self->opening)
    gtk_window_present (GTK_WINDOW (window));
  else if (self->present_id == 0)
    self->present_id = g_timeout_add_once (PATIENCE_MS, present_cb, self);
}

/* What is queued is written before the process ends, whatever has become of the engine */
static void
close_store (BatonApplication *self)
{
  if (self->reminders != NULL)
    baton_reminders_stop (self->reminders);
  if (self->alarm != NULL)
    baton_alarm_stop (self->alarm);
  g_clear_object (&self->alarm);
  g_clear_object (&self->reminders);
  if (self->store != NULL)
    baton_store_close (self->store);
  g_clear_object (&self->store);
}

static void
baton_application_shutdown (GApplication *application)
{
  BatonApplication *self = BATON_APPLICATION (application);
  gboolean ended;

  g_clear_handle_id (&self->signal_ids[0], g_source_remove);
  g_clear_handle_id (&self->signal_ids[1], g_source_remove);
  g_clear_handle_id (&self->present_id, g_source_remove);
  g_clear_handle_id (&self->engine_id, g_source_remove);
  G_APPLICATION_CLASS (baton_application_parent_class)->shutdown (application);
  ended = self->engine == NULL || baton_engine_stop_within (self->engine, ENDING_MS);
  g_clear_object (&self->engine);
  close_store (self);
  if (ended)
    return;
  g_message ("Something did not answer, and is not waited for any longer.");
  g_settings_sync ();
  _exit (EXIT_SUCCESS);
}

static void
baton_application_finalize (GObject *object)
{
  BatonApplication *self = BATON_APPLICATION (object);

  g_queue_clear_full (&self->waiting, waiting_free);
  g_clear_error (&self->error);
  g_free (self->folder);
  G_OBJECT_CLASS (baton_application_parent_class)->finalize (object);
}

static void
baton_application_class_init (BatonApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = baton_application_finalize;
  application_class->startup = baton_application_startup;
  application_class->activate = baton_application_activate;
  application_class->shutdown = baton_application_shutdown;
}

static void
baton_application_init (BatonApplication *self)
{
}

BatonApplication *
baton_application_new (const char *folder, GApplicationFlags flags)
{
  BatonApplication *self = g_object_new (BATON_TYPE_APPLICATION, "application-id", BATON_APP_ID,
                                         "flags", flags, "resource-base-path",
                                         "/io/github/batontasks/Baton", NULL);

  self->folder = folder != NULL ? g_strdup (folder) : baton_database_dup_default_folder ();
  return self;
}

BatonStore *
baton_application_get_store (BatonApplication *self)
{
  g_return_val_if_fail (BATON_IS_APPLICATION (self), NULL);

  return self->store;
}

const char *
baton_application_get_folder (BatonApplication *self)
{
  g_return_val_if_fail (BATON_IS_APPLICATION (self), NULL);

  return self->folder;
}
