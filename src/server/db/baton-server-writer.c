/* baton-server-writer.c: the one thread that writes, many requests in one transaction
 *
 * SQLite takes one writer at a time, and a durable commit costs a sync of the disk, which takes longer than writing hundreds
 * of rows. So all that is to be written goes to one thread, which takes what has queued up meanwhile as one transaction
 * (group commit): the busier the server, the larger the groups and the less a write costs.
 *
 * What always holds: each write runs in a savepoint, and one that fails undoes itself alone; nobody is told of
 * success before the whole group is on the disk; a commit that fails fails every write of its group; listeners hear
 * of a change only after its commit, in the order of the changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-writer.h"

#define MAX_GROUP 256

typedef struct _Job Job;
struct _Job
{
  BatonServerWrite write;
  BatonServerWritten written;
  gpointer data;
  GError *error; /* owned, nullable */
  Job *next;
};

struct _BatonServerWriter
{
  BatonSql *sql;      /* owned; writer's thread */
  BatonHlc hlc;       /* writer's thread */
  guint64 saved;      /* the reading of the clock that the database has */
  GPtrArray *changes; /* of BatonServerChange; writer's thread */
  BatonServerListener listener;
  gpointer listener_data;
  GThread *thread;

  GMutex mutex;
  GCond cond;
  Job *first;      /* mutex */
  Job *last;       /* mutex */
  gboolean ending; /* mutex */
};

static void
change_free (gpointer data)
{
  BatonServerChange *change = data;

  g_free (change->scope);
  g_free (change->json);
  g_free (change);
}

/* All that is queued, up to MAX_GROUP; NULL when the thread is to end and nothing is left */
static Job *
take_group (BatonServerWriter *writer)
{
  Job *group;
  Job *last;

  g_mutex_lock (&writer->mutex);
  while (writer->first == NULL && !writer->ending)
    g_cond_wait (&writer->cond, &writer->mutex);
  group = last = writer->first;
  for (guint n = 1; last && last->next && n < MAX_GROUP; n++)
    last = last->next;
  if (last)
    writer->first = g_steal_pointer (&last->next);
  g_mutex_unlock (&writer->mutex);
  return group;
}

static void
run_job (BatonServerWriter *writer, Job *job)
{
  guint n_changes = writer->changes->len;
  g_autoptr (BatonSqlTransaction) savepoint = baton_sql_begin (writer->sql, &job->error);

  if (savepoint == NULL)
    return;
  if (!job->write (writer, writer->sql, job->data, &job->error))
    g_ptr_array_set_size (writer->changes, n_changes);
  else if (!baton_sql_commit (g_steal_pointer (&savepoint), &job->error))
    g_ptr_array_set_size (writer->changes, n_changes);
}

static gboolean
save_clock (BatonServerWriter *writer, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = NULL;

  if (writer->saved == writer->hlc.last)
    return TRUE;
  statement = baton_sql_prepare (writer->sql, "UPDATE meta SET value = ?1 WHERE name = 'clock'",
                                 error);
  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 1, (gint64) writer->hlc.last);
  return baton_sql_run (statement, error);
}

/* SQLite undoes the whole transaction by itself when the disk is full. What would run after that would not be part of
 * it, so the group ends there and fails as a whole. */
static gboolean
run_jobs (BatonServerWriter *writer, Job *group, GError **error)
{
  for (Job *job = group; job; job = job->next)
    {
      run_job (writer, job);
      if (baton_sql_in_transaction (writer->sql))
        continue;
      g_set_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_FULL, "The transaction was undone: %s",
                   job->error ? job->error->message : "no reason given");
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_group (BatonServerWriter *writer, Job *group, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (writer->sql, error);

  if (transaction == NULL || !run_jobs (writer, group, error) || !save_clock (writer, error) ||
      !baton_sql_commit (g_steal_pointer (&transaction), error))
    return FALSE;
  writer->saved = writer->hlc.last;
  return TRUE;
}

static void
finish_group (Job *group, const GError *error)
{
  Job *next;

  for (Job *job = group; job; job = next)
    {
      next = job->next;
      if (error && job->error == NULL)
        job->error = g_error_copy (error);
      job->written (job->data, g_steal_pointer (&job->error));
      g_free (job);
    }
}

static void
run_group (BatonServerWriter *writer, Job *group)
{
  g_autoptr (GError) error = NULL;

  if (!write_group (writer, group, &error))
    g_warning ("A group of changes could not be written: %s", error->message);
  else if (writer->listener && writer->changes->len > 0)
    writer->listener (writer->sql, writer->changes, writer->listener_data);
  g_ptr_array_set_size (writer->changes, 0);
  finish_group (group, error);
}

static gpointer
run_writer (gpointer data)
{
  BatonServerWriter *writer = data;
  Job *group;

  while ((group = take_group (writer)))
    run_group (writer, group);
  return NULL;
}

static gboolean
load_clock (BatonServerWriter *writer, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      writer->sql, "SELECT value FROM meta WHERE name = 'clock'", error);

  if (statement == NULL || baton_sql_step (statement, error) == BATON_SQL_FAILED)
    return FALSE;
  writer->saved = writer->hlc.last = (guint64) baton_sql_get_int (statement, 0);
  return TRUE;
}

BatonServerWriter *
baton_server_writer_new_apart (const char *path, GError **error)
{
  BatonServerWriter *writer = g_new0 (BatonServerWriter, 1);

  g_mutex_init (&writer->mutex);
  g_cond_init (&writer->cond);
  writer->changes = g_ptr_array_new_with_free_func (change_free);
  writer->sql = baton_sql_open (path, BATON_SQL_WRITE, error);
  if (writer->sql == NULL || !load_clock (writer, error))
    {
      baton_server_writer_free (writer);
      return NULL;
    }
  return writer;
}

BatonServerWriter *
baton_server_writer_new (const char *path, GError **error)
{
  BatonServerWriter *writer = baton_server_writer_new_apart (path, error);

  if (writer)
    writer->thread = g_thread_new ("writer", run_writer, writer);
  return writer;
}

void
baton_server_writer_free (BatonServerWriter *writer)
{
  g_mutex_lock (&writer->mutex);
  writer->ending = TRUE;
  g_cond_signal (&writer->cond);
  g_mutex_unlock (&writer->mutex);
  g_clear_pointer (&writer->thread, g_thread_join);
  g_clear_pointer (&writer->sql, baton_sql_close);
  g_ptr_array_unref (writer->changes);
  g_mutex_clear (&writer->mutex);
  g_cond_clear (&writer->cond);
  g_free (writer);
}

void
baton_server_writer_push (BatonServerWriter *writer,
                          BatonServerWrite write,
                          BatonServerWritten written,
                          gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->write = write;
  job->written = written;
  job->data = data;
  if (writer->thread == NULL)
    {
      run_group (writer, job);
      return;
    }
  g_mutex_lock (&writer->mutex);
  if (writer->first == NULL)
    writer->first = job;
  else
    writer->last->next = job;
  writer->last = job;
  g_cond_signal (&writer->cond);
  g_mutex_unlock (&writer->mutex);
}

/* A write that somebody waits for */
typedef struct
{
  BatonServerWrite write;
  gpointer data;
  GMutex mutex;
  GCond cond;
  gboolean done; /* mutex */
  GError *error; /* mutex */
} Waiting;

static gboolean
waiting_write_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  Waiting *waiting = data;

  return waiting->write (writer, sql, waiting->data, error);
}

static void
waiting_written_cb (gpointer data, GError *error)
{
  Waiting *waiting = data;

  g_mutex_lock (&waiting->mutex);
  waiting->done = TRUE;
  waiting->error = error;
  g_cond_signal (&waiting->cond);
  g_mutex_unlock (&waiting->mutex);
}

gboolean
baton_server_writer_run (BatonServerWriter *writer,
                         BatonServerWrite write,
                         gpointer data,
                         GError **error)
{
  Waiting waiting = { .write = write, .data = data };

  g_mutex_init (&waiting.mutex);
  g_cond_init (&waiting.cond);
  baton_server_writer_push (writer, waiting_write_cb, waiting_written_cb, &waiting);
  g_mutex_lock (&waiting.mutex);
  while (!waiting.done)
    g_cond_wait (&waiting.cond, &waiting.mutex);
  g_mutex_unlock (&waiting.mutex);
  g_mutex_clear (&waiting.mutex);
  g_cond_clear (&waiting.cond);
  if (waiting.error == NULL)
    return TRUE;
  g_propagate_error (error, waiting.error);
  return FALSE;
}

void
baton_server_writer_set_listener (BatonServerWriter *writer,
                                  BatonServerListener listener,
                                  gpointer data)
{
  writer->listener = listener;
  writer->listener_data = data;
}

BatonClock
baton_server_writer_tick (BatonServerWriter *writer, gint64 now_ms)
{
  return baton_hlc_tick (&writer->hlc, now_ms);
}

void
baton_server_writer_observe (BatonServerWriter *writer, const BatonClock *seen)
{
  baton_hlc_observe (&writer->hlc, seen);
}

gboolean
baton_server_writer_is_heard (BatonServerWriter *writer)
{
  return writer->listener != NULL;
}

void
baton_server_writer_add_change (BatonServerWriter *writer, char *scope, char *json)
{
  BatonServerChange *change = g_new (BatonServerChange, 1);

  change->scope = scope;
  change->json = json;
  g_ptr_array_add (writer->changes, change);
}
