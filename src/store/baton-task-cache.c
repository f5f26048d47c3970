/* baton-task-cache.c: the one object of each task that anybody holds
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tasks are held weakly: a list of 100,000 has objects for the rows on the screen, and they go with the rows.
 *
 * After a commit all living tasks are read again on the reader thread, at most one reading at a time. Such a reading may have
 * begun before the newest commit. So while another one is to follow, it never sets a task back to a state with
 * an older clock; the last one sets everything.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-task-cache.h"

#include "baton-store-private.h"
#include "baton-task-private.h"

/* So many tasks of one edit are read on the main thread, to show at once; the rest follows from the reader thread */
#define MOST_AT_ONCE 32

struct _BatonTaskCache
{
  BatonStore *store;         /* not owned: it owns the cache */
  GHashTable *entries;       /* owned: key → Entry, owned */
  GHashTable *ids;           /* owned: id → Entry, not owned */
  GHashTable *project_names; /* owned: id → name or NULL */
  gboolean reloading;
  gboolean wanted; /* a reload after the one under way */
};

typedef struct
{
  gint64 key;
  char *id; /* owned */
  BatonTaskCache *cache;
  BatonTask *task; /* weak: the entry goes with it */
} Entry;

typedef struct
{
  gint64 key;
  BatonRecord *record; /* owned, nullable */
  BatonTaskMarks marks;
} Row;

typedef struct
{
  BatonStore *store;         /* owned */
  BatonTaskCache *cache;     /* the store's */
  GArray *rows;              /* owned; of Row */
  GHashTable *project_names; /* owned: id → name or NULL */
} Reload;

static void
task_gone_cb (gpointer pointer, GObject *task)
{
  Entry *entry = pointer;

  entry->task = NULL;
  g_hash_table_remove (entry->cache->ids, entry->id);
  g_hash_table_remove (entry->cache->entries, &entry->key);
}

static void
entry_free (gpointer pointer)
{
  Entry *entry = pointer;

  if (entry->task != NULL)
    g_object_weak_unref (G_OBJECT (entry->task), task_gone_cb, entry);
  g_free (entry->id);
  g_free (entry);
}

static void
row_clear (gpointer pointer)
{
  Row *row = pointer;

  g_clear_pointer (&row->record, baton_record_unref);
}

static void
reload_free (gpointer pointer)
{
  Reload *reload = pointer;

  g_array_unref (reload->rows);
  g_hash_table_unref (reload->project_names);
  g_object_unref (reload->store);
  g_free (reload);
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Borrowed from @names, into which it is put when it is not there */
static const char *
find_project_name (BatonDatabase *database, GHashTable *names, const char *id)
{
  gpointer name = NULL;

  if (id == NULL)
    return NULL;
  if (!g_hash_table_lookup_extended (names, id, NULL, &name))
    {
      g_autoptr (BatonRecord)
          project = baton_database_get (database, BATON_ENTITY_PROJECT, id, NULL);

      name = project != NULL ? g_strdup (baton_record_get_text (project, "name")) : NULL;
      g_hash_table_insert (names, g_strdup (id), name);
    }
  return name;
}

static BatonTaskMarks
read_marks (BatonDatabase *database, const char *id)
{
  BatonTaskMarks marks = 0;

  if (baton_database_is_waiting (database, BATON_ENTITY_TASK, id))
    marks |= BATON_TASK_UNSYNCED;
  if (baton_database_is_in_conflict (database, BATON_ENTITY_TASK, id))
    marks |= BATON_TASK_CONFLICT;
  return marks;
}

static gboolean
read_row (BatonDatabase *database, Row *row, GError **error)
{
  GError *local_error = NULL;

  row->record = baton_database_get_by_key (database, BATON_ENTITY_TASK, row->key, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (row->record != NULL)
    row->marks = read_marks (database, baton_record_get_id (row->record));
  return TRUE;
}

static BatonTask *
add_task (BatonTaskCache *self,
          gint64 key,
          BatonRecord *record,
          const char *project_name,
          BatonTaskMarks marks)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->key = key;
  entry->id = g_strdup (baton_record_get_id (record));
  entry->cache = self;
  entry->task = baton_task_new (key, record, project_name, marks);
  g_object_weak_ref (G_OBJECT (entry->task), task_gone_cb, entry);
  g_hash_table_insert (self->entries, &entry->key, entry);
  g_hash_table_insert (self->ids, entry->id, entry);
  return entry->task;
}

static BatonTask *
load_task (BatonTaskCache *self, gint64 key, GError **error)
{
  BatonDatabase *database = baton_store_get_database (self->store);
  Row row = { .key = key };
  BatonTask *task = NULL;

  if (database == NULL || !read_row (database, &row, error))
    return NULL;
  if (row.record != NULL)
    {
      const char *project = baton_record_get_text (row.record, "project_id");
      const char *name = find_project_name (database, self->project_names, project);

      task = add_task (self, key, row.record, name, row.marks);
    }
  row_clear (&row);
  return task;
}

/* Somebody has signed in, and taken it over under a new id */
static void
rename_entry (BatonTaskCache *self, Entry *entry, const char *id)
{
  if (g_str_equal (entry->id, id))
    return;
  if (g_hash_table_lookup (self->ids, entry->id) == entry)
    g_hash_table_remove (self->ids, entry->id);
  g_set_str (&entry->id, id);
  g_hash_table_insert (self->ids, entry->id, entry);
}

static void
update_task (BatonTaskCache *self, const Row *row, GHashTable *names)
{
  Entry *entry = g_hash_table_lookup (self->entries, &row->key);
  g_autoptr (BatonTask) task = NULL;
  BatonClock now, then;
  const char *project;

  if (entry == NULL || row->record == NULL)
    return;
  task = g_object_ref (entry->task);
  now = baton_record_get_last_clock (row->record);
  then = baton_record_get_last_clock (baton_task_get_record (task));
  if (self->wanted && baton_clock_compare (&now, &then) < 0)
    return;
  rename_entry (self, entry, baton_record_get_id (row->record));
  project = baton_record_get_text (row->record, "project_id");
  baton_task_update (task, row->record,
                     project != NULL ? g_hash_table_lookup (names, project) : NULL, row->marks);
}

static void
reload_now (BatonTaskCache *self, Entry *entry)
{
  BatonDatabase *database = baton_store_get_database (self->store);
  g_autoptr (GError) error = NULL;
  Row row = { .key = entry->key };

  if (read_row (database, &row, &error) && row.record != NULL)
    {
      find_project_name (database, self->project_names,
                         baton_record_get_text (row.record, "project_id"));
      update_task (self, &row, self->project_names);
    }
  row_clear (&row);
}

/* --- all living tasks, on the reader thread --- */

static gboolean
reload_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Reload *reload = pointer;
  GHashTableIter iter;
  gpointer id;
  g_autoptr (GHashTable) names = new_names ();

  g_hash_table_iter_init (&iter, reload->project_names);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    find_project_name (database, names, id);
  for (guint i = 0; i < reload->rows->len; i++)
    {
      Row *row = &g_array_index (reload->rows, Row, i);

      if (!read_row (database, row, error))
        return FALSE;
      if (row->record != NULL)
        find_project_name (database, names, baton_record_get_text (row->record, "project_id"));
    }
  g_hash_table_unref (reload->project_names);
  reload->project_names = g_steal_pointer (&names);
  return TRUE;
}

static void
reload_done_cb (gpointer pointer, const GError *error)
{
  Reload *reload = pointer;
  BatonTaskCache *self = reload->cache;

  self->reloading = FALSE;
  if (error != NULL)
    g_message ("Tasks on the screen may be out of date: %s", error->message);
  else
    {
      g_hash_table_unref (self->project_names);
      self->project_names = g_hash_table_ref (reload->project_names);
      for (guint i = 0; i < reload->rows->len; i++)
        update_task (self, &g_array_index (reload->rows, Row, i), reload->project_names);
    }
  if (self->wanted)
    baton_task_cache_reload (self);
}

static Reload *
reload_new (BatonTaskCache *self)
{
  Reload *reload = g_new0 (Reload, 1);
  GHashTableIter iter;
  gpointer key, id;

  reload->store = g_object_ref (self->store);
  reload->cache = self;
  reload->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (reload->rows, row_clear);
  reload->project_names = new_names ();
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Row row = { .key = *(gint64 *) key };

      g_array_append_val (reload->rows, row);
    }
  g_hash_table_iter_init (&iter, self->project_names);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_insert (reload->project_names, g_strdup (id), NULL);
  return reload;
}

void
baton_task_cache_reload (BatonTaskCache *self)
{
  Reload *reload;

  self->wanted = self->reloading;
  if (self->reloading)
    return;
  if (g_hash_table_size (self->entries) == 0)
    {
      g_hash_table_remove_all (self->project_names);
      return;
    }
  reload = reload_new (self);
  self->reloading = baton_store_read (self->store, reload_work, reload_done_cb, reload,
                                      reload_free);
  if (!self->reloading)
    reload_free (reload);
}

void
baton_task_cache_reload_edited (BatonTaskCache *self, GPtrArray *edits)
{
  guint n = 0;

  if (baton_store_get_database (self->store) == NULL)
    return;
  for (guint i = 0; i < edits->len && n < MOST_AT_ONCE; i++)
    {
      const char *id = baton_edit_get_record (g_ptr_array_index (edits, i));
      Entry *entry = g_hash_table_lookup (self->ids, id);

      if (entry == NULL)
        continue;
      reload_now (self, entry);
      n++;
    }
}

/* --- */

BatonTaskCache *
baton_task_cache_new (BatonStore *store)
{
  BatonTaskCache *self = g_new0 (BatonTaskCache, 1);

  self->store = store;
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->project_names = new_names ();
  return self;
}

void
baton_task_cache_free (BatonTaskCache *self)
{
  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->project_names);
  g_free (self);
}

BatonTask *
baton_task_cache_get (BatonTaskCache *self, gint64 key, GError **error)
{
  Entry *entry = g_hash_table_lookup (self->entries, &key);

  return entry != NULL ? g_object_ref (entry->task) : load_task (self, key, error);
}

BatonTask *
baton_task_cache_get_by_id (BatonTaskCache *self, const char *id, GError **error)
{
  Entry *entry = g_hash_table_lookup (self->ids, id);
  BatonDatabase *database = baton_store_get_database (self->store);
  gint64 key;

  if (entry != NULL)
    return g_object_ref (entry->task);
  if (database == NULL)
    return NULL;
  key = baton_database_get_key (database, BATON_ENTITY_TASK, id, error);
  return key != 0 ? load_task (self, key, error) : NULL;
}

BatonTask *
baton_task_cache_make_empty (BatonTaskCache *self, gint64 key)
{
  g_autoptr (BatonRecord) record = baton_record_new (BATON_ENTITY_TASK, "");

  return baton_task_new (key, record, NULL, 0);
}

gint64
baton_task_cache_find_key (BatonTaskCache *self, const char *id)
{
  Entry *entry = g_hash_table_lookup (self->ids, id);

  return entry != NULL ? entry->key : 0;
}

guint
baton_task_cache_get_n_living (BatonTaskCache *self)
{
  return g_hash_table_size (self->entries);
}
