/* baton-credentials.c: the tokens of a sign-in, in the keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-credentials.h"

#include "baton-config.h"
#include "baton-remote.h"

#include "../core/baton-json.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

static const SecretSchema schema = {
  .name = BATON_APP_ID,
  .flags = SECRET_SCHEMA_NONE,
  .attributes = {
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "device", SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

BatonTokens *
baton_tokens_new (const char *access, const char *refresh, gint64 expires)
{
  BatonTokens *tokens = g_new0 (BatonTokens, 1);

  tokens->access = g_strdup (access);
  tokens->refresh = g_strdup (refresh);
  tokens->renewal = g_uuid_string_random ();
  tokens->expires = expires;
  return tokens;
}

void
baton_tokens_free (BatonTokens *tokens)
{
  if (tokens == NULL)
    return;
  g_free (tokens->access);
  g_free (tokens->refresh);
  g_free (tokens->renewal);
  g_free (tokens);
}

static char *
write_tokens (const BatonTokens *tokens)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };

  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "access", tokens->access);
  baton_json_member_text (&writer, "refresh", tokens->refresh);
  baton_json_member_text (&writer, "renewal", tokens->renewal);
  baton_json_member_int (&writer, "expires", tokens->expires);
  baton_json_end_object (&writer);
  return g_string_free (text, FALSE);
}

/* NULL for an entry that somebody else has changed: it counts as none */
static BatonTokens *
read_tokens (const char *text)
{
  g_autoptr (JsonNode) node = baton_json_parse (text, -1, NULL);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                     : NULL;
  const char *access = object != NULL
                           ? json_object_get_string_member_with_default (object, "access", NULL)
                           : NULL;
  const char *refresh = object != NULL
                            ? json_object_get_string_member_with_default (object, "refresh", NULL)
                            : NULL;
  const char *renewal = object != NULL
                            ? json_object_get_string_member_with_default (object, "renewal", NULL)
                            : NULL;
  BatonTokens *tokens;

  if (access == NULL || refresh == NULL || renewal == NULL)
    return NULL;
  tokens = baton_tokens_new (access, refresh,
                             json_object_get_int_member_with_default (object, "expires", 0));
  g_set_str (&tokens->renewal, renewal);
  return tokens;
}

/* @failure is taken */
static gboolean
no_keyring (GError *failure, GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING,
               _ ("There is no keyring to keep the sign-in (%s)."), failure->message);
  g_error_free (failure);
  return FALSE;
}

gboolean
baton_credentials_store (const BatonCredentialsKey *key,
                         const BatonTokens *tokens,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *secret = write_tokens (tokens);
  g_autofree char *label = g_strdup_printf (_ ("Baton: %s at %s"), key->user, key->server);
  GError *local = NULL;

  if (!secret_password_store_sync (&schema, SECRET_COLLECTION_DEFAULT, label, secret, cancellable,
                                   &local, "server", key->server, "user", key->user, "device",
                                   key->device, NULL))
    return no_keyring (local, error);
  return TRUE;
}

BatonTokens *
baton_credentials_lookup (const BatonCredentialsKey *key, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;
  char *secret = secret_password_lookup_sync (&schema, cancellable, &local, "server", key->server,
                                              "user", key->user, "device", key->device, NULL);
  BatonTokens *tokens = NULL;

  if (local != NULL)
    no_keyring (local, error);
  if (secret != NULL)
    tokens = read_tokens (secret);
  g_clear_pointer (&secret, secret_password_free);
  return tokens;
}

gboolean
baton_credentials_exist (const BatonCredentialsKey *key, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;
  GList *found = secret_password_search_sync (&schema, SECRET_SEARCH_NONE, cancellable, &local,
                                              "server", key->server, "user", key->user, "device",
                                              key->device, NULL);
  gboolean exist = found != NULL;

  g_list_free_full (found, g_object_unref);
  if (local != NULL)
    no_keyring (local, error);
  return exist;
}

gboolean
baton_credentials_check (const char *device, GCancellable *cancellable, GError **error)
{
  const BatonCredentialsKey key = { .server = "", .user = "", .device = device };
  g_autoptr (BatonTokens) tokens = baton_tokens_new ("", "", 0);

  return baton_credentials_store (&key, tokens, cancellable, error) &&
         baton_credentials_clear (&key, cancellable, error);
}

gboolean
baton_credentials_clear (const BatonCredentialsKey *key, GCancellable *cancellable, GError **error)
{
  GError *local = NULL;

  secret_password_clear_sync (&schema, cancellable, &local, "server", key->server, "user",
                              key->user, "device", key->device, NULL);
  return local == NULL || no_keyring (local, error);
}
