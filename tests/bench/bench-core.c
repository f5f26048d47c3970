/* bench-core.c: what the steps that run once a row cost
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../support/baton-test-generate.h"

#define N_TASKS 50
#define ROUNDS  2000

static BatonRecord *
make_task (guint number)
{
  g_autofree char *id = baton_test_id (number);
  g_autofree char *title = g_strdup_printf ("Buy \"fresh\" bread and some milk %u", number);
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  BatonClock clock = { .time = (G_GUINT64_CONSTANT (1795132800000) + number) << 16, .node = 1 };

  baton_edit_set_text (edit, "title", title);
  baton_edit_set_text (edit, "description", "First the bakery,\nthen the dairy. It closes at six.");
  baton_edit_set_text (edit, "status", "in_progress");
  baton_edit_set_text (edit, "project_id", id);
  baton_edit_set_text (edit, "due", "2026-11-20T18:00");
  baton_edit_set_text (edit, "created_at", "2026-11-20T09:30:00.000Z");
  baton_edit_set_text (edit, "position", "a0V0123456789ab");
  baton_edit_set_element (edit, "tags", "errands", TRUE);
  baton_edit_set_element (edit, "tags", "home", TRUE);
  baton_edit_stamp (edit, id, &clock, NULL);
  g_ptr_array_unref (baton_merge_edit (record, edit, NULL));
  return record;
}

static void
write_list (GPtrArray *tasks, GString *out)
{
  BatonJsonWriter writer = { .out = out };

  g_string_truncate (out, 0);
  baton_json_begin_array (&writer);
  for (guint i = 0; i < tasks->len; i++)
    {
      baton_json_begin_object (&writer);
      baton_record_write_json (g_ptr_array_index (tasks, i), &writer);
      baton_json_end_object (&writer);
    }
  baton_json_end_array (&writer);
}

static void
report (const char *what, gint64 start, guint times, const char *unit)
{
  double microseconds = (double) (g_get_monotonic_time () - start) / times;

  printf ("%-48s %9.3f us a %s\n", what, microseconds, unit);
}

static void
bench_writing (GPtrArray *tasks)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();

  for (int i = 0; i < ROUNDS; i++)
    write_list (tasks, out);
  report ("JSON of 50 tasks", start, ROUNDS, "list");

  start = g_get_monotonic_time ();
  for (int i = 0; i < ROUNDS / 20; i++)
    json_node_unref (baton_json_parse (out->str, (gssize) out->len, NULL));
  report ("reading it", start, ROUNDS / 20, "list");
}

static void
bench_records (GPtrArray *tasks)
{
  BatonRecord *task = g_ptr_array_index (tasks, 0);
  gint64 start = g_get_monotonic_time (), sum = 0;

  for (int i = 0; i < ROUNDS * 100; i++)
    sum += baton_record_get (task, "completed_at")->kind;
  report ("a field by its name", start, ROUNDS * 100, "field");

  start = g_get_monotonic_time ();
  for (int i = 0; i < ROUNDS * 10; i++)
    g_free (baton_record_dup_clocks (task));
  report ("clocks as a column", start, ROUNDS * 10, "record");

  start = g_get_monotonic_time ();
  for (int i = 0; i < ROUNDS * 10; i++)
    baton_record_unref (make_task ((guint) i));
  report ("an edit made, stamped and merged", start, ROUNDS * 10, "edit");
  g_assert_cmpint (sum, >=, 0);
}

static void
bench_validation (void)
{
  static const char *const keys[] = { "time_zone", "recurrence", "due" };
  static const char *const texts[] = { "Europe/Berlin", "FREQ=WEEKLY;BYDAY=TU,FR",
                                       "2026-11-20T18:00" };

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      g_autoptr (GPtrArray) problems = baton_problems_new ();
      g_auto (BatonValue) value = BATON_VALUE_INIT;
      gint64 start;

      baton_value_set_text (&value, texts[k]);
      start = g_get_monotonic_time ();
      for (int i = 0; i < ROUNDS; i++)
        baton_validate_field (BATON_ENTITY_TASK, keys[k], &value, problems);
      report (keys[k], start, ROUNDS, "check");
    }
}

int
main (void)
{
  g_autoptr (GPtrArray)
      tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_record_unref);
  gint64 start;

  for (guint i = 0; i < N_TASKS; i++)
    g_ptr_array_add (tasks, make_task (i));
  bench_writing (tasks);
  bench_records (tasks);
  bench_validation ();

  start = g_get_monotonic_time ();
  for (int i = 0; i < ROUNDS * 10; i++)
    g_free (baton_uuid_new (i));
  report ("a new UUID", start, ROUNDS * 10, "id");
  return 0;
}
