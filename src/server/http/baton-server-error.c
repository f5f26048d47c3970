/* baton-server-error.c: how a request can fail
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-error.h"

#include "../../core/baton-core.h"
#include "../../sql/baton-sql.h"

G_DEFINE_QUARK (baton - server - error, baton_server_error)

static const struct
{
  guint status;
  const char *name;
} codes[] = {
  [BATON_SERVER_ERROR_VALIDATION] = { 400, "VALIDATION_ERROR"       },
  [BATON_SERVER_ERROR_INVALID_JSON] = { 400, "INVALID_JSON"           },
  [BATON_SERVER_ERROR_AUTHENTICATION] = { 401, "AUTHENTICATION_ERROR"   },
  [BATON_SERVER_ERROR_TOKEN_EXPIRED] = { 401, "TOKEN_EXPIRED"          },
  [BATON_SERVER_ERROR_TOKEN_REUSED] = { 401, "TOKEN_REUSED"           },
  [BATON_SERVER_ERROR_ACCOUNT_DISABLED] = { 401, "ACCOUNT_DISABLED"       },
  [BATON_SERVER_ERROR_AUTHORIZATION] = { 403, "AUTHORIZATION_ERROR"    },
  [BATON_SERVER_ERROR_NOT_FOUND] = { 404, "NOT_FOUND"              },
  [BATON_SERVER_ERROR_METHOD_NOT_ALLOWED] = { 405, "METHOD_NOT_ALLOWED"     },
  [BATON_SERVER_ERROR_UNSUPPORTED_MEDIA_TYPE] = { 415, "UNSUPPORTED_MEDIA_TYPE" },
  [BATON_SERVER_ERROR_PAYLOAD_TOO_LARGE] = { 413, "PAYLOAD_TOO_LARGE"      },
  [BATON_SERVER_ERROR_DUPLICATE_ENTRY] = { 409, "DUPLICATE_ENTRY"        },
  [BATON_SERVER_ERROR_CONFLICT] = { 409, "CONFLICT"               },
  [BATON_SERVER_ERROR_CURSOR_EXPIRED] = { 410, "CURSOR_EXPIRED"         },
  [BATON_SERVER_ERROR_VERSION_MISMATCH] = { 412, "VERSION_MISMATCH"       },
  [BATON_SERVER_ERROR_RATE_LIMITED] = { 429, "RATE_LIMITED"           },
  [BATON_SERVER_ERROR_INTERNAL] = { 500, "INTERNAL_SERVER_ERROR"  },
  [BATON_SERVER_ERROR_UNAVAILABLE] = { 503, "SERVICE_UNAVAILABLE"    },
};

guint
baton_server_error_get_status (BatonServerError code)
{
  return codes[code].status;
}

const char *
baton_server_error_get_name (BatonServerError code)
{
  return codes[code].name;
}

static BatonServerError
classify_core (int code)
{
  switch ((BatonError) code)
    {
    case BATON_ERROR_INVALID:
      return BATON_SERVER_ERROR_INVALID_JSON;
    case BATON_ERROR_VALIDATION:
      return BATON_SERVER_ERROR_VALIDATION;
    case BATON_ERROR_NOT_FOUND:
      return BATON_SERVER_ERROR_NOT_FOUND;
    case BATON_ERROR_CONFLICT:
      return BATON_SERVER_ERROR_CONFLICT;
    default:
      return BATON_SERVER_ERROR_INTERNAL;
    }
}

static BatonServerError
classify_sql (int code)
{
  switch ((BatonSqlError) code)
    {
    case BATON_SQL_ERROR_BUSY:
    case BATON_SQL_ERROR_FULL:
    case BATON_SQL_ERROR_CANT_OPEN:
      return BATON_SERVER_ERROR_UNAVAILABLE;
    case BATON_SQL_ERROR_FAILED:
    case BATON_SQL_ERROR_CORRUPT:
    case BATON_SQL_ERROR_NEWER:
    case BATON_SQL_ERROR_CONSTRAINT:
    default:
      return BATON_SERVER_ERROR_INTERNAL;
    }
}

BatonServerError
baton_server_error_classify (const GError *error)
{
  if (error->domain == BATON_SERVER_ERROR)
    return error->code;
  if (error->domain == BATON_ERROR)
    return classify_core (error->code);
  if (error->domain == BATON_SQL_ERROR)
    return classify_sql (error->code);
  return BATON_SERVER_ERROR_INTERNAL;
}
