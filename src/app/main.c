/* main.c: baton, the app and its command line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "../cli/baton-cli.h"
#include "baton-application.h"
#include "baton-busy-meter.h"

int
main (int argc, char **argv)
{
  g_autoptr (BatonApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BATON_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc > 1 && baton_cli_takes (argv[1]))
    return baton_cli_run (argc, argv);

  baton_busy_meter_start ();
  application = baton_application_new (NULL, G_APPLICATION_DEFAULT_FLAGS);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
