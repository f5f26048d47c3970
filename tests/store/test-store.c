/* test-store.c: writes in their order, none lost; what others commit is seen
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>

#include "../../src/store/baton-store-private.h"
#include "store-fixture.h"

/* The second life of this program: another program that commits */
#define ELSEWHERE "--commit-elsewhere"

typedef struct
{
  guint calls;
  GError *error; /* owned, nullable: the last one */
  GString *order;
} Answers;

static void
answers_clear (Answers *answers)
{
  g_clear_error (&answers->error);
  if (answers->order != NULL)
    g_string_free (answers->order, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answers, answers_clear)

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answers *answers = data;

  answers->calls++;
  g_clear_error (&answers->error);
  baton_store_apply_finish (BATON_STORE (source), result, &answers->error);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answers *answers = data;
  g_autofree char *label = NULL;

  answers->calls++;
  g_clear_error (&answers->error);
  label = baton_store_undo_finish (BATON_STORE (source), result, &answers->error);
  if (label != NULL)
    g_string_append (answers->order, label);
}

static void
apply_one (BatonStore *store, BatonEdit *edit, GCancellable *cancellable, Answers *answers)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  g_ptr_array_add (edits, edit);
  baton_store_apply_async (store, edits, "Edit", cancellable, applied_cb, answers);
}

static void
assert_title (const char *folder, const char *id, const char *title)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = baton_database_open (folder, &error);
  g_autoptr (BatonRecord) record = NULL;

  g_assert_no_error (error);
  record = baton_database_get (database, BATON_ENTITY_TASK, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (record);
  g_assert_cmpstr (baton_record_get_text (record, "title"), ==, title);
}

static void
count_cb (gpointer count)
{
  (*(guint *) count)++;
}

static void
test_edits_arrive_in_order (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { 0 };
  g_autofree char *id = NULL;

  apply_one (fixture->store, store_fixture_new_task ("0", &id), NULL, &answers);
  for (guint i = 1; i < 50; i++)
    {
      g_autofree char *title = g_strdup_printf ("%u", i);

      apply_one (fixture->store, store_fixture_set_text (id, "title", title), NULL, &answers);
    }
  BATON_TEST_WAIT (answers.calls == 50);
  g_assert_no_error (answers.error);
  assert_title (fixture->folder, id, "49");
}

static void
test_closing_writes_what_is_queued (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { 0 };
  g_autofree char *id = NULL;

  apply_one (fixture->store, store_fixture_new_task ("first", &id), NULL, &answers);
  for (guint i = 0; i < 200; i++)
    apply_one (fixture->store, store_fixture_set_text (id, "title", "last"), NULL, &answers);
  baton_store_close (fixture->store);
  assert_title (fixture->folder, id, "last");
  BATON_TEST_WAIT (answers.calls == 201);
  g_assert_no_error (answers.error);
}

static void
test_a_closed_store_says_so (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { 0 };

  baton_store_close (fixture->store);
  apply_one (fixture->store, store_fixture_new_task ("late", NULL), NULL, &answers);
  BATON_TEST_WAIT (answers.calls == 1);
  g_assert_error (answers.error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED);
  g_assert_null (baton_store_get_task (fixture->store, "0190a4c2-7a3e-7c1d-8f10-2b6f6d3c9e11"));
}

static void
test_cancelling_loses_no_edit (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answers) answers = { 0 };
  g_autofree char *id = NULL;

  apply_one (fixture->store, store_fixture_new_task ("kept", &id), cancellable, &answers);
  g_cancellable_cancel (cancellable);
  BATON_TEST_WAIT (answers.calls == 1);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_title (fixture->folder, id, "kept");
}

static void
test_a_bad_edit_is_refused_and_changes_nothing (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { 0 };
  g_autofree char *id = NULL;

  store_fixture_apply (fixture, store_fixture_new_task ("good", &id));
  apply_one (fixture->store, store_fixture_set_text (id, "title", ""), NULL, &answers);
  BATON_TEST_WAIT (answers.calls == 1);
  g_assert_nonnull (answers.error);
  assert_title (fixture->folder, id, "good");
}

static void
test_undo_gives_its_label_and_the_next (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { .order = g_string_new (NULL) };
  g_autofree char *id = NULL;
  g_autofree char *undo = NULL;
  g_autofree char *redo = NULL;

  store_fixture_apply (fixture, store_fixture_new_task ("one", &id));
  store_fixture_apply (fixture, store_fixture_set_text (id, "title", "two"));
  g_object_get (fixture->store, "undo-label", &undo, "redo-label", &redo, NULL);
  g_assert_cmpstr (undo, ==, "Edit");
  g_assert_null (redo);
  baton_store_undo_async (fixture->store, FALSE, NULL, undone_cb, &answers);
  BATON_TEST_WAIT (answers.calls == 1);
  g_assert_no_error (answers.error);
  g_assert_cmpstr (answers.order->str, ==, "Edit");
  g_object_get (fixture->store, "redo-label", &redo, NULL);
  g_assert_cmpstr (redo, ==, "Edit");
  assert_title (fixture->folder, id, "one");
}

static gboolean
fail_work (BatonDatabase *database, gpointer data, GError **error)
{
  g_string_append (data, baton_database_get_folder (database) != NULL ? "work " : "? ");
  g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND, "not here");
  return FALSE;
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answers *answers = data;

  answers->calls++;
  baton_store_call_finish (BATON_STORE (source), result, &answers->error);
}

static void
test_a_call_gives_its_own_error (StoreFixture *fixture, gconstpointer data)
{
  g_auto (Answers) answers = { .order = g_string_new (NULL) };

  baton_store_call_async (fixture->store, fail_work, answers.order, NULL, NULL, called_cb,
                          &answers);
  BATON_TEST_WAIT (answers.calls == 1);
  g_assert_error (answers.error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND);
  g_assert_cmpstr (answers.order->str, ==, "work ");
}

static void
test_a_commit_is_told_once (StoreFixture *fixture, gconstpointer data)
{
  guint changed = 0;

  g_signal_connect_swapped (fixture->store, "changed", G_CALLBACK (count_cb), &changed);
  store_fixture_apply (fixture, store_fixture_new_task ("one", NULL));
  g_assert_cmpuint (changed, ==, 1);
  baton_store_refresh (fixture->store);
  g_assert_cmpuint (changed, ==, 1);
}

static void
test_refresh_sees_another_connection (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  guint changed = 0;

  g_signal_connect_swapped (fixture->store, "changed", G_CALLBACK (count_cb), &changed);
  store_fixture_apply_elsewhere (fixture->folder, store_fixture_new_task ("there", &id));
  g_assert_cmpuint (changed, ==, 0);
  baton_store_refresh (fixture->store);
  g_assert_cmpuint (changed, ==, 1);
}

static void
test_another_program_is_seen_by_itself (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (BatonTaskList) list = store_fixture_list (fixture, BATON_VIEW_INBOX);
  g_autoptr (GSubprocess) other = NULL;
  g_autoptr (GError) error = NULL;
  const char *self = data;

  for (guint i = 1; i <= 3; i++)
    {
      other = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, self, ELSEWHERE, fixture->folder,
                                NULL);
      g_assert_no_error (error);
      g_subprocess_wait_check (other, NULL, &error);
      g_assert_no_error (error);
      BATON_TEST_WAIT (g_list_model_get_n_items (G_LIST_MODEL (list)) == i);
      g_clear_object (&other);
    }
}

static void
test_a_new_day_is_told (StoreFixture *fixture, gconstpointer data)
{
  guint changed = 0;

  g_signal_connect_swapped (fixture->store, "changed", G_CALLBACK (count_cb), &changed);
  baton_store_check_day (fixture->store);
  g_assert_cmpuint (changed, ==, 0);
  /* at any moment these two are on different days */
  g_setenv ("TZ", "<+14>-14", TRUE);
  baton_store_check_day (fixture->store);
  g_setenv ("TZ", "<-12>12", TRUE);
  baton_store_check_day (fixture->store);
  g_setenv ("TZ", "UTC", TRUE);
  g_assert_cmpuint (changed, >=, 1);
}

static void
test_a_folder_that_is_a_file_is_an_error (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonStore) store = NULL;

  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  store = store_fixture_open (path, &error);
  g_assert_null (store);
  g_assert_nonnull (error);
}

static void
add_tests (const char *program)
{
  STORE_TEST ("/store/store/edits-arrive-in-order", test_edits_arrive_in_order);
  STORE_TEST ("/store/store/closing-writes-what-is-queued", test_closing_writes_what_is_queued);
  STORE_TEST ("/store/store/a-closed-store-says-so", test_a_closed_store_says_so);
  STORE_TEST ("/store/store/cancelling-loses-no-edit", test_cancelling_loses_no_edit);
  STORE_TEST ("/store/store/a-bad-edit-is-refused-and-changes-nothing",
              test_a_bad_edit_is_refused_and_changes_nothing);
  STORE_TEST ("/store/store/undo-gives-its-label-and-the-next",
              test_undo_gives_its_label_and_the_next);
  STORE_TEST ("/store/store/a-call-gives-its-own-error", test_a_call_gives_its_own_error);
  STORE_TEST ("/store/store/a-commit-is-told-once", test_a_commit_is_told_once);
  STORE_TEST ("/store/store/refresh-sees-another-connection", test_refresh_sees_another_connection);
  STORE_TEST ("/store/store/a-new-day-is-told", test_a_new_day_is_told);
  g_test_add ("/store/store/another-program-is-seen-by-itself", StoreFixture, program,
              store_fixture_set_up, test_another_program_is_seen_by_itself,
              store_fixture_tear_down);
  g_test_add_func ("/store/store/a-folder-that-is-a-file-is-an-error",
                   test_a_folder_that_is_a_file_is_an_error);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], ELSEWHERE))
    {
      store_fixture_apply_elsewhere (argv[2], store_fixture_new_task ("elsewhere", NULL));
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  add_tests (argv[0]);
  return g_test_run ();
}
