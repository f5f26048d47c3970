/* baton-test.c: what tests share: a bounded wait, folders that go away, seeds
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-test.h"

#include <glib/gstdio.h>

#define WAIT_MOST_US (60 * G_USEC_PER_SEC)
#define TICK_MS      5

struct _BatonTestWait
{
  gint64 end;
  guint tick_id; /* so that a condition that no source announces is seen too */
};

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

BatonTestWait *
baton_test_wait_new (void)
{
  BatonTestWait *wait = g_new0 (BatonTestWait, 1);

  wait->end = g_get_monotonic_time () + WAIT_MOST_US;
  wait->tick_id = g_timeout_add (TICK_MS, tick_cb, NULL);
  return wait;
}

gboolean
baton_test_wait_iterate (BatonTestWait *wait)
{
  if (g_get_monotonic_time () > wait->end)
    return FALSE;
  g_main_context_iteration (NULL, TRUE);
  return TRUE;
}

void
baton_test_wait_free (BatonTestWait *wait)
{
  g_source_remove (wait->tick_id);
  g_free (wait);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

BatonTestFolder *
baton_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("baton-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
baton_test_folder_free (BatonTestFolder *folder)
{
  remove_tree (folder);
  g_free (folder);
}

guint32
baton_test_get_seed (void)
{
  const char *text = g_getenv ("BATON_TEST_SEED");
  guint32 seed = text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : g_random_int ();

  g_test_message ("BATON_TEST_SEED=%u", seed);
  return seed;
}
