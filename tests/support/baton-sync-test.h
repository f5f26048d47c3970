/* baton-sync-test.h: devices for tests of sync
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/store/baton-database.h"
#include "../../src/sync/baton-engine.h"
#include "baton-fake-http.h"
#include "baton-fake-remote.h"
#include "baton-test.h"

G_BEGIN_DECLS

/* libsecret's keyring in a folder of @folder (returned), instead of the one of whoever runs the tests. Once a process, before
 * anything else: libsecret keeps to the first. */
char *baton_sync_test_use_keyring (const char *folder);

/* The device @name in @folder */
BatonDatabase *baton_sync_test_open (const char *folder, const char *name);
/* Signed in as BATON_FAKE_USER without any tokens, for a BatonFakeRemote */
void baton_sync_test_sign_in (BatonDatabase *database);

char *baton_sync_test_add_task (BatonDatabase *database, const char *title);
void baton_sync_test_set (BatonDatabase *database,
                          const char *task,
                          const char *field,
                          const char *text);
void baton_sync_test_set_deleted (BatonDatabase *database, const char *task, gboolean deleted);
/* Or not there at all */
gboolean baton_sync_test_is_deleted (BatonDatabase *database, const char *task);
/* NULL: there is no such task */
char *baton_sync_test_dup (BatonDatabase *database, const char *task, const char *field);
guint baton_sync_test_count_waiting (BatonDatabase *database);
guint baton_sync_test_count_refused (BatonDatabase *database);
/* A round that has to succeed */
void baton_sync_test_run (BatonDatabase *database, BatonFakeRemote *remote);
/* A round that has to fail with @code */
void baton_sync_test_fail (BatonDatabase *database, BatonFakeRemote *remote, BatonSyncError code);

/* Two devices of one person and a server in memory */
typedef struct
{
  BatonTestFolder *folder;
  BatonFakeServer *server;
  BatonFakeRemote *remote;
  BatonDatabase *laptop;
  BatonDatabase *phone;
  char *task; /* nullable: on both, "Call Ada" */
} BatonSyncTestPair;

/* With a task, if @data */
void baton_sync_test_pair_set_up (BatonSyncTestPair *pair, gconstpointer data);
void baton_sync_test_pair_tear_down (BatonSyncTestPair *pair, gconstpointer data);

/* Signs in, and waits for how it went */
gboolean baton_sync_test_engine_sign_in (BatonEngine *engine,
                                         const char *url,
                                         const char *email,
                                         const char *password,
                                         const char *register_name,
                                         GError **error);
/* A server as it is (BATON_TEST_SERVER), a process of its own with its data in @folder; its address is in @url */
GSubprocess *baton_sync_test_start_server (const char *folder, const char *listen, char **url);

G_END_DECLS
