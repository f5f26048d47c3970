/* baton-database-status.c: how sync stands, for whoever shows it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

gboolean
baton_database_get_sync_status (BatonDatabase *database, BatonSyncStatus *status, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      database->sql,
      "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting'), "
      "(SELECT count(*) FROM outbox WHERE state = 'refused'), "
      "coalesce ((SELECT min (made) FROM outbox WHERE state = 'waiting'), 0), "
      "(SELECT count(*) FROM history WHERE conflict = 1), "
      "(SELECT count(*) FROM gone WHERE state = 'asked')",
      error);

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return FALSE;
  *status = (BatonSyncStatus) {
    .waiting = (guint) baton_sql_get_int (statement, 0),
    .refused = (guint) baton_sql_get_int (statement, 1),
    .waiting_since = baton_sql_get_int (statement, 2),
    .conflicts = (guint) baton_sql_get_int (statement, 3),
    .removal = (guint) baton_sql_get_int (statement, 4),
  };
  status->held = status->removal > 0;
  status->last_sync = baton_database_get_meta_int (database, BATON_META_LAST_SYNC);
  status->last_alarm = baton_database_get_meta_int (database, BATON_META_ALARMED);
  return TRUE;
}

static gboolean
set_time (BatonDatabase *database, const char *name, gint64 unix_ms, GError **error)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, unix_ms);
  return baton_database_set_meta (database, name, text, error);
}

/* What was allowed to go has gone, and the trouble is over. */
gboolean
baton_database_set_last_sync (BatonDatabase *database, gint64 unix_ms, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = NULL;

  if (!baton_database_drop_gone (database, "allowed", error))
    return FALSE;
  transaction = baton_sql_begin (database->sql, error);
  return transaction != NULL && set_time (database, BATON_META_LAST_SYNC, unix_ms, error) &&
         baton_database_set_meta (database, BATON_META_TROUBLE, NULL, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

char *
baton_database_dup_trouble (BatonDatabase *database)
{
  return baton_database_dup_meta (database, BATON_META_TROUBLE, NULL);
}

gboolean
baton_database_set_trouble (BatonDatabase *database, const char *message, GError **error)
{
  g_autofree char *stands = baton_database_dup_trouble (database);

  return g_strcmp0 (stands, message) == 0 ||
         baton_database_set_meta (database, BATON_META_TROUBLE, message, error);
}

char *
baton_database_dup_ended (BatonDatabase *database)
{
  return baton_database_dup_meta (database, BATON_META_ENDED, NULL);
}

gboolean
baton_database_set_ended (BatonDatabase *database, const char *code, GError **error)
{
  return baton_database_set_meta (database, BATON_META_ENDED, code, error);
}

gboolean
baton_database_count_alone (BatonDatabase *database, guint *n, GError **error)
{
  *n = 0;
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      const char *name = baton_entity_get_name (i);
      g_autofree char *text = g_strdup_printf (
          "SELECT count (*) FROM \"%s\" WHERE (scope IN ('', '" BATON_SCOPE_SENT
          "') AND deleted = 0) OR id IN "
          "(SELECT record FROM shadow WHERE entity = '%s')",
          name, name);
      gint64 alone;

      if (!baton_database_query_int (database, text, NULL, NULL, &alone, error))
        return FALSE;
      *n += (guint) alone;
    }
  return TRUE;
}

/* --- the alarm ----------------------------------------------------------- */

/* Since when there has been something to send, and no sync */
static gint64
get_silence (const BatonSyncStatus *status)
{
  return MAX (status->waiting_since, status->last_sync);
}

gint64
baton_sync_status_get_next_alarm (const BatonSyncStatus *status)
{
  gint64 first = get_silence (status) + BATON_ALARM_AFTER_MS;

  if (status->waiting == 0)
    return 0;
  return status->last_alarm == 0 ? first : MAX (first, status->last_alarm + BATON_ALARM_EVERY_MS);
}

/**
 * baton_sync_status_is_alarm_due:
 * @now: Unix ms
 *
 * An alarm that lies in the future was raised by a clock that ran ahead: it silences nothing.
 */
gboolean
baton_sync_status_is_alarm_due (const BatonSyncStatus *status, gint64 now)
{
  if (status->waiting == 0 || now - get_silence (status) < BATON_ALARM_AFTER_MS)
    return FALSE;
  return status->last_alarm == 0 || status->last_alarm > now ||
         now - status->last_alarm >= BATON_ALARM_EVERY_MS;
}

gboolean
baton_database_set_alarmed (BatonDatabase *database, gint64 unix_ms, GError **error)
{
  return set_time (database, BATON_META_ALARMED, unix_ms, error);
}
