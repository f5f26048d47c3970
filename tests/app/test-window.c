/* test-window.c: the window remembers, and says what everything is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

static void
test_view_is_there_at_the_next_start (AppFixture *fixture, gconstpointer data)
{
  app_fixture_activate (fixture, "win.view", "s", "today");
  app_fixture_restart (fixture);
  g_assert_cmpint (fixture->window->view, ==, BATON_VIEW_TODAY);
}

static void
test_starts_with_the_cursor_in_the_line (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (
      focus, GTK_WIDGET (baton_task_view_get_entry (fixture->window->task_view))));
}

static void
test_view_that_is_none_changes_nothing (AppFixture *fixture, gconstpointer data)
{
  app_fixture_activate (fixture, "win.view", "s", "nonsense");
  app_fixture_activate (fixture, "win.view", "s", "project:none");
  app_fixture_activate (fixture, "win.show-task", "s", "none");
  g_assert_cmpint (fixture->window->view, ==, BATON_VIEW_INBOX);
}

static void
test_empty_list_says_so (AppFixture *fixture, gconstpointer data)
{
  static const char *const views[] = { "inbox", "today", "all", "logbook", "trash" };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      GtkWidget *status;

      app_fixture_activate (fixture, "win.view", "s", views[i]);
      BATON_TEST_WAIT (
          !baton_task_list_get_loading (baton_task_view_get_list (fixture->window->task_view)));
      status = app_fixture_find_child (GTK_WIDGET (fixture->window->task_view),
                                       ADW_TYPE_STATUS_PAGE);
      g_assert_true (gtk_widget_get_child_visible (status));
      g_assert_cmpstr (adw_status_page_get_title (ADW_STATUS_PAGE (status)), !=, "");
    }
}

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY) ||
         gtk_widget_get_tooltip_text (widget) != NULL ||
         (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL);
}

/* Parts of GTK's and libadwaita's own composite widgets are theirs to name */
static gboolean
is_own_control (GtkWidget *widget)
{
  if (!GTK_IS_BUTTON (widget) && !GTK_IS_MENU_BUTTON (widget) && !GTK_IS_ENTRY (widget) &&
      !GTK_IS_SEARCH_ENTRY (widget) && !GTK_IS_TEXT_VIEW (widget) &&
      !GTK_IS_CHECK_BUTTON (widget) && !GTK_IS_LIST_VIEW (widget) && !GTK_IS_LIST_BOX (widget))
    return FALSE;
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL;
       parent = gtk_widget_get_parent (parent))
    if (GTK_IS_WINDOW_CONTROLS (parent) || GTK_IS_MENU_BUTTON (parent) ||
        ADW_IS_COMBO_ROW (parent) || ADW_IS_ENTRY_ROW (parent) || ADW_IS_BANNER (parent) ||
        GTK_IS_CALENDAR (parent) || GTK_IS_SPIN_BUTTON (parent) || GTK_IS_SEARCH_BAR (parent) ||
        GTK_IS_POPOVER_MENU (parent) || ADW_IS_PREFERENCES_GROUP (parent))
      return FALSE;
  return gtk_widget_get_visible (widget);
}

static void
check_names (GtkWidget *widget, guint *n_checked)
{
  if (is_own_control (widget))
    {
      if (!has_name (widget))
        g_test_message ("%s has no accessible name", G_OBJECT_TYPE_NAME (widget));
      g_assert_true (has_name (widget));
      (*n_checked)++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_names (child, n_checked);
}

static void
test_every_control_has_a_name (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;
  guint n_checked = 0;

  app_fixture_add (fixture, "Anything #tag");
  task = app_fixture_find (fixture, "Anything");
  app_fixture_activate (fixture, "win.show-task", "s", baton_task_get_id (task));
  check_names (GTK_WIDGET (fixture->window), &n_checked);
  g_assert_cmpuint (n_checked, >=, 12);
}

static void
test_action_that_has_nothing_to_do_is_off (AppFixture *fixture, gconstpointer data)
{
  static const char *const off[] = { "undo",         "redo",          "toggle-done", "delete-task",
                                     "restore-task", "close-details", "sign-out",    "sync-now" };

  for (guint i = 0; i < G_N_ELEMENTS (off); i++)
    g_assert_false (app_fixture_is_enabled (fixture, off[i]));
  g_assert_true (app_fixture_is_enabled (fixture, "new-task"));
  g_assert_true (app_fixture_is_enabled (fixture, "new-project"));
}

#define add(name, function)                                                    \
  g_test_add ("/window/" name, AppFixture, NULL, app_fixture_set_up, function, \
              app_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("view-is-there-at-the-next-start", test_view_is_there_at_the_next_start);
  add ("starts-with-the-cursor-in-the-line", test_starts_with_the_cursor_in_the_line);
  add ("view-that-is-none-changes-nothing", test_view_that_is_none_changes_nothing);
  add ("empty-list-says-so", test_empty_list_says_so);
  add ("every-control-has-a-name", test_every_control_has_a_name);
  add ("action-that-has-nothing-to-do-is-off", test_action_that_has_nothing_to_do_is_off);
  return g_test_run ();
}
