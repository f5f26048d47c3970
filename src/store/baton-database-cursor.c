/* baton-database-cursor.c: how far this device has read in each scope
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A place goes on, never back; where the server cannot serve it, it is forgotten (baton-database-pull.c).
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

/* The rows of @text, a scope and a place each, as an object; the caller's, NULL where it fails */
static GString *
read_places (BatonDatabase *database, const char *text, guint *n_places, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (database->sql, text, error);
  BatonSqlStep step;

  *n_places = 0;
  if (statement == NULL)
    return NULL;
  baton_json_begin_object (&writer);
  for (; (step = baton_sql_step (statement, error)) == BATON_SQL_ROW; *n_places += 1)
    baton_json_member_text (&writer, baton_sql_get_text (statement, 0),
                            baton_sql_get_text (statement, 1));
  baton_json_end_object (&writer);
  return step == BATON_SQL_DONE ? g_steal_pointer (&json) : NULL;
}

typedef gboolean (*TakePlace) (BatonDatabase *database,
                               const char *scope,
                               const char *place,
                               GError **error);

/* All of the object @json, or none */
static gboolean
take_places (BatonDatabase *database, const char *json, TakePlace take, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (json, -1, error);
  g_autoptr (BatonSqlTransaction) transaction = NULL;
  JsonObjectIter iter;
  const char *scope;
  JsonNode *place;

  if (node == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID,
                           _ ("A cursor must be an object"));
      return FALSE;
    }
  transaction = baton_sql_begin (database->sql, error);
  if (transaction == NULL)
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &scope, &place))
    {
      const char *text = baton_json_get_text (place);

      if (text == NULL)
        {
          g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID,
                       _ ("The place in “%s” must be text"), scope);
          return FALSE;
        }
      if (!take (database, scope, text, error))
        return FALSE;
    }
  return baton_sql_commit (g_steal_pointer (&transaction), error);
}

char *
baton_database_get_cursor (BatonDatabase *database, GError **error)
{
  guint n_places;
  GString *json = read_places (
      database, "SELECT scope, place FROM cursor WHERE place IS NOT NULL ORDER BY scope", &n_places,
      error);

  return json != NULL ? g_string_free_and_steal (json) : NULL;
}

static char *
dup_column (BatonDatabase *database, const char *text, const char *scope, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_database_prepare (database, text, scope, NULL, error);

  if (statement == NULL || baton_sql_step (statement, error) != BATON_SQL_ROW)
    return NULL;
  return g_strdup (baton_sql_get_text (statement, 0));
}

static char *
dup_place (BatonDatabase *database, const char *scope, GError **error)
{
  return dup_column (database, "SELECT place FROM cursor WHERE scope = ?", scope, error);
}

char *
baton_database_dup_pull (BatonDatabase *database, const char *scope, GError **error)
{
  return dup_column (database, "SELECT pull FROM cursor WHERE scope = ?", scope, error);
}

/* --- where the server stands -------------------------------------------- */

static gint64
get_seq (const char *place)
{
  return place != NULL ? g_ascii_strtoll (place, NULL, 10) : 0;
}

gboolean
baton_database_drop_head (BatonDatabase *database, const char *scope, GError **error)
{
  return baton_database_run (database, "DELETE FROM meta WHERE name = '" BATON_META_HEAD "' || ?",
                             scope, NULL, error);
}

static gboolean
add_head (BatonDatabase *database, const char *scope, const char *head, GError **error)
{
  g_autofree char *name = g_strconcat (BATON_META_HEAD, scope, NULL);
  g_autofree char *stands = baton_database_dup_meta (database, name, NULL);
  g_autofree char *place = dup_place (database, scope, NULL);

  return get_seq (head) <= get_seq (stands) || get_seq (head) <= get_seq (place) ||
         baton_database_set_meta (database, name, head, error);
}

gboolean
baton_database_set_head (BatonDatabase *database, const char *head, GError **error)
{
  return take_places (database, head, add_head, error);
}

char *
baton_database_get_head (BatonDatabase *database, GError **error)
{
  guint n_places;
  g_autoptr (GString)
      json = read_places (database,
                          "SELECT substr (name, 6), value FROM meta WHERE name >= '" BATON_META_HEAD
                          "' AND name < 'head;' ORDER BY name",
                          &n_places, error);

  return n_places > 0 ? g_strdup (json->str) : NULL;
}

/* Once the device has come as far, its place says the same */
static gboolean
pass_head (BatonDatabase *database, const char *scope, const char *place, GError **error)
{
  g_autofree char *name = g_strconcat (BATON_META_HEAD, scope, NULL);
  g_autofree char *head = baton_database_dup_meta (database, name, NULL);

  return head == NULL || get_seq (head) > get_seq (place) ||
         baton_database_drop_head (database, scope, error);
}

/* A place is `seq.tag`. What comes late, or twice, does not bring the device back. */
gboolean
baton_database_set_place (BatonDatabase *database,
                          const char *scope,
                          const char *place,
                          GError **error)
{
  g_autofree char *stands = dup_place (database, scope, NULL);

  if (stands != NULL && g_ascii_strtoll (place, NULL, 10) <= g_ascii_strtoll (stands, NULL, 10))
    return TRUE;
  return pass_head (database, scope, place, error) &&
         baton_database_run (database,
                             "INSERT INTO cursor (scope, place) VALUES (?, ?) "
                             "ON CONFLICT (scope) DO UPDATE SET place = excluded.place",
                             scope, place, error);
}

gboolean
baton_database_drop_place (BatonDatabase *database, const char *scope, GError **error)
{
  return baton_database_drop_head (database, scope, error) &&
         baton_database_run (database, "DELETE FROM cursor WHERE scope = ?", scope, NULL, error);
}

gboolean
baton_database_set_cursor (BatonDatabase *database, const char *cursor, GError **error)
{
  return take_places (database, cursor, baton_database_set_place, error);
}

gboolean
baton_database_has_passed (BatonDatabase *database, const char *scope, const char *place)
{
  g_autofree char *stands = dup_place (database, scope, NULL);

  return stands != NULL && get_seq (place) <= get_seq (stands);
}

gint64
baton_database_count_pulls (BatonDatabase *database)
{
  return baton_database_get_meta_int (database, BATON_META_PULLS);
}

GStrv
baton_database_get_ids (BatonDatabase *database, const char *text, const char *a, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (BatonSqlStatement) statement = baton_database_prepare (database, text, a, NULL, error);
  BatonSqlStep step;

  if (statement == NULL)
    return NULL;
  while ((step = baton_sql_step (statement, error)) == BATON_SQL_ROW)
    g_strv_builder_add (builder, baton_sql_get_text (statement, 0));
  return step == BATON_SQL_DONE ? g_strv_builder_end (builder) : NULL;
}
