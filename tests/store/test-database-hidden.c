/* test-database-hidden.c: what hangs on something deleted is hidden, whatever becomes of what, and in whichever order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-change.h"
#include "../../src/store/baton-database-private.h"
#include "../support/baton-test-generate.h"
#include "database-fixture.h"

#define N_TASKS    10
#define N_PROJECTS 3
#define N_STEPS    150
#define N_RUNS     12
#define DEEP       3000

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->database = store_open (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static gint64
query (Fixture *fixture, const char *text)
{
  gint64 value;
  g_autoptr (GError) error = NULL;

  baton_database_query_int (fixture->database, text, NULL, NULL, &value, &error);
  g_assert_no_error (error);
  return value;
}

/* --- as it is said -------------------------------------------------------- */

/* A task is hidden while its project, or the project of something above it, or something above it is deleted. */
#define IS_HIDDEN                                                                             \
  "EXISTS (WITH RECURSIVE up (id) AS (SELECT task.id"                                         \
  " UNION SELECT t.parent_id FROM up JOIN task t ON t.id = up.id WHERE t.parent_id NOT NULL)" \
  " SELECT 1 FROM up JOIN task t ON t.id = up.id LEFT JOIN project p ON p.id = t.project_id"  \
  " WHERE p.deleted = 1 OR (t.deleted = 1 AND t.id <> task.id))"

static void
assert_as_said (Fixture *fixture, const char *what)
{
  if (query (fixture, "SELECT count (*) FROM task WHERE hidden <> " IS_HIDDEN) != 0)
    g_error ("after: %s", what);
}

static char *
dup_id (BatonEntity entity, guint n)
{
  return g_strdup_printf ("00000000-0000-7000-8000-%04u%08u", entity, n);
}

typedef struct
{
  Fixture *fixture;
  GRand *random; /* borrowed */
  guint seq;
  char *last; /* what was done */
} Play;

/* Some of it comes before what it hangs on, some after; what is in it follows no order. */
static void
put (Play *play, BatonEntity entity, const char *id, const char *field, const char *text)
{
  BatonDatabase *database = play->fixture->database;
  g_autoptr (BatonRecord) before = baton_database_get (database, entity, id, NULL);
  g_autoptr (BatonRecord) after = before != NULL ? baton_record_copy (before)
                                                 : baton_record_new (entity, id);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = { .time = ++play->seq, .node = 1 };
  g_autoptr (GError) error = NULL;

  if (g_str_equal (field, "deleted"))
    baton_value_set_bool (&value, text != NULL);
  else if (text != NULL)
    baton_value_set_text (&value, text);
  baton_record_put (after, field, &value, &clock);
  baton_database_put (database, before, after, &error);
  g_assert_no_error (error);
  g_free (play->last);
  play->last = g_strdup_printf ("%s of %s set to %s", field, id, text);
}

static void
step (Play *play)
{
  guint what = baton_test_pick (play->random, 12);
  BatonEntity entity = what < 3 ? BATON_ENTITY_PROJECT : BATON_ENTITY_TASK;
  guint n = baton_test_pick (play->random, what < 3 ? N_PROJECTS : N_TASKS);
  g_autofree char *id = dup_id (entity, n);
  g_autofree char *parent = dup_id (BATON_ENTITY_TASK, baton_test_pick (play->random, N_TASKS));
  g_autofree char *project = dup_id (BATON_ENTITY_PROJECT,
                                     baton_test_pick (play->random, N_PROJECTS));
  gboolean none = baton_test_pick (play->random, 3) == 0;

  if (what < 6)
    put (play, entity, id, "deleted", none ? "yes" : NULL);
  else if (what < 9)
    put (play, entity, id, "parent_id", none ? NULL : parent);
  else if (what < 11)
    put (play, entity, id, "project_id", none ? NULL : project);
  else
    {
      g_free (play->last);
      play->last = g_strdup_printf ("%s is gone", none ? project : parent);
      g_assert_true (baton_database_remove (play->fixture->database,
                                            none ? BATON_ENTITY_PROJECT : BATON_ENTITY_TASK,
                                            none ? project : parent, NULL));
    }
}

static void
test_as_said (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = baton_test_rand_new ();
  gint64 n_hidden = 0;

  for (guint run = 0; run < N_RUNS; run++)
    {
      Play play = { .fixture = fixture, .random = random };

      for (guint i = 0; i < N_STEPS; i++)
        {
          step (&play);
          assert_as_said (fixture, play.last);
          n_hidden += query (fixture, "SELECT count (*) FROM task WHERE hidden = 1");
        }
      g_assert_true (
          baton_sql_exec (fixture->database->sql, "DELETE FROM task; DELETE FROM project", NULL));
      g_free (play.last);
    }
  g_assert_cmpint (n_hidden, >, N_STEPS);
}

/* --- a long way down ------------------------------------------------------ */

static GPtrArray *
edit_each (GPtrArray *ids, guint from, guint until, const char *field, const char *text)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = from; i < until; i++)
    g_ptr_array_add (edits,
                     store_edit (BATON_ENTITY_TASK, g_ptr_array_index (ids, i), field, text, NULL));
  return edits;
}

static void
apply (Fixture *fixture, GPtrArray *edits)
{
  g_autoptr (GError) error = NULL;

  baton_database_apply (fixture->database, edits, "Edit", &error);
  g_assert_no_error (error);
  g_ptr_array_unref (edits);
}

static void
undo (Fixture *fixture)
{
  g_autofree char *label = baton_database_undo (fixture->database, FALSE, NULL);

  g_assert_nonnull (label);
}

static void
assert_n_hidden (Fixture *fixture, guint n)
{
  g_assert_cmpint (query (fixture, "SELECT count (*) FROM task WHERE hidden = 1"), ==, n);
}

/* Each under the one before */
static GPtrArray *
add_chain (Fixture *fixture)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = 0; i < DEEP; i++)
    {
      char *id = dup_id (BATON_ENTITY_TASK, i);

      g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", "Link", "parent_id",
                                          i > 0 ? g_ptr_array_index (ids, i - 1) : "", NULL));
      g_ptr_array_add (ids, id);
    }
  apply (fixture, edits);
  return ids;
}

/* What goes through all that is above, or below, for each of them takes hours. */
static void
test_deep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = add_chain (fixture);

  apply (fixture, edit_each (ids, 0, 1, "deleted", "true"));
  assert_n_hidden (fixture, DEEP - 1);
  undo (fixture);
  assert_n_hidden (fixture, 0);
  apply (fixture, edit_each (ids, 0, DEEP, "deleted", "true"));
  assert_n_hidden (fixture, DEEP - 1);
  undo (fixture);
  assert_n_hidden (fixture, 0);

  apply (fixture, edit_each (ids, 0, 1, "deleted", "true"));
  apply (fixture, edit_each (ids, DEEP / 2, DEEP / 2 + 1, "parent_id", ""));
  assert_n_hidden (fixture, DEEP / 2 - 1);
  undo (fixture);
  assert_n_hidden (fixture, DEEP - 1);
  apply (fixture, edit_each (ids, 0, 1, "parent_id", g_ptr_array_index (ids, DEEP - 1)));
  assert_n_hidden (fixture, DEEP - 1);
  undo (fixture);
}

/* As a purge takes them */
static void
test_deep_goes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = add_chain (fixture);
  g_autoptr (BatonSqlTransaction) transaction = NULL;

  apply (fixture, edit_each (ids, 0, DEEP, "deleted", "true"));
  transaction = baton_sql_begin (fixture->database->sql, NULL);
  for (guint i = 0; i < DEEP - 1; i++)
    {
      g_assert_true (baton_database_remove (fixture->database, BATON_ENTITY_TASK,
                                            g_ptr_array_index (ids, i), NULL));
      if (i % 100 == 0)
        assert_n_hidden (fixture, DEEP - 2 - i);
    }
  assert_n_hidden (fixture, 0);
}

#define ADD(name, func) \
  g_test_add ("/database/hidden/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("as-it-is-said-after-each-step", test_as_said);
  ADD ("a-long-chain-costs-its-length", test_deep);
  ADD ("a-long-chain-goes-link-by-link", test_deep_goes);
  return g_test_run ();
}
