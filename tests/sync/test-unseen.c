/* test-unseen.c: a deletion and an edit that did not know of each other are not decided in silence
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-sync-test.h"

static GPtrArray *
get_conflicts (BatonDatabase *database)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *conflicts = baton_database_get_conflicts (database, &error);

  g_assert_no_error (error);
  return conflicts;
}

/* One, and it can be decided the other way */
static void
assert_asked (BatonSyncTestPair *pair, BatonDatabase *database, BatonDatabase *other)
{
  g_autoptr (GPtrArray) conflicts = get_conflicts (database);
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  const BatonHistoryEntry *entry;

  g_assert_cmpuint (conflicts->len, ==, 1);
  entry = g_ptr_array_index (conflicts, 0);
  g_assert_cmpstr (entry->record, ==, pair->task);
  g_assert_cmpstr (entry->field, ==, "deleted");
  g_assert_true (baton_sync_test_is_deleted (database, pair->task));
  baton_database_use_instead (database, entry->id, "Restore", &error);
  g_assert_no_error (error);
  left = get_conflicts (database);
  g_assert_cmpuint (left->len, ==, 0);
  baton_sync_test_run (database, pair->remote);
  baton_sync_test_run (other, pair->remote);
  g_assert_false (baton_sync_test_is_deleted (other, pair->task));
}

static void
test_edit_waits (BatonSyncTestPair *pair, gconstpointer data)
{
  baton_sync_test_set_deleted (pair->phone, pair->task, TRUE);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set (pair->laptop, pair->task, "title", "Call Ada today");
  baton_sync_test_run (pair->laptop, pair->remote);
  assert_asked (pair, pair->laptop, pair->phone);
}

static void
test_deletion_waits (BatonSyncTestPair *pair, gconstpointer data)
{
  baton_sync_test_set (pair->laptop, pair->task, "title", "Call Ada today");
  baton_sync_test_set (pair->laptop, pair->task, "due", "2026-12-24");
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_set_deleted (pair->phone, pair->task, TRUE);
  baton_sync_test_run (pair->phone, pair->remote);
  assert_asked (pair, pair->phone, pair->laptop);
}

static void
test_seen (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) laptop = NULL, phone = NULL;

  baton_sync_test_set (pair->laptop, pair->task, "title", "Call Ada today");
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set_deleted (pair->phone, pair->task, TRUE);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  laptop = get_conflicts (pair->laptop);
  phone = get_conflicts (pair->phone);
  g_assert_cmpuint (laptop->len + phone->len, ==, 0);
}

static void
test_both_delete (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) laptop = NULL, phone = NULL;

  baton_sync_test_set_deleted (pair->phone, pair->task, TRUE);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set_deleted (pair->laptop, pair->task, TRUE);
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  laptop = get_conflicts (pair->laptop);
  phone = get_conflicts (pair->phone);
  g_assert_cmpuint (laptop->len + phone->len, ==, 0);
}

static void
add (const char *path, void (*test) (BatonSyncTestPair *pair, gconstpointer data))
{
  g_test_add (path, BatonSyncTestPair, "with a task", baton_sync_test_pair_set_up, test,
              baton_sync_test_pair_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/unseen/deleted-elsewhere-while-an-edit-waited", test_edit_waits);
  add ("/unseen/deleted-here-while-an-edit-was-on-its-way", test_deletion_waits);
  add ("/unseen/what-was-seen-is-no-conflict", test_seen);
  add ("/unseen/two-deletions-are-no-conflict", test_both_delete);
  return g_test_run ();
}
