/* baton-date-words.h: days in words, for quick add and filters
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonDateTense:
 * @BATON_DATE_COMING: names of days mean the next such day; nothing that lies in the past is understood
 * @BATON_DATE_ANY: names of days mean the next such day; "yesterday" and "3 days ago" are understood too
 * @BATON_DATE_PAST: the same, and names of days mean the last such day
 */
typedef enum
{
  BATON_DATE_COMING,
  BATON_DATE_ANY,
  BATON_DATE_PAST,
} BatonDateTense;

/**
 * BatonDateWords:
 *
 * The names of days and months: English, and those of the desktop's language.
 */
typedef struct _BatonDateWords BatonDateWords;

/* @now decides what "tomorrow" is */
BatonDateWords *baton_date_words_new (GDateTime *now);
void baton_date_words_free (BatonDateWords *words);

/* How many of @text, which are words in the form of g_utf8_casefold() and without punctuation, are one day from the first
 * on; 0 where they are none, and @day is untouched */
guint baton_date_words_read (const BatonDateWords *words,
                             BatonDateTense tense,
                             const char *const *text,
                             guint n_text,
                             GDate *day);
/* From 1, Monday; 0 where @word is none */
int baton_date_words_get_weekday (const BatonDateWords *words, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDateWords, baton_date_words_free)

G_END_DECLS
