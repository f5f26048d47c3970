/* baton-sign-in-dialog.c: signs in to a server, or makes an account there
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-sign-in-dialog.h"

#include <glib/gi18n-lib.h>

#include "baton-export.h"
#include "baton-sheet-focus.h"
#include "baton-window.h"

#define PASSWORD_MIN 8

struct _BatonSignInDialog
{
  AdwDialog parent_instance;

  AdwToastOverlay *toasts;
  GtkWidget *cancel;
  GtkWidget *submit;
  GtkStack *submit_stack;
  GtkLabel *submit_label;
  GtkLabel *problem;
  GtkWidget *fields;
  GtkEditable *server_row;
  GtkEditable *email_row;
  GtkEditable *password_row;
  AdwSwitchRow *register_row;
  GtkEditable *name_row;
  AdwPreferencesGroup *intro;
  BatonStore *store;         /* owned, nullable */
  BatonEngine *engine;       /* owned, nullable */
  GCancellable *cancellable; /* owned, nullable; set while something is under way */
};

G_DEFINE_FINAL_TYPE (BatonSignInDialog, baton_sign_in_dialog, ADW_TYPE_DIALOG)

static guint signed_in_signal;

static gboolean
is_local (const char *host)
{
  return g_str_has_prefix (host, "localhost") || g_str_has_prefix (host, "127.") ||
         g_str_has_prefix (host, "[::1]");
}

char *
baton_sign_in_dialog_make_address (const char *text)
{
  g_autofree char *address = g_strstrip (g_strdup (text));
  gsize length = strlen (address);

  while (length > 0 && address[length - 1] == '/')
    address[--length] = '\0';
  if (length == 0 || strstr (address, "://") != NULL)
    return g_steal_pointer (&address);
  return g_strconcat (is_local (address) ? "http://" : "https://", address, NULL);
}

static void
show_problem (BatonSignInDialog *self, const char *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
  if (message != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), message,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static gboolean
is_complete (BatonSignInDialog *self)
{
  gboolean registers = adw_switch_row_get_active (self->register_row);
  const char *password = gtk_editable_get_text (self->password_row);

  return *gtk_editable_get_text (self->server_row) != '\0' &&
         strchr (gtk_editable_get_text (self->email_row), '@') != NULL && *password != '\0' &&
         (!registers || (*gtk_editable_get_text (self->name_row) != '\0' &&
                         g_utf8_strlen (password, -1) >= PASSWORD_MIN));
}

static void
update (BatonSignInDialog *self)
{
  gboolean busy = self->cancellable != NULL;

  gtk_widget_set_sensitive (self->submit, !busy && is_complete (self));
  gtk_widget_set_sensitive (self->fields, !busy);
  gtk_stack_set_visible_child_name (self->submit_stack, busy ? "spinner" : "label");
  gtk_label_set_label (self->submit_label, adw_switch_row_get_active (self->register_row)
                                               ? _ ("Register")
                                               : _ ("Sign In"));
}

static void
changed_cb (BatonSignInDialog *self)
{
  const char *password = gtk_editable_get_text (self->password_row);

  show_problem (self, NULL);
  if (adw_switch_row_get_active (self->register_row) && *password != '\0' &&
      g_utf8_strlen (password, -1) < PASSWORD_MIN)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row),
                                   _ ("Password (at least 8 characters)"));
  else
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row), _ ("Password"));
  update (self);
}

/* --- what is under way --- */

static void
begin (BatonSignInDialog *self)
{
  show_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  /* A field that becomes insensitive would keep its blinking cursor */
  gtk_widget_grab_focus (self->cancel);
  update (self);
}

/* FALSE: the dialog, or its window, is gone */
static gboolean
end (BatonSignInDialog *self)
{
  g_clear_object (&self->cancellable);
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return FALSE;
  update (self);
  return TRUE;
}

/* Where that comes too late, the window says that it is signed in */
static void
baton_sign_in_dialog_closed (AdwDialog *dialog)
{
  BatonSignInDialog *self = BATON_SIGN_IN_DIALOG (dialog);

  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  baton_window_dialog_closed (dialog);
}

/* --- what is here belongs to another account --- */

static void submit (BatonSignInDialog *self, BatonSignIn how);

static void
lost_response_cb (BatonSignInDialog *self, const char *response)
{
  if (g_str_equal (response, "remove"))
    submit (self, BATON_SIGN_IN_DELETE);
  else if (g_str_equal (response, "export"))
    baton_export_ask (GTK_WIDGET (self), self->toasts, self->store, BATON_EXPORT_DATA);
}

static void
ask_to_lose (BatonSignInDialog *self)
{
  AdwDialog *alert = baton_export_lose_dialog_new (_ (
      "Signed out, Baton cannot tell which of the changes on this device a server has. What none has is lost when all is removed "
      "from this device. Export it first to be safe."));

  g_signal_connect_object (alert, "response", G_CALLBACK (lost_response_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}

static void
other_response_cb (BatonSignInDialog *self, const char *response)
{
  if (g_str_equal (response, "upload"))
    submit (self, BATON_SIGN_IN_ADD);
  else if (g_str_equal (response, "remove"))
    ask_to_lose (self);
}

static void
ask_whose (BatonSignInDialog *self)
{
  AdwDialog *alert = adw_alert_dialog_new (
      _ ("Another Account’s Tasks"),
      _ ("What is on this device was synced with another account. Upload it to the one that you sign in to now, or remove it "
         "from this device first? What the other account’s server has stays there."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _ ("_Cancel"), "remove",
                                  _ ("_Remove It"), "upload", _ ("_Upload It"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "remove",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (alert), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (alert), "cancel");
  g_signal_connect_object (alert, "response", G_CALLBACK (other_response_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}

/* --- signing in --- */

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BatonSignInDialog) self = BATON_SIGN_IN_DIALOG (data);
  g_autoptr (GError) error = NULL;
  gboolean signed_in = baton_engine_sign_in_finish (BATON_ENGINE (source), result, &error);

  if (signed_in && self->engine != NULL)
    {
      g_autofree char *address = baton_sign_in_dialog_make_address (
          gtk_editable_get_text (self->server_row));

      g_signal_emit (self, signed_in_signal, 0, address);
    }
  if (!end (self))
    return;
  if (signed_in || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  if (g_error_matches (error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT) &&
      self->store != NULL)
    {
      ask_whose (self);
      return;
    }
  show_problem (self, error->message);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}

static void
submit (BatonSignInDialog *self, BatonSignIn how)
{
  g_autofree char *address = NULL;
  const char *name = NULL;

  if (self->engine == NULL || self->cancellable != NULL || !is_complete (self))
    return;
  address = baton_sign_in_dialog_make_address (gtk_editable_get_text (self->server_row));
  if (adw_switch_row_get_active (self->register_row))
    name = gtk_editable_get_text (self->name_row);
  begin (self);
  baton_engine_sign_in_async (self->engine, address, gtk_editable_get_text (self->email_row),
                              gtk_editable_get_text (self->password_row), name, how,
                              self->cancellable, signed_in_cb, g_object_ref (self));
}

static void
submit_cb (BatonSignInDialog *self)
{
  submit (self, BATON_SIGN_IN_ASK);
}

static void
baton_sign_in_dialog_dispose (GObject *object)
{
  BatonSignInDialog *self = BATON_SIGN_IN_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_SIGN_IN_DIALOG);
  g_clear_object (&self->engine);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_sign_in_dialog_parent_class)->dispose (object);
}

static void
baton_sign_in_dialog_class_init (BatonSignInDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_sign_in_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = baton_sign_in_dialog_closed;
  signed_in_signal = g_signal_new ("signed-in", BATON_TYPE_SIGN_IN_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batontasks/Baton/baton-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, submit);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, submit_stack);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, submit_label);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, intro);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, fields);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, email_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, register_row);
  gtk_widget_class_bind_template_child (widget_class, BatonSignInDialog, name_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
}

static void
baton_sign_in_dialog_init (BatonSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  baton_sheet_focus (ADW_DIALOG (self),
                     (GtkWidget *[]) { GTK_WIDGET (self->server_row), GTK_WIDGET (self->email_row),
                                       GTK_WIDGET (self->password_row) },
                     3);
}

/* --- what is known already --- */

/* Goes to the reader thread and back */
typedef struct
{
  BatonSignInDialog *dialog; /* owned */
  BatonAccount *last;        /* owned, nullable: whose was what is here */
  gint64 last_sync;
  guint n_alone; /* of that, what it has not */
  guint n_tasks;
} Known;

static void
known_free (Known *known)
{
  g_clear_pointer (&known->last, baton_account_free);
  g_object_unref (known->dialog);
  g_free (known);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Known, known_free)

static gboolean
count_tasks (BatonDatabase *database, Known *known, GError **error)
{
  g_autoptr (GHashTable) open = baton_database_count_open (database, error);
  GHashTableIter iter;
  gpointer n;

  if (open == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, open);
  while (g_hash_table_iter_next (&iter, NULL, &n))
    known->n_tasks += GPOINTER_TO_UINT (n);
  return TRUE;
}

static gboolean
know_work (BatonDatabase *database, gpointer data, GError **error)
{
  Known *known = data;

  known->last = baton_database_get_last_account (database, &known->last_sync, NULL);
  return baton_database_count_alone (database, &known->n_alone, error) &&
         count_tasks (database, known, error);
}

static char *
describe_known (const Known *known)
{
  if (known->last_sync != 0 && known->last->email != NULL && known->n_alone == 0)
    return g_strdup_printf (
        _ ("What is on this device was synced as %s. Nothing was changed here since."),
        known->last->email);
  if (known->last_sync != 0 && known->last->email != NULL)
    return g_strdup_printf (
        ngettext (
            "What is on this device was synced as %s. %u task or the like that was added or changed since is sent when that account signs in again.",
            "What is on this device was synced as %s. %u tasks and the like that were added or changed since are sent when that account signs in again.",
            known->n_alone),
        known->last->email, known->n_alone);
  if (known->n_tasks == 0)
    return NULL;
  return g_strdup_printf (
      ngettext (
          "The %u open task on this device is uploaded to the account. It stays here too, and is kept alike on all "
          "devices that sign in to the same account.",
          "The %u open tasks on this device are uploaded to the account. They stay here too, and are kept alike on all "
          "devices that sign in to the same account.",
          known->n_tasks),
      known->n_tasks);
}

static void
introduce (BatonSignInDialog *self, const char *text)
{
  g_autofree char *markup = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  if (markup != NULL)
    adw_preferences_group_set_description (self->intro, markup);
}

/* As far as the person has not begun to type */
static void
fill_in (BatonSignInDialog *self, const char *server, const char *email)
{
  if (*gtk_editable_get_text (self->email_row) != '\0' ||
      *gtk_editable_get_text (self->password_row) != '\0')
    return;
  if (server != NULL)
    gtk_editable_set_text (self->server_row, server);
  if (email != NULL)
    gtk_editable_set_text (self->email_row, email);
  if (email != NULL && server != NULL)
    adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->password_row));
}

static void
known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Known) known = data;
  BatonSignInDialog *self = known->dialog;
  g_autofree char *text = NULL;

  if (!baton_store_call_finish (BATON_STORE (source), result, NULL) || self->engine == NULL)
    return;
  text = describe_known (known);
  introduce (self, text);
  if (known->last != NULL)
    fill_in (self, known->last->server, known->last->email);
}

static void
look (BatonSignInDialog *self)
{
  Known *known = g_new0 (Known, 1);

  known->dialog = g_object_ref (self);
  baton_store_call_async (self->store, know_work, known, NULL, NULL, known_cb, known);
}

AdwDialog *
baton_sign_in_dialog_new (BatonStore *store, BatonEngine *engine, const char *server)
{
  BatonSignInDialog *self = g_object_new (BATON_TYPE_SIGN_IN_DIALOG, NULL);
  g_autofree char *email = NULL;
  g_autofree char *ended = NULL;

  g_set_object (&self->store, store);
  g_set_object (&self->engine, engine);
  gtk_editable_set_text (self->server_row, server);
  adw_dialog_set_focus (ADW_DIALOG (self),
                        GTK_WIDGET (*server != '\0' ? self->email_row : self->server_row));
  if (engine != NULL)
    g_object_get (engine, "email", &email, "server", &ended, NULL);
  if (email != NULL)
    {
      fill_in (self, ended, email);
      introduce (self, baton_engine_get_message (engine));
    }
  else if (store != NULL && engine != NULL)
    look (self);
  return ADW_DIALOG (self);
}
