/* test-openapi.c: the description says what is answered
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "server-fixture.h"

#include <string.h>

static JsonObject *
get_object (JsonObject *object, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, " ", -1);

  for (guint i = 0; object && steps[i]; i++)
    object = json_object_has_member (object, steps[i])
                 ? json_object_get_object_member (object, steps[i])
                 : NULL;
  return object;
}

static JsonObject *
get_operation (Answer *answer, const BatonServerRoute *route)
{
  JsonObject *paths = get_object (json_node_get_object (answer->json), "paths");
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  JsonObject *path = json_object_has_member (paths, route->path)
                         ? json_object_get_object_member (paths, route->path)
                         : NULL;

  return path && json_object_has_member (path, method)
             ? json_object_get_object_member (path, method)
             : NULL;
}

static Answer *
get_document (ServerFixture *fixture)
{
  g_autoptr (Answer) answer = server_fixture_send (fixture, "GET", "/openapi.json", NULL, NULL);

  assert_answer (answer, 200, NULL);
  g_assert_cmpstr (answer_get_header (answer, "Content-Type"), ==, "application/json");
  return g_steal_pointer (&answer);
}

static gboolean
has_parameter (JsonObject *operation, const char *name, const char *where)
{
  JsonArray *parameters = json_object_get_array_member (operation, "parameters");

  for (guint i = 0; i < json_array_get_length (parameters); i++)
    {
      JsonObject *parameter = json_array_get_object_element (parameters, i);

      if (strcmp (json_object_get_string_member (parameter, "name"), name) == 0)
        return strcmp (json_object_get_string_member (parameter, "in"), where) == 0;
    }
  return FALSE;
}

static guint
count_parameters (const BatonServerRoute *route, JsonObject *operation)
{
  g_auto (GStrv) names = g_strsplit (route->query ? route->query : "", " ", -1);
  guint n = 0;

  for (guint i = 0; names[i]; i++)
    if (*names[i])
      {
        g_assert_true (has_parameter (operation, names[i], "query"));
        n++;
      }
  for (const char *open = strchr (route->path, '{'); open; open = strchr (open + 1, '{'))
    {
      g_autofree char *name = g_strndup (open + 1, strcspn (open + 1, "}"));

      g_assert_true (has_parameter (operation, name, "path"));
      n++;
    }
  return n;
}

static void
test_every_route (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) document = get_document (fixture);
  guint n_routes;
  const BatonServerRoute *routes = baton_server_routes_get (&n_routes);

  g_assert_cmpstr (answer_get (document, "openapi"), ==, "3.1.0");
  g_assert_nonnull (answer_get (document, "info.title"));
  g_assert_nonnull (answer_get (document, "info.version"));
  for (guint i = 0; i < n_routes; i++)
    {
      JsonObject *operation = get_operation (document, &routes[i]);

      if (operation == NULL)
        g_error ("%s %s is not described", routes[i].method, routes[i].path);
      g_assert_cmpstr (json_object_get_string_member (operation, "summary"), ==, routes[i].summary);
      g_assert_cmpuint (
          count_parameters (&routes[i], operation), ==,
          json_array_get_length (json_object_get_array_member (operation, "parameters")));
      g_assert_cmpuint (
          json_array_get_length (json_object_get_array_member (operation, "security")), ==,
          routes[i].access == BATON_SERVER_OPEN ? 0 : 1);
      g_assert_true (json_object_has_member (operation, "requestBody") ==
                     (routes[i].request != NULL));
      g_assert_nonnull (get_object (operation, "responses default"));
      g_assert_nonnull (get_object (operation, "responses 2XX"));
    }
}

static void
test_nothing_else (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) document = get_document (fixture);
  JsonObject *paths = get_object (json_node_get_object (document->json), "paths");
  g_autoptr (GList) names = json_object_get_members (paths);
  guint n_described = 0;
  guint n_routes;

  for (GList *name = names; name; name = name->next)
    n_described += json_object_get_size (json_object_get_object_member (paths, name->data));
  baton_server_routes_get (&n_routes);
  g_assert_cmpuint (n_described, ==, n_routes);
}

static guint check_references (JsonObject *schemas, JsonNode *node);

static guint
check_object (JsonObject *schemas, JsonObject *object)
{
  static const char prefix[] = "#/components/schemas/";
  guint n = 0;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &member))
    {
      const char *reference = strcmp (name, "$ref") == 0 ? json_node_get_string (member) : NULL;

      if (reference && (!g_str_has_prefix (reference, prefix) ||
                        !json_object_has_member (schemas, reference + strlen (prefix))))
        g_error ("%s leads nowhere", reference);
      n += (reference != NULL) + check_references (schemas, member);
    }
  return n;
}

static guint
check_references (JsonObject *schemas, JsonNode *node)
{
  guint n = 0;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return check_object (schemas, json_node_get_object (node));
  if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      n += check_references (schemas, json_array_get_element (json_node_get_array (node), i));
  return n;
}

static void
test_references (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) document = get_document (fixture);
  JsonObject *schemas = get_object (json_node_get_object (document->json), "components schemas");
  g_autoptr (GList) names = json_object_get_members (schemas);

  g_assert_cmpuint (check_references (schemas, document->json), >, 20);
  for (GList *name = names; name; name = name->next)
    {
      JsonObject *schema = json_object_get_object_member (schemas, name->data);
      JsonObject *properties = json_object_get_object_member (schema, "properties");
      JsonArray *required = json_object_get_array_member (schema, "required");

      for (guint i = 0; i < json_array_get_length (required); i++)
        g_assert_true (
            json_object_has_member (properties, json_array_get_string_element (required, i)));
    }
}

/* What is answered has every member that its schema asks for, and none that it does not know */
static void
assert_fits (Answer *document, const char *name, JsonObject *object)
{
  JsonObject *schema = get_object (json_node_get_object (document->json), "components schemas");
  JsonObject *properties;
  JsonArray *required;
  g_autoptr (GList) members = json_object_get_members (object);

  schema = json_object_get_object_member (schema, name);
  properties = json_object_get_object_member (schema, "properties");
  required = json_object_get_array_member (schema, "required");
  for (guint i = 0; i < json_array_get_length (required); i++)
    if (!json_object_has_member (object, json_array_get_string_element (required, i)))
      g_error ("%s lacks %s", name, json_array_get_string_element (required, i));
  for (GList *member = members; member; member = member->next)
    if (!json_object_has_member (properties, member->data))
      g_error ("%s has %s, which is not described", name, (const char *) member->data);
}

static void
test_answers_fit (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) document = get_document (fixture);
  g_autoptr (Person) ada = server_fixture_register (fixture, "ada@example.org");
  g_autofree char *refresh = g_strdup_printf ("{\"refresh_token\":\"%s\"}", ada->refresh);
  g_autoptr (Answer) me = server_fixture_send (fixture, "GET", "/users/me", ada->access, NULL);
  g_autoptr (Answer) task = server_fixture_send (fixture, "POST", "/tasks", ada->access,
                                                 "{\"title\":\"t\",\"tags\":[\"a\"]}");
  g_autoptr (Answer)
      project = server_fixture_send (fixture, "POST", "/projects", ada->access, "{\"name\":\"p\"}");
  g_autoptr (Answer) health = server_fixture_send (fixture, "GET", "/health", NULL, NULL);
  g_autoptr (Answer) ready = server_fixture_send (fixture, "GET", "/health/ready", NULL, NULL);
  g_autoptr (Answer)
      sessions = server_fixture_send (fixture, "GET", "/users/me/sessions", ada->access, NULL);
  g_autoptr (Answer) turned = server_fixture_send (fixture, "POST", "/auth/refresh", NULL, refresh);
  g_autoptr (Answer) wrong = server_fixture_send (fixture, "POST", "/auth/login", NULL, "{}");
  const struct
  {
    const char *name;
    Answer *answer;
  } answers[] = {
    { "User",     me      },
    { "Task",     task    },
    { "Project",  project },
    { "Health",   health  },
    { "Health",   ready   },
    { "SignedIn", turned  },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    assert_fits (document, answers[i].name,
                 get_object (json_node_get_object (answers[i].answer->json), "data"));
  assert_fits (
      document, "Session",
      json_array_get_object_element (
          json_object_get_array_member (json_node_get_object (sessions->json), "data"), 0));
  assert_fits (document, "Error", get_object (json_node_get_object (wrong->json), "error"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/openapi/describes every route", test_every_route);
  g_test_add_func ("/server/openapi/describes nothing else", test_nothing_else);
  g_test_add_func ("/server/openapi/references lead somewhere", test_references);
  g_test_add_func ("/server/openapi/answers fit their schemas", test_answers_fit);
  return g_test_run ();
}
