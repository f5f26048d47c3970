/* baton-recurrence-due.c: when a task that repeats is due next
 *
 * A question to RFC 5545 with the last due as DTSTART: the rule's own interval goes on from there, and a monthly one from
 * the 31st passes over short months and stays on the 31st. All is reckoned by the clock on the wall, so 9:00 stays 9:00 across daylight
 * saving. The next due is after the last due and also after now: who returns from four weeks of holiday finds one daily task to do, not
 * twenty-eight. COUNT counts the tasks that were made. Each due is found in bounded time, whatever the rule.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-recurrence-private.h"

#include <libical/ical.h>
#include <string.h>

#include "baton-due.h"
#include "baton-rrule-private.h"

#define DAY_LENGTH      10
#define MINUTES_PER_DAY (24 * 60)
#define LAST_YEAR       9999
/* Years of a rule that fits once a day */
#define STEPS_MAX 100000

/* --- dues and libical's times -------------------------------------------- */

static struct icaltimetype
time_from_due (const char *due)
{
  struct icaltimetype time = icaltime_null_time ();

  time.year = (int) g_ascii_strtoll (due, NULL, 10);
  time.month = (int) g_ascii_strtoll (due + 5, NULL, 10);
  time.day = (int) g_ascii_strtoll (due + 8, NULL, 10);
  time.is_date = due[DAY_LENGTH] == '\0';
  if (!time.is_date)
    {
      time.hour = (int) g_ascii_strtoll (due + 11, NULL, 10);
      time.minute = (int) g_ascii_strtoll (due + 14, NULL, 10);
    }
  return time;
}

static char *
time_to_due (struct icaltimetype time)
{
  if (time.year < 1 || time.year > LAST_YEAR)
    return NULL;
  if (time.is_date)
    return g_strdup_printf ("%04d-%02d-%02d", time.year, time.month, time.day);
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d", time.year, time.month, time.day, time.hour,
                          time.minute);
}

static gint64
julian_day (struct icaltimetype time)
{
  GDate day;

  g_date_clear (&day, 1);
  g_date_set_dmy (&day, time.day, time.month, time.year);
  return g_date_get_julian (&day);
}

static gboolean
set_julian_day (struct icaltimetype *time, gint64 julian)
{
  GDate day;

  if (julian < 1 || julian > G_MAXINT32)
    return FALSE;
  g_date_clear (&day, 1);
  g_date_set_julian (&day, (guint32) julian);
  if (g_date_get_year (&day) > LAST_YEAR)
    return FALSE;
  time->year = g_date_get_year (&day);
  time->month = (int) g_date_get_month (&day);
  time->day = g_date_get_day (&day);
  return TRUE;
}

/* --- the rule ------------------------------------------------------------ */

/* Its COUNT and UNTIL are looked at here, not by libical. */
static gboolean
read_rule (const char *text, struct icalrecurrencetype *rule)
{
  if (text == NULL || !baton_rrule_is_valid (text))
    return FALSE;
  *rule = icalrecurrencetype_from_string (text);
  g_clear_pointer (&rule->rscale, g_free);
  return rule->interval >= 1;
}

/* What of a day and less @due has, compared with UNTIL as RFC 5545, 3.3.10 has it. A day without a time is that whole day. */
static gboolean
is_past_until (struct icaltimetype until, const char *due, const char *zone)
{
  g_autofree char *last = NULL;
  gsize length;

  if (icaltime_is_null_time (until))
    return FALSE;
  if (!until.is_date && icaltime_is_utc (until) && zone != NULL)
    {
      g_autoptr (GTimeZone) named = g_time_zone_new_identifier (zone);
      g_autoptr (GDateTime) utc = g_date_time_new_utc (until.year, until.month, until.day,
                                                       until.hour, until.minute, 0);
      g_autoptr (GDateTime)
          there = named != NULL && utc != NULL ? g_date_time_to_timezone (utc, named) : NULL;

      last = there != NULL ? baton_due_format (there, FALSE) : NULL;
    }
  if (last == NULL)
    last = time_to_due (until);
  length = until.is_date || strlen (due) == DAY_LENGTH ? DAY_LENGTH : strlen (due);
  return last != NULL && strncmp (due, last, length) > 0;
}

static int
minutes_per_step (const struct icalrecurrencetype *rule)
{
  switch (rule->freq)
    {
    case ICAL_SECONDLY_RECURRENCE:
      return (rule->interval + 59) / 60;
    case ICAL_MINUTELY_RECURRENCE:
      return rule->interval;
    case ICAL_HOURLY_RECURRENCE:
      return rule->interval * 60;
    case ICAL_DAILY_RECURRENCE:
      return rule->interval * MINUTES_PER_DAY;
    case ICAL_WEEKLY_RECURRENCE:
      return rule->interval * 7 * MINUTES_PER_DAY;
    default:
      return 0;
    }
}

static gboolean
has_by_part (const struct icalrecurrencetype *rule)
{
  return rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_month_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_month[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* Several times a day. libical would look at each second of centuries for a BY part that never fits. */
static char *
step_within_days (const struct icalrecurrencetype *rule,
                  struct icaltimetype start,
                  struct icaltimetype after)
{
  gint64 from = julian_day (start) * MINUTES_PER_DAY + start.hour * 60 + start.minute;
  gint64 past = julian_day (after) * MINUTES_PER_DAY + after.hour * 60 + after.minute;
  gint64 step = minutes_per_step (rule);

  if (has_by_part (rule))
    return NULL;
  if (start.is_date)
    step = (step + MINUTES_PER_DAY - 1) / MINUTES_PER_DAY * MINUTES_PER_DAY;
  if (past >= from)
    from += ((past - from) / step + 1) * step;
  if (!set_julian_day (&start, from / MINUTES_PER_DAY))
    return NULL;
  start.hour = (int) (from % MINUTES_PER_DAY / 60);
  start.minute = (int) (from % 60);
  return time_to_due (start);
}

/* Nearer to @after by whole steps, so that a task from years ago is no long way to go */
static void
jump (const struct icalrecurrencetype *rule, struct icaltimetype *start, struct icaltimetype after)
{
  gint64 step = minutes_per_step (rule) / MINUTES_PER_DAY;
  gint64 days = julian_day (after) - julian_day (*start);

  if (step > 0 && days > 2 * step)
    set_julian_day (start, julian_day (*start) + (days / step - 1) * step);
}

/* The first day that is later than @after, of those that the rule has from @start on; null: none. Of the rule only what chooses days. */
static struct icaltimetype
find_day (const struct icalrecurrencetype *rule,
          struct icaltimetype start,
          struct icaltimetype after)
{
  struct icaltimetype found;
  icalrecur_iterator *iterator;

  jump (rule, &start, after);
  iterator = icalrecur_iterator_new (*rule, start);
  if (iterator == NULL)
    return icaltime_null_date ();
  found = icalrecur_iterator_next (iterator);
  for (guint i = 0; i < STEPS_MAX && !icaltime_is_null_time (found); i++)
    {
      if (icaltime_compare (found, after) > 0)
        break;
      found = icalrecur_iterator_next (iterator);
    }
  icalrecur_iterator_free (iterator);
  if (!icaltime_is_null_time (found) && icaltime_compare (found, after) <= 0)
    return icaltime_null_date ();
  return found;
}

static struct icaltimetype
day_of (struct icaltimetype time)
{
  time.is_date = 1;
  time.hour = 0;
  time.minute = 0;
  return time;
}

/* The first minute of a day that is later than @later: of the rule's, or else that of the series; -1: none */
static int
find_minute (const struct icalrecurrencetype *rule, struct icaltimetype start, int later)
{
  const short own_hours[] = { (short) start.hour, ICAL_RECURRENCE_ARRAY_MAX };
  const short own_minutes[] = { (short) start.minute, ICAL_RECURRENCE_ARRAY_MAX };
  gboolean by_place = rule->by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX;
  const short *hours = rule->by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX && !by_place ? rule->by_hour
                                                                                  : own_hours;
  const short *minutes = rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX && !by_place
                             ? rule->by_minute
                             : own_minutes;
  int first = -1;

  for (guint i = 0; hours[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
    for (guint j = 0; minutes[j] != ICAL_RECURRENCE_ARRAY_MAX; j++)
      {
        int minute = hours[i] * 60 + minutes[j];

        if (minute > later && (first < 0 || minute < first))
          first = minute;
      }
  return first;
}

static char *
find_time (const struct icalrecurrencetype *rule,
           const struct icalrecurrencetype *days,
           struct icaltimetype start,
           struct icaltimetype after)
{
  struct icaltimetype today = day_of (after), day;
  struct icaltimetype yesterday = today;
  int minute;

  icaltime_adjust (&yesterday, -1, 0, 0, 0);
  day = find_day (days, day_of (start), yesterday);
  minute = find_minute (rule, start,
                        icaltime_compare (day, today) == 0 ? after.hour * 60 + after.minute : -1);
  if (minute < 0 && !icaltime_is_null_time (day))
    {
      day = find_day (days, day_of (start), day);
      minute = find_minute (rule, start, -1);
    }
  if (icaltime_is_null_time (day))
    return NULL;
  day.is_date = 0;
  day.hour = minute / 60;
  day.minute = minute % 60;
  return time_to_due (day);
}

/* The first that is later than @after, of the series that begins at @start; NULL: none. libical is asked for days alone: a rule with each
 * second of the day, and a day that never comes, would keep it busy for hours. */
static char *
find_after (const struct icalrecurrencetype *rule,
            struct icaltimetype start,
            struct icaltimetype after)
{
  struct icalrecurrencetype days = *rule;
  struct icaltimetype found;

  if (rule->freq == ICAL_SECONDLY_RECURRENCE || rule->freq == ICAL_MINUTELY_RECURRENCE ||
      rule->freq == ICAL_HOURLY_RECURRENCE)
    return step_within_days (rule, start, after);
  days.count = 0;
  days.until = icaltime_null_time ();
  days.by_hour[0] = ICAL_RECURRENCE_ARRAY_MAX;
  days.by_minute[0] = ICAL_RECURRENCE_ARRAY_MAX;
  days.by_second[0] = ICAL_RECURRENCE_ARRAY_MAX;
  if (!start.is_date)
    return find_time (rule, &days, start, after);
  found = find_day (&days, start, after);
  return icaltime_is_null_time (found) ? NULL : time_to_due (found);
}

/* --- the next due -------------------------------------------------------- */

static GDateTime *
in_zone (GDateTime *now, const char *zone)
{
  g_autoptr (GTimeZone) named = zone != NULL ? g_time_zone_new_identifier (zone) : NULL;

  return named != NULL ? g_date_time_to_timezone (now, named) : g_date_time_ref (now);
}

/* Where the series goes on from: the due, or the day of completing at the due's time */
static char *
dup_start (const BatonRecord *task, const char *now, const struct icalrecurrencetype *rule)
{
  const char *due = baton_record_get_text (task, "due");

  if (due == NULL || !baton_due_is_valid (due))
    return g_strndup (now, DAY_LENGTH);
  if (g_strcmp0 (baton_record_get_text (task, "repeat_from"), "completion") != 0)
    return g_strdup (due);
  if (due[DAY_LENGTH] != '\0' && minutes_per_step (rule) > 0 &&
      minutes_per_step (rule) < MINUTES_PER_DAY)
    return g_strdup (now);
  return g_strdup_printf ("%.10s%s", now, due + DAY_LENGTH);
}

/**
 * baton_recurrence_dup_next_due:
 * @task: that is done
 * @now: when
 *
 * Without a due the day of completing is taken for one.
 *
 * Returns: (transfer full) (nullable): the due of the occurrence after @task, in the form of its own
 */
char *
baton_recurrence_dup_next_due (const BatonRecord *task, GDateTime *now)
{
  const char *zone = baton_record_get_text (task, "time_zone");
  g_autoptr (GDateTime) there = in_zone (now, zone);
  g_autofree char *now_due = baton_due_format (there, FALSE);
  g_autofree char *start = NULL, *due = NULL;
  struct icalrecurrencetype rule;
  struct icaltimetype first, after;

  g_return_val_if_fail (task != NULL && now != NULL, NULL);

  if (!read_rule (baton_record_get_text (task, "recurrence"), &rule) ||
      (rule.count > 0 && baton_recurrence_get_number (task) >= rule.count))
    return NULL;
  start = dup_start (task, now_due, &rule);
  first = time_from_due (start);
  if (first.is_date)
    now_due[DAY_LENGTH] = '\0';
  after = time_from_due (strcmp (start, now_due) > 0 ? start : now_due);
  due = find_after (&rule, first, after);
  if (due == NULL || is_past_until (rule.until, due, zone))
    return NULL;
  return g_steal_pointer (&due);
}

char *
baton_recurrence_dup_first_due (const char *text, const char *from)
{
  struct icalrecurrencetype rule;
  struct icaltimetype start, after;

  if (from == NULL || !baton_due_is_valid (from) || !read_rule (text, &rule))
    return NULL;
  /* It begins there, so every week may be the first of two. */
  rule.interval = 1;
  start = time_from_due (from);
  after = start;
  /* Later than the minute, or the day, before */
  icaltime_adjust (&after, start.is_date ? -1 : 0, 0, start.is_date ? 0 : -1, 0);
  return find_after (&rule, start, after);
}
