/* baton-clock.c: hybrid logical clocks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A reading is one number, milliseconds above and counter below, so that "the next reading" is that number plus one:
 * a full counter carries into the milliseconds by itself, and the clock is merely that much ahead until the wall
 * catches up.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-clock.h"

#define COUNTER_BITS 16
#define TIME_DIGITS  12
#define COUNT_DIGITS 4
#define NODE_DIGITS  12
#define NODE_MAX     G_GUINT64_CONSTANT (0xffffffffffff)

static void
write_hex (guint64 number, guint n_digits, char *text)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = n_digits; i > 0; i--, number >>= 4)
    text[i - 1] = digits[number & 0xf];
}

static gboolean
read_hex (const char *text, guint n_digits, guint64 *number)
{
  guint64 sum = 0;

  for (guint i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
      sum = sum << 4 | (guint64) g_ascii_xdigit_value (text[i]);
    }
  *number = sum;
  return TRUE;
}

static guint64
time_from_ms (gint64 ms)
{
  return (guint64) CLAMP (ms, 0, BATON_CLOCK_MAX_MS) << COUNTER_BITS;
}

int
baton_clock_compare (const BatonClock *a, const BatonClock *b)
{
  if (a->time != b->time)
    return a->time < b->time ? -1 : 1;
  return (a->node > b->node) - (a->node < b->node);
}

gboolean
baton_clock_is_set (const BatonClock *clock)
{
  return clock->time != 0 || clock->node != 0;
}

gint64
baton_clock_get_ms (const BatonClock *clock)
{
  return (gint64) (clock->time >> COUNTER_BITS);
}

void
baton_clock_to_text (const BatonClock *clock, char *text)
{
  write_hex (clock->time >> COUNTER_BITS, TIME_DIGITS, text);
  text[TIME_DIGITS] = '-';
  write_hex (clock->time, COUNT_DIGITS, text + TIME_DIGITS + 1);
  text[TIME_DIGITS + 1 + COUNT_DIGITS] = '-';
  write_hex (clock->node, NODE_DIGITS, text + TIME_DIGITS + COUNT_DIGITS + 2);
  text[BATON_CLOCK_TEXT_LENGTH] = '\0';
}

char *
baton_clock_dup_text (const BatonClock *clock)
{
  char *text = g_malloc (BATON_CLOCK_TEXT_LENGTH + 1);

  baton_clock_to_text (clock, text);
  return text;
}

gboolean
baton_clock_from_text (const char *text, BatonClock *clock)
{
  guint64 ms, count, node;

  g_return_val_if_fail (clock != NULL, FALSE);

  if (text == NULL || strlen (text) != BATON_CLOCK_TEXT_LENGTH || text[TIME_DIGITS] != '-' ||
      text[TIME_DIGITS + 1 + COUNT_DIGITS] != '-')
    return FALSE;
  if (!read_hex (text, TIME_DIGITS, &ms) || ms > BATON_CLOCK_MAX_MS ||
      !read_hex (text + TIME_DIGITS + 1, COUNT_DIGITS, &count) ||
      !read_hex (text + TIME_DIGITS + COUNT_DIGITS + 2, NODE_DIGITS, &node))
    return FALSE;

  clock->time = ms << COUNTER_BITS | count;
  clock->node = node;
  return TRUE;
}

BatonClock
baton_hlc_tick (BatonHlc *hlc, gint64 now_ms)
{
  guint64 now = time_from_ms (now_ms);

  hlc->last = now > hlc->last ? now : hlc->last + 1;
  return (BatonClock) { .time = hlc->last, .node = hlc->node };
}

void
baton_hlc_observe (BatonHlc *hlc, const BatonClock *seen)
{
  hlc->last = MAX (hlc->last, seen->time);
}

void
baton_hlc_reset (BatonHlc *hlc, gint64 server_ms)
{
  hlc->last = time_from_ms (server_ms);
}

gboolean
baton_device_id_parse (const char *text, guint64 *node)
{
  g_return_val_if_fail (node != NULL, FALSE);

  return text != NULL && strlen (text) == NODE_DIGITS && read_hex (text, NODE_DIGITS, node);
}
