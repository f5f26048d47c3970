/* baton-server-target.h: where a record belongs after an edit
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-apply.h"

G_BEGIN_DECLS

/**
 * BatonServerTarget:
 * @is_new: it is not there yet
 */
typedef struct
{
  char *scope_id;
  gboolean is_new;
} BatonServerTarget;

void baton_server_target_clear (BatonServerTarget *target);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonServerTarget, baton_server_target_clear)

/* Where @row, with @edit merged into it, belongs, and whether the author may have it there; a subtask takes its parent's project. @created: it is
 * new. Gives @row the author's role there. */
gboolean baton_server_target_find (const BatonServerAuthor *author,
                                   const BatonEdit *edit,
                                   BatonServerRow *row,
                                   gboolean created,
                                   BatonServerTarget *target,
                                   GError **error);

G_END_DECLS
