/* baton-due-text.c: when a task is due, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-due-text.h"

#include <glib/gi18n-lib.h>

#include "../core/baton-due.h"

static int
count_days (GDateTime *from, GDateTime *to)
{
  GDate a;
  GDate b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, g_date_time_get_day_of_month (from), g_date_time_get_month (from),
                  g_date_time_get_year (from));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (to), g_date_time_get_month (to),
                  g_date_time_get_year (to));
  return g_date_days_between (&a, &b);
}

static GDateTime *
get_moment (const char *due, const char *zone, GDateTime *now)
{
  g_autoptr (GDateTime) moment = NULL;

  if (due == NULL)
    return NULL;
  moment = baton_due_to_time (due, zone, g_date_time_get_timezone (now));
  return moment != NULL ? g_date_time_to_timezone (moment, g_date_time_get_timezone (now)) : NULL;
}

static char *
format_day (GDateTime *moment, GDateTime *now)
{
  int days = count_days (now, moment);

  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Tomorrow"));
  if (days == -1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (moment, "%A");
  if (g_date_time_get_year (moment) == g_date_time_get_year (now))
    /* Translators: a day of this year, as strftime writes it: 24 Dec */
    return g_date_time_format (moment, _ ("%-e %b"));
  /* Translators: a day of another year, as strftime writes it: 24 Dec 2027 */
  return g_date_time_format (moment, _ ("%-e %b %Y"));
}

char *
baton_due_text_new (const char *due, const char *zone, GDateTime *now)
{
  g_autoptr (GDateTime) moment = get_moment (due, zone, now);
  g_autofree char *day = NULL;
  g_autofree char *time = NULL;

  if (moment == NULL)
    return NULL;
  day = format_day (moment, now);
  if (baton_due_is_all_day (due))
    return g_steal_pointer (&day);
  /* Translators: a time of day, as strftime writes it: 14:30, or %l:%M %p for 2:30 PM */
  time = g_date_time_format (moment, _ ("%H:%M"));
  /* Translators: a day and a time of day: Tomorrow 14:30 */
  return g_strdup_printf (C_ ("due", "%s %s"), day, time);
}

BatonDueKind
baton_due_text_get_kind (const char *due, const char *zone, GDateTime *now)
{
  g_autoptr (GDateTime) moment = get_moment (due, zone, now);
  int days;

  if (moment == NULL)
    return BATON_DUE_NONE;
  days = count_days (now, moment);
  if (days < 0 || (!baton_due_is_all_day (due) && g_date_time_compare (moment, now) < 0))
    return BATON_DUE_OVERDUE;
  return days == 0 ? BATON_DUE_TODAY : BATON_DUE_LATER;
}
