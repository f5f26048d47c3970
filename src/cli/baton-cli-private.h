/* baton-cli-private.h: what the commands share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-config.h"

#include "../store/baton-database.h"

#include <glib/gi18n-lib.h>

G_BEGIN_DECLS

/* Wrong use, as against a failure: exit status 2 */
#define BATON_CLI_USAGE (g_quark_from_static_string ("baton-cli-usage"))

/**
 * BatonCli:
 *
 * One run of one command: its options and arguments as parsed, and the database, opened when it is first asked for.
 */
typedef struct
{
  char **arguments; /* owned; without the options */
  gboolean json;
  int limit;
  char *server;
  char *email;
  char *name;
  gboolean is_register;
  gboolean force;
  gboolean allow_removal;
  gboolean keep_removal;
  gboolean add_data;
  gboolean delete_data;
  gboolean yes;
  char *retry;
  char *copy;
  char *discard;
  char *export;
  char *use;
  char *keep;
  BatonDatabase *database;
} BatonCli;

typedef gboolean (*BatonCliFunc) (BatonCli *cli, GError **error);

gboolean baton_cli_add (BatonCli *cli, GError **error);
gboolean baton_cli_list (BatonCli *cli, GError **error);
gboolean baton_cli_show (BatonCli *cli, GError **error);
gboolean baton_cli_done (BatonCli *cli, GError **error);
gboolean baton_cli_reopen (BatonCli *cli, GError **error);
gboolean baton_cli_delete (BatonCli *cli, GError **error);
gboolean baton_cli_restore (BatonCli *cli, GError **error);
gboolean baton_cli_edit (BatonCli *cli, GError **error);
gboolean baton_cli_undo (BatonCli *cli, GError **error);
gboolean baton_cli_redo (BatonCli *cli, GError **error);
gboolean baton_cli_login (BatonCli *cli, GError **error);
gboolean baton_cli_logout (BatonCli *cli, GError **error);
gboolean baton_cli_status (BatonCli *cli, GError **error);
gboolean baton_cli_sync (BatonCli *cli, GError **error);
gboolean baton_cli_unsynced (BatonCli *cli, GError **error);
gboolean baton_cli_conflicts (BatonCli *cli, GError **error);

/* Borrowed; NULL with @error set */
BatonDatabase *baton_cli_get_database (BatonCli *cli, GError **error);
/* Whether there is an account, and no sign-in to it any more */
gboolean baton_cli_has_ended (BatonCli *cli);
/* FALSE with a BATON_CLI_USAGE for anything but @least to @most arguments (-1: any number) */
gboolean baton_cli_check_arguments (BatonCli *cli, int least, int most, GError **error);

/* One object on a line, or a line of text */
void baton_cli_print_task (BatonCli *cli, const BatonRecord *task);
void baton_cli_print_tasks (BatonCli *cli, GPtrArray *tasks);
gboolean baton_cli_print_details (BatonCli *cli, const BatonRecord *task, GError **error);
void baton_cli_print_json (const GString *json);
/* Date and time of day here */
char *baton_cli_format_local (gint64 unix_ms);

G_END_DECLS
