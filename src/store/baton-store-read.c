/* baton-store-read.c: a question to the reader thread
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-store-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GTask *task; /* owned */
  BatonStoreFunc func;
  gpointer func_data;
  GDestroyNotify func_destroy; /* nullable */
} Reading;

static void
reading_free (gpointer pointer)
{
  Reading *reading = pointer;

  if (reading->func_destroy != NULL)
    reading->func_destroy (reading->func_data);
  g_object_unref (reading->task);
  g_free (reading);
}

static gboolean
read_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Reading *reading = pointer;

  return !g_cancellable_set_error_if_cancelled (g_task_get_cancellable (reading->task), error) &&
         reading->func (database, reading->func_data, error);
}

static void
read_cb (gpointer pointer, const GError *error)
{
  Reading *reading = pointer;

  if (error != NULL)
    g_task_return_error (reading->task, g_error_copy (error));
  else
    g_task_return_boolean (reading->task, TRUE);
}

void
baton_store_read_async (BatonStore *self,
                        BatonStoreFunc func,
                        gpointer func_data,
                        GDestroyNotify destroy,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  Reading *reading;

  g_return_if_fail (BATON_IS_STORE (self));
  g_return_if_fail (func != NULL);

  reading = g_new0 (Reading, 1);
  reading->task = g_task_new (self, cancellable, callback, data);
  reading->func = func;
  reading->func_data = func_data;
  reading->func_destroy = destroy;
  g_task_set_source_tag (reading->task, baton_store_read_async);
  if (baton_store_read (self, read_work, read_cb, reading, reading_free))
    return;
  g_task_return_new_error_literal (reading->task, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                                   _ ("The tasks are closed already"));
  reading_free (reading);
}

gboolean
baton_store_read_finish (BatonStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
baton_store_dup_user (BatonStore *self)
{
  BatonDatabase *database;
  g_autoptr (BatonAccount) account = NULL;

  g_return_val_if_fail (BATON_IS_STORE (self), NULL);

  database = baton_store_get_database (self);
  if (database != NULL)
    account = baton_database_get_account (database, NULL);
  return account != NULL ? g_strdup (account->user_id) : NULL;
}
