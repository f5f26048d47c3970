/* baton-time.c: moments as RFC 3339 in UTC with milliseconds
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written out by hand for lists: a GDateTime per row would cost more than the row.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-json.h"

#define MS_PER_DAY    G_GINT64_CONSTANT (86400000)
#define MIN_MS        G_GINT64_CONSTANT (-62135596800000) /* 0001-01-01 */
#define TEXT_LENGTH   24
#define FRACTION_FROM 20

/* Days since 1970 and back in the proleptic Gregorian calendar, with the year beginning in March (so that the leap day is its last) */
static gint64
days_from_date (int year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

static void
date_from_days (gint64 days, int *year, int *month, int *day)
{
  gint64 z = days + 719468;
  gint64 era = (z >= 0 ? z : z - 146096) / 146097;
  gint64 day_of_era = z - era * 146097;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
                       365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month_from_march = (5 * day_of_year + 2) / 153;

  *day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
  *month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  *year = (int) (year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

static void
write_digits (char *text, int number, int n_digits)
{
  for (int i = n_digits; i > 0; i--, number /= 10)
    text[i - 1] = (char) ('0' + number % 10);
}

/* -1 for what is no number of so many digits */
static int
read_digits (const char *text, int n_digits)
{
  int number = 0;

  for (int i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return -1;
      number = number * 10 + (text[i] - '0');
    }
  return number;
}

static gboolean
read_date_time (const char *text, gint64 *ms)
{
  int year = read_digits (text, 4), month = read_digits (text + 5, 2);
  int day = read_digits (text + 8, 2), hour = read_digits (text + 11, 2);
  int minute = read_digits (text + 14, 2), second = read_digits (text + 17, 2);

  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':')
    return FALSE;
  if (year < 1 || month < 1 || month > 12 || day < 1 ||
      day > g_date_get_days_in_month ((GDateMonth) month, (GDateYear) year) || hour < 0 ||
      hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return FALSE;
  /* A leap second is the last moment before the next minute: nothing here counts them */
  *ms = days_from_date (year, month, day) * MS_PER_DAY + hour * 3600000 + minute * 60000 +
        MIN (second, 59) * 1000 + (second == 60 ? 999 : 0);
  return TRUE;
}

/* What stands behind the seconds: `.5`, `.123456`; digits after the third are cut off */
static const char *
read_fraction (const char *text, gint64 *ms)
{
  int weight = 100;

  if (*text != '.')
    return text;
  if (!g_ascii_isdigit (*++text))
    return NULL;
  for (; g_ascii_isdigit (*text); text++, weight /= 10)
    *ms += (*text - '0') * weight;
  return text;
}

static gboolean
read_offset (const char *text, gint64 *ms)
{
  int hour, minute;

  if ((*text == 'Z' || *text == 'z') && text[1] == '\0')
    return TRUE;
  if ((*text != '+' && *text != '-') || strlen (text) != 6 || text[3] != ':')
    return FALSE;
  hour = read_digits (text + 1, 2);
  minute = read_digits (text + 4, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return FALSE;
  *ms -= (*text == '+' ? 1 : -1) * (hour * 3600000 + minute * 60000);
  return TRUE;
}

char *
baton_time_format (gint64 unix_ms)
{
  char *text = g_malloc (TEXT_LENGTH + 1);
  gint64 ms = CLAMP (unix_ms, MIN_MS, BATON_CLOCK_MAX_MS);
  gint64 days = ms >= 0 ? ms / MS_PER_DAY : -((MS_PER_DAY - 1 - ms) / MS_PER_DAY);
  int rest = (int) (ms - days * MS_PER_DAY);
  int year, month, day;

  date_from_days (days, &year, &month, &day);
  memcpy (text, "0000-00-00T00:00:00.000Z", TEXT_LENGTH + 1);
  write_digits (text, year, 4);
  write_digits (text + 5, month, 2);
  write_digits (text + 8, day, 2);
  write_digits (text + 11, rest / 3600000, 2);
  write_digits (text + 14, rest / 60000 % 60, 2);
  write_digits (text + 17, rest / 1000 % 60, 2);
  write_digits (text + FRACTION_FROM, rest % 1000, 3);
  return text;
}

gboolean
baton_time_parse (const char *text, gint64 *unix_ms)
{
  gint64 ms;
  const char *rest;

  g_return_val_if_fail (unix_ms != NULL, FALSE);

  if (text == NULL || strnlen (text, FRACTION_FROM) < FRACTION_FROM || !read_date_time (text, &ms))
    return FALSE;
  rest = read_fraction (text + FRACTION_FROM - 1, &ms);
  if (rest == NULL || !read_offset (rest, &ms) || ms < MIN_MS || ms > BATON_CLOCK_MAX_MS)
    return FALSE;
  *unix_ms = ms;
  return TRUE;
}
