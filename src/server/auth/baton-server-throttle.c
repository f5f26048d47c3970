/* baton-server-throttle.c: repeated failures to sign in slow down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-throttle.h"

#define FREE_FAILURES   BATON_SERVER_THROTTLE_FREE
#define LONGEST_WAIT_MS (15 * 60 * 1000)
/* More keys than this at once are an attack: what is old is dropped, or else all, so that it ends with memory to spare */
#define KEYS_MAX 10000

typedef struct
{
  guint failures;
  gint64 last; /* Unix milliseconds */
} Failures;

struct _BatonServerThrottle
{
  GMutex mutex;
  GHashTable *keys; /* owned text → owned Failures */
};

static gboolean
is_old (gpointer key, gpointer value, gpointer data)
{
  const Failures *failures = value;
  const gint64 *now = data;

  return *now - failures->last > LONGEST_WAIT_MS;
}

static gint64
get_wait_ms (const Failures *failures)
{
  guint doublings = failures->failures - FREE_FAILURES;

  if (failures->failures < FREE_FAILURES)
    return 0;
  return doublings >= 10 ? LONGEST_WAIT_MS : MIN ((gint64) 1000 << doublings, LONGEST_WAIT_MS);
}

BatonServerThrottle *
baton_server_throttle_new (void)
{
  BatonServerThrottle *throttle = g_new0 (BatonServerThrottle, 1);

  g_mutex_init (&throttle->mutex);
  throttle->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return throttle;
}

void
baton_server_throttle_free (BatonServerThrottle *throttle)
{
  g_hash_table_unref (throttle->keys);
  g_mutex_clear (&throttle->mutex);
  g_free (throttle);
}

guint
baton_server_throttle_check (BatonServerThrottle *throttle, const char *key, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&throttle->mutex);
  const Failures *failures = g_hash_table_lookup (throttle->keys, key);
  gint64 left;

  if (!failures || now - failures->last > LONGEST_WAIT_MS)
    return 0;
  left = failures->last + get_wait_ms (failures) - now;
  return left > 0 ? (guint) ((left + 999) / 1000) : 0;
}

void
baton_server_throttle_fail (BatonServerThrottle *throttle, const char *key, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&throttle->mutex);
  Failures *failures;

  if (g_hash_table_size (throttle->keys) >= KEYS_MAX &&
      g_hash_table_foreach_remove (throttle->keys, is_old, &now) == 0)
    g_hash_table_remove_all (throttle->keys);
  failures = g_hash_table_lookup (throttle->keys, key);
  if (!failures)
    {
      failures = g_new0 (Failures, 1);
      g_hash_table_insert (throttle->keys, g_strdup (key), failures);
    }
  else if (is_old (NULL, failures, &now))
    {
      failures->failures = 0;
    }
  failures->failures++;
  failures->last = now;
}

void
baton_server_throttle_forget (BatonServerThrottle *throttle, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&throttle->mutex);

  g_hash_table_remove (throttle->keys, key);
}

guint
baton_server_throttle_get_n_keys (BatonServerThrottle *throttle)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&throttle->mutex);

  return g_hash_table_size (throttle->keys);
}
