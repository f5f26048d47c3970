/* test-sync-run.c: whatever comes back, or does not, nothing typed is lost and nothing is taken that should not be
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-sync-test.h"

static void
assert_title (BatonDatabase *database, const char *task, const char *expected)
{
  g_autofree char *title = baton_sync_test_dup (database, task, "title");

  g_assert_cmpstr (title, ==, expected);
}

static void
test_there_and_back (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");

  baton_sync_test_run (pair->laptop, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  baton_sync_test_run (pair->phone, pair->remote);
  assert_title (pair->phone, task, "Call Ada");
  baton_sync_test_set (pair->phone, task, "title", "Call Ada today");
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_run (pair->laptop, pair->remote);
  assert_title (pair->laptop, task, "Call Ada today");
}

static void
test_lost (BatonSyncTestPair *pair, gconstpointer data)
{
  static const BatonFault faults[] = { BATON_FAULT_LOST_BEFORE, BATON_FAULT_LOST_AFTER,
                                       BATON_FAULT_BUSY };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");
      guint before = baton_fake_server_get_n_edits (pair->server);

      baton_fake_remote_push (pair->remote, faults[i]);
      baton_sync_test_fail (pair->laptop, pair->remote,
                            faults[i] == BATON_FAULT_BUSY ? BATON_SYNC_ERROR_BUSY
                                                          : BATON_SYNC_ERROR_OFFLINE);
      g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 1);
      assert_title (pair->laptop, task, "Call Ada");
      baton_sync_test_run (pair->laptop, pair->remote);
      g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
      g_assert_cmpuint (baton_fake_server_get_n_edits (pair->server), ==, before + 1);
    }
}

static void
test_repeated (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");

  baton_fake_remote_push (pair->remote, BATON_FAULT_TWICE);
  baton_sync_test_run (pair->laptop, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  g_assert_cmpuint (baton_fake_server_get_n_edits (pair->server), ==, 1);
  assert_title (pair->laptop, task, "Call Ada");
}

static void
test_lies (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");
  g_autofree char *other = NULL;
  g_autofree char *cursor = NULL;

  baton_sync_test_run (pair->laptop, pair->remote);
  other = baton_sync_test_add_task (pair->phone, "Call Charles");
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set (pair->laptop, task, "title", "Call Ada today");
  cursor = baton_database_get_cursor (pair->laptop, NULL);

  for (BatonFault fault = BATON_N_HONEST_FAULTS; fault < BATON_N_FAULTS; fault++)
    {
      g_autofree char *now = NULL;
      BatonSyncError code = fault == BATON_FAULT_OTHER_SERVER ? BATON_SYNC_ERROR_OTHER_SERVER
                                                              : BATON_SYNC_ERROR_PROTOCOL;

      if (fault == BATON_FAULT_MORE_FOREVER)
        continue;
      g_test_message ("fault %d", fault);
      baton_fake_remote_push (pair->remote, fault);
      baton_sync_test_fail (pair->laptop, pair->remote, code);
      now = baton_database_get_cursor (pair->laptop, NULL);
      g_assert_cmpstr (now, ==, cursor);
      g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 1);
      assert_title (pair->laptop, task, "Call Ada today");
      assert_title (pair->laptop, other, NULL);
    }
  baton_sync_test_run (pair->laptop, pair->remote);
  assert_title (pair->laptop, other, "Call Charles");
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
}

/* Also where nothing was to be sent: no answer that is empty takes anything away */
static void
test_empty (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");
  g_autofree char *cursor = NULL;
  g_autofree char *now = NULL;

  baton_sync_test_run (pair->laptop, pair->remote);
  cursor = baton_database_get_cursor (pair->laptop, NULL);
  baton_fake_remote_push (pair->remote, BATON_FAULT_EMPTY);
  baton_sync_test_run (pair->laptop, pair->remote);
  assert_title (pair->laptop, task, "Call Ada");
  g_assert_false (baton_sync_test_is_deleted (pair->laptop, task));
  now = baton_database_get_cursor (pair->laptop, NULL);
  g_assert_cmpstr (now, ==, cursor);
}

static void
test_more_forever (BatonSyncTestPair *pair, gconstpointer data)
{
  baton_fake_remote_push (pair->remote, BATON_FAULT_MORE_FOREVER);
  baton_sync_test_fail (pair->laptop, pair->remote, BATON_SYNC_ERROR_PROTOCOL);
}

static void
test_other_server (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");
  g_autoptr (BatonAccount) account = NULL;

  baton_sync_test_run (pair->laptop, pair->remote);
  account = baton_database_get_account (pair->laptop, NULL);
  g_assert_cmpstr (account->server_id, ==, baton_fake_server_get_id (pair->server));
  baton_fake_server_set_id (pair->server, "01930000-0000-7000-8000-00000000beef");
  baton_sync_test_set (pair->laptop, task, "title", "Call Ada today");
  baton_sync_test_fail (pair->laptop, pair->remote, BATON_SYNC_ERROR_OTHER_SERVER);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 1);
}

static void
test_refused (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");
  g_autofree char *other = NULL;

  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_server_refuse (pair->server, "Forbidden");
  baton_sync_test_set (pair->laptop, task, "title", "Forbidden");
  other = baton_sync_test_add_task (pair->laptop, "Allowed");
  baton_sync_test_run (pair->laptop, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_refused (pair->laptop), ==, 1);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  g_assert_nonnull (baton_fake_server_get (pair->server, BATON_ENTITY_TASK, other));
  assert_title (pair->laptop, task, "Call Ada");
}

static void
test_limits (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (4000, 'x');
  g_autofree char *first = baton_sync_test_add_task (pair->laptop, "First");

  for (guint i = 0; i < 1200; i++)
    {
      g_autofree char *title = g_strdup_printf ("Task %u", i);
      g_autofree char *task = baton_sync_test_add_task (pair->laptop, title);

      if (i < 400)
        baton_sync_test_set (pair->laptop, task, "description", long_text);
    }
  baton_sync_test_run (pair->laptop, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  g_assert_cmpuint (baton_fake_remote_get_most_edits (pair->remote), <=, 500);
  g_assert_cmpuint (baton_fake_remote_get_most_bytes (pair->remote), <=, 1024 * 1024);
  g_assert_cmpuint (baton_fake_server_get_n_records (pair->server), ==, 1201);
  assert_title (pair->laptop, first, "First");
}

/* What a cut-off first sync has brought stays, and is not asked for again */
static void
test_first_sync (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *cursor = NULL;
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_free);
  guint before;

  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (tasks, baton_sync_test_add_task (pair->laptop, "Call Ada"));
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_remote_set_limit (pair->remote, 10);
  baton_fake_remote_push (pair->remote, BATON_FAULT_NONE);
  baton_fake_remote_push (pair->remote, BATON_FAULT_NONE);
  baton_fake_remote_push (pair->remote, BATON_FAULT_LOST_AFTER);
  baton_sync_test_fail (pair->phone, pair->remote, BATON_SYNC_ERROR_OFFLINE);
  assert_title (pair->phone, g_ptr_array_index (tasks, 19), "Call Ada");
  assert_title (pair->phone, g_ptr_array_index (tasks, 20), NULL);
  cursor = baton_database_get_cursor (pair->phone, NULL);
  g_assert_cmpstr (cursor, !=, "{}");
  before = baton_fake_remote_get_n_exchanges (pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  g_assert_cmpuint (baton_fake_remote_get_n_exchanges (pair->remote) - before, ==, 3);
  for (guint i = 0; i < tasks->len; i++)
    assert_title (pair->phone, g_ptr_array_index (tasks, i), "Call Ada");
}

/* Long away: what was deleted and purged meanwhile goes here too; what was edited here comes back */
static void
test_purged (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *kept = baton_sync_test_add_task (pair->laptop, "Kept");
  g_autofree char *gone = baton_sync_test_add_task (pair->laptop, "Gone");
  g_autofree char *edited = baton_sync_test_add_task (pair->laptop, "Edited");
  g_autofree char *unsent = NULL;

  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set_deleted (pair->laptop, gone, TRUE);
  baton_sync_test_set_deleted (pair->laptop, edited, TRUE);
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_server_purge (pair->server);

  baton_sync_test_set (pair->phone, edited, "title", "Edited while away");
  unsent = baton_sync_test_add_task (pair->phone, "Made while away");
  baton_sync_test_run (pair->phone, pair->remote);
  assert_title (pair->phone, kept, "Kept");
  g_assert_false (baton_sync_test_is_deleted (pair->phone, kept));
  g_assert_true (baton_sync_test_is_deleted (pair->phone, gone));
  assert_title (pair->phone, edited, "Edited while away");
  assert_title (pair->phone, unsent, "Made while away");
  g_assert_nonnull (baton_fake_server_get (pair->server, BATON_ENTITY_TASK, unsent));
  g_assert_nonnull (baton_fake_server_get (pair->server, BATON_ENTITY_TASK, edited));
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->phone), ==, 0);
}

/* The same, cut off after the first page: what is not there yet is not gone */
static void
test_purged_cut_off (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *gone = baton_sync_test_add_task (pair->laptop, "Gone");

  for (guint i = 0; i < 30; i++)
    g_ptr_array_add (tasks, baton_sync_test_add_task (pair->laptop, "Kept"));
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  baton_sync_test_set_deleted (pair->laptop, gone, TRUE);
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_server_purge (pair->server);

  baton_fake_remote_set_limit (pair->remote, 10);
  baton_fake_remote_push (pair->remote, BATON_FAULT_NONE);
  baton_fake_remote_push (pair->remote, BATON_FAULT_NONE);
  baton_fake_remote_push (pair->remote, BATON_FAULT_LOST_BEFORE);
  baton_sync_test_fail (pair->phone, pair->remote, BATON_SYNC_ERROR_OFFLINE);
  for (guint i = 0; i < tasks->len; i++)
    g_assert_false (baton_sync_test_is_deleted (pair->phone, g_ptr_array_index (tasks, i)));
  baton_sync_test_run (pair->phone, pair->remote);
  for (guint i = 0; i < tasks->len; i++)
    g_assert_false (baton_sync_test_is_deleted (pair->phone, g_ptr_array_index (tasks, i)));
  g_assert_true (baton_sync_test_is_deleted (pair->phone, gone));
}

/* The server was restored from a backup: what it has lost since is sent to it again */
static void
test_forked (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *before = baton_sync_test_add_task (pair->laptop, "Before the backup");
  g_autofree char *after = NULL;
  const BatonRecord *record;

  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_server_back_up (pair->server);
  after = baton_sync_test_add_task (pair->laptop, "After the backup");
  baton_sync_test_set (pair->laptop, before, "title", "Changed after the backup");
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_fake_server_restore (pair->server);
  g_assert_null (baton_fake_server_get (pair->server, BATON_ENTITY_TASK, after));

  baton_sync_test_run (pair->laptop, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  assert_title (pair->laptop, after, "After the backup");
  record = baton_fake_server_get (pair->server, BATON_ENTITY_TASK, after);
  g_assert_nonnull (record);
  record = baton_fake_server_get (pair->server, BATON_ENTITY_TASK, before);
  g_assert_cmpstr (baton_record_get_text (record, "title"), ==, "Changed after the backup");
  baton_sync_test_run (pair->phone, pair->remote);
  assert_title (pair->phone, after, "After the backup");
}

/* Next year's clock does not win until next year */
static void
test_clock_ahead (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (pair->laptop, "Call Ada");

  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  /* The device's clock is right; the server's stood still for a day */
  baton_fake_server_set_now (pair->server, g_get_real_time () / 1000 - 24 * 3600 * 1000);
  baton_sync_test_set (pair->laptop, task, "title", "From the future");
  baton_sync_test_run (pair->laptop, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  g_assert_cmpuint (baton_sync_test_count_waiting (pair->laptop), ==, 0);
  baton_sync_test_run (pair->laptop, pair->remote);
  {
    g_autofree char *here = baton_sync_test_dup (pair->laptop, task, "title");

    assert_title (pair->phone, task, here);
  }
}

static void
test_signed_out (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autoptr (BatonDatabase) nobody = baton_sync_test_open (pair->folder, "nobody");

  baton_sync_test_fail (nobody, pair->remote, BATON_SYNC_ERROR_SIGNED_OUT);
  g_assert_cmpuint (baton_fake_remote_get_n_exchanges (pair->remote), ==, 0);
}

/* What was typed before there was a server goes to it with the first round */
static void
test_before_signing_in (BatonSyncTestPair *pair, gconstpointer data)
{
  g_autoptr (BatonDatabase) tablet = baton_sync_test_open (pair->folder, "tablet");
  g_autofree char *task = baton_sync_test_add_task (tablet, "Typed long ago");

  g_assert_cmpuint (baton_sync_test_count_waiting (tablet), ==, 0);
  baton_sync_test_sign_in (tablet);
  baton_sync_test_run (tablet, pair->remote);
  baton_sync_test_run (pair->phone, pair->remote);
  assert_title (pair->phone, task, "Typed long ago");
}

static void
add (const char *path, void (*func) (BatonSyncTestPair *pair, gconstpointer data))
{
  g_test_add (path, BatonSyncTestPair, NULL, baton_sync_test_pair_set_up, func,
              baton_sync_test_pair_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/sync/run/edits-go-there-and-come-back", test_there_and_back);
  add ("/sync/run/an-edit-waits-until-it-is-answered", test_lost);
  add ("/sync/run/a-repeated-request-takes-effect-once", test_repeated);
  add ("/sync/run/lies-change-nothing", test_lies);
  add ("/sync/run/an-empty-answer-takes-nothing-away", test_empty);
  add ("/sync/run/a-promise-of-more-forever-ends", test_more_forever);
  add ("/sync/run/another-server-is-noticed", test_other_server);
  add ("/sync/run/a-refused-edit-is-kept-and-stops-nobody", test_refused);
  add ("/sync/run/rounds-stay-within-their-limits", test_limits);
  add ("/sync/run/a-first-sync-goes-on-where-it-was-cut-off", test_first_sync);
  add ("/sync/run/purged-records-go-and-edited-ones-stay", test_purged);
  add ("/sync/run/a-pull-that-is-cut-off-deletes-nothing", test_purged_cut_off);
  add ("/sync/run/a-restored-server-gets-back-what-it-lost", test_forked);
  add ("/sync/run/a-clock-ahead-of-the-server-converges", test_clock_ahead);
  add ("/sync/run/signed-out-nothing-is-sent", test_signed_out);
  add ("/sync/run/what-was-typed-before-signing-in-is-sent", test_before_signing_in);
  return g_test_run ();
}
