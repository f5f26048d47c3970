/* baton-repeat-words.c: "every monday and thursday" as a rule
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

#include "baton-repeat-words.h"

#include <string.h>

#define MOST_COUNT 999
#define ALL_DAYS   7

static const char *const day_names[ALL_DAYS] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

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
