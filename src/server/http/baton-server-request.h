/* baton-server-request.h: one request, from its headers to its answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <libsoup/soup.h>

#include "baton-server-reply.h"
#include "baton-server-route.h"

G_BEGIN_DECLS

/**
 * BatonServerRequest:
 *
 * A request belongs to one thread at a time: the main thread makes it, a worker or the writer answers it, the main thread sends the answer.
 */
struct _BatonServerRequest
{
  BatonServer *server; /* borrowed */
  const BatonServerRoute *route;
  SoupServerMessage *message;            /* owned; main thread */
  SoupMessageHeaders *headers;           /* borrowed from the message; read with get_header() */
  char *id;                              /* X-Request-Id */
  char *params[BATON_SERVER_MAX_PARAMS]; /* what the {…} of the path stand for; nullable */
  GHashTable *query;                     /* owned, nullable; text to text, UTF-8 */
  GBytes *body;                          /* owned, nullable */
  JsonNode *json;                        /* owned, nullable */
  BatonSql *sql;                         /* borrowed, while the handler runs */
  gint64 now;                            /* Unix milliseconds when it came */

  /* Whoever is signed in; owned, nullable */
  char *user_id;
  char *email;
  char *role;
  char *session_id;
  char *device_id;

  gpointer state; /* what a handler keeps for its `then`; owned, nullable */
  GDestroyNotify state_free;
  gboolean written; /* the first of two handlers is done */

  BatonServerReply reply;
  GError *error;            /* owned, nullable */
  BatonServerRequest *next; /* in the queue that it is in */
};

void baton_server_request_free (BatonServerRequest *request);

/* Borrowed; NULL where it was not sent */
const char *baton_server_request_get_header (BatonServerRequest *request, const char *name);
/* Borrowed; NULL where it was not given */
const char *baton_server_request_get_query (BatonServerRequest *request, const char *name);
/* The client's network address, which a proxy that is trusted tells; owned by the caller */
char *baton_server_request_dup_address (BatonServerRequest *request);
/* The body as a JSON object; borrowed. No body, another type and what is no JSON object are errors. */
JsonObject *baton_server_request_get_object (BatonServerRequest *request, GError **error);

/* Writes @id where it is a fit request id, else a new one */
char *baton_server_request_dup_id (const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerRequest, baton_server_request_free)

G_END_DECLS
