/* test-due-text.c: when a task is due, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/app/baton-due-text.h"

static const struct
{
  const char *due;
  const char *text;
  BatonDueKind kind;
} cases[] = {
  { NULL,               NULL,               BATON_DUE_NONE    },
  { "2026-11-20",       "Today",            BATON_DUE_TODAY   },
  { "2026-11-20T15:00", "Today 15:00",      BATON_DUE_TODAY   },
  { "2026-11-20T09:00", "Today 09:00",      BATON_DUE_OVERDUE },
  { "2026-11-21",       "Tomorrow",         BATON_DUE_LATER   },
  { "2026-11-19",       "Yesterday",        BATON_DUE_OVERDUE },
  { "2026-11-26",       "Thursday",         BATON_DUE_LATER   },
  { "2026-11-27",       "27 Nov",           BATON_DUE_LATER   },
  { "2026-01-02",       "2 Jan",            BATON_DUE_OVERDUE },
  { "2027-01-02T08:30", "2 Jan 2027 08:30", BATON_DUE_LATER   },
};

static void
test_words (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new (utc, 2026, 11, 20, 12, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = baton_due_text_new (cases[i].due, NULL, now);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (baton_due_text_get_kind (cases[i].due, NULL, now), ==, cases[i].kind);
    }
}

static void
test_zone (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new (utc, 2026, 11, 20, 12, 0, 0);
  g_autofree char *text = baton_due_text_new ("2026-11-21T08:00", "Asia/Tokyo", now);

  g_assert_cmpstr (text, ==, "Today 23:00");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/due-text/words", test_words);
  g_test_add_func ("/due-text/zone-is-told-where-the-person-is", test_zone);
  return g_test_run ();
}
