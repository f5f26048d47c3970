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
BatonChange *exchange_make_change (ExchangeFixture *fixture,
                                   const char *scope,
                                   BatonRecord *record);
void exchange_take_one (ExchangeFixture *fixture, BatonChange *change);
/* The device's own record as it comes back from the server, in @scope */
void exchange_take_back (ExchangeFixture *fixture,
                         const char *scope,
                         BatonEntity entity,
                         const char *id);

G_END_DECLS
