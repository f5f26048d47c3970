/* baton-worker.h: what the engine's thread does; private to this part
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain blocking functions for one thread, which runs a main loop for what comes by itself (live messages, timers, networks).
 */
#pragma once

#include "baton-engine.h"

G_BEGIN_DECLS

/**
 * BatonEngineReport:
 *
 * What is shown of the engine at one moment.
 */
typedef struct
{
  BatonEngineState state;
  char *message; /* nullable */
  guint waiting;
  guint refused;
  guint conflicts;
  guint removal; /* 0: no sync is held */
  guint received;
  gint64 last_sync;
  char *email;  /* nullable */
  char *server; /* nullable */
} BatonEngineReport;

void baton_engine_report_clear (BatonEngineReport *report);

/* On the worker's thread. @committed: the database has changed. */
typedef void (*BatonWorkerFunc) (const BatonEngineReport *report,
                                 gboolean committed,
                                 gpointer data);

typedef struct _BatonWorker BatonWorker;

/* Any thread */
BatonWorker *baton_worker_new (const char *folder, BatonWorkerFunc func, gpointer data);
/* A request is to be made: ends the round under way, and none starts until the request has been */
void baton_worker_make_way (BatonWorker *worker);
/* The round under way ends, and none starts until baton_worker_take_interrupt() */
void baton_worker_interrupt (BatonWorker *worker);
/* Whatever is under way ends now, and whatever begins later at once */
void baton_worker_cancel (BatonWorker *worker);

/* The thread that has the thread-default main context of the worker */
void baton_worker_begin (BatonWorker *worker);
/* Something may be to be sent. With nothing to send this is one small query. */
void baton_worker_poke (BatonWorker *worker);
/* The person asks: now, whatever the wait */
void baton_worker_sync (BatonWorker *worker);
/* After baton_worker_interrupt(), each once: none of the first sync until the person asks */
void baton_worker_take_interrupt (BatonWorker *worker);
/* After baton_worker_make_way(), each once */
gboolean baton_worker_sign_in (BatonWorker *worker,
                               const char *server,
                               const char *email,
                               const char *password,
                               const char *name,
                               BatonSignIn how,
                               GCancellable *cancellable,
                               GError **error);
gboolean baton_worker_sign_out (BatonWorker *worker,
                                BatonSignOut how,
                                GCancellable *cancellable,
                                GError **error);
/* Closes all; what is asked for later is answered as cancelled. After baton_worker_cancel(). */
void baton_worker_end (BatonWorker *worker);
void baton_worker_free (BatonWorker *worker);

G_END_DECLS
