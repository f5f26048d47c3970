/* baton-quick-add-when.c: days and times in a line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-quick-add-private.h"

#include <string.h>

#define MAX_DATE_WORDS  4
#define MAX_COUNT       9999
#define MINUTES_PER_DAY (24 * 60)

/* Adds a part for @n words, or lengthens the last one, where that is a day or a time and stands right before. What the part
 * means is known at the end. */
static void
add_when (BatonQuickAddParser *parser, guint first, guint n)
{
  if (parser->when_end > 0 && parser->when_end == first &&
      baton_quick_add_is_joined (parser, first - 1))
    {
      BatonQuickAddPart *last = g_ptr_array_index (parser->parts, parser->parts->len - 1);

      last->end = baton_quick_add_get_token (parser, first + n - 1)->core_end;
      baton_quick_add_take_tokens (parser, first - 1, first + n);
    }
  else
    baton_quick_add_add_part (parser, BATON_QUICK_ADD_DUE, first, n, NULL);
  parser->when_end = first + n;
}

/* Abbreviations that are words too: "sun cream", "sat nav", "wed in white" */
static gboolean
is_doubtful (const BatonQuickAddParser *parser, guint index)
{
  const char *word = baton_quick_add_get_word (parser, index), *next;

  if (strcmp (word, "sun") != 0 && strcmp (word, "sat") != 0 && strcmp (word, "wed") != 0)
    return FALSE;
  next = baton_quick_add_get_word (parser, index + 1);
  return baton_quick_add_is_joined (parser, index) && *next != '\0' &&
         strchr ("#!0123456789", *next) == NULL && strcmp (next, "at") != 0 &&
         strcmp (next, "noon") != 0 && strcmp (next, "by") != 0;
}

static guint
read_day (BatonQuickAddParser *parser, guint index, gboolean introduced)
{
  const char *words[MAX_DATE_WORDS];
  guint n = 0, n_read;

  if (parser->has_day || (!introduced && is_doubtful (parser, index)))
    return 0;
  while (n < MAX_DATE_WORDS && *baton_quick_add_get_word (parser, index + n) != '\0')
    {
      words[n] = baton_quick_add_get_word (parser, index + n);
      if (!baton_quick_add_is_joined (parser, index + n++))
        break;
    }
  n_read = baton_date_words_read (parser->words, BATON_DATE_COMING, words, n, &parser->day);
  parser->has_day = n_read > 0;
  return n_read;
}

/* 1 or 2 digits; -1 for none */
static int
read_number (const char **text)
{
  gsize n = strspn (*text, "0123456789");
  int number = n == 1 || n == 2 ? (int) g_ascii_strtoll (*text, NULL, 10) : -1;

  *text += n;
  return number;
}

/* The minute of the day, or -1 for no such time. @half: "am", "pm" or "" */
static int
minute_of_day (int hour, int minute, const char *half)
{
  gboolean afternoon = strcmp (half, "pm") == 0;

  if (*half == '\0')
    return hour <= 23 && minute <= 59 ? hour * 60 + minute : -1;
  if (hour < 1 || hour > 12 || minute > 59)
    return -1;
  return (hour % 12 + (afternoon ? 12 : 0)) * 60 + minute;
}

static gboolean
is_half (const char *text)
{
  return strcmp (text, "am") == 0 || strcmp (text, "pm") == 0;
}

/* "9am", "9:30pm", "14:30", "9 am"; "9" where it was introduced by "at" */
static guint
read_clock (const BatonQuickAddParser *parser, guint index, gboolean introduced, int *minute_of)
{
  const char *text = baton_quick_add_get_word (parser, index), *half;
  int hour = read_number (&text), minute = 0;
  gboolean has_minute = *text == ':';
  guint n = 1;

  if (hour < 0)
    return 0;
  if (has_minute)
    {
      text++;
      if (strspn (text, "0123456789") != 2)
        return 0;
      minute = read_number (&text);
    }
  half = text;
  if (*half == '\0' && baton_quick_add_is_joined (parser, index) &&
      is_half (baton_quick_add_get_word (parser, index + 1)))
    {
      half = baton_quick_add_get_word (parser, index + 1);
      n = 2;
    }
  if ((*half != '\0' && !is_half (half)) || (*half == '\0' && !has_minute && !introduced))
    return 0;
  *minute_of = minute_of_day (hour, minute, half);
  return *minute_of >= 0 ? n : 0;
}

static guint
read_time (BatonQuickAddParser *parser, guint index)
{
  gboolean introduced = strcmp (baton_quick_add_get_word (parser, index), "at") == 0 &&
                        baton_quick_add_is_joined (parser, index);
  guint first = introduced ? 1 : 0, n;

  if (parser->minute >= 0)
    return 0;
  if (strcmp (baton_quick_add_get_word (parser, index + first), "noon") == 0)
    {
      parser->minute = MINUTES_PER_DAY / 2;
      return first + 1;
    }
  n = read_clock (parser, index + first, introduced, &parser->minute);
  return n > 0 ? first + n : 0;
}

/* "in 2 hours", "in 30 minutes": a day and a time at once */
static guint
read_moment (BatonQuickAddParser *parser, guint index)
{
  static const char *const minutes[] = { "minute", "minutes", "min", "mins", NULL };
  static const char *const hours[] = { "hour", "hours", NULL };
  const char *number = baton_quick_add_get_word (parser, index + 1),
             *unit = baton_quick_add_get_word (parser, index + 2);
  g_autoptr (GDateTime) moment = NULL;
  int year, month, day;
  guint64 count;

  if (parser->has_day || parser->minute >= 0 ||
      strcmp (baton_quick_add_get_word (parser, index), "in") != 0 || *number == '\0' ||
      *unit == '\0' || !baton_quick_add_is_joined (parser, index) ||
      !baton_quick_add_is_joined (parser, index + 1))
    return 0;
  if (strcmp (number, "a") == 0 || strcmp (number, "an") == 0)
    count = 1;
  else if (!g_ascii_string_to_unsigned (number, 10, 1, MAX_COUNT, &count, NULL))
    return 0;
  if (g_strv_contains (minutes, unit))
    moment = g_date_time_add_minutes (parser->now, count);
  else if (g_strv_contains (hours, unit))
    moment = g_date_time_add_hours (parser->now, count);
  if (moment == NULL)
    return 0;

  g_date_time_get_ymd (moment, &year, &month, &day);
  g_date_set_dmy (&parser->day, day, month, year);
  parser->has_day = TRUE;
  parser->minute = g_date_time_get_hour (moment) * 60 + g_date_time_get_minute (moment);
  return 3;
}

guint
baton_quick_add_read_when (BatonQuickAddParser *parser, guint index)
{
  const char *word = baton_quick_add_get_word (parser, index);
  gboolean by = strcmp (word, "by") == 0 || strcmp (word, "due") == 0;
  gboolean introduced = (by || strcmp (word, "on") == 0) &&
                        baton_quick_add_is_joined (parser, index);
  guint first = introduced ? 1 : 0, n;

  n = read_day (parser, index + first, introduced);
  if (n == 0 && (by || !introduced))
    n = read_time (parser, index + first);
  if (n == 0 && !introduced)
    n = read_moment (parser, index);
  if (n == 0)
    return 0;
  add_when (parser, index, first + n);
  return first + n;
}
