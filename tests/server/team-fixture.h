/* team-fixture.h: a project with one person of each role
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "server-fixture.h"

#include "../../src/server/db/baton-server-purge.h"

G_BEGIN_DECLS

typedef enum
{
  OWNER,
  MANAGER,
  MEMBER,
  VIEWER,
  OUTSIDER,
  N_PEOPLE,
} Who;

typedef struct
{
  ServerFixture *server;
  Person *people[N_PEOPLE];
  char *project;
  char *path; /* of its members */
  guint n_edits;
} Team;

Team *team_new (void);
void team_free (Team *team);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Team, team_free)

/* `owner` and so on, who have an address of that name at example.org */
const char *team_get_name (Who who);
Answer *team_ask (Team *team, Who who, const char *method, const char *path, const char *body);
Answer *team_add (Team *team, Who by, Who who, const char *role);
Answer *team_change (Team *team, Who by, Who who, const char *role);
Answer *team_take_out (Team *team, Who by, Who who);
/* Fails unless @who has @role; NULL: is not in the project */
void team_assert_role (Team *team, Who who, const char *role);
/* A new task in the project; @more: members of the body, with a comma before them. Its id. */
char *team_make_task (Team *team, Who who, const char *more);

/* One edit of a device: the answer of the round that sends it. @set: the inside of an object */
Answer *
team_send_edit (Team *team, Who who, const char *entity, const char *record, const char *set);
/* A round without edits */
Answer *team_pull (Team *team, Who who, const char *cursor);
/* Whether @record is among the changes */
gboolean team_sees (Answer *answer, const char *record);

/* The owner deletes a task */
void team_drop (Team *team, const char *task);
/* Where a device that has all stands */
char *team_dup_cursor (Team *team, Who who);
/* The cursor of a round's answer */
char *team_dup_answered (Answer *answer);
/* Removes for good, as if it were @days from now and what is deleted were kept for one; in how many steps of @limit records */
guint team_purge_after (Team *team, gint64 days, gint64 limit);
/* One step of that; whether there may be others */
gboolean team_purge_step (Team *team, gint64 days, gint64 limit, BatonServerPurgeWork *work);
/* SQL, on the writer's thread */
void team_exec (Team *team, const char *script);

G_END_DECLS
