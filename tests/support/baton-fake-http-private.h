/* baton-fake-http-private.h: what a fake server over HTTP is made of
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <libsoup/soup.h>

#include "baton-fake-http.h"

G_BEGIN_DECLS

struct _BatonFakeHttp
{
  BatonFakeServer *server; /* borrowed */
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  char *url;

  GMutex mutex;        /* for what follows */
  GPtrArray *orders;   /* of Order */
  GHashTable *counts;  /* path → number */
  guint n_tokens;      /* the number of the last pair */
  guint oldest_access; /* access tokens before this number have ended */
  guint seconds;
  char *last_key; /* nullable: of the last renewal */
  gboolean allow_repeats;
  gboolean revoked;

  SoupServer *soup;   /* the rest: its thread */
  GPtrArray *hanging; /* of SoupServerMessage */
  GPtrArray *live;    /* of SoupWebsocketConnection */
  guint n_opened;     /* under the mutex */
  char *before_live;  /* under the mutex; nullable */
};

/* Under the mutex. FALSE: it has been answered */
gboolean baton_fake_http_check_token (BatonFakeHttp *http, SoupServerMessage *message);
/* On its thread */
void
baton_fake_http_call (BatonFakeHttp *http, GSourceFunc func, gpointer data, GDestroyNotify destroy);

/* Live sockets; all three on its thread, the second one under the mutex */
void baton_fake_http_add_live (BatonFakeHttp *http);
void baton_fake_http_send_told (BatonFakeHttp *http);
void baton_fake_http_drop_live (BatonFakeHttp *http);

G_END_DECLS
