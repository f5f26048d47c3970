/* baton-version-dialog.c: all of a text, and what another one has not of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text view lays out what is seen of it alone, which a label does not.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-version-dialog.h"

#include "baton-version-text.h"

#define MARGIN 12

static GtkWidget *
make_view (const char *title, const char *text, const char *other)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkTextView *text_view = GTK_TEXT_VIEW (view);

  gtk_text_view_set_editable (text_view, FALSE);
  gtk_text_view_set_cursor_visible (text_view, FALSE);
  gtk_text_view_set_wrap_mode (text_view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_top_margin (text_view, MARGIN);
  gtk_text_view_set_bottom_margin (text_view, MARGIN);
  gtk_text_view_set_left_margin (text_view, MARGIN);
  gtk_text_view_set_right_margin (text_view, MARGIN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  baton_version_text_show_all (gtk_text_view_get_buffer (text_view), text, other);
  return view;
}

AdwDialog *
baton_version_dialog_new (const char *title, const char *text, const char *other)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), make_view (title, text, other));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), scrolled);
  adw_toolbar_view_set_top_bar_style (ADW_TOOLBAR_VIEW (toolbar), ADW_TOOLBAR_RAISED);
  adw_dialog_set_child (dialog, toolbar);
  adw_dialog_set_title (dialog, title);
  adw_dialog_set_content_width (dialog, 640);
  adw_dialog_set_content_height (dialog, 560);
  return dialog;
}
