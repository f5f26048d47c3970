/* test-database-returns.c: what was gone, or away, and is back
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"

/* Not signed in; @record is taken */
static BatonChange *
add_change (ExchangeFixture *fixture, BatonRecord *record)
{
  return exchange_add_change (fixture, FAKE_SCOPE, record);
}

static BatonRecord *
get (ExchangeFixture *fixture, const char *task)
{
  return baton_database_get (fixture->database, BATON_ENTITY_TASK, task, NULL);
}

static void
test_made_anew_after_it_was_purged (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autoptr (BatonRecord) anew = get (fixture, task);
  g_autoptr (BatonRecord) now = NULL;

  exchange_set_title (anew, "Call Ada again");
  store_set (fixture->database, task, "deleted", "true");
  store_set (fixture->database, task, "due", "2026-11-20");
  add_change (fixture, baton_record_ref (anew));
  exchange_take (fixture);
  now = get (fixture, task);
  g_assert_true (baton_record_equal (now, anew));
}

/* Hidden with what it hung on, and not deleted itself */
static void
test_made_anew_while_it_was_hidden (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autoptr (BatonRecord) anew = get (fixture, task);
  g_autoptr (BatonRecord) old = get (fixture, task);
  g_autoptr (BatonRecord) now = NULL;
  g_auto (BatonValue) maker = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (anew, "title");

  baton_value_set_text (&maker, "01990000-0000-7000-8000-00000000000a");
  clock.node = 0;
  baton_record_put (old, "created_by", &maker, &clock);
  exchange_set_title (old, "Call Ada again");
  add_change (fixture, baton_record_ref (old));
  exchange_take (fixture);
  store_assert (fixture->database, task, "title", "Call Ada again");
  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  baton_record_put (anew, "created_by", &maker, &clock);
  add_change (fixture, baton_record_ref (anew));
  exchange_take (fixture);
  now = get (fixture, task);
  g_assert_true (baton_record_equal (now, anew));
}

static void
add_purged (ExchangeFixture *fixture, const char *task)
{
  BatonChange *change = add_change (fixture, NULL);

  change->left = g_strdup (task);
  change->purged = TRUE;
}

/* What was written into it here is kept apart, until somebody makes it anew */
static void
test_gone_for_good (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autoptr (BatonRecord) anew = get (fixture, task);

  exchange_sign_in (fixture->database, "u");
  add_change (fixture, baton_record_ref (anew));
  exchange_take (fixture);
  store_set (fixture->database, task, "due", "2026-11-20");
  add_purged (fixture, task);
  exchange_take (fixture);
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, task, NULL), ==,
                   0);
  g_assert_cmpuint (exchange_get_status (fixture->database).waiting, ==, 0);
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, >, 0);
  add_purged (fixture, task);
  add_change (fixture, baton_record_ref (anew));
  exchange_take (fixture);
  store_assert (fixture->database, task, "due", "2026-11-20");
  g_assert_cmpuint (exchange_get_status (fixture->database).refused, ==, 0);
}

static void
test_deleted_here_is_not_undone_by_what_others_say (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autoptr (BatonRecord) theirs = NULL;

  store_set (fixture->database, task, "deleted", "true");
  theirs = get (fixture, task);
  exchange_set_title (theirs, "Call Ada again");
  add_change (fixture, baton_record_ref (theirs));
  exchange_take (fixture);
  store_assert (fixture->database, task, "deleted", "true");
  store_assert (fixture->database, task, "title", "Call Ada again");
}

static guint
count_history (ExchangeFixture *fixture, const char *task)
{
  g_autoptr (GPtrArray)
      history = baton_database_list_history (fixture->database, BATON_ENTITY_TASK, task, 0, NULL);

  return history->len;
}

static void
test_away_and_back_between_two_rounds (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  gint64 key = baton_database_get_key (fixture->database, BATON_ENTITY_TASK, task, NULL);
  guint before;

  add_change (fixture, get (fixture, task));
  exchange_take (fixture);
  store_set (fixture->database, task, "title", "Call Charles");
  before = count_history (fixture, task);
  add_change (fixture, NULL)->left = g_strdup (task);
  add_change (fixture, get (fixture, task));
  exchange_take (fixture);
  g_assert_cmpint (baton_database_get_key (fixture->database, BATON_ENTITY_TASK, task, NULL), ==,
                   key);
  g_assert_cmpuint (count_history (fixture, task), ==, before);
}

static void
test_gone_after_it_came (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  add_change (fixture, get (fixture, task));
  add_change (fixture, NULL)->left = g_strdup (task);
  exchange_take (fixture);
  g_assert_null (get (fixture, task));
}

/* Sets `deleted` as another device would, a minute later */
static BatonRecord *
dup_deleted (const BatonRecord *record)
{
  BatonRecord *deleted = baton_record_copy (record);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (record, "title");

  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  g_assert_true (baton_device_id_parse (EXCHANGE_OTHER, &clock.node));
  baton_value_set_bool (&value, TRUE);
  baton_record_put (deleted, "deleted", &value, &clock);
  return deleted;
}

static void
test_late_answer (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);
  g_autoptr (BatonRecord) record = get (fixture, task);

  add_change (fixture, baton_record_ref (record));
  exchange_take (fixture);
  add_change (fixture, dup_deleted (record));
  exchange_take (fixture);
  store_assert (fixture->database, task, "deleted", "true");
  fixture->seq = 0;
  add_change (fixture, baton_record_ref (record));
  exchange_take (fixture);
  store_assert (fixture->database, task, "deleted", "true");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                        \
  g_test_add ("/returns/" name, ExchangeFixture, "out", exchange_set_up, function, \
              exchange_tear_down)
  ADD ("made-anew-after-it-was-purged", test_made_anew_after_it_was_purged);
  ADD ("made-anew-while-it-was-hidden", test_made_anew_while_it_was_hidden);
  ADD ("gone-for-good", test_gone_for_good);
  ADD ("deleted-here-is-not-undone-by-what-others-say",
       test_deleted_here_is_not_undone_by_what_others_say);
  ADD ("away-and-back-between-two-rounds", test_away_and_back_between_two_rounds);
  ADD ("gone-after-it-came", test_gone_after_it_came);
  ADD ("what-comes-late-is-not-made-anew", test_late_answer);
  return g_test_run ();
}
