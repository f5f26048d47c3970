/* exchange-fixture.h: a device's database and a server of the test's own, a call at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "database-fixture.h"
#include "fake-server.h"

G_BEGIN_DECLS

#define EXCHANGE_NOW   G_GINT64_CONSTANT (1795176000000) /* 2026-11-20T12:00Z */
#define EXCHANGE_OTHER "ffffffffffff"

typedef struct
{
  BatonTestFolder *folder;
  BatonDatabase *database;
  FakeServer *server;
  GPtrArray *changes; /* of BatonChange: what the next exchange_take() takes */
  gint64 now;
  guint seq;
} ExchangeFixture;

void exchange_sign_in (BatonDatabase *database, const char *user);
/* Signed in, unless @data */
void exchange_set_up (ExchangeFixture *fixture, gconstpointer data);
void exchange_tear_down (ExchangeFixture *fixture, gconstpointer data);
GPtrArray *exchange_get_outbox (BatonDatabase *database);
void exchange_take_results (ExchangeFixture *fixture, GPtrArray *results);
void exchange_take_changes (ExchangeFixture *fixture, GPtrArray *changes);
/* One round with the server, as the engine does it */
void exchange_run (ExchangeFixture *fixture);
/* What somebody else sets on the server's record, @ms after NOW, having seen what stands there or (@unseen) not */
void exchange_edit_elsewhere (ExchangeFixture *fixture,
                              const char *id,
                              const char *field,
                              const char *text,
                              gint64 ms,
                              gboolean unseen);
BatonSyncStatus exchange_get_status (BatonDatabase *database);
/* The id of the edit that stands as the @n-th under Not synced, and was refused */
char *exchange_dup_refused (BatonDatabase *database, guint n);
/* All that waits is answered so, without the server */
void exchange_answer_all (ExchangeFixture *fixture, BatonResultStatus status, const char *code);
/* A minute after the title was set, by another device */
void exchange_set_title (BatonRecord *record, const char *title);
/* @record is taken; without one, the caller says what is gone. The change is the fixture’s, until it is taken. */
BatonChange *exchange_add_change (ExchangeFixture *fixture, const char *scope, BatonRecord *record);
void exchange_take (ExchangeFixture *fixture);
/* The device's own record as it comes back from the server, in @scope */
void exchange_take_back (ExchangeFixture *fixture,
                         const char *scope,
                         BatonEntity entity,
                         const char *id);

G_END_DECLS
