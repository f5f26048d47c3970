/* baton-line-diff.c: which lines of one text stand in another, in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in linear space: find a middle point of a
 * shortest path by walking from both ends until the paths meet, and do the same left and right of it. Lines that the other
 * text does not hold at all cannot match and are left out first, and beginnings and ends in common are cut
 * off at each step, so texts that share little are as quick as texts that share much. What then still costs more
 * than MAX_COST steps is taken as wholly changed: never wrong, only coarser.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-line-diff.h"

#define MAX_COST 1000

typedef struct
{
  const guint *a;   /* the old lines that the new text holds somewhere */
  const guint *b;   /* the new lines that the old text holds somewhere */
  gboolean *a_same; /* for each of a: stands in b too */
  gboolean *b_same;
  int *forward;  /* furthest x on each diagonal, from the upper left */
  int *backward; /* and from the lower right */
  int zero;      /* where diagonal 0 is in the two */
} Diff;

typedef struct
{
  int a_start;
  int a_end;
  int b_start;
  int b_end;
} Box;

/* Lines in common that a shortest path goes through; may be empty */
typedef struct
{
  int a_start;
  int a_end;
  int b_start;
  int b_end;
} Snake;

static gboolean
is_same (const Diff *diff, const Box *box, gboolean from_end, int i, int j)
{
  if (from_end)
    return diff->a[box->a_end - 1 - i] == diff->b[box->b_end - 1 - j];
  return diff->a[box->a_start + i] == diff->b[box->b_start + j];
}

static void
set_snake (Snake *snake, const Box *box, gboolean from_end, int i, int j, int length)
{
  if (from_end)
    *snake = (Snake) { box->a_end - i, box->a_end - i + length, box->b_end - j,
                       box->b_end - j + length };
  else
    *snake = (Snake) { box->a_start + i - length, box->a_start + i, box->b_start + j - length,
                       box->b_start + j };
}

/* One more change in the walk from the upper left, or from the lower right, where all counts from the end; TRUE where it met
 * the other walk, at @snake */
static gboolean
walk (Diff *diff, const Box *box, gboolean from_end, int cost, Snake *snake)
{
  int n = box->a_end - box->a_start, m = box->b_end - box->b_start;
  int *own = (from_end ? diff->backward : diff->forward) + diff->zero;
  const int *other = (from_end ? diff->forward : diff->backward) + diff->zero;
  int other_cost = from_end ? cost : cost - 1;
  gboolean may_meet = (n + m) % 2 == (from_end ? 0 : 1);

  for (int k = -(cost - 2 * MAX (0, cost - m)); k <= cost - 2 * MAX (0, cost - n); k += 2)
    {
      int i = k == -cost || (k != cost && own[k - 1] < own[k + 1]) ? own[k + 1] : own[k - 1] + 1;
      int start = i;

      while (i < n && i - k < m && is_same (diff, box, from_end, i, i - k))
        i++;
      own[k] = i;
      if (may_meet && ABS (n - m - k) <= other_cost && i + other[n - m - k] >= n)
        {
          set_snake (snake, box, from_end, i, i - k, i - start);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
find_middle (Diff *diff, const Box *box, Snake *snake)
{
  int n = box->a_end - box->a_start, m = box->b_end - box->b_start;
  int most = MIN ((n + m + 1) / 2, MAX_COST);

  diff->forward[diff->zero + 1] = 0;
  diff->backward[diff->zero + 1] = 0;
  for (int cost = 0; cost <= most; cost++)
    if (walk (diff, box, FALSE, cost, snake) || walk (diff, box, TRUE, cost, snake))
      return TRUE;
  return FALSE;
}

static void
cut_common (Diff *diff, Box *box)
{
  while (box->a_start < box->a_end && box->b_start < box->b_end &&
         diff->a[box->a_start] == diff->b[box->b_start])
    {
      diff->a_same[box->a_start++] = TRUE;
      diff->b_same[box->b_start++] = TRUE;
    }
  while (box->a_start < box->a_end && box->b_start < box->b_end &&
         diff->a[box->a_end - 1] == diff->b[box->b_end - 1])
    {
      diff->a_same[--box->a_end] = TRUE;
      diff->b_same[--box->b_end] = TRUE;
    }
}

static void
mark_same (Diff *diff, const Snake *snake)
{
  for (int i = snake->a_start; i < snake->a_end; i++)
    diff->a_same[i] = TRUE;
  for (int i = snake->b_start; i < snake->b_end; i++)
    diff->b_same[i] = TRUE;
}

/* The work is a stack of boxes, so that no text can make it deep */
static void
compare_boxes (Diff *diff, int n, int m)
{
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (Box));
  Box whole = { 0, n, 0, m };

  g_array_append_val (boxes, whole);
  while (boxes->len > 0)
    {
      Box box = g_array_index (boxes, Box, boxes->len - 1);
      Snake snake;

      g_array_set_size (boxes, boxes->len - 1);
      cut_common (diff, &box);
      if (box.a_start == box.a_end || box.b_start == box.b_end || !find_middle (diff, &box, &snake))
        continue;
      Box left = { box.a_start, snake.a_start, box.b_start, snake.b_start };
      Box right = { snake.a_end, box.a_end, snake.b_end, box.b_end };
      mark_same (diff, &snake);
      g_array_append_val (boxes, left);
      g_array_append_val (boxes, right);
    }
}

/* The lines among @lines that @others hold too, and in @places where each stood */
static guint *
keep_shared (const guint *lines, guint n_lines, const guint *others, guint n_others, GArray *places)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  guint *kept = g_new (guint, n_lines + 1);

  for (guint i = 0; i < n_others; i++)
    g_hash_table_add (known, GUINT_TO_POINTER (others[i]));
  for (guint i = 0; i < n_lines; i++)
    if (g_hash_table_contains (known, GUINT_TO_POINTER (lines[i])))
      {
        kept[places->len] = lines[i];
        g_array_append_val (places, i);
      }
  return kept;
}

/* From "stands in both" for the kept lines to "stands in both" for all lines */
static gboolean *
expand (const gboolean *same, GArray *places, guint n_lines)
{
  gboolean *all = g_new0 (gboolean, n_lines + 1);

  for (guint i = 0; i < places->len; i++)
    all[g_array_index (places, guint, i)] = same[i];
  return all;
}

static GArray *
collect_changes (const gboolean *old_same, guint n_old, const gboolean *new_same, guint n_new)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (BatonLineChange));
  guint i = 0, j = 0;

  while (i < n_old || j < n_new)
    {
      BatonLineChange change = { i, i, j, j };

      while (change.old_end < n_old && !old_same[change.old_end])
        change.old_end++;
      while (change.new_end < n_new && !new_same[change.new_end])
        change.new_end++;
      if (change.old_end > i || change.new_end > j)
        g_array_append_val (changes, change);
      i = change.old_end + 1;
      j = change.new_end + 1;
    }
  return changes;
}

/**
 * baton_line_diff:
 *
 * Time grows with the number of lines times the number of changes, the latter up to a bound; memory with the number of lines.
 *
 * Returns: (transfer full): an array of #BatonLineChange; empty where nothing changed
 */
GArray *
baton_line_diff (const guint *old_lines, guint n_old, const guint *new_lines, guint n_new)
{
  g_autoptr (GArray) a_places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) b_places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint *a = keep_shared (old_lines, n_old, new_lines, n_new, a_places);
  g_autofree guint *b = keep_shared (new_lines, n_new, old_lines, n_old, b_places);
  g_autofree gboolean *a_same = g_new0 (gboolean, a_places->len + 1);
  g_autofree gboolean *b_same = g_new0 (gboolean, b_places->len + 1);
  int zero = a_places->len + b_places->len + 2;
  g_autofree int *forward = g_new0 (int, 2 * zero + 2);
  g_autofree int *backward = g_new0 (int, 2 * zero + 2);
  Diff diff = { a, b, a_same, b_same, forward, backward, zero };
  g_autofree gboolean *old_same = NULL;
  g_autofree gboolean *new_same = NULL;

  compare_boxes (&diff, a_places->len, b_places->len);
  old_same = expand (a_same, a_places, n_old);
  new_same = expand (b_same, b_places, n_new);
  return collect_changes (old_same, n_old, new_same, n_new);
}
