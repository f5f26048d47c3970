/* baton-store-write.c: what the writer thread is asked for: edits, undo, and whatever else changes data
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-store-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* What the writer thread is to do, and what came of it */
typedef struct
{
  GTask *task;      /* owned */
  GPtrArray *edits; /* owned, nullable; of BatonEdit */
  char *label;      /* owned, nullable */
  gboolean force;
  BatonStoreFunc func; /* nullable */
  gpointer func_data;
  GDestroyNotify func_destroy; /* nullable */
  char *answer;                /* owned, nullable */
} Write;

static Write *
write_new (BatonStore *self,
           gpointer tag,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer data)
{
  Write *write = g_new0 (Write, 1);

  write->task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (write->task, tag);
  return write;
}

static void
write_free (gpointer pointer)
{
  Write *write = pointer;

  if (write->func_destroy != NULL)
    write->func_destroy (write->func_data);
  g_clear_pointer (&write->edits, g_ptr_array_unref);
  g_free (write->label);
  g_free (write->answer);
  g_object_unref (write->task);
  g_free (write);
}

/* --- on the writer thread --- */

static gboolean
apply_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Write *write = pointer;

  return baton_database_apply (database, write->edits, write->label, error);
}

static gboolean
undo_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Write *write = pointer;

  write->answer = baton_database_undo (database, write->force, error);
  return write->answer != NULL;
}

static gboolean
redo_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Write *write = pointer;

  write->answer = baton_database_redo (database, write->force, error);
  return write->answer != NULL;
}

static gboolean
call_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Write *write = pointer;

  return write->func (database, write->func_data, error);
}

/* --- on the main thread --- */

static void
written_cb (gpointer pointer, const GError *error)
{
  Write *write = pointer;
  BatonStore *self = g_task_get_source_object (write->task);

  if (write->edits != NULL && error == NULL)
    baton_store_show_edited (self, write->edits);
  baton_store_refresh (self);
  if (error != NULL)
    g_task_return_error (write->task, g_error_copy (error));
  else if (write->answer != NULL)
    g_task_return_pointer (write->task, g_steal_pointer (&write->answer), g_free);
  else
    g_task_return_boolean (write->task, TRUE);
}

static void
push_write (BatonStore *self, Write *write, BatonStoreFunc work)
{
  if (baton_store_write (self, work, written_cb, write, write_free))
    return;
  g_task_return_new_error_literal (write->task, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                                   _ ("The tasks are closed already; nothing was changed"));
  write_free (write);
}

void
baton_store_apply_async (BatonStore *self,
                         GPtrArray *edits,
                         const char *label,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  Write *write;

  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (edits != NULL);

  write = write_new (self, baton_store_apply_async, cancellable, callback, data);
  write->edits = g_ptr_array_new_full (edits->len, (GDestroyNotify) baton_edit_unref);
  for (guint i = 0; i < edits->len; i++)
    g_ptr_array_add (write->edits, baton_edit_ref (g_ptr_array_index (edits, i)));
  write->label = g_strdup (label);
  push_write (self, write, apply_work);
}

gboolean
baton_store_apply_finish (BatonStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
push_step (BatonStore *self,
           gboolean force,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer data,
           gpointer tag,
           BatonStoreFunc work)
{
  Write *write = write_new (self, tag, cancellable, callback, data);

  write->force = force;
  push_write (self, write, work);
}

void
baton_store_undo_async (BatonStore *self,
                        gboolean force,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  push_step (self, force, cancellable, callback, data, baton_store_undo_async, undo_work);
}

char *
baton_store_undo_finish (BatonStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
baton_store_redo_async (BatonStore *self,
                        gboolean force,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_return_if_fail (BATON_IS_STORE (self));

  push_step (self, force, cancellable, callback, data, baton_store_redo_async, redo_work);
}

char *
baton_store_redo_finish (BatonStore *self, GAsyncResult *result, GError **error)
{
  return baton_store_undo_finish (self, result, error);
}

void
baton_store_call_async (BatonStore *self,
                        BatonStoreFunc func,
                        gpointer func_data,
                        GDestroyNotify destroy,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  Write *write;

  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (func != NULL);

  write = write_new (self, baton_store_call_async, cancellable, callback, data);
  write->func = func;
  write->func_data = func_data;
  write->func_destroy = destroy;
  push_write (self, write, call_work);
}

gboolean
baton_store_call_finish (BatonStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
