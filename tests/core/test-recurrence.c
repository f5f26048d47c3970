/* test-recurrence.c: when a task comes again, and as what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

#define RUNS 3000
#define ID   "01890a5d-ac96-774b-bcce-b302099a8057"

static void
put (BatonRecord *task, const char *key, const char *text, guint64 ms)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = { .time = ms << 16, .node = 7 };

  baton_value_set_text (&value, text);
  baton_record_put (task, key, &value, &clock);
}

static BatonRecord *
make_task (const char *rule, const char *due)
{
  BatonRecord *task = baton_record_new (BATON_ENTITY_TASK, ID);

  put (task, "title", "Water the plants", 1000);
  put (task, "recurrence", rule, 1001);
  put (task, "due", due, 1002);
  return task;
}

static GDateTime *
moment (const char *text, const char *zone)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  return baton_due_to_time (text, zone, utc);
}

/* The due after @due where it is done at @now */
static char *
next_of (const char *rule, const char *due, const char *now)
{
  g_autoptr (BatonRecord) task = make_task (rule, due);
  g_autoptr (GDateTime) time = moment (now, NULL);

  return baton_recurrence_dup_next_due (task, time);
}

#define assert_next(rule, due, now, expected)          \
  G_STMT_START                                         \
  {                                                    \
    g_autofree char *next_ = next_of (rule, due, now); \
    g_assert_cmpstr (next_, ==, expected);             \
  }                                                    \
  G_STMT_END

static void
test_monthly_from_the_31st_passes_over_short_months (void)
{
  assert_next ("FREQ=MONTHLY", "2026-01-31", "2026-01-31", "2026-03-31");
  assert_next ("FREQ=MONTHLY", "2026-03-31", "2026-03-31", "2026-05-31");
  assert_next ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31", "2026-02-28");
  assert_next ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-02-28", "2026-02-28", "2026-03-31");
  assert_next ("FREQ=YEARLY", "2024-02-29", "2024-02-29", "2028-02-29");
}

static void
test_tuesday_and_friday_come_in_turn (void)
{
  assert_next ("FREQ=WEEKLY;BYDAY=TU,FR", "2026-11-24", "2026-11-24", "2026-11-27");
  assert_next ("FREQ=WEEKLY;BYDAY=TU,FR", "2026-11-27", "2026-11-27", "2026-12-01");
  assert_next ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR", "2026-11-24", "2026-11-24", "2026-11-27");
  assert_next ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR", "2026-11-27", "2026-11-27", "2026-12-08");
}

static void
test_a_time_stays_on_the_clock_on_the_wall (void)
{
  g_autoptr (BatonRecord) task = make_task ("FREQ=DAILY", "2026-03-28T09:00");
  g_autoptr (GDateTime) now = moment ("2026-03-28T09:05", "Europe/Berlin");
  g_autofree char *next = NULL;

  put (task, "time_zone", "Europe/Berlin", 1003);
  next = baton_recurrence_dup_next_due (task, now);
  g_assert_cmpstr (next, ==, "2026-03-29T09:00");
  /* A time that is skipped that day is kept as it is */
  assert_next ("FREQ=DAILY", "2026-03-28T02:30", "2026-03-28T02:31", "2026-03-29T02:30");
}

static void
test_a_zone_decides_what_has_passed (void)
{
  g_autoptr (BatonRecord) task = make_task ("FREQ=DAILY", "2026-11-20T09:00");
  g_autoptr (GDateTime) before = moment ("2026-11-21T13:00", NULL);
  g_autoptr (GDateTime) after = moment ("2026-11-21T15:00", NULL);
  g_autofree char *next = NULL, *later = NULL;

  /* 14:00 UTC is 9:00 there */
  put (task, "time_zone", "America/New_York", 1003);
  next = baton_recurrence_dup_next_due (task, before);
  later = baton_recurrence_dup_next_due (task, after);
  g_assert_cmpstr (next, ==, "2026-11-21T09:00");
  g_assert_cmpstr (later, ==, "2026-11-22T09:00");
}

static void
test_what_was_missed_makes_no_pile (void)
{
  assert_next ("FREQ=DAILY", "2026-10-01", "2026-11-21", "2026-11-22");
  assert_next ("FREQ=DAILY", "2026-10-01T09:00", "2026-11-21T08:00", "2026-11-21T09:00");
  assert_next ("FREQ=DAILY;INTERVAL=3", "2026-11-01", "2026-11-21", "2026-11-22");
  assert_next ("FREQ=DAILY;INTERVAL=3", "0001-01-01", "2026-11-21", "2026-11-22");
  assert_next ("FREQ=WEEKLY;INTERVAL=2", "2026-01-05", "2026-11-21", "2026-11-23");
  assert_next ("FREQ=MONTHLY", "1999-05-31", "2026-11-21", "2026-12-31");
  assert_next ("FREQ=HOURLY;INTERVAL=5", "1999-05-31T01:00", "2026-11-21T10:00",
               "2026-11-21T12:00");
}

static void
test_what_is_done_early_is_not_due_twice (void)
{
  assert_next ("FREQ=WEEKLY", "2026-11-27", "2026-11-20", "2026-12-04");
  assert_next ("FREQ=DAILY", "2026-11-27T09:00", "2026-11-20T10:00", "2026-11-28T09:00");
}

static void
test_from_completion_counts_from_the_day_it_was_done (void)
{
  g_autoptr (BatonRecord) task = make_task ("FREQ=WEEKLY", "2026-11-02T09:00");
  g_autoptr (GDateTime) now = moment ("2026-11-18T22:00", NULL);
  g_autofree char *next = NULL, *daily = NULL;

  put (task, "repeat_from", "completion", 1003);
  next = baton_recurrence_dup_next_due (task, now);
  g_assert_cmpstr (next, ==, "2026-11-25T09:00");
  put (task, "recurrence", "FREQ=DAILY;INTERVAL=10", 1004);
  put (task, "due", "2027-11-02", 1004);
  daily = baton_recurrence_dup_next_due (task, now);
  g_assert_cmpstr (daily, ==, "2026-11-28");
}

static void
test_without_a_due_the_day_of_completing_counts (void)
{
  assert_next ("FREQ=WEEKLY", NULL, "2026-11-18T22:00", "2026-11-25");
}

static void
test_a_series_ends_when_it_says (void)
{
  g_autoptr (BatonRecord) task = make_task ("FREQ=DAILY;COUNT=3", "2026-11-18");
  g_autoptr (GDateTime) now = moment ("2026-11-18T22:00", NULL);
  g_auto (BatonValue) number = BATON_VALUE_INIT;
  BatonClock clock = { .time = 1, .node = 1 };
  g_autoptr (BatonEdit) second = baton_recurrence_dup_next (task, NULL, now);
  g_autoptr (BatonEdit) fourth = NULL;

  g_assert_nonnull (second);
  baton_value_set_int (&number, 3);
  baton_record_put (task, "occurrence", &number, &clock);
  fourth = baton_recurrence_dup_next (task, NULL, now);
  g_assert_null (fourth);
  assert_next ("FREQ=DAILY;COUNT=1", "2026-11-18", "2026-11-18", NULL);
  assert_next ("FREQ=DAILY;UNTIL=20261119", "2026-11-18", "2026-11-18", "2026-11-19");
  assert_next ("FREQ=DAILY;UNTIL=20261119", "2026-11-19", "2026-11-18", NULL);
  assert_next ("FREQ=DAILY;UNTIL=20261119", "2026-11-18T09:00", "2026-11-18", "2026-11-19T09:00");
  assert_next ("FREQ=DAILY;UNTIL=20261119T085959Z", "2026-11-18T09:00", "2026-11-18", NULL);
}

static void
test_until_is_read_in_the_zone_of_the_task (void)
{
  g_autoptr (BatonRecord)
      task = make_task ("FREQ=DAILY;UNTIL=20261119T140000Z", "2026-11-18T09:00");
  g_autoptr (GDateTime) now = moment ("2026-11-18T14:00", NULL);
  g_autofree char *next = NULL, *over = NULL;

  put (task, "time_zone", "America/New_York", 1003);
  next = baton_recurrence_dup_next_due (task, now);
  g_assert_cmpstr (next, ==, "2026-11-19T09:00");
  put (task, "recurrence", "FREQ=DAILY;UNTIL=20261119T135900Z", 1004);
  over = baton_recurrence_dup_next_due (task, now);
  g_assert_null (over);
}

static void
test_a_rule_that_never_fits_or_cannot_be_read_ends_the_series (void)
{
  static const char *const rules[] = {
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SOMETIMES",
    "every day",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      assert_next (rules[i], "2026-11-18", "2026-11-18", NULL);
      assert_next (rules[i], "2026-11-18T10:00", "2026-11-18T11:00", NULL);
    }
}

/* All that fits into a rule, so that a day that never comes would be looked for at each of its seconds */
static void
test_no_rule_keeps_one_waiting (void)
{
  g_autoptr (GString) rule = g_string_new ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYHOUR=0");

  for (int i = 1; i < 24; i++)
    g_string_append_printf (rule, ",%d", i);
  g_string_append (rule, ";BYMINUTE=0");
  for (int i = 1; i < 60; i++)
    g_string_append_printf (rule, ",%d", i);
  g_string_append (rule, ";BYSECOND=0");
  for (int i = 1; i < 60; i++)
    g_string_append_printf (rule, ",%d", i);
  assert_next (rule->str, "2026-11-18T10:00", "2026-11-18T11:00", NULL);
  assert_next (rule->str, "2026-11-18", "2026-11-18", NULL);
}

static void
test_several_times_a_day_come_in_turn (void)
{
  static const char rule[] = "FREQ=DAILY;INTERVAL=2;BYHOUR=18,8;BYMINUTE=30";

  assert_next (rule, "2026-11-18T08:30", "2026-11-18T08:40", "2026-11-18T18:30");
  assert_next (rule, "2026-11-18T18:30", "2026-11-18T18:40", "2026-11-20T08:30");
  assert_next (rule, "2026-11-18T08:30", "2026-11-19T08:40", "2026-11-20T08:30");
  assert_next (rule, "2026-11-18", "2026-11-18", "2026-11-20");
  assert_next ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=7", "2026-11-18T09:00", "2026-11-18T08:40",
               "2026-11-23T07:00");
}

static void
test_the_next_one_has_what_the_last_one_had (void)
{
  g_autoptr (BatonRecord) task = make_task ("FREQ=WEEKLY", "2026-11-18");
  g_autoptr (GDateTime) now = moment ("2026-11-18T22:00", NULL);
  g_autoptr (BatonEdit) edit = NULL;
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autofree char *id = baton_uuid_from_name (ID, "2");

  put (task, "priority", "high", 1003);
  put (task, "description", "The big ones first", 1003);
  put (task, "status", "done", 9999);
  put (task, "completed_at", "2026-11-18T22:00:00.000Z", 9999);
  edit = baton_recurrence_dup_next (task, NULL, now);
  g_assert_cmpstr (baton_edit_get_record (edit), ==, id);
  g_assert_cmpstr (baton_edit_lookup (edit, "title")->value.text, ==, "Water the plants");
  g_assert_cmpstr (baton_edit_lookup (edit, "priority")->value.text, ==, "high");
  g_assert_cmpstr (baton_edit_lookup (edit, "description")->value.text, ==, "The big ones first");
  g_assert_cmpstr (baton_edit_lookup (edit, "recurrence")->value.text, ==, "FREQ=WEEKLY");
  g_assert_cmpstr (baton_edit_lookup (edit, "series_id")->value.text, ==, ID);
  g_assert_cmpint (baton_edit_lookup (edit, "occurrence")->value.integer, ==, 2);
  g_assert_null (baton_edit_lookup (edit, "status"));
  g_assert_null (baton_edit_lookup (edit, "completed_at"));
  g_assert_true (baton_edit_validate (edit, NULL, TRUE, problems));
  g_assert_cmpuint (baton_recurrence_get_time (task), ==, (guint64) 1003 << 16);
}

/* --- generated rules ----------------------------------------------------- */

static const char *
pick_text (GRand *rand, const char *const *texts, guint n)
{
  return texts[baton_test_pick (rand, n)];
}

static char *
make_rule (GRand *rand)
{
  static const char *const bases[] = {
    "FREQ=DAILY",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;BYMONTH=1,6",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;BYDAY=SU,MO;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15",
    "FREQ=MONTHLY;BYDAY=2MO",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=100,-1",
  };
  const char *base = pick_text (rand, bases, G_N_ELEMENTS (bases));

  if (baton_test_pick (rand, 2) == 0)
    return g_strdup (base);
  return g_strdup_printf ("%s;INTERVAL=%u", base, 1 + baton_test_pick (rand, 4));
}

static char *
make_due (GRand *rand)
{
  static const char *const times[] = { "", "", "T00:00", "T02:30", "T09:00", "T23:59" };

  return g_strdup_printf ("20%02u-%02u-%02u%s", 20 + baton_test_pick (rand, 15),
                          1 + baton_test_pick (rand, 12), 1 + baton_test_pick (rand, 28),
                          pick_text (rand, times, G_N_ELEMENTS (times)));
}

/* Done one after the other as they are due, the dues are those that the rule has from the first on; done late, one of them. */
static void
test_a_series_goes_through_the_dues_of_its_rule (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (guint run = 0; run < RUNS; run++)
    {
      g_autofree char *rule = make_rule (rand);
      g_autofree char *from = make_due (rand);
      g_autofree char *due = baton_recurrence_dup_first_due (rule, from);
      g_autoptr (BatonRecord) whole = make_task (rule, due);

      for (guint i = 0; i < 8 && due != NULL; i++)
        {
          g_autofree char *next = next_of (rule, due, "2000-01-01");
          /* The same from the first on, as far as to there */
          g_autoptr (GDateTime) then = moment (due, NULL);
          g_autofree char *straight = baton_recurrence_dup_next_due (whole, then);

          if (g_strcmp0 (next, straight) != 0)
            g_error ("%s from %s: after %s comes %s, not %s", rule, from, due, next, straight);
          g_assert_true (next == NULL || strcmp (next, due) > 0);
          g_assert_true (next == NULL || strlen (next) == strlen (due));
          g_set_str (&due, next);
        }
    }
}

static void
test_every_device_makes_the_same (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (guint run = 0; run < RUNS / 10; run++)
    {
      g_autofree char *rule = make_rule (rand);
      g_autofree char *due = make_due (rand);
      g_autoptr (BatonRecord) task = make_task (rule, due);
      g_autoptr (BatonRecord) copy = baton_record_copy (task);
      g_autoptr (GDateTime) now = moment (due, NULL);
      g_autoptr (BatonEdit) a = NULL, b = NULL;
      guint n_a, n_b;
      const BatonEditField *fields_a, *fields_b;

      put (copy, "status", "done", 5000 + run);
      a = baton_recurrence_dup_next (task, NULL, now);
      b = baton_recurrence_dup_next (copy, NULL, now);
      g_assert_true ((a == NULL) == (b == NULL));
      if (a == NULL)
        continue;
      g_assert_cmpuint (baton_recurrence_get_time (task), ==, baton_recurrence_get_time (copy));
      g_assert_cmpstr (baton_edit_get_record (a), ==, baton_edit_get_record (b));
      fields_a = baton_edit_get_fields (a, &n_a);
      fields_b = baton_edit_get_fields (b, &n_b);
      g_assert_cmpuint (n_a, ==, n_b);
      for (guint i = 0; i < n_a; i++)
        g_assert_true (baton_value_equal (&fields_a[i].value, &fields_b[i].value));
    }
}

/* Whatever stands in a task, completing it takes no long time and breaks nothing. */
static void
test_any_task_can_be_asked (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (guint run = 0; run < RUNS; run++)
    {
      g_autofree char *id = baton_test_id (run);
      g_autoptr (BatonRecord) task = baton_test_task (rand, id);
      g_autoptr (GDateTime) now = moment ("2026-11-21T10:00", NULL);
      g_autoptr (BatonEdit) edit = baton_recurrence_dup_next (task, NULL, now);
      g_autoptr (GPtrArray) problems = baton_problems_new ();

      if (edit != NULL && baton_record_get_text (task, "title") != NULL)
        g_assert_true (baton_edit_validate (edit, NULL, TRUE, problems));
    }
}

static void
test_the_first_due_of_a_rule (void)
{
  static const struct
  {
    const char *rule, *from, *first;
  } cases[] = {
    { "FREQ=DAILY",                          "2026-11-21",       "2026-11-21"       },
    { "FREQ=WEEKLY;BYDAY=MO",                "2026-11-21",       "2026-11-23"       },
    { "FREQ=WEEKLY;BYDAY=SA",                "2026-11-21",       "2026-11-21"       },
    { "FREQ=WEEKLY;BYDAY=MO",                "2026-11-21T09:00", "2026-11-23T09:00" },
    { "FREQ=MONTHLY;BYMONTHDAY=31",          "2026-11-21",       "2026-12-31"       },
    { "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2", "2026-11-21",       NULL               },
    { "nonsense",                            "2026-11-21",       NULL               },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *first = baton_recurrence_dup_first_due (cases[i].rule, cases[i].from);

      g_assert_cmpstr (first, ==, cases[i].first);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/recurrence/monthly-from-the-31st",
                   test_monthly_from_the_31st_passes_over_short_months);
  g_test_add_func ("/recurrence/tuesday-and-friday", test_tuesday_and_friday_come_in_turn);
  g_test_add_func ("/recurrence/daylight-saving", test_a_time_stays_on_the_clock_on_the_wall);
  g_test_add_func ("/recurrence/zone", test_a_zone_decides_what_has_passed);
  g_test_add_func ("/recurrence/no-pile", test_what_was_missed_makes_no_pile);
  g_test_add_func ("/recurrence/early", test_what_is_done_early_is_not_due_twice);
  g_test_add_func ("/recurrence/from-completion",
                   test_from_completion_counts_from_the_day_it_was_done);
  g_test_add_func ("/recurrence/without-a-due", test_without_a_due_the_day_of_completing_counts);
  g_test_add_func ("/recurrence/ends", test_a_series_ends_when_it_says);
  g_test_add_func ("/recurrence/until-in-zone", test_until_is_read_in_the_zone_of_the_task);
  g_test_add_func ("/recurrence/never-fits",
                   test_a_rule_that_never_fits_or_cannot_be_read_ends_the_series);
  g_test_add_func ("/recurrence/never-waits", test_no_rule_keeps_one_waiting);
  g_test_add_func ("/recurrence/several-times-a-day", test_several_times_a_day_come_in_turn);
  g_test_add_func ("/recurrence/content", test_the_next_one_has_what_the_last_one_had);
  g_test_add_func ("/recurrence/generated", test_a_series_goes_through_the_dues_of_its_rule);
  g_test_add_func ("/recurrence/every-device", test_every_device_makes_the_same);
  g_test_add_func ("/recurrence/any-task", test_any_task_can_be_asked);
  g_test_add_func ("/recurrence/first", test_the_first_due_of_a_rule);
  return g_test_run ();
}
