/* bench-unsynced.c: how long what the Not Synced page asks takes among many waiting edits
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bound is the whole outbox, which the page does not ask for.
 */
#include "store/baton-database.h"
#include "../support/baton-test.h"

#define EDITS  100000
#define STEP   1000
#define LISTED 100
#define ROUNDS 5

/* Signed out nothing waits */
static void
sign_in (BatonDatabase *database)
{
  const BatonAccount account = { .server = (char *) "https://tasks.example.org",
                                 .email = (char *) "ada@example.org",
                                 .user_id = (char *) "0190a000-0000-7000-8000-0000000000aa" };

  if (!baton_database_set_account (database, &account, NULL))
    g_error ("Not signed in");
}

static void
fill (BatonDatabase *database)
{
  for (guint i = 0; i < EDITS / STEP; i++)
    {
      g_autoptr (GPtrArray)
          edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < STEP; j++)
        {
          g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
          BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

          baton_edit_set_text (edit, "title", "Waits to be sent");
          g_ptr_array_add (edits, edit);
        }
      if (!baton_database_apply (database, edits, "Fill", &error))
        g_error ("%s", error->message);
    }
}

static void
print (const char *what, gint64 start)
{
  g_print ("%-40s %9.2f ms\n", what, (double) (g_get_monotonic_time () - start) / 1000);
}

static void
ask (BatonDatabase *database)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) refused = baton_database_list_unsynced (database, TRUE, LISTED, NULL);
  g_autoptr (GPtrArray) waiting = baton_database_list_unsynced (database, FALSE, LISTED, NULL);
  BatonSyncStatus status;

  if (refused == NULL || waiting == NULL ||
      !baton_database_get_sync_status (database, &status, NULL))
    g_error ("Nothing was read");
  print ("the first hundred, and how many", start);
}

static void
ask_all (BatonDatabase *database)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) all = baton_database_get_unsynced (database, NULL);

  if (all == NULL || all->len != EDITS)
    g_error ("Not all was read");
  print ("all of it", start);
}

int
main (void)
{
  BatonTestFolder *folder = baton_test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = baton_database_open (folder, &error);

  if (database == NULL)
    g_error ("%s", error->message);
  sign_in (database);
  fill (database);
  for (guint i = 0; i < ROUNDS; i++)
    {
      ask (database);
      ask_all (database);
    }
  g_clear_pointer (&database, baton_database_close);
  baton_test_folder_free (folder);
  return 0;
}
