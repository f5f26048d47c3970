/* baton-server-admin.c: commands for whoever runs the server, beside a running one
 *
 * They work on the database itself: the server asks it at each request whether a session still stands, so nobody has to be told.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-admin.h"

#include "../auth/baton-server-accounts.h"
#include "../auth/baton-server-password.h"
#include "../db/baton-server-database.h"
#include "../http/baton-server-error.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum
{
  EXIT_DONE = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
};

typedef gboolean (*AdminFunc) (BatonSql *sql, char **arguments, GError **error);

typedef struct
{
  const char *words;
  const char *arguments;
  guint n_arguments;
  BatonSqlMode mode;
  AdminFunc run;
} Command;

static gint64
get_now (void)
{
  return g_get_real_time () / 1000;
}

/* Nobody looks over a shoulder at what is not shown */
static gboolean
read_line (char *line, int size)
{
  struct termios shown;
  gboolean terminal = isatty (STDIN_FILENO) && tcgetattr (STDIN_FILENO, &shown) == 0;
  gboolean read;

  fputs ("Password: ", stderr);
  if (terminal)
    {
      struct termios hidden = shown;

      hidden.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
    }
  read = fgets (line, size, stdin) != NULL;
  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &shown);
      fputc ('\n', stderr);
    }
  if (read)
    line[strcspn (line, "\r\n")] = '\0';
  return read;
}

static char *
read_password (GError **error)
{
  char line[1024];

  if (read_line (line, sizeof line))
    {
      glong length;

      length = g_utf8_validate (line, -1, NULL) ? g_utf8_strlen (line, -1) : 0;
      if (length >= BATON_SERVER_PASSWORD_MIN && length <= BATON_SERVER_PASSWORD_MAX)
        return baton_server_password_hash (line, error);
    }
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VALIDATION,
               "A password has %d to %d characters.", BATON_SERVER_PASSWORD_MIN,
               BATON_SERVER_PASSWORD_MAX);
  return NULL;
}

static BatonServerAccount *
find_account (BatonSql *sql, const char *email, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BatonServerAccount *account = baton_server_account_find_by_email (sql, email, &local_error);

  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (!account)
    g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                 "Nobody has the address %s.", email);
  return account;
}

static gboolean
refuse (const char *what, const char *value, GError **error)
{
  g_autofree char *shown = g_strescape (value, NULL);

  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VALIDATION, "%s: %s", what, shown);
  return FALSE;
}

static gboolean
user_add (BatonSql *sql, char **arguments, GError **error)
{
  g_autoptr (BatonServerAccount) account = g_new0 (BatonServerAccount, 1);

  if (!g_utf8_validate (arguments[0], -1, NULL) || !baton_server_email_is_valid (arguments[0]))
    return refuse ("This is not an e-mail address", arguments[0], error);
  for (int i = 1; i <= 2; i++)
    if (!baton_server_name_is_valid (arguments[i]))
      return refuse ("A name has 1 to 100 characters of text; this has not", arguments[i], error);
  account->id = baton_uuid_new (get_now ());
  account->email = g_strdup (arguments[0]);
  account->first_name = g_strdup (arguments[1]);
  account->last_name = g_strdup (arguments[2]);
  account->is_active = TRUE;
  account->created_at = get_now ();
  account->password = read_password (error);
  return account->password && baton_server_account_insert (sql, account, error);
}

static gboolean
user_list (BatonSql *sql, char **arguments, GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      sql,
      "SELECT email, first_name || ' ' || last_name, role, is_active FROM user ORDER BY created_at, id",
      error);
  BatonSqlStep step;

  if (!statement)
    return FALSE;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    printf ("%s\t%s\t%s\t%s\n", baton_sql_get_text (statement, 0),
            baton_sql_get_text (statement, 1), baton_sql_get_text (statement, 2),
            baton_sql_get_int (statement, 3) ? "active" : "disabled");
  return step == BATON_SQL_DONE;
}

static gboolean
store_and_sign_out (BatonSql *sql, const BatonServerAccount *account, GError **error)
{
  g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, error);

  return transaction &&
         baton_server_account_set_password (sql, account->id, account->password, get_now (),
                                            error) &&
         baton_server_sessions_revoke (sql, account->id, NULL, error) &&
         baton_sql_commit (g_steal_pointer (&transaction), error);
}

static gboolean
set_active (BatonSql *sql, const char *email, gboolean active, GError **error)
{
  g_autoptr (BatonServerAccount) account = find_account (sql, email, error);

  return account && baton_server_account_set_rights (sql, account->id, account->role, active,
                                                     get_now (), error);
}

static gboolean
user_disable (BatonSql *sql, char **arguments, GError **error)
{
  return set_active (sql, arguments[0], FALSE, error);
}

static gboolean
user_enable (BatonSql *sql, char **arguments, GError **error)
{
  return set_active (sql, arguments[0], TRUE, error);
}

static gboolean
user_password (BatonSql *sql, char **arguments, GError **error)
{
  g_autoptr (BatonServerAccount) account = find_account (sql, arguments[0], error);

  if (!account)
    return FALSE;
  g_free (account->password);
  account->password = read_password (error);
  return account->password && store_and_sign_out (sql, account, error);
}

/* Of the same server, and nobody's database: a server turns on the write-ahead log, and a backup has none. */
static gboolean
is_backup_of (BatonSql *sql, const char *path)
{
  g_autoptr (BatonSql) there = NULL;
  g_autoptr (BatonSqlStatement) mode = NULL;
  g_autofree char *ours = baton_server_database_dup_id (sql, NULL);
  g_autofree char *theirs = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  there = baton_sql_open (path, BATON_SQL_READ, NULL);
  if (there == NULL)
    return FALSE;
  theirs = baton_server_database_dup_id (there, NULL);
  mode = baton_sql_prepare (there, "PRAGMA journal_mode", NULL);
  return ours != NULL && g_strcmp0 (ours, theirs) == 0 && mode != NULL &&
         baton_sql_step (mode, NULL) == BATON_SQL_ROW &&
         g_strcmp0 (baton_sql_get_text (mode, 0), "delete") == 0;
}

/* An earlier backup gives way to a sound one only. Anything else of that name may be all that somebody has: the database itself, or what another
 * server had before it was made anew. */
static gboolean
backup (BatonSql *sql, char **arguments, GError **error)
{
  if (g_file_test (arguments[0], G_FILE_TEST_EXISTS))
    {
      if (!is_backup_of (sql, arguments[0]))
        return refuse ("What has that name is no earlier backup of this server. It was left as it "
                       "is: move it away, or take another name",
                       arguments[0], error);
      if (!baton_sql_check (sql, error))
        return FALSE;
    }
  return baton_sql_backup (sql, arguments[0], error);
}

static gboolean
check (BatonSql *sql, char **arguments, GError **error)
{
  if (!baton_sql_check (sql, error))
    return FALSE;
  puts ("The database is sound.");
  return TRUE;
}

static const Command commands[] = {
  { "user add",      "EMAIL FIRST-NAME LAST-NAME", 3, BATON_SQL_WRITE, user_add      },
  { "user list",     "",                           0, BATON_SQL_READ,  user_list     },
  { "user disable",  "EMAIL",                      1, BATON_SQL_WRITE, user_disable  },
  { "user enable",   "EMAIL",                      1, BATON_SQL_WRITE, user_enable   },
  { "user password", "EMAIL",                      1, BATON_SQL_WRITE, user_password },
  { "backup",        "FILE",                       1, BATON_SQL_READ,  backup        },
  { "check",         "",                           0, BATON_SQL_READ,  check         },
};

/* How many of @words name @command; 0: they name another */
static guint
match (const Command *command, char **words)
{
  g_auto (GStrv) names = g_strsplit (command->words, " ", -1);

  for (guint i = 0; names[i]; i++)
    if (g_strcmp0 (names[i], words[i]) != 0)
      return 0;
  return g_strv_length (names);
}

static int
print_usage (void)
{
  fputs ("Usage:\n", stderr);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stderr, "  baton-server --data-dir DIR %s %s\n", commands[i].words,
             commands[i].arguments);
  return EXIT_USAGE;
}

gboolean
baton_server_admin_has_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (commands[i].words, name) &&
        strchr (" ", commands[i].words[strlen (name)]))
      return TRUE;
  return FALSE;
}

/* Where no server is at work, which has done it */
static gboolean
set_aside_log (const char *data_dir, GError **error)
{
  int lock = baton_server_database_lock (data_dir, NULL);
  gboolean done = lock < 0 || baton_server_database_set_aside_log (data_dir, error);

  if (lock >= 0)
    close (lock);
  return done;
}

static gboolean
run (const Command *command, const char *data_dir, char **arguments, GError **error)
{
  g_autofree char *path = baton_server_database_dup_path (data_dir);
  g_autoptr (BatonSql) sql = NULL;

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_INTERNAL,
                           "No source of random numbers is there.");
      return FALSE;
    }
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !set_aside_log (data_dir, error))
    return FALSE;
  if (command->mode == BATON_SQL_WRITE && !baton_server_database_prepare (data_dir, error))
    return FALSE;
  sql = baton_sql_open (path, command->mode, error);
  return sql && command->run (sql, arguments, error);
}

int
baton_server_admin_run (const char *data_dir, char **words)
{
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      guint n_words = match (&commands[i], words);

      if (n_words == 0)
        continue;
      if (g_strv_length (words) != n_words + commands[i].n_arguments)
        return print_usage ();
      if (run (&commands[i], data_dir, words + n_words, &error))
        return EXIT_DONE;
      fprintf (stderr, "baton-server: %s\n", error->message);
      return EXIT_FAILED;
    }
  return print_usage ();
}
