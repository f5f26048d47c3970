/* baton-task-row.c: a task in a list
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-task-row.h"

#include <glib/gi18n-lib.h>

#include "../core/baton-repeat-words.h"
#include "baton-due-text.h"
#include "baton-task-body.h"

struct _BatonTaskRow
{
  GtkWidget parent_instance;

  GtkCheckButton *check;
  BatonTaskBody *body;
  BatonTask *task; /* owned, nullable */
  char *summary;   /* owned, nullable */
  gulong notify_id;
  gboolean updating; /* the check follows the task, not the person */
};

typedef enum
{
  PROP_SUMMARY = 1,
} BatonTaskRowProperty;

G_DEFINE_FINAL_TYPE (BatonTaskRow, baton_task_row, GTK_TYPE_WIDGET)

static GParamSpec *properties[PROP_SUMMARY + 1];
static guint menu_signal;

static void
append (GString *text, const char *part)
{
  if (text->len > 0)
    /* Translators: stands between the parts of what a screen reader says of a task */
    g_string_append (text, _ (", "));
  g_string_append (text, part);
}

static void
append_due (GString *text, BatonTask *task)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const char *due = baton_task_get_text (task, "due");
  const char *zone = baton_task_get_text (task, "time_zone");
  g_autofree char *words = baton_due_text_new (due, zone, now);
  g_autofree char *part = NULL;

  if (words == NULL)
    return;
  if (baton_due_text_get_kind (due, zone, now) == BATON_DUE_OVERDUE &&
      !baton_task_get_is_done (task))
    /* Translators: %s is a day, such as Yesterday */
    part = g_strdup_printf (_ ("overdue: %s"), words);
  else
    /* Translators: %s is a day, such as Tomorrow 14:30 */
    part = g_strdup_printf (_ ("due: %s"), words);
  append (text, part);
}

static void
append_repeat (GString *text, BatonTask *task)
{
  g_autofree char *words = baton_repeat_words_new (baton_task_get_text (task, "recurrence"));

  if (words != NULL)
    append (text, words);
}

static void
append_priority (GString *text, BatonTask *task)
{
  const char *priority = baton_task_get_text (task, "priority");

  if (g_strcmp0 (priority, "urgent") == 0)
    append (text, _ ("urgent"));
  else if (g_strcmp0 (priority, "high") == 0)
    append (text, _ ("high priority"));
}

static char *
make_summary (BatonTask *task)
{
  GString *text = g_string_new (baton_task_get_text (task, "title"));
  g_autofree char *project = NULL;
  g_auto (GStrv) tags = baton_record_dup_set (baton_task_get_record (task), "tags");
  gboolean unsynced;
  gboolean conflict;

  if (baton_task_get_is_done (task))
    append (text, _ ("done"));
  append_due (text, task);
  append_repeat (text, task);
  append_priority (text, task);
  g_object_get (task, "project-name", &project, "unsynced", &unsynced, "conflict", &conflict, NULL);
  if (project != NULL)
    append (text, project);
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    append (text, tags[i]);
  if (unsynced)
    append (text, _ ("not synced yet"));
  if (conflict)
    append (text, _ ("changed in two places at once"));
  return g_string_free_and_steal (text);
}

static void
update_check (BatonTaskRow *self)
{
  gboolean deleted = self->task != NULL && baton_task_get_is_deleted (self->task);

  self->updating = TRUE;
  gtk_check_button_set_active (self->check,
                               self->task != NULL && baton_task_get_is_done (self->task));
  gtk_widget_set_sensitive (GTK_WIDGET (self->check), !deleted);
  self->updating = FALSE;
}

/* Also called where only the time is another */
void
baton_task_row_refresh (BatonTaskRow *self)
{
  g_return_if_fail (BATON_IS_TASK_ROW (self));

  update_check (self);
  baton_task_body_set_task (self->body, self->task);
  g_clear_pointer (&self->summary, g_free);
  if (self->task != NULL)
    self->summary = make_summary (self->task);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
}

static void
check_toggled_cb (BatonTaskRow *self)
{
  gboolean done = gtk_check_button_get_active (self->check);

  if (self->updating || self->task == NULL)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.set-done", "(sb)",
                              baton_task_get_id (self->task), done);
}

static void
released_cb (BatonTaskRow *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (
      GTK_EVENT_CONTROLLER (gesture));

  if (self->task == NULL || (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0)
    return;
  if (gtk_widget_contains (GTK_WIDGET (self->body), x, y))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-task", "s",
                                baton_task_get_id (self->task));
}

static void
ask_for_menu (BatonTaskRow *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  if (self->task != NULL)
    g_signal_emit (self, menu_signal, 0, x, y);
}

static void
secondary_pressed_cb (BatonTaskRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  ask_for_menu (self, x, y, gesture);
}

static void
long_pressed_cb (BatonTaskRow *self, double x, double y, GtkGesture *gesture)
{
  ask_for_menu (self, x, y, gesture);
}

static void
baton_task_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonTaskRow *self = BATON_TASK_ROW (object);

  switch ((BatonTaskRowProperty) id)
    {
    case PROP_SUMMARY:
      g_value_set_string (value, self->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
forget_task (BatonTaskRow *self)
{
  if (self->task != NULL)
    g_clear_signal_handler (&self->notify_id, self->task);
  g_clear_object (&self->task);
}

static void
baton_task_row_dispose (GObject *object)
{
  BatonTaskRow *self = BATON_TASK_ROW (object);

  forget_task (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_TASK_ROW);
  G_OBJECT_CLASS (baton_task_row_parent_class)->dispose (object);
}

static void
baton_task_row_finalize (GObject *object)
{
  g_free (BATON_TASK_ROW (object)->summary);
  G_OBJECT_CLASS (baton_task_row_parent_class)->finalize (object);
}

static void
baton_task_row_class_init (BatonTaskRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_task_row_dispose;
  object_class->finalize = baton_task_row_finalize;
  object_class->get_property = baton_task_row_get_property;
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  menu_signal = g_signal_new ("menu", BATON_TYPE_TASK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  g_type_ensure (BATON_TYPE_TASK_BODY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-task-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonTaskRow, check);
  gtk_widget_class_bind_template_child (widget_class, BatonTaskRow, body);
  gtk_widget_class_bind_template_callback (widget_class, check_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "task-row");
}

static void
baton_task_row_init (BatonTaskRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_task_row_new (void)
{
  return g_object_new (BATON_TYPE_TASK_ROW, NULL);
}

BatonTask *
baton_task_row_get_task (BatonTaskRow *self)
{
  g_return_val_if_fail (BATON_IS_TASK_ROW (self), NULL);

  return self->task;
}

void
baton_task_row_set_task (BatonTaskRow *self, BatonTask *task)
{
  g_return_if_fail (BATON_IS_TASK_ROW (self));

  if (self->task == task)
    return;
  forget_task (self);
  if (task != NULL)
    {
      self->task = g_object_ref (task);
      self->notify_id = g_signal_connect_object (
          task, "notify", G_CALLBACK (baton_task_row_refresh), self, G_CONNECT_SWAPPED);
    }
  baton_task_row_refresh (self);
}

void
baton_task_row_set_show_project (BatonTaskRow *self, gboolean show_project)
{
  g_return_if_fail (BATON_IS_TASK_ROW (self));

  baton_task_body_set_show_project (self->body, show_project);
}
