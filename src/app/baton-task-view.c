/* baton-task-view.c: a list of tasks with the line for new ones
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-task-view.h"

#include <glib/gi18n-lib.h>

#include "baton-task-menu.h"
#include "baton-task-row.h"

/* A list view makes two hundred rows at once, which is more than fits between two frames, and reading the ids of a long list takes a while: for the
 * first frame after there was nothing the list is asked for no more than a window shows, and after each frame for some more. */
#define ROWS_PER_FRAME      60
#define ROWS_OF_A_LIST_VIEW 200

struct _BatonTaskView
{
  GtkWidget parent_instance;

  AdwClamp *entry_clamp;
  BatonQuickEntry *entry;
  GtkStack *stack;
  GtkListView *list_view;
  BatonListStatus *status; /* NULL until something is to be said */
  GtkWidget *menu;         /* of a task; made when first asked for */

  BatonTaskList *list;           /* owned, nullable */
  GtkSingleSelection *selection; /* owned, nullable */
  BatonView view;
  char *project;         /* owned, nullable */
  char *search;          /* owned, nullable, not empty */
  char *wanted;          /* owned, nullable; to be selected when the list is there */
  BatonAbsence *absence; /* owned, nullable: what the account has is here */
  gboolean to_top;
  gboolean to_focus; /* the list has the keyboard as soon as it is there */
  guint limit;       /* of rows, for the next frame; 0: all of them */
  guint selected;    /* the position last selected */
  gboolean going_on; /* the selected task is about to go, and the next one is wanted */
  gboolean drawn;    /* once */
  guint next_id;
  gulong painted_id;
};

G_DEFINE_FINAL_TYPE (BatonTaskView, baton_task_view, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_SELECTED,
  SIGNAL_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_searching (BatonTaskView *self)
{
  return self->search != NULL;
}

static guint
get_n_items (BatonTaskView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

/* Made when something is first missing: most windows open on a full list */
static BatonListStatus *
get_status (BatonTaskView *self)
{
  if (self->status == NULL)
    {
      self->status = BATON_LIST_STATUS (baton_list_status_new ());
      gtk_stack_add_named (self->stack, GTK_WIDGET (self->status), "status");
    }
  gtk_stack_set_visible_child_name (self->stack, "status");
  return self->status;
}

static void
show_state (BatonTaskView *self)
{
  g_autofree char *error = NULL;

  g_object_get (self->list, "error", &error, NULL);
  if (error != NULL)
    baton_list_status_show_error (get_status (self), error);
  else if (get_n_items (self) > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (baton_task_list_get_loading (self->list))
    return;
  else if (self->absence != NULL)
    baton_list_status_show_absence (get_status (self), self->absence);
  else if (is_searching (self))
    baton_list_status_show_no_results (get_status (self));
  else
    baton_list_status_show_empty (get_status (self), self->view);
}

static void
ask (BatonTaskView *self)
{
  BatonQuery *query;

  if (self->list == NULL)
    return;
  query = baton_query_new (self->view);
  query->project = g_strdup (self->project);
  query->limit = self->limit;
  if (is_searching (self))
    {
      if (self->view != BATON_VIEW_TRASH)
        query->view = BATON_VIEW_ANY;
      g_set_str (&query->search, self->search);
    }
  baton_task_list_set_query (self->list, query);
}

static void
show_all (BatonTaskView *self)
{
  if (self->limit == 0)
    return;
  self->limit = 0;
  ask (self);
}

static gboolean
show_more_cb (gpointer data)
{
  BatonTaskView *self = BATON_TASK_VIEW (data);
  guint n_items = get_n_items (self);

  if (self->limit == 0 || n_items == 0 || baton_task_list_get_loading (self->list))
    return G_SOURCE_REMOVE;
  self->limit += ROWS_PER_FRAME;
  if (n_items + ROWS_PER_FRAME < self->limit || self->limit > ROWS_OF_A_LIST_VIEW)
    self->limit = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
after_paint_cb (BatonTaskView *self, GdkFrameClock *clock)
{
  if (!self->drawn)
    g_debug ("first list drawn at %" G_GINT64_FORMAT, g_get_monotonic_time ());
  self->drawn = TRUE;
  g_clear_signal_handler (&self->painted_id, clock);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, show_more_cb, g_object_ref (self), g_object_unref);
}

static void
watch_paint (BatonTaskView *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->painted_id != 0 || self->limit == 0)
    return;
  if (clock == NULL)
    {
      g_signal_connect (self, "realize", G_CALLBACK (watch_paint), NULL);
      return;
    }
  self->painted_id = g_signal_connect_object (clock, "after-paint", G_CALLBACK (after_paint_cb),
                                              self, G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
select_wanted (BatonTaskView *self)
{
  int position = self->wanted != NULL ? baton_task_list_find (self->list, self->wanted) : -1;

  if (position < 0)
    return;
  g_clear_pointer (&self->wanted, g_free);
  show_all (self);
  gtk_list_view_scroll_to (self->list_view, (guint) position, GTK_LIST_SCROLL_SELECT, NULL);
}

static void
focus_row (BatonTaskView *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);

  self->to_focus = FALSE;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return;
  /* This says which row has the keyboard when the list does, and does not give it the keyboard. */
  gtk_list_view_scroll_to (self->list_view, position != GTK_INVALID_LIST_POSITION ? position : 0,
                           GTK_LIST_SCROLL_FOCUS, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
loaded_cb (BatonTaskView *self)
{
  show_state (self);
  if (baton_task_list_get_loading (self->list))
    return;
  if (self->to_top && get_n_items (self) > 0)
    gtk_list_view_scroll_to (self->list_view, 0, GTK_LIST_SCROLL_NONE, NULL);
  self->to_top = FALSE;
  select_wanted (self);
  if (self->to_focus)
    focus_row (self);
  watch_paint (self);
}

static void
items_changed_cb (BatonTaskView *self)
{
  show_state (self);
  select_wanted (self);
  if (get_n_items (self) > 0)
    watch_paint (self);
  else if (self->limit != BATON_TASK_VIEW_FIRST_ROWS)
    {
      self->limit = BATON_TASK_VIEW_FIRST_ROWS;
      ask (self);
    }
}

static gboolean
select_next_cb (gpointer data)
{
  BatonTaskView *self = BATON_TASK_VIEW (data);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  self->next_id = 0;
  if (n_items == 0 ||
      gtk_single_selection_get_selected (self->selection) != GTK_INVALID_LIST_POSITION)
    return G_SOURCE_REMOVE;
  gtk_list_view_scroll_to (self->list_view, MIN (self->selected, n_items - 1),
                           GTK_LIST_SCROLL_SELECT | GTK_LIST_SCROLL_FOCUS, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  return G_SOURCE_REMOVE;
}

static void
selected_cb (BatonTaskView *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (selected != GTK_INVALID_LIST_POSITION)
    {
      self->selected = selected;
      g_signal_emit (self, signals[SIGNAL_SELECTED], 0);
    }
  else if (self->going_on && self->next_id == 0)
    self->next_id = g_idle_add (select_next_cb, self);
  self->going_on = FALSE;
}

static GtkPopover *
get_menu (BatonTaskView *self)
{
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  return GTK_POPOVER (self->menu);
}

static void
pop_up (BatonTaskView *self, BatonTask *task, GtkWidget *widget, double x, double y)
{
  GtkPopover *menu = get_menu (self);
  g_autoptr (GMenuModel) model = baton_task_menu_new (task);
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  GdkRectangle rectangle = { .width = 1, .height = 1 };

  if (!gtk_widget_compute_point (widget, GTK_WIDGET (self), &point, &point))
    return;
  rectangle.x = (int) point.x;
  rectangle.y = (int) point.y;
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (menu), model);
  gtk_popover_set_pointing_to (menu, &rectangle);
  gtk_popover_popup (menu);
}

static void
menu_cb (BatonTaskView *self, double x, double y, BatonTaskRow *row)
{
  BatonTask *task = baton_task_row_get_task (row);

  baton_task_view_select (self, baton_task_get_id (task));
  pop_up (self, task, GTK_WIDGET (row), x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  BatonTaskView *self = BATON_TASK_VIEW (data);
  BatonTask *task = baton_task_view_get_selected (self);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (task == NULL || focus == NULL)
    return GDK_EVENT_PROPAGATE;
  pop_up (self, task, focus, 48, gtk_widget_get_height (focus));
  return GDK_EVENT_STOP;
}

static void
setup_cb (BatonTaskView *self, GtkListItem *item)
{
  GtkWidget *row = baton_task_row_new ();

  gtk_list_item_set_child (item, row);
  g_signal_connect_object (row, "menu", G_CALLBACK (menu_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (row, "summary", item, "accessible-label", G_BINDING_DEFAULT);
}

static void
bind_cb (BatonTaskView *self, GtkListItem *item)
{
  BatonTaskRow *row = BATON_TASK_ROW (gtk_list_item_get_child (item));
  BatonTask *task = gtk_list_item_get_item (item);

  baton_task_row_set_show_project (row, self->view != BATON_VIEW_PROJECT || is_searching (self));
  baton_task_row_set_task (row, task);
  if (!g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
    g_debug ("row shown: %s at %" G_GINT64_FORMAT, baton_task_get_id (task),
             g_get_monotonic_time ());
}

static void
unbind_cb (BatonTaskView *self, GtkListItem *item)
{
  baton_task_row_set_task (BATON_TASK_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
activate_cb (BatonTaskView *self, guint position)
{
  g_autoptr (BatonTask) task = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (task != NULL)
    g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, task);
}

static void
retry_cb (GtkWidget *widget, const char *action, GVariant *target)
{
  ask (BATON_TASK_VIEW (widget));
}

static void
baton_task_view_dispose (GObject *object)
{
  BatonTaskView *self = BATON_TASK_VIEW (object);

  g_clear_handle_id (&self->next_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_TASK_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (baton_task_view_parent_class)->dispose (object);
}

static void
baton_task_view_finalize (GObject *object)
{
  BatonTaskView *self = BATON_TASK_VIEW (object);

  g_free (self->project);
  g_free (self->search);
  g_clear_pointer (&self->absence, baton_absence_free);
  g_free (self->wanted);
  G_OBJECT_CLASS (baton_task_view_parent_class)->finalize (object);
}

static void
add_list_keys (BatonTaskView *self, GtkWidget *list_view)
{
  static const struct
  {
    guint key;
    const char *action;
  } keys[] = {
    { GDK_KEY_space,     "win.toggle-done" },
    { GDK_KEY_KP_Space,  "win.toggle-done" },
    { GDK_KEY_Delete,    "win.delete-task" },
    { GDK_KEY_KP_Delete, "win.delete-task" },
    { GDK_KEY_F2,        "win.edit-task"   },
    { GDK_KEY_e,         "win.edit-task"   },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, 0),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (menu_key_cb, self, NULL)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (list_view, controller);
}

static void
baton_task_view_class_init (BatonTaskViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_task_view_dispose;
  object_class->finalize = baton_task_view_finalize;
  signals[SIGNAL_SELECTED] = g_signal_new ("selected", BATON_TYPE_TASK_VIEW, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", BATON_TYPE_TASK_VIEW, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, BATON_TYPE_TASK);

  g_type_ensure (BATON_TYPE_QUICK_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-task-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonTaskView, entry_clamp);
  gtk_widget_class_bind_template_child (widget_class, BatonTaskView, entry);
  gtk_widget_class_bind_template_child (widget_class, BatonTaskView, stack);
  gtk_widget_class_install_action (widget_class, "tasks.retry", NULL, retry_cb);
  gtk_widget_class_bind_template_child (widget_class, BatonTaskView, list_view);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
baton_task_view_init (BatonTaskView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->limit = BATON_TASK_VIEW_FIRST_ROWS;
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  add_list_keys (self, GTK_WIDGET (self->list_view));
}

void
baton_task_view_set_store (BatonTaskView *self, BatonStore *store)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));
  g_return_if_fail (self->list == NULL);

  self->list = baton_task_list_new (store);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->list));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->list, "notify::loading", G_CALLBACK (loaded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify::error", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify::n-items", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  ask (self);
}

void
baton_task_view_show (BatonTaskView *self, BatonView view, const char *project)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  self->view = view;
  g_set_str (&self->project, project);
  self->to_top = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->entry_clamp),
                          view != BATON_VIEW_LOGBOOK && view != BATON_VIEW_TRASH);
  self->going_on = FALSE;
  if (self->selection != NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  ask (self);
}

void
baton_task_view_set_search (BatonTaskView *self, const char *search)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  if (!g_set_str (&self->search, search != NULL && *search != '\0' ? search : NULL))
    return;
  self->to_top = TRUE;
  ask (self);
}

static void
refresh_row (GtkWidget *widget)
{
  if (BATON_IS_TASK_ROW (widget))
    baton_task_row_refresh (BATON_TASK_ROW (widget));
}

void
baton_task_view_set_absence (BatonTaskView *self, BatonAbsence *absence)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  g_clear_pointer (&self->absence, baton_absence_free);
  self->absence = absence;
  if (self->list != NULL)
    show_state (self);
}

void
baton_task_view_refresh_times (BatonTaskView *self)
{
  GtkWidget *child;

  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  ask (self);
  for (child = gtk_widget_get_first_child (GTK_WIDGET (self->list_view)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    refresh_row (gtk_widget_get_first_child (child));
}

BatonTask *
baton_task_view_get_selected (BatonTaskView *self)
{
  g_return_val_if_fail (BATON_IS_TASK_VIEW (self), NULL);

  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

void
baton_task_view_select (BatonTaskView *self, const char *id)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  g_set_str (&self->wanted, id);
  if (self->list != NULL)
    select_wanted (self);
}

/* Who works through the list by keyboard goes on with the task that takes the place of the one that goes */
void
baton_task_view_go_on (BatonTaskView *self)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  self->going_on = gtk_widget_get_focus_child (GTK_WIDGET (self->list_view)) != NULL;
}

void
baton_task_view_focus_list (BatonTaskView *self)
{
  g_return_if_fail (BATON_IS_TASK_VIEW (self));

  self->to_focus = self->list != NULL && baton_task_list_get_loading (self->list);
  if (self->list != NULL && !self->to_focus)
    focus_row (self);
}

BatonQuickEntry *
baton_task_view_get_entry (BatonTaskView *self)
{
  g_return_val_if_fail (BATON_IS_TASK_VIEW (self), NULL);

  return self->entry;
}

BatonTaskList *
baton_task_view_get_list (BatonTaskView *self)
{
  g_return_val_if_fail (BATON_IS_TASK_VIEW (self), NULL);

  return self->list;
}
