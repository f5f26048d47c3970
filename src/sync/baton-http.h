/* baton-http.h: one request to Baton's API and its answer; private to this part
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-exchange.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * BatonRequest:
 * @path: below `/api/v1`
 * @token: nullable: the access token
 * @body: nullable: JSON
 * @repeat_key: nullable: an `Idempotency-Key`
 * @repeatable: asking twice does no harm, so that a connection that the server has closed meanwhile is opened anew unseen
 */
typedef struct
{
  const char *method;
  const char *server;
  const char *path;
  const char *token;
  const char *body;
  const char *repeat_key;
  gboolean repeatable;
} BatonRequest;

/**
 * BatonAnswer:
 *
 * An answer in the shape of api.md, be it a success or a failure.
 */
typedef struct
{
  guint status;
  JsonNode *data;    /* nullable */
  char *code;        /* of a failure */
  char *message;     /* of a failure: the server's, for the person */
  JsonNode *details; /* of a failure; nullable */
  guint wait;        /* seconds of Retry-After; 0: none */
} BatonAnswer;

/**
 * BatonAnswerHead:
 *
 * What stands before the body of an answer.
 */
typedef struct
{
  guint status;
  guint wait;           /* as in BatonAnswer */
  const char *type;     /* nullable */
  const char *location; /* nullable */
} BatonAnswerHead;

void baton_answer_free (BatonAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonAnswer, baton_answer_free)

/* A session of 30 s idle that follows no redirect and keeps no cookie; for the thread and main context that made it */
SoupSession *baton_http_session_new (void);
/* Blocking. BATON_SYNC_ERROR_OFFLINE where there was no answer, _BUSY where something in between said to wait, _PROTOCOL where what answered is no
 * Baton server; G_IO_ERROR_CANCELLED. */
BatonAnswer *baton_http_send (SoupSession *soup,
                              const BatonRequest *request,
                              GCancellable *cancellable,
                              GError **error);
/* What a server at the address @server said, whatever brought it here. NULL with PROTOCOL, or BUSY, for what is no answer of Baton's. */
BatonAnswer *baton_answer_read (const BatonAnswerHead *head,
                                const char *text,
                                gsize length,
                                const char *server,
                                GError **error);
/* The answer to a round (baton-remote.h) */
gboolean baton_answer_to_exchange (const BatonAnswer *answer,
                                   BatonExchange **exchange,
                                   GError **error);
/* Sets the error of a failed @answer; TRUE for a success */
gboolean baton_answer_check (const BatonAnswer *answer, GError **error);

G_END_DECLS
