/* baton-sync-run.c: one round after another until device and server are alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A round sends the oldest edits and the cursor, and takes the answer: results first, since they say which clocks the server took, then changes.
 * What holds, and why a round can be cut off anywhere:
 *
 * - An edit leaves the outbox by its result alone. Where the answer is lost, the same edit is sent again, and the server knows it by its id.
 * - An answer is looked at whole before any of it is taken (baton-exchange.c).
 * - The device keeps where the server said that it stands (`head`), before it takes an edit's result for good, until it has come there itself: a server that is
 *   set back after that, to a place that the device had not passed yet, is found out by it, and what it lost is sent again.
 * - A round, from reading the cursor to taking the answer, is one process's (baton-sync-lock.c), and so are rounds that look ahead. Should the database
 *   have forgotten a place meanwhile all the same, the answer is of a pull that is no more, and not taken.
 * - The database keeps the cursor in the transaction of the changes that it stands for, so that an interrupted first sync goes on from there.
 * - Another server under the same address gets nothing taken from it: places, and what "in sync" means, are its own.
 * - An answer that would remove much is not taken (baton-database-brake.c). Where it is only a part, what comes next may show that it is a move:
 *   the rounds go on without sending or taking anything (`ahead`), until all that hangs together is taken at once or the sync is held. The
 *   edits of a round that is held stay in the outbox, though the server may have them: sent again, it knows them. While a sync is held a round sends
 *   nothing and only looks whether the answer is the same as before. So whatever is wrong out there, what was typed here stays in the outbox.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-config.h"
#include "baton-engine.h"
#include "baton-exchange.h"
#include "baton-sync-lock.h"

#include <glib/gi18n-lib.h>

/* Of the 1 MiB, what surrounds the edits */
#define ENVELOPE_BYTES (64 * 1024)
/* A server that keeps saying that it cannot serve what it has just given */
#define MAX_EXPIRED 3

typedef struct
{
  BatonDatabase *database;
  BatonRemote *remote;
  GCancellable *cancellable;
  BatonLock *turn; /* nullable: between two rounds */
  char *user;      /* who is signed in here, from the first round on */
  char *server;
  GPtrArray *edits; /* of this round */
  GPtrArray *ahead; /* of BatonExchange: answers that belong together, none of them taken */
  char *cursor;     /* of this round */
  char *head;       /* likewise; nullable */
  gint64 pulls;     /* likewise: those that the database had begun */
  char *last_edit;  /* the first one of the round before */
  guint n_same;     /* rounds that began with it again */
  char *server_id;  /* nullable: not known yet */
  gboolean more;
  guint expired;
} BatonRound;

static void
clear_round (BatonRound *round)
{
  g_clear_pointer (&round->turn, baton_lock_release);
  g_clear_pointer (&round->user, g_free);
  g_clear_pointer (&round->server, g_free);
  g_clear_pointer (&round->edits, g_ptr_array_unref);
  g_clear_pointer (&round->ahead, g_ptr_array_unref);
  g_clear_pointer (&round->cursor, g_free);
  g_clear_pointer (&round->head, g_free);
  g_clear_pointer (&round->last_edit, g_free);
  g_clear_pointer (&round->server_id, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonRound, clear_round)

static gboolean
fail (GError **error, BatonSyncError code, const char *message)
{
  g_set_error_literal (error, BATON_SYNC_ERROR, code, message);
  return FALSE;
}

/* Another process may have signed in or out between two rounds. */
static gboolean
check_account (BatonRound *round, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BatonAccount) account = baton_database_get_account (round->database, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (account == NULL || (round->user != NULL && (g_strcmp0 (round->user, account->user_id) != 0 ||
                                                  g_strcmp0 (round->server, account->server) != 0)))
    return fail (error, BATON_SYNC_ERROR_SIGNED_OUT, _ ("You are not signed in to a server."));
  g_set_str (&round->user, account->user_id);
  g_set_str (&round->server, account->server);
  g_set_str (&round->server_id, account->server_id);
  return TRUE;
}

static gboolean
take_turn (BatonRound *round, GError **error)
{
  if (round->turn != NULL)
    return TRUE;
  round->turn = baton_sync_lock_take (round->database, BATON_SYNC_LOCK_WAIT_MS, round->cancellable,
                                      error);
  /* What another process was cut off in taking off is gone before the cursor is read: it may be shared again by now. */
  return round->turn != NULL && check_account (round, error) &&
         baton_database_end_leaving (round->database, error);
}

/* What was looked at ahead stands on where the database is. */
static void
leave_turn (BatonRound *round)
{
  if (round->ahead->len == 0)
    g_clear_pointer (&round->turn, baton_lock_release);
}

/* Looking ahead, nothing is sent: what was sent is not taken yet. */
static gboolean
read_outbox (BatonRound *round, GError **error)
{
  g_clear_pointer (&round->edits, g_ptr_array_unref);
  if (round->ahead->len > 0)
    {
      round->edits = g_ptr_array_new ();
      return TRUE;
    }
  round->edits = baton_database_get_outbox (round->database, BATON_EXCHANGE_MAX_EDITS,
                                            BATON_EXCHANGE_MAX_BYTES - ENVELOPE_BYTES, error);
  return round->edits != NULL;
}

static gboolean
read_cursor (BatonRound *round, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (round->ahead->len > 0)
    return TRUE;
  g_clear_pointer (&round->cursor, g_free);
  g_clear_pointer (&round->head, g_free);
  round->pulls = baton_database_count_pulls (round->database);
  round->cursor = baton_database_get_cursor (round->database, error);
  if (round->cursor == NULL)
    return FALSE;
  round->head = baton_database_get_head (round->database, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
remember_server (BatonRound *round, const BatonExchange *exchange, GError **error)
{
  g_autoptr (BatonAccount) account = NULL;
  g_autoptr (GError) local = NULL;

  if (round->server_id != NULL && g_str_equal (round->server_id, exchange->server_id))
    return TRUE;
  if (round->server_id != NULL)
    return fail (
        error, BATON_SYNC_ERROR_OTHER_SERVER,
        _ ("Another server answers under this address than the one that this device was in sync with. Nothing was taken from it. If the server was set up anew, sign out and in again: what is on this device is sent to it then."));
  account = baton_database_get_account (round->database, &local);
  if (account == NULL && local == NULL)
    return fail (error, BATON_SYNC_ERROR_SIGNED_OUT, _ ("You are not signed in to a server."));
  if (account == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_set_str (&account->server_id, exchange->server_id);
  g_set_str (&round->server_id, exchange->server_id);
  return baton_database_set_account (round->database, account, error);
}

/* Nothing of what was looked at is taken, and what was sent may come again. */
static gboolean
begin_again (BatonRound *round, GError **error)
{
  if (++round->expired > MAX_EXPIRED)
    return fail (
        error, BATON_SYNC_ERROR_PROTOCOL,
        _ ("The server cannot say what has changed. Nothing on this device was lost; Baton tries again later."));
  g_ptr_array_set_size (round->ahead, 0);
  g_clear_pointer (&round->last_edit, g_free);
  round->more = TRUE;
  return TRUE;
}

/* The places that the server cannot serve are forgotten; the next round pulls these scopes from the start */
static gboolean
take_expired (BatonRound *round, const BatonExchange *exchange, GError **error)
{
  GHashTableIter iter;
  const char *scope;
  const char *reason;

  if (!begin_again (round, error))
    return FALSE;
  g_hash_table_iter_init (&iter, exchange->expired);
  while (g_hash_table_iter_next (&iter, (gpointer *) &scope, (gpointer *) &reason))
    {
      if (!baton_database_forget_place (round->database, scope, g_str_equal (reason, "forked"),
                                        error))
        return FALSE;
    }
  return TRUE;
}

/* Rounds that bring nothing further would never end */
static gboolean
check_progress (BatonRound *round, const BatonExchange *exchange, GError **error)
{
  const char *first = round->edits->len > 0
                          ? baton_edit_get_id (g_ptr_array_index (round->edits, 0))
                          : NULL;

  /* Once it may: what was refused waits again where the record comes back with the answer. */
  round->n_same = g_strcmp0 (first, round->last_edit) == 0 ? round->n_same + 1 : 0;
  if (first != NULL && round->n_same > 1)
    return fail (error, BATON_SYNC_ERROR_PROTOCOL,
                 _ ("An edit was answered and waits all the same."));
  if (exchange->more && exchange->changes->len == 0 && round->edits->len == 0)
    return fail (error, BATON_SYNC_ERROR_PROTOCOL,
                 _ ("The server says that there is more, and gives nothing."));
  g_set_str (&round->last_edit, first);
  return TRUE;
}

/* --- taking ---------------------------------------------------------------- */

static GPtrArray *
collect_changes (const BatonRound *round)
{
  GPtrArray *changes = g_ptr_array_new ();

  for (guint i = 0; i < round->ahead->len; i++)
    {
      const BatonExchange *exchange = g_ptr_array_index (round->ahead, i);

      g_ptr_array_extend (changes, exchange->changes, NULL, NULL);
    }
  return changes;
}

static gboolean
take_ahead (BatonRound *round, GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < round->ahead->len; i++)
    {
      const BatonExchange *exchange = g_ptr_array_index (round->ahead, i);
      const char *head = exchange->head;

      if (head == NULL && exchange->results->len > 0)
        head = exchange->cursor;
      if (head != NULL && !baton_database_set_head (round->database, head, error))
        return FALSE;
      if (exchange->results->len > 0 &&
          !baton_database_take_results (round->database, exchange->results, exchange->server_ms,
                                        error))
        return FALSE;
    }
  if (changes->len > 0 && !baton_database_take_changes (round->database, changes, error))
    return FALSE;
  for (guint i = 0; i < round->ahead->len; i++)
    {
      const BatonExchange *exchange = g_ptr_array_index (round->ahead, i);

      if (!baton_database_set_cursor (round->database, exchange->cursor, error))
        return FALSE;
    }
  g_ptr_array_set_size (round->ahead, 0);
  return TRUE;
}

/* All that the server had is here. */
static gboolean
end_taking (BatonRound *round, GError **error)
{
  return baton_database_end_pull (round->database, error) &&
         baton_database_restore_kept (round->database, error);
}

static gboolean
hold (GError **error, const char *message)
{
  g_set_error (
      error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_BRAKE,
      _ ("%s So it has stopped: all of it is still here, and nothing is sent until you decide."),
      message);
  return FALSE;
}

/* @last: the answer that was just put into `ahead` */
static gboolean
weigh_and_take (BatonRound *round, const BatonExchange *last, GError **error)
{
  g_autoptr (GPtrArray) changes = collect_changes (round);
  g_autoptr (GError) local = NULL;
  g_autofree char *cursor = NULL;

  round->more = last->more;
  if (baton_database_weigh (round->database, changes, last->more, &local))
    return take_ahead (round, changes, error) && (round->more || end_taking (round, error));
  if (!g_error_matches (local, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!last->more)
    return hold (error, local->message);
  cursor = baton_exchange_move_cursor (last, round->cursor);
  g_free (round->cursor);
  round->cursor = g_steal_pointer (&cursor);
  return round->cursor != NULL || fail (error, BATON_SYNC_ERROR_PROTOCOL, local->message);
}

/* Takes @exchange */
static gboolean
take_answer (BatonRound *round, BatonExchange *exchange, GError **error)
{
  g_ptr_array_add (round->ahead, exchange);
  return baton_exchange_check (exchange, round->edits, error) &&
         remember_server (round, exchange, error) && check_progress (round, exchange, error) &&
         weigh_and_take (round, exchange, error);
}

static gboolean
exchange_once (BatonRound *round, BatonSyncProgress progress, gpointer data, GError **error)
{
  g_autoptr (BatonExchange) exchange = NULL;
  g_autoptr (GError) local = NULL;
  guint limit = round->more || g_str_equal (round->cursor, "{}") ? BATON_EXCHANGE_MAX_CHANGES
                                                                 : BATON_EXCHANGE_MAX_EDITS;
  guint received;
  gboolean answered;

  answered = baton_remote_exchange (round->remote, baton_database_get_device_id (round->database),
                                    round->cursor, round->head, round->edits, limit, &exchange,
                                    round->cancellable, &local);
  if (!answered &&
      (!g_error_matches (local, BATON_SYNC_ERROR, BATON_SYNC_ERROR_EXPIRED) || exchange == NULL))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (baton_database_count_pulls (round->database) != round->pulls)
    return begin_again (round, error);
  if (!answered)
    return take_expired (round, exchange, error);
  received = exchange->changes->len;
  if (!take_answer (round, g_steal_pointer (&exchange), error))
    return FALSE;
  /* Nobody is told under the lock. */
  leave_turn (round);
  if (progress != NULL)
    progress (round->edits->len, received, round->more, data);
  return TRUE;
}

/* What a person may be told long after, by another process */
static gboolean
end_run (BatonRound *round, const GError *failure)
{
  if (failure != NULL && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    baton_database_set_trouble (round->database, failure->message, NULL);
  return failure == NULL;
}

static gboolean
run_rounds (BatonRound *round, BatonSyncProgress progress, gpointer data, GError **error)
{
  if (!take_turn (round, error) || !baton_database_join (round->database, error) ||
      !read_outbox (round, error))
    return FALSE;
  do
    {
      if (g_cancellable_set_error_if_cancelled (round->cancellable, error) ||
          !read_cursor (round, error) || !exchange_once (round, progress, data, error))
        return FALSE;
      leave_turn (round);
      if (!take_turn (round, error) || !read_outbox (round, error))
        return FALSE;
    }
  while (round->more || round->edits->len > 0);
  return baton_database_set_last_sync (round->database, baton_database_get_now (round->database),
                                       error);
}

gboolean
baton_sync_run (BatonDatabase *database,
                BatonRemote *remote,
                BatonSyncProgress progress,
                gpointer data,
                GCancellable *cancellable,
                GError **error)
{
  g_auto (BatonRound) round = {
    .database = database,
    .remote = remote,
    .cancellable = cancellable,
    .ahead = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_exchange_free),
  };
  g_autoptr (GError) failure = NULL;

  g_return_val_if_fail (database != NULL && BATON_IS_REMOTE (remote), FALSE);

  baton_database_set_cancellable (database, cancellable);
  run_rounds (&round, progress, data, &failure);
  baton_database_set_cancellable (database, NULL);
  if (end_run (&round, failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
baton_sync_take_told (BatonDatabase *database,
                      const char *text,
                      gssize length,
                      gboolean *changed,
                      GError **error)
{
  g_autoptr (GPtrArray) told = baton_exchange_read_live (text, length, NULL);
  g_autoptr (GPtrArray) next = g_ptr_array_new ();
  g_autofree char *cursor = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (BatonLock) turn = NULL;

  *changed = FALSE;
  if (told == NULL)
    return FALSE;
  /* A sync waits for whoever has it */
  turn = baton_sync_lock_take (database, 0, NULL, NULL);
  if (turn == NULL)
    return FALSE;
  cursor = baton_database_get_cursor (database, error);
  if (cursor == NULL || !baton_exchange_sort_told (cursor, told, next))
    return FALSE;
  *changed = next->len > 0;
  if (next->len == 0)
    return TRUE;
  /* Whether it is too much is for a whole sync to say. */
  if (!baton_database_weigh (database, next, TRUE, &local) &&
      g_error_matches (local, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE))
    return FALSE;
  if (local == NULL)
    return baton_database_take_changes (database, next, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
