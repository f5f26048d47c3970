/* test-unseen.c: a deletion and an edit that did not know of each other are not decided in silence
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-sync-test.h"

typedef struct
{
  BatonTestFolder *folder;
  BatonFakeServer *server;
  BatonFakeRemote *remote;
  BatonDatabase *laptop;
  BatonDatabase *phone;
  char *task; /* on both */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  baton_fake_server_set_now (fixture->server, g_get_real_time () / 1000);
  fixture->remote = baton_fake_remote_new (fixture->server);
  fixture->laptop = baton_sync_test_open (fixture->folder, "laptop");
  fixture->phone = baton_sync_test_open (fixture->folder, "phone");
  baton_sync_test_sign_in (fixture->laptop);
  baton_sync_test_sign_in (fixture->phone);
  fixture->task = baton_sync_test_add_task (fixture->laptop, "Call Ada");
  baton_sync_test_run (fixture->laptop, fixture->remote);
  baton_sync_test_run (fixture->phone, fixture->remote);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->laptop, baton_database_close);
  g_clear_pointer (&fixture->phone, baton_database_close);
  g_clear_object (&fixture->remote);
  g_clear_pointer (&fixture->server, baton_fake_server_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
  g_clear_pointer (&fixture->task, g_free);
}

static void
set_deleted (BatonDatabase *database, const char *task, gboolean deleted)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, task);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  baton_edit_set_bool (edit, "deleted", deleted);
  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, "Delete", &error);
  g_assert_no_error (error);
}

static gboolean
is_deleted (BatonDatabase *database, const char *task)
{
  g_autoptr (BatonRecord) record = baton_database_get (database, BATON_ENTITY_TASK, task, NULL);

  return baton_record_get_bool (record, "deleted");
}

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
assert_asked (Fixture *fixture, BatonDatabase *database, BatonDatabase *other)
{
  g_autoptr (GPtrArray) conflicts = get_conflicts (database);
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;
  const BatonHistoryEntry *entry;

  g_assert_cmpuint (conflicts->len, ==, 1);
  entry = g_ptr_array_index (conflicts, 0);
  g_assert_cmpstr (entry->record, ==, fixture->task);
  g_assert_cmpstr (entry->field, ==, "deleted");
  g_assert_true (is_deleted (database, fixture->task));
  baton_database_use_instead (database, entry->id, "Restore", &error);
  g_assert_no_error (error);
  left = get_conflicts (database);
  g_assert_cmpuint (left->len, ==, 0);
  baton_sync_test_run (database, fixture->remote);
  baton_sync_test_run (other, fixture->remote);
  g_assert_false (is_deleted (other, fixture->task));
}

static void
test_edit_waits (Fixture *fixture, gconstpointer data)
{
  set_deleted (fixture->phone, fixture->task, TRUE);
  baton_sync_test_run (fixture->phone, fixture->remote);
  baton_sync_test_set (fixture->laptop, fixture->task, "title", "Call Ada today");
  baton_sync_test_run (fixture->laptop, fixture->remote);
  assert_asked (fixture, fixture->laptop, fixture->phone);
}

static void
test_deletion_waits (Fixture *fixture, gconstpointer data)
{
  baton_sync_test_set (fixture->laptop, fixture->task, "title", "Call Ada today");
  baton_sync_test_set (fixture->laptop, fixture->task, "due", "2026-12-24");
  baton_sync_test_run (fixture->laptop, fixture->remote);
  set_deleted (fixture->phone, fixture->task, TRUE);
  baton_sync_test_run (fixture->phone, fixture->remote);
  assert_asked (fixture, fixture->phone, fixture->laptop);
}

static void
test_seen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) laptop = NULL, phone = NULL;

  baton_sync_test_set (fixture->laptop, fixture->task, "title", "Call Ada today");
  baton_sync_test_run (fixture->laptop, fixture->remote);
  baton_sync_test_run (fixture->phone, fixture->remote);
  set_deleted (fixture->phone, fixture->task, TRUE);
  baton_sync_test_run (fixture->phone, fixture->remote);
  baton_sync_test_run (fixture->laptop, fixture->remote);
  baton_sync_test_run (fixture->phone, fixture->remote);
  laptop = get_conflicts (fixture->laptop);
  phone = get_conflicts (fixture->phone);
  g_assert_cmpuint (laptop->len + phone->len, ==, 0);
}

static void
test_both_delete (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) laptop = NULL, phone = NULL;

  set_deleted (fixture->phone, fixture->task, TRUE);
  baton_sync_test_run (fixture->phone, fixture->remote);
  set_deleted (fixture->laptop, fixture->task, TRUE);
  baton_sync_test_run (fixture->laptop, fixture->remote);
  baton_sync_test_run (fixture->phone, fixture->remote);
  laptop = get_conflicts (fixture->laptop);
  phone = get_conflicts (fixture->phone);
  g_assert_cmpuint (laptop->len + phone->len, ==, 0);
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
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
