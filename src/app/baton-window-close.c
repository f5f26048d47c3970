/* baton-window-close.c: the window closes when what was typed is saved
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What cannot be saved keeps it open, and is said. Where that was said before, and fails again, the person decides.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-window-private.h"

#include <glib/gi18n-lib.h>

static void
response_cb (BatonWindow *self, const char *response)
{
  if (g_str_equal (response, "discard"))
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
ask (BatonWindow *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Close Without Saving?"),
      _ ("What you changed could not be saved. It is lost when the window closes now."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "discard",
                                  _ ("_Discard"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "discard",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static gboolean
is_saving (BatonWindow *self)
{
  return self->n_saving > 0 || (self->details != NULL && baton_details_is_saving (self->details));
}

static gboolean
is_unsaved (BatonWindow *self)
{
  return self->details != NULL && baton_details_is_unsaved (self->details);
}

void
baton_window_settled (BatonWindow *self)
{
  gboolean quitting = self->quitting;

  if (self->store == NULL || !self->closing || is_saving (self))
    return;
  self->closing = FALSE;
  self->quitting = FALSE;
  if (!is_unsaved (self) && quitting)
    gtk_window_destroy (GTK_WINDOW (self));
  else if (!is_unsaved (self))
    gtk_window_close (GTK_WINDOW (self));
  else if (self->was_told || !adw_overlay_split_view_get_show_sidebar (self->details_split))
    ask (self);
}

void
baton_window_begin_save (BatonWindow *self)
{
  self->n_saving++;
}

void
baton_window_end_save (BatonWindow *self, gboolean saved)
{
  self->n_saving--;
  if (!saved)
    self->closing = self->quitting = FALSE;
  baton_window_settled (self);
}

gboolean
baton_window_may_close (BatonWindow *self)
{
  if (self->closing)
    return FALSE;
  self->was_told = self->details != NULL && baton_details_has_told (self->details);
  baton_window_flush (self);
  if (self->was_told)
    baton_details_retry (self->details);
  if (!is_saving (self) && !is_unsaved (self))
    return TRUE;
  self->closing = TRUE;
  baton_window_settled (self);
  return FALSE;
}

static void
close_cb (gpointer data)
{
  g_autoptr (GtkWindow) window = data;

  gtk_window_close (window);
}

void
baton_window_dialog_closed (AdwDialog *dialog)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (dialog));
  GSignalInvocationHint *hint = root != NULL ? g_signal_get_invocation_hint (root) : NULL;

  if (hint != NULL && hint->signal_id == g_signal_lookup ("close-request", GTK_TYPE_WINDOW))
    g_idle_add_once (close_cb, g_object_ref (root));
}

void
baton_window_quit (BatonWindow *self)
{
  g_return_if_fail (BATON_IS_WINDOW (self));

  if (baton_window_may_close (self))
    gtk_window_destroy (GTK_WINDOW (self));
  else
    self->quitting = self->closing;
}
