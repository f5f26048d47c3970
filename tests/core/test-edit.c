/* test-edit.c: fields of one record set to new values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

static const BatonClock early = { .time = 1 << 16, .node = 1 };
static const BatonClock late = { .time = 2 << 16, .node = 1 };

static BatonEdit *
make_edit (BatonEntity entity)
{
  g_autofree char *id = baton_test_id (1);

  return baton_edit_new (entity, id);
}

static BatonRecord *
make_task (const char *title)
{
  g_autofree char *id = baton_test_id (1);
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, title);
  baton_record_put (record, "title", &value, &early);
  baton_record_put (record, "description", &value, &early);
  baton_value_set_text (&value, "2026-11-20T00:00:00.000Z");
  baton_record_put (record, "created_at", &value, &early);
  return record;
}

static void
put_tag (BatonRecord *record, const char *key, gboolean present)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_bool (&value, present);
  baton_record_put (record, key, &value, &early);
}

static void
assert_problem (const BatonEdit *edit,
                const BatonRecord *state,
                gboolean from_device,
                const char *field)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) error = NULL;
  const BatonProblem *problem;

  g_assert_false (baton_edit_validate (edit, state, from_device, problems));
  g_assert_cmpuint (problems->len, ==, 1);
  problem = g_ptr_array_index (problems, 0);
  g_assert_cmpstr (problem->field, ==, field);
  g_assert_false (baton_problems_to_error (problems, &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_VALIDATION);
  g_assert_nonnull (strstr (error->message, field));
}

static void
assert_fine (const BatonEdit *edit, const BatonRecord *state, gboolean from_device)
{
  g_autoptr (GPtrArray) problems = baton_problems_new ();
  g_autoptr (GError) error = NULL;

  baton_edit_validate (edit, state, from_device, problems);
  baton_problems_to_error (problems, &error);
  g_assert_no_error (error);
}

static void
test_a_second_set_replaces_the_first (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  guint n_fields;
  const BatonEditField *fields;

  baton_edit_set_text (edit, "title", "one");
  baton_edit_set_int (edit, "estimated_minutes", 5);
  baton_edit_set_text (edit, "title", "two");
  fields = baton_edit_get_fields (edit, &n_fields);
  g_assert_cmpuint (n_fields, ==, 2);
  g_assert_cmpstr (fields[0].key, ==, "title");
  g_assert_cmpstr (fields[0].value.text, ==, "two");
  g_assert_null (baton_edit_lookup (edit, "due"));
}

static void
test_stamping_takes_bases_and_notes (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("was");
  const BatonEditField *notes, *due;

  baton_edit_set_text (edit, "title", "is");
  baton_edit_set_text (edit, "description", "is");
  baton_edit_set_text (edit, "due", "2026-11-20");
  baton_edit_stamp (edit, "x", &late, state);
  notes = baton_edit_lookup (edit, "description");
  due = baton_edit_lookup (edit, "due");
  g_assert_cmpstr (notes->was, ==, "was");
  g_assert_cmpint (baton_clock_compare (&notes->base, &early), ==, 0);
  g_assert_null (due->was);
  g_assert_null (baton_edit_lookup (edit, "title")->was);
  g_assert_false (baton_clock_is_set (&due->base));
  g_assert_cmpstr (baton_edit_get_id (edit), ==, "x");

  baton_edit_stamp (edit, "y", &late, NULL);
  g_assert_null (notes->was);
  g_assert_false (baton_clock_is_set (&notes->base));
}

static void
test_elements_are_set_by_difference (void)
{
  static const char *const wanted[] = { "kept", "new", NULL };
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("a");
  guint n_fields;

  put_tag (state, "tags.kept", TRUE);
  put_tag (state, "tags.old", TRUE);
  put_tag (state, "tags.gone", FALSE);
  baton_edit_set_elements (edit, "tags", wanted, state);
  baton_edit_get_fields (edit, &n_fields);
  g_assert_cmpuint (n_fields, ==, 2);
  g_assert_true (baton_edit_lookup (edit, "tags.new")->value.boolean);
  g_assert_false (baton_edit_lookup (edit, "tags.old")->value.boolean);
}

static void
test_a_new_record_needs_its_required_fields (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("a");

  baton_edit_set_text (edit, "due", "2026-11-20");
  assert_problem (edit, NULL, TRUE, "title");
  assert_fine (edit, state, TRUE);
  baton_edit_set_text (edit, "title", NULL);
  assert_problem (edit, NULL, TRUE, "title");
  assert_problem (edit, state, TRUE, "title");
  baton_edit_set_text (edit, "title", "a");
  assert_fine (edit, NULL, TRUE);
}

static void
test_the_id_is_a_uuid_made_by_us (void)
{
  g_autoptr (BatonEdit)
      v1 = baton_edit_new (BATON_ENTITY_TASK, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  g_autoptr (BatonEdit)
      v5 = baton_edit_new (BATON_ENTITY_TASK, "2ed6657d-e927-568b-95e1-2665a8aea6a2");

  baton_edit_set_text (v1, "title", "a");
  baton_edit_set_text (v5, "title", "a");
  assert_problem (v1, NULL, TRUE, "id");
  assert_fine (v5, NULL, TRUE);
}

static void
test_what_the_server_sets_is_refused_from_a_device (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autofree char *id = baton_test_id (2);

  baton_edit_set_text (edit, "title", "a");
  baton_edit_set_text (edit, "created_by", id);
  assert_problem (edit, NULL, TRUE, "created_by");
  assert_fine (edit, NULL, FALSE);
}

static void
test_fixed_fields_stay (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("a");

  baton_edit_set_text (edit, "created_at", "2026-11-20T00:00:00.000Z");
  assert_fine (edit, state, TRUE);
  baton_edit_set_text (edit, "created_at", "2026-11-21T00:00:00.000Z");
  assert_problem (edit, state, TRUE, "created_at");
  baton_edit_stamp (edit, "x", &late, state);
  assert_problem (edit, state, TRUE, "created_at");
}

/* The next occurrence of a series, made by two devices that had not heard of each other */
static void
test_a_record_made_twice_merges (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("a");
  g_autoptr (GPtrArray) outcomes = NULL;

  baton_edit_set_text (edit, "created_at", "2026-11-21T00:00:00.000Z");
  baton_edit_set_text (edit, "title", "a");
  baton_edit_stamp (edit, "x", &late, NULL);
  assert_fine (edit, state, TRUE);
  outcomes = baton_merge_edit (state, edit, &late);
  for (guint i = 0; i < outcomes->len; i++)
    g_assert_false (((BatonOutcome *) g_ptr_array_index (outcomes, i))->conflict);
}

static void
test_a_set_has_a_limit (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) less = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonRecord) state = make_task ("a");

  for (int i = 0; i < 9; i++)
    {
      g_autofree char *key = g_strdup_printf ("tags.%d", i);

      put_tag (state, key, TRUE);
    }
  put_tag (state, "tags.gone", FALSE);
  baton_edit_set_element (edit, "tags", "ten", TRUE);
  baton_edit_set_element (edit, "tags", "0", TRUE);
  assert_fine (edit, state, TRUE);
  baton_edit_set_element (edit, "tags", "eleven", TRUE);
  assert_problem (edit, state, TRUE, "tags");
  baton_edit_set_element (edit, "tags", "0", FALSE);
  assert_fine (edit, state, TRUE);

  /* One that is over the limit, by a merge, may still be lowered */
  for (int i = 9; i < 14; i++)
    {
      g_autofree char *key = g_strdup_printf ("tags.%d", i);

      put_tag (state, key, TRUE);
    }
  baton_edit_set_element (less, "tags", "3", FALSE);
  assert_fine (less, state, TRUE);
}

static void
set_unknown (BatonEdit *edit, const char *key, gsize size)
{
  g_autofree char *fill = g_strnfill (size - strlen (key) - 2, 'x');
  g_autofree char *json = g_strdup_printf ("\"%s\"", fill);
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_take_raw (&value, g_steal_pointer (&json));
  baton_edit_set (edit, key, &value);
}

static BatonRecord *
make_full (gsize size)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  BatonRecord *record = make_task ("title");
  guint n_fields;

  set_unknown (edit, "x.there", size);
  baton_record_put (record, "x.there", &baton_edit_get_fields (edit, &n_fields)[0].value, &early);
  return record;
}

/* Edit by edit, and each of them small, nobody makes a record too large to be sent to anybody. What is too large already can be made smaller. */
static void
test_what_is_not_known_has_a_limit_together (void)
{
  g_autoptr (BatonRecord) empty = make_task ("title");
  g_autoptr (BatonRecord) half = make_full (BATON_UNKNOWN_MAX_BYTES / 2);
  g_autoptr (BatonRecord) over = make_full (BATON_UNKNOWN_MAX_BYTES * 2);
  g_autoptr (BatonEdit) fits = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) more = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) other = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) less = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) many = make_edit (BATON_ENTITY_TASK);

  set_unknown (fits, "x.new", BATON_UNKNOWN_MAX_BYTES / 2);
  assert_fine (fits, empty, TRUE);
  assert_fine (fits, half, TRUE);
  set_unknown (more, "x.new", BATON_UNKNOWN_MAX_BYTES / 2 + 1);
  assert_problem (more, half, TRUE, "x.new");
  assert_problem (more, over, TRUE, "x.new");
  baton_edit_set_text (other, "title", "another");
  assert_fine (other, over, TRUE);
  set_unknown (less, "x.there", BATON_UNKNOWN_MAX_BYTES / 2);
  assert_fine (less, over, TRUE);
  for (guint i = 0; i < BATON_UNKNOWN_MAX_FIELDS; i++)
    {
      g_autofree char *key = g_strdup_printf ("x.%u", i);

      set_unknown (many, key, 20);
    }
  assert_fine (many, empty, TRUE);
  assert_problem (many, half, TRUE, "x.99");
}

/* The clock of what was taken out of a set stays */
static void
test_what_was_in_a_set_has_a_limit (void)
{
  g_autoptr (BatonRecord) state = make_task ("title");
  g_autoptr (BatonEdit) more = make_edit (BATON_ENTITY_TASK);
  g_autoptr (BatonEdit) again = make_edit (BATON_ENTITY_TASK);

  for (guint i = 0; i < BATON_ELEMENTS_EVER_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("tags.%u", i);

      put_tag (state, key, FALSE);
    }
  baton_edit_set_element (more, "tags", "new", FALSE);
  assert_problem (more, state, TRUE, "tags.new");
  baton_edit_set_element (again, "tags", "7", TRUE);
  assert_fine (again, state, TRUE);
}

static void
test_every_wrong_field_is_named (void)
{
  g_autoptr (BatonEdit) edit = make_edit (BATON_ENTITY_TASK);
  g_autoptr (GPtrArray) problems = baton_problems_new ();

  baton_edit_set_text (edit, "due", "tomorrow");
  baton_edit_set_text (edit, "status", "finished");
  baton_edit_set_int (edit, "estimated_minutes", -1);
  g_assert_false (baton_edit_validate (edit, NULL, TRUE, problems));
  g_assert_cmpuint (problems->len, ==, 4); /* and no title */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/edit/a-second-set-replaces-the-first",
                   test_a_second_set_replaces_the_first);
  g_test_add_func ("/core/edit/stamping-takes-bases-and-notes",
                   test_stamping_takes_bases_and_notes);
  g_test_add_func ("/core/edit/elements-are-set-by-difference",
                   test_elements_are_set_by_difference);
  g_test_add_func ("/core/edit/a-new-record-needs-its-required-fields",
                   test_a_new_record_needs_its_required_fields);
  g_test_add_func ("/core/edit/the-id-is-a-uuid-made-by-us", test_the_id_is_a_uuid_made_by_us);
  g_test_add_func ("/core/edit/what-the-server-sets-is-refused-from-a-device",
                   test_what_the_server_sets_is_refused_from_a_device);
  g_test_add_func ("/core/edit/fixed-fields-stay", test_fixed_fields_stay);
  g_test_add_func ("/core/edit/a-record-made-twice-merges", test_a_record_made_twice_merges);
  g_test_add_func ("/core/edit/a-set-has-a-limit", test_a_set_has_a_limit);
  g_test_add_func ("/core/edit/what-is-not-known-has-a-limit-together",
                   test_what_is_not_known_has_a_limit_together);
  g_test_add_func ("/core/edit/what-was-in-a-set-has-a-limit", test_what_was_in_a_set_has_a_limit);
  g_test_add_func ("/core/edit/every-wrong-field-is-named", test_every_wrong_field_is_named);
  return g_test_run ();
}
