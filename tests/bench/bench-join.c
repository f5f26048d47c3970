/* bench-join.c: signs in and out on a device that is full, and says how long others wait meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-join FOLDER, filled by bench-fill
 */
#include "bench-meanwhile.h"

static gboolean
sign_in (BatonDatabase *database, gpointer data, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };

  return baton_database_set_account (database, &account, error);
}

static gboolean
sign_in_as_another (BatonDatabase *database, gpointer data, GError **error)
{
  const BatonAccount account = { (char *) "https://x", (char *) "b@x", (char *) "v", NULL };

  return baton_database_sign_in (database, &account, BATON_SIGN_IN_ADD, NULL, error);
}

static gboolean
sign_out (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_sign_out (database, BATON_SIGN_OUT_KEEP, error);
}

static gboolean
delete_all (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_sign_out (database, BATON_SIGN_OUT_DELETE_ALL, error);
}

/* Opened anew each time, as by a program that is started */
static void
measure (const char *folder, const char *name, BenchWork work)
{
  g_autoptr (BatonDatabase) database = baton_database_open (folder, NULL);

  bench_meanwhile (database, name, work, NULL);
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
