/* baton-cli.c: finds the command, parses its options, and turns its error into an exit status
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli.h"

#include "baton-cli-private.h"

#include <locale.h>
#include <stdio.h>

/* Of the column of commands, in characters */
#define USAGE_WIDTH 22

typedef enum
{
  OPTION_JSON = 1 << 0,
  OPTION_LIMIT = 1 << 1,
  OPTION_LOGIN = 1 << 2,
  OPTION_FORCE = 1 << 3,
  OPTION_LOGOUT = 1 << 4,
  OPTION_SYNC = 1 << 5,
  OPTION_UNSYNCED = 1 << 6,
  OPTION_CONFLICTS = 1 << 7,
} CommandOptions;

typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  CommandOptions options;
  BatonCliFunc run;
} Command;

static const Command commands[] = {
  { "add",       N_ ("TEXT…"),           N_ ("Add a task; “-” reads one a line from standard input"),                        OPTION_JSON,
   baton_cli_add                                                                                                                                                            },
  { "list",      N_ ("[FILTER]"),
   N_ ("List tasks: open ones, or those that a filter names, as “tag:work and due before friday”"),
   OPTION_JSON | OPTION_LIMIT,                                                                                                                          baton_cli_list      },
  { "show",      N_ ("ID"),              N_ ("Show one task"),                                                               OPTION_JSON,               baton_cli_show      },
  { "done",      N_ ("ID"),              N_ ("Complete a task"),                                                             OPTION_JSON,               baton_cli_done      },
  { "reopen",    N_ ("ID"),              N_ ("Reopen a completed task"),                                                     OPTION_JSON,               baton_cli_reopen    },
  { "delete",    N_ ("ID"),              N_ ("Move a task to the trash"),                                                    OPTION_JSON,               baton_cli_delete    },
  { "restore",   N_ ("ID"),              N_ ("Take a task out of the trash"),                                                OPTION_JSON,               baton_cli_restore   },
  { "edit",      N_ ("ID FIELD=VALUE…"), N_ ("Change fields; FIELD= clears, tags+=x and tags-=x"),
   OPTION_JSON,                                                                                                                                         baton_cli_edit      },
  { "undo",      "",                     N_ ("Undo what was done last"),                                                     OPTION_FORCE,              baton_cli_undo      },
  { "redo",      "",                     N_ ("Do again what was undone"),                                                    OPTION_FORCE,              baton_cli_redo      },
  { "login",     "",                     N_ ("Sign in to a server; the password is asked for, or read from standard input"),
   OPTION_LOGIN,                                                                                                                                        baton_cli_login     },
  { "logout",    "",                     N_ ("Sign out; the tasks stay on this device"),                                     OPTION_LOGOUT,             baton_cli_logout    },
  { "status",    "",                     N_ ("Show what waits to be synced"),                                                OPTION_JSON,               baton_cli_status    },
  { "sync",      "",                     N_ ("Send and receive everything, then end"),                                       OPTION_JSON | OPTION_SYNC,
   baton_cli_sync                                                                                                                                                           },
  { "unsynced",  "",                     N_ ("List what no server has, with the reason, and decide about it"),
   OPTION_JSON | OPTION_UNSYNCED,                                                                                                                       baton_cli_unsynced  },
  { "conflicts", "",                     N_ ("List what two people changed at once, and decide about it"),
   OPTION_JSON | OPTION_CONFLICTS,                                                                                                                      baton_cli_conflicts },
};

static const char *
get_details (const Command *command)
{
  if (command->run == baton_cli_add)
    return _ (
        "In the text, #tag, !low to !urgent, a day (tomorrow, fri, next fri, 24 dec, 2026-12-24, in 3 days), a time (9am, 14:30) "
        "and “every 2 weeks” or “every mon and thu” become what they say. The rest is the title.");
  if (command->run == baton_cli_list)
    return _ (
        "A filter is words to search for, and terms, joined by “and”, “or”, “not” and parentheses:\n\n"
        "  is:open  is:done  is:overdue  is:deleted\n"
        "  status:todo  priority:high  tag:work  project:Household\n"
        "  due before friday  due:today  due:none  created after 2026-11-01  completed:yesterday\n\n"
        "It also finds tasks that are done; those in the trash only with “is:deleted”.");
  if (command->run == baton_cli_login)
    return _ (
        "The first account of a server is its administrator’s. Two devices on one machine are two data folders: set XDG_DATA_HOME for "
        "each. The sign-in is kept in the session’s keyring; where there is none, “baton login” says how to start one.");
  return NULL;
}

static void
print_overview (FILE *to)
{
  fprintf (to, "%s\n",
           _ ("Usage: baton COMMAND [OPTION…]\n\nWithout a command the window opens.\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage = g_strdup_printf (
          "%s %s", commands[i].name, *commands[i].arguments ? _ (commands[i].arguments) : "");
      fprintf (to, "  %s%*s %s\n", usage, (int) MAX (0, USAGE_WIDTH - g_utf8_strlen (usage, -1)),
               "", _ (commands[i].summary));
    }
  fprintf (to, "\n%s\n", _ ("“baton COMMAND --help” shows a command’s options."));
}

static gboolean
is_help (const char *word)
{
  return g_str_equal (word, "--help") || g_str_equal (word, "-h");
}

static const Command *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

static void
add_json_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_limit_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "limit", 0, 0, G_OPTION_ARG_INT, &cli->limit, N_ ("At most so many tasks"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_login_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "server",      0, 0, G_OPTION_ARG_STRING, &cli->server,      N_ ("The server’s address"),         "URL" },
    { "email",       0, 0, G_OPTION_ARG_STRING, &cli->email,       N_ ("The account’s e-mail address"),
     N_ ("ADDRESS")                                                                                           },
    { "register",    0, 0, G_OPTION_ARG_NONE,   &cli->is_register, N_ ("Make a new account"),           NULL  },
    { "name",        0, 0, G_OPTION_ARG_STRING, &cli->name,        N_ ("The new account’s name"),
     N_ ("“First Last”")                                                                                      },
    { "add-data",    0, 0, G_OPTION_ARG_NONE,   &cli->add_data,
     N_ ("Add what another account left on this device to this one"),                                   NULL  },
    { "delete-data", 0, 0, G_OPTION_ARG_NONE,   &cli->delete_data,
     N_ ("Delete everything that is on this device first"),                                             NULL  },
    { "yes",         0, 0, G_OPTION_ARG_NONE,   &cli->yes,
     N_ ("With --delete-data: also what may be on no server"),                                          NULL  },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_force_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "force", 0, 0, G_OPTION_ARG_NONE, &cli->force,
     N_ ("Even where somebody has changed it since"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_logout_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "delete-data", 0, 0, G_OPTION_ARG_NONE, &cli->delete_data,
     N_ ("Delete everything from this device; it stays on the server"),                                     NULL },
    { "yes",         0, 0, G_OPTION_ARG_NONE, &cli->yes,         N_ ("Also what the server does not have"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_sync_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "allow-removal", 0, 0, G_OPTION_ARG_NONE, &cli->allow_removal,
     N_ ("Remove what the sync before asked about"),           NULL },
    { "keep",          0, 0, G_OPTION_ARG_NONE, &cli->keep_removal,
     N_ ("Keep it instead, and bring it back on all devices"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_unsynced_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "retry",   0, 0, G_OPTION_ARG_STRING,   &cli->retry,   N_ ("Send a refused edit once more"),                                                     "ID" },
    { "copy",    0, 0, G_OPTION_ARG_STRING,   &cli->copy,
     N_ ("Keep a refused edit as a copy of your own, and print its id"),                                                                               "ID" },
    { "discard", 0, 0, G_OPTION_ARG_STRING,   &cli->discard, N_ ("Drop a refused edit for good"),
     "ID"                                                                                                                                                   },
    { "export",  0, 0, G_OPTION_ARG_FILENAME, &cli->export,
     N_ ("Write everything that is not synced to a file (“-”: standard output); signed out, or where the sign-in has ended, everything that is here"),
     N_ ("FILE")                                                                                                                                            },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_conflicts_options (GOptionContext *context, BatonCli *cli)
{
  const GOptionEntry entries[] = {
    { "use",  0, 0, G_OPTION_ARG_STRING, &cli->use,  N_ ("Take what lost instead"), "N" },
    { "keep", 0, 0, G_OPTION_ARG_STRING, &cli->keep, N_ ("Keep what stands"),       "N" },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static const struct
{
  CommandOptions options;
  void (*add) (GOptionContext *context, BatonCli *cli);
} option_groups[] = {
  { OPTION_JSON,      add_json_options      },
  { OPTION_LIMIT,     add_limit_options     },
  { OPTION_LOGIN,     add_login_options     },
  { OPTION_FORCE,     add_force_options     },
  { OPTION_LOGOUT,    add_logout_options    },
  { OPTION_SYNC,      add_sync_options      },
  { OPTION_UNSYNCED,  add_unsynced_options  },
  { OPTION_CONFLICTS, add_conflicts_options },
};

static GOptionContext *
make_options (const Command *command, BatonCli *cli)
{
  GOptionContext *context = g_option_context_new (*command->arguments ? _ (command->arguments)
                                                                      : NULL);

  g_option_context_set_summary (context, _ (command->summary));
  g_option_context_set_description (context, get_details (command));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  for (gsize i = 0; i < G_N_ELEMENTS (option_groups); i++)
    if (command->options & option_groups[i].options)
      option_groups[i].add (context, cli);
  return context;
}

/* GOption takes `tags-=x` and `-` as they are; what stands behind `--` is text also where it looks like an option */
static gboolean
parse (const Command *command, BatonCli *cli, int argc, char **argv, GError **error)
{
  g_autoptr (GOptionContext) context = make_options (command, cli);
  g_auto (GStrv) rest = g_new0 (char *, argc + 1);
  int from;

  rest[0] = g_strdup_printf ("baton %s", command->name);
  for (int i = 2; i < argc; i++)
    {
      if (!g_utf8_validate (argv[i], -1, NULL))
        {
          g_set_error (error, BATON_CLI_USAGE, 0, _ ("Argument %d is not UTF-8 text"), i - 1);
          return FALSE;
        }
      rest[i - 1] = g_strdup (argv[i]);
    }

  if (!g_option_context_parse_strv (context, &rest, error))
    return FALSE;

  from = rest[1] && g_str_equal (rest[1], "--") ? 2 : 1;
  cli->arguments = g_strdupv (rest + from);
  return TRUE;
}

static int
finish (const GError *error)
{
  if (!error)
    return 0;

  fprintf (stderr, "baton: %s\n", error->message);
  return error->domain == G_OPTION_ERROR || error->domain == BATON_CLI_USAGE ? 2 : 1;
}

static int
run_command (const Command *command, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BatonCli cli = { .limit = -1 };
  int status;

  if (parse (command, &cli, argc, argv, &error))
    command->run (&cli, &error);
  status = finish (error);
  if (status == 0 && (fflush (stdout) != 0 || ferror (stdout)))
    {
      fprintf (
          stderr, "baton: %s\n",
          _ ("Standard output could not be written. What was to be changed has been changed."));
      status = 1;
    }

  g_clear_pointer (&cli.database, baton_database_close);
  g_clear_pointer (&cli.arguments, g_strfreev);
  g_clear_pointer (&cli.server, g_free);
  g_clear_pointer (&cli.email, g_free);
  g_clear_pointer (&cli.name, g_free);
  g_clear_pointer (&cli.use, g_free);
  g_clear_pointer (&cli.keep, g_free);
  g_clear_pointer (&cli.retry, g_free);
  g_clear_pointer (&cli.copy, g_free);
  g_clear_pointer (&cli.discard, g_free);
  g_clear_pointer (&cli.export, g_free);
  return status;
}

BatonDatabase *
baton_cli_get_database (BatonCli *cli, GError **error)
{
  if (!cli->database)
    {
      g_autofree char *folder = baton_database_dup_default_folder ();

      cli->database = baton_database_open (folder, error);
      if (cli->database && !baton_database_end_leaving (cli->database, error))
        g_clear_pointer (&cli->database, baton_database_close);
    }
  return cli->database;
}

gboolean
baton_cli_check_arguments (BatonCli *cli, int least, int most, GError **error)
{
  int n = (int) g_strv_length (cli->arguments);

  if (n < least)
    {
      g_set_error (error, BATON_CLI_USAGE, 0,
                   ngettext ("%d argument is missing; see --help",
                             "%d arguments are missing; see --help", (gulong) (least - n)),
                   least - n);
      return FALSE;
    }
  if (most >= 0 && n > most)
    {
      g_set_error (error, BATON_CLI_USAGE, 0, _ ("“%s” is one argument too many; see --help"),
                   cli->arguments[most]);
      return FALSE;
    }
  return TRUE;
}

gboolean
baton_cli_takes (const char *word)
{
  return *word != '-' || is_help (word) || g_str_equal (word, "--version");
}

int
baton_cli_run (int argc, char **argv)
{
  const Command *command;

  setlocale (LC_ALL, "");
  if (argc < 2 || g_str_equal (argv[1], "help") || is_help (argv[1]))
    {
      print_overview (stdout);
      return 0;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("baton %s\n", BATON_VERSION);
      return 0;
    }

  command = find_command (argv[1]);
  if (!command)
    {
      g_autofree char *shown = g_utf8_make_valid (argv[1], -1);

      fprintf (stderr, _ ("baton: there is no command “%s”\n\n"), shown);
      print_overview (stderr);
      return 2;
    }
  return run_command (command, argc, argv);
}
