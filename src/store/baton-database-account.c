/* baton-database-account.c: where this device is signed in, and whose the records on it are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in writes the account and a mark in one transaction, and then puts the records into the outbox a chunk at a time, moving the mark: nobody
 * waits for a hundred thousand of them, and a process that is killed is followed by one that goes on from the mark. Until it is through,
 * nothing is sent. A record keeps its id and its clocks, so it is one and the same however often it is sent, and from however many devices.
 * What the account had in sync before it signed out is not sent again: what changed elsewhere meanwhile would look like a conflict, and who may only look
 * would be refused. It is pulled (baton-database-cursor.c). Where it had edits that were not sent, or was edited signed out, its shadow has stayed, and what is
 * newer than that is sent, as made on top of it.
 *
 * The account that the records were in sync with stays their owner when it signs out (baton-database-sign-out.c). Another one does not get them
 * without a word, and what the word is, is done in the transaction that signs in: else a sign-in that comes to nothing would leave them nobody's.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* Some 5 ms */
#define JOIN_CHUNK 250

void
baton_account_free (BatonAccount *account)
{
  g_return_if_fail (account != NULL);

  g_free (account->server);
  g_free (account->email);
  g_free (account->user_id);
  g_free (account->server_id);
  g_free (account);
}

BatonAccount *
baton_database_get_account (BatonDatabase *database, GError **error)
{
  GError *local_error = NULL;
  g_autofree char *server = baton_database_dup_meta (database, BATON_META_SERVER, &local_error);
  BatonAccount *account;

  if (server == NULL)
    {
      if (local_error != NULL)
        g_propagate_error (error, local_error);
      return NULL;
    }
  account = g_new0 (BatonAccount, 1);
  account->server = g_steal_pointer (&server);
  account->email = baton_database_dup_meta (database, BATON_META_EMAIL, NULL);
  account->user_id = baton_database_dup_meta (database, BATON_META_USER_ID, NULL);
  account->server_id = baton_database_dup_meta (database, BATON_META_SERVER_ID, NULL);
  return account;
}

BatonAccount *
baton_database_get_last_account (BatonDatabase *database, gint64 *last_sync, GError **error)
{
  GError *local_error = NULL;
  g_autofree char *owner = baton_database_dup_meta (database, BATON_META_OWNER, &local_error);
  const char *user = owner != NULL ? strrchr (owner, ' ') : NULL;
  BatonAccount *account;

  *last_sync = 0;
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  if (user == NULL)
    return NULL;
  account = g_new0 (BatonAccount, 1);
  account->server = g_strndup (owner, (gsize) (user - owner));
  account->user_id = g_strdup (user + 1);
  account->email = baton_database_dup_meta (database, BATON_META_LAST_EMAIL, NULL);
  *last_sync = baton_database_get_meta_int (database, BATON_META_OWNER_SYNC);
  return account;
}

static char *
dup_owner (const BatonAccount *account)
{
  return g_strconcat (account->server, " ", account->user_id, NULL);
}

/* Whoever was in sync here before is of no account any more where somebody else takes over */
static gboolean
forget_last (BatonDatabase *database, const char *owner, GError **error)
{
  g_autofree char *before = baton_database_dup_meta (database, BATON_META_OWNER, NULL);

  return g_strcmp0 (before, owner) == 0 ||
         (baton_database_set_meta (database, BATON_META_LAST_EMAIL, NULL, error) &&
          baton_database_set_meta (database, BATON_META_OWNER_SYNC, NULL, error));
}

static gboolean
write_account (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  g_autofree char *owner = dup_owner (account);

  return forget_last (database, owner, error) &&
         baton_database_set_meta (database, BATON_META_ENDED, NULL, error) &&
         baton_database_set_meta (database, BATON_META_SERVER, account->server, error) &&
         baton_database_set_meta (database, BATON_META_EMAIL, account->email, error) &&
         baton_database_set_meta (database, BATON_META_USER_ID, account->user_id, error) &&
         baton_database_set_meta (database, BATON_META_OWNER, owner, error);
}

/* --- whose it is --------------------------------------------------------- */

/* By its name for itself, where that is known of both: a server may have many addresses, and an address another server one day */
static gboolean
is_same_server (BatonDatabase *database, const char *owner, const BatonAccount *account)
{
  g_autofree char *server_id = baton_database_dup_meta (database, BATON_META_OWNER_SERVER, NULL);
  const char *user = strrchr (owner, ' ');

  if (server_id != NULL && account->server_id != NULL)
    return g_str_equal (server_id, account->server_id);
  return user != NULL && strlen (account->server) == (gsize) (user - owner) &&
         g_str_has_prefix (owner, account->server);
}

static gboolean
forget_scopes (BatonDatabase *database, GError **error)
{
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("UPDATE \"%s\" SET scope = '' WHERE scope <> ''",
                                               baton_entity_get_name (i));

      if (!baton_database_run (database, text, NULL, NULL, error))
        return FALSE;
    }
  return baton_database_run (database, "DELETE FROM shadow", NULL, NULL, error);
}

static gboolean
take_over (BatonDatabase *database,
           const char *owner,
           const BatonAccount *account,
           const char *const *scopes,
           GError **error)
{
  const char *user = strrchr (owner, ' ');
  g_autofree char *server_id = NULL;

  if (user == NULL || !is_same_server (database, owner, account))
    return forget_scopes (database, error);
  if (g_str_equal (user + 1, account->user_id))
    return TRUE;
  /* Where the server was never heard of, neither is what it has */
  server_id = baton_database_dup_meta (database, BATON_META_OWNER_SERVER, NULL);
  return baton_database_hand_over (database, user + 1, account->user_id, scopes, server_id == NULL,
                                   error);
}

char *
baton_database_dup_other_owner (BatonDatabase *database, const BatonAccount *account)
{
  g_autofree char *owner = baton_database_dup_meta (database, BATON_META_OWNER, NULL);
  g_autofree char *wanted = dup_owner (account);

  if (owner == NULL || g_str_equal (owner, wanted) || baton_database_is_empty (database))
    return NULL;
  return g_steal_pointer (&owner);
}

static gboolean
settle_owner (BatonDatabase *database,
              const BatonAccount *account,
              BatonSignIn how,
              const char *const *scopes,
              GError **error)
{
  g_autofree char *owner = baton_database_dup_other_owner (database, account);

  /* Whoever says so means all that is here, whosesoever it is */
  if (how == BATON_SIGN_IN_DELETE)
    return baton_database_delete_all (database, error);
  if (owner == NULL)
    return TRUE;
  if (how == BATON_SIGN_IN_ADD)
    return take_over (database, owner, account, scopes, error);
  g_set_error_literal (
      error, BATON_STORE_ERROR, BATON_STORE_ERROR_OTHER_ACCOUNT,
      _ ("What is on this device belongs to another account. It is as it was, and nothing was sent. Say whether it is to be added to "
         "the account that signs in, or to leave this device."));
  return FALSE;
}

/* --- signing in ---------------------------------------------------------- */

static gboolean
set_mark (BatonDatabase *database, guint entity, const char *id, GError **error)
{
  g_autofree char *mark = entity < BATON_N_ENTITIES ? g_strdup_printf ("%u %s", entity, id) : NULL;

  return baton_database_set_meta (database, BATON_META_JOINING, mark, error);
}

#define KNOWN "scope NOT IN ('', '" BATON_SCOPE_SENT "')"

static gboolean
is_known (const char *scope)
{
  return *scope != '\0' && !g_str_equal (scope, BATON_SCOPE_SENT);
}

/* The row that @statement stands on */
static gboolean
enqueue_one (BatonDatabase *database,
             BatonSqlStatement *statement,
             BatonEntity entity,
             GError **error)
{
  gboolean known = is_known (
      baton_sql_get_text (statement, baton_record_table_get_n_columns (entity)));
  g_autoptr (BatonRecord) record = NULL;

  if (known && !baton_database_has_shadow (database, entity, baton_sql_get_text (statement, 0)))
    return TRUE;
  record = baton_record_table_read (statement, 0, entity, error);
  if (record == NULL)
    return FALSE;
  if (known)
    return baton_database_enqueue_newer (database, record, error);
  return baton_database_drop_parts (database, record, error) &&
         baton_database_enqueue_record (database, record, error);
}

/* In the order of their making, so that most parents come before what hangs on them. *@last: the last id that was looked at */
static gboolean
enqueue_some (BatonDatabase *database,
              BatonEntity entity,
              const char *after,
              guint *room,
              char **last,
              GError **error)
{
  g_autofree char *columns = baton_record_table_dup_columns (entity, NULL);
  g_autofree char *text = g_strdup_printf (
      "SELECT %s, scope FROM \"%s\" WHERE id > ?1 ORDER BY id LIMIT ?2", columns,
      baton_entity_get_name (entity));
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, after, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_int (statement, 2, *room);
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    {
      g_set_str (last, baton_sql_get_text (statement, 0));
      *room -= 1;
      if (!enqueue_one (database, statement, entity, error))
        return FALSE;
    }
  return step == BATON_SQL_DONE;
}

/* What the account's server has of what is known is for the server to say, as where a device has lost its place: the pull finds what is newer here, and
 * nothing else is sent. What may have been sent once counts as sent (baton_database_drop_sent()). */
static gboolean
look_again (BatonDatabase *database,
            BatonEntity entity,
            const char *after,
            const char *last,
            GError **error)
{
  static const char *const commands[] = {
    "UPDATE outbox SET handed = 1 WHERE entity = '%s' AND record IN (SELECT id FROM \"%s\" "
    "WHERE id > ?1 AND id <= ?2 AND scope = '" BATON_SCOPE_SENT "')",
    "INSERT OR IGNORE INTO cursor (scope, pull) SELECT DISTINCT scope, 'forked' FROM \"%s\" "
    "WHERE id > ?1 AND id <= ?2 AND " KNOWN,
    "UPDATE \"%s\" SET seen = NOT (" KNOWN "), scope = iif (" KNOWN ", scope, '') "
    "WHERE id > ?1 AND id <= ?2 AND (scope <> '' OR seen = 0)",
  };
  const char *name = baton_entity_get_name (entity);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) parts = g_strsplit (commands[i], "%s", -1);
      g_autofree char *text = g_strjoinv (name, parts);

      if (!baton_database_run (database, text, after, last, error))
        return FALSE;
    }
  return TRUE;
}

/* Goes on to the next entity where there is no more of this one */
static gboolean
join_some (BatonDatabase *database, guint *entity, char **after, guint *room, GError **error)
{
  g_autofree char *last = NULL;

  if (!enqueue_some (database, *entity, *after, room, &last, error) ||
      (last != NULL && !look_again (database, *entity, *after, last, error)))
    return FALSE;
  if (last != NULL)
    g_set_str (after, last);
  if (*room > 0)
    {
      g_set_str (after, "");
      *entity += 1;
    }
  return TRUE;
}

/* A chunk, from the mark on; in the caller's transaction */
static gboolean
join_chunk (BatonDatabase *database, const char *mark, GError **error)
{
  char *rest = NULL;
  guint entity = (guint) g_ascii_strtoull (mark, &rest, 10);
  g_autofree char *after = g_strdup (*rest == ' ' ? rest + 1 : rest);
  guint room = JOIN_CHUNK;

  while (entity < BATON_N_ENTITIES && room > 0)
    {
      if (!join_some (database, &entity, &after, &room, error))
        return FALSE;
    }
  return set_mark (database, entity, after, error);
}

static gboolean
join_next (BatonDatabase *database, gboolean *done, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autoptr (GError) failure = NULL;
  g_autofree char *mark = NULL;

  if (transaction == NULL)
    return FALSE;
  mark = baton_database_dup_meta (database, BATON_META_JOINING, &failure);
  *done = mark == NULL;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (mark == NULL)
    return TRUE;
  return mark != NULL && join_chunk (database, mark, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

gboolean
baton_database_join (BatonDatabase *database, GError **error)
{
  gint64 joining;
  gboolean done;

  g_return_val_if_fail (database != NULL, FALSE);

  if (!baton_database_end_leaving (database, error) ||
      !baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", BATON_META_JOINING,
                                 NULL, &joining, error))
    return FALSE;
  for (done = joining == 0; !done;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!join_next (database, &done, error) ||
          (!done && !baton_database_pause (database, since, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sign_in (BatonDatabase *database,
         const BatonAccount *account,
         BatonSignIn how,
         const char *const *scopes,
         GError **error)
{
  return baton_database_clear_account (database, error) &&
         baton_database_drop_sent (database, G_MAXINT64, NULL, error) &&
         settle_owner (database, account, how, scopes, error) &&
         write_account (database, account, error) &&
         baton_database_set_meta (database, BATON_META_SERVER_ID, account->server_id, error) &&
         baton_database_set_meta (database, BATON_META_OWNER_SERVER, account->server_id, error) &&
         join_chunk (database, "0 ", error);
}

static gboolean
go_on (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  return write_account (database, account, error) &&
         (account->server_id == NULL ||
          (baton_database_set_meta (database, BATON_META_SERVER_ID, account->server_id, error) &&
           baton_database_set_meta (database, BATON_META_OWNER_SERVER, account->server_id, error)));
}

gboolean
baton_database_sign_in (BatonDatabase *database,
                        const BatonAccount *account,
                        BatonSignIn how,
                        const char *const *scopes,
                        GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  g_autoptr (BatonAccount) before = NULL;
  GError *local_error = NULL;
  gboolean same;

  g_return_val_if_fail (database != NULL && account != NULL, FALSE);

  if (!baton_database_end_leaving (database, error))
    return FALSE;
  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL)
    return FALSE;
  before = baton_database_get_account (database, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  same = before != NULL && g_strcmp0 (before->server, account->server) == 0 &&
         g_strcmp0 (before->user_id, account->user_id) == 0;
  return (same ? go_on (database, account, error)
               : sign_in (database, account, how, scopes, error)) &&
         baton_sql_commit (g_steal_pointer (&transaction), error) &&
         baton_database_join (database, error);
}

gboolean
baton_database_set_account (BatonDatabase *database, const BatonAccount *account, GError **error)
{
  g_return_val_if_fail (database != NULL, FALSE);

  return account != NULL
             ? baton_database_sign_in (database, account, BATON_SIGN_IN_ASK, NULL, error)
             : baton_database_sign_out (database, BATON_SIGN_OUT_KEEP, error);
}
