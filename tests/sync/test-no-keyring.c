/* test-no-keyring.c: without a secret service there is a plain error, at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-credentials.h"
#include "../../src/sync/baton-session.h"
#include "../support/baton-sync-test.h"

static const BatonCredentialsKey key = { "https://baton.example.org", "ada", "00000000000a" };

static void
test_store (void)
{
  g_autoptr (BatonTokens) tokens = baton_tokens_new ("access", "refresh", 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_credentials_store (&key, tokens, NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING);
  g_test_message ("%s", error->message);
}

static void
test_look_up (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (baton_credentials_lookup (&key, NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING);
}

static void
test_clear (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_credentials_clear (&key, NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING);
}

/* The process remembers, renews, and forgets with its end */
static void
test_session (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonFakeServer) server = baton_fake_server_new (BATON_FAKE_USER, 1);
  g_autoptr (BatonFakeHttp) http = baton_fake_http_new (server);
  g_autoptr (BatonDatabase) database = baton_sync_test_open (folder, "laptop");
  g_autoptr (BatonSession) session = NULL;
  g_autoptr (BatonSession) resumed = NULL;
  g_autoptr (GError) keyring_error = NULL;
  g_autoptr (GError) error = NULL;

  session = baton_session_sign_in (database, baton_fake_http_get_url (http), "ada@example.org",
                                   BATON_FAKE_PASSWORD, NULL, BATON_SIGN_IN_ASK, NULL,
                                   &keyring_error, &error);
  g_assert_no_error (error);
  g_assert_error (keyring_error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING);
  g_assert_false (baton_session_is_kept (session));
  baton_fake_http_expire (http, 900);
  baton_sync_run (database, BATON_REMOTE (session), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (baton_fake_http_count (http, "/auth/refresh"), ==, 1);
  resumed = baton_session_resume (database, NULL, &error);
  g_assert_null (resumed);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT);
}

int
main (int argc, char **argv)
{
  g_setenv ("SECRET_BACKEND", "service", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/no-keyring/storing-says-so", test_store);
  g_test_add_func ("/sync/no-keyring/looking-up-says-so", test_look_up);
  g_test_add_func ("/sync/no-keyring/clearing-says-so", test_clear);
  g_test_add_func ("/sync/no-keyring/the-process-remembers", test_session);
  return g_test_run ();
}
