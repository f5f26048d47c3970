/* test-uuid.c: UUIDs of version 7 and 5
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../src/core/baton-core.h"

#define NAMESPACE_DNS "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

/* RFC 9562, appendix A.4 */
static void
test_version_5_is_that_of_the_rfc (void)
{
  g_autofree char *uuid = baton_uuid_from_name (NAMESPACE_DNS, "www.example.com");

  g_assert_cmpstr (uuid, ==, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  g_assert_true (baton_uuid_is_v5 (uuid));
  g_assert_false (baton_uuid_is_v7 (uuid));
}

/* RFC 9562, appendix A.6 */
static void
test_version_7_is_that_of_the_rfc (void)
{
  static const guint8 random[10] = { 0xfc, 0xc3, 0xd8, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f };
  g_autofree char *uuid = baton_uuid_new_from (0x017f22e279b0, random);

  g_assert_cmpstr (uuid, ==, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void
test_ids_of_one_process_rise (void)
{
  g_autofree char *last = baton_uuid_new (5000);

  for (int i = 0; i < 20000; i++)
    {
      /* The wall stands still, jumps back, and goes on */
      gint64 ms = 5000 + (i % 7 == 0 ? -3000 : i / 1000);
      g_autofree char *next = baton_uuid_new (ms);

      g_assert_cmpstr (next, >, last);
      g_assert_true (baton_uuid_is_v7 (next));
      g_set_str (&last, next);
    }
}

static gpointer
make_many (gpointer data)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < 5000; i++)
    g_ptr_array_add (ids, baton_uuid_new (9000));
  return ids;
}

static void
test_ids_of_many_threads_differ (void)
{
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ids", make_many, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GPtrArray) ids = g_thread_join (threads[i]);

      for (guint j = 0; j < ids->len; j++)
        g_assert_true (g_hash_table_add (all, g_strdup (g_ptr_array_index (ids, j))));
    }
}

static void
test_wrong_texts_are_refused (void)
{
  static const char *const wrong[] = {
    "",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
    "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
    "017f22e279b0-7cc3-98c4-dc0c0c07398f--",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
    "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (baton_uuid_is_valid (wrong[i]));
  g_assert_false (baton_uuid_is_valid (NULL));
  g_assert_true (baton_uuid_is_valid (NAMESPACE_DNS));
  g_assert_false (baton_uuid_is_v7 (NAMESPACE_DNS));
  g_assert_false (baton_uuid_is_v7 ("017f22e2-79b0-7cc3-c8c4-dc0c0c07398f")); /* variant */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/uuid/version-5-is-that-of-the-rfc", test_version_5_is_that_of_the_rfc);
  g_test_add_func ("/core/uuid/version-7-is-that-of-the-rfc", test_version_7_is_that_of_the_rfc);
  g_test_add_func ("/core/uuid/ids-of-one-process-rise", test_ids_of_one_process_rise);
  g_test_add_func ("/core/uuid/ids-of-many-threads-differ", test_ids_of_many_threads_differ);
  g_test_add_func ("/core/uuid/wrong-texts-are-refused", test_wrong_texts_are_refused);
  return g_test_run ();
}
