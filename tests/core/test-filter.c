/* test-filter.c: filters in words become trees, and what is none says why and where
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-filter.h"

#include <string.h>

#include "../../src/core/baton-due.h"
#include "../../src/core/baton-error.h"
#include "../support/baton-test.h"

/* A Saturday */
static GDateTime *
saturday_morning (void)
{
  return g_date_time_new_utc (2026, 11, 21, 10, 30, 0);
}

static void
write_tree (const BatonFilter *filter, GString *text)
{
  static const char signs[] = { '=', '<', '>' };

  switch (filter->kind)
    {
    case BATON_FILTER_FIELD:
      g_string_append_printf (text, "%s%c%s", filter->field, signs[filter->comparison],
                              filter->value != NULL ? filter->value : "(none)");
      break;
    case BATON_FILTER_TEXT:
      g_string_append_printf (text, "'%s'", filter->value);
      break;
    case BATON_FILTER_NOT:
      g_string_append (text, "!");
      write_tree (filter->left, text);
      break;
    case BATON_FILTER_AND:
    case BATON_FILTER_OR:
      g_string_append (text, "(");
      write_tree (filter->left, text);
      g_string_append (text, filter->kind == BATON_FILTER_AND ? " & " : " | ");
      write_tree (filter->right, text);
      g_string_append (text, ")");
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
assert_tree (const char *text, const char *expected)
{
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonFilter) filter = baton_filter_parse (text, now, &error);
  g_autoptr (GString) tree = g_string_new (NULL);

  if (filter == NULL)
    g_error ("“%s”: %s", text, error->message);
  g_assert_no_error (error);
  write_tree (filter, tree);
  if (strcmp (tree->str, expected) != 0)
    g_error ("“%s” is %s, not %s", text, tree->str, expected);
}

static void
assert_wrong (const char *text, const char *message)
{
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonFilter) filter = baton_filter_parse (text, now, &error);

  g_assert_null (filter);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” says “%s”, not “%s”", text, error->message, message);
}

static void
test_operators_bind_as_usual (void)
{
  assert_tree ("is:open and is:overdue or is:done", "((is=open & is=overdue) | is=done)");
  assert_tree ("is:open or is:overdue and is:done", "(is=open | (is=overdue & is=done))");
  assert_tree ("(is:open or is:overdue) and is:done", "((is=open | is=overdue) & is=done)");
  assert_tree ("not is:open and is:done", "(!is=open & is=done)");
  assert_tree ("not (is:open and is:done)", "!(is=open & is=done)");
  assert_tree ("not not is:open", "!!is=open");
  assert_tree ("is:open is:done", "(is=open & is=done)");
  assert_tree ("IS:Open AND NOT (Is:DONE)", "(is=open & !is=done)");
  assert_tree ("(((is:open)))", "is=open");
  assert_tree ("(is:open)(is:done)", "(is=open & is=done)");
  assert_tree ("not(is:open)", "!is=open");
  assert_tree ("due before friday and (tag:work or project:Household) and not status:done",
               "(due<2026-11-27 & ((tag=work | project=Household) & !status=done))");
}

static void
test_fields (void)
{
  assert_tree ("status:todo,review", "(status=todo | status=review)");
  assert_tree ("status:todo,in_progress,done",
               "(status=todo | (status=in_progress | status=done))");
  assert_tree ("priority:HIGH,urgent", "(priority=high | priority=urgent)");
  assert_tree ("not status:todo,review", "!(status=todo | status=review)");
  assert_tree ("tag:Work", "tag=Work");
  assert_tree ("tag:\"two words\",other", "(tag=two words | tag=other)");
  assert_tree ("project:\"My (own), project\"", "project=My (own), project");
  assert_tree ("tag:none", "tag=(none)");
  assert_tree ("tag:\"none\"", "tag=none");
  assert_tree ("project:none,Home", "(project=(none) | project=Home)");
  assert_tree ("due:none or due:today", "(due=(none) | due=2026-11-21)");
  assert_tree ("tag:a:b", "tag=a:b");
  assert_tree ("tag:家,ä", "(tag=家 | tag=ä)");
}

static void
test_days (void)
{
  assert_tree ("due:today", "due=2026-11-21");
  assert_tree ("due:Tomorrow", "due=2026-11-22");
  assert_tree ("due:yesterday", "due=2026-11-20");
  assert_tree ("due:fri", "due=2026-11-27");
  assert_tree ("due:2026-12-24", "due=2026-12-24");
  assert_tree ("due:\"24 dec\"", "due=2026-12-24");
  assert_tree ("due:\"next friday\"", "due=2026-11-27");
  assert_tree ("due before 24 dec", "due<2026-12-24");
  assert_tree ("due before dec 24 2027 and is:open", "(due<2027-12-24 & is=open)");
  assert_tree ("due before next friday is:open", "(due<2026-11-27 & is=open)");
  assert_tree ("due after in 3 days", "due>2026-11-24");
  assert_tree ("due after 3 days ago", "due>2026-11-18");
  assert_tree ("DUE BEFORE \"24 dec\"", "due<2026-12-24");
  assert_tree ("(due before friday)", "due<2026-11-27");
  assert_tree ("due before friday milk", "(due<2026-11-27 & 'milk')");
}

static void
test_names_of_days_lie_behind_for_what_has_happened (void)
{
  assert_tree ("created after friday", "created>2026-11-20");
  assert_tree ("created after saturday", "created>2026-11-14");
  assert_tree ("completed before last monday", "completed<2026-11-16");
  assert_tree ("completed after 24 dec", "completed>2025-12-24");
  assert_tree ("completed after 21 nov", "completed>2026-11-21");
  assert_tree ("created:today", "created=2026-11-21");
  assert_tree ("completed:none", "completed=(none)");
  assert_tree ("created after 2 weeks ago", "created>2026-11-07");
}

static void
test_words_search_the_text (void)
{
  assert_tree ("milk", "'milk'");
  assert_tree ("buy milk", "('buy' & 'milk')");
  assert_tree ("\"buy milk\"", "'buy milk'");
  assert_tree ("\"and\" \"is:open\"", "('and' & 'is:open')");
  assert_tree ("due", "'due'");
  assert_tree ("due payment", "('due' & 'payment')");
  assert_tree ("before due", "('before' & 'due')");
  assert_tree ("10:30", "'10:30'");
  assert_tree ("android order nothing", "('android' & ('order' & 'nothing'))");
  assert_tree ("a,b", "'a,b'");
  assert_tree ("Käse 家", "('Käse' & '家')");
  assert_tree ("\t milk\n", "'milk'");
}

static void
test_errors_say_what_and_where (void)
{
  assert_wrong ("", "empty");
  assert_wrong (" \t ", "empty");
  assert_wrong ("\xff", "valid text");
  assert_wrong ("(is:open", "character 1: the parenthesis is not closed");
  assert_wrong ("is:open)", "character 8: the parenthesis was never opened");
  assert_wrong ("()", "character 2: something to filter by is missing");
  assert_wrong ("is:open and", "character 12: something");
  assert_wrong ("is:open or or is:done", "character 12: something");
  assert_wrong ("and is:open", "character 1: something");
  assert_wrong ("is:open and and is:done", "character 13: something");
  assert_wrong ("not", "character 4: something");
  assert_wrong ("milk \"eggs", "character 6: the quote is not closed");
  assert_wrong ("milk \"\"", "character 6: there is nothing between the quotes");
  assert_wrong (
      "status:later",
      "character 8: “status” cannot be “later”. It can be: todo, in_progress, review, done");
  assert_wrong ("status:todo,later", "character 13: “status” cannot be “later”");
  assert_wrong ("ä status:later", "character 10: ");
  assert_wrong ("status:", "character 8: “status:” needs a value");
  assert_wrong ("status:todo,", "character 13: “status:” needs a value");
  assert_wrong ("status:none", "character 8: ");
  assert_wrong ("is:happy", "It can be: overdue, open, done, deleted");
  assert_wrong ("due:someday", "character 5: “due” cannot be “someday”. It can be: a day");
  assert_wrong ("due:2026-02-30", "character 5: ");
  assert_wrong ("due before", "character 11: “before” and “after” need a day");
  assert_wrong ("due before someday", "character 12: ");
  assert_wrong ("due before \"24 dec or so\"", "character 12: “due” cannot be “24 dec or so”");
  assert_wrong ("due before none", "character 12: ");
  assert_wrong ("colour:red", "character 1: there is no field “colour”");
  assert_wrong ("created:none", "character 9: ");
}

static char *
nested (const char *opening, const char *inner, const char *closing, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, opening);
  g_string_append (text, inner);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, closing);
  return g_string_free (text, FALSE);
}

static guint
depth_of (const BatonFilter *filter)
{
  guint left, right;

  if (filter == NULL)
    return 0;
  left = depth_of (filter->left);
  right = depth_of (filter->right);
  return 1 + MAX (left, right);
}

static void
test_depth_is_limited (void)
{
  g_autofree char *fits = nested ("(", "milk", ")", 63);
  g_autofree char *deep = nested ("(", "milk", ")", 64);
  g_autofree char *very_deep = nested ("(", "milk", ")", 100000);
  g_autofree char *nots_fit = nested ("not ", "milk", "", 63);
  g_autofree char *nots = nested ("not ", "milk", "", 64);
  g_autofree char *many_nots = nested ("not ", "milk", "", 100000);
  g_autofree char *tree = nested ("not (eggs or ", "milk", ")", 31);
  g_autofree char *deep_tree = nested ("not (a b c d e f g h i or ", "milk", ")", 31);

  assert_tree (fits, "'milk'");
  assert_wrong (deep, "character 65: the filter is nested too deep");
  assert_wrong (very_deep, "nested too deep");
  assert_wrong (nots, "nested too deep");
  assert_wrong (many_nots, "nested too deep");
  assert_wrong (deep_tree, "nested too deep");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GDateTime) now = saturday_morning ();
      g_autoptr (BatonFilter) filter = baton_filter_parse (i == 0 ? nots_fit : tree, now, NULL);

      g_assert_nonnull (filter);
      g_assert_cmpuint (depth_of (filter), <=, 64);
    }
}

static void
test_a_long_chain_is_not_deep (void)
{
  g_autoptr (GDateTime) now = saturday_morning ();
  g_autofree char *words = nested ("milk ", "eggs", "", 10000);
  g_autofree char *values = nested ("a,", "b", "", 10000);
  g_autofree char *tags = g_strconcat ("tag:", values, NULL);
  g_autoptr (BatonFilter) all = baton_filter_parse (words, now, NULL);
  g_autoptr (BatonFilter) any = baton_filter_parse (tags, now, NULL);

  g_assert_cmpuint (depth_of (all), ==, 15);
  g_assert_cmpuint (depth_of (any), ==, 15);
}

static void
check_tree (const BatonFilter *filter)
{
  switch (filter->kind)
    {
    case BATON_FILTER_AND:
    case BATON_FILTER_OR:
      check_tree (filter->left);
      check_tree (filter->right);
      break;
    case BATON_FILTER_NOT:
      check_tree (filter->left);
      g_assert_null (filter->right);
      break;
    case BATON_FILTER_FIELD:
      g_assert_nonnull (filter->field);
      if (filter->value != NULL &&
          (strcmp (filter->field, "due") == 0 || filter->comparison != BATON_FILTER_IS))
        g_assert_true (baton_due_is_all_day (filter->value));
      break;
    case BATON_FILTER_TEXT:
      g_assert_cmpstr (filter->value, !=, "");
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
test_garbage_never_crashes (void)
{
  static const char *const pieces[] = {
    "(",      ")",        "\"",      ":",         ",",           " ",
    " ",      " ",        "and",     "or",        "not",         "due",
    "before", "after",    "status:", "todo",      "tag:",        "none",
    "friday", "24",       "dec",     "in",        "3",           "days",
    "ago",    "milk",     "created", "ä",         "家",          "\xff",
    "\x01",   "\u0301",   "is:open", "due:today", "\"a b\"",     "priority:low,",
    "x",      "project:", "last",    "next",      "99999999999",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (baton_test_get_seed ());
  guint n_parsed = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (g_rand_int (rand));
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonFilter) filter = NULL;
      guint n = g_rand_int_range (rand, 0, 15);

      for (guint j = 0; j < n; j++)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      filter = baton_filter_parse (text->str, now, &error);
      g_assert_true ((filter == NULL) != (error == NULL));
      if (filter != NULL)
        {
          check_tree (filter);
          n_parsed++;
        }
      else
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_test_message ("%u of 20000 are filters", n_parsed);
  g_assert_cmpuint (n_parsed, >, 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filter/operators-bind-as-usual", test_operators_bind_as_usual);
  g_test_add_func ("/filter/fields", test_fields);
  g_test_add_func ("/filter/days", test_days);
  g_test_add_func ("/filter/names-of-days-lie-behind-for-what-has-happened",
                   test_names_of_days_lie_behind_for_what_has_happened);
  g_test_add_func ("/filter/words-search-the-text", test_words_search_the_text);
  g_test_add_func ("/filter/errors-say-what-and-where", test_errors_say_what_and_where);
  g_test_add_func ("/filter/depth-is-limited", test_depth_is_limited);
  g_test_add_func ("/filter/a-long-chain-is-not-deep", test_a_long_chain_is_not_deep);
  g_test_add_func ("/filter/garbage-never-crashes", test_garbage_never_crashes);
  return g_test_run ();
}
