/* baton-date-words.c: days in words, for quick add and filters
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   today, tomorrow, yesterday
 *   fri          the next Friday; on a Friday that of next week
 *   next fri     the Friday of next week; weeks begin on Monday
 *   next week    its Monday
 *   next month   its first day
 *   2026-12-24
 *   24 dec, dec 24, 24th december 2026
 *                without a year the next such day, today included
 *   in 3 days, in a week, in 2 months; 3 days ago
 *
 * A month alone is none, since "may" and "march" are other words too. Of the desktop's language the short names of
 * weekdays are not taken, since many are common words ("so", "do", "man").
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-config.h"

#include "baton-date-words.h"

#include <glib/gi18n-lib.h>
#include <langinfo.h>
#include <string.h>

#define MOST_NAMES 4
#define MOST_COUNT 9999
#define LAST_YEAR  9999

struct _BatonDateWords
{
  GDate today;
  char *weekdays[7][MOST_NAMES]; /* from Monday; NULL after the last */
  char *months[12][MOST_NAMES];
  char *local_today;
  char *local_tomorrow;
  char *local_yesterday;
};

/* Words left to read; at least one */
typedef struct
{
  const BatonDateWords *words;
  BatonDateTense tense;
  const char *const *text;
  guint n_text;
} Reader;

typedef enum
{
  UNIT_DAY,
  UNIT_WEEK,
  UNIT_MONTH,
  UNIT_YEAR,
} Unit;

static const char *const english_weekdays[7][MOST_NAMES] = {
  { "monday", "mon" },
  { "tuesday", "tue", "tues" },
  { "wednesday", "wed" },
  { "thursday", "thu", "thur", "thurs" },
  { "friday", "fri" },
  { "saturday", "sat" },
  { "sunday", "sun" },
};

static const char *const english_months[12][MOST_NAMES] = {
  { "january", "jan" },
  { "february", "feb" },
  { "march", "mar" },
  { "april", "apr" },
  { "may" },
  { "june", "jun" },
  { "july", "jul" },
  { "august", "aug" },
  { "september", "sep", "sept" },
  { "october", "oct" },
  { "november", "nov" },
  { "december", "dec" },
};

static const char *const english_units[][2] = {
  [UNIT_DAY] = { "day",   "days"   },
  [UNIT_WEEK] = { "week",  "weeks"  },
  [UNIT_MONTH] = { "month", "months" },
  [UNIT_YEAR] = { "year",  "years"  },
};

/* A name of the locale as words come: folded, without the dot of an abbreviation. NULL where the locale is not in UTF-8. */
static char *
fold_name (const char *name)
{
  g_autofree char *bare = NULL;
  gsize length = strlen (name);

  if (!g_utf8_validate (name, length, NULL))
    return NULL;
  if (g_str_has_suffix (name, "."))
    length--;
  bare = g_strndup (name, length);
  return *bare != '\0' ? g_utf8_casefold (bare, -1) : NULL;
}

static void
add_name (char **names, nl_item item)
{
  char *name = fold_name (nl_langinfo (item));
  guint n = 0;

  while (n < MOST_NAMES && names[n] != NULL)
    n++;
  if (name != NULL && n < MOST_NAMES)
    names[n] = name;
  else
    g_free (name);
}

BatonDateWords *
baton_date_words_new (GDateTime *now)
{
  BatonDateWords *words = g_new0 (BatonDateWords, 1);
  int year, month, day;

  g_date_time_get_ymd (now, &year, &month, &day);
  g_date_clear (&words->today, 1);
  g_date_set_dmy (&words->today, day, month, year);

  for (int i = 0; i < 7; i++)
    add_name (words->weekdays[i], DAY_1 + (i + 1) % 7);
  for (int i = 0; i < 12; i++)
    {
      add_name (words->months[i], MON_1 + i);
      add_name (words->months[i], ALTMON_1 + i);
      add_name (words->months[i], ABMON_1 + i);
    }
  words->local_today = g_utf8_casefold (C_ ("typed date", "today"), -1);
  words->local_tomorrow = g_utf8_casefold (C_ ("typed date", "tomorrow"), -1);
  words->local_yesterday = g_utf8_casefold (C_ ("typed date", "yesterday"), -1);
  return words;
}

void
baton_date_words_free (BatonDateWords *words)
{
  for (int i = 0; i < 7; i++)
    for (int j = 0; j < MOST_NAMES; j++)
      g_free (words->weekdays[i][j]);
  for (int i = 0; i < 12; i++)
    for (int j = 0; j < MOST_NAMES; j++)
      g_free (words->months[i][j]);
  g_free (words->local_today);
  g_free (words->local_tomorrow);
  g_free (words->local_yesterday);
  g_free (words);
}

static gboolean
is_named (const char *word, const char *const names[MOST_NAMES])
{
  for (int i = 0; i < MOST_NAMES && names[i] != NULL; i++)
    if (strcmp (word, names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* From 1, Monday; 0: none */
static int
find_weekday (const BatonDateWords *words, const char *word)
{
  for (int i = 0; i < 7; i++)
    if (is_named (word, english_weekdays[i]) ||
        is_named (word, (const char *const *) words->weekdays[i]))
      return i + 1;
  return 0;
}

/* From 1; 0: none */
static int
find_month (const BatonDateWords *words, const char *word)
{
  for (int i = 0; i < 12; i++)
    if (is_named (word, english_months[i]) ||
        is_named (word, (const char *const *) words->months[i]))
      return i + 1;
  return 0;
}

static gboolean
find_unit (const char *word, Unit *unit)
{
  for (guint i = 0; i < G_N_ELEMENTS (english_units); i++)
    if (strcmp (word, english_units[i][0]) == 0 || strcmp (word, english_units[i][1]) == 0)
      {
        *unit = i;
        return TRUE;
      }
  return FALSE;
}

/* 1 to @most digits and then @rest; -1 for anything else */
static int
read_digits (const char *word, gsize most, const char **rest)
{
  gsize n = strspn (word, "0123456789");

  if (n == 0 || n > most)
    return -1;
  *rest = word + n;
  return (int) g_ascii_strtoll (word, NULL, 10);
}

/* "24" or "24th"; 0: none */
static int
read_day_number (const char *word)
{
  const char *rest;
  int number = read_digits (word, 2, &rest);

  if (number > 0 && (*rest == '\0' || strcmp (rest, "st") == 0 || strcmp (rest, "nd") == 0 ||
                     strcmp (rest, "rd") == 0 || strcmp (rest, "th") == 0))
    return number;
  return 0;
}

/* 0: none */
static int
read_year (const char *word)
{
  const char *rest;
  int number = read_digits (word, 4, &rest);

  return strlen (word) == 4 && number >= 1900 && *rest == '\0' ? number : 0;
}

/* "3", "a"; 0: none */
static int
read_count (const char *word)
{
  const char *rest;
  int number;

  if (strcmp (word, "a") == 0 || strcmp (word, "an") == 0)
    return 1;
  number = read_digits (word, 4, &rest);
  return number > 0 && *rest == '\0' ? number : 0;
}

static gboolean
is_word (const Reader *reader, guint index, const char *word)
{
  return index < reader->n_text && strcmp (reader->text[index], word) == 0;
}

static guint
read_iso (const Reader *reader, GDate *day)
{
  const char *text = reader->text[0];
  int year, month, number;
  const char *rest;

  if (strlen (text) != 10 || text[4] != '-' || text[7] != '-')
    return 0;
  year = read_digits (text, 4, &rest);
  month = read_digits (text + 5, 2, &rest);
  number = read_digits (text + 8, 2, &rest);
  if (year <= 0 || month <= 0 || number <= 0 || !g_date_valid_dmy (number, month, year) ||
      *rest != '\0')
    return 0;
  g_date_set_dmy (day, number, month, year);
  return 1;
}

static guint
read_near (const Reader *reader, GDate *day)
{
  const char *text = reader->text[0];
  int days;

  if (strcmp (text, "today") == 0 || strcmp (text, reader->words->local_today) == 0)
    days = 0;
  else if (strcmp (text, "tomorrow") == 0 || strcmp (text, reader->words->local_tomorrow) == 0)
    days = 1;
  else if (reader->tense != BATON_DATE_COMING &&
           (strcmp (text, "yesterday") == 0 || strcmp (text, reader->words->local_yesterday) == 0))
    days = -1;
  else
    return 0;
  g_date_set_julian (day, g_date_get_julian (&reader->words->today) + days);
  return 1;
}

static guint
read_weekday (const Reader *reader, GDate *day)
{
  int weekday = find_weekday (reader->words, reader->text[0]);
  int today = g_date_get_weekday (&reader->words->today);
  guint32 julian = g_date_get_julian (&reader->words->today);

  if (weekday == 0)
    return 0;
  if (reader->tense == BATON_DATE_PAST)
    julian -= (today - weekday + 6) % 7 + 1;
  else
    julian += (weekday - today + 6) % 7 + 1;
  g_date_set_julian (day, julian);
  return 1;
}

/* "next fri", "next week", "next month", "last fri" */
static guint
read_next (const Reader *reader, GDate *day)
{
  const GDate *today = &reader->words->today;
  guint32 next_monday = g_date_get_julian (today) - g_date_get_weekday (today) + 8;
  int weekday;

  if (reader->n_text < 2)
    return 0;
  weekday = find_weekday (reader->words, reader->text[1]);
  if (reader->tense != BATON_DATE_COMING && is_word (reader, 0, "last") && weekday > 0)
    {
      Reader past = { reader->words, BATON_DATE_PAST, reader->text + 1, 1 };
      return 1 + read_weekday (&past, day);
    }
  if (!is_word (reader, 0, "next"))
    return 0;

  if (weekday > 0)
    g_date_set_julian (day, next_monday + weekday - 1);
  else if (is_word (reader, 1, "week"))
    g_date_set_julian (day, next_monday);
  else if (is_word (reader, 1, "month"))
    {
      *day = *today;
      g_date_set_day (day, 1);
      g_date_add_months (day, 1);
    }
  else
    return 0;
  return 2;
}

/* The next or the last such day, today included; in February maybe years away */
static gboolean
find_year (const Reader *reader, int number, int month, GDate *day)
{
  const GDate *today = &reader->words->today;
  gboolean past = reader->tense == BATON_DATE_PAST;

  for (int i = 0; i <= 8; i++)
    {
      int year = g_date_get_year (today) + (past ? -i : i);
      GDate candidate;

      if (year < 1 || !g_date_valid_dmy (number, month, year))
        continue;
      g_date_clear (&candidate, 1);
      g_date_set_dmy (&candidate, number, month, year);
      if (past ? g_date_compare (&candidate, today) <= 0 : g_date_compare (&candidate, today) >= 0)
        {
          *day = candidate;
          return TRUE;
        }
    }
  return FALSE;
}

/* "24 dec", "dec 24", each with a year or without */
static guint
read_month (const Reader *reader, GDate *day)
{
  int month, number, year = 0;

  if (reader->n_text < 2)
    return 0;
  number = read_day_number (reader->text[0]);
  month = find_month (reader->words, reader->text[number > 0 ? 1 : 0]);
  if (number == 0)
    number = read_day_number (reader->text[1]);
  if (number == 0 || month == 0)
    return 0;

  if (reader->n_text > 2)
    year = read_year (reader->text[2]);
  if (year == 0)
    return find_year (reader, number, month, day) ? 2 : 0;
  if (!g_date_valid_dmy (number, month, year))
    return 0;
  g_date_set_dmy (day, number, month, year);
  return 3;
}

static void
add_units (GDate *day, int count, Unit unit)
{
  switch (unit)
    {
    case UNIT_DAY:
      g_date_add_days (day, count);
      break;
    case UNIT_WEEK:
      g_date_add_days (day, count * 7);
      break;
    case UNIT_MONTH:
      g_date_add_months (day, count);
      break;
    case UNIT_YEAR:
      g_date_add_years (day, count);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
subtract_units (GDate *day, int count, Unit unit)
{
  switch (unit)
    {
    case UNIT_DAY:
      g_date_subtract_days (day, count);
      break;
    case UNIT_WEEK:
      g_date_subtract_days (day, count * 7);
      break;
    case UNIT_MONTH:
      g_date_subtract_months (day, count);
      break;
    case UNIT_YEAR:
      g_date_subtract_years (day, count);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Years that @count units take at most */
static int
span_in_years (int count, Unit unit)
{
  static const int per_year[] = { 365, 52, 12, 1 };

  return count / per_year[unit] + 1;
}

/* "in 3 days", "3 days ago" */
static guint
read_count_of_units (const Reader *reader, GDate *day)
{
  const GDate *today = &reader->words->today;
  gboolean ahead = is_word (reader, 0, "in");
  gboolean ago = !ahead && reader->tense != BATON_DATE_COMING && is_word (reader, 2, "ago");
  guint first = ahead ? 1 : 0;
  int count;
  Unit unit;

  if ((!ahead && !ago) || reader->n_text < 3)
    return 0;
  count = read_count (reader->text[first]);
  if (count == 0 || count > MOST_COUNT || !find_unit (reader->text[first + 1], &unit))
    return 0;
  if (ago && g_date_get_year (today) <= span_in_years (count, unit))
    return 0;

  *day = *today;
  if (ahead)
    add_units (day, count, unit);
  else
    subtract_units (day, count, unit);
  return 3;
}

int
baton_date_words_get_weekday (const BatonDateWords *words, const char *word)
{
  return find_weekday (words, word);
}

guint
baton_date_words_read (const BatonDateWords *words,
                       BatonDateTense tense,
                       const char *const *text,
                       guint n_text,
                       GDate *day)
{
  static guint (*const readers[]) (const Reader *, GDate *) = {
    read_iso, read_near, read_next, read_weekday, read_month, read_count_of_units,
  };
  Reader reader = { words, tense, text, n_text };
  guint n_read = 0;
  GDate found;

  g_date_clear (&found, 1);
  for (guint i = 0; i < G_N_ELEMENTS (readers) && n_text > 0 && n_read == 0; i++)
    n_read = readers[i](&reader, &found);
  if (n_read == 0 || !g_date_valid (&found) || g_date_get_year (&found) > LAST_YEAR)
    return 0;
  *day = found;
  return n_read;
}
