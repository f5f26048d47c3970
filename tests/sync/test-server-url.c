/* test-server-url.c: what a person types becomes a server's address, or a message that names what is wrong
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/sync/baton-remote.h"
#include "../../src/sync/baton-server-url.h"

typedef struct
{
  const char *typed;
  const char *expected; /* the address, or a part of the message */
} Case;

static const Case good[] = {
  { "baton.example.org",                 "https://baton.example.org"      },
  { "  baton.example.org \n",            "https://baton.example.org"      },
  { "https://baton.example.org/",        "https://baton.example.org"      },
  { "HTTPS://Baton.Example.ORG",         "https://baton.example.org"      },
  { "https://baton.example.org:443",     "https://baton.example.org"      },
  { "baton.example.org:8443",            "https://baton.example.org:8443" },
  { "https://example.org/baton//",       "https://example.org/baton"      },
  { "https://example.org/baton/api/v1/", "https://example.org/baton"      },
  { "https://example.org/api/v1",        "https://example.org"            },
  { "localhost:8750",                    "http://localhost:8750"          },
  { "127.0.0.1:8750",                    "http://127.0.0.1:8750"          },
  { "http://127.0.0.1:8750/",            "http://127.0.0.1:8750"          },
  { "[::1]:8750",                        "http://[::1]:8750"              },
  { "http://[::1]:8750",                 "http://[::1]:8750"              },
  { "https://localhost",                 "https://localhost"              },
  { "192.168.1.4",                       "https://192.168.1.4"            },
  { "bücher.example",                    "https://xn--bcher-kva.example"  },
};

static const Case bad[] = {
  { "",                               "Enter the server"          },
  { "   ",                            "Enter the server"          },
  { "ada@example.org",                "“@”"                       },
  { "https://ada:secret@example.org", "“@”"                       },
  { "http://example.org",             "Use “https://example.org”" },
  { "http://192.168.1.4:8750",        "everybody on the way"      },
  { "ftp://example.org",              "“ftp://”"                  },
  { "https://example.org?x=1",        "“?”"                       },
  { "https://example.org/#top",       "“#”"                       },
  { "https://",                       "names no server"           },
  { "https:///path",                  "names no server"           },
  { "example.org:notaport",           "not a server"              },
  { "example.org:99999",              "not a server"              },
  { "my server",                      "not"                       },
  { "http://localhost.example.org",   "everybody on the way"      },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = baton_server_url_normalize (good[i].typed, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (url, ==, good[i].expected);
    }
}

static void
test_again (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *once = baton_server_url_normalize (good[i].typed, NULL);
      g_autofree char *twice = baton_server_url_normalize (once, NULL);

      g_assert_cmpstr (once, ==, twice);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = baton_server_url_normalize (bad[i].typed, &error);

      g_test_message ("%s: %s", bad[i].typed, url != NULL ? url : error->message);
      g_assert_null (url);
      g_assert_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS);
      g_assert_nonnull (strstr (error->message, bad[i].expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/server-url/what-is-typed-becomes-an-address", test_good);
  g_test_add_func ("/sync/server-url/an-address-stays-as-it-is", test_again);
  g_test_add_func ("/sync/server-url/what-is-wrong-is-named", test_bad);
  return g_test_run ();
}
