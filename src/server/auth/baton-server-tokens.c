/* baton-server-tokens.c: access tokens (JWT) and refresh tokens (opaque)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-tokens.h"

#include "../../core/baton-uuid.h"
#include "../http/baton-server-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <jwt.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define KEY_LENGTH    32
#define SECRET_LENGTH 32
#define HASH_LENGTH   32
/* Longer than any token that this server makes */
#define TOKEN_LENGTH_MAX 2048
/* How many tokens are known by sight */
#define SEEN_MAX 8192

struct _BatonServerTokens
{
  guint8 *key;
  int key_length;
  GMutex mutex;
  GHashTable *seen; /* token to claims; mutex */
};

static gboolean
fail_with_errno (const char *path, GError **error)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), "%s: %s", path,
               g_strerror (saved));
  return FALSE;
}

/* Made aside and linked into place: of two processes that start at once both use the one that came first */
static gboolean
make_key (const char *folder, const char *path, GError **error)
{
  g_autofree char *aside = g_build_filename (folder, "token.key.XXXXXX", NULL);
  guint8 key[KEY_LENGTH];
  int fd = g_mkstemp_full (aside, O_RDWR | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    return fail_with_errno (aside, error);

  randombytes_buf (key, sizeof key);
  ok = write (fd, key, sizeof key) == (gssize) sizeof key && fsync (fd) == 0;
  ok = ok && (link (aside, path) == 0 || errno == EEXIST);
  if (!ok)
    fail_with_errno (path, error);
  sodium_memzero (key, sizeof key);
  close (fd);
  g_unlink (aside);
  return ok;
}

static gboolean
load_key (BatonServerTokens *tokens, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "token.key", NULL);
  g_autofree char *key = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_key (folder, path, error))
    return FALSE;
  if (!g_file_get_contents (path, &key, &length, error))
    return FALSE;
  if (length < KEY_LENGTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "%s holds %" G_GSIZE_FORMAT " bytes and should hold %d", path, length,
                   KEY_LENGTH);
      return FALSE;
    }
  tokens->key = g_memdup2 (key, length);
  tokens->key_length = (int) length;
  sodium_memzero (key, length);
  return TRUE;
}

static void
claims_free (gpointer data)
{
  baton_server_claims_clear (data);
  g_free (data);
}

BatonServerTokens *
baton_server_tokens_new (const char *folder, const char *secret, GError **error)
{
  g_autoptr (BatonServerTokens) tokens = g_new0 (BatonServerTokens, 1);

  g_mutex_init (&tokens->mutex);
  tokens->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, claims_free);
  if (secret)
    {
      tokens->key = g_memdup2 (secret, strlen (secret));
      tokens->key_length = (int) strlen (secret);
    }
  else if (!load_key (tokens, folder, error))
    {
      return NULL;
    }
  return g_steal_pointer (&tokens);
}

void
baton_server_tokens_free (BatonServerTokens *tokens)
{
  if (tokens->key)
    sodium_memzero (tokens->key, (gsize) tokens->key_length);
  g_free (tokens->key);
  g_hash_table_unref (tokens->seen);
  g_mutex_clear (&tokens->mutex);
  g_free (tokens);
}

void
baton_server_claims_clear (BatonServerClaims *claims)
{
  g_clear_pointer (&claims->user_id, g_free);
  g_clear_pointer (&claims->session_id, g_free);
}

char *
baton_server_tokens_issue (BatonServerTokens *tokens,
                           const char *user_id,
                           const char *email,
                           const char *role,
                           const char *session_id,
                           gint64 now,
                           gint64 seconds)
{
  jwt_t *jwt = NULL;
  char *encoded;
  char *token;

  if (jwt_new (&jwt) != 0)
    g_error ("Out of memory");
  jwt_set_alg (jwt, JWT_ALG_HS256, tokens->key, tokens->key_length);
  jwt_add_grant (jwt, "sub", user_id);
  jwt_add_grant (jwt, "email", email);
  jwt_add_grant (jwt, "role", role);
  jwt_add_grant (jwt, "sid", session_id);
  jwt_add_grant_int (jwt, "iat", (long) now);
  jwt_add_grant_int (jwt, "exp", (long) (now + seconds));
  encoded = jwt_encode_str (jwt);
  token = g_strdup (encoded);
  jwt_free_str (encoded);
  jwt_free (jwt);
  return token;
}

static gboolean
read_claims (jwt_t *jwt, gint64 now, BatonServerClaims *claims, GError **error)
{
  const char *user_id = jwt_get_grant (jwt, "sub");
  const char *session_id = jwt_get_grant (jwt, "sid");
  gint64 expires = jwt_get_grant_int (jwt, "exp");

  if (jwt_get_alg (jwt) != JWT_ALG_HS256 || !user_id || !session_id || expires <= 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "The access token is not valid");
      return FALSE;
    }
  if (expires <= now)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_TOKEN_EXPIRED,
                           "The access token has expired; refresh it");
      return FALSE;
    }
  claims->user_id = g_strdup (user_id);
  claims->session_id = g_strdup (session_id);
  claims->expires = expires;
  return TRUE;
}

static void
copy_claims (const BatonServerClaims *from, BatonServerClaims *to)
{
  to->user_id = g_strdup (from->user_id);
  to->session_id = g_strdup (from->session_id);
  to->expires = from->expires;
}

/* A signature that held once holds until the token ends. Checking it anew costs more than reading a task. */
static gboolean
look_up_seen (BatonServerTokens *tokens, const char *token, gint64 now, BatonServerClaims *claims)
{
  const BatonServerClaims *seen;

  g_mutex_lock (&tokens->mutex);
  seen = g_hash_table_lookup (tokens->seen, token);
  if (seen && seen->expires <= now)
    {
      g_hash_table_remove (tokens->seen, token);
      seen = NULL;
    }
  if (seen)
    copy_claims (seen, claims);
  g_mutex_unlock (&tokens->mutex);
  return seen != NULL;
}

static void
keep_seen (BatonServerTokens *tokens, const char *token, const BatonServerClaims *claims)
{
  BatonServerClaims *copy = g_new0 (BatonServerClaims, 1);

  copy_claims (claims, copy);
  g_mutex_lock (&tokens->mutex);
  if (g_hash_table_size (tokens->seen) >= SEEN_MAX)
    g_hash_table_remove_all (tokens->seen);
  g_hash_table_replace (tokens->seen, g_strdup (token), copy);
  g_mutex_unlock (&tokens->mutex);
}

gboolean
baton_server_tokens_verify (BatonServerTokens *tokens,
                            const char *token,
                            gint64 now,
                            BatonServerClaims *claims,
                            GError **error)
{
  jwt_t *jwt = NULL;
  gboolean ok;

  if (look_up_seen (tokens, token, now, claims))
    return TRUE;
  if (strlen (token) > TOKEN_LENGTH_MAX ||
      jwt_decode (&jwt, token, tokens->key, tokens->key_length) != 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "The access token is not valid");
      return FALSE;
    }
  ok = read_claims (jwt, now, claims, error);
  jwt_free (jwt);
  if (ok)
    keep_seen (tokens, token, claims);
  return ok;
}

static char *
write_refresh_token (const char *session_id, const guint8 *secret)
{
  char text[sodium_base64_ENCODED_LEN (SECRET_LENGTH, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  sodium_bin2base64 (text, sizeof text, secret, SECRET_LENGTH,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strconcat (session_id, ".", text, NULL);
}

char *
baton_server_refresh_token_new (const char *session_id)
{
  guint8 secret[SECRET_LENGTH];

  randombytes_buf (secret, sizeof secret);
  return write_refresh_token (session_id, secret);
}

static void
add_text (crypto_generichash_state *state, const char *text)
{
  crypto_generichash_update (state, (const guint8 *) text, strlen (text) + 1);
}

/* The key of the hash is one of its own, made from that of the server: it is used for nothing else, and of the right length. */
char *
baton_server_tokens_make_next (BatonServerTokens *tokens,
                               const char *session_id,
                               const char *spent,
                               const char *repeat_key)
{
  crypto_generichash_state state;
  guint8 key[SECRET_LENGTH], secret[SECRET_LENGTH];

  crypto_generichash_init (&state, NULL, 0, sizeof key);
  add_text (&state, "refresh token");
  crypto_generichash_update (&state, tokens->key, (gsize) tokens->key_length);
  crypto_generichash_final (&state, key, sizeof key);

  crypto_generichash_init (&state, key, sizeof key, sizeof secret);
  add_text (&state, spent);
  add_text (&state, repeat_key);
  crypto_generichash_final (&state, secret, sizeof secret);
  sodium_memzero (key, sizeof key);
  return write_refresh_token (session_id, secret);
}

char *
baton_server_refresh_token_hash (const char *token)
{
  guint8 hash[HASH_LENGTH];
  char text[HASH_LENGTH * 2 + 1];

  crypto_generichash (hash, sizeof hash, (const guint8 *) token, strlen (token), NULL, 0);
  sodium_bin2hex (text, sizeof text, hash, sizeof hash);
  return g_strdup (text);
}

gboolean
baton_server_refresh_token_parse (const char *token, char **session_id, char **hash)
{
  const char *dot = strchr (token, '.');
  g_autofree char *id = dot ? g_strndup (token, (gsize) (dot - token)) : NULL;

  if (!id || !baton_uuid_is_valid (id) || strlen (token) > TOKEN_LENGTH_MAX)
    return FALSE;
  *session_id = g_steal_pointer (&id);
  *hash = baton_server_refresh_token_hash (token);
  return TRUE;
}
