/* test-sync-button.c: when the last sync was is told so that it stays true
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-sync-button.h"
#include "../support/baton-test.h"

#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static void
assert_said (gint64 last_sync, const char *format)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (last_sync / 1000);
  g_autofree char *expected = g_date_time_format (then, format);
  g_autofree char *text = baton_sync_button_dup_synced (last_sync);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_times (void)
{
  gint64 now = g_get_real_time () / 1000;

  assert_said (0, "Not synced yet");
  assert_said (now, "Synced at %H:%M");
  assert_said (now - 3 * DAY_MS, "Synced on %-e %b %Y, %H:%M");
  /* The clock was set back */
  assert_said (now + 3 * DAY_MS, "Synced on %-e %b %Y, %H:%M");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-button/the-time-of-the-last-sync-stays-true", test_times);
  return g_test_run ();
}
