/* test-live.c: whatever is committed by whom, what is on the screen ends as what is in the file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-store-private.h"
#include "store-fixture.h"

#define CHANGES 300

typedef struct
{
  BatonTaskList *list; /* owned */
  GArray *shown;       /* owned; keys, by nothing but what items-changed told */
  GPtrArray *rows;     /* owned; some tasks that somebody holds */
  GPtrArray *ids;      /* owned */
  GRand *rand;         /* owned */
} Screen;

static void
screen_clear (Screen *screen)
{
  g_object_unref (screen->list);
  g_array_unref (screen->shown);
  g_ptr_array_unref (screen->rows);
  g_ptr_array_unref (screen->ids);
  g_rand_free (screen->rand);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Screen, screen_clear)

static void
follow_cb (GListModel *model, guint position, guint removed, guint added, Screen *screen)
{
  g_assert_cmpuint (position + removed, <=, screen->shown->len);
  if (removed > 0)
    g_array_remove_range (screen->shown, position, removed);
  for (guint i = 0; i < added; i++)
    {
      gint64 key = baton_task_list_get_key (screen->list, position + i);

      g_array_insert_val (screen->shown, position + i, key);
    }
  g_assert_cmpuint (screen->shown->len, ==, g_list_model_get_n_items (model));
}

static BatonQuery *
by_title (void)
{
  BatonQuery *query = baton_query_new (BATON_VIEW_ALL);

  query->sort = BATON_SORT_TITLE;
  return query;
}

static BatonEdit *
make_edit (Screen *screen)
{
  static const char *const statuses[] = { "todo", "done", "review" };
  const char *id = g_ptr_array_index (screen->ids,
                                      g_rand_int_range (screen->rand, 0, screen->ids->len));
  g_autofree char *title = g_strdup_printf ("%04d", g_rand_int_range (screen->rand, 0, 9999));
  char *made = NULL;
  BatonEdit *edit;

  switch (g_rand_int_range (screen->rand, 0, 4))
    {
    case 0:
      edit = store_fixture_new_task (title, &made);
      g_ptr_array_add (screen->ids, made);
      return edit;
    case 1:
      return store_fixture_set_text (id, "status", statuses[g_rand_int_range (screen->rand, 0, 3)]);
    default:
      return store_fixture_set_text (id, "title", title);
    }
}

static void
change_something (StoreFixture *fixture, Screen *screen)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  if (g_rand_int_range (screen->rand, 0, 4) == 0)
    {
      /* a task that the writer has not made yet is not there for others */
      store_fixture_apply (fixture, make_edit (screen));
      store_fixture_apply_elsewhere (fixture->folder, make_edit (screen));
    }
  else
    {
      g_ptr_array_add (edits, make_edit (screen));
      baton_store_apply_async (fixture->store, edits, "Edit", NULL, NULL, NULL);
    }
  if (g_rand_boolean (screen->rand))
    g_main_context_iteration (NULL, FALSE);
}

/* The second one comes while the first one's questions are with the reader thread */
static void
end_with_two_in_a_row (StoreFixture *fixture, Screen *screen)
{
  const char *id = baton_task_get_id (g_ptr_array_index (screen->rows, 0));

  store_fixture_apply (fixture, store_fixture_set_text (id, "status", "todo"));
  for (guint i = 0; i < 2; i++)
    {
      store_fixture_apply_elsewhere (
          fixture->folder, store_fixture_set_text (id, "title", i == 0 ? "A first" : "Z last"));
      baton_store_refresh (fixture->store);
    }
}

static gboolean
is_what_the_file_says (StoreFixture *fixture, Screen *screen)
{
  g_autoptr (BatonDatabase) database = baton_database_open (fixture->folder, NULL);
  g_autoptr (BatonQuery) query = by_title ();
  g_autoptr (GArray) keys = baton_database_list (database, query, NULL);

  if (keys->len != screen->shown->len ||
      (keys->len > 0 && memcmp (keys->data, screen->shown->data, keys->len * 8) != 0))
    return FALSE;
  for (guint i = 0; i < screen->rows->len; i++)
    {
      BatonTask *task = g_ptr_array_index (screen->rows, i);
      g_autoptr (BatonRecord) record = baton_database_get_by_key (database, BATON_ENTITY_TASK,
                                                                  baton_task_get_key (task), NULL);

      if (!baton_record_equal (record, baton_task_get_record (task)))
        return FALSE;
    }
  return TRUE;
}

static void
test_the_screen_ends_as_the_file (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Screen) screen = { 0 };

  screen.rand = g_rand_new_with_seed (baton_test_get_seed ());
  screen.ids = store_fixture_add_tasks (fixture, 40);
  screen.shown = g_array_new (FALSE, FALSE, sizeof (gint64));
  screen.rows = g_ptr_array_new_with_free_func (g_object_unref);
  screen.list = baton_task_list_new (fixture->store);
  g_signal_connect (screen.list, "items-changed", G_CALLBACK (follow_cb), &screen);
  baton_task_list_set_query (screen.list, by_title ());
  BATON_TEST_WAIT (!baton_task_list_get_loading (screen.list));
  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (screen.rows, g_list_model_get_item (G_LIST_MODEL (screen.list), i));
  for (guint i = 0; i < CHANGES; i++)
    change_something (fixture, &screen);
  end_with_two_in_a_row (fixture, &screen);
  BATON_TEST_WAIT (is_what_the_file_says (fixture, &screen));
  g_signal_handlers_disconnect_by_data (screen.list, &screen);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/store/live/the-screen-ends-as-the-file", test_the_screen_ends_as_the_file);
  return g_test_run ();
}
