/* server-fixture.h: a server in the test's own process, and a client of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "../../src/server/auth/baton-server-auth.h"
#include "../../src/server/db/baton-server-writer.h"
#include "../../src/server/live/baton-server-hub.h"
#include "../support/baton-test.h"

G_BEGIN_DECLS

#define SERVER_FIXTURE_PASSWORD "correct horse battery"

/* Server and client share the main context, which runs while a test waits for an answer */
typedef struct
{
  BatonTestFolder *folder;
  BatonServerConfig *config;
  BatonServer *server;
  BatonServerHub *hub; /* NULL once it was stopped */
  SoupSession *session;
} ServerFixture;

/* On an empty folder */
ServerFixture *server_fixture_new (void);
/* @settings (nullable): name, value, name, value … NULL. On the folder of @folder (transfer full). */
ServerFixture *server_fixture_new_with (BatonTestFolder *folder, const char *const *settings);
/* Closes the sockets, as SIGTERM does */
void server_fixture_stop (ServerFixture *fixture);
void server_fixture_free (ServerFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFixture, server_fixture_free)

/* One answer. An answer that breaks the envelope of api.md fails the test. */
typedef struct
{
  guint status;
  SoupMessage *message;
  char *text;
  JsonNode *json; /* nullable */
} Answer;

void answer_free (Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* @path: behind /api/v1, or whole where it begins with `/health`. @token, @body: nullable */
SoupMessage *server_fixture_dup_message (ServerFixture *fixture,
                                         const char *method,
                                         const char *path,
                                         const char *token,
                                         const char *body);
/* Takes @message */
Answer *server_fixture_send_message (ServerFixture *fixture, SoupMessage *message);
Answer *server_fixture_send (ServerFixture *fixture,
                             const char *method,
                             const char *path,
                             const char *token,
                             const char *body);

/* Fails unless the answer has this status and, for an error, this code (nullable) */
#define assert_answer(answer, status, code) answer_assert (answer, status, code, __FILE__, __LINE__)
void answer_assert (Answer *answer, guint status, const char *code, const char *file, int line);
/* `data.user.email`; a list's elements by their number. NULL where there is none, or it is no text. Borrowed. */
const char *answer_get (Answer *answer, const char *path);
gint64 answer_get_int (Answer *answer, const char *path);
gboolean answer_get_bool (Answer *answer, const char *path);
/* The length of the list at @path; -1 where there is none */
int answer_count (Answer *answer, const char *path);
/* Whether `details` names @field */
gboolean answer_names (Answer *answer, const char *field);
const char *answer_get_header (Answer *answer, const char *name);

/* Somebody who is signed in */
typedef struct
{
  char *id;
  char *email;
  char *access;
  char *refresh;
} Person;

void person_free (Person *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

Person *server_fixture_register (ServerFixture *fixture, const char *email);
/* Another session of the same person */
Person *server_fixture_sign_in (ServerFixture *fixture, const char *email);
/* How many rows @query counts, with the parameter @key (nullable) */
gint64 server_fixture_count (ServerFixture *fixture, const char *query, const char *key);

G_END_DECLS
