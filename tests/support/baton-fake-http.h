/* baton-fake-http.h: a Baton server over HTTP on this computer, on a thread of its own, that does as a test tells it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `/auth/…` with tokens that count up, `/sync` and `/live` from a BatonFakeServer. The password is "correct horse".
 */
#pragma once

#include "baton-fake-server.h"

G_BEGIN_DECLS

#define BATON_FAKE_USER     "01930000-0000-7000-8000-0000000000a1"
#define BATON_FAKE_PASSWORD "correct horse"

typedef struct _BatonFakeHttp BatonFakeHttp;

BatonFakeHttp *baton_fake_http_new (BatonFakeServer *server);
void baton_fake_http_free (BatonFakeHttp *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonFakeHttp, baton_fake_http_free)

const char *baton_fake_http_get_url (BatonFakeHttp *http);
/* The next @n requests to @path get this instead of an answer; @headers: `Name: value`, nullable */
void baton_fake_http_say (BatonFakeHttp *http,
                          const char *path,
                          guint n,
                          guint status,
                          const char *type,
                          const char *header,
                          const char *text);
/* The next request to @path is done, and its connection closed without an answer */
void baton_fake_http_lose (BatonFakeHttp *http, const char *path);
/* The next request to @path is never answered */
void baton_fake_http_hang (BatonFakeHttp *http, const char *path);
/* Access tokens given from now on say that they last so long; the ones given so far are no longer taken */
void baton_fake_http_expire (BatonFakeHttp *http, guint seconds);
/* Takes a refresh token a second time where the same Idempotency-Key comes with it */
void baton_fake_http_allow_repeats (BatonFakeHttp *http, gboolean allow);
/* How many requests to @path have come */
guint baton_fake_http_count (BatonFakeHttp *http, const char *path);
/* Somebody's round (a body of `/sync`) comes just before the next live socket is open, and is told to nobody */
void baton_fake_http_sync_before_live (BatonFakeHttp *http, const char *body);
/* How many live sockets are open, and how many were so far */
guint baton_fake_http_count_live (BatonFakeHttp *http);
guint baton_fake_http_count_opened (BatonFakeHttp *http);
/* Closes all live sockets */
void baton_fake_http_close_live (BatonFakeHttp *http);
void baton_fake_http_tell (BatonFakeHttp *http, const char *text);

G_END_DECLS
