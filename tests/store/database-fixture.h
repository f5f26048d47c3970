/* database-fixture.h: short ways to make edits and look at tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../support/baton-test.h"
#include "store/baton-database.h"

G_BEGIN_DECLS

BatonDatabase *store_open (const char *folder);
/* Opens @folder/@name */
BatonDatabase *store_open_named (const char *folder, const char *name);

/* NULL-terminated pairs of field and text; "true" and "false" are booleans, "" is null */
BatonEdit *store_edit (BatonEntity entity, const char *id, const char *first, ...)
    G_GNUC_NULL_TERMINATED;
void store_apply (BatonDatabase *database, BatonEdit *edit, const char *label);
/* Applies the edit that makes a task; its id */
char *store_add (BatonDatabase *database, const char *title, const char *project);
void store_set (BatonDatabase *database, const char *id, const char *field, const char *value);

/* The field's text; "true" and "false" for booleans; NULL: null */
char *store_get (BatonDatabase *database, const char *id, const char *field);
#define store_assert(database, id, field, text)                \
  G_STMT_START                                                 \
  {                                                            \
    g_autofree char *value_ = store_get (database, id, field); \
    g_assert_cmpstr (value_, ==, text);                        \
  }                                                            \
  G_STMT_END

/* Titles of what @query asks for, joined by commas; @query is taken */
char *store_list (BatonDatabase *database, BatonQuery *query);
#define store_assert_list(database, query, text)           \
  G_STMT_START                                             \
  {                                                        \
    g_autofree char *list_ = store_list (database, query); \
    g_assert_cmpstr (list_, ==, text);                     \
  }                                                        \
  G_STMT_END
/* As above, of a filter in words, over all tasks */
char *store_filter (BatonDatabase *database, const char *filter);

G_END_DECLS
