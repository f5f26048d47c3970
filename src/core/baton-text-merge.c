/* baton-text-merge.c: notes that two people changed become one text
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text is its lines with '\n' between them (the empty text: no line), so joining what was split gives the same bytes. The changes of
 * both sides against the old text are taken in its order. Changes that share an old line make one region,
 * and there the two sides must agree, or ours stands. Changes that only touch are both kept, and so are lines that
 * both added at one place: theirs first, what the two have in common once.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-merge.h"

#include <string.h>

#include "baton-line-diff.h"

typedef struct
{
  GStrv text;
  guint *lines; /* a number for each */
  guint n_lines;
  GArray *changes; /* against the old text */
  guint next;      /* the first change not merged yet */
} Side;

typedef struct
{
  GPtrArray *merged; /* lines, borrowed from the sides */
  Side was;
  Side theirs;
  Side ours;
  gboolean conflict;
} Merge;

/* Lines of one side, not including the last */
typedef struct
{
  const Side *side;
  guint start;
  guint end;
} Span;

/* As g_strsplit(), which looks at all the rest for each line where a sanitizer watches */
static GStrv
split_lines (const char *text)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  while (*text != '\0')
    {
      const char *end = strchrnul (text, '\n');

      g_strv_builder_take (lines, g_strndup (text, end - text));
      if (*end == '\n' && end[1] == '\0')
        g_strv_builder_add (lines, "");
      text = *end == '\n' ? end + 1 : end;
    }
  return g_strv_builder_end (lines);
}

static void
side_init (Side *side, GHashTable *numbers, const char *text)
{
  side->text = split_lines (text);
  side->n_lines = g_strv_length (side->text);
  side->lines = g_new (guint, side->n_lines + 1);
  for (guint i = 0; i < side->n_lines; i++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, side->text[i]));
      if (number == 0)
        {
          number = g_hash_table_size (numbers) + 1;
          g_hash_table_insert (numbers, side->text[i], GUINT_TO_POINTER (number));
        }
      side->lines[i] = number;
    }
}

static void
side_clear (Side *side)
{
  g_strfreev (side->text);
  g_free (side->lines);
  g_clear_pointer (&side->changes, g_array_unref);
}

static void
side_compare (Side *side, const Side *was)
{
  side->changes = baton_line_diff (was->lines, was->n_lines, side->lines, side->n_lines);
}

static const BatonLineChange *
side_peek (const Side *side)
{
  return side->next < side->changes->len
             ? &g_array_index (side->changes, BatonLineChange, side->next)
             : NULL;
}

static guint
span_length (const Span *span)
{
  return span->end - span->start;
}

static gboolean
span_is_same (const Span *a, const Span *b)
{
  if (span_length (a) != span_length (b))
    return FALSE;
  for (guint i = 0; i < span_length (a); i++)
    if (a->side->lines[a->start + i] != b->side->lines[b->start + i])
      return FALSE;
  return TRUE;
}

static void
emit (Merge *merge, const Span *span)
{
  for (guint i = span->start; i < span->end; i++)
    g_ptr_array_add (merge->merged, span->side->text[i]);
}

/* Whether the two share an old line, or one adds lines amid those that the other replaces */
static gboolean
is_crossing (guint a_start, guint a_end, guint b_start, guint b_end)
{
  return a_start < b_end && b_start < a_end;
}

/* Takes the changes of @side that cross the region into it. They widen it; TRUE where any did. @span: the region as the
 * side has it, kept up to date. */
static gboolean
widen (Side *side, BatonLineChange *region)
{
  const BatonLineChange *change = side_peek (side);
  guint end = region->old_end;

  while (change != NULL &&
         is_crossing (change->old_start, change->old_end, region->old_start, region->old_end))
    {
      region->old_end = MAX (region->old_end, change->old_end);
      side->next++;
      change = side_peek (side);
    }
  return region->old_end > end;
}

/* The lines of @side that stand for the old lines of @region, given its changes [first, next) */
static Span
span_of_region (const Side *side, guint first, const BatonLineChange *region)
{
  Span span = { side, 0, 0 };
  const BatonLineChange *change;

  if (first < side->next)
    {
      change = &g_array_index (side->changes, BatonLineChange, first);
      span.start = change->new_start - (change->old_start - region->old_start);
      change = &g_array_index (side->changes, BatonLineChange, side->next - 1);
      span.end = change->new_end + (region->old_end - change->old_end);
    }
  return span;
}

/* Lines added by both at one place */
static void
emit_both_added (Merge *merge, Span theirs, Span ours)
{
  guint shortest = MIN (span_length (&theirs), span_length (&ours));
  guint head = 0, tail = 0;
  Span common_head, common_tail;

  while (head < shortest &&
         theirs.side->lines[theirs.start + head] == ours.side->lines[ours.start + head])
    head++;
  while (tail < shortest - head &&
         theirs.side->lines[theirs.end - 1 - tail] == ours.side->lines[ours.end - 1 - tail])
    tail++;

  common_head = (Span) { ours.side, ours.start, ours.start + head };
  common_tail = (Span) { ours.side, ours.end - tail, ours.end };
  theirs.start += head;
  theirs.end -= tail;
  ours.start += head;
  ours.end -= tail;
  emit (merge, &common_head);
  emit (merge, &theirs);
  emit (merge, &ours);
  emit (merge, &common_tail);
}

static void
emit_region (Merge *merge, Span theirs, Span ours, gboolean theirs_changed, gboolean ours_changed)
{
  if (!ours_changed)
    {
      emit (merge, &theirs);
      return;
    }
  if (theirs_changed && !span_is_same (&theirs, &ours))
    merge->conflict = TRUE;
  emit (merge, &ours);
}

static gboolean
is_addition_at (const BatonLineChange *change, guint place)
{
  return change != NULL && change->old_start == place && change->old_end == place;
}

/* The change that comes first. At one place an addition comes before a replacement. */
static const BatonLineChange *
first_change (const Merge *merge)
{
  const BatonLineChange *theirs = side_peek (&merge->theirs), *ours = side_peek (&merge->ours);

  if (theirs == NULL || ours == NULL)
    return theirs != NULL ? theirs : ours;
  if (theirs->old_start != ours->old_start)
    return theirs->old_start < ours->old_start ? theirs : ours;
  return theirs->old_end <= ours->old_end ? theirs : ours;
}

/* Takes the changes that begin at @place, all that cross them, and what crosses those */
static void
merge_region (Merge *merge, guint *place)
{
  BatonLineChange region = *first_change (merge);
  guint theirs_first = merge->theirs.next, ours_first = merge->ours.next;
  Span theirs, ours;

  if (first_change (merge) == side_peek (&merge->theirs))
    merge->theirs.next++;
  else
    merge->ours.next++;
  while (widen (&merge->theirs, &region) || widen (&merge->ours, &region))
    continue;

  theirs = span_of_region (&merge->theirs, theirs_first, &region);
  ours = span_of_region (&merge->ours, ours_first, &region);
  emit_region (merge, theirs, ours, theirs_first < merge->theirs.next,
               ours_first < merge->ours.next);
  *place = region.old_end;
}

static void
merge_additions (Merge *merge)
{
  const BatonLineChange *theirs = side_peek (&merge->theirs), *ours = side_peek (&merge->ours);

  emit_both_added (merge, (Span) { &merge->theirs, theirs->new_start, theirs->new_end },
                   (Span) { &merge->ours, ours->new_start, ours->new_end });
  merge->theirs.next++;
  merge->ours.next++;
}

static void
merge_changes (Merge *merge)
{
  const BatonLineChange *change;
  guint place = 0; /* the first old line not merged yet */

  while ((change = first_change (merge)) != NULL)
    {
      Span unchanged = { &merge->was, place, change->old_start };

      emit (merge, &unchanged);
      place = change->old_start;
      if (is_addition_at (side_peek (&merge->theirs), place) &&
          is_addition_at (side_peek (&merge->ours), place))
        merge_additions (merge);
      else
        merge_region (merge, &place);
    }
  emit (merge, &(Span) { &merge->was, place, merge->was.n_lines });
}

static char *
join_lines (GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, g_ptr_array_index (lines, i));
    }
  return g_string_free (text, FALSE);
}

/**
 * baton_merge_text:
 * @was: (nullable): the text that both started from; %NULL is the empty text here as below
 * @theirs: (nullable): the text that stands
 * @ours: (nullable): the later text
 * @conflict: (out) (optional): whether a change of @theirs is not in the result
 *
 * Three-way merge by lines. Where both changed the same lines @ours stands. The result may be longer than either.
 *
 * Returns: (transfer full): the merged text
 */
char *
baton_merge_text (const char *was, const char *theirs, const char *ours, gboolean *conflict)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) merged = g_ptr_array_new ();
  Merge merge = { .merged = merged };
  char *text;

  side_init (&merge.was, numbers, was != NULL ? was : "");
  side_init (&merge.theirs, numbers, theirs != NULL ? theirs : "");
  side_init (&merge.ours, numbers, ours != NULL ? ours : "");
  side_compare (&merge.theirs, &merge.was);
  side_compare (&merge.ours, &merge.was);

  merge_changes (&merge);
  text = join_lines (merged);
  if (conflict != NULL)
    *conflict = merge.conflict;

  side_clear (&merge.was);
  side_clear (&merge.theirs);
  side_clear (&merge.ours);
  return text;
}
