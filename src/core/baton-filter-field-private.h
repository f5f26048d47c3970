/* baton-filter-field-private.h: the fields that a filter can name, and their values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-date-words.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *const *choices; /* NULL: free text, or a day */
  gboolean is_day;
  gboolean may_be_none;
  BatonDateTense tense;
} BatonFilterField;

/* NULL where there is none; in any case */
const BatonFilterField *baton_filter_field_find (const char *name, gsize length);

/* @text, which is valid UTF-8, as the field holds it, in @value; NULL for "none" where it is not quoted. FALSE where the field
 * cannot hold it. */
gboolean baton_filter_field_read (const BatonFilterField *field,
                                  const BatonDateWords *words,
                                  const char *text,
                                  gboolean quoted,
                                  char **value);
/* As many words as are a day, from *@at, which moves behind them; NULL where they are none */
char *baton_filter_field_take_day (const BatonFilterField *field,
                                   const BatonDateWords *words,
                                   const char **at);
/* What the field can be, for an error's text */
char *baton_filter_field_describe (const BatonFilterField *field);

/* White space and control characters */
const char *baton_filter_skip_space (const char *at);
/* The end of the word that begins at @at: a space, a quote, a parenthesis, or the end */
const char *baton_filter_word_end (const char *at);

G_END_DECLS
