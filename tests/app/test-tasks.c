/* test-tasks.c: what is done to tasks in the window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

#include "../../src/app/baton-names.h"
#include "../../src/app/baton-project-dialog.h"
#include "../../src/app/baton-task-row.h"

static char *
dup_id (AppFixture *fixture, const char *title)
{
  g_autoptr (BatonTask) task = app_fixture_find (fixture, title);

  g_assert_nonnull (task);
  return g_strdup (baton_task_get_id (task));
}

static void
test_quick_add_makes_a_task (AppFixture *fixture, gconstpointer data)
{
  BatonQuickEntry *entry = baton_task_view_get_entry (fixture->window->task_view);
  g_autoptr (BatonTask) task = NULL;
  g_auto (GStrv) tags = NULL;

  app_fixture_add (fixture, "Pay rent 2027-03-01 9am #home !high");
  task = app_fixture_find (fixture, "Pay rent");
  g_assert_nonnull (task);
  g_assert_cmpstr (baton_task_get_text (task, "due"), ==, "2027-03-01T09:00");
  g_assert_cmpstr (baton_task_get_text (task, "priority"), ==, "high");
  tags = baton_record_dup_set (baton_task_get_record (task), "tags");
  g_assert_cmpstr (tags[0], ==, "home");
  g_assert_null (tags[1]);
  g_assert_cmpstr (baton_quick_entry_get_text (entry), ==, "");
}

typedef struct
{
  AppFixture *fixture;
  guint rows;
  guint most; /* rows made at once */
} RowMeter;

static void
rows_changed_cb (RowMeter *meter)
{
  guint rows = app_fixture_count (GTK_WIDGET (meter->fixture->window->task_view),
                                  BATON_TYPE_TASK_ROW);

  meter->most = MAX (meter->most, rows - MIN (rows, meter->rows));
  meter->rows = rows;
}

static void
add_many (AppFixture *fixture, guint n_tasks)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = 0; i < n_tasks; i++)
    {
      g_autofree char *id = g_strdup_printf ("0190a000-0000-7000-8000-%012x", i);
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

      baton_edit_set_text (edit, "title", "One of many");
      g_ptr_array_add (edits, edit);
    }
  baton_window_apply (fixture->window, edits, "New Tasks", NULL);
}

static void
test_many_rows_come_frame_by_frame (AppFixture *fixture, gconstpointer data)
{
  const guint n_tasks = 500;
  GListModel *tasks = app_fixture_get_tasks (fixture);
  RowMeter meter = { .fixture = fixture };

  g_signal_connect_swapped (tasks, "items-changed", G_CALLBACK (rows_changed_cb), &meter);
  for (guint turn = 0; turn < 2; turn++)
    {
      meter.rows = meter.most = 0;
      if (turn == 0)
        add_many (fixture, n_tasks);
      else
        app_fixture_activate (fixture, "win.view", "s", "inbox");
      BATON_TEST_WAIT (g_list_model_get_n_items (tasks) == n_tasks);
      g_assert_cmpuint (meter.most, >, 0);
      g_assert_cmpuint (meter.most, <=, 75);
      app_fixture_activate (fixture, "win.view", "s", "trash");
      BATON_TEST_WAIT (g_list_model_get_n_items (tasks) == 0);
    }
  g_signal_handlers_disconnect_by_data (tasks, &meter);
}

static void
test_today_adds_for_today (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (BatonTask) task = NULL;

  app_fixture_activate (fixture, "win.view", "s", "today");
  app_fixture_add (fixture, "Water the plants");
  task = app_fixture_find (fixture, "Water the plants");
  g_assert_cmpstr (baton_task_get_text (task, "due"), ==, today);
}

static void
test_completed_goes_and_comes_back_with_undo (AppFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  app_fixture_add (fixture, "Call Ada");
  id = dup_id (fixture, "Call Ada");
  app_fixture_activate (fixture, "win.set-done", "(sb)", id, TRUE);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Call Ada"));
  app_fixture_activate (fixture, "win.view", "s", "logbook");
  BATON_TEST_WAIT (app_fixture_has (fixture, "Call Ada"));
  app_fixture_activate (fixture, "win.view", "s", "inbox");
  BATON_TEST_WAIT (app_fixture_is_enabled (fixture, "undo"));
  app_fixture_activate (fixture, "win.undo", NULL);
  BATON_TEST_WAIT (app_fixture_has (fixture, "Call Ada"));
  BATON_TEST_WAIT (app_fixture_is_enabled (fixture, "redo"));
  app_fixture_activate (fixture, "win.redo", NULL);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Call Ada"));
}

static void
test_deleted_is_in_the_trash_and_restored (AppFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  app_fixture_add (fixture, "Old plan");
  id = dup_id (fixture, "Old plan");
  app_fixture_activate (fixture, "win.show-task", "s", id);
  g_assert_true (app_fixture_is_enabled (fixture, "delete-task"));
  g_assert_false (app_fixture_is_enabled (fixture, "restore-task"));
  app_fixture_activate (fixture, "win.delete-task", NULL);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Old plan"));

  app_fixture_activate (fixture, "win.view", "s", "trash");
  BATON_TEST_WAIT (app_fixture_has (fixture, "Old plan"));
  app_fixture_activate (fixture, "win.show-task", "s", id);
  BATON_TEST_WAIT (app_fixture_is_enabled (fixture, "restore-task"));
  app_fixture_activate (fixture, "win.restore-task", NULL);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Old plan"));
  app_fixture_activate (fixture, "win.view", "s", "inbox");
  BATON_TEST_WAIT (app_fixture_has (fixture, "Old plan"));
}

static void
test_search_finds_as_typed (AppFixture *fixture, gconstpointer data)
{
  GtkEditable *search = GTK_EDITABLE (fixture->window->search_entry);

  app_fixture_add (fixture, "Buy milk");
  app_fixture_add (fixture, "Write the report");
  app_fixture_activate (fixture, "win.search", NULL);
  g_assert_true (gtk_search_bar_get_search_mode (fixture->window->search_bar));
  gtk_editable_set_text (search, "rep");
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Buy milk") &&
                   app_fixture_has (fixture, "Write the report"));
  gtk_editable_set_text (search, "nothing has this");
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Write the report"));
  gtk_search_bar_set_search_mode (fixture->window->search_bar, FALSE);
  BATON_TEST_WAIT (app_fixture_has (fixture, "Buy milk") &&
                   app_fixture_has (fixture, "Write the report"));
}

static void
test_project_is_made_used_and_deleted (AppFixture *fixture, gconstpointer data)
{
  BatonWindow *window = fixture->window;
  g_autofree char *view = NULL;
  BatonQuickEntry *entry = baton_task_view_get_entry (window->task_view);
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  const char *id = "0190a000-0000-7000-8000-000000000001";
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, id);

  baton_edit_set_text (edit, "name", "Household");
  g_ptr_array_add (edits, edit);
  baton_window_apply (window, edits, "New Project", NULL);
  BATON_TEST_WAIT (baton_project_list_lookup (window->projects, id) != NULL);
  view = baton_view_to_text (BATON_VIEW_PROJECT, id);
  app_fixture_activate (fixture, "win.view", "s", view);
  BATON_TEST_WAIT (g_strcmp0 (adw_navigation_page_get_title (window->content_page), "Household") ==
                   0);
  app_fixture_add (fixture, "Fix the tap");
  g_assert_true (app_fixture_has (fixture, "Fix the tap"));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window->project_button)));
  g_assert_nonnull (entry);

  app_fixture_activate (fixture, "win.delete-project", "s", id);
  BATON_TEST_WAIT (baton_project_list_lookup (window->projects, id) == NULL);
  g_assert_cmpint (window->view, ==, BATON_VIEW_INBOX);
  app_fixture_activate (fixture, "win.undo", NULL);
  BATON_TEST_WAIT (baton_project_list_lookup (window->projects, id) != NULL);
}

static void
test_keys_complete_open_and_delete (AppFixture *fixture, gconstpointer data)
{
  BatonTaskView *view = fixture->window->task_view;

  app_fixture_add (fixture, "First");
  app_fixture_add (fixture, "Second");
  g_autofree char *first = dup_id (fixture, "First");

  baton_task_view_select (view, first);
  BATON_TEST_WAIT (baton_task_view_get_selected (view) != NULL);
  app_fixture_activate (fixture, "win.edit-task", NULL);
  g_assert_true (adw_overlay_split_view_get_show_sidebar (fixture->window->details_split));
  app_fixture_activate (fixture, "win.close-details", NULL);
  g_assert_false (adw_overlay_split_view_get_show_sidebar (fixture->window->details_split));
  app_fixture_activate (fixture, "win.toggle-done", NULL);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "First"));
  g_assert_true (app_fixture_has (fixture, "Second"));
}

static gboolean
is_selected (AppFixture *fixture, const char *title)
{
  BatonTask *task = baton_task_view_get_selected (fixture->window->task_view);

  return task != NULL && g_strcmp0 (baton_task_get_text (task, "title"), title) == 0;
}

static gboolean
focus_list (AppFixture *fixture)
{
  GtkWidget *focus;

  baton_task_view_focus_list (fixture->window->task_view);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  return focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_VIEW) != NULL;
}

static void
test_next_is_selected_when_one_goes (AppFixture *fixture, gconstpointer data)
{
  BatonTaskView *view = fixture->window->task_view;
  g_autofree char *id = NULL;

  app_fixture_add (fixture, "First");
  app_fixture_add (fixture, "Second");
  app_fixture_add (fixture, "Third");
  id = dup_id (fixture, "Second");
  baton_task_view_select (view, id);
  BATON_TEST_WAIT (is_selected (fixture, "Second"));
  /* Rows can be focused once they are laid out. */
  BATON_TEST_WAIT (focus_list (fixture));
  app_fixture_activate (fixture, "win.toggle-done", NULL);
  BATON_TEST_WAIT (is_selected (fixture, "Third"));
  BATON_TEST_WAIT (focus_list (fixture));
  app_fixture_activate (fixture, "win.delete-task", NULL);
  BATON_TEST_WAIT (is_selected (fixture, "First"));
}

static void
test_row_is_said_in_words (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *row;
  g_autofree char *summary = NULL;

  app_fixture_add (fixture, "Pay rent tomorrow 9am #home !urgent");
  BATON_TEST_WAIT ((row = app_fixture_find_child (GTK_WIDGET (fixture->window->task_view),
                                                  g_type_from_name ("BatonTaskRow"))) != NULL);
  g_object_get (row, "summary", &summary, NULL);
  g_assert_cmpstr (summary, ==, "Pay rent, due: Tomorrow 09:00, urgent, home");
}

static void
test_completing_from_a_notification_can_be_tried_again (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;
  GActionGroup *actions = G_ACTION_GROUP (fixture->application);

  app_fixture_add (fixture, "Ring");
  task = app_fixture_find (fixture, "Ring");
  app_fixture_set_broken (fixture, TRUE);
  g_action_group_activate_action (actions, "complete",
                                  g_variant_new_string (baton_task_get_id (task)));
  g_action_group_activate_action (actions, "snooze",
                                  g_variant_new_string (baton_task_get_id (task)));
  app_fixture_set_broken (fixture, FALSE);
  g_assert_false (baton_task_get_is_done (task));
  g_action_group_activate_action (actions, "complete",
                                  g_variant_new_string (baton_task_get_id (task)));
  BATON_TEST_WAIT (baton_task_get_is_done (task));
}

#define add(name, function) \
  g_test_add ("/tasks/" name, AppFixture, NULL, app_fixture_set_up, function, app_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("quick-add-makes-a-task", test_quick_add_makes_a_task);
  add ("many-rows-come-frame-by-frame", test_many_rows_come_frame_by_frame);
  add ("today-adds-for-today", test_today_adds_for_today);
  add ("completed-goes-and-comes-back-with-undo", test_completed_goes_and_comes_back_with_undo);
  add ("deleted-is-in-the-trash-and-restored", test_deleted_is_in_the_trash_and_restored);
  add ("search-finds-as-typed", test_search_finds_as_typed);
  add ("project-is-made-used-and-deleted", test_project_is_made_used_and_deleted);
  add ("actions-complete-open-and-close", test_keys_complete_open_and_delete);
  add ("next-is-selected-when-one-goes", test_next_is_selected_when_one_goes);
  add ("row-is-said-in-words", test_row_is_said_in_words);
  add ("completing-from-a-notification-can-be-tried-again",
       test_completing_from_a_notification_can_be_tried_again);
  return g_test_run ();
}
