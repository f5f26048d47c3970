/* baton-session-sign-in.c: signing in, going on, signing out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-session-private.h"

#include "baton-config.h"
#include "baton-server-url.h"
#include "baton-sync-lock.h"
#include "baton-tls-probe.h"

#include <glib/gi18n-lib.h>

static void
add_detail (GString *text, JsonObject *detail)
{
  const char *field = baton_session_get_text (detail, "field");
  const char *message = baton_session_get_text (detail, "message");

  if (message == NULL ||
      (strstr (text->str, message) != NULL && (field == NULL || strstr (text->str, field) != NULL)))
    return;
  if (field != NULL)
    g_string_append_printf (text, "\n“%s” %s", field, message);
  else
    g_string_append_printf (text, "\n%s", message);
}

/* "Validation failed" alone helps nobody: the fields' own messages follow where they are not in it */
static char *
dup_refusal (const BatonAnswer *answer)
{
  GString *text = g_string_new (answer->message);
  JsonArray *details = NULL;

  if (answer->details != NULL && JSON_NODE_HOLDS_ARRAY (answer->details))
    details = json_node_get_array (answer->details);
  for (guint i = 0; details != NULL && i < json_array_get_length (details); i++)
    {
      JsonNode *node = json_array_get_element (details, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_detail (text, json_node_get_object (node));
    }
  return g_string_free (text, FALSE);
}

/* "Ada King of Lovelace" is Ada, and the rest; the server wants both */
static GStrv
split_name (const char *name, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name));
  g_auto (GStrv) parts = g_strsplit (stripped, " ", 2);

  if (g_strv_length (parts) == 2)
    return g_steal_pointer (&parts);
  g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_REFUSED,
                       _ ("A new account needs a first and a last name, with a space between."));
  return NULL;
}

static char *
write_registration (const char *email, const char *password, const char *name, GError **error)
{
  g_auto (GStrv) parts = split_name (name, error);
  const char *const members[] = { "email",      email,
                                  "password",   password,
                                  "first_name", parts != NULL ? parts[0] : "",
                                  "last_name",  parts != NULL ? g_strchug (parts[1]) : "",
                                  NULL };

  return parts != NULL ? baton_session_write_object (members) : NULL;
}

static char *
write_login (const char *email, const char *password)
{
  const char *const members[] = { "email",  email,         "password",
                                  password, "device_name", g_get_host_name (),
                                  NULL };

  return baton_session_write_object (members);
}

static BatonAnswer *
ask_to_sign_in (BatonSession *self,
                const char *server,
                const char *email,
                const char *password,
                const char *name,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *body = name != NULL ? write_registration (email, password, name, error)
                                       : write_login (email, password);
  BatonRequest request = {
    .method = "POST",
    .server = server,
    .path = name != NULL ? "/auth/register" : "/auth/login",
    .body = body,
  };
  g_autoptr (BatonAnswer) answer = NULL;
  g_autofree char *refusal = NULL;

  if (body == NULL)
    return NULL;
  answer = baton_http_send (self->soup, &request, cancellable, error);
  if (answer == NULL)
    return NULL;
  if (answer->status >= 400 && answer->status < 500 && answer->status != 429)
    {
      refusal = dup_refusal (answer);
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_REFUSED, refusal);
      return NULL;
    }
  return baton_answer_check (answer, error) ? g_steal_pointer (&answer) : NULL;
}

static gboolean
is_same_account (const BatonAccount *a, const BatonAccount *b)
{
  return g_str_equal (a->server, b->server) && g_str_equal (a->user_id, b->user_id);
}

static BatonAccount *
read_account (const BatonAnswer *answer, const char *server, const char *email, GError **error)
{
  JsonObject *data = baton_session_get_object (answer);
  JsonNode *user = data != NULL ? json_object_get_member (data, "user") : NULL;
  const char *id = user != NULL && JSON_NODE_HOLDS_OBJECT (user)
                       ? baton_session_get_text (json_node_get_object (user), "id")
                       : NULL;
  BatonAccount *account;

  if (id == NULL || !baton_uuid_is_valid (id))
    {
      g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
                   _ ("%s does not answer as a Baton server does: it did not say who signed in."),
                   server);
      return NULL;
    }
  account = g_new0 (BatonAccount, 1);
  account->server = g_strdup (server);
  account->email = g_strdup (email);
  account->user_id = g_strdup (id);
  return account;
}

static void
drop_tokens_of (BatonSession *self, const BatonAccount *before)
{
  BatonCredentialsKey key = {
    .server = before->server,
    .user = before->user_id,
    .device = baton_database_get_device_id (self->database),
  };
  g_autoptr (GError) error = NULL;

  if (!baton_credentials_clear (&key, NULL, &error))
    g_debug ("%s", error->message);
}

/* --- what another account left here --------------------------------------- */

/* A new account is always another one */
static gboolean
check_owner (BatonDatabase *database, const char *server, BatonSignIn how, GError **error)
{
  const BatonAccount account = { .server = (char *) server, .user_id = (char *) "" };
  g_autofree char *owner = baton_database_dup_other_owner (database, &account);

  if (owner == NULL || how != BATON_SIGN_IN_ASK)
    return TRUE;
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT,
      _ ("What is on this device belongs to another account. It is as it was, and no account was made. Say whether it is to be added to "
         "the new account, or to leave this device."));
  return FALSE;
}

static gboolean
add_scopes (GStrvBuilder *builder, const char *json, GError **error)
{
  g_autoptr (JsonNode) node = json != NULL ? baton_json_parse (json, -1, error) : NULL;
  JsonObjectIter iter;
  const char *scope;

  if (node == NULL)
    return json == NULL;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &scope, NULL))
    g_strv_builder_add (builder, scope);
  return TRUE;
}

/* What the account sees at its server, and whether that is the one that what is here came from. The first answer names all scopes, by where it came
 * to or by where they stand. */
static gboolean
look_around (BatonSession *self, GStrv *scopes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (BatonExchange) exchange = NULL;

  if (!baton_remote_exchange (BATON_REMOTE (self), baton_database_get_device_id (self->database),
                              "{}", NULL, none, 1, &exchange, cancellable, error) ||
      !add_scopes (builder, exchange->cursor, error) ||
      !add_scopes (builder, exchange->head, error))
    return FALSE;
  g_set_str (&self->account->server_id, exchange->server_id);
  *scopes = g_strv_builder_end (builder);
  return TRUE;
}

/* A device that was here before goes on from where it stood; whoever else was signed in here is signed out by it */
static gboolean
save_account (BatonSession *self, BatonSignIn how, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) scopes = NULL;
  g_autoptr (BatonLock) turn = NULL;
  g_autofree char *owner = baton_database_dup_other_owner (self->database, self->account);
  g_autoptr (GError) local = NULL;
  g_autoptr (BatonAccount) before = baton_database_get_account (self->database, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (owner != NULL && how == BATON_SIGN_IN_ADD && !look_around (self, &scopes, cancellable, error))
    return FALSE;
  turn = baton_sync_lock_take (self->database, BATON_SYNC_LOCK_WAIT_MS, cancellable, error);
  if (turn == NULL || !baton_database_sign_in (self->database, self->account, how,
                                               (const char *const *) scopes, error))
    return FALSE;
  if (before != NULL && !is_same_account (before, self->account))
    drop_tokens_of (self, before);
  return TRUE;
}

/* Before the server has made anything */
static gboolean
check (BatonSession *self,
       const char *server,
       const char *name,
       BatonSignIn how,
       gboolean needs_keyring,
       GCancellable *cancellable,
       GError **error)
{
  if (name != NULL && !check_owner (self->database, server, how, error))
    return FALSE;
  return (!needs_keyring || baton_credentials_check (baton_database_get_device_id (self->database),
                                                     cancellable, error)) &&
         baton_tls_probe (server, cancellable, error);
}

/* Whoever may sign in for this process only is told so. */
static gboolean
keep_tokens (BatonSession *self,
             BatonTokens *tokens,
             GCancellable *cancellable,
             GError **keyring_error,
             GError **error)
{
  g_autoptr (GError) local = NULL;

  if (baton_session_keep_tokens (self, tokens, cancellable, &local))
    return TRUE;
  if (keyring_error == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (keyring_error, g_steal_pointer (&local));
  else
    g_set_error (keyring_error, local->domain, local->code,
                 _ ("%s It lasts until Baton ends, and you will have to sign in again then."),
                 local->message);
  return keyring_error != NULL;
}

/* A second try to register would be told that the address is taken. */
static void
tell_registered (const char *name, GError **error)
{
  if (name != NULL)
    g_prefix_error_literal (
        error,
        _ ("The account was made, but you are not signed in to it: sign in, without making it again. "));
}

static gboolean
take_answer (BatonSession *self,
             const BatonAnswer *answer,
             const char *server,
             const char *email,
             BatonSignIn how,
             GCancellable *cancellable,
             GError **keyring_error,
             GError **error)
{
  BatonTokens *tokens;

  self->account = read_account (answer, server, email, error);
  tokens = self->account != NULL ? baton_session_read_tokens (answer, server, error) : NULL;
  if (tokens == NULL)
    return FALSE;
  if (keep_tokens (self, tokens, cancellable, keyring_error, error) &&
      save_account (self, how, cancellable, error))
    return TRUE;
  baton_session_drop_tokens (self);
  return FALSE;
}

BatonSession *
baton_session_sign_in (BatonDatabase *database,
                       const char *server,
                       const char *email,
                       const char *password,
                       const char *name,
                       BatonSignIn how,
                       GCancellable *cancellable,
                       GError **keyring_error,
                       GError **error)
{
  g_autoptr (BatonSession) self = NULL;
  g_autoptr (BatonAnswer) answer = NULL;
  g_autofree char *url = NULL;
  g_autofree char *address = NULL;

  g_return_val_if_fail (database != NULL && server != NULL && email != NULL && password != NULL,
                        NULL);

  url = baton_server_url_normalize (server, error);
  if (url == NULL)
    return NULL;
  self = g_object_new (BATON_TYPE_SESSION, NULL);
  self->database = database;
  if (!check (self, url, name, how, keyring_error == NULL, cancellable, error))
    return NULL;
  address = g_strstrip (g_strdup (email));
  answer = ask_to_sign_in (self, url, address, password, name, cancellable, error);
  if (answer == NULL)
    return NULL;
  if (!take_answer (self, answer, url, address, how, cancellable, keyring_error, error))
    {
      tell_registered (name, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static BatonSession *
open_session (BatonDatabase *database, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BatonAccount) account = baton_database_get_account (database, &local);
  BatonSession *self;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (account == NULL)
    {
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT,
                           _ ("You are not signed in to a server."));
      return NULL;
    }
  self = g_object_new (BATON_TYPE_SESSION, NULL);
  self->database = database;
  self->account = g_steal_pointer (&account);
  return self;
}

static gboolean
fail_no_tokens (BatonSession *self, GError *failure, GError **error)
{
  if (failure == NULL)
    return baton_session_fail_signed_out (self, NULL, error);
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, failure);
  else
    {
      g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT,
                   _ ("%s Start the keyring that has it, or sign in again."), failure->message);
      g_error_free (failure);
    }
  return FALSE;
}

gboolean
baton_session_check (BatonDatabase *database, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonSession) self = NULL;
  BatonCredentialsKey key;
  GError *local = NULL;

  g_return_val_if_fail (database != NULL, FALSE);

  self = open_session (database, error);
  if (self == NULL)
    return FALSE;
  key = baton_session_get_key (self);
  return baton_credentials_exist (&key, cancellable, &local) || fail_no_tokens (self, local, error);
}

/* With the tokens that the keyring has; why there are none is in @failure */
static BatonSession *
open_with_tokens (BatonDatabase *database,
                  GCancellable *cancellable,
                  GError **failure,
                  GError **error)
{
  BatonSession *self = open_session (database, error);
  BatonCredentialsKey key;

  if (self == NULL)
    return NULL;
  key = baton_session_get_key (self);
  self->tokens = baton_credentials_lookup (&key, cancellable, failure);
  self->kept = self->tokens != NULL;
  return self;
}

BatonSession *
baton_session_resume (BatonDatabase *database, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonSession) self = NULL;
  GError *failure = NULL;

  g_return_val_if_fail (database != NULL, NULL);

  self = open_with_tokens (database, cancellable, &failure, error);
  if (self == NULL || self->kept)
    return g_steal_pointer (&self);
  fail_no_tokens (self, failure, error);
  return NULL;
}

/* Here first, where it may fail, and nothing has changed then: what was typed a moment ago keeps a device from being signed out. */
static gboolean
sign_out_here (BatonSession *self, BatonSignOut how, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonLock)
      turn = baton_sync_lock_take (self->database, BATON_SYNC_LOCK_WAIT_MS, cancellable, error);

  return turn != NULL && baton_database_sign_out (self->database, how, error);
}

static void
tell_server (BatonSession *self, const BatonTokens *tokens, GCancellable *cancellable)
{
  const char *const members[] = { "refresh_token", tokens->refresh, NULL };
  g_autofree char *body = baton_session_write_object (members);
  BatonRequest request = {
    .method = "POST",
    .server = self->account->server,
    .path = "/auth/logout",
    .token = tokens->access,
    .body = body,
  };
  g_autoptr (GError) local = NULL;
  g_autoptr (BatonAnswer) answer = baton_http_send (self->soup, &request, cancellable, &local);

  if (answer == NULL)
    g_debug ("The server was not told: %s", local->message);
}

gboolean
baton_session_end (BatonSession *self, BatonSignOut how, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonTokens) tokens = NULL;

  g_return_val_if_fail (BATON_IS_SESSION (self), FALSE);

  if (!sign_out_here (self, how, cancellable, error))
    return FALSE;
  tokens = g_steal_pointer (&self->tokens);
  baton_session_drop_tokens (self);
  if (tokens != NULL)
    tell_server (self, tokens, cancellable);
  return TRUE;
}

gboolean
baton_session_sign_out (BatonDatabase *database,
                        BatonSignOut how,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (BatonSession) self = NULL;

  g_return_val_if_fail (database != NULL, FALSE);

  self = open_with_tokens (database, cancellable, NULL, error);
  return self != NULL && baton_session_end (self, how, cancellable, error);
}
