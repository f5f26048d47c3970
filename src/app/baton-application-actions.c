/* baton-application-actions.c: about, quit, and the ways out of trouble
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-application-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>


static GtkWindow *
get_window (BatonApplication *self)
{
  return (GtkWindow *) baton_application_get_window (self);
}

/* It ends when the window has closed, which waits until what was typed is saved */
static void
quit_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonWindow *window = baton_application_get_window (BATON_APPLICATION (data));

  if (window == NULL)
    {
      g_application_quit (G_APPLICATION (data));
      return;
    }
  g_signal_connect_object (window, "destroy", G_CALLBACK (g_application_quit), data,
                           G_CONNECT_SWAPPED);
  baton_window_quit (window);
}

static void
about_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  AdwAboutDialog *about = ADW_ABOUT_DIALOG (adw_about_dialog_new ());

  adw_about_dialog_set_application_name (about, _ ("Baton"));
  adw_about_dialog_set_application_icon (about, BATON_APP_ID);
  adw_about_dialog_set_version (about, BATON_VERSION);
  adw_about_dialog_set_developer_name (about, _ ("The Baton Developers"));
  adw_about_dialog_set_comments (about, _ ("Keep your tasks, on all your devices"));
  adw_about_dialog_set_license_type (about, GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_website (about, "https://github.com/batontasks/baton");
  adw_about_dialog_set_issue_url (about, "https://github.com/batontasks/baton/issues");
  /* Translators: your name, and an address where you like: one a line */
  adw_about_dialog_set_translator_credits (about, _ ("translator-credits"));
  adw_dialog_present (ADW_DIALOG (about), GTK_WIDGET (get_window (BATON_APPLICATION (data))));
}

static void
retry_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  baton_application_open (BATON_APPLICATION (data));
}

static void
show_folder_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  g_autoptr (GFile) folder = g_file_new_for_path (baton_application_get_folder (self));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (folder);

  gtk_file_launcher_launch (launcher, get_window (self), NULL, NULL, NULL);
}

/* The three files of a database belong together: what is in the log is not in the main file yet. So all of them are there a second time before any goes;
 * where the file system knows no links, they are moved. */
static gboolean
set_aside (const char *folder)
{
  static const char *const files[] = { "baton.db-wal", "baton.db-shm", "baton.db" };
  gboolean linked = TRUE;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *name = g_date_time_format (now, "set-aside-%Y-%m-%d-%H%M%S");
  g_autofree char *aside = g_build_filename (folder, name, NULL);

  if (g_mkdir (aside, 0700) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = g_build_filename (folder, files[i], NULL);
      g_autofree char *to = g_build_filename (aside, files[i], NULL);

      linked = linked && (!g_file_test (from, G_FILE_TEST_EXISTS) || link (from, to) == 0);
    }
  for (guint i = G_N_ELEMENTS (files); i-- > 0;)
    {
      g_autofree char *from = g_build_filename (folder, files[i], NULL);
      g_autofree char *to = g_build_filename (aside, files[i], NULL);

      if (g_file_test (from, G_FILE_TEST_EXISTS) &&
          (linked ? g_unlink (from) : g_rename (from, to)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
show_error (BatonApplication *self, const char *heading, const char *message)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (get_window (self)));
}

static void
response_cb (BatonApplication *self, const char *response)
{
  if (!g_str_equal (response, "set-aside"))
    return;
  if (set_aside (baton_application_get_folder (self)))
    baton_application_open (self);
  else
    show_error (self, _ ("Nothing Was Set Aside"),
                _ ("The file could not be moved. Look at it in its folder, and move it yourself."));
}

static void
set_aside_cb (GSimpleAction *action, GVariant *target, gpointer data)
{
  BatonApplication *self = BATON_APPLICATION (data);
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Start Empty?"),
      _ ("The file is moved into a folder beside it, where it is kept. Baton then starts without tasks; "
         "sign in again to get what your server has."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "set-aside",
                                  _ ("_Start Empty"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "set-aside",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (get_window (self)));
}

static const GActionEntry entries[] = {
  { "quit",        quit_cb,        NULL, NULL, NULL, { 0 } },
  { "about",       about_cb,       NULL, NULL, NULL, { 0 } },
  { "retry",       retry_cb,       NULL, NULL, NULL, { 0 } },
  { "show-folder", show_folder_cb, NULL, NULL, NULL, { 0 } },
  { "set-aside",   set_aside_cb,   NULL, NULL, NULL, { 0 } },
};

void
baton_application_add_actions (BatonApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
