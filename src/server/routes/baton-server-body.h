/* baton-server-body.h: a request's body becomes an edit
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../db/baton-server-apply.h"
#include "../http/baton-server.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_SERVER_CREATE,
  BATON_SERVER_CHANGE,  /* what is not named stays (PATCH) */
  BATON_SERVER_REPLACE, /* what is not named is unset (PUT) */
} BatonServerMode;

/* An edit of @entity with the fields of @body, against @row (NULL: new, with the id that the body gives, or one that is made). Adds what is
 * wrong, unknown fields too, to @problems. Not stamped. */
BatonEdit *baton_server_body_to_edit (const BatonServerAuthor *author,
                                      BatonEntity entity,
                                      const BatonServerRow *row,
                                      JsonObject *body,
                                      BatonServerMode mode,
                                      GPtrArray *problems);

/* The author of what @request changes. Writer's thread. */
BatonServerAuthor baton_server_body_get_author (BatonServerRequest *request);

/* Stamps and applies @edit; what refuses it goes to @reply */
BatonServerApplied *baton_server_body_apply (BatonServerRequest *request,
                                             BatonServerReply *reply,
                                             BatonEdit *edit,
                                             const BatonServerRow *row,
                                             GError **error);

/* Checks If-Match against @row; sets ETag */
gboolean baton_server_body_match (BatonServerRequest *request,
                                  BatonServerReply *reply,
                                  const BatonServerRow *row,
                                  GError **error);
void baton_server_body_set_etag (BatonServerReply *reply, gint64 version);

G_END_DECLS
