/* baton-credentials.c: the tokens of a sign-in, in the keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keyring is another process, which may ask the person for a password, or not answer. libsecret is asked on a thread of its own, one thing after the other,
 * and knows of no cancelling, which it does not do well everywhere: who asked may go away, and what was begun comes to its end.
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

/* --- asking ----------------------------------------------------------- */

typedef enum
{
  STORE,
  LOOK_UP,
  SEARCH,
  CLEAR,
} KeyringTask;

/* An atomic box: whoever asked has it, and whoever answers */
typedef struct
{
  KeyringTask task;
  char *server;
  char *user;
  char *device;
  char *label;  /* STORE */
  char *secret; /* STORE: goes in; LOOK_UP: comes out, nullable */
  GMutex mutex;
  GCond cond;
  gboolean found; /* SEARCH; under the mutex, as the rest */
  gboolean done;
  GError *error; /* owned, nullable */
} KeyringJob;

static KeyringJob *
job_new (KeyringTask task, const BatonCredentialsKey *key)
{
  KeyringJob *job = g_atomic_rc_box_new0 (KeyringJob);

  job->task = task;
  job->server = g_strdup (key->server);
  job->user = g_strdup (key->user);
  job->device = g_strdup (key->device);
  g_mutex_init (&job->mutex);
  g_cond_init (&job->cond);
  return job;
}

static void
job_clear (gpointer data)
{
  KeyringJob *job = data;

  g_free (job->server);
  g_free (job->user);
  g_free (job->device);
  g_free (job->label);
  g_clear_pointer (&job->secret, secret_password_free);
  g_clear_error (&job->error);
  g_cond_clear (&job->cond);
  g_mutex_clear (&job->mutex);
}

static void
job_release (KeyringJob *job)
{
  g_atomic_rc_box_release_full (job, job_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyringJob, job_release)

#define ATTRIBUTES(job) "server", (job)->server, "user", (job)->user, "device", (job)->device, NULL

static void
job_ask (KeyringJob *job, GError **error)
{
  GList *found;

  switch (job->task)
    {
    case STORE:
      secret_password_store_sync (&schema, SECRET_COLLECTION_DEFAULT, job->label, job->secret, NULL,
                                  error, ATTRIBUTES (job));
      break;
    case LOOK_UP:
      job->secret = secret_password_lookup_sync (&schema, NULL, error, ATTRIBUTES (job));
      break;
    case SEARCH:
      found = secret_password_search_sync (&schema, SECRET_SEARCH_NONE, NULL, error,
                                           ATTRIBUTES (job));
      job->found = found != NULL;
      g_list_free_full (found, g_object_unref);
      break;
    case CLEAR:
      secret_password_clear_sync (&schema, NULL, error, ATTRIBUTES (job));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* On the pool's thread, the only one. Until it is done, the job is that thread's. */
static void
job_work (gpointer data, gpointer unused)
{
  g_autoptr (KeyringJob) job = data;
  GError *error = NULL;

  job_ask (job, &error);
  g_mutex_lock (&job->mutex);
  job->error = error;
  job->done = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

static gpointer
make_pool (gpointer data)
{
  return g_thread_pool_new (job_work, NULL, 1, FALSE, NULL);
}

static void
cancelled_cb (GCancellable *cancellable, KeyringJob *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->mutex);

  g_cond_signal (&job->cond);
}

static gboolean
job_wait (KeyringJob *job, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&job->mutex);

  while (!job->done && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&job->cond, &job->mutex);
  return job->done;
}

/* FALSE with what the keyring says, or G_IO_ERROR_CANCELLED: then the job is not to be looked into any more. */
static gboolean
job_run (KeyringJob *job, GCancellable *cancellable, GError **error)
{
  static GOnce pool = G_ONCE_INIT;
  gulong handler;
  gboolean done;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_once (&pool, make_pool, NULL);
  g_thread_pool_push (pool.retval, g_atomic_rc_box_acquire (job), NULL);
  handler = cancellable != NULL
                ? g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), job, NULL)
                : 0;
  done = job_wait (job, cancellable);
  g_cancellable_disconnect (cancellable, handler);
  if (!done)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (job->error == NULL)
    return TRUE;
  g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_NO_KEYRING,
               _ ("There is no keyring to keep the sign-in (%s)."), job->error->message);
  return FALSE;
}

/* --- what is asked ------------------------------------------------------ */

gboolean
baton_credentials_store (const BatonCredentialsKey *key,
                         const BatonTokens *tokens,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (KeyringJob) job = job_new (STORE, key);

  job->secret = write_tokens (tokens);
  job->label = g_strdup_printf (_ ("Baton: %s at %s"), key->user, key->server);
  return job_run (job, cancellable, error);
}

BatonTokens *
baton_credentials_lookup (const BatonCredentialsKey *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (KeyringJob) job = job_new (LOOK_UP, key);

  if (!job_run (job, cancellable, error) || job->secret == NULL)
    return NULL;
  return read_tokens (job->secret);
}

gboolean
baton_credentials_exist (const BatonCredentialsKey *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (KeyringJob) job = job_new (SEARCH, key);

  return job_run (job, cancellable, error) && job->found;
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
  g_autoptr (KeyringJob) job = job_new (CLEAR, key);

  return job_run (job, cancellable, error);
}
