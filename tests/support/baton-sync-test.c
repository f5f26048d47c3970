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

void
baton_sync_test_set_deleted (BatonDatabase *database, const char *task, gboolean deleted)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, task);

  baton_edit_set_bool (edit, "deleted", deleted);
  apply (database, edit);
}

gboolean
baton_sync_test_is_deleted (BatonDatabase *database, const char *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonRecord) record = baton_database_get (database, BATON_ENTITY_TASK, task, &error);

  g_assert_no_error (error);
  return record == NULL || baton_record_get_bool (record, "deleted");
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

void
baton_sync_test_pair_set_up (BatonSyncTestPair *pair, gconstpointer data)
{
  pair->folder = baton_test_folder_new ();
  pair->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  baton_fake_server_set_now (pair->server, g_get_real_time () / 1000);
  pair->remote = baton_fake_remote_new (pair->server);
  pair->laptop = baton_sync_test_open (pair->folder, "laptop");
  pair->phone = baton_sync_test_open (pair->folder, "phone");
  baton_sync_test_sign_in (pair->laptop);
  baton_sync_test_sign_in (pair->phone);
  if (data == NULL)
    return;
  pair->task = baton_sync_test_add_task (pair->phone, "Call Ada");
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_run (pair->laptop, pair->remote);
}

void
baton_sync_test_pair_tear_down (BatonSyncTestPair *pair, gconstpointer data)
{
  g_clear_pointer (&pair->laptop, baton_database_close);
  g_clear_pointer (&pair->phone, baton_database_close);
  g_clear_object (&pair->remote);
  g_clear_pointer (&pair->server, baton_fake_server_free);
  g_clear_pointer (&pair->folder, baton_test_folder_free);
  g_clear_pointer (&pair->task, g_free);
}

typedef struct
{
  gboolean done;
  GError *error;
} Answer;

static void
sign_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  baton_engine_sign_in_finish (BATON_ENGINE (source), result, &answer->error);
  answer->done = TRUE;
}

gboolean
baton_sync_test_engine_sign_in (BatonEngine *engine,
                                const char *url,
                                const char *email,
                                const char *password,
                                const char *register_name,
                                GError **error)
{
  Answer answer = { 0 };

  baton_engine_sign_in_async (engine, url, email, password, register_name, BATON_SIGN_IN_ASK, NULL,
                              sign_in_cb, &answer);
  BATON_TEST_WAIT (answer.done);
  if (answer.error == NULL)
    return TRUE;
  g_propagate_error (error, answer.error);
  return FALSE;
}

GSubprocess *
baton_sync_test_start_server (const char *folder, const char *listen, char **url)
{
  g_autofree char *data = g_build_filename (folder, "server", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  GSubprocess *server = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
      g_getenv ("BATON_TEST_SERVER"), "--data-dir", data, "--listen", listen, NULL);

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_nonnull (strstr (line, "http://"));
  *url = g_strdup (strstr (line, "http://"));
  return server;
}
