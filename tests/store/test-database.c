/* test-database.c: edits go in whole or not at all, and come out as lists
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "database-fixture.h"

#define NOW G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  gint64 now;
} Fixture;

static gint64
get_now (gpointer data)
{
  return ((Fixture *) data)->now;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->now = NOW;
  fixture->database = store_open (fixture->folder);
  baton_database_set_now (fixture->database, get_now, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  baton_test_folder_free (fixture->folder);
}

static void
reopen (Fixture *fixture)
{
  baton_database_close (fixture->database);
  fixture->database = store_open (fixture->folder);
  baton_database_set_now (fixture->database, get_now, fixture);
}

static char *
add_project (BatonDatabase *database, const char *name)
{
  char *id = baton_uuid_new (NOW);

  store_apply (database, store_edit (BATON_ENTITY_PROJECT, id, "name", name, NULL), "Add project");
  return id;
}

static BatonQuery *
view (BatonView view)
{
  BatonQuery *query = baton_query_new (view);

  query->today = g_strdup ("2026-11-20");
  return query;
}

static BatonQuery *
search (const char *words)
{
  BatonQuery *query = view (BATON_VIEW_ANY);

  query->search = g_strdup (words);
  return query;
}

static void
test_device_keeps_its_id (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = g_strdup (baton_database_get_device_id (fixture->database));

  g_assert_cmpuint (strlen (id), ==, 12);
  reopen (fixture);
  g_assert_cmpstr (baton_database_get_device_id (fixture->database), ==, id);
}

static void
test_new_task_gets_what_follows (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = store_add (fixture->database, "First", NULL);
  g_autofree char *second = store_add (fixture->database, "Second", NULL);
  g_autofree char *a = store_get (fixture->database, first, "position");
  g_autofree char *b = store_get (fixture->database, second, "position");

  store_assert (fixture->database, first, "created_at", "2026-11-20T12:00:00.000Z");
  store_assert (fixture->database, first, "status", "todo");
  g_assert_cmpstr (a, <, b);
  store_assert_list (fixture->database, view (BATON_VIEW_INBOX), "First,Second");
}

static void
test_completing_follows_status (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "Task", NULL);

  store_set (fixture->database, id, "status", "done");
  store_assert (fixture->database, id, "completed_at", "2026-11-20T12:00:00.000Z");
  fixture->now += 1000;
  store_set (fixture->database, id, "status", "done");
  store_assert (fixture->database, id, "completed_at", "2026-11-20T12:00:00.000Z");
  store_set (fixture->database, id, "status", "review");
  store_assert (fixture->database, id, "completed_at", NULL);
}

static void
test_wrong_edit_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autofree char *id = store_add (fixture->database, "Task", NULL);
  g_autofree char *other = baton_uuid_new (NOW);
  g_autoptr (GError) error = NULL;
  g_autofree char *undo = NULL, *redo = NULL;

  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", "Changed", NULL));
  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "priority", "huge", NULL));
  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, other, "due", "tomorrow", NULL));
  g_assert_false (baton_database_apply (fixture->database, edits, "Change", &error));
  g_assert_error (error, BATON_ERROR, BATON_ERROR_VALIDATION);
  g_assert_nonnull (strstr (error->message, "priority"));
  g_assert_nonnull (strstr (error->message, "due"));
  g_assert_nonnull (strstr (error->message, "title"));
  store_assert (fixture->database, id, "title", "Task");
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_cmpstr (undo, ==, "Add");
}

static void
test_edit_that_changes_nothing_makes_no_step (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "Task", NULL);
  g_autofree char *undo = NULL, *redo = NULL;

  store_set (fixture->database, id, "priority", "medium");
  store_set (fixture->database, id, "due", "");
  baton_database_get_steps (fixture->database, &undo, &redo);
  g_assert_cmpstr (undo, ==, "Add");
}

static void
test_undo_and_redo_survive_a_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  GError *error = NULL;

  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  store_set (fixture->database, id, "tags.home", "true");
  store_set (fixture->database, id, "status", "done");
  for (guint round = 0; round < 3; round++)
    {
      static const char *const labels[] = { "status", "tags.home", "title", "title", "Add" };

      for (guint i = 0; i < 5; i++)
        {
          g_autofree char *label = NULL;

          reopen (fixture);
          label = baton_database_undo (fixture->database, FALSE, &error);
          g_assert_no_error (error);
          g_assert_cmpstr (label, ==, labels[i]);
          if (i == 0)
            store_assert (fixture->database, id, "completed_at", NULL);
          if (i == 1)
            store_assert (fixture->database, id, "tags.home", "false");
          if (i == 2)
            store_assert (fixture->database, id, "title", "Two");
        }
      store_assert (fixture->database, id, "title", "One");
      store_assert (fixture->database, id, "deleted", "true");
      g_assert_null (baton_database_undo (fixture->database, FALSE, &error));
      g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOTHING);
      g_clear_error (&error);
      for (guint i = 0; i < 5; i++)
        {
          g_autofree char *label = NULL;

          reopen (fixture);
          label = baton_database_redo (fixture->database, FALSE, &error);
          g_assert_no_error (error);
          g_assert_cmpstr (label, ==, labels[4 - i]);
        }
      store_assert (fixture->database, id, "title", "Three");
      store_assert (fixture->database, id, "tags.home", "true");
      store_assert (fixture->database, id, "status", "done");
      store_assert (fixture->database, id, "completed_at", "2026-11-20T12:00:00.000Z");
      g_assert_null (baton_database_redo (fixture->database, FALSE, &error));
      g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOTHING);
      g_clear_error (&error);
    }
}

static void
test_one_step_may_set_a_field_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autofree char *id = store_add (fixture->database, "One", NULL);

  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", "Two", NULL));
  g_ptr_array_add (edits, store_edit (BATON_ENTITY_TASK, id, "title", "Three", NULL));
  g_assert_true (baton_database_apply (fixture->database, edits, "Twice", NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *undone = baton_database_undo (fixture->database, FALSE, NULL);
      g_autofree char *redone = NULL;

      g_assert_cmpstr (undone, ==, "Twice");
      store_assert (fixture->database, id, "title", "One");
      redone = baton_database_redo (fixture->database, FALSE, NULL);
      g_assert_cmpstr (redone, ==, "Twice");
      store_assert (fixture->database, id, "title", "Three");
    }
}

static void
test_new_edit_ends_redo (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autofree char *undone = NULL;
  g_autoptr (GError) error = NULL;

  store_set (fixture->database, id, "title", "Two");
  undone = baton_database_undo (fixture->database, FALSE, NULL);
  store_set (fixture->database, id, "priority", "high");
  g_assert_null (baton_database_redo (fixture->database, FALSE, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOTHING);
}

static void
test_what_hangs_on_the_deleted_is_hidden (Fixture *fixture, gconstpointer data)
{
  BatonDatabase *database = fixture->database;
  g_autofree char *project = add_project (database, "House");
  g_autofree char *parent = store_add (database, "Parent", project);
  g_autofree char *child = store_add (database, "Child", NULL);
  g_autofree char *grandchild = store_add (database, "Grandchild", NULL);
  g_autofree char *other = store_add (database, "Other", NULL);

  store_set (database, grandchild, "parent_id", child);
  store_set (database, child, "parent_id", parent);
  store_set (database, parent, "deleted", "true");
  store_assert_list (database, view (BATON_VIEW_ALL), "Other");
  store_assert_list (database, view (BATON_VIEW_TRASH), "Parent");
  store_set (database, parent, "deleted", "false");
  store_apply (database, store_edit (BATON_ENTITY_PROJECT, project, "deleted", "true", NULL),
               "Delete");
  store_assert_list (database, view (BATON_VIEW_ALL), "Other");
  store_set (database, child, "parent_id", "");
  store_assert_list (database, view (BATON_VIEW_INBOX), "Child,Grandchild,Other");
  store_apply (database, store_edit (BATON_ENTITY_PROJECT, project, "deleted", "false", NULL),
               "Restore");
  store_assert_list (database, search ("parent"), "Parent");
}

static void
test_circle_of_parents_ends (Fixture *fixture, gconstpointer data)
{
  BatonDatabase *database = fixture->database;
  g_autofree char *a = store_add (database, "A", NULL);
  g_autofree char *b = store_add (database, "B", NULL);

  store_set (database, a, "parent_id", b);
  store_set (database, b, "parent_id", a);
  store_assert_list (database, view (BATON_VIEW_ALL), "A,B");
  store_set (database, a, "deleted", "true");
  store_assert_list (database, view (BATON_VIEW_ALL), "");
  store_set (database, a, "deleted", "false");
  store_assert_list (database, view (BATON_VIEW_ALL), "A,B");
}

static void
test_views (Fixture *fixture, gconstpointer data)
{
  BatonDatabase *database = fixture->database;
  g_autofree char *project = add_project (database, "House");
  g_autofree char *today = store_add (database, "Today", NULL);
  g_autofree char *late = store_add (database, "Late", project);
  g_autofree char *later = store_add (database, "Later", project);
  g_autofree char *done = store_add (database, "Done", NULL);
  g_autoptr (GHashTable) counts = NULL;
  BatonQuery *query = view (BATON_VIEW_PROJECT);

  store_set (database, today, "due", "2026-11-20T18:00");
  store_set (database, late, "due", "2026-11-19");
  store_set (database, later, "due", "2026-11-21");
  store_set (database, done, "status", "done");
  query->project = g_strdup (project);
  store_assert_list (database, query, "Late,Later");
  store_assert_list (database, view (BATON_VIEW_INBOX), "Today");
  store_assert_list (database, view (BATON_VIEW_TODAY), "Late,Today");
  store_assert_list (database, view (BATON_VIEW_LOGBOOK), "Done");
  counts = baton_database_count_open (database, NULL);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (counts, "")), ==, 1);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (counts, project)), ==, 2);
}

static void
test_today_is_where_the_person_is (Fixture *fixture, gconstpointer data)
{
  BatonDatabase *database = fixture->database;
  g_autofree char *tokyo = store_add (database, "Tokyo", NULL);
  g_autofree char *honolulu = store_add (database, "Honolulu", NULL);
  g_autofree char *here = store_add (database, "Here", NULL);

  /* 2026-11-20T22:00Z, 2026-11-21T08:00Z */
  store_set (database, tokyo, "due", "2026-11-21T07:00");
  store_set (database, tokyo, "time_zone", "Asia/Tokyo");
  store_set (database, honolulu, "due", "2026-11-20T22:00");
  store_set (database, honolulu, "time_zone", "Pacific/Honolulu");
  store_set (database, here, "due", "2026-11-20");
  store_assert_list (database, view (BATON_VIEW_TODAY), "Here,Tokyo");
}

static void
test_sorts (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    BatonSort sort;
    const char *titles;
  } cases[] = {
    { BATON_SORT_POSITION, "b,C,a" },
    { BATON_SORT_DUE,      "a,C,b" },
    { BATON_SORT_PRIORITY, "C,b,a" },
    { BATON_SORT_TITLE,    "a,b,C" },
    { BATON_SORT_CREATED,  "a,C,b" }
  };
  g_autofree char *b = store_add (fixture->database, "b", NULL);
  g_autofree char *c = NULL;
  g_autofree char *a = NULL;

  fixture->now += 1000;
  c = store_add (fixture->database, "C", NULL);
  fixture->now += 1000;
  a = store_add (fixture->database, "a", NULL);
  store_set (fixture->database, a, "due", "2026-11-20");
  store_set (fixture->database, c, "due", "2026-11-20T08:00");
  store_set (fixture->database, c, "priority", "urgent");
  store_set (fixture->database, a, "priority", "low");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BatonQuery *query = view (BATON_VIEW_ALL);

      query->sort = cases[i].sort;
      store_assert_list (fixture->database, query, cases[i].titles);
    }
}

static void
test_search_finds_words_anywhere (Fixture *fixture, gconstpointer data)
{
  BatonDatabase *database = fixture->database;
  g_autofree char *title = store_add (database, "Crème brûlée", NULL);
  g_autofree char *notes = store_add (database, "Notes", NULL);
  g_autofree char *tag = store_add (database, "Tag", NULL);
  g_autofree char *talk = store_add (database, "Talk", NULL);
  g_autofree char *comment = baton_uuid_new (NOW);

  store_set (database, notes, "description", "a recipe\nfor creme");
  store_set (database, tag, "tags.cremeux", "true");
  store_apply (database,
               store_edit (BATON_ENTITY_COMMENT, comment, "task_id", talk, "body", "Cremes!", NULL),
               "Comment");
  store_assert_list (database, search ("creme"), "Crème brûlée,Tag,Talk,Notes");
  store_assert_list (database, search ("cr"), "Talk,Tag,Notes,Crème brûlée");
  store_assert_list (database, search ("for cre"), "Notes");
  store_assert_list (database, search ("creme "), "Crème brûlée,Notes");
  store_assert_list (database, search ("\"brul"), "Crème brûlée");
  store_assert_list (database, search ("?!"), "");
  store_assert_list (database, search ("  "), "Crème brûlée,Notes,Tag,Talk");
  store_assert_list (database, search ("c* OR NEAR (x"), "");
  store_set (database, tag, "tags.cremeux", "false");
  store_apply (database, store_edit (BATON_ENTITY_COMMENT, comment, "deleted", "true", NULL),
               "Delete");
  store_set (database, title, "deleted", "true");
  store_assert_list (database, search ("creme"), "Notes");
}

static void
test_filters (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *filter;
    const char *titles;
  } cases[] = {
    { "status:done",               "Done"                 },
    { "is:done",                   "Done"                 },
    { "is:open",                   "Plain,Work,Late"      },
    { "is:overdue",                "Late"                 },
    { "is:deleted",                "Gone"                 },
    { "not status:done",           "Plain,Work,Late"      },
    { "tag:work",                  "Work"                 },
    { "tag:wor",                   ""                     },
    { "tag:none",                  "Plain,Done,Late"      },
    { "project:house",             "Late"                 },
    { "project:none",              "Plain,Work,Done"      },
    { "priority:high,urgent",      "Work"                 },
    { "due:none",                  "Plain,Done"           },
    { "due before 2026-11-20",     "Late"                 },
    { "due after 2026-11-20",      "Work"                 },
    { "due:2026-11-21",            "Work"                 },
    { "not due before 2026-11-20", "Plain,Work,Done"      },
    { "created:2026-11-20",        "Plain,Work,Done,Late" },
    { "created before 2026-11-20", ""                     },
    { "completed:2026-11-20",      "Done"                 },
    { "tag:work or project:House", "Work,Late"            },
    { "pla",                       ""                     },
    { "plain",                     "Plain"                },
    { "\"it's\" or plain",         "Plain"                },
  };
  BatonDatabase *database = fixture->database;
  g_autofree char *project = add_project (database, "House");
  g_autofree char *plain = store_add (database, "Plain", NULL);
  g_autofree char *work = store_add (database, "Work", NULL);
  g_autofree char *done = store_add (database, "Done", NULL);
  g_autofree char *gone = store_add (database, "Gone", NULL);
  g_autofree char *late = store_add (database, "Late", NULL);

  store_set (database, work, "tags.work", "true");
  store_set (database, work, "tags.a\"work", "true");
  store_set (database, work, "due", "2026-11-21T10:00");
  store_set (database, work, "priority", "high");
  store_set (database, done, "status", "done");
  store_set (database, gone, "deleted", "true");
  store_set (database, late, "due", "2026-11-18");
  store_set (database, late, "project_id", project);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *titles = store_filter (database, cases[i].filter);

      g_test_message ("%s", cases[i].filter);
      g_assert_cmpstr (titles, ==, cases[i].titles);
    }
}

static void
test_ids_may_be_cut (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = store_add (fixture->database, "First", NULL);
  g_autofree char *second = store_add (fixture->database, "Second", NULL);
  g_autofree char *tail = g_ascii_strup (first + 28, -1);
  g_autofree char *head = g_strndup (first, 8);
  g_autofree char *found = NULL;
  g_autoptr (GError) ambiguous = NULL, missing = NULL, injected = NULL, unused = NULL;

  found = baton_database_find_id (fixture->database, BATON_ENTITY_TASK, tail, &unused);
  g_assert_cmpstr (found, ==, first);
  g_assert_null (baton_database_find_id (fixture->database, BATON_ENTITY_TASK, head, &ambiguous));
  g_assert_error (ambiguous, BATON_STORE_ERROR, BATON_STORE_ERROR_AMBIGUOUS);
  g_assert_null (baton_database_find_id (fixture->database, BATON_ENTITY_TASK, "123", &missing));
  g_assert_error (missing, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND);
  g_assert_null (
      baton_database_find_id (fixture->database, BATON_ENTITY_TASK, "' OR 1", &injected));
  g_assert_error (injected, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND);
}

/* Puts @task between two others and looks at the inbox */
static void
assert_placed (Fixture *fixture,
               const char *task,
               const char *before,
               const char *after,
               guint n_edits,
               const char *titles)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  GError *error = NULL;

  baton_database_place (fixture->database, task, before, after, edits, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (edits->len, ==, n_edits);
  baton_database_apply (fixture->database, edits, "Move", &error);
  g_assert_no_error (error);
  store_assert_list (fixture->database, view (BATON_VIEW_INBOX), titles);
}

static void
test_tasks_are_put_in_order (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = store_add (fixture->database, "a", NULL);
  g_autofree char *b = store_add (fixture->database, "b", NULL);
  g_autofree char *c = store_add (fixture->database, "c", NULL);
  g_autofree char *position = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  assert_placed (fixture, c, a, b, 1, "a,c,b");
  assert_placed (fixture, b, NULL, a, 1, "b,a,c");
  assert_placed (fixture, b, c, NULL, 1, "a,c,b");
  /* Two with one key, as an import may leave them: there is no room between. */
  position = store_get (fixture->database, a, "position");
  store_set (fixture->database, c, "position", position);
  assert_placed (fixture, b, a, c, 3, "a,b,c");
  assert_placed (fixture, c, a, b, 1, "a,c,b");
  g_assert_false (baton_database_place (fixture->database, a, "none", NULL, none, &error));
  g_assert_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND);
}

static void
test_one_place_takes_a_thousand_tasks (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = store_add (fixture->database, "first", NULL);
  g_autofree char *last = store_add (fixture->database, "last", NULL);
  g_autofree char *before = g_strdup (first);
  GError *error = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GPtrArray)
          edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
      g_autofree char *id = store_add (fixture->database, "x", NULL);

      /* By turns behind the one before, and before it: the neighbourhood gets narrower each time. */
      baton_database_place (fixture->database, id, i % 2 == 0 ? first : before,
                            i % 2 == 0 ? before : last, edits, &error);
      if (error == NULL)
        baton_database_apply (fixture->database, edits, "Move", &error);
      g_assert_no_error (error);
      g_set_str (&before, id);
    }
}

static void
test_history_tells_what_became_of_a_field (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = store_add (fixture->database, "One", NULL);
  g_autoptr (GPtrArray) entries = NULL;
  const BatonHistoryEntry *newest, *oldest;

  store_set (fixture->database, id, "title", "Two");
  store_set (fixture->database, id, "title", "Three");
  entries = baton_database_list_history (fixture->database, BATON_ENTITY_TASK, id, 0, NULL);
  g_assert_cmpuint (entries->len, ==, 3);
  newest = g_ptr_array_index (entries, 0);
  oldest = g_ptr_array_index (entries, 2);
  g_assert_cmpstr (newest->field, ==, "title");
  g_assert_cmpstr (baton_value_get_text (&newest->old_value), ==, "Two");
  g_assert_cmpstr (baton_value_get_text (&newest->new_value), ==, "Three");
  g_assert_false (newest->conflict);
  g_assert_cmpstr (oldest->field, ==, "");
}

static void
test_a_list_without_an_end_takes_more (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = store_add (fixture->database, "Last", NULL);
  g_autofree char *tail = g_strnfill (88, 'z');
  g_autofree char *position = g_strconcat (tail, "ffffffffffff", NULL);
  g_autofree char *more = NULL;

  g_assert_true (baton_position_is_valid (position));
  store_set (fixture->database, task, "position", position);
  more = store_add (fixture->database, "First", NULL);
  store_assert_list (fixture->database, baton_query_new (BATON_VIEW_ALL), "First,Last");
}

#define ADD(name, func) g_test_add ("/database/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("device-keeps-its-id", test_device_keeps_its_id);
  ADD ("new-task-gets-what-follows", test_new_task_gets_what_follows);
  ADD ("completing-follows-status", test_completing_follows_status);
  ADD ("wrong-edit-changes-nothing", test_wrong_edit_changes_nothing);
  ADD ("edit-that-changes-nothing-makes-no-step", test_edit_that_changes_nothing_makes_no_step);
  ADD ("undo-and-redo-survive-a-restart", test_undo_and_redo_survive_a_restart);
  ADD ("one-step-may-set-a-field-twice", test_one_step_may_set_a_field_twice);
  ADD ("new-edit-ends-redo", test_new_edit_ends_redo);
  ADD ("what-hangs-on-the-deleted-is-hidden", test_what_hangs_on_the_deleted_is_hidden);
  ADD ("circle-of-parents-ends", test_circle_of_parents_ends);
  ADD ("views", test_views);
  ADD ("today-is-where-the-person-is", test_today_is_where_the_person_is);
  ADD ("sorts", test_sorts);
  ADD ("search-finds-words-anywhere", test_search_finds_words_anywhere);
  ADD ("filters", test_filters);
  ADD ("tasks-are-put-in-order", test_tasks_are_put_in_order);
  ADD ("one-place-takes-a-thousand-tasks", test_one_place_takes_a_thousand_tasks);
  ADD ("history-tells-what-became-of-a-field", test_history_tells_what_became_of_a_field);
  ADD ("ids-may-be-cut", test_ids_may_be_cut);
  ADD ("a-list-without-an-end-takes-more", test_a_list_without_an_end_takes_more);
  return g_test_run ();
}
