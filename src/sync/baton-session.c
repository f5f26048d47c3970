/* baton-session.c: signed in to a server: requests with tokens that renew themselves
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A refresh token works once, and a second use ends the sign-in. So a renewal is the one request that must neither be made twice nor lost:
 *
 * - The app and the command line share one keyring entry. Whoever renews holds `session.lock` in the data folder, and looks first
 *   whether another process has renewed meanwhile; then those tokens are the ones to use.
 * - The new pair is in the keyring before it is used. A kill before that leaves the old pair, whose refresh token is spent.
 * - Each pair carries a random key for its one renewal, sent as `Idempotency-Key`, with which a server can tell a device that has not got the
 *   answer from a thief of the token. A server that cannot answers TOKEN_REUSED, and the person signs in again; no edit is lost by it.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-session-private.h"

#include "baton-config.h"
#include "baton-exchange.h"
#include "baton-lock.h"

#include <glib/gi18n-lib.h>

/* An access token this close to its end is renewed first: the request may take as long */
#define SPARE_MS (60 * 1000)

static void baton_session_remote_init (BatonRemoteInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonSession,
                               baton_session,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_REMOTE, baton_session_remote_init))

BatonCredentialsKey
baton_session_get_key (BatonSession *self)
{
  return (BatonCredentialsKey) {
    .server = self->account->server,
    .user = self->account->user_id,
    .device = baton_database_get_device_id (self->database),
  };
}

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* --- what is sent and read -------------------------------------------- */

char *
baton_session_write_object (const char *const *members)
{
  GString *text = g_string_new (NULL);
  BatonJsonWriter writer = { .out = text };

  baton_json_begin_object (&writer);
  for (guint i = 0; members[i] != NULL; i += 2)
    baton_json_member_text (&writer, members[i], members[i + 1]);
  baton_json_end_object (&writer);
  return g_string_free (text, FALSE);
}

JsonObject *
baton_session_get_object (const BatonAnswer *answer)
{
  return answer->data != NULL && JSON_NODE_HOLDS_OBJECT (answer->data)
             ? json_node_get_object (answer->data)
             : NULL;
}

const char *
baton_session_get_text (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gint64
get_int (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return 0;
  return json_node_get_int (node);
}

BatonTokens *
baton_session_read_tokens (const BatonAnswer *answer, const char *server, GError **error)
{
  JsonObject *data = baton_session_get_object (answer);
  const char *access = baton_session_get_text (data, "access_token");
  const char *refresh = baton_session_get_text (data, "refresh_token");
  gint64 seconds = CLAMP (get_int (data, "expires_in"), 0, 366 * 24 * 3600);

  if (access != NULL && refresh != NULL && *access != '\0' && *refresh != '\0')
    return baton_tokens_new (access, refresh, now_ms () + seconds * 1000);
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL,
               _ ("%s does not answer as a Baton server does: it gave no tokens."), server);
  return NULL;
}

/* --- renewing ----------------------------------------------------------- */

static gboolean
is_fresh (const BatonTokens *tokens)
{
  return tokens->expires > now_ms () + SPARE_MS;
}

/* What has happened, that nothing is lost by it, and what to do: the same for window and command line, now and later.
 * The first sentence is short: it stands in a banner. */
static const char *
describe_end (const char *code)
{
  if (code == NULL)
    return _ (
        "The sign-in has ended: the keyring does not have it any more. Your tasks are safe on this device. Sign in again, and what waits here is sent.");
  if (g_str_equal (code, "TOKEN_REUSED"))
    return _ (
        "The sign-in has ended: the server does not know it any more. That is so after it was restored from a backup; if it was not, change your "
        "password. Your tasks are safe on this device. Sign in again, and what waits here is sent.");
  if (g_str_equal (code, "ACCOUNT_DISABLED"))
    return _ (
        "The sign-in has ended: your account is disabled on the server. Your tasks are safe on this device, and what you change waits here. Ask "
        "whoever runs the server.");
  if (g_str_equal (code, "TOKEN_EXPIRED"))
    return _ (
        "The sign-in has ended: this device was not in sync for too long. Your tasks are safe on this device. Sign in again, and what waits here is sent.");
  return _ (
      "The sign-in has ended: the server does not take it any more. That is so after a new password, a sign-out from elsewhere, or a backup that was "
      "put back. Your tasks are safe on this device. Sign in again, and what waits here is sent.");
}

gboolean
baton_session_fail_signed_out (BatonSession *self, const char *code, GError **error)
{
  g_autofree char *why = code != NULL ? g_strdup (code) : baton_database_dup_ended (self->database);
  g_autoptr (GError) local = NULL;

  if (code != NULL && !baton_database_set_ended (self->database, code, &local))
    g_debug ("%s", local->message);
  g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT, describe_end (why));
  return FALSE;
}

/* Tokens that are spent would only fail once more */
void
baton_session_drop_tokens (BatonSession *self)
{
  BatonCredentialsKey key = baton_session_get_key (self);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->tokens, baton_tokens_free);
  if (self->kept && !baton_credentials_clear (&key, NULL, &error))
    g_debug ("%s", error->message);
}

gboolean
baton_session_keep_tokens (BatonSession *self,
                           BatonTokens *tokens,
                           GCancellable *cancellable,
                           GError **error)
{
  BatonCredentialsKey key = baton_session_get_key (self);

  self->kept = baton_credentials_store (&key, tokens, cancellable, error);
  g_clear_pointer (&self->tokens, baton_tokens_free);
  self->tokens = tokens;
  return self->kept;
}

/* TRUE where another process has renewed since these tokens were read */
static gboolean
adopt_tokens (BatonSession *self, GCancellable *cancellable)
{
  BatonCredentialsKey key = baton_session_get_key (self);
  g_autoptr (BatonTokens) found = NULL;

  if (!self->kept)
    return FALSE;
  found = baton_credentials_lookup (&key, cancellable, NULL);
  if (found == NULL || g_str_equal (found->refresh, self->tokens->refresh))
    return FALSE;
  baton_tokens_free (self->tokens);
  self->tokens = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
ask_for_tokens (BatonSession *self, GCancellable *cancellable, GError **error)
{
  const char *const members[] = { "refresh_token", self->tokens->refresh, NULL };
  g_autofree char *body = baton_session_write_object (members);
  BatonRequest request = {
    .method = "POST",
    .server = self->account->server,
    .path = "/auth/refresh",
    .body = body,
    .repeat_key = self->tokens->renewal,
  };
  g_autoptr (BatonAnswer) answer = baton_http_send (self->soup, &request, cancellable, error);
  g_autoptr (GError) keyring_error = NULL;
  BatonTokens *tokens;

  if (answer == NULL)
    return FALSE;
  if (answer->status == 401)
    {
      baton_session_drop_tokens (self);
      return baton_session_fail_signed_out (self, answer->code, error);
    }
  if (!baton_answer_check (answer, error))
    return FALSE;
  tokens = baton_session_read_tokens (answer, self->account->server, error);
  if (tokens == NULL)
    return FALSE;
  /* Not cancellable: the server has forgotten the old pair */
  if (!baton_session_keep_tokens (self, tokens, NULL, &keyring_error))
    g_debug ("%s", keyring_error->message);
  return TRUE;
}

static gboolean
renew (BatonSession *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonLock) lock = NULL;

  if (self->tokens == NULL)
    return baton_session_fail_signed_out (self, NULL, error);
  lock = baton_lock_take (baton_database_get_folder (self->database), "session.lock", cancellable,
                          error);
  if (lock == NULL)
    return FALSE;
  if (adopt_tokens (self, cancellable) && is_fresh (self->tokens))
    return TRUE;
  return ask_for_tokens (self, cancellable, error);
}

static BatonAnswer *
send_signed (BatonSession *self, BatonRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (BatonAnswer) answer = NULL;

  request->server = self->account->server;
  request->token = baton_session_get_token (self, cancellable, error);
  if (request->token == NULL)
    return NULL;
  answer = baton_http_send (self->soup, request, cancellable, error);
  if (answer == NULL || answer->status != 401)
    return g_steal_pointer (&answer);
  if (!renew (self, cancellable, error))
    return NULL;
  request->token = self->tokens->access;
  g_clear_pointer (&answer, baton_answer_free);
  answer = baton_http_send (self->soup, request, cancellable, error);
  if (answer == NULL || answer->status != 401)
    return g_steal_pointer (&answer);
  baton_session_fail_signed_out (self, answer->code, error);
  return NULL;
}

/* --- the remote --------------------------------------------------------- */

static gboolean
baton_session_exchange (BatonRemote *remote,
                        const char *device_id,
                        const char *cursor,
                        const char *head,
                        GPtrArray *edits,
                        guint limit,
                        BatonExchange **exchange,
                        GCancellable *cancellable,
                        GError **error)
{
  BatonSession *self = BATON_SESSION (remote);
  g_autofree char *body = baton_exchange_write_request (device_id, cursor, head, edits, limit);
  BatonRequest request = { .method = "POST", .path = "/sync", .body = body, .repeatable = TRUE };
  g_autoptr (BatonAnswer) answer = send_signed (self, &request, cancellable, error);

  return answer != NULL && baton_answer_to_exchange (answer, exchange, error);
}

static void
baton_session_remote_init (BatonRemoteInterface *iface)
{
  iface->exchange = baton_session_exchange;
}

static void
baton_session_finalize (GObject *object)
{
  BatonSession *self = BATON_SESSION (object);

  g_clear_object (&self->soup);
  g_clear_pointer (&self->account, baton_account_free);
  g_clear_pointer (&self->tokens, baton_tokens_free);
  G_OBJECT_CLASS (baton_session_parent_class)->finalize (object);
}

static void
baton_session_class_init (BatonSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_session_finalize;
}

static void
baton_session_init (BatonSession *self)
{
  self->soup = baton_http_session_new ();
}

const char *
baton_session_get_server (BatonSession *self)
{
  g_return_val_if_fail (BATON_IS_SESSION (self), NULL);

  return self->account->server;
}

gboolean
baton_session_is_kept (BatonSession *self)
{
  g_return_val_if_fail (BATON_IS_SESSION (self), FALSE);

  return self->kept;
}

const char *
baton_session_get_token (BatonSession *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (BATON_IS_SESSION (self), NULL);

  if (self->tokens == NULL || !is_fresh (self->tokens))
    {
      if (!renew (self, cancellable, error))
        return NULL;
    }
  return self->tokens->access;
}

void
baton_session_drop_connections (BatonSession *self)
{
  g_return_if_fail (BATON_IS_SESSION (self));

  soup_session_abort (self->soup);
}
