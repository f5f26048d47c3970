/* bench-search.c: how long each keystroke of a search takes among many tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-search FOLDER: the folder of a device that bench-fill has filled. The bound is a look-up of one row.
 */
#include "../../src/store/baton-database.h"

#define ROUNDS 5

static const char *const words[] = { "quarterly report", "bicycle", "flowers ada", "review slides",
                                     "lisbon train",     "tap",     "work",        "order 99999",
                                     "compiler grace",   "xyzzy" };

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
print (const char *what, GArray *taken)
{
  g_array_sort (taken, compare);
  g_print ("%-44s p50 %7.2f ms  p99 %7.2f ms  max %7.2f ms  (%u)\n", what,
           (double) g_array_index (taken, gint64, taken->len / 2) / 1000,
           (double) g_array_index (taken, gint64, taken->len * 99 / 100) / 1000,
           (double) g_array_index (taken, gint64, taken->len - 1) / 1000, taken->len);
}

static void
search (BatonDatabase *database, const char *text, GArray *taken)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ANY);
  gint64 start = g_get_monotonic_time ();
  gint64 end;
  g_autoptr (GArray) keys = NULL;

  query->search = g_strdup (text);
  keys = baton_database_list (database, query, &error);
  end = g_get_monotonic_time () - start;
  if (!keys)
    g_error ("%s", error->message);
  g_array_append_val (taken, end);
}

static void
look_up (BatonDatabase *database, GArray *taken)
{
  for (gint64 key = 1; key <= 1000; key++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (BatonRecord)
          record = baton_database_get_by_key (database, BATON_ENTITY_TASK, key, NULL);
      gint64 end = g_get_monotonic_time () - start;

      g_array_append_val (taken, end);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = argc == 2 ? baton_database_open (argv[1], &error) : NULL;
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) bound = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!database)
    g_error ("bench-search FOLDER: %s", error ? error->message : "one argument is wanted");
  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      for (const char *end = words[i]; *end; end++)
        {
          g_autofree char *typed = g_strndup (words[i], (gsize) (end - words[i] + 1));

          search (database, typed, taken);
        }
  look_up (database, bound);
  print ("search, a keystroke", taken);
  print ("bound: one task by its key", bound);
  return 0;
}
