/* test-proxy.c: whose address counts behind a proxy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

/* The address that failures are counted under, as seen from a client at 127.0.0.1 */
static gboolean
counts_under (const char *trusted, const char *forwarded, const char *address)
{
  const char *settings[] = { trusted ? "trusted-proxy" : NULL, trusted, NULL };
  g_autoptr (ServerFixture) fixture = server_fixture_new_with (baton_test_folder_new (), settings);
  SoupMessage *message = server_fixture_dup_message (fixture, "POST", "/auth/login", NULL,
                                                     "{\"email\":\"a@b.org\",\"password\":\"x\"}");
  g_autofree char *key = g_strconcat (address, " a@b.org", NULL);
  g_autoptr (Answer) answer = NULL;

  for (int n = 0; n < 100; n++)
    baton_server_throttle_fail (baton_server_auth_get_throttle (fixture->server), key,
                                g_get_real_time () / 1000);
  if (forwarded)
    soup_message_headers_replace (soup_message_get_request_headers (message), "X-Forwarded-For",
                                  forwarded);
  answer = server_fixture_send_message (fixture, message);
  return answer->status == 429;
}

static void
test_proxy (void)
{
  g_assert_true (counts_under (NULL, NULL, "127.0.0.1"));
  g_assert_true (counts_under (NULL, "203.0.113.9", "127.0.0.1"));
  g_assert_true (counts_under ("192.0.2.1", "203.0.113.9", "127.0.0.1"));
  g_assert_true (counts_under ("127.0.0.1", "203.0.113.9", "203.0.113.9"));
  /* What the client itself wrote before it is not believed */
  g_assert_true (counts_under ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"));
  g_assert_true (counts_under ("127.0.0.0/8, 10.0.0.1", "203.0.113.9, 10.0.0.1", "203.0.113.9"));
  g_assert_true (counts_under ("127.0.0.1", "2001:db8::1", "2001:db8::1"));
  g_assert_true (counts_under ("127.0.0.1", "nonsense", "127.0.0.1"));
  g_assert_true (counts_under ("127.0.0.1", NULL, "127.0.0.1"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/proxy/counts failures under the client's address", test_proxy);
  return g_test_run ();
}
