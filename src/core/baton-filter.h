/* baton-filter.h: which tasks to show, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BATON_FILTER_AND,
  BATON_FILTER_OR,
  BATON_FILTER_NOT,
  BATON_FILTER_FIELD, /* field, comparison, value */
  BATON_FILTER_TEXT,  /* a word to search for; many where they were quoted: a phrase */
} BatonFilterKind;

typedef enum
{
  BATON_FILTER_IS,
  BATON_FILTER_BEFORE,
  BATON_FILTER_AFTER,
} BatonFilterComparison;

/**
 * BatonFilter:
 * @field: `status`, `priority`, `tag`, `project`, `due`, `created`, `completed`, `is` (with overdue, open, done, deleted)
 * @value: as the field holds it; dates already as `YYYY-MM-DD`, or NULL for "none"
 *
 * `due before friday and (tag:work or project:Household) and not status:done` as a tree. Words without a field search the
 * text. Terms side by side are joined by "and".
 */
typedef struct _BatonFilter BatonFilter;
struct _BatonFilter
{
  BatonFilterKind kind;
  BatonFilter *left;  /* owned, nullable */
  BatonFilter *right; /* owned, nullable */
  char *field;
  BatonFilterComparison comparison;
  char *value;
};

/* NULL and BATON_ERROR_INVALID, with what is wrong and where, for what is not a filter. An empty text is an error too:
 * callers decide what no filter means. At most 64 levels deep. */
BatonFilter *baton_filter_parse (const char *text, GDateTime *now, GError **error);
void baton_filter_free (BatonFilter *filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonFilter, baton_filter_free)

G_END_DECLS
