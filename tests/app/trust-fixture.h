/* trust-fixture.h: the app and another device of the same person
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../support/baton-sync-test.h"
#include "app-fixture.h"

G_BEGIN_DECLS

/* The app is one device, `phone` the other one */
typedef struct
{
  AppFixture app;
  BatonFakeServer *server;
  BatonFakeRemote *app_remote;
  BatonFakeRemote *phone_remote;
  BatonDatabase *phone;
} TrustFixture;

void trust_set_up (TrustFixture *fixture, gconstpointer data);
void trust_tear_down (TrustFixture *fixture, gconstpointer data);

/* For app_fixture_call(): a round with the BatonFakeRemote @data */
gboolean trust_sync_work (BatonDatabase *database, gpointer data, GError **error);
/* For app_fixture_call(): the server refuses all that waits, with AUTHORIZATION_ERROR */
gboolean trust_refuse_work (BatonDatabase *database, gpointer data, GError **error);
/* Both devices, until they are alike */
void trust_exchange (TrustFixture *fixture);
/* On the app, as the window does it */
void trust_set_text (TrustFixture *fixture, const char *task, const char *field, const char *text);
gboolean trust_reads (TrustFixture *fixture, const char *task, const char *field, const char *text);
/* A task titled “Call Ada” of which app and phone change @field at once; the phone's comes later, and wins */
char *trust_make_conflict (TrustFixture *fixture,
                           const char *field,
                           const char *mine,
                           const char *theirs);
/* The phone adds @n_tasks, which the app gets, and deletes @n_deleted of them, before which the app stops; gives the ids */
GPtrArray *trust_make_removal (TrustFixture *fixture, guint n_tasks, guint n_deleted);
/* The window has heard of it */
gboolean trust_is_held (TrustFixture *fixture);

G_END_DECLS
