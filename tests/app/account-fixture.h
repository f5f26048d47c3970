/* account-fixture.h: the app, and two servers that it can sign in to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../support/baton-fake-http.h"
#include "app-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  AppFixture app;
  BatonFakeServer *servers[2];
  BatonFakeHttp *https[2];
} AccountFixture;

void account_set_up (AccountFixture *fixture, gconstpointer data);
void account_tear_down (AccountFixture *fixture, gconstpointer data);

BatonEngine *account_get_engine (AccountFixture *fixture);
gboolean account_has_state (AccountFixture *fixture, BatonEngineState state);
guint account_count_tasks (AccountFixture *fixture);
/* Presses the button that does what @dialog is for */
void account_submit (GtkWidget *dialog);
/* Fills the dialog, and presses its button */
GtkWidget *account_submit_sign_in (AccountFixture *fixture, guint server);
/* And waits until all is the same there and here */
void account_sign_in (AccountFixture *fixture, guint server);
/* @remove: what is here too */
GtkWidget *account_open_sign_out (AccountFixture *fixture, gboolean remove);
/* Waits for an alert, and gives it @response */
void account_answer (AccountFixture *fixture, const char *response);
gboolean account_asks (AccountFixture *fixture, const char *heading);

G_END_DECLS
