/* baton-server-main.h: the command line of baton-server
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit status: 0, 1 for what failed, 2 for a wrong setting or option */
int baton_server_main (int argc, char *argv[]);

G_END_DECLS
