/* test-keyboard.c: what a person decides about sync is decided with keys alone
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key is what GTK makes of it: Tab moves the focus, Enter activates what has it.
 */
#include "baton-config.h"

#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-removal-dialog.h"
#include "../../src/app/baton-sign-in-dialog.h"
#include "../../src/app/baton-unsynced-row.h"
#include "account-fixture.h"
#include "trust-fixture.h"

/* --- keys and the focus --- */

static GtkWidget *
get_focus (AppFixture *fixture)
{
  return gtk_root_get_focus (GTK_ROOT (fixture->window));
}

static void
enter (AppFixture *fixture)
{
  GtkWidget *focus = get_focus (fixture);

  g_assert_nonnull (focus);
  if (GTK_IS_TEXT (focus))
    g_signal_emit_by_name (focus, "activate");
  else
    gtk_widget_activate (focus);
}

/* What stands on it, or beside it; of an entry, its row */
static const char *
get_name (GtkWidget *widget)
{
  GtkWidget *row = widget != NULL && GTK_IS_TEXT (widget)
                       ? gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_ROW)
                       : widget;

  if (row == NULL)
    return "nothing";
  if (ADW_IS_PREFERENCES_ROW (row))
    return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  if (GTK_IS_LABEL (row))
    return gtk_label_get_text (GTK_LABEL (row));
  if (GTK_IS_BUTTON (row) && gtk_button_get_label (GTK_BUTTON (row)) != NULL)
    return gtk_button_get_label (GTK_BUTTON (row));
  return gtk_widget_get_tooltip_text (row) != NULL ? gtk_widget_get_tooltip_text (row)
                                                   : G_OBJECT_TYPE_NAME (row);
}

/* It is seen, and can be gone on from */
static gboolean
is_settled (AppFixture *fixture)
{
  GtkWidget *focus = get_focus (fixture);

  return focus != NULL && gtk_widget_get_mapped (focus) && gtk_widget_get_width (focus) > 0;
}

static gboolean
is_at (AppFixture *fixture, const char *name)
{
  return is_settled (fixture) && g_str_equal (get_name (get_focus (fixture)), name);
}

static gboolean
moves (AppFixture *fixture, GtkDirectionType direction)
{
  GtkWidget *from = get_focus (fixture);

  g_signal_emit_by_name (fixture->window, "move-focus", direction);
  return get_focus (fixture) != from;
}

/* What has just been opened may not be gone through yet */
static void
go (AppFixture *fixture, GtkDirectionType direction, const char *name)
{
  BATON_TEST_WAIT (moves (fixture, direction));
  g_assert_cmpstr (get_name (get_focus (fixture)), ==, name);
}

/* One stop nearer */
static gboolean
comes_to (AppFixture *fixture, const char *name)
{
  if (is_at (fixture, name))
    return TRUE;
  g_test_message ("Tab at %s", get_name (get_focus (fixture)));
  moves (fixture, GTK_DIR_TAB_FORWARD);
  return FALSE;
}

/* However many stops there are before it */
static void
go_far (AppFixture *fixture, const char *name)
{
  BATON_TEST_WAIT (comes_to (fixture, name));
}

static gboolean
is_in (AppFixture *fixture, GtkWidget *widget)
{
  GtkWidget *focus = get_focus (fixture);

  return is_settled (fixture) && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

static void
escape (AppFixture *fixture)
{
  guint before = app_fixture_count_dialogs (fixture);

  adw_dialog_close (app_fixture_get_dialog (fixture));
  BATON_TEST_WAIT (app_fixture_count_dialogs (fixture) == before - 1);
  BATON_TEST_WAIT (get_focus (fixture) != NULL);
}

static GtkWidget *
open_dialog (AppFixture *fixture, const char *action)
{
  app_fixture_activate (fixture, action, NULL);
  return GTK_WIDGET (app_fixture_get_dialog (fixture));
}

/* --- */

static void
test_conflicts (TrustFixture *fixture, gconstpointer data)
{
  AppFixture *app = &fixture->app;
  g_autofree char *a = trust_make_conflict (fixture, "title", "Mine A", "Theirs A");
  g_autofree char *b = trust_make_conflict (fixture, "title", "Mine B", "Theirs B");
  GtkWidget *dialog;

  dialog = open_dialog (app, "win.show-conflicts");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 2);
  BATON_TEST_WAIT (is_at (app, "Show the Task"));
  go (app, GTK_DIR_TAB_FORWARD, "_Keep");
  go (app, GTK_DIR_TAB_FORWARD, "_Use This Instead");
  go (app, GTK_DIR_TAB_FORWARD, "Show the Task");
  go (app, GTK_DIR_TAB_BACKWARD, "_Use This Instead");
  enter (app);
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  BATON_TEST_WAIT (trust_reads (fixture, b, "title", "Mine B"));
  BATON_TEST_WAIT (is_in (app, app_fixture_find_child (dialog, BATON_TYPE_CONFLICT_CARD)));
  go_far (app, "_Keep");
  enter (app);
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (is_in (app, dialog));
  g_assert_true (trust_reads (fixture, a, "title", "Theirs A"));
  escape (app);
}

static void
test_unsynced (TrustFixture *fixture, gconstpointer data)
{
  AppFixture *app = &fixture->app;
  GtkWidget *dialog;
  GtkWidget *row;

  app_fixture_add (app, "Not mine");
  app_fixture_add (app, "Not mine either");
  app_fixture_call (app, trust_refuse_work, NULL);
  dialog = open_dialog (app, "win.show-unsynced");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 2);
  row = app_fixture_find_child (dialog, BATON_TYPE_UNSYNCED_ROW);
  BATON_TEST_WAIT (is_in (app, row));
  enter (app);
  BATON_TEST_WAIT (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)));
  go_far (app, "_Discard…");
  enter (app);
  BATON_TEST_WAIT (is_at (app, "_Cancel"));
  escape (app);
  BATON_TEST_WAIT (is_at (app, "_Discard…"));
  enter (app);
  BATON_TEST_WAIT (is_at (app, "_Cancel"));
  go_far (app, "_Discard");
  enter (app);
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 1);
  BATON_TEST_WAIT (is_in (app, app_fixture_find_child (dialog, BATON_TYPE_UNSYNCED_ROW)));
  escape (app);
}

static void
test_history (TrustFixture *fixture, gconstpointer data)
{
  AppFixture *app = &fixture->app;
  g_autofree char *id = trust_make_conflict (fixture, "title", "Mine", "Theirs");
  GtkWidget *history;
  GtkWidget *use;

  app_fixture_activate (app, "win.show-task", "s", id);
  history = GTK_WIDGET (app->window->details->history);
  gtk_widget_grab_focus (app_fixture_find_child (history, ADW_TYPE_EXPANDER_ROW));
  BATON_TEST_WAIT (is_at (app, "History"));
  enter (app);
  BATON_TEST_WAIT (app_fixture_says (history, "Title, set aside"));
  use = app_fixture_find_widget (history, app_fixture_is_button, "Use This Instead");
  BATON_TEST_WAIT (gtk_widget_get_mapped (use) && gtk_widget_get_width (use) > 0);
  go_far (app, "Use This Instead");
  enter (app);
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Mine"));
  BATON_TEST_WAIT (app_fixture_says (history, "Theirs → Mine"));
  BATON_TEST_WAIT (is_in (app, history));
}

static void
test_removal (TrustFixture *fixture, gconstpointer data)
{
  AppFixture *app = &fixture->app;
  g_autoptr (GPtrArray) ids = trust_make_removal (fixture, 40, 30);

  open_dialog (app, "win.show-removal");
  BATON_TEST_WAIT (is_at (app, "_Not Now"));
  go (app, GTK_DIR_TAB_BACKWARD, "_Remove Here Too");
  go (app, GTK_DIR_TAB_BACKWARD, "_Keep on All Devices");
  escape (app);
  open_dialog (app, "win.show-removal");
  BATON_TEST_WAIT (is_at (app, "_Not Now"));
  enter (app);
  BATON_TEST_WAIT (app_fixture_get_dialog (app) == NULL);
  g_assert_true (trust_is_held (fixture));
  open_dialog (app, "win.show-removal");
  BATON_TEST_WAIT (is_at (app, "_Not Now"));
  go (app, GTK_DIR_TAB_BACKWARD, "_Remove Here Too");
  go (app, GTK_DIR_TAB_BACKWARD, "_Keep on All Devices");
  enter (app);
  BATON_TEST_WAIT (app_fixture_get_dialog (app) == NULL);
  app_fixture_settle (app);
  trust_exchange (fixture);
  BATON_TEST_WAIT (!trust_is_held (fixture));
  BATON_TEST_WAIT (g_list_model_get_n_items (app_fixture_get_tasks (app)) == 40);
}

static void
type (AccountFixture *fixture, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (get_focus (&fixture->app)), text);
}

static void
test_account (AccountFixture *fixture, gconstpointer data)
{
  AppFixture *app = &fixture->app;

  BATON_TEST_WAIT (app_fixture_is_enabled (app, "sign-in"));
  open_dialog (app, "win.sign-in");
  BATON_TEST_WAIT (is_at (app, "Server"));
  escape (app);
  open_dialog (app, "win.sign-in");
  BATON_TEST_WAIT (is_at (app, "Server"));
  type (fixture, baton_fake_http_get_url (fixture->https[0]));
  go (app, GTK_DIR_TAB_FORWARD, "E-Mail");
  type (fixture, "ada@example.org");
  go (app, GTK_DIR_TAB_FORWARD, "Password");
  type (fixture, BATON_FAKE_PASSWORD);
  enter (app);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED));
  BATON_TEST_WAIT (app_fixture_get_dialog (app) == NULL);

  open_dialog (app, "win.sign-out");
  BATON_TEST_WAIT (is_at (app, "Keep the Tasks on This Device"));
  go (app, GTK_DIR_TAB_FORWARD, "Remove Them From This Device");
  enter (app);
  escape (app);
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SYNCED));
  open_dialog (app, "win.sign-out");
  BATON_TEST_WAIT (is_at (app, "Keep the Tasks on This Device"));
  go_far (app, "Sign _Out");
  enter (app);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
}

/* --- */

static void
add (const char *path, void (*func) (TrustFixture *fixture, gconstpointer data))
{
  g_test_add (path, TrustFixture, NULL, trust_set_up, func, trust_tear_down);
}

/* --- sheets --- */

static gboolean
is_narrow (AppFixture *fixture)
{
  return gtk_widget_get_width (GTK_WIDGET (fixture->window)) < 500;
}

static gboolean
is_sheet (AdwDialog *dialog)
{
  return dialog != NULL && gtk_widget_has_css_class (GTK_WIDGET (dialog), "bottom-sheet");
}

/* Where the window is narrow, a dialog is a sheet that comes from below. */
static void
open_sheet (AppFixture *fixture, const char *action, const char *first)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  BATON_TEST_WAIT (is_narrow (fixture));
  app_fixture_activate (fixture, action, NULL);
  BATON_TEST_WAIT (is_sheet (app_fixture_get_dialog (fixture)));
  BATON_TEST_WAIT (is_at (fixture, first));
  adw_dialog_force_close (app_fixture_get_dialog (fixture));
}

static void
test_project_sheet (AccountFixture *fixture, gconstpointer data)
{
  open_sheet (&fixture->app, "win.new-project", "Name");
}

static void
test_sign_in_sheet (AccountFixture *fixture, gconstpointer data)
{
  g_settings_reset (fixture->app.window->settings, "server");
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  open_sheet (&fixture->app, "win.sign-in", "Server");
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("/keyboard/conflicts-are-settled", test_conflicts);
  add ("/keyboard/what-is-not-synced-is-discarded", test_unsynced);
  add ("/keyboard/history-is-opened-and-gone-back-to", test_history);
  add ("/keyboard/what-would-be-removed-is-decided", test_removal);
  g_test_add ("/keyboard/signing-in-and-out", AccountFixture, NULL, account_set_up, test_account,
              account_tear_down);
  g_test_add ("/keyboard/a-project-is-named-at-once-in-a-narrow-window", AccountFixture, NULL,
              account_set_up, test_project_sheet, account_tear_down);
  g_test_add ("/keyboard/signing-in-begins-at-the-server-in-a-narrow-window", AccountFixture, NULL,
              account_set_up, test_sign_in_sheet, account_tear_down);
  return g_test_run ();
}
