/* test-account.c: signing in and out says what becomes of the tasks on this device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../support/baton-sync-test.h"
#include "account-fixture.h"

/* --- signing in --- */

static gboolean
has_text (GtkWidget *widget, const char *text)
{
  return ADW_IS_ENTRY_ROW (widget) &&
         g_str_equal (gtk_editable_get_text (GTK_EDITABLE (widget)), text);
}

static void
test_uploaded (AccountFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Here before");
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (app_fixture_find_widget (dialog, app_fixture_is_label,
                                            "1 open task on this device is uploaded") != NULL);
  adw_dialog_force_close (ADW_DIALOG (dialog));
  account_sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_server_get_n_records (fixture->servers[0]) == 1);
  g_assert_cmpuint (account_count_tasks (fixture), ==, 1);
}

static void
test_other_account (AccountFixture *fixture, gconstpointer data)
{
  gboolean upload = GPOINTER_TO_INT (data);

  app_fixture_add (&fixture->app, "Of the first account");
  account_sign_in (fixture, 0);
  account_submit (account_open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);
  g_assert_cmpuint (account_count_tasks (fixture), ==, 1);

  account_submit_sign_in (fixture, 1);
  account_answer (fixture, "cancel");
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[1]), ==, 0);
  adw_dialog_force_close (app_fixture_get_dialog (&fixture->app));
  account_submit_sign_in (fixture, 1);
  account_answer (fixture, upload ? "upload" : "remove");
  if (!upload)
    {
      BATON_TEST_WAIT (account_asks (fixture, "Remove What No Server Has?"));
      account_answer (fixture, "remove");
    }
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED) &&
                   baton_engine_get_waiting (account_get_engine (fixture)) == 0);
  BATON_TEST_WAIT (account_count_tasks (fixture) == (upload ? 1 : 0));
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[1]), ==, upload ? 1 : 0);
}

/* What no server has goes with nothing but a second yes */
static void
test_other_accounts_unsynced (AccountFixture *fixture, gconstpointer data)
{
  account_sign_in (fixture, 0);
  baton_fake_http_say (fixture->https[0], "/sync", 1000, 503, "text/html", NULL, "away");
  app_fixture_add (&fixture->app, "On no server");
  BATON_TEST_WAIT (baton_engine_get_waiting (account_get_engine (fixture)) == 1);
  account_submit (account_open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);

  account_submit_sign_in (fixture, 1);
  account_answer (fixture, "remove");
  BATON_TEST_WAIT (account_asks (fixture, "Remove What No Server Has?"));
  account_answer (fixture, "cancel");
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  g_assert_cmpuint (account_count_tasks (fixture), ==, 1);
  account_submit (GTK_WIDGET (app_fixture_get_dialog (&fixture->app)));
  BATON_TEST_WAIT (account_asks (fixture, "Another Account’s Tasks"));
  account_answer (fixture, "remove");
  BATON_TEST_WAIT (account_asks (fixture, "Remove What No Server Has?"));
  account_answer (fixture, "remove");
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);
  BATON_TEST_WAIT (account_count_tasks (fixture) == 0);
}

static void
test_signing_in_is_cancelled (AccountFixture *fixture, gconstpointer data)
{
  baton_fake_http_hang (fixture->https[0], "/auth/login");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/login") == 1);
  adw_dialog_close (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (app_fixture_get_dialog (&fixture->app) == NULL);
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  account_sign_in (fixture, 0);
}

static void
test_first_sync_fails (AccountFixture *fixture, gconstpointer data)
{
  BatonTaskView *view = fixture->app.window->task_view;

  baton_fake_http_say (fixture->https[0], "/sync", 1, 503, "text/html", NULL, "away");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (app_fixture_find_widget (GTK_WIDGET (view), app_fixture_is_label,
                                            "Your Tasks Are Not Here Yet") != NULL);
  g_assert_nonnull (app_fixture_find_widget (GTK_WIDGET (view), app_fixture_is_label, "503"));
  g_assert_nonnull (app_fixture_find_widget (GTK_WIDGET (view), app_fixture_is_label, "Sync Now"));
  app_fixture_activate (&fixture->app, "win.sync-now", NULL);
  BATON_TEST_WAIT (app_fixture_find_widget (GTK_WIDGET (view), app_fixture_is_label,
                                            "Your Inbox Is Empty") != NULL);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED));
}

/* @intro: nullable */
static void
assert_filled_in (AccountFixture *fixture, const char *intro)
{
  GtkWidget *dialog;
  const char *url = baton_fake_http_get_url (fixture->https[0]);

  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (app_fixture_find_widget (dialog, has_text, url) != NULL);
  BATON_TEST_WAIT (app_fixture_find_widget (dialog, has_text, "ada@example.org") != NULL);
  g_assert_true (intro == NULL || app_fixture_says (dialog, intro));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* What has happened stands in the banner, then and after a restart, and who signs in again need not type all of it. */
static void
test_ended_is_said_and_filled_in (AccountFixture *fixture, gconstpointer data)
{
  static const char said[] = "the server does not know it any more";

  account_sign_in (fixture, 0);
  g_settings_set_string (fixture->app.window->settings, "server", "");
  baton_fake_http_expire (fixture->https[0], 900);
  baton_fake_http_lose (fixture->https[0], "/auth/refresh");
  app_fixture_add (&fixture->app, "Waits");
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *window;

      BATON_TEST_WAIT (account_get_engine (fixture) != NULL &&
                       account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                       baton_engine_get_message (account_get_engine (fixture)) != NULL);
      window = GTK_WIDGET (fixture->app.window);
      BATON_TEST_WAIT (app_fixture_find_widget (window, app_fixture_is_label, said) != NULL);
      assert_filled_in (fixture, "Your tasks are safe");
      app_fixture_restart (&fixture->app);
    }
}

static gboolean
sign_out_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_set_last_sync (database, 1, error) &&
         baton_database_set_account (database, NULL, error);
}

/* As the command line may have done it */
static void
test_who_was_signed_in_is_filled_in (AccountFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  account_sign_in (fixture, 0);
  g_settings_set_string (fixture->app.window->settings, "server", "");
  app_fixture_call (&fixture->app, sign_out_work, NULL);
  app_fixture_restart (&fixture->app);
  app_fixture_add (&fixture->app, "Since");
  assert_filled_in (fixture, NULL);
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (app_fixture_find_widget (dialog, app_fixture_is_label, "1 task or the like") !=
                   NULL);
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* --- signing out --- */

static void
test_removed (AccountFixture *fixture, gconstpointer data)
{
  app_fixture_add (&fixture->app, "Also on the server");
  account_sign_in (fixture, 0);
  account_submit (account_open_sign_out (fixture, TRUE));
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);
  BATON_TEST_WAIT (account_count_tasks (fixture) == 0);
  g_assert_cmpuint (baton_fake_server_get_n_records (fixture->servers[0]), ==, 1);
}

static void
test_unsynced_is_asked_about (AccountFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  account_sign_in (fixture, 0);
  baton_fake_http_say (fixture->https[0], "/sync", 1000, 503, "text/html", NULL, "away");
  app_fixture_add (&fixture->app, "On no server");
  BATON_TEST_WAIT (baton_engine_get_waiting (account_get_engine (fixture)) == 1);
  dialog = account_open_sign_out (fixture, TRUE);
  g_assert_nonnull (
      app_fixture_find_widget (dialog, app_fixture_is_label, "1 Change Is Not on the Server"));
  account_submit (dialog);
  account_answer (fixture, "cancel");
  g_assert_false (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
  g_assert_cmpuint (account_count_tasks (fixture), ==, 1);
  account_submit (dialog);
  account_answer (fixture, "remove");
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);
  BATON_TEST_WAIT (account_count_tasks (fixture) == 0);
}

static void
test_signing_out_unanswered (AccountFixture *fixture, gconstpointer data)
{
  account_sign_in (fixture, 0);
  baton_fake_http_hang (fixture->https[0], "/auth/logout");
  account_submit (account_open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/logout") == 1);
  adw_dialog_close (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT) &&
                   app_fixture_get_dialog (&fixture->app) == NULL);
}

/* --- */

static void
add (const char *path,
     void (*func) (AccountFixture *fixture, gconstpointer data),
     gconstpointer data)
{
  g_test_add (path, AccountFixture, data, account_set_up, func, account_tear_down);
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
  add ("/account/a-sign-in-that-has-ended-is-said-and-filled-in", test_ended_is_said_and_filled_in,
       NULL);
  add ("/account/who-was-signed-in-is-filled-in", test_who_was_signed_in_is_filled_in, NULL);
  add ("/account/signing-out-removes-what-the-server-has", test_removed, NULL);
  add ("/account/what-no-server-has-is-asked-about", test_unsynced_is_asked_about, NULL);
  add ("/account/who-is-signed-out-does-not-wait-for-the-server", test_signing_out_unanswered,
       NULL);
  return g_test_run ();
}
