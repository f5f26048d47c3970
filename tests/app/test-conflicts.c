/* test-conflicts.c: what two devices did at once is shown, kept, and for the person to decide
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-conflicts-dialog.h"
#include "../../src/app/baton-details-private.h"
#include "trust-fixture.h"

static gboolean
is_marked (TrustFixture *fixture, const char *task)
{
  g_autoptr (BatonTask) object = baton_store_get_task (app_fixture_get_store (&fixture->app), task);
  gboolean conflict;

  g_object_get (object, "conflict", &conflict, NULL);
  return conflict;
}

static gboolean
is_heading (GtkWidget *widget, const char *text)
{
  return app_fixture_is_label (widget, text) && gtk_widget_has_css_class (widget, "heading");
}

/* The text of one that can be copied */
static gboolean
is_version (GtkWidget *widget, const char *text)
{
  return app_fixture_is_label (widget, text) && gtk_label_get_selectable (GTK_LABEL (widget));
}

static GtkWidget *
open_conflicts (TrustFixture *fixture)
{
  AdwDialog *dialog;

  app_fixture_activate (&fixture->app, "win.show-conflicts", NULL);
  dialog = app_fixture_get_dialog (&fixture->app);
  g_assert_true (BATON_IS_CONFLICTS_DIALOG (dialog));
  return GTK_WIDGET (dialog);
}

static void
test_kept (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Call Ada at noon",
                                             "Call Ada tonight");
  GtkWidget *dialog;

  BATON_TEST_WAIT (is_marked (fixture, id));
  dialog = open_conflicts (fixture);
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  g_assert_true (app_fixture_says (dialog, "Call Ada at noon"));
  g_assert_true (app_fixture_says (dialog, "Call Ada tonight"));
  g_assert_true (app_fixture_says (dialog, "This device"));
  g_assert_true (app_fixture_says (dialog, "Another device"));
  app_fixture_press (dialog, "_Keep");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (!is_marked (fixture, id));
  g_assert_true (trust_reads (fixture, id, "title", "Call Ada tonight"));
  BATON_TEST_WAIT (app_fixture_find_widget (dialog, app_fixture_is_button, "_Undo") != NULL);
  app_fixture_press (dialog, "_Undo");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  BATON_TEST_WAIT (is_marked (fixture, id));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_used_and_undone (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Call Ada at noon",
                                             "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);

  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  app_fixture_press (dialog, "_Use This Instead");
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Call Ada at noon"));
  BATON_TEST_WAIT (app_fixture_is_enabled (&fixture->app, "undo"));
  app_fixture_activate (&fixture->app, "win.undo", NULL);
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Call Ada tonight"));
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
test_long_notes (TrustFixture *fixture, gconstpointer data)
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
  app_fixture_press (card, "Show _All");
  g_assert_true (app_fixture_get_dialog (&fixture->app) != dialog);
  text = dup_buffer (app_fixture_find_child (GTK_WIDGET (app_fixture_get_dialog (&fixture->app)),
                                             GTK_TYPE_TEXT_VIEW));
  g_assert_cmpstr (text, ==, lines->str);
  adw_dialog_force_close (app_fixture_get_dialog (&fixture->app));
  adw_dialog_force_close (dialog);
  baton_value_clear (&entry.old_value);
}

/* A second press, while the first is being taken, is none; undone, the card is there to be pressed again */
static void
test_decided_while_busy (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Call Ada at noon",
                                             "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *card;

  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  card = app_fixture_find_child (dialog, BATON_TYPE_CONFLICT_CARD);
  app_fixture_press (dialog, "_Use This Instead");
  g_assert_false (gtk_widget_get_sensitive (card));
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 0);
  BATON_TEST_WAIT (trust_reads (fixture, id, "title", "Call Ada at noon"));
  app_fixture_activate (&fixture->app, "win.undo", NULL);
  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  card = app_fixture_find_child (dialog, BATON_TYPE_CONFLICT_CARD);
  BATON_TEST_WAIT (gtk_widget_get_sensitive (card));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* What is taken is what a screen reader says with the button */
static void
test_buttons_described (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "title", "Call Ada at noon",
                                             "Call Ada tonight");
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *title, *now, *lost;
  GtkWidget *field;

  BATON_TEST_WAIT (app_fixture_count (dialog, BATON_TYPE_CONFLICT_CARD) == 1);
  title = app_fixture_find_widget (dialog, is_heading, "Call Ada tonight");
  field = app_fixture_find_widget (dialog, app_fixture_is_label, "Title");
  now = app_fixture_find_widget (dialog, is_version, "Call Ada tonight");
  lost = app_fixture_find_widget (dialog, is_version, "Call Ada at noon");
  gtk_test_accessible_assert_relation (
      app_fixture_find_widget (dialog, app_fixture_is_button, "_Keep"),
      GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, title, field, now, NULL);
  gtk_test_accessible_assert_relation (
      app_fixture_find_widget (dialog, app_fixture_is_button, "_Use This Instead"),
      GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, title, field, lost, NULL);
  g_assert_false (
      gtk_test_accessible_has_relation (GTK_ACCESSIBLE (now), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static void
test_conflicts_empty (TrustFixture *fixture, gconstpointer data)
{
  GtkWidget *dialog = open_conflicts (fixture);
  GtkWidget *status = app_fixture_find_child (dialog, ADW_TYPE_STATUS_PAGE);

  BATON_TEST_WAIT (gtk_widget_get_child_visible (status));
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* --- history --- */

static void
test_history (TrustFixture *fixture, gconstpointer data)
{
  g_autofree char *id = trust_make_conflict (fixture, "priority", "high", "urgent");
  GtkWidget *history;
  GtkWidget *expander;
  GtkWidget *created;

  app_fixture_activate (&fixture->app, "win.show-task", "s", id);
  history = GTK_WIDGET (fixture->app.window->details->history);
  expander = app_fixture_find_child (history, ADW_TYPE_EXPANDER_ROW);
  g_assert_true (app_fixture_says (history, "Changed in two places at once"));
  g_assert_false (app_fixture_says (history, "Created"));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
  BATON_TEST_WAIT (app_fixture_says (history, "Created"));
  g_assert_true (app_fixture_says (history, "Medium → High"));
  g_assert_true (app_fixture_says (history, "Priority, set aside"));
  created = app_fixture_find_widget (history, app_fixture_is_label, "Created");
  g_object_add_weak_pointer (G_OBJECT (created), (gpointer *) &created);
  app_fixture_press (history, "Use This Instead");
  BATON_TEST_WAIT (trust_reads (fixture, id, "priority", "high"));
  BATON_TEST_WAIT (app_fixture_says (history, "Urgent → High"));
  g_assert_nonnull (created);
  g_assert_true (app_fixture_find_widget (history, app_fixture_is_label, "Created") == created);
  g_clear_weak_pointer (&created);
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
  add ("/conflicts/one-is-marked-and-kept-as-it-is", test_kept);
  add ("/conflicts/other-version-is-used-and-undone", test_used_and_undone);
  add ("/conflicts/long-notes-do-not-hold-up-the-window", test_long_notes);
  add ("/conflicts/card-is-pressed-once", test_decided_while_busy);
  add ("/conflicts/versions-of-a-card-are-read-with-its-buttons", test_buttons_described);
  add ("/conflicts/none-is-said", test_conflicts_empty);
  add ("/conflicts/history-is-read-when-opened", test_history);
  return g_test_run ();
}
