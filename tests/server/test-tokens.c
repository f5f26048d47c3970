/* test-tokens.c: what is a good access token, refresh token, password; and how failures slow down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <jwt.h>
#include <sodium.h>
#include <string.h>

#include <glib/gstdio.h>

#include "../../src/server/auth/baton-server-accounts.h"
#include "../../src/server/auth/baton-server-password.h"
#include "../../src/server/auth/baton-server-throttle.h"
#include "../../src/server/auth/baton-server-tokens.h"
#include "../../src/server/http/baton-server-error.h"
#include "../support/baton-test.h"

#define SECRET  "a secret of more than thirty-two characters"
#define NOW     G_GINT64_CONSTANT (1795132800)
#define SESSION "0192f0c1-0000-7000-8000-000000000001"

static BatonServerTokens *
new_tokens (const char *secret)
{
  g_autoptr (GError) error = NULL;
  BatonServerTokens *tokens = baton_server_tokens_new (NULL, secret, &error);

  g_assert_no_error (error);
  return tokens;
}

static void
assert_refused (const char *token, int code)
{
  g_autoptr (BatonServerTokens) tokens = new_tokens (SECRET);
  g_auto (BatonServerClaims) claims = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (baton_server_tokens_verify (tokens, token, NOW, &claims, &error));
  g_assert_error (error, BATON_SERVER_ERROR, code);
  g_assert_null (claims.user_id);
}

static char *
issue (gint64 now, gint64 seconds)
{
  g_autoptr (BatonServerTokens) tokens = new_tokens (SECRET);

  return baton_server_tokens_issue (tokens, "someone", "ada@example.org", "member", SESSION, now,
                                    seconds);
}

static void
test_good (void)
{
  g_autoptr (BatonServerTokens) tokens = new_tokens (SECRET);
  g_autofree char *token = issue (NOW, 900);
  g_auto (BatonServerClaims) claims = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (baton_server_tokens_verify (tokens, token, NOW + 899, &claims, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (claims.user_id, ==, "someone");
  g_assert_cmpstr (claims.session_id, ==, SESSION);
  g_assert_cmpint (claims.expires, ==, NOW + 900);
}

static void
test_claims (void)
{
  g_autofree char *token = issue (NOW, 900);
  jwt_t *jwt = NULL;

  g_assert_cmpint (jwt_decode (&jwt, token, (const guint8 *) SECRET, strlen (SECRET)), ==, 0);
  g_assert_cmpstr (jwt_get_grant (jwt, "sub"), ==, "someone");
  g_assert_cmpstr (jwt_get_grant (jwt, "email"), ==, "ada@example.org");
  g_assert_cmpstr (jwt_get_grant (jwt, "role"), ==, "member");
  g_assert_cmpstr (jwt_get_grant (jwt, "sid"), ==, SESSION);
  g_assert_cmpint (jwt_get_grant_int (jwt, "iat"), ==, NOW);
  g_assert_cmpint (jwt_get_grant_int (jwt, "exp"), ==, NOW + 900);
  jwt_free (jwt);
}

static void
test_expired (void)
{
  g_autofree char *token = issue (NOW - 900, 900);

  assert_refused (token, BATON_SERVER_ERROR_TOKEN_EXPIRED);
}

/* Signed by somebody else, or in another way, from claims of which some (@without) are missing */
static char *
forge (jwt_alg_t algorithm, const char *secret, const char *without)
{
  jwt_t *jwt = NULL;
  char *encoded;
  char *token;

  g_assert_cmpint (jwt_new (&jwt), ==, 0);
  jwt_set_alg (jwt, algorithm, (const guint8 *) secret, secret ? (int) strlen (secret) : 0);
  jwt_add_grant (jwt, "sub", "someone");
  jwt_add_grant (jwt, "sid", SESSION);
  jwt_add_grant (jwt, "role", "admin");
  jwt_add_grant_int (jwt, "exp", NOW + 900);
  if (without)
    jwt_del_grants (jwt, without);
  encoded = jwt_encode_str (jwt);
  token = g_strdup (encoded);
  jwt_free_str (encoded);
  jwt_free (jwt);
  g_assert_nonnull (token);
  return token;
}

static void
test_forged (void)
{
  g_autofree char *unsigned_token = forge (JWT_ALG_NONE, NULL, NULL);
  g_autofree char *other_key = forge (JWT_ALG_HS256, "another secret of more than 32 characters",
                                      NULL);
  g_autofree char *hs384 = forge (JWT_ALG_HS384, SECRET, NULL);
  g_autofree char *hs512 = forge (JWT_ALG_HS512, SECRET, NULL);

  assert_refused (unsigned_token, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (other_key, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (hs384, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (hs512, BATON_SERVER_ERROR_AUTHENTICATION);
}

static void
test_missing_claims (void)
{
  g_autofree char *no_subject = forge (JWT_ALG_HS256, SECRET, "sub");
  g_autofree char *no_session = forge (JWT_ALG_HS256, SECRET, "sid");
  g_autofree char *no_end = forge (JWT_ALG_HS256, SECRET, "exp");

  assert_refused (no_subject, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (no_session, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (no_end, BATON_SERVER_ERROR_AUTHENTICATION);
}

/* Any one character changed, or the last ones cut off */
static void
test_tampered (void)
{
  g_autofree char *token = issue (NOW, 900);
  gsize length = strlen (token);

  /* The last character's low bits are padding */
  for (gsize i = 0; i < length - 1; i++)
    {
      g_autofree char *changed = g_strdup (token);
      g_autofree char *cut = g_strndup (token, i);

      changed[i] = changed[i] == 'x' ? 'y' : 'x';
      assert_refused (changed, BATON_SERVER_ERROR_AUTHENTICATION);
      assert_refused (cut, BATON_SERVER_ERROR_AUTHENTICATION);
    }
}

static void
test_noise (void)
{
  static const char *const noise[] = {
    "",         ".",
    "..",       "...",
    "a.b.c",    "e30.e30.e30",
    "\xff\xfe", "é.ü.ß",
    " ",        "eyJhbGciOiJub25lIn0.e30.",
  };
  g_autofree char *token = issue (NOW, 900);
  g_autofree char *much = g_strnfill (1000000, 'a');
  g_autofree char *longer = g_strconcat (token, much, NULL);
  g_autofree char *parts = g_strconcat (much, ".", much, ".", much, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (noise); i++)
    assert_refused (noise[i], BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (much, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (longer, BATON_SERVER_ERROR_AUTHENTICATION);
  assert_refused (parts, BATON_SERVER_ERROR_AUTHENTICATION);
}

/* Made once, readable by its owner alone, and the same after a restart */
static void
test_key_file (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "token.key", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonServerTokens) first = baton_server_tokens_new (folder, NULL, &error);
  g_autoptr (BatonServerTokens) second = baton_server_tokens_new (folder, NULL, &error);
  g_autofree char *token = NULL;
  g_auto (BatonServerClaims) claims = { 0 };
  GStatBuf info;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  token = baton_server_tokens_issue (first, "a", "b", "c", SESSION, NOW, 60);
  g_assert_true (baton_server_tokens_verify (second, token, NOW, &claims, &error));
}

/* A key that is cut short is an error, not a new key: that would sign everybody out, and a short one can be guessed */
static void
test_short_key_file (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "token.key", NULL);
  g_autofree char *left = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "short", -1, NULL));
  g_assert_null (baton_server_tokens_new (folder, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "token.key"));
  g_assert_true (g_file_get_contents (path, &left, NULL, NULL));
  g_assert_cmpstr (left, ==, "short");
}

static void
test_refresh_tokens (void)
{
  g_autofree char *first = baton_server_refresh_token_new (SESSION);
  g_autofree char *second = baton_server_refresh_token_new (SESSION);
  g_autofree char *session = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *much = g_strnfill (1000000, 'a');
  g_autofree char *longer = g_strconcat (SESSION, ".", much, NULL);
  const char *const noise[] = { "", ".", "a.b", SESSION, "." SESSION, much, longer, NULL };

  g_assert_cmpstr (first, !=, second);
  g_assert_true (baton_server_refresh_token_parse (first, &session, &hash));
  g_assert_cmpstr (session, ==, SESSION);
  g_assert_null (strstr (hash, first));
  g_assert_null (strstr (first, hash));
  for (guint i = 0; noise[i]; i++)
    {
      g_autofree char *no_session = NULL;
      g_autofree char *no_hash = NULL;

      g_assert_false (baton_server_refresh_token_parse (noise[i], &no_session, &no_hash));
    }
}

static void
test_passwords (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = baton_server_password_hash ("correct horse", &error);
  g_autofree char *again = baton_server_password_hash ("correct horse", &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (baton_server_password_verify (hash, "correct horse"));
  g_assert_false (baton_server_password_verify (hash, "correct horsf"));
  g_assert_false (baton_server_password_verify (hash, ""));
  g_assert_false (baton_server_password_verify (NULL, "correct horse"));
  g_assert_false (baton_server_password_verify ("", "correct horse"));
}

static void
test_throttle (void)
{
  g_autoptr (BatonServerThrottle) throttle = baton_server_throttle_new ();
  gint64 now = NOW * 1000;

  for (int i = 0; i < BATON_SERVER_THROTTLE_FREE; i++)
    {
      g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now), ==, 0);
      baton_server_throttle_fail (throttle, "a", now);
    }
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now), ==, 1);
  g_assert_cmpuint (baton_server_throttle_check (throttle, "b", now), ==, 0);
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now + 1000), ==, 0);

  baton_server_throttle_fail (throttle, "a", now + 1000);
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now + 1000), ==, 2);
  for (int i = 0; i < 100; i++)
    baton_server_throttle_fail (throttle, "a", now);
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now), ==, 900);
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now + 900001), ==, 0);

  baton_server_throttle_forget (throttle, "a");
  g_assert_cmpuint (baton_server_throttle_check (throttle, "a", now), ==, 0);
}

/* A hundred thousand addresses do not make the table grow without end */
static void
test_throttle_flood (void)
{
  g_autoptr (BatonServerThrottle) throttle = baton_server_throttle_new ();

  for (int i = 0; i < 100000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%d", i);

      baton_server_throttle_fail (throttle, key, NOW * 1000);
    }
  g_assert_cmpuint (baton_server_throttle_get_n_keys (throttle), <=, 10000);
}

static void
test_addresses (void)
{
  static const char *const good[] = { "a@b", "Ada.Byron+baton@example.org", "ä@ö.example" };
  static const char *const bad[] = { "",      "a",     "@",     "a@",    "@b",      "a@b@c",
                                     "a b@c", "a@b c", "a@b\n", "a\t@b", "a\x01@b", "a@\u2003b" };
  g_autofree char *much = g_strnfill (300, 'a');
  g_autofree char *longer = g_strconcat (much, "@b", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (baton_server_email_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (baton_server_email_is_valid (bad[i]));
  g_assert_false (baton_server_email_is_valid (longer));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/server/tokens/a good token says who and which session", test_good);
  g_test_add_func ("/server/tokens/hold the claims of the API", test_claims);
  g_test_add_func ("/server/tokens/an old one has expired", test_expired);
  g_test_add_func ("/server/tokens/unsigned, signed by others or otherwise are refused",
                   test_forged);
  g_test_add_func ("/server/tokens/without a claim they are refused", test_missing_claims);
  g_test_add_func ("/server/tokens/changed anywhere they are refused", test_tampered);
  g_test_add_func ("/server/tokens/noise and very long ones are refused", test_noise);
  g_test_add_func ("/server/tokens/the key is kept and private", test_key_file);
  g_test_add_func ("/server/tokens/a damaged key is no reason for a new one", test_short_key_file);
  g_test_add_func ("/server/tokens/refresh tokens name their session", test_refresh_tokens);
  g_test_add_func ("/server/passwords/are kept as Argon2id", test_passwords);
  g_test_add_func ("/server/throttle/doubles from a second to fifteen minutes", test_throttle);
  g_test_add_func ("/server/throttle/stays bounded in a flood", test_throttle_flood);
  g_test_add_func ("/server/accounts/what an e-mail address looks like", test_addresses);
  return g_test_run ();
}
