/* baton-server-main.c: the command line of baton-server
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-config.h"

#include "baton-server-main.h"

#include <glib-unix.h>
#include <stdio.h>

#include "admin/baton-server-admin.h"
#include "auth/baton-server-auth.h"
#include "db/baton-server-database.h"
#include "db/baton-server-purge.h"
#include "http/baton-server.h"
#include "live/baton-server-hub.h"

enum
{
  EXIT_DONE = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
};

typedef struct
{
  char *data_dir;
  char *listen;
  char *config;
  gboolean print_config;
  gboolean version;
} Options;

typedef struct
{
  BatonServer *server;
  BatonServerHub *hub;
  GMainLoop *loop;
  gboolean stopping;
  guint n_stopped; /* of the two */
} Running;

static void
half_stopped (Running *running)
{
  if (++running->n_stopped == 2)
    g_main_loop_quit (running->loop);
}

static void
stopped_cb (BatonServer *server, gpointer data)
{
  half_stopped (data);
}

static void
sockets_closed_cb (gpointer data)
{
  half_stopped (data);
}

static gboolean
signal_cb (gpointer data)
{
  Running *running = data;

  if (running->stopping)
    return G_SOURCE_CONTINUE;
  running->stopping = TRUE;
  baton_server_stop (running->server, stopped_cb, running);
  baton_server_hub_stop (running->hub, sockets_closed_cb, running);
  return G_SOURCE_CONTINUE;
}

static int
fail (int status, const GError *error)
{
  fprintf (stderr, "baton-server: %s\n", error->message);
  return status;
}

static int
run (BatonServerConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BatonServerHub) hub = NULL;
  g_autoptr (BatonServer) server = NULL;
  g_autoptr (BatonServerPurge) purge = NULL;
  const char *data_dir = baton_server_config_get (config, "data-dir");
  Running running = { .loop = loop };
  guint term;
  guint interrupt;

  /* The lock goes with the process. */
  if (baton_server_database_lock (data_dir, &error) < 0 ||
      !baton_server_database_set_aside_log (data_dir, &error))
    return fail (EXIT_FAILED, error);
  server = baton_server_new (config, &error);
  if (server == NULL || !baton_server_auth_install (server, &error))
    return fail (EXIT_FAILED, error);
  running.server = server;
  hub = baton_server_hub_new (server);
  running.hub = hub;
  if (!baton_server_start (server, &error))
    return fail (EXIT_FAILED, error);
  purge = baton_server_purge_new (baton_server_get_writer (server),
                                  baton_server_config_get_int (config, "keep-deleted-days"));
  term = g_unix_signal_add (SIGTERM, signal_cb, &running);
  interrupt = g_unix_signal_add (SIGINT, signal_cb, &running);
  printf ("baton-server: listening on %s\n", baton_server_get_uri (server));
  fflush (stdout);
  g_main_loop_run (loop);
  g_source_remove (term);
  g_source_remove (interrupt);
  return EXIT_DONE;
}

static GHashTable *
collect (const Options *options)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);

  if (options->data_dir)
    g_hash_table_insert (table, (gpointer) "data-dir", options->data_dir);
  if (options->listen)
    g_hash_table_insert (table, (gpointer) "listen", options->listen);
  return table;
}

/* @words: a command for the database, NULL-terminated; none: the server itself */
static int
run_options (const Options *options, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) table = collect (options);
  g_autoptr (BatonServerConfig) config = NULL;

  if (options->version)
    {
      printf ("baton-server %s\n", BATON_VERSION);
      return EXIT_DONE;
    }
  config = baton_server_config_new (options->config, table, &error);
  if (config == NULL)
    return fail (EXIT_USAGE, error);
  if (options->print_config)
    {
      g_autofree char *text = baton_server_config_dup_text (config);

      fputs (text, stdout);
      return EXIT_DONE;
    }
  if (*words)
    return baton_server_admin_run (baton_server_config_get (config, "data-dir"), words);
  return run (config);
}

int
baton_server_main (int argc, char *argv[])
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "data-dir",     0, 0, G_OPTION_ARG_FILENAME, &options.data_dir,     "Where the data is kept",           "DIR"  },
    { "listen",       0, 0, G_OPTION_ARG_STRING,   &options.listen,       "Where to listen (127.0.0.1:8750)",
     "ADDRESS:PORT"                                                                                                  },
    { "config",       0, 0, G_OPTION_ARG_FILENAME, &options.config,       "A file with settings",             "FILE" },
    { "print-config", 0, 0, G_OPTION_ARG_NONE,     &options.print_config, "Show the settings in force",
     NULL                                                                                                            },
    { "version",      0, 0, G_OPTION_ARG_NONE,     &options.version,      "Show the version",                 NULL   },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (
      "[user add|list|disable|enable|password … | backup FILE | check]");
  g_autoptr (GError) error = NULL;
  int status;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    status = fail (EXIT_USAGE, error);
  else if (argc > 1 && !baton_server_admin_has_command (argv[1]))
    {
      fprintf (stderr, "baton-server: \"%s\" is not understood; see --help.\n", argv[1]);
      status = EXIT_USAGE;
    }
  else
    status = run_options (&options, argv + 1);
  g_free (options.data_dir);
  g_free (options.listen);
  g_free (options.config);
  return status;
}
