/* baton-engine.c: keeps a device and its server alike, on a thread of its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The thread and what crosses to and from it; what it does is in baton-worker.c. Requests go there as sources of its main context. Reports come back as
 * one source of the maker's context: whatever happened meanwhile is told as one, so that a busy engine cannot flood the window.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-engine.h"

#include "baton-config.h"
#include "baton-worker.h"

#include <glib/gi18n-lib.h>

struct _BatonEngine
{
  GObject parent_instance;

  GMainContext *home; /* owned; the maker's */
  BatonEngineReport shown;

  GThread *thread;       /* owned, nullable: not started */
  GMainContext *context; /* owned; the thread's */
  GMainLoop *loop;       /* owned */
  BatonWorker *worker;   /* owned */
  gint poked;            /* atomic: a poke is on its way */

  GMutex mutex;
  BatonEngineReport next; /* under the mutex */
  gboolean committed;     /* under the mutex */
  GSource *telling;       /* under the mutex; owned, nullable */
  gboolean stopped;       /* under the mutex: nothing is told any more */
  gboolean ended;         /* under the mutex: the thread is as good as over */
  GCond ending;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_MESSAGE,
  PROP_WAITING,
  PROP_REFUSED,
  PROP_CONFLICTS,
  PROP_REMOVAL,
  PROP_RECEIVED,
  PROP_LAST_SYNC,
  PROP_EMAIL,
  PROP_SERVER,
} BatonEngineProperty;

static GParamSpec *properties[PROP_SERVER + 1];

typedef enum
{
  SIGNAL_COMMITTED,
  N_SIGNALS,
} BatonEngineSignal;

static guint signals[N_SIGNALS];

/**
 * BatonEngineRequest:
 *
 * Signing in or out: goes to the thread, and comes back home with its outcome. The task is touched at home only, so that the engine's last reference
 * cannot go on the engine's own thread.
 */
typedef struct
{
  GTask *task; /* owned */
  gboolean sign_in;
  BatonSignIn how_in;   /* of signing in */
  BatonSignOut how_out; /* of signing out */
  char *server;
  char *email;
  char *password;
  char *name; /* nullable */
  gboolean done;
  GError *error; /* owned, nullable */
} BatonEngineRequest;

G_DEFINE_ENUM_TYPE (BatonEngineState,
                    baton_engine_state,
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_SIGNED_OUT, "signed-out"),
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_SYNCED, "synced"),
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_TROUBLE, "trouble"),
                    G_DEFINE_ENUM_VALUE (BATON_ENGINE_STOPPED, "stopped"))

G_DEFINE_FINAL_TYPE (BatonEngine, baton_engine, G_TYPE_OBJECT)

void
baton_engine_report_clear (BatonEngineReport *report)
{
  g_clear_pointer (&report->message, g_free);
  g_clear_pointer (&report->email, g_free);
  g_clear_pointer (&report->server, g_free);
}

static void
copy_report (const BatonEngineReport *report, BatonEngineReport *into)
{
  baton_engine_report_clear (into);
  *into = *report;
  into->message = g_strdup (report->message);
  into->email = g_strdup (report->email);
  into->server = g_strdup (report->server);
}

/* --- from the thread ---------------------------------------------------------- */

static void
notify_differences (BatonEngine *self, const BatonEngineReport *before)
{
  const BatonEngineReport *now = &self->shown;
  const gboolean differs[] = {
    [PROP_STATE] = before->state != now->state,
    [PROP_MESSAGE] = g_strcmp0 (before->message, now->message) != 0,
    [PROP_WAITING] = before->waiting != now->waiting,
    [PROP_REFUSED] = before->refused != now->refused,
    [PROP_CONFLICTS] = before->conflicts != now->conflicts,
    [PROP_REMOVAL] = before->removal != now->removal,
    [PROP_RECEIVED] = before->received != now->received,
    [PROP_LAST_SYNC] = before->last_sync != now->last_sync,
    [PROP_EMAIL] = g_strcmp0 (before->email, now->email) != 0,
    [PROP_SERVER] = g_strcmp0 (before->server, now->server) != 0,
  };

  for (guint i = PROP_STATE; i < G_N_ELEMENTS (properties); i++)
    {
      if (differs[i])
        g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
    }
}

static gboolean
tell_cb (gpointer data)
{
  g_autoptr (BatonEngine) self = g_object_ref (data);
  BatonEngineReport before = { 0 };
  gboolean committed;

  copy_report (&self->shown, &before);
  g_mutex_lock (&self->mutex);
  copy_report (&self->next, &self->shown);
  committed = self->committed;
  self->committed = FALSE;
  g_clear_pointer (&self->telling, g_source_unref);
  g_mutex_unlock (&self->mutex);
  g_object_freeze_notify (G_OBJECT (self));
  notify_differences (self, &before);
  g_object_thaw_notify (G_OBJECT (self));
  if (committed)
    g_signal_emit (self, signals[SIGNAL_COMMITTED], 0);
  baton_engine_report_clear (&before);
  return G_SOURCE_REMOVE;
}

static void
report_cb (const BatonEngineReport *report, gboolean committed, gpointer data)
{
  BatonEngine *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  copy_report (report, &self->next);
  self->committed |= committed;
  if (self->telling != NULL || self->stopped)
    return;
  /* Holds no reference: stopping, which the last unref does, destroys it */
  self->telling = g_idle_source_new ();
  g_source_set_priority (self->telling, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->telling, tell_cb, self, NULL);
  g_source_attach (self->telling, self->home);
}

static gpointer
thread_func (gpointer data)
{
  BatonEngine *self = data;

  g_main_context_push_thread_default (self->context);
  baton_worker_begin (self->worker);
  g_main_loop_run (self->loop);
  /* First of all: as long as the server tells something, there would be something to do */
  baton_worker_end (self->worker);
  /* Requests that came too late are answered as cancelled, and what the worker has cancelled comes to its end */
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_main_context_pop_thread_default (self->context);
  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->ending);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* --- to the thread ------------------------------------------------------------ */

static void
attach (GMainContext *context,
        int priority,
        GSourceFunc func,
        gpointer data,
        GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
}

static gboolean
poke_cb (gpointer data)
{
  BatonEngine *self = data;

  g_atomic_int_set (&self->poked, 0);
  baton_worker_poke (self->worker);
  return G_SOURCE_REMOVE;
}

static gboolean
sync_cb (gpointer data)
{
  BatonEngine *self = data;

  baton_worker_sync (self->worker);
  return G_SOURCE_REMOVE;
}

static gboolean
interrupted_cb (gpointer data)
{
  BatonEngine *self = data;

  baton_worker_take_interrupt (self->worker);
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
free_request (gpointer data)
{
  BatonEngineRequest *request = data;

  g_object_unref (request->task);
  g_clear_error (&request->error);
  g_free (request->server);
  g_free (request->email);
  g_free (request->password);
  g_free (request->name);
  g_free (request);
}

static gboolean
return_cb (gpointer data)
{
  BatonEngineRequest *request = data;

  if (request->done)
    g_task_return_boolean (request->task, TRUE);
  else
    g_task_return_error (request->task, g_steal_pointer (&request->error));
  return G_SOURCE_REMOVE;
}

static gboolean
request_cb (gpointer data)
{
  BatonEngineRequest *request = data;
  BatonEngine *self = g_task_get_source_object (request->task);
  GCancellable *cancellable = g_task_get_cancellable (request->task);

  if (request->sign_in)
    request->done = baton_worker_sign_in (self->worker, request->server, request->email,
                                          request->password, request->name, request->how_in,
                                          cancellable, &request->error);
  else
    request->done = baton_worker_sign_out (self->worker, request->how_out, cancellable,
                                           &request->error);
  attach (self->home, G_PRIORITY_DEFAULT, return_cb, request, free_request);
  return G_SOURCE_REMOVE;
}

static void
send_request (BatonEngine *self, BatonEngineRequest *request)
{
  if (self->thread == NULL)
    {
      request->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                            _ ("Sync is not running."));
      return_cb (request);
      free_request (request);
      return;
    }
  baton_worker_make_way (self->worker);
  attach (self->context, G_PRIORITY_HIGH, request_cb, request, NULL);
}

/* --- the object ----------------------------------------------------------------- */

static void
baton_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonEngine *self = BATON_ENGINE (object);

  switch ((BatonEngineProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->shown.state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->shown.message);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->shown.waiting);
      break;
    case PROP_REFUSED:
      g_value_set_uint (value, self->shown.refused);
      break;
    case PROP_CONFLICTS:
      g_value_set_uint (value, self->shown.conflicts);
      break;
    case PROP_REMOVAL:
      g_value_set_uint (value, self->shown.removal);
      break;
    case PROP_RECEIVED:
      g_value_set_uint (value, self->shown.received);
      break;
    case PROP_LAST_SYNC:
      g_value_set_int64 (value, self->shown.last_sync);
      break;
    case PROP_EMAIL:
      g_value_set_string (value, self->shown.email);
      break;
    case PROP_SERVER:
      g_value_set_string (value, self->shown.server);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_engine_dispose (GObject *object)
{
  baton_engine_stop (BATON_ENGINE (object));
  G_OBJECT_CLASS (baton_engine_parent_class)->dispose (object);
}

static void
baton_engine_finalize (GObject *object)
{
  BatonEngine *self = BATON_ENGINE (object);

  g_clear_pointer (&self->worker, baton_worker_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->home, g_main_context_unref);
  baton_engine_report_clear (&self->shown);
  baton_engine_report_clear (&self->next);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ending);
  G_OBJECT_CLASS (baton_engine_parent_class)->finalize (object);
}

static void
baton_engine_class_init (BatonEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = baton_engine_get_property;
  object_class->dispose = baton_engine_dispose;
  object_class->finalize = baton_engine_finalize;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, BATON_TYPE_ENGINE_STATE,
                                              BATON_ENGINE_SIGNED_OUT, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REFUSED] = g_param_spec_uint ("refused", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CONFLICTS] = g_param_spec_uint ("conflicts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REMOVAL] = g_param_spec_uint ("removal", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RECEIVED] = g_param_spec_uint ("received", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LAST_SYNC] = g_param_spec_int64 ("last-sync", NULL, NULL, 0, G_MAXINT64, 0,
                                                   flags);
  properties[PROP_EMAIL] = g_param_spec_string ("email", NULL, NULL, NULL, flags);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_COMMITTED] = g_signal_new ("committed", BATON_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
baton_engine_init (BatonEngine *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ending);
  self->home = g_main_context_ref_thread_default ();
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
}

/**
 * baton_engine_new:
 * @folder: where the device's database is
 *
 * Returns: (transfer full): an engine that does nothing until baton_engine_start()
 */
BatonEngine *
baton_engine_new (const char *folder)
{
  BatonEngine *self;

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (BATON_TYPE_ENGINE, NULL);
  self->worker = baton_worker_new (folder, report_cb, self);
  return self;
}

/* The network monitor is made here, on the maker's thread, since it speaks there for as long as the process lives. Once stopped an engine
 * does not start again. */
void
baton_engine_start (BatonEngine *self)
{
  g_return_if_fail (BATON_IS_ENGINE (self));
  g_return_if_fail (self->thread == NULL);

  g_network_monitor_get_default ();
  self->thread = g_thread_new ("baton-sync", thread_func, self);
}

static void
stop_telling (BatonEngine *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->stopped = TRUE;
  if (self->telling != NULL)
    g_source_destroy (self->telling);
  g_clear_pointer (&self->telling, g_source_unref);
}

/* @until: monotonic */
static gboolean
wait_for_end (BatonEngine *self, gint64 until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!self->ended)
    {
      if (!g_cond_wait_until (&self->ending, &self->mutex, until))
        return self->ended;
    }
  return TRUE;
}

static gboolean
stop_until (BatonEngine *self, gint64 until)
{
  gboolean ended = TRUE;

  if (self->thread == NULL)
    return TRUE;
  baton_worker_cancel (self->worker);
  attach (self->context, G_PRIORITY_HIGH, quit_cb, self->loop, NULL);
  ended = wait_for_end (self, until);
  if (ended)
    g_thread_join (g_steal_pointer (&self->thread));
  else
    {
      g_clear_pointer (&self->thread, g_thread_unref);
      /* The thread's, which may go on for as long as the process does */
      g_object_ref (self);
    }
  stop_telling (self);
  return ended;
}

void
baton_engine_stop (BatonEngine *self)
{
  g_return_if_fail (BATON_IS_ENGINE (self));

  stop_until (self, G_MAXINT64);
}

gboolean
baton_engine_stop_within (BatonEngine *self, guint ms)
{
  g_return_val_if_fail (BATON_IS_ENGINE (self), TRUE);

  return stop_until (self, g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND);
}

void
baton_engine_poke (BatonEngine *self)
{
  g_return_if_fail (BATON_IS_ENGINE (self));

  if (g_atomic_int_compare_and_exchange (&self->poked, 0, 1))
    attach (self->context, G_PRIORITY_DEFAULT, poke_cb, self, NULL);
}

void
baton_engine_sync (BatonEngine *self)
{
  g_return_if_fail (BATON_IS_ENGINE (self));

  attach (self->context, G_PRIORITY_DEFAULT, sync_cb, self, NULL);
}

void
baton_engine_interrupt (BatonEngine *self)
{
  g_return_if_fail (BATON_IS_ENGINE (self));

  baton_worker_interrupt (self->worker);
  attach (self->context, G_PRIORITY_DEFAULT, interrupted_cb, self, NULL);
}

void
baton_engine_sign_in_async (BatonEngine *self,
                            const char *server,
                            const char *email,
                            const char *password,
                            const char *name,
                            BatonSignIn how,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  BatonEngineRequest *request;

  g_return_if_fail (BATON_IS_ENGINE (self));
  g_return_if_fail (server != NULL && email != NULL && password != NULL);

  request = g_new0 (BatonEngineRequest, 1);
  request->task = g_task_new (self, cancellable, callback, data);
  request->sign_in = TRUE;
  request->server = g_strdup (server);
  request->email = g_strdup (email);
  request->password = g_strdup (password);
  request->name = g_strdup (name);
  request->how_in = how;
  send_request (self, request);
}

gboolean
baton_engine_sign_in_finish (BatonEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
baton_engine_sign_out_async (BatonEngine *self,
                             BatonSignOut how,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  BatonEngineRequest *request;

  g_return_if_fail (BATON_IS_ENGINE (self));

  request = g_new0 (BatonEngineRequest, 1);
  request->task = g_task_new (self, cancellable, callback, data);
  request->how_out = how;
  send_request (self, request);
}

gboolean
baton_engine_sign_out_finish (BatonEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

BatonEngineState
baton_engine_get_state (BatonEngine *self)
{
  g_return_val_if_fail (BATON_IS_ENGINE (self), BATON_ENGINE_SIGNED_OUT);

  return self->shown.state;
}

const char *
baton_engine_get_message (BatonEngine *self)
{
  g_return_val_if_fail (BATON_IS_ENGINE (self), NULL);

  return self->shown.message;
}

guint
baton_engine_get_waiting (BatonEngine *self)
{
  g_return_val_if_fail (BATON_IS_ENGINE (self), 0);

  return self->shown.waiting;
}
