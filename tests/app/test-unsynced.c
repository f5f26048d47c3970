/* test-unsynced.c: a refused edit is shown with its reason, and sent again or discarded
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "trust-fixture.h"

#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-unsynced-dialog.h"
#include "../../src/app/baton-unsynced-row.h"

static gboolean
sign_out_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_set_account (database, NULL, error);
}

/* The row of an edit that does @title, as it stands under it */
static GtkWidget *
find_row (GtkWidget *widget, GType type, const char *title)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type) &&
      strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_row (child, type, title);
  return found;
}

static GtkWidget *
find_button (GtkWidget *dialog, const char *title)
{
  return find_row (dialog, ADW_TYPE_BUTTON_ROW, title);
}

/* Discarding asks first */
static void
answer (TrustFixture *fixture, GtkWidget *button, const char *response)
{
  AdwDialog *alert;

  g_signal_emit_by_name (button, "activated");
  alert = app_fixture_get_dialog (&fixture->app);
  g_assert_true (ADW_IS_ALERT_DIALOG (alert));
  g_assert_nonnull (strstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (alert)), "Not mine"));
  g_signal_emit_by_name (alert, "response", response);
  adw_dialog_force_close (alert);
}

static GtkWidget *
open_dialog (TrustFixture *fixture, guint n_rows)
{
  AdwDialog *dialog;

  app_fixture_activate (&fixture->app, "win.show-unsynced", NULL);
  dialog = app_fixture_get_dialog (&fixture->app);
  g_assert_true (BATON_IS_UNSYNCED_DIALOG (dialog));
  BATON_TEST_WAIT (app_fixture_count (GTK_WIDGET (dialog), BATON_TYPE_UNSYNCED_ROW) == n_rows);
  return GTK_WIDGET (dialog);
}

static void
test_refused_is_shown_and_discarded (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  GtkWidget *row;

  app_fixture_add (&fixture->app, "Not mine !high");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 1);
  row = find_row (dialog, BATON_TYPE_UNSYNCED_ROW, "Not mine");
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==,
                   "You are not allowed to change this");
  row = find_row (dialog, ADW_TYPE_ACTION_ROW, "The server says");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "You may only look at this project");
  row = find_row (dialog, ADW_TYPE_ACTION_ROW, "Priority");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "High");

  /* Sent again it waits, and is refused again */
  g_signal_emit_by_name (find_button (dialog, "Try Again"), "activated");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 0);
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  adw_dialog_force_close (ADW_DIALOG (dialog));

  dialog = open_dialog (fixture, 1);
  answer (fixture, find_button (dialog, "Discard"), "cancel");
  app_fixture_settle (&fixture->app);
  g_assert_cmpuint (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW), ==, 1);
  answer (fixture, find_button (dialog, "Discard"), "discard");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 0);
  BATON_TEST_WAIT (!app_fixture_has (&fixture->app, "Not mine"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static gboolean
has_other_than (TrustFixture *fixture, const char *id)
{
  GListModel *tasks = app_fixture_get_tasks (&fixture->app);

  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++)
    {
      g_autoptr (BatonTask) task = g_list_model_get_item (tasks, i);

      if (g_strcmp0 (baton_task_get_text (task, "title"), "Not mine") == 0 &&
          g_strcmp0 (baton_task_get_id (task), id) != 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_kept_as_a_copy (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  g_autoptr (BatonTask) task = NULL;
  g_autofree char *id = NULL;

  app_fixture_add (&fixture->app, "Not mine");
  task = app_fixture_find (&fixture->app, "Not mine");
  id = g_strdup (baton_task_get_id (task));
  g_clear_object (&task);
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 1);
  g_signal_emit_by_name (find_button (dialog, "Keep as a Copy"), "activated");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 0);
  BATON_TEST_WAIT (has_other_than (fixture, id));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_task_is_shown (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Not mine");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 1);
  g_signal_emit_by_name (find_button (dialog, "Edit the Task"), "activated");
  g_assert_nonnull (baton_details_get_task (fixture->app.window->details));
}

/* Signed out no server is asked, so what no server has is still the person's */
static void
test_discarded_while_signed_out_stays (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Not mine");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 1);
  app_fixture_call (&fixture->app, sign_out_work, NULL);
  answer (fixture, find_button (dialog, "Discard"), "discard");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_UNSYNCED_ROW) == 0);
  app_fixture_settle (&fixture->app);
  g_assert_true (app_fixture_has (&fixture->app, "Not mine"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static guint
count_titled (GtkWidget *widget, const char *title)
{
  guint n = ADW_IS_PREFERENCES_ROW (widget) &&
                    strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) !=
                        NULL
                ? 1
                : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_titled (child, title);
  return n;
}

static gboolean
add_many_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
      g_autofree char *title = g_strdup_printf ("Waits %03u", i);
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

      baton_edit_set_text (edit, "title", title);
      g_ptr_array_add (edits, edit);
    }
  return baton_database_apply (database, edits, "Test", error);
}

/* The first of them, how many there are, why they wait, and what can be done */
static void
test_waiting_are_listed (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_call (&fixture->app, add_many_work, NULL);
  dialog = open_dialog (fixture, 0);
  BATON_TEST_WAIT (count_titled (dialog, "Waits") == 100);
  g_assert_true (app_fixture_says (dialog, "150 changes wait to be sent"));
  g_assert_true (app_fixture_says (dialog, "and 50 more"));
  /* Why, depends on whether the engine has looked for the tokens by now */
  BATON_TEST_WAIT (app_fixture_says (dialog, "Sign In"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static gboolean
edit_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();

  g_ptr_array_add (edits, data);
  return baton_database_apply (database, edits, "Test", error);
}

static void
apply (TrustFixture *fixture, BatonEdit *edit)
{
  app_fixture_call (&fixture->app, edit_work, edit);
  baton_edit_unref (edit);
}

/* A deletion cannot be kept as a copy; and what was refused is shown, whatever field it is */
static void
test_offers_are_true (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  g_autoptr (BatonTask) task = NULL;
  BatonEdit *edit;

  app_fixture_add (&fixture->app, "Not mine");
  task = app_fixture_find (&fixture->app, "Not mine");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (task));
  baton_edit_set_text (edit, "position", "a0V0123456789ab");
  apply (fixture, edit);
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (task));
  baton_edit_set_bool (edit, "deleted", TRUE);
  apply (fixture, edit);
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 3);
  g_assert_cmpuint (count_titled (dialog, "Keep as a Copy"), ==, 2);
  g_assert_cmpuint (count_titled (dialog, "Discard"), ==, 3);
  g_assert_cmpuint (count_titled (dialog, "Place in List"), ==, 1);
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static gboolean
discard_all_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) all = baton_database_list_unsynced (database, TRUE, 0, error);

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const BatonUnsynced *one = g_ptr_array_index (all, i);

      if (!baton_database_discard (database, baton_edit_get_id (one->edit), error))
        return FALSE;
    }
  return all != NULL;
}

/* The window tells what fails when the page is not there any more */
static void
test_failure_after_closing_is_told (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  app_fixture_add (&fixture->app, "Not mine");
  app_fixture_call (&fixture->app, trust_refuse_work, NULL);
  dialog = open_dialog (fixture, 1);
  baton_store_call_async (app_fixture_get_store (&fixture->app), discard_all_work, NULL, NULL, NULL,
                          NULL, NULL);
  g_signal_emit_by_name (find_button (dialog, "Try Again"), "activated");
  g_assert_false (
      gtk_widget_get_sensitive (find_row (dialog, BATON_TYPE_UNSYNCED_ROW, "Not mine")));
  adw_dialog_force_close (ADW_DIALOG (dialog));
  BATON_TEST_WAIT (app_fixture_says (GTK_WIDGET (fixture->app.window), "was refused"));
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
  add ("/unsynced/refused-is-shown-and-discarded", test_refused_is_shown_and_discarded);
  add ("/unsynced/kept-as-a-copy", test_kept_as_a_copy);
  add ("/unsynced/task-is-shown", test_task_is_shown);
  add ("/unsynced/discarded-while-signed-out-stays", test_discarded_while_signed_out_stays);
  add ("/unsynced/waiting-are-listed-with-the-reason", test_waiting_are_listed);
  add ("/unsynced/what-is-offered-can-be-done", test_offers_are_true);
  add ("/unsynced/failure-after-closing-is-told", test_failure_after_closing_is_told);
  return g_test_run ();
}
