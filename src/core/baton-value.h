/* baton-value.h: the value of one field
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonValueKind:
 * @BATON_VALUE_NULL: no value
 * @BATON_VALUE_BOOL: a truth value; also whether an element is in a set
 * @BATON_VALUE_INT: a whole number
 * @BATON_VALUE_TEXT: UTF-8 text; dates, ids and choices too
 * @BATON_VALUE_RAW: the JSON of a field that this version does not know, kept to the letter
 */
typedef enum
{
  BATON_VALUE_NULL,
  BATON_VALUE_BOOL,
  BATON_VALUE_INT,
  BATON_VALUE_TEXT,
  BATON_VALUE_RAW,
} BatonValueKind;

/**
 * BatonValue:
 *
 * The value of one field. A plain struct that its holder owns; %BATON_VALUE_INIT is the null value.
 */
typedef struct
{
  BatonValueKind kind;
  union
  {
    gboolean boolean;
    gint64 integer;
    char *text; /* owned */
  };
} BatonValue;

#define BATON_VALUE_INIT { .kind = BATON_VALUE_NULL }

void baton_value_clear (BatonValue *value);
void baton_value_copy (const BatonValue *value, BatonValue *into);
void baton_value_set_null (BatonValue *value);
void baton_value_set_bool (BatonValue *value, gboolean boolean);
void baton_value_set_int (BatonValue *value, gint64 integer);
/* NULL text is the null value */
void baton_value_set_text (BatonValue *value, const char *text);
void baton_value_take_text (BatonValue *value, char *text);
void baton_value_take_raw (BatonValue *value, char *json);
/* A total order (kind, then content), so that two devices break a tie alike */
int baton_value_compare (const BatonValue *a, const BatonValue *b);
gboolean baton_value_equal (const BatonValue *a, const BatonValue *b);
/* borrowed; NULL for every kind but text */
const char *baton_value_get_text (const BatonValue *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonValue, baton_value_clear)

G_END_DECLS
