/* baton-server-totals.c: how long lists are, kept while nothing changes
 *
 * Counting ten thousand rows of an index takes longer than showing fifty of them. Every change to what a list could
 * show takes a place in a scope of the list; so a total holds until one of the places has moved on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-totals.h"

#define MOST 4096

struct _BatonServerTotals
{
  GMutex mutex;
  GHashTable *totals; /* key to total + 1; mutex */
};

BatonServerTotals *
baton_server_totals_new (void)
{
  BatonServerTotals *totals = g_new0 (BatonServerTotals, 1);

  g_mutex_init (&totals->mutex);
  totals->totals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return totals;
}

void
baton_server_totals_free (BatonServerTotals *totals)
{
  g_hash_table_unref (totals->totals);
  g_mutex_clear (&totals->mutex);
  g_free (totals);
}

char *
baton_server_totals_dup_key (const char *table,
                             const char *where,
                             GPtrArray *values,
                             GPtrArray *scopes)
{
  GString *key = g_string_new (table);

  for (guint i = 0; i < scopes->len; i++)
    {
      const BatonServerScope *scope = g_ptr_array_index (scopes, i);

      g_string_append_printf (key, " %" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, scope->key,
                              scope->seq);
    }
  g_string_append (key, where);
  for (guint i = 0; i < values->len; i++)
    g_string_append_printf (key, "\n%s", (const char *) g_ptr_array_index (values, i));
  return g_string_free_and_steal (key);
}

gint64
baton_server_totals_look_up (BatonServer *server, const char *key)
{
  BatonServerTotals *totals = baton_server_get_totals (server);
  gint64 total;

  g_mutex_lock (&totals->mutex);
  total = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (totals->totals, key)) - 1;
  g_mutex_unlock (&totals->mutex);
  return total;
}

void
baton_server_totals_keep (BatonServer *server, const char *key, gint64 total)
{
  BatonServerTotals *totals = baton_server_get_totals (server);

  g_mutex_lock (&totals->mutex);
  if (g_hash_table_size (totals->totals) >= MOST)
    g_hash_table_remove_all (totals->totals);
  g_hash_table_replace (totals->totals, g_strdup (key), GSIZE_TO_POINTER ((gsize) (total + 1)));
  g_mutex_unlock (&totals->mutex);
}
