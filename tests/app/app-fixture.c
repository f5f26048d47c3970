/* app-fixture.c: the real application and its window on a folder of a test's own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-config.h"

#include "app-fixture.h"

#include "../../src/store/baton-database-private.h"

void
app_fixture_init_gtk (void)
{
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static gboolean
is_ready (AppFixture *fixture)
{
  BatonTaskList *list = baton_task_view_get_list (fixture->window->task_view);

  return list != NULL && !baton_task_list_get_loading (list);
}

void
app_fixture_start (AppFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->application = baton_application_new (fixture->folder, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (fixture->application), NULL, &error);
  g_assert_no_error (error);
  g_application_activate (G_APPLICATION (fixture->application));
  fixture->window = BATON_WINDOW (
      gtk_application_get_active_window (GTK_APPLICATION (fixture->application)));
  g_assert_nonnull (fixture->window);
}

static void
close_cb (gpointer data)
{
  gtk_window_close (GTK_WINDOW (data));
}

/* Closing its last window ends the application */
void
app_fixture_stop (AppFixture *fixture)
{
  g_idle_add_once (close_cb, fixture->window);
  g_assert_cmpint (g_application_run (G_APPLICATION (fixture->application), 0, NULL), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  fixture->window = NULL;
  g_assert_finalize_object (fixture->application);
}

void
app_fixture_restart (AppFixture *fixture)
{
  app_fixture_stop (fixture);
  app_fixture_start (fixture);
  BATON_TEST_WAIT (is_ready (fixture));
}

void
app_fixture_set_up (AppFixture *fixture, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new (BATON_APP_ID);

  g_settings_reset (settings, "view");
  g_settings_reset (settings, "task");
  g_settings_reset (settings, "draft");
  fixture->folder = baton_test_folder_new ();
  app_fixture_start (fixture);
  BATON_TEST_WAIT (is_ready (fixture));
}

void
app_fixture_tear_down (AppFixture *fixture, gconstpointer data)
{
  app_fixture_stop (fixture);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

BatonStore *
app_fixture_get_store (AppFixture *fixture)
{
  return baton_application_get_store (fixture->application);
}

GListModel *
app_fixture_get_tasks (AppFixture *fixture)
{
  return G_LIST_MODEL (baton_task_view_get_list (fixture->window->task_view));
}

BatonTask *
app_fixture_find (AppFixture *fixture, const char *title)
{
  GListModel *tasks = app_fixture_get_tasks (fixture);

  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++)
    {
      g_autoptr (BatonTask) task = g_list_model_get_item (tasks, i);

      if (g_strcmp0 (baton_task_get_text (task, "title"), title) == 0)
        return g_steal_pointer (&task);
    }
  return NULL;
}

gboolean
app_fixture_has (AppFixture *fixture, const char *title)
{
  g_autoptr (BatonTask) task = app_fixture_find (fixture, title);

  return task != NULL;
}

void
app_fixture_add (AppFixture *fixture, const char *line)
{
  BatonQuickEntry *entry = baton_task_view_get_entry (fixture->window->task_view);
  GtkWidget *text = app_fixture_find_child (GTK_WIDGET (entry), GTK_TYPE_ENTRY);
  guint before = g_list_model_get_n_items (app_fixture_get_tasks (fixture));

  baton_quick_entry_set_text (entry, line);
  g_signal_emit_by_name (text, "activate");
  BATON_TEST_WAIT (g_list_model_get_n_items (app_fixture_get_tasks (fixture)) > before);
}

void
app_fixture_activate (AppFixture *fixture, const char *action, const char *format, ...)
{
  GVariant *target = NULL;
  va_list arguments;

  if (format != NULL)
    {
      va_start (arguments, format);
      target = g_variant_new_va (format, NULL, &arguments);
      va_end (arguments);
    }
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (fixture->window), action, target));
}

gboolean
app_fixture_is_enabled (AppFixture *fixture, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), action);
}

static gboolean
sql_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_sql_exec (database->sql, data, error);
}

static gboolean
nothing_work (BatonDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_store_call_finish (BATON_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

void
app_fixture_call (AppFixture *fixture, BatonStoreFunc work, gpointer data)
{
  gboolean done = FALSE;

  baton_store_call_async (app_fixture_get_store (fixture), work, data, NULL, NULL, called_cb,
                          &done);
  BATON_TEST_WAIT (done);
}

void
app_fixture_settle (AppFixture *fixture)
{
  app_fixture_call (fixture, nothing_work, NULL);
}

void
app_fixture_set_unreadable (AppFixture *fixture, const char *table, gboolean unreadable)
{
  g_autofree char *away = g_strconcat (table, "_away", NULL);
  g_autofree char *statement = g_strdup_printf (
      "ALTER TABLE %s RENAME TO %s", unreadable ? table : away, unreadable ? away : table);

  app_fixture_call (fixture, sql_work, statement);
}

void
app_fixture_set_broken (AppFixture *fixture, gboolean broken)
{
  app_fixture_call (fixture, sql_work,
                    (gpointer) (broken ? "PRAGMA query_only=1" : "PRAGMA query_only=0"));
}

GtkWidget *
app_fixture_find_child (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (child), type)
                             ? child
                             : app_fixture_find_child (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkWidget *
app_fixture_find_widget (GtkWidget *widget, AppFixtureFunc func, const char *text)
{
  GtkWidget *found = func (widget, text) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = app_fixture_find_widget (child, func, text);
  return found;
}

gboolean
app_fixture_is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

gboolean
app_fixture_is_button (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) &&
         (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0 ||
          g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0);
}

gboolean
app_fixture_says (GtkWidget *widget, const char *text)
{
  return app_fixture_find_widget (widget, app_fixture_is_label, text) != NULL;
}

void
app_fixture_press (GtkWidget *widget, const char *button)
{
  GtkWidget *found = app_fixture_find_widget (widget, app_fixture_is_button, button);

  g_assert_nonnull (found);
  g_signal_emit_by_name (found, "clicked");
}

guint
app_fixture_count (GtkWidget *widget, GType type)
{
  guint n = g_type_is_a (G_OBJECT_TYPE (widget), type) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += app_fixture_count (child, type);
  return n;
}

AdwDialog *
app_fixture_get_dialog (AppFixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
}

guint
app_fixture_count_dialogs (AppFixture *fixture)
{
  g_autoptr (GListModel)
      dialogs = adw_application_window_get_dialogs (ADW_APPLICATION_WINDOW (fixture->window));

  return g_list_model_get_n_items (dialogs);
}
