/* test-names.c: whatever can have the focus on the pages of trust says what it is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-unsynced-row.h"
#include "account-fixture.h"
#include "trust-fixture.h"

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY) ||
         has_text (gtk_widget_get_tooltip_text (widget)) ||
         (GTK_IS_BUTTON (widget) && has_text (gtk_button_get_label (GTK_BUTTON (widget)))) ||
         (GTK_IS_LABEL (widget) && has_text (gtk_label_get_text (GTK_LABEL (widget))));
}

/* What holds others has the focus only where none of them can; a row that expands gives it to its header */
static gboolean
is_container (GtkWidget *widget)
{
  return GTK_IS_SCROLLED_WINDOW (widget) || ADW_IS_DIALOG (widget) ||
         ADW_IS_EXPANDER_ROW (widget) || GTK_IS_LIST_BOX (widget) ||
         g_str_has_suffix (G_OBJECT_TYPE_NAME (widget), "Gizmo") ||
         g_str_has_suffix (G_OBJECT_TYPE_NAME (widget), "Sheet");
}

static gboolean
has_role (GtkWidget *widget)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));

  return role != GTK_ACCESSIBLE_ROLE_NONE && role != GTK_ACCESSIBLE_ROLE_GENERIC &&
         role != GTK_ACCESSIBLE_ROLE_WIDGET;
}

/* The text of an entry row is named by the row */
static GtkWidget *
get_named (GtkWidget *widget)
{
  GtkWidget *row = GTK_IS_TEXT (widget) ? gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW)
                                        : NULL;

  return row != NULL && !has_name (widget) ? row : widget;
}

static guint
check (GtkWidget *widget)
{
  guint n = 0;

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_can_focus (widget))
    return 0;
  if (gtk_widget_get_focusable (widget) && gtk_widget_get_mapped (widget) && !is_container (widget))
    {
      if (!has_name (get_named (widget)) || !has_role (widget))
        g_error ("%s in %s: name %d, role %d", G_OBJECT_TYPE_NAME (widget),
                 G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)), has_name (widget),
                 has_role (widget));
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += check (child);
  return n;
}

/* @n_least: that is asked about, of what can have the focus */
static void
check_dialog (AppFixture *fixture, guint n_least)
{
  AdwDialog *dialog = app_fixture_get_dialog (fixture);

  BATON_TEST_WAIT (gtk_widget_get_mapped (adw_dialog_get_child (dialog)));
  BATON_TEST_WAIT (check (GTK_WIDGET (dialog)) >= n_least);
  adw_dialog_force_close (dialog);
}

static void
test_conflicts (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");

  app_fixture_activate (&fixture->app, "win.show-conflicts", NULL);
  check_dialog (&fixture->app, 3);
}

static void
test_unsynced (TrustFixture *fixture, gconstpointer data)
{
  app_fixture_add (&fixture->app, "Not mine tomorrow");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  app_fixture_add (&fixture->app, "Waits");
  app_fixture_activate (&fixture->app, "win.show-unsynced", NULL);
  check_dialog (&fixture->app, 15);
}

static void
test_removal (TrustFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = trust_make_removal (fixture, 40, 30);

  app_fixture_activate (&fixture->app, "win.show-removal", NULL);
  check_dialog (&fixture->app, 34);
}

static void
test_history (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");
  GtkWidget *history;

  app_fixture_activate (&fixture->app, "win.show-task", "s", id);
  history = GTK_WIDGET (fixture->app.window->details->history);
  adw_expander_row_set_expanded (
      ADW_EXPANDER_ROW (app_fixture_find_child (history, ADW_TYPE_EXPANDER_ROW)), TRUE);
  BATON_TEST_WAIT (app_fixture_says (history, "Title, set aside"));
  BATON_TEST_WAIT (check (history) >= 7);
}

static void
test_failed (TrustFixture *fixture, gconstpointer data)
{
  app_fixture_set_unreadable (&fixture->app, "history", TRUE);
  app_fixture_activate (&fixture->app, "win.show-conflicts", NULL);
  check_dialog (&fixture->app, 1);
  app_fixture_set_unreadable (&fixture->app, "history", FALSE);
}

static GtkWidget *
find_choice (GtkWidget *widget, const char *title)
{
  GtkWidget *found = ADW_IS_ACTION_ROW (widget) && g_str_equal (adw_preferences_row_get_title (
                                                                    ADW_PREFERENCES_ROW (widget)),
                                                                title)
                         ? widget
                         : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_choice (child, title);
  return found;
}

static void
assert_chosen (GtkWidget *dialog, const char *title, GtkAccessibleTristate chosen)
{
  GtkWidget *row = find_choice (dialog, title);

  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_RADIO);
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_CHECKED, chosen);
}

static void
test_account (AccountFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  check_dialog (&fixture->app, 6);
  account_sign_in (fixture, 0);
  for (guint i = 0; i < 2; i++)
    {
      dialog = account_open_sign_out (fixture, i == 1);
      assert_chosen (dialog, "Keep the Tasks on This Device",
                     i == 0 ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE);
      assert_chosen (dialog, "Remove Them From This Device",
                     i == 1 ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE);
      check_dialog (&fixture->app, 4);
    }
}

static void
add (const char *path, void (*func) (TrustFixture *fixture, gconstpointer data))
{
  g_test_add (path, TrustFixture, NULL, trust_set_up, func, trust_tear_down);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("/names/of-conflicts", test_conflicts);
  add ("/names/of-what-is-not-synced", test_unsynced);
  add ("/names/of-what-would-be-removed", test_removal);
  add ("/names/of-the-history", test_history);
  add ("/names/of-what-cannot-be-read", test_failed);
  g_test_add ("/names/of-signing-in-and-out", AccountFixture, NULL, account_set_up, test_account,
              account_tear_down);
  return g_test_run ();
}
