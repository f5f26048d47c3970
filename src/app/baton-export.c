/* baton-export.c: what may be lost, as a file that the person keeps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-export.h"

#include <glib/gi18n-lib.h>

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
  GFile *file; /* owned */
  char *json;  /* owned, nullable */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_object_unref (writing->file);
  g_free (writing->json);
  g_free (writing);
}

static gboolean
export_work (BatonDatabase *database, gpointer data, GError **error)
{
  Writing *writing = data;

  writing->json = kinds[writing->what].write (database, error);
  return writing->json != NULL;
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
  GTask *task = data;
  Writing *writing = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  bytes = g_bytes_new_take (writing->json, strlen (writing->json));
  writing->json = NULL;
  g_file_replace_contents_bytes_async (writing->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                       g_task_get_cancellable (task), written_cb, task);
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
  Writing *writing = g_new0 (Writing, 1);

  writing->what = what;
  writing->file = g_object_ref (file);
  g_task_set_source_tag (task, baton_export_write_async);
  g_task_set_task_data (task, writing, writing_free);
  baton_store_call_async (store, export_work, writing, NULL, cancellable, exported_cb, task);
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
  GtkWidget *parent;       /* owned */
  AdwToastOverlay *toasts; /* owned */
  BatonStore *store;       /* owned */
  char *name;              /* owned, nullable: of the file */
  BatonExport what;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->parent);
  g_object_unref (export->toasts);
  g_object_unref (export->store);
  g_free (export->name);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
show_failure (Export *export, const char *message)
{
  AdwDialog *alert = adw_alert_dialog_new (_ ("Not Exported"), message);

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

  if (!baton_export_write_finish (BATON_STORE (source), result, &error))
    {
      show_failure (export, error->message);
      return;
    }
  /* Translators: %s is the name of a file */
  text = g_strdup_printf (_ ("Exported to “%s”"), export->name);
  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (export->toasts, toast);
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
  baton_export_write_async (export->store, export->what, file, NULL, done_cb,
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
