/* baton-validation.h: which field is wrong, and why
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-schema.h"

G_BEGIN_DECLS

/* What a record may hold at most that the schema gives no limit: of fields that it does not know (their names and JSON), and of
 * elements of sets, counting those that were taken out, whose clocks stay */
#define BATON_UNKNOWN_MAX_BYTES  (64 * 1024)
#define BATON_UNKNOWN_MAX_FIELDS 100
#define BATON_ELEMENTS_EVER_MAX  500

/**
 * BatonProblem:
 *
 * One field that is wrong, with a message for the person, translated.
 */
typedef struct
{
  char *field;
  char *message;
} BatonProblem;

/* An array of BatonProblem that frees them */
GPtrArray *baton_problems_new (void);
void baton_problems_add (GPtrArray *problems, const char *field, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* Sets a BATON_ERROR_VALIDATION that names all of them; TRUE where there are none */
gboolean baton_problems_to_error (GPtrArray *problems, GError **error);

/* Whether @value may stand in @key. Text must be valid UTF-8 without control characters (notes: tab and line end
 * are fine). Adds to @problems and returns FALSE where not. A key that the schema does not know is a problem, unless
 * its value is raw. */
gboolean baton_validate_field (BatonEntity entity,
                               const char *key,
                               const BatonValue *value,
                               GPtrArray *problems);

/* Whether @key may name a field or an element at all, by its form */
gboolean baton_validate_key (BatonEntity entity, const char *key, GPtrArray *problems);

G_END_DECLS
