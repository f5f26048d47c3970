/* baton-rrule.c: whether a text is a recurrence rule
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libical reads the rule. It is lenient in a few ways that would make a rule other than what was written (it ends at an empty
 * part, and takes the 13th month), so those are looked for here.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-rrule-private.h"

#include <libical/ical.h>

#define MAX_LENGTH 500
#define MAX_MONTH  12
#define MAX_WEEK   53

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static gboolean
has_right_part (const char *part)
{
  if (g_str_has_prefix (part, "COUNT="))
    return is_number (part + strlen ("COUNT="));
  if (g_str_has_prefix (part, "INTERVAL="))
    return is_number (part + strlen ("INTERVAL="));
  /* RFC 7529: other calendars */
  if (g_str_has_prefix (part, "RSCALE=") || g_str_has_prefix (part, "SKIP="))
    return FALSE;
  return *part != '\0' &&
         strspn (part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=,+-") == strlen (part);
}

static gboolean
has_right_parts (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (!has_right_part (parts[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_within (const short *numbers, int max)
{
  for (int i = 0; numbers[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
    {
      if (ABS (numbers[i]) > max)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_date (struct icaltimetype time)
{
  return icaltime_is_null_time (time) ||
         (time.month >= 1 && time.month <= MAX_MONTH && time.day >= 1 &&
          time.day <= icaltime_days_in_month (time.month, time.year) && time.hour < 24 &&
          time.minute < 60 && time.second <= 60);
}

gboolean
baton_rrule_is_valid (const char *text)
{
  struct icalrecurrencetype rule;

  if (!g_str_has_prefix (text, "FREQ=") || strlen (text) > MAX_LENGTH || !has_right_parts (text))
    return FALSE;

  icalerror_clear_errno ();
  rule = icalrecurrencetype_from_string (text);
  g_free (rule.rscale);
  return rule.freq != ICAL_NO_RECURRENCE && icalerrno == ICAL_NO_ERROR &&
         is_within (rule.by_month, MAX_MONTH) && is_within (rule.by_week_no, MAX_WEEK) &&
         is_date (rule.until);
}
