/* baton-server-password.c: passwords, kept as Argon2id hashes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-password.h"

#include "../http/baton-server-error.h"

#include <sodium.h>
#include <string.h>

/* A hash of a password that nobody has, with the parameters of every other, for addresses that nobody has */
static const char *
get_nobody (void)
{
  static char hash[crypto_pwhash_STRBYTES];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      char random[32];

      randombytes_buf (random, sizeof random);
      if (crypto_pwhash_str (hash, random, sizeof random, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        *hash = '\0';
      g_once_init_leave (&once, 1);
    }
  return hash;
}

char *
baton_server_password_hash (const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  g_return_val_if_fail (password != NULL, NULL);

  if (crypto_pwhash_str (hash, password, strlen (password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                         crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_UNAVAILABLE,
                           "There is not enough memory to hash a password now");
      return NULL;
    }
  return g_strdup (hash);
}

gboolean
baton_server_password_verify (const char *hash, const char *password)
{
  const char *nobody = get_nobody ();

  g_return_val_if_fail (password != NULL, FALSE);

  return crypto_pwhash_str_verify (hash ? hash : nobody, password, strlen (password)) == 0 &&
         hash != NULL;
}
