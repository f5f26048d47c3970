/* trust-fixture.c: the app and another device of the same person
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-config.h"

#include "trust-fixture.h"

static gboolean
sign_in_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_sign_in (database);
  return TRUE;
}

gboolean
trust_sync_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_run (database, data);
  return TRUE;
}

gboolean
trust_refuse_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) outbox = baton_database_get_outbox (database, 1000, 1 << 20, error);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; outbox != NULL && i < outbox->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (outbox, i)));
      result->status = BATON_RESULT_REFUSED;
      result->code = g_strdup ("AUTHORIZATION_ERROR");
      result->message = g_strdup ("You may only look at this project");
      g_ptr_array_add (results, result);
    }
  return outbox != NULL &&
         baton_database_take_results (database, results, g_get_real_time () / 1000, error);
}

/* Each device twice: what one sends last the other has too */
void
trust_exchange (TrustFixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      app_fixture_call (&fixture->app, trust_sync_work, fixture->app_remote);
      baton_sync_test_run (fixture->phone, fixture->phone_remote);
    }
  baton_store_refresh (app_fixture_get_store (&fixture->app));
}

void
trust_set_text (TrustFixture *fixture, const char *task, const char *field, const char *text)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, task);
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  baton_edit_set_text (edit, field, text);
  g_ptr_array_add (edits, edit);
  baton_window_apply (fixture->app.window, edits, "Test", NULL);
  BATON_TEST_WAIT (fixture->app.window->n_saving == 0);
}

gboolean
trust_reads (TrustFixture *fixture, const char *task, const char *field, const char *text)
{
  g_autoptr (BatonRecord) record = baton_store_get_record (app_fixture_get_store (&fixture->app),
                                                           BATON_ENTITY_TASK, task, NULL);

  return record != NULL && g_strcmp0 (baton_record_get_text (record, field), text) == 0;
}

static gint64
minute_later_cb (gpointer data)
{
  return g_get_real_time () / 1000 + 60000;
}

char *
trust_make_conflict (TrustFixture *fixture, const char *field, const char *mine, const char *theirs)
{
  g_autoptr (BatonTask) task = NULL;
  char *id;

  app_fixture_add (&fixture->app, "Call Ada");
  task = app_fixture_find (&fixture->app, "Call Ada");
  id = g_strdup (baton_task_get_id (task));
  trust_exchange (fixture);
  trust_set_text (fixture, id, field, mine);
  baton_database_set_now (fixture->phone, minute_later_cb, NULL);
  baton_sync_test_set (fixture->phone, id, field, theirs);
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  trust_exchange (fixture);
  BATON_TEST_WAIT (trust_reads (fixture, id, field, theirs));
  return id;
}

static gboolean
hold_work (BatonDatabase *database, gpointer data, GError **error)
{
  baton_sync_test_fail (database, data, BATON_SYNC_ERROR_BRAKE);
  return TRUE;
}

static void
delete_task (BatonDatabase *database, const char *id)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  baton_edit_set_bool (edit, "deleted", TRUE);
  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, "Test", &error);
  g_assert_no_error (error);
}

gboolean
trust_is_held (TrustFixture *fixture)
{
  if (fixture->app.window->engine == NULL)
    return FALSE;
  baton_engine_poke (fixture->app.window->engine);
  return baton_window_is_held (fixture->app.window);
}

GPtrArray *
trust_make_removal (TrustFixture *fixture, guint n_tasks, guint n_deleted)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_tasks; i++)
    {
      g_autofree char *title = g_strdup_printf ("Task %u", i);

      g_ptr_array_add (ids, baton_sync_test_add_task (fixture->phone, title));
    }
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  trust_exchange (fixture);
  BATON_TEST_WAIT (g_list_model_get_n_items (app_fixture_get_tasks (&fixture->app)) >= n_tasks);
  for (guint i = 0; i < n_deleted; i++)
    delete_task (fixture->phone, g_ptr_array_index (ids, i));
  baton_sync_test_run (fixture->phone, fixture->phone_remote);
  app_fixture_call (&fixture->app, hold_work, fixture->app_remote);
  BATON_TEST_WAIT (trust_is_held (fixture));
  return ids;
}

void
trust_set_up (TrustFixture *fixture, gconstpointer data)
{
  app_fixture_set_up (&fixture->app, NULL);
  fixture->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  baton_fake_server_set_now (fixture->server, g_get_real_time () / 1000);
  fixture->app_remote = baton_fake_remote_new (fixture->server);
  fixture->phone_remote = baton_fake_remote_new (fixture->server);
  fixture->phone = baton_sync_test_open (fixture->app.folder, "phone");
  baton_sync_test_sign_in (fixture->phone);
  app_fixture_call (&fixture->app, sign_in_work, NULL);
}

void
trust_tear_down (TrustFixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->phone);
  app_fixture_tear_down (&fixture->app, NULL);
  g_object_unref (fixture->app_remote);
  g_object_unref (fixture->phone_remote);
  baton_fake_server_free (fixture->server);
}
