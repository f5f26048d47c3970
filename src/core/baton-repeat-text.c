/* baton-repeat-text.c: a rule as "Every month on the second Monday"
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A rule is put in words where they say all of it; else it is shown as it is written. Where in the month it falls is one phrase a day
 * ("on the last day", "on the first Monday"), because languages differ in what belongs to it.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-config.h"

#include "baton-repeat-words.h"

#include <glib/gi18n-lib.h>
#include <libical/ical.h>

#include "baton-rrule-private.h"

#define ALL_DAYS     7
#define WORKING_DAYS 0x1f
#define WEEKEND      0x60
#define WHOLE_WEEK   0x7f

static gboolean
is_set (const short *numbers)
{
  return numbers[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static gboolean
is_single (const short *numbers)
{
  return is_set (numbers) && !is_set (numbers + 1);
}

/* --- often ---------------------------------------------------------------- */

static char *
describe_interval (const struct icalrecurrencetype *rule)
{
  gulong n = (gulong) MAX (rule->interval, 1);

  switch (rule->freq)
    {
    case ICAL_DAILY_RECURRENCE:
      return g_strdup_printf (ngettext ("Every day", "Every %lu days", n), n);
    case ICAL_WEEKLY_RECURRENCE:
      return g_strdup_printf (ngettext ("Every week", "Every %lu weeks", n), n);
    case ICAL_MONTHLY_RECURRENCE:
      return g_strdup_printf (ngettext ("Every month", "Every %lu months", n), n);
    case ICAL_YEARLY_RECURRENCE:
      return g_strdup_printf (ngettext ("Every year", "Every %lu years", n), n);
    case ICAL_HOURLY_RECURRENCE:
      return g_strdup_printf (ngettext ("Every hour", "Every %lu hours", n), n);
    default:
      return NULL;
    }
}

/* --- lists ---------------------------------------------------------------- */

static char *
join (GPtrArray *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (words->len == 1)
    return g_strdup (g_ptr_array_index (words, 0));
  for (guint i = 0; i + 1 < words->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? C_ ("between days", ", ") : "",
                            (const char *) g_ptr_array_index (words, i));
  /* Translators: the last of several days: “Monday, Wednesday” and “Friday”, “on the first Monday” and “on the last day” */
  return g_strdup_printf (_ ("%s and %s"), text->str,
                          (const char *) g_ptr_array_index (words, words->len - 1));
}

/* --- days of the week ----------------------------------------------------- */

/* From Monday */
static char *
dup_day_name (int day)
{
  g_autoptr (GDateTime) monday = g_date_time_new_utc (2024, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) time = g_date_time_add_days (monday, day);

  return g_date_time_format (time, "%A");
}

/* From Monday; libical has 1 for Sunday */
static int
get_day (short by_day)
{
  return ((int) icalrecurrencetype_day_day_of_week (by_day) + 5) % ALL_DAYS;
}

/* A bit a day, from Monday; 0 where some have a place in the month ("2MO") */
static guint
get_days (const struct icalrecurrencetype *rule)
{
  guint days = 0;

  for (int i = 0; rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
    {
      if (icalrecurrencetype_day_position (rule->by_day[i]) != 0)
        return 0;
      days |= 1u << get_day (rule->by_day[i]);
    }
  return days;
}

static char *
join_days (guint days)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < ALL_DAYS; i++)
    if ((days & 1u << i) != 0)
      g_ptr_array_add (names, dup_day_name (i));
  return join (names);
}

static char *
describe_week (const struct icalrecurrencetype *rule, const char *often)
{
  guint days = get_days (rule);
  g_autofree char *names = NULL;

  if (days == 0 || (rule->freq == ICAL_DAILY_RECURRENCE && rule->interval != 1))
    return NULL;
  if (rule->interval == 1 && days == WORKING_DAYS)
    return g_strdup (_ ("Every weekday"));
  names = join_days (days);
  if (rule->interval == 1)
    /* Translators: %s is one day of the week or several: “Monday and Thursday” */
    return g_strdup_printf (_ ("Every %s"), names);
  /* Translators: “Every 2 weeks” on “Monday and Thursday” */
  return g_strdup_printf (_ ("%s on %s"), often, names);
}

/* --- days of the month ---------------------------------------------------- */

static char *
place_day (int place, const char *day)
{
  switch (place)
    {
    case 1:
      /* Translators: %s is a day of the week, “weekday” or “weekend day”: Every month “on the first Monday” */
      return g_strdup_printf (C_ ("in a month", "on the first %s"), day);
    case 2:
      return g_strdup_printf (C_ ("in a month", "on the second %s"), day);
    case 3:
      return g_strdup_printf (C_ ("in a month", "on the third %s"), day);
    case 4:
      return g_strdup_printf (C_ ("in a month", "on the fourth %s"), day);
    case 5:
      return g_strdup_printf (C_ ("in a month", "on the fifth %s"), day);
    case -1:
      return g_strdup_printf (C_ ("in a month", "on the last %s"), day);
    case -2:
      return g_strdup_printf (C_ ("in a month", "on the second to last %s"), day);
    default:
      return NULL;
    }
}

static char *
place_number (int number)
{
  if (number == -1)
    return g_strdup (C_ ("in a month", "on the last day"));
  /* Translators: Every month “on day 15” */
  return number >= 1 ? g_strdup_printf (C_ ("in a month", "on day %d"), number) : NULL;
}

/* BYDAY=MO,TU,WE,TH,FR with BYSETPOS=-1: the last of them */
static char *
place_set (guint days, int place)
{
  g_autofree char *name = NULL;

  if (days == WHOLE_WEEK)
    return place_number (place);
  if (days == WORKING_DAYS)
    name = g_strdup (C_ ("in a month", "weekday"));
  else if (days == WEEKEND)
    name = g_strdup (C_ ("in a month", "weekend day"));
  else if ((days & (days - 1)) == 0)
    name = join_days (days);
  return name != NULL ? place_day (place, name) : NULL;
}

static char *
place_by_day (short by_day)
{
  g_autofree char *name = dup_day_name (get_day (by_day));

  return place_day (icalrecurrencetype_day_position (by_day), name);
}

/* "on the first Monday and on the last day"; NULL: no words */
static char *
describe_places (const struct icalrecurrencetype *rule)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  guint days = get_days (rule);

  if (is_set (rule->by_month_day) && is_set (rule->by_day))
    return NULL;
  if (is_set (rule->by_set_pos) != (days != 0))
    return NULL;
  for (int i = 0; is_set (rule->by_month_day + i); i++)
    g_ptr_array_add (places, place_number (rule->by_month_day[i]));
  for (int i = 0; days == 0 && is_set (rule->by_day + i); i++)
    g_ptr_array_add (places, place_by_day (rule->by_day[i]));
  for (int i = 0; is_set (rule->by_set_pos + i); i++)
    g_ptr_array_add (places, place_set (days, rule->by_set_pos[i]));
  for (guint i = 0; i < places->len; i++)
    if (g_ptr_array_index (places, i) == NULL)
      return NULL;
  return join (places);
}

static char *
describe_month (const struct icalrecurrencetype *rule, const char *often)
{
  g_autofree char *places = describe_places (rule);

  /* Translators: “Every month” “on the second Monday” */
  return places != NULL ? g_strdup_printf (C_ ("repeats", "%s %s"), often, places) : NULL;
}

/* --- months of the year --------------------------------------------------- */

static char *
format_day (int month, int day, const char *format)
{
  /* A leap year */
  g_autoptr (GDateTime) time = g_date_time_new_utc (2024, month, day, 0, 0, 0);

  return time != NULL ? g_date_time_format (time, format) : NULL;
}

static char *
join_months (const short *months)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; is_set (months + i); i++)
    g_ptr_array_add (names, format_day (months[i], 1, "%OB"));
  return join (names);
}

static char *
describe_date (const struct icalrecurrencetype *rule, const char *often)
{
  /* Translators: a day of each year, as strftime writes it: on 24 December */
  g_autofree char *day = format_day (rule->by_month[0], rule->by_month_day[0], _ ("on %-e %B"));

  return day != NULL ? g_strdup_printf (C_ ("repeats", "%s %s"), often, day) : NULL;
}

static char *
describe_year (const struct icalrecurrencetype *rule, const char *often)
{
  g_autofree char *months = NULL, *places = NULL;

  if (!is_set (rule->by_month))
    return NULL;
  if (is_single (rule->by_month) && is_single (rule->by_month_day) && rule->by_month_day[0] > 0 &&
      !is_set (rule->by_day) && !is_set (rule->by_set_pos))
    return describe_date (rule, often);
  months = join_months (rule->by_month);
  if (!is_set (rule->by_month_day) && !is_set (rule->by_day) && !is_set (rule->by_set_pos))
    /* Translators: “Every year” in “March and September” */
    return g_strdup_printf (_ ("%s in %s"), often, months);
  places = describe_places (rule);
  /* Translators: “Every year” “on the fourth Thursday” in “November” */
  return places != NULL ? g_strdup_printf (_ ("%s %s in %s"), often, places, months) : NULL;
}

/* --- a rule --------------------------------------------------------------- */

static gboolean
has_parts (const struct icalrecurrencetype *rule)
{
  return is_set (rule->by_day) || is_set (rule->by_month_day) || is_set (rule->by_month) ||
         is_set (rule->by_set_pos);
}

/* No words for times of the day, weeks and days of the year */
static gboolean
is_plain (const struct icalrecurrencetype *rule)
{
  return !is_set (rule->by_second) && !is_set (rule->by_minute) && !is_set (rule->by_hour) &&
         !is_set (rule->by_year_day) && !is_set (rule->by_week_no);
}

static char *
describe_rule (const struct icalrecurrencetype *rule)
{
  g_autofree char *often = describe_interval (rule);

  if (often == NULL || !is_plain (rule))
    return NULL;
  if (!has_parts (rule))
    return g_steal_pointer (&often);
  if (rule->freq == ICAL_YEARLY_RECURRENCE)
    return describe_year (rule, often);
  if (is_set (rule->by_month))
    return NULL;
  if (rule->freq == ICAL_MONTHLY_RECURRENCE)
    return describe_month (rule, often);
  if (is_set (rule->by_month_day) || is_set (rule->by_set_pos) ||
      (rule->freq != ICAL_WEEKLY_RECURRENCE && rule->freq != ICAL_DAILY_RECURRENCE))
    return NULL;
  return describe_week (rule, often);
}

static char *
with_end (const struct icalrecurrencetype *rule, const char *words)
{
  g_autoptr (GDateTime) until = NULL;
  g_autofree char *day = NULL;

  if (rule->count > 0)
    /* Translators: “Every day”, 3 times */
    return g_strdup_printf (ngettext ("%s, %d time", "%s, %d times", (gulong) rule->count), words,
                            rule->count);
  if (icaltime_is_null_time (rule->until))
    return g_strdup (words);
  until = g_date_time_new_utc (rule->until.year, rule->until.month, rule->until.day, 0, 0, 0);
  /* Translators: a day, as strftime writes it: 24 Dec 2026 */
  day = until != NULL ? g_date_time_format (until, _ ("%-e %b %Y")) : NULL;
  /* Translators: “Every day”, until 24 Dec 2026 */
  return day != NULL ? g_strdup_printf (_ ("%s, until %s"), words, day) : g_strdup (words);
}

char *
baton_repeat_words_new (const char *text)
{
  struct icalrecurrencetype rule;
  g_autofree char *words = NULL;

  if (text == NULL || !baton_rrule_is_valid (text))
    return NULL;
  rule = icalrecurrencetype_from_string (text);
  g_free (rule.rscale);
  words = describe_rule (&rule);
  if (words == NULL)
    /* Translators: %s is a rule that has no words: FREQ=YEARLY;BYWEEKNO=20 */
    return g_strdup_printf (_ ("By the rule %s"), text);
  return with_end (&rule, words);
}
