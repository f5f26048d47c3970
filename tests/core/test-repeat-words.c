/* test-repeat-words.c: how often, in words, and the other way
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-core.h"
#include "../support/baton-test-generate.h"

/* A Saturday */
static BatonQuickAdd *
parse (const char *line)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 21, 10, 30, 0);

  return baton_quick_add_parse (line, now);
}

/* "title | due | rule" */
static char *
describe (const BatonQuickAdd *parsed)
{
  const char *rule = "-";

  for (guint i = 0; i < parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, i);

      if (part->kind == BATON_QUICK_ADD_REPEAT)
        rule = part->value;
    }
  return g_strdup_printf ("%s | %s | %s", parsed->title, parsed->due != NULL ? parsed->due : "-",
                          rule);
}

static void
test_lines_that_say_how_often (void)
{
  static const struct
  {
    const char *line, *expected;
  } cases[] = {
    { "Water every day",                         "Water | 2026-11-21 | FREQ=DAILY"                       },
    { "Water each day",                          "Water | 2026-11-21 | FREQ=DAILY"                       },
    { "Water every day at 9",                    "Water | 2026-11-22T09:00 | FREQ=DAILY"                 },
    { "Water every day 14:30",                   "Water | 2026-11-21T14:30 | FREQ=DAILY"                 },
    { "Every day water",                         "water | 2026-11-21 | FREQ=DAILY"                       },
    { "Stand-up every weekday 9am",
     "Stand-up | 2026-11-23T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"                                    },
    { "Rest every weekend",                      "Rest | 2026-11-21 | FREQ=WEEKLY;BYDAY=SA,SU"           },
    { "Bins every week",                         "Bins | 2026-11-21 | FREQ=WEEKLY"                       },
    { "Rent every month",                        "Rent | 2026-11-21 | FREQ=MONTHLY"                      },
    { "Pay rent tomorrow 9am every month #home", "Pay rent | 2026-11-22T09:00 | FREQ=MONTHLY"            },
    { "Pay rent every month tomorrow",           "Pay rent | 2026-11-22 | FREQ=MONTHLY"                  },
    { "Taxes every year",                        "Taxes | 2026-11-21 | FREQ=YEARLY"                      },
    { "Bins every monday",                       "Bins | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO"              },
    { "Bins every Monday 9am",                   "Bins | 2026-11-23T09:00 | FREQ=WEEKLY;BYDAY=MO"        },
    { "Bins every saturday 9am",                 "Bins | 2026-11-28T09:00 | FREQ=WEEKLY;BYDAY=SA"        },
    { "Bins every sat",                          "Bins | 2026-11-21 | FREQ=WEEKLY;BYDAY=SA"              },
    { "Gym every monday and thursday",           "Gym | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO,TH"            },
    { "Gym every mon, wed and fri!",             "Gym! | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO,WE,FR"        },
    { "Gym every thu, mon",                      "Gym | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO,TH"            },
    { "Report every 2 weeks",                    "Report | 2026-11-21 | FREQ=WEEKLY;INTERVAL=2"          },
    { "Report every 3 days",                     "Report | 2026-11-21 | FREQ=DAILY;INTERVAL=3"           },
    { "Report every other day",                  "Report | 2026-11-21 | FREQ=DAILY;INTERVAL=2"           },
    { "Report every other friday",               "Report | 2026-11-27 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR" },
    { "Report every 15th",                       "Report | 2026-12-15 | FREQ=MONTHLY;BYMONTHDAY=15"      },
    { "Report every 31st",                       "Report | 2026-12-31 | FREQ=MONTHLY;BYMONTHDAY=31"      },
    /* No rule */
    { "Weekly report",                           "Weekly report | - | -"                                 },
    { "Read every book",                         "Read every book | - | -"                               },
    { "Count every",                             "Count every | - | -"                                   },
    { "Read every 2 books",                      "Read every 2 books | - | -"                            },
    { "every 0 days",                            "every 0 days | - | -"                                  },
    { "every day-to-day thing",                  "every day-to-day thing | - | -"                        },
    { "Bins every monday and",                   "Bins and | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO"          },
    { "Water every day every week",              "Water every week | 2026-11-21 | FREQ=DAILY"            },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BatonQuickAdd) parsed = parse (cases[i].line);
      g_autofree char *text = describe (parsed);

      if (g_strcmp0 (text, cases[i].expected) != 0)
        g_error ("“%s” was understood as “%s”, not as “%s”", cases[i].line, text,
                 cases[i].expected);
    }
}

static void
test_what_is_turned_off_is_text (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 21, 10, 30, 0);
  const BatonQuickAddPart off = { .start = 5, .end = 17 };
  g_autoptr (BatonQuickAdd)
      parsed = baton_quick_add_parse_except ("Bins every monday 9am", now, &off, 1);
  g_autofree char *text = describe (parsed);

  g_assert_cmpstr (text, ==, "Bins every monday | 2026-11-22T09:00 | -");
}

static void
test_an_edit_gets_rule_and_due (void)
{
  g_autoptr (BatonQuickAdd) parsed = parse ("Bins every monday");
  g_autofree char *id = baton_uuid_new (0);
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);

  baton_quick_add_apply (parsed, edit);
  g_assert_cmpstr (baton_edit_lookup (edit, "recurrence")->value.text, ==, "FREQ=WEEKLY;BYDAY=MO");
  g_assert_cmpstr (baton_edit_lookup (edit, "due")->value.text, ==, "2026-11-23");
}

static void
test_rules_in_words (void)
{
  static const struct
  {
    const char *rule, *words;
  } cases[] = {
    { "FREQ=DAILY",                                          "Every day"                                           },
    { "FREQ=DAILY;INTERVAL=3",                               "Every 3 days"                                        },
    { "FREQ=WEEKLY",                                         "Every week"                                          },
    { "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",                    "Every weekday"                                       },
    { "FREQ=WEEKLY;BYDAY=FR,TU",                             "Every Tuesday and Friday"                            },
    { "FREQ=WEEKLY;BYDAY=SU",                                "Every Sunday"                                        },
    { "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU",               "Every 2 weeks on Monday, Wednesday and Sunday"       },
    { "FREQ=MONTHLY",                                        "Every month"                                         },
    { "FREQ=MONTHLY;BYMONTHDAY=31",                          "Every month on day 31"                               },
    { "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",               "Every 2 months on the last day"                      },
    { "FREQ=YEARLY;COUNT=3",                                 "Every year, 3 times"                                 },
    { "FREQ=DAILY;UNTIL=20261224",                           "Every day, until 24 Dec 2026"                        },
    { "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",                     "Every weekday"                                       },
    { "FREQ=DAILY;INTERVAL=2;BYDAY=MO",                      "By the rule FREQ=DAILY;INTERVAL=2;BYDAY=MO"          },
    { "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",                     "Every month on day 1, on day 15 and on the last day" },
    { "FREQ=MONTHLY;BYMONTHDAY=-2",                          "By the rule FREQ=MONTHLY;BYMONTHDAY=-2"              },
    { "FREQ=MONTHLY;BYDAY=2MO",                              "Every month on the second Monday"                    },
    { "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",                  "Every 3 months on the last Friday"                   },
    { "FREQ=MONTHLY;BYDAY=1TU,3TU;COUNT=4",
     "Every month on the first Tuesday and on the third Tuesday, 4 times"                                          },
    { "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-2",                   "Every month on the second to last Sunday"            },
    { "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",       "Every month on the last weekday"                     },
    { "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1",                 "Every month on the first weekend day"                },
    { "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1", "Every month on the last day"                         },
    { "FREQ=MONTHLY;BYDAY=MO,WE;BYSETPOS=1",                 "By the rule FREQ=MONTHLY;BYDAY=MO,WE;BYSETPOS=1"     },
    { "FREQ=MONTHLY;BYDAY=MO",                               "By the rule FREQ=MONTHLY;BYDAY=MO"                   },
    { "FREQ=MONTHLY;BYDAY=MO,2TU",                           "By the rule FREQ=MONTHLY;BYDAY=MO,2TU"               },
    { "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",                 "By the rule FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"     },
    { "FREQ=MONTHLY;BYMONTHDAY=8,9;BYSETPOS=1",
     "By the rule FREQ=MONTHLY;BYMONTHDAY=8,9;BYSETPOS=1"                                                          },
    { "FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=1",                 "By the rule FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=1"     },
    { "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",                "Every year on 24 December"                           },
    { "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",                 "Every year on 29 February"                           },
    { "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",                 "By the rule FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"     },
    { "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",                    "Every year on the fourth Thursday in November"       },
    { "FREQ=YEARLY;INTERVAL=2;BYMONTH=3,9",                  "Every 2 years in March and September"                },
    { "FREQ=YEARLY;BYDAY=20MO",                              "By the rule FREQ=YEARLY;BYDAY=20MO"                  },
    { "FREQ=HOURLY;BYDAY=MO",                                "By the rule FREQ=HOURLY;BYDAY=MO"                    },
    { "FREQ=YEARLY;BYWEEKNO=20",                             "By the rule FREQ=YEARLY;BYWEEKNO=20"                 },
    { "nonsense",                                            NULL                                                  },
    { NULL,                                                  NULL                                                  },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = baton_repeat_words_new (cases[i].rule);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* Each line that can be put together gives a rule that is valid, has words, and fits some day. */
static void
test_generated_lines_give_rules (void)
{
  static const char *const whats[] = {
    "day",         "weekday",         "week",     "month",      "year",         "monday",
    "wed and sun", "tue, thu, sat",   "2 weeks",  "5 months",   "other friday", "22nd",
    "weekend",     "other wednesday", "10 years", "other month"
  };
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *line = g_strdup_printf ("Task every %s",
                                               whats[baton_test_pick (rand, G_N_ELEMENTS (whats))]);
      g_autoptr (GDateTime) start = g_date_time_new_utc (2026, 1, 1, 10, 30, 0);
      g_autoptr (GDateTime) now = g_date_time_add_days (start, baton_test_pick (rand, 2000));
      g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (line, now);
      g_autofree char *today = baton_due_format (now, TRUE);
      const BatonQuickAddPart *part;
      g_autofree char *words = NULL;

      g_assert_cmpstr (parsed->title, ==, "Task");
      g_assert_cmpuint (parsed->parts->len, ==, 1);
      part = g_ptr_array_index (parsed->parts, 0);
      words = baton_repeat_words_new (part->value);
      g_assert_nonnull (words);
      g_assert_false (g_str_has_prefix (words, "By the rule"));
      g_assert_cmpstr (parsed->due, >=, today);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repeat-words/lines", test_lines_that_say_how_often);
  g_test_add_func ("/repeat-words/turned-off", test_what_is_turned_off_is_text);
  g_test_add_func ("/repeat-words/edit", test_an_edit_gets_rule_and_due);
  g_test_add_func ("/repeat-words/rules-in-words", test_rules_in_words);
  g_test_add_func ("/repeat-words/generated", test_generated_lines_give_rules);
  return g_test_run ();
}
