/* baton-server-apply.h: an edit meets the server's state
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-row.h"
#include "baton-server-writer.h"

G_BEGIN_DECLS

/**
 * BatonServerAuthor:
 * @user: whose edit it is; borrowed
 * @now: Unix milliseconds
 * @from_device: it came by /sync: only then fields that the server sets are refused, and unknown ones taken
 */
typedef struct
{
  BatonServerWriter *writer;
  BatonSql *sql;
  const char *user;
  gint64 now;
  gboolean from_device;
} BatonServerAuthor;

/**
 * BatonServerApplied:
 * @row: the record as it stands now
 * @outcomes: what became of each field (BatonOutcome)
 * @created: the record is new
 */
typedef struct
{
  BatonServerRow *row;
  GPtrArray *outcomes;
  gboolean created;
} BatonServerApplied;

void baton_server_applied_free (BatonServerApplied *applied);

/* Applies the stamped @edit: permission, validation, merge, place, history, live. The only way in which a record changes on the server.
 * NULL with NOT_FOUND, AUTHORIZATION, or VALIDATION (then @problems tells more), having changed nothing; with any other error
 * the transaction is to be undone. Writer's thread. */
BatonServerApplied *baton_server_apply (const BatonServerAuthor *author,
                                        BatonEdit *edit,
                                        GPtrArray *problems,
                                        GError **error);

/* Gives @edit an id and a reading of the server's clock, as an edit of a device has them */
void baton_server_stamp (const BatonServerAuthor *author,
                         BatonEdit *edit,
                         const BatonRecord *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerApplied, baton_server_applied_free)

G_END_DECLS
