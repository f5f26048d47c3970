/* baton-removal-dialog.c: what a sync would remove, and has not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-removal-dialog.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS   50
#define LIST_HEIGHT 220

/* Goes to the writer thread and back, twice where the person says yes */
typedef struct
{
  GtkWidget *parent;   /* owned */
  BatonStore *store;   /* owned */
  BatonEngine *engine; /* owned */
  GPtrArray *records;  /* owned, nullable; of BatonRecord */
  BatonSyncStatus status;
} Removal;

static void
removal_free (Removal *removal)
{
  g_clear_pointer (&removal->records, g_ptr_array_unref);
  g_object_unref (removal->parent);
  g_object_unref (removal->store);
  g_object_unref (removal->engine);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void
removal_free_data (gpointer data, GClosure *closure)
{
  removal_free (data);
}

static void
show_failure (GtkWidget *parent, const char *message)
{
  AdwDialog *alert = adw_alert_dialog_new (_ ("Nothing Was Changed"), message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (alert), "close", _ ("_Close"));
  adw_dialog_present (alert, parent);
}

/* --- the person said yes --- */

static gboolean
allow_work (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_allow_removal (database, error);
}

static void
allowed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Removal) removal = data;
  g_autoptr (GError) error = NULL;

  if (baton_store_call_finish (BATON_STORE (source), result, &error))
    baton_engine_sync (removal->engine);
  else
    show_failure (removal->parent, error->message);
}

static void
response_cb (AdwAlertDialog *alert, const char *response, gpointer data)
{
  Removal *removal = data;
  Removal *answer;

  if (!g_str_equal (response, "remove"))
    return;
  answer = g_new0 (Removal, 1);
  answer->parent = g_object_ref (removal->parent);
  answer->store = g_object_ref (removal->store);
  answer->engine = g_object_ref (removal->engine);
  baton_store_call_async (removal->store, allow_work, NULL, NULL, NULL, allowed_cb, answer);
}

/* --- asking --- */

static const char *
get_title (const BatonRecord *record)
{
  static const char *const names[] = { "title", "name", "body" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = baton_schema_lookup (baton_record_get_entity (record), names[i], NULL,
                                              NULL) != NULL
                             ? baton_record_get_text (record, names[i])
                             : NULL;

      if (text != NULL)
        return text;
    }
  return NULL;
}

static void
add_row (GtkListBox *list, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_append (list, row);
}

static GtkWidget *
make_list (const Removal *removal)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();
  guint n = 0;

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What Would Be Removed"), -1);
  for (guint i = 0; i < removal->records->len; i++)
    {
      const BatonRecord *record = g_ptr_array_index (removal->records, i);
      const char *title = get_title (record);

      if (title == NULL)
        continue;
      add_row (GTK_LIST_BOX (list), title,
               baton_record_get_entity (record) == BATON_ENTITY_PROJECT ? _ ("Project") : NULL);
      n++;
    }
  if (removal->status.removal > n)
    {
      guint left = removal->status.removal - n;
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", left), left);

      add_row (GTK_LIST_BOX (list), more, NULL);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), LIST_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  return scrolled;
}

static void
ask (Removal *removal)
{
  guint n = removal->status.removal;
  g_autofree char *heading = g_strdup_printf (
      ngettext ("Remove %u Item Here?", "Remove %u Items Here?", n), n);
  AdwDialog *alert = adw_alert_dialog_new (
      heading,
      _ ("They are gone from the server, and that is more than a tenth of what is here. So the sync has stopped: nothing was "
         "removed, and nothing is sent until you decide. If nobody deleted them on purpose, ask whoever runs the server first."));

  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (alert), make_list (removal));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _ ("_Not Now"), "remove",
                                  _ ("_Remove Here Too"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "remove",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (alert), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (alert), "cancel");
  g_signal_connect_data (alert, "response", G_CALLBACK (response_cb), removal, removal_free_data,
                         G_CONNECT_DEFAULT);
  adw_dialog_present (alert, removal->parent);
}

static gboolean
read_work (BatonDatabase *database, gpointer data, GError **error)
{
  Removal *removal = data;

  removal->records = baton_database_get_removal (database, MOST_ROWS, error);
  return removal->records != NULL &&
         baton_database_get_sync_status (database, &removal->status, error);
}

/* It may have been settled meanwhile, here or by the command line */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Removal) removal = data;
  g_autoptr (GError) error = NULL;

  if (!baton_store_call_finish (BATON_STORE (source), result, &error))
    show_failure (removal->parent, error->message);
  else if (removal->status.removal > 0 && gtk_widget_get_root (removal->parent) != NULL)
    ask (g_steal_pointer (&removal));
}

void
baton_removal_dialog_ask (GtkWidget *parent, BatonStore *store, BatonEngine *engine)
{
  Removal *removal;

  g_return_if_fail (BATON_IS_STORE (store));
  g_return_if_fail (BATON_IS_ENGINE (engine));

  removal = g_new0 (Removal, 1);
  removal->parent = g_object_ref (parent);
  removal->store = g_object_ref (store);
  removal->engine = g_object_ref (engine);
  baton_store_call_async (store, read_work, removal, NULL, NULL, read_cb, removal);
}
