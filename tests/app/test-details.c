/* test-details.c: what is typed in the details is kept
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

#include "../../src/app/baton-details-private.h"
#include "../../src/app/baton-edits.h"

static GtkTextBuffer *
get_notes (AppFixture *fixture)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (
      app_fixture_find_child (GTK_WIDGET (fixture->window->details), GTK_TYPE_TEXT_VIEW)));
}

static GtkEditable *
get_title (AppFixture *fixture)
{
  return GTK_EDITABLE (
      app_fixture_find_child (GTK_WIDGET (fixture->window->details), ADW_TYPE_ENTRY_ROW));
}

static char *
dup_notes (AppFixture *fixture)
{
  char *text;

  g_object_get (get_notes (fixture), "text", &text, NULL);
  return text;
}

/* A task that is open in the details */
static BatonTask *
open_task (AppFixture *fixture, const char *title)
{
  BatonTask *task;

  app_fixture_add (fixture, title);
  task = app_fixture_find (fixture, title);
  app_fixture_activate (fixture, "win.show-task", "s", baton_task_get_id (task));
  g_assert_true (baton_details_get_task (fixture->window->details) == task);
  return task;
}

static gboolean
reads (BatonTask *task, const char *field, const char *text)
{
  return g_strcmp0 (baton_task_get_text (task, field), text) == 0;
}

static void
choose_repeat (AppFixture *fixture, guint position)
{
  adw_combo_row_set_selected (fixture->window->details->repeat_row, position);
}

static guint
count_repeats (AppFixture *fixture)
{
  AdwComboRow *row = fixture->window->details->repeat_row;

  return g_list_model_get_n_items (adw_combo_row_get_model (row));
}

static void
test_repeat_is_chosen_and_shown (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Water the plants");
  guint n_usual = count_repeats (fixture);

  choose_repeat (fixture, 1);
  BATON_TEST_WAIT (reads (task, "recurrence", "FREQ=DAILY"));
  /* What repeats begins today where it had no day. */
  g_assert_nonnull (baton_task_get_text (task, "due"));
  g_assert_cmpstr (adw_action_row_get_subtitle (fixture->window->details->next_row), ==,
                   "Tomorrow");
  choose_repeat (fixture, 0);
  BATON_TEST_WAIT (reads (task, "recurrence", NULL));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->window->details->next_row)));
  g_assert_cmpuint (count_repeats (fixture), ==, n_usual);
}

static void
test_a_rule_that_is_none_of_the_usual_is_shown_and_kept (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;
  guint n_usual;

  app_fixture_add (fixture, "Bins every 2 weeks");
  task = app_fixture_find (fixture, "Bins");
  app_fixture_activate (fixture, "win.show-task", "s", baton_task_get_id (task));
  n_usual = count_repeats (fixture) - 1;
  g_assert_cmpuint (adw_combo_row_get_selected (fixture->window->details->repeat_row), ==, n_usual);
  g_assert_true (reads (task, "recurrence", "FREQ=WEEKLY;INTERVAL=2"));
  choose_repeat (fixture, 2);
  BATON_TEST_WAIT (reads (task, "recurrence", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"));
  BATON_TEST_WAIT (count_repeats (fixture) == n_usual);
}

static void
test_what_repeats_comes_again_when_it_is_done (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = NULL;

  app_fixture_add (fixture, "Bins every day");
  task = app_fixture_find (fixture, "Bins");
  app_fixture_activate (fixture, "win.set-done", "(sb)", baton_task_get_id (task), TRUE);
  BATON_TEST_WAIT (baton_task_get_is_done (task));
  BATON_TEST_WAIT (app_fixture_has (fixture, "Bins"));
  app_fixture_activate (fixture, "win.undo", NULL);
  BATON_TEST_WAIT (!baton_task_get_is_done (task));
}

static void
test_title_is_saved_after_a_pause (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Draft");

  gtk_editable_set_text (get_title (fixture), "Final");
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "title"), "Final") == 0);
}

static void
test_notes_are_kept_when_the_window_closes_at_once (AppFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *notes = NULL;
  g_autofree char *draft = NULL;

  {
    g_autoptr (BatonTask) task = open_task (fixture, "Letter");

    id = g_strdup (baton_task_get_id (task));
  }
  gtk_text_buffer_set_text (get_notes (fixture), "Dear Ada,\nall is well.", -1);
  baton_quick_entry_set_text (baton_task_view_get_entry (fixture->window->task_view), "half a tas");
  app_fixture_restart (fixture);

  /* The task that was open is open again. */
  BATON_TEST_WAIT (fixture->window->details != NULL &&
                   baton_details_get_task (fixture->window->details) != NULL);
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "Dear Ada,\nall is well.");
  g_assert_cmpstr (
      baton_quick_entry_get_text (baton_task_view_get_entry (fixture->window->task_view)), ==,
      "half a tas");
}

static void
test_notes_are_saved_when_another_task_is_shown (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) first = open_task (fixture, "First");
  g_autoptr (BatonTask) second = NULL;
  g_autofree char *notes = NULL;

  gtk_text_buffer_set_text (get_notes (fixture), "of the first", -1);
  second = open_task (fixture, "Second");
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "");
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (first, "description"), "of the first") == 0);
  g_assert_null (baton_task_get_text (second, "description"));
}

static void
test_what_is_typed_is_not_replaced_from_outside (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Shared");
  const char *id = baton_task_get_id (task);
  g_autofree char *notes = NULL;

  gtk_text_buffer_set_text (get_notes (fixture), "mine", -1);
  baton_window_apply (fixture->window,
                      baton_edits_set_text (BATON_ENTITY_TASK, id, "priority", "low"), "Change",
                      NULL);
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "priority"), "low") == 0);
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "mine");
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "description"), "mine") == 0);
}

static void
test_change_from_outside_is_shown (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Before");
  const char *id = baton_task_get_id (task);

  baton_window_apply (fixture->window,
                      baton_edits_set_text (BATON_ENTITY_TASK, id, "title", "After"), "Change",
                      NULL);
  BATON_TEST_WAIT (g_strcmp0 (gtk_editable_get_text (get_title (fixture)), "After") == 0);
}

static void
test_empty_title_is_not_saved (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Named");

  gtk_editable_set_text (get_title (fixture), "  ");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (get_title (fixture)), "error"));
  baton_details_flush (fixture->window->details);
  app_fixture_add (fixture, "Another");
  g_assert_cmpstr (baton_task_get_text (task, "title"), ==, "Named");
}

/* In lines, for a view that lays out what it shows only */
static char *
make_long_text (gsize length)
{
  char *text = g_strnfill (length, 'x');

  for (gsize i = 80; i < length - 1; i += 80)
    text[i] = '\n';
  return text;
}

static void
test_notes_beyond_the_limit_are_kept_and_told (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Long");
  g_autofree char *text = make_long_text (100001);
  g_autofree char *notes = NULL;
  GtkWidget *banner = app_fixture_find_child (GTK_WIDGET (fixture->window->details),
                                              ADW_TYPE_BANNER);

  gtk_text_buffer_set_text (get_notes (fixture), text, -1);
  baton_details_flush (fixture->window->details);
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (banner)));
  notes = dup_notes (fixture);
  g_assert_cmpuint (strlen (notes), ==, 100001);
  g_assert_null (baton_task_get_text (task, "description"));
  gtk_text_buffer_set_text (get_notes (fixture), "short", -1);
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "description"), "short") == 0);
  BATON_TEST_WAIT (!adw_banner_get_revealed (ADW_BANNER (banner)));
}

static void
test_tag_is_added_and_removed (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Tagged");
  GtkWidget *editor = app_fixture_find_child (GTK_WIDGET (fixture->window->details),
                                              g_type_from_name ("BatonTagEditor"));
  GtkWidget *row = app_fixture_find_child (editor, ADW_TYPE_ENTRY_ROW);
  GtkWidget *chip;
  g_auto (GStrv) tags = NULL;

  gtk_editable_set_text (GTK_EDITABLE (row), "#home, two words");
  g_signal_emit_by_name (row, "entry-activated");
  BATON_TEST_WAIT (baton_record_get_bool (baton_task_get_record (task), "tags.home"));
  tags = baton_record_dup_set (baton_task_get_record (task), "tags");
  g_assert_cmpstr (tags[1], ==, "two words");
  chip = app_fixture_find_child (app_fixture_find_child (editor, ADW_TYPE_WRAP_BOX),
                                 GTK_TYPE_BUTTON);
  g_signal_emit_by_name (chip, "clicked");
  BATON_TEST_WAIT (!baton_record_get_bool (baton_task_get_record (task), "tags.home"));
}

static GtkWidget *
get_banner (AppFixture *fixture)
{
  return app_fixture_find_child (GTK_WIDGET (fixture->window->details), ADW_TYPE_BANNER);
}

static GtkEditable *
get_tag_row (AppFixture *fixture)
{
  GtkWidget *editor = app_fixture_find_child (GTK_WIDGET (fixture->window->details),
                                              g_type_from_name ("BatonTagEditor"));

  return GTK_EDITABLE (app_fixture_find_child (editor, ADW_TYPE_ENTRY_ROW));
}

static AdwDialog *
get_dialog (AppFixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
}

static void
test_title_typed_back_quickly_is_the_last_one (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "A");
  BatonDetails *details = fixture->window->details;

  gtk_editable_set_text (get_title (fixture), "AB");
  baton_details_flush (details);
  gtk_editable_set_text (get_title (fixture), "A");
  baton_details_flush (details);
  BATON_TEST_WAIT (!baton_details_is_saving (details));
  app_fixture_add (fixture, "Another");
  g_assert_cmpstr (baton_task_get_text (task, "title"), ==, "A");
  g_assert_cmpstr (gtk_editable_get_text (get_title (fixture)), ==, "A");
}

static void
test_control_characters_do_not_keep_text_from_being_saved (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Paper");

  gtk_text_buffer_set_text (get_notes (fixture), "one\ftwo\r\nthree\x01\tend", -1);
  gtk_editable_set_text (get_title (fixture), "Good\fpa\x01per");
  baton_details_flush (fixture->window->details);
  BATON_TEST_WAIT (!baton_details_is_saving (fixture->window->details));
  g_assert_cmpstr (baton_task_get_text (task, "title"), ==, "Good paper");
  g_assert_cmpstr (baton_task_get_text (task, "description"), ==, "one\ntwo\nthree\tend");
}

static void
test_window_stays_while_notes_cannot_be_saved (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Open");
  g_autofree char *notes = NULL;

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  gtk_window_close (GTK_WINDOW (fixture->window));
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  g_assert_null (get_dialog (fixture));

  /* Closed again it asks */
  gtk_window_close (GTK_WINDOW (fixture->window));
  BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (get_dialog (fixture)));
  adw_dialog_close (get_dialog (fixture));
  BATON_TEST_WAIT (get_dialog (fixture) == NULL);
  g_assert_true (gtk_widget_get_realized (GTK_WIDGET (fixture->window)));
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "dear");

  app_fixture_set_broken (fixture, FALSE);
  app_fixture_restart (fixture);
  BATON_TEST_WAIT (fixture->window->details != NULL &&
                   baton_details_get_task (fixture->window->details) != NULL);
  g_free (notes);
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "dear");
}

static void
test_quitting_waits_for_what_cannot_be_saved (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Open");

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->application), "quit", NULL);
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  g_assert_true (gtk_widget_get_realized (GTK_WIDGET (fixture->window)));
  app_fixture_set_broken (fixture, FALSE);
}

/* Another one, where the first is gone */
static void
show_window (AppFixture *fixture)
{
  GtkApplication *application = GTK_APPLICATION (fixture->application);

  g_application_activate (G_APPLICATION (application));
  fixture->window = BATON_WINDOW (gtk_application_get_active_window (application));
}

static void
test_window_closes_without_saving_when_told_to (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Open");
  GtkApplication *application = GTK_APPLICATION (fixture->application);

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  baton_details_flush (fixture->window->details);
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  gtk_window_close (GTK_WINDOW (fixture->window));
  BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (get_dialog (fixture)));
  g_signal_emit_by_name (get_dialog (fixture), "response", "discard");
  BATON_TEST_WAIT (gtk_application_get_windows (application) == NULL);
  app_fixture_set_broken (fixture, FALSE);
  show_window (fixture);
}

static void
test_window_asks_where_the_pane_that_would_say_it_is_closed (AppFixture *fixture,
                                                             gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Open");

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  app_fixture_activate (fixture, "win.close-details", NULL);
  gtk_window_close (GTK_WINDOW (fixture->window));
  BATON_TEST_WAIT (ADW_IS_ALERT_DIALOG (get_dialog (fixture)));
  adw_dialog_close (get_dialog (fixture));
  app_fixture_set_broken (fixture, FALSE);
  gtk_window_close (GTK_WINDOW (fixture->window));
  BATON_TEST_WAIT (gtk_application_get_windows (GTK_APPLICATION (fixture->application)) == NULL);
  g_assert_cmpstr (baton_task_get_text (task, "description"), ==, "dear");
  show_window (fixture);
}

static void
test_answer_after_the_window_is_gone_does_no_harm (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Open");

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  baton_details_flush (fixture->window->details);
  app_fixture_activate (fixture, "win.set-done", "(sb)", baton_task_get_id (task), TRUE);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  app_fixture_set_broken (fixture, FALSE);
  show_window (fixture);
}

static void
quit_cb (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
}

/* @data: what is done just before */
static void
test_notes_are_kept_when_the_app_quits_at_once (AppFixture *fixture, gconstpointer data)
{
  g_autofree char *notes = NULL;

  g_object_unref (open_task (fixture, "Letter"));
  gtk_text_buffer_set_text (get_notes (fixture), "dear", -1);
  app_fixture_activate (fixture, data, NULL);
  g_idle_add_once (quit_cb, fixture->application);
  g_assert_cmpint (g_application_run (G_APPLICATION (fixture->application), 0, NULL), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture->application);
  app_fixture_start (fixture);
  BATON_TEST_WAIT (fixture->window->details != NULL &&
                   baton_details_get_task (fixture->window->details) != NULL);
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "dear");
}

static void
test_tags_that_cannot_be_saved_are_given_back (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Tagged");
  g_autofree char *tag = g_strnfill (51, 't');
  g_autofree char *tags = g_strconcat ("home, ", tag, NULL);

  gtk_editable_set_text (get_tag_row (fixture), tags);
  g_signal_emit_by_name (get_tag_row (fixture), "entry-activated");
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  g_assert_cmpstr (gtk_editable_get_text (get_tag_row (fixture)), ==, tags);
  gtk_editable_set_text (get_tag_row (fixture), "home");
  g_signal_emit_by_name (get_banner (fixture), "button-clicked");
  BATON_TEST_WAIT (baton_record_get_bool (baton_task_get_record (task), "tags.home"));
}

static void
test_choice_that_cannot_be_saved_is_tried_again (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) task = open_task (fixture, "Chosen");
  AdwComboRow *row = fixture->window->details->priority_row;

  app_fixture_set_broken (fixture, TRUE);
  adw_combo_row_set_selected (row, 3);
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  g_assert_cmpuint (adw_combo_row_get_selected (row), !=, 3);
  app_fixture_set_broken (fixture, FALSE);
  g_signal_emit_by_name (get_banner (fixture), "button-clicked");
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "priority"), "urgent") == 0);
  g_assert_false (baton_details_is_unsaved (fixture->window->details));
}

static void
test_text_of_another_task_that_failed_comes_back_with_it (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTask) second = open_task (fixture, "Second");
  g_autoptr (BatonTask) first = open_task (fixture, "First");
  g_autofree char *notes = NULL;

  app_fixture_set_broken (fixture, TRUE);
  gtk_text_buffer_set_text (get_notes (fixture), "of the first", -1);
  app_fixture_activate (fixture, "win.show-task", "s", baton_task_get_id (second));
  BATON_TEST_WAIT (adw_banner_get_revealed (ADW_BANNER (get_banner (fixture))));
  app_fixture_set_broken (fixture, FALSE);
  app_fixture_activate (fixture, "win.show-task", "s", baton_task_get_id (first));
  notes = dup_notes (fixture);
  g_assert_cmpstr (notes, ==, "of the first");
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (first, "description"), "of the first") == 0);
}

#define add(name, function)                                                     \
  g_test_add ("/details/" name, AppFixture, NULL, app_fixture_set_up, function, \
              app_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("repeat-is-chosen-and-shown", test_repeat_is_chosen_and_shown);
  add ("a-rule-that-is-none-of-the-usual-is-shown-and-kept",
       test_a_rule_that_is_none_of_the_usual_is_shown_and_kept);
  add ("what-repeats-comes-again-when-it-is-done", test_what_repeats_comes_again_when_it_is_done);
  add ("title-is-saved-after-a-pause", test_title_is_saved_after_a_pause);
  add ("notes-are-kept-when-the-window-closes-at-once",
       test_notes_are_kept_when_the_window_closes_at_once);
  add ("notes-are-saved-when-another-task-is-shown",
       test_notes_are_saved_when_another_task_is_shown);
  add ("what-is-typed-is-not-replaced-from-outside",
       test_what_is_typed_is_not_replaced_from_outside);
  add ("change-from-outside-is-shown", test_change_from_outside_is_shown);
  add ("empty-title-is-not-saved", test_empty_title_is_not_saved);
  add ("notes-beyond-the-limit-are-kept-and-told", test_notes_beyond_the_limit_are_kept_and_told);
  add ("tag-is-added-and-removed", test_tag_is_added_and_removed);
  add ("title-typed-back-quickly-is-the-last-one", test_title_typed_back_quickly_is_the_last_one);
  add ("control-characters-do-not-keep-text-from-being-saved",
       test_control_characters_do_not_keep_text_from_being_saved);
  add ("window-stays-while-notes-cannot-be-saved", test_window_stays_while_notes_cannot_be_saved);
  add ("quitting-waits-for-what-cannot-be-saved", test_quitting_waits_for_what_cannot_be_saved);
  add ("window-closes-without-saving-when-told-to", test_window_closes_without_saving_when_told_to);
  add ("tags-that-cannot-be-saved-are-given-back", test_tags_that_cannot_be_saved_are_given_back);
  add ("choice-that-cannot-be-saved-is-tried-again",
       test_choice_that_cannot_be_saved_is_tried_again);
  add ("text-of-another-task-that-failed-comes-back-with-it",
       test_text_of_another_task_that_failed_comes_back_with_it);
  add ("window-asks-where-the-pane-that-would-say-it-is-closed",
       test_window_asks_where_the_pane_that_would_say_it_is_closed);
  add ("answer-after-the-window-is-gone-does-no-harm",
       test_answer_after_the_window_is_gone_does_no_harm);
  g_test_add ("/details/notes-are-kept-when-the-app-quits-at-once", AppFixture, "win.new-task",
              app_fixture_set_up, test_notes_are_kept_when_the_app_quits_at_once,
              app_fixture_tear_down);
  g_test_add ("/details/notes-are-kept-when-the-app-quits-under-a-dialog", AppFixture,
              "win.new-project", app_fixture_set_up, test_notes_are_kept_when_the_app_quits_at_once,
              app_fixture_tear_down);
  return g_test_run ();
}
