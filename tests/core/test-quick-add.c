/* test-quick-add.c: what a line is understood as, and that nothing of it is lost
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-quick-add.h"

#include <locale.h>
#include <string.h>

#include "../../src/core/baton-due.h"
#include "../support/baton-test.h"

/* A Saturday */
static GDateTime *
saturday_morning (void)
{
  return g_date_time_new_utc (2026, 11, 21, 10, 30, 0);
}

/* "title | due | priority | tag tag", "-" for what is not there */
static char *
describe (const BatonQuickAdd *parsed)
{
  g_autoptr (GString) tags = g_string_new (NULL);
  const char *due = "-", *priority = "-";

  for (guint i = 0; i < parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, i);

      if (part->kind == BATON_QUICK_ADD_TAG)
        g_string_append_printf (tags, "%s%s", tags->len > 0 ? " " : "", part->value);
      else if (part->kind == BATON_QUICK_ADD_PRIORITY)
        priority = part->value;
      else
        due = part->value;
    }
  return g_strdup_printf ("%s | %s | %s | %s", parsed->title, due, priority,
                          tags->len > 0 ? tags->str : "-");
}

static void
assert_parsed_at (const char *line, GDateTime *now, const char *expected)
{
  g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (line, now);
  g_autofree char *description = describe (parsed);

  if (g_strcmp0 (description, expected) != 0)
    g_error ("“%s” was understood as “%s”, not as “%s”", line, description, expected);
}

static void
assert_parsed (const char *line, const char *expected)
{
  g_autoptr (GDateTime) now = saturday_morning ();

  assert_parsed_at (line, now, expected);
}

typedef struct
{
  const char *line;
  const char *expected;
} Case;

static void
assert_cases (const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    assert_parsed (cases[i].line, cases[i].expected);
}

static void
test_documented_forms (void)
{
  static const Case cases[] = {
    { "Call Ada",                          "Call Ada | - | - | -"                      },
    { "Call Ada #home",                    "Call Ada | - | - | home"                   },
    { "Call #home Ada #phone",             "Call Ada | - | - | home phone"             },
    { "Call Ada !low",                     "Call Ada | - | low | -"                    },
    { "Call Ada !medium",                  "Call Ada | - | medium | -"                 },
    { "!high Call Ada",                    "Call Ada | - | high | -"                   },
    { "Call !URGENT Ada",                  "Call Ada | - | urgent | -"                 },
    { "Call Ada today",                    "Call Ada | 2026-11-21 | - | -"             },
    { "Call Ada tomorrow",                 "Call Ada | 2026-11-22 | - | -"             },
    { "Tomorrow call Ada",                 "call Ada | 2026-11-22 | - | -"             },
    { "Call Ada fri",                      "Call Ada | 2026-11-27 | - | -"             },
    { "Call Ada Friday",                   "Call Ada | 2026-11-27 | - | -"             },
    { "Call Ada next fri",                 "Call Ada | 2026-11-27 | - | -"             },
    { "Call Ada next week",                "Call Ada | 2026-11-23 | - | -"             },
    { "Call Ada next month",               "Call Ada | 2026-12-01 | - | -"             },
    { "Call Ada 2026-12-24",               "Call Ada | 2026-12-24 | - | -"             },
    { "Call Ada 24 dec",                   "Call Ada | 2026-12-24 | - | -"             },
    { "Call Ada dec 24",                   "Call Ada | 2026-12-24 | - | -"             },
    { "Call Ada 24th December 2027",       "Call Ada | 2027-12-24 | - | -"             },
    { "Call Ada 24. Dec",                  "Call Ada | 2026-12-24 | - | -"             },
    { "Call Ada 20 nov",                   "Call Ada | 2027-11-20 | - | -"             },
    { "Call Ada 21 nov",                   "Call Ada | 2026-11-21 | - | -"             },
    { "Call Ada in 3 days",                "Call Ada | 2026-11-24 | - | -"             },
    { "Call Ada in a week",                "Call Ada | 2026-11-28 | - | -"             },
    { "Call Ada in 2 months",              "Call Ada | 2027-01-21 | - | -"             },
    { "Call Ada tomorrow 9am",             "Call Ada | 2026-11-22T09:00 | - | -"       },
    { "Call Ada tomorrow at 9",            "Call Ada | 2026-11-22T09:00 | - | -"       },
    { "Call Ada 9am tomorrow",             "Call Ada | 2026-11-22T09:00 | - | -"       },
    { "Tomorrow call Ada at 9",            "call Ada | 2026-11-22T09:00 | - | -"       },
    { "Call Ada 14:30",                    "Call Ada | 2026-11-21T14:30 | - | -"       },
    { "Call Ada on friday by 5 pm",        "Call Ada | 2026-11-27T17:00 | - | -"       },
    { "Call Ada tomorrow noon",            "Call Ada | 2026-11-22T12:00 | - | -"       },
    { "Call Ada in 2 hours",               "Call Ada | 2026-11-21T12:30 | - | -"       },
    { "Call Ada in 45 minutes",            "Call Ada | 2026-11-21T11:15 | - | -"       },
    { "Pay rent tomorrow 9am #home !high", "Pay rent | 2026-11-22T09:00 | high | home" },
    { "due friday 9:15pm pay rent",        "pay rent | 2026-11-27T21:15 | - | -"       },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_tags_begin_words (void)
{
  static const Case cases[] = {
    { "C# today",                                               "C# | 2026-11-21 | - | -"                        },
    { "a#b",                                                    "a#b | - | - | -"                                },
    { "#",                                                      "# | - | - | -"                                  },
    { "Learn # now",                                            "Learn # now | - | - | -"                        },
    { "## Heading",                                             "## Heading | - | - | -"                         },
    { "Fix #123",                                               "Fix #123 | - | - | -"                           },
    { "Fix #v2",                                                "Fix | - | - | v2"                               },
    { "Mail ada#x@example.org",                                 "Mail ada#x@example.org | - | - | -"             },
    { "Mail ada@example.org #mail",                             "Mail ada@example.org | - | - | mail"            },
    { "Read https://example.org/page#part",                     "Read https://example.org/page#part | - | - | -" },
    { "Read https://example.org/#part #web",                    "Read https://example.org/#part | - | - | web"   },
    { "#C++ course",                                            "#C++ course | - | - | -"                        },
    { "#a#b x",                                                 "#a#b x | - | - | -"                             },
    { "#café crème",                                            "crème | - | - | café"                           },
    { "買い物 #家",                                             "買い物 | - | - | 家"                            },
    { "Clean #🏠",                                              "Clean | - | - | 🏠"                             },
    { "Clean #home.",                                           "Clean. | - | - | home"                          },
    { "Clean #to-do_list, then rest",                           "Clean, then rest | - | - | to-do_list"          },
    { "Clean #Home",                                            "Clean | - | - | Home"                           },
    { "#a #b #c #d #e #f #g #h #i #j #k x",                     "#k x | - | - | a b c d e f g h i j"             },
    { "x #aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee",
     "x | - | - | aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"                                            },
    { "x #aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef",
     "x #aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef | - | - | -"                                        },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_what_is_not_understood_stays (void)
{
  static const Case cases[] = {
    { "!",                     "! | - | - | -"                       },
    { "Go !now",               "Go !now | - | - | -"                 },
    { "Go !!high",             "Go !!high | - | - | -"               },
    { "Go high",               "Go high | - | - | -"                 },
    { "9",                     "9 | - | - | -"                       },
    { "Buy 9 eggs",            "Buy 9 eggs | - | - | -"              },
    { "9pm",                   "9pm | 2026-11-21T21:00 | - | -"      },
    { "I may call",            "I may call | - | - | -"              },
    { "March on",              "March on | - | - | -"                },
    { "may",                   "may | - | - | -"                     },
    { "Call at 25",            "Call at 25 | - | - | -"              },
    { "Call at",               "Call at | - | - | -"                 },
    { "Call 24:00",            "Call 24:00 | - | - | -"              },
    { "Call 9:60",             "Call 9:60 | - | - | -"               },
    { "Call 13pm",             "Call 13pm | - | - | -"               },
    { "Call 0am",              "Call 0am | - | - | -"                },
    { "Read 3:16:1",           "Read 3:16:1 | - | - | -"             },
    { "Pay 2026-02-30",        "Pay 2026-02-30 | - | - | -"          },
    { "Pay 31 feb",            "Pay 31 feb | - | - | -"              },
    { "Pay 32 dec",            "Pay 32 dec | - | - | -"              },
    { "Pay in days",           "Pay in days | - | - | -"             },
    { "Pay in 0 days",         "Pay in 0 days | - | - | -"           },
    { "Pay in 99999 days",     "Pay in 99999 days | - | - | -"       },
    { "Pay in 9999 years",     "Pay in 9999 years | - | - | -"       },
    { "Pay in 99999 hours",    "Pay in 99999 hours | - | - | -"      },
    { "About yesterday",       "About yesterday | - | - | -"         },
    { "Bread on the table",    "Bread on the table | - | - | -"      },
    { "Stand by me",           "Stand by me | - | - | -"             },
    { "Buy sun cream",         "Buy sun cream | - | - | -"           },
    { "Update sat nav",        "Update sat nav | - | - | -"          },
    { "Beach sun #fun",        "Beach | 2026-11-22 | - | fun"        },
    { "Beach sun 10am",        "Beach | 2026-11-22T10:00 | - | -"    },
    { "Beach on sun with Ada", "Beach with Ada | 2026-11-22 | - | -" },
    { "Plan the fridge",       "Plan the fridge | - | - | -"         },
    { "Say \"tomorrow\"",      "Say \"tomorrow\" | - | - | -"        },
    { "From fri to mon",       "From to mon | 2026-11-27 | - | -"    },
    { "A !low B !high",        "A B !high | - | low | -"             },
    { "9am or 10am?",          "or 10am? | 2026-11-22T09:00 | - | -" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_title_is_never_empty (void)
{
  static const Case cases[] = {
    { "#tag",             "#tag | - | - | tag"                       },
    { "  #tag  ",         "#tag | - | - | tag"                       },
    { "tomorrow",         "tomorrow | 2026-11-22 | - | -"            },
    { "Tomorrow, #home!", "Tomorrow, #home! | 2026-11-22 | - | home" },
    { "",                 " | - | - | -"                             },
    { " \t \n ",          " | - | - | -"                             },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_spaces_and_punctuation_close_up (void)
{
  static const Case cases[] = {
    { "  Call   Ada  ",              "Call Ada | - | - | -"                    },
    { "Call\tAda\nnow",              "Call Ada now | - | - | -"                },
    { "Call Ada tomorrow, then Bob", "Call Ada, then Bob | 2026-11-22 | - | -" },
    { "Tomorrow: call Ada",          "call Ada | 2026-11-22 | - | -"           },
    { "Call Ada tomorrow!",          "Call Ada! | 2026-11-22 | - | -"          },
    { "Call Ada 24. dec. at 9.",     "Call Ada. | 2026-12-24T09:00 | - | -"    },
    { "Call\x01 Ada",                "Call Ada | - | - | -"                    },
    { "Über\u00a0Ärger",             "Über Ärger | - | - | -"                  },
    { "Meet (friday)",               "Meet (friday) | - | - | -"               },
    { "24, dec",                     "24, dec | - | - | -"                     },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_todays_own_name_is_next_week (void)
{
  assert_parsed ("x sat", "x | 2026-11-28 | - | -");
  assert_parsed ("x saturday", "x | 2026-11-28 | - | -");
  assert_parsed ("x next sat", "x | 2026-11-28 | - | -");
  assert_parsed ("x sunday", "x | 2026-11-22 | - | -");
  assert_parsed ("x next sunday", "x | 2026-11-29 | - | -");
  assert_parsed ("x monday", "x | 2026-11-23 | - | -");
  assert_parsed ("x next monday", "x | 2026-11-23 | - | -");
}

static void
test_a_time_that_has_passed_is_tomorrow (void)
{
  assert_parsed ("x 10:29", "x | 2026-11-22T10:29 | - | -");
  assert_parsed ("x 10:30", "x | 2026-11-22T10:30 | - | -");
  assert_parsed ("x 10:31", "x | 2026-11-21T10:31 | - | -");
  assert_parsed ("x today 9am", "x | 2026-11-21T09:00 | - | -");
  assert_parsed ("x 12am", "x | 2026-11-22T00:00 | - | -");
  assert_parsed ("x 12pm", "x | 2026-11-21T12:00 | - | -");
}

static void
test_ends_of_months_and_years (void)
{
  g_autoptr (GDateTime) eve = g_date_time_new_utc (2026, 12, 31, 23, 59, 59);
  g_autoptr (GDateTime) leap = g_date_time_new_utc (2028, 2, 28, 12, 0, 0);
  g_autoptr (GDateTime) after_leap = g_date_time_new_utc (2096, 3, 1, 12, 0, 0);
  g_autoptr (GDateTime) last = g_date_time_new_utc (9999, 12, 31, 12, 0, 0);

  assert_parsed_at ("x tomorrow", eve, "x | 2027-01-01 | - | -");
  assert_parsed_at ("x 1 jan", eve, "x | 2027-01-01 | - | -");
  assert_parsed_at ("x next month", eve, "x | 2027-01-01 | - | -");
  assert_parsed_at ("x in 2 months", eve, "x | 2027-02-28 | - | -");
  assert_parsed_at ("x 29 feb", eve, "x | 2028-02-29 | - | -");
  assert_parsed_at ("x in 1 hour", eve, "x | 2027-01-01T00:59 | - | -");
  assert_parsed_at ("x tomorrow", leap, "x | 2028-02-29 | - | -");
  assert_parsed_at ("x 29 feb", after_leap, "x | 2104-02-29 | - | -");
  assert_parsed_at ("x tomorrow", last, "x tomorrow | - | - | -");
  assert_parsed_at ("x next fri", last, "x next fri | - | - | -");
}

static void
test_every_day_of_four_years_is_understood (void)
{
  for (int i = 0; i < 4 * 366; i++)
    {
      g_autoptr (GDateTime) first = g_date_time_new_utc (2026, 1, 1, 12, 0, 0);
      g_autoptr (GDateTime) now = g_date_time_add_days (first, i);
      g_autoptr (GDateTime) ahead = g_date_time_add_days (now, i % 7 + 1);
      g_autofree char *weekday = g_date_time_format (ahead, "x %A");
      g_autofree char *month = g_date_time_format (ahead, "x %e %b");
      g_autofree char *due = baton_due_format (ahead, TRUE);
      g_autofree char *expected = g_strdup_printf ("x | %s | - | -", due);

      assert_parsed_at (weekday, now, expected);
      assert_parsed_at (month, now, expected);
    }
}

static void
test_parts_say_where_they_stand (void)
{
  const char *line = "Käse kaufen, tomorrow at 9, #Küche !high";
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (line, now);
  static const char *const texts[] = { "tomorrow at 9", "#Küche", "!high" };

  g_assert_cmpstr (parsed->title, ==, "Käse kaufen,,");
  g_assert_cmpuint (parsed->parts->len, ==, G_N_ELEMENTS (texts));
  for (guint i = 0; i < parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, i);
      g_autofree char *text = g_strndup (line + part->start, part->end - part->start);

      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_a_part_can_be_turned_off (void)
{
  const char *line = "Read tomorrow 9am news #web";
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (line, now);
  const BatonQuickAddPart *due = g_ptr_array_index (parsed->parts, 0);
  const BatonQuickAddPart *tag = g_ptr_array_index (parsed->parts, 1);
  g_autoptr (BatonQuickAdd) without_due = baton_quick_add_parse_except (line, now, due, 1);
  g_autoptr (BatonQuickAdd) without_tag = baton_quick_add_parse_except (line, now, tag, 1);
  g_autofree char *first = describe (without_due);
  g_autofree char *second = describe (without_tag);

  g_assert_cmpstr (first, ==, "Read tomorrow 9am news | - | - | web");
  g_assert_cmpstr (second, ==, "Read news #web | 2026-11-22T09:00 | - | -");
}

static void
test_apply_sets_the_fields (void)
{
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autoptr (BatonQuickAdd)
      parsed = baton_quick_add_parse ("Call Ada tomorrow 9am !high #home #phone #home", now);
  g_autoptr (BatonEdit)
      edit = baton_edit_new (BATON_ENTITY_TASK, "01936b2e-7c00-7000-8000-000000000001");
  guint n_fields;

  baton_quick_add_apply (parsed, edit);
  baton_edit_get_fields (edit, &n_fields);
  g_assert_cmpuint (n_fields, ==, 5);
  g_assert_cmpstr (baton_value_get_text (&baton_edit_lookup (edit, "title")->value), ==,
                   "Call Ada");
  g_assert_cmpstr (baton_value_get_text (&baton_edit_lookup (edit, "due")->value), ==,
                   "2026-11-22T09:00");
  g_assert_cmpstr (baton_value_get_text (&baton_edit_lookup (edit, "priority")->value), ==, "high");
  g_assert_true (baton_edit_lookup (edit, "tags.home")->value.boolean);
  g_assert_true (baton_edit_lookup (edit, "tags.phone")->value.boolean);
}

/* FALSE where the system cannot make the locale */
static gboolean
use_german_dates (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "de_DE.UTF-8", NULL);
  const char *argv[] = { "localedef", "-i", "de_DE", "-f", "UTF-8", path, NULL };

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                     NULL))
    return FALSE;
  g_setenv ("LOCPATH", folder, TRUE);
  return setlocale (LC_TIME, "de_DE.UTF-8") != NULL;
}

static void
test_names_of_the_desktops_language (void)
{
  static const Case cases[] = {
    { "Müll raus Freitag",        "Müll raus | 2026-11-27 | - | -"       },
    { "Müll raus SAMSTAG",        "Müll raus | 2026-11-28 | - | -"       },
    { "Müll raus 24. Dezember",   "Müll raus | 2026-12-24 | - | -"       },
    { "Müll raus 24. Dez. 9:30",  "Müll raus | 2026-12-24T09:30 | - | -" },
    { "Müll raus 3. März 2028",   "Müll raus | 2028-03-03 | - | -"       },
    { "Müll raus friday",         "Müll raus | 2026-11-27 | - | -"       },
    { "Müll raus dec 24",         "Müll raus | 2026-12-24 | - | -"       },
    { "Müll so bald wie möglich", "Müll so bald wie möglich | - | - | -" },
  };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();

  if (!use_german_dates (folder))
    {
      g_test_skip ("localedef cannot make de_DE");
      return;
    }
  assert_cases (cases, G_N_ELEMENTS (cases));
  setlocale (LC_TIME, "C");
  g_unsetenv ("LOCPATH");
}

static char *
random_line (GRand *rand)
{
  static const char *const pieces[] = {
    "#",        "!",      "tag",  "high", "low",  " ",    " ",  " ",    "\t",    "\n",
    "tomorrow", "today",  "fri",  "sun",  "next", "in",   "3",  "days", "hours", "at",
    "on",       "by",     "9",    "am",   "pm",   ":",    "30", "24",   "dec",   "may",
    "2026",     "-",      "12",   "31",   ".",    ",",    "th", "ä",    "家",    "🏠",
    "\u200d",   "\u0301", "\xff", "\xc3", "\x01", "week", "a",  "noon", "due",   "99999999999",
  };
  GString *line = g_string_new (NULL);
  guint n = g_rand_int_range (rand, 0, 25);

  for (guint i = 0; i < n; i++)
    g_string_append (line, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (line, FALSE);
}

static gboolean
is_blank (const char *line)
{
  for (; *line != '\0'; line = g_utf8_next_char (line))
    if (!g_unichar_isspace (g_utf8_get_char (line)) && !g_unichar_iscntrl (g_utf8_get_char (line)))
      return FALSE;
  return TRUE;
}

/* Each letter and digit of the line is in the title or in a part */
static void
assert_nothing_is_lost (const char *line, const BatonQuickAdd *parsed)
{
  g_autoptr (GString) left = g_string_new (NULL);
  gsize at = 0, kept = 0, titled = 0;

  for (guint i = 0; i < parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, i);

      g_assert_cmpuint (part->start, >=, at);
      g_assert_cmpuint (part->end, >, part->start);
      g_assert_cmpuint (part->end, <=, strlen (line));
      g_string_append_len (left, line + at, part->start - at);
      at = part->end;
    }
  g_string_append (left, line + at);
  for (const char *c = left->str; *c != '\0'; c++)
    kept += g_ascii_isalnum (*c) || (guchar) *c >= 0x80 ? 1 : 0;
  for (const char *c = parsed->title; *c != '\0'; c++)
    titled += g_ascii_isalnum (*c) || (guchar) *c >= 0x80 ? 1 : 0;
  g_assert_cmpuint (titled, >=, kept);
}

static void
test_random_text_never_crashes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint i = 0; i < 30000; i++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (g_rand_int (rand));
      g_autofree char *line = random_line (rand);
      g_autofree char *valid = g_utf8_make_valid (line, -1);
      g_autoptr (BatonQuickAdd) parsed = baton_quick_add_parse (line, now);

      g_assert_true (g_utf8_validate (parsed->title, -1, NULL));
      g_assert_cmpint (*parsed->title == '\0', ==, is_blank (valid));
      assert_nothing_is_lost (valid, parsed);
      for (guint j = 0; j < parsed->parts->len; j++)
        {
          const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, j);

          g_assert_nonnull (part->value);
          if (part->kind == BATON_QUICK_ADD_DUE)
            g_assert_true (baton_due_is_valid (part->value));
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quick-add/documented-forms", test_documented_forms);
  g_test_add_func ("/quick-add/tags-begin-words", test_tags_begin_words);
  g_test_add_func ("/quick-add/what-is-not-understood-stays", test_what_is_not_understood_stays);
  g_test_add_func ("/quick-add/title-is-never-empty", test_title_is_never_empty);
  g_test_add_func ("/quick-add/spaces-and-punctuation-close-up",
                   test_spaces_and_punctuation_close_up);
  g_test_add_func ("/quick-add/todays-own-name-is-next-week", test_todays_own_name_is_next_week);
  g_test_add_func ("/quick-add/a-time-that-has-passed-is-tomorrow",
                   test_a_time_that_has_passed_is_tomorrow);
  g_test_add_func ("/quick-add/ends-of-months-and-years", test_ends_of_months_and_years);
  g_test_add_func ("/quick-add/every-day-of-four-years-is-understood",
                   test_every_day_of_four_years_is_understood);
  g_test_add_func ("/quick-add/parts-say-where-they-stand", test_parts_say_where_they_stand);
  g_test_add_func ("/quick-add/a-part-can-be-turned-off", test_a_part_can_be_turned_off);
  g_test_add_func ("/quick-add/apply-sets-the-fields", test_apply_sets_the_fields);
  g_test_add_func ("/quick-add/names-of-the-desktops-language",
                   test_names_of_the_desktops_language);
  g_test_add_func ("/quick-add/random-text-never-crashes", test_random_text_never_crashes);
  return g_test_run ();
}
