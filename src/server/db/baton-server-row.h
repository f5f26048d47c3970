/* baton-server-row.h: a record as the server keeps it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-scope.h"

G_BEGIN_DECLS

/**
 * BatonServerRow:
 * @hidden: tasks: it is deleted, or hangs on one that is
 * @role: what the person who asked is in its scope
 */
typedef struct
{
  BatonRecord *record;
  gint64 key;
  gint64 scope;
  gint64 found; /* the scope that it was read in; 0: new */
  char *scope_id;
  gint64 seq;
  gint64 version;
  gboolean hidden;
  BatonServerRole role;
} BatonServerRow;

void baton_server_row_free (BatonServerRow *row);

/* NULL without an error where there is none, or none that @user may see (nullable: anybody) */
BatonServerRow *baton_server_row_get (BatonSql *sql,
                                      BatonEntity entity,
                                      const char *id,
                                      const char *user,
                                      GError **error);
/* The same, but NOT_FOUND is an error, and so is a deleted or hidden one */
BatonServerRow *baton_server_row_need (BatonSql *sql,
                                       BatonEntity entity,
                                       const char *id,
                                       const char *user,
                                       GError **error);
/* Writes the record; gives @row its key */
gboolean baton_server_row_put (BatonSql *sql, BatonServerRow *row, GError **error);
/* Writes where it stands: scope, place, version, hidden; and that it does so since @now, Unix milliseconds by the server's time */
gboolean
baton_server_row_place (BatonSql *sql, const BatonServerRow *row, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerRow, baton_server_row_free)

G_END_DECLS
