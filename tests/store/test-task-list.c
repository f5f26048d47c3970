/* test-task-list.c: lists hold keys, tell the least, and keep what they showed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-store-private.h"
#include "store-fixture.h"

#define MANY 100000

static void
log_cb (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static GString *
watch (BatonTaskList *list)
{
  GString *log = g_string_new (NULL);

  g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
  return log;
}

static char *
dup_title_at (BatonTaskList *list, guint position)
{
  g_autoptr (BatonTask) task = g_list_model_get_item (G_LIST_MODEL (list), position);

  return g_strdup (baton_task_get_text (task, "title"));
}

static void
test_many_tasks_make_only_what_is_asked_for (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, MANY);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  GListModel *model = G_LIST_MODEL (list);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY);
  g_assert_cmpuint (baton_store_count_living (fixture->store), ==, 0);
  {
    g_autoptr (BatonTask) first = g_list_model_get_item (model, 0);
    g_autoptr (BatonTask) last = g_list_model_get_item (model, MANY - 1);
    g_autoptr (BatonTask) again = g_list_model_get_item (model, 0);

    g_assert_true (first == again);
    g_assert_cmpstr (baton_task_get_text (first, "title"), ==, "Task 0");
    g_assert_cmpstr (baton_task_get_text (last, "title"), ==, "Task 99999");
    g_assert_cmpuint (baton_store_count_living (fixture->store), ==, 2);
  }
  g_assert_cmpint (baton_task_list_find (list, g_ptr_array_index (ids, 54321)), ==, 54321);
  g_assert_cmpuint (baton_store_count_living (fixture->store), ==, 0);
}

static void
test_scrolling_leaves_no_task_behind (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 500);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 500; i++)
    {
      BatonTask *task = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_ptr_array_add (rows, task);
      if (rows->len > 20)
        g_ptr_array_remove_index (rows, 0);
      g_assert_cmpuint (baton_store_count_living (fixture->store), ==, rows->len);
    }
  g_ptr_array_set_size (rows, 0);
  g_assert_cmpuint (baton_store_count_living (fixture->store), ==, 0);
}

static void
test_one_completed_task_is_one_removal (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 100);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  GString *log = watch (list);

  store_fixture_apply (fixture,
                       store_fixture_set_text (g_ptr_array_index (ids, 40), "status", "done"));
  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 99);
  g_assert_cmpstr (log->str, ==, "40-1+0 ");
  g_assert_cmpint (baton_task_list_find (list, g_ptr_array_index (ids, 40)), ==, -1);
  g_clear_object (&list);
  g_string_free (log, TRUE);
}

static void
test_a_moved_task_leaves_the_others_alone (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 100);
  g_autoptr (BatonTaskList) list = baton_task_list_new (fixture->store);
  BatonQuery *query = baton_query_new (BATON_VIEW_INBOX);
  GString *log;

  query->sort = BATON_SORT_TITLE;
  baton_task_list_set_query (list, query);
  BATON_TEST_WAIT (!baton_task_list_get_loading (list));
  log = watch (list);
  store_fixture_apply (fixture,
                       store_fixture_set_text (g_ptr_array_index (ids, 50), "title", "AAA"));
  BATON_TEST_WAIT (log->len > 0);
  g_assert_cmpint (baton_task_list_find (list, g_ptr_array_index (ids, 50)), ==, 0);
  g_assert_true (g_str_has_suffix (log->str, "-1+0 0-0+1 "));
  g_clear_object (&list);
  g_string_free (log, TRUE);
}

static void
test_an_edit_that_moves_nothing_is_not_told (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 10);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  GString *log = watch (list);

  store_fixture_apply (fixture,
                       store_fixture_set_text (g_ptr_array_index (ids, 4), "title", "Other"));
  store_fixture_apply (fixture, store_fixture_new_task ("The last", NULL));
  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 11);
  g_assert_cmpstr (log->str, ==, "10-0+1 ");
  g_clear_object (&list);
  g_string_free (log, TRUE);
}

static void
test_an_edit_elsewhere_shows_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  g_autofree char *title = NULL;

  store_fixture_apply_elsewhere (fixture->folder, store_fixture_new_task ("From there", NULL));
  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 1);
  title = dup_title_at (list, 0);
  g_assert_cmpstr (title, ==, "From there");
}

static void
test_only_the_last_query_is_shown (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 50);
  g_autoptr (BatonTaskList) list = baton_task_list_new (fixture->store);
  GString *log = watch (list);

  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_INBOX));
  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_ALL));
  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_LOGBOOK));
  BATON_TEST_WAIT (!baton_task_list_get_loading (list));
  g_assert_cmpint (baton_task_list_get_query (list)->view, ==, BATON_VIEW_LOGBOOK);
  g_assert_cmpstr (log->str, ==, "");
  g_clear_object (&list);
  g_string_free (log, TRUE);
}

static void
look_cb (GListModel *model, guint position, guint removed, guint added, guint *seen)
{
  guint n = g_list_model_get_n_items (model);

  g_assert_cmpuint (position + added, <=, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BatonTask) task = g_list_model_get_item (model, i);

      g_assert_cmpstr (baton_task_get_id (task), !=, "");
    }
  (*seen)++;
}

static void
test_the_list_is_whole_at_each_step (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 30);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  g_autoptr (BatonDatabase) elsewhere = baton_database_open (fixture->folder, NULL);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  guint seen = 0;

  g_signal_connect (list, "items-changed", G_CALLBACK (look_cb), &seen);
  for (guint i = 0; i < 30; i += 7)
    g_ptr_array_add (edits, store_fixture_set_text (g_ptr_array_index (ids, i), "status", "done"));
  g_ptr_array_add (edits, store_fixture_new_task ("The last", NULL));
  g_assert_true (baton_database_apply (elsewhere, edits, "Complete", NULL));
  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 26);
  g_assert_cmpuint (seen, ==, 6);
}

static void
test_a_failed_query_keeps_the_list (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = store_fixture_add_tasks (fixture, 10);
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  g_autofree char *error = NULL;
  BatonQuery *query = baton_query_new (BATON_VIEW_PROJECT);

  query->project = NULL;
  query->view = (BatonView) 999;
  baton_task_list_set_query (list, query);
  BATON_TEST_WAIT (!baton_task_list_get_loading (list));
  g_object_get (list, "error", &error, NULL);
  g_assert_nonnull (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 10);
  g_clear_pointer (&error, g_free);
  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_LOGBOOK));
  BATON_TEST_WAIT (!baton_task_list_get_loading (list));
  g_object_get (list, "error", &error, NULL);
  g_assert_null (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
}

static void
test_a_list_may_go_while_it_asks (StoreFixture *fixture, gconstpointer data)
{
  BatonTaskList *list = baton_task_list_new (fixture->store);

  g_object_add_weak_pointer (G_OBJECT (list), (gpointer *) &list);
  baton_task_list_set_query (list, baton_query_new (BATON_VIEW_INBOX));
  g_object_unref (list);
  BATON_TEST_WAIT (list == NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/store/task-list/many-tasks-make-only-what-is-asked-for",
              test_many_tasks_make_only_what_is_asked_for);
  STORE_TEST ("/store/task-list/scrolling-leaves-no-task-behind",
              test_scrolling_leaves_no_task_behind);
  STORE_TEST ("/store/task-list/one-completed-task-is-one-removal",
              test_one_completed_task_is_one_removal);
  STORE_TEST ("/store/task-list/a-moved-task-leaves-the-others-alone",
              test_a_moved_task_leaves_the_others_alone);
  STORE_TEST ("/store/task-list/an-edit-that-moves-nothing-is-not-told",
              test_an_edit_that_moves_nothing_is_not_told);
  STORE_TEST ("/store/task-list/an-edit-elsewhere-shows-up", test_an_edit_elsewhere_shows_up);
  STORE_TEST ("/store/task-list/only-the-last-query-is-shown", test_only_the_last_query_is_shown);
  STORE_TEST ("/store/task-list/the-list-is-whole-at-each-step",
              test_the_list_is_whole_at_each_step);
  STORE_TEST ("/store/task-list/a-failed-query-keeps-the-list", test_a_failed_query_keeps_the_list);
  STORE_TEST ("/store/task-list/a-list-may-go-while-it-asks", test_a_list_may_go_while_it_asks);
  return g_test_run ();
}
