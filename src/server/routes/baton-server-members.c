/* baton-server-members.c: the members of a body, read and checked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-members.h"

static gboolean
is_listed (const BatonServerMember *members, const char *name)
{
  for (const BatonServerMember *member = members; member->name; member++)
    if (g_str_equal (member->name, name))
      return TRUE;
  return FALSE;
}

static void
read_member (JsonObject *object, const BatonServerMember *member, GPtrArray *problems)
{
  JsonNode *node = json_object_get_member (object, member->name);
  const char *text;
  glong length;

  *member->into = NULL;
  if (!node || JSON_NODE_HOLDS_NULL (node))
    {
      if (member->required)
        baton_problems_add (problems, member->name, "It is missing.");
      return;
    }
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      baton_problems_add (problems, member->name, "It must be text.");
      return;
    }
  text = json_node_get_string (node);
  length = g_utf8_strlen (text, -1);
  if (length < member->min || length > member->max)
    {
      baton_problems_add (problems, member->name, "It must have %ld to %ld characters.",
                          member->min, member->max);
      return;
    }
  *member->into = text;
}

void
baton_server_members_read (JsonObject *object,
                           const BatonServerMember *members,
                           GPtrArray *problems)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    if (!is_listed (members, name))
      baton_problems_add (problems, name, "There is no such field here.");
  for (const BatonServerMember *member = members; member->name; member++)
    read_member (object, member, problems);
}
