/* sync-rounds.c: the rounds of a device, written out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sync-rounds.h"

#define ADA "01900000-0000-7000-8000-00000000000a"

/* The n-th edit's id */
char *
rounds_dup_id (guint n)
{
  return g_strdup_printf ("01900000-0000-7000-8000-0000000e%04x", n);
}

/* A clock of the device 00000000000d, @seconds ahead of now */
char *
rounds_dup_clock (gint64 seconds, guint counter)
{
  return g_strdup_printf ("%012" G_GINT64_MODIFIER "x-%04x-00000000000d",
                          g_get_real_time () / 1000 + seconds * 1000, counter);
}

char *
rounds_dup_edit (guint n, const char *record, const char *set, const char *more)
{
  g_autofree char *id = rounds_dup_id (n);
  g_autofree char *clock = rounds_dup_clock (0, n);

  return g_strdup_printf (
      "{\"id\":\"%s\",\"entity\":\"task\",\"record\":\"%s\",\"set\":%s,\"clock\":\"%s\"%s}", id,
      record, set, clock, more ? more : "");
}

BatonTestAnswer *
rounds_exchange_as (BatonTestServer *server,
                    const char *user,
                    const char *cursor,
                    const char *edits,
                    guint limit)
{
  g_autofree char *body = g_strdup_printf (
      "{\"device_id\":\"00000000000d\",\"cursor\":%s,\"limit\":%u,\"edits\":[%s]}", cursor, limit,
      edits);

  return baton_test_server_request (server, user, "POST", "/api/v1/sync", body, NULL);
}

BatonTestAnswer *
rounds_exchange (BatonTestServer *server, const char *cursor, const char *edits)
{
  BatonTestAnswer *answer = rounds_exchange_as (server, ADA, cursor, edits, 500);

  if (answer->status != 200)
    g_test_message ("%s", answer->body);
  return answer;
}

char *
rounds_dup_cursor (const BatonTestAnswer *answer)
{
  return json_to_string (baton_test_answer_get (answer, "data.cursor"), FALSE);
}

void
rounds_assert_status (const BatonTestAnswer *answer, guint n, const char *status)
{
  g_autofree char *path = g_strdup_printf ("data.results.%u.status", n);

  if (g_strcmp0 (baton_test_answer_get_text (answer, path), status) != 0)
    g_error ("result %u is not %s: %s", n, status, answer->body);
}
