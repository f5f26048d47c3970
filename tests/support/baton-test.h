/* baton-test.h: what tests share: a bounded wait, folders that go away, seeds
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Iterates the main context until @condition holds. A test that waits for a minute has failed. */
#define BATON_TEST_WAIT(condition)                                                 \
  G_STMT_START                                                                     \
  {                                                                                \
    g_autoptr (BatonTestWait) wait_ = baton_test_wait_new ();                      \
    while (!(condition))                                                           \
      if (!baton_test_wait_iterate (wait_))                                        \
        g_error ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition); \
  }                                                                                \
  G_STMT_END

typedef struct _BatonTestWait BatonTestWait;
BatonTestWait *baton_test_wait_new (void);
gboolean baton_test_wait_iterate (BatonTestWait *wait);
void baton_test_wait_free (BatonTestWait *wait);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTestWait, baton_test_wait_free)

/* A new folder; removed with all that is in it when it is freed */
typedef char BatonTestFolder;
BatonTestFolder *baton_test_folder_new (void);
void baton_test_folder_free (BatonTestFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTestFolder, baton_test_folder_free)

/* BATON_TEST_SEED, or a new one; printed, so that a failure can be played again */
guint32 baton_test_get_seed (void);

G_END_DECLS
