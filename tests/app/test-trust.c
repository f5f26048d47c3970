/* test-trust.c: what would be removed, undone or lost is asked about, rung for and exported
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-alarm.h"
#include "../../src/app/baton-export.h"
#include "../../src/app/baton-removal-dialog.h"
#include "trust-fixture.h"

/* --- the brake --- */

static void
answer_removal (TrustFixture *fixture, const char *answer)
{
  GtkWidget *dialog;

  app_fixture_activate (&fixture->app, "win.show-removal", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  g_assert_true (BATON_IS_REMOVAL_DIALOG (dialog));
  BATON_TEST_WAIT (app_fixture_says (dialog, "Remove 30 Items Here?"));
  g_assert_true (app_fixture_says (dialog, "Task "));
  g_assert_true (app_fixture_says (dialog, "30 tasks were deleted elsewhere."));
  app_fixture_press (dialog, answer);
  BATON_TEST_WAIT (app_fixture_get_dialog (&fixture->app) == NULL);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_export_write_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static char *export (TrustFixture *fixture, BatonExport what)
{
  g_autofree char *path = g_build_filename (fixture->app.folder, "export.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gboolean done = FALSE;
  char *text = NULL;

  baton_export_write_async (app_fixture_get_store (&fixture->app), what, file, NULL, exported_cb,
                            &done);
  BATON_TEST_WAIT (done);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static guint
count_tasks (TrustFixture *fixture)
{
  return g_list_model_get_n_items (app_fixture_get_tasks (&fixture->app));
}

/* Also after a restart, until the person says yes */
static void
test_brake (TrustFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = trust_make_removal (fixture, 40, 30);
  g_autofree char *kept = NULL;

  answer_removal (fixture, "_Not Now");
  g_assert_cmpuint (count_tasks (fixture), ==, 40);
  kept = export (fixture, BATON_EXPORT_REMOVAL);
  for (guint i = 0; i < 40; i++)
    g_assert_true ((strstr (kept, g_ptr_array_index (ids, i)) != NULL) == (i < 30));

  app_fixture_restart (&fixture->app);
  BATON_TEST_WAIT (trust_is_held (fixture));
  g_assert_true (app_fixture_is_enabled (&fixture->app, "show-removal"));
  answer_removal (fixture, "_Remove Here Too");
  app_fixture_settle (&fixture->app);
  app_fixture_call (&fixture->app, trust_sync_work, fixture->app_remote);
  baton_store_refresh (app_fixture_get_store (&fixture->app));
  BATON_TEST_WAIT (count_tasks (fixture) == 10);
  BATON_TEST_WAIT (!trust_is_held (fixture));
}

/* A no: what others deleted comes in, and back, here and on the phone. */
static void
test_kept (TrustFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = trust_make_removal (fixture, 40, 30);

  answer_removal (fixture, "_Keep on All Devices");
  app_fixture_settle (&fixture->app);
  trust_exchange (fixture);
  trust_exchange (fixture);
  BATON_TEST_WAIT (!trust_is_held (fixture));
  BATON_TEST_WAIT (count_tasks (fixture) == 40);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (BatonRecord) task = baton_database_get (fixture->phone, BATON_ENTITY_TASK,
                                                         g_ptr_array_index (ids, i), NULL);

      g_assert_false (baton_record_get_bool (task, "deleted"));
    }
}

/* --- undo --- */

static void
test_undo_asks (TrustFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;
  g_autofree char *id = NULL;
  AdwDialog *alert;

  app_fixture_add (&fixture->app, "Call Ada");
  task = app_fixture_find (&fixture->app, "Call Ada");
  id = g_strdup (baton_task_get_id (task));
  trust_exchange (fixture);
  trust_set_text (fixture, id, "title", "Call Ada at noon");
  trust_exchange (fixture);
  baton_sync_test_set (fixture->phone, id, "title", "Call Ada tonight");
  trust_exchange (fixture);
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Call Ada tonight"));
  for (guint i = 0; i < 2; i++)
    {
      app_fixture_activate (&fixture->app, "win.undo", NULL);
      BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (app_fixture_get_dialog (&fixture->app)));
      alert = app_fixture_get_dialog (&fixture->app);
      g_assert_nonnull (strstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (alert)), "Test"));
      g_signal_emit_by_name (alert, "response", i == 0 ? "cancel" : "force-undo");
      adw_dialog_force_close (alert);
      g_assert_true (trust_reads (fixture, id, "title", "Call Ada tonight") || i == 1);
    }
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Call Ada"));
}

/* --- alarm --- */

static gint64
days_later_cb (gpointer data)
{
  return g_get_real_time () / 1000 + 4 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000);
}

static gboolean
days_pass_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_database_set_now (database, days_later_cb, NULL);
  return TRUE;
}

static gboolean
synced_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_run (database, data);
  return baton_database_set_last_sync (database, baton_database_get_now (database) + 1, error);
}

static void
ring_cb (BatonAlarm *alarm, GNotification *notification, const char *id, guint *n)
{
  *n += 1;
}

static void
withdraw_cb (BatonAlarm *alarm, const char *id, guint *n)
{
  *n += 1;
}

static void
test_alarm (TrustFixture *fixture, gconstpointer data)
{
  guint n_rung = 0;
  guint n_withdrawn = 0;

  app_fixture_add (&fixture->app, "Waits");
  app_fixture_call (&fixture->app, days_pass_work, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BatonAlarm) alarm = baton_alarm_new (app_fixture_get_store (&fixture->app));

      g_signal_connect (alarm, "ring", G_CALLBACK (ring_cb), &n_rung);
      g_signal_connect (alarm, "withdraw", G_CALLBACK (withdraw_cb), &n_withdrawn);
      baton_alarm_start (alarm);
      app_fixture_settle (&fixture->app);
      BATON_TEST_WAIT (n_rung == 1);
      if (i == 1)
        {
          app_fixture_call (&fixture->app, synced_work, fixture->app_remote);
          baton_alarm_synced (alarm);
          BATON_TEST_WAIT (n_withdrawn == 1);
        }
      g_assert_cmpuint (n_withdrawn, ==, i);
      baton_alarm_stop (alarm);
    }
  g_assert_cmpuint (n_rung, ==, 1);
}

/* --- export --- */

static void
test_export (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL, *all = NULL;

  app_fixture_add (&fixture->app, "Nowhere else");
  text = export (fixture, BATON_EXPORT_UNSYNCED);
  all = export (fixture, BATON_EXPORT_DATA);
  g_assert_nonnull (strstr (text, "Nowhere else"));
  g_assert_nonnull (strstr (all, "Nowhere else"));
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_export_write_finish (BATON_STORE (source), result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_export_is_cancelled (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->app.folder, "export.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;

  baton_export_write_async (app_fixture_get_store (&fixture->app), BATON_EXPORT_UNSYNCED, file,
                            cancellable, cancelled_cb, &done);
  g_cancellable_cancel (cancellable);
  BATON_TEST_WAIT (done);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* --- */

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
  add ("/trust/much-is-not-removed-before-the-person-says-so", test_brake);
  add ("/trust/a-no-brings-back-what-others-deleted", test_kept);
  add ("/trust/undo-of-what-another-changed-asks", test_undo_asks);
  add ("/trust/alarm-rings-once-and-is-withdrawn", test_alarm);
  add ("/trust/export-holds-what-waits", test_export);
  add ("/trust/cancelled-export-leaves-no-file", test_export_is_cancelled);
  return g_test_run ();
}
