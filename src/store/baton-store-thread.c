/* baton-store-thread.c: a thread with a database connection of its own, and a queue of work
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store has two of them: one writes, one answers lists. The queue is the only thing that both sides
 * touch; a job belongs to the thread from the push to the answer, and to the main context before and after.
 * The connection is opened by the first job, on the thread, so that nobody else waits for it. Where that
 * fails the job is told so, and the next one tries again.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-store-thread.h"

struct _BatonStoreThread
{
  char *folder;            /* owned */
  GMainContext *context;   /* owned; where answers go */
  GAsyncQueue *queue;      /* owned; of BatonStoreJob */
  GThread *thread;         /* owned */
  BatonDatabase *database; /* owned, nullable; on the thread alone */
};

typedef struct
{
  BatonStoreFunc work; /* NULL: the end of the queue */
  BatonStoreDone done;
  gpointer data;
  GDestroyNotify destroy; /* nullable */
  GError *error;          /* owned, nullable */
} BatonStoreJob;

static void
baton_store_job_free (gpointer pointer)
{
  BatonStoreJob *job = pointer;

  if (job->destroy != NULL)
    job->destroy (job->data);
  g_clear_error (&job->error);
  g_free (job);
}

static gboolean
baton_store_job_done_cb (gpointer pointer)
{
  BatonStoreJob *job = pointer;

  job->done (job->data, job->error);
  return G_SOURCE_REMOVE;
}

static void
baton_store_thread_answer (BatonStoreThread *self, BatonStoreJob *job)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[baton] store answer");
  g_source_set_callback (source, baton_store_job_done_cb, job, baton_store_job_free);
  g_source_attach (source, self->context);
}

static void
baton_store_thread_work (BatonStoreThread *self, BatonStoreJob *job)
{
  if (self->database == NULL)
    self->database = baton_database_open (self->folder, &job->error);
  if (self->database != NULL)
    job->work (self->database, job->data, &job->error);
}

static gpointer
baton_store_thread_main (gpointer pointer)
{
  BatonStoreThread *self = pointer;

  for (;;)
    {
      BatonStoreJob *job = g_async_queue_pop (self->queue);

      if (job->work == NULL)
        {
          baton_store_job_free (job);
          break;
        }
      baton_store_thread_work (self, job);
      baton_store_thread_answer (self, job);
    }
  g_clear_pointer (&self->database, baton_database_close);
  return NULL;
}

BatonStoreThread *
baton_store_thread_new (const char *name, const char *folder)
{
  BatonStoreThread *self = g_new0 (BatonStoreThread, 1);

  self->folder = g_strdup (folder);
  self->context = g_main_context_ref_thread_default ();
  self->queue = g_async_queue_new ();
  self->thread = g_thread_new (name, baton_store_thread_main, self);
  return self;
}

void
baton_store_thread_push (BatonStoreThread *self,
                         BatonStoreFunc work,
                         BatonStoreDone done,
                         gpointer data,
                         GDestroyNotify destroy)
{
  BatonStoreJob *job = g_new0 (BatonStoreJob, 1);

  job->work = work;
  job->done = done;
  job->data = data;
  job->destroy = destroy;
  g_async_queue_push (self->queue, job);
}

void
baton_store_thread_close (BatonStoreThread *self)
{
  g_async_queue_push (self->queue, g_new0 (BatonStoreJob, 1));
  g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_main_context_unref (self->context);
  g_free (self->folder);
  g_free (self);
}
