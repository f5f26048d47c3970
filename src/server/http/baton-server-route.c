/* baton-server-route.c: the table of what the server answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-route.h"

#include <string.h>

typedef struct
{
  const char *start;
  gsize length;
} Segment;

/* Whether @path has the form of @pattern; the segments that stand for `{…}` go to @segments */
static gboolean
path_matches (const char *pattern, const char *path, Segment segments[BATON_SERVER_MAX_PARAMS])
{
  guint n_segments = 0;

  while (*pattern)
    {
      gsize length;

      if (*pattern != '{')
        {
          if (*pattern++ != *path++)
            return FALSE;
          continue;
        }
      length = strcspn (path, "/");
      if (length == 0)
        return FALSE;
      segments[n_segments++] = (Segment) { path, length };
      path += length;
      pattern = strchr (pattern, '}') + 1;
    }
  return *path == '\0';
}

/* A segment that is no UTF-8 names nothing: it stays as it came and is found nowhere */
static char *
unescape (const Segment *segment)
{
  char *text = g_uri_unescape_segment (segment->start, segment->start + segment->length, NULL);

  if (text && g_utf8_validate (text, -1, NULL))
    return text;
  g_free (text);
  return g_strndup (segment->start, segment->length);
}

static void
add_allowed (GString **allowed, const char *method)
{
  if (*allowed == NULL)
    *allowed = g_string_new (method);
  else if (strstr ((*allowed)->str, method) == NULL)
    g_string_append_printf (*allowed, ", %s", method);
}

const BatonServerRoute *
baton_server_routes_match (const char *method,
                           const char *path,
                           char *params[BATON_SERVER_MAX_PARAMS],
                           char **allowed)
{
  guint n_routes;
  const BatonServerRoute *routes = baton_server_routes_get (&n_routes);
  GString *methods = NULL;

  for (guint i = 0; i < n_routes; i++)
    {
      Segment segments[BATON_SERVER_MAX_PARAMS] = { 0 };

      if (!path_matches (routes[i].path, path, segments))
        continue;
      if (strcmp (routes[i].method, method) != 0)
        {
          add_allowed (&methods, routes[i].method);
          continue;
        }
      for (guint p = 0; p < BATON_SERVER_MAX_PARAMS; p++)
        params[p] = segments[p].start ? unescape (&segments[p]) : NULL;
      if (methods)
        g_string_free (methods, TRUE);
      return &routes[i];
    }
  *allowed = methods ? g_string_free_and_steal (methods) : NULL;
  return NULL;
}
