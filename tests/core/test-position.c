/* test-position.c: a fractional index sorts strictly between its neighbours and stays short
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-position.h"

#include <string.h>

#include "../support/baton-test.h"

#define N 100000

static const char here[] = "0123456789ab";
static const char there[] = "fedcba987650";

static void
assert_between (const char *before, const char *key, const char *after)
{
  g_assert_nonnull (key);
  g_assert_true (baton_position_is_valid (key));
  g_assert_true (g_str_has_suffix (key, here) || g_str_has_suffix (key, there));
  if (before != NULL)
    g_assert_cmpint (strcmp (before, key), <, 0);
  if (after != NULL)
    g_assert_cmpint (strcmp (key, after), <, 0);
}

static void
test_tail_grows_logarithmically (void)
{
  g_autofree char *last = NULL;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *key = baton_position_between (last, NULL, here);

      assert_between (last, key, NULL);
      g_assert_cmpuint (strlen (key), <=, 12 + 4);
      g_set_str (&last, key);
    }
}

static void
test_head_grows_logarithmically (void)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *key = baton_position_between (NULL, first, here);

      assert_between (NULL, key, first);
      g_assert_cmpuint (strlen (key), <=, 12 + 4);
      g_set_str (&first, key);
    }
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

static void
test_random_places_hold_order_and_stay_short (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());
  g_autoptr (GSequence) keys = g_sequence_new (g_free);
  gsize longest = 0;
  const char *before = NULL;

  for (guint i = 0; i < N; i++)
    {
      GSequenceIter *at = g_sequence_get_iter_at_pos (keys, g_rand_int_range (rand, 0, i + 1));
      const char *after = g_sequence_iter_is_end (at) ? NULL : g_sequence_get (at);
      const char *previous = g_sequence_iter_is_begin (at)
                                 ? NULL
                                 : g_sequence_get (g_sequence_iter_prev (at));
      char *key = baton_position_between (previous, after, g_rand_boolean (rand) ? here : there);

      assert_between (previous, key, after);
      longest = MAX (longest, strlen (key));
      g_sequence_insert_before (at, key);
    }
  for (GSequenceIter *at = g_sequence_get_begin_iter (keys); !g_sequence_iter_is_end (at);
       at = g_sequence_iter_next (at))
    {
      if (before != NULL)
        g_assert_cmpint (compare_keys (before, g_sequence_get (at), NULL), <, 0);
      before = g_sequence_get (at);
    }
  g_test_message ("longest key: %" G_GSIZE_FORMAT, longest);
  g_assert_cmpuint (longest, <, 40);
}

/* Puts N keys right after the first of two, or right before the second, and spaces anew where there is no room */
static void
insert_at_one_place (gboolean after_first)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  guint n_spaced = 0, n_since = 0, n_least = G_MAXUINT;
  g_autofree char *low = baton_position_between (NULL, NULL, here);
  g_autofree char *high = baton_position_between (low, NULL, here);
  g_autofree char *first = g_strdup (low);
  g_autofree char *second = g_strdup (high);

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *key = baton_position_between (first, second, here);

      if (key == NULL)
        {
          g_auto (GStrv) fresh = baton_position_spread (low, high, 2, here);

          assert_between (low, fresh[0], fresh[1]);
          assert_between (fresh[0], fresh[1], high);
          g_set_str (&first, fresh[0]);
          g_set_str (&second, fresh[1]);
          n_least = MIN (n_least, n_since);
          n_spaced++;
          n_since = 0;
          key = baton_position_between (first, second, here);
        }
      n_since++;
      assert_between (first, key, second);
      g_set_str (after_first ? &second : &first, key);
    }
  g_test_message ("spaced anew %u times, after %u insertions at the least", n_spaced, n_least);
  g_assert_cmpuint (n_least, >, 400);
}

static void
test_one_place_from_below (void)
{
  insert_at_one_place (FALSE);
}

static void
test_one_place_from_above (void)
{
  insert_at_one_place (TRUE);
}

static void
test_two_devices_at_one_place_differ (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *low = NULL, *high = NULL, *one = NULL, *two = NULL, *amid = NULL;
      g_autofree char *other = g_strdup_printf ("%012" G_GINT64_MODIFIER "x",
                                                ((guint64) g_rand_int (rand) << 16) |
                                                    (g_rand_int (rand) & 0xffff));
      guint form = g_rand_int_range (rand, 0, 4);

      if (form & 1)
        low = baton_position_between (NULL, NULL, here);
      if (form & 2)
        high = baton_position_between (low, NULL, there);
      one = baton_position_between (low, high, here);
      two = baton_position_between (low, high, other);
      g_assert_cmpstr (one, !=, two);
      amid = strcmp (one, two) < 0 ? baton_position_between (one, two, here)
                                   : baton_position_between (two, one, here);
      assert_between (strcmp (one, two) < 0 ? one : two, amid, strcmp (one, two) < 0 ? two : one);
    }
}

static void
test_ends_of_the_integers_still_have_room (void)
{
  g_autofree char *zeros = g_strnfill (26, '0');
  g_autofree char *nines = g_strnfill (26, 'z');
  g_autofree char *last = g_strconcat ("z", nines, NULL);
  g_autofree char *first = g_strconcat ("A", zeros, NULL);
  g_autofree char *second = g_strconcat ("A", zeros, "V", here, NULL);
  g_autofree char *above = baton_position_between (last, NULL, here);
  g_autofree char *higher = baton_position_between (above, NULL, here);
  g_autofree char *below = baton_position_between (NULL, second, here);

  assert_between (last, above, NULL);
  assert_between (above, higher, NULL);
  assert_between (first, below, second);
  g_assert_null (baton_position_between (NULL, first, here));
}

static void
test_keys_across_integers (void)
{
  static const char *const pairs[][2] = {
    { "Zz",      "a0"       },
    { "Yzz",     "Z0"       },
    { "az",      "b00"      },
    { "a0",      "a1"       },
    { "a0",      "a0V"      },
    { "a0z",     "a1"       },
    { "a0",      "a001"     },
    { "a0V",     "a0V1"     },
    { "a5",      "c000"     },
    { "a0VV000", "a0VV0001" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *key = baton_position_between (pairs[i][0], pairs[i][1], there);

      assert_between (pairs[i][0], key, pairs[i][1]);
    }
}

static void
test_no_room_or_no_order_is_null (void)
{
  g_autofree char *tail = g_strnfill (97, 'z');
  g_autofree char *longest = g_strconcat ("a0", tail, NULL);

  g_assert_null (baton_position_between ("a0", "a0", here));
  g_assert_null (baton_position_between ("a1", "a0", here));
  g_assert_null (baton_position_between ("a0V", "a0V00", here));
  g_assert_null (baton_position_between ("", "a0", here));
  g_assert_null (baton_position_between ("a0", "b0", here));
  g_assert_null (baton_position_between (longest, "a1", here));
  g_assert_null (baton_position_spread ("a0V", "a0V0", 3, here));
  g_assert_null (baton_position_spread (longest, "a1", 3, here));
}

static void
test_valid_keys (void)
{
  g_autofree char *hundred = g_strnfill (98, 'V');
  g_autofree char *fits = g_strconcat ("a0", hundred, NULL);
  g_autofree char *long_one = g_strconcat ("a0V", hundred, NULL);

  g_assert_true (baton_position_is_valid ("a0"));
  g_assert_true (baton_position_is_valid ("Zz0123456789ab"));
  g_assert_true (baton_position_is_valid (fits));
  g_assert_false (baton_position_is_valid (long_one));
  g_assert_false (baton_position_is_valid (NULL));
  g_assert_false (baton_position_is_valid (""));
  g_assert_false (baton_position_is_valid ("a"));
  g_assert_false (baton_position_is_valid ("b0"));
  g_assert_false (baton_position_is_valid ("00"));
  g_assert_false (baton_position_is_valid ("a0-"));
  g_assert_false (baton_position_is_valid ("a0 "));
  g_assert_false (baton_position_is_valid ("a0\xc3\xa4"));
}

static void
test_spread_is_ordered_and_short (void)
{
  static const char *const ends[][2] = {
    { NULL,  NULL   },
    { "a5",  NULL   },
    { NULL,  "a5"   },
    { "a0",  "a1"   },
    { "a0",  "c000" },
    { "a0V", "a0W"  },
  };
  static const guint numbers[] = { 0, 1, 2, 3, 1000, N };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
      {
        g_auto (GStrv) keys = baton_position_spread (ends[i][0], ends[i][1], numbers[j], here);
        const char *before = ends[i][0];

        g_assert_nonnull (keys);
        g_assert_cmpuint (g_strv_length (keys), ==, numbers[j]);
        for (guint k = 0; k < numbers[j]; k++)
          {
            assert_between (before, keys[k], k + 1 < numbers[j] ? keys[k + 1] : ends[i][1]);
            g_assert_cmpuint (strlen (keys[k]), <=, 12 + 8);
            before = keys[k];
          }
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/position/tail-grows-logarithmically", test_tail_grows_logarithmically);
  g_test_add_func ("/position/head-grows-logarithmically", test_head_grows_logarithmically);
  g_test_add_func ("/position/random-places-hold-order-and-stay-short",
                   test_random_places_hold_order_and_stay_short);
  g_test_add_func ("/position/one-place-from-below", test_one_place_from_below);
  g_test_add_func ("/position/one-place-from-above", test_one_place_from_above);
  g_test_add_func ("/position/two-devices-at-one-place-differ",
                   test_two_devices_at_one_place_differ);
  g_test_add_func ("/position/ends-of-the-integers-still-have-room",
                   test_ends_of_the_integers_still_have_room);
  g_test_add_func ("/position/keys-across-integers", test_keys_across_integers);
  g_test_add_func ("/position/no-room-or-no-order-is-null", test_no_room_or_no_order_is_null);
  g_test_add_func ("/position/valid-keys", test_valid_keys);
  g_test_add_func ("/position/spread-is-ordered-and-short", test_spread_is_ordered_and_short);
  return g_test_run ();
}
