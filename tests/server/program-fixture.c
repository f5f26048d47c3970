/* program-fixture.c: the program baton-server, run as a process
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "program-fixture.h"

#include <string.h>

void
program_run_free (ProgramRun *run)
{
  g_free (run->output);
  g_free (run->errors);
  g_free (run);
}

GSubprocess *
program_spawn (const char *const *variables, GSubprocessFlags flags, char **arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  for (guint i = 0; variables && variables[i]; i += 2)
    g_subprocess_launcher_setenv (launcher, variables[i], variables[i + 1], TRUE);
  g_ptr_array_add (words, (gpointer) g_getenv ("BATON_SERVER_PROGRAM"));
  g_assert_nonnull (g_ptr_array_index (words, 0));
  for (guint i = 0; arguments[i]; i++)
    g_ptr_array_add (words, arguments[i]);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  return process;
}

ProgramRun *
program_run_with (const char *const *variables, const char *input, char **arguments)
{
  ProgramRun *run = g_new0 (ProgramRun, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess)
      process = program_spawn (variables,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                   G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               arguments);

  g_subprocess_communicate_utf8 (process, input ? input : "", NULL, &run->output, &run->errors,
                                 &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run->status = g_subprocess_get_exit_status (process);
  return run;
}

ProgramRun *
program_command (ServerFixture *fixture, const char *input, const char *words)
{
  g_autofree char *line = g_strconcat ("--data-dir|", fixture->folder, "|", words, NULL);
  g_auto (GStrv) arguments = g_strsplit (line, "|", -1);

  return program_run_with (NULL, input, arguments);
}

void
program_assert (const ProgramRun *run, int status, const char *said)
{
  if (run->status != status || (said && !strstr (run->errors, said) && !strstr (run->output, said)))
    g_error ("not %d \"%s\" but %d: %s %s", status, said, run->status, run->output, run->errors);
}
