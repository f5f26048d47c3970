/* baton-database-answer.c: what a held sync would remove becomes a question, and the person's word an answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It may be all that is here. That it is asked, and that it is answered, is one mark each; then the rows become what the mark says, a slice at a time. Who is killed
 * meanwhile is followed by whoever opens the database next, or begins a round. There is only one of the two marks at a time: what is being asked is asked whole before a word on it is
 * heard, and nothing is added to what a word is about.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

static gboolean
has_mark (BatonDatabase *database, const char *name, gboolean *has, GError **error)
{
  gint64 found;

  if (!baton_database_query_int (database, "SELECT 1 FROM meta WHERE name = ?", name, NULL, &found,
                                 error))
    return FALSE;
  *has = found != 0;
  return TRUE;
}

/* --- from one state to the next ---------------------------------------------- */

/* Up to which record the next rows reach that are still @from; *@last: there are no more than these */
static char *
find_until (BatonDatabase *database,
            const char *from,
            const char *after,
            gboolean *last,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database,
      "SELECT max (record), count (*) FROM (SELECT record FROM gone WHERE record >= ?1 AND "
      "state = ?2 ORDER BY record LIMIT ?3)",
      after, from, error);
  const char *until;

  if (statement == NULL)
    return NULL;
  baton_sql_bind_int (statement, 3, BATON_DATABASE_ROWS (database));
  if (baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  *last = baton_sql_get_int (statement, 1) < BATON_DATABASE_ROWS (database);
  until = baton_sql_get_text (statement, 0);
  return g_strdup (until != NULL ? until : after);
}

static gboolean
turn_until (BatonDatabase *database,
            const char *from,
            const char *to,
            const char *after,
            const char *until,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
      database, "UPDATE gone SET state = ?3 WHERE record >= ?1 AND record <= ?2 AND state = ?4",
      after, until, error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 3, to);
  baton_sql_bind_text (statement, 4, from);
  return baton_sql_run (statement, error);
}

/* A slice of what is @from, from *@after on; the mark @name says what it becomes. *@done: there is no mark any more. */
static gboolean
turn_some (BatonDatabase *database,
           const char *name,
           const char *from,
           char **after,
           gboolean *done,
           GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  g_autofree char *to = NULL;
  g_autofree char *until = NULL;

  if (transaction == NULL)
    return FALSE;
  to = baton_database_dup_meta (database, name, NULL);
  *done = to == NULL;
  if (*done)
    return TRUE;
  until = find_until (database, from, *after, done, error);
  if (until == NULL || !turn_until (database, from, to, *after, until, error) ||
      (*done && !baton_database_set_meta (database, name, NULL, error)))
    return FALSE;
  g_set_str (after, until);
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

static gboolean
turn_all (BatonDatabase *database, const char *name, const char *from, GError **error)
{
  g_autofree char *after = g_strdup ("");
  gboolean marked, done;

  if (!has_mark (database, name, &marked, error))
    return FALSE;
  for (done = !marked; !done;)
    {
      gint64 since = g_get_monotonic_time ();

      if (!turn_some (database, name, from, &after, &done, error) ||
          (!done && !baton_database_pause (database, since, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
baton_database_drop_gone (BatonDatabase *database, const char *state, GError **error)
{
  gint64 more = BATON_DATABASE_ROWS (database);

  while (more >= BATON_DATABASE_ROWS (database))
    {
      gint64 since = g_get_monotonic_time ();
      g_autoptr (BatonSqlStatement) statement = baton_database_prepare (
          database,
          "DELETE FROM gone WHERE (record, entity) IN "
          "(SELECT record, entity FROM gone WHERE state = ?1 LIMIT ?2)",
          state, NULL, error);

      if (statement == NULL)
        return FALSE;
      baton_sql_bind_int (statement, 2, BATON_DATABASE_ROWS (database));
      if (!baton_sql_run (statement, error) ||
          !baton_database_query_int (database, "SELECT changes ()", NULL, NULL, &more, error) ||
          (more >= BATON_DATABASE_ROWS (database) &&
           !baton_database_pause (database, since, error)))
        return FALSE;
    }
  return TRUE;
}

/* A yes starts the day anew. Who says no wants to be asked again: the count of the day goes on. */
gboolean
baton_database_end_answer (BatonDatabase *database, GError **error)
{
  g_autofree char *answer = baton_database_dup_meta (database, BATON_META_ANSWER, NULL);

  return (g_strcmp0 (answer, "allowed") != 0 ||
          baton_database_drop_gone (database, "gone", error)) &&
         turn_all (database, BATON_META_ANSWER, "asked", error) &&
         turn_all (database, BATON_META_ASKING, "weighed", error);
}

/* --- the question --------------------------------------------------------------- */

gboolean
baton_database_begin_asking (BatonDatabase *database,
                             gboolean asks,
                             gint64 answered,
                             gboolean *again,
                             GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  gboolean answering;
  gint64 now;

  if (transaction == NULL || !has_mark (database, BATON_META_ANSWER, &answering, error) ||
      !baton_database_query_int (database,
                                 "SELECT count (*) FROM gone WHERE state IN ('allowed', 'kept')",
                                 NULL, NULL, &now, error))
    return FALSE;
  *again = answering || now != answered;
  if (*again || !asks)
    return TRUE;
  return baton_database_set_meta (database, BATON_META_ASKING, "asked", error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* --- the person's word ------------------------------------------------------------ */

static gboolean
check_asked (BatonDatabase *database, const char *mark, GError **error)
{
  g_autofree char *asked = mark != NULL ? baton_database_dup_removal_mark (database, error) : NULL;

  if (mark != NULL && asked == NULL)
    return FALSE;
  if (g_strcmp0 (asked, mark) == 0)
    return TRUE;
  g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED,
                       _ ("What the sync would remove is not what was shown any more. Nothing "
                          "was removed."));
  return FALSE;
}

static gboolean
check_keeping (BatonDatabase *database, GError **error)
{
  BatonRemoval removal;

  if (!baton_database_count_removal (database, &removal, error))
    return FALSE;
  if (baton_removal_can_be_kept (&removal))
    return TRUE;
  g_set_error_literal (error, BATON_STORE_ERROR, BATON_STORE_ERROR_FAILED,
                       _ ("Nothing of this can be kept: it is no longer shared with you."));
  return FALSE;
}

/* *@said: FALSE where something is being asked, or another word heard, just now */
static gboolean
say (BatonDatabase *database, const char *mark, const char *word, gboolean *said, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (database->sql, error);
  gboolean asking, answering;

  if (transaction == NULL || !has_mark (database, BATON_META_ASKING, &asking, error) ||
      !has_mark (database, BATON_META_ANSWER, &answering, error))
    return FALSE;
  *said = !asking && !answering;
  if (!*said)
    return TRUE;
  return check_asked (database, mark, error) &&
         (!g_str_equal (word, "kept") || check_keeping (database, error)) &&
         baton_database_set_meta (database, BATON_META_ANSWER, word, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

/* @mark: what was shown; NULL: whatever is asked */
static gboolean
answer (BatonDatabase *database, const char *mark, const char *word, GError **error)
{
  gboolean said = FALSE;

  while (!said)
    {
      if (!baton_database_end_answer (database, error) || !say (database, mark, word, &said, error))
        return FALSE;
    }
  return baton_database_end_answer (database, error);
}

gboolean
baton_database_allow_removal (BatonDatabase *database, GError **error)
{
  return answer (database, NULL, "allowed", error);
}

gboolean
baton_database_allow_removal_of (BatonDatabase *database, const char *mark, GError **error)
{
  return answer (database, mark, "allowed", error);
}

gboolean
baton_database_keep_removal_of (BatonDatabase *database, const char *mark, GError **error)
{
  return answer (database, mark, "kept", error);
}
