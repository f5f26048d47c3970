/* baton-server-admin.h: commands for whoever runs the server, beside a running one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @name is a command: `user`, `backup`, `check` */
gboolean baton_server_admin_has_command (const char *name);
/* Runs the command @words on the data in @data_dir. The exit status: 0, 1 for an error, 2 for wrong use. */
int baton_server_admin_run (const char *data_dir, char **words);

G_END_DECLS
