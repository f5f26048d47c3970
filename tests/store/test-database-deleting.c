/* test-database-deleting.c: what is to leave the device leaves it whole, however often that is cut off
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each is begun anew again and again, stopped some writes later each time, and the database opened again as an app does that starts after a kill. That
 * it was stopped half-way is seen at least once, in the file.
 */
#include "../../src/store/baton-database-private.h"
#include "../support/baton-fault-vfs.h"
#include "exchange-fixture.h"

#define N_TASKS 24

static void
go_on (gulong us, gpointer data)
{
  (void) us;
  (void) data;
}

static void
set_slices (BatonDatabase *database)
{
  database->slice = 1;
  database->pause = go_on;
}

/* In sync */
static void
set_up (ExchangeFixture *fixture)
{
  baton_fault_vfs_install ();
  exchange_set_up (fixture, NULL);
  set_slices (fixture->database);
  for (guint i = 0; i < N_TASKS; i++)
    {
      g_autofree char *id = store_add (fixture->database, "Old", NULL);

      g_assert_nonnull (id);
    }
  exchange_run (fixture);
  exchange_run (fixture);
}

static void
tear_down (ExchangeFixture *fixture)
{
  g_autofree char *folder = g_strdup (fixture->folder);

  exchange_tear_down (fixture, NULL);
  baton_fault_vfs_forget (folder);
}

static gint64
count_in (BatonSql *sql, const char *text)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, NULL);

  g_assert_nonnull (statement);
  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_ROW);
  return baton_sql_get_int (statement, 0);
}

static gint64
count (ExchangeFixture *fixture, const char *text)
{
  return count_in (fixture->database->sql, text);
}

/* Before anybody opens it again. @text: what is half of it */
static guint
look_into_file (ExchangeFixture *fixture, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, "baton.db", NULL);
  g_autoptr (BatonSql) sql = NULL;

  g_clear_pointer (&fixture->database, baton_database_close);
  baton_fault_vfs_heal (fixture->folder);
  sql = baton_sql_open (path, BATON_SQL_READ, NULL);
  g_assert_nonnull (sql);
  return count_in (sql, text) != 0;
}

static void
open_again (ExchangeFixture *fixture)
{
  fixture->database = store_open (fixture->folder);
  baton_database_set_now (fixture->database, NULL, NULL);
  set_slices (fixture->database);
}

static gboolean
is_signed_in (ExchangeFixture *fixture)
{
  g_autoptr (BatonAccount) account = baton_database_get_account (fixture->database, NULL);

  return account != NULL;
}

static void
assert_nothing_left (ExchangeFixture *fixture)
{
  static const char *const tables[] = { "task",   "project", "history", "outbox",
                                        "shadow", "step",    "ring" };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT count (*) FROM \"%s\"", tables[i]);

      g_assert_cmpint (count (fixture, text), ==, 0);
    }
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM meta WHERE name = 'deleting'"), ==, 0);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM search WHERE search MATCH 'old'"), ==, 0);
}

/* --- signing out ------------------------------------------------------------ */

/* TRUE where it was not stopped */
static gboolean
sign_out (guint64 n, guint *half_way)
{
  ExchangeFixture fixture = { 0 };
  gboolean done;

  set_up (&fixture);
  baton_fault_vfs_stop_after (fixture.folder, n, BATON_FAULT_WHOLE);
  done = baton_database_sign_out (fixture.database, BATON_SIGN_OUT_DELETE, NULL);
  done &= count (&fixture, "SELECT count (*) FROM meta WHERE name = 'deleting'") == 0;
  *half_way += look_into_file (&fixture, "SELECT count (*) BETWEEN 1 AND 23 FROM task");
  open_again (&fixture);
  if (is_signed_in (&fixture))
    g_assert_cmpint (count (&fixture, "SELECT count (*) FROM task"), ==, N_TASKS);
  else
    assert_nothing_left (&fixture);
  done &= !is_signed_in (&fixture);
  tear_down (&fixture);
  return done;
}

static void
test_sign_out (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !sign_out (n, &half_way); n += 3)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

typedef struct
{
  BatonDatabase *other; /* owned */
  char *last;           /* owned; the id of the newest old one */
  guint n;
  guint until; /* then it is cut off; 0: never */
  GCancellable *cancellable;
} Typing;

/* Somebody else, between two slices: tasks are added, and once one is changed that is to go */
static void
type_cb (gulong us, gpointer data)
{
  Typing *typing = data;

  (void) us;
  typing->n++;
  if (typing->n % 8 == 1)
    {
      g_autofree char *id = store_add (typing->other, "Fresh", NULL);

      g_assert_nonnull (id);
    }
  if (typing->n == 1)
    store_set (typing->other, typing->last, "title", "Fresh");
  if (typing->n == typing->until)
    g_cancellable_cancel (typing->cancellable);
}

static void
type_meanwhile (guint until)
{
  ExchangeFixture fixture = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Typing typing = { .until = until, .cancellable = cancellable };
  gint64 typed;

  set_up (&fixture);
  typing.other = store_open (fixture.folder);
  typing.last = store_add (fixture.database, "Old", NULL);
  exchange_run (&fixture);
  fixture.database->pause = type_cb;
  fixture.database->pause_data = &typing;
  baton_database_set_cancellable (fixture.database, cancellable);
  g_assert_true (baton_database_sign_out (fixture.database, BATON_SIGN_OUT_DELETE, NULL));
  typed = (typing.n + 7) / 8 + 1;
  g_assert_cmpint (typed, >, 0);
  g_clear_pointer (&typing.other, baton_database_close);
  g_free (typing.last);
  g_clear_pointer (&fixture.database, baton_database_close);
  open_again (&fixture);
  g_assert_cmpint (count (&fixture, "SELECT count (*) FROM task"), ==, typed);
  g_assert_cmpint (count (&fixture, "SELECT count (*) FROM task WHERE title = 'Fresh'"), ==, typed);
  g_assert_cmpint (count (&fixture, "SELECT count (*) FROM search WHERE search MATCH 'fresh'"), ==,
                   typed);
  g_assert_cmpint (count (&fixture, "SELECT count (*) FROM search WHERE search MATCH 'old'"), ==,
                   0);
  g_assert_cmpint (count (&fixture, "SELECT count (DISTINCT record) FROM history"), ==, typed);
  g_assert_cmpint (count (&fixture, "SELECT count (*) FROM meta WHERE name = 'deleting'"), ==, 0);
  tear_down (&fixture);
}

static void
test_typed_meanwhile (void)
{
  type_meanwhile (0);
  for (guint until = 1; until < 40; until += 4)
    type_meanwhile (until);
}

/* --- a word ------------------------------------------------------------------- */

static gboolean
allow (guint64 n, guint *half_way)
{
  ExchangeFixture fixture = { 0 };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  gint64 asked, allowed;
  gboolean done;

  set_up (&fixture);
  g_assert_true (baton_database_forget_place (fixture.database, FAKE_SCOPE, FALSE, NULL));
  g_assert_false (baton_database_weigh (fixture.database, none, FALSE, NULL));
  baton_fault_vfs_stop_after (fixture.folder, n, BATON_FAULT_WHOLE);
  done = baton_database_allow_removal (fixture.database, NULL);
  *half_way += look_into_file (
      &fixture, "SELECT count (DISTINCT state) = 2 FROM gone WHERE state IN ('asked', 'allowed')");
  open_again (&fixture);
  asked = count (&fixture, "SELECT count (*) FROM gone WHERE state = 'asked'");
  allowed = count (&fixture, "SELECT count (*) FROM gone WHERE state = 'allowed'");
  g_assert_cmpint (MIN (asked, allowed), ==, 0);
  g_assert_cmpint (MAX (asked, allowed), >=, N_TASKS);
  g_assert_true (!done || asked == 0);
  tear_down (&fixture);
  return done;
}

static void
test_allowed (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !allow (n, &half_way); n += 3)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/deleting/signed-out-all-of-it-or-none-is-there", test_sign_out);
  g_test_add_func ("/database/deleting/what-is-typed-meanwhile-stays", test_typed_meanwhile);
  g_test_add_func ("/database/deleting/the-person-allows-all-or-nothing", test_allowed);
  return g_test_run ();
}
