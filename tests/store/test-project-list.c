/* test-project-list.c: projects keep their objects, their counts follow
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-project-list.h"
#include "store-fixture.h"

static BatonEdit *
name_project (const char *id, const char *name)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, id);

  baton_edit_set_text (edit, "name", name);
  return edit;
}

static char *
add_project (StoreFixture *fixture, const char *name)
{
  char *id = baton_uuid_new (g_get_real_time () / 1000);

  store_fixture_apply (fixture, name_project (id, name));
  return id;
}

static guint
get_count (gpointer object, const char *property)
{
  guint count;

  g_object_get (object, property, &count, NULL);
  return count;
}

static void
log_cb (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
count_cb (gpointer count)
{
  (*(guint *) count)++;
}

static void
test_counts_follow_the_tasks (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *project = add_project (fixture, "House");
  g_autoptr (BatonProjectList) list = baton_project_list_new (fixture->store);
  g_autofree char *id = NULL;
  BatonEdit *edit = store_fixture_new_task ("Paint", &id);

  baton_edit_set_text (edit, "project_id", project);
  baton_edit_set_text (edit, "due", "2001-01-01");
  store_fixture_apply (fixture, edit);
  store_fixture_apply (fixture, store_fixture_new_task ("Inbox", NULL));
  BATON_TEST_WAIT (get_count (list, "inbox-open") == 1);
  g_assert_cmpuint (get_count (list, "today-open"), ==, 1);
  g_assert_cmpuint (get_count (baton_project_list_lookup (list, project), "open"), ==, 1);
  store_fixture_apply (fixture, store_fixture_set_text (id, "status", "done"));
  BATON_TEST_WAIT (get_count (list, "today-open") == 0);
  g_assert_cmpuint (get_count (baton_project_list_lookup (list, project), "open"), ==, 0);
}

static void
test_a_project_keeps_its_object (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *house = add_project (fixture, "House");
  g_autofree char *work = add_project (fixture, "Work");
  g_autoptr (BatonProjectList) list = baton_project_list_new (fixture->store);
  g_autoptr (GString) log = g_string_new (NULL);
  BatonProject *project;
  guint named = 0;

  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 2);
  project = baton_project_list_lookup (list, work);
  g_signal_connect_swapped (project, "notify::name", G_CALLBACK (count_cb), &named);
  g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
  store_fixture_apply (fixture, name_project (work, "Office"));
  BATON_TEST_WAIT (named == 1);
  g_assert_true (baton_project_list_lookup (list, work) == project);
  g_assert_cmpstr (baton_project_get_name (project), ==, "Office");
  g_assert_cmpstr (log->str, ==, "");
  g_clear_object (&list);
}

static void
test_a_deleted_project_is_one_removal (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *a = add_project (fixture, "A");
  g_autofree char *b = add_project (fixture, "B");
  g_autofree char *c = add_project (fixture, "C");
  g_autoptr (BatonProjectList) list = baton_project_list_new (fixture->store);
  g_autoptr (GString) log = g_string_new (NULL);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, b);

  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 3);
  g_signal_connect (list, "items-changed", G_CALLBACK (log_cb), log);
  baton_edit_set_bool (edit, "deleted", TRUE);
  store_fixture_apply (fixture, edit);
  BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == 2);
  g_assert_cmpstr (log->str, ==, "1-1+0 ");
  g_assert_null (baton_project_list_lookup (list, b));
  g_clear_object (&list);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/store/project-list/counts-follow-the-tasks", test_counts_follow_the_tasks);
  STORE_TEST ("/store/project-list/a-project-keeps-its-object", test_a_project_keeps_its_object);
  STORE_TEST ("/store/project-list/a-deleted-project-is-one-removal",
              test_a_deleted_project_is_one_removal);
  return g_test_run ();
}
