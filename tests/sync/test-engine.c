/* test-engine.c: the engine keeps devices alike by itself, and says how it stands
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-exchange.h"
#include "../support/baton-sync-test.h"

typedef struct
{
  char *folder;            /* of the device */
  BatonDatabase *database; /* the window's own connection */
  BatonEngine *engine;
  guint n_committed;
  guint n_offline; /* how often it said so */
} Device;

typedef struct
{
  BatonTestFolder *folder;
  BatonFakeServer *server;
  BatonFakeHttp *http;
  Device laptop;
  Device phone;
} Fixture;

typedef struct
{
  gboolean done;
  GError *error;
} Answer;

static void
committed_cb (BatonEngine *engine, gpointer data)
{
  Device *device = data;

  device->n_committed++;
}

static void
state_cb (BatonEngine *engine, GParamSpec *pspec, gpointer data)
{
  Device *device = data;

  if (baton_engine_get_state (engine) == BATON_ENGINE_OFFLINE)
    device->n_offline++;
}

static void
start_device (Device *device)
{
  device->engine = baton_engine_new (device->folder);
  g_signal_connect (device->engine, "committed", G_CALLBACK (committed_cb), device);
  g_signal_connect (device->engine, "notify::state", G_CALLBACK (state_cb), device);
  baton_engine_start (device->engine);
}

static void
open_device (Fixture *fixture, Device *device, const char *name)
{
  device->folder = g_build_filename (fixture->folder, name, NULL);
  device->database = baton_sync_test_open (fixture->folder, name);
  start_device (device);
}

static void
close_device (Device *device)
{
  g_clear_object (&device->engine);
  g_clear_pointer (&device->database, baton_database_close);
  g_clear_pointer (&device->folder, g_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  baton_fake_server_set_now (fixture->server, g_get_real_time () / 1000);
  fixture->http = baton_fake_http_new (fixture->server);
  open_device (fixture, &fixture->laptop, "laptop");
  open_device (fixture, &fixture->phone, "phone");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_device (&fixture->laptop);
  close_device (&fixture->phone);
  g_clear_pointer (&fixture->http, baton_fake_http_free);
  g_clear_pointer (&fixture->server, baton_fake_server_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

static void
sign_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  baton_engine_sign_out_finish (BATON_ENGINE (source), result, &answer->error);
  answer->done = TRUE;
}

static void
sign_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  baton_engine_sign_in_finish (BATON_ENGINE (source), result, &answer->error);
  answer->done = TRUE;
}

static void
sign_in (Fixture *fixture, Device *device)
{
  g_autoptr (GError) error = NULL;

  baton_sync_test_engine_sign_in (device->engine, baton_fake_http_get_url (fixture->http),
                                  "ada@example.org", BATON_FAKE_PASSWORD, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_state (Device *device, BatonEngineState state)
{
  return baton_engine_get_state (device->engine) == state;
}

static gboolean
has_title (Device *device, const char *task, const char *expected)
{
  g_autofree char *title = baton_sync_test_dup (device->database, task, "title");

  return g_strcmp0 (title, expected) == 0;
}

/* Signed in on both, and both listening */
static void
connect_both (Fixture *fixture)
{
  sign_in (fixture, &fixture->laptop);
  sign_in (fixture, &fixture->phone);
  BATON_TEST_WAIT (baton_fake_http_count_live (fixture->http) == 2);
  /* Each asks once more when it listens: no answer meant for what follows may go there */
  BATON_TEST_WAIT (baton_fake_http_count (fixture->http, "/sync") == 4);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SYNCED) &&
                   has_state (&fixture->phone, BATON_ENGINE_SYNCED));
}

static void
test_signed_out (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");

  baton_engine_poke (fixture->laptop.engine);
  baton_engine_sync (fixture->laptop.engine);
  g_assert_cmpint (baton_engine_get_state (fixture->laptop.engine), ==, BATON_ENGINE_SIGNED_OUT);
  g_assert_null (baton_engine_get_message (fixture->laptop.engine));
  g_assert_nonnull (task);
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  guint before;

  connect_both (fixture);
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
  BATON_TEST_WAIT (fixture->phone.n_committed > 0);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SYNCED));

  /* From now on a change costs its sender one request, and its reader none */
  before = baton_fake_http_count (fixture->http, "/sync");
  baton_sync_test_set (fixture->laptop.database, task, "title", "Call Ada today");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada today"));
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/sync"), ==, before + 1);
}

static void
test_poke (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  guint before;

  connect_both (fixture);
  before = baton_fake_http_count (fixture->http, "/sync");
  for (guint i = 0; i < 100; i++)
    baton_engine_poke (fixture->laptop.engine);
  task = baton_sync_test_add_task (fixture->phone.database, "Call Ada");
  baton_engine_poke (fixture->phone.engine);
  BATON_TEST_WAIT (has_title (&fixture->laptop, task, "Call Ada"));
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/sync"), ==, before + 1);
}

/* A message was missed: the next one shows it */
static void
test_gap (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  g_autofree char *other = NULL;
  g_auto (GStrv) told = NULL;
  g_autoptr (BatonFakeRemote) remote = baton_fake_remote_new (fixture->server);

  connect_both (fixture);
  g_clear_object (&fixture->laptop.engine);
  task = baton_sync_test_add_task (fixture->laptop.database, "Missed");
  baton_sync_test_run (fixture->laptop.database, remote);
  told = baton_fake_server_take_told (fixture->server);
  g_assert_cmpuint (g_strv_length (told), ==, 1);
  start_device (&fixture->laptop);
  BATON_TEST_WAIT (baton_fake_http_count_live (fixture->http) == 2);
  other = baton_sync_test_add_task (fixture->laptop.database, "Told");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, other, "Told"));
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Missed"));
}

/* Between the round and the socket */
static void
test_between (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, task);
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();
  g_autofree char *body = NULL;
  BatonHlc hlc = { .node = 0xb };
  BatonClock clock = baton_hlc_tick (&hlc, g_get_real_time () / 1000);

  baton_edit_set_text (edit, "title", "Unheard");
  baton_edit_stamp (edit, id, &clock, NULL);
  g_ptr_array_add (edits, edit);
  body = baton_exchange_write_request ("00000000000b", "{}", NULL, edits, 500);
  baton_fake_http_sync_before_live (fixture->http, body);
  sign_in (fixture, &fixture->laptop);
  BATON_TEST_WAIT (has_title (&fixture->laptop, task, "Unheard"));
}

static void
test_nonsense (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;

  connect_both (fixture);
  baton_fake_http_tell (fixture->http, "<html>");
  baton_fake_http_tell (fixture->http, "{}");
  baton_fake_http_tell (fixture->http, "{\"changes\":[{}]}");
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
}

static void
test_reconnect (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;

  connect_both (fixture);
  baton_fake_http_close_live (fixture->http);
  BATON_TEST_WAIT (baton_fake_http_count_opened (fixture->http) == 4);
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
}

static void
test_offline (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;

  connect_both (fixture);
  baton_fake_http_say (fixture->http, "/sync", 1, 503, "text/html", NULL, "away");
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_OFFLINE));
  g_assert_cmpuint (baton_engine_get_waiting (fixture->laptop.engine), ==, 1);
  g_assert_nonnull (baton_engine_get_message (fixture->laptop.engine));
  /* By itself, after a pause */
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SYNCED));
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
  g_assert_cmpuint (baton_engine_get_waiting (fixture->laptop.engine), ==, 0);
}

static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;

  connect_both (fixture);
  baton_fake_http_say (fixture->http, "/sync", 1, 200, "text/html", NULL,
                       "<html>Welcome to the hotel</html>");
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_TROUBLE));
  g_assert_nonnull (strstr (baton_engine_get_message (fixture->laptop.engine), "text/html"));
  /* The person need not wait */
  baton_engine_sync (fixture->laptop.engine);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
}

/* With the wait doubling each time, only the person gets through so many failures in the time that a test has */
static void
test_sync_now (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  guint before;

  connect_both (fixture);
  before = baton_fake_http_count (fixture->http, "/sync");
  baton_fake_http_say (fixture->http, "/sync", 10, 503, "text/html", NULL, "away");
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  for (guint i = 1; i <= 10; i++)
    {
      BATON_TEST_WAIT (baton_fake_http_count (fixture->http, "/sync") >= before + i);
      BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_OFFLINE));
      baton_engine_sync (fixture->laptop.engine);
    }
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Call Ada"));
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;

  connect_both (fixture);
  g_clear_object (&fixture->laptop.engine);
  task = baton_sync_test_add_task (fixture->laptop.database, "Typed while the engine slept");
  start_device (&fixture->laptop);
  BATON_TEST_WAIT (has_title (&fixture->phone, task, "Typed while the engine slept"));
}

static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  g_autofree char *email = NULL;
  Answer answer = { 0 };

  connect_both (fixture);
  g_object_get (fixture->laptop.engine, "email", &email, NULL);
  g_assert_cmpstr (email, ==, "ada@example.org");
  baton_engine_sign_out_async (fixture->laptop.engine, BATON_SIGN_OUT_KEEP, NULL, sign_out_cb,
                               &answer);
  BATON_TEST_WAIT (answer.done);
  g_assert_no_error (answer.error);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SIGNED_OUT));
  g_clear_pointer (&email, g_free);
  g_object_get (fixture->laptop.engine, "email", &email, NULL);
  g_assert_null (email);
}

static void
test_wrong_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_sync_test_engine_sign_in (fixture->laptop.engine, baton_fake_http_get_url (fixture->http),
                                  "ada@example.org", "wrong", NULL, &error);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_REFUSED);
  g_assert_true (has_state (&fixture->laptop, BATON_ENGINE_SIGNED_OUT));
}

/* The server ended the sign-in: said plainly, nothing lost, and the same person goes on */
static void
test_ended (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  g_autofree char *email = NULL;

  connect_both (fixture);
  /* The phone's pair is the newest one, so the laptop's is spent */
  baton_fake_http_expire (fixture->http, 900);
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SIGNED_OUT));
  g_assert_nonnull (baton_engine_get_message (fixture->laptop.engine));
  g_assert_cmpuint (baton_engine_get_waiting (fixture->laptop.engine), ==, 1);
  g_object_get (fixture->laptop.engine, "email", &email, NULL);
  g_assert_cmpstr (email, ==, "ada@example.org");
  sign_in (fixture, &fixture->laptop);
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SYNCED));
  g_assert_nonnull (baton_fake_server_get (fixture->server, BATON_ENTITY_TASK, task));
}

/* A request that hangs holds up neither signing out nor the end */
static void
test_hanging (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = NULL;
  Answer answer = { 0 };
  guint before;

  connect_both (fixture);
  before = baton_fake_http_count (fixture->http, "/sync");
  baton_fake_http_hang (fixture->http, "/sync");
  baton_fake_http_hang (fixture->http, "/sync");
  task = baton_sync_test_add_task (fixture->laptop.database, "Call Ada");
  baton_engine_poke (fixture->laptop.engine);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->http, "/sync") == before + 1);
  baton_engine_sign_out_async (fixture->laptop.engine, BATON_SIGN_OUT_KEEP, NULL, sign_out_cb,
                               &answer);
  BATON_TEST_WAIT (answer.done);
  g_assert_no_error (answer.error);
  /* It was cancelled, and did not run out of time */
  g_assert_cmpuint (fixture->laptop.n_offline, ==, 0);
  baton_engine_sync (fixture->phone.engine);
  BATON_TEST_WAIT (baton_fake_http_count (fixture->http, "/sync") == before + 2);
  baton_engine_stop (fixture->phone.engine);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  Answer answer = { 0 };
  g_autoptr (GError) error = NULL;

  baton_engine_stop (fixture->laptop.engine);
  baton_engine_stop (fixture->laptop.engine);
  baton_engine_sign_out_async (fixture->laptop.engine, BATON_SIGN_OUT_KEEP, NULL, sign_out_cb,
                               &answer);
  BATON_TEST_WAIT (answer.done);
  error = answer.error;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* What is told leads to a round, the round to the end of the sign-in, and that to the end of the socket that told */
static void
test_ended_by_telling (Fixture *fixture, gconstpointer data)
{
  connect_both (fixture);
  baton_fake_http_expire (fixture->http, 900);
  baton_fake_http_tell (fixture->http, "{}");
  BATON_TEST_WAIT (has_state (&fixture->laptop, BATON_ENGINE_SIGNED_OUT));
  g_assert_nonnull (baton_engine_get_message (fixture->laptop.engine));
}

static void
accepted_cb (GObject *listener, GAsyncResult *result, gpointer data)
{
  GSocketConnection **connection = data;
  g_autoptr (GError) error = NULL;

  *connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (listener), result, NULL,
                                                 &error);
  g_assert_no_error (error);
}

/* TCP stands, and nobody begins with TLS */
static void
test_stop_amid_handshake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };

  url = g_strdup_printf ("https://127.0.0.1:%u",
                         g_socket_listener_add_any_inet_port (listener, NULL, &error));
  g_assert_no_error (error);
  g_socket_listener_accept_async (listener, NULL, accepted_cb, &connection);
  baton_engine_sign_in_async (fixture->laptop.engine, url, "ada@example.org", "correct horse", NULL,
                              BATON_SIGN_IN_ASK, NULL, sign_in_cb, &answer);
  BATON_TEST_WAIT (connection != NULL);
  baton_engine_stop (fixture->laptop.engine);
  BATON_TEST_WAIT (answer.done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
}

/* Whatever it has come to */
static void
test_stop_at_any_moment (Fixture *fixture, gconstpointer data)
{
  connect_both (fixture);
  for (guint i = 0; i < 60; i++)
    {
      g_clear_object (&fixture->laptop.engine);
      start_device (&fixture->laptop);
      BATON_TEST_WAIT (i % 3 < 1 || !has_state (&fixture->laptop, BATON_ENGINE_SIGNED_OUT));
      BATON_TEST_WAIT (i % 3 < 2 || has_state (&fixture->laptop, BATON_ENGINE_SYNCED));
      baton_engine_stop (fixture->laptop.engine);
    }
}

static void
add (const char *path, void (*func) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autofree char *keyring = baton_sync_test_use_keyring (folder);

  g_test_init (&argc, &argv, NULL);
  g_test_message ("The keyring is in %s", keyring);
  add ("/sync/engine/signed-out-it-is-quiet", test_signed_out);
  add ("/sync/engine/a-change-here-is-there-without-asking", test_live);
  add ("/sync/engine/a-poke-with-nothing-to-send-asks-nobody", test_poke);
  add ("/sync/engine/a-missed-message-is-made-up-for", test_gap);
  add ("/sync/engine/what-came-before-the-socket-is-heard-of", test_between);
  add ("/sync/engine/nonsense-on-the-socket-does-no-harm", test_nonsense);
  add ("/sync/engine/a-closed-socket-is-opened-again", test_reconnect);
  add ("/sync/engine/a-busy-server-is-offline-and-tried-again", test_offline);
  add ("/sync/engine/the-person-need-not-wait", test_sync_now);
  add ("/sync/engine/a-foreign-answer-is-trouble-with-a-message", test_trouble);
  add ("/sync/engine/what-was-typed-meanwhile-is-sent-at-the-start", test_resume);
  add ("/sync/engine/signing-out-ends-it", test_sign_out);
  add ("/sync/engine/a-wrong-password-is-said", test_wrong_password);
  add ("/sync/engine/an-ended-sign-in-loses-nothing", test_ended);
  add ("/sync/engine/a-hanging-request-holds-nobody-up", test_hanging);
  add ("/sync/engine/stopped-it-says-so", test_stopped);
  add ("/sync/engine/what-is-told-may-end-the-sign-in", test_ended_by_telling);
  add ("/sync/engine/stopped-amid-a-handshake-it-says-cancelled", test_stop_amid_handshake);
  add ("/sync/engine/stopped-at-any-moment-it-ends", test_stop_at_any_moment);
  return g_test_run ();
}
