/* baton-repeat-words.h: "every monday and thursday", and the other way
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-date-words.h"

G_BEGIN_DECLS

/* How many of @text (as for baton_date_words_read()) say how often something repeats, from the first on; 0 where they do not. *rule: as RFC 5545
 * writes it; owned by the caller. */
guint baton_repeat_words_read (const BatonDateWords *words,
                               const char *const *text,
                               guint n_text,
                               char **rule);
/* "Every 2 weeks on Tuesday and Friday", "Every month on the last Friday", translated; the rule itself where there are no words for all of it; NULL for what is no rule */
char *baton_repeat_words_new (const char *rule);

G_END_DECLS
