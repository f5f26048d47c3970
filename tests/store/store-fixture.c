/* store-fixture.c: a store in a folder of its own, and waiting for what it does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "store-fixture.h"

#define STEP_MAX 10000

static void
take_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **taken = data;

  *taken = g_object_ref (result);
}

BatonStore *
store_fixture_open (const char *folder, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  baton_store_open_async (folder, NULL, NULL, take_result_cb, &result);
  BATON_TEST_WAIT (result != NULL);
  return baton_store_open_finish (result, error);
}

void
store_fixture_set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = baton_test_folder_new ();
  fixture->store = store_fixture_open (fixture->folder, &error);
  g_assert_no_error (error);
}

/* Until nothing is under way any more, so that nothing of this test is left for the next */
void
store_fixture_tear_down (StoreFixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->store), (gpointer *) &fixture->store);
  baton_store_close (fixture->store);
  g_object_unref (fixture->store);
  BATON_TEST_WAIT (fixture->store == NULL);
  baton_test_folder_free (fixture->folder);
}

BatonEdit *
store_fixture_new_task (const char *title, char **id)
{
  g_autofree char *uuid = baton_uuid_new (g_get_real_time () / 1000);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, uuid);

  baton_edit_set_text (edit, "title", title);
  if (id != NULL)
    *id = g_steal_pointer (&uuid);
  return edit;
}

BatonEdit *
store_fixture_set_text (const char *id, const char *field, const char *text)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

  baton_edit_set_text (edit, field, text);
  return edit;
}

static GPtrArray *
new_edits (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
}

static void
apply (StoreFixture *fixture, GPtrArray *edits)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  baton_store_apply_async (fixture->store, edits, "Edit", NULL, take_result_cb, &result);
  BATON_TEST_WAIT (result != NULL);
  baton_store_apply_finish (fixture->store, result, &error);
  g_assert_no_error (error);
}

void
store_fixture_apply (StoreFixture *fixture, BatonEdit *edit)
{
  g_autoptr (GPtrArray) edits = new_edits ();

  g_ptr_array_add (edits, edit);
  apply (fixture, edits);
}

void
store_fixture_apply_elsewhere (const char *folder, BatonEdit *edit)
{
  g_autoptr (GPtrArray) edits = new_edits ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = baton_database_open (folder, &error);

  g_assert_no_error (error);
  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, "Edit elsewhere", &error);
  g_assert_no_error (error);
}

GPtrArray *
store_fixture_add_tasks (StoreFixture *fixture, guint n)
{
  GPtrArray *ids = g_ptr_array_new_full (n, g_free);
  g_autoptr (GPtrArray) edits = new_edits ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = g_strdup_printf ("Task %u", i);
      char *id = NULL;

      g_ptr_array_add (edits, store_fixture_new_task (title, &id));
      g_ptr_array_add (ids, id);
      /* On a machine that is busy with other things all at once may take longer than a wait does. */
      if (edits->len == STEP_MAX)
        {
          apply (fixture, edits);
          g_ptr_array_set_size (edits, 0);
        }
    }
  if (edits->len > 0)
    apply (fixture, edits);
  return ids;
}

BatonTaskList *
store_fixture_list (StoreFixture *fixture, BatonView view)
{
  BatonTaskList *list = baton_task_list_new (fixture->store);

  baton_task_list_set_query (list, baton_query_new (view));
  BATON_TEST_WAIT (!baton_task_list_get_loading (list));
  return list;
}
