/* baton-database.h: the device's database
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain blocking functions over one connection, from top to bottom, for one thread at a time: the command line uses it as it is, the
 * store's writer thread and the sync engine have one each. Whatever changes data is a BatonEdit; what it did to each field is
 * in `history`, what is to be sent is in `outbox`, all in the transaction that changes the record.
 */
#pragma once

#include "../core/baton-core.h"
#include "baton-change.h"
#include "baton-query.h"

G_BEGIN_DECLS

/**
 * BatonStoreError:
 * @BATON_STORE_ERROR_FAILED: anything else
 * @BATON_STORE_ERROR_NOTHING: nothing to undo or redo
 * @BATON_STORE_ERROR_CHANGED: what is to be undone has been changed by somebody since
 * @BATON_STORE_ERROR_NOT_FOUND: no such record on this device
 * @BATON_STORE_ERROR_AMBIGUOUS: the beginning of an id fits several
 * @BATON_STORE_ERROR_BRAKE: a sync would remove too much: baton_database_allow_removal()
 * @BATON_STORE_ERROR_UNSYNCED: edits that no server has would go: export them first, or say so
 * @BATON_STORE_ERROR_OTHER_ACCOUNT: what is on this device is another account's: say how to sign in, by BatonSignIn
 */
typedef enum
{
  BATON_STORE_ERROR_FAILED,
  BATON_STORE_ERROR_NOTHING,
  BATON_STORE_ERROR_CHANGED,
  BATON_STORE_ERROR_NOT_FOUND,
  BATON_STORE_ERROR_AMBIGUOUS,
  BATON_STORE_ERROR_BRAKE,
  BATON_STORE_ERROR_UNSYNCED,
  BATON_STORE_ERROR_OTHER_ACCOUNT,
} BatonStoreError;

#define BATON_STORE_ERROR (baton_store_error_quark ())
GQuark baton_store_error_quark (void);
/* Whether the file itself is damaged, or no database: nothing else is a reason to start without it */
gboolean baton_store_error_is_damage (const GError *error);

typedef struct _BatonDatabase BatonDatabase;

/* `$XDG_DATA_HOME/baton`; owned by the caller */
char *baton_database_dup_default_folder (void);

/* @folder/baton.db, made (folder 0700) where it is not there, migrated where it is old. BATON_SQL_ERROR_NEWER, _CORRUPT, _FULL … with a
 * message for the person; the file is left as it is. */
BatonDatabase *baton_database_open (const char *folder, GError **error);
void baton_database_close (BatonDatabase *database);
const char *baton_database_get_folder (BatonDatabase *database);
/* 12 hex digits, made with the file */
const char *baton_database_get_device_id (BatonDatabase *database);
/* Changes whenever another connection has committed */
gint64 baton_database_get_data_version (BatonDatabase *database);

/* Unix milliseconds and random bytes from elsewhere than the machine: for simulations and tests */
typedef gint64 (*BatonNowFunc) (gpointer data);
void baton_database_set_now (BatonDatabase *database, BatonNowFunc now, gpointer data);
gint64 baton_database_get_now (BatonDatabase *database);

/* Validates, stamps and applies @edits (array of BatonEdit) as one transaction and one step of undo named @label (translated, "Complete task"). All or none.
 * A new task gets `created_at`, and a `position` at the end of its list where it has none; `completed_at` follows `status`. */
gboolean
baton_database_apply (BatonDatabase *database, GPtrArray *edits, const char *label, GError **error);

/* The newest step is undone by edits that set back what it set; a step more with each call. What has been changed since by anybody else gives
 * BATON_STORE_ERROR_CHANGED, with what and by whom, unless @force. Gives the step's label. */
char *baton_database_undo (BatonDatabase *database, gboolean force, GError **error);
char *baton_database_redo (BatonDatabase *database, gboolean force, GError **error);
/* What the one record that undo or redo would change is called now; NULL: there are several, or it has no name */
char *baton_database_dup_step_title (BatonDatabase *database, gboolean redo);
/* Labels of what undo and redo would do; NULL: nothing */
void baton_database_get_steps (BatonDatabase *database, char **undo, char **redo);

/* NULL without an error where there is none. Deleted ones too: see their field `deleted`. */
BatonRecord *
baton_database_get (BatonDatabase *database, BatonEntity entity, const char *id, GError **error);
BatonRecord *
baton_database_get_by_key (BatonDatabase *database, BatonEntity entity, gint64 key, GError **error);
/* The key of the row; 0, without an error, where there is none */
gint64 baton_database_get_key (BatonDatabase *database,
                               BatonEntity entity,
                               const char *id,
                               GError **error);
/* Whether a conflict of this record is not settled. An index is asked that holds nothing else, so that any row of a list may ask. */
gboolean baton_database_is_in_conflict (BatonDatabase *database,
                                        BatonEntity entity,
                                        const char *id);
/* Whether an edit of this record waits to be sent, or was refused */
gboolean baton_database_is_waiting (BatonDatabase *database, BatonEntity entity, const char *id);
/* The id that begins with (or, for a short form, ends with) @part, at least 4 characters */
char *baton_database_find_id (BatonDatabase *database,
                              BatonEntity entity,
                              const char *part,
                              GError **error);
/* Keys (gint64) of the tasks that @query asks for, in its order */
GArray *baton_database_list (BatonDatabase *database, const BatonQuery *query, GError **error);
/* The records themselves */
GPtrArray *baton_database_list_records (BatonDatabase *database,
                                        const BatonQuery *query,
                                        GError **error);
/* All records of @entity that are not deleted, by position, then name */
GPtrArray *baton_database_get_all (BatonDatabase *database, BatonEntity entity, GError **error);
/* Open tasks by project id ("" : inbox): string → GINT_TO_POINTER */
GHashTable *baton_database_count_open (BatonDatabase *database, GError **error);

/* --- sync: called by the engine --- */

/**
 * BatonAccount:
 *
 * Where this device is signed in. Never a password or token.
 */
typedef struct
{
  char *server; /* https://host[:port][/path], without a slash at the end */
  char *email;
  char *user_id;
  char *server_id; /* nullable until the first sync */
} BatonAccount;
void baton_account_free (BatonAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonAccount, baton_account_free)

/* NULL without an error: signed out */
BatonAccount *baton_database_get_account (BatonDatabase *database, GError **error);
/* Signing in puts all that the device holds and the account's server has not into the outbox, in chunks of a transaction each: what was cut off
 * goes on with the next baton_sync_run(), or by baton_database_join(), and nothing is sent before. NULL signs out: the outbox and cursors go,
 * the records stay. The same server and user again (with another e-mail address, or the server_id of the first sync): goes on from where it
 * stands, and nothing is put anywhere. BATON_STORE_ERROR_OTHER_ACCOUNT, with nothing changed, where the device holds what was in sync with another
 * account: that goes to nobody else without a word from the person. */
gboolean baton_database_set_account (BatonDatabase *database,
                                     const BatonAccount *account,
                                     GError **error);
/**
 * BatonSignIn:
 * @BATON_SIGN_IN_ASK: BATON_STORE_ERROR_OTHER_ACCOUNT
 * @BATON_SIGN_IN_ADD: it is uploaded to the account that signs in. What another person of the same server left here gets new ids (the other's
 *   account stays as it is): always the same ones, so that nothing is doubled by adding it twice.
 * @BATON_SIGN_IN_DELETE: it leaves this device, as does what is nobody's or this account's own; nothing is deleted anywhere else
 *
 * What becomes of records on this device that were in sync with another account.
 */
typedef enum
{
  BATON_SIGN_IN_ASK,
  BATON_SIGN_IN_ADD,
  BATON_SIGN_IN_DELETE,
} BatonSignIn;
/* As baton_database_set_account(), and what @how says in the same transaction. @scopes: those that @account sees at its server, whose records it shares with
 * others; NULL: none is known. With an error, nothing has changed. */
gboolean baton_database_sign_in (BatonDatabase *database,
                                 const BatonAccount *account,
                                 BatonSignIn how,
                                 const char *const *scopes,
                                 GError **error);
/* Who was signed in here last, and is not now: its server, email and user_id; and when it was in sync (Unix ms; 0: never). Once it is back, the same with the
 * time before. NULL without an error: nobody, or nothing of theirs is here */
BatonAccount *baton_database_get_last_account (BatonDatabase *database,
                                               gint64 *last_sync,
                                               GError **error);
/* Why the server has ended the sign-in, as the code of its error; NULL: it has not, as far as is known */
char *baton_database_dup_ended (BatonDatabase *database);
gboolean baton_database_set_ended (BatonDatabase *database, const char *code, GError **error);
/* How many records stand here otherwise than on the server of who was signed in last, where it has them at all. Goes through all that is here. */
gboolean baton_database_count_alone (BatonDatabase *database, guint *n, GError **error);
/* Whether there is no record at all on this device */
gboolean baton_database_is_empty (BatonDatabase *database);
/* "SERVER USER": to whom what is here belongs, where that is not @account; NULL: it does, or there is nothing */
char *baton_database_dup_other_owner (BatonDatabase *database, const BatonAccount *account);
/* Does what is left of a sign-in (or sign-out) that was cut off; a query, where there is nothing */
gboolean baton_database_join (BatonDatabase *database, GError **error);

/**
 * BatonSignOut:
 * @BATON_SIGN_OUT_KEEP: what is on this device stays, and is this device's alone
 * @BATON_SIGN_OUT_DELETE: it leaves this device; BATON_STORE_ERROR_UNSYNCED where the server has not all of it
 * @BATON_SIGN_OUT_DELETE_ALL: also what the server has not
 */
typedef enum
{
  BATON_SIGN_OUT_KEEP,
  BATON_SIGN_OUT_DELETE,
  BATON_SIGN_OUT_DELETE_ALL,
} BatonSignOut;
/* In one transaction (but for edits that were to be sent, which go after it); with an error, still signed in */
gboolean baton_database_sign_out (BatonDatabase *database, BatonSignOut how, GError **error);
/* What goes in slices (ending a pull, taking off what is no longer shared, weighing) ends between two of them with G_IO_ERROR_CANCELLED once @cancellable
 * (nullable; until another is set) is cancelled, and goes on from there the next time. Of the thread that the database is used in. */
void baton_database_set_cancellable (BatonDatabase *database, GCancellable *cancellable);
/* Does what is left of a sign-out, or of taking off what is no longer shared, that was cut off; a query each, where there is nothing. For whoever opens the database to write */
gboolean baton_database_end_leaving (BatonDatabase *database, GError **error);
/* Whether baton_database_sign_out() would fail with BATON_STORE_ERROR_UNSYNCED, for asking before the server is told */
gboolean baton_database_check_sign_out (BatonDatabase *database, BatonSignOut how, GError **error);

/* The oldest edits that wait, stamped, in order; at most @max_edits and @max_bytes of JSON. What was given out once may have been sent: it is marked
 * so, and does not change any more. */
GPtrArray *baton_database_get_outbox (BatonDatabase *database,
                                      guint max_edits,
                                      gsize max_bytes,
                                      GError **error);
/* { "SCOPE": "PLACE" } as JSON */
char *baton_database_get_cursor (BatonDatabase *database, GError **error);
/* One answer's results (array of BatonResult): takes each edit out of the outbox, or marks it refused; puts the clock where another was taken */
gboolean baton_database_take_results (BatonDatabase *database,
                                      GPtrArray *results,
                                      gint64 server_ms,
                                      GError **error);
/* One answer's changes (array of BatonChange), in chunks of one transaction each, with the cursor of each chunk in it. A scope that has left goes in
 * slices; cut off there, baton_database_end_leaving() goes on. */
gboolean baton_database_take_changes (BatonDatabase *database, GPtrArray *changes, GError **error);
/* The cursor after an answer, for scopes that brought no change. Scopes that @cursor does not name keep their places: an answer that is silent
 * about one is no reason to forget it. */
gboolean baton_database_set_cursor (BatonDatabase *database, const char *cursor, GError **error);
/* Where the server said that it stands in scopes that there is more of, as a cursor, before its results are taken: what it has taken by then, it holds at places up to these */
gboolean baton_database_set_head (BatonDatabase *database, const char *head, GError **error);
/* Those of them that this device has not come to; NULL without an error: none */
char *baton_database_get_head (BatonDatabase *database, GError **error);
/* The server cannot serve these scopes from here: forget their places, and pull them from the start. @resend (forked): all of the device that is newer, or
 * that the server lacks, is to be sent again. */
gboolean baton_database_forget_place (BatonDatabase *database,
                                      const char *scope,
                                      gboolean resend,
                                      GError **error);
/* How often that was: an answer that was asked for before is of an earlier pull */
gint64 baton_database_count_pulls (BatonDatabase *database);
/* The server has said that there is no more: the pulls that baton_database_forget_place() began are whole. Only now is it known what is gone
 * (purged) or is to be sent again (forked). Done in slices, between which others get at the database. Does nothing where none was under way; a pull, or
 * its end, that was cut off goes on with the next answers. */
gboolean baton_database_end_pull (BatonDatabase *database, GError **error);

/* --- the brake --- */

/* More than so many, and more than one of so many */
#define BATON_BRAKE_LEAST 20
#define BATON_BRAKE_PART  10

/* Whether @changes (array of BatonChange; @more: the answer after which the pulls under way end is still to come) may be taken: else
 * BATON_STORE_ERROR_BRAKE. The rule stands in baton-database-brake.c. With @more it only says that it would stop here: arrivals may come that make it a
 * move. Without, it is written down what is asked, and the sync is held, over a restart too, until baton_database_allow_removal()
 * or until an answer weighs less. Called before anything of the answer is taken; nothing is sent while a sync is held. */
gboolean
baton_database_weigh (BatonDatabase *database, GPtrArray *changes, gboolean more, GError **error);
/* The person says yes: the next sync takes exactly what was asked. More than that is asked anew. */
gboolean baton_database_allow_removal (BatonDatabase *database, GError **error);
/* Which records are asked about: another text where they are others, however many; NULL only where it cannot be read. */
char *baton_database_dup_removal_mark (BatonDatabase *database, GError **error);
/* The same yes, where what is asked is still what @mark was of, else BATON_STORE_ERROR_CHANGED, and nothing is allowed */
gboolean baton_database_allow_removal_of (BatonDatabase *database,
                                          const char *mark,
                                          GError **error);
/* The person says no, where what is asked is still what @mark was of, else BATON_STORE_ERROR_CHANGED. The next sync takes what was asked all the same, and then
 * baton_database_restore_kept() brings it back for everybody; what is no longer shared goes (where there is nothing else, BATON_STORE_ERROR_FAILED). */
gboolean baton_database_keep_removal_of (BatonDatabase *database, const char *mark, GError **error);
/* Called when a sync has taken all there is: what the person has said is to be kept, and others have put into the trash, is taken out of it by edits of this device,
 * in slices. A query, where there is nothing. */
gboolean baton_database_restore_kept (BatonDatabase *database, GError **error);

/**
 * BatonRemoval:
 * @tasks: deleted by others: they go to the trash
 * @others: projects, tags, filters … that others have deleted
 * @hidden: they hang on something that was deleted
 * @purged: deleted so long ago that the server has forgotten them
 * @left: no longer shared with this person
 *
 * How many of what is asked about would go in which way.
 */
typedef struct
{
  guint tasks;
  guint others;
  guint hidden;
  guint purged;
  guint left;
} BatonRemoval;
gboolean baton_database_count_removal (BatonDatabase *database,
                                       BatonRemoval *removal,
                                       GError **error);
/* A sentence or two for each way, for the person; owned by the caller */
char *baton_removal_describe (const BatonRemoval *removal);
/* Whether there is anything that baton_database_keep_removal_of() would keep */
gboolean baton_removal_can_be_kept (const BatonRemoval *removal);
/* What is asked has been shown to the person by a program that then ended (the command line), and which mark that had; NULL: nothing was */
gboolean baton_database_set_shown_removal (BatonDatabase *database, GError **error);
char *baton_database_dup_shown_removal (BatonDatabase *database);
/* What a held sync would remove, projects and tasks first: array of BatonRecord, at most @limit (0: all) */
GPtrArray *baton_database_get_removal (BatonDatabase *database, guint limit, GError **error);
/* All of it as JSON with a stable form (baton-database-export.c), to be kept before it goes */
char *baton_database_export_removal (BatonDatabase *database, GError **error);
/* All that is on this device, in the same form, with the edits that are not synced. */
char *baton_database_export_data (BatonDatabase *database, GError **error);

/**
 * BatonSyncStatus:
 *
 * What the indicator, `baton status` and alarms show.
 */
typedef struct
{
  guint waiting; /* edits to be sent */
  guint refused;
  gint64 waiting_since; /* Unix ms of the oldest; 0: none */
  gint64 last_sync;     /* Unix ms; 0: never */
  gint64 last_alarm;    /* Unix ms; 0: never */
  guint conflicts;      /* not settled */
  gboolean held;        /* a sync waits for the person's word on what it would remove */
  guint removal;        /* records that it would remove */
} BatonSyncStatus;
gboolean baton_database_get_sync_status (BatonDatabase *database,
                                         BatonSyncStatus *status,
                                         GError **error);
/* A sync has come to its end without trouble */
gboolean baton_database_set_last_sync (BatonDatabase *database, gint64 unix_ms, GError **error);
/* Why the last sync failed, in words for the person; NULL: it did not. Written where it differs from what stands there. */
char *baton_database_dup_trouble (BatonDatabase *database);
gboolean baton_database_set_trouble (BatonDatabase *database, const char *message, GError **error);

#define BATON_ALARM_AFTER_MS (3 * 24 * 60 * 60 * G_GINT64_CONSTANT (1000))
#define BATON_ALARM_EVERY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

/* Whether the person is to be told now that edits have waited for three days in which no sync worked; at most once a day. Pure. */
gboolean baton_sync_status_is_alarm_due (const BatonSyncStatus *status, gint64 now);
/* Unix ms; 0: an alarm is not due by itself, as nothing waits */
gint64 baton_sync_status_get_next_alarm (const BatonSyncStatus *status);
/* The person was told */
gboolean baton_database_set_alarmed (BatonDatabase *database, gint64 unix_ms, GError **error);

/**
 * BatonUnsynced:
 * @edit: what was written
 * @title: of the record, as it is now; nullable
 * @left: the record as it was when it left this device; nullable
 * @refused: the server refused it, with @code and @message (or `LEFT`: the record is no longer on this device)
 *
 * An edit that the server has not taken.
 */
typedef struct
{
  BatonEdit *edit;
  BatonRecord *left;
  char *title;
  gint64 made; /* Unix ms */
  gboolean refused;
  char *code;
  char *message;
} BatonUnsynced;
void baton_unsynced_free (BatonUnsynced *unsynced);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonUnsynced, baton_unsynced_free)
/* Array of BatonUnsynced, oldest first */
GPtrArray *baton_database_get_unsynced (BatonDatabase *database, GError **error);
/* The oldest @limit (0: all) of those that were @refused, or else of those that wait */
GPtrArray *baton_database_list_unsynced (BatonDatabase *database,
                                         gboolean refused,
                                         guint limit,
                                         GError **error);
/* A refused edit goes for good; BATON_STORE_ERROR_NOT_FOUND where none has this id. A record that the server refused to have goes with it. */
gboolean baton_database_discard (BatonDatabase *database, const char *edit, GError **error);
/* A refused edit is made once more, as a new one */
gboolean
baton_database_retry (BatonDatabase *database, const char *edit, const char *label, GError **error);

/* A refused edit becomes a new record of the person's own, one step of undo named @label, and goes: what the record is now (or was when it left), with
 * the refused values; in the same project where that takes it, else in the inbox. Gives the new record's id. A comment or reminder of something that
 * is gone cannot stand by itself: BATON_STORE_ERROR_NOT_FOUND. */
char *baton_database_keep_copy (BatonDatabase *database,
                                const char *edit,
                                const char *label,
                                GError **error);
/* All that is not synced, waiting and refused, as JSON with a stable form (baton-database-export.c) */
char *baton_database_export_unsynced (BatonDatabase *database, GError **error);

/* --- history --- */

/**
 * BatonHistoryAuthor:
 * @BATON_HISTORY_NOBODY: there was no value
 * @BATON_HISTORY_SERVER: it merged notes, or took its own time for an edit of a clock that ran ahead
 *
 * Which device a value is from, as its clock tells.
 */
typedef enum
{
  BATON_HISTORY_NOBODY,
  BATON_HISTORY_THIS_DEVICE,
  BATON_HISTORY_OTHER_DEVICE,
  BATON_HISTORY_SERVER,
} BatonHistoryAuthor;

BatonHistoryAuthor baton_database_get_author (BatonDatabase *database, const BatonClock *clock);

/**
 * BatonHistoryEntry:
 * @field: empty: the record was made
 * @conflict: @old_value is what lost against @new_value, its author not having seen it
 * @settled: a conflict that somebody has looked at
 * @title: of the record as it is now (or its name, or body); nullable
 * @old_at: Unix ms by its clock; 0: there was none
 *
 * What became of one field, by whichever device (as the clocks tell).
 */
typedef struct
{
  gint64 id;
  BatonEntity entity;
  char *record;
  char *title;
  char *field;
  BatonValue old_value;
  BatonClock old_clock;
  gint64 old_at;
  BatonHistoryAuthor old_author;
  BatonValue new_value;
  BatonClock new_clock;
  gint64 new_at;
  BatonHistoryAuthor new_author;
  gboolean conflict;
  gboolean settled;
} BatonHistoryEntry;
/* Arrays of BatonHistoryEntry, newest first: the newest @limit (0: all) of a record, without quiet fields */
GPtrArray *baton_database_list_history (BatonDatabase *database,
                                        BatonEntity entity,
                                        const char *record,
                                        guint limit,
                                        GError **error);
/* Those that nobody has looked at. What lost and stands again, by whichever device, is settled by that. */
GPtrArray *baton_database_get_conflicts (BatonDatabase *database, GError **error);
/* The newest @limit of those whose record is on this device; how many more there are is in @n_left */
GPtrArray *
baton_database_list_conflicts (BatonDatabase *database, guint limit, guint *n_left, GError **error);
/* Looked at: no mark any more, one step of undo named @label. The value stays in the history. Nothing happens where it is settled already. */
gboolean baton_database_settle_conflict (BatonDatabase *database,
                                         gint64 id,
                                         const char *label,
                                         GError **error);
/* The value that lost in this entry of the history (a conflict or not) is set again, by an ordinary new edit, one step of undo named @label, that settles
 * it (until it is undone). Of merged notes it is the text as its author wrote it. BATON_STORE_ERROR_NOT_FOUND: no such entry, or its record is gone. */
gboolean
baton_database_use_instead (BatonDatabase *database, gint64 id, const char *label, GError **error);

/* --- order by hand --- */

/* Adds to @edits what puts @task between @before and @after (ids; nullable: the end), and where there is no room left there, what spaces
 * the list anew. */
gboolean baton_database_place (BatonDatabase *database,
                               const char *task,
                               const char *before,
                               const char *after,
                               GPtrArray *edits,
                               GError **error);

/* --- reminders' ledger --- */

/**
 * BatonRing:
 * @task: its id
 * @at: Unix ms at which it rings
 */
typedef struct
{
  char *task;
  char *title;
  gint64 at;
} BatonRing;
/* What is due up to now and was not rung, oldest first, and when the next one will be (0: none) */
GPtrArray *
baton_database_get_rings (BatonDatabase *database, GTimeZone *local, gint64 *next, GError **error);
gboolean
baton_database_set_rung (BatonDatabase *database, const char *task, gint64 at, GError **error);
gboolean
baton_database_snooze (BatonDatabase *database, const char *task, gint64 until, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonDatabase, baton_database_close)

G_END_DECLS
