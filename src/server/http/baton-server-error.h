/* baton-server-error.h: how a request can fail
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonServerError:
 *
 * The codes of the envelope; each has one HTTP status.
 */
typedef enum
{
  BATON_SERVER_ERROR_VALIDATION,
  BATON_SERVER_ERROR_INVALID_JSON,
  BATON_SERVER_ERROR_AUTHENTICATION,
  BATON_SERVER_ERROR_TOKEN_EXPIRED,
  BATON_SERVER_ERROR_TOKEN_REUSED,
  BATON_SERVER_ERROR_ACCOUNT_DISABLED,
  BATON_SERVER_ERROR_AUTHORIZATION,
  BATON_SERVER_ERROR_NOT_FOUND,
  BATON_SERVER_ERROR_METHOD_NOT_ALLOWED,
  BATON_SERVER_ERROR_UNSUPPORTED_MEDIA_TYPE,
  BATON_SERVER_ERROR_PAYLOAD_TOO_LARGE,
  BATON_SERVER_ERROR_DUPLICATE_ENTRY,
  BATON_SERVER_ERROR_CONFLICT,
  BATON_SERVER_ERROR_CURSOR_EXPIRED,
  BATON_SERVER_ERROR_VERSION_MISMATCH,
  BATON_SERVER_ERROR_RATE_LIMITED,
  BATON_SERVER_ERROR_INTERNAL,
  BATON_SERVER_ERROR_UNAVAILABLE,
} BatonServerError;

#define BATON_SERVER_ERROR (baton_server_error_quark ())
GQuark baton_server_error_quark (void);

/* The HTTP status and the code in the envelope */
guint baton_server_error_get_status (BatonServerError code);
const char *baton_server_error_get_name (BatonServerError code);
/* What an error of any domain is to the client: what core calls invalid is the client's mistake; what is not
 * expected is a fault of the server */
BatonServerError baton_server_error_classify (const GError *error);

G_END_DECLS
