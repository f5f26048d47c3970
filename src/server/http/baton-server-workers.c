/* baton-server-workers.c: threads that answer requests, each with a connection of its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-workers.h"

typedef struct
{
  BatonServerWorkers *workers; /* borrowed */
  BatonSql *sql;               /* owned */
  GThread *thread;
} Worker;

struct _BatonServerWorkers
{
  BatonServerWork work;
  gpointer data;
  guint n_threads;
  Worker *threads;

  GMutex mutex;
  GCond cond;
  BatonServerRequest *first; /* mutex */
  BatonServerRequest *last;  /* mutex */
  gboolean ending;           /* mutex */
};

/* NULL when the threads are to end and nothing is left */
static BatonServerRequest *
pop (BatonServerWorkers *workers)
{
  BatonServerRequest *request;

  g_mutex_lock (&workers->mutex);
  while (workers->first == NULL && !workers->ending)
    g_cond_wait (&workers->cond, &workers->mutex);
  request = workers->first;
  if (request)
    workers->first = g_steal_pointer (&request->next);
  g_mutex_unlock (&workers->mutex);
  return request;
}

static gpointer
run_worker (gpointer data)
{
  Worker *worker = data;
  BatonServerRequest *request;

  while ((request = pop (worker->workers)))
    worker->workers->work (request, worker->sql, worker->workers->data);
  return NULL;
}

BatonServerWorkers *
baton_server_workers_new (const char *name,
                          guint n_threads,
                          const char *path,
                          BatonServerWork work,
                          gpointer data,
                          GError **error)
{
  BatonServerWorkers *workers = g_new0 (BatonServerWorkers, 1);

  workers->work = work;
  workers->data = data;
  workers->threads = g_new0 (Worker, n_threads);
  g_mutex_init (&workers->mutex);
  g_cond_init (&workers->cond);
  for (guint i = 0; i < n_threads; i++)
    {
      Worker *worker = &workers->threads[i];

      worker->workers = workers;
      worker->sql = baton_sql_open (path, BATON_SQL_READ, error);
      if (worker->sql == NULL)
        {
          baton_server_workers_free (workers);
          return NULL;
        }
      worker->thread = g_thread_new (name, run_worker, worker);
      workers->n_threads++;
    }
  return workers;
}

void
baton_server_workers_free (BatonServerWorkers *workers)
{
  g_mutex_lock (&workers->mutex);
  workers->ending = TRUE;
  g_cond_broadcast (&workers->cond);
  g_mutex_unlock (&workers->mutex);
  for (guint i = 0; i < workers->n_threads; i++)
    {
      g_thread_join (workers->threads[i].thread);
      baton_sql_close (workers->threads[i].sql);
    }
  g_mutex_clear (&workers->mutex);
  g_cond_clear (&workers->cond);
  g_free (workers->threads);
  g_free (workers);
}

void
baton_server_workers_push (BatonServerWorkers *workers, BatonServerRequest *request)
{
  g_mutex_lock (&workers->mutex);
  if (workers->first == NULL)
    workers->first = request;
  else
    workers->last->next = request;
  workers->last = request;
  g_cond_signal (&workers->cond);
  g_mutex_unlock (&workers->mutex);
}
