/* baton-repeat-words.c: "every monday and thursday", and the other way
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   every day, week, month, year        also "each"
 *   every weekday, every weekend
 *   every other day, every other friday
 *   every 2 weeks
 *   every mon, wed and fri
 *   every 15th                          of the month
 *
 * A word such as "daily" alone is none: it is more often part of a title ("Weekly report").
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-config.h"

#include "baton-repeat-words.h"

#include <glib/gi18n-lib.h>
#include <libical/ical.h>
#include <string.h>

#include "baton-rrule-private.h"

#define MOST_COUNT 999
#define ALL_DAYS   7

static const char *const day_names[ALL_DAYS] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

/* --- from words ---------------------------------------------------------- */

static const struct
{
  const char *one, *many;
  const char *rule;
} units[] = {
  { "day",   "days",   "FREQ=DAILY"   },
  { "week",  "weeks",  "FREQ=WEEKLY"  },
  { "month", "months", "FREQ=MONTHLY" },
  { "year",  "years",  "FREQ=YEARLY"  },
};

static const char *
find_unit (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (word, units[i].one) == 0 || strcmp (word, units[i].many) == 0)
      return units[i].rule;
  return NULL;
}

static char *
with_interval (const char *rule, guint64 interval)
{
  if (interval == 1)
    return g_strdup (rule);
  return g_strdup_printf ("%s;INTERVAL=%" G_GUINT64_FORMAT, rule, interval);
}

static char *
dup_days (const gboolean days[ALL_DAYS])
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ALL_DAYS; i++)
    if (days[i])
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", day_names[i]);
  return g_string_free_and_steal (text);
}

/* "monday", "mon, wed and fri"; gives how many words */
static guint
read_days (const BatonDateWords *words, const char *const *text, guint n_text, char **days)
{
  gboolean wanted[ALL_DAYS] = { FALSE };
  guint n = 0, i = 0;

  while (i < n_text)
    {
      int day = baton_date_words_get_weekday (words, text[i]);

      if (day > 0)
        {
          wanted[day - 1] = TRUE;
          n = ++i;
        }
      else if (n > 0 && n == i && (strcmp (text[i], "and") == 0 || strcmp (text[i], "&") == 0))
        i++;
      else
        break;
    }
  if (n > 0)
    *days = dup_days (wanted);
  return n;
}

/* "15th": of each month */
static guint
read_day_of_month (const char *word, char **rule)
{
  static const char *const endings[] = { "st", "nd", "rd", "th", NULL };
  gsize n = strspn (word, "0123456789");
  int day = n == 1 || n == 2 ? atoi (word) : 0;

  if (day < 1 || day > 31 || !g_strv_contains (endings, word + n))
    return 0;
  *rule = g_strdup_printf ("FREQ=MONTHLY;BYMONTHDAY=%d", day);
  return 1;
}

/* What stands behind "every", "every other" */
static guint
read_what (const BatonDateWords *words,
           guint64 interval,
           const char *const *text,
           guint n_text,
           char **rule)
{
  g_autofree char *days = NULL, *base = NULL;
  guint n;

  if (strcmp (text[0], "weekday") == 0 || strcmp (text[0], "weekdays") == 0)
    days = g_strdup ("MO,TU,WE,TH,FR");
  else if (strcmp (text[0], "weekend") == 0)
    days = g_strdup ("SA,SU");
  n = days != NULL ? 1 : read_days (words, text, n_text, &days);
  if (n > 0)
    {
      base = with_interval ("FREQ=WEEKLY", interval);
      *rule = g_strconcat (base, ";BYDAY=", days, NULL);
      return n;
    }
  if (find_unit (text[0]) == NULL)
    return interval == 1 ? read_day_of_month (text[0], rule) : 0;
  *rule = with_interval (find_unit (text[0]), interval);
  return 1;
}

guint
baton_repeat_words_read (const BatonDateWords *words,
                         const char *const *text,
                         guint n_text,
                         char **rule)
{
  guint64 interval = 1;
  guint first = 1, n;

  if (n_text < 2 || (strcmp (text[0], "every") != 0 && strcmp (text[0], "each") != 0))
    return 0;
  if (strcmp (text[1], "other") == 0 || strcmp (text[1], "second") == 0)
    {
      interval = 2;
      first = 2;
    }
  else if (g_ascii_string_to_unsigned (text[1], 10, 1, MOST_COUNT, &interval, NULL))
    {
      first = 2;
      /* "every 2 weeks", not "every 2 mondays" */
      if (n_text > 2 && find_unit (text[2]) == NULL)
        return 0;
    }
  else
    interval = 1;
  if (n_text <= first)
    return 0;
  n = read_what (words, interval, text + first, n_text - first, rule);
  return n > 0 ? first + n : 0;
}

/* --- to words ------------------------------------------------------------ */

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

/* From Monday */
static char *
dup_day_name (int day)
{
  g_autoptr (GDateTime) monday = g_date_time_new_utc (2024, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) time = g_date_time_add_days (monday, day);

  return g_date_time_format (time, "%A");
}

static char *
join_days (const gboolean wanted[ALL_DAYS])
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *last = NULL;

  for (int i = 0; i < ALL_DAYS; i++)
    {
      if (!wanted[i])
        continue;
      if (last != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? C_ ("between days", ", ") : "", last);
      g_free (last);
      last = dup_day_name (i);
    }
  if (text->len == 0)
    return g_steal_pointer (&last);
  /* Translators: the last of several days of the week: “Monday, Wednesday” and “Friday” */
  return g_strdup_printf (_ ("%s and %s"), text->str, last);
}

static gboolean
is_set (const short *numbers)
{
  return numbers[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* Whether the days of the week are all that the rule says besides how often */
static gboolean
read_by_days (const struct icalrecurrencetype *rule, gboolean wanted[ALL_DAYS])
{
  for (int i = 0; rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
    {
      int day = (int) icalrecurrencetype_day_day_of_week (rule->by_day[i]);

      if (icalrecurrencetype_day_position (rule->by_day[i]) != 0 || day < 1 || day > ALL_DAYS)
        return FALSE;
      /* Sunday is 1 there */
      wanted[(day + 5) % ALL_DAYS] = TRUE;
    }
  return rule->freq == ICAL_WEEKLY_RECURRENCE && is_set (rule->by_day);
}

static gboolean
is_plain (const struct icalrecurrencetype *rule)
{
  return !is_set (rule->by_second) && !is_set (rule->by_minute) && !is_set (rule->by_hour) &&
         !is_set (rule->by_year_day) && !is_set (rule->by_week_no) && !is_set (rule->by_month) &&
         !is_set (rule->by_set_pos);
}

static gboolean
is_working_week (const gboolean wanted[ALL_DAYS])
{
  return wanted[0] && wanted[1] && wanted[2] && wanted[3] && wanted[4] && !wanted[5] && !wanted[6];
}

static char *
describe_days (const struct icalrecurrencetype *rule, const char *often)
{
  gboolean wanted[ALL_DAYS] = { FALSE };
  g_autofree char *days = NULL;

  if (!read_by_days (rule, wanted))
    return NULL;
  if (rule->interval == 1 && is_working_week (wanted))
    return g_strdup (_ ("Every weekday"));
  days = join_days (wanted);
  if (rule->interval == 1)
    /* Translators: %s is one day of the week or several: “Monday and Thursday” */
    return g_strdup_printf (_ ("Every %s"), days);
  /* Translators: “Every 2 weeks” on “Monday and Thursday” */
  return g_strdup_printf (_ ("%s on %s"), often, days);
}

static char *
describe_day_of_month (const struct icalrecurrencetype *rule, const char *often)
{
  int day = rule->by_month_day[0];

  if (rule->freq != ICAL_MONTHLY_RECURRENCE || is_set (rule->by_day) ||
      is_set (rule->by_month_day + 1))
    return NULL;
  if (day == -1)
    /* Translators: %s is “Every month”, “Every 2 months” */
    return g_strdup_printf (_ ("%s on the last day"), often);
  if (day < 1)
    return NULL;
  /* Translators: “Every month” on day 15 */
  return g_strdup_printf (_ ("%s on day %d"), often, day);
}

static char *
describe_rule (const struct icalrecurrencetype *rule)
{
  g_autofree char *often = describe_interval (rule);

  if (often == NULL || !is_plain (rule))
    return NULL;
  if (is_set (rule->by_month_day))
    return describe_day_of_month (rule, often);
  if (is_set (rule->by_day))
    return describe_days (rule, often);
  return g_steal_pointer (&often);
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
