/* test-record.c: a map from field to value and clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

#define ROUNDS 1000

static BatonRecord *
make_record (void)
{
  g_autofree char *id = baton_test_id (1);

  return baton_record_new (BATON_ENTITY_TASK, id);
}

static void
put_bool (BatonRecord *record, const char *key, gboolean boolean, guint64 time)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = { .time = time, .node = 1 };

  baton_value_set_bool (&value, boolean);
  baton_record_put (record, key, &value, &clock);
}

static void
test_unset_fields_read_as_their_fallback (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  BatonClock clock = baton_record_get_clock (record, "status");

  g_assert_cmpstr (baton_record_get_text (record, "status"), ==, "todo");
  g_assert_cmpstr (baton_record_get_text (record, "priority"), ==, "medium");
  g_assert_null (baton_record_get_text (record, "title"));
  g_assert_null (baton_record_get_text (record, "no such field"));
  g_assert_false (baton_record_get_bool (record, "deleted"));
  g_assert_cmpint (baton_record_get (record, "deleted")->kind, ==, BATON_VALUE_BOOL);
  g_assert_cmpint (baton_record_get (record, "tags.x")->kind, ==, BATON_VALUE_BOOL);
  g_assert_cmpint (baton_record_get_own (record, "status")->kind, ==, BATON_VALUE_NULL);
  g_assert_cmpint (baton_record_get_int (record, "occurrence"), ==, 0);
  g_assert_false (baton_clock_is_set (&clock));
}

static void
test_what_is_put_is_got (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autoptr (BatonRecord) record = make_record ();

  for (int i = 0; i < ROUNDS; i++)
    {
      const char *key = baton_test_task_key (rand);
      BatonClock clock = baton_test_clock (rand), got;
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      baton_test_task_value (rand, key, &value);
      baton_record_put (record, key, &value, &clock);
      got = baton_record_get_clock (record, key);
      g_assert_true (value.kind == BATON_VALUE_NULL ||
                     baton_value_equal (baton_record_get_own (record, key), &value));
      g_assert_cmpint (baton_clock_compare (&got, &clock), ==, 0);
    }
}

static void
test_null_becomes_the_fallback (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  BatonClock clock = { .time = 1, .node = 1 }, none = { 0 };
  BatonValue null = BATON_VALUE_INIT;

  baton_record_put (record, "status", &null, &clock);
  baton_record_put (record, "tags.x", &null, &clock);
  baton_record_put (record, "due", &null, &clock);
  baton_record_put (record, "priority", &null, &none);
  g_assert_cmpstr (baton_value_get_text (baton_record_get_own (record, "status")), ==, "todo");
  g_assert_cmpint (baton_record_get_own (record, "tags.x")->kind, ==, BATON_VALUE_BOOL);
  g_assert_cmpint (baton_record_get_own (record, "due")->kind, ==, BATON_VALUE_NULL);
  g_assert_cmpint (baton_record_get_own (record, "priority")->kind, ==, BATON_VALUE_NULL);
}

static void
test_a_set_is_sorted_and_without_what_was_removed (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  g_auto (GStrv) set = NULL;
  static const char *const wanted[] = { "A", "a.b c", "work", "ä", NULL };

  put_bool (record, "tags.ä", TRUE, 5);
  put_bool (record, "tags.work", TRUE, 6);
  put_bool (record, "tags.gone", TRUE, 6);
  put_bool (record, "tags.A", TRUE, 7);
  put_bool (record, "tags.a.b c", TRUE, 8);
  put_bool (record, "tags.gone", FALSE, 9);
  set = baton_record_dup_set (record, "tags");
  g_assert_cmpstrv (set, wanted);
}

static void
test_the_last_clock_is_the_greatest (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  BatonClock last;

  put_bool (record, "deleted", TRUE, 5);
  put_bool (record, "tags.x", FALSE, 9);
  put_bool (record, "is", TRUE, 7);
  last = baton_record_get_last_clock (record);
  g_assert_cmpuint (last.time, ==, 9);
}

static void
test_a_copy_is_equal_and_apart (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree char *id = baton_test_id (1);
      g_autoptr (BatonRecord) record = baton_test_task (rand, id);
      g_autoptr (BatonRecord) copy = baton_record_copy (record);

      g_assert_true (baton_record_equal (record, copy));
      put_bool (copy, "tags.new", TRUE, 1);
      g_assert_false (baton_record_equal (record, copy));
      g_assert_false (baton_record_equal (copy, record));
    }
}

static void
copy_value (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  const char *element;
  BatonClock none = { 0 };

  /* As a database does: it keeps what is in a set, not what was removed */
  baton_schema_lookup (BATON_ENTITY_TASK, key, NULL, &element);
  if (element == NULL || value->boolean)
    baton_record_put (data, key, value, &none);
}

static void
test_clocks_as_text_round_trip (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree char *id = baton_test_id (1);
      g_autoptr (BatonRecord) record = baton_test_task (rand, id);
      g_autoptr (BatonRecord) back = baton_record_new (BATON_ENTITY_TASK, id);
      g_autofree char *text = baton_record_dup_clocks (record);
      g_autofree char *again = NULL;
      g_autoptr (GError) error = NULL;

      baton_record_foreach (record, copy_value, back);
      g_assert_true (baton_record_read_clocks (back, text, &error));
      g_assert_no_error (error);
      g_assert_true (baton_record_equal (record, back));
      again = baton_record_dup_clocks (back);
      g_assert_cmpstr (again, ==, text);
    }
}

static void
test_keys_of_one_clock_share_a_line (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  g_autofree char *text = NULL;

  put_bool (record, "tags.b", FALSE, 0x10000);
  put_bool (record, "deleted", TRUE, 0x20000);
  put_bool (record, "tags.a", TRUE, 0x20000);
  text = baton_record_dup_clocks (record);
  g_assert_cmpstr (text, ==,
                   "000000000002-0000-000000000001\tdeleted\ttags.a\n"
                   "000000000001-0000-000000000001\ttags.b");
}

static void
test_wrong_clocks_are_refused (void)
{
  static const char *const wrong[] = {
    "x",
    "000000000002-0000-000000000001",
    "000000000002-0000-000000000001\t",
    "000000000002-0000-000000000001\ttags",
    "000000000002-0000-000000000001\ttitle\n",
    "000000000002-0000-00000000000g\ttitle",
    "000000000000-0000-000000000000\ttitle",
    "\ttitle",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (BatonRecord) record = make_record ();
      g_autoptr (GError) error = NULL;

      g_assert_false (baton_record_read_clocks (record, wrong[i], &error));
      g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
    }
}

/* What a new record's row holds before any clock is known: nothing */
static void
test_no_clocks_is_an_empty_text (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  g_autofree char *text = baton_record_dup_clocks (record);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (text, ==, "");
  g_assert_true (baton_record_read_clocks (record, text, &error));
  g_assert_no_error (error);
}

static void
note_key (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  g_string_append_printf (data, "%s,", key);
}

static void
test_foreach_goes_by_schema_then_by_bytes (void)
{
  g_autoptr (BatonRecord) record = make_record ();
  g_autoptr (GString) keys = g_string_new (NULL);

  put_bool (record, "zoo", TRUE, 1);
  put_bool (record, "tags.b", FALSE, 1);
  put_bool (record, "deleted", TRUE, 1);
  put_bool (record, "tags.a", TRUE, 1);
  put_bool (record, "title", TRUE, 1);
  put_bool (record, "Alpha", TRUE, 1);
  baton_record_foreach (record, note_key, keys);
  g_assert_cmpstr (keys->str, ==, "title,deleted,Alpha,tags.a,tags.b,zoo,");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/record/unset-fields-read-as-their-fallback",
                   test_unset_fields_read_as_their_fallback);
  g_test_add_func ("/core/record/what-is-put-is-got", test_what_is_put_is_got);
  g_test_add_func ("/core/record/null-becomes-the-fallback", test_null_becomes_the_fallback);
  g_test_add_func ("/core/record/a-set-is-sorted-and-without-what-was-removed",
                   test_a_set_is_sorted_and_without_what_was_removed);
  g_test_add_func ("/core/record/the-last-clock-is-the-greatest",
                   test_the_last_clock_is_the_greatest);
  g_test_add_func ("/core/record/a-copy-is-equal-and-apart", test_a_copy_is_equal_and_apart);
  g_test_add_func ("/core/record/clocks-as-text-round-trip", test_clocks_as_text_round_trip);
  g_test_add_func ("/core/record/keys-of-one-clock-share-a-line",
                   test_keys_of_one_clock_share_a_line);
  g_test_add_func ("/core/record/wrong-clocks-are-refused", test_wrong_clocks_are_refused);
  g_test_add_func ("/core/record/no-clocks-is-an-empty-text", test_no_clocks_is_an_empty_text);
  g_test_add_func ("/core/record/foreach-goes-by-schema-then-by-bytes",
                   test_foreach_goes_by_schema_then_by_bytes);
  return g_test_run ();
}
