/* bench-task-list.c: a list of many tasks: how soon it is there, what it holds the main loop for, what it weighs
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BATON_BENCH_TASKS says how many (100,000).
 */
#include <malloc.h>

#include "../store/store-fixture.h"

#define ROWS   200
#define ROUNDS 5

typedef struct
{
  gint64 longest; /* µs that one iteration of the main loop took */
  gint64 started;
  gint64 told; /* when items-changed came; 0: not yet */
} Watch;

static void
told_cb (GListModel *model, guint position, guint removed, guint added, Watch *watch)
{
  watch->told = g_get_monotonic_time ();
}

static void
watch_until_told (Watch *watch)
{
  watch->longest = 0;
  watch->told = 0;
  watch->started = g_get_monotonic_time ();
  while (watch->told == 0)
    {
      gint64 before = g_get_monotonic_time ();

      g_main_context_iteration (NULL, FALSE);
      watch->longest = MAX (watch->longest, g_get_monotonic_time () - before);
      g_usleep (50);
    }
}

static void
print_watch (const char *what, const Watch *watch)
{
  g_print ("%-44s %8.1f ms; longest in the main loop %6.2f ms\n", what,
           (double) (watch->told - watch->started) / 1000, (double) watch->longest / 1000);
}

static gsize
get_heap (void)
{
  return mallinfo2 ().uordblks;
}

static BatonTaskList *
bench_query (StoreFixture *fixture, Watch *watch)
{
  BatonTaskList *list = baton_task_list_new (fixture->store);
  gsize before = get_heap ();

  g_signal_connect (list, "items-changed", G_CALLBACK (told_cb), watch);
  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_INBOX));
  watch_until_told (watch);
  print_watch ("set_query to items-changed", watch);
  g_print ("%-44s %8.1f bytes a task\n", "heap of the list",
           (double) (get_heap () - before) / g_list_model_get_n_items (G_LIST_MODEL (list)));
  return list;
}

static void
bench_rows (BatonTaskList *list)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  gsize heap = get_heap ();
  gint64 before = g_get_monotonic_time ();

  for (guint i = 0; i < ROWS; i++)
    g_ptr_array_add (rows, g_list_model_get_item (G_LIST_MODEL (list), i));
  g_print ("%-44s %8.1f ms; %.0f bytes a row\n", "200 rows asked for",
           (double) (g_get_monotonic_time () - before) / 1000,
           (double) (get_heap () - heap) / ROWS);
}

static void
bench_complete (StoreFixture *fixture, const char *id, Watch *watch)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  g_ptr_array_add (edits, store_fixture_set_text (id, "status", "done"));
  baton_store_apply_async (fixture->store, edits, "Complete", NULL, NULL, NULL);
  watch_until_told (watch);
  print_watch ("complete a task to items-changed", watch);
}

int
main (int argc, char *argv[])
{
  const char *text = g_getenv ("BATON_BENCH_TASKS");
  guint n = text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : 100000;
  StoreFixture fixture = { 0 };
  Watch watch = { 0 };
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (BatonTaskList) list = NULL;
  gint64 before;

  store_fixture_set_up (&fixture, NULL);
  before = g_get_monotonic_time ();
  ids = store_fixture_add_tasks (&fixture, n);
  g_print ("%-44s %8.1f ms\n", "added in one step",
           (double) (g_get_monotonic_time () - before) / 1000);
  list = bench_query (&fixture, &watch);
  bench_rows (list);
  for (guint i = 0; i < ROUNDS; i++)
    bench_complete (&fixture, g_ptr_array_index (ids, (i + 1) * n / (ROUNDS + 1)), &watch);
  g_signal_handlers_disconnect_by_data (list, &watch);
  g_clear_object (&list);
  store_fixture_tear_down (&fixture, NULL);
  return 0;
}
