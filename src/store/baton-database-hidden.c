/* baton-database-hidden.c: what hangs on something deleted is hidden with it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task is hidden while its project, or the project of something above it, or something above it is deleted. Whether it is stands in its row, so that no
 * list has to find out; so whatever changes above changes all rows below.
 *
 * A task that is deleted or hidden covers all that is below it. So where a task comes to cover, one goes down from it as far as nothing covered before; and where
 * it ceases to, as far as nothing else does. A chain of tasks, each under the one before, costs its length, whether its head is
 * deleted or, one after another, all of it.
 *
 * Devices may make a circle of parents between them. In it everything is above everything, and a task does not hide itself; and where a project comes or goes,
 * it is not known where to begin. Then all that is below is read, and gone through once (`Tangle`).
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

/* --- all that is below ---------------------------------------------------- */

typedef struct
{
  gint64 key;
  gint64 parent; /* a key; 0: none that is here */
  guint deleted : 1;
  guint in_deleted : 1; /* its project is */
  guint hidden : 1;     /* as it stands in the row */
  guint covered : 1;    /* what it hangs on covers it, as far as its row says */
  guint hides : 1;      /* what comes of it */
  guint known : 1;      /* `hides` is */
  guint on_way : 1;     /* on the way up that is being gone */
} Link;

typedef struct
{
  GArray *links;     /* of Link */
  GHashTable *index; /* key → place in them, and one more */
  GArray *way;       /* of guint: places, upwards */
} Tangle;

static void
tangle_clear (Tangle *tangle)
{
  g_array_unref (tangle->links);
  g_hash_table_unref (tangle->index);
  g_array_unref (tangle->way);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tangle, tangle_clear)

static Link *
get_link (Tangle *tangle, guint place)
{
  return &g_array_index (tangle->links, Link, place);
}

/* The `UNION` drops what was seen, so that a circle ends. */
#define READ_BELOW(column)                                                              \
  "WITH RECURSIVE below (id) AS (SELECT id FROM task WHERE " column " = ?1"             \
  " UNION SELECT task.id FROM below JOIN task ON task.parent_id = below.id) "           \
  "SELECT t.key, coalesce (up.key, 0), t.deleted, coalesce (project.deleted, 0), "      \
  "t.hidden, coalesce (up.deleted OR up.hidden, 0) "                                    \
  "FROM below JOIN task t ON t.id = below.id LEFT JOIN task up ON up.id = t.parent_id " \
  "LEFT JOIN project ON project.id = t.project_id"

static gboolean
read_below (Tangle *tangle,
            BatonDatabase *database,
            const char *text,
            const char *id,
            GError **error)
{
  g_autoptr (BatonSqlStatement) row = baton_database_prepare (database, text, id, NULL, error);
  BatonSqlStep step;

  if (row == NULL)
    return FALSE;
  while ((step = baton_sql_step (row, error)) == BATON_SQL_ROW)
    {
      const Link link = {
        .key = baton_sql_get_int (row, 0),
        .parent = baton_sql_get_int (row, 1),
        .deleted = baton_sql_get_int (row, 2) != 0,
        .in_deleted = baton_sql_get_int (row, 3) != 0,
        .hidden = baton_sql_get_int (row, 4) != 0,
        .covered = baton_sql_get_int (row, 5) != 0,
      };

      g_array_append_val (tangle->links, link);
      g_hash_table_insert (tangle->index, GSIZE_TO_POINTER ((gsize) link.key),
                           GUINT_TO_POINTER (tangle->links->len));
    }
  return step == BATON_SQL_DONE;
}

/* NULL: it is not among them */
static Link *
get_parent (Tangle *tangle, const Link *link, guint *place)
{
  guint found = GPOINTER_TO_UINT (
      g_hash_table_lookup (tangle->index, GSIZE_TO_POINTER ((gsize) link->parent)));

  *place = found - 1;
  return found > 0 ? get_link (tangle, *place) : NULL;
}

/* The end of the way, from @first on, is a circle. */
static void
solve_circle (Tangle *tangle, guint first)
{
  guint n_deleted = 0;
  gboolean in_deleted = FALSE;
  guint at = tangle->way->len;
  guint place;

  do
    {
      const Link *link = get_link (tangle, place = g_array_index (tangle->way, guint, --at));

      n_deleted += link->deleted;
      in_deleted |= link->in_deleted;
    }
  while (place != first);
  for (guint i = at; i < tangle->way->len; i++)
    {
      Link *link = get_link (tangle, g_array_index (tangle->way, guint, i));

      link->hides = in_deleted || n_deleted > link->deleted;
      link->known = TRUE;
    }
}

static void
solve_from (Tangle *tangle, guint place)
{
  Link *link = get_link (tangle, place);

  g_array_set_size (tangle->way, 0);
  while (link != NULL && !link->known && !link->on_way)
    {
      link->on_way = TRUE;
      g_array_append_val (tangle->way, place);
      link = get_parent (tangle, link, &place);
    }
  if (link != NULL && !link->known)
    solve_circle (tangle, place);
  for (guint i = tangle->way->len; i-- > 0;)
    {
      Link *below = get_link (tangle, g_array_index (tangle->way, guint, i));
      const Link *above = get_parent (tangle, below, &place);

      below->on_way = FALSE;
      if (!below->known)
        below->hides = below->in_deleted ||
                       (above != NULL ? above->deleted || above->hides : below->covered);
      below->known = TRUE;
    }
}

static gboolean
write_hidden (Tangle *tangle, BatonDatabase *database, GError **error)
{
  for (guint i = 0; i < tangle->links->len; i++)
    {
      const Link *link = get_link (tangle, i);
      g_autoptr (BatonSqlStatement) statement = NULL;

      if (link->hides == link->hidden)
        continue;
      statement = baton_sql_prepare (database->sql, "UPDATE task SET hidden = ?2 WHERE key = ?1",
                                     error);
      if (statement == NULL)
        return FALSE;
      baton_sql_bind_int (statement, 1, link->key);
      baton_sql_bind_int (statement, 2, link->hides);
      if (!baton_sql_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

/* @text: READ_BELOW() of what there is to find out about @id */
static gboolean
find_out (BatonDatabase *database, const char *text, const char *id, GError **error)
{
  g_auto (Tangle) tangle = {
    .links = g_array_new (FALSE, FALSE, sizeof (Link)),
    .index = g_hash_table_new (NULL, NULL),
    .way = g_array_new (FALSE, FALSE, sizeof (guint)),
  };

  if (!read_below (&tangle, database, text, id, error))
    return FALSE;
  for (guint i = 0; i < tangle.links->len; i++)
    solve_from (&tangle, i);
  return write_hidden (&tangle, database, error);
}

/* --- from one task down --------------------------------------------------- */

/* It covers what is below it now; what something covered already covers the rest. */
#define COVER                                                                           \
  "WITH RECURSIVE below (id, open) AS (SELECT id, deleted = 0 AND hidden = 0 FROM task" \
  "  WHERE parent_id = ?1 AND id <> ?1"                                                 \
  " UNION SELECT task.id, task.deleted = 0 AND task.hidden = 0 FROM below"              \
  "  JOIN task ON task.parent_id = below.id WHERE below.open AND task.id <> ?1) "       \
  "UPDATE task SET hidden = 1 WHERE hidden = 0 AND id IN (SELECT id FROM below)"

#define IN_DELETED "EXISTS (SELECT 1 FROM project p WHERE p.id = task.project_id AND p.deleted = 1)"

/* It does not any more, or is gone; what is deleted, or in a deleted project, goes on covering. */
#define UNCOVER                                                                                \
  "WITH RECURSIVE below (id, deleted, stays) AS (SELECT id, deleted, " IN_DELETED " FROM task" \
  "  WHERE parent_id = ?1 AND id <> ?1"                                                        \
  " UNION SELECT task.id, task.deleted, " IN_DELETED " FROM below"                             \
  "  JOIN task ON task.parent_id = below.id"                                                   \
  "  WHERE below.deleted = 0 AND NOT below.stays AND task.id <> ?1) "                          \
  "UPDATE task SET hidden = 0 WHERE hidden = 1 AND id IN (SELECT id FROM below WHERE NOT stays)"

/* By its project, or by what it hangs on; written where it differs */
#define HIDE_ONE                                                                 \
  "UPDATE task SET hidden = 1 - hidden WHERE id = ?1 AND hidden <> (" IN_DELETED \
  " OR EXISTS (SELECT 1 FROM task t WHERE t.id = task.parent_id"                 \
  "  AND (t.deleted = 1 OR t.hidden = 1)))"

/* Whether one comes to ?1 on the way up from ?2. A way is a line; what is below may be much. */
#define LEADS_TO                         \
  "WITH RECURSIVE up (id) AS (SELECT ?2" \
  " UNION SELECT t.parent_id FROM up JOIN task t ON t.id = up.id) SELECT 1 FROM up WHERE id = ?1"

/* Whether ?1 is in a circle, and what is deleted above it is one other task of it at most. Two hide all of a circle, whatever becomes of a third. */
#define ALONE_IN_CIRCLE                                                                        \
  "WITH RECURSIVE up (id, n) AS (SELECT parent_id, 2 * " IN_DELETED " FROM task WHERE id = ?1" \
  " UNION SELECT task.parent_id, n + task.deleted + 2 * " IN_DELETED " FROM up"                \
  "  JOIN task ON task.id = up.id WHERE n < 2 AND up.id <> ?1) "                               \
  "SELECT 1 FROM up WHERE id = ?1 AND n < 2"

static gboolean
exists (BatonDatabase *database, const char *text, const char *a, const char *b)
{
  gint64 found = 0;

  return a != NULL && baton_database_query_int (database, text, a, b, &found, NULL) && found != 0;
}

static gboolean
is_hidden (BatonDatabase *database, const char *id)
{
  return exists (database, "SELECT hidden FROM task WHERE id = ?", id, NULL);
}

static gboolean
field_differs (const BatonRecord *before, const BatonRecord *after, const char *field)
{
  const BatonValue *value = baton_record_get (after, field);

  if (before == NULL)
    return value->kind != BATON_VALUE_NULL && !(value->kind == BATON_VALUE_BOOL && !value->boolean);
  return !baton_value_equal (baton_record_get (before, field), value);
}

/* Whether it is hidden itself does not depend on that. */
static gboolean
hide_deleted (BatonDatabase *database, const BatonRecord *task, GError **error)
{
  const char *id = baton_record_get_id (task);

  if (!is_hidden (database, id))
    return baton_database_run (database, baton_record_get_bool (task, "deleted") ? COVER : UNCOVER,
                               id, NULL, error);
  return !exists (database, ALONE_IN_CIRCLE, id, NULL) ||
         find_out (database, READ_BELOW ("id"), id, error);
}

static gboolean
hide_moved (BatonDatabase *database,
            const BatonRecord *before,
            const BatonRecord *after,
            GError **error)
{
  const char *id = baton_record_get_id (after);
  const char *from = baton_record_get_text (before, "parent_id");
  const char *to = baton_record_get_text (after, "parent_id");
  gboolean covered = baton_record_get_bool (before, "deleted") || is_hidden (database, id);
  gboolean covers;

  if ((from != NULL && exists (database, LEADS_TO, id, from)) ||
      (to != NULL && exists (database, LEADS_TO, id, to)))
    return find_out (database, READ_BELOW ("id"), id, error);
  if (!baton_database_run (database, HIDE_ONE, id, NULL, error))
    return FALSE;
  covers = baton_record_get_bool (after, "deleted") || is_hidden (database, id);
  return covers == covered ||
         baton_database_run (database, covers ? COVER : UNCOVER, id, NULL, error);
}

/* A task may come before what it hangs on, or after what hangs on it. Most that are new hang on what is there and seen, and nothing hangs on
 * them; what does is as it was where the new one does not cover it. */
static gboolean
hide_new (BatonDatabase *database, const BatonRecord *task, GError **error)
{
  const char *id = baton_record_get_id (task);
  const char *parent = baton_record_get_text (task, "parent_id");

  if (!exists (database, "SELECT 1 FROM task WHERE parent_id = ? LIMIT 1", id, NULL))
    return baton_database_run (database, HIDE_ONE, id, NULL, error);
  if (parent != NULL && exists (database, LEADS_TO, id, parent))
    return find_out (database, READ_BELOW ("id"), id, error);
  return baton_database_run (database, HIDE_ONE, id, NULL, error) &&
         ((!baton_record_get_bool (task, "deleted") && !is_hidden (database, id)) ||
          baton_database_run (database, COVER, id, NULL, error));
}

gboolean
baton_database_update_hidden (BatonDatabase *database,
                              const BatonRecord *before,
                              const BatonRecord *after,
                              GError **error)
{
  if (baton_record_get_entity (after) == BATON_ENTITY_PROJECT)
    return !field_differs (before, after, "deleted") ||
           find_out (database, READ_BELOW ("project_id"), baton_record_get_id (after), error);
  if (baton_record_get_entity (after) != BATON_ENTITY_TASK)
    return TRUE;
  if (before == NULL)
    return hide_new (database, after, error);
  if (field_differs (before, after, "parent_id") || field_differs (before, after, "project_id"))
    return hide_moved (database, before, after, error);
  return !field_differs (before, after, "deleted") || hide_deleted (database, after, error);
}

gboolean
baton_database_covers (BatonDatabase *database, BatonEntity entity, const char *id)
{
  if (entity == BATON_ENTITY_PROJECT)
    return exists (database, "SELECT deleted FROM project WHERE id = ?", id, NULL);
  return entity == BATON_ENTITY_TASK &&
         exists (database, "SELECT deleted OR hidden FROM task WHERE id = ?", id, NULL);
}

gboolean
baton_database_show_below (BatonDatabase *database,
                           BatonEntity entity,
                           const char *id,
                           GError **error)
{
  if (entity == BATON_ENTITY_PROJECT)
    return find_out (database, READ_BELOW ("project_id"), id, error);
  return baton_database_run (database, UNCOVER, id, NULL, error);
}
