/* baton-server-reply.h: the answer to a request, in its envelope
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-error.h"
#include "baton-server-types.h"

G_BEGIN_DECLS

/**
 * BatonServerReply:
 * @status: 200 until told otherwise
 * @json: where the handler writes exactly one value, the `data` of the envelope; nothing written is null
 *
 * Belongs to its request. One thread at a time.
 */
struct _BatonServerReply
{
  guint status;
  BatonJsonWriter json;
  GString *body;       /* owned; what @json writes to */
  gsize start;         /* where `data` begins in the body */
  char *content_type;  /* owned, nullable: JSON */
  GPtrArray *headers;  /* owned, nullable: name, value, name, value */
  GPtrArray *problems; /* owned, nullable, of BatonProblem */
  char *details;       /* owned, nullable: JSON, in place of problems */
  char *message;       /* owned, nullable */
  char *meta;          /* owned, nullable: JSON */
};

void baton_server_reply_init (BatonServerReply *reply);
void baton_server_reply_clear (BatonServerReply *reply);

void baton_server_reply_add_header (BatonServerReply *reply, const char *name, const char *value);
void baton_server_reply_set_message (BatonServerReply *reply, const char *message);
/* @total, @page: -1 leaves them out; @next_cursor: NULL is null */
void baton_server_reply_set_meta (BatonServerReply *reply,
                                  gint64 total,
                                  gint64 page,
                                  gint64 limit,
                                  const char *next_cursor);
/* 204, without a body */
void baton_server_reply_set_empty (BatonServerReply *reply);
/* Something that is not JSON: @body (transfer full) as it is */
void baton_server_reply_take_raw (BatonServerReply *reply, const char *content_type, GString *body);
/* The whole answer as it was once given (Idempotency-Key) */
void baton_server_reply_set_whole (BatonServerReply *reply, guint status, const char *json);

/* A VALIDATION error with each of @problems (transfer full) in its details; TRUE where there are none */
gboolean baton_server_reply_check (BatonServerReply *reply, GPtrArray *problems, GError **error);
/* One wrong field; always FALSE */
gboolean baton_server_reply_refuse (BatonServerReply *reply,
                                    const char *field,
                                    const char *message,
                                    GError **error);
/* JSON for the error's `details` */
void baton_server_reply_set_details (BatonServerReply *reply, const char *json);

/* Closes the envelope around what the handler wrote, or around @error (nullable) */
void baton_server_reply_finish (BatonServerReply *reply, const GError *error);

/* What is in the body is the whole answer; finish() leaves it as it is */
void baton_server_reply_seal (BatonServerReply *reply);

G_END_DECLS
