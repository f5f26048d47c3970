/* test-text-merge.c: notes that two people changed become one text, and nothing is lost
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-merge.h"

#include <string.h>

#include "../../src/core/baton-line-diff.h"
#include "../support/baton-test.h"

static void
assert_merge (const char *was,
              const char *theirs,
              const char *ours,
              const char *merged,
              gboolean conflict)
{
  gboolean found = !conflict;
  g_autofree char *text = baton_merge_text (was, theirs, ours, &found);

  g_assert_cmpstr (text, ==, merged);
  g_assert_cmpint (found, ==, conflict);
}

static void
test_one_side_unchanged_gives_the_other (void)
{
  assert_merge ("a\nb\nc", "a\nb\nc", "a\nB\nc", "a\nB\nc", FALSE);
  assert_merge ("a\nb\nc", "a\nB\nc", "a\nb\nc", "a\nB\nc", FALSE);
  assert_merge ("a", "a", "", "", FALSE);
  assert_merge ("", "a\n\n", "", "a\n\n", FALSE);
  assert_merge (NULL, "a", NULL, "a", FALSE);
  assert_merge (NULL, NULL, NULL, "", FALSE);
  assert_merge ("a\r\nb\r\n", "a\r\nb\r\n", "a\r\nB\r\n", "a\r\nB\r\n", FALSE);
}

static void
test_both_same_gives_it (void)
{
  assert_merge ("a\nb\nc", "a\nX\nc", "a\nX\nc", "a\nX\nc", FALSE);
  assert_merge ("a", "a\nb", "a\nb", "a\nb", FALSE);
  assert_merge ("a\nb", "b", "b", "b", FALSE);
}

static void
test_disjoint_changes_are_both_kept (void)
{
  assert_merge ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC", FALSE);
  assert_merge ("a\nb\nc", "b\nc", "a\nb\nc\nd", "b\nc\nd", FALSE);
  assert_merge ("a\nb\nc", "x\na\nb\nc", "a\nb\nc\ny", "x\na\nb\nc\ny", FALSE);
}

/* Two people tick two boxes, one under the other */
static void
test_neighbouring_lines_are_both_kept (void)
{
  assert_merge ("[ ] a\n[ ] b", "[x] a\n[ ] b", "[ ] a\n[x] b", "[x] a\n[x] b", FALSE);
  assert_merge ("[ ] a\n[ ] b", "[ ] a\n[x] b", "[x] a\n[ ] b", "[x] a\n[x] b", FALSE);
  assert_merge ("a\nb", "A\nb", "a\nnew\nb", "A\nnew\nb", FALSE);
  assert_merge ("a\nb", "a\nnew\nb", "a\nB", "a\nnew\nB", FALSE);
}

static void
test_both_added_at_one_place_are_both_kept (void)
{
  assert_merge ("a", "a\nmilk", "a\neggs", "a\nmilk\neggs", FALSE);
  assert_merge ("a", "a\nmilk\nflour", "a\neggs\nflour", "a\nmilk\neggs\nflour", FALSE);
  assert_merge ("a\nb", "a\nx\ny\nb", "a\nx\nz\nb", "a\nx\ny\nz\nb", FALSE);
  assert_merge ("", "milk", "eggs", "milk\neggs", FALSE);
}

static void
test_same_lines_conflict_and_ours_stands (void)
{
  assert_merge ("a\nb\nc", "a\nX\nc", "a\nY\nc", "a\nY\nc", TRUE);
  assert_merge ("a\nb\nc", "a\nc", "a\nY\nc", "a\nY\nc", TRUE);
  assert_merge ("a\nb\nc", "a\nX\nc", "a\nc", "a\nc", TRUE);
  assert_merge ("a\nb\nc\nd", "a\nX\nX\nd", "a\nb\nY\nd", "a\nb\nY\nd", TRUE);
  assert_merge ("a\nb\nc\nd\ne", "a\nb\nT\nd\nE", "a\nO\nO\nO\ne", "a\nO\nO\nO\nE", TRUE);
  assert_merge ("a\nb\nc", "a\nb\nnew\nc", "gone", "gone", TRUE);
}

/* --- generated texts --- */

static GPtrArray *
random_lines (GRand *rand, guint most)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  guint n = g_rand_int_range (rand, 0, most + 1);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (lines, g_strdup_printf ("%d", g_rand_int_range (rand, 0, 12)));
  return lines;
}

static char *
join (GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (char *) g_ptr_array_index (lines, i));
  return g_string_free (text, FALSE);
}

/* @text with a few lines removed, added and replaced */
static char *
random_change (GRand *rand, const char *text)
{
  g_auto (GStrv) old = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint n_changes = g_rand_int_range (rand, 0, 5);

  for (guint i = 0; old[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (old[i]));
  for (guint i = 0; i < n_changes; i++)
    {
      guint at = g_rand_int_range (rand, 0, lines->len + 1);

      if (at < lines->len && g_rand_boolean (rand))
        g_ptr_array_remove_index (lines, at);
      if (g_rand_boolean (rand))
        g_ptr_array_insert (lines, MIN (at, lines->len),
                            g_strdup_printf ("%d", g_rand_int_range (rand, 0, 20)));
    }
  return join (lines);
}

static gboolean
has_line (const char *text, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strv_contains ((const char *const *) lines, line);
}

static void
assert_every_new_line_is_kept (const char *was, const char *side, const char *merged)
{
  g_auto (GStrv) lines = g_strsplit (side, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!has_line (was, lines[i]) && !has_line (merged, lines[i]))
      g_error ("lost “%s” of:\n%s\n---\nwas:\n%s\n---\nmerged:\n%s", lines[i], side, was, merged);
}

static void
test_generated_texts (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());
  guint n_conflicts = 0;

  for (guint i = 0; i < 6000; i++)
    {
      g_autoptr (GPtrArray) lines = random_lines (rand, 15);
      g_autofree char *was = join (lines);
      g_autofree char *theirs = random_change (rand, was);
      g_autofree char *ours = random_change (rand, was);
      g_autofree char *merged = NULL;
      gboolean conflict;

      assert_merge (was, was, ours, ours, FALSE);
      assert_merge (was, theirs, was, theirs, FALSE);
      assert_merge (was, theirs, theirs, theirs, FALSE);
      merged = baton_merge_text (was, theirs, ours, &conflict);
      assert_every_new_line_is_kept (was, ours, merged);
      if (!conflict)
        assert_every_new_line_is_kept (was, theirs, merged);
      n_conflicts += conflict ? 1 : 0;
    }
  g_test_message ("%u of 6000 with a conflict", n_conflicts);
  g_assert_cmpuint (n_conflicts, >, 100);
}

/* What the diff says was kept is a common subsequence, and as long as the longest there is */
static guint
longest_common (const guint *a, guint n, const guint *b, guint m)
{
  g_autofree guint *row = g_new0 (guint, m + 1);

  for (guint i = 0; i < n; i++)
    for (guint j = 0, corner = 0; j < m; j++)
      {
        guint above = row[j + 1];

        row[j + 1] = a[i] == b[j] ? corner + 1 : MAX (row[j], above);
        corner = above;
      }
  return row[m];
}

static guint
check_changes (GArray *changes, const guint *a, guint n, const guint *b, guint m)
{
  guint i = 0, j = 0, kept = 0;

  for (guint k = 0; k <= changes->len; k++)
    {
      BatonLineChange end = { n, n, m, m };
      BatonLineChange *change = k < changes->len ? &g_array_index (changes, BatonLineChange, k)
                                                 : &end;

      g_assert_cmpuint (change->old_start - i, ==, change->new_start - j);
      for (; i < change->old_start; i++, j++, kept++)
        g_assert_cmpuint (a[i], ==, b[j]);
      i = change->old_end;
      j = change->new_end;
    }
  return kept;
}

static void
test_diff_is_shortest (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint round = 0; round < 20000; round++)
    {
      guint a[30], b[30];
      guint n = g_rand_int_range (rand, 0, 30), m = g_rand_int_range (rand, 0, 30);
      guint letters = g_rand_int_range (rand, 1, 10);
      g_autoptr (GArray) changes = NULL;

      for (guint i = 0; i < n; i++)
        a[i] = g_rand_int_range (rand, 0, letters);
      for (guint i = 0; i < m; i++)
        b[i] = g_rand_int_range (rand, 0, letters);
      changes = baton_line_diff (a, n, b, m);
      g_assert_cmpuint (check_changes (changes, a, n, b, m), ==, longest_common (a, n, b, m));
    }
}

/* --- large texts --- */

static char *
large_text (GRand *rand, guint n_lines, guint n_kinds)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (text, "%s%018d", i > 0 ? "\n" : "",
                            n_kinds > 0 ? g_rand_int_range (rand, 0, n_kinds) : (int) i);
  return g_string_free (text, FALSE);
}

/* Guards against a merge whose cost is the product of the lines: that would be noticed as the test's timeout */
static void
test_large_texts_merge (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());
  static const guint kinds[] = { 1, 2, 10, 1000, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *was = large_text (rand, 5000, kinds[i]);
      g_autofree char *theirs = large_text (rand, 5000, kinds[i]);
      g_autofree char *ours = large_text (rand, 5000, kinds[i]);
      gint64 start = g_get_monotonic_time ();
      g_autofree char *merged = baton_merge_text (was, theirs, ours, NULL);

      g_test_message ("5000 lines of %u kinds: %.1f ms", kinds[i],
                      (g_get_monotonic_time () - start) / 1000.0);
      assert_merge (was, was, ours, ours, FALSE);
      assert_merge (was, theirs, was, theirs, FALSE);
    }
}

static void
test_many_empty_lines_merge (void)
{
  g_autofree char *was = g_strnfill (20000, '\n');
  g_autofree char *theirs = g_strnfill (19000, '\n');
  g_autofree char *ours = g_strconcat (was, "end", NULL);
  gboolean conflict;
  g_autofree char *merged = baton_merge_text (was, theirs, ours, &conflict);

  g_assert_true (g_str_has_suffix (merged, "end"));
}

static void
test_few_changes_in_a_large_text_are_all_kept (void)
{
  g_autofree char *was = large_text (NULL, 5000, 0);
  g_autofree char *theirs = g_strconcat ("top\n", was, NULL);
  g_autofree char *ours = g_strconcat (was, "\nbottom", NULL);
  g_autofree char *both = g_strconcat ("top\n", was, "\nbottom", NULL);

  assert_merge (was, theirs, ours, both, FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-merge/one-side-unchanged-gives-the-other",
                   test_one_side_unchanged_gives_the_other);
  g_test_add_func ("/text-merge/both-same-gives-it", test_both_same_gives_it);
  g_test_add_func ("/text-merge/disjoint-changes-are-both-kept",
                   test_disjoint_changes_are_both_kept);
  g_test_add_func ("/text-merge/neighbouring-lines-are-both-kept",
                   test_neighbouring_lines_are_both_kept);
  g_test_add_func ("/text-merge/both-added-at-one-place-are-both-kept",
                   test_both_added_at_one_place_are_both_kept);
  g_test_add_func ("/text-merge/same-lines-conflict-and-ours-stands",
                   test_same_lines_conflict_and_ours_stands);
  g_test_add_func ("/text-merge/generated-texts", test_generated_texts);
  g_test_add_func ("/text-merge/diff-is-shortest", test_diff_is_shortest);
  g_test_add_func ("/text-merge/large-texts-merge", test_large_texts_merge);
  g_test_add_func ("/text-merge/many-empty-lines-merge", test_many_empty_lines_merge);
  g_test_add_func ("/text-merge/few-changes-in-a-large-text-are-all-kept",
                   test_few_changes_in_a_large_text_are_all_kept);
  return g_test_run ();
}
