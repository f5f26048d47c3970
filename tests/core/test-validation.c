/* test-validation.c: which field is wrong, and why
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

static void
assert_field (BatonEntity entity,
              const BatonField *field,
              const char *key,
              const BatonValue *value,
              gboolean right)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  gboolean taken = baton_validate_field (entity, key, value, problems);

  if (taken != right)
    g_error ("%s %s “%s” was %s", baton_entity_get_name (entity), key,
             value->kind == BATON_VALUE_TEXT ? value->text : "", taken ? "taken" : "refused");
  g_assert_cmpuint (problems->len, ==, right ? 0 : 1);
  if (!right)
    {
      const BatonProblem *problem = g_ptr_array_index (problems, 0);

      g_assert_cmpstr (problem->field, ==, key);
      g_assert_cmpstr (problem->message, !=, "");
    }
}

static void
assert_text (BatonEntity entity, const BatonField *field, const char *text, gboolean right)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  assert_field (entity, field, field->name, &value, right);
}

static void
assert_int (BatonEntity entity, const BatonField *field, gint64 integer, gboolean right)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_int (&value, integer);
  assert_field (entity, field, field->name, &value, right);
}

static char *
repeat (const char *piece, gint64 times)
{
  GString *text = g_string_new (NULL);

  for (gint64 i = 0; i < times; i++)
    g_string_append (text, piece);
  return g_string_free_and_steal (text);
}

static void
check_lengths (BatonEntity entity, const BatonField *field)
{
  g_autofree char *most = repeat ("é", field->max);
  g_autofree char *more = repeat ("é", field->max + 1);
  g_autofree char *least = repeat ("😀", MAX (field->min, 1));
  g_autofree char *less = repeat ("😀", field->min - 1);
  gboolean notes = field->type == BATON_FIELD_NOTES;

  assert_text (entity, field, most, TRUE);
  assert_text (entity, field, more, FALSE);
  assert_text (entity, field, least, TRUE);
  if (field->min > 0)
    assert_text (entity, field, less, FALSE);
  if (field->min > 30)
    return;
  assert_text (entity, field, "bell\a", FALSE);
  assert_text (entity, field, "two\nlines", notes);
  assert_text (entity, field, "a\ttab", notes);
  assert_text (entity, field, "c1 \302\205", FALSE);
  assert_text (entity, field, "\xff", FALSE);
  assert_text (entity, field, "cut \xf0\x9f\x98", FALSE);
  assert_text (entity, field, " \u2003", (field->flags & BATON_FIELD_REQUIRED) == 0);
}

static void
check_texts (BatonEntity entity,
             const BatonField *field,
             const char *const *right,
             const char *const *wrong)
{
  for (guint i = 0; right[i] != NULL; i++)
    assert_text (entity, field, right[i], TRUE);
  for (guint i = 0; wrong[i] != NULL; i++)
    assert_text (entity, field, wrong[i], FALSE);
  assert_text (entity, field, "", FALSE);
  assert_text (entity, field, "\xff", FALSE);
}

#define TEXTS(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
check_form (BatonEntity entity, const BatonField *field)
{
  g_autofree char *position = NULL;

  switch (field->type)
    {
    case BATON_FIELD_ID:
      check_texts (entity, field, TEXTS ("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
                   TEXTS ("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "1"));
      break;
    case BATON_FIELD_TIME:
      check_texts (entity, field, TEXTS ("2026-11-20T09:30:00.000Z", "2028-02-29T23:59:59.999Z"),
                   TEXTS ("2026-11-20T09:30:00Z", "2026-02-29T09:30:00.000Z", "2026-11-20",
                          "2026-11-20T10:30:00.000+01:00"));
      break;
    case BATON_FIELD_DUE:
      check_texts (entity, field, TEXTS ("2026-11-20", "2026-11-20T09:30", "2028-02-29"),
                   TEXTS ("2026-02-29", "2026-11-20T24:00", "tomorrow", "2026-11-20T09:30:00"));
      break;
    case BATON_FIELD_ZONE:
      check_texts (entity, field,
                   TEXTS ("Europe/Berlin", "UTC", "America/Argentina/Ushuaia", "Etc/GMT+3"),
                   TEXTS ("Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/../UTC",
                          "+01:00", "Europe/Berlin "));
      break;
    case BATON_FIELD_RRULE:
      check_texts (entity, field,
                   TEXTS ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU,FR", "FREQ=MONTHLY;BYMONTHDAY=-1",
                          "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=DAILY;COUNT=3",
                          "FREQ=DAILY;UNTIL=20271231T235959Z", "FREQ=MONTHLY;BYDAY=2MO;INTERVAL=2"),
                   TEXTS ("FREQ=SOMETIMES", "DAILY", "FREQ=WEEKLY;BYDAY=XX",
                          "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=0",
                          "FREQ=DAILY;COUNT=3;UNTIL=20271231", "FREQ=DAILY;FREQ=WEEKLY",
                          "FREQ=DAILY;", "FREQ=DAILY;MOOD=GOOD", "FREQ=DAILY;UNTIL=tomorrow",
                          "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=13", "freq=daily",
                          "FREQ=DAILY\nSUMMARY:x", "FREQ=DAILY;INTERVAL=99999999999999999999",
                          "FREQ=DAILY;COUNT=X", "FREQ=DAILY;COUNT", "FREQ=", "FREQ=DAILY;COUNT=3X",
                          "FREQ=DAILY;;COUNT=3", "FREQ=YEARLY;BYWEEKNO=54",
                          "FREQ=DAILY;UNTIL=20270230", "RSCALE=HEBREW;FREQ=DAILY"));
      break;
    case BATON_FIELD_COLOR:
      check_texts (entity, field, TEXTS ("#3584e4", "#FFFFFF"),
                   TEXTS ("red", "#fff", "#3584e4f", "#3584eg"));
      break;
    case BATON_FIELD_CHOICE:
      check_texts (entity, field, field->choices, TEXTS ("Done", "none", "done "));
      break;
    case BATON_FIELD_POSITION:
      position = baton_position_between (NULL, NULL, "0123456789ab");
      check_texts (entity, field, TEXTS (position), TEXTS ("a b", "ä"));
      break;
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
      check_lengths (entity, field);
      break;
    case BATON_FIELD_BOOL:
    case BATON_FIELD_INT:
    case BATON_FIELD_SET:
    default:
      break;
    }
}

static void
check_kinds (BatonEntity entity, const BatonField *field)
{
  g_auto (BatonValue) boolean = BATON_VALUE_INIT, raw = BATON_VALUE_INIT, null = BATON_VALUE_INIT;
  gboolean set = field->type == BATON_FIELD_SET;

  baton_value_set_bool (&boolean, TRUE);
  baton_value_take_raw (&raw, g_strdup ("1"));
  assert_field (entity, field, field->name, &boolean, field->type == BATON_FIELD_BOOL);
  assert_field (entity, field, field->name, &raw, FALSE);
  assert_field (entity, field, field->name, &null,
                !set && (field->flags & BATON_FIELD_REQUIRED) == 0);
  if (field->type != BATON_FIELD_INT)
    {
      assert_int (entity, field, 1, FALSE);
      return;
    }
  assert_int (entity, field, field->min, TRUE);
  assert_int (entity, field, field->max, TRUE);
  assert_int (entity, field, field->min - 1, FALSE);
  assert_int (entity, field, field->max + 1, FALSE);
  assert_text (entity, field, "1", FALSE);
}

static void
test_each_field_takes_what_is_right_and_names_what_is_wrong (void)
{
  for (BatonEntity entity = 0; entity < BATON_N_ENTITIES; entity++)
    {
      guint n_fields;
      const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

      for (guint i = 0; i < n_fields; i++)
        {
          check_kinds (entity, &fields[i]);
          check_form (entity, &fields[i]);
        }
    }
}

static void
assert_tag (const char *element, gboolean right)
{
  const BatonField *field = baton_schema_lookup (BATON_ENTITY_TASK, "tags", NULL, NULL);
  g_autofree char *key = g_strconcat ("tags.", element, NULL);
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_bool (&value, TRUE);
  assert_field (BATON_ENTITY_TASK, field, key, &value, right);
  baton_value_set_text (&value, "true");
  assert_field (BATON_ENTITY_TASK, field, key, &value, FALSE);
}

static void
test_elements_of_a_set (void)
{
  g_autofree char *most = repeat ("é", 50);
  g_autofree char *more = repeat ("é", 51);

  assert_tag ("work", TRUE);
  assert_tag ("a.b c", TRUE);
  assert_tag (most, TRUE);
  assert_tag (more, FALSE);
  assert_tag ("", FALSE);
  assert_tag (" a", FALSE);
  assert_tag ("a ", FALSE);
  assert_tag ("a\u00a0", FALSE);
  assert_tag ("a\tb", FALSE);
  assert_tag ("a\nb", FALSE);
}

static void
test_unknown_fields_are_raw_only (void)
{
  g_auto (BatonValue) raw = BATON_VALUE_INIT, text = BATON_VALUE_INIT;
  const BatonField none = { 0 };
  g_autofree char *long_key = repeat ("k", 300);

  baton_value_take_raw (&raw, g_strdup ("{}"));
  baton_value_set_text (&text, "x");
  assert_field (BATON_ENTITY_TASK, &none, "mood", &raw, TRUE);
  assert_field (BATON_ENTITY_TASK, &none, "labels.x y", &raw, TRUE);
  assert_field (BATON_ENTITY_TASK, &none, "mood", &text, FALSE);
  assert_field (BATON_ENTITY_TASK, &none, "", &raw, FALSE);
  assert_field (BATON_ENTITY_TASK, &none, "a\tb", &raw, FALSE);
  assert_field (BATON_ENTITY_TASK, &none, "a\nb", &raw, FALSE);
  assert_field (BATON_ENTITY_TASK, &none, "id", &raw, FALSE);
  assert_field (BATON_ENTITY_TASK, &none, "version", &raw, FALSE);
  {
    g_autoptr (GPtrArray) problems = baton_problems_new ();

    g_assert_false (baton_validate_field (BATON_ENTITY_TASK, long_key, &raw, problems));
    g_assert_false (baton_validate_field (BATON_ENTITY_TASK, "\xff", &raw, problems));
    g_assert_cmpuint (problems->len, ==, 2);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/validation/each-field-takes-what-is-right-and-names-what-is-wrong",
                   test_each_field_takes_what_is_right_and_names_what_is_wrong);
  g_test_add_func ("/core/validation/elements-of-a-set", test_elements_of_a_set);
  g_test_add_func ("/core/validation/unknown-fields-are-raw-only",
                   test_unknown_fields_are_raw_only);
  return g_test_run ();
}
