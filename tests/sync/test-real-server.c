/* test-real-server.c: two devices and the server, as they are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server is a process of its own (BATON_TEST_SERVER); each device has its folder and its engine.
 */
#include "../support/baton-sync-test.h"

typedef struct
{
  char *folder;
  BatonDatabase *database;
  BatonEngine *engine;
} Device;

typedef struct
{
  BatonTestFolder *folder;
  GSubprocess *server;
  char *url;
  Device laptop;
  Device phone;
} Fixture;

static void
kill_server (Fixture *fixture)
{
  g_subprocess_force_exit (fixture->server);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_clear_object (&fixture->server);
}

/* Where it was */
static void
restart_server (Fixture *fixture)
{
  g_autofree char *url = NULL;

  fixture->server = baton_sync_test_start_server (fixture->folder,
                                                  fixture->url + strlen ("http://"), &url);
  g_assert_cmpstr (url, ==, fixture->url);
}

static void
open_device (Fixture *fixture, Device *device, const char *name)
{
  device->folder = g_build_filename (fixture->folder, name, NULL);
  device->database = baton_sync_test_open (fixture->folder, name);
  device->engine = baton_engine_new (device->folder);
  baton_engine_start (device->engine);
}

static void
close_device (Device *device)
{
  g_clear_object (&device->engine);
  g_clear_pointer (&device->database, baton_database_close);
  g_clear_pointer (&device->folder, g_free);
}

static void
sign_in (Fixture *fixture, Device *device, const char *name)
{
  g_autoptr (GError) error = NULL;

  baton_sync_test_engine_sign_in (device->engine, fixture->url, "ada@example.org",
                                  BATON_FAKE_PASSWORD, name, &error);
  g_assert_no_error (error);
  BATON_TEST_WAIT (baton_engine_get_state (device->engine) == BATON_ENGINE_SYNCED);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->server = baton_sync_test_start_server (fixture->folder, "127.0.0.1:0", &fixture->url);
  open_device (fixture, &fixture->laptop, "laptop");
  open_device (fixture, &fixture->phone, "phone");
  sign_in (fixture, &fixture->laptop, "Ada King");
  sign_in (fixture, &fixture->phone, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_device (&fixture->laptop);
  close_device (&fixture->phone);
  kill_server (fixture);
  g_clear_pointer (&fixture->url, g_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

static gboolean
has_title (Device *device, const char *task, const char *expected)
{
  g_autofree char *title = baton_sync_test_dup (device->database, task, "title");

  return g_strcmp0 (title, expected) == 0;
}

static gboolean
has_notes (Device *device, const char *task, const char *expected)
{
  g_autofree char *notes = baton_sync_test_dup (device->database, task, "description");

  return g_strcmp0 (notes, expected) == 0;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : 1;
}

/* The time is told, not judged: a test's machine may be busy */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  gint64 times[40];

  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *title = g_strdup_printf ("Call Ada %u", i);
      gint64 start;

      baton_sync_test_set (fixture->laptop.database, task, "title", title);
      start = g_get_monotonic_time ();
      baton_engine_poke (fixture->laptop.engine);
      while (!has_title (&fixture->phone, task, title))
        {
          g_main_context_iteration (NULL, FALSE);
          g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
        }
      times[i] = g_get_monotonic_time () - start;
    }
  qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare_times);
  g_test_message ("from device to device: median %.1f ms, slowest %.1f ms",
                  (double) times[G_N_ELEMENTS (times) / 2] / 1000,
                  (double) times[G_N_ELEMENTS (times) - 1] / 1000);
}

/* The server is killed while edits are made on both sides, and comes back */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 40; i++)
    {
      Device *device = i % 2 == 0 ? &fixture->laptop : &fixture->phone;

      if (i == 20)
        kill_server (fixture);
      g_ptr_array_add (tasks, baton_sync_test_add_task (device->database, "Call Ada"));
      baton_engine_poke (device->engine);
      g_main_context_iteration (NULL, FALSE);
    }
  BATON_TEST_WAIT (baton_engine_get_state (fixture->laptop.engine) == BATON_ENGINE_OFFLINE);
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->laptop.database), >, 0);
  restart_server (fixture);
  baton_engine_sync (fixture->laptop.engine);
  baton_engine_sync (fixture->phone.engine);
  for (guint i = 0; i < tasks->len; i++)
    {
      BATON_TEST_WAIT (has_title (&fixture->laptop, g_ptr_array_index (tasks, i), "Call Ada"));
      BATON_TEST_WAIT (has_title (&fixture->phone, g_ptr_array_index (tasks, i), "Call Ada"));
    }
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->laptop.database) == 0);
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->phone.database) == 0);
}

/* Both devices change one task while they cannot reach the server */
static void
test_both (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");

  baton_sync_test_set (fixture->laptop.database, task, "description", "one\ntwo\nthree\n");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->laptop.database) == 0);
  BATON_TEST_WAIT (baton_engine_get_state (fixture->phone.engine) == BATON_ENGINE_SYNCED);
  kill_server (fixture);
  baton_sync_test_set (fixture->laptop.database, task, "description",
                       "one, from the laptop\ntwo\nthree\n");
  baton_sync_test_set (fixture->phone.database, task, "description",
                       "one\ntwo\nthree, from the phone\n");
  baton_sync_test_set (fixture->phone.database, task, "priority", "urgent");
  restart_server (fixture);
  baton_engine_sync (fixture->laptop.engine);
  baton_engine_sync (fixture->phone.engine);
  for (guint i = 0; i < 2; i++)
    {
      Device *device = i == 0 ? &fixture->laptop : &fixture->phone;
      g_autofree char *priority = NULL;

      BATON_TEST_WAIT (baton_sync_test_count_waiting (device->database) == 0);
      BATON_TEST_WAIT (
          has_notes (device, task, "one, from the laptop\ntwo\nthree, from the phone\n"));
      priority = baton_sync_test_dup (device->database, task, "priority");
      g_assert_cmpstr (priority, ==, "urgent");
    }
}

static guint
count_tasks (Device *device)
{
  g_autoptr (GPtrArray) tasks = baton_database_get_all (device->database, BATON_ENTITY_TASK, NULL);

  g_assert_nonnull (tasks);
  return tasks->len;
}

static gboolean
is_alike (Fixture *fixture, const char *task)
{
  g_autoptr (BatonRecord)
      laptop = baton_database_get (fixture->laptop.database, BATON_ENTITY_TASK, task, NULL);
  g_autoptr (BatonRecord)
      phone = baton_database_get (fixture->phone.database, BATON_ENTITY_TASK, task, NULL);

  return laptop != NULL && phone != NULL && baton_record_equal (laptop, phone);
}

static guint
count_conflicts (Device *device)
{
  g_autoptr (GPtrArray) conflicts = baton_database_get_conflicts (device->database, NULL);

  return conflicts->len;
}

/* Both complete one repeating task while they cannot reach the server; one goes on with what comes next. */
static void
test_repeating (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->laptop.database, "Water the plants");
  g_autofree char *next = baton_uuid_from_name (task, "2");

  baton_sync_test_set (fixture->laptop.database, task, "due", "2099-01-31");
  baton_sync_test_set (fixture->laptop.database, task, "recurrence", "FREQ=MONTHLY");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->laptop.database) == 0);
  BATON_TEST_WAIT (is_alike (fixture, task));
  BATON_TEST_WAIT (baton_engine_get_state (fixture->phone.engine) == BATON_ENGINE_SYNCED);
  kill_server (fixture);
  baton_sync_test_set (fixture->laptop.database, task, "status", "done");
  baton_sync_test_set (fixture->laptop.database, next, "title", "Water the cactus");
  baton_sync_test_set (fixture->phone.database, task, "status", "done");
  restart_server (fixture);
  baton_engine_sync (fixture->laptop.engine);
  baton_engine_sync (fixture->phone.engine);
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->laptop.database) == 0);
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->phone.database) == 0);
  BATON_TEST_WAIT (is_alike (fixture, task) && is_alike (fixture, next));
  BATON_TEST_WAIT (has_title (&fixture->phone, next, "Water the cactus"));
  for (guint i = 0; i < 2; i++)
    {
      Device *device = i == 0 ? &fixture->laptop : &fixture->phone;
      g_autofree char *due = baton_sync_test_dup (device->database, next, "due");

      g_assert_cmpstr (due, ==, "2099-03-31");
      g_assert_cmpuint (count_tasks (device), ==, 2);
      g_assert_cmpuint (count_conflicts (device), ==, 0);
      g_assert_cmpuint (baton_sync_test_count_refused (device->database), ==, 0);
    }
}

static void
add (const char *path, void (*func) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  g_test_message ("The keyring is in %s", keyring);
  add ("/sync/real-server/a-change-here-is-there", test_live);
  add ("/sync/real-server/a-killed-server-loses-nothing", test_killed);
  add ("/sync/real-server/both-halves-of-the-notes-are-kept", test_both);
  add ("/sync/real-server/done-on-two-devices-comes-again-once", test_repeating);
  return g_test_run ();
}
