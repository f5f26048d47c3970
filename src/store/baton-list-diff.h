/* baton-list-diff.h: from one list of keys to another in a few steps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More steps than this are one: the whole range that differs */
#define BATON_LIST_DIFF_MOST 64

/**
 * BatonListStep:
 *
 * @removed keys go at @position, then @added come there. The keys that come are those that stand at @position in the new list.
 */
typedef struct
{
  guint position;
  guint removed;
  guint added;
} BatonListStep;

/* The steps (array of BatonListStep), one after the other, that make @before (gint64 keys) into @after; none where
 * they are equal. What stays keeps its place: a key that moved goes and comes, all others are left alone. */
GArray *baton_list_diff (const GArray *before, const GArray *after);

G_END_DECLS
