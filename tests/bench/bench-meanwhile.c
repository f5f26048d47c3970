/* bench-meanwhile.c: how long something takes, and how long others wait meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench-meanwhile.h"

typedef struct
{
  const char *folder;
  gint done;    /* atomic */
  gint64 worst; /* µs */
} Other;

/* Somebody who types */
static gpointer
write_thread (gpointer data)
{
  Other *other = data;
  g_autoptr (BatonDatabase) database = baton_database_open (other->folder, NULL);

  while (!g_atomic_int_get (&other->done))
    {
      gint64 start = g_get_monotonic_time ();

      baton_database_set_alarmed (database, start, NULL);
      other->worst = MAX (other->worst, g_get_monotonic_time () - start);
      g_usleep (1000);
    }
  return NULL;
}

void
bench_meanwhile (BatonDatabase *database, const char *name, BenchWork work, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Other other = { .folder = baton_database_get_folder (database) };
  GThread *thread = g_thread_new ("other", write_thread, &other);
  gint64 start, took;

  /* It has opened its database by then */
  g_usleep (20 * 1000);
  start = g_get_monotonic_time ();
  if (!work (database, data, &error))
    g_error ("%s: %s", name, error->message);
  took = g_get_monotonic_time () - start;
  g_atomic_int_set (&other.done, 1);
  g_thread_join (thread);
  g_print ("%-18s %8.0f ms, another write waits at most %6.1f ms\n", name, (double) took / 1000,
           (double) other.worst / 1000);
}
