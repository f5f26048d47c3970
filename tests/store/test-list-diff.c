/* test-list-diff.c: from one list of keys to another in a few steps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-list-diff.h"
#include "../support/baton-test.h"

static GArray *
make_list (guint n)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < n; i++)
    {
      gint64 key = (gint64) i + 1;

      g_array_append_val (list, key);
    }
  return list;
}

static gint64
take_key (GArray *list, guint position)
{
  gint64 key = g_array_index (list, gint64, position);

  g_array_remove_index (list, position);
  return key;
}

/* What a view does that is told these steps; how many keys it saw go */
static guint
play (GArray *list, const GArray *steps, const GArray *after)
{
  guint removed = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      const BatonListStep *step = &g_array_index (steps, BatonListStep, i);

      g_assert_cmpuint (step->position + step->removed, <=, list->len);
      if (step->removed > 0)
        g_array_remove_range (list, step->position, step->removed);
      if (step->added > 0)
        g_array_insert_vals (list, step->position, &g_array_index (after, gint64, step->position),
                             step->added);
      removed += step->removed;
    }
  g_assert_cmpmem (list->data, list->len * sizeof (gint64), after->data,
                   after->len * sizeof (gint64));
  return removed;
}

static void
test_equal_lists_need_no_step (void)
{
  g_autoptr (GArray) before = make_list (100);
  g_autoptr (GArray) after = make_list (100);
  g_autoptr (GArray) steps = baton_list_diff (before, after);

  g_assert_cmpuint (steps->len, ==, 0);
}

static void
test_a_moved_key_is_two_steps (void)
{
  g_autoptr (GArray) before = make_list (100000);
  g_autoptr (GArray) after = make_list (100000);
  g_autoptr (GArray) steps = NULL;
  gint64 key = take_key (after, 70000);

  g_array_insert_val (after, 300, key);
  steps = baton_list_diff (before, after);
  g_assert_cmpuint (steps->len, ==, 2);
  g_assert_cmpuint (play (before, steps, after), ==, 1);
}

static void
test_a_completed_key_is_one_step (void)
{
  g_autoptr (GArray) before = make_list (1000);
  g_autoptr (GArray) after = make_list (1000);
  g_autoptr (GArray) steps = NULL;

  take_key (after, 500);
  steps = baton_list_diff (before, after);
  g_assert_cmpuint (steps->len, ==, 1);
  g_assert_cmpuint (play (before, steps, after), ==, 1);
}

static void
test_another_order_is_one_range (void)
{
  g_autoptr (GArray) before = make_list (10000);
  g_autoptr (GArray) after = make_list (0);
  g_autoptr (GArray) steps = NULL;

  for (guint i = 0; i < 2; i++)
    for (gint64 key = i + 1; key <= 10000; key += 2)
      g_array_append_val (after, key);
  steps = baton_list_diff (before, after);
  g_assert_cmpuint (steps->len, ==, 1);
  play (before, steps, after);
}

static void
test_a_key_twice_is_survived (void)
{
  g_autoptr (GArray) before = make_list (10);
  g_autoptr (GArray) after = make_list (10);
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GArray) back = NULL;
  g_autoptr (GArray) list = g_array_copy (before);

  g_array_index (after, gint64, 4) = 7;
  steps = baton_list_diff (before, after);
  play (list, steps, after);
  back = baton_list_diff (after, before);
  play (list, back, before);
}

/* A few keys go, come and move */
static guint
shuffle (GRand *rand, GArray *list, gint64 *next)
{
  guint n = (guint) g_rand_int_range (rand, 0, 6);

  for (guint i = 0; i < n; i++)
    {
      gboolean takes = list->len > 0 && g_rand_int_range (rand, 0, 3) > 0;
      gint64 key = 0;

      if (takes)
        key = take_key (list, (guint) g_rand_int_range (rand, 0, (gint32) list->len));
      if (!takes || g_rand_boolean (rand))
        {
          guint position = (guint) g_rand_int_range (rand, 0, (gint32) list->len + 1);

          key = takes ? key : (*next)++;
          g_array_insert_val (list, position, key);
        }
    }
  return n;
}

static void
test_any_change_is_played (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint round = 0; round < 2000; round++)
    {
      guint n = (guint) g_rand_int_range (rand, 0, 50);
      g_autoptr (GArray) before = make_list (n);
      g_autoptr (GArray) after = make_list (n);
      g_autoptr (GArray) steps = NULL;
      gint64 next = 1000;
      guint changes = shuffle (rand, after, &next);

      steps = baton_list_diff (before, after);
      g_assert_cmpuint (play (before, steps, after), <=, changes);
      g_assert_cmpuint (steps->len, <=, 2 * changes);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/list-diff/equal-lists-need-no-step", test_equal_lists_need_no_step);
  g_test_add_func ("/store/list-diff/a-moved-key-is-two-steps", test_a_moved_key_is_two_steps);
  g_test_add_func ("/store/list-diff/a-completed-key-is-one-step",
                   test_a_completed_key_is_one_step);
  g_test_add_func ("/store/list-diff/another-order-is-one-range", test_another_order_is_one_range);
  g_test_add_func ("/store/list-diff/a-key-twice-is-survived", test_a_key_twice_is_survived);
  g_test_add_func ("/store/list-diff/any-change-is-played", test_any_change_is_played);
  return g_test_run ();
}
