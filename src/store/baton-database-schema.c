/* baton-database-schema.c: the tables of the device's database
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * meta     one text a name: the device's id and clock, the account
 * task …   records (baton-record-table.h). `scope`: where the server keeps it, '' until it said so. `seen`: 0 while a scope is pulled
 *          from the start and this one has not come yet. `hidden`: something that it hangs on is deleted
 * search   the words of each task, by its key. Contentless: the words stand in the records
 * step     what undo and redo go through, oldest first: steps done, then steps undone
 * history  what each edit did to each field. A conflict (1; settled: 2) takes the step of whoever settled it here. `old_now`, `new_now`: the clocks under which old and new value stood last; undoing sets the old
 *          value again, under a new clock
 * outbox   edits that wait for the server's answer, or that it refused. `handed`: it may have been sent; `whole`: its record, as it was when it left
 * shadow   what the server holds of a record while edits of it wait: where a refused one falls back to
 * cursor   the place last seen in each scope. `pull`: purged or forked, while it is pulled from the start
 * gone     what others removed here of late, or would remove, and `how` (baton-database-brake.c)
 * ring     the ledger of reminders: what rang, and what is put off
 *
 * Every list of open tasks reads one of the partial indexes, from end to end or a part of it, and nothing else.
 *
 * Version 1 is made from the schema of records as it is. Once a version is out its text is to be written down here as it was; the test
 * of migrations has a file of each version, and fails where a field has no column.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

static const char around[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE step (id INTEGER PRIMARY KEY, label TEXT NOT NULL, state TEXT NOT NULL,"
    " made INTEGER NOT NULL) STRICT;"
    "CREATE TABLE history (id INTEGER PRIMARY KEY, step INTEGER, edit TEXT, entity TEXT NOT NULL,"
    " record TEXT NOT NULL, field TEXT NOT NULL, old_value TEXT NOT NULL, old_clock TEXT NOT NULL,"
    " new_value TEXT NOT NULL, new_clock TEXT NOT NULL, old_now TEXT NOT NULL, new_now TEXT NOT NULL,"
    " conflict INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX history_record ON history (record, field);"
    "CREATE INDEX history_step ON history (step) WHERE step IS NOT NULL;"
    "CREATE INDEX history_conflict ON history (id) WHERE conflict = 1;"
    "CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " entity TEXT NOT NULL, record TEXT NOT NULL, json TEXT NOT NULL, made INTEGER NOT NULL,"
    " state TEXT NOT NULL DEFAULT 'waiting', code TEXT, message TEXT) STRICT;"
    "CREATE INDEX outbox_record ON outbox (record, state);"
    "CREATE INDEX outbox_state ON outbox (state, seq);"
    "CREATE TABLE shadow (record TEXT NOT NULL, entity TEXT NOT NULL, json TEXT NOT NULL,"
    " PRIMARY KEY (record, entity)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE cursor (scope TEXT PRIMARY KEY, place TEXT, pull TEXT) STRICT, WITHOUT ROWID;"
    "CREATE TABLE ring (task TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,"
    " PRIMARY KEY (task, at)) STRICT, WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE search USING fts5 (title, description, tags, comments, content='',"
    " contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3');";

#define SHOWN "deleted = 0 AND hidden = 0"
#define OPEN  SHOWN " AND status <> 'done'"

static const char indexes[] =
    "CREATE INDEX task_open ON task (position) WHERE " OPEN ";"
    "CREATE INDEX task_open_project ON task (project_id, position) WHERE " OPEN ";"
    "CREATE INDEX task_open_due ON task (due, position) WHERE " OPEN " AND due IS NOT NULL;"
    "CREATE INDEX task_open_zone ON task (due, time_zone) WHERE " OPEN " AND due IS NOT NULL"
    " AND time_zone IS NOT NULL;"
    "CREATE INDEX task_done ON task (completed_at) WHERE " SHOWN " AND status = 'done';"
    "CREATE INDEX task_trash ON task (changed) WHERE deleted = 1;"
    "CREATE INDEX task_place ON task (project_id, position);"
    "CREATE INDEX task_parent ON task (parent_id) WHERE parent_id IS NOT NULL;"
    "CREATE INDEX reminder_task ON reminder (task_id);"
    "CREATE INDEX comment_task ON comment (task_id);"
    "CREATE INDEX attachment_task ON attachment (task_id);";

static const char version_2[] =
    "ALTER TABLE outbox ADD COLUMN handed INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE outbox ADD COLUMN whole TEXT;"
    "CREATE INDEX history_record_conflict ON history (record) WHERE conflict = 1;"
    "CREATE TABLE gone (record TEXT NOT NULL, entity TEXT NOT NULL, state TEXT NOT NULL,"
    " at INTEGER NOT NULL, PRIMARY KEY (record, entity)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX gone_asked ON gone (entity) WHERE state = 'asked';";

static const char version_3[] = "ALTER TABLE gone ADD COLUMN how TEXT NOT NULL DEFAULT 'deleted';"
                                "CREATE INDEX gone_kept ON gone (entity) WHERE state = 'kept';";

GStrv
baton_database_dup_migrations (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GString *first = g_string_new (around);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      const char *more = i == BATON_ENTITY_TASK ? ", scope TEXT NOT NULL DEFAULT ''"
                                                  ", seen INTEGER NOT NULL DEFAULT 1"
                                                  ", hidden INTEGER NOT NULL DEFAULT 0"
                                                : ", scope TEXT NOT NULL DEFAULT ''"
                                                  ", seen INTEGER NOT NULL DEFAULT 1";
      g_autofree char *definition = baton_record_table_dup_definition (i, more);

      g_string_append (first, definition);
    }
  g_string_append (first, indexes);
  g_strv_builder_take (builder, g_string_free_and_steal (first));
  g_strv_builder_add (builder, version_2);
  g_strv_builder_add (builder, version_3);
  return g_strv_builder_end (builder);
}
