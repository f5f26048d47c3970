/* test-two-processes.c: the app and the command line sync the same folder
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-database-private.h"
#include "../../src/sync/baton-remote.h"
#include "../../src/sync/baton-sync-lock.h"
#include "../support/baton-sync-test.h"

#define SCOPE "user:" BATON_FAKE_USER
/* For what must not come to an end meanwhile, and does so at once where it may */
#define A_WHILE_US (300 * 1000)

typedef struct _Between Between;

typedef struct
{
  BatonSyncTestPair pair; /* the app is on the laptop */
  Between *between;       /* the app's way to the remote */

  GThread *thread;
  GMutex mutex;
  GCond cond;
  gboolean done; /* under the mutex */
} Fixture;

/* --- something happens while an answer is on its way ------------------------- */

#define TYPE_BETWEEN (between_get_type ())
G_DECLARE_FINAL_TYPE (Between, between, , BETWEEN, GObject)

struct _Between
{
  GObject parent_instance;

  Fixture *fixture;
  void (*meanwhile) (Fixture *);
  guint n_exchanges;
  guint expired; /* the exchange that is answered so; 0: none */
};

static gboolean
answer_expired (BatonExchange **exchange, GError **error)
{
  *exchange = g_new0 (BatonExchange, 1);
  (*exchange)->expired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert ((*exchange)->expired, g_strdup (SCOPE), g_strdup ("purged"));
  g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_EXPIRED, "Expired");
  return FALSE;
}

static gboolean
between_exchange (BatonRemote *remote,
                  const char *device_id,
                  const char *cursor,
                  const char *head,
                  GPtrArray *edits,
                  guint limit,
                  BatonExchange **exchange,
                  GCancellable *cancellable,
                  GError **error)
{
  Between *self = (Between *) remote;
  void (*meanwhile) (Fixture *) = g_steal_pointer (&self->meanwhile);
  gboolean done;

  if (++self->n_exchanges == self->expired)
    return answer_expired (exchange, error);
  done = baton_remote_exchange (BATON_REMOTE (self->fixture->pair.remote), device_id, cursor, head,
                                edits, limit, exchange, cancellable, error);
  if (meanwhile != NULL)
    meanwhile (self->fixture);
  return done;
}

static void
between_iface_init (BatonRemoteInterface *iface)
{
  iface->exchange = between_exchange;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Between,
                               between,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_REMOTE, between_iface_init))

static void
between_class_init (BetweenClass *klass)
{
}

static void
between_init (Between *self)
{
}

/* --- */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  baton_sync_test_pair_set_up (&fixture->pair, "with a task");
  fixture->between = g_object_new (TYPE_BETWEEN, NULL);
  fixture->between->fixture = fixture;
  g_mutex_init (&fixture->mutex);
  g_cond_init (&fixture->cond);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->between);
  baton_sync_test_pair_tear_down (&fixture->pair, NULL);
  g_mutex_clear (&fixture->mutex);
  g_cond_clear (&fixture->cond);
}

static void
run_app (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  baton_sync_run (fixture->pair.laptop, BATON_REMOTE (fixture->between), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
delete_tasks (BatonDatabase *database, const char *const *tasks)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; tasks[i] != NULL; i++)
    {
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, tasks[i]);

      baton_edit_set_bool (edit, "deleted", TRUE);
      g_ptr_array_add (edits, edit);
    }
  baton_database_apply (database, edits, "Delete", &error);
  g_assert_no_error (error);
}

static gpointer
command_line_thread (gpointer data)
{
  Fixture *fixture = data;
  BatonDatabase *database = baton_sync_test_open (fixture->pair.folder, "laptop");

  baton_sync_test_run (database, fixture->pair.remote);
  baton_database_close (database);
  g_mutex_lock (&fixture->mutex);
  fixture->done = TRUE;
  g_cond_signal (&fixture->cond);
  g_mutex_unlock (&fixture->mutex);
  return NULL;
}

static void
delete_and_run_command_line (Fixture *fixture)
{
  gint64 until = g_get_monotonic_time () + A_WHILE_US;

  baton_sync_test_set_deleted (fixture->pair.phone, fixture->pair.task, TRUE);
  baton_sync_test_run (fixture->pair.phone, fixture->pair.remote);
  fixture->thread = g_thread_new ("command-line", command_line_thread, fixture);
  g_mutex_lock (&fixture->mutex);
  while (!fixture->done && g_cond_wait_until (&fixture->cond, &fixture->mutex, until))
    continue;
  g_assert_false (fixture->done);
  g_mutex_unlock (&fixture->mutex);
}

static void
test_waits (Fixture *fixture, gconstpointer data)
{
  baton_sync_test_set (fixture->pair.phone, fixture->pair.task, "title", "Call Ada today");
  baton_sync_test_run (fixture->pair.phone, fixture->pair.remote);
  fixture->between->meanwhile = delete_and_run_command_line;
  run_app (fixture);
  g_thread_join (fixture->thread);
  baton_sync_test_run (fixture->pair.laptop, fixture->pair.remote);
  g_assert_true (baton_sync_test_is_deleted (fixture->pair.laptop, fixture->pair.task));
}

static void
take_no_turn (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonLock) turn = baton_sync_lock_take (fixture->pair.laptop, 0, NULL, &error);
  gboolean changed;

  g_assert_null (turn);
  g_assert_error (error, BATON_SYNC_ERROR, (int) BATON_SYNC_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (baton_sync_take_told (
      fixture->pair.laptop, "{\"type\":\"changes\",\"changes\":[]}", -1, &changed, &error));
  g_assert_no_error (error);
}

static void
test_told (Fixture *fixture, gconstpointer data)
{
  fixture->between->meanwhile = take_no_turn;
  run_app (fixture);
  g_assert_cmpuint (fixture->between->n_exchanges, ==, 1);
}

static void
forget (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  baton_database_forget_place (fixture->pair.laptop, SCOPE, FALSE, &error);
  g_assert_no_error (error);
}

static void
test_two_pulls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = baton_sync_test_add_task (fixture->pair.phone, "Call Grace");
  g_autofree char *title = NULL;

  baton_sync_test_run (fixture->pair.phone, fixture->pair.remote);
  fixture->between->meanwhile = forget;
  run_app (fixture);
  g_assert_cmpuint (fixture->between->n_exchanges, ==, 2);
  title = baton_sync_test_dup (fixture->pair.laptop, fixture->pair.task, "title");
  g_assert_cmpstr (title, ==, "Call Ada");
}

#define LEFT BATON_META_LEFT "project:01990000-0000-7000-8000-0000000000ff"

static void
look_whether_it_is_gone (Fixture *fixture)
{
  g_autofree char *mark = baton_database_dup_meta (fixture->pair.laptop, LEFT, NULL);

  g_assert_null (mark);
}

/* While it took off a project */
static void
be_killed (Fixture *fixture)
{
  forget (fixture);
  g_assert_true (baton_database_set_meta (fixture->pair.laptop, LEFT, "1", NULL));
  fixture->between->meanwhile = look_whether_it_is_gone;
}

static void
test_killed_between (Fixture *fixture, gconstpointer data)
{
  fixture->between->meanwhile = be_killed;
  run_app (fixture);
  g_assert_cmpuint (fixture->between->n_exchanges, ==, 2);
  g_assert_null (fixture->between->meanwhile);
}

static void
sign_out (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  baton_database_sign_out (fixture->pair.laptop, BATON_SIGN_OUT_KEEP, &error);
  g_assert_no_error (error);
}

static void
test_signed_out_between (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->between->meanwhile = sign_out;
  g_assert_false (baton_sync_run (fixture->pair.laptop, BATON_REMOTE (fixture->between), NULL, NULL,
                                  NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, (int) BATON_SYNC_ERROR_SIGNED_OUT);
}

#define N_TASKS 40

/* An edit is sent, the answer would remove much and is only a part, and what comes next is that the place has expired. */
static void
test_expired_ahead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) tasks = NULL;

  for (guint i = 0; i < N_TASKS; i++)
    g_strv_builder_take (builder, baton_sync_test_add_task (fixture->pair.phone, "Call Ada"));
  tasks = g_strv_builder_end (builder);
  baton_sync_test_run (fixture->pair.phone, fixture->pair.remote);
  baton_sync_test_run (fixture->pair.laptop, fixture->pair.remote);
  delete_tasks (fixture->pair.phone, (const char *const *) tasks);
  baton_sync_test_run (fixture->pair.phone, fixture->pair.remote);

  baton_sync_test_set (fixture->pair.laptop, fixture->pair.task, "title", "Call Ada today");
  baton_fake_remote_set_limit (fixture->pair.remote, N_TASKS * 3 / 4);
  fixture->between->expired = 2;
  g_assert_false (baton_sync_run (fixture->pair.laptop, BATON_REMOTE (fixture->between), NULL, NULL,
                                  NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, (int) BATON_SYNC_ERROR_BRAKE);
  g_assert_cmpuint (fixture->between->n_exchanges, >, 2);
}

#define ADD(name, func) \
  g_test_add ("/sync/two-processes/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-waits-for-the-other", test_waits);
  ADD ("what-is-told-waits-for-nobody", test_told);
  ADD ("an-answer-of-an-earlier-pull-is-not-taken", test_two_pulls);
  ADD ("what-the-other-did-not-end-ends-before-the-next-round", test_killed_between);
  ADD ("signed-out-meanwhile-nothing-more-is-asked", test_signed_out_between);
  ADD ("what-was-sent-before-a-place-expired-is-sent-again", test_expired_ahead);
  return g_test_run ();
}
