/* test-quick-entry.c: the line for new tasks shows what it understood
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "app-fixture.h"

typedef struct
{
  GtkWidget *window;
  BatonQuickEntry *entry;
  GtkWidget *text;
  char *title;
  guint n_submitted;
} Fixture;

static void
submitted_cb (Fixture *fixture, const char *line, BatonQuickAdd *parsed)
{
  fixture->n_submitted++;
  g_set_str (&fixture->title, parsed->title);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->entry = g_object_new (BATON_TYPE_QUICK_ENTRY, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->entry));
  fixture->text = app_fixture_find_child (GTK_WIDGET (fixture->entry), GTK_TYPE_ENTRY);
  g_signal_connect_swapped (fixture->entry, "submitted", G_CALLBACK (submitted_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_free (fixture->title);
}

static GtkWidget *
get_chip (Fixture *fixture, guint n)
{
  GtkWidget *child = gtk_widget_get_first_child (
      app_fixture_find_child (GTK_WIDGET (fixture->entry), ADW_TYPE_WRAP_BOX));

  for (; child != NULL && n > 0; n--)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
test_chips_show_what_was_understood (Fixture *fixture, gconstpointer data)
{
  baton_quick_entry_set_text (fixture->entry, "Pay rent tomorrow #home !high");
  g_assert_nonnull (get_chip (fixture, 2));
  g_assert_null (get_chip (fixture, 3));
  baton_quick_entry_set_text (fixture->entry, "Pay rent");
  g_assert_null (get_chip (fixture, 0));
}

static void
test_chip_that_is_clicked_is_text_again (Fixture *fixture, gconstpointer data)
{
  baton_quick_entry_set_text (fixture->entry, "Read Tomorrow #book");
  g_signal_emit_by_name (get_chip (fixture, 0), "clicked");
  g_assert_null (get_chip (fixture, 1));
  g_signal_emit_by_name (fixture->text, "activate");
  g_assert_cmpstr (fixture->title, ==, "Read Tomorrow");
}

static void
test_blank_line_is_no_task (Fixture *fixture, gconstpointer data)
{
  baton_quick_entry_set_text (fixture->entry, "   ");
  g_signal_emit_by_name (fixture->text, "activate");
  g_assert_cmpuint (fixture->n_submitted, ==, 0);
}

static void
test_what_could_not_be_added_comes_back (Fixture *fixture, gconstpointer data)
{
  baton_quick_entry_set_text (fixture->entry, "Something");
  g_signal_emit_by_name (fixture->text, "activate");
  g_assert_cmpuint (fixture->n_submitted, ==, 1);
  baton_quick_entry_set_text (fixture->entry, "else");
  baton_quick_entry_give_back (fixture->entry, "Something");
  g_assert_cmpstr (baton_quick_entry_get_text (fixture->entry), ==, "Something else");
}

static void
test_title_beyond_the_limit_stays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *title = g_strnfill (501, 'x');

  baton_quick_entry_set_text (fixture->entry, title);
  g_signal_emit_by_name (fixture->text, "activate");
  g_assert_cmpuint (fixture->n_submitted, ==, 0);
  g_assert_cmpstr (baton_quick_entry_get_text (fixture->entry), ==, title);
}

static void
test_several_lines_are_several_tasks (Fixture *fixture, gconstpointer data)
{
  baton_quick_entry_set_text (fixture->entry, "One #a\n\n  Two tomorrow\r\nThree");
  g_signal_emit_by_name (fixture->text, "activate");
  g_assert_cmpuint (fixture->n_submitted, ==, 3);
  g_assert_cmpstr (fixture->title, ==, "Three");
  g_assert_cmpstr (baton_quick_entry_get_text (fixture->entry), ==, "");
}

#define add(name, function) \
  g_test_add ("/quick-entry/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  add ("chips-show-what-was-understood", test_chips_show_what_was_understood);
  add ("chip-that-is-clicked-is-text-again", test_chip_that_is_clicked_is_text_again);
  add ("blank-line-is-no-task", test_blank_line_is_no_task);
  add ("what-could-not-be-added-comes-back", test_what_could_not_be_added_comes_back);
  add ("title-beyond-the-limit-stays", test_title_beyond_the_limit_stays);
  add ("several-lines-are-several-tasks", test_several_lines_are_several_tasks);
  return g_test_run ();
}
