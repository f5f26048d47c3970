/* test-session.c: a session asks once, renews its tokens when it must, and says plainly what went wrong
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-credentials.h"
#include "../../src/sync/baton-session.h"
#include "../support/baton-sync-test.h"

typedef struct
{
  BatonTestFolder *folder;
  BatonFakeServer *server;
  BatonFakeHttp *http;
  BatonDatabase *database;
  BatonSession *session;
} Fixture;

static BatonSession *
sign_in (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) keyring_error = NULL;
  BatonSession *session = baton_session_sign_in (
      fixture->database, baton_fake_http_get_url (fixture->http), " ada@example.org",
      BATON_FAKE_PASSWORD, NULL, BATON_SIGN_IN_ASK, NULL, &keyring_error, &error);

  g_assert_no_error (error);
  g_assert_no_error (keyring_error);
  return session;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->server = baton_fake_server_new (BATON_FAKE_USER, 1);
  fixture->http = baton_fake_http_new (fixture->server);
  fixture->database = baton_sync_test_open (fixture->folder, "laptop");
  fixture->session = sign_in (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->session);
  g_clear_pointer (&fixture->database, baton_database_close);
  g_clear_pointer (&fixture->http, baton_fake_http_free);
  g_clear_pointer (&fixture->server, baton_fake_server_free);
  g_clear_pointer (&fixture->folder, baton_test_folder_free);
}

static void
run (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  baton_sync_run (fixture->database, BATON_REMOTE (fixture->session), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static GError *
fail (Fixture *fixture, BatonSyncError code)
{
  GError *error = NULL;

  g_assert_false (baton_sync_run (fixture->database, BATON_REMOTE (fixture->session), NULL, NULL,
                                  NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, (int) code);
  g_test_message ("%s", error->message);
  return error;
}

static void
test_sign_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonAccount) account = baton_database_get_account (fixture->database, &error);
  g_autofree char *task = baton_sync_test_add_task (fixture->database, "Call Ada");

  g_assert_no_error (error);
  g_assert_cmpstr (account->email, ==, "ada@example.org");
  g_assert_cmpstr (account->user_id, ==, BATON_FAKE_USER);
  run (fixture);
  g_assert_nonnull (baton_fake_server_get (fixture->server, BATON_ENTITY_TASK, task));
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 0);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/sync"), ==, 1);
}

static void
test_wrong_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonDatabase) other = baton_sync_test_open (fixture->folder, "phone");
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSession) session = baton_session_sign_in (
      other, baton_fake_http_get_url (fixture->http), "ada@example.org", "wrong", NULL,
      BATON_SIGN_IN_ASK, NULL, NULL, &error);
  g_autoptr (BatonAccount) account = baton_database_get_account (other, NULL);

  g_assert_null (session);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "The server says AUTHENTICATION_ERROR.");
  g_assert_null (account);
}

/* It takes the beginning of a handshake for half a request, and would be waited for. */
static void
test_no_https (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonDatabase) other = baton_sync_test_open (fixture->folder, "phone");
  g_autofree char *url = g_strconcat ("https", baton_fake_http_get_url (fixture->http) + 4, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSession) session = NULL;

  g_assert_true (g_str_has_prefix (url, "https://"));
  session = baton_session_sign_in (other, url, "ada@example.org", BATON_FAKE_PASSWORD, NULL,
                                   BATON_SIGN_IN_ASK, NULL, NULL, &error);
  g_assert_null (session);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, "does not speak https"));
}

static void
test_details (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BatonDatabase) other = baton_sync_test_open (fixture->folder, "phone");
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSession) session = NULL;

  baton_fake_http_say (
      fixture->http, "/auth/register", 1, 400, "application/json", NULL,
      "{\"success\":false,\"error\":{\"code\":\"VALIDATION_ERROR\",\"message\":\"Some fields are wrong.\","
      "\"details\":[{\"field\":\"password\",\"message\":\"At least 8 characters.\"}]}}");
  session = baton_session_sign_in (other, baton_fake_http_get_url (fixture->http),
                                   "ada@example.org", "short", "Ada King", BATON_SIGN_IN_ASK, NULL,
                                   NULL, &error);
  g_assert_null (session);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "Some fields are wrong.\n“password” At least 8 characters.");
}

static void
test_expired (Fixture *fixture, gconstpointer data)
{
  baton_fake_http_expire (fixture->http, 900);
  run (fixture);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 1);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/sync"), ==, 2);
  run (fixture);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 1);
}

/* The keyring has the new pair: another process goes on with it */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  baton_fake_http_expire (fixture->http, 900);
  run (fixture);
  g_clear_object (&fixture->session);
  fixture->session = baton_session_resume (fixture->database, NULL, &error);
  g_assert_no_error (error);
  run (fixture);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 1);
}

/* The app and the command line hold the same pair; one renews it, the other takes what it finds */
static void
test_two_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = baton_sync_test_open (fixture->folder, "laptop");
  g_autoptr (BatonSession) other = baton_session_resume (database, NULL, &error);

  g_assert_no_error (error);
  baton_fake_http_expire (fixture->http, 900);
  run (fixture);
  baton_sync_run (database, BATON_REMOTE (other), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 1);
}

static void
test_reused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->database, "Call Ada");
  g_autoptr (GError) lost = NULL;
  g_autoptr (GError) ended = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) later = NULL;
  g_autoptr (BatonAccount) account = NULL;

  baton_fake_http_expire (fixture->http, 900);
  baton_fake_http_lose (fixture->http, "/auth/refresh");
  lost = fail (fixture, BATON_SYNC_ERROR_OFFLINE);
  ended = fail (fixture, BATON_SYNC_ERROR_SIGNED_OUT);
  again = fail (fixture, BATON_SYNC_ERROR_SIGNED_OUT);
  /* The same is said whenever it is asked, also by another process. */
  g_assert_nonnull (strstr (ended->message, "does not know it any more"));
  g_assert_cmpstr (again->message, ==, ended->message);
  g_assert_false (baton_session_check (fixture->database, NULL, &later));
  g_assert_cmpstr (later->message, ==, ended->message);
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 1);
  account = baton_database_get_account (fixture->database, NULL);
  g_assert_nonnull (account);

  g_clear_object (&fixture->session);
  fixture->session = sign_in (fixture);
  g_assert_true (baton_session_check (fixture->database, NULL, NULL));
  g_assert_null (baton_database_dup_ended (fixture->database));
  run (fixture);
  g_assert_nonnull (baton_fake_server_get (fixture->server, BATON_ENTITY_TASK, task));
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 0);
}

static void
test_repeat_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) lost = NULL;

  baton_fake_http_allow_repeats (fixture->http, TRUE);
  baton_fake_http_expire (fixture->http, 900);
  baton_fake_http_lose (fixture->http, "/auth/refresh");
  lost = fail (fixture, BATON_SYNC_ERROR_OFFLINE);
  run (fixture);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 2);
}

static void
test_soon_over (Fixture *fixture, gconstpointer data)
{
  baton_fake_http_expire (fixture->http, 5);
  run (fixture);
  run (fixture);
  /* The first one was refused; the second pair was known to end soon */
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/refresh"), ==, 2);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/sync"), ==, 3);
}

static void
test_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) limited = NULL;
  g_autoptr (GError) proxy = NULL;
  g_autoptr (GError) forever = NULL;

  baton_fake_http_say (
      fixture->http, "/sync", 1, 429, "application/json", "Retry-After: 17",
      "{\"success\":false,\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"Slowly.\"}}");
  limited = fail (fixture, BATON_SYNC_ERROR_BUSY);
  g_assert_cmpuint (baton_sync_error_get_wait (limited), ==, 17);
  baton_fake_http_say (fixture->http, "/sync", 1, 502, "text/html", NULL,
                       "<html>Bad gateway</html>");
  proxy = fail (fixture, BATON_SYNC_ERROR_BUSY);
  g_assert_cmpuint (baton_sync_error_get_wait (proxy), ==, 0);
  baton_fake_http_say (fixture->http, "/sync", 1, 503, "text/html", "Retry-After: 31536000",
                       "<html>Next year</html>");
  forever = fail (fixture, BATON_SYNC_ERROR_BUSY);
  g_assert_cmpuint (baton_sync_error_get_wait (forever), ==, 15 * 60);
}

/* Where no length is given, the network can cut it off unseen */
static void
test_half_an_answer (Fixture *fixture, gconstpointer data)
{
  static const char *const halves[] = {
    "{",
    "{\"success\":",
    "{\"success\":true,\"data\":{\"results\":[],\"chan",
    "{\"success\":true,\"data\":{\"results\":[],\"changes\":[{\"scope\":\"user:",
  };
  g_autofree char *task = baton_sync_test_add_task (fixture->database, "Call Ada");

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    {
      g_autoptr (GError) error = NULL;

      baton_fake_http_say (fixture->http, "/sync", 1, 200, "application/json", NULL, halves[i]);
      error = fail (fixture, BATON_SYNC_ERROR_OFFLINE);
      g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 1);
    }
  run (fixture);
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 0);
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *type;
    const char *header;
    const char *text;
  } cases[] = {
    { 200, "text/html",        NULL,                                    "<html>Welcome to the hotel</html>" },
    { 200, "application/json", NULL,                                    "<html>"                            },
    { 200, "application/json", NULL,                                    ""                                  },
    { 200, "application/json", NULL,                                    "[]"                                },
    { 200, "application/json", NULL,                                    "{\"success\":true}"                },
    { 200, "application/json", NULL,                                    "{\"success\":true,\"data\":{}}"    },
    { 200, "application/json", NULL,                                    "{\"success\":false,\"data\":{}}"   },
    { 302, "text/html",        "Location: https://hotel.example/login", ""                                  },
    { 404, "text/html",        NULL,                                    "Not found"                         },
    { 500, "application/json", NULL,
     "{\"success\":false,\"error\":{\"code\":\"INTERNAL_SERVER_ERROR\",\"message\":\"Oh.\"}}"               },
    { 410, "application/json", NULL,
     "{\"success\":false,\"error\":{\"code\":\"CURSOR_EXPIRED\",\"message\":\"Oh.\"}}"                      },
  };
  g_autofree char *task = baton_sync_test_add_task (fixture->database, "Call Ada");
  g_autofree char *title = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      baton_fake_http_say (fixture->http, "/sync", 1, cases[i].status, cases[i].type,
                           cases[i].header, cases[i].text);
      error = fail (fixture, BATON_SYNC_ERROR_PROTOCOL);
      g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 1);
    }
  title = baton_sync_test_dup (fixture->database, task, "title");
  g_assert_cmpstr (title, ==, "Call Ada");
  run (fixture);
  g_assert_nonnull (baton_fake_server_get (fixture->server, BATON_ENTITY_TASK, task));
}

static void
test_away (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->http, baton_fake_http_free);
  error = fail (fixture, BATON_SYNC_ERROR_OFFLINE);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  baton_fake_http_hang (fixture->http, "/sync");
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_false (baton_sync_run (fixture->database, BATON_REMOTE (fixture->session), NULL, NULL,
                                  cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  g_autofree char *task = baton_sync_test_add_task (fixture->database, "Call Ada");
  g_autofree char *title = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (BatonSession) session = NULL;

  g_assert_true (baton_session_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (baton_fake_http_count (fixture->http, "/auth/logout"), ==, 1);
  account = baton_database_get_account (fixture->database, &error);
  g_assert_null (account);
  session = baton_session_resume (fixture->database, NULL, &error);
  g_assert_null (session);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT);
  title = baton_sync_test_dup (fixture->database, task, "title");
  g_assert_cmpstr (title, ==, "Call Ada");
}

static void
test_sign_out_offline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonAccount) account = NULL;

  g_clear_pointer (&fixture->http, baton_fake_http_free);
  g_assert_true (baton_session_sign_out (fixture->database, BATON_SIGN_OUT_KEEP, NULL, &error));
  g_assert_no_error (error);
  account = baton_database_get_account (fixture->database, &error);
  g_assert_null (account);
}

/* The keyring was emptied behind our back */
static void
test_no_tokens (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSession) session = NULL;
  g_autoptr (BatonAccount) account = baton_database_get_account (fixture->database, NULL);
  BatonCredentialsKey key = {
    .server = account->server,
    .user = account->user_id,
    .device = baton_database_get_device_id (fixture->database),
  };

  g_assert_true (baton_credentials_clear (&key, NULL, &error));
  session = baton_session_resume (fixture->database, NULL, &error);
  g_assert_null (session);
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_SIGNED_OUT);
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
  add ("/sync/session/signing-in-leads-to-a-round", test_sign_in);
  add ("/sync/session/a-wrong-password-changes-nothing", test_wrong_password);
  add ("/sync/session/each-wrong-field-is-named", test_details);
  add ("/sync/session/a-server-without-https-is-named-before-anything-is-sent", test_no_https);
  add ("/sync/session/an-expired-token-is-renewed-once", test_expired);
  add ("/sync/session/new-tokens-are-kept", test_kept);
  add ("/sync/session/two-processes-share-one-pair", test_two_processes);
  add ("/sync/session/a-spent-token-signs-out-plainly-and-loses-nothing", test_reused);
  add ("/sync/session/a-lost-renewal-can-be-repeated", test_repeat_key);
  add ("/sync/session/a-token-about-to-end-is-renewed-first", test_soon_over);
  add ("/sync/session/a-busy-server-is-given-its-time", test_busy);
  add ("/sync/session/half-an-answer-is-no-answer", test_half_an_answer);
  add ("/sync/session/a-foreign-answer-changes-nothing", test_foreign);
  add ("/sync/session/a-server-that-is-away-is-offline", test_away);
  add ("/sync/session/a-request-is-cancelled-at-once", test_cancel);
  add ("/sync/session/signing-out-tells-the-server-and-keeps-the-records", test_sign_out);
  add ("/sync/session/signing-out-works-offline", test_sign_out_offline);
  add ("/sync/session/without-tokens-it-says-so", test_no_tokens);
  return g_test_run ();
}
