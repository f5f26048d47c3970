/* baton-window-sync.c: signing in and out, and what sync has to say
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

#include "baton-conflicts-dialog.h"
#include "baton-removal-dialog.h"
#include "baton-sign-in-dialog.h"
#include "baton-sign-out-dialog.h"
#include "baton-unsynced-dialog.h"

/* A notification, a menu and a banner may each ask for what is there already */
static gboolean
has_dialog (BatonWindow *self, GType type)
{
  g_autoptr (GListModel)
      dialogs = adw_application_window_get_dialogs (ADW_APPLICATION_WINDOW (self));

  for (guint i = 0; i < g_list_model_get_n_items (dialogs); i++)
    {
      g_autoptr (GObject) dialog = g_list_model_get_item (dialogs, i);

      if (G_OBJECT_TYPE (dialog) == type)
        return TRUE;
    }
  return FALSE;
}

static void
signed_in_cb (BatonWindow *self, const char *server)
{
  g_settings_set_string (self->settings, "server", server);
  baton_window_show_toast (self, _ ("Signed in"), FALSE);
}

void
baton_window_sign_in (BatonWindow *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  AdwDialog *dialog;

  if (has_dialog (self, BATON_TYPE_SIGN_IN_DIALOG))
    return;
  dialog = baton_sign_in_dialog_new (self->store, self->engine, server);
  g_signal_connect_object (dialog, "signed-in", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
signed_out_cb (BatonWindow *self, gboolean kept)
{
  baton_window_show_toast (self,
                           kept ? _ ("Signed out; your tasks are still here")
                                : _ ("Signed out; this device is empty now"),
                           FALSE);
}

void
baton_window_sign_out (BatonWindow *self)
{
  AdwDialog *dialog;

  if (has_dialog (self, BATON_TYPE_SIGN_OUT_DIALOG))
    return;
  baton_window_flush (self);
  dialog = baton_sign_out_dialog_new (self->store, self->engine);
  g_signal_connect_object (dialog, "signed-out", G_CALLBACK (signed_out_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
baton_window_show_removal (BatonWindow *self)
{
  if (!has_dialog (self, BATON_TYPE_REMOVAL_DIALOG))
    adw_dialog_present (baton_removal_dialog_new (self->store, self->engine), GTK_WIDGET (self));
}

void
baton_window_show_unsynced (BatonWindow *self)
{
  if (!has_dialog (self, BATON_TYPE_UNSYNCED_DIALOG))
    adw_dialog_present (baton_unsynced_dialog_new (self->store, self->engine), GTK_WIDGET (self));
}

void
baton_window_show_conflicts (BatonWindow *self)
{
  if (has_dialog (self, BATON_TYPE_CONFLICTS_DIALOG))
    return;
  baton_window_flush (self);
  adw_dialog_present (baton_conflicts_dialog_new (self->store), GTK_WIDGET (self));
}

gboolean
baton_window_is_held (BatonWindow *self)
{
  guint removal = 0;

  if (self->engine != NULL)
    g_object_get (self->engine, "removal", &removal, NULL);
  return removal > 0;
}

static const char *
get_banner_button (BatonWindow *self)
{
  if (baton_window_is_held (self))
    return _ ("_Review…");
  return baton_engine_get_state (self->engine) == BATON_ENGINE_SIGNED_OUT ? _ ("_Sign In…")
                                                                          : _ ("_Dismiss");
}

/* A banner has three short lines. Of a sign-in that has ended it says what has happened; the rest stands where one signs in again. */
static char *
dup_banner_title (BatonWindow *self, const char *message)
{
  const char *end = strstr (message, ". ");
  guint removal;

  g_object_get (self->engine, "removal", &removal, NULL);
  if (removal > 0)
    return g_strdup_printf (ngettext ("The sync has stopped: it would remove %u item here",
                                      "The sync has stopped: it would remove %u items here",
                                      removal),
                            removal);
  if (baton_engine_get_state (self->engine) == BATON_ENGINE_SIGNED_OUT && end != NULL)
    return g_strndup (message, (gsize) (end - message));
  return g_strdup (message);
}

static BatonAbsence *
tell_progress (guint received)
{
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u change received so far. You can quit at any time: it goes on from there.",
                "%u changes received so far. You can quit at any time: it goes on from there.",
                received),
      received);

  return baton_absence_new (_ ("Getting Your Tasks"),
                            received > 0 ? text : _ ("Asking the server…"), _ ("_Stop"),
                            "win.stop-sync");
}

static BatonAbsence *
tell_stopped (guint received)
{
  g_autofree char *text = g_strdup_printf (
      ngettext ("You have stopped it after %u change. It goes on from there when you want.",
                "You have stopped it after %u changes. It goes on from there when you want.",
                received),
      received);

  return baton_absence_new (_ ("Your Tasks Are Not Here Yet"),
                            received > 0 ? text : _ ("You have stopped it before the first came."),
                            _ ("_Sync Now"), "win.sync-now");
}

static BatonAbsence *
tell_failure (BatonWindow *self, gboolean signed_out)
{
  const char *message = baton_engine_get_message (self->engine);

  return baton_absence_new (_ ("Your Tasks Are Not Here Yet"),
                            message != NULL ? message : _ ("The server cannot be reached."),
                            signed_out ? _ ("_Sign In…") : _ ("_Sync Now"),
                            signed_out ? "win.sign-in" : "win.sync-now");
}

/* An account whose tasks have not all come yet has no empty lists, whatever keeps them. */
static void
tell_first_sync (BatonWindow *self)
{
  BatonEngineState state = baton_engine_get_state (self->engine);
  g_autofree char *email = NULL;
  gint64 last_sync;
  guint received;
  BatonAbsence *absence = NULL;

  g_object_get (self->engine, "email", &email, "last-sync", &last_sync, "received", &received,
                NULL);
  if (email != NULL && last_sync == 0 && state == BATON_ENGINE_SYNCING)
    absence = tell_progress (received);
  else if (email != NULL && last_sync == 0 && state == BATON_ENGINE_STOPPED)
    absence = tell_stopped (received);
  else if (email != NULL && last_sync == 0 && state != BATON_ENGINE_SYNCED)
    absence = tell_failure (self, state == BATON_ENGINE_SIGNED_OUT);
  baton_task_view_set_absence (self->task_view, absence);
}

/* A banner says only what the person can do something about; being offline is normal. */
void
baton_window_engine_changed (BatonWindow *self)
{
  BatonEngineState state = baton_engine_get_state (self->engine);
  const char *message = baton_engine_get_message (self->engine);
  gboolean trouble = message != NULL && state != BATON_ENGINE_OFFLINE &&
                     state != BATON_ENGINE_SYNCING;
  g_autofree char *title = trouble ? dup_banner_title (self, message) : NULL;

  if (trouble && g_strcmp0 (adw_banner_get_title (self->banner), title) != 0)
    {
      adw_banner_set_title (self->banner, title);
      adw_banner_set_button_label (self->banner, get_banner_button (self));
      adw_banner_set_revealed (self->banner, TRUE);
    }
  else if (message == NULL)
    {
      adw_banner_set_revealed (self->banner, FALSE);
      adw_banner_set_title (self->banner, "");
    }
  tell_first_sync (self);
  baton_window_update_actions (self);
}
