/* bench-store.c: how long the device's database takes with 100,000 tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Usage: bench-store [N]; the database is made in a new folder in the present one, on whatever disk that is.
 */
#include "../support/baton-test.h"
#include "store/baton-database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N_PROJECTS 20

static const char *const verbs[] = { "Call", "Write",   "Buy",   "Review", "Plan",
                                     "Fix",  "Send",    "Clean", "Book",   "Update",
                                     "Read", "Prepare", "Order", "Visit" };
static const char *const nouns[] = {
  "Ada",     "the report", "milk",     "invoices", "the garden",
  "slides",  "tickets",    "passport", "contract", "the kitchen",
  "backups", "newsletter", "printer",  "dentist",  "birthday present",
  "budget",  "apartment",  "bicycle",  "meeting",  "insurance"
};
static const char *const tags[] = { "home", "work", "errands", "someday", "phone", "computer" };

typedef struct
{
  GRand *random;
  guint64 clock;
  char *projects[N_PROJECTS];
  gint64 seq;
} Maker;

static void
put_text (BatonRecord *record, const char *key, const char *text, const BatonClock *clock)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  baton_record_put (record, key, &value, clock);
}

static const char *
pick (Maker *maker, const char *const *texts, gint n)
{
  return texts[g_rand_int_range (maker->random, 0, n)];
}

static BatonChange *
make_change (Maker *maker, BatonRecord *record)
{
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup ("user:1");
  change->place = g_strdup_printf ("%" G_GINT64_FORMAT ".abcd", ++maker->seq);
  change->entity = baton_record_get_entity (record);
  change->record = record;
  return change;
}

static BatonChange *
make_task (Maker *maker, guint i, char **position)
{
  BatonClock clock = { .time = (maker->clock += 1 << 16), .node = 0xabcdef };
  g_autofree char *id = baton_uuid_new (1700000000000 + i);
  BatonRecord *task = baton_record_new (BATON_ENTITY_TASK, id);
  g_autofree char *title = g_strdup_printf ("%s %s %u", pick (maker, verbs, G_N_ELEMENTS (verbs)),
                                            pick (maker, nouns, G_N_ELEMENTS (nouns)), i);
  g_autofree char *notes = g_strdup_printf (
      "%s %s before %s, and %s %s.\nSee page %u.", pick (maker, verbs, G_N_ELEMENTS (verbs)),
      pick (maker, nouns, G_N_ELEMENTS (nouns)), pick (maker, nouns, G_N_ELEMENTS (nouns)),
      pick (maker, verbs, G_N_ELEMENTS (verbs)), pick (maker, nouns, G_N_ELEMENTS (nouns)),
      i % 977);
  g_autofree char *tag = g_strconcat ("tags.", pick (maker, tags, G_N_ELEMENTS (tags)), NULL);
  g_autofree char *due = g_strdup_printf ("2026-%02d-%02d", g_rand_int_range (maker->random, 1, 13),
                                          g_rand_int_range (maker->random, 1, 29));
  BatonValue present = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
  char *next = baton_position_between (*position, NULL, "0000000abcde");

  g_free (*position);
  *position = next;
  put_text (task, "title", title, &clock);
  put_text (task, "status", i % 10 == 9 ? "done" : "todo", &clock);
  put_text (task, "position", *position, &clock);
  put_text (task, "created_at", "2026-11-20T12:00:00.000Z", &clock);
  if (i % 3 == 0)
    put_text (task, "description", notes, &clock);
  if (i % 4 != 0)
    put_text (task, "project_id", maker->projects[i % N_PROJECTS], &clock);
  if (i % 2 == 0)
    baton_record_put (task, tag, &present, &clock);
  if (i % 5 == 0)
    put_text (task, "due", due, &clock);
  return make_change (maker, task);
}

static void
fill (BatonDatabase *database, Maker *maker, guint n)
{
  g_autofree char *position = NULL;
  gint64 taken = 0, start;
  clock_t cpu = 0, cpu_start;

  for (guint i = 0; i < n; i += 2000)
    {
      g_autoptr (GPtrArray)
          changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
      GError *error = NULL;

      if (i == 0)
        for (guint j = 0; j < N_PROJECTS; j++)
          {
            BatonClock clock = { .time = ++maker->clock << 16, .node = 1 };
            BatonRecord *project = baton_record_new (BATON_ENTITY_PROJECT, maker->projects[j]);

            put_text (project, "name", nouns[j], &clock);
            g_ptr_array_add (changes, make_change (maker, project));
          }
      for (guint j = i; j < MIN (i + 2000, n); j++)
        g_ptr_array_add (changes, make_task (maker, j, &position));
      start = g_get_monotonic_time ();
      cpu_start = clock ();
      baton_database_take_changes (database, changes, &error);
      g_assert_no_error (error);
      cpu += clock () - cpu_start;
      taken += g_get_monotonic_time () - start;
    }
  printf ("first sync of %u tasks: %.2f s (%.2f s of processor), %.0f a second (bound: 10000)\n", n,
          (double) taken / 1e6, (double) cpu / CLOCKS_PER_SEC, n / ((double) taken / 1e6));
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
report (const char *what, GArray *times, const char *bound)
{
  g_array_sort (times, compare_times);
  printf ("%-42s p50 %7.2f ms  p99 %7.2f ms  worst %7.2f ms  (bound: %s)\n", what,
          (double) g_array_index (times, gint64, times->len / 2) / 1e3,
          (double) g_array_index (times, gint64, times->len * 99 / 100) / 1e3,
          (double) g_array_index (times, gint64, times->len - 1) / 1e3, bound);
}

static guint
time_query (BatonDatabase *database, BatonQuery *query, GArray *times)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GArray) keys = NULL;
  GError *error = NULL;
  gint64 took;

  keys = baton_database_list (database, query, &error);
  g_assert_no_error (error);
  took = g_get_monotonic_time () - start;
  g_array_append_val (times, took);
  return keys->len;
}

static void
bench_list (BatonDatabase *database, const char *what, BatonQuery *query, const char *bound)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (BatonQuery) owned = query;
  g_autofree char *label = NULL;
  guint n = 0;

  for (guint i = 0; i < 20; i++)
    n = time_query (database, owned, times);
  label = g_strdup_printf ("%s: %u keys", what, n);
  report (label, times, bound);
}

static BatonQuery *
make_filter (const char *text)
{
  BatonQuery *query = baton_query_new (BATON_VIEW_ANY);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  query->filter = baton_filter_parse (text, now, NULL);
  g_assert_nonnull (query->filter);
  return query;
}

static void
bench_search (BatonDatabase *database, GRand *random)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "%s %s", verbs[g_rand_int_range (random, 0, G_N_ELEMENTS (verbs))],
          nouns[g_rand_int_range (random, 0, G_N_ELEMENTS (nouns))]);

      for (gsize length = 1; length <= strlen (text); length++)
        {
          g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ANY);

          query->search = g_strndup (text, length);
          time_query (database, query, length <= 2 ? first : times);
        }
    }
  report ("search, a keystroke, 1 or 2 letters", first, "16 ms");
  report ("search, a keystroke, 3 letters and more", times, "16 ms");
}

static void
bench_edits (BatonDatabase *database, guint n, gboolean create)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ALL);
  g_autoptr (GPtrArray) records = NULL;
  gint64 start;
  GError *error = NULL;
  double took;

  query->limit = n;
  records = baton_database_list_records (database, query, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = baton_uuid_new (1800000000000 + i);
      BatonEdit *edit = baton_edit_new (
          BATON_ENTITY_TASK,
          create ? id : baton_record_get_id (g_ptr_array_index (records, i % records->len)));

      if (create)
        baton_edit_set_text (edit, "title", "Another task that is new");
      baton_edit_set_text (edit, "priority", "high");
      baton_edit_set_element (edit, "tags", "bulk", TRUE);
      g_ptr_array_add (edits, edit);
    }
  start = g_get_monotonic_time ();
  baton_database_apply (database, edits, "Many", &error);
  g_assert_no_error (error);
  took = (double) (g_get_monotonic_time () - start) / 1e6;
  printf ("%u edits that %s at once: %.2f s (bound: 1 s for 10000)\n", n, create ? "add" : "change",
          took);
  if (!create)
    {
      g_autofree char *label = NULL;

      start = g_get_monotonic_time ();
      label = baton_database_undo (database, FALSE, &error);
      g_assert_no_error (error);
      printf ("  and undone: %.2f s\n", (double) (g_get_monotonic_time () - start) / 1e6);
    }
}

static void
bench_one_edit (BatonDatabase *database)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *id = baton_uuid_new (1900000000000);

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GPtrArray)
          edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
      g_autofree char *title = g_strdup_printf ("Title %u", i);
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);
      gint64 start = g_get_monotonic_time (), took;

      baton_edit_set_text (edit, "title", title);
      g_ptr_array_add (edits, edit);
      g_assert_true (baton_database_apply (database, edits, "One", NULL));
      took = g_get_monotonic_time () - start;
      g_array_append_val (times, took);
    }
  report ("one edit, durable", times, "the disk's sync");
}

static void
bench_account (BatonDatabase *database)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };
  gint64 start = g_get_monotonic_time ();
  GError *error = NULL;

  baton_database_set_account (database, &account, &error);
  g_assert_no_error (error);
  printf ("signing in puts all of it in the outbox: %.2f s\n",
          (double) (g_get_monotonic_time () - start) / 1e6);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonTestFolder) folder = g_mkdtemp (g_strdup ("bench-store-XXXXXX"));
  guint n = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  g_autoptr (BatonDatabase) database = NULL;
  Maker maker = { .random = g_rand_new_with_seed (1),
                  .clock = G_GUINT64_CONSTANT (1700000000000) << 16 };
  BatonQuery *project = baton_query_new (BATON_VIEW_PROJECT);
  BatonQuery *title = baton_query_new (BATON_VIEW_ALL);
  GError *error = NULL;
  gint64 start;

  for (guint i = 0; i < N_PROJECTS; i++)
    maker.projects[i] = baton_uuid_new (1690000000000 + i);
  project->project = g_strdup (maker.projects[3]);
  title->sort = BATON_SORT_TITLE;
  database = baton_database_open (folder, &error);
  g_assert_no_error (error);
  fill (database, &maker, n);
  baton_database_close (database);
  start = g_get_monotonic_time ();
  database = baton_database_open (folder, &error);
  g_assert_no_error (error);
  printf ("opening: %.2f ms\n", (double) (g_get_monotonic_time () - start) / 1e3);
  bench_list (database, "all open, by position", baton_query_new (BATON_VIEW_ALL), "20 ms");
  bench_list (database, "inbox", baton_query_new (BATON_VIEW_INBOX), "20 ms");
  bench_list (database, "a project", project, "20 ms");
  bench_list (database, "today", baton_query_new (BATON_VIEW_TODAY), "20 ms");
  bench_list (database, "logbook", baton_query_new (BATON_VIEW_LOGBOOK), "20 ms");
  bench_list (database, "all open, by title", title, "-");
  bench_list (database, "filter tag:work and priority:medium",
              make_filter ("tag:work and priority:medium"), "-");
  bench_list (database, "filter due before today or is:done",
              make_filter ("due before today or is:done"), "-");
  bench_search (database, maker.random);
  bench_one_edit (database);
  bench_edits (database, 10000, TRUE);
  bench_edits (database, 10000, FALSE);
  bench_account (database);
  bench_edits (database, 10000, FALSE);
  for (guint i = 0; i < N_PROJECTS; i++)
    g_free (maker.projects[i]);
  g_rand_free (maker.random);
  return 0;
}
