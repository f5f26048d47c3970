/* test-database-slices.c: what goes at once goes in slices, and cut off between two of them it goes on where it was
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each is begun anew as often as it writes, stopped at the next write each time. A person then types, as one who opens the app does, and it is gone on
 * with. That it was stopped half-way, some of it done and some not, is seen at least once.
 */
#include <string.h>

#include "../../src/store/baton-database-private.h"
#include "../support/baton-fault-vfs.h"
#include "exchange-fixture.h"

#define N_TASKS 6

typedef struct
{
  ExchangeFixture exchange;
  char *project;
  char *scope;
  char *ids[N_TASKS]; /* each under the one before, but for the first */
} World;

static void
go_on (gulong us, gpointer data)
{
  (void) us;
  (void) data;
}

static void
open_again (World *world)
{
  baton_database_close (world->exchange.database);
  baton_fault_vfs_heal (world->exchange.folder);
  world->exchange.database = store_open (world->exchange.folder);
  baton_database_set_now (world->exchange.database, NULL, NULL);
  world->exchange.database->slice = 2;
  world->exchange.database->pause = go_on;
}

/* In sync */
static void
world_init (World *world)
{
  baton_fault_vfs_install ();
  exchange_set_up (&world->exchange, NULL);
  world->exchange.database->slice = 2;
  world->exchange.database->pause = go_on;
  world->project = baton_uuid_new (EXCHANGE_NOW);
  world->scope = g_strconcat ("project:", world->project, NULL);
  store_apply (world->exchange.database,
               store_edit (BATON_ENTITY_PROJECT, world->project, "name", "Garden", NULL), "Add");
  for (guint i = 0; i < N_TASKS; i++)
    {
      world->ids[i] = store_add (world->exchange.database, "Task", world->project);
      if (i > 0)
        store_set (world->exchange.database, world->ids[i], "parent_id", world->ids[i - 1]);
    }
  exchange_run (&world->exchange);
  exchange_run (&world->exchange);
}

static void
world_clear (World *world)
{
  g_autofree char *folder = g_strdup (world->exchange.folder);

  exchange_tear_down (&world->exchange, NULL);
  baton_fault_vfs_forget (folder);
  g_free (world->project);
  g_free (world->scope);
  for (guint i = 0; i < N_TASKS; i++)
    g_free (world->ids[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static guint
count (World *world, const char *text)
{
  gint64 n;

  g_assert_true (baton_database_query_int (world->exchange.database, text, NULL, NULL, &n, NULL));
  return (guint) n;
}

static guint
count_tasks (World *world)
{
  return count (world, "SELECT count (*) FROM task");
}

static gboolean
is_here (World *world, guint i)
{
  return baton_database_get_key (world->exchange.database, BATON_ENTITY_TASK, world->ids[i],
                                 NULL) != 0;
}

static gboolean
end_pull (World *world)
{
  return baton_database_end_pull (world->exchange.database, NULL);
}

/* --- sent again ---------------------------------------------------------- */

/* Each record is made once, and what it hangs on before it. */
static void
assert_order (World *world, GPtrArray *edits)
{
  g_autoptr (GHashTable) made = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);
      const BatonEditField *parent = baton_edit_lookup (edit, "parent_id");
      const char *id = baton_edit_get_record (edit);

      if (baton_edit_lookup (edit, "created_at") != NULL)
        g_assert_true (g_hash_table_add (made, (gpointer) id));
      g_assert_true (g_hash_table_contains (made, id));
      if (parent != NULL)
        g_assert_true (g_hash_table_contains (made, baton_value_get_text (&parent->value)));
    }
  g_assert_cmpuint (g_hash_table_size (made), ==, N_TASKS + 2);
}

static char *
join_titles (GPtrArray *edits, const char *id)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (edits, i);
      const BatonEditField *title = baton_edit_lookup (edit, "title");

      if (g_str_equal (baton_edit_get_record (edit), id) && title != NULL)
        g_string_append_printf (titles, " %s", baton_value_get_text (&title->value));
    }
  return g_string_free_and_steal (g_steal_pointer (&titles));
}

static void
assert_titles (World *world, GPtrArray *edits, guint task, const char *titles)
{
  g_autofree char *found = join_titles (edits, world->ids[task]);

  g_assert_cmpstr (found, ==, titles);
}

/* Stopped after @n writes; whether that was too late to stop it */
static gboolean
send_again (guint64 n, guint *half_way)
{
  g_auto (World) world = { 0 };
  g_autofree char *late = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  BatonSyncStatus before, after;
  gboolean done;
  guint left;

  world_init (&world);
  store_set (world.exchange.database, world.ids[3], "title", "Before");
  g_assert_true (baton_database_get_sync_status (world.exchange.database, &before, NULL));
  g_assert_true (baton_database_forget_place (world.exchange.database, FAKE_SCOPE, TRUE, NULL));
  baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
  done = end_pull (&world);
  open_again (&world);

  left = count (&world, "SELECT count (*) FROM task WHERE seen = 0");
  *half_way += left > 0 && left < N_TASKS;
  store_set (world.exchange.database, world.ids[1], "title", "Between");
  store_set (world.exchange.database, world.ids[3], "title", "Later");
  late = store_add (world.exchange.database, "New", world.project);
  store_set (world.exchange.database, late, "parent_id", world.ids[5]);
  g_assert_true (end_pull (&world));
  g_assert_true (end_pull (&world));
  edits = exchange_get_outbox (world.exchange.database);
  assert_order (&world, edits);
  assert_titles (&world, edits, 1, " Task Between");
  assert_titles (&world, edits, 3, " Task Before Later");
  g_assert_true (baton_database_get_sync_status (world.exchange.database, &after, NULL));
  g_assert_cmpint (after.waiting_since, ==, before.waiting_since);
  return done;
}

static void
test_sent_again (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !send_again (n, &half_way); n++)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

/* Nothing waits while all is sent again, and the person writes between two slices. */
static gboolean
send_in_sync (guint64 n)
{
  g_auto (World) world = { 0 };
  g_autoptr (GPtrArray) edits = NULL;
  g_autofree char *late = NULL;
  gboolean done;

  world_init (&world);
  g_assert_cmpuint (count (&world, "SELECT count (*) FROM outbox"), ==, 0);
  g_assert_true (baton_database_forget_place (world.exchange.database, FAKE_SCOPE, TRUE, NULL));
  baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
  done = end_pull (&world);
  open_again (&world);
  store_set (world.exchange.database, world.ids[1], "title", "Between");
  late = store_add (world.exchange.database, "New", world.project);
  store_set (world.exchange.database, late, "parent_id", world.ids[5]);
  g_assert_true (end_pull (&world));
  edits = exchange_get_outbox (world.exchange.database);
  assert_order (&world, edits);
  return done;
}

static void
test_sent_in_sync (void)
{
  for (guint64 n = 0; !send_in_sync (n); n++)
    ;
}

static void
cancel_cb (gulong us, gpointer data)
{
  (void) us;
  g_cancellable_cancel (data);
}

static void
test_cancelled (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) edits = NULL;
  g_autofree char *late = NULL;
  BatonDatabase *database;

  world_init (&world);
  database = world.exchange.database;
  g_assert_true (baton_database_forget_place (database, FAKE_SCOPE, TRUE, NULL));
  database->pause = cancel_cb;
  database->pause_data = cancellable;
  baton_database_set_cancellable (database, cancellable);
  g_assert_false (baton_database_end_pull (database, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  database->pause = go_on;
  baton_database_set_cancellable (database, NULL);
  late = store_add (database, "New", world.project);
  g_assert_true (end_pull (&world));
  edits = exchange_get_outbox (database);
  assert_order (&world, edits);
}

/* --- purged -------------------------------------------------------------- */

static gboolean
purge (guint64 n, guint *half_way)
{
  g_auto (World) world = { 0 };
  gboolean stays[N_TASKS] = { FALSE, FALSE, TRUE };
  gboolean done;

  world_init (&world);
  store_set (world.exchange.database, world.ids[2], "title", "Edited");
  g_assert_true (baton_database_forget_place (world.exchange.database, FAKE_SCOPE, FALSE, NULL));
  baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
  done = end_pull (&world);
  open_again (&world);

  *half_way += count_tasks (&world) > 1 && count_tasks (&world) < N_TASKS;
  stays[4] = is_here (&world, 4);
  if (stays[4])
    store_set (world.exchange.database, world.ids[4], "title", "Edited");
  g_assert_true (end_pull (&world));
  for (guint i = 0; i < N_TASKS; i++)
    g_assert_cmpint (is_here (&world, i), ==, stays[i] && !(done && i == 4));
  g_assert_cmpuint (count (&world, "SELECT count (*) FROM task WHERE hidden = 1"), ==, 0);
  store_assert (world.exchange.database, world.ids[2], "title", "Edited");
  return done;
}

static void
test_purged (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !purge (n, &half_way); n++)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

/* --- a scope that leaves ------------------------------------------------- */

static void
take_leave (World *world, GError **error)
{
  exchange_add_change (&world->exchange, world->scope, NULL)->scope_left = TRUE;
  baton_database_take_changes (world->exchange.database, world->exchange.changes, error);
  g_ptr_array_set_size (world->exchange.changes, 0);
}

static gboolean
has_place (World *world)
{
  g_autofree char *cursor = baton_database_get_cursor (world->exchange.database, NULL);

  return strstr (cursor, world->scope) != NULL;
}

/* Stopped, it has not begun, and the server says it again, or comes to its end with the next start. */
static gboolean
leave (guint64 n, guint *half_way)
{
  g_auto (World) world = { 0 };
  g_autoptr (GError) stopped = NULL;
  g_autofree char *outside = NULL;

  world_init (&world);
  exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_PROJECT, world.project);
  for (guint i = 0; i < N_TASKS; i++)
    exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_TASK, world.ids[i]);
  outside = store_add (world.exchange.database, "Outside", NULL);
  store_set (world.exchange.database, world.ids[2], "title", "Edited");
  baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
  take_leave (&world, &stopped);
  open_again (&world);

  *half_way += count_tasks (&world) > 1 && count_tasks (&world) <= N_TASKS;
  if (is_here (&world, 4))
    store_set (world.exchange.database, world.ids[4], "title", "Edited");
  g_assert_true (baton_database_end_leaving (world.exchange.database, NULL));
  g_assert_true (has_place (&world) || count_tasks (&world) == 1);
  if (has_place (&world))
    {
      GError *error = NULL;

      take_leave (&world, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (count_tasks (&world), ==, 1);
  g_assert_cmpuint (count (&world, "SELECT count (*) FROM project"), ==, 0);
  g_assert_false (has_place (&world));
  store_assert (world.exchange.database, outside, "title", "Outside");
  g_assert_cmpuint (exchange_get_status (world.exchange.database).refused, >=, 1);
  g_assert_cmpuint (exchange_get_status (world.exchange.database).waiting, ==, 1);
  return stopped == NULL;
}

static void
test_scope_that_leaves (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !leave (n, &half_way); n++)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

/* Signed out meanwhile: what had left is none of what stays here. */
static void
test_signed_out_meanwhile (void)
{
  g_auto (World) world = { 0 };
  GError *error = NULL;

  world_init (&world);
  exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_PROJECT, world.project);
  for (guint i = 0; i < N_TASKS; i++)
    exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_TASK, world.ids[i]);
  for (guint64 n = 2; count_tasks (&world) == N_TASKS; n++)
    {
      baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
      take_leave (&world, NULL);
      open_again (&world);
    }
  g_assert_cmpuint (count_tasks (&world), >, 0);
  baton_database_sign_out (world.exchange.database, BATON_SIGN_OUT_KEEP, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_tasks (&world), ==, 0);
}

static void
test_rejoined (void)
{
  g_auto (World) world = { 0 };
  g_autoptr (BatonRecord) project = NULL;
  g_autoptr (BatonRecord) task = NULL;

  world_init (&world);
  exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_PROJECT, world.project);
  for (guint i = 0; i < N_TASKS; i++)
    exchange_take_back (&world.exchange, world.scope, BATON_ENTITY_TASK, world.ids[i]);
  project = baton_database_get (world.exchange.database, BATON_ENTITY_PROJECT, world.project, NULL);
  task = baton_database_get (world.exchange.database, BATON_ENTITY_TASK, world.ids[0], NULL);
  /* Another process is killed between two slices. */
  for (guint64 n = 2; count_tasks (&world) == N_TASKS; n++)
    {
      baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
      take_leave (&world, NULL);
      open_again (&world);
    }
  /* This one is told that the person is let in again. */
  g_assert_true (baton_database_end_leaving (world.exchange.database, NULL));
  exchange_add_change (&world.exchange, world.scope, baton_record_ref (project));
  exchange_add_change (&world.exchange, world.scope, baton_record_ref (task));
  exchange_take (&world.exchange);
  g_assert_true (has_place (&world));
  g_assert_true (baton_database_join (world.exchange.database, NULL));
  g_assert_true (is_here (&world, 0));
}

/* --- the brake ----------------------------------------------------------- */

#define N_MANY 30

static gboolean
weigh (World *world, GError **error)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  return baton_database_weigh (world->exchange.database, none, FALSE, error);
}

static guint
count_asked (World *world)
{
  return exchange_get_status (world->exchange.database).removal;
}

/* Nothing is asked, or all of it; whatever was written of it, it is weighed as a whole again. */
static gboolean
hold (guint64 n, guint *half_way)
{
  g_auto (World) world = { 0 };
  g_autoptr (GError) stopped = NULL;
  g_autoptr (GError) error = NULL;

  world_init (&world);
  for (guint i = 0; i < N_MANY; i++)
    g_free (store_add (world.exchange.database, "Much", NULL));
  exchange_run (&world.exchange);
  exchange_run (&world.exchange);
  g_assert_true (baton_database_forget_place (world.exchange.database, FAKE_SCOPE, FALSE, NULL));
  world.exchange.database->slice = 1;
  baton_fault_vfs_stop_after (world.exchange.folder, n, BATON_FAULT_WHOLE);
  weigh (&world, &stopped);
  open_again (&world);

  *half_way += count_asked (&world) == 0 && count (&world, "SELECT count (*) FROM gone") > 0;
  if (count_asked (&world) > 0)
    g_assert_cmpuint (count_asked (&world), ==, N_MANY + N_TASKS + 1);
  g_assert_false (weigh (&world, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE);
  g_assert_cmpuint (count_asked (&world), ==, N_MANY + N_TASKS + 1);
  g_assert_true (baton_database_allow_removal (world.exchange.database, NULL));
  g_assert_true (weigh (&world, NULL));
  return g_error_matches (stopped, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE);
}

static void
test_held (void)
{
  guint half_way = 0;

  for (guint64 n = 0; !hold (n, &half_way); n++)
    ;
  g_assert_cmpuint (half_way, >, 0);
}

/* The same answer again writes nothing, so that nobody sees the question go and come. */
static void
test_held_again (void)
{
  g_auto (World) world = { 0 };
  guint64 before;

  world_init (&world);
  for (guint i = 0; i < N_MANY; i++)
    g_free (store_add (world.exchange.database, "Much", NULL));
  exchange_run (&world.exchange);
  exchange_run (&world.exchange);
  g_assert_true (baton_database_forget_place (world.exchange.database, FAKE_SCOPE, FALSE, NULL));
  g_assert_false (weigh (&world, NULL));
  before = baton_fault_vfs_get_writes (world.exchange.folder);
  g_assert_false (weigh (&world, NULL));
  g_assert_cmpuint (baton_fault_vfs_get_writes (world.exchange.folder), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/slices/what-is-sent-again-is-sent-once-and-in-order",
                   test_sent_again);
  g_test_add_func ("/database/slices/what-was-in-sync-is-sent-again-in-order", test_sent_in_sync);
  g_test_add_func ("/database/slices/what-is-shared-again-stays", test_rejoined);
  g_test_add_func ("/database/slices/what-is-cancelled-goes-on-where-it-was", test_cancelled);
  g_test_add_func ("/database/slices/what-is-purged-goes-unless-edited-meanwhile", test_purged);
  g_test_add_func ("/database/slices/a-scope-that-leaves-comes-to-its-end", test_scope_that_leaves);
  g_test_add_func ("/database/slices/what-had-left-does-not-stay-when-signed-out",
                   test_signed_out_meanwhile);
  g_test_add_func ("/database/slices/the-brake-asks-all-or-nothing", test_held);
  g_test_add_func ("/database/slices/the-same-question-is-not-written-twice", test_held_again);
  return g_test_run ();
}
