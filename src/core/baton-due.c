/* baton-due.c: when a task is due: all day, at a local time, or fixed to a time zone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-due.h"

#include <string.h>

#define DAY_LENGTH      10
#define TIME_LENGTH     16
#define SECONDS_PER_DAY G_GINT64_CONSTANT (86400)
/* The Julian day of 1970-01-01 as GDate counts, from 0001-01-01 = 1 */
#define EPOCH_DAY 719163

typedef struct
{
  GDate day;
  int minute; /* of the day; -1: all day */
} Due;

/* Each '0' of @form stands for a digit, every other character for itself */
static gboolean
begins_with_form (const char *text, const char *form)
{
  for (; *form != '\0'; text++, form++)
    if (*form == '0' ? !g_ascii_isdigit (*text) : *text != *form)
      return FALSE;
  return TRUE;
}

static int
read_two (const char *text)
{
  return (text[0] - '0') * 10 + (text[1] - '0');
}

static gboolean
due_parse (const char *text, Due *due)
{
  int year, month, day, hour, minute;

  if (text == NULL || !begins_with_form (text, "0000-00-00"))
    return FALSE;
  year = read_two (text) * 100 + read_two (text + 2);
  month = read_two (text + 5);
  day = read_two (text + 8);
  if (!g_date_valid_dmy (day, month, year))
    return FALSE;
  g_date_clear (&due->day, 1);
  g_date_set_dmy (&due->day, day, month, year);
  due->minute = -1;
  if (text[DAY_LENGTH] == '\0')
    return TRUE;

  if (!begins_with_form (text + DAY_LENGTH, "T00:00") || text[TIME_LENGTH] != '\0')
    return FALSE;
  hour = read_two (text + 11);
  minute = read_two (text + 14);
  due->minute = hour * 60 + minute;
  return hour <= 23 && minute <= 59;
}

gboolean
baton_due_is_valid (const char *text)
{
  Due due;

  return due_parse (text, &due);
}

gboolean
baton_due_is_all_day (const char *text)
{
  Due due;

  return due_parse (text, &due) && due.minute < 0;
}

static gint64
offset_at (GTimeZone *zone, gint64 unix_s)
{
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, unix_s);

  return g_time_zone_get_offset (zone, MAX (interval, 0));
}

/* The moment at which a clock in @zone shows @wall_s (seconds, as if it were UTC). Twice: the first time. Never: read with
 * the offset that held before the gap. (RFC 5545, section 3.3.5, form 3) */
static gint64
moment_of_wall_time (GTimeZone *zone, gint64 wall_s)
{
  gint64 before = wall_s - offset_at (zone, wall_s - SECONDS_PER_DAY);
  gint64 after = wall_s - offset_at (zone, wall_s + SECONDS_PER_DAY);
  gboolean before_holds = before + offset_at (zone, before) == wall_s;
  gboolean after_holds = after + offset_at (zone, after) == wall_s;

  if (before_holds && after_holds)
    return MIN (before, after);
  return after_holds ? after : before;
}

/* A name of the IANA database and nothing that could be read as a path to another file */
static gboolean
is_zone_name (const char *zone)
{
  return g_ascii_isalpha (zone[0]) &&
         strspn (zone, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_+-/") == strlen (zone);
}

/**
 * baton_due_to_time:
 * @text: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`
 * @zone: (nullable): an IANA name
 * @local: the zone to read in where @zone is %NULL
 *
 * A time that daylight saving skips is moved ahead by the gap; one that comes twice is its first coming (RFC
 * 5545, section 3.3.5). All day: the first moment of the day.
 *
 * Returns: (transfer full) (nullable): in the zone it was read in; %NULL where @text is not valid or @zone is not known here
 */
GDateTime *
baton_due_to_time (const char *text, const char *zone, GTimeZone *local)
{
  g_autoptr (GTimeZone) named = NULL;
  g_autoptr (GDateTime) utc = NULL;
  gint64 wall_s;
  Due due;

  if (!due_parse (text, &due))
    return NULL;
  if (zone != NULL)
    {
      named = is_zone_name (zone) ? g_time_zone_new_identifier (zone) : NULL;
      if (named == NULL)
        return NULL;
      local = named;
    }
  g_return_val_if_fail (local != NULL, NULL);

  wall_s = ((gint64) g_date_get_julian (&due.day) - EPOCH_DAY) * SECONDS_PER_DAY +
           MAX (due.minute, 0) * 60;
  utc = g_date_time_new_from_unix_utc (moment_of_wall_time (local, wall_s));
  return utc != NULL ? g_date_time_to_timezone (utc, local) : NULL;
}

/**
 * baton_due_format:
 * @time: a moment; what a clock in its zone shows is written
 * @all_day: the day alone
 *
 * Returns: (transfer full): `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`; seconds are cut off
 */
char *
baton_due_format (GDateTime *time, gboolean all_day)
{
  int year, month, day;

  g_return_val_if_fail (time != NULL, NULL);

  g_date_time_get_ymd (time, &year, &month, &day);
  if (all_day)
    return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d", year, month, day, g_date_time_get_hour (time),
                          g_date_time_get_minute (time));
}
