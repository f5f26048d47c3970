/* baton-error.c: what can go wrong in the pure parts
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-error.h"

G_DEFINE_QUARK (baton - error - quark, baton_error)
