/* test-trouble.c: a database that cannot be opened is told, with a way out, and left as it is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

#include <glib/gstdio.h>

static const char damage[] =
    "this is no database, and never was one; it only has its name and some length to it";

static gboolean
is_troubled (AppFixture *fixture)
{
  GtkWidget *content = adw_application_window_get_content (
      ADW_APPLICATION_WINDOW (fixture->window));

  return g_strcmp0 (G_OBJECT_TYPE_NAME (content), "BatonTroublePage") == 0;
}

static gboolean
offers (GtkWidget *widget, const char *action)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return gtk_widget_get_visible (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (offers (child, action))
      return TRUE;
  return FALSE;
}

static gboolean
offers_to_start_empty (AppFixture *fixture)
{
  return offers (GTK_WIDGET (fixture->window), "app.set-aside");
}

static void
write_database (AppFixture *fixture, const char *contents, gsize length)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, contents, (gssize) length, &error);
  g_assert_no_error (error);
}

/* A file of the next century: `user_version`, at byte 60 (https://sqlite.org/fileformat2.html, section 1.3) */
static void
make_newer (AppFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autofree char *contents = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = baton_database_open (fixture->folder, &error);

  g_assert_no_error (error);
  g_clear_pointer (&database, baton_database_close);
  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  contents[60] = 0x7f;
  write_database (fixture, contents, length);
}

static void
test_newer (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *status;

  make_newer (fixture);
  app_fixture_start (fixture);
  BATON_TEST_WAIT (is_troubled (fixture));
  status = app_fixture_find_child (GTK_WIDGET (fixture->window), ADW_TYPE_STATUS_PAGE);
  g_test_message ("%s", adw_status_page_get_description (ADW_STATUS_PAGE (status)));
  g_assert_cmpstr (adw_status_page_get_description (ADW_STATUS_PAGE (status)), !=, "");
  g_assert_false (offers_to_start_empty (fixture));
  app_fixture_stop (fixture);
}

static void
test_damaged_is_left_and_tried_again (AppFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autofree char *contents = NULL;

  write_database (fixture, damage, sizeof damage);
  app_fixture_start (fixture);
  BATON_TEST_WAIT (is_troubled (fixture));
  g_assert_true (offers_to_start_empty (fixture));
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, damage);

  /* The person puts a backup in its place */
  g_assert_cmpint (g_remove (path), ==, 0);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->application), "retry", NULL);
  BATON_TEST_WAIT (!is_troubled (fixture));
  BATON_TEST_WAIT (baton_task_view_get_list (fixture->window->task_view) != NULL);
  app_fixture_stop (fixture);
}

static void
set_up (AppFixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
}

static void
tear_down (AppFixture *fixture, gconstpointer data)
{
  baton_test_folder_free (fixture->folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  g_test_add ("/trouble/newer-is-told", AppFixture, NULL, set_up, test_newer, tear_down);
  g_test_add ("/trouble/damaged-is-left-and-tried-again", AppFixture, NULL, set_up,
              test_damaged_is_left_and_tried_again, tear_down);
  return g_test_run ();
}
