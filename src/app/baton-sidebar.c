/* baton-sidebar.c: the views and the projects
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-sidebar.h"

#include <glib/gi18n-lib.h>

#include "baton-sidebar-row.h"

struct _BatonSidebar
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkListBox *views;
  GtkListBox *projects;
  GtkWidget *menu;                /* of a project; made when asked for */
  BatonProjectList *project_list; /* owned, nullable */
  char *view;                     /* owned, nullable */
  gulong painted_id;              /* of the first frame */
};

G_DEFINE_FINAL_TYPE (BatonSidebar, baton_sidebar, GTK_TYPE_WIDGET)

static const BatonView shown_views[] = { BATON_VIEW_INBOX, BATON_VIEW_TODAY, BATON_VIEW_ALL,
                                         BATON_VIEW_LOGBOOK, BATON_VIEW_TRASH };

static void
row_activated_cb (BatonSidebar *self, BatonSidebarRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.view", "s", baton_sidebar_row_get_view (row));
}

static gboolean
move_focus (GtkListBox *to, GtkDirectionType direction)
{
  GtkWidget *row = direction == GTK_DIR_DOWN ? gtk_widget_get_first_child (GTK_WIDGET (to))
                                             : gtk_widget_get_last_child (GTK_WIDGET (to));

  return GTK_IS_LIST_BOX_ROW (row) && gtk_widget_grab_focus (row);
}

static gboolean
views_keynav_failed_cb (BatonSidebar *self, GtkDirectionType direction)
{
  return direction == GTK_DIR_DOWN && move_focus (self->projects, direction);
}

static gboolean
projects_keynav_failed_cb (BatonSidebar *self, GtkDirectionType direction)
{
  return direction == GTK_DIR_UP && move_focus (self->views, direction);
}

static GMenuModel *
make_menu_model (const char *project)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuItem) edit = g_menu_item_new (_ ("_Edit Project…"), NULL);
  g_autoptr (GMenuItem) delete = g_menu_item_new (_ ("_Delete Project"), NULL);

  g_menu_item_set_action_and_target (edit, "win.edit-project", "s", project);
  g_menu_item_set_action_and_target (delete, "win.delete-project", "s", project);
  g_menu_append_item (menu, edit);
  g_menu_append_item (menu, delete);
  return G_MENU_MODEL (menu);
}

static void
pop_up (BatonSidebar *self, GtkWidget *row, double x, double y)
{
  BatonProject *project = baton_sidebar_row_get_project (BATON_SIDEBAR_ROW (row));
  g_autoptr (GMenuModel) model = NULL;
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  GdkRectangle rectangle = { .width = 1, .height = 1 };

  if (project == NULL || !gtk_widget_compute_point (row, GTK_WIDGET (self), &point, &point))
    return;
  rectangle.x = (int) point.x;
  rectangle.y = (int) point.y;
  model = make_menu_model (baton_project_get_id (project));
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &rectangle);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
pressed_cb (BatonSidebar *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

static void
long_pressed_cb (BatonSidebar *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

static gboolean
menu_key_cb (GtkWidget *row, GVariant *arguments, gpointer data)
{
  pop_up (BATON_SIDEBAR (data), row, 24, gtk_widget_get_height (row));
  return GDK_EVENT_STOP;
}

static void
add_menu_controllers (BatonSidebar *self, GtkWidget *row)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (long_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (menu_key_cb, self, NULL)));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (press));
  gtk_widget_add_controller (row, keys);
}

static GtkWidget *
make_project_row (gpointer item, gpointer data)
{
  GtkWidget *row = baton_sidebar_row_new_project (BATON_PROJECT (item));

  add_menu_controllers (BATON_SIDEBAR (data), row);
  return row;
}

static void
select_in (GtkListBox *box, const char *view)
{
  GtkWidget *child;

  gtk_list_box_unselect_all (box);
  for (child = gtk_widget_get_first_child (GTK_WIDGET (box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (BATON_IS_SIDEBAR_ROW (child) &&
        g_strcmp0 (baton_sidebar_row_get_view (BATON_SIDEBAR_ROW (child)), view) == 0)
      gtk_list_box_select_row (box, GTK_LIST_BOX_ROW (child));
}

static void
projects_changed_cb (BatonSidebar *self)
{
  select_in (self->projects, self->view);
}

static void
after_paint_cb (BatonSidebar *self, GdkFrameClock *clock)
{
  g_clear_signal_handler (&self->painted_id, clock);
  gtk_widget_set_visible (self->scrolled, TRUE);
}

/* The first frame is the list's: the rows beside it, their fonts and icons, come with the second. */
static void
baton_sidebar_realize (GtkWidget *widget)
{
  BatonSidebar *self = BATON_SIDEBAR (widget);

  GTK_WIDGET_CLASS (baton_sidebar_parent_class)->realize (widget);
  if (!gtk_widget_get_visible (self->scrolled) && self->painted_id == 0)
    self->painted_id = g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint",
                                                G_CALLBACK (after_paint_cb), self,
                                                G_CONNECT_SWAPPED);
}

static void
baton_sidebar_dispose (GObject *object)
{
  BatonSidebar *self = BATON_SIDEBAR (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_SIDEBAR);
  g_clear_object (&self->project_list);
  G_OBJECT_CLASS (baton_sidebar_parent_class)->dispose (object);
}

static void
baton_sidebar_finalize (GObject *object)
{
  g_free (BATON_SIDEBAR (object)->view);
  G_OBJECT_CLASS (baton_sidebar_parent_class)->finalize (object);
}

static void
baton_sidebar_class_init (BatonSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->realize = baton_sidebar_realize;
  object_class->dispose = baton_sidebar_dispose;
  object_class->finalize = baton_sidebar_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonSidebar, scrolled);
  gtk_widget_class_bind_template_child (widget_class, BatonSidebar, views);
  gtk_widget_class_bind_template_child (widget_class, BatonSidebar, projects);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, views_keynav_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, projects_keynav_failed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
baton_sidebar_init (BatonSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (shown_views); i++)
    gtk_list_box_append (self->views, baton_sidebar_row_new_view (shown_views[i]));
}

void
baton_sidebar_set_projects (BatonSidebar *self, BatonProjectList *projects)
{
  g_return_if_fail (BATON_IS_SIDEBAR (self));
  g_return_if_fail (self->project_list == NULL);

  self->project_list = g_object_ref (projects);
  gtk_list_box_bind_model (self->projects, G_LIST_MODEL (projects), make_project_row, self, NULL);
  g_signal_connect_object (projects, "items-changed", G_CALLBACK (projects_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_object_bind_property (projects, "inbox-open", gtk_list_box_get_row_at_index (self->views, 0),
                          "count", G_BINDING_SYNC_CREATE);
  g_object_bind_property (projects, "today-open", gtk_list_box_get_row_at_index (self->views, 1),
                          "count", G_BINDING_SYNC_CREATE);
  projects_changed_cb (self);
}

void
baton_sidebar_set_view (BatonSidebar *self, const char *view)
{
  g_return_if_fail (BATON_IS_SIDEBAR (self));

  g_set_str (&self->view, view);
  select_in (self->views, view);
  select_in (self->projects, view);
}
