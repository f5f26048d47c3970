/* baton-export.c: what may be lost, as a file that the person keeps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-export.h"

#include <glib/gi18n-lib.h>

#include "baton-decision.h"

/* In the order of BatonExport */
static const struct
{
  char *(*write) (BatonDatabase *database, GError **error);
  const char *title;
  const char *name;
} kinds[] = {
  { baton_database_export_unsynced, N_ ("Export What Is Not Synced"),
   /* Translators: the name of a file; %Y-%m-%d is the day */
    N_ ("Not synced %Y-%m-%d.json")       },
  { baton_database_export_removal,  N_ ("Export What Would Be Removed"),
   /* Translators: the name of a file; %Y-%m-%d is the day */
    N_ ("Would be removed %Y-%m-%d.json") },
  { baton_database_export_data,     N_ ("Export All on This Device"),
   /* Translators: the name of a file; %Y-%m-%d is the day */
    N_ ("Baton %Y-%m-%d.json")            },
};

/* --- writing --- */

typedef struct
{
  BatonExport what;
  GFile *file;  /* owned */
  char *folder; /* owned: of the database */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_object_unref (writing->file);
  g_free (writing->folder);
  g_free (writing);
}

/* What was written before is in it */
static gboolean
wait_work (BatonDatabase *database, gpointer data, GError **error)
{
  return TRUE;
}

/* On a thread and a connection of its own: among many edits it takes seconds, for which no write and no list is to wait */
static void
export_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Writing *writing = data;
  GError *error = NULL;
  g_autoptr (BatonDatabase) database = baton_database_open (writing->folder, &error);
  char *json = database != NULL ? kinds[writing->what].write (database, &error) : NULL;

  if (json != NULL)
    g_task_return_pointer (task, json, g_free);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const Writing *writing = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *json = g_task_propagate_pointer (G_TASK (result), &error);

  if (json == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  bytes = g_bytes_new_take (json, strlen (json));
  g_file_replace_contents_bytes_async (writing->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                       g_task_get_cancellable (task), written_cb,
                                       g_object_ref (task));
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) work = data;
  GError *error = NULL;

  if (baton_store_call_finish (BATON_STORE (source), result, &error))
    g_task_run_in_thread (work, export_work);
  else
    g_task_return_error (work, error);
}

void
baton_export_write_async (BatonStore *store,
                          BatonExport what,
                          GFile *file,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (store, cancellable, callback, data);
  GTask *work = g_task_new (store, cancellable, exported_cb, task);
  Writing *writing = g_new0 (Writing, 1);

  writing->what = what;
  writing->file = g_object_ref (file);
  writing->folder = g_strdup (baton_store_get_folder (store));
  g_task_set_source_tag (task, baton_export_write_async);
  g_task_set_source_tag (work, baton_export_write_async);
  g_task_set_task_data (work, writing, writing_free);
  /* Told at once that it is cancelled; what the thread still finds is not written */
  g_task_set_return_on_cancel (work, TRUE);
  baton_store_call_async (store, wait_work, NULL, NULL, cancellable, waited_cb, work);
}

gboolean
baton_export_write_finish (BatonStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking --- */

typedef struct
{
  GtkWidget *parent;         /* owned */
  AdwToastOverlay *toasts;   /* owned */
  BatonStore *store;         /* owned */
  GtkRoot *window;           /* owned, nullable: what the parent was in */
  GCancellable *cancellable; /* owned */
  AdwToast *toast;           /* owned, nullable: while it goes on */
  char *name;                /* owned, nullable: of the file */
  BatonExport what;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->parent);
  g_object_unref (export->toasts);
  g_object_unref (export->store);
  g_object_unref (export->cancellable);
  g_clear_object (&export->window);
  g_clear_object (&export->toast);
  g_free (export->name);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

/* The page was closed meanwhile */
static void
tell_window (Export *export, const char *text)
{
  if (export->window != NULL)
    baton_tell (GTK_WIDGET (export->window), text, FALSE);
}

static void
show_failure (Export *export, const char *message)
{
  AdwDialog *alert;

  if (gtk_widget_get_root (export->parent) == NULL)
    {
      tell_window (export, message);
      return;
    }
  alert = adw_alert_dialog_new (_ ("Not Exported"), message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (alert), "close", _ ("_Close"));
  adw_dialog_present (alert, export->parent);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  AdwToast *toast;

  adw_toast_dismiss (export->toast);
  if (!baton_export_write_finish (BATON_STORE (source), result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_failure (export, error->message);
      return;
    }
  /* Translators: %s is the name of a file */
  text = g_strdup_printf (_ ("Exported to “%s”"), export->name);
  if (gtk_widget_get_root (export->parent) == NULL)
    {
      tell_window (export, text);
      return;
    }
  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (export->toasts, toast);
}

static void
show_progress (Export *export)
{
  export->toast = g_object_ref_sink (adw_toast_new (_ ("Exporting…")));
  adw_toast_set_timeout (export->toast, 0);
  adw_toast_set_button_label (export->toast, _ ("_Cancel"));
  g_signal_connect_object (export->toast, "button-clicked", G_CALLBACK (g_cancellable_cancel),
                           export->cancellable, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (export->toasts, g_object_ref (export->toast));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file == NULL)
    {
      if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
        show_failure (export, error->message);
      return;
    }
  export->name = g_file_get_basename (file);
  show_progress (export);
  baton_export_write_async (export->store, export->what, file, export->cancellable, done_cb,
                            g_steal_pointer (&export));
}

void
baton_export_ask (GtkWidget *parent, AdwToastOverlay *toasts, BatonStore *store, BatonExport what)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *name = g_date_time_format (now, _ (kinds[what].name));
  Export *export = g_new0 (Export, 1);

  export->parent = g_object_ref (parent);
  export->toasts = g_object_ref (toasts);
  export->store = g_object_ref (store);
  export->cancellable = g_cancellable_new ();
  g_set_object (&export->window, gtk_widget_get_root (parent));
  export->what = what;
  gtk_file_dialog_set_title (dialog, _ (kinds[what].title));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (parent)), NULL, chosen_cb, export);
}

AdwDialog *
baton_export_lose_dialog_new (const char *message)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Remove What No Server Has?"), message);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "export",
                                  _ ("_Export…"), "remove", _ ("_Remove All"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  return dialog;
}
