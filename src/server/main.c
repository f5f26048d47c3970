/* main.c: the program baton-server
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <locale.h>

#include "baton-server-log.h"
#include "baton-server-main.h"

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_log_set_writer_func (baton_server_log_write, NULL, NULL);
  return baton_server_main (argc, argv);
}
