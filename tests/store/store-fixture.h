/* store-fixture.h: a store in a folder of its own, and waiting for what it does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/store/baton-store.h"
#include "../../src/store/baton-task-list.h"
#include "../support/baton-test.h"

G_BEGIN_DECLS

typedef struct
{
  BatonTestFolder *folder; /* owned */
  BatonStore *store;       /* owned */
} StoreFixture;

void store_fixture_set_up (StoreFixture *fixture, gconstpointer data);
void store_fixture_tear_down (StoreFixture *fixture, gconstpointer data);
#define STORE_TEST(path, func) \
  g_test_add (path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

/* Waits for the store to open, or for the error */
BatonStore *store_fixture_open (const char *folder, GError **error);

/* A new task named @title: its edit, and its id in @id (nullable, owned by the caller) */
BatonEdit *store_fixture_new_task (const char *title, char **id);
/* An edit that sets one text of a task */
BatonEdit *store_fixture_set_text (const char *id, const char *field, const char *text);
/* Takes @edit; returns when it is written */
void store_fixture_apply (StoreFixture *fixture, BatonEdit *edit);
/* Takes @edit; commits it on a connection of its own, as another program would */
void store_fixture_apply_elsewhere (const char *folder, BatonEdit *edit);
/* @n tasks named "Task 0" and so on, in steps of 10,000; their ids */
GPtrArray *store_fixture_add_tasks (StoreFixture *fixture, guint n);
/* Asks for @view, and returns when the answer is there */
BatonTaskList *store_fixture_list (StoreFixture *fixture, BatonView view);

G_END_DECLS
