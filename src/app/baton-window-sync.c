/* baton-window-sync.c: signing in and out, and what sync has to say
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

#include "baton-sign-in-dialog.h"

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
  AdwDialog *dialog = baton_sign_in_dialog_new (self->engine, server);

  g_signal_connect_object (dialog, "signed-in", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonWindow) self = BATON_WINDOW (data);
  g_autoptr (GError) error = NULL;

  if (baton_engine_sign_out_finish (BATON_ENGINE (source), result, &error))
    baton_window_show_toast (self, _ ("Signed out; your tasks are still here"), FALSE);
  else
    baton_window_show_error (self, _ ("Not Signed Out"), error->message);
}

static void
response_cb (BatonWindow *self, const char *response)
{
  if (g_str_equal (response, "sign-out"))
    baton_engine_sign_out_async (self->engine, BATON_SIGN_OUT_KEEP, NULL, signed_out_cb,
                                 g_object_ref (self));
}

void
baton_window_sign_out (BatonWindow *self)
{
  guint waiting = baton_engine_get_waiting (self->engine);
  g_autofree char *body = NULL;
  AdwDialog *dialog;

  if (waiting > 0)
    body = g_strdup_printf (
        ngettext (
            "Your tasks stay on this device. %u edit has not reached the server yet; it is sent when you sign in again.",
            "Your tasks stay on this device. %u edits have not reached the server yet; they are sent when you sign in again.",
            waiting),
        waiting);
  else
    body = g_strdup (_ (
        "Your tasks stay on this device. Changes are no longer exchanged with your other devices."));
  dialog = adw_alert_dialog_new (_ ("Sign Out?"), body);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "sign-out",
                                  _ ("Sign _Out"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* A banner says only what the person can do something about; being offline is normal. */
void
baton_window_engine_changed (BatonWindow *self)
{
  BatonEngineState state = baton_engine_get_state (self->engine);
  const char *message = baton_engine_get_message (self->engine);
  gboolean trouble = message != NULL && state != BATON_ENGINE_OFFLINE &&
                     state != BATON_ENGINE_SYNCING;

  if (trouble && g_strcmp0 (adw_banner_get_title (self->banner), message) != 0)
    {
      adw_banner_set_title (self->banner, message);
      adw_banner_set_button_label (self->banner, state == BATON_ENGINE_SIGNED_OUT ? _ ("_Sign In…")
                                                                                  : _ ("_Dismiss"));
      adw_banner_set_revealed (self->banner, TRUE);
    }
  else if (message == NULL)
    {
      adw_banner_set_revealed (self->banner, FALSE);
      adw_banner_set_title (self->banner, "");
    }
  baton_window_update_actions (self);
}
