/* test-clock.c: hybrid logical clocks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-core.h"
#include "../support/baton-test-generate.h"

#define ROUNDS 2000
#define MAX_MS BATON_CLOCK_MAX_MS

static BatonClock
any_clock (GRand *rand)
{
  guint64 high = g_rand_int (rand), low = g_rand_int (rand);

  return (BatonClock) { .time = (high << 32 | low) % ((guint64) (MAX_MS + 1) << 16),
                        .node = ((high ^ low) * 2654435761u) & 0xffffffffffff };
}

static int
sign (int number)
{
  return (number > 0) - (number < 0);
}

static void
test_texts_sort_as_clocks (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS; i++)
    {
      BatonClock a = i % 2 == 0 ? any_clock (rand) : baton_test_clock (rand);
      BatonClock b = i % 2 == 0 ? any_clock (rand) : baton_test_clock (rand);
      g_autofree char *a_text = baton_clock_dup_text (&a), *b_text = baton_clock_dup_text (&b);

      g_assert_cmpint (sign (strcmp (a_text, b_text)), ==, baton_clock_compare (&a, &b));
    }
}

static void
test_text_round_trip (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS; i++)
    {
      BatonClock clock = any_clock (rand), back = { 0 };
      g_autofree char *text = baton_clock_dup_text (&clock);

      g_assert_cmpuint (strlen (text), ==, BATON_CLOCK_TEXT_LENGTH);
      g_assert_true (baton_clock_from_text (text, &back));
      g_assert_cmpint (baton_clock_compare (&clock, &back), ==, 0);
    }
}

static void
test_text_form (void)
{
  BatonClock clock = { .time = G_GUINT64_CONSTANT (0x0123456789ab) << 16 | 0xcdef,
                       .node = G_GUINT64_CONSTANT (0xa1b2c3d4e5f6) };
  g_autofree char *text = baton_clock_dup_text (&clock);

  g_assert_cmpstr (text, ==, "0123456789ab-cdef-a1b2c3d4e5f6");
  g_assert_cmpint (baton_clock_get_ms (&clock), ==, 0x0123456789ab);
}

static void
test_wrong_text_is_refused (void)
{
  static const char *const wrong[] = {
    "",
    "0",
    "0123456789ab-cdef-a1b2c3d4e5f",
    "0123456789ab-cdef-a1b2c3d4e5f67",
    "0123456789AB-cdef-a1b2c3d4e5f6",
    "0123456789ab_cdef-a1b2c3d4e5f6",
    "0123456789ab-cdef_a1b2c3d4e5f6",
    "0123456789ag-cdef-a1b2c3d4e5f6",
    " 123456789ab-cdef-a1b2c3d4e5f6",
    "0123456789ab-+def-a1b2c3d4e5f6",
    "e677d21fdc00-0000-000000000000", /* year 10000 */
    "ffffffffffff-ffff-ffffffffffff",
  };
  BatonClock clock = { .time = 7, .node = 8 };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (baton_clock_from_text (wrong[i], &clock));
  g_assert_false (baton_clock_from_text (NULL, &clock));
  g_assert_cmpuint (clock.time, ==, 7);
  g_assert_cmpuint (clock.node, ==, 8);
  g_assert_true (baton_clock_from_text ("e677d21fdbff-ffff-ffffffffffff", &clock));
}

static void
test_readings_rise_whatever_the_wall_says (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  BatonHlc hlc = { .node = 5 };
  BatonClock last = { 0 };

  for (int i = 0; i < ROUNDS; i++)
    {
      gint64 wall = 1000000 + g_rand_int_range (rand, -1000000, 1000);
      BatonClock next;

      if (baton_test_pick (rand, 3) == 0)
        {
          BatonClock seen = { .time = (guint64) (wall + 500) << 16 | baton_test_pick (rand, 65536),
                              .node = 9 };

          baton_hlc_observe (&hlc, &seen);
          next = baton_hlc_tick (&hlc, wall);
          g_assert_cmpint (baton_clock_compare (&next, &seen), >, 0);
          g_assert_cmpuint (next.time, >, seen.time);
        }
      else
        next = baton_hlc_tick (&hlc, wall);
      g_assert_cmpuint (next.time, >, last.time);
      g_assert_cmpint (baton_clock_get_ms (&next), >=, MAX (wall, 0));
      g_assert_cmpuint (next.node, ==, 5);
      last = next;
    }
}

static void
test_full_counter_carries (void)
{
  BatonHlc hlc = { .last = G_GUINT64_CONSTANT (1000) << 16 | 0xffff, .node = 1 };
  BatonClock clock = baton_hlc_tick (&hlc, 1000);

  g_assert_cmpint (baton_clock_get_ms (&clock), ==, 1001);
  g_assert_cmpuint (clock.time & 0xffff, ==, 0);
}

static void
test_reset_goes_back_to_the_server (void)
{
  BatonHlc hlc = { .last = (guint64) MAX_MS << 16, .node = 1 };
  BatonClock clock;

  baton_hlc_reset (&hlc, 5000);
  clock = baton_hlc_tick (&hlc, 4000);
  g_assert_cmpint (baton_clock_get_ms (&clock), ==, 5000);
}

static void
test_wall_before_1970_or_after_9999 (void)
{
  BatonHlc hlc = { .node = 1 };
  BatonClock clock = baton_hlc_tick (&hlc, -5);

  g_assert_true (baton_clock_is_set (&clock));
  g_assert_cmpint (baton_clock_get_ms (&clock), ==, 0);
  clock = baton_hlc_tick (&hlc, G_MAXINT64);
  g_assert_cmpint (baton_clock_get_ms (&clock), ==, MAX_MS);
}

static void
test_device_ids (void)
{
  guint64 node = 0;

  g_assert_true (baton_device_id_parse ("000000000abc", &node));
  g_assert_cmpuint (node, ==, 0xabc);
  g_assert_false (baton_device_id_parse ("000000000ABC", &node));
  g_assert_false (baton_device_id_parse ("0000000000abc", &node));
  g_assert_false (baton_device_id_parse ("", &node));
  g_assert_false (baton_device_id_parse (NULL, &node));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/clock/texts-sort-as-clocks", test_texts_sort_as_clocks);
  g_test_add_func ("/core/clock/text-round-trip", test_text_round_trip);
  g_test_add_func ("/core/clock/text-form", test_text_form);
  g_test_add_func ("/core/clock/wrong-text-is-refused", test_wrong_text_is_refused);
  g_test_add_func ("/core/clock/readings-rise-whatever-the-wall-says",
                   test_readings_rise_whatever_the_wall_says);
  g_test_add_func ("/core/clock/full-counter-carries", test_full_counter_carries);
  g_test_add_func ("/core/clock/reset-goes-back-to-the-server", test_reset_goes_back_to_the_server);
  g_test_add_func ("/core/clock/wall-before-1970-or-after-9999",
                   test_wall_before_1970_or_after_9999);
  g_test_add_func ("/core/clock/device-ids", test_device_ids);
  return g_test_run ();
}
