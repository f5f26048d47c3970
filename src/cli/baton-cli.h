/* baton-cli.h: the command line of baton
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @word, the first one, is for the command line: a command, or a question about all of baton. Other options are the window's. */
gboolean baton_cli_takes (const char *word);
/* Runs the command that @argv names (argv[0] is the program) and gives the exit status: 0, 1 for an error, 2 for wrong use.
 * Blocking; needs no display and no main loop. */
int baton_cli_run (int argc, char **argv);

G_END_DECLS
