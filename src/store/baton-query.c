/* baton-query.c: which tasks a list shows, and in what order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-query.h"

BatonQuery *
baton_query_new (BatonView view)
{
  BatonQuery *query = g_new0 (BatonQuery, 1);

  query->view = view;
  return query;
}

void
baton_query_free (BatonQuery *query)
{
  g_return_if_fail (query != NULL);

  g_free (query->project);
  g_free (query->search);
  g_free (query->today);
  g_clear_pointer (&query->filter, baton_filter_free);
  g_free (query);
}

gboolean
baton_query_equal (const BatonQuery *a, const BatonQuery *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->view == b->view && a->sort == b->sort && a->limit == b->limit && a->filter == NULL &&
         b->filter == NULL && g_strcmp0 (a->project, b->project) == 0 &&
         g_strcmp0 (a->search, b->search) == 0 && g_strcmp0 (a->today, b->today) == 0;
}
