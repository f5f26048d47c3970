/* baton-error.h: what can go wrong in the pure parts
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonError:
 * @BATON_ERROR_INVALID: the input is not of the form that is asked for (not JSON, not a UUID, not a clock)
 * @BATON_ERROR_VALIDATION: the form is right, a field is not; the message names it
 * @BATON_ERROR_NOT_FOUND: there is no such record
 * @BATON_ERROR_CONFLICT: the state forbids it
 *
 * What a caller of core can act on.
 */
typedef enum
{
  BATON_ERROR_INVALID,
  BATON_ERROR_VALIDATION,
  BATON_ERROR_NOT_FOUND,
  BATON_ERROR_CONFLICT,
} BatonError;

#define BATON_ERROR (baton_error_quark ())
GQuark baton_error_quark (void);

G_END_DECLS
