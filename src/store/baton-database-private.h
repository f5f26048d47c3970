/* baton-database-private.h: what the files of the device's database share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../sql/baton-record-table.h"
#include "baton-database.h"

G_BEGIN_DECLS

struct _BatonDatabase
{
  BatonSql *sql; /* owned */
  char *folder;
  char *device_id;
  guint64 node; /* the same as a number */
  BatonNowFunc now;
  gpointer now_data;
  guint
      slice; /* records that one transaction takes, where there may be many; tests set these three */
  gint64 brake_least;                       /* BATON_BRAKE_LEAST; simulations set it */
  void (*pause) (gulong us, gpointer data); /* between two of them */
  gpointer pause_data;
  GCancellable *cancellable; /* nullable: ends what goes in slices between two of them */
  GHashTable *
      touched; /* ids of tasks that got comments, and are indexed later; borrowed; NULL: each at once */
};

/* Some 10 ms for what costs most, and as long as others need to get at the database between two of them */
#define BATON_DATABASE_SLICE    100
#define BATON_DATABASE_PAUSE_US 5000
/* The same of rows that are no records: as much as writes a frame */
#define BATON_DATABASE_ROWS(database) ((database)->slice * 10)

/* NULL-terminated; owned by the caller */
GStrv baton_database_dup_migrations (void);

/* --- meta: one text a name --- */

#define BATON_META_DEVICE_ID "device_id"
#define BATON_META_HLC       "hlc"
#define BATON_META_MADE      "made"
#define BATON_META_LAST_SYNC "last_sync"
#define BATON_META_SERVER    "server"
#define BATON_META_EMAIL     "email"
#define BATON_META_USER_ID   "user_id"
#define BATON_META_SERVER_ID "server_id"
/* `head:SCOPE`: where the server said that it stands */
#define BATON_META_HEAD    "head:"
#define BATON_META_PULLS   "pulls"
#define BATON_META_ALARMED "alarmed"
#define BATON_META_TROUBLE "trouble"
#define BATON_META_ENDED   "ended"
/* Of who was signed in last, and is not any more */
#define BATON_META_LAST_EMAIL "last_email"
#define BATON_META_OWNER_SYNC "owner_sync"
/* The mark of what a held sync would remove, as it was last printed */
#define BATON_META_REMOVAL "removal"
/* Whose the records are, kept when that account signs out: "SERVER USER" */
#define BATON_META_OWNER "owner"
/* The server_id of their server */
#define BATON_META_OWNER_SERVER "owner_server"
/* Signed out, and some of what was to be sent is still there */
#define BATON_META_LEAVING "leaving"
/* How far the upload of a first sign-in has been put into the outbox: "ENTITY ID" */
#define BATON_META_JOINING "joining"
/* How far the end of the pulls under way has come: "STEP SEQ ID" (baton-database-pull.c) */
#define BATON_META_ENDING "ending"
/* `left:SCOPE`: it has left, and is still being taken off */
#define BATON_META_LEFT "left:"
/* What was weighed becomes "asked"; what is asked becomes this: not all rows are so yet (baton-database-answer.c) */
#define BATON_META_ASKING "asking"
#define BATON_META_ANSWER "answer"
/* Signed out, and what was on the device is going: "STEP KEY…" (baton-database-delete.c) */
#define BATON_META_DELETING "deleting"

/* NULL without an error where there is none */
char *baton_database_dup_meta (BatonDatabase *database, const char *name, GError **error);
gboolean baton_database_set_meta (BatonDatabase *database,
                                  const char *name,
                                  const char *value,
                                  GError **error);
gint64 baton_database_get_meta_int (BatonDatabase *database, const char *name);
/* The device's clock; in the transaction that ticks it */
gboolean baton_database_load_clock (BatonDatabase *database, BatonHlc *hlc, GError **error);
gboolean baton_database_save_clock (BatonDatabase *database, const BatonHlc *hlc, GError **error);

/* Between two slices, of which one began at @since (monotonic, µs). Others ask for the database in ever longer steps: they have as long as they were
 * kept from it. G_IO_ERROR_CANCELLED where the work is to end here. */
gboolean baton_database_pause (BatonDatabase *database, gint64 since, GError **error);

/* --- rows --- */

/* A statement with up to two texts bound; @b nullable. Its last text is then free for more. */
BatonSqlStatement *baton_database_prepare (BatonDatabase *database,
                                           const char *text,
                                           const char *a,
                                           const char *b,
                                           GError **error);
gboolean baton_database_run (BatonDatabase *database,
                             const char *text,
                             const char *a,
                             const char *b,
                             GError **error);
/* The first column of the first row; 0, without an error, where there is none */
gboolean baton_database_query_int (BatonDatabase *database,
                                   const char *text,
                                   const char *a,
                                   const char *b,
                                   gint64 *value,
                                   GError **error);

/* --- records: with the search index, and what is hidden --- */

/* @before: what stands in the table, NULL where there is none */
gboolean baton_database_put (BatonDatabase *database,
                             const BatonRecord *before,
                             const BatonRecord *after,
                             GError **error);
/* Off the device, with its words */
gboolean
baton_database_remove (BatonDatabase *database, BatonEntity entity, const char *id, GError **error);
/* Of what is below @after, which stands in its table; @before: what stood there, NULL where there was none */
gboolean baton_database_update_hidden (BatonDatabase *database,
                                       const BatonRecord *before,
                                       const BatonRecord *after,
                                       GError **error);
/* Whether it hides what hangs on it: it is deleted, or hidden */
gboolean baton_database_covers (BatonDatabase *database, BatonEntity entity, const char *id);
/* @id did, and is gone */
gboolean baton_database_show_below (BatonDatabase *database,
                                    BatonEntity entity,
                                    const char *id,
                                    GError **error);
/* The end of the list that a new record of @edit is in; NULL without an error: the entity has no order */
char *baton_database_dup_end_position (BatonDatabase *database,
                                       const BatonEdit *edit,
                                       GError **error);
/* Right after @task in its list; the end of it where there is no room */
char *baton_database_dup_position_after (BatonDatabase *database,
                                         const BatonRecord *task,
                                         GError **error);

/* The words of the tasks in @touched (a set of ids) */
gboolean baton_database_index_tasks (BatonDatabase *database, GHashTable *touched, GError **error);

/* --- another record under the same id --- */

/* Who made it the server alone says, also one that was set back to before it said something later. */
void baton_database_take_origin (BatonRecord *record, const BatonRecord *came);
/* Whether @came is no later state of @before, but another one. @waits: edits of it do */
gboolean baton_database_is_made_anew (const BatonRecord *before,
                                      const BatonRecord *came,
                                      gboolean waits);

/* --- leaving, and the brake --- */

/* Off the device; edits of it that wait are kept apart. */
gboolean baton_database_take_off (BatonDatabase *database,
                                  BatonEntity entity,
                                  const char *id,
                                  GError **error);
/* All that is in @scope, with its place, in slices; not within a transaction */
gboolean baton_database_take_scope_off (BatonDatabase *database, const char *scope, GError **error);
/* Goes on with scopes whose taking off was cut off */
gboolean baton_database_end_scopes_off (BatonDatabase *database, GError **error);
/* The same as of one, where the server has removed it for good */
gboolean baton_database_take_off_purged (BatonDatabase *database,
                                         BatonEntity entity,
                                         const char *id,
                                         GError **error);
/* @came is back: edits that were kept apart when it left wait again. */
gboolean baton_database_wake_left (BatonDatabase *database,
                                   const BatonRecord *came,
                                   GError **error);
/* What was made in it, or for it, and never came to the server, does so now. */
gboolean baton_database_wake_hanging (BatonDatabase *database,
                                      const BatonRecord *came,
                                      GError **error);
/* SELECT of the ids that go with scope ?1; owned by the caller */
char *baton_database_dup_leaving (BatonEntity entity);
/* Goes on with what is being asked, or has been answered; in slices, so in no transaction */
gboolean baton_database_end_answer (BatonDatabase *database, GError **error);
/* What was weighed is asked, where there is something (@asks). *@again: the person has decided about more than @answered rows meanwhile, and nothing is asked */
gboolean baton_database_begin_asking (BatonDatabase *database,
                                      gboolean asks,
                                      gint64 answered,
                                      gboolean *again,
                                      GError **error);
/* The rows of the brake that are @state; in slices */
gboolean baton_database_drop_gone (BatonDatabase *database, const char *state, GError **error);
/* @came is here (again): it is no removal */
gboolean baton_database_forget_gone (BatonDatabase *database,
                                     const BatonRecord *came,
                                     GError **error);

/* --- history --- */

/**
 * BatonHistoryRow:
 *
 * What one edit, of this device or another, did to one field. An empty field: the record was made.
 */
typedef struct
{
  gint64 step;      /* 0: no step of undo */
  const char *edit; /* nullable */
  BatonEntity entity;
  const char *record;
  const char *field;
  const BatonValue *old_value;
  BatonClock old_clock;
  const BatonValue *new_value;
  BatonClock new_clock;
  gboolean conflict;
} BatonHistoryRow;

gboolean baton_database_add_history (BatonDatabase *database,
                                     const BatonHistoryRow *row,
                                     GError **error);
/* As above, unless this loser is there already */
gboolean baton_database_add_conflict (BatonDatabase *database,
                                      const BatonHistoryRow *row,
                                      GError **error);
/* Whether an open conflict of @field of the record @id is there */
gboolean baton_database_is_field_in_conflict (BatonDatabase *database,
                                              const char *id,
                                              const char *field);
/* @value stands in @field now: a conflict that it lost once is settled, by @step (0: none), whose undoing makes it one again. */
gboolean baton_database_settle_by_value (BatonDatabase *database,
                                         const char *record,
                                         const char *field,
                                         const BatonValue *value,
                                         gint64 step,
                                         GError **error);
/* What @step settled is open again (@redo: settled again). */
gboolean baton_database_reopen_conflicts (BatonDatabase *database,
                                          gint64 step,
                                          gboolean redo,
                                          GError **error);
/* The clock of a value that stands has changed: undo and redo look for it under the new one. */
gboolean baton_database_rename_clock (BatonDatabase *database,
                                      const char *record,
                                      const char *field,
                                      const BatonClock *from,
                                      const BatonClock *to,
                                      GError **error);
gboolean baton_database_read_value (BatonEntity entity,
                                    const char *field,
                                    const char *json,
                                    BatonValue *value,
                                    GError **error);

/* --- applying --- */

/**
 * BatonApplying:
 *
 * The edits of one transaction on their way in.
 */
typedef struct
{
  BatonDatabase *database;
  BatonHlc hlc;
  gint64 now;
  gint64 step;       /* rows of history belong to it; 0: none */
  const char *label; /* a step of it is made with the first change; nullable */
  gboolean follows;  /* completing a task makes its next occurrence */
  gboolean signed_in;
  gboolean changed;
  GPtrArray *problems; /* of BatonProblem */
} BatonApplying;

gboolean baton_applying_begin (BatonApplying *applying, BatonDatabase *database, GError **error);
/* Makes the step, where there is a label for one and it is not there yet */
gboolean baton_applying_begin_step (BatonApplying *applying, GError **error);
/* TRUE with more in @problems where the edit is not valid */
gboolean baton_applying_add (BatonApplying *applying, const BatonEdit *edit, GError **error);
/* Tells the problems; saves the clock */
gboolean baton_applying_end (BatonApplying *applying, GError **error);
void baton_applying_clear (BatonApplying *applying);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BatonApplying, baton_applying_clear)

/* What an edit brings about: the occurrence of a series after the task that it completed. @after: the task as it stands now */
gboolean baton_applying_add_next (BatonApplying *applying,
                                  const BatonRecord *after,
                                  GError **error);
/* Stamps and writes an edit that is complete and valid; @clock: NULL for the next reading */
gboolean baton_applying_write (BatonApplying *applying,
                               BatonEdit *edit,
                               const BatonRecord *state,
                               const BatonClock *clock,
                               GError **error);

/* --- whose it is --- */

/* Instead of a scope, signed out: a server may have it */
#define BATON_SCOPE_SENT "sent"

/* What signing out does at once; in the caller's transaction */
gboolean baton_database_clear_account (BatonDatabase *database, GError **error);
/* The oldest @most edits of an account that is signed out go; *@more: there were some */
gboolean
baton_database_drop_sent (BatonDatabase *database, gint64 most, gboolean *more, GError **error);
gboolean baton_database_delete_all (BatonDatabase *database, GError **error);
/* In the caller's transaction: all that is here now is to go */
gboolean baton_database_begin_deleting (BatonDatabase *database, GError **error);
/* Goes on with it; in slices, so in no transaction */
gboolean baton_database_end_deleting (BatonDatabase *database, GError **error);
/* The same at once, where nothing has come since: nobody is to see half of it */
gboolean baton_database_delete_rest (BatonDatabase *database, GError **error);
/* What the user @from left here gets the ids that it has with the user @to of the same server, but for what is in @scopes, which both see.
 * @all: it is not known what left this device */
gboolean baton_database_hand_over (BatonDatabase *database,
                                   const char *from,
                                   const char *to,
                                   const char *const *scopes,
                                   gboolean all,
                                   GError **error);

/* FALSE, and the question as BATON_STORE_ERROR_BRAKE: @going of @of would go, after @gone of today */
gboolean
baton_database_ask_removal (gboolean by_tasks, guint going, guint of, guint gone, GError **error);
/* Whether the person has said that this is not to go */
gboolean baton_database_is_kept (BatonDatabase *database, BatonEntity entity, const char *id);

/* --- outbox --- */

gboolean baton_database_is_signed_in (BatonDatabase *database);
/* Puts a stamped edit at the end, or in the place of one that it makes needless. @state: what stood before it, NULL where the record is new. */
gboolean baton_database_enqueue (BatonDatabase *database,
                                 BatonEdit *edit,
                                 const BatonRecord *state,
                                 GError **error);
/* As it is */
gboolean baton_database_insert_edit (BatonDatabase *database,
                                     const BatonEdit *edit,
                                     GError **error);
/* The whole record as edits with the clocks it has, one a clock; what waited goes, being part of them. */
gboolean baton_database_enqueue_record (BatonDatabase *database,
                                        const BatonRecord *record,
                                        GError **error);
/* Edits of @record that were refused, and go with it now that it is sent whole */
gboolean baton_database_drop_parts (BatonDatabase *database,
                                    const BatonRecord *record,
                                    GError **error);
/* Without an account there is no outbox. But of what the last one's server has, it is kept what it has, until that account is back. */
gboolean baton_database_note_signed_out (BatonDatabase *database,
                                         const BatonRecord *state,
                                         GError **error);
/* What of @record is newer than its shadow, as edits made on top of that; what waited goes, being part of them */
gboolean baton_database_enqueue_newer (BatonDatabase *database,
                                       const BatonRecord *record,
                                       GError **error);
/* The server was set back, and holds @has (NULL: none) of @record: what it held before is sent again, ahead of the edits that wait. Else
 * one of them that is refused would fall back to what the server lacks. */
gboolean baton_database_enqueue_lost (BatonDatabase *database,
                                      const BatonRecord *record,
                                      const BatonRecord *has,
                                      GError **error);
/* Whether all that @edit set is in @record, or was replaced there since */
gboolean baton_database_is_part_of (const BatonEdit *edit, const BatonRecord *record);
/* Whether the server is known to hold some of @record */
gboolean baton_database_server_has (BatonDatabase *database,
                                    BatonEntity entity,
                                    const char *record);
/* Edits of @record in @state, in order */
GPtrArray *baton_database_get_edits (BatonDatabase *database,
                                     const char *state,
                                     BatonEntity entity,
                                     const char *record,
                                     GError **error);
/* Whether there is any, in any state */
gboolean baton_database_has_edits (BatonDatabase *database, const char *record);
/* What @came has shown what it lost of is answered for good. */
/* What was refused of the edits @refused, and is so all the same in @came: somebody else has sent it, who may. It need not be shown as not synced. */
gboolean baton_database_drop_true (BatonDatabase *database,
                                   GPtrArray *refused,
                                   const BatonRecord *came,
                                   GError **error);
gboolean baton_database_drop_merged (BatonDatabase *database,
                                     const BatonRecord *came,
                                     GError **error);
/* Edits of @record that wait, in order */
GPtrArray *baton_database_get_waiting (BatonDatabase *database,
                                       BatonEntity entity,
                                       const char *record,
                                       GError **error);
/* Of those that wait, one that may have been sent */
gboolean baton_database_has_handed (BatonDatabase *database,
                                    BatonEntity entity,
                                    const char *record);
gboolean baton_database_has_waiting (BatonDatabase *database,
                                     BatonEntity entity,
                                     const char *record);

/* { "record", "clocks" } */
char *baton_database_write_record (const BatonRecord *record);
BatonRecord *baton_database_read_record (BatonEntity entity, const char *json, GError **error);
/* The refused edit @id, taken out of the outbox; BATON_STORE_ERROR_NOT_FOUND */
BatonUnsynced *baton_database_take_refused (BatonDatabase *database,
                                            const char *id,
                                            GError **error);
/* After it: where the server refused to have the record at all (*@unmade), the other refused edits of it go with @edit. */
gboolean baton_database_take_rest (BatonDatabase *database,
                                   const BatonEdit *edit,
                                   gboolean *unmade,
                                   GError **error);
/* The record that the server refused to have, and no edit would bring there, goes with the edits that were refused. */
gboolean baton_database_drop_orphan (BatonDatabase *database,
                                     const BatonEdit *edit,
                                     GError **error);

/* What the server holds of a record that has edits waiting; NULL without an error where it holds none of it */
BatonRecord *baton_database_get_shadow (BatonDatabase *database,
                                        BatonEntity entity,
                                        const char *id,
                                        GError **error);
gboolean baton_database_has_shadow (BatonDatabase *database, BatonEntity entity, const char *id);
gboolean baton_database_set_shadow (BatonDatabase *database,
                                    const BatonRecord *shadow,
                                    GError **error);
gboolean baton_database_drop_shadow (BatonDatabase *database,
                                     BatonEntity entity,
                                     const char *id,
                                     GError **error);

/* --- cursor --- */

/* Goes on to @place, never back */
gboolean baton_database_set_place (BatonDatabase *database,
                                   const char *scope,
                                   const char *place,
                                   GError **error);
/* Whether the device has been at @place in @scope, or further on */
gboolean baton_database_has_passed (BatonDatabase *database, const char *scope, const char *place);
/* It is not known any more where the server stands in @scope */
gboolean baton_database_drop_head (BatonDatabase *database, const char *scope, GError **error);
/* The scope is not the device's any more */
gboolean baton_database_drop_place (BatonDatabase *database, const char *scope, GError **error);
/* "purged", "forked" or NULL; owned by the caller */
char *baton_database_dup_pull (BatonDatabase *database, const char *scope, GError **error);
/* The ids that @text (a SELECT) gives */
GStrv
baton_database_get_ids (BatonDatabase *database, const char *text, const char *a, GError **error);

G_END_DECLS
