/* baton-sign-out-dialog.c: signs out, with or without the tasks on this device
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-sign-out-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-export.h"
#include "baton-sheet-focus.h"
#include "baton-window.h"

struct _BatonSignOutDialog
{
  AdwDialog parent_instance;

  GtkWidget *cancel;
  GtkWidget *submit;
  AdwBanner *banner;
  AdwToastOverlay *toasts;
  GtkWidget *choices;
  GtkWidget *keep_row;
  GtkWidget *remove_row;
  GtkCheckButton *remove;
  AdwPreferencesGroup *unsynced;
  GtkWidget *sync;
  BatonStore *store;         /* owned, nullable */
  BatonEngine *engine;       /* owned, nullable */
  GCancellable *cancellable; /* owned, nullable; set while signing out */
  gboolean asked;            /* for a sync, and not told yet what came of it */
};

G_DEFINE_FINAL_TYPE (BatonSignOutDialog, baton_sign_out_dialog, ADW_TYPE_DIALOG)

static guint signed_out_signal;

static void sign_out (BatonSignOutDialog *self, BatonSignOut how);

/* What keeps the changes here; nullable */
static const char *
get_news (BatonSignOutDialog *self)
{
  const char *message = baton_engine_get_message (self->engine);

  if (baton_engine_get_state (self->engine) == BATON_ENGINE_SYNCING)
    return _ ("Syncing…");
  if (message == NULL && baton_engine_get_state (self->engine) == BATON_ENGINE_OFFLINE)
    return _ ("The server cannot be reached.");
  return message;
}

/* Once for each outcome of what the person has asked for */
static void
announce (BatonSignOutDialog *self, const char *news)
{
  if (!self->asked || baton_engine_get_state (self->engine) == BATON_ENGINE_SYNCING)
    return;
  self->asked = FALSE;
  gtk_accessible_announce (GTK_ACCESSIBLE (self), news != NULL ? news : _ ("Synced"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update (BatonSignOutDialog *self)
{
  guint waiting = 0;
  guint refused = 0;
  g_autofree char *title = NULL, *description = NULL;
  const char *trouble = NULL;

  if (self->engine != NULL)
    {
      g_object_get (self->engine, "waiting", &waiting, "refused", &refused, NULL);
      trouble = get_news (self);
      announce (self, trouble);
      gtk_widget_set_sensitive (self->sync,
                                baton_engine_get_state (self->engine) != BATON_ENGINE_SYNCING);
    }
  title = g_strdup_printf (ngettext ("%u Change Is Not on the Server",
                                     "%u Changes Are Not on the Server", waiting + refused),
                           waiting + refused);
  adw_preferences_group_set_title (self->unsynced, title);
  description = g_strconcat (
      gtk_check_button_get_active (self->remove)
          ? _ ("What is not there is lost when the tasks are removed from this device")
          : _ ("What is not there yet stays on this device, and is sent when you sign in again"),
      trouble != NULL ? "\n\n" : NULL, trouble, NULL);
  adw_preferences_group_set_description (self->unsynced, description);
  gtk_widget_set_visible (GTK_WIDGET (self->unsynced), waiting + refused > 0);
  gtk_widget_set_sensitive (self->submit, self->cancellable == NULL);
  gtk_widget_set_sensitive (self->choices, self->cancellable == NULL);
}

/* A row and its check button are one thing to choose */
static void
tell_chosen (GtkWidget *row, gboolean chosen)
{
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_CHECKED,
      chosen ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
chosen_cb (BatonSignOutDialog *self)
{
  gboolean remove = gtk_check_button_get_active (self->remove);

  gtk_widget_remove_css_class (self->submit, remove ? "suggested-action" : "destructive-action");
  gtk_widget_add_css_class (self->submit, remove ? "destructive-action" : "suggested-action");
  tell_chosen (self->keep_row, !remove);
  tell_chosen (self->remove_row, remove);
  update (self);
}

static void
sync_cb (BatonSignOutDialog *self)
{
  self->asked = TRUE;
  baton_engine_sync (self->engine);
}

static void
export_cb (BatonSignOutDialog *self)
{
  baton_export_ask (GTK_WIDGET (self), self->toasts, self->store, BATON_EXPORT_UNSYNCED);
}

static void
lost_response_cb (BatonSignOutDialog *self, const char *response)
{
  if (g_str_equal (response, "remove"))
    sign_out (self, BATON_SIGN_OUT_DELETE_ALL);
  else if (g_str_equal (response, "export"))
    export_cb (self);
}

static void
ask_to_lose (BatonSignOutDialog *self, const char *message)
{
  AdwDialog *alert = baton_export_lose_dialog_new (message);

  g_signal_connect_object (alert, "response", G_CALLBACK (lost_response_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonSignOutDialog) self = BATON_SIGN_OUT_DIALOG (data);
  g_autoptr (GError) error = NULL;

  gboolean signed_out = baton_engine_sign_out_finish (BATON_ENGINE (source), result, &error);

  g_clear_object (&self->cancellable);
  if (signed_out && self->engine != NULL)
    g_signal_emit (self, signed_out_signal, 0, !gtk_check_button_get_active (self->remove));
  /* The window, and all that it shows, may have gone meanwhile */
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  update (self);
  if (signed_out || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  if (g_error_matches (error, BATON_STORE_ERROR, BATON_STORE_ERROR_UNSYNCED))
    {
      ask_to_lose (self, error->message);
      return;
    }
  adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static void
sign_out (BatonSignOutDialog *self, BatonSignOut how)
{
  if (self->cancellable != NULL || self->engine == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  adw_banner_set_revealed (self->banner, FALSE);
  gtk_widget_grab_focus (self->cancel);
  update (self);
  baton_engine_sign_out_async (self->engine, how, self->cancellable, signed_out_cb,
                               g_object_ref (self));
}

/* Where that comes too late, the window says that it is signed out */
static void
baton_sign_out_dialog_closed (AdwDialog *dialog)
{
  BatonSignOutDialog *self = BATON_SIGN_OUT_DIALOG (dialog);

  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  baton_window_dialog_closed (dialog);
}

static void
submit_cb (BatonSignOutDialog *self)
{
  sign_out (self, gtk_check_button_get_active (self->remove) ? BATON_SIGN_OUT_DELETE
                                                             : BATON_SIGN_OUT_KEEP);
}

static void
baton_sign_out_dialog_dispose (GObject *object)
{
  BatonSignOutDialog *self = BATON_SIGN_OUT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_SIGN_OUT_DIALOG);
  g_clear_object (&self->store);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (baton_sign_out_dialog_parent_class)->dispose (object);
}

static void
baton_sign_out_dialog_class_init (BatonSignOutDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_sign_out_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = baton_sign_out_dialog_closed;
  signed_out_signal = g_signal_new ("signed-out", BATON_TYPE_SIGN_OUT_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-sign-out-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, submit);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, choices);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, remove);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, keep_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, remove_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, unsynced);
  gtk_widget_class_bind_template_child (widget_class, BatonSignOutDialog, sync);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, sync_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
}

static void
baton_sign_out_dialog_init (BatonSignOutDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_sheet_focus (ADW_DIALOG (self), (GtkWidget *[]) { GTK_WIDGET (self->keep_row) }, 1);
}

AdwDialog *
baton_sign_out_dialog_new (BatonStore *store, BatonEngine *engine)
{
  BatonSignOutDialog *self = g_object_new (BATON_TYPE_SIGN_OUT_DIALOG, NULL);

  g_set_object (&self->store, store);
  g_set_object (&self->engine, engine);
  if (engine != NULL)
    g_signal_connect_object (engine, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  chosen_cb (self);
  return ADW_DIALOG (self);
}
