/* baton-server-route.h: the table of what the server answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-types.h"

G_BEGIN_DECLS

#define BATON_SERVER_MAX_PARAMS 2

/**
 * BatonServerKind:
 * @BATON_SERVER_READ: on a reading thread; the request's connection can only read
 * @BATON_SERVER_WRITE: on the writer's thread, in a savepoint of its own; what it answers is sent when it is durable
 * @BATON_SERVER_SLOW: on a thread for what takes long (hashing a password); it writes through baton_server_writer_run()
 */
typedef enum
{
  BATON_SERVER_READ,
  BATON_SERVER_WRITE,
  BATON_SERVER_SLOW,
} BatonServerKind;

typedef enum
{
  BATON_SERVER_OPEN,   /* anybody */
  BATON_SERVER_MEMBER, /* whoever is signed in */
  BATON_SERVER_ADMIN,
} BatonServerAccess;

typedef enum
{
  BATON_SERVER_PLAIN = 0,
  BATON_SERVER_RAW_BODY = 1 << 0, /* the body is not JSON; the handler limits it */
} BatonServerRouteFlags;

/* Blocking code, from top to bottom. FALSE with @error where the request fails; what it has written is then undone. */
typedef gboolean (*BatonServerHandler) (BatonServerRequest *request,
                                        BatonServerReply *reply,
                                        GError **error);

/**
 * BatonServerRoute:
 * @then: after a WRITE is durable, on a reading thread, with the same reply; nullable
 * @path: `{name}` stands for one segment
 * @request: name of the schema of the body in the OpenAPI document; nullable
 * @response: name of the schema of `data`; nullable. `Task[]` is a list
 * @query: names of the query parameters, a space between; nullable. Others are refused
 *
 * One row of the table that dispatches requests and describes them.
 */
struct _BatonServerRoute
{
  const char *method;
  const char *path;
  BatonServerHandler handler;
  BatonServerKind kind;
  BatonServerAccess access;
  BatonServerRouteFlags flags;
  BatonServerHandler then;
  const char *summary;
  const char *request;
  const char *response;
  const char *query;
};

/* The whole table (routes/baton-server-routes.c) */
const BatonServerRoute *baton_server_routes_get (guint *n_routes);

/* The route for @method and @path, with the segments that stand for `{…}`, unescaped, in @params (free each). Where there is none,
 * @allowed (free it) names the methods that the path knows, or is NULL. */
const BatonServerRoute *baton_server_routes_match (const char *method,
                                                   const char *path,
                                                   char *params[BATON_SERVER_MAX_PARAMS],
                                                   char **allowed);

G_END_DECLS
