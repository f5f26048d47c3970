/* test-schema.c: the table of fields
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-core.h"

static void
test_each_field_is_found_at_its_place (void)
{
  for (BatonEntity entity = 0; entity < BATON_N_ENTITIES; entity++)
    {
      guint n_fields;
      const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

      for (guint i = 0; i < n_fields; i++)
        {
          const char *element = "";
          guint index = G_MAXUINT;

          g_assert_true (baton_schema_lookup (entity, fields[i].name, &index, &element) ==
                         &fields[i]);
          g_assert_cmpuint (index, ==, i);
          g_assert_null (element);
        }
    }
}

static void
test_names_of_entities (void)
{
  BatonEntity entity = BATON_ENTITY_TAG;

  for (BatonEntity i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_assert_true (baton_entity_from_name (baton_entity_get_name (i), &entity));
      g_assert_cmpint (entity, ==, i);
    }
  g_assert_false (baton_entity_from_name ("Task", &entity));
  g_assert_false (baton_entity_from_name ("", &entity));
  g_assert_false (baton_entity_from_name (NULL, &entity));
}

static void
test_the_first_dot_splits_an_element (void)
{
  const char *element;

  g_assert_nonnull (baton_schema_lookup (BATON_ENTITY_TASK, "tags.a.b c", NULL, &element));
  g_assert_cmpstr (element, ==, "a.b c");
  g_assert_null (baton_schema_lookup (BATON_ENTITY_TASK, "title.a", NULL, &element));
  g_assert_null (baton_schema_lookup (BATON_ENTITY_TASK, "tag", NULL, &element));
  g_assert_null (baton_schema_lookup (BATON_ENTITY_TASK, "tagss", NULL, &element));
  g_assert_null (baton_schema_lookup (BATON_ENTITY_TASK, "", NULL, &element));
  g_assert_null (baton_schema_lookup (BATON_ENTITY_PROJECT, "tags.a", NULL, &element));
}

static void
test_fallbacks_are_valid (void)
{
  for (BatonEntity entity = 0; entity < BATON_N_ENTITIES; entity++)
    {
      guint n_fields;
      const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

      for (guint i = 0; i < n_fields; i++)
        {
          g_autoptr (GPtrArray) problems = baton_problems_new ();
          const BatonValue *fallback = baton_schema_get_fallback (entity, i);

          g_assert_cmpint (fallback->kind == BATON_VALUE_NULL, ==, fields[i].fallback == NULL);
          if (fallback->kind != BATON_VALUE_NULL)
            g_assert_true (baton_validate_field (entity, fields[i].name, fallback, problems));
        }
    }
}

static void
test_choices_have_places (void)
{
  const BatonField *status = baton_schema_lookup (BATON_ENTITY_TASK, "status", NULL, NULL);
  const BatonField *title = baton_schema_lookup (BATON_ENTITY_TASK, "title", NULL, NULL);

  g_assert_cmpint (baton_field_get_choice (status, "todo"), ==, 0);
  g_assert_cmpint (baton_field_get_choice (status, "done"), ==, 3);
  g_assert_cmpint (baton_field_get_choice (status, "Done"), ==, -1);
  g_assert_cmpint (baton_field_get_choice (status, NULL), ==, -1);
  g_assert_cmpint (baton_field_get_choice (title, "todo"), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/schema/each-field-is-found-at-its-place",
                   test_each_field_is_found_at_its_place);
  g_test_add_func ("/core/schema/names-of-entities", test_names_of_entities);
  g_test_add_func ("/core/schema/the-first-dot-splits-an-element",
                   test_the_first_dot_splits_an_element);
  g_test_add_func ("/core/schema/fallbacks-are-valid", test_fallbacks_are_valid);
  g_test_add_func ("/core/schema/choices-have-places", test_choices_have_places);
  return g_test_run ();
}
