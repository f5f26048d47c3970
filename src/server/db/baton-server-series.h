/* baton-server-series.h: whose the next occurrence of a series is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-apply.h"

G_BEGIN_DECLS

/* Refuses to let @author make the record @id where it is the next occurrence of a task that they may not change */
gboolean baton_server_series_check (const BatonServerAuthor *author,
                                    const char *id,
                                    GError **error);
/* After @edit of @row, a task: where the id of the next occurrence belongs to others, the series goes on under a new name. *claims: the claim is to be
 * written down (baton_server_series_note()). */
gboolean baton_server_series_claim (const BatonServerAuthor *author,
                                    const BatonEdit *edit,
                                    BatonServerRow *row,
                                    gboolean created,
                                    gboolean *claims,
                                    GError **error);
/* Writes down which id the next occurrence of @row, which has its key, will have */
gboolean baton_server_series_note (BatonSql *sql, const BatonServerRow *row, GError **error);
/* An edit that gives the series of @task a new name, which nobody could know. Not stamped. */
BatonEdit *baton_server_series_dup_renaming (const BatonServerAuthor *author,
                                             const BatonRecord *task);
/* The same for those that were there before there were claims */
gboolean baton_server_series_note_all (BatonSql *sql, GError **error);

G_END_DECLS
