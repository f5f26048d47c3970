/* baton-rrule.c: whether a text is a recurrence rule
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-rrule-private.h"

#include <libical/ical.h>

#define MAX_LENGTH 500

static gboolean
has_only_rule_characters (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isupper (*text) && !g_ascii_isdigit (*text) && strchr ("=;,+-", *text) == NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_rrule_is_valid (const char *text)
{
  struct icalrecurrencetype rule;

  if (!g_str_has_prefix (text, "FREQ=") || strlen (text) > MAX_LENGTH ||
      !has_only_rule_characters (text))
    return FALSE;

  icalerror_clear_errno ();
  rule = icalrecurrencetype_from_string (text);
  g_free (rule.rscale);
  return rule.freq != ICAL_NO_RECURRENCE && icalerrno == ICAL_NO_ERROR;
}
