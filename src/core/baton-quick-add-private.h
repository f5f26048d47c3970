/* baton-quick-add-private.h: the words of a line, and what is known of them so far
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-date-words.h"
#include "baton-quick-add.h"

G_BEGIN_DECLS

typedef struct
{
  gsize start;
  gsize core_end; /* before punctuation */
  gsize end;
  char *word;     /* the core, folded */
  gboolean off;   /* to be left as text */
  gboolean taken; /* belongs to a part */
} BatonQuickAddToken;

typedef struct
{
  const char *line;
  GDateTime *now;
  BatonDateWords *words;
  GArray *tokens;   /* of BatonQuickAddToken */
  GPtrArray *parts; /* of BatonQuickAddPart */
  guint n_tags;
  gboolean has_priority;
  const char *rule; /* of the part that says it; nullable */
  gboolean has_day;
  GDate day;
  int minute;     /* of the day; -1: none */
  guint when_end; /* the token after the last part that is a day or a time; 0: none */
} BatonQuickAddParser;

/* (element-type BatonQuickAddToken): the words of @line; those that touch one of the @n_off ranges of @off are to be left as text */
GArray *baton_quick_add_split (const char *line, const BatonQuickAddPart *off, guint n_off);
/* NULL after the last */
BatonQuickAddToken *baton_quick_add_get_token (const BatonQuickAddParser *parser, guint index);
/* The folded word at @index; "" after the last and for one that is to be left as text */
const char *baton_quick_add_get_word (const BatonQuickAddParser *parser, guint index);
/* Whether the words at @index and after it can belong together: no punctuation between them, but the dot of an abbreviation */
gboolean baton_quick_add_is_joined (const BatonQuickAddParser *parser, guint index);
/* Punctuation between words of one part goes with them */
void baton_quick_add_take_tokens (BatonQuickAddParser *parser, guint first, guint end);
void baton_quick_add_add_part (BatonQuickAddParser *parser,
                               BatonQuickAddKind kind,
                               guint first,
                               guint n,
                               const char *value);
/* A day, a time or both: how many words they are; 0: none is here */
guint baton_quick_add_read_when (BatonQuickAddParser *parser, guint index);

G_END_DECLS
