/* baton-sync-test.c: devices for tests of sync
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-sync-test.h"

#include <glib/gstdio.h>

char *
baton_sync_test_use_keyring (const char *folder)
{
  g_autofree char *keyrings = g_build_filename (folder, "keyrings", NULL);
  g_autofree char *path = g_build_filename (keyrings, "test.keyring", NULL);

  g_assert_cmpint (g_mkdir (keyrings, 0700), ==, 0);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  return g_steal_pointer (&keyrings);
}

BatonDatabase *
baton_sync_test_open (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  BatonDatabase *database = baton_database_open (path, &error);

  g_assert_no_error (error);
  return database;
}

void
baton_sync_test_sign_in (BatonDatabase *database)
{
  BatonAccount account = {
    .server = (char *) "https://baton.example.org",
    .email = (char *) "ada@example.org",
    .user_id = (char *) BATON_FAKE_USER,
  };
  g_autoptr (GError) error = NULL;

  baton_database_set_account (database, &account, &error);
  g_assert_no_error (error);
}

static void
apply (BatonDatabase *database, BatonEdit *edit)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, "Test", &error);
  g_assert_no_error (error);
}

char *
baton_sync_test_add_task (BatonDatabase *database, const char *title)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);

  baton_edit_set_text (edit, "title", title);
  apply (database, edit);
  return g_steal_pointer (&id);
}

void
baton_sync_test_set (BatonDatabase *database, const char *task, const char *field, const char *text)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, task);

  baton_edit_set_text (edit, field, text);
  apply (database, edit);
}

char *
baton_sync_test_dup (BatonDatabase *database, const char *task, const char *field)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonRecord) record = baton_database_get (database, BATON_ENTITY_TASK, task, &error);

  g_assert_no_error (error);
  return record != NULL ? g_strdup (baton_record_get_text (record, field)) : NULL;
}

static BatonSyncStatus
get_status (BatonDatabase *database)
{
  g_autoptr (GError) error = NULL;
  BatonSyncStatus status = { 0 };

  baton_database_get_sync_status (database, &status, &error);
  g_assert_no_error (error);
  return status;
}

guint
baton_sync_test_count_waiting (BatonDatabase *database)
{
  return get_status (database).waiting;
}

guint
baton_sync_test_count_refused (BatonDatabase *database)
{
  return get_status (database).refused;
}

void
baton_sync_test_run (BatonDatabase *database, BatonFakeRemote *remote)
{
  g_autoptr (GError) error = NULL;

  baton_sync_run (database, BATON_REMOTE (remote), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
baton_sync_test_fail (BatonDatabase *database, BatonFakeRemote *remote, BatonSyncError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_sync_run (database, BATON_REMOTE (remote), NULL, NULL, NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, (int) code);
  g_test_message ("%s", error->message);
}
