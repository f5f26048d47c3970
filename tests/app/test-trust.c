/* test-trust.c: what two devices did at once is shown, kept, and for the person to decide
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-alarm.h"
#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-conflicts-dialog.h"
#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-export.h"
#include "../../src/app/baton-field-text.h"
#include "../../src/app/baton-removal-dialog.h"
#include "../../src/app/baton-version-text.h"
#include "../support/baton-sync-test.h"
#include "app-fixture.h"

/* The app is one device, `phone` the other one */
typedef struct
{
  AppFixture app;
  BatonFakeServer *server;
  BatonFakeRemote *app_remote;
  BatonFakeRemote *phone_remote;
  BatonDatabase *phone;
} Fixture;

/* --- helpers --- */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_store_call_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
call (Fixture *fixture, BatonStoreFunc work, gpointer data)
{
  gboolean done = FALSE;

  baton_store_call_async (app_fixture_get_store (&fixture->app), work, data, NULL, NULL, called_cb,
                          &done);
  BATON_TEST_WAIT (done);
}

static gboolean
sign_in_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_sign_in (database);
  return TRUE;
}

static gboolean
sync_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_run (database, data);
  return TRUE;
}

static gboolean
nothing_work (BatonDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

/* Each device twice: what one sends last the other has too */
static void
exchange (Fixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      call (fixture, sync_work, fixture->app_remote);
      baton_sync_test_run (fixture->phone, fixture->phone_remote);
    }
  baton_store_refresh (app_fixture_get_store (&fixture->app));
}

static void
set_text (Fixture *fixture, const char *task, const char *field, const char *text)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, task);
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  baton_edit_set_text (edit, field, text);
  g_ptr_array_add (edits, baton_edit_ref (edit));
  baton_window_apply (fixture->app.window, edits, "Test", NULL);
  BATON_TEST_WAIT (fixture->app.window->n_saving == 0);
}

static gboolean
reads (Fixture *fixture, const char *task, const char *field, const char *text)
{
  g_autoptr (BatonRecord) record = baton_store_get_record (app_fixture_get_store (&fixture->app),
                                                           BATON_ENTITY_TASK, task, NULL);

  return record != NULL && g_strcmp0 (baton_record_get_text (record, field), text) == 0;
}

static gboolean
is_marked (Fixture *fixture, const char *task)
{
  g_autoptr (BatonTask) object = baton_store_get_task (app_fixture_get_store (&fixture->app), task);
  gboolean conflict;

  g_object_get (object, "conflict", &conflict, NULL);
  return conflict;
}

static gint64
minute_later_cb (gpointer data)
{
  return g_get_real_time () / 1000 + 60000;
}

/* A task of which app and phone change @field at once; the phone's comes later, and wins */
static char *
make_conflict (Fixture *fixture, const char *field, const char *mine, const char *theirs)
{
  g_autoptr (BatonTask) task = NULL;
  char *id;

  app_fixture_add (&fixture->app, "Call Ada");
  task = app_fixture_find (&fixture->app, "Call Ada");
  id = g_strdup (baton_task_get_id (task));
  exchange (fixture);
  set_text (fixture, id, field, mine);
  baton_database_set_now (fixture->phone, minute_later_cb, NULL);
  baton_sync_test_set (fixture->phone, id, field, theirs);
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  exchange (fixture);
  BATON_TEST_WAIT (reads (fixture, id, field, theirs));
  return id;
}

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
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static gboolean
is_button (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) &&
         (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0 ||
          g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0);
}

static gboolean
is_heading (GtkWidget *widget, const char *text)
{
  return is_label (widget, text) && gtk_widget_has_css_class (widget, "heading");
}

/* The text of one that can be copied */
static gboolean
is_version (GtkWidget *widget, const char *text)
{
  return is_label (widget, text) && gtk_label_get_selectable (GTK_LABEL (widget));
}

static guint
count (GtkWidget *widget, GType type)
{
  guint n = g_type_is_a (G_OBJECT_TYPE (widget), type) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count (child, type);
  return n;
}

static AdwDialog *
get_dialog (Fixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->app.window));
}

static void
press (GtkWidget *widget, const char *button)
{
  GtkWidget *found = find (widget, is_button, button);

  g_assert_nonnull (found);
  g_signal_emit_by_name (found, "clicked");
}

/* --- conflicts --- */

static GtkWidget *
open_conflicts (Fixture *fixture)
{
  AdwDialog *dialog;

  app_fixture_activate (&fixture->app, "win.show-conflicts", NULL);
  dialog = get_dialog (fixture);
  g_assert_true (BATON_IS_CONFLICTS_DIALOG (dialog));
  return GTK_WIDGET (dialog);
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = make_conflict (fixture, "title", "Call Ada at noon", "Call Ada tonight");
  GtkWidget *dialog;

  BATON_TEST_WAIT (is_marked (fixture, id));
  dialog = open_conflicts (fixture);
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  g_assert_nonnull (find (dialog, is_label, "Call Ada at noon"));
  g_assert_nonnull (find (dialog, is_label, "Call Ada tonight"));
  g_assert_nonnull (find (dialog, is_label, "This device"));
  g_assert_nonnull (find (dialog, is_label, "Another device"));
  press (dialog, "_Keep");
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (!is_marked (fixture, id));
  g_assert_true (reads (fixture, id, "title", "Call Ada tonight"));
  BATON_TEST_WAIT (find (dialog, is_button, "_Undo") != NULL);
  press (dialog, "_Undo");
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  BATON_TEST_WAIT (is_marked (fixture, id));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_used_and_undone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = make_conflict (fixture, "title", "Call Ada at noon", "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);

  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  press (dialog, "_Use This Instead");
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (reads (fixture, id, "title", "Call Ada at noon"));
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "undo"));
  app_fixture_activate (&fixture->app, "win.undo", NULL);
  BATON_TEST_WAIT (reads (fixture, id, "title", "Call Ada tonight"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static guint
count_letters (GtkWidget *widget)
{
  guint n = GTK_IS_LABEL (widget)
                ? (guint) g_utf8_strlen (gtk_label_get_text (GTK_LABEL (widget)), -1)
                : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_letters (child);
  return n;
}

static char *
dup_buffer (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* One long line, and many lines: a label lays out all that it has at once, and holds the window up */
static void
test_long_notes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (90000, 'm');
  g_autoptr (GString) lines = g_string_new (NULL);
  BatonHistoryEntry entry = { .entity = BATON_ENTITY_TASK, .field = (char *) "description" };
  g_auto (BatonValue) now = BATON_VALUE_INIT;
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *card;
  g_autofree char *text = NULL;

  for (guint i = 0; i < 30000; i++)
    g_string_append_printf (lines, "%u\n", i);
  g_string_append (lines, "the end");
  baton_value_set_text (&now, lines->str);
  baton_value_set_text (&entry.old_value, line);
  card = baton_conflict_card_new (NULL, &entry, &now, BATON_HISTORY_SERVER, 0);
  g_assert_cmpuint (count_letters (card), <, 2500);
  adw_dialog_set_child (dialog, card);
  adw_dialog_present (dialog, GTK_WIDGET (fixture->app.window));
  press (card, "Show _All");
  g_assert_true (get_dialog (fixture) != dialog);
  text = dup_buffer (
      app_fixture_find_child (GTK_WIDGET (get_dialog (fixture)), GTK_TYPE_TEXT_VIEW));
  g_assert_cmpstr (text, ==, lines->str);
  adw_dialog_force_close (get_dialog (fixture));
  adw_dialog_force_close (dialog);
  baton_value_clear (&entry.old_value);
}

/* A second press, while the first is being taken, is none; undone, the card is there to be pressed again */
static void
test_decided_while_busy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = make_conflict (fixture, "title", "Call Ada at noon", "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *card;

  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  card = app_fixture_find_child (dialog, BATON_TYPE_CONFLICT_CARD);
  press (dialog, "_Use This Instead");
  g_assert_false (gtk_widget_get_sensitive (card));
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (reads (fixture, id, "title", "Call Ada at noon"));
  app_fixture_activate (&fixture->app, "win.undo", NULL);
  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  card = app_fixture_find_child (dialog, BATON_TYPE_CONFLICT_CARD);
  BATON_TEST_WAIT (gtk_widget_get_sensitive (card));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* What is taken is what a screen reader says with the button */
static void
test_buttons_described (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = make_conflict (fixture, "title", "Call Ada at noon", "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *title, *now, *lost;
  GtkWidget *field;

  BATON_TEST_WAIT (count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  title = find (dialog, is_heading, "Call Ada tonight");
  field = find (dialog, is_label, "Title");
  now = find (dialog, is_version, "Call Ada tonight");
  lost = find (dialog, is_version, "Call Ada at noon");
  gtk_test_accessible_assert_relation (find (dialog, is_button, "_Keep"),
                                       GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, title, field, now,
                                       NULL);
  gtk_test_accessible_assert_relation (find (dialog, is_button, "_Use This Instead"),
                                       GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, title, field, lost,
                                       NULL);
  g_assert_false (
      gtk_test_accessible_has_relation (GTK_ACCESSIBLE (now), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_conflicts_empty (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *status = app_fixture_find_child (dialog, ADW_TYPE_STATUS_PAGE);

  BATON_TEST_WAIT (gtk_widget_get_child_visible (status));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* --- history --- */

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = make_conflict (fixture, "priority", "high", "urgent");
  GtkWidget *history;
  GtkWidget *expander;
  GtkWidget *created;

  app_fixture_activate (&fixture->app, "win.show-task", "s", id);
  history = GTK_WIDGET (fixture->app.window->details->history);
  expander = app_fixture_find_child (history, ADW_TYPE_EXPANDER_ROW);
  g_assert_nonnull (find (history, is_label, "Changed in two places at once"));
  g_assert_null (find (history, is_label, "Created"));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
  BATON_TEST_WAIT (find (history, is_label, "Created") != NULL);
  g_assert_nonnull (find (history, is_label, "Medium → High"));
  g_assert_nonnull (find (history, is_label, "Priority, set aside"));
  created = find (history, is_label, "Created");
  g_object_add_weak_pointer (G_OBJECT (created), (gpointer *) &created);
  press (history, "Use This Instead");
  BATON_TEST_WAIT (reads (fixture, id, "priority", "high"));
  BATON_TEST_WAIT (find (history, is_label, "Urgent → High") != NULL);
  g_assert_nonnull (created);
  g_assert_true (find (history, is_label, "Created") == created);
  g_clear_weak_pointer (&created);
}

/* --- the brake --- */

static gboolean
hold_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_fail (database, data, BATON_SYNC_ERROR_BRAKE);
  return TRUE;
}

static void
delete_task (BatonDatabase *database, const char *id)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  baton_edit_set_bool (edit, "deleted", TRUE);
  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, "Test", &error);
  g_assert_no_error (error);
}

static gboolean
is_held (Fixture *fixture)
{
  if (fixture->app.window->engine == NULL)
    return FALSE;
  baton_engine_poke (fixture->app.window->engine);
  return baton_window_is_held (fixture->app.window);
}

static void
answer_removal (Fixture *fixture, const char *answer)
{
  GtkWidget *dialog;

  app_fixture_activate (&fixture->app, "win.show-removal", NULL);
  dialog = GTK_WIDGET (get_dialog (fixture));
  g_assert_true (BATON_IS_REMOVAL_DIALOG (dialog));
  BATON_TEST_WAIT (find (dialog, is_label, "Remove 30 Items Here?") != NULL);
  g_assert_nonnull (find (dialog, is_label, "Task "));
  press (dialog, answer);
  BATON_TEST_WAIT (get_dialog (fixture) == NULL);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_export_write_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static char *export (Fixture *fixture, BatonExport what)
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
count_tasks (Fixture *fixture)
{
  return g_list_model_get_n_items (app_fixture_get_tasks (&fixture->app));
}

/* Also after a restart, until the person says yes */
static void
test_brake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *kept = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *title = g_strdup_printf ("Task %u", i);

      g_ptr_array_add (ids, baton_sync_test_add_task (fixture->phone, title));
    }
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  exchange (fixture);
  BATON_TEST_WAIT (count_tasks (fixture) == 40);
  for (guint i = 0; i < 30; i++)
    delete_task (fixture->phone, g_ptr_array_index (ids, i));
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  call (fixture, hold_work, fixture->app_remote);
  BATON_TEST_WAIT (is_held (fixture));
  answer_removal (fixture, "_Not Now");
  g_assert_cmpuint (count_tasks (fixture), ==, 40);
  kept = export (fixture, BATON_EXPORT_REMOVAL);
  for (guint i = 0; i < 40; i++)
    g_assert_true ((strstr (kept, g_ptr_array_index (ids, i)) != NULL) == (i < 30));

  app_fixture_restart (&fixture->app);
  BATON_TEST_WAIT (is_held (fixture));
  g_assert_true (app_fixture_is_enabled (&fixture->app, "show-removal"));
  answer_removal (fixture, "_Remove Here Too");
  call (fixture, nothing_work, NULL);
  call (fixture, sync_work, fixture->app_remote);
  baton_store_refresh (app_fixture_get_store (&fixture->app));
  BATON_TEST_WAIT (count_tasks (fixture) == 10);
  BATON_TEST_WAIT (!is_held (fixture));
}

/* --- undo --- */

static void
test_undo_asks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;
  g_autofree char *id = NULL;
  AdwDialog *alert;

  app_fixture_add (&fixture->app, "Call Ada");
  task = app_fixture_find (&fixture->app, "Call Ada");
  id = g_strdup (baton_task_get_id (task));
  exchange (fixture);
  set_text (fixture, id, "title", "Call Ada at noon");
  exchange (fixture);
  baton_sync_test_set (fixture->phone, id, "title", "Call Ada tonight");
  exchange (fixture);
  BATON_TEST_WAIT (reads (fixture, id, "title", "Call Ada tonight"));
  for (guint i = 0; i < 2; i++)
    {
      app_fixture_activate (&fixture->app, "win.undo", NULL);
      BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (get_dialog (fixture)));
      alert = get_dialog (fixture);
      g_assert_nonnull (strstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (alert)), "Test"));
      g_signal_emit_by_name (alert, "response", i == 0 ? "cancel" : "force-undo");
      adw_dialog_force_close (alert);
      g_assert_true (reads (fixture, id, "title", "Call Ada tonight") || i == 1);
    }
  BATON_TEST_WAIT (reads (fixture, id, "title", "Call Ada"));
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
test_alarm (Fixture *fixture, gconstpointer data)
{
  guint n_rung = 0;
  guint n_withdrawn = 0;

  app_fixture_add (&fixture->app, "Waits");
  call (fixture, days_pass_work, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BatonAlarm) alarm = baton_alarm_new (app_fixture_get_store (&fixture->app));

      g_signal_connect (alarm, "ring", G_CALLBACK (ring_cb), &n_rung);
      g_signal_connect (alarm, "withdraw", G_CALLBACK (withdraw_cb), &n_withdrawn);
      baton_alarm_start (alarm);
      call (fixture, nothing_work, NULL);
      BATON_TEST_WAIT (n_rung == 1);
      if (i == 1)
        {
          call (fixture, synced_work, fixture->app_remote);
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
test_export (Fixture *fixture, gconstpointer data)
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
test_export_is_cancelled (Fixture *fixture, gconstpointer data)
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

/* --- words --- */

static void
assert_value (const char *key, const BatonValue *value, const char *expected)
{
  g_autofree char *text = baton_field_text_dup_value (NULL, BATON_ENTITY_TASK, key, value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_words (void)
{
  static const struct
  {
    const char *key;
    const char *text;
    const char *expected;
  } cases[] = {
    { "title",       "Call Ada",                             "Call Ada"               },
    { "priority",    "high",                                 "High"                   },
    { "status",      "in_progress",                          "In Progress"            },
    { "due",         "2026-12-24",                           "Thu 24 Dec 2026"        },
    { "due",         "2026-12-24T14:30",                     "Thu 24 Dec 2026, 14:30" },
    { "due",         NULL,                                   "None"                   },
    { "project_id",  NULL,                                   "Inbox"                  },
    { "description", NULL,                                   "Empty"                  },
    { "recurrence",  "FREQ=DAILY",                           "Every day"              },
    { "assignee_id", "0190a000-0000-7000-8000-00000000abcd", "Somebody (…abcd)"       },
    { "project_id",  "0190a000-0000-7000-8000-00000000abcd",
     "A project that is not on this device (…abcd)"                                   },
  };
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  g_autofree char *tag = baton_field_text_dup_name (BATON_ENTITY_TASK, "tags.home");
  g_autofree char *unknown = baton_field_text_dup_name (BATON_ENTITY_TASK, "moon_phase");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      baton_value_set_text (&value, cases[i].text);
      assert_value (cases[i].key, &value, cases[i].expected);
    }
  baton_value_set_int (&value, 1);
  assert_value ("estimated_minutes", &value, "1 minute");
  baton_value_set_bool (&value, TRUE);
  assert_value ("tags.home", &value, "Set");
  g_assert_cmpstr (tag, ==, "Tag “home”");
  g_assert_cmpstr (unknown, ==, "moon phase");
}

static void
test_versions (void)
{
  g_autoptr (GtkLabel) label = g_object_ref_sink (GTK_LABEL (gtk_label_new (NULL)));
  g_autofree char *changes = baton_version_text_dup_changes ("a\nb\nc", "a\nB\nc", 10);
  g_autofree char *most = baton_version_text_dup_changes ("", "1\n2\n3", 2);

  g_assert_cmpstr (changes, ==, "− b\n+ B");
  g_assert_cmpstr (most, ==, "+ 1\n+ 2\n…");
  baton_version_text_show (label, "a\nb\nc", "a\nB\nc");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "a\nb\nc");
  baton_version_text_show (label, "1\n2\n3\n4\n5\n6\n7\nx", "1\n2\n3\n4\n5\n6\n7\ny");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "⋯ 5 lines are the same\n6\n7\nx");
  baton_version_text_show (label, "", "a");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "");
}

/* --- */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  app_fixture_set_up (&fixture->app, NULL);
  fixture->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  baton_fake_server_set_now (fixture->server, g_get_real_time () / 1000);
  fixture->app_remote = baton_fake_remote_new (fixture->server);
  fixture->phone_remote = baton_fake_remote_new (fixture->server);
  fixture->phone = baton_sync_test_open (fixture->app.folder, "phone");
  baton_sync_test_sign_in (fixture->phone);
  call (fixture, sign_in_work, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->phone);
  app_fixture_tear_down (&fixture->app, NULL);
  g_object_unref (fixture->app_remote);
  g_object_unref (fixture->phone_remote);
  baton_fake_server_free (fixture->server);
}

static void
add (const char *path, void (*func) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("/trust/conflict-is-marked-and-kept-as-it-is", test_kept);
  add ("/trust/other-version-is-used-and-undone", test_used_and_undone);
  add ("/trust/long-notes-do-not-hold-up-the-window", test_long_notes);
  add ("/trust/card-is-pressed-once", test_decided_while_busy);
  add ("/trust/versions-of-a-card-are-read-with-its-buttons", test_buttons_described);
  add ("/trust/no-conflicts-say-so", test_conflicts_empty);
  add ("/trust/history-is-read-when-opened", test_history);
  add ("/trust/much-is-not-removed-before-the-person-says-so", test_brake);
  add ("/trust/undo-of-what-another-changed-asks", test_undo_asks);
  add ("/trust/alarm-rings-once-and-is-withdrawn", test_alarm);
  add ("/trust/export-holds-what-waits", test_export);
  add ("/trust/cancelled-export-leaves-no-file", test_export_is_cancelled);
  g_test_add_func ("/trust/fields-are-told-in-words", test_words);
  g_test_add_func ("/trust/versions-show-what-differs", test_versions);
  return g_test_run ();
}
