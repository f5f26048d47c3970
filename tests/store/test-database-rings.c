/* test-database-rings.c: each reminder rings once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"

#define NOW    G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR   (60 * MINUTE)

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  GTimeZone *zone;
  gint64 now;
  gint64 next;
} Fixture;

static gint64
get_now (gpointer data)
{
  return ((Fixture *) data)->now;
}

static GPtrArray *
look (Fixture *fixture)
{
  GError *error = NULL;
  GPtrArray *rings = baton_database_get_rings (fixture->database, fixture->zone, &fixture->next,
                                               &error);

  g_assert_no_error (error);
  return rings;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) none = NULL;

  fixture->folder = baton_test_folder_new ();
  fixture->now = NOW;
  fixture->zone = g_time_zone_new_utc ();
  fixture->database = store_open (fixture->folder);
  baton_database_set_now (fixture->database, get_now, fixture);
  none = look (fixture);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  baton_database_close (fixture->database);
  g_time_zone_unref (fixture->zone);
  baton_test_folder_free (fixture->folder);
}

static char *
add_due (Fixture *fixture, const char *title, const char *due)
{
  char *id = store_add (fixture->database, title, NULL);

  store_set (fixture->database, id, "due", due);
  return id;
}

static void
add_reminder (Fixture *fixture, const char *task, gint minutes, const char *at)
{
  g_autofree char *id = baton_uuid_new (fixture->now);
  BatonEdit *edit = store_edit (BATON_ENTITY_REMINDER, id, "task_id", task, NULL);

  if (at != NULL)
    baton_edit_set_text (edit, "at", at);
  else
    baton_edit_set_int (edit, "minutes_before", minutes);
  store_apply (fixture->database, edit, "Remind");
}

/* What rings now, as "title@minutes after NOW", and is written down */
static char *
ring (Fixture *fixture)
{
  g_autoptr (GPtrArray) rings = look (fixture);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rings->len; i++)
    {
      const BatonRing *one = g_ptr_array_index (rings, i);

      g_string_append_printf (text, "%s%s@%d", i > 0 ? "," : "", one->title,
                              (int) ((one->at - NOW) / MINUTE));
      g_assert_true (baton_database_set_rung (fixture->database, one->task, one->at, NULL));
    }
  return g_string_free_and_steal (text);
}

static void
assert_rings (Fixture *fixture, gint64 minutes, const char *expected)
{
  g_autofree char *first = NULL, *again = NULL;

  fixture->now = NOW + minutes * MINUTE;
  first = ring (fixture);
  g_assert_cmpstr (first, ==, expected);
  again = ring (fixture);
  g_assert_cmpstr (again, ==, "");
}

static void
test_rings_once_when_it_is_due (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = add_due (fixture, "Call", "2026-11-20T12:30");
  g_autofree char *all_day = add_due (fixture, "All day", "2026-11-20");

  assert_rings (fixture, 29, "");
  g_assert_cmpint (fixture->next, ==, NOW + 30 * MINUTE);
  assert_rings (fixture, 30, "Call@30");
  g_assert_cmpint (fixture->next, ==, 0);
  assert_rings (fixture, 90, "");
  /* Put off to a later time it rings again. */
  store_set (fixture->database, id, "due", "2026-11-20T14:00");
  assert_rings (fixture, 121, "Call@120");
}

static void
test_reminders_ring_before (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = add_due (fixture, "Call", "2026-11-20T13:00");
  g_autofree char *all_day = add_due (fixture, "All day", "2026-11-21");
  g_autofree char *bare = store_add (fixture->database, "Bare", NULL);

  add_reminder (fixture, id, 30, NULL);
  add_reminder (fixture, id, 0, NULL);
  add_reminder (fixture, all_day, 60, NULL);
  add_reminder (fixture, bare, 0, "2026-11-20T12:10:00.000Z");
  add_reminder (fixture, bare, 5, NULL);
  assert_rings (fixture, 10, "Bare@10");
  assert_rings (fixture, 30, "Call@30");
  assert_rings (fixture, 60, "Call@60");
  assert_rings (fixture, 20 * 60, "All day@1200");
}

static void
test_missed_ones_ring_once_a_task (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call = add_due (fixture, "Call", "2026-11-20T13:00");
  g_autofree char *write = add_due (fixture, "Write", "2026-11-20T12:30");

  add_reminder (fixture, call, 45, NULL);
  assert_rings (fixture, 7 * 24 * 60, "Write@30,Call@60");
}

static void
test_done_and_deleted_are_silent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *done = add_due (fixture, "Done", "2026-11-20T13:00");
  g_autofree char *gone = add_due (fixture, "Gone", "2026-11-20T13:00");

  store_set (fixture->database, done, "status", "done");
  store_set (fixture->database, gone, "deleted", "true");
  assert_rings (fixture, 70, "");
}

static void
test_snoozed_rings_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = add_due (fixture, "Call", "2026-11-20T12:30");

  assert_rings (fixture, 30, "Call@30");
  g_assert_true (baton_database_snooze (fixture->database, id, NOW + 90 * MINUTE, NULL));
  g_assert_true (baton_database_snooze (fixture->database, id, NOW + 40 * MINUTE, NULL));
  assert_rings (fixture, 35, "");
  g_assert_cmpint (fixture->next, ==, NOW + 40 * MINUTE);
  assert_rings (fixture, 40, "Call@40");
  assert_rings (fixture, 100, "");
}

static void
test_time_zones_count (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fixed = add_due (fixture, "Fixed", "2026-11-20T21:30");
  g_autofree char *local = add_due (fixture, "Local", "2026-11-20T13:00");

  store_set (fixture->database, fixed, "time_zone", "Asia/Tokyo");
  assert_rings (fixture, 29, "");
  assert_rings (fixture, 30, "Fixed@30");
  g_time_zone_unref (fixture->zone);
  fixture->zone = g_time_zone_new_identifier ("Europe/Berlin");
  assert_rings (fixture, 31, "Local@0");
}

static void
test_new_device_does_not_ring_for_the_past (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = add_due (fixture, "Old", "2026-11-10T12:30");
  g_autofree char *late = add_due (fixture, "Late", "2026-11-19T11:59");
  g_autofree char *recent = add_due (fixture, "Recent", "2026-11-20T06:00");

  assert_rings (fixture, 0, "Recent@-360");
}

#define ADD(name, func) g_test_add ("/database/rings/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rings-once-when-it-is-due", test_rings_once_when_it_is_due);
  ADD ("reminders-ring-before", test_reminders_ring_before);
  ADD ("missed-ones-ring-once-a-task", test_missed_ones_ring_once_a_task);
  ADD ("done-and-deleted-are-silent", test_done_and_deleted_are_silent);
  ADD ("snoozed-rings-later", test_snoozed_rings_later);
  ADD ("time-zones-count", test_time_zones_count);
  ADD ("new-device-does-not-ring-for-the-past", test_new_device_does_not_ring_for_the_past);
  return g_test_run ();
}
