/* test-convergence.c: devices that have exchanged all their edits hold the same state
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Devices edit by chance, and exchange over a network that loses, repeats and delays; now and then a process is ended and started again. When the network is
 * well again and each has had its turn, all are alike, nothing waits, and the server took each edit once.
 */
#include "../support/baton-sync-test.h"

#define N_DEVICES 3
#define N_STEPS   150

typedef struct
{
  GRand *random;
  char *folder;
  BatonFakeServer *server;
  BatonFakeRemote *remote;
  BatonDatabase *devices[N_DEVICES];
  GPtrArray *tasks;
  gint64 now;
  gint64 skews[N_DEVICES];
} World;

typedef struct
{
  World *world;
  guint device;
} Clock;

static gint64
now_cb (gpointer data)
{
  Clock *clock = data;

  return clock->world->now + clock->world->skews[clock->device];
}

static void
open_device (World *world, Clock *clocks, guint i)
{
  g_autofree char *name = g_strdup_printf ("device-%u", i);

  world->devices[i] = baton_sync_test_open (world->folder, name);
  baton_database_set_now (world->devices[i], now_cb, &clocks[i]);
}

static const char *
pick (GRand *random, const char *const *choices, guint n)
{
  return choices[g_rand_int_range (random, 0, (gint32) n)];
}

static char *
make_id (World *world)
{
  guint8 bytes[10];

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = (guint8) g_rand_int_range (world->random, 0, 256);
  return baton_uuid_new_from (world->now, bytes);
}

static void
set_something (World *world, BatonEdit *edit)
{
  static const char *const titles[] = { "Call Ada", "Call Charles", "Buy milk", "Write it down" };
  static const char *const priorities[] = { "low", "medium", "high", "urgent" };
  static const char *const statuses[] = { "todo", "in_progress", "done" };
  static const char *const notes[] = { "one\ntwo\nthree\n", "one\n2\nthree\n",
                                       "one\ntwo\nthree\nfour\n", "" };
  static const char *const tags[] = { "home", "work", "errands" };

  switch (g_rand_int_range (world->random, 0, 6))
    {
    case 0:
      baton_edit_set_text (edit, "title", pick (world->random, titles, G_N_ELEMENTS (titles)));
      break;
    case 1:
      baton_edit_set_text (edit, "priority",
                           pick (world->random, priorities, G_N_ELEMENTS (priorities)));
      break;
    case 2:
      baton_edit_set_text (edit, "status", pick (world->random, statuses, G_N_ELEMENTS (statuses)));
      break;
    case 3:
      baton_edit_set_text (edit, "description", pick (world->random, notes, G_N_ELEMENTS (notes)));
      break;
    case 4:
      baton_edit_set_element (edit, "tags", pick (world->random, tags, G_N_ELEMENTS (tags)),
                              g_rand_boolean (world->random));
      break;
    default:
      baton_edit_set_bool (edit, "deleted", g_rand_int_range (world->random, 0, 3) == 0);
    }
}

static void
edit_something (World *world, BatonDatabase *device)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (BatonRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  const char *task = NULL;
  BatonEdit *edit;

  if (world->tasks->len > 0 && g_rand_int_range (world->random, 0, 4) > 0)
    task = g_ptr_array_index (world->tasks,
                              g_rand_int_range (world->random, 0, (gint32) world->tasks->len));
  if (task != NULL)
    record = baton_database_get (device, BATON_ENTITY_TASK, task, &error);
  g_assert_no_error (error);
  if (record == NULL)
    {
      g_ptr_array_add (world->tasks, make_id (world));
      task = g_ptr_array_index (world->tasks, world->tasks->len - 1);
    }
  edit = baton_edit_new (BATON_ENTITY_TASK, task);
  if (record == NULL)
    baton_edit_set_text (edit, "title", "New");
  else
    set_something (world, edit);
  g_ptr_array_add (edits, edit);
  baton_database_apply (device, edits, "Test", &error);
  g_assert_no_error (error);
}

static void
step (World *world, Clock *clocks)
{
  guint i = (guint) g_rand_int_range (world->random, 0, N_DEVICES);

  world->now += g_rand_int_range (world->random, 0, 60 * 1000);
  baton_fake_server_set_now (world->server, world->now);
  switch (g_rand_int_range (world->random, 0, 8))
    {
    case 0:
    case 1:
      baton_sync_run (world->devices[i], BATON_REMOTE (world->remote), NULL, NULL, NULL, NULL);
      break;
    case 2:
      baton_database_close (world->devices[i]);
      open_device (world, clocks, i);
      break;
    default:
      edit_something (world, world->devices[i]);
    }
}

static void
check_alike (World *world)
{
  for (guint n = 0; n < world->tasks->len; n++)
    {
      const char *task = g_ptr_array_index (world->tasks, n);
      const BatonRecord *there = baton_fake_server_get (world->server, BATON_ENTITY_TASK, task);

      g_assert_nonnull (there);
      for (guint i = 0; i < N_DEVICES; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (BatonRecord)
              here = baton_database_get (world->devices[i], BATON_ENTITY_TASK, task, &error);

          g_assert_no_error (error);
          g_assert_nonnull (here);
          if (!baton_record_equal (here, there))
            {
              g_autofree char *ours = baton_record_dup_clocks (here);
              g_autofree char *theirs = baton_record_dup_clocks (there);

              g_test_message ("device %u, task %s\n%s\n%s", i, task, ours, theirs);
            }
          g_assert_true (baton_record_equal (here, there));
        }
    }
}

static void
play (guint32 seed, const gint64 *skews, guint faults_one_in)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (BatonFakeServer) server = baton_fake_server_new (BATON_FAKE_USER, seed);
  g_autoptr (BatonFakeRemote) remote = baton_fake_remote_new (server);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_free);
  World world = { .random = random,
                  .folder = folder,
                  .server = server,
                  .remote = remote,
                  .tasks = tasks };
  Clock clocks[N_DEVICES];

  world.now = G_GINT64_CONSTANT (1795132800000);
  for (guint i = 0; i < N_DEVICES; i++)
    {
      clocks[i] = (Clock) { &world, i };
      world.skews[i] = skews[i];
      open_device (&world, clocks, i);
      baton_sync_test_sign_in (world.devices[i]);
    }
  baton_fake_remote_set_chance (remote, random, faults_one_in);
  baton_fake_remote_set_limit (remote, 7);
  for (guint n = 0; n < N_STEPS; n++)
    step (&world, clocks);
  baton_fake_remote_set_chance (remote, NULL, 0);
  for (guint i = 0; i < 2 * N_DEVICES; i++)
    baton_sync_test_run (world.devices[i % N_DEVICES], remote);
  check_alike (&world);
  for (guint i = 0; i < N_DEVICES; i++)
    {
      g_assert_cmpuint (baton_sync_test_count_waiting (world.devices[i]), ==, 0);
      baton_database_close (world.devices[i]);
    }
}

static void
test_faults (void)
{
  static const gint64 skews[N_DEVICES] = { 0, 0, 0 };
  guint32 seed = baton_test_get_seed ();

  for (guint i = 0; i < 6; i++)
    play (seed + i, skews, 2);
}

static void
test_skews (void)
{
  static const gint64 skews[N_DEVICES] = { 0, G_GINT64_CONSTANT (365) * 24 * 3600 * 1000,
                                           G_GINT64_CONSTANT (-30) * 24 * 3600 * 1000 };
  guint32 seed = baton_test_get_seed ();

  for (guint i = 0; i < 6; i++)
    play (seed + i, skews, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/convergence/whatever-the-network-does", test_faults);
  g_test_add_func ("/sync/convergence/whatever-the-clocks-say", test_skews);
  return g_test_run ();
}
