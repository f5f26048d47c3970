/* bench-join.c: signs in and out on a device that is full, and says how long others wait meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-join FOLDER, filled by bench-fill
 */
#include "../../src/store/baton-database.h"

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

typedef gboolean (*Work) (BatonDatabase *database, GError **error);

static gboolean
sign_in (BatonDatabase *database, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  return baton_database_set_account (database, &account, error);
}

static gboolean
sign_in_as_another (BatonDatabase *database, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "b@x", (char *) "v", NULL };

  return baton_database_sign_in (database, &account, BATON_SIGN_IN_ADD, NULL, error);
}

static gboolean
sign_out (BatonDatabase *database, GError **error)
{
  return baton_database_sign_out (database, BATON_SIGN_OUT_KEEP, error);
}

static gboolean
delete_all (BatonDatabase *database, GError **error)
{
  return baton_database_sign_out (database, BATON_SIGN_OUT_DELETE_ALL, error);
}

static void
measure (const char *folder, const char *name, Work work)
{
  g_autoptr (BatonDatabase) database = baton_database_open (folder, NULL);
  g_autoptr (GError) error = NULL;
  Other other = { .folder = folder };
  GThread *thread = g_thread_new ("other", write_thread, &other);
  gint64 start = g_get_monotonic_time ();
  gint64 took;

  if (!work (database, &error))
    g_error ("%s: %s", name, error->message);
  took = g_get_monotonic_time () - start;
  g_atomic_int_set (&other.done, 1);
  g_thread_join (thread);
  g_print ("%-12s %8.0f ms, another write waits at most %6.1f ms\n", name, (double) took / 1000,
           (double) other.worst / 1000);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    return 2;
  measure (argv[1], "sign in", sign_in);
  measure (argv[1], "sign out", sign_out);
  measure (argv[1], "sign in", sign_in);
  measure (argv[1], "sign out", sign_out);
  measure (argv[1], "take over", sign_in_as_another);
  measure (argv[1], "delete", delete_all);
  return 0;
}
