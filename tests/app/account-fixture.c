/* account-fixture.c: the app, and two servers that it can sign in to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-config.h"

#include "account-fixture.h"

#include "../../src/app/baton-sign-in-dialog.h"
#include "../../src/app/baton-sign-out-dialog.h"

static gboolean
is_row (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget) &&
         g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static gboolean
is_submit (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && (gtk_widget_has_css_class (widget, "suggested-action") ||
                                    gtk_widget_has_css_class (widget, "destructive-action"));
}

BatonEngine *
account_get_engine (AccountFixture *fixture)
{
  return fixture->app.window->engine;
}

gboolean
account_has_state (AccountFixture *fixture, BatonEngineState state)
{
  return account_get_engine (fixture) != NULL &&
         baton_engine_get_state (account_get_engine (fixture)) == state;
}

static void
type (GtkWidget *dialog, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (app_fixture_find_widget (dialog, is_row, row)), text);
}

void
account_submit (GtkWidget *dialog)
{
  GtkWidget *header = app_fixture_find_child (dialog, ADW_TYPE_HEADER_BAR);

  g_signal_emit_by_name (app_fixture_find_widget (header, is_submit, NULL), "clicked");
}

/* Fills the dialog, and presses its button */
GtkWidget *
account_submit_sign_in (AccountFixture *fixture, guint server)
{
  GtkWidget *dialog;

  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "sign-in"));
  app_fixture_activate (&fixture->app, "win.sign-in", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  g_assert_true (BATON_IS_SIGN_IN_DIALOG (dialog));
  type (dialog, "Server", baton_fake_http_get_url (fixture->https[server]));
  type (dialog, "E-Mail", "ada@example.org");
  type (dialog, "Password", BATON_FAKE_PASSWORD);
  account_submit (dialog);
  return dialog;
}

void
account_sign_in (AccountFixture *fixture, guint server)
{
  account_submit_sign_in (fixture, server);
  BATON_TEST_WAIT (app_fixture_get_dialog (&fixture->app) == NULL);
  BATON_TEST_WAIT (account_has_state (fixture, BATON_ENGINE_SYNCED) &&
                   baton_engine_get_waiting (account_get_engine (fixture)) == 0);
}

GtkWidget *
account_open_sign_out (AccountFixture *fixture, gboolean remove)
{
  GtkWidget *dialog;

  app_fixture_activate (&fixture->app, "win.sign-out", NULL);
  dialog = GTK_WIDGET (app_fixture_get_dialog (&fixture->app));
  g_assert_true (BATON_IS_SIGN_OUT_DIALOG (dialog));
  if (remove)
    gtk_widget_activate (app_fixture_find_child (
        app_fixture_find_widget (dialog, is_row, "Remove Them"), GTK_TYPE_CHECK_BUTTON));
  return dialog;
}

void
account_answer (AccountFixture *fixture, const char *response)
{
  AdwDialog *alert;

  BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (app_fixture_get_dialog (&fixture->app)));
  alert = app_fixture_get_dialog (&fixture->app);
  g_signal_emit_by_name (alert, "response", response);
  adw_dialog_force_close (alert);
}

gboolean
account_asks (AccountFixture *fixture, const char *heading)
{
  AdwDialog *dialog = app_fixture_get_dialog (&fixture->app);

  return ADW_IS_ALERT_DIALOG (dialog) &&
         g_str_equal (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)), heading);
}

guint
account_count_tasks (AccountFixture *fixture)
{
  return g_list_model_get_n_items (app_fixture_get_tasks (&fixture->app));
}

void
account_set_up (AccountFixture *fixture, gconstpointer data)
{
  app_fixture_set_up (&fixture->app, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->servers); i++)
    {
      fixture->servers[i] = baton_fake_server_new (BATON_FAKE_USER, i + 1);
      baton_fake_server_set_now (fixture->servers[i], g_get_real_time () / 1000);
      fixture->https[i] = baton_fake_http_new (fixture->servers[i]);
    }
}

void
account_tear_down (AccountFixture *fixture, gconstpointer data)
{
  app_fixture_tear_down (&fixture->app, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->servers); i++)
    {
      baton_fake_http_free (fixture->https[i]);
      baton_fake_server_free (fixture->servers[i]);
    }
}
