/* baton-fake-server-private.h: what a server in memory is made of
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/store/baton-change.h"
#include "baton-fake-server.h"

G_BEGIN_DECLS

/* One number of a scope: a record, or that it left. Superseded ones have no record any more, and keep their tag. */
typedef struct
{
  char *tag;
  char *key; /* "task/ID"; NULL: superseded */
  gboolean left;
} BatonFakeEntry;

typedef struct
{
  GPtrArray *entries; /* of BatonFakeEntry; the n-th has seq n + 1 */
  GHashTable *latest; /* key → seq */
  guint purged;       /* places before this seq are not served */
} BatonFakeScope;

struct _BatonFakeServer
{
  GMutex mutex;
  GRand *random;
  char *id;
  char *user_scope;
  char *refused_title;
  gint64 now;
  BatonHlc hlc;
  GHashTable *records;       /* key → BatonRecord */
  GHashTable *homes;         /* key → scope name */
  GHashTable *scopes;        /* name → BatonFakeScope */
  GHashTable *answers;       /* edit id → BatonResult */
  GPtrArray *told;           /* texts */
  GHashTable *backup_scopes; /* all four: nullable */
  GHashTable *backup_records;
  GHashTable *backup_homes;
  GHashTable *backup_answers;
};

BatonFakeScope *baton_fake_scope_new (void);
void baton_fake_scope_free (BatonFakeScope *scope);
BatonFakeScope *baton_fake_server_get_scope (BatonFakeServer *server, const char *name);
void baton_fake_server_drop_backup (BatonFakeServer *server);

G_END_DECLS
