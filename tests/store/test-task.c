/* test-task.c: a task has the schema's properties, and notifies exactly what changed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/store/baton-store-private.h"
#include "store-fixture.h"

static void
notify_cb (GObject *object, GParamSpec *pspec, GPtrArray *names)
{
  g_ptr_array_add (names, g_strdup (pspec->name));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The names of what was notified since the last call, sorted */
static char *
take_names (GPtrArray *names)
{
  char *joined;

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  g_ptr_array_set_size (names, 0);
  return joined;
}

static void
test_every_field_is_a_property (void)
{
  g_autoptr (GTypeClass) type_class = g_type_class_ref (BATON_TYPE_TASK);
  GObjectClass *klass = G_OBJECT_CLASS (type_class);
  const char *typed[] = { "id", "is-done", "project-name", "unsynced" };
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (BATON_ENTITY_TASK, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (fields[i].name), "_", '-');

      g_assert_nonnull (g_object_class_find_property (klass, name));
    }
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    g_assert_nonnull (g_object_class_find_property (klass, typed[i]));
  g_assert_true (g_object_class_find_property (klass, "tags")->value_type == G_TYPE_STRV);
  g_assert_true (g_object_class_find_property (klass, "deleted")->value_type == G_TYPE_BOOLEAN);
  g_assert_true (g_object_class_find_property (klass, "estimated-minutes")->value_type ==
                 G_TYPE_INT64);
}

static void
test_properties_read_the_record (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  g_autofree char *due = NULL;
  g_auto (GStrv) tags = NULL;
  BatonEdit *edit = store_fixture_new_task ("Call Ada", &id);
  g_autoptr (BatonTask) task = NULL;
  gint64 minutes;
  gboolean is_done;

  baton_edit_set_int (edit, "estimated_minutes", 25);
  baton_edit_set_element (edit, "tags", "work", TRUE);
  baton_edit_set_element (edit, "tags", "home", TRUE);
  store_fixture_apply (fixture, edit);
  task = baton_store_get_task (fixture->store, id);
  g_object_get (task, "title", &title, "due", &due, "tags", &tags, "estimated-minutes", &minutes,
                "is-done", &is_done, NULL);
  g_assert_cmpstr (title, ==, "Call Ada");
  g_assert_null (due);
  g_assert_cmpstrv (tags, ((const char *const[]) { "home", "work", NULL }));
  g_assert_cmpint (minutes, ==, 25);
  g_assert_false (is_done);
  g_assert_cmpint (baton_task_get_key (task), >, 0);
}

static void
test_exactly_what_changed_is_notified (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *id = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;
  g_autoptr (BatonTask) task = NULL;
  BatonEdit *edit;

  store_fixture_apply (fixture, store_fixture_new_task ("One", &id));
  task = baton_store_get_task (fixture->store, id);
  g_signal_connect (task, "notify", G_CALLBACK (notify_cb), names);

  store_fixture_apply (fixture, store_fixture_set_text (id, "title", "Two"));
  one = take_names (names);
  g_assert_cmpstr (one, ==, "title");

  edit = store_fixture_set_text (id, "title", "Two");
  baton_edit_set_element (edit, "tags", "work", TRUE);
  store_fixture_apply (fixture, edit);
  two = take_names (names);
  g_assert_cmpstr (two, ==, "tags");

  store_fixture_apply (fixture, store_fixture_set_text (id, "status", "done"));
  three = take_names (names);
  g_assert_cmpstr (three, ==, "completed-at is-done status");
}

static void
test_an_edit_elsewhere_is_notified (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *id = NULL;
  g_autofree char *notified = NULL;
  g_autoptr (BatonTask) task = NULL;

  store_fixture_apply (fixture, store_fixture_new_task ("Here", &id));
  task = baton_store_get_task (fixture->store, id);
  g_signal_connect (task, "notify", G_CALLBACK (notify_cb), names);
  store_fixture_apply_elsewhere (fixture->folder,
                                 store_fixture_set_text (id, "priority", "urgent"));
  BATON_TEST_WAIT (g_strcmp0 (baton_task_get_text (task, "priority"), "urgent") == 0);
  notified = take_names (names);
  g_assert_cmpstr (notified, ==, "priority");
}

static BatonEdit *
name_project (const char *id, const char *name)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, id);

  baton_edit_set_text (edit, "name", name);
  return edit;
}

static char *
dup_project_name (BatonTask *task)
{
  char *name = NULL;

  g_object_get (task, "project-name", &name, NULL);
  return name;
}

static gboolean
is_in_project_named (BatonTask *task, const char *expected)
{
  g_autofree char *name = dup_project_name (task);

  return g_strcmp0 (name, expected) == 0;
}

static void
test_the_project_name_follows_the_project (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *project = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *id = NULL;
  g_autoptr (BatonTask) task = NULL;

  store_fixture_apply (fixture, name_project (project, "House"));
  store_fixture_apply (fixture, store_fixture_new_task ("Paint", &id));
  task = baton_store_get_task (fixture->store, id);
  g_assert_true (is_in_project_named (task, NULL));
  store_fixture_apply (fixture, store_fixture_set_text (id, "project_id", project));
  g_assert_true (is_in_project_named (task, "House"));
  store_fixture_apply (fixture, name_project (project, "Household"));
  BATON_TEST_WAIT (is_in_project_named (task, "Household"));
}

static gboolean
is_unsynced (BatonTask *task)
{
  gboolean unsynced;

  g_object_get (task, "unsynced", &unsynced, NULL);
  return unsynced;
}

/* As the server would: it takes all that waits */
static void
take_outbox (BatonDatabase *database)
{
  g_autoptr (GPtrArray) outbox = baton_database_get_outbox (database, 500, 1 << 20, NULL);
  g_autoptr (GPtrArray)
      results = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_result_free);

  for (guint i = 0; i < outbox->len; i++)
    {
      BatonResult *result = g_new0 (BatonResult, 1);

      result->edit = g_strdup (baton_edit_get_id (g_ptr_array_index (outbox, i)));
      result->status = BATON_RESULT_APPLIED;
      g_ptr_array_add (results, result);
    }
  g_assert_true (baton_database_take_results (database, results, g_get_real_time () / 1000, NULL));
}

static void
test_unsynced_follows_the_outbox (StoreFixture *fixture, gconstpointer data)
{
  BatonAccount account = { (char *) "https://baton.example", (char *) "ada@example.org",
                           (char *) "01930a4c-27a3-7c1d-8f10-2b6f6d3c9e11", NULL };
  g_autoptr (BatonDatabase) engine = baton_database_open (fixture->folder, NULL);
  g_autofree char *id = NULL;
  g_autoptr (BatonTask) task = NULL;

  store_fixture_apply (fixture, store_fixture_new_task ("Post", &id));
  task = baton_store_get_task (fixture->store, id);
  g_assert_false (is_unsynced (task));
  g_assert_true (baton_database_set_account (engine, &account, NULL));
  baton_store_refresh (fixture->store);
  BATON_TEST_WAIT (is_unsynced (task));
  take_outbox (engine);
  baton_store_refresh (fixture->store);
  BATON_TEST_WAIT (!is_unsynced (task));
  store_fixture_apply (fixture, store_fixture_set_text (id, "title", "Letter"));
  g_assert_true (is_unsynced (task));
}

static void
test_a_task_outlives_its_store (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  BatonStore *store = store_fixture_open (folder, NULL);
  g_autofree char *id = NULL;
  g_autoptr (BatonTask) task = NULL;

  store_fixture_apply_elsewhere (folder, store_fixture_new_task ("Stays", &id));
  task = baton_store_get_task (store, id);
  g_object_add_weak_pointer (G_OBJECT (store), (gpointer *) &store);
  g_object_unref (store);
  BATON_TEST_WAIT (store == NULL);
  g_assert_cmpstr (baton_task_get_text (task, "title"), ==, "Stays");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/task/every-field-is-a-property", test_every_field_is_a_property);
  STORE_TEST ("/store/task/properties-read-the-record", test_properties_read_the_record);
  STORE_TEST ("/store/task/exactly-what-changed-is-notified",
              test_exactly_what_changed_is_notified);
  STORE_TEST ("/store/task/an-edit-elsewhere-is-notified", test_an_edit_elsewhere_is_notified);
  STORE_TEST ("/store/task/the-project-name-follows-the-project",
              test_the_project_name_follows_the_project);
  STORE_TEST ("/store/task/unsynced-follows-the-outbox", test_unsynced_follows_the_outbox);
  STORE_TEST ("/store/task/a-task-outlives-its-store", test_a_task_outlives_its_store);
  return g_test_run ();
}
