/* test-credentials.c: tokens come back from the keyring as they went, and one device's are not another's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-credentials.h"
#include "../support/baton-test.h"

#include <glib/gstdio.h>

static const BatonCredentialsKey laptop = { "https://baton.example.org", "ada", "00000000000a" };
static const BatonCredentialsKey phone = { "https://baton.example.org", "ada", "00000000000b" };

static BatonTokens *
look_up (const BatonCredentialsKey *key)
{
  g_autoptr (GError) error = NULL;
  BatonTokens *tokens = baton_credentials_lookup (key, NULL, &error);

  g_assert_no_error (error);
  return tokens;
}

static void
store (const BatonCredentialsKey *key, const char *access)
{
  g_autoptr (BatonTokens) tokens = baton_tokens_new (access, "refresh", 1234567890123);
  g_autoptr (GError) error = NULL;

  g_assert_true (baton_credentials_store (key, tokens, NULL, &error));
  g_assert_no_error (error);
}

static void
test_round (void)
{
  g_autoptr (BatonTokens) none = look_up (&laptop);
  g_autoptr (BatonTokens) found = NULL;
  g_autoptr (BatonTokens) again = NULL;

  g_assert_null (none);
  store (&laptop, "first");
  store (&laptop, "second");
  found = look_up (&laptop);
  g_assert_cmpstr (found->access, ==, "second");
  g_assert_cmpstr (found->refresh, ==, "refresh");
  g_assert_nonnull (found->renewal);
  g_assert_cmpint (found->expires, ==, 1234567890123);
  again = look_up (&laptop);
  g_assert_cmpstr (found->renewal, ==, again->renewal);
}

static void
test_devices (void)
{
  g_autoptr (BatonTokens) one = NULL;
  g_autoptr (BatonTokens) other = NULL;
  g_autoptr (BatonTokens) none = NULL;
  g_autoptr (GError) error = NULL;

  store (&laptop, "laptop's");
  store (&phone, "phone's");
  one = look_up (&laptop);
  g_assert_cmpstr (one->access, ==, "laptop's");
  g_assert_true (baton_credentials_clear (&laptop, NULL, &error));
  g_assert_no_error (error);
  none = look_up (&laptop);
  g_assert_null (none);
  other = look_up (&phone);
  g_assert_cmpstr (other->access, ==, "phone's");
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "keyring", NULL);

  /* libsecret's own keyring in a file */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/credentials/tokens-come-back", test_round);
  g_test_add_func ("/sync/credentials/each-device-has-its-own", test_devices);
  return g_test_run ();
}
