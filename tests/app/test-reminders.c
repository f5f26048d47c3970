/* test-reminders.c: what is due rings, once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-edits.h"
#include "../../src/app/baton-reminders.h"
#include "../../src/app/baton-wall-timer.h"
#include "../support/baton-test.h"

typedef struct
{
  BatonTestFolder *folder;
  BatonStore *store;
  BatonReminders *reminders;
  GPtrArray *rung; /* ids of notifications */
  gboolean done;
} Fixture;

/* Milliseconds that the database is behind; read on the writer thread */
static gint behind;

static gint64
now_func (gpointer data)
{
  return g_get_real_time () / 1000 - g_atomic_int_get (&behind);
}

static gboolean
set_now_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_database_set_now (database, now_func, NULL);
  return TRUE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  fixture->store = baton_store_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
ring_cb (Fixture *fixture, GNotification *notification, const char *id)
{
  g_assert_true (G_IS_NOTIFICATION (notification));
  g_ptr_array_add (fixture->rung, g_strdup (id));
}

static void
start (Fixture *fixture)
{
  fixture->reminders = baton_reminders_new (fixture->store);
  g_signal_connect_swapped (fixture->reminders, "ring", G_CALLBACK (ring_cb), fixture);
  baton_reminders_start (fixture->reminders);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->rung = g_ptr_array_new_with_free_func (g_free);
  baton_store_open_async (fixture->folder, NULL, NULL, opened_cb, fixture);
  BATON_TEST_WAIT (fixture->store != NULL);
  baton_store_call_async (fixture->store, set_now_work, NULL, NULL, NULL, NULL, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_reminders_stop (fixture->reminders);
  g_clear_object (&fixture->reminders);
  baton_store_close (fixture->store);
  g_clear_object (&fixture->store);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_ptr_array_unref (fixture->rung);
  baton_test_folder_free (fixture->folder);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;

  baton_store_apply_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  fixture->done = TRUE;
}

static void
add_task (Fixture *fixture, const char *title, int minutes_ago)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) due = g_date_time_add_minutes (now, -minutes_ago);
  g_autofree char *text = g_date_time_format (due, "%Y-%m-%dT%H:%M");
  g_autofree char *id = baton_edits_make_id ();
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = baton_edits_take (edit);

  baton_edit_set_text (edit, "title", title);
  baton_edit_set_text (edit, "due", text);
  /* A date that had passed when it was set does not ring. */
  g_atomic_int_set (&behind, 2 * 60 * 60 * 1000);
  fixture->done = FALSE;
  baton_store_apply_async (fixture->store, edits, "Add", NULL, applied_cb, fixture);
  BATON_TEST_WAIT (fixture->done);
  g_atomic_int_set (&behind, 0);
}

/* All that was asked of the writer thread has been answered */
static gboolean
nothing_work (BatonDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Fixture *) data)->done = TRUE;
}

static void
settle (Fixture *fixture)
{
  for (guint i = 0; i < 5; i++)
    {
      fixture->done = FALSE;
      baton_store_call_async (fixture->store, nothing_work, NULL, NULL, NULL, called_cb, fixture);
      BATON_TEST_WAIT (fixture->done);
    }
}

static void
test_due_rings_once (Fixture *fixture, gconstpointer data)
{
  add_task (fixture, "Now", 0);
  start (fixture);
  BATON_TEST_WAIT (fixture->rung->len == 1);
  settle (fixture);
  g_assert_cmpuint (fixture->rung->len, ==, 1);

  /* Nor after a restart */
  baton_reminders_stop (fixture->reminders);
  g_clear_object (&fixture->reminders);
  start (fixture);
  settle (fixture);
  g_assert_cmpuint (fixture->rung->len, ==, 1);
}

static void
test_due_while_running_rings (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  settle (fixture);
  g_assert_cmpuint (fixture->rung->len, ==, 0);
  add_task (fixture, "Now", 0);
  g_signal_emit_by_name (fixture->store, "changed");
  BATON_TEST_WAIT (fixture->rung->len == 1);
}

static void
test_many_missed_ring_as_one (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 8; i++)
    add_task (fixture, "Missed", 30 + (int) i);
  start (fixture);
  BATON_TEST_WAIT (fixture->rung->len > 0);
  settle (fixture);
  g_assert_cmpuint (fixture->rung->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (fixture->rung, 0), ==, "missed");
}

static void
fired_cb (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_timer_fires_for_what_has_passed (void)
{
  guint n_fired = 0;
  g_autoptr (BatonWallTimer) timer = baton_wall_timer_new (fired_cb, &n_fired);

  baton_wall_timer_set (timer, g_get_real_time () / 1000 - 1000);
  BATON_TEST_WAIT (n_fired == 1);
  baton_wall_timer_set (timer, g_get_real_time () / 1000 + 20);
  BATON_TEST_WAIT (n_fired == 2);
}

#define add(name, function) \
  g_test_add ("/reminders/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("due-rings-once", test_due_rings_once);
  add ("due-while-running-rings", test_due_while_running_rings);
  add ("many-missed-ring-as-one", test_many_missed_ring_as_one);
  g_test_add_func ("/wall-timer/fires-for-what-has-passed", test_timer_fires_for_what_has_passed);
  return g_test_run ();
}
