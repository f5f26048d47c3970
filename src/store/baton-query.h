/* baton-query.h: which tasks a list shows, and in what order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../core/baton-core.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_VIEW_INBOX,   /* open, in no project */
  BATON_VIEW_TODAY,   /* open, due today or overdue */
  BATON_VIEW_ALL,     /* open */
  BATON_VIEW_PROJECT, /* open, in one project */
  BATON_VIEW_LOGBOOK, /* done, newest first */
  BATON_VIEW_TRASH,   /* deleted, newest first */
  BATON_VIEW_ANY,     /* all but deleted ones; with a filter or a search */
} BatonView;

typedef enum
{
  BATON_SORT_DEFAULT, /* what the view says: position; today: due; a search: best first */
  BATON_SORT_POSITION,
  BATON_SORT_DUE,
  BATON_SORT_PRIORITY,
  BATON_SORT_TITLE,
  BATON_SORT_CREATED,
} BatonSort;

/**
 * BatonQuery:
 * @limit: the first so many alone; 0: all
 *
 * A plain struct that its holder owns.
 */
typedef struct
{
  BatonView view;
  char *project;       /* BATON_VIEW_PROJECT */
  char *search;        /* words, the last one as a beginning; nullable */
  BatonFilter *filter; /* nullable; owned */
  BatonSort sort;
  guint limit;
  char *today; /* YYYY-MM-DD where the person is; NULL: asks the clock */
} BatonQuery;

BatonQuery *baton_query_new (BatonView view);
void baton_query_free (BatonQuery *query);
/* FALSE where either has a filter: those are not compared */
gboolean baton_query_equal (const BatonQuery *a, const BatonQuery *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonQuery, baton_query_free)

G_END_DECLS
