/* baton-trouble-page.c: says why there are no tasks to show, and what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-trouble-page.h"

#include "../store/baton-store.h"

struct _BatonTroublePage
{
  AdwBin parent_instance;

  AdwStatusPage *status;
  GtkWidget *set_aside;
};

G_DEFINE_FINAL_TYPE (BatonTroublePage, baton_trouble_page, ADW_TYPE_BIN)

static void
baton_trouble_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BATON_TYPE_TROUBLE_PAGE);
  G_OBJECT_CLASS (baton_trouble_page_parent_class)->dispose (object);
}

static void
baton_trouble_page_class_init (BatonTroublePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_trouble_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-trouble-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonTroublePage, status);
  gtk_widget_class_bind_template_child (widget_class, BatonTroublePage, set_aside);
}

static void
baton_trouble_page_init (BatonTroublePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_trouble_page_new (const GError *error)
{
  BatonTroublePage *self = g_object_new (BATON_TYPE_TROUBLE_PAGE, NULL);
  g_autofree char *message = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->status, message);
  gtk_widget_set_visible (self->set_aside, baton_store_error_is_damage (error));
  return GTK_WIDGET (self);
}
