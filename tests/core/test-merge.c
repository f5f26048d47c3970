/* test-merge.c: two states, or a state and an edit, become one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

#define ROUNDS  2000
#define N_EDITS 8

static const BatonClock first = { .time = 1 << 16, .node = 1 };
static const BatonClock second = { .time = 2 << 16, .node = 2 };
static const BatonClock third = { .time = 3 << 16, .node = 3 };
static const BatonClock server = { .time = 9 << 16, .node = 0 };

static BatonRecord *
merged (const BatonRecord *a, const BatonRecord *b)
{
  BatonRecord *into = baton_record_copy (a);

  baton_merge_record (into, b);
  return into;
}

static void
test_records_merge_in_any_order (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (BatonRecord) a = baton_test_task (rand, id);
      g_autoptr (BatonRecord) b = baton_test_task (rand, id);
      g_autoptr (BatonRecord) c = baton_test_task (rand, id);
      g_autoptr (BatonRecord) ab = merged (a, b);
      g_autoptr (BatonRecord) ba = merged (b, a);
      g_autoptr (BatonRecord) bc = merged (b, c);
      g_autoptr (BatonRecord) ab_c = merged (ab, c);
      g_autoptr (BatonRecord) a_bc = merged (a, bc);

      g_assert_true (baton_record_equal (ab, ba));
      g_assert_true (baton_record_equal (ab_c, a_bc));
      g_assert_false (baton_merge_record (ab, a));
      g_assert_false (baton_merge_record (ab, b));
      g_assert_true (baton_record_equal (ab, ba));
    }
}

static void
test_merging_says_whether_it_changed_anything (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (BatonRecord) a = baton_test_task (rand, id);
      g_autoptr (BatonRecord) b = baton_test_task (rand, id);
      g_autoptr (BatonRecord) before = baton_record_copy (a);
      gboolean changed = baton_merge_record (a, b);

      g_assert_cmpint (changed, ==, !baton_record_equal (a, before));
    }
}

static void
shuffle (GRand *rand, guint *order, guint n)
{
  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n; i > 1; i--)
    {
      guint j = baton_test_pick (rand, i), swapped = order[j];

      order[j] = order[i - 1];
      order[i - 1] = swapped;
    }
}

static BatonRecord *
apply_all (GRand *rand, BatonEdit *const *edits, guint n, const char *id)
{
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  g_autofree guint *order = g_new (guint, n);

  shuffle (rand, order, n);
  for (guint i = 0; i < n; i++)
    {
      for (guint times = 1 + baton_test_pick (rand, 2); times > 0; times--)
        g_ptr_array_unref (baton_merge_edit (record, edits[order[i]], NULL));
    }
  return record;
}

static void
test_edits_in_any_order_and_number_end_alike (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS / 4; i++)
    {
      BatonEdit *edits[N_EDITS];
      g_autoptr (BatonRecord) one = NULL;
      g_autoptr (BatonRecord) other = NULL;

      for (guint j = 0; j < N_EDITS; j++)
        {
          BatonClock clock = baton_test_clock (rand);

          edits[j] = baton_test_task_edit (rand, id, &clock, NULL);
        }
      one = apply_all (rand, edits, N_EDITS, id);
      other = apply_all (rand, edits, N_EDITS, id);
      g_assert_true (baton_record_equal (one, other));
      for (guint j = 0; j < N_EDITS; j++)
        baton_edit_unref (edits[j]);
    }
}

static gboolean
is_quiet (const char *key)
{
  const BatonField *field = baton_schema_lookup (BATON_ENTITY_TASK, key, NULL, NULL);

  return field != NULL && (field->flags & BATON_FIELD_QUIET) != 0;
}

/* What one field's outcome must say, from the record before and after */
static void
check_outcome (const BatonOutcome *outcome,
               const BatonEdit *edit,
               const BatonRecord *before,
               const BatonRecord *after)
{
  const BatonEditField *field = baton_edit_lookup (edit, outcome->key);
  BatonClock clock = baton_edit_get_clock (edit);
  BatonClock stood = baton_record_get_clock (before, outcome->key);
  const BatonValue *was = baton_record_get_own (before, outcome->key);
  const BatonValue *is = baton_record_get_own (after, outcome->key);
  gboolean differ = !baton_value_equal (was, &field->value);
  gboolean again = baton_clock_compare (&clock, &stood) == 0;
  gboolean unseen = baton_clock_compare (&field->base, &stood) < 0 && !again;

  g_assert_cmpint (outcome->won, ==, baton_value_equal (is, &field->value));
  g_assert_cmpint (outcome->conflict, ==, unseen && differ && !is_quiet (outcome->key));
  g_assert_false (outcome->merged);
  if (!differ)
    return;
  g_assert_true (baton_value_equal (&outcome->loser, outcome->won ? was : &field->value));
  g_assert_cmpint (baton_clock_compare (&outcome->loser_clock, outcome->won ? &stood : &clock), ==,
                   0);
}

typedef struct
{
  BatonRecord *state;
  BatonHlc hlc;
} Device;

/* Devices edit what they see, and hear of each other now and then, through one server that reports the losers */
static void
test_a_loser_is_reported_exactly_when_its_author_had_not_seen (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);
  g_autoptr (BatonRecord) hub = baton_record_new (BATON_ENTITY_TASK, id);
  Device devices[3];
  guint n_conflicts = 0;

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    devices[i] = (Device) { .state = baton_record_copy (hub), .hlc = { .node = i + 1 } };

  for (int i = 0; i < ROUNDS; i++)
    {
      Device *device = &devices[baton_test_pick (rand, G_N_ELEMENTS (devices))];
      BatonClock clock = baton_hlc_tick (&device->hlc, 1000 + i / 10 + baton_test_pick (rand, 20));
      g_autoptr (BatonEdit) edit = baton_test_task_edit (rand, id, &clock, device->state);
      g_autoptr (BatonRecord) before = baton_record_copy (hub);
      g_autoptr (GPtrArray) outcomes = baton_merge_edit (hub, edit, NULL);

      g_ptr_array_unref (baton_merge_edit (device->state, edit, NULL));
      for (guint j = 0; j < outcomes->len; j++)
        {
          const BatonOutcome *outcome = g_ptr_array_index (outcomes, j);

          check_outcome (outcome, edit, before, hub);
          n_conflicts += outcome->conflict;
        }
      if (baton_test_pick (rand, 4) == 0)
        baton_merge_record (device->state, hub);
    }
  g_assert_cmpuint (n_conflicts, >, ROUNDS / 20);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      baton_merge_record (devices[i].state, hub);
      g_assert_true (baton_record_equal (devices[i].state, hub));
      baton_record_unref (devices[i].state);
    }
}

static void
test_one_device_alone_has_no_conflicts (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);
  g_autoptr (BatonRecord) state = baton_record_new (BATON_ENTITY_TASK, id);
  BatonHlc hlc = { .node = 4 };

  for (int i = 0; i < ROUNDS; i++)
    {
      BatonClock clock = baton_hlc_tick (&hlc, baton_test_pick (rand, 1000));
      g_autoptr (BatonEdit) edit = baton_test_task_edit (rand, id, &clock, state);
      g_autoptr (GPtrArray) outcomes = baton_merge_edit (state, edit, NULL);

      for (guint j = 0; j < outcomes->len; j++)
        {
          const BatonOutcome *outcome = g_ptr_array_index (outcomes, j);

          g_assert_true (outcome->won);
          g_assert_false (outcome->conflict);
        }
    }
}

static BatonRecord *
make_notes (const char *text, const BatonClock *clock)
{
  g_autofree char *id = baton_test_id (1);
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  baton_record_put (record, "description", &value, clock);
  return record;
}

/* An edit of notes that started from @was */
static BatonEdit *
edit_notes (const char *was, const char *text, const BatonClock *clock)
{
  g_autoptr (BatonRecord) seen = make_notes (was, &first);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (seen));

  baton_edit_set_text (edit, "description", text);
  baton_edit_stamp (edit, "x", clock, seen);
  return edit;
}

static void
test_notes_of_two_are_merged_on_the_server (void)
{
  g_autoptr (BatonRecord) record = make_notes ("A\nb\nc\n", &second);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\nc\n", "a\nb\nC\n", &third);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);
  const BatonOutcome *outcome = g_ptr_array_index (outcomes, 0);
  BatonClock clock = baton_record_get_clock (record, "description");

  g_assert_cmpstr (baton_record_get_text (record, "description"), ==, "A\nb\nC\n");
  g_assert_cmpint (baton_clock_compare (&clock, &server), ==, 0);
  g_assert_true (outcome->merged);
  g_assert_true (outcome->won);
  g_assert_false (outcome->conflict);
}

/* The edit is the earlier one, and its lines are kept all the same */
static void
test_notes_of_an_earlier_edit_are_merged_too (void)
{
  g_autoptr (BatonRecord) record = make_notes ("A\nb\nc\n", &third);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\nc\n", "a\nb\nC\n", &second);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);

  g_assert_cmpstr (baton_record_get_text (record, "description"), ==, "A\nb\nC\n");
  g_assert_true (((BatonOutcome *) g_ptr_array_index (outcomes, 0))->merged);
}

static void
test_notes_that_give_way_to_an_earlier_edit_are_kept (void)
{
  g_autoptr (BatonRecord) record = make_notes ("a\nb\n", &third);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\n", "", &second);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);
  const BatonOutcome *outcome = g_ptr_array_index (outcomes, 0);

  g_assert_cmpstr (baton_record_get_text (record, "description"), ==, "");
  g_assert_true (outcome->won);
  g_assert_cmpstr (baton_value_get_text (&outcome->loser), ==, "a\nb\n");
  g_assert_cmpint (baton_clock_compare (&outcome->loser_clock, &third), ==, 0);
}

static void
test_of_the_same_lines_the_later_stands_and_the_other_is_kept (void)
{
  for (int i = 0; i < 2; i++)
    {
      gboolean later = i == 1;
      g_autoptr (BatonRecord) record = make_notes ("theirs\nb\n", later ? &second : &third);
      g_autoptr (BatonEdit) edit = edit_notes ("a\nb\n", "ours\nb\n", later ? &third : &second);
      g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);
      const BatonOutcome *outcome = g_ptr_array_index (outcomes, 0);

      g_assert_cmpstr (baton_record_get_text (record, "description"), ==,
                       later ? "ours\nb\n" : "theirs\nb\n");
      g_assert_cmpint (outcome->won, ==, later);
      g_assert_true (outcome->conflict);
      g_assert_cmpstr (baton_value_get_text (&outcome->loser), ==,
                       later ? "theirs\nb\n" : "ours\nb\n");
      g_assert_cmpint (baton_clock_compare (&outcome->loser_clock, &second), ==, 0);
    }
}

static void
test_notes_on_a_device_are_as_any_field (void)
{
  g_autoptr (BatonRecord) record = make_notes ("A\nb\nc\n", &second);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\nc\n", "a\nb\nC\n", &third);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, NULL);

  g_assert_cmpstr (baton_record_get_text (record, "description"), ==, "a\nb\nC\n");
  g_assert_true (((BatonOutcome *) g_ptr_array_index (outcomes, 0))->conflict);
}

static void
test_a_merged_text_is_later_than_both (void)
{
  g_autoptr (BatonRecord) record = make_notes ("A\nb\nc\n", &second);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\nc\n", "a\nb\nC\n", &third);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &first);
  BatonClock clock = baton_record_get_clock (record, "description");

  g_assert_true (((BatonOutcome *) g_ptr_array_index (outcomes, 0))->merged);
  g_assert_cmpint (baton_clock_compare (&clock, &third), >, 0);
}

static void
test_notes_seen_by_their_author_are_replaced (void)
{
  g_autoptr (BatonRecord) record = make_notes ("a\nb\n", &first);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\n", NULL, &second);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);
  const BatonOutcome *outcome = g_ptr_array_index (outcomes, 0);

  g_assert_null (baton_record_get_text (record, "description"));
  g_assert_true (outcome->won);
  g_assert_false (outcome->conflict);
  g_assert_cmpstr (baton_value_get_text (&outcome->loser), ==, "a\nb\n");
}

static void
test_what_would_be_too_long_together_is_not_merged (void)
{
  g_autofree char *long_line = g_strnfill (60000, 'x');
  g_autofree char *theirs = g_strconcat (long_line, "\nb\nc", NULL);
  g_autofree char *ours = g_strconcat ("a\nb\n", long_line, NULL);
  g_autoptr (BatonRecord) record = make_notes (theirs, &second);
  g_autoptr (BatonEdit) edit = edit_notes ("a\nb\nc", ours, &third);
  g_autoptr (GPtrArray) outcomes = baton_merge_edit (record, edit, &server);
  const BatonOutcome *outcome = g_ptr_array_index (outcomes, 0);

  g_assert_true (g_str_equal (baton_record_get_text (record, "description"), ours));
  g_assert_true (outcome->conflict);
  g_assert_true (g_str_equal (baton_value_get_text (&outcome->loser), theirs));
}

static void
test_a_comment_that_two_have_cut_does_not_end_empty (void)
{
  g_autofree char *id = baton_test_id (1);
  g_autoptr (BatonRecord) record = baton_record_new (BATON_ENTITY_COMMENT, id);
  g_autoptr (BatonRecord) seen = baton_record_new (BATON_ENTITY_COMMENT, id);
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_COMMENT, id);
  g_autoptr (GPtrArray) outcomes = NULL;
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, "a\nb");
  baton_record_put (seen, "body", &value, &first);
  baton_value_set_text (&value, "a");
  baton_record_put (record, "body", &value, &second);
  baton_edit_set_text (edit, "body", "b");
  baton_edit_stamp (edit, "x", &third, seen);
  outcomes = baton_merge_edit (record, edit, &server);
  g_assert_cmpstr (baton_record_get_text (record, "body"), ==, "b");
  g_assert_cmpstr (
      baton_value_get_text (&((BatonOutcome *) g_ptr_array_index (outcomes, 0))->loser), ==, "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/merge/records-merge-in-any-order", test_records_merge_in_any_order);
  g_test_add_func ("/core/merge/says-whether-it-changed-anything",
                   test_merging_says_whether_it_changed_anything);
  g_test_add_func ("/core/merge/edits-in-any-order-and-number-end-alike",
                   test_edits_in_any_order_and_number_end_alike);
  g_test_add_func ("/core/merge/a-loser-is-reported-exactly-when-its-author-had-not-seen",
                   test_a_loser_is_reported_exactly_when_its_author_had_not_seen);
  g_test_add_func ("/core/merge/one-device-alone-has-no-conflicts",
                   test_one_device_alone_has_no_conflicts);
  g_test_add_func ("/core/merge/notes-of-two-are-merged-on-the-server",
                   test_notes_of_two_are_merged_on_the_server);
  g_test_add_func ("/core/merge/notes-of-an-earlier-edit-are-merged-too",
                   test_notes_of_an_earlier_edit_are_merged_too);
  g_test_add_func ("/core/merge/notes-that-give-way-to-an-earlier-edit-are-kept",
                   test_notes_that_give_way_to_an_earlier_edit_are_kept);
  g_test_add_func ("/core/merge/of-the-same-lines-the-later-stands-and-the-other-is-kept",
                   test_of_the_same_lines_the_later_stands_and_the_other_is_kept);
  g_test_add_func ("/core/merge/notes-on-a-device-are-as-any-field",
                   test_notes_on_a_device_are_as_any_field);
  g_test_add_func ("/core/merge/a-merged-text-is-later-than-both",
                   test_a_merged_text_is_later_than_both);
  g_test_add_func ("/core/merge/notes-seen-by-their-author-are-replaced",
                   test_notes_seen_by_their_author_are_replaced);
  g_test_add_func ("/core/merge/what-would-be-too-long-together-is-not-merged",
                   test_what_would_be_too_long_together_is_not_merged);
  g_test_add_func ("/core/merge/a-comment-that-two-have-cut-does-not-end-empty",
                   test_a_comment_that_two_have_cut_does_not_end_empty);
  return g_test_run ();
}
