/* baton-list-diff.c: from one list of keys to another in a few steps
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scroll position, selection and focus stay where items-changed leaves a row alone. Most commits change one task,
 * so beginning and end are cut off first, and what is left is usually short. Of the keys in both
 * lists the longest part that stands in the same order stays; it is found as the longest increasing subsequence of
 * the keys' new places (Schensted 1961), in n log n steps. The rest goes, from the end to the beginning, so that
 * places before stay true; then what is new comes, from the beginning to the end, at its place in the new list.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-list-diff.h"

#define KEY(array, i) (g_array_index (array, gint64, i))

typedef struct
{
  const gint64 *before;
  const gint64 *after;
  guint start; /* how many keys at the beginning are the same */
  guint n_before;
  guint n_after;
  gboolean *stays_before; /* owned */
  gboolean *stays_after;  /* owned */
} Middle;

static void
middle_clear (Middle *middle)
{
  g_free (middle->stays_before);
  g_free (middle->stays_after);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Middle, middle_clear)

static void
add_step (GArray *steps, guint position, guint removed, guint added)
{
  BatonListStep step = { position, removed, added };

  g_array_append_val (steps, step);
}

static void
cut_ends (Middle *middle, const GArray *before, const GArray *after)
{
  guint n = MIN (before->len, after->len);
  guint start = 0, end = 0;

  while (start < n && KEY (before, start) == KEY (after, start))
    start++;
  while (end < n - start &&
         KEY (before, before->len - 1 - end) == KEY (after, after->len - 1 - end))
    end++;
  middle->start = start;
  middle->before = (const gint64 *) (gpointer) before->data + start;
  middle->after = (const gint64 *) (gpointer) after->data + start;
  middle->n_before = before->len - start - end;
  middle->n_after = after->len - start - end;
}

/* Where each old key stands in the new middle; -1: nowhere. NULL where a key is there twice. */
static int *
find_places (const Middle *middle)
{
  g_autoptr (GHashTable) index = g_hash_table_new (g_int64_hash, g_int64_equal);
  int *places = NULL;

  for (guint i = 0; i < middle->n_after; i++)
    g_hash_table_insert (index, (gpointer) &middle->after[i], GUINT_TO_POINTER (i + 1));
  if (g_hash_table_size (index) != middle->n_after)
    return NULL;
  places = g_new (int, middle->n_before);
  for (guint i = 0; i < middle->n_before; i++)
    places[i] = GPOINTER_TO_INT (g_hash_table_lookup (index, &middle->before[i])) - 1;
  return places;
}

/* The first of @tails whose place is not before @place */
static guint
find_tail (const int *places, const guint *tails, guint n_tails, int place)
{
  guint low = 0, high = n_tails;

  while (low < high)
    {
      guint half = low + (high - low) / 2;

      if (places[tails[half]] < place)
        low = half + 1;
      else
        high = half;
    }
  return low;
}

static void
mark_what_stays (Middle *middle, const int *places)
{
  g_autofree guint *tails = g_new (guint, middle->n_before);
  g_autofree int *previous = g_new (int, middle->n_before);
  guint length = 0;

  for (guint i = 0; i < middle->n_before; i++)
    {
      guint tail;

      if (places[i] < 0)
        continue;
      tail = find_tail (places, tails, length, places[i]);
      previous[i] = tail > 0 ? (int) tails[tail - 1] : -1;
      tails[tail] = i;
      length = MAX (length, tail + 1);
    }
  middle->stays_before = g_new0 (gboolean, middle->n_before);
  middle->stays_after = g_new0 (gboolean, middle->n_after);
  for (int i = length > 0 ? (int) tails[length - 1] : -1; i >= 0; i = previous[i])
    {
      middle->stays_before[i] = TRUE;
      middle->stays_after[places[i]] = TRUE;
    }
}

static void
add_removals (const Middle *middle, GArray *steps)
{
  guint end = middle->n_before;

  while (end > 0 && steps->len <= BATON_LIST_DIFF_MOST)
    {
      guint start = end;

      while (start > 0 && !middle->stays_before[start - 1])
        start--;
      if (start < end)
        add_step (steps, middle->start + start, end - start, 0);
      end = start > 0 ? start - 1 : 0;
    }
}

static void
add_insertions (const Middle *middle, GArray *steps)
{
  guint start = 0;

  while (start < middle->n_after && steps->len <= BATON_LIST_DIFF_MOST)
    {
      guint end = start;

      while (end < middle->n_after && !middle->stays_after[end])
        end++;
      if (start < end)
        add_step (steps, middle->start + start, 0, end - start);
      start = end + 1;
    }
}

GArray *
baton_list_diff (const GArray *before, const GArray *after)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (BatonListStep));
  g_auto (Middle) middle = { 0 };
  g_autofree int *places = NULL;

  cut_ends (&middle, before, after);
  if (middle.n_before > 0 && middle.n_after > 0)
    places = find_places (&middle);
  if (places != NULL)
    {
      mark_what_stays (&middle, places);
      add_removals (&middle, steps);
      add_insertions (&middle, steps);
      if (steps->len <= BATON_LIST_DIFF_MOST)
        return steps;
      g_array_set_size (steps, 0);
    }
  if (middle.n_before > 0 || middle.n_after > 0)
    add_step (steps, middle.start, middle.n_before, middle.n_after);
  return steps;
}
