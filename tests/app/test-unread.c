/* test-unread.c: a page that cannot be read says so, and reads when it is tried again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-unsynced-row.h"
#include "trust-fixture.h"

/* The page of its stack that is seen */
static const char *
get_page (GtkWidget *dialog)
{
  return gtk_stack_get_visible_child_name (
      GTK_STACK (app_fixture_find_child (dialog, GTK_TYPE_STACK)));
}

static gboolean
is_page (GtkWidget *dialog, const char *page)
{
  return g_str_equal (get_page (dialog), page);
}

/* Fails, fails again, and is read */
static GtkWidget *
open_unread (TrustFixture *fixture, const char *action, const char *table)
{
  GtkWidget *dialog;

  app_fixture_set_unreadable (&fixture->app, table, TRUE);
  app_fixture_activate (&fixture->app, action, NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  for (guint i = 0; i < 2; i++)
    {
      BATON_TEST_WAIT (is_page (dialog, "failed"));
      g_assert_true (app_fixture_says (dialog, "no such table"));
      if (i == 1)
        app_fixture_set_unreadable (&fixture->app, table, FALSE);
      app_fixture_press (dialog, "_Try Again");
      g_assert_true (is_page (dialog, "loading"));
    }
  BATON_TEST_WAIT (is_page (dialog, "list"));
  return dialog;
}

static void
close_dialog (GtkWidget *dialog)
{
  BATON_TEST_WAIT (gtk_widget_get_mapped (dialog));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_conflicts (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");
  GtkWidget *dialog = open_unread (fixture, "win.show-conflicts", "history");

  g_assert_cmpuint (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD), ==, 1);
  close_dialog (dialog);
}

static void
test_unsynced (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Not mine");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_unread (fixture, "win.show-unsynced", "outbox");
  g_assert_cmpuint (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW), ==, 1);
  close_dialog (dialog);
}

static void
test_removal (TrustFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = trust_make_removal (fixture, 40, 30);
  GtkWidget *dialog = open_unread (fixture, "win.show-removal", "gone");

  g_assert_true (app_fixture_says (dialog, "Remove 30 Items Here?"));
  close_dialog (dialog);
}

/* What is shown stays where the next reading fails, and the message goes with the one that works */
static void
test_shown (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");
  GtkWidget *dialog;
  GtkWidget *banner;

  app_fixture_activate (&fixture->app, "win.show-conflicts", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  banner = app_fixture_find_child (dialog, ADW_TYPE_BANNER);
  BATON_TEST_WAIT (is_page (dialog, "list"));
  app_fixture_set_unreadable (&fixture->app, "history", TRUE);
  g_signal_emit_by_name (app_fixture_get_store (&fixture->app), "changed");
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (banner)));
  g_assert_cmpuint (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD), ==, 1);
  app_fixture_set_unreadable (&fixture->app, "history", FALSE);
  g_signal_emit_by_name (app_fixture_get_store (&fixture->app), "changed");
  BATON_TEST_WAIT (!adw_banner_get_revealed (ADW_BANNER (banner)));
  close_dialog (dialog);
}

static void
test_history (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");
  GtkWidget *history;
  GtkWidget *again;

  app_fixture_activate (&fixture->app, "win.show-task", "s", id);
  history = GTK_WIDGET (fixture->app.window->details->history);
  app_fixture_set_unreadable (&fixture->app, "history", TRUE);
  adw_expander_row_set_expanded (
      ADW_EXPANDER_ROW (app_fixture_find_child (history, ADW_TYPE_EXPANDER_ROW)), TRUE);
  BATON_TEST_WAIT (app_fixture_says (history, "The History Cannot Be Read"));
  app_fixture_set_unreadable (&fixture->app, "history", FALSE);
  again = app_fixture_find_child (history, ADW_TYPE_BUTTON_ROW);
  g_signal_emit_by_name (again, "activated");
  BATON_TEST_WAIT (app_fixture_says (history, "Title, set aside"));
  g_assert_false (app_fixture_says (history, "The History Cannot Be Read"));
}

static void
add (const char *path, void (*func) (TrustFixture *fixture, gconstpointer data))
{
  g_test_add (path, TrustFixture, NULL, trust_set_up, func, trust_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("/unread/conflicts-are-tried-again", test_conflicts);
  add ("/unread/what-is-not-synced-is-tried-again", test_unsynced);
  add ("/unread/what-would-be-removed-is-tried-again", test_removal);
  add ("/unread/what-is-shown-stays", test_shown);
  add ("/unread/history-is-tried-again", test_history);
  return g_test_run ();
}
