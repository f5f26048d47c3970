/* baton-decision.c: what a person decides on a page, and is told of
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-decision.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const BatonDecision *decision;
  GtkWidget *page;    /* owned */
  GtkWidget *subject; /* owned */
  GtkRoot *window;    /* owned, nullable: what the page was in */
} Deciding;

static void
deciding_free (Deciding *deciding)
{
  g_object_unref (deciding->page);
  g_object_unref (deciding->subject);
  g_clear_object (&deciding->window);
  g_free (deciding);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Deciding, deciding_free)

static void
set_busy (GtkWidget *subject, gboolean busy)
{
  g_object_set_data (G_OBJECT (subject), "baton-busy", GINT_TO_POINTER (busy));
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Deciding) deciding = data;
  const BatonDecision *decision = deciding->decision;
  g_autoptr (GError) error = NULL;
  const char *done = decision->done != NULL ? _ (decision->done) : NULL;

  baton_store_call_finish (BATON_STORE (source), result, &error);
  set_busy (deciding->subject, FALSE);
  if (error != NULL)
    gtk_widget_set_sensitive (deciding->subject, TRUE);
  baton_store_refresh (BATON_STORE (source));
  if (gtk_widget_get_root (deciding->page) != NULL)
    decision->decided (deciding->page, deciding->subject, done, error);
  else if (deciding->window != NULL && (error != NULL || done != NULL))
    baton_tell (GTK_WIDGET (deciding->window), error != NULL ? error->message : done,
                error == NULL && decision->with_undo);
}

void
baton_decide (const BatonDecision *decision,
              GtkWidget *page,
              GtkWidget *subject,
              BatonStore *store,
              gpointer data,
              GDestroyNotify destroy)
{
  Deciding *deciding = g_new0 (Deciding, 1);

  deciding->decision = decision;
  deciding->page = g_object_ref (page);
  deciding->subject = g_object_ref (subject);
  g_set_object (&deciding->window, gtk_widget_get_root (page));
  set_busy (subject, TRUE);
  gtk_widget_set_sensitive (subject, FALSE);
  baton_store_call_async (store, decision->work, data, destroy, NULL, decided_cb, deciding);
}

void
baton_decision_settle (GtkWidget *subject)
{
  if (g_object_get_data (G_OBJECT (subject), "baton-busy") == NULL)
    gtk_widget_set_sensitive (subject, TRUE);
}

void
baton_tell (GtkWidget *widget, const char *text, gboolean with_undo)
{
  gtk_widget_activate_action (widget, "win.tell", "(sb)", text, with_undo);
}
