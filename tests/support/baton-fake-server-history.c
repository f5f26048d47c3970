/* baton-fake-server-history.c: purges, backups, and what else happens to servers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-fake-server-private.h"

static void
entry_free (BatonFakeEntry *entry)
{
  g_free (entry->tag);
  g_free (entry->key);
  g_free (entry);
}

void
baton_fake_scope_free (BatonFakeScope *scope)
{
  g_ptr_array_unref (scope->entries);
  g_hash_table_unref (scope->latest);
  g_free (scope);
}

BatonFakeScope *
baton_fake_scope_new (void)
{
  BatonFakeScope *scope = g_new0 (BatonFakeScope, 1);

  scope->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  scope->latest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return scope;
}

static BatonFakeScope *
scope_copy (const BatonFakeScope *scope)
{
  BatonFakeScope *copy = baton_fake_scope_new ();
  GHashTableIter iter;
  gpointer key;
  gpointer seq;

  copy->purged = scope->purged;
  for (guint i = 0; i < scope->entries->len; i++)
    {
      const BatonFakeEntry *entry = g_ptr_array_index (scope->entries, i);
      BatonFakeEntry *other = g_new0 (BatonFakeEntry, 1);

      *other = (BatonFakeEntry) { g_strdup (entry->tag), g_strdup (entry->key), entry->left };
      g_ptr_array_add (copy->entries, other);
    }
  g_hash_table_iter_init (&iter, scope->latest);
  while (g_hash_table_iter_next (&iter, &key, &seq))
    g_hash_table_insert (copy->latest, g_strdup (key), seq);
  return copy;
}

void
baton_fake_server_purge (BatonFakeServer *server)
{
  GHashTableIter iter;
  const char *key;
  BatonRecord *record;

  g_hash_table_iter_init (&iter, server->records);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, (gpointer *) &record))
    {
      BatonFakeScope *scope = baton_fake_server_get_scope (
          server, g_hash_table_lookup (server->homes, key));
      guint seq = GPOINTER_TO_UINT (g_hash_table_lookup (scope->latest, key));

      if (!baton_record_get_bool (record, "deleted"))
        continue;
      g_clear_pointer (&((BatonFakeEntry *) g_ptr_array_index (scope->entries, seq - 1))->key,
                       g_free);
      scope->purged = MAX (scope->purged, seq);
      g_hash_table_remove (scope->latest, key);
      g_hash_table_remove (server->homes, key);
      g_hash_table_iter_remove (&iter);
    }
}

static GHashTable *
copy_records (GHashTable *records)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) baton_record_unref);
  GHashTableIter iter;
  gpointer key;
  gpointer record;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &key, &record))
    g_hash_table_insert (copy, g_strdup (key), baton_record_copy (record));
  return copy;
}

static GHashTable *
copy_homes (GHashTable *homes)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key;
  gpointer home;

  g_hash_table_iter_init (&iter, homes);
  while (g_hash_table_iter_next (&iter, &key, &home))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (home));
  return copy;
}

static GHashTable *
copy_scopes (GHashTable *scopes)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) baton_fake_scope_free);
  GHashTableIter iter;
  gpointer name;
  gpointer scope;

  g_hash_table_iter_init (&iter, scopes);
  while (g_hash_table_iter_next (&iter, &name, &scope))
    g_hash_table_insert (copy, g_strdup (name), scope_copy (scope));
  return copy;
}

static GHashTable *
copy_answers (GHashTable *answers)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) baton_result_free);
  GHashTableIter iter;
  gpointer id;
  BatonResult *result;

  g_hash_table_iter_init (&iter, answers);
  while (g_hash_table_iter_next (&iter, &id, (gpointer *) &result))
    {
      BatonResult *other = g_new0 (BatonResult, 1);

      *other = *result;
      other->edit = g_strdup (result->edit);
      other->code = g_strdup (result->code);
      other->message = g_strdup (result->message);
      g_hash_table_insert (copy, g_strdup (id), other);
    }
  return copy;
}

void
baton_fake_server_drop_backup (BatonFakeServer *server)
{
  g_clear_pointer (&server->backup_records, g_hash_table_unref);
  g_clear_pointer (&server->backup_homes, g_hash_table_unref);
  g_clear_pointer (&server->backup_scopes, g_hash_table_unref);
  g_clear_pointer (&server->backup_answers, g_hash_table_unref);
}

void
baton_fake_server_back_up (BatonFakeServer *server)
{
  baton_fake_server_drop_backup (server);
  server->backup_records = copy_records (server->records);
  server->backup_homes = copy_homes (server->homes);
  server->backup_scopes = copy_scopes (server->scopes);
  server->backup_answers = copy_answers (server->answers);
}

void
baton_fake_server_restore (BatonFakeServer *server)
{
  g_return_if_fail (server->backup_records != NULL);

  g_hash_table_unref (server->records);
  g_hash_table_unref (server->homes);
  g_hash_table_unref (server->scopes);
  g_hash_table_unref (server->answers);
  server->records = copy_records (server->backup_records);
  server->homes = copy_homes (server->backup_homes);
  server->scopes = copy_scopes (server->backup_scopes);
  server->answers = copy_answers (server->backup_answers);
}
