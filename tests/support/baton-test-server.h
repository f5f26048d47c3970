/* baton-test-server.h: a server in this process, and a client that sends it anything
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/baton-core.h"
#include "server/http/baton-server.h"

G_BEGIN_DECLS

/**
 * BatonTestServer:
 *
 * A server on a thread of its own, on loopback, on data that goes away with it. Whoever sends `Bearer ID` is the person ID; `Bearer admin:ID` one with
 * the role of an administrator. Tests of signing in install the real thing.
 */
typedef struct _BatonTestServer BatonTestServer;

BatonTestServer *baton_test_server_new (void);
void baton_test_server_free (BatonTestServer *server);
/* Ends it, and starts another on the same data */
void baton_test_server_restart (BatonTestServer *server);
const char *baton_test_server_get_path (BatonTestServer *server);
guint16 baton_test_server_get_port (BatonTestServer *server);

/**
 * BatonTestAnswer:
 * @headers: names in lower case
 * @json: nullable: it was not JSON
 */
typedef struct
{
  guint status;
  GHashTable *headers;
  char *body;
  gsize length;
  JsonNode *json;
} BatonTestAnswer;

void baton_test_answer_free (BatonTestAnswer *answer);

/* Sends exactly these bytes on a new connection and reads one answer; NULL where the server hung up without one */
BatonTestAnswer *baton_test_server_send (BatonTestServer *server, const char *data, gssize length);
/* @user: nullable: nobody. @body: nullable. @headers: more of them, each `Name: value\r\n`; nullable */
BatonTestAnswer *baton_test_server_request (BatonTestServer *server,
                                            const char *user,
                                            const char *method,
                                            const char *path,
                                            const char *body,
                                            const char *headers);

/* `data.0.title`; NULL where there is nothing, or null */
JsonNode *baton_test_answer_get (const BatonTestAnswer *answer, const char *path);
const char *baton_test_answer_get_text (const BatonTestAnswer *answer, const char *path);
gint64 baton_test_answer_get_int (const BatonTestAnswer *answer, const char *path);
const char *baton_test_answer_get_header (const BatonTestAnswer *answer, const char *name);
/* The number of elements of an array */
guint baton_test_answer_get_length (const BatonTestAnswer *answer, const char *path);
/* Stops the test where @answer is not an error of @status and @code in its envelope */
void baton_test_answer_assert_error (const BatonTestAnswer *answer, guint status, const char *code);
/* Whether `error.details` names @field */
gboolean baton_test_answer_names_field (const BatonTestAnswer *answer, const char *field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTestServer, baton_test_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTestAnswer, baton_test_answer_free)

G_END_DECLS
