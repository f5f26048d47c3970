/* test-field-text.c: fields and their values in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-field-text.h"
#include "../../src/app/baton-version-text.h"
#include "app-fixture.h"

static void
assert_value (const char *key, const BatonValue *value, const char *expected)
{
  g_autofree char *text = baton_field_text_dup_value (NULL, BATON_ENTITY_TASK, key, value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_words (void)
{
  static const struct
  {
    const char *key;
    const char *text;
    const char *expected;
  } cases[] = {
    { "title",       "Call Ada",                             "Call Ada"               },
    { "priority",    "high",                                 "High"                   },
    { "status",      "in_progress",                          "In Progress"            },
    { "due",         "2026-12-24",                           "Thu 24 Dec 2026"        },
    { "due",         "2026-12-24T14:30",                     "Thu 24 Dec 2026, 14:30" },
    { "due",         NULL,                                   "None"                   },
    { "project_id",  NULL,                                   "Inbox"                  },
    { "description", NULL,                                   "Empty"                  },
    { "recurrence",  "FREQ=DAILY",                           "Every day"              },
    { "assignee_id", "0190a000-0000-7000-8000-00000000abcd", "Somebody (…abcd)"       },
    { "project_id",  "0190a000-0000-7000-8000-00000000abcd",
     "A project that is not on this device (…abcd)"                                   },
  };
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  g_autofree char *tag = baton_field_text_dup_name (BATON_ENTITY_TASK, "tags.home");
  g_autofree char *unknown = baton_field_text_dup_name (BATON_ENTITY_TASK, "moon_phase");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      baton_value_set_text (&value, cases[i].text);
      assert_value (cases[i].key, &value, cases[i].expected);
    }
  baton_value_set_int (&value, 1);
  assert_value ("estimated_minutes", &value, "1 minute");
  baton_value_set_bool (&value, TRUE);
  assert_value ("tags.home", &value, "Set");
  g_assert_cmpstr (tag, ==, "Tag “home”");
  g_assert_cmpstr (unknown, ==, "moon phase");
}

static void
test_versions (void)
{
  g_autoptr (GtkLabel) label = g_object_ref_sink (GTK_LABEL (gtk_label_new (NULL)));
  g_autofree char *changes = baton_version_text_dup_changes ("a\nb\nc", "a\nB\nc", 10);
  g_autofree char *most = baton_version_text_dup_changes ("", "1\n2\n3", 2);

  g_assert_cmpstr (changes, ==, "− b\n+ B");
  g_assert_cmpstr (most, ==, "+ 1\n+ 2\n…");
  baton_version_text_show (label, "a\nb\nc", "a\nB\nc");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "a\nb\nc");
  baton_version_text_show (label, "1\n2\n3\n4\n5\n6\n7\nx", "1\n2\n3\n4\n5\n6\n7\ny");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "⋯ 5 lines are the same\n6\n7\nx");
  baton_version_text_show (label, "", "a");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  app_fixture_init_gtk ();
  g_test_add_func ("/field-text/fields-are-told-in-words", test_words);
  g_test_add_func ("/field-text/versions-show-what-differs", test_versions);
  return g_test_run ();
}
