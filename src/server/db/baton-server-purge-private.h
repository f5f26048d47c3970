/* baton-server-purge-private.h: what the files of the purge share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-purge.h"

G_BEGIN_DECLS

#define BATON_SERVER_DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

typedef struct
{
  BatonServerWriter *writer;
  BatonSql *sql;
  gint64 before;
  gint64 left;                /* how many records may still go in this step */
  gboolean closing;           /* their scope goes as well: nobody is there to be told */
  BatonServerPurgeWork *work; /* borrowed */
} BatonServerPurgeStep;

/* A deleted record, or one that goes with it */
typedef struct
{
  BatonEntity entity;
  gint64 key;
  char *id;
  gint64 scope;
  gint64 seq;
  gboolean deleted;
} BatonServerGrave;

void baton_server_grave_free (BatonServerGrave *grave);

/* A tree that is on its way out, so that no step has to go through all of it again */
struct _BatonServerPurgeWork
{
  gint64 root;      /* its key; 0: there is none */
  gint64 scope;     /* its key */
  gint64 seq;       /* of the root */
  gint64 seen;      /* the last place of the scope that the tree is known to be untouched at */
  GPtrArray *tasks; /* of BatonServerGrave, what is left, from the root down */
};

/* When the row @t was last written to, or an edit of it lost; what is from before the server noted it down: by its clocks */
#define BATON_SERVER_PURGE_TOUCHED(t, entity)                                    \
  "max (" t ".changed, " t ".written, COALESCE ((SELECT max (at) FROM history h" \
  " WHERE h.record = " t ".key AND h.entity = " entity "), 0))"

/* Rows of @query: key, id, scope, seq, deleted. @text: bound to ?1 in place of @number where it is not NULL; NULL on failure. */
GPtrArray *baton_server_purge_list (BatonSql *sql,
                                    BatonEntity entity,
                                    const char *query,
                                    const char *text,
                                    gint64 number,
                                    gint64 second,
                                    GError **error);
GPtrArray *baton_server_purge_list_by (BatonSql *sql,
                                       BatonEntity entity,
                                       const char *condition,
                                       const char *text,
                                       gint64 number,
                                       gint64 second,
                                       GError **error);
/* When anything that @query finds was last touched; 0: nothing found, -1: failure */
gint64 baton_server_purge_get_newest (BatonSql *sql,
                                      const char *query,
                                      const char *id,
                                      gint64 first,
                                      GError **error);
gboolean baton_server_purge_remove (BatonServerPurgeStep *step,
                                    const BatonServerGrave *grave,
                                    GError **error);
/* From the last to the first, as far as the step goes; takes @graves */
gboolean baton_server_purge_remove_all (BatonServerPurgeStep *step,
                                        GPtrArray *graves,
                                        GError **error);
/* Not yet: it counts as deleted since @newest */
gboolean baton_server_purge_postpone (BatonServerPurgeStep *step,
                                      const BatonServerGrave *grave,
                                      gint64 newest,
                                      GError **error);

/* As much of @task, which is deleted, and of what hangs on it as the step may remove */
gboolean baton_server_purge_tree (BatonServerPurgeStep *step,
                                  const BatonServerGrave *task,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerGrave, baton_server_grave_free)

G_END_DECLS
