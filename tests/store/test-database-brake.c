/* test-database-brake.c: when a sync that removes stops, and when it goes on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"

#define NOW   G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define DAY   (24 * 60 * 60 * G_GINT64_CONSTANT (1000))
#define OTHER "ffffffffffff"
#define SCOPE "user:00000000-0000-4000-8000-000000000001"
#define TEAM  "project:00000000-0000-4000-8000-000000000002"

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  GPtrArray *ids; /* of tasks in sync */
  gint64 now;
  guint seq;
} Fixture;

static gint64
get_now (gpointer data)
{
  return ((Fixture *) data)->now;
}

static void
sign_in (BatonDatabase *database)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  g_assert_true (baton_database_set_account (database, &account, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->now = NOW;
  fixture->database = store_open (fixture->folder);
  fixture->ids = g_ptr_array_new_with_free_func (g_free);
  baton_database_set_now (fixture->database, get_now, fixture);
  sign_in (fixture->database);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->ids);
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static GPtrArray *
changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
}

static BatonChange *
add_change (Fixture *fixture, GPtrArray *changes, const char *scope)
{
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup (scope);
  change->place = g_strdup_printf ("%u.aaaa", ++fixture->seq);
  change->entity = BATON_ENTITY_TASK;
  g_ptr_array_add (changes, change);
  return change;
}

static void
put (BatonRecord *record, const char *field, const BatonValue *value, guint seq)
{
  BatonClock clock = { .time = (guint64) (NOW + seq) << 16 };

  g_assert_true (baton_device_id_parse (OTHER, &clock.node));
  baton_record_put (record, field, value, &clock);
}

/* What somebody else has: alive, or @deleted */
static void
add_record (Fixture *fixture,
            GPtrArray *changes,
            const char *scope,
            const char *id,
            gboolean deleted)
{
  g_auto (BatonValue) title = BATON_VALUE_INIT;
  g_auto (BatonValue) gone = BATON_VALUE_INIT;
  BatonChange *change = add_change (fixture, changes, scope);

  baton_value_set_text (&title, "Task");
  baton_value_set_bool (&gone, deleted);
  change->record = baton_record_new (BATON_ENTITY_TASK, id);
  put (change->record, "title", &title, 1);
  put (change->record, "deleted", &gone, fixture->seq);
}

static void
add_leave (Fixture *fixture, GPtrArray *changes, const char *scope, const char *id)
{
  add_change (fixture, changes, scope)->left = g_strdup (id);
}

static void
take (Fixture *fixture, GPtrArray *changes)
{
  GError *error = NULL;

  g_assert_true (baton_database_weigh (fixture->database, changes, FALSE, &error));
  g_assert_no_error (error);
  baton_database_take_changes (fixture->database, changes, &error);
  g_assert_no_error (error);
}

/* @n tasks of @scope that came from the server */
static void
fill (Fixture *fixture, const char *scope, guint n)
{
  g_autoptr (GPtrArray) changes = changes_new ();

  for (guint i = 0; i < n; i++)
    {
      char *id = baton_uuid_new (NOW + i);

      g_ptr_array_add (fixture->ids, id);
      add_record (fixture, changes, scope, id, FALSE);
    }
  take (fixture, changes);
}

static const char *
get_id (Fixture *fixture, guint i)
{
  return g_ptr_array_index (fixture->ids, i);
}

static GPtrArray *
delete_some (Fixture *fixture, guint from, guint until)
{
  GPtrArray *changes = changes_new ();

  for (guint i = from; i < until; i++)
    add_record (fixture, changes, SCOPE, get_id (fixture, i), TRUE);
  return changes;
}

static gboolean
brakes (Fixture *fixture, GPtrArray *changes)
{
  g_autoptr (GError) error = NULL;

  if (baton_database_weigh (fixture->database, changes, FALSE, &error))
    return FALSE;
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE);
  return TRUE;
}

static BatonSyncStatus
get_status (Fixture *fixture)
{
  BatonSyncStatus status;

  g_assert_true (baton_database_get_sync_status (fixture->database, &status, NULL));
  return status;
}

static gboolean
keep (Fixture *fixture)
{
  g_autofree char *mark = baton_database_dup_removal_mark (fixture->database, NULL);

  return baton_database_keep_removal_of (fixture->database, mark, NULL);
}

static void
assert_way (Fixture *fixture, guint tasks, guint hidden, guint purged, guint left)
{
  BatonRemoval removal;

  g_assert_true (baton_database_count_removal (fixture->database, &removal, NULL));
  g_assert_cmpuint (removal.tasks, ==, tasks);
  g_assert_cmpuint (removal.hidden, ==, hidden);
  g_assert_cmpuint (removal.purged, ==, purged);
  g_assert_cmpuint (removal.left, ==, left);
  g_assert_cmpint (baton_removal_can_be_kept (&removal), ==, tasks + hidden + purged > 0);
}

static void
test_exact_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) twenty = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (GPtrArray) tenth = NULL;

  fill (fixture, SCOPE, 30);
  twenty = delete_some (fixture, 0, 20);
  more = delete_some (fixture, 0, 21);
  g_assert_false (brakes (fixture, twenty));
  baton_database_allow_removal (fixture->database, NULL);
  g_assert_true (brakes (fixture, more));
  g_assert_cmpuint (get_status (fixture).removal, ==, 21);
  baton_database_allow_removal (fixture->database, NULL);
  take (fixture, more);

  /* Of 300, thirty are a tenth, and thirty-one more than that. */
  fill (fixture, SCOPE, 291);
  baton_database_set_last_sync (fixture->database, NOW, NULL);
  tenth = delete_some (fixture, 30, 60);
  g_assert_false (brakes (fixture, tenth));
  g_clear_pointer (&tenth, g_ptr_array_unref);
  baton_database_allow_removal (fixture->database, NULL);
  tenth = delete_some (fixture, 30, 61);
  g_assert_true (brakes (fixture, tenth));
}

static void
test_nothing_is_sent_while_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GPtrArray) sent = NULL;
  g_autoptr (GPtrArray) removal = NULL;

  fill (fixture, SCOPE, 30);
  store_set (fixture->database, get_id (fixture, 29), "title", "Mine");
  changes = delete_some (fixture, 0, 25);
  g_assert_true (brakes (fixture, changes));

  baton_database_close (fixture->database);
  fixture->database = store_open (fixture->folder);
  baton_database_set_now (fixture->database, get_now, fixture);
  g_assert_true (get_status (fixture).held);
  g_assert_cmpuint (get_status (fixture).removal, ==, 25);
  removal = baton_database_get_removal (fixture->database, 3, NULL);
  g_assert_cmpuint (removal->len, ==, 3);
  held = baton_database_get_outbox (fixture->database, 10, 10000, NULL);
  g_assert_cmpuint (held->len, ==, 0);

  baton_database_allow_removal (fixture->database, NULL);
  g_assert_false (get_status (fixture).held);
  sent = baton_database_get_outbox (fixture->database, 10, 10000, NULL);
  g_assert_cmpuint (sent->len, ==, 1);
}

/* As many, but others */
static void
test_yes_is_for_what_was_shown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) some = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL, *mark = NULL, *noted = NULL;

  fill (fixture, SCOPE, 60);
  some = delete_some (fixture, 0, 25);
  others = delete_some (fixture, 30, 55);
  g_assert_true (brakes (fixture, some));
  shown = baton_database_dup_removal_mark (fixture->database, NULL);
  g_assert_true (baton_database_set_shown_removal (fixture->database, NULL));
  g_assert_true (brakes (fixture, others));
  g_assert_cmpuint (get_status (fixture).removal, ==, 25);
  g_assert_false (baton_database_allow_removal_of (fixture->database, shown, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED);
  g_assert_true (get_status (fixture).held);
  noted = baton_database_dup_shown_removal (fixture->database);
  g_assert_cmpstr (noted, ==, shown);
  mark = baton_database_dup_removal_mark (fixture->database, NULL);
  g_assert_true (baton_database_allow_removal_of (fixture->database, mark, NULL));
  g_assert_false (get_status (fixture).held);
}

static void
test_exactly_what_was_asked_may_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) asked = NULL;
  g_autoptr (GPtrArray) larger = NULL;

  fill (fixture, SCOPE, 60);
  asked = delete_some (fixture, 0, 25);
  larger = delete_some (fixture, 0, 50);
  g_assert_true (brakes (fixture, asked));
  baton_database_allow_removal (fixture->database, NULL);
  g_assert_true (brakes (fixture, larger));
  g_assert_cmpuint (get_status (fixture).removal, ==, 25);
  take (fixture, asked);
  store_assert (fixture->database, get_id (fixture, 0), "deleted", "true");
}

static void
test_an_answer_that_weighs_less_lets_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) none = changes_new ();

  fill (fixture, SCOPE, 30);
  changes = delete_some (fixture, 0, 25);
  g_assert_true (brakes (fixture, changes));
  g_assert_true (baton_database_weigh (fixture->database, none, TRUE, NULL));
  g_assert_true (get_status (fixture).held);
  g_assert_true (baton_database_weigh (fixture->database, none, FALSE, NULL));
  g_assert_false (get_status (fixture).held);
}

static void
test_a_slow_drip_is_noticed (Fixture *fixture, gconstpointer data)
{
  fill (fixture, SCOPE, 100);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray) changes = delete_some (fixture, i, i + 1);

      fixture->now += 60000;
      take (fixture, changes);
    }
  {
    g_autoptr (GPtrArray) changes = delete_some (fixture, 20, 21);

    g_assert_true (brakes (fixture, changes));
    /* A day later the first ones are forgotten. */
    fixture->now += DAY - 60000;
    g_assert_false (brakes (fixture, changes));
  }
}

static void
test_what_comes_back_is_no_removal (Fixture *fixture, gconstpointer data)
{
  fill (fixture, SCOPE, 100);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GPtrArray) leaves = changes_new ();
      g_autoptr (GPtrArray) arrives = changes_new ();

      add_leave (fixture, leaves, SCOPE, get_id (fixture, i));
      take (fixture, leaves);
      add_record (fixture, arrives, TEAM, get_id (fixture, i), FALSE);
      take (fixture, arrives);
    }
}

static void
test_a_move_is_no_removal_in_any_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) first = changes_new ();
  g_autoptr (GPtrArray) last = changes_new ();
  g_autoptr (GPtrArray) scope = changes_new ();

  fill (fixture, SCOPE, 40);
  for (guint i = 0; i < 40; i++)
    add_leave (fixture, first, SCOPE, get_id (fixture, i));
  for (guint i = 0; i < 40; i++)
    add_record (fixture, first, TEAM, get_id (fixture, i), FALSE);
  take (fixture, first);
  for (guint i = 0; i < 40; i++)
    add_record (fixture, last, SCOPE, get_id (fixture, i), FALSE);
  for (guint i = 0; i < 40; i++)
    add_leave (fixture, last, TEAM, get_id (fixture, i));
  take (fixture, last);
  for (guint i = 0; i < 40; i++)
    store_assert (fixture->database, get_id (fixture, i), "title", "Task");

  add_change (fixture, scope, SCOPE)->scope_left = TRUE;
  g_assert_true (brakes (fixture, scope));
  g_assert_cmpuint (get_status (fixture).removal, ==, 40);
}

static void
test_own_deletions_are_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) echo = NULL;

  fill (fixture, SCOPE, 40);
  for (guint i = 0; i < 40; i++)
    store_set (fixture->database, get_id (fixture, i), "deleted", "true");
  echo = delete_some (fixture, 0, 40);
  g_assert_false (brakes (fixture, echo));
}

static void
test_the_end_of_a_pull_is_weighed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none = changes_new ();

  fill (fixture, SCOPE, 40);
  baton_database_forget_place (fixture->database, SCOPE, FALSE, NULL);
  g_assert_true (baton_database_weigh (fixture->database, none, TRUE, NULL));
  g_assert_true (brakes (fixture, none));
  baton_database_allow_removal (fixture->database, NULL);
  take (fixture, none);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "");
}

static void
test_what_a_deleted_project_hides_counts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (NOW);
  g_autoptr (GPtrArray) changes = changes_new ();
  g_auto (BatonValue) name = BATON_VALUE_INIT;
  g_auto (BatonValue) gone = BATON_VALUE_INIT;
  BatonChange *change;

  store_apply (fixture->database, store_edit (BATON_ENTITY_PROJECT, project, "name", "Team", NULL),
               "Add");
  for (guint i = 0; i < 30; i++)
    g_ptr_array_add (fixture->ids, store_add (fixture->database, "Task", project));
  baton_value_set_text (&name, "Team");
  baton_value_set_bool (&gone, TRUE);
  change = add_change (fixture, changes, SCOPE);
  change->entity = BATON_ENTITY_PROJECT;
  change->record = baton_record_new (BATON_ENTITY_PROJECT, project);
  put (change->record, "name", &name, 1);
  put (change->record, "deleted", &gone, 100000);
  g_assert_true (brakes (fixture, changes));
  g_assert_cmpuint (get_status (fixture).removal, ==, 31);
  assert_way (fixture, 0, 30, 0, 0);
}

/* Each hangs on the one before. Whatever is deleted of it and in whichever order, all that is below counts, once. */
static void
test_a_chain_counts_once (Fixture *fixture, gconstpointer data)
{
  fill (fixture, SCOPE, 40);
  for (guint i = 1; i < 40; i++)
    store_set (fixture->database, get_id (fixture, i), "parent_id", get_id (fixture, i - 1));
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (GPtrArray) changes = changes_new ();

      for (guint i = 0; i < 40 && round < 2; i++)
        add_record (fixture, changes, SCOPE, get_id (fixture, round == 0 ? i : 39 - i), TRUE);
      if (round == 2)
        {
          add_record (fixture, changes, SCOPE, get_id (fixture, 1), TRUE);
          add_record (fixture, changes, SCOPE, get_id (fixture, 5), FALSE);
          add_record (fixture, changes, SCOPE, get_id (fixture, 0), TRUE);
        }
      g_assert_true (brakes (fixture, changes));
      g_assert_cmpuint (get_status (fixture).removal, ==, 40);
    }
}

static void
test_alarm (void)
{
  BatonSyncStatus status = { .waiting = 1, .waiting_since = NOW };

  g_assert_false (baton_sync_status_is_alarm_due (&status, NOW + 3 * DAY - 1));
  g_assert_true (baton_sync_status_is_alarm_due (&status, NOW + 3 * DAY));
  g_assert_cmpint (baton_sync_status_get_next_alarm (&status), ==, NOW + 3 * DAY);
  status.last_alarm = NOW + 3 * DAY;
  g_assert_false (baton_sync_status_is_alarm_due (&status, NOW + 4 * DAY - 1));
  g_assert_true (baton_sync_status_is_alarm_due (&status, NOW + 4 * DAY));
  g_assert_cmpint (baton_sync_status_get_next_alarm (&status), ==, NOW + 4 * DAY);
  status.last_alarm = NOW + 400 * DAY;
  g_assert_true (baton_sync_status_is_alarm_due (&status, NOW + 4 * DAY));
  status.last_alarm = 0;
  status.last_sync = NOW + 2 * DAY;
  g_assert_false (baton_sync_status_is_alarm_due (&status, NOW + 4 * DAY));
  status.waiting = 0;
  g_assert_false (baton_sync_status_is_alarm_due (&status, NOW + 40 * DAY));
  g_assert_cmpint (baton_sync_status_get_next_alarm (&status), ==, 0);
}

/* Page by page, none of them a tenth: the rest is looked at before anything goes. */
static void
test_a_flood_in_pages_is_one (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;

  fill (fixture, SCOPE, 400);
  page = delete_some (fixture, 0, 30);
  g_assert_false (baton_database_weigh (fixture->database, page, TRUE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE);
  g_clear_error (&error);
  g_assert_true (baton_database_weigh (fixture->database, page, FALSE, &error));
  g_assert_no_error (error);
  all = delete_some (fixture, 0, 45);
  g_assert_false (baton_database_weigh (fixture->database, all, FALSE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE);
}

/* --- a no ------------------------------------------------------------------ */

static void
test_a_no_restores_what_others_deleted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_autoptr (GPtrArray) sent = NULL;

  fill (fixture, SCOPE, 60);
  changes = delete_some (fixture, 0, 25);
  g_assert_true (brakes (fixture, changes));
  assert_way (fixture, 25, 0, 0, 0);
  g_assert_true (keep (fixture));
  g_assert_false (get_status (fixture).held);
  /* A no is for what was asked, too. */
  others = delete_some (fixture, 30, 55);
  g_assert_true (brakes (fixture, others));
  baton_database_allow_removal (fixture->database, NULL);

  take (fixture, changes);
  store_assert (fixture->database, get_id (fixture, 1), "deleted", "true");
  /* What the person deletes meanwhile is no longer to be kept, and stays so over a restart. */
  store_set (fixture->database, get_id (fixture, 0), "deleted", "false");
  store_set (fixture->database, get_id (fixture, 0), "deleted", "true");
  baton_database_close (fixture->database);
  fixture->database = store_open (fixture->folder);
  g_assert_true (baton_database_restore_kept (fixture->database, NULL));
  store_assert (fixture->database, get_id (fixture, 0), "deleted", "true");
  for (guint i = 1; i < 25; i++)
    store_assert (fixture->database, get_id (fixture, i), "deleted", "false");
  sent = baton_database_get_outbox (fixture->database, 100, 100000, NULL);
  g_assert_cmpuint (sent->len, ==, 24 + 2);
  /* Once is enough. */
  take (fixture, changes);
  store_assert (fixture->database, get_id (fixture, 1), "deleted", "false");
}

/* It does not go: it is sent again. */
static void
test_what_waits_to_be_sent_is_not_weighed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none = changes_new ();

  fill (fixture, SCOPE, 40);
  for (guint i = 0; i < 40; i++)
    store_set (fixture->database, get_id (fixture, i), "title", "Edited");
  baton_database_forget_place (fixture->database, SCOPE, FALSE, NULL);
  take (fixture, none);
  g_assert_false (get_status (fixture).held);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  store_assert (fixture->database, get_id (fixture, 39), "title", "Edited");
}

static void
test_a_no_sends_what_was_purged_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none = changes_new ();
  g_autoptr (GPtrArray) sent = NULL;

  fill (fixture, SCOPE, 40);
  baton_database_forget_place (fixture->database, SCOPE, FALSE, NULL);
  g_assert_true (brakes (fixture, none));
  assert_way (fixture, 0, 0, 40, 0);
  g_assert_true (keep (fixture));
  take (fixture, none);
  g_assert_true (baton_database_end_pull (fixture->database, NULL));
  g_assert_true (baton_database_restore_kept (fixture->database, NULL));
  sent = baton_database_get_outbox (fixture->database, 100, 100000, NULL);
  g_assert_cmpuint (sent->len, >=, 40);
  store_assert (fixture->database, get_id (fixture, 39), "title", "Task");
}

static void
test_what_is_no_longer_shared_cannot_be_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) leaves = changes_new ();
  g_autoptr (GPtrArray) both = NULL;

  fill (fixture, SCOPE, 60);
  for (guint i = 0; i < 30; i++)
    add_leave (fixture, leaves, SCOPE, get_id (fixture, i));
  g_assert_true (brakes (fixture, leaves));
  assert_way (fixture, 0, 0, 0, 30);
  g_assert_false (keep (fixture));
  g_assert_true (get_status (fixture).held);

  both = delete_some (fixture, 30, 40);
  for (guint i = 0; i < 20; i++)
    add_leave (fixture, both, SCOPE, get_id (fixture, i));
  g_assert_true (brakes (fixture, both));
  assert_way (fixture, 10, 0, 0, 20);
  g_assert_true (keep (fixture));
  take (fixture, both);
  g_assert_true (baton_database_restore_kept (fixture->database, NULL));
  store_assert (fixture->database, get_id (fixture, 30), "deleted", "false");
  g_assert_null (
      baton_database_get (fixture->database, BATON_ENTITY_TASK, get_id (fixture, 0), NULL));
}

#define ADD(name, func) g_test_add ("/database/brake/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("holds-over-twenty-and-a-tenth-exactly", test_exact_limits);
  ADD ("nothing-is-sent-while-held-also-after-a-restart", test_nothing_is_sent_while_held);
  ADD ("a-yes-is-for-what-was-shown", test_yes_is_for_what_was_shown);
  ADD ("exactly-what-was-asked-may-go", test_exactly_what_was_asked_may_go);
  ADD ("an-answer-that-weighs-less-lets-go", test_an_answer_that_weighs_less_lets_go);
  ADD ("a-slow-drip-is-noticed", test_a_slow_drip_is_noticed);
  ADD ("a-flood-in-pages-is-one", test_a_flood_in_pages_is_one);
  ADD ("what-comes-back-is-no-removal", test_what_comes_back_is_no_removal);
  ADD ("a-move-is-no-removal-in-any-order", test_a_move_is_no_removal_in_any_order);
  ADD ("own-deletions-are-none", test_own_deletions_are_none);
  ADD ("the-end-of-a-pull-is-weighed", test_the_end_of_a_pull_is_weighed);
  ADD ("what-a-deleted-project-hides-counts", test_what_a_deleted_project_hides_counts);
  ADD ("a-chain-counts-once", test_a_chain_counts_once);
  ADD ("a-no-restores-what-others-deleted", test_a_no_restores_what_others_deleted);
  ADD ("what-waits-to-be-sent-is-not-weighed", test_what_waits_to_be_sent_is_not_weighed);
  ADD ("a-no-sends-what-was-purged-again", test_a_no_sends_what_was_purged_again);
  ADD ("what-is-no-longer-shared-cannot-be-kept", test_what_is_no_longer_shared_cannot_be_kept);
  g_test_add_func ("/database/alarm-after-three-days-and-once-a-day", test_alarm);
  return g_test_run ();
}
