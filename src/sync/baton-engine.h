/* baton-engine.h: keeps a device and its server alike, on a thread of its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../store/baton-database.h"
#include "baton-remote.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_ENGINE_SIGNED_OUT,
  BATON_ENGINE_SYNCED,
  BATON_ENGINE_SYNCING,
  BATON_ENGINE_OFFLINE,
  BATON_ENGINE_TROUBLE, /* `message` says what, and what can be done */
  BATON_ENGINE_STOPPED, /* by the person, before all was here */
} BatonEngineState;

/* One round after another until nothing is left to send or receive. Blocking; any thread that owns @database. The engine's
 * thread, `baton sync` and simulations run this same function. @progress (nullable) is told after each round. */
typedef void (*BatonSyncProgress) (guint sent, guint received, gboolean more, gpointer data);
gboolean baton_sync_run (BatonDatabase *database,
                         BatonRemote *remote,
                         BatonSyncProgress progress,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error);

/* What the live socket told: @text is one message of it. Where it follows on what @database has, it is taken (*@changed: something was new), else nothing
 * is, and FALSE says that a round is needed. Where the database failed, @error too. */
gboolean baton_sync_take_told (BatonDatabase *database,
                               const char *text,
                               gssize length,
                               gboolean *changed,
                               GError **error);

#define BATON_TYPE_ENGINE_STATE (baton_engine_state_get_type ())
GType baton_engine_state_get_type (void);

#define BATON_TYPE_ENGINE (baton_engine_get_type ())
G_DECLARE_FINAL_TYPE (BatonEngine, baton_engine, BATON, ENGINE, GObject)

/* Properties (notified on the main context of the thread that made it): `state` (BatonEngineState), `message` (nullable), `waiting` (uint: edits not
 * sent), `refused` (uint), `conflicts` (uint: not settled), `removal` (uint: records that a sync would remove, which is held; 0: none is), `last-sync` (int64 Unix ms), `received` (uint: of a long first sync), `email`, `server` (nullable).
 * Signed out with an `email` and a `message`: the server or the keyring ended it, and the same person can sign in again and go on.
 * Synced with a `message`: all is well, but there is no keyring, and the sign-in ends with the process.
 * Signals: `committed`: the engine has changed the database (connect to baton_store_refresh()). */

BatonEngine *baton_engine_new (const char *folder);
/* Starts the thread; it signs itself in from the account in the database and the keyring */
void baton_engine_start (BatonEngine *self);
/* Ends the thread; blocks until what is under way has ended: a request is cancelled, but a keyring that does not answer is waited for */
void baton_engine_stop (BatonEngine *self);
/* As much, for a process that ends: FALSE where the thread has not ended within @ms. It is left as it is then, with the engine, and the process should end
 * without undoing what the thread may be using, as a kill would end it: _exit(). */
gboolean baton_engine_stop_within (BatonEngine *self, guint ms);
/* Something is to be sent: now, or, after a failure, at the next try. With nothing to send it costs one small query. Any thread. */
void baton_engine_poke (BatonEngine *self);
/* The person asks: try now, whatever the wait; after baton_database_allow_removal() too. Any thread. */
void baton_engine_sync (BatonEngine *self);
/* The first sync ends where it is; baton_engine_sync(), signing in, and the next start go on from there. Nothing where it is over: what follows is short, and
 * what the person then changed is to be sent. Any thread. */
void baton_engine_interrupt (BatonEngine *self);

/* Signing in. BATON_STORE_ERROR_OTHER_ACCOUNT: ask the person, and sign in again with what they say as @how. @name: "First Last", registers a new account; NULL: logs in. @server as it was typed. */
void baton_engine_sign_in_async (BatonEngine *self,
                                 const char *server,
                                 const char *email,
                                 const char *password,
                                 const char *name,
                                 BatonSignIn how,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
gboolean baton_engine_sign_in_finish (BatonEngine *self, GAsyncResult *result, GError **error);
/* BATON_STORE_ERROR_UNSYNCED: still signed in, see BatonSignOut */
void baton_engine_sign_out_async (BatonEngine *self,
                                  BatonSignOut how,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean baton_engine_sign_out_finish (BatonEngine *self, GAsyncResult *result, GError **error);
BatonEngineState baton_engine_get_state (BatonEngine *self);
const char *baton_engine_get_message (BatonEngine *self);
guint baton_engine_get_waiting (BatonEngine *self);

G_END_DECLS
