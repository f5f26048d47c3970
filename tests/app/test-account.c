/* test-account.c: signing in and out says what becomes of the tasks on this device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-sign-in-dialog.h"
#include "../../src/app/baton-sign-out-dialog.h"
#include "../support/baton-sync-test.h"
#include "app-fixture.h"

typedef struct
{
  AppFixture app;
  BatonFakeServer *servers[2];
  BatonFakeHttp *https[2];
} Fixture;

/* --- helpers --- */

static GtkWidget *
find (GtkWidget *widget, gboolean (*func) (GtkWidget *widget, const char *text), const char *text)
{
  GtkWidget *found = func (widget, text) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, func, text);
  return found;
}

static gboolean
is_row (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget) &&
         g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static gboolean
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static gboolean
is_submit (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && (gtk_widget_has_css_class (widget, "suggested-action") ||
                                    gtk_widget_has_css_class (widget, "destructive-action"));
}

static AdwDialog *
get_dialog (Fixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->app.window));
}

static BatonEngine *
get_engine (Fixture *fixture)
{
  return fixture->app.window->engine;
}

static gboolean
has_state (Fixture *fixture, BatonEngineState state)
{
  return get_engine (fixture) != NULL && baton_engine_get_state (get_engine (fixture)) == state;
}

static void
type (GtkWidget *dialog, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, is_row, row)), text);
}

static void
submit (GtkWidget *dialog)
{
  GtkWidget *header = app_fixture_find_child (dialog, ADW_TYPE_HEADER_BAR);

  g_signal_emit_by_name (find (header, is_submit, NULL), "clicked");
}

/* Fills the dialog, and presses its button */
static GtkWidget *
submit_sign_in (Fixture *fixture, guint server)
{
  GtkWidget *dialog;

  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (get_dialog (fixture));
  g_assert_true (BATON_IS_SIGN_IN_DIALOG (dialog));
  type (dialog, "Server", baton_fake_http_get_url (fixture->https[server]));
  type (dialog, "E-Mail", "ada@example.org");
  type (dialog, "Password", BATON_FAKE_PASSWORD);
  submit (dialog);
  return dialog;
}

static void
sign_in (Fixture *fixture, guint server)
{
  submit_sign_in (fixture, server);
  BATON_TEST_WAIT (get_dialog (fixture) == NULL);
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SYNCED) &&
                   baton_engine_get_waiting (get_engine (fixture)) == 0);
}

static GtkWidget *
open_sign_out (Fixture *fixture, gboolean remove)
{
  GtkWidget *dialog;

  app_fixture_activate (&fixture->app, "win.sign-out", NULL);
  dialog = GTK_WIDGET (get_dialog (fixture));
  g_assert_true (BATON_IS_SIGN_OUT_DIALOG (dialog));
  if (remove)
    gtk_widget_activate (
        app_fixture_find_child (find (dialog, is_row, "Remove Them"), GTK_TYPE_CHECK_BUTTON));
  return dialog;
}

static void
answer (Fixture *fixture, const char *response)
{
  AdwDialog *alert;

  BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (get_dialog (fixture)));
  alert = get_dialog (fixture);
  g_signal_emit_by_name (alert, "response", response);
  adw_dialog_force_close (alert);
}

static gboolean
asks (Fixture *fixture, const char *heading)
{
  AdwDialog *dialog = get_dialog (fixture);

  return ADW_IS_ALERT_DIALOG (dialog) &&
         g_str_equal (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)), heading);
}

static guint
count_tasks (Fixture *fixture)
{
  return g_list_model_get_n_items (app_fixture_get_tasks (&fixture->app));
}

/* --- signing in --- */

static void
test_uploaded (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Here before");
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (get_dialog (fixture));
  BATON_TEST_WAIT (find (dialog, is_label, "1 open task on this device is uploaded") != NULL);
  adw_dialog_force_close (ADW_DIALOG (dialog));
  sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_server_get_n_records (fixture->servers[0]) == 1);
  g_assert_cmpuint (count_tasks (fixture), ==, 1);
}

static void
test_other_account (Fixture *fixture, gconstpointer data)
{
  gboolean upload = GPOINTER_TO_INT (data);

  app_fixture_add (&fixture->app, "Of the first account");
  sign_in (fixture, 0);
  submit (open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SIGNED_OUT) && get_dialog (fixture) == NULL);
  g_assert_cmpuint (count_tasks (fixture), ==, 1);

  submit_sign_in (fixture, 1);
  answer (fixture, "cancel");
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[1]), ==, 0);
  adw_dialog_force_close (get_dialog (fixture));
  submit_sign_in (fixture, 1);
  answer (fixture, upload ? "upload" : "remove");
  if (!upload)
    {
      BATON_TEST_WAIT (asks (fixture, "Remove What No Server Has?"));
      answer (fixture, "remove");
    }
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SYNCED) &&
                   baton_engine_get_waiting (get_engine (fixture)) == 0);
  BATON_TEST_WAIT (count_tasks (fixture) == (upload ? 1 : 0));
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[1]), ==, upload ? 1 : 0);
}

/* What no server has goes with nothing but a second yes */
static void
test_other_accounts_unsynced (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture, 0);
  baton_fake_http_say (fixture->https[0], "/sync", 1000, 503, "text/html", NULL, "away");
  app_fixture_add (&fixture->app, "On no server");
  BATON_TEST_WAIT (baton_engine_get_waiting (get_engine (fixture)) == 1);
  submit (open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SIGNED_OUT) && get_dialog (fixture) == NULL);

  submit_sign_in (fixture, 1);
  answer (fixture, "remove");
  BATON_TEST_WAIT (asks (fixture, "Remove What No Server Has?"));
  answer (fixture, "cancel");
  g_assert_true (has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  g_assert_cmpuint (count_tasks (fixture), ==, 1);
  submit (GTK_WIDGET (get_dialog (fixture)));
  BATON_TEST_WAIT (asks (fixture, "Another Account’s Tasks"));
  answer (fixture, "remove");
  BATON_TEST_WAIT (asks (fixture, "Remove What No Server Has?"));
  answer (fixture, "remove");
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SYNCED) && get_dialog (fixture) == NULL);
  BATON_TEST_WAIT (count_tasks (fixture) == 0);
}

static void
test_signing_in_is_cancelled (Fixture *fixture, gconstpointer data)
{
  baton_fake_http_hang (fixture->https[0], "/auth/login");
  submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/login") == 1);
  adw_dialog_close (get_dialog (fixture));
  BATON_TEST_WAIT (get_dialog (fixture) == NULL);
  g_assert_true (has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  sign_in (fixture, 0);
}

static void
test_first_sync_fails (Fixture *fixture, gconstpointer data)
{
  BatonTaskView *view = fixture->app.window->task_view;

  baton_fake_http_say (fixture->https[0], "/sync", 1, 503, "text/html", NULL, "away");
  submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (find (GTK_WIDGET (view), is_label, "Your Tasks Are Not Here Yet") != NULL);
  g_assert_nonnull (find (GTK_WIDGET (view), is_label, "503"));
  g_assert_nonnull (find (GTK_WIDGET (view), is_label, "Sync Now"));
  app_fixture_activate (&fixture->app, "win.sync-now", NULL);
  BATON_TEST_WAIT (find (GTK_WIDGET (view), is_label, "Your Inbox Is Empty") != NULL);
  g_assert_true (has_state (fixture, BATON_ENGINE_SYNCED));
}

/* --- signing out --- */

static void
test_removed (Fixture *fixture, gconstpointer data)
{
  app_fixture_add (&fixture->app, "Also on the server");
  sign_in (fixture, 0);
  submit (open_sign_out (fixture, TRUE));
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SIGNED_OUT) && get_dialog (fixture) == NULL);
  BATON_TEST_WAIT (count_tasks (fixture) == 0);
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[0]), ==, 1);
}

static void
test_unsynced_is_asked_about (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  sign_in (fixture, 0);
  baton_fake_http_say (fixture->https[0], "/sync", 1000, 503, "text/html", NULL, "away");
  app_fixture_add (&fixture->app, "On no server");
  BATON_TEST_WAIT (baton_engine_get_waiting (get_engine (fixture)) == 1);
  dialog = open_sign_out (fixture, TRUE);
  g_assert_nonnull (find (dialog, is_label, "1 Change Is Not on the Server"));
  submit (dialog);
  answer (fixture, "cancel");
  g_assert_false (has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  g_assert_cmpuint (count_tasks (fixture), ==, 1);
  submit (dialog);
  answer (fixture, "remove");
  BATON_TEST_WAIT (has_state (fixture, BATON_ENGINE_SIGNED_OUT) && get_dialog (fixture) == NULL);
  BATON_TEST_WAIT (count_tasks (fixture) == 0);
}

static void
test_signing_out_is_cancelled (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture, 0);
  baton_fake_http_hang (fixture->https[0], "/auth/logout");
  submit (open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/logout") == 1);
  adw_dialog_close (get_dialog (fixture));
  BATON_TEST_WAIT (get_dialog (fixture) == NULL);
  app_fixture_add (&fixture->app, "Still signed in");
  BATON_TEST_WAIT (baton_fake_server_get_n_records (fixture->servers[0]) == 1);
}

/* --- */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  app_fixture_set_up (&fixture->app, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->servers); i++)
    {
      fixture->servers[i] = baton_fake_server_new (BATON_FAKE_USER, i + 1);
      baton_fake_server_set_now (fixture->servers[i], g_get_real_time () / 1000);
      fixture->https[i] = baton_fake_http_new (fixture->servers[i]);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  app_fixture_tear_down (&fixture->app, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->servers); i++)
    {
      baton_fake_http_free (fixture->https[i]);
      baton_fake_server_free (fixture->servers[i]);
    }
}

static void
add (const char *path, void (*func) (Fixture *fixture, gconstpointer data), gconstpointer data)
{
  g_test_add (path, Fixture, data, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("/account/what-is-here-is-uploaded-and-that-is-said", test_uploaded, NULL);
  add ("/account/another-accounts-tasks-are-asked-about-and-uploaded", test_other_account,
       GINT_TO_POINTER (TRUE));
  add ("/account/another-accounts-tasks-are-asked-about-and-removed", test_other_account,
       GINT_TO_POINTER (FALSE));
  add ("/account/what-no-server-has-goes-with-nothing-but-a-second-yes",
       test_other_accounts_unsynced, NULL);
  add ("/account/signing-in-can-be-cancelled", test_signing_in_is_cancelled, NULL);
  add ("/account/a-first-sync-that-fails-leaves-no-empty-list", test_first_sync_fails, NULL);
  add ("/account/signing-out-removes-what-the-server-has", test_removed, NULL);
  add ("/account/what-no-server-has-is-asked-about", test_unsynced_is_asked_about, NULL);
  add ("/account/signing-out-can-be-cancelled", test_signing_out_is_cancelled, NULL);
  return g_test_run ();
}
