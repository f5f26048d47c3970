/* baton-due-popover.c: chooses a day, and a time of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-due-popover.h"

#include "../core/baton-due.h"

struct _BatonDuePopover
{
  GtkPopover parent_instance;

  GtkCalendar *calendar;
  GtkCheckButton *timed;
  GtkSpinButton *hour;
  GtkSpinButton *minute;
  gboolean updating; /* follows what it was told, not the person */
};

G_DEFINE_FINAL_TYPE (BatonDuePopover, baton_due_popover, GTK_TYPE_POPOVER)

static guint chosen_signal;

static char *
dup_chosen (BatonDuePopover *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");

  if (!gtk_check_button_get_active (self->timed))
    return g_steal_pointer (&date);
  return g_strdup_printf ("%sT%02d:%02d", date, gtk_spin_button_get_value_as_int (self->hour),
                          gtk_spin_button_get_value_as_int (self->minute));
}

static void
choose (BatonDuePopover *self)
{
  g_autofree char *due = dup_chosen (self);

  g_signal_emit (self, chosen_signal, 0, due);
}

static void
changed_cb (BatonDuePopover *self)
{
  if (!self->updating)
    choose (self);
}

static void
choose_in_days (BatonDuePopover *self, int days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  self->updating = TRUE;
  gtk_calendar_select_day (self->calendar, day);
  self->updating = FALSE;
  choose (self);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
today_cb (BatonDuePopover *self)
{
  choose_in_days (self, 0);
}

static void
tomorrow_cb (BatonDuePopover *self)
{
  choose_in_days (self, 1);
}

static void
next_week_cb (BatonDuePopover *self)
{
  choose_in_days (self, 7);
}

static gboolean
output_cb (BatonDuePopover *self, GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (spin));

  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), text))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static void
baton_due_popover_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BATON_TYPE_DUE_POPOVER);
  G_OBJECT_CLASS (baton_due_popover_parent_class)->dispose (object);
}

static void
baton_due_popover_class_init (BatonDuePopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = baton_due_popover_dispose;
  chosen_signal = g_signal_new ("chosen", BATON_TYPE_DUE_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-due-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonDuePopover, calendar);
  gtk_widget_class_bind_template_child (widget_class, BatonDuePopover, timed);
  gtk_widget_class_bind_template_child (widget_class, BatonDuePopover, hour);
  gtk_widget_class_bind_template_child (widget_class, BatonDuePopover, minute);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, today_cb);
  gtk_widget_class_bind_template_callback (widget_class, tomorrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_week_cb);
  gtk_widget_class_bind_template_callback (widget_class, output_cb);
}

static void
baton_due_popover_init (BatonDuePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
baton_due_popover_set_due (BatonDuePopover *self, const char *due)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autoptr (GDateTime) day = NULL;
  gboolean timed = due != NULL && !baton_due_is_all_day (due);

  g_return_if_fail (BATON_IS_DUE_POPOVER (self));

  if (due != NULL)
    day = baton_due_to_time (due, NULL, local);
  if (day == NULL)
    day = g_date_time_new_now_local ();
  self->updating = TRUE;
  gtk_calendar_select_day (self->calendar, day);
  gtk_check_button_set_active (self->timed, timed);
  gtk_spin_button_set_value (self->hour, timed ? g_date_time_get_hour (day) : 9);
  gtk_spin_button_set_value (self->minute, timed ? g_date_time_get_minute (day) : 0);
  self->updating = FALSE;
}
