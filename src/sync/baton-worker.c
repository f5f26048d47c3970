/* baton-worker.c: what the engine's thread does
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two things happen here. A round (baton_sync_run()) makes device and server alike; it is run when something is to be sent, and whenever something
 * may have been missed. The live socket tells what changes from then on; a change that follows on our place is taken as it is, any
 * other sign of life leads to a round.
 *
 * One timer stands for "not now": after a failure, and while the socket is down, a round and a new socket are tried each time it runs out, the
 * pause doubling from a second to a minute. A poke does not cut a failure's pause short, or typing while offline would knock at the
 * server with each letter; a new network, waking up, and the person do.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-worker.h"

#include "baton-config.h"
#include "baton-exchange.h"
#include "baton-live.h"
#include "baton-session.h"
#include "baton-turns.h"
#include "baton-watch.h"

#include <glib/gi18n-lib.h>

#define FIRST_PAUSE_MS   1000
#define LONGEST_PAUSE_MS (60 * 1000)
/* A socket that has stood for as long was a good one */
#define STABLE_US (30 * G_USEC_PER_SEC)

struct _BatonWorker
{
  char *folder;
  BatonWorkerFunc func;
  gpointer data;

  BatonTurns *turns;       /* owned; any thread */
  BatonDatabase *database; /* the rest: the worker's thread; owned, nullable */
  BatonSession *session;   /* owned, nullable: signed out */
  BatonLive *live;         /* owned, nullable */
  BatonWatch *watch;       /* owned */
  GSource *timer;          /* owned, nullable */
  gint64 live_since;       /* monotonic; 0: not open */
  guint failures;          /* since all was well */
  gboolean failing;        /* the last round did */
  gboolean stopped;        /* by the person */
  gboolean ended;          /* nothing is begun any more */
  char *note;              /* nullable: to be shown while all is well */
  BatonEngineReport report;
};

/* --- whose turn it is ------------------------------------------------------- */

void
baton_worker_make_way (BatonWorker *worker)
{
  baton_turns_make_way (worker->turns);
}

void
baton_worker_interrupt (BatonWorker *worker)
{
  baton_turns_interrupt (worker->turns);
}

void
baton_worker_cancel (BatonWorker *worker)
{
  baton_turns_end (worker->turns);
}

/* --- what is shown ---------------------------------------------------------- */

static void
tell (BatonWorker *worker, gboolean committed)
{
  worker->func (&worker->report, committed, worker->data);
}

static void
set_state (BatonWorker *worker, BatonEngineState state, const char *message)
{
  worker->report.state = state;
  g_set_str (&worker->report.message, message);
}

static void
read_status (BatonWorker *worker)
{
  BatonSyncStatus status;

  if (worker->database == NULL || !baton_database_get_sync_status (worker->database, &status, NULL))
    return;
  worker->report.waiting = status.waiting;
  worker->report.refused = status.refused;
  worker->report.conflicts = status.conflicts;
  worker->report.removal = status.removal;
  worker->report.last_sync = status.last_sync;
}

static void
read_account (BatonWorker *worker)
{
  g_autoptr (BatonAccount) account = baton_database_get_account (worker->database, NULL);

  g_set_str (&worker->report.email, account != NULL ? account->email : NULL);
  g_set_str (&worker->report.server, account != NULL ? account->server : NULL);
}

/* --- pauses ----------------------------------------------------------------- */

static void attempt (BatonWorker *worker);

static void
stop_timer (BatonWorker *worker)
{
  if (worker->timer != NULL)
    g_source_destroy (worker->timer);
  g_clear_pointer (&worker->timer, g_source_unref);
}

static gboolean
timer_cb (gpointer data)
{
  BatonWorker *worker = data;

  stop_timer (worker);
  attempt (worker);
  return G_SOURCE_REMOVE;
}

static void
start_timer (BatonWorker *worker, guint pause_ms)
{
  stop_timer (worker);
  worker->timer = g_timeout_source_new (pause_ms);
  g_source_set_callback (worker->timer, timer_cb, worker, NULL);
  g_source_attach (worker->timer, g_main_context_get_thread_default ());
}

static void
forgive_failures (BatonWorker *worker)
{
  if (worker->live_since != 0 && g_get_monotonic_time () - worker->live_since >= STABLE_US)
    worker->failures = 0;
}

/* Half of it is chance, so that a thousand devices do not come back at one moment */
static guint
next_pause (BatonWorker *worker)
{
  guint pause = FIRST_PAUSE_MS << MIN (worker->failures, 6);

  worker->failures++;
  pause = MIN (pause, LONGEST_PAUSE_MS);
  return (guint) g_random_int_range ((gint32) pause / 2, (gint32) pause + 1);
}

/* --- the socket ------------------------------------------------------------- */

static void run_round (BatonWorker *worker);

static void
drop_live (BatonWorker *worker)
{
  g_clear_pointer (&worker->live, baton_live_free);
  worker->live_since = 0;
}

static void
opened_cb (gpointer data)
{
  BatonWorker *worker = data;

  worker->live_since = g_get_monotonic_time ();
  /* What happened between the last round and now was told to nobody */
  run_round (worker);
}

static void
closed_cb (gboolean going_away, gpointer data)
{
  BatonWorker *worker = data;
  gboolean was_good = worker->live_since != 0 &&
                      g_get_monotonic_time () - worker->live_since >= STABLE_US;

  forgive_failures (worker);
  drop_live (worker);
  if (worker->session == NULL || worker->failing)
    return;
  /* A token's end closes it too, and nobody should wait for that */
  start_timer (worker, was_good && !going_away ? 0 : next_pause (worker));
}

static void
told_cb (const char *text, gsize length, gpointer data)
{
  BatonWorker *worker = data;
  gboolean changed;

  if (!baton_sync_take_told (worker->database, text, (gssize) length, &changed, NULL))
    {
      if (!worker->failing)
        run_round (worker);
      return;
    }
  if (!changed)
    return;
  read_status (worker);
  tell (worker, TRUE);
}

static const BatonLiveEvents live_events = {
  .opened = opened_cb,
  .told = told_cb,
  .closed = closed_cb,
};

static void
open_live (BatonWorker *worker)
{
  g_autoptr (GCancellable) cancellable = baton_turns_enter_round (worker->turns);
  const char *token = baton_session_get_token (worker->session, cancellable, NULL);

  baton_turns_leave (worker->turns);
  drop_live (worker);
  if (token != NULL)
    worker->live = baton_live_open (baton_session_get_server (worker->session), token, &live_events,
                                    worker);
  else
    start_timer (worker, next_pause (worker));
}

/* --- rounds ----------------------------------------------------------------- */

static void
progress_cb (guint sent, guint received, gboolean more, gpointer data)
{
  BatonWorker *worker = data;

  worker->report.received += received;
  g_debug ("round: %u sent, %u received, %u in all", sent, received, worker->report.received);
  read_status (worker);
  if (sent > 0 || received > 0)
    tell (worker, TRUE);
}

static void
sign_off (BatonWorker *worker, const char *message)
{
  drop_live (worker);
  stop_timer (worker);
  g_clear_object (&worker->session);
  g_clear_pointer (&worker->note, g_free);
  worker->failing = FALSE;
  worker->stopped = FALSE;
  worker->report.received = 0;
  set_state (worker, BATON_ENGINE_SIGNED_OUT, message);
}

static void
fail_round (BatonWorker *worker, const GError *error)
{
  guint wait = baton_sync_error_get_wait (error) * 1000;
  guint pause = next_pause (worker);
  gboolean away = g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE) ||
                  g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BUSY);

  g_debug ("round: %s", error->message);
  if (g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT))
    {
      sign_off (worker, error->message);
      return;
    }
  worker->failing = TRUE;
  set_state (worker, away ? BATON_ENGINE_OFFLINE : BATON_ENGINE_TROUBLE, error->message);
  stop_timer (worker);
  /* What is on this device is none of another server's business, and what is to leave it the person's: not again until they say so */
  if (g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OTHER_SERVER) ||
      g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE))
    drop_live (worker);
  else
    start_timer (worker, wait > 0 ? wait + pause / 4 : pause);
}

/* A request that made the round give way starts another when it is done */
static void
run_round (BatonWorker *worker)
{
  g_autoptr (GCancellable) cancellable = baton_turns_enter_round (worker->turns);
  g_autoptr (GError) error = NULL;
  BatonEngineState before = worker->report.state;

  forgive_failures (worker);
  set_state (worker, BATON_ENGINE_SYNCING, worker->note);
  tell (worker, FALSE);
  baton_sync_run (worker->database, BATON_REMOTE (worker->session), progress_cb, worker,
                  cancellable, &error);
  baton_turns_leave (worker->turns);
  if (error == NULL)
    {
      g_debug ("in sync");
      worker->failing = FALSE;
      worker->report.received = 0;
      set_state (worker, BATON_ENGINE_SYNCED, worker->note);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_state (worker, before, NULL);
  else
    fail_round (worker, error);
  read_status (worker);
  tell (worker, FALSE);
}

/* What is cut short goes on with the next round. */
static gboolean
end_leaving (BatonWorker *worker, GError **error)
{
  g_autoptr (GCancellable) cancellable = baton_turns_enter_round (worker->turns);
  g_autoptr (GError) local = NULL;

  baton_database_set_cancellable (worker->database, cancellable);
  baton_database_end_leaving (worker->database, &local);
  baton_database_set_cancellable (worker->database, NULL);
  baton_turns_leave (worker->turns);
  if (local == NULL || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
open_database (BatonWorker *worker)
{
  g_autoptr (GError) error = NULL;

  if (worker->database != NULL)
    return TRUE;
  worker->database = baton_database_open (worker->folder, &error);
  if (worker->database != NULL && end_leaving (worker, &error))
    return TRUE;
  g_clear_pointer (&worker->database, baton_database_close);
  worker->failing = TRUE;
  set_state (worker, BATON_ENGINE_TROUBLE, error->message);
  start_timer (worker, next_pause (worker));
  tell (worker, FALSE);
  return FALSE;
}

/* Whoever never signed in needs no message */
static gboolean
open_session (BatonWorker *worker)
{
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (GError) error = NULL;

  if (worker->session != NULL)
    return TRUE;
  read_account (worker);
  read_status (worker);
  set_state (worker, worker->report.server != NULL ? BATON_ENGINE_SYNCING : BATON_ENGINE_SIGNED_OUT,
             NULL);
  tell (worker, FALSE);
  cancellable = baton_turns_enter_round (worker->turns);
  worker->session = baton_session_resume (worker->database, cancellable, &error);
  baton_turns_leave (worker->turns);
  if (worker->session != NULL)
    return TRUE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    start_timer (worker, next_pause (worker));
  else if (!g_error_matches (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT))
    fail_round (worker, error);
  else
    sign_off (worker, worker->report.server != NULL ? error->message : NULL);
  tell (worker, FALSE);
  return FALSE;
}

static void
attempt (BatonWorker *worker)
{
  if (worker->ended || worker->stopped || !open_database (worker) || !open_session (worker))
    return;
  stop_timer (worker);
  run_round (worker);
  if (worker->session != NULL && !worker->failing && worker->live == NULL)
    open_live (worker);
}

static void
watch_cb (gpointer data)
{
  BatonWorker *worker = data;

  if (worker->session == NULL)
    return;
  worker->failures = 0;
  baton_session_drop_connections (worker->session);
  drop_live (worker);
  attempt (worker);
}

/* --- what the engine asks for ------------------------------------------------ */

void
baton_worker_begin (BatonWorker *worker)
{
  worker->watch = baton_watch_new (watch_cb, worker);
  attempt (worker);
}

void
baton_worker_poke (BatonWorker *worker)
{
  guint waiting = worker->report.waiting;
  guint refused = worker->report.refused;
  guint conflicts = worker->report.conflicts;
  guint removal = worker->report.removal;

  read_status (worker);
  if (worker->session != NULL && !worker->failing && worker->report.waiting > 0)
    run_round (worker);
  else if (waiting != worker->report.waiting || refused != worker->report.refused ||
           conflicts != worker->report.conflicts || removal != worker->report.removal)
    tell (worker, FALSE);
}

void
baton_worker_sync (BatonWorker *worker)
{
  worker->failures = 0;
  worker->stopped = FALSE;
  attempt (worker);
}

void
baton_worker_take_interrupt (BatonWorker *worker)
{
  baton_turns_take_interrupt (worker->turns);
  if (worker->report.state == BATON_ENGINE_SIGNED_OUT)
    return;
  if (worker->report.last_sync != 0)
    {
      /* What it ended may have had something to send */
      if (worker->session != NULL && !worker->failing)
        start_timer (worker, 0);
      return;
    }
  drop_live (worker);
  stop_timer (worker);
  worker->failing = TRUE;
  worker->stopped = TRUE;
  set_state (worker, BATON_ENGINE_STOPPED, NULL);
  tell (worker, FALSE);
}

static void
cancel_cb (GCancellable *outer, gpointer inner)
{
  g_cancellable_cancel (inner);
}

static GCancellable *
enter_request (BatonWorker *worker, GCancellable *outer, gulong *handler)
{
  GCancellable *inner = baton_turns_enter_request (worker->turns);

  *handler = outer != NULL ? g_cancellable_connect (outer, G_CALLBACK (cancel_cb), inner, NULL) : 0;
  return inner;
}

static void
leave_request (BatonWorker *worker, GCancellable *outer, gulong handler)
{
  g_cancellable_disconnect (outer, handler);
  baton_turns_leave (worker->turns);
}

/* With the database open; not where the request was cancelled before its turn came */
static gboolean
may_begin (BatonWorker *worker, GCancellable *inner, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (inner, error))
    return FALSE;
  if (worker->database == NULL)
    worker->database = baton_database_open (worker->folder, error);
  return worker->database != NULL;
}

static void
take_session (BatonWorker *worker, BatonSession *session, const GError *keyring_error)
{
  drop_live (worker);
  g_clear_object (&worker->session);
  worker->session = session;
  worker->failures = 0;
  worker->failing = FALSE;
  worker->stopped = FALSE;
  g_set_str (&worker->note, keyring_error != NULL ? keyring_error->message : NULL);
  set_state (worker, BATON_ENGINE_SYNCING, worker->note);
  read_account (worker);
  read_status (worker);
  tell (worker, TRUE);
}

gboolean
baton_worker_sign_in (BatonWorker *worker,
                      const char *server,
                      const char *email,
                      const char *password,
                      const char *name,
                      BatonSignIn how,
                      GCancellable *cancellable,
                      GError **error)
{
  gulong handler;
  g_autoptr (GCancellable) inner = enter_request (worker, cancellable, &handler);
  g_autoptr (GError) keyring_error = NULL;
  BatonSession *session = NULL;

  if (may_begin (worker, inner, error))
    session = baton_session_sign_in (worker->database, server, email, password, name, how, inner,
                                     &keyring_error, error);
  leave_request (worker, cancellable, handler);
  if (session != NULL)
    take_session (worker, session, keyring_error);
  if (worker->session != NULL)
    start_timer (worker, 0);
  return session != NULL;
}

gboolean
baton_worker_sign_out (BatonWorker *worker,
                       BatonSignOut how,
                       GCancellable *cancellable,
                       GError **error)
{
  gulong handler;
  g_autoptr (GCancellable) inner = enter_request (worker, cancellable, &handler);
  gboolean done = FALSE;

  if (!may_begin (worker, inner, error))
    done = FALSE;
  else if (worker->session != NULL)
    done = baton_session_end (worker->session, how, inner, error);
  else
    done = baton_session_sign_out (worker->database, how, inner, error);
  leave_request (worker, cancellable, handler);
  if (!done)
    {
      if (worker->session != NULL)
        start_timer (worker, 0);
      return FALSE;
    }
  sign_off (worker, NULL);
  read_account (worker);
  read_status (worker);
  tell (worker, TRUE);
  return TRUE;
}

BatonWorker *
baton_worker_new (const char *folder, BatonWorkerFunc func, gpointer data)
{
  BatonWorker *worker = g_new0 (BatonWorker, 1);

  worker->turns = baton_turns_new ();
  worker->folder = g_strdup (folder);
  worker->func = func;
  worker->data = data;
  return worker;
}

void
baton_worker_end (BatonWorker *worker)
{
  worker->ended = TRUE;
  g_clear_pointer (&worker->watch, baton_watch_free);
  drop_live (worker);
  stop_timer (worker);
  g_clear_object (&worker->session);
  g_clear_pointer (&worker->database, baton_database_close);
}

void
baton_worker_free (BatonWorker *worker)
{
  if (worker == NULL)
    return;
  baton_engine_report_clear (&worker->report);
  baton_turns_free (worker->turns);
  g_free (worker->note);
  g_free (worker->folder);
  g_free (worker);
}
