/* app-fixture.h: the real application and its window on a folder of a test's own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/app/baton-application.h"
#include "../../src/app/baton-window-private.h"
#include "../support/baton-test.h"

G_BEGIN_DECLS

/* Opens the display. Nothing moves: on a machine that is busy, libadwaita's springs can start before their first frame, and warn. */
void app_fixture_init_gtk (void);

typedef struct
{
  BatonTestFolder *folder;
  BatonApplication *application;
  BatonWindow *window; /* borrowed */
} AppFixture;

/* Starts it, and waits until its list is there */
void app_fixture_set_up (AppFixture *fixture, gconstpointer data);
void app_fixture_tear_down (AppFixture *fixture, gconstpointer data);
/* Ends it as closing the window does, and starts it again on the same folder */
void app_fixture_restart (AppFixture *fixture);
/* Makes application and window without waiting for a store */
void app_fixture_start (AppFixture *fixture);
void app_fixture_stop (AppFixture *fixture);

BatonStore *app_fixture_get_store (AppFixture *fixture);
GListModel *app_fixture_get_tasks (AppFixture *fixture);
/* Types @line into the line for new tasks, presses Enter and waits until the task is in the list; */
void app_fixture_add (AppFixture *fixture, const char *line);
/* The one titled so in the list, or NULL */
BatonTask *app_fixture_find (AppFixture *fixture, const char *title);
gboolean app_fixture_has (AppFixture *fixture, const char *title);
/* @format and what follows: its target, as g_variant_new() takes it; or NULL */
void app_fixture_activate (AppFixture *fixture, const char *action, const char *format, ...);
gboolean app_fixture_is_enabled (AppFixture *fixture, const char *action);
/* On the writer thread, where it has to succeed; waits for it */
void app_fixture_call (AppFixture *fixture, BatonStoreFunc work, gpointer data);
/* What was asked of the store before is answered when it returns */
void app_fixture_settle (AppFixture *fixture);
/* Nothing can be written, as on a disk that has failed. What was asked of the store before is answered when it returns. */
void app_fixture_set_broken (AppFixture *fixture, gboolean broken);
/* What is in @table cannot be read, until it is set back */
void app_fixture_set_unreadable (AppFixture *fixture, const char *table, gboolean unreadable);
GtkWidget *app_fixture_find_child (GtkWidget *widget, GType type);
/* The first in @widget, itself too, of which @func is true; or NULL */
typedef gboolean (*AppFixtureFunc) (GtkWidget *widget, const char *text);
GtkWidget *app_fixture_find_widget (GtkWidget *widget, AppFixtureFunc func, const char *text);
/* @text: a part of what it says */
gboolean app_fixture_is_label (GtkWidget *widget, const char *text);
/* @text: its label or tooltip */
gboolean app_fixture_is_button (GtkWidget *widget, const char *text);
/* Some label does, somewhere in it */
gboolean app_fixture_says (GtkWidget *widget, const char *text);
/* The button labelled so in @widget, which has to have one */
void app_fixture_press (GtkWidget *widget, const char *button);
/* The widgets of @type in @widget, itself too */
guint app_fixture_count (GtkWidget *widget, GType type);
/* The one on top; nullable */
AdwDialog *app_fixture_get_dialog (AppFixture *fixture);
guint app_fixture_count_dialogs (AppFixture *fixture);

G_END_DECLS
