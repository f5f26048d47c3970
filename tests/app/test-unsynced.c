/* test-unsynced.c: a refused edit is shown with its reason, and sent again or discarded
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-unsynced-dialog.h"
#include "../../src/app/baton-unsynced-row.h"

/* The server refuses all that waits */
static gboolean
refuse_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) outbox = baton_database_get_outbox (database, 100, 1 << 20, error);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; outbox != NULL && i < outbox->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (outbox, i)));
      result->status = BATON_RESULT_REFUSED;
      result->code = g_strdup ("AUTHORIZATION_ERROR");
      result->message = g_strdup ("You may only look at this project");
      g_ptr_array_add (results, result);
    }
  return outbox != NULL &&
         baton_database_take_results (database, results, g_get_real_time () / 1000, error);
}

static gboolean
sign_in_work (BatonDatabase *database, gpointer data, GError **error)
{
  BatonAccount account = {
    .server = (char *) "https://tasks.example.org",
    .email = (char *) "ada@example.org",
    .user_id = (char *) "0190a000-0000-7000-8000-0000000000aa",
  };

  return baton_database_set_account (database, &account, error);
}

static gboolean
sign_out_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_set_account (database, NULL, error);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_store_call_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
call (AppFixture *fixture, BatonStoreFunc work)
{
  gboolean done = FALSE;

  baton_store_call_async (app_fixture_get_store (fixture), work, NULL, NULL, NULL, called_cb,
                          &done);
  BATON_TEST_WAIT (done);
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = BATON_IS_UNSYNCED_ROW (widget) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
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

static gboolean
nothing_work (BatonDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

/* Discarding asks first */
static void
answer (AppFixture *fixture, GtkWidget *button, const char *response)
{
  AdwDialog *alert;

  g_signal_emit_by_name (button, "activated");
  alert = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
  g_assert_true (ADW_IS_ALERT_DIALOG (alert));
  g_assert_nonnull (strstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (alert)), "Not mine"));
  g_signal_emit_by_name (alert, "response", response);
  adw_dialog_force_close (alert);
}

static GtkWidget *
open_dialog (AppFixture *fixture, guint n_rows)
{
  AdwDialog *dialog;

  app_fixture_activate (fixture, "win.show-unsynced", NULL);
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
  g_assert_true (BATON_IS_UNSYNCED_DIALOG (dialog));
  BATON_TEST_WAIT (count_rows (GTK_WIDGET (dialog)) == n_rows);
  return GTK_WIDGET (dialog);
}

static void
test_refused_is_shown_and_discarded (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  GtkWidget *row;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine !high");
  call (fixture, refuse_work);
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
  BATON_TEST_WAIT (count_rows (dialog) == 0);
  call (fixture, refuse_work);
  adw_dialog_force_close (ADW_DIALOG (dialog));

  dialog = open_dialog (fixture, 1);
  answer (fixture, find_button (dialog, "Discard"), "cancel");
  call (fixture, nothing_work);
  g_assert_cmpuint (count_rows (dialog), ==, 1);
  answer (fixture, find_button (dialog, "Discard"), "discard");
  BATON_TEST_WAIT (count_rows (dialog) == 0);
  BATON_TEST_WAIT (!app_fixture_has (fixture, "Not mine"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static gboolean
has_other_than (AppFixture *fixture, const char *id)
{
  GListModel *tasks = app_fixture_get_tasks (fixture);

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
test_kept_as_a_copy (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  g_autoptr (BatonTask) task = NULL;
  g_autofree char *id = NULL;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine");
  task = app_fixture_find (fixture, "Not mine");
  id = g_strdup (baton_task_get_id (task));
  g_clear_object (&task);
  call (fixture, refuse_work);
  dialog = open_dialog (fixture, 1);
  g_signal_emit_by_name (find_button (dialog, "Keep as a Copy"), "activated");
  BATON_TEST_WAIT (count_rows (dialog) == 0);
  BATON_TEST_WAIT (has_other_than (fixture, id));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_task_is_shown (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine");
  call (fixture, refuse_work);
  dialog = open_dialog (fixture, 1);
  g_signal_emit_by_name (find_button (dialog, "Edit the Task"), "activated");
  g_assert_nonnull (baton_details_get_task (fixture->window->details));
}

/* Signed out no server is asked, so what no server has is still the person's */
static void
test_discarded_while_signed_out_stays (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine");
  call (fixture, refuse_work);
  dialog = open_dialog (fixture, 1);
  call (fixture, sign_out_work);
  answer (fixture, find_button (dialog, "Discard"), "discard");
  BATON_TEST_WAIT (count_rows (dialog) == 0);
  call (fixture, nothing_work);
  g_assert_true (app_fixture_has (fixture, "Not mine"));
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
says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
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
test_waiting_are_listed (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  call (fixture, sign_in_work);
  call (fixture, add_many_work);
  dialog = open_dialog (fixture, 0);
  BATON_TEST_WAIT (count_titled (dialog, "Waits") == 100);
  g_assert_true (says (dialog, "150 changes wait to be sent"));
  g_assert_true (says (dialog, "and 50 more"));
  /* Why, depends on whether the engine has looked for the tokens by now */
  BATON_TEST_WAIT (says (dialog, "Sign In"));
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
apply (AppFixture *fixture, BatonEdit *edit)
{
  gboolean done = FALSE;

  baton_store_call_async (app_fixture_get_store (fixture), edit_work, edit,
                          (GDestroyNotify) baton_edit_unref, NULL, called_cb, &done);
  BATON_TEST_WAIT (done);
}

/* A deletion cannot be kept as a copy; and what was refused is shown, whatever field it is */
static void
test_offers_are_true (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  g_autoptr (BatonTask) task = NULL;
  BatonEdit *edit;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine");
  task = app_fixture_find (fixture, "Not mine");
  call (fixture, refuse_work);
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (task));
  baton_edit_set_text (edit, "position", "a0V0123456789ab");
  apply (fixture, edit);
  call (fixture, refuse_work);
  edit = baton_edit_new (BATON_ENTITY_TASK, baton_task_get_id (task));
  baton_edit_set_bool (edit, "deleted", TRUE);
  apply (fixture, edit);
  call (fixture, refuse_work);
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
test_failure_after_closing_is_told (AppFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;
  gboolean done = FALSE;

  call (fixture, sign_in_work);
  app_fixture_add (fixture, "Not mine");
  call (fixture, refuse_work);
  dialog = open_dialog (fixture, 1);
  baton_store_call_async (app_fixture_get_store (fixture), discard_all_work, NULL, NULL, NULL,
                          called_cb, &done);
  g_signal_emit_by_name (find_button (dialog, "Try Again"), "activated");
  g_assert_false (
      gtk_widget_get_sensitive (find_row (dialog, BATON_TYPE_UNSYNCED_ROW, "Not mine")));
  adw_dialog_force_close (ADW_DIALOG (dialog));
  BATON_TEST_WAIT (done);
  BATON_TEST_WAIT (says (GTK_WIDGET (fixture->window), "was refused"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  g_test_add ("/unsynced/refused-is-shown-and-discarded", AppFixture, NULL, app_fixture_set_up,
              test_refused_is_shown_and_discarded, app_fixture_tear_down);
  g_test_add ("/unsynced/kept-as-a-copy", AppFixture, NULL, app_fixture_set_up, test_kept_as_a_copy,
              app_fixture_tear_down);
  g_test_add ("/unsynced/task-is-shown", AppFixture, NULL, app_fixture_set_up, test_task_is_shown,
              app_fixture_tear_down);
  g_test_add ("/unsynced/discarded-while-signed-out-stays", AppFixture, NULL, app_fixture_set_up,
              test_discarded_while_signed_out_stays, app_fixture_tear_down);
  g_test_add ("/unsynced/waiting-are-listed-with-the-reason", AppFixture, NULL, app_fixture_set_up,
              test_waiting_are_listed, app_fixture_tear_down);
  g_test_add ("/unsynced/what-is-offered-can-be-done", AppFixture, NULL, app_fixture_set_up,
              test_offers_are_true, app_fixture_tear_down);
  g_test_add ("/unsynced/failure-after-closing-is-told", AppFixture, NULL, app_fixture_set_up,
              test_failure_after_closing_is_told, app_fixture_tear_down);
  return g_test_run ();
}
