/* test-due.c: when a task is due, whatever the calendar and the clocks do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-due.h"
#include "../../src/core/baton-validation.h"

#include "../support/baton-test.h"

static void
test_every_day_that_exists_is_valid_and_no_other (void)
{
  for (int year = 1999; year <= 2101; year++)
    for (int month = 0; month <= 13; month++)
      for (int day = 0; day <= 32; day++)
        {
          g_autofree char *text = g_strdup_printf ("%04d-%02d-%02d", year, month, day);

          g_assert_cmpint (baton_due_is_valid (text), ==, g_date_valid_dmy (day, month, year));
          g_assert_cmpint (baton_due_is_all_day (text), ==, baton_due_is_valid (text));
        }
}

static void
test_every_minute_is_valid_and_no_other (void)
{
  for (int hour = 0; hour < 100; hour++)
    for (int minute = 0; minute < 100; minute++)
      {
        g_autofree char *text = g_strdup_printf ("2026-11-21T%02d:%02d", hour, minute);

        g_assert_cmpint (baton_due_is_valid (text), ==, hour <= 23 && minute <= 59);
        g_assert_false (baton_due_is_all_day (text));
      }
}

static void
test_leap_days (void)
{
  g_assert_true (baton_due_is_valid ("2024-02-29"));
  g_assert_true (baton_due_is_valid ("2000-02-29T23:59"));
  g_assert_false (baton_due_is_valid ("2026-02-29"));
  g_assert_false (baton_due_is_valid ("1900-02-29"));
  g_assert_false (baton_due_is_valid ("2026-02-30"));
}

static void
test_other_forms_are_not_valid (void)
{
  static const char *const wrong[] = {
    "",
    " ",
    "2026",
    "2026-11",
    "2026-11-2",
    "26-11-20",
    "2026-11-20 ",
    " 2026-11-20",
    "2026-11-20T",
    "2026-11-20T9:00",
    "2026-11-20T09:0",
    "2026-11-20T09:00:00",
    "2026-11-20T09:00Z",
    "2026-11-20 09:00",
    "2026-11-20t09:00",
    "2026/11/20",
    "20261120",
    "0000-01-01",
    "-2026-11-20",
    "+026-11-20",
    "2026-1 -20",
    "2026-11-\xd9\xa2\xd9\xa0",
    "tomorrow",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

      g_assert_false (baton_due_is_valid (wrong[i]));
      g_assert_false (baton_due_is_all_day (wrong[i]));
      g_assert_null (baton_due_to_time (wrong[i], NULL, utc));
    }
  g_assert_false (baton_due_is_valid (NULL));
}

static void
assert_moment (const char *text, const char *zone, const char *utc_text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GTimeZone) local = g_time_zone_new_identifier (zone);
  g_autoptr (GDateTime) named = baton_due_to_time (text, zone, utc);
  g_autoptr (GDateTime) here = baton_due_to_time (text, NULL, local);
  g_autoptr (GDateTime) in_utc = NULL;
  g_autofree char *formatted = NULL;

  g_assert_nonnull (named);
  g_assert_nonnull (here);
  g_assert_cmpint (g_date_time_compare (named, here), ==, 0);
  in_utc = g_date_time_to_utc (named);
  formatted = baton_due_format (in_utc, FALSE);
  g_assert_cmpstr (formatted, ==, utc_text);
}

static void
test_daylight_saving_gap_is_moved_ahead (void)
{
  assert_moment ("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59");
  assert_moment ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00");
  assert_moment ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30");
  assert_moment ("2026-03-29T02:59", "Europe/Berlin", "2026-03-29T01:59");
  assert_moment ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00");
  assert_moment ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30");
  assert_moment ("2026-03-08T03:30", "America/New_York", "2026-03-08T07:30");
  assert_moment ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45");
}

static void
test_daylight_saving_fold_is_the_first (void)
{
  assert_moment ("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59");
  assert_moment ("2026-10-25T02:00", "Europe/Berlin", "2026-10-25T00:00");
  assert_moment ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30");
  assert_moment ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00");
  assert_moment ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30");
  assert_moment ("2026-11-01T02:00", "America/New_York", "2026-11-01T07:00");
}

static void
test_all_day_begins_where_the_day_does (void)
{
  assert_moment ("2026-11-21", "Europe/Berlin", "2026-11-20T23:00");
  assert_moment ("2026-07-01", "America/New_York", "2026-07-01T04:00");
  assert_moment ("2026-11-21", "Pacific/Kiritimati", "2026-11-20T10:00");
  /* Midnight did not come */
  assert_moment ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00");
  assert_moment ("2024-02-29", "Asia/Kolkata", "2024-02-28T18:30");
}

static void
test_what_a_clock_shows_comes_back (void)
{
  static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
                                       "Australia/Lord_Howe", "UTC" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint i = 0; i < 5000; i++)
    {
      const char *zone = zones[g_rand_int_range (rand, 0, G_N_ELEMENTS (zones))];
      g_autoptr (GTimeZone) local = g_time_zone_new_identifier (zone);
      g_autoptr (GDateTime)
          utc = g_date_time_new_from_unix_utc (60 * (gint64) g_rand_int_range (rand, 0, 40000000));
      g_autoptr (GDateTime) time = g_date_time_to_timezone (utc, local);
      g_autofree char *text = baton_due_format (time, FALSE);
      g_autoptr (GDateTime) back = baton_due_to_time (text, zone, NULL);
      g_autofree char *again = baton_due_format (back, FALSE);

      g_assert_cmpstr (text, ==, again);
      g_assert_cmpint (g_date_time_compare (back, time), <=, 0);
    }
}

static void
test_format_keeps_the_day_of_its_zone (void)
{
  g_autoptr (GTimeZone) kiritimati = g_time_zone_new_identifier ("Pacific/Kiritimati");
  g_autoptr (GDateTime) time = g_date_time_new (kiritimati, 2026, 11, 21, 1, 5, 59.9);
  g_autoptr (GDateTime) old = g_date_time_new_utc (7, 1, 2, 3, 4, 5);
  g_autofree char *day = baton_due_format (time, TRUE);
  g_autofree char *moment = baton_due_format (time, FALSE);
  g_autofree char *early = baton_due_format (old, FALSE);

  g_assert_cmpstr (day, ==, "2026-11-21");
  g_assert_cmpstr (moment, ==, "2026-11-21T01:05");
  g_assert_cmpstr (early, ==, "0007-01-02T03:04");
}

static void
test_unknown_zone_gives_nothing (void)
{
  static const char *const zones[] = {
    "", "Europe/Nowhere", "/etc/passwd", "../../../etc/passwd", "Europe/../UTC", ":UTC", "+05:00"
  };

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    g_assert_null (baton_due_to_time ("2026-11-21", zones[i], NULL));
}

static void
test_first_and_last_days (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GTimeZone) east = g_time_zone_new_identifier ("Asia/Tokyo");
  g_autoptr (GDateTime) first = baton_due_to_time ("0001-01-01", NULL, utc);
  g_autoptr (GDateTime) last = baton_due_to_time ("9999-12-31T23:59", NULL, utc);
  g_autoptr (GDateTime) before_all = baton_due_to_time ("0001-01-01", NULL, east);

  g_assert_nonnull (first);
  g_assert_nonnull (last);
  g_assert_null (before_all);
}

/* A rule is checked by one who knows them: the calendar library */
static void
test_recurrence_rules_are_validated (void)
{
  static const char *const rules[] = { "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1FR",
                                       "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=5" };
  static const char *const wrong[] = { "",           "daily",
                                       "FREQ=",      "FREQ=SOMETIMES",
                                       "INTERVAL=2", "FREQ=DAILY;BYDAY=XX" };
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      baton_value_set_text (&value, rules[i]);
      g_assert_true (baton_validate_field (BATON_ENTITY_TASK, "recurrence", &value, problems));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      baton_value_set_text (&value, wrong[i]);
      g_assert_false (baton_validate_field (BATON_ENTITY_TASK, "recurrence", &value, problems));
    }
  g_assert_cmpuint (problems->len, ==, G_N_ELEMENTS (wrong));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/due/every-day-that-exists-is-valid-and-no-other",
                   test_every_day_that_exists_is_valid_and_no_other);
  g_test_add_func ("/due/every-minute-is-valid-and-no-other",
                   test_every_minute_is_valid_and_no_other);
  g_test_add_func ("/due/leap-days", test_leap_days);
  g_test_add_func ("/due/other-forms-are-not-valid", test_other_forms_are_not_valid);
  g_test_add_func ("/due/daylight-saving-gap-is-moved-ahead",
                   test_daylight_saving_gap_is_moved_ahead);
  g_test_add_func ("/due/daylight-saving-fold-is-the-first",
                   test_daylight_saving_fold_is_the_first);
  g_test_add_func ("/due/all-day-begins-where-the-day-does",
                   test_all_day_begins_where_the_day_does);
  g_test_add_func ("/due/what-a-clock-shows-comes-back", test_what_a_clock_shows_comes_back);
  g_test_add_func ("/due/format-keeps-the-day-of-its-zone", test_format_keeps_the_day_of_its_zone);
  g_test_add_func ("/due/unknown-zone-gives-nothing", test_unknown_zone_gives_nothing);
  g_test_add_func ("/due/first-and-last-days", test_first_and_last_days);
  g_test_add_func ("/due/recurrence-rules-are-validated", test_recurrence_rules_are_validated);
  return g_test_run ();
}
