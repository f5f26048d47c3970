/* baton-sql.h: a database connection, its statements and transactions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BatonSqlError:
 * @BATON_SQL_ERROR_FAILED: anything else; the message says what
 * @BATON_SQL_ERROR_BUSY: another connection held the lock for longer than the time-out
 * @BATON_SQL_ERROR_FULL: the disk is full, or its quota
 * @BATON_SQL_ERROR_CORRUPT: the file is damaged, or no database
 * @BATON_SQL_ERROR_NEWER: the file was written by a newer version
 * @BATON_SQL_ERROR_CONSTRAINT: a constraint of the tables forbids it
 * @BATON_SQL_ERROR_CANT_OPEN: the file is not there, or may not be read or written
 */
typedef enum
{
  BATON_SQL_ERROR_FAILED,
  BATON_SQL_ERROR_BUSY,
  BATON_SQL_ERROR_FULL,
  BATON_SQL_ERROR_CORRUPT,
  BATON_SQL_ERROR_NEWER,
  BATON_SQL_ERROR_CONSTRAINT,
  BATON_SQL_ERROR_CANT_OPEN,
} BatonSqlError;

#define BATON_SQL_ERROR (baton_sql_error_quark ())
GQuark baton_sql_error_quark (void);

typedef enum
{
  BATON_SQL_READ,   /* the file must be there; nothing can be written */
  BATON_SQL_WRITE,  /* the file must be there */
  BATON_SQL_CREATE, /* made (mode 0600) where it is not there */
} BatonSqlMode;

/**
 * BatonSql:
 *
 * A connection. One thread at a time. WAL, `synchronous=FULL`, foreign keys on, a busy time-out of 10 seconds.
 */
typedef struct _BatonSql BatonSql;

/**
 * BatonSqlStatement:
 *
 * A prepared statement, lent by its connection's cache: preparing the same text again costs a look-up. Freeing it resets it and gives it back.
 */
typedef struct _BatonSqlStatement BatonSqlStatement;

typedef enum
{
  BATON_SQL_ROW,
  BATON_SQL_DONE,
  BATON_SQL_FAILED,
} BatonSqlStep;

BatonSql *baton_sql_open (const char *path, BatonSqlMode mode, GError **error);
void baton_sql_close (BatonSql *sql);

/* One or many statements without parameters or rows */
gboolean baton_sql_exec (BatonSql *sql, const char *script, GError **error);
BatonSqlStatement *baton_sql_prepare (BatonSql *sql, const char *text, GError **error);
void baton_sql_statement_free (BatonSqlStatement *statement);

/* Parameters count from 1, columns from 0. Bound text is copied; column text is borrowed until the next step. */
void baton_sql_bind_int (BatonSqlStatement *statement, int parameter, gint64 value);
void baton_sql_bind_text (BatonSqlStatement *statement,
                          int parameter,
                          const char *text); /* NULL is null */
void baton_sql_bind_null (BatonSqlStatement *statement, int parameter);
BatonSqlStep baton_sql_step (BatonSqlStatement *statement, GError **error);
/* Steps to the end; FALSE on failure */
gboolean baton_sql_run (BatonSqlStatement *statement, GError **error);
/* Ready to be bound and stepped again */
void baton_sql_reset (BatonSqlStatement *statement);
gboolean baton_sql_is_null (BatonSqlStatement *statement, int column);
gint64 baton_sql_get_int (BatonSqlStatement *statement, int column);
const char *baton_sql_get_text (BatonSqlStatement *statement, int column);
int baton_sql_get_n_columns (BatonSqlStatement *statement);

gint64 baton_sql_get_last_key (BatonSql *sql);
gint64 baton_sql_get_n_changed (BatonSql *sql);
/* Changes whenever another connection, of this process or not, has committed */
gint64 baton_sql_get_data_version (BatonSql *sql);

/**
 * BatonSqlTransaction:
 *
 * A guard: leaves no transaction open. Freed without commit it rolls back. Inside another it is a savepoint.
 */
typedef struct _BatonSqlTransaction BatonSqlTransaction;

/* Takes the write lock at once (BEGIN IMMEDIATE), so that a reader's snapshot never turns out too old to write */
BatonSqlTransaction *baton_sql_begin (BatonSql *sql, GError **error);
/* Durable when it returns TRUE. Frees the guard in either case. */
gboolean baton_sql_commit (BatonSqlTransaction *transaction, GError **error);
void baton_sql_rollback (BatonSqlTransaction *transaction);
/* FALSE inside a guard where a failure (a full disk) has made SQLite undo the whole transaction by itself */
gboolean baton_sql_in_transaction (BatonSql *sql);

/* @migrations: scripts, NULL-terminated; the n-th takes a file of `user_version` n to n + 1, each in a transaction of its own. A copy of the
 * file (`NAME.before-N`) is made before the first. BATON_SQL_ERROR_NEWER leaves the file as it is. */
gboolean baton_sql_migrate (BatonSql *sql, const char *const *migrations, GError **error);
/* PRAGMA integrity_check */
gboolean baton_sql_check (BatonSql *sql, GError **error);
/* A consistent copy beside running writers */
gboolean baton_sql_backup (BatonSql *sql, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSql, baton_sql_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSqlStatement, baton_sql_statement_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonSqlTransaction, baton_sql_rollback)

/**
 * BatonSqlHaste:
 *
 * While it is there, a commit of this connection does not wait for the disk. After a power cut the last of them may be gone, each whole; one
 * that was made without haste holds all before it. For what can be had again. Outside of a transaction.
 */
typedef BatonSql *BatonSqlHaste;
BatonSqlHaste baton_sql_make_haste (BatonSql *sql, GError **error);
void baton_sql_end_haste (BatonSqlHaste haste);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (BatonSqlHaste, baton_sql_end_haste, NULL)

G_END_DECLS
