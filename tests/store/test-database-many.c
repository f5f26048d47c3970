/* test-database-many.c: much that hangs on one thing comes in, and costs no more than as much that does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"
#include "store/baton-database-private.h"

#define OTHER  5
#define MADE   G_GUINT64_CONSTANT (1770000000000)
#define LENGTH 5000

/* Adds a record of which @field has @text, and which hangs on @above by @link */
static char *
add (ExchangeFixture *fixture,
     BatonEntity entity,
     const char *field,
     const char *text,
     const char *link,
     const char *above)
{
  char *id = baton_uuid_new ((gint64) MADE + fixture->seq);
  BatonRecord *record = baton_record_new (entity, id);
  BatonClock clock = { .time = MADE << 16, .node = OTHER };
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  baton_record_put (record, field, &value, &clock);
  baton_value_set_text (&value, above);
  baton_record_put (record, link, &value, &clock);
  exchange_add_change (fixture, FAKE_SCOPE, record);
  return id;
}

static void
take (ExchangeFixture *fixture, const char *what)
{
  gint64 before = g_get_monotonic_time ();
  guint n = fixture->changes->len;

  exchange_take (fixture);
  g_test_message ("%u %s: %" G_GINT64_FORMAT " ms", n, what,
                  (g_get_monotonic_time () - before) / 1000);
}

static gint64
query (ExchangeFixture *fixture, const char *text)
{
  gint64 value;
  g_autoptr (GError) error = NULL;

  baton_database_query_int (fixture->database, text, NULL, NULL, &value, &error);
  g_assert_no_error (error);
  return value;
}

static char *
dup_words (const char *first)
{
  GString *text = g_string_new (first);

  while (text->len < LENGTH)
    g_string_append_printf (text, " word%" G_GSIZE_FORMAT, text->len);
  return g_string_free_and_steal (text);
}

static void
test_comments (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Call Ada", NULL);

  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < 400; i++)
        {
          g_autofree char *first = g_strdup_printf ("needle%u", round);
          g_autofree char *body = dup_words (first);

          g_free (add (fixture, BATON_ENTITY_COMMENT, "body", body, "task_id", task));
        }
      take (fixture, "comments");
    }
  g_assert_cmpint (query (fixture, "SELECT count (*) FROM comment"), ==, 1200);
  g_assert_cmpint (
      query (fixture, "SELECT count (*) FROM search WHERE search MATCH 'comments: needle2'"), ==,
      1);
}

static void
test_chain (ExchangeFixture *fixture, gconstpointer data)
{
  g_autofree char *parent = store_add (fixture->database, "Call Ada", NULL);

  for (guint round = 0; round < 4; round++)
    {
      for (guint i = 0; i < 1000; i++)
        {
          char *id = add (fixture, BATON_ENTITY_TASK, "title", "t", "parent_id", parent);

          g_free (parent);
          parent = id;
        }
      take (fixture, "in a chain");
    }
  g_assert_cmpint (query (fixture, "SELECT count (*) FROM task WHERE hidden = 0"), ==, 4001);
}

/* What it hangs on comes last, and is deleted: all of it is hidden. */
static void
test_chain_backwards (ExchangeFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) forwards = NULL;
  g_autofree char *root = add (fixture, BATON_ENTITY_TASK, "title", "r", "parent_id", NULL);
  BatonChange *first = g_ptr_array_index (fixture->changes, 0);
  g_autofree char *parent = g_strdup (root);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = { .time = MADE << 16, .node = OTHER };

  baton_value_set_bool (&value, TRUE);
  baton_record_put (first->record, "deleted", &value, &clock);
  for (guint i = 0; i < 1000; i++)
    {
      char *id = add (fixture, BATON_ENTITY_TASK, "title", "t", "parent_id", parent);

      g_free (parent);
      parent = id;
    }
  forwards = g_steal_pointer (&fixture->changes);
  fixture->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  for (guint i = forwards->len; i-- > 0;)
    g_ptr_array_add (fixture->changes, g_ptr_array_steal_index (forwards, i));
  take (fixture, "in a chain, backwards");
  g_assert_cmpint (query (fixture, "SELECT count (*) FROM task WHERE hidden = 1"), ==, 1000);
}

#define ADD(name, func)                                                              \
  g_test_add ("/database/many/" name, ExchangeFixture, "out", exchange_set_up, func, \
              exchange_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("comments-of-one-task", test_comments);
  ADD ("a-chain", test_chain);
  ADD ("a-chain-backwards", test_chain_backwards);
  return g_test_run ();
}
