/* test-leaving.c: somebody is let into a project, taken out of it, and let in again
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bob has a device with the engine as it is; Ada speaks to the server (BATON_TEST_SERVER, a process of its own) over REST.
 */
#include <libsoup/soup.h>

#include "../support/baton-sync-test.h"

typedef struct
{
  BatonTestFolder *folder;
  GSubprocess *server;
  char *url;
  SoupSession *session;
  char *ada; /* access token */
  char *bob; /* id */
  char *project;
  char *folder_of_bob;
  BatonDatabase *database;
  BatonEngine *engine; /* nullable: Bob's device is off */
} Fixture;

/* What Ada asks for, which has to succeed; NULL where the answer has no body */
static JsonNode *
ask (Fixture *fixture, const char *method, const char *path, const char *body)
{
  g_autofree char *uri = g_strconcat (fixture->url, "/api/v1", path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autofree char *bearer = g_strconcat ("Bearer ", fixture->ada, NULL);
  g_autoptr (GBytes) answer = NULL;
  GError *error = NULL;
  JsonNode *node;

  if (fixture->ada)
    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization",
                                 bearer);
  if (body)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  answer = soup_session_send_and_read (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  if (soup_message_get_status (message) >= 400)
    g_error ("%s %s: %.*s", method, path, (int) g_bytes_get_size (answer),
             (const char *) g_bytes_get_data (answer, NULL));
  if (g_bytes_get_size (answer) == 0)
    return NULL;
  node = baton_json_parse (g_bytes_get_data (answer, NULL), (gssize) g_bytes_get_size (answer),
                           &error);
  g_assert_no_error (error);
  return node;
}

static char *
ask_for (Fixture *fixture, const char *path, const char *body, const char *member)
{
  g_autoptr (JsonNode) node = ask (fixture, "POST", path, body);
  JsonObject *data = json_object_get_object_member (json_node_get_object (node), "data");

  return g_strdup (json_object_get_string_member (data, member));
}

static char *
make_task (Fixture *fixture, const char *title)
{
  g_autofree char *body = g_strdup_printf ("{\"title\":\"%s\",\"project_id\":\"%s\"}", title,
                                           fixture->project);

  return ask_for (fixture, "/tasks", body, "id");
}

static void
let_in (Fixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/projects/%s/members", fixture->project);

  g_free (fixture->bob);
  fixture->bob = ask_for (fixture, path, "{\"email\":\"bob@example.org\"}", "user_id");
}

static void
take_out (Fixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/projects/%s/members/%s", fixture->project,
                                           fixture->bob);

  g_assert_null (ask (fixture, "DELETE", path, NULL));
}

static void
switch_on (Fixture *fixture)
{
  fixture->engine = baton_engine_new (fixture->folder_of_bob);
  baton_engine_start (fixture->engine);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = baton_test_folder_new ();
  fixture->server = baton_sync_test_start_server (fixture->folder, "127.0.0.1:0", &fixture->url);
  fixture->session = soup_session_new ();
  fixture->ada = ask_for (fixture, "/auth/register",
                          "{\"email\":\"ada@example.org\",\"password\":\"correct horse battery\","
                          "\"first_name\":\"Ada\",\"last_name\":\"King\"}",
                          "access_token");
  fixture->project = ask_for (fixture, "/projects", "{\"name\":\"House\"}", "id");
  fixture->folder_of_bob = g_build_filename (fixture->folder, "bob", NULL);
  fixture->database = baton_sync_test_open (fixture->folder, "bob");
  switch_on (fixture);
  baton_sync_test_engine_sign_in (fixture->engine, fixture->url, "bob@example.org",
                                  "correct horse battery", "Bob Byron", &error);
  g_assert_no_error (error);
  BATON_TEST_WAIT (baton_engine_get_state (fixture->engine) == BATON_ENGINE_SYNCED);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->engine);
  g_clear_pointer (&fixture->database, baton_database_close);
  g_clear_object (&fixture->session);
  g_subprocess_force_exit (fixture->server);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_clear_object (&fixture->server);
  g_clear_pointer (&fixture->url, g_free);
  g_clear_pointer (&fixture->ada, g_free);
  g_clear_pointer (&fixture->bob, g_free);
  g_clear_pointer (&fixture->project, g_free);
  g_clear_pointer (&fixture->folder_of_bob, g_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

static gboolean
has_title (Fixture *fixture, const char *task, const char *expected)
{
  g_autofree char *title = baton_sync_test_dup (fixture->database, task, "title");

  return g_strcmp0 (title, expected) == 0;
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = make_task (fixture, "First");
  g_autofree char *second = NULL;

  for (guint turn = 0; turn < 3; turn++)
    {
      g_autofree char *next = NULL;

      let_in (fixture);
      BATON_TEST_WAIT (has_title (fixture, first, "First"));
      g_assert_true (turn == 0 || has_title (fixture, second, "Second"));
      if (turn == 0)
        second = make_task (fixture, "Second");
      BATON_TEST_WAIT (has_title (fixture, second, "Second"));
      take_out (fixture);
      BATON_TEST_WAIT (has_title (fixture, first, NULL) && has_title (fixture, second, NULL));
      next = make_task (fixture, "Not Bob's");
      baton_engine_sync (fixture->engine);
      BATON_TEST_WAIT (baton_engine_get_state (fixture->engine) == BATON_ENGINE_SYNCED);
      g_assert_true (has_title (fixture, next, NULL));
    }
}

static char *
make_task_here (Fixture *fixture, const char *title)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  GError *error = NULL;

  baton_edit_set_text (edit, "title", title);
  baton_edit_set_text (edit, "project_id", fixture->project);
  g_ptr_array_add (edits, edit);
  baton_database_apply (fixture->database, edits, "Add", &error);
  g_assert_no_error (error);
  return g_steal_pointer (&id);
}

static void
assert_title_at_server (Fixture *fixture, const char *task, const char *title)
{
  g_autofree char *path = g_strconcat ("/tasks/", task, NULL);
  g_autoptr (JsonNode) got = ask (fixture, "GET", path, NULL);
  JsonObject *data = json_object_get_object_member (json_node_get_object (got), "data");

  g_assert_cmpstr (json_object_get_string_member (data, "title"), ==, title);
}

/* What Bob wrote while his device was off, and he was taken out, is kept, and sent when he is let in again */
static void
test_unsent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = make_task (fixture, "Paint");
  g_autofree char *made = NULL;

  let_in (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, "Paint"));
  g_clear_object (&fixture->engine);
  baton_sync_test_set (fixture->database, task, "title", "Paint it blue");
  made = make_task_here (fixture, "Buy brushes");
  take_out (fixture);
  switch_on (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, NULL) && has_title (fixture, made, NULL));
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->database) == 0);
  g_assert_cmpuint (baton_sync_test_count_refused (fixture->database), ==, 2);

  let_in (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, "Paint it blue"));
  BATON_TEST_WAIT (has_title (fixture, made, "Buy brushes"));
  BATON_TEST_WAIT (baton_sync_test_count_refused (fixture->database) == 0 &&
                   baton_sync_test_count_waiting (fixture->database) == 0);
  assert_title_at_server (fixture, task, "Paint it blue");
  assert_title_at_server (fixture, made, "Buy brushes");
}

static char *
hang_on (Fixture *fixture,
         BatonEntity entity,
         const char *task,
         const char *field,
         const char *text)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  BatonEdit *edit = baton_edit_new (entity, id);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  GError *error = NULL;

  baton_edit_set_text (edit, "task_id", task);
  baton_edit_set_text (edit, field, text);
  g_ptr_array_add (edits, edit);
  baton_database_apply (fixture->database, edits, "Add", &error);
  g_assert_no_error (error);
  return g_steal_pointer (&id);
}

static gboolean
is_unsynced (Fixture *fixture, const char *record)
{
  g_autoptr (GPtrArray) unsynced = baton_database_get_unsynced (fixture->database, NULL);

  for (guint i = 0; i < unsynced->len; i++)
    {
      const BatonUnsynced *row = g_ptr_array_index (unsynced, i);

      if (g_str_equal (baton_edit_get_record (row->edit), record))
        return row->refused;
    }
  return FALSE;
}

static gboolean
has_record (Fixture *fixture, BatonEntity entity, const char *id)
{
  g_autoptr (BatonRecord) record = baton_database_get (fixture->database, entity, id, NULL);

  return record != NULL;
}

/* The task is there at the server, and Bob is not: nothing of his is nowhere. */
static void
test_hanging (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = make_task (fixture, "Paint");
  g_autofree char *comment = NULL;
  g_autofree char *attachment = NULL;

  let_in (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, "Paint"));
  g_clear_object (&fixture->engine);
  comment = hang_on (fixture, BATON_ENTITY_COMMENT, task, "body", "In which colour?");
  attachment = hang_on (fixture, BATON_ENTITY_ATTACHMENT, task, "name", "colours.pdf");
  take_out (fixture);
  switch_on (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, NULL));
  BATON_TEST_WAIT (baton_sync_test_count_waiting (fixture->database) == 0);
  g_assert_true (is_unsynced (fixture, comment));
  g_assert_true (is_unsynced (fixture, attachment));

  let_in (fixture);
  BATON_TEST_WAIT (has_title (fixture, task, "Paint"));
  BATON_TEST_WAIT (has_record (fixture, BATON_ENTITY_COMMENT, comment));
  BATON_TEST_WAIT (baton_sync_test_count_refused (fixture->database) == 0 &&
                   baton_sync_test_count_waiting (fixture->database) == 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  g_test_message ("The keyring is in %s", keyring);
  g_test_add ("/sync/leaving/a-device-hears-of-it-at-once", Fixture, NULL, set_up, test_live,
              tear_down);
  g_test_add ("/sync/leaving/what-was-not-sent-is-kept-and-sent-later", Fixture, NULL, set_up,
              test_unsent, tear_down);
  g_test_add ("/sync/leaving/what-hangs-on-a-task-is-kept-and-sent-later", Fixture, NULL, set_up,
              test_hanging, tear_down);
  return g_test_run ();
}
