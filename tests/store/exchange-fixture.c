/* exchange-fixture.c: a device's database and a server of the test's own, a call at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exchange-fixture.h"

static gint64
get_now (gpointer data)
{
  return ((ExchangeFixture *) data)->now;
}

void
exchange_sign_in (BatonDatabase *database, const char *user)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) user, NULL };
  GError *error = NULL;

  baton_database_set_account (database, &account, &error);
  g_assert_no_error (error);
}

void
exchange_set_up (ExchangeFixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->now = EXCHANGE_NOW;
  fixture->database = store_open (fixture->folder);
  fixture->server = fake_server_new ();
  fake_server_set_now (fixture->server, EXCHANGE_NOW);
  fixture->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  baton_database_set_now (fixture->database, get_now, fixture);
  if (data == NULL)
    exchange_sign_in (fixture->database, "u");
}

void
exchange_tear_down (ExchangeFixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->changes);
  baton_database_close (fixture->database);
  fake_server_free (fixture->server);
  baton_test_folder_free (fixture->folder);
}

GPtrArray *
exchange_get_outbox (BatonDatabase *database)
{
  GError *error = NULL;
  GPtrArray *edits = baton_database_get_outbox (database, 100000, 100000000, &error);

  g_assert_no_error (error);
  return edits;
}

void
exchange_take_results (ExchangeFixture *fixture, GPtrArray *results)
{
  GError *error = NULL;

  baton_database_take_results (fixture->database, results, EXCHANGE_NOW, &error);
  g_assert_no_error (error);
}

void
exchange_take_changes (ExchangeFixture *fixture, GPtrArray *changes)
{
  GError *error = NULL;

  baton_database_take_changes (fixture->database, changes, &error);
  g_assert_no_error (error);
}

void
exchange_run (ExchangeFixture *fixture)
{
  g_autoptr (GPtrArray) edits = exchange_get_outbox (fixture->database);
  g_autofree char *cursor = baton_database_get_cursor (fixture->database, NULL);
  g_autoptr (GPtrArray) results = fake_server_send (fixture->server, edits);
  gboolean more;
  g_autoptr (GPtrArray) changes = fake_server_pull (fixture->server, cursor, 1000, &more);

  g_assert_nonnull (changes);
  exchange_take_results (fixture, results);
  exchange_take_changes (fixture, changes);
}

void
exchange_edit_elsewhere (ExchangeFixture *fixture,
                         const char *id,
                         const char *field,
                         const char *text,
                         gint64 ms,
                         gboolean unseen)
{
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *edit_id = baton_uuid_new (EXCHANGE_NOW);
  BatonClock clock = { .time = (guint64) (EXCHANGE_NOW + ms) << 16 };

  g_assert_true (baton_device_id_parse (EXCHANGE_OTHER, &clock.node));
  if (g_hash_table_lookup (fake_server_get_records (fixture->server), id) == NULL)
    baton_edit_set_text (edit, "title", "Elsewhere");
  baton_edit_set_text (edit, field, text);
  baton_edit_stamp (edit, edit_id, &clock,
                    unseen ? NULL
                           : g_hash_table_lookup (fake_server_get_records (fixture->server), id));
  g_ptr_array_add (edits, edit);
  results = fake_server_send (fixture->server, edits);
  g_assert_cmpint (((BatonResult *) g_ptr_array_index (results, 0))->status, !=,
                   BATON_RESULT_REFUSED);
}

BatonSyncStatus
exchange_get_status (BatonDatabase *database)
{
  BatonSyncStatus status = { 0 };

  g_assert_true (baton_database_get_sync_status (database, &status, NULL));
  return status;
}

char *
exchange_dup_refused (BatonDatabase *database, guint n)
{
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (database, NULL);
  const BatonUnsynced *unsynced;

  g_assert_cmpuint (all->len, >, n);
  unsynced = g_ptr_array_index (all, n);
  g_assert_true (unsynced->refused);
  return g_strdup (baton_edit_get_id (unsynced->edit));
}

void
exchange_answer_all (ExchangeFixture *fixture, BatonResultStatus status, const char *code)
{
  g_autoptr (GPtrArray) edits = exchange_get_outbox (fixture->database);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; i < edits->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (edits, i)));
      result->status = status;
      result->code = g_strdup (code);
      result->message = g_strdup (code);
      g_ptr_array_add (results, result);
    }
  exchange_take_results (fixture, results);
}

void
exchange_set_title (BatonRecord *record, const char *title)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = baton_record_get_clock (record, "title");

  clock.time += G_GUINT64_CONSTANT (60000) << 16;
  g_assert_true (baton_device_id_parse (EXCHANGE_OTHER, &clock.node));
  baton_value_set_text (&value, title);
  baton_record_put (record, "title", &value, &clock);
}

BatonChange *
exchange_add_change (ExchangeFixture *fixture, const char *scope, BatonRecord *record)
{
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup (scope);
  change->place = g_strdup_printf ("%u.x", ++fixture->seq);
  change->entity = record != NULL ? baton_record_get_entity (record) : BATON_ENTITY_TASK;
  change->record = record;
  g_ptr_array_add (fixture->changes, change);
  return change;
}

void
exchange_take (ExchangeFixture *fixture)
{
  exchange_take_changes (fixture, fixture->changes);
  g_ptr_array_set_size (fixture->changes, 0);
}

void
exchange_take_back (ExchangeFixture *fixture, const char *scope, BatonEntity entity, const char *id)
{
  exchange_add_change (fixture, scope, baton_database_get (fixture->database, entity, id, NULL));
  exchange_take (fixture);
}
