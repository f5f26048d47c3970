/* baton-line-diff.h: which lines of one text stand in another, in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonLineChange:
 *
 * Lines @old_start to @old_end of the old text (not including the last) became @new_start to @new_end of the new one. One of the
 * two may be empty. Between two changes at least one line is the same.
 */
typedef struct
{
  guint old_start;
  guint old_end;
  guint new_start;
  guint new_end;
} BatonLineChange;

/* Lines as numbers: the same number is the same line. An array of BatonLineChange, in order. */
GArray *baton_line_diff (const guint *old_lines, guint n_old, const guint *new_lines, guint n_new);

G_END_DECLS
