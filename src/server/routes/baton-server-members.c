/* baton-server-members.c: the members of a body, read and checked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-members.h"

#include "../auth/baton-server-accounts.h"

/* Enough to find the mistake; a body can hold a hundred thousand */
#define UNKNOWN_MAX 20

static gboolean
is_listed (const BatonServerMember *members, const char *name)
{
  for (const BatonServerMember *member = members; member->name; member++)
    if (g_str_equal (member->name, name))
      return TRUE;
  return FALSE;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static void
read_text (JsonNode *node, const BatonServerMember *member, GPtrArray *problems)
{
  const char *text;
  glong length;

  if (!holds (node, G_TYPE_STRING))
    {
      baton_problems_add (problems, member->name, "It must be text.");
      return;
    }
  text = json_node_get_string (node);
  length = g_utf8_strlen (text, -1);
  if (length < member->min || length > member->max)
    baton_problems_add (problems, member->name, "It must have %ld to %ld characters.", member->min,
                        member->max);
  else if (!member->free_form && !baton_server_text_is_plain (text))
    baton_problems_add (problems, member->name,
                        "It must not be blank, and must not hold control characters.");
  else
    *member->into = text;
}

static void
read_member (JsonObject *object, const BatonServerMember *member, GPtrArray *problems)
{
  JsonNode *node = json_object_get_member (object, member->name);

  if (member->flag)
    *member->flag = -1;
  else
    *member->into = NULL;
  if (!node || JSON_NODE_HOLDS_NULL (node))
    {
      if (member->required)
        baton_problems_add (problems, member->name, "It is missing.");
    }
  else if (!member->flag)
    read_text (node, member, problems);
  else if (holds (node, G_TYPE_BOOLEAN))
    *member->flag = json_node_get_boolean (node);
  else
    baton_problems_add (problems, member->name, "It must be true or false.");
}

void
baton_server_members_read (JsonObject *object,
                           const BatonServerMember *members,
                           GPtrArray *problems)
{
  JsonObjectIter iter;
  const char *name;
  guint n_unknown = 0;

  json_object_iter_init (&iter, object);
  while (n_unknown < UNKNOWN_MAX && json_object_iter_next (&iter, &name, NULL))
    if (!is_listed (members, name) && ++n_unknown)
      baton_problems_add (problems, name, "There is no such field here.");
  for (const BatonServerMember *member = members; member->name; member++)
    read_member (object, member, problems);
}

gboolean
baton_server_members_read_body (BatonServerRequest *request,
                                BatonServerReply *reply,
                                const BatonServerMember *members,
                                GError **error)
{
  JsonObject *body = baton_server_request_get_object (request, error);
  GPtrArray *problems;

  if (!body)
    return FALSE;
  problems = baton_problems_new ();
  baton_server_members_read (body, members, problems);
  return baton_server_reply_check (reply, problems, error);
}
