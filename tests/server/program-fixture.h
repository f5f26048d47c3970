/* program-fixture.h: the program baton-server (BATON_SERVER_PROGRAM), run as a process
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "server-fixture.h"

G_BEGIN_DECLS

/* How it ended, and what it said */
typedef struct
{
  int status;
  char *output;
  char *errors;
} ProgramRun;

void program_run_free (ProgramRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgramRun, program_run_free)

/* @variables: NAME, value … NULL; nullable */
GSubprocess *program_spawn (const char *const *variables, GSubprocessFlags flags, char **arguments);
/* To its end */
ProgramRun *program_run_with (const char *const *variables, const char *input, char **arguments);
/* A command on the data of @fixture; @words with | between them */
ProgramRun *program_command (ServerFixture *fixture, const char *input, const char *words);
/* @said: nullable */
void program_assert (const ProgramRun *run, int status, const char *said);

G_END_DECLS
