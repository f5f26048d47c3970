/* baton-store.c: the device's data for a main loop
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three connections to one database, each with its own thread: the writer's takes whatever changes data, in the order in which it
 * was asked for; the reader's answers lists; the main thread's reads single records for rows on the
 * screen, which a write-ahead log lets it do while others write.
 *
 * What anybody has committed, this store's writer too, is noticed in one place: baton_store_refresh() asks the
 * main thread's connection for its data version. Whatever leads there (a write that is done, the file
 * monitor, the sync engine) may lead there too often, but never tells anything itself.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-store.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-store-private.h"
#include "baton-store-watch.h"
#include "baton-task-cache.h"

struct _BatonStore
{
  GObject parent_instance;

  char *folder;             /* owned */
  BatonDatabase *database;  /* owned, main thread; NULL before opening and after closing */
  BatonStoreThread *writer; /* owned; NULL after closing */
  BatonStoreThread *reader; /* owned; NULL after closing */
  BatonTaskCache *tasks;    /* owned */
  BatonStoreWatch *watch;   /* owned, nullable */
  gint64 data_version;
  BatonQuery *first;  /* owned, nullable; until it is taken or out of date */
  GArray *first_keys; /* owned, nullable; what it answered */
  char *undo_label;   /* owned, nullable */
  char *redo_label;   /* owned, nullable */
};

typedef enum
{
  PROP_UNDO_LABEL = 1,
  PROP_REDO_LABEL,
} BatonStoreProperty;

typedef struct
{
  GTask *task;             /* owned */
  BatonStore *store;       /* owned */
  BatonDatabase *database; /* owned, nullable */
  gint64 data_version;
  BatonQuery *first;  /* owned, nullable */
  GArray *first_keys; /* owned, nullable */
} Opening;

G_DEFINE_FINAL_TYPE (BatonStore, baton_store, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_REDO_LABEL + 1];
static guint changed_signal;

static void
opening_free (gpointer pointer)
{
  Opening *opening = pointer;

  g_clear_pointer (&opening->database, baton_database_close);
  g_clear_pointer (&opening->first, baton_query_free);
  g_clear_pointer (&opening->first_keys, g_array_unref);
  g_object_unref (opening->store);
  g_object_unref (opening->task);
  g_free (opening);
}

/* --- on the writer thread --- */

/* The writer's own connection is open by now, and so the file is made and migrated; this one is the main thread's */
static gboolean
open_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Opening *opening = pointer;

  opening->database = baton_database_open (baton_database_get_folder (database), error);
  if (opening->database == NULL)
    return FALSE;
  opening->data_version = baton_database_get_data_version (opening->database);
  if (opening->first != NULL)
    opening->first_keys = baton_database_list (opening->database, opening->first, NULL);
  return TRUE;
}

/* --- on the main thread --- */

static void
update_steps (BatonStore *self)
{
  g_autofree char *undo = NULL;
  g_autofree char *redo = NULL;

  baton_database_get_steps (self->database, &undo, &redo);
  if (g_set_str (&self->undo_label, undo))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNDO_LABEL]);
  if (g_set_str (&self->redo_label, redo))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REDO_LABEL]);
}

static void
forget_first (BatonStore *self)
{
  g_clear_pointer (&self->first, baton_query_free);
  g_clear_pointer (&self->first_keys, g_array_unref);
}

static void
opened_cb (gpointer pointer, const GError *error)
{
  Opening *opening = pointer;
  BatonStore *self = opening->store;

  if (error != NULL)
    {
      g_task_return_error (opening->task, g_error_copy (error));
      return;
    }
  self->database = g_steal_pointer (&opening->database);
  self->data_version = baton_database_get_data_version (self->database);
  if (self->data_version == opening->data_version)
    {
      self->first = g_steal_pointer (&opening->first);
      self->first_keys = g_steal_pointer (&opening->first_keys);
    }
  self->reader = baton_store_thread_new ("baton-reader", self->folder);
  self->watch = baton_store_watch_new (self);
  update_steps (self);
  g_task_return_pointer (opening->task, g_object_ref (self), g_object_unref);
}

static void
baton_store_dispose (GObject *object)
{
  BatonStore *self = BATON_STORE (object);

  baton_store_close (self);
  G_OBJECT_CLASS (baton_store_parent_class)->dispose (object);
}

static void
baton_store_finalize (GObject *object)
{
  BatonStore *self = BATON_STORE (object);

  g_clear_pointer (&self->tasks, baton_task_cache_free);
  forget_first (self);
  g_free (self->folder);
  g_free (self->undo_label);
  g_free (self->redo_label);
  G_OBJECT_CLASS (baton_store_parent_class)->finalize (object);
}

static void
baton_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonStore *self = BATON_STORE (object);

  switch ((BatonStoreProperty) id)
    {
    case PROP_UNDO_LABEL:
      g_value_set_string (value, self->undo_label);
      break;
    case PROP_REDO_LABEL:
      g_value_set_string (value, self->redo_label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_store_class_init (BatonStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = baton_store_dispose;
  object_class->finalize = baton_store_finalize;
  object_class->get_property = baton_store_get_property;

  properties[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  properties[PROP_REDO_LABEL] = g_param_spec_string ("redo-label", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * BatonStore::changed:
   *
   * After any commit, of this or another connection, and when a new day begins.
   */
  changed_signal = g_signal_new ("changed", BATON_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
baton_store_init (BatonStore *self)
{
  self->tasks = baton_task_cache_new (self);
}

void
baton_store_open_async (const char *folder,
                        BatonQuery *first,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  Opening *opening;
  BatonStore *self;

  g_return_if_fail (folder != NULL);

  opening = g_new0 (Opening, 1);
  self = g_object_new (BATON_TYPE_STORE, NULL);
  self->folder = g_strdup (folder);
  self->writer = baton_store_thread_new ("baton-writer", folder);
  opening->store = self;
  opening->first = first;
  opening->task = g_task_new (NULL, cancellable, callback, data);
  g_task_set_source_tag (opening->task, baton_store_open_async);
  baton_store_thread_push (self->writer, open_work, opened_cb, opening, opening_free);
}

BatonStore *
baton_store_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
baton_store_close (BatonStore *self)
{
  g_return_if_fail (BATON_IS_STORE (self));

  g_clear_pointer (&self->watch, baton_store_watch_free);
  g_clear_pointer (&self->reader, baton_store_thread_close);
  g_clear_pointer (&self->database, baton_database_close);
  g_clear_pointer (&self->writer, baton_store_thread_close);
}

const char *
baton_store_get_folder (BatonStore *self)
{
  g_return_val_if_fail (BATON_IS_STORE (self), NULL);

  return self->folder;
}

void
baton_store_refresh (BatonStore *self)
{
  gint64 version;

  g_return_if_fail (BATON_IS_STORE (self));

  if (self->database == NULL)
    return;
  version = baton_database_get_data_version (self->database);
  if (version == self->data_version)
    return;
  self->data_version = version;
  baton_store_announce (self);
}

BatonTask *
baton_store_get_task (BatonStore *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  BatonTask *task;

  g_return_val_if_fail (BATON_IS_STORE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  task = baton_task_cache_get_by_id (self->tasks, id, &error);
  if (error != NULL)
    g_message ("Task %s cannot be read: %s", id, error->message);
  return task;
}

BatonRecord *
baton_store_get_record (BatonStore *self, BatonEntity entity, const char *id, GError **error)
{
  g_return_val_if_fail (BATON_IS_STORE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  if (self->database == NULL)
    {
      g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                           _ ("The tasks are closed already"));
      return NULL;
    }
  return baton_database_get (self->database, entity, id, error);
}

/* --- for the store's own parts --- */

BatonDatabase *
baton_store_get_database (BatonStore *self)
{
  return self->database;
}

gboolean
baton_store_write (BatonStore *self,
                   BatonStoreFunc work,
                   BatonStoreDone done,
                   gpointer data,
                   GDestroyNotify destroy)
{
  if (self->writer == NULL)
    return FALSE;
  baton_store_thread_push (self->writer, work, done, data, destroy);
  return TRUE;
}

void
baton_store_show_edited (BatonStore *self, GPtrArray *edits)
{
  baton_task_cache_reload_edited (self->tasks, edits);
}

gboolean
baton_store_read (BatonStore *self,
                  BatonStoreFunc work,
                  BatonStoreDone done,
                  gpointer data,
                  GDestroyNotify destroy)
{
  if (self->reader == NULL)
    return FALSE;
  baton_store_thread_push (self->reader, work, done, data, destroy);
  return TRUE;
}

GArray *
baton_store_take_first (BatonStore *self, const BatonQuery *query)
{
  g_autoptr (GArray) keys = NULL;

  if (self->first_keys == NULL || !baton_query_equal (self->first, query))
    return NULL;
  keys = g_steal_pointer (&self->first_keys);
  forget_first (self);
  return g_steal_pointer (&keys);
}

void
baton_store_announce (BatonStore *self)
{
  g_autoptr (BatonStore) keep = g_object_ref (self);

  forget_first (self);
  update_steps (self);
  baton_task_cache_reload (self->tasks);
  g_signal_emit (self, changed_signal, 0);
}

void
baton_store_check_day (BatonStore *self)
{
  if (self->watch != NULL)
    baton_store_watch_check_day (self->watch);
}

gint64
baton_store_get_key (BatonStore *self, BatonEntity entity, const char *id)
{
  gint64 key = entity == BATON_ENTITY_TASK ? baton_task_cache_find_key (self->tasks, id) : 0;

  if (key == 0 && self->database != NULL)
    key = baton_database_get_key (self->database, entity, id, NULL);
  return key;
}

BatonTask *
baton_store_take_task (BatonStore *self, gint64 key)
{
  g_autoptr (GError) error = NULL;
  BatonTask *task = baton_task_cache_get (self->tasks, key, &error);

  if (error != NULL)
    g_message ("Task %" G_GINT64_FORMAT " cannot be read: %s", key, error->message);
  return task != NULL ? task : baton_task_cache_make_empty (self->tasks, key);
}

guint
baton_store_count_living (BatonStore *self)
{
  return baton_task_cache_get_n_living (self->tasks);
}
