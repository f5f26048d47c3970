/* test-exchange.c: an answer is believed whole, or not at all
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-exchange.h"
#include "../support/baton-test.h"

#define EDIT   "01930000-0000-7000-8000-000000000001"
#define TASK   "01930000-0000-7000-8000-000000000002"
#define SERVER "01930000-0000-7000-8000-000000000003"
#define CLOCK  "0193480f4a00-0000-00000000000a"

#define RESULT "{\"id\":\"" EDIT "\",\"status\":\"applied\"}"
#define CHANGE                                                                             \
  "{\"scope\":\"user:1\",\"place\":\"19.c2d1\",\"after\":\"18.ab3f\",\"entity\":\"task\"," \
  "\"record\":{\"id\":\"" TASK "\",\"title\":\"Call Ada\"},\"clocks\":{\"title\":\"" CLOCK "\"}}"
#define ANSWER(results, changes, cursor, rest) \
  "{\"results\":[" results "],\"changes\":[" changes "],\"cursor\":" cursor rest "}"
#define REST \
  ",\"more\":false,\"server_time\":\"2026-11-20T09:30:00.000Z\",\"server_id\":\"" SERVER "\""
#define GOOD ANSWER (RESULT, CHANGE, "{\"user:1\":\"19.c2d1\"}", REST)

static BatonExchange *
read_text (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (text, -1, error);

  return node != NULL ? baton_exchange_from_json (node, error) : NULL;
}

static GPtrArray *
make_edits (void)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, TASK);
  BatonClock clock;

  g_assert_true (baton_clock_from_text (CLOCK, &clock));
  baton_edit_set_text (edit, "title", "Call Ada");
  baton_edit_stamp (edit, EDIT, &clock, NULL);
  g_ptr_array_add (edits, edit);
  return edits;
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonExchange) exchange = read_text (GOOD, &error);
  g_autoptr (GPtrArray) edits = make_edits ();
  BatonChange *change;

  g_assert_no_error (error);
  g_assert_true (baton_exchange_check (exchange, edits, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (exchange->results->len, ==, 1);
  g_assert_cmpuint (exchange->changes->len, ==, 1);
  change = g_ptr_array_index (exchange->changes, 0);
  g_assert_cmpstr (baton_record_get_text (change->record, "title"), ==, "Call Ada");
  g_assert_cmpstr (exchange->server_id, ==, SERVER);
  g_assert_false (exchange->more);
}

static void
test_nonsense (void)
{
  static const char *const texts[] = {
    "null",
    "[]",
    "{}",
    "\"success\"",
    "{\"results\":[],\"changes\":[]}",
    "{\"results\":null,\"changes\":[],\"cursor\":{}" REST "}",
    "{\"results\":[],\"changes\":{},\"cursor\":{}" REST "}",
    ANSWER ("", "", "[]", REST),
    ANSWER ("", "", "{\"user:1\":19}", REST),
    ANSWER ("", "", "{\"user:1\":\"nineteen\"}", REST),
    ANSWER ("", "", "{\"user:1\":\"-1.x\"}", REST),
    ANSWER ("", "", "{\"user:1\":\"19.\"}", REST),
    ANSWER ("", "", "{}", ""),
    ANSWER ("", "", "{}",
            ",\"more\":\"no\",\"server_time\":\"2026-11-20T09:30:00.000Z\",\"server_id\":\"" SERVER
            "\""),
    ANSWER ("", "", "{}",
            ",\"more\":false,\"server_time\":\"yesterday\",\"server_id\":\"" SERVER "\""),
    ANSWER ("", "", "{}",
            ",\"more\":false,\"server_time\":\"2026-11-20T09:30:00.000Z\",\"server_id\":\"me\""),
    ANSWER ("null", "", "{}", REST),
    ANSWER ("{\"id\":\"" EDIT "\"}", "", "{}", REST),
    ANSWER ("{\"id\":\"" EDIT "\",\"status\":\"fine\"}", "", "{}", REST),
    ANSWER ("{\"id\":\"" EDIT "\",\"status\":\"refused\"}", "", "{}", REST),
    ANSWER ("{\"id\":\"" EDIT "\",\"status\":\"applied\",\"clock\":\"noon\"}", "", "{}", REST),
    ANSWER ("", "{}", "{}", REST),
    ANSWER ("", "{\"scope\":\"user:1\",\"place\":\"1.a\",\"entity\":\"unicorn\"}", "{}", REST),
    ANSWER ("", "{\"scope\":\"user:1\",\"place\":\"1.a\",\"entity\":\"task\"}", "{}", REST),
    ANSWER ("", "{\"scope\":\"user:1\",\"place\":\"1.a\",\"entity\":\"task\",\"leave\":7}", "{}",
            REST),
    ANSWER ("",
            "{\"scope\":\"user:1\",\"place\":\"1.a\",\"entity\":\"task\",\"record\":{\"id\":\"" TASK
            "\"}}",
            "{}", REST),
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonExchange) exchange = read_text (texts[i], &error);

      g_test_message ("%s", texts[i]);
      g_assert_null (exchange);
      g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL);
    }
}

static void
check_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonExchange) exchange = read_text (text, &error);
  g_autoptr (GPtrArray) edits = make_edits ();

  g_assert_no_error (error);
  g_assert_false (baton_exchange_check (exchange, edits, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL);
}

static void
test_misfit (void)
{
  check_refused (ANSWER ("", CHANGE, "{\"user:1\":\"19.c2d1\"}", REST));
  check_refused (ANSWER (RESULT "," RESULT, "", "{}", REST));
  check_refused (ANSWER (RESULT ",{\"id\":\"" TASK "\",\"status\":\"applied\"}", "", "{}", REST));
  check_refused (ANSWER (RESULT, CHANGE, "{}", REST));
  check_refused (ANSWER (RESULT, CHANGE, "{\"user:1\":\"18.ab3f\"}", REST));
}

static void
test_newer_server (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonExchange) exchange = read_text (
      ANSWER ("{\"id\":\"" EDIT "\",\"status\":\"applied\",\"mood\":\"good\"}", "", "{}",
              REST ",\"new\":{}"),
      &error);

  g_assert_no_error (error);
  g_assert_nonnull (exchange);
}

/* Bytes changed, left out or doubled by chance: an error or an answer, never a crash */
static void
test_damaged (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (baton_test_get_seed ());
  g_autoptr (GPtrArray) edits = make_edits ();

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonExchange) exchange = NULL;
      g_autoptr (GString) text = g_string_new (GOOD);

      for (gint n = g_rand_int_range (random, 1, 4); n > 0 && text->len > 0; n--)
        {
          gsize at = (gsize) g_rand_int_range (random, 0, (gint32) text->len);

          switch (g_rand_int_range (random, 0, 4))
            {
            case 0:
              text->str[at] = (char) g_rand_int_range (random, 1, 256);
              break;
            case 1:
              g_string_erase (text, (gssize) at, 1);
              break;
            case 2:
              g_string_insert_c (text, (gssize) at, "{}[]\",:0"[g_rand_int_range (random, 0, 8)]);
              break;
            default:
              g_string_truncate (text, MAX (at, 1));
            }
        }
      exchange = read_text (text->str, &error);
      g_assert_true ((exchange == NULL) == (error != NULL));
      if (exchange != NULL)
        baton_exchange_check (exchange, edits, NULL);
    }
}

static void
test_request (void)
{
  g_autoptr (GPtrArray) edits = make_edits ();
  g_autofree char *body = baton_exchange_write_request ("00000000000a", "{\"user:1\":\"18.ab3f\"}",
                                                        "{\"user:1\":\"20.77aa\"}", edits, 500);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = baton_json_parse (body, -1, &error);
  g_autoptr (BatonEdit) edit = NULL;
  JsonObject *object;

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (object, "device_id"), ==, "00000000000a");
  g_assert_cmpint (json_object_get_int_member (object, "limit"), ==, 500);
  g_assert_cmpstr (
      json_object_get_string_member (json_object_get_object_member (object, "cursor"), "user:1"),
      ==, "18.ab3f");
  edit = baton_edit_from_json (
      json_array_get_element (json_object_get_array_member (object, "edits"), 0), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (baton_edit_get_id (edit), ==, EDIT);
}

static void
test_live (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) one = baton_exchange_read_live (CHANGE, -1, &error);
  g_autoptr (GPtrArray) two = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (one->len, ==, 1);
  two = baton_exchange_read_live ("{\"changes\":[" CHANGE "," CHANGE "]}", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_null (baton_exchange_read_live ("{\"hello\":1}", -1, &error));
  g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL);
}

static void
check_told (const char *cursor, const char *told, gboolean whole, guint n_next)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = baton_exchange_read_live (told, -1, &error);
  g_autoptr (GPtrArray) next = g_ptr_array_new ();

  g_assert_no_error (error);
  g_assert_cmpint (baton_exchange_sort_told (cursor, changes, next), ==, whole);
  if (whole)
    g_assert_cmpuint (next->len, ==, n_next);
}

#define TOLD(place, after)                                         \
  "{\"scope\":\"user:1\",\"place\":\"" place "\",\"after\":" after \
  ",\"entity\":\"task\",\"leave\":\"" TASK "\"}"

static void
test_told (void)
{
  check_told ("{\"user:1\":\"18.ab3f\"}", TOLD ("19.c2d1", "\"18.ab3f\""), TRUE, 1);
  check_told (
      "{\"user:1\":\"18.ab3f\"}",
      "{\"changes\":[" TOLD ("19.c2d1", "\"18.ab3f\"") "," TOLD ("20.aaaa", "\"19.c2d1\"") "]}",
      TRUE, 2);
  /* seen, and long seen */
  check_told ("{\"user:1\":\"19.c2d1\"}", TOLD ("19.c2d1", "\"18.ab3f\""), TRUE, 0);
  check_told ("{\"user:1\":\"40.ffff\"}", TOLD ("19.c2d1", "\"18.ab3f\""), TRUE, 0);
  /* a gap, another past, a scope that is new here */
  check_told ("{\"user:1\":\"17.0000\"}", TOLD ("19.c2d1", "\"18.ab3f\""), FALSE, 0);
  check_told ("{\"user:1\":\"19.ffff\"}", TOLD ("19.c2d1", "\"18.ab3f\""), FALSE, 0);
  check_told ("{}", TOLD ("19.c2d1", "\"18.ab3f\""), FALSE, 0);
  check_told ("{}", TOLD ("19.c2d1", "null"), FALSE, 0);
  /* the first change of all */
  check_told ("{}", TOLD ("1.c2d1", "null"), TRUE, 1);
  /* a scope that the person has left */
  check_told ("{\"user:1\":\"17.0000\"}", "{\"scope\":\"user:1\",\"leave\":true}", TRUE, 1);
  check_told ("{}", "{\"scope\":\"user:1\",\"leave\":true}", TRUE, 0);
}

static void
test_wait (void)
{
  g_autoptr (GError) busy = baton_sync_error_new_busy (42, "later");
  g_autoptr (GError) copy = g_error_copy (busy);
  g_autoptr (GError) other = g_error_new_literal (BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE, "no");

  g_assert_cmpuint (baton_sync_error_get_wait (copy), ==, 42);
  g_assert_cmpuint (baton_sync_error_get_wait (other), ==, 0);
  g_assert_cmpuint (baton_sync_error_get_wait (NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/exchange/a-good-answer-is-read", test_good);
  g_test_add_func ("/sync/exchange/nonsense-is-refused-whole", test_nonsense);
  g_test_add_func ("/sync/exchange/an-answer-to-something-else-is-refused", test_misfit);
  g_test_add_func ("/sync/exchange/what-a-newer-server-adds-is-passed-over", test_newer_server);
  g_test_add_func ("/sync/exchange/a-damaged-answer-does-no-harm", test_damaged);
  g_test_add_func ("/sync/exchange/a-request-says-what-sync-md-says", test_request);
  g_test_add_func ("/sync/exchange/a-live-message-is-a-change-or-several", test_live);
  g_test_add_func ("/sync/exchange/what-is-told-is-taken-where-it-follows", test_told);
  g_test_add_func ("/sync/exchange/a-busy-server-says-for-how-long", test_wait);
  return g_test_run ();
}
