/* baton-list-status.c: what stands in the place of a list that has nothing to show
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-list-status.h"

#include <glib/gi18n-lib.h>

#include "baton-names.h"

struct _BatonListStatus
{
  AdwBin parent_instance;

  AdwStatusPage *page;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (BatonListStatus, baton_list_status, ADW_TYPE_BIN)

BatonAbsence *
baton_absence_new (const char *title,
                   const char *description,
                   const char *label,
                   const char *action)
{
  BatonAbsence *self = g_new0 (BatonAbsence, 1);

  self->title = g_strdup (title);
  self->description = g_strdup (description);
  self->label = g_strdup (label);
  self->action = g_strdup (action);
  return self;
}

void
baton_absence_free (BatonAbsence *self)
{
  g_free (self->title);
  g_free (self->description);
  g_free (self->label);
  g_free (self->action);
  g_free (self);
}

static void
show (BatonListStatus *self, const char *icon, const char *title, const char *description)
{
  g_autofree char *escaped = g_markup_escape_text (description, -1);

  adw_status_page_set_icon_name (self->page, icon);
  adw_status_page_set_title (self->page, title);
  adw_status_page_set_description (self->page, escaped);
}

/* @action NULL: nothing is to be done */
static void
offer (BatonListStatus *self, const char *label, const char *action)
{
  gtk_button_set_label (self->button, label != NULL ? label : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  gtk_widget_set_visible (GTK_WIDGET (self->button), action != NULL);
}

void
baton_list_status_show_error (BatonListStatus *self, const char *message)
{
  g_return_if_fail (BATON_IS_LIST_STATUS (self));

  show (self, "dialog-warning-symbolic", _ ("The Tasks Cannot Be Read"), message);
  offer (self, _ ("_Try Again"), "tasks.retry");
}

void
baton_list_status_show_absence (BatonListStatus *self, const BatonAbsence *absence)
{
  g_return_if_fail (BATON_IS_LIST_STATUS (self));
  g_return_if_fail (absence != NULL);

  show (self, "baton-sync-symbolic", absence->title, absence->description);
  offer (self, absence->label, absence->action);
}

void
baton_list_status_show_no_results (BatonListStatus *self)
{
  g_return_if_fail (BATON_IS_LIST_STATUS (self));

  show (self, "edit-find-symbolic", _ ("No Results Found"), _ ("Try other words"));
  offer (self, NULL, NULL);
}

void
baton_list_status_show_empty (BatonListStatus *self, BatonView view)
{
  static const struct
  {
    BatonView view;
    const char *title;
    const char *description;
  } views[] = {
    { BATON_VIEW_INBOX,   N_ ("Your Inbox Is Empty"),
     N_ ("Type a task in the line above and press Enter")                                                  },
    { BATON_VIEW_TODAY,   N_ ("Nothing Due Today"),
     N_ ("Enjoy the day, or add something to it above")                                                    },
    { BATON_VIEW_PROJECT, N_ ("No Open Tasks"),       N_ ("What you add above goes into this project")     },
    { BATON_VIEW_LOGBOOK, N_ ("Nothing Done Yet"),    N_ ("Completed tasks are kept here")                 },
    { BATON_VIEW_TRASH,   N_ ("Trash Is Empty"),
     N_ ("Deleted tasks are kept here and can be restored")                                                },
    { BATON_VIEW_ALL,     N_ ("No Open Tasks"),       N_ ("Type a task in the line above and press Enter") },
  };
  guint i = 0;

  g_return_if_fail (BATON_IS_LIST_STATUS (self));

  while (i + 1 < G_N_ELEMENTS (views) && views[i].view != view)
    i++;
  show (self, baton_names_get_view_icon (view), _ (views[i].title), _ (views[i].description));
  offer (self, NULL, NULL);
}

static void
baton_list_status_class_init (BatonListStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-list-status.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonListStatus, page);
  gtk_widget_class_bind_template_child (widget_class, BatonListStatus, button);
}

static void
baton_list_status_init (BatonListStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_list_status_new (void)
{
  return g_object_new (BATON_TYPE_LIST_STATUS, NULL);
}
