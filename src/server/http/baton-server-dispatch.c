/* baton-server-dispatch.c: what happens around a handler, on the thread that runs it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-dispatch.h"

#include <string.h>

#include "baton-server-idempotency.h"

static gboolean
name_is_listed (const char *names, const char *name)
{
  gsize length = strlen (name);

  for (const char *found = names; found && (found = strstr (found, name)); found += length)
    if ((found == names || found[-1] == ' ') && (found[length] == ' ' || found[length] == '\0'))
      return TRUE;
  return FALSE;
}

static gboolean
check_query (BatonServerRequest *request, GError **error)
{
  GPtrArray *problems = baton_problems_new ();
  GHashTableIter iter;
  const char *name;
  const char *value;

  g_hash_table_iter_init (&iter, request->query);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &value))
    {
      if (!g_utf8_validate (name, -1, NULL))
        baton_problems_add (problems, "query", "The query is not UTF-8.");
      else if (*name == '\0' || !name_is_listed (request->route->query, name))
        baton_problems_add (problems, name, "There is no such query parameter here.");
      else if (!g_utf8_validate (value, -1, NULL))
        baton_problems_add (problems, name, "It is not UTF-8.");
    }
  return baton_server_reply_check (&request->reply, problems, error);
}

static gboolean
check_type (BatonServerRequest *request, GError **error)
{
  const char *type = soup_message_headers_get_content_type (request->headers, NULL);

  if (request->body == NULL || (request->route->flags & BATON_SERVER_RAW_BODY) != 0)
    return TRUE;
  if (type && g_ascii_strcasecmp (type, "application/json") == 0)
    return TRUE;
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_UNSUPPORTED_MEDIA_TYPE,
                       "The body must be sent as application/json.");
  return FALSE;
}

gboolean
baton_server_dispatch_find (BatonServerRequest *request,
                            const char *method,
                            const char *path,
                            GError **error)
{
  g_autofree char *allowed = NULL;

  request->route = baton_server_routes_match (method, path, request->params, &allowed);
  if (request->route)
    return TRUE;
  if (allowed)
    {
      baton_server_reply_add_header (&request->reply, "Allow", allowed);
      g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_METHOD_NOT_ALLOWED,
                   "Only %s is answered here.", allowed);
      return FALSE;
    }
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND,
                       "There is nothing at this address.");
  return FALSE;
}

gboolean
baton_server_dispatch_check (BatonServerRequest *request, GError **error)
{
  if (request->query && !check_query (request, error))
    return FALSE;
  return check_type (request, error);
}

static gboolean
check_access (BatonServerRequest *request, BatonServerAuthenticate authenticate, GError **error)
{
  if (request->route->access == BATON_SERVER_OPEN)
    return TRUE;
  if (authenticate == NULL)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHENTICATION,
                           "Sign in first.");
      return FALSE;
    }
  if (!authenticate (request, error))
    return FALSE;
  if (request->route->access == BATON_SERVER_ADMIN && g_strcmp0 (request->role, "admin") != 0)
    {
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHORIZATION,
                           "Only an administrator may do this.");
      return FALSE;
    }
  return TRUE;
}

gboolean
baton_server_dispatch_run (BatonServerRequest *request,
                           BatonServerAuthenticate authenticate,
                           GError **error)
{
  const char *key;

  if (!check_access (request, authenticate, error))
    return FALSE;
  key = baton_server_request_get_header (request, "Idempotency-Key");
  if (key && request->user_id && request->route->kind == BATON_SERVER_WRITE &&
      request->route->then == NULL && strcmp (request->route->method, "POST") == 0)
    return baton_server_idempotency_run (request, key, error);
  return request->route->handler (request, &request->reply, error);
}
