/* test-first-sync.c: until all is here the app says so, and a dialog that is busy ends well
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-alarm.h"
#include "../../src/app/baton-removal-dialog.h"
#include "../../src/app/baton-unsynced-dialog.h"
#include "../../src/sync/baton-session.h"
#include "../support/baton-sync-test.h"
#include "account-fixture.h"

#define N_TASKS 40

static gboolean
is_said (AccountFixture *fixture, const char *text)
{
  return app_fixture_find_widget (GTK_WIDGET (fixture->app.window->task_view), app_fixture_is_label,
                                  text) != NULL;
}

static void
press (AccountFixture *fixture, const char *label)
{
  GtkWidget *button = app_fixture_find_widget (GTK_WIDGET (fixture->app.window),
                                               app_fixture_is_button, label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

/* Once it is seen: GTK complains of one that has its focus taken before */
static void
close_dialog (AccountFixture *fixture)
{
  AdwDialog *dialog = app_fixture_get_dialog (&fixture->app);

  BATON_TEST_WAIT (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  adw_dialog_force_close (dialog);
}

/* Another device of the same person */
typedef struct
{
  BatonDatabase *database;
  BatonSession *session;
} Phone;

static void
phone_sync (Phone *phone)
{
  g_autoptr (GError) error = NULL;

  baton_sync_run (phone->database, BATON_REMOTE (phone->session), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static Phone *
phone_new (AccountFixture *fixture)
{
  Phone *phone = g_new0 (Phone, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) keyring_error = NULL;

  phone->database = baton_sync_test_open (fixture->app.folder, "phone");
  phone->session = baton_session_sign_in (
      phone->database, baton_fake_http_get_url (fixture->https[0]), "ada@example.org",
      BATON_FAKE_PASSWORD, NULL, BATON_SIGN_IN_ASK, NULL, &keyring_error, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_TASKS; i++)
    {
      g_autofree char *id = baton_sync_test_add_task (phone->database, "Of the phone");
    }
  phone_sync (phone);
  return phone;
}

static void
phone_free (Phone *phone)
{
  g_object_unref (phone->session);
  baton_database_close (phone->database);
  g_free (phone);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Phone, phone_free)

static void
phone_delete_all (AccountFixture *fixture, Phone *phone)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < account_count_tasks (fixture); i++)
    {
      g_autoptr (BatonTask) task = g_list_model_get_item (app_fixture_get_tasks (&fixture->app), i);
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (task));

      baton_edit_set_bool (edit, "deleted", TRUE);
      g_ptr_array_add (edits, edit);
    }
  baton_database_apply (phone->database, edits, "Test", &error);
  g_assert_no_error (error);
  phone_sync (phone);
}

/* --- the first sync --- */

/* One that is stopped before it is sent leaves the next to hang. */
static void
wait_for_rounds (AccountFixture *fixture, guint n_rounds)
{
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/sync") >= n_rounds);
}

static void
test_stopped (AccountFixture *fixture, gconstpointer data)
{
  g_autoptr (Phone) phone = phone_new (fixture);
  guint n_rounds = baton_fake_http_count (fixture->https[0], "/sync");

  baton_fake_http_hang (fixture->https[0], "/sync");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (is_said (fixture, "Getting Your Tasks"));
  wait_for_rounds (fixture, n_rounds + 1);
  press (fixture, "_Stop");
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_STOPPED));
  BATON_TEST_WAIT (is_said (fixture, "You have stopped it"));
  g_assert_false (is_said (fixture, "Your Inbox Is Empty"));
  /* What is typed meanwhile is kept, and starts nothing */
  app_fixture_add (&fixture->app, "Of the app");
  BATON_TEST_WAIT (baton_engine_get_waiting (account_get_engine (fixture)) == 1);
  g_assert_true (account_has_state (fixture, BATON_ENGINE_STOPPED));
  app_fixture_activate (&fixture->app, "win.sync-now", NULL);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED));
  BATON_TEST_WAIT (account_count_tasks (fixture) == N_TASKS + 1);
}

/* A Stop that comes too late holds up nothing that is to be sent */
static void
test_stopped_too_late (AccountFixture *fixture, gconstpointer data)
{
  guint n_rounds;

  account_sign_in (fixture, 0);
  n_rounds = baton_fake_http_count (fixture->https[0], "/sync");
  baton_fake_http_hang (fixture->https[0], "/sync");
  app_fixture_add (&fixture->app, "To be sent");
  wait_for_rounds (fixture, n_rounds + 1);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCING));
  app_fixture_activate (&fixture->app, "win.stop-sync", NULL);
  BATON_TEST_WAIT (baton_fake_server_get_n_records (fixture->servers[0]) == 1);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED));
}

static void
test_offline (AccountFixture *fixture, gconstpointer data)
{
  baton_fake_http_say (fixture->https[0], "/sync", 1000, 503, "text/html", NULL, "away");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_OFFLINE));
  BATON_TEST_WAIT (is_said (fixture, "Your Tasks Are Not Here Yet"));
  /* In every list that has nothing, and after a start */
  app_fixture_activate (&fixture->app, "win.view", "s", "today");
  BATON_TEST_WAIT (is_said (fixture, "Your Tasks Are Not Here Yet"));
  g_assert_false (is_said (fixture, "Nothing Due Today"));
}

/* --- the banner, and what it opens --- */

static void
test_review (AccountFixture *fixture, gconstpointer data)
{
  g_autoptr (Phone) phone = phone_new (fixture);
  AdwBanner *banner = fixture->app.window->banner;

  account_sign_in (fixture, 0);
  BATON_TEST_WAIT (account_count_tasks (fixture) == N_TASKS);
  phone_delete_all (fixture, phone);
  BATON_TEST_WAIT (baton_window_is_held (fixture->app.window) && adw_banner_get_revealed (banner));
  g_assert_cmpstr (adw_banner_get_button_label (banner), ==, "_Review…");
  for (guint i = 0; i < 2; i++)
    g_signal_emit_by_name (banner, "button-clicked");
  g_assert_true (BATON_IS_REMOVAL_DIALOG (app_fixture_get_dialog (&fixture->app)));
  g_assert_cmpuint (app_fixture_count_dialogs (&fixture->app), ==, 1);
  /* The answer is being written down when the dialog goes */
  BATON_TEST_WAIT (app_fixture_find_widget (GTK_WIDGET (app_fixture_get_dialog (&fixture->app)),
                                            app_fixture_is_label, " Items Here?") != NULL);
  press (fixture, "_Remove Here Too");
  adw_dialog_force_close (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (account_count_tasks (fixture) == 0);
}

static void
test_one_of_each (AccountFixture *fixture, gconstpointer data)
{
  static const char *const actions[] = { "show-unsynced", "show-conflicts", "sign-in" };

  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *action = g_strconcat ("win.", actions[i], NULL);

      app_fixture_activate (&fixture->app, action, NULL);
      app_fixture_activate (&fixture->app, action, NULL);
      g_assert_cmpuint (app_fixture_count_dialogs (&fixture->app), ==, 1);
      close_dialog (fixture);
    }
}

static void
test_alarm (AccountFixture *fixture, gconstpointer data)
{
  app_fixture_stop (&fixture->app);
  app_fixture_start (&fixture->app);
  for (guint i = 0; i < 2; i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->app.application), BATON_ALARM_ACTION,
                                      NULL);
      BATON_TEST_WAIT (BATON_IS_UNSYNCED_DIALOG (app_fixture_get_dialog (&fixture->app)));
    }
  g_assert_cmpuint (app_fixture_count_dialogs (&fixture->app), ==, 1);
  close_dialog (fixture);
}

/* --- what is under way when its dialog goes --- */

static void
test_sign_in_goes (AccountFixture *fixture, gconstpointer data)
{
  baton_fake_http_hang (fixture->https[0], "/auth/login");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/login") == 1);
  adw_dialog_force_close (app_fixture_get_dialog (&fixture->app));
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  account_sign_in (fixture, 0);
}

static void
test_sign_out_goes (AccountFixture *fixture, gconstpointer data)
{
  account_sign_in (fixture, 0);
  baton_fake_http_hang (fixture->https[0], "/auth/logout");
  account_submit (account_open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/logout") == 1);
  adw_dialog_force_close (app_fixture_get_dialog (&fixture->app));
  /* This device has signed out before it told the server. */
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
}

/* It ends as it would have by Cancel, and keeps no window open */
static void
test_window_closes (AccountFixture *fixture, gconstpointer data)
{
  baton_fake_http_hang (fixture->https[0], "/auth/login");
  account_submit_sign_in (fixture, 0);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/login") == 1);
  app_fixture_restart (&fixture->app);
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));

  account_sign_in (fixture, 0);
  baton_fake_http_hang (fixture->https[0], "/auth/logout");
  account_submit (account_open_sign_out (fixture, FALSE));
  BATON_TEST_WAIT (baton_fake_http_count (fixture->https[0], "/auth/logout") == 1);
  app_fixture_restart (&fixture->app);
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  g_assert_true (account_has_state (fixture, BATON_ENGINE_SIGNED_OUT));
}

/* Signing out, to sync first says what came of it */
static void
test_sync_first (AccountFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  GtkWidget *row;

  account_sign_in (fixture, 0);
  baton_fake_http_say (fixture->https[0], "/sync", 2, 503, "text/html", NULL, "away");
  app_fixture_add (&fixture->app, "On no server");
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_OFFLINE));
  dialog = account_open_sign_out (fixture, FALSE);
  g_assert_nonnull (app_fixture_find_widget (dialog, app_fixture_is_label, "503"));
  row = app_fixture_find_child (dialog, ADW_TYPE_BUTTON_ROW);
  g_signal_emit_by_name (row, "activated");
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCING) ||
                   account_has_state (fixture, BATON_ENGINE_SYNCED));
  BATON_TEST_WAIT (!account_has_state (fixture, BATON_ENGINE_SYNCING));
  g_signal_emit_by_name (row, "activated");
  BATON_TEST_WAIT (baton_fake_server_get_n_records (fixture->servers[0]) == 1);
  adw_dialog_force_close (ADW_DIALOG (dialog));
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
  add ("/first-sync/it-can-be-stopped-and-goes-on", test_stopped, NULL);
  add ("/first-sync/stopped-too-late-it-sends-all-the-same", test_stopped_too_late, NULL);
  add ("/first-sync/offline-no-list-is-called-empty", test_offline, NULL);
  add ("/first-sync/the-banner-opens-what-would-be-removed", test_review, NULL);
  add ("/first-sync/what-is-open-is-not-opened-again", test_one_of_each, NULL);
  add ("/first-sync/the-alarm-opens-its-page", test_alarm, NULL);
  add ("/first-sync/signing-in-ends-with-its-dialog", test_sign_in_goes, NULL);
  add ("/first-sync/signing-out-ends-with-its-dialog", test_sign_out_goes, NULL);
  add ("/first-sync/the-window-closes-while-a-dialog-is-busy", test_window_closes, NULL);
  add ("/first-sync/to-sync-before-signing-out-says-what-came-of-it", test_sync_first, NULL);
  return g_test_run ();
}
