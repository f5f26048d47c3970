/* baton-server-openapi.c: the API's description, made from the table that dispatches requests
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-config.h"

#include "baton-server-openapi.h"

#include "../http/baton-server-route.h"
#include "baton-server-openapi-schemas.h"

#include <string.h>

static void
write_parameter (BatonJsonWriter *writer, const char *name, const char *where)
{
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "name", name);
  baton_json_member_text (writer, "in", where);
  baton_json_member_bool (writer, "required", g_str_equal (where, "path"));
  baton_json_key (writer, "schema");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "string");
  baton_json_end_object (writer);
  baton_json_end_object (writer);
}

static void
write_parameters (BatonJsonWriter *writer, const BatonServerRoute *route)
{
  g_auto (GStrv) query = g_strsplit (route->query ? route->query : "", " ", -1);

  baton_json_key (writer, "parameters");
  baton_json_begin_array (writer);
  for (const char *open = strchr (route->path, '{'); open; open = strchr (open + 1, '{'))
    {
      g_autofree char *name = g_strndup (open + 1, strcspn (open + 1, "}"));

      write_parameter (writer, name, "path");
    }
  for (guint i = 0; query[i]; i++)
    if (*query[i])
      write_parameter (writer, query[i], "query");
  baton_json_end_array (writer);
}

static void
begin_content (BatonJsonWriter *writer)
{
  baton_json_key (writer, "content");
  baton_json_begin_object (writer);
  baton_json_key (writer, "application/json");
  baton_json_begin_object (writer);
  baton_json_key (writer, "schema");
}

static void
end_content (BatonJsonWriter *writer)
{
  baton_json_end_object (writer);
  baton_json_end_object (writer);
}

/* The envelope: `success`, and @member with the schema @name (nullable) */
static void
write_envelope (BatonJsonWriter *writer, const char *member, const char *name)
{
  begin_content (writer);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "object");
  baton_json_key (writer, "properties");
  baton_json_begin_object (writer);
  baton_json_key (writer, "success");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "boolean");
  baton_json_end_object (writer);
  if (name)
    {
      baton_json_key (writer, member);
      baton_server_openapi_write_reference (writer, name);
    }
  baton_json_end_object (writer);
  baton_json_end_object (writer);
  end_content (writer);
}

static void
write_responses (BatonJsonWriter *writer, const BatonServerRoute *route)
{
  baton_json_key (writer, "responses");
  baton_json_begin_object (writer);
  baton_json_key (writer, "2XX");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "description", "Done");
  write_envelope (writer, "data", route->response);
  baton_json_end_object (writer);
  baton_json_key (writer, "default");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "description", "It failed, and nothing was changed");
  write_envelope (writer, "error", "Error");
  baton_json_end_object (writer);
  baton_json_end_object (writer);
}

static void
write_security (BatonJsonWriter *writer, const BatonServerRoute *route)
{
  baton_json_key (writer, "security");
  baton_json_begin_array (writer);
  if (route->access != BATON_SERVER_OPEN)
    {
      baton_json_begin_object (writer);
      baton_json_key (writer, "access_token");
      baton_json_begin_array (writer);
      baton_json_end_array (writer);
      baton_json_end_object (writer);
    }
  baton_json_end_array (writer);
}

static void
write_operation (BatonJsonWriter *writer, const BatonServerRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);

  baton_json_key (writer, method);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "summary", route->summary);
  write_parameters (writer, route);
  if (route->request)
    {
      baton_json_key (writer, "requestBody");
      baton_json_begin_object (writer);
      baton_json_member_bool (writer, "required", TRUE);
      begin_content (writer);
      baton_server_openapi_write_reference (writer, route->request);
      end_content (writer);
      baton_json_end_object (writer);
    }
  write_responses (writer, route);
  write_security (writer, route);
  baton_json_end_object (writer);
}

static gboolean
is_first_of_path (const BatonServerRoute *routes, guint index)
{
  for (guint i = 0; i < index; i++)
    if (g_str_equal (routes[i].path, routes[index].path))
      return FALSE;
  return TRUE;
}

static void
write_paths (BatonJsonWriter *writer)
{
  guint n_routes;
  const BatonServerRoute *routes = baton_server_routes_get (&n_routes);

  baton_json_begin_object (writer);
  for (guint i = 0; i < n_routes; i++)
    {
      if (!is_first_of_path (routes, i))
        continue;
      baton_json_key (writer, routes[i].path);
      baton_json_begin_object (writer);
      for (guint j = i; j < n_routes; j++)
        if (g_str_equal (routes[j].path, routes[i].path))
          write_operation (writer, &routes[j]);
      baton_json_end_object (writer);
    }
  baton_json_end_object (writer);
}

static void
write_components (BatonJsonWriter *writer)
{
  baton_json_begin_object (writer);
  baton_json_key (writer, "schemas");
  baton_server_openapi_write_schemas (writer);
  baton_json_key (writer, "securitySchemes");
  baton_json_begin_object (writer);
  baton_json_key (writer, "access_token");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "http");
  baton_json_member_text (writer, "scheme", "bearer");
  baton_json_member_text (writer, "bearerFormat", "JWT");
  baton_json_end_object (writer);
  baton_json_end_object (writer);
  baton_json_end_object (writer);
}

void
baton_server_openapi_write (BatonJsonWriter *writer)
{
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "openapi", "3.1.0");
  baton_json_key (writer, "info");
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "title", "Baton");
  baton_json_member_text (writer, "version", BATON_VERSION);
  baton_json_end_object (writer);
  baton_json_key (writer, "paths");
  write_paths (writer);
  baton_json_key (writer, "components");
  write_components (writer);
  baton_json_end_object (writer);
}
