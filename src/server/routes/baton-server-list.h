/* baton-server-list.h: the query parameters of a list become SQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../db/baton-server-scope.h"
#include "../http/baton-server-request.h"

G_BEGIN_DECLS

/**
 * BatonServerList:
 * @where: conditions, each behind ` AND `
 * @values: what their `?` stand for, in order
 * @sort: an expression that is never null
 * @after: the sort value and id behind which the page begins; nullable
 *
 * A page of a list that is being put together.
 */
typedef struct
{
  GString *where;
  GPtrArray *values;
  const char *sort_name;
  const char *sort;
  gboolean sort_is_number;
  gboolean descending;
  gboolean hidden; /* only what is hidden, in place of what is not */
  gint64 limit;
  gint64 page;
  char *after_sort;
  char *after_id;
  GPtrArray *problems;
} BatonServerList;

typedef struct
{
  const char *name;
  const char *expression;
  gboolean is_number;
} BatonServerSort;

/* Reads `sort`, `order`, `page`, `limit`, `cursor`; the first of @sorts is the default */
BatonServerList *baton_server_list_new (BatonServerRequest *request,
                                        const BatonServerSort *sorts,
                                        guint n_sorts);
void baton_server_list_free (BatonServerList *list);

/* A condition with as many `?` as there are values; more by add_value() */
void baton_server_list_add (BatonServerList *list, const char *condition);
void baton_server_list_add_value (BatonServerList *list, const char *value);
/* @column IN (each of the values between commas in @text) */
void baton_server_list_add_choice (BatonServerList *list, const char *column, GStrv values);

/* Answers with the page: @columns of @table (as `t`), each row written by @write, and with meta. The last two columns are to be the sort
 * expression and the id. @scopes: of BatonServerScope. */
typedef gboolean (*BatonServerListWrite) (BatonSqlStatement *statement,
                                          BatonJsonWriter *json,
                                          GError **error);
gboolean baton_server_list_run (BatonServerList *list,
                                BatonServerRequest *request,
                                BatonServerReply *reply,
                                GPtrArray *scopes,
                                const char *table,
                                const char *columns,
                                BatonServerListWrite write,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerList, baton_server_list_free)

G_END_DECLS
