/* baton-server-members.h: the members of a body, read and checked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../core/baton-json.h"
#include "../../core/baton-validation.h"
#include "../http/baton-server-request.h"

G_BEGIN_DECLS

/**
 * BatonServerMember:
 * @into: where the text goes, NULL where it is missing; borrowed from the object
 * @flag: in place of @into: where true (1) or false (0) goes, -1 where it is missing
 * @free_form: any character may be in it: a password
 *
 * One member of a body: text from @min to @max characters, without control characters and not blank, or a flag.
 */
typedef struct
{
  const char *name;
  gboolean required;
  glong min;
  glong max;
  const char **into;
  int *flag;
  gboolean free_form;
} BatonServerMember;

/* Reads @members (until one without a name) and adds what is wrong, missing or unknown to @problems */
void baton_server_members_read (JsonObject *object,
                                const BatonServerMember *members,
                                GPtrArray *problems);
/* The same of the body of @request, which has to be an object; what is wrong refuses it */
gboolean baton_server_members_read_body (BatonServerRequest *request,
                                         BatonServerReply *reply,
                                         const BatonServerMember *members,
                                         GError **error);

G_END_DECLS
