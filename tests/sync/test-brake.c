/* test-brake.c: a run that would remove much takes nothing, and one that only moves takes all
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-exchange.h"
#include "../support/baton-sync-test.h"

#define N      30
#define OWN    "user:00000000-0000-7000-8000-000000000001"
#define TEAM   "project:00000000-0000-7000-8000-000000000002"
#define SERVER "00000000-0000-4000-8000-000000000009"

/* --- a remote that answers what it was told to ------------------------------ */

#define SCRIPTED_TYPE_REMOTE (scripted_remote_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedRemote, scripted_remote, SCRIPTED, REMOTE, GObject)

struct _ScriptedRemote
{
  GObject parent_instance;

  GQueue answers; /* of JSON; owned */
  guint n_edits;  /* of all exchanges */
};

static gboolean
scripted_exchange (BatonRemote *remote,
                   const char *device_id,
                   const char *cursor,
                   const char *head,
                   GPtrArray *edits,
                   guint limit,
                   BatonExchange **exchange,
                   GCancellable *cancellable,
                   GError **error)
{
  ScriptedRemote *self = SCRIPTED_REMOTE (remote);
  g_autofree char *answer = g_queue_pop_head (&self->answers);
  g_autoptr (JsonNode) node = NULL;

  g_assert_nonnull (answer);
  self->n_edits += edits->len;
  node = baton_json_parse (answer, -1, error);
  *exchange = node != NULL ? baton_exchange_from_json (node, error) : NULL;
  return *exchange != NULL;
}

static void
scripted_remote_init_interface (BatonRemoteInterface *iface)
{
  iface->exchange = scripted_exchange;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ScriptedRemote,
                               scripted_remote,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_REMOTE,
                                                      scripted_remote_init_interface))

static void
scripted_remote_finalize (GObject *object)
{
  g_queue_clear_full (&SCRIPTED_REMOTE (object)->answers, g_free);
  G_OBJECT_CLASS (scripted_remote_parent_class)->finalize (object);
}

static void
scripted_remote_class_init (ScriptedRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = scripted_remote_finalize;
}

static void
scripted_remote_init (ScriptedRemote *self)
{
}

/* --- the device -------------------------------------------------------------- */

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  ScriptedRemote *remote;
  char *ids[N];
} Fixture;

/* "N.aaaa" */
static char *
dup_change (Fixture *fixture, const char *scope, guint seq, guint i, const char *what)
{
  g_autofree char *record = g_strdup_printf (
      "\"record\":{\"id\":\"%s\",\"title\":\"Task %u\",\"deleted\":%s},"
      "\"clocks\":{\"title\":\"01a1f8d3ea00-0000-ffffffffffff\",\"deleted\":\"01a1f8d3%04x-0000-ffffffffffff\"}",
      fixture->ids[i], i, what, 0xea00 + seq);
  g_autofree char *leave = g_strdup_printf ("\"leave\":\"%s\"", fixture->ids[i]);

  return g_strdup_printf (
      "{\"scope\":\"%s\",\"place\":\"%u.aaaa\",\"after\":\"%u.aaaa\",\"entity\":\"task\",%s}",
      scope, seq, seq - 1, g_str_equal (what, "leave") ? leave : record);
}

/* @what of each task as an answer, with places from @from on */
static void
push (Fixture *fixture, const char *scope, guint from, const char *what, gboolean more)
{
  GString *text = g_string_new ("{\"results\":[],\"changes\":[");

  for (guint i = 0; what != NULL && i < N; i++)
    {
      g_autofree char *change = dup_change (fixture, scope, from + i, i, what);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", change);
    }
  g_string_append_printf (text,
                          "],\"cursor\":{\"%s\":\"%u.aaaa\"},\"more\":%s,"
                          "\"server_time\":\"2026-11-20T12:00:00Z\",\"server_id\":\"" SERVER "\"}",
                          scope, from + N - 1, more ? "true" : "false");
  g_queue_push_tail (&fixture->remote->answers, g_string_free_and_steal (text));
}

static void
sync_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  baton_sync_run (fixture->database, BATON_REMOTE (fixture->remote), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_queue_is_empty (&fixture->remote->answers));
}

static void
sync_held (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      baton_sync_run (fixture->database, BATON_REMOTE (fixture->remote), NULL, NULL, NULL, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE);
  g_assert_true (g_queue_is_empty (&fixture->remote->answers));
}

static guint
count_tasks (Fixture *fixture)
{
  g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ALL);
  g_autoptr (GArray) keys = baton_database_list (fixture->database, query, NULL);

  return keys->len;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = baton_test_folder_new ();
  fixture->database = baton_sync_test_open (fixture->folder, "laptop");
  fixture->remote = g_object_new (SCRIPTED_TYPE_REMOTE, NULL);
  baton_sync_test_sign_in (fixture->database);
  for (guint i = 0; i < N; i++)
    fixture->ids[i] = baton_uuid_new (1000 + i);
  push (fixture, OWN, 1, "false", FALSE);
  sync_well (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  g_object_unref (fixture->remote);
  for (guint i = 0; i < N; i++)
    g_free (fixture->ids[i]);
  baton_test_folder_free (fixture->folder);
}

static void
test_held_until_allowed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = baton_database_get_cursor (fixture->database, NULL);
  g_autofree char *after = NULL;
  g_autofree char *trouble = NULL;

  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_held (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
  after = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (before, ==, after);
  trouble = baton_database_dup_trouble (fixture->database);
  g_assert_nonnull (trouble);
  /* Asked again, it says the same and sends nothing. */
  baton_sync_test_set (fixture->database, fixture->ids[0], "title", "Mine");
  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_held (fixture);
  g_assert_cmpuint (fixture->remote->n_edits, ==, 0);
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, 1);
}

static void
test_allowed_goes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trouble = NULL;

  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_held (fixture);
  g_assert_true (baton_database_allow_removal (fixture->database, NULL));
  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_well (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, 0);
  trouble = baton_database_dup_trouble (fixture->database);
  g_assert_null (trouble);
}

/* What came in is undone by edits that are sent with the next answer. */
static void
test_kept_is_sent_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mark = NULL;

  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_held (fixture);
  mark = baton_database_dup_removal_mark (fixture->database, NULL);
  g_assert_true (baton_database_keep_removal_of (fixture->database, mark, NULL));
  push (fixture, OWN, 1 + N, "true", FALSE);
  push (fixture, OWN, 1 + N, NULL, FALSE);
  g_assert_false (
      baton_sync_run (fixture->database, BATON_REMOTE (fixture->remote), NULL, NULL, NULL, NULL));
  g_assert_cmpuint (fixture->remote->n_edits, ==, N);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
  g_assert_cmpuint (baton_sync_test_count_waiting (fixture->database), ==, N);
}

static void
test_server_that_thinks_better_of_it (Fixture *fixture, gconstpointer data)
{
  push (fixture, OWN, 1 + N, "true", FALSE);
  sync_held (fixture);
  push (fixture, OWN, 1, NULL, FALSE);
  sync_well (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
}

/* The leaves come with one answer, what they lead to with the next. */
static void
test_move_over_two_answers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = NULL;

  push (fixture, OWN, 1 + N, "leave", TRUE);
  push (fixture, TEAM, 1, "false", FALSE);
  sync_well (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
  cursor = baton_database_get_cursor (fixture->database, NULL);
  g_assert_cmpstr (cursor, ==, "{\"" TEAM "\":\"30.aaaa\",\"" OWN "\":\"60.aaaa\"}");
}

static void
test_leaves_that_lead_nowhere (Fixture *fixture, gconstpointer data)
{
  push (fixture, OWN, 1 + N, "leave", TRUE);
  push (fixture, TEAM, 1, NULL, FALSE);
  sync_held (fixture);
  g_assert_cmpuint (count_tasks (fixture), ==, N);
}

#define ADD(name, func) g_test_add ("/sync/brake/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("held-nothing-is-taken-or-sent", test_held_until_allowed);
  ADD ("what-was-allowed-goes", test_allowed_goes);
  ADD ("what-is-to-be-kept-is-sent-back", test_kept_is_sent_back);
  ADD ("a-server-that-thinks-better-of-it-lets-go", test_server_that_thinks_better_of_it);
  ADD ("a-move-over-two-answers-is-none", test_move_over_two_answers);
  ADD ("leaves-that-lead-nowhere-are-held", test_leaves_that_lead_nowhere);
  return g_test_run ();
}
